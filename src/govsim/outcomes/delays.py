"""How long replies and resolutions took, and how old the cases are that still wait for one."""

from collections.abc import Mapping

import numpy as np

from govsim.model.plan import Plan
from govsim.model.records import REPLIED_BEFORE, Kind
from govsim.outcomes import histogram
from govsim.outcomes.counters import A_CLOSING, Test, flag
from govsim.outcomes.lookup import Ints, Lookup, Records

CLOCKS = ("reply", "resolution")
FATES = ("events", "censored")

UNANSWERED = flag(lacks=REPLIED_BEFORE)

# Kind of record, clock, fate, +1 or -1, test. A reopening takes its closing back, so that every
# registered case ends up exactly once under the resolution clock.
_ENTRIES: tuple[tuple[Kind, str, str, int, Test | None], ...] = (
    (Kind.REPLIED, "reply", "events", 1, None),
    (Kind.OPEN, "reply", "censored", 1, UNANSWERED),
    (Kind.WITHDRAWN, "reply", "censored", 1, UNANSWERED),
    (Kind.CLOSED, "resolution", "events", 1, A_CLOSING),
    (Kind.REOPENED, "resolution", "events", -1, A_CLOSING),
    (Kind.OPEN, "resolution", "censored", 1, None),
    (Kind.WITHDRAWN, "resolution", "censored", 1, None),
)


class Delays:
    """Histograms by tier (of the office that registered the case), clock and fate."""

    def __init__(self, plan: Plan, lookup: Lookup) -> None:
        self._lookup = lookup
        self._shape = (len(plan.tiers) + 1, histogram.SIZE)
        self._counts = {
            (clock, fate): np.zeros(self._shape[0] * self._shape[1], np.int64)
            for clock in CLOCKS
            for fate in FATES
        }

    def add(self, by_kind: Mapping[int, Records]) -> None:
        """Count some records, already sorted by kind."""
        for kind, clock, fate, sign, test in _ENTRIES:
            rows = by_kind.get(kind)
            if rows is None:
                continue
            chosen = rows if test is None else rows[test(rows, self._lookup)]
            seconds = np.maximum(chosen["value"], 0.0).astype(np.int64)
            tier = self._lookup.tier_of[self._lookup.home(chosen)]
            keys = tier * self._shape[1] + histogram.bucket(seconds)
            np.add.at(self._counts[clock, fate], keys, sign)

    def finish(self) -> dict[tuple[str, str], Ints]:
        """Counts by (clock, fate): one row a tier, the last row for all tiers together."""
        return {key: _with_all(flat.reshape(self._shape)) for key, flat in self._counts.items()}


def _with_all(by_tier: Ints) -> Ints:
    # The last slot held the cases that name no home; the total has them too.
    return np.vstack([by_tier[:-1], by_tier.sum(axis=0)])
