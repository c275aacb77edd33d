"""The long suite: the same tests with more of everything (``scripts/check --long``)."""

import os

SEED = int(os.environ.get("GOVSIM_LONG") or 0)  # 0: the ordinary, reduced form


def many(short: int, long: int) -> int:
    """How many: in the ordinary suite, and in the long one."""
    return long if SEED else short
