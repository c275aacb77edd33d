"""What a KPI is, and the registry that reports, sweeps and pages read; there is no other list.

Labels and definitions are English literals, shown through ``say``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI. ``direction``: +1 more is better, -1 less is better, 0 neither."""

    name: str
    label: str
    unit: str
    direction: int
    headline: bool
    recorded: str  # definition of the recorded side, "" if there is none
    true: str
    where: Where
    true_where: Where
    true_unit: str
    compute: Callable[[Outcome], Pair]
    indifference: str = ""  # a difference that does not matter, as one types it; "": by unit

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
    where: Where = EVERYWHERE,
    *,
    recorded: str = "",
    true: str = "",
    headline: bool = False,
    true_side: tuple[Where | None, str] = (None, ""),
    indifference: str = "",
) -> Callable[[Callable[[Outcome], Pair]], Callable[[Outcome], Pair]]:
    """Register a KPI under its function's name (without the leading underscore).

    ``true_side``: where the true side means something and its unit, if they differ.
    """

    def register(compute: Callable[[Outcome], Pair]) -> Callable[[Outcome], Pair]:
        name = compute.__name__.removeprefix("_")
        true_where, true_unit = true_side[0] or where, true_side[1] or unit
        KPIS[name] = Kpi(
            name, label, unit, direction, headline, recorded, true, where, true_where, true_unit,
            compute, indifference,
        )  # fmt: skip
        return compute

    return register


def share(part: Floats, base: Floats) -> Floats:
    """Part of a base; NaN where there is no base."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, part / base, np.nan)


def of_the_city(o: Outcome, value: float) -> Floats:
    """A number that only the city has."""
    values = np.full(len(o.scopes), np.nan)
    values[0] = value
    return values


def net_closed(o: Outcome) -> Floats:
    """Cases that stand as closed."""
    return o["closed"] - o["reopenings"]


def net_closed_true(o: Outcome) -> Floats:
    """Cases that stand as closed and whose problem no longer lived at the closing."""
    return o["closed_true"] - o["reopenings_true"]


def net_resolved(o: Outcome) -> Floats:
    """Cases that stand as resolved in the office's words."""
    return o["closed_resolved"] - o["reopenings_resolved"]


def cost_of(o: Outcome) -> Floats:
    """Yuan: pay for the time given to grievances, and the policies' money."""
    return o["pay"] + o["money"]


def known(o: Outcome) -> Floats:
    """Living problems about which a grievance was ever registered: a stock."""
    came = o.whole("became_known") + o.whole("recurred_known")
    return came - o.whole("solved_known") - o.whole("healed_known")


def living(o: Outcome) -> Floats:
    """Problems alive at the end: a stock."""
    return o.whole("born") + o.whole("recurred") - o.whole("solved") - o.whole("healed")


def there_were(o: Outcome) -> Floats:
    """All problems there were: alive when the measuring began, and begun since."""
    return o["born"] + _before(o, ("born", "recurred"), ("solved", "healed"))


def unheard(o: Outcome) -> Floats:
    """Of these, those about which no grievance had been registered before the measuring began."""
    came, went = ("became_known", "recurred_known"), ("solved_known", "healed_known")
    return there_were(o) - _before(o, came, went)


def _before(o: Outcome, came: tuple[str, ...], went: tuple[str, ...]) -> Floats:
    """What stood at the end of the warm-up; 0 without one: the first stock counts as born."""
    start = np.zeros(len(o.scopes))
    for sign, names in ((1.0, came), (-1.0, went)):
        for name in names:
            start += sign * (o.whole(name) - o[name])
    return start
