"""The compiled engine as plain Python (NUMBA_DISABLE_JIT=1): slow, and nothing need be compiled.

Import this before the engine.
"""

import warnings
from typing import Any

import numpy as np


class Row(np.record):
    """A row whose fields come before numpy's own attributes: ``row.size`` is the field."""

    def __getattribute__(self, name: str) -> Any:
        """The field of that name, if there is one."""
        if name[0] != "_" and name in (object.__getattribute__(self, "dtype").fields or ()):
            return self[name]
        return super().__getattribute__(name)


def make_it_run() -> None:
    """Rows as machine code sees them, and 64-bit sums that overflow without a word."""
    np.record = Row  # type: ignore[misc]
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)
