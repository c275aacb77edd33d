"""How long replies and resolutions took, and how old the cases are that still wait for one.

A case that is given up is neither: it waits no more, and will never be answered. Counting it as if
it waited on would make offices look better, the more residents give up.
"""

from typing import NamedTuple

import numpy as np

from govsim.model.records import Kind
from govsim.outcomes.counters import A_CLOSING, UNANSWERED, WITHIN_TERM, Test
from govsim.outcomes.lookup import Ints
from govsim.outcomes.windows import Window

CLOCKS = ("reply", "resolution")  # each has every registered case exactly once
FIRST_CLOSING_IN_TERM = "in term"  # of first closings of cases that have a term, and within it
AGE = "age"  # of the cases that are open at the end: nothing has happened on this clock yet
FATES = ("events", "given_up", "censored")


class Timing(NamedTuple):
    """Records of ``kind`` that pass ``test`` count ``sign`` case with their value on a clock."""

    kind: Kind
    clock: str
    fate: str
    test: Test = Test()
    sign: int = 1
    window: Window = Window.FOLLOWED

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
    Timing(Kind.UNSETTLED, "reply", "censored", UNANSWERED),
    Timing(Kind.WITHDRAWN, "reply", "given_up", UNANSWERED),
    Timing(Kind.CLOSED, "resolution", "events", A_CLOSING),
    Timing(Kind.REOPENED, "resolution", "events", A_CLOSING, -1),
    Timing(Kind.UNSETTLED, "resolution", "censored"),
    Timing(Kind.WITHDRAWN, "resolution", "given_up"),
    Timing(Kind.CLOSED, FIRST_CLOSING_IN_TERM, "events", WITHIN_TERM, window=Window.RESOLUTION),
    Timing(Kind.OPEN, AGE, "censored", window=Window.WHOLE),
)


def with_all(by_tier: Ints) -> Ints:
    """One row a tier, the last row for all tiers together."""
    # The last row held the cases that name no home; the total has them too.
    return np.vstack([by_tier[:-1], by_tier.sum(axis=0)])
