"""Intervals over replications: of a mean, of a paired difference, of the next replication.

All are Student's t. Replications without a value (NaN: nothing to take a share of) are left out,
and ``n`` says how many were left; with fewer than two there is no interval.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean with its limits, from ``n`` replications."""

    mean: float
    low: float
    high: float
    n: int

    def excludes_zero(self) -> bool:
        """Whether the mean differs from zero beyond chance."""
        return self.low > 0.0 or self.high < 0.0


def mean_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Where the long-run mean lies."""
    return _interval(_seen(values), confidence, future=0.0)


def prediction_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Where one more replication would lie: what a single year may bring."""
    return _interval(_seen(values), confidence, future=1.0)


def paired_difference(
    treated: ArrayLike, base: ArrayLike, confidence: float = CONFIDENCE
) -> Interval:
    """Where the mean of treated - base lies; entries of the same place share their chance."""
    pairs = np.asarray(treated, dtype=np.float64) - np.asarray(base, dtype=np.float64)
    return mean_interval(pairs, confidence)


def _seen(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    return array[~np.isnan(array)]


def _interval(values: NDArray[np.float64], confidence: float, future: float) -> Interval:
    n = len(values)
    if n == 0:
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    mean = float(values.mean())
    if n == 1:
        return Interval(mean, float("nan"), float("nan"), 1)
    quantile = float(stdtrit(n - 1, 0.5 + confidence / 2))
    half = quantile * float(values.std(ddof=1)) * (future + 1.0 / n) ** 0.5
    return Interval(mean, mean - half, mean + half, n)
