"""Adding up: integer counts and sums in record order, so that chunks never change a result."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from govsim.outcomes.counters import Counter, by_kind
from govsim.outcomes.lookup import Ints, Lookup, Numbers, Records

Keys = Callable[[Records, str], Mapping[str, Ints]]


class Sums:
    """The totals of some counters along some dimensions (offices, classes, week x tier ...).

    ``sizes`` names the dimensions and how many slots each has; ``keys`` gives each record's slot
    in every dimension, for a counter's place.
    """

    def __init__(
        self, counters: Sequence[Counter], sizes: Mapping[str, int], keys: Keys, lookup: Lookup
    ) -> None:
        self._by_kind = by_kind(counters)
        self._keys = keys
        self._lookup = lookup
        self.totals: dict[str, dict[str, Numbers]] = {
            counter.name: {
                dimension: np.zeros(size, np.int64 if counter.amount is None else np.float64)
                for dimension, size in sizes.items()
            }
            for counter in counters
        }

    def add(self, by_kind: Mapping[int, Records]) -> None:
        """Count some records, already sorted by kind."""
        for kind, counters in self._by_kind.items():
            rows = by_kind.get(kind)
            if rows is None:
                continue
            places = {c.place: self._keys(rows, c.place) for c in counters}
            for counter in counters:
                self._count(counter, rows, places[counter.place])

    def _count(self, counter: Counter, rows: Records, keys: Mapping[str, Ints]) -> None:
        chosen = None if counter.test is None else counter.test(rows, self._lookup)
        amounts = None if counter.amount is None else counter.amount(rows)
        for dimension, slots in keys.items():
            total = self.totals[counter.name][dimension]
            where = slots if chosen is None else slots[chosen]
            if amounts is None:
                total += np.bincount(where, minlength=len(total))
            else:
                # np.add.at adds one after another; np.sum and weighted bincounts would start
                # afresh in every chunk and round differently.
                np.add.at(total, where, amounts if chosen is None else amounts[chosen])
