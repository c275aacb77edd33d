"""The compiled engine as plain Python (NUMBA_DISABLE_JIT=1): slow, and nothing need be compiled."""

import warnings


def make_it_run() -> None:
    """64-bit sums overflow without a word, as in machine code."""
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)
