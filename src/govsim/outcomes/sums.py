"""The totals of one replication: flat tables, cut into blocks of one row an office, a week ..."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from govsim.compiling import compile_once
from govsim.model.plan import Plan
from govsim.model.records import RECORD
from govsim.outcomes import histogram
from govsim.outcomes.counters import Amount
from govsim.outcomes.counting import Along, Last, Totals, count
from govsim.outcomes.lookup import Lookup, Numbers, Records
from govsim.outcomes.rules import COLUMNS, Column, rules
from govsim.outcomes.weekly import weeks_of
from govsim.outcomes.windows import moments


class Sums:
    """Adds up records. Memory depends on the plan, never on how many records there are."""

    def __init__(self, plan: Plan, lookup: Lookup) -> None:
        rows = _rows(plan)
        self._counts = Table(COLUMNS.counts, rows, np.int64)
        self._sums = Table(COLUMNS.sums, rows, np.float64)
        self._rules = rules()._replace(
            counts=self._counts.placed(rules().counts), sums=self._sums.placed(rules().sums)
        )
        self._lookup = lookup
        self._moments = moments(plan)
        self._last = Last(
            week=weeks_of(plan) - 1,
            tier=len(plan.tiers),
            klass=len(plan.classes),
            segment=len(plan.segments),
            channel=len(plan.channels),
        )
        self._totals = Totals(
            counts=self._counts.cells,
            sums=self._sums.cells,
            rows=np.zeros(len(Along), np.int64),
            amounts=np.zeros(max(Amount) + 1),
        )
        compile_once("tally", lambda: self.add(np.empty(0, RECORD)))

    def add(self, records: Records) -> None:
        """Add up some more records."""
        # Whatever the array's layout, one compiled function counts it.
        plain = np.require(records, RECORD, ["C", "W"])
        count(plain, self._rules, self._lookup, self._last, self._moments, self._totals)

    def along(self, along: Along) -> dict[Column, Numbers]:
        """The totals of every counter that has a column there, one number a row."""
        return self._counts.columns(along) | self._sums.columns(along)


def _rows(plan: Plan) -> dict[Along, int]:
    """How many rows there are along each: one more than there are things, for none of them."""
    offices, tiers = len(plan.offices) + 1, len(plan.tiers) + 1
    weeks = weeks_of(plan) * tiers
    return {
        Along.HOME: offices,
        Along.OFFICE: offices,
        Along.CLASS: len(plan.classes) + 1,
        Along.SEGMENT: len(plan.segments) + 1,
        Along.CHANNEL: len(plan.channels) + 1,
        Along.HOME_WEEK: weeks,
        Along.OFFICE_WEEK: weeks,
        Along.SENDER_WEEK: weeks,
        Along.DELAY: tiers * histogram.SIZE,
    }


class Table:
    """One block of cells after another; in a block the columns of a row lie side by side."""

    def __init__(
        self, names: Mapping[Along, Sequence[Column]], rows: Mapping[Along, int], kind: Any
    ) -> None:
        self._names = names
        self._starts = np.cumsum([0, *(rows[along] * len(names[along]) for along in Along)])
        self.cells = np.zeros(self._starts[-1], kind)

    def placed(self, lines: Records) -> Records:
        """Lines that begin at a column of their block, as lines that begin at a cell."""
        lines = lines.copy()
        lines["start"] += self._starts[lines["along"]]
        return lines

    def columns(self, along: Along) -> dict[Column, Numbers]:
        """Every column of a block by its name."""
        names = self._names[along]
        block = self.cells[self._starts[along] : self._starts[along + 1]]
        columns = np.ascontiguousarray(block.reshape(-1, len(names)).T) if names else ()
        return dict(zip(names, columns, strict=True))
