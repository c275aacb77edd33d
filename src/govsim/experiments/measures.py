"""Outcomes of a sweep: KPIs by name, side and place, and their values in one replication."""

from dataclasses import dataclass

import numpy as np

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.outcomes import KPIS, Outcome
from govsim.outcomes.registry import Pair
from govsim.outcomes.scopes import Scopes
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.quantities import (
    DAY,
    HOUR,
    WrongQuantity,
    duration,
    money,
    number,
    share,
)

SIDES = ("recorded", "true")
CITY = "city"


@dataclass(frozen=True, slots=True)
class Measured:
    """A KPI on one side, of the city or of one tier, office, class, segment or channel."""

    kpi: str
    side: str
    scope: str = CITY
    scope_id: str = ""

    @property
    def name(self) -> str:
        """The column: ``backlog.true``, ``overdue.recorded@tier:street``."""
        place = "" if self.scope == CITY else f"@{self.scope}:{self.scope_id}"
        return f"{self.kpi}.{self.side}{place}"

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return KPIS[self.kpi].unit_of(self.side)


def chosen(text: str, scopes: Scopes) -> list[Measured]:
    """What ``headline``, ``all``, ``backlog``, ``backlog.true`` or ``backlog@tier:street`` names.

    Raises:
        InputError: there is no such KPI, side or place.
    """
    if text in ("headline", "all"):
        names = [name for name, kpi in KPIS.items() if kpi.headline or text == "all"]
        return [Measured(name, side) for name in names for side in KPIS[name].sides()]
    what, at, place = text.partition("@")
    name, _, side = what.partition(".")
    if name not in KPIS:
        raise _wrong(
            say("there is no KPI {name}", name=repr(name[:60])) + did_you_mean(name, list(KPIS))
        )
    sides = KPIS[name].sides() if not side else (side,)
    if not set(sides) <= set(KPIS[name].sides()):
        known = ", ".join(KPIS[name].sides())
        raise _wrong(say("{kpi} has the sides: {sides}", kpi=name, sides=known))
    scope, _, scope_id = place.partition(":") if at else (CITY, "", "")
    return [Measured(name, side, *_scope(name, side, scope, scope_id, scopes)) for side in sides]


def _scope(name: str, side: str, scope: str, scope_id: str, scopes: Scopes) -> tuple[str, str]:
    allowed = KPIS[name].scopes(side).kinds
    if scope not in allowed or (scope != CITY and not scope_id):
        message = say(
            "{kpi} is not known by {scope}; write for example {kpi}@{allowed}:NAME",
            kpi=name,
            scope=repr(scope[:60]),
            allowed=allowed[min(1, len(allowed) - 1)],
        )
        raise _wrong(message)
    known = [i for kind, i in zip(scopes.kinds, scopes.ids, strict=True) if kind == scope]
    if scope_id not in known:
        message = say("there is no {scope} {name}", scope=scope, name=repr(scope_id[:60]))
        raise _wrong(message + did_you_mean(scope_id, known))
    return scope, scope_id


def _wrong(message: str) -> InputError:
    return InputError([Finding("outcomes", "", message)])


def values(outcome: Outcome, measures: tuple[Measured, ...]) -> list[float]:
    """What they came to; NaN where there is nothing to measure."""
    pairs: dict[str, Pair] = {}
    found = []
    for measure in measures:
        if measure.kpi not in pairs:
            pairs[measure.kpi] = KPIS[measure.kpi].of(outcome)
        row = _row(outcome, measure)
        side = getattr(pairs[measure.kpi], measure.side)
        found.append(float(side[row]) if row is not None else np.nan)
    return found


def _row(outcome: Outcome, measure: Measured) -> int | None:
    scopes = outcome.scopes
    for row, (kind, name) in enumerate(zip(scopes.kinds, scopes.ids, strict=True)):
        if kind == measure.scope and (kind == CITY or name == measure.scope_id):
            return row
    return None


# ---------------------------------------------------------------- values as one types them


def value_of(text: str, unit: str, where: str) -> float:
    """A value as typed, in the unit that KPIs are kept in. Raises InputError: another unit."""
    try:
        return _value(text, unit)
    except WrongQuantity as error:
        raise InputError([Finding(where, "", str(error))]) from None


def _value(text: str, unit: str) -> float:
    if unit == "share":
        return share(text)
    if unit in ("days", "hours"):
        return duration(text) / (DAY if unit == "days" else HOUR)
    if unit == "yuan":
        return money(text)
    return number(text)


def relative(text: str, option: str) -> float:
    """A share of something, ``5%``. Raises InputError: it is none."""
    try:
        return share(text)
    except WrongQuantity as error:
        raise InputError([Finding(option, "", str(error))]) from None
