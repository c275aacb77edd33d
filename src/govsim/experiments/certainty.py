"""How certain a difference is: the one place that decides it, for every screen, page and picture.

One promise holds for everything that is judged together (``judge``: what stands on one screen):
in at most one screen of twenty is anything called certain by chance alone (Holm 1979). The
intervals shown are 95 % intervals each by itself; one of them may leave out zero while all
together do not allow calling it certain. That is called leaning.
"""

from collections.abc import Hashable, Mapping
from enum import StrEnum
from typing import NamedTuple, TypeVar

import numpy as np

from govsim.experiments.intervals import CONFIDENCE, Interval, holm, mean_interval, p_of_zero
from govsim.outcomes.lookup import Floats

EVENTS = 15.0  # fewer in a replication are few
OF_CASES = ("days", "hours", "yuan", "0-1")  # units of what is no count itself
MOVED = 0.25  # of the replications: a change seen in fewer rests on few
BY_THE_WAY = 0.05  # of the greatest change: as little as a share moves because its base does


Key = TypeVar("Key", bound=Hashable)


class Certainty(StrEnum):
    """What can be said of a difference."""

    CERTAIN = "certain"  # it differs, and by enough to matter as far as one sees
    LEANING = "leaning"  # by itself it would differ, among all that is compared chance may do that
    OPEN = "open"  # cannot be told
    SAME = "same"  # whatever the difference is, it is too small to matter


class Judged(NamedTuple):
    """A difference, and how certain it is among all that is judged together."""

    interval: Interval
    p: float  # by itself
    adjusted: float  # for all that is judged together
    certainty: Certainty
    indifference: float = 0.0  # what does not matter

    @property
    def certain(self) -> bool:
        """Whether it may be called a difference."""
        return self.certainty == Certainty.CERTAIN

    def turned(self) -> "Judged":
        """The same difference seen from the other side."""
        mean, low, high, n = self.interval
        return self._replace(interval=Interval(-mean, -high, -low, n))


def decide(interval: Interval, adjusted: float, indifference: float = 0.0) -> Certainty:
    """How certain a difference is.

    Args:
        interval: its 95 % interval, by itself.
        adjusted: its p-value, for all that is judged together.
        indifference: in the same unit; what is smaller does not matter. With none, only what is
            nothing in every replication is the same.
    """
    if np.isnan(interval.low) or np.isnan(adjusted):
        return Certainty.OPEN
    if max(-interval.low, interval.high) <= indifference:
        return Certainty.SAME
    if adjusted <= 1.0 - CONFIDENCE and abs(interval.mean) > indifference:
        return Certainty.CERTAIN
    return Certainty.LEANING if interval.excludes_zero() else Certainty.OPEN


def judge(
    differences: Mapping[Key, Floats], indifference: Mapping[Key, float] | None = None
) -> dict[Key, Judged]:
    """All that is judged together: differences by a name, one number a replication each.

    ``indifference``: of each, in its unit; 0 where it is not given.
    """
    zones = indifference or {}
    p = [p_of_zero(values) for values in differences.values()]
    found = {}
    for (key, values), alone, adjusted in zip(differences.items(), p, holm(p), strict=True):
        interval = mean_interval(values)
        zone = zones.get(key, 0.0)
        certainty = decide(interval, float(adjusted), zone)
        found[key] = Judged(interval, alone, float(adjusted), certainty, zone)
    return found


def few_events(values: Floats, unit: str, cases: float) -> bool:
    """Whether so few events stand behind a number that its interval may hold less than it says.

    Args:
        values: one a replication.
        unit: of a share, those in it and those not both count; other units of the model's things
            are counts themselves; days, money and the like are of grievances.
        cases: grievances registered in a replication, on average.
    """
    seen = values[~np.isnan(values)]
    if len(seen) < 2 or np.ptp(seen) == 0.0:
        return False
    mean = abs(float(seen.mean()))
    if unit == "share":
        return bool(min(mean, abs(1.0 - mean)) * cases < EVENTS)
    return bool((cases if unit in OF_CASES else mean) < EVENTS)


def few_moved(differences: Floats) -> bool:
    """Whether a change rests on few replications: in almost all others next to nothing changes."""
    seen = np.abs(differences[~np.isnan(differences)])
    moved = int(np.count_nonzero(seen > BY_THE_WAY * seen.max(initial=0.0)))
    return 0 < moved < MOVED * len(seen)
