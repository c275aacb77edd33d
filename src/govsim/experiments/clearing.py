"""When a backlog is cleared: numbers of replications in, dates with their probability out.

A moment that is not seen within the horizon is later than every other; where so many replications
have none that a quantile lies among them, the quantile is not within the horizon either.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from govsim.experiments.intervals import quantile_interval

Floats = NDArray[np.float64]
LATER = float("inf")  # than the horizon
SETTLED_OVER = 4  # the last quarter of a run tells the usual level
RISES = 0.10  # from the third quarter to the last: then it has not settled


class Moment(NamedTuple):
    """The day by which something has happened with some probability; ``inf``: not within the run.

    ``low`` and ``high`` are 95 % limits; NaN where there are too few replications.
    """

    probability: float
    day: float
    low: float
    high: float
    not_within: float  # share of replications
    n: int


def moment(days: Floats, probability: float, horizon: float) -> Moment:
    """When it has happened with that probability, from its day in each replication."""
    beyond = 1000.0 * (horizon + 1.0)
    seen = np.where(np.isfinite(days), days, beyond)
    found = quantile_interval(seen, probability)
    day, low, high = (LATER if value > horizon else value for value in found[:3])
    return Moment(probability, day, low, high, float(np.mean(~np.isfinite(days))), len(days))


def days_through(ended: Floats, total: int, share: float) -> Floats:
    """The day by the end of which such a share of the grievances is through, by replication.

    Args:
        ended: how many ended on each day, replications x days.
        total: how many there were; ``share`` of them, rounded up, must be through.
    """
    wanted = np.ceil(share * total - 1e-9)
    reached = np.cumsum(ended, axis=1) >= wanted
    days = np.argmax(reached, axis=1) + 1.0
    through: Floats = np.where(reached.any(axis=1), days, LATER)
    return through


def usual_level(stock: Floats) -> Floats:
    """The mean of a weekly stock over the last quarter of the run, by replication."""
    weeks = stock.shape[1]
    level: Floats = stock[:, weeks - max(weeks // SETTLED_OVER, 1) :].mean(axis=1)
    return level


def is_still_rising(stock: Floats) -> bool:
    """Whether a weekly stock (replications x weeks) grows by a tenth up to the last quarter."""
    quarter = max(stock.shape[1] // SETTLED_OVER, 1)
    third = stock[:, -2 * quarter : -quarter]
    before = float(third.mean()) if third.size else 0.0
    return float(usual_level(stock).mean()) > (1.0 + RISES) * before


def bands(values: Floats) -> dict[str, Floats]:
    """Median, 50 % and 90 % bands over replications (first axis)."""
    names = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
    return {
        name: np.asarray(np.quantile(values, q, axis=0, method="median_unbiased"), np.float64)
        for name, q in names.items()
    }
