"""Factors: what an experiment varies, from a number in [0, 1] to a value as a planner writes it."""

import math
from dataclasses import dataclass
from functools import cache

from govsim.scenario import Scenario
from govsim.scenario.kinds import Kind
from govsim.scenario.provenance import kinds
from govsim.scenario.quantities import WrongQuantity, split

POLICIES = "policies"  # the lever whose values are policy sets
DIGITS = 12  # of a sampled number


@dataclass(frozen=True, slots=True)
class Choice:
    """A factor that takes one of some values, as they are written."""

    name: str
    values: tuple[str, ...]

    @property
    def unit(self) -> str:
        """The unit that all values share; "" if they share none, or are no numbers."""
        units = {_unit(value) for value in self.values}
        return units.pop() or "" if len(units) == 1 else ""

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers of one unit."""
        return len({_unit(value) for value in self.values} - {None}) == 1 and None not in {
            _unit(value) for value in self.values
        }

    def text(self, rank: float) -> str:
        """The value at a rank in [0, 1]; each has the same part of it."""
        return self.values[min(int(rank * len(self.values)), len(self.values) - 1)]

    def ends(self) -> tuple[str, ...]:
        """Values that must be allowed, if all are to be."""
        return self.values


@dataclass(frozen=True, slots=True)
class Range:
    """A factor that takes any value between two ends."""

    name: str
    low: float
    high: float
    unit: str = ""
    whole: bool = False
    log: bool = False

    numeric = True

    def text(self, rank: float) -> str:
        """The value at a rank in [0, 1]."""
        if self.whole:
            value: float = min(self.low + math.floor(rank * (self.high - self.low + 1)), self.high)
        elif self.log:
            value = self.low * math.exp(rank * math.log(self.high / self.low))
        else:
            value = self.low + rank * (self.high - self.low)
        return f"{value:.{DIGITS}g} {self.unit}".strip()

    def ends(self) -> tuple[str, ...]:
        """Values that must be allowed, if all are to be."""
        return (self.text(0.0), self.text(1.0))


Factor = Choice | Range


def number(text: str) -> float:
    """The number of a value, in its own unit; NaN if it has none."""
    try:
        return split(text, "", "")[0]
    except WrongQuantity:
        return math.nan


@cache
def _unit(text: str) -> str | None:
    try:
        return split(text, "", "")[1]
    except WrongQuantity:
        return None


def range_between(name: str, low: str, high: str, kind: Kind | None, *, log: bool = False) -> Range:
    """The factor between two values as they are written.

    Raises:
        WrongQuantity: they are no numbers of the same kind, or in the wrong order.
    """
    first, unit = split(low, "a number", "0.5")
    last, other = split(high, "a number", "0.5")
    if unit != other:
        first, last, unit = _in_one_unit(low, high, kind)
    whole = kind is not None and kind.inside == "int"
    return Range(name, first, last, unit, whole, log)


def _in_one_unit(low: str, high: str, kind: Kind | None) -> tuple[float, float, str]:
    """Both ends in the unit of the upper one."""
    last, unit = split(high, "a number", "0.5")
    if kind is None or not last:
        raise WrongQuantity(f"{low}, {high}")
    return last * float(kind.parse(low)) / float(kind.parse(high)), last, unit


def kinds_of(scenario: Scenario) -> dict[str, Kind]:
    """What may stand at each dotted path of a scenario."""
    return {".".join(path): kind for path, kind in kinds(scenario)}
