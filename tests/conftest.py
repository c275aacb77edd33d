"""Tests import their shared builders (plans, theory) from this folder, and the benchmarks."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "benchmarks")]
