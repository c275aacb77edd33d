"""The parts of the city a KPI can be about: all of it, a tier, an office, a class ..."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from govsim.model.plan import Plan
from govsim.outcomes.lookup import Flags, Numbers

Counts = dict[str, Numbers]  # by counter, one number a scope
Name = TypeVar("Name", bound=Hashable)

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


def spread(
    plan: Plan, offices: Mapping[Name, Numbers], *others: Mapping[Name, Numbers]
) -> dict[Name, Numbers]:
    """Totals laid out in the order of ``Scopes``: city and tiers from the offices.

    The last number of each total is for records that name none: the city has them too.
    """
    tier_of = np.array([office.tier for office in plan.offices])
    tiers = [np.flatnonzero(tier_of == tier) for tier in range(len(plan.tiers))]
    return {
        name: np.concatenate(
            [
                [total.sum()],
                [total[members].sum() for members in tiers],
                total[:-1],
                *(other[name][:-1] for other in others),
            ],
            dtype=total.dtype,
        )
        for name, total in offices.items()
    }
