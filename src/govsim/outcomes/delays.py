"""How long replies and resolutions took, and how old the cases are that still wait for one."""

from typing import NamedTuple

import numpy as np

from govsim.model.records import Kind
from govsim.outcomes.counters import A_CLOSING, UNANSWERED, Test
from govsim.outcomes.lookup import Ints

CLOCKS = ("reply", "resolution")  # each has every registered case exactly once
AGE = "age"  # of the cases that are open at the end: nothing has happened on this clock yet
FATES = ("events", "censored")


class Timing(NamedTuple):
    """Records of ``kind`` that pass ``test`` count ``sign`` case with their value on a clock."""

    kind: Kind
    clock: str
    fate: str
    test: Test = Test()
    sign: int = 1

    @property
    def name(self) -> str:
        """Names the histogram."""
        return name_of(self.clock, self.fate)


def name_of(clock: str, fate: str) -> str:
    """The name of a histogram."""
    return f"{clock} {fate}"


# A reopening takes its closing back, so that every registered case ends up exactly once under the
# resolution clock.
TIMINGS = (
    Timing(Kind.REPLIED, "reply", "events"),
    Timing(Kind.OPEN, "reply", "censored", UNANSWERED),
    Timing(Kind.WITHDRAWN, "reply", "censored", UNANSWERED),
    Timing(Kind.CLOSED, "resolution", "events", A_CLOSING),
    Timing(Kind.REOPENED, "resolution", "events", A_CLOSING, -1),
    Timing(Kind.OPEN, "resolution", "censored"),
    Timing(Kind.WITHDRAWN, "resolution", "censored"),
    Timing(Kind.OPEN, AGE, "censored"),
)


def with_all(by_tier: Ints) -> Ints:
    """One row a tier, the last row for all tiers together."""
    # The last row held the cases that name no home; the total has them too.
    return np.vstack([by_tier[:-1], by_tier.sum(axis=0)])
