"""Intervals over replications: of a mean, a paired difference, a quantile, the next replication.

Those of means are Student's t, and wider on the side to which the values are skewed; that of a
quantile is free of any distribution. Replications without a value (NaN: nothing to take a share of)
are left out, and ``n`` says how many were left; with too few there is no interval.
docs/statistics.md has the formulas and what the tests measured.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, stdtr, stdtrit

CONFIDENCE = 0.95
SKEWED_FROM = 5  # replications: of fewer, nobody can say how skewed they are

Floats = NDArray[np.float64]


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
    """Where the long-run mean lies: each limit the wider one of Student's and Hall's (1992).

    Hall's transformation takes the skewness out of the t statistic before it is held against
    Student's distribution. By itself it is too short where values are symmetric with heavy tails;
    Student's is too short on the long side of what is skewed. The wider of both is neither.
    """
    seen = _seen(values)
    n = len(seen)
    if n < 2:
        return Interval(float(seen[0]) if n else float("nan"), float("nan"), float("nan"), n)
    mean, deviation, skew = (float(found) for found in moments(seen))
    below, above = (float(reach) for reach in reaches(n, skew, confidence))
    return Interval(mean, mean - below * deviation, mean + above * deviation, n)


def longer_side(interval: Interval) -> float:
    """How far an interval reaches on its longer side: what one ± may say of both."""
    return max(interval.high - interval.mean, interval.mean - interval.low)


def prediction_interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Where one more replication would lie: what a single year may bring."""
    seen = _seen(values)
    n = len(seen)
    if n < 2:
        return Interval(float(seen[0]) if n else float("nan"), float("nan"), float("nan"), n)
    mean, deviation = float(seen.mean()), float(seen.std(ddof=1))
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * deviation * (1.0 + 1.0 / n) ** 0.5
    return Interval(mean, mean - half, mean + half, n)


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
    """How often chance alone would give a mean of treated - base as far from zero (two-sided)."""
    return p_of_zero(np.asarray(treated, np.float64) - np.asarray(base, np.float64))


def p_of_zero(values: ArrayLike) -> float:
    """How often chance alone would give a mean as far from zero: two-sided.

    It says the same as ``mean_interval``: below 0.05 exactly if the 95 % interval leaves out zero,
    and so for any level. Values that are all equal leave nothing to chance: 1 if they are zero,
    otherwise 0. NaN with fewer than two.
    """
    seen = _seen(values)
    n = len(seen)
    if n < 2:
        return float("nan")
    if np.ptp(seen) == 0.0:
        return 1.0 if seen[0] == 0.0 else 0.0
    mean, deviation, skew = (float(found) for found in moments(seen))
    away = mean / deviation
    t = n**0.5 * min(abs(away), abs(unskewed(away, skew, n)))
    return float(2.0 * stdtr(n - 1, -t))


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


# ---------------------------------------------------------------- skewness


def moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and skewness of values that are all there, over the last axis.

    The skewness is the third k-statistic over the deviation's cube; 0 for values that are all equal
    and where there are fewer than ``SKEWED_FROM``.
    """
    n = values.shape[-1]
    mean, deviation = values.mean(axis=-1), values.std(axis=-1, ddof=1)
    if n < SKEWED_FROM:
        return mean, deviation, np.zeros_like(mean)
    divisor = np.where(deviation > 0.0, deviation, 1.0)
    cubes = ((values - mean[..., None]) / divisor[..., None]) ** 3
    return mean, deviation, cubes.sum(axis=-1) * (n / ((n - 1.0) * (n - 2.0)))


def reaches(n: ArrayLike, skew: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """How far the limits of a mean lie below and above it, in standard deviations of values."""
    size = np.maximum(np.asarray(n, np.float64), 2.0)
    z = stdtrit(size - 1.0, 0.5 + confidence / 2) / np.sqrt(size)
    gamma = np.asarray(skew, np.float64)
    return np.maximum(z, skewed(z, gamma, size)), np.maximum(z, -skewed(-z, gamma, size))


def unskewed(away: ArrayLike, skew: ArrayLike, n: ArrayLike) -> Floats:
    """A mean's distance from a truth, in standard deviations, as if values were not skewed.

    Hall (1992): w + g w^2 / 3 + g^2 w^3 / 27 + g / 6n for the skewness g, which rises with w all
    the way.
    """
    w, g = np.asarray(away, np.float64), np.asarray(skew, np.float64)
    return np.asarray(w + g * w**2 / 3.0 + g**2 * w**3 / 27.0 + g / (6.0 * np.asarray(n)))


def skewed(distance: ArrayLike, skew: ArrayLike, n: ArrayLike) -> Floats:
    """The distance that ``unskewed`` turns into this one."""
    g = np.asarray(skew, np.float64)
    z = np.asarray(distance, np.float64) - g / (6.0 * np.asarray(n))
    some = np.where(np.abs(g) > 1e-12, g, 1.0)
    grown = np.where(np.abs(g) > 1e-12, g * z, 0.0)
    # Of 1 + x the cube root, less 1; by the logarithm where x is small, to lose no digits.
    small = np.abs(grown) < 0.5
    root = np.where(
        small, np.expm1(np.log1p(np.where(small, grown, 0.0)) / 3.0), np.cbrt(1.0 + grown) - 1.0
    )
    return np.asarray(np.where(np.abs(g) > 1e-12, 3.0 * root / some, z))
