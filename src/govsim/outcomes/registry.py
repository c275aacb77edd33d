"""What a KPI is, and the registry that reports, sweeps and pages read; there is no other list.

A KPI declares its basis: who is counted, by when (``bases``). It is computed from a view that shows
nothing else. Labels and definitions are English literals, shown through ``say``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from govsim.outcomes.bases import Basis
from govsim.outcomes.lookup import Flags, Floats
from govsim.outcomes.scopes import Scopes
from govsim.outcomes.tally import Outcome


class Pair(NamedTuple):
    """A KPI as recorded and as true, one number a scope; None where a side does not exist."""

    recorded: Floats | None = None
    true: Floats | None = None


class Where(NamedTuple):
    """The scopes in which a KPI means something."""

    kinds: tuple[str, ...]
    lowest: bool = False  # of tiers and offices, only where residents are counted

    def rows(self, scopes: Scopes) -> Flags:
        """Which scopes these are."""
        return scopes.among(self.kinds, lowest=self.lowest)


EVERYWHERE = Where(("city", "tier", "office", "class", "segment", "channel"))
COARSE = Where(("city", "tier", "class", "segment", "channel"))
PROBLEMS = Where(("city", "tier", "office", "class", "segment"), lowest=True)
RESIDENTS = Where(("city", "tier", "office", "segment"), lowest=True)
STAFF = Where(("city", "tier", "office"))
TIERS = Where(("city", "tier"))
CITY = Where(("city",))
UNDECIDED = 0.005  # of cases whose term still runs: more, and a share within the term is unknown


class Seen:
    """An outcome as one basis shows it: its counters, and what the plan says."""

    def __init__(self, outcome: Outcome, basis: Basis) -> None:
        self.outcome = outcome
        self._counts = outcome.counts[basis.window]

    def __getitem__(self, name: str) -> Floats:
        """A counter of this basis, one number a scope."""
        return self._counts[name].astype(np.float64)

    def given(self, name: str) -> Floats:
        """What the plan says, one number a scope."""
        return self.outcome.givens[name]

    @property
    def scopes(self) -> Scopes:
        """The parts of the city."""
        return self.outcome.scopes

    def nothing(self) -> Floats:
        """Zeros, one a scope."""
        return np.zeros(len(self.outcome.scopes))


Compute = Callable[[Seen], Pair]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI. ``direction``: +1 more is better, -1 less is better, 0 neither."""

    name: str
    basis: Basis
    label: str
    unit: str
    direction: int
    headline: bool
    recorded: str  # definition of the recorded side, "" if there is none
    true: str
    where: Where
    true_where: Where
    true_unit: str
    compute: Compute
    indifference: str = ""  # a difference that does not matter, as one types it; "": by unit

    def of(self, outcome: Outcome) -> Pair:
        """Both sides of an outcome."""
        return self.compute(Seen(outcome, self.basis))

    def sides(self) -> tuple[str, ...]:
        """The sides that exist, recorded first."""
        return tuple(side for side in ("recorded", "true") if getattr(self, side))

    def scopes(self, side: str) -> Where:
        """Where a side means something."""
        return self.where if side == "recorded" else self.true_where

    def unit_of(self, side: str) -> str:
        """The unit of a side."""
        return self.unit if side == "recorded" else self.true_unit


KPIS: dict[str, Kpi] = {}


def kpi(
    label: str,
    unit: str,
    direction: int,
    basis: Basis,
    where: Where = EVERYWHERE,
    *,
    recorded: str = "",
    true: str = "",
    headline: bool = False,
    true_side: tuple[Where | None, str] = (None, ""),
    indifference: str = "",
) -> Callable[[Compute], Compute]:
    """Register a KPI under its function's name (without the leading underscore).

    ``true_side``: where the true side means something and its unit, if they differ.
    """

    def register(compute: Compute) -> Compute:
        name = compute.__name__.removeprefix("_")
        true_where, true_unit = true_side[0] or where, true_side[1] or unit
        KPIS[name] = Kpi(
            name, basis, label, unit, direction, headline, recorded, true, where, true_where,
            true_unit, compute, indifference,
        )  # fmt: skip
        return compute

    return register


def share(part: Floats, base: Floats) -> Floats:
    """Part of a base; NaN where there is no base."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, part / base, np.nan)


def standing(o: Seen, name: str) -> Floats:
    """Closings that have not been taken back."""
    return o[f"closed_{name}"] - o[f"reopened_{name}"]


def decided(values: Floats, undecided: Floats, all_of_them: Floats) -> Floats:
    """Values where nearly all cases are decided, elsewhere unknown."""
    return np.where(undecided <= UNDECIDED * all_of_them, values, np.nan)


def of_the_city(o: Seen, value: float) -> Floats:
    """A number that only the city has."""
    values = np.full(len(o.scopes), np.nan)
    values[0] = value
    return values


def cost_of(o: Seen) -> Floats:
    """Yuan: pay for the time given to grievances, and the policies' money."""
    return o.given("pay") + o["money"]


def known(o: Seen) -> Floats:
    """Living problems about which a grievance was ever registered: a stock."""
    return o["became_known"] + o["recurred_known"] - o["solved_known"] - o["healed_known"]


def living(o: Seen) -> Floats:
    """Problems alive at the end: a stock."""
    return o["born"] + o["recurred"] - o["solved"] - o["healed"]
