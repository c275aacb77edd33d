"""Tests import their shared builders (plans, theory) from this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
