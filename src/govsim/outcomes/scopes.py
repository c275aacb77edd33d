"""The parts of the city a KPI can be about: all of it, a tier, an office, a class ..."""

from dataclasses import dataclass

import numpy as np

from govsim.model.plan import Plan
from govsim.model.records import NO_INDEX
from govsim.outcomes.lookup import Flags, Ints, Lookup, Numbers, Records

KINDS = ("city", "tier", "office", "class", "segment", "channel")
LOWEST = 0  # the tier where residents and their problems are counted


@dataclass(frozen=True, slots=True)
class Scopes:
    """All scopes in one row: the city, then tiers, offices, classes, segments, channels."""

    kinds: tuple[str, ...]
    ids: tuple[str, ...]
    tiers: tuple[int, ...]  # of tiers and offices; -1 for the others

    @classmethod
    def of(cls, plan: Plan) -> "Scopes":
        """The scopes of a plan."""
        names = {
            "city": [""],
            "tier": [tier.name for tier in plan.tiers],
            "office": [office.name for office in plan.offices],
            "class": [klass.name for klass in plan.classes],
            "segment": [segment.name for segment in plan.segments],
            "channel": [channel.name for channel in plan.channels],
        }
        kinds = [kind for kind in KINDS for _ in names[kind]]
        tiers = [-1] * len(kinds)
        tiers[1 : 1 + len(plan.tiers)] = range(len(plan.tiers))
        first = 1 + len(plan.tiers)
        tiers[first : first + len(plan.offices)] = [office.tier for office in plan.offices]
        ids = [name for kind in KINDS for name in names[kind]]
        return cls(tuple(kinds), tuple(ids), tuple(tiers))

    def __len__(self) -> int:
        return len(self.kinds)

    def among(self, kinds: tuple[str, ...], *, lowest: bool = False) -> Flags:
        """Which scopes are of these kinds; with ``lowest``, of tiers only the lowest."""
        chosen: Flags = np.isin(np.array(self.kinds), kinds)
        return chosen & (np.array(self.tiers) <= LOWEST) if lowest else chosen

    def of_tier(self, tier: int) -> int:
        """The row of a tier."""
        return 1 + tier


def sizes(plan: Plan) -> dict[str, int]:
    """Slots of each counted dimension; one more each, for records that name none."""
    return {
        "office": len(plan.offices) + 1,
        "class": len(plan.classes) + 1,
        "segment": len(plan.segments) + 1,
        "channel": len(plan.channels) + 1,
    }


class ScopeKeys:
    """The slot of each record in every dimension of ``sizes``."""

    def __init__(self, plan: Plan, lookup: Lookup) -> None:
        self._sizes = sizes(plan)
        self._lookup = lookup

    def __call__(self, rows: Records, place: str) -> dict[str, Ints]:
        """Slots of the records, for counters at a place."""
        lookup = self._lookup
        return {
            "office": lookup.home(rows) if place == "home" else lookup.office(rows),
            "class": self._index(rows, "klass", "class"),
            "segment": self._index(rows, "segment", "segment"),
            "channel": self._index(rows, "channel", "channel"),
        }

    def _index(self, rows: Records, field: str, dimension: str) -> Ints:
        index = rows[field].astype(np.int64)
        return np.where(index == NO_INDEX, self._sizes[dimension] - 1, index)


def spread(plan: Plan, totals: dict[str, Numbers]) -> Numbers:
    """Totals by dimension laid out in the order of ``Scopes``: city and tiers from the offices."""
    offices = totals["office"]
    tiers = np.array([office.tier for office in plan.offices])
    by_tier = [offices[:-1][tiers == tier].sum() for tier in range(len(plan.tiers))]
    parts = [[offices.sum()], by_tier, offices[:-1]]
    parts += [totals[dimension][:-1] for dimension in ("class", "segment", "channel")]
    return np.concatenate([np.asarray(part, dtype=offices.dtype) for part in parts])
