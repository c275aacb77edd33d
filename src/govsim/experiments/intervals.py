"""Intervals over replications: of a mean, a paired difference, a quantile, the next replication.

Those of means are Student's t, that of a quantile is free of any distribution. Replications without
a value (NaN: nothing to take a share of) are left out, and ``n`` says how many were left; with too
few there is no interval. docs/statistics.md has the formulas and what the tests measured.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, stdtr, stdtrit

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean (or another estimate) with its limits, from ``n`` replications."""

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


def quantile_interval(values: ArrayLike, q: float, confidence: float = CONFIDENCE) -> Interval:
    """Where the ``q``-quantile of single replications lies, whatever their distribution.

    ``mean`` holds the estimate: type 8 of Hyndman and Fan (1996), median-unbiased. The limits are
    order statistics, whose places below and above the quantile follow the binomial law. Whole ones
    can only keep more than the confidence asked for, so each limit is interpolated between two
    neighbours, by Hettmansperger and Sheather (1986) for the median and Nyblom (1992) for any q.

    Each limit errs with half of the remaining probability. Where even the smallest or the largest
    value would err more often (n too small: below 6 for a median at 95 %, below 36 for a ninetieth
    percentile), both limits are NaN.
    """
    seen = np.sort(_seen(values))
    if len(seen) == 0:
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    estimate = float(np.quantile(seen, q, method="median_unbiased"))
    low = _lower_limit(seen, q, confidence)
    high = -_lower_limit(-seen[::-1], 1.0 - q, confidence)
    if np.isnan(low + high):
        low = high = float("nan")
    return Interval(estimate, low, high, len(seen))


def many(count: int, confidence: float = CONFIDENCE) -> float:
    """The confidence of each of ``count`` intervals so that all hold at once (Bonferroni)."""
    return 1.0 - (1.0 - confidence) / max(count, 1)


def paired_p(treated: ArrayLike, base: ArrayLike) -> float:
    """How often chance alone would give a mean of treated - base as far from zero (two-sided t).

    Differences that are all equal leave nothing to chance: 1 if they are zero, otherwise 0. NaN
    with fewer than two pairs.
    """
    pairs = _seen(np.asarray(treated, dtype=np.float64) - np.asarray(base, dtype=np.float64))
    n = len(pairs)
    if n < 2:
        return float("nan")
    if np.ptp(pairs) == 0.0:
        return 1.0 if pairs[0] == 0.0 else 0.0
    t = float(pairs.mean()) / (float(pairs.std(ddof=1)) / n**0.5)
    return float(2.0 * stdtr(n - 1, -abs(t)))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """p-values adjusted for there being many (Holm 1979), in the order given; NaN stays NaN.

    To call those at most 0.05 real errs, over all of them, in at most one comparison of twenty.
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given)[: np.count_nonzero(~np.isnan(given))]  # NaN come last
    steps = given[order] * np.arange(len(order), 0, -1)
    adjusted = np.full(len(given), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _lower_limit(ordered: NDArray[np.float64], q: float, confidence: float) -> float:
    """A value below the q-quantile with probability 1 - (1 - confidence) / 2.

    The r-th smallest value lies below the quantile when at least r values do: a binomial
    probability, falling with r. Between the last r that keeps the level and the next, Nyblom's
    weight makes it exact for a density that is locally a double exponential, and nearly so for
    others.
    """
    n = len(ordered)
    level = 0.5 + confidence / 2
    ranks = np.arange(1, n + 1)
    below = betainc(ranks, n + 1.0 - ranks, q)
    r = int(np.count_nonzero(below >= level))
    if r == 0:
        return float("nan")
    if r == n:
        return float(ordered[-1])
    share = (below[r - 1] - level) / (level - below[r])  # of the step that may still be taken
    weight = share / (share + r * (1.0 - q) / ((n - r) * q))
    return float(ordered[r - 1] + weight * (ordered[r] - ordered[r - 1]))  # equal ones: exactly


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
