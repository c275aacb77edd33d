"""What a little more or less money buys: differences of gain and cost, and their rate."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from govsim.decisions.surrogate import Floats
from govsim.decisions.uses import Portfolio, Use
from govsim.experiments.intervals import CONFIDENCE, Interval, mean_interval

PER = 100_000.0  # yuan
FREE = 1_000.0  # yuan a year: who costs less has no rate


class Change(NamedTuple):
    """One step of one use, more or less, seen from a portfolio."""

    use: int
    step: int  # that it leads to
    portfolio: Portfolio


def changes(uses: Sequence[Use], portfolio: Portfolio) -> list[Change]:
    """A step more of every use that has one, then a step less of every use there is."""
    more = [(u, s + 1) for u, s in enumerate(portfolio) if s < len(uses[u].amounts)]
    less = [(u, s - 1) for u, s in enumerate(portfolio) if s > 0]
    return [Change(u, s, with_step(portfolio, u, s)) for u, s in more + less]


def with_step(portfolio: Portfolio, use: int, step: int) -> Portfolio:
    """The portfolio with another step of one use."""
    return (*portfolio[:use], step, *portfolio[use + 1 :])


def rate(gains: Floats, costs: Floats, confidence: float = CONFIDENCE) -> Interval | None:
    """Gain for 100,000 yuan a year: mean gain over mean cost, each from paired differences.

    The interval is that of the mean of ``gain - rate x cost`` (the delta method; exact where the
    cost is the same in every replication). None where the step costs nothing, or may.

    Args:
        gains, costs: one a replication.
    """
    spent = mean_interval(costs, confidence)
    if abs(spent.mean) < FREE or not spent.excludes_zero():
        return None
    ratio = float(np.mean(gains)) / spent.mean
    rest = mean_interval(gains - ratio * costs, confidence)
    low, high = sorted(
        PER * (ratio + (end - rest.mean) / spent.mean) for end in (rest.low, rest.high)
    )
    return Interval(PER * ratio, low, high, rest.n)
