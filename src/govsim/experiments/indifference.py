"""Differences that do not matter: usual ones by unit, a KPI's own, and those that somebody states.

A planner writes ``0.5 d``, ``2%`` or ``20``. Of a share, per cent are points; of everything else
they are a part of what the KPI comes to under the baseline.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from govsim.errors import Finding, InputError
from govsim.experiments.measures import relative, value_of
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.scenario.kinds import did_you_mean

OPTION = "--indifference"
USUAL = {"share": "1%", "0-1": "0.01", "days": "5%"}  # by unit
ELSE = "2%"  # of counts, hours and money


@dataclass(frozen=True)
class Indifference:
    """A difference that does not matter: so much, or so large a part of the baseline's value."""

    size: float
    of_baseline: bool

    def against(self, baseline: float) -> float:
        """In the unit of the KPI; 0 where the baseline has no value to take a part of."""
        found = self.size * abs(baseline) if self.of_baseline else self.size
        return found if np.isfinite(found) else 0.0


def read_indifference(text: str, unit: str) -> Indifference:
    """From what was typed. Raises InputError: no such quantity, or one below 0."""
    if text.strip().endswith(("%", "％")) and unit != "share":
        found = Indifference(relative(text, OPTION), of_baseline=True)
    else:
        found = Indifference(value_of(text, unit, OPTION), of_baseline=False)
    if not 0.0 <= found.size < float("inf"):
        message = say("A difference that does not matter is 0 or more.")
        raise InputError([Finding(OPTION, "", message)])
    return found


def usual(kpi: str, unit: str) -> Indifference:
    """What is taken if nobody states another: the KPI's own, or what is usual for its unit."""
    own = KPIS[kpi].indifference
    return read_indifference(own, unit) if own else usual_of(unit)


def usual_of(unit: str) -> Indifference:
    """What is usual for a unit."""
    return read_indifference(USUAL.get(unit, ELSE), unit)


def stated(texts: Iterable[str]) -> dict[str, str]:
    """By KPI the differences that somebody states, each written ``backlog=20`` or ``backlog=5%``.

    Raises:
        InputError: another form, no such KPI, a value in another unit.
    """
    found = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            message = say(
                '{value} names no KPI; write for example "{example}"',
                value=repr(text[:80]),
                example="backlog=5%",
            )
            raise InputError([Finding(OPTION, "", message)])
        if name not in KPIS:
            message = say("there is no KPI {name}", name=repr(name[:60]))
            raise InputError([Finding(OPTION, "", message + did_you_mean(name, list(KPIS)))])
        for side in KPIS[name].sides():
            read_indifference(value, KPIS[name].unit_of(side))
        found[name] = value
    return found


def zone(kpi: str, side: str, baseline: float, stated: Mapping[str, str]) -> float:
    """Which difference of a KPI does not matter, in its unit; ``baseline``: its mean there."""
    unit = KPIS[kpi].unit_of(side)
    own = read_indifference(stated[kpi], unit) if kpi in stated else usual(kpi, unit)
    return own.against(baseline)
