"""Probability laws by inversion: one uniform in, one variate out.

Every law a scenario can name ends as one of the families below. Those without a closed quantile
(gamma) and empirical ones are tables of quantiles, made once when the plan is compiled and
rounded so that they are the same on every machine.
"""

from collections.abc import Sequence
from enum import IntEnum
from math import sqrt

from govsim.model.arithmetic import exp, log, normal_quantile
from govsim.model.bits import exponent, scaled
from govsim.model.plan import NEVER, Law

FAR = 1.0e300  # beyond every value


class Family(IntEnum):
    """The families. Parameters a, b, c of ``Law`` mean what the line says."""

    CONSTANT = 0  # a
    EXPONENTIAL = 1  # a: mean
    LOGNORMAL = 2  # a: median, b: sigma of the logarithm
    WEIBULL = 3  # a: scale, b: 1 / shape
    TRIANGULAR = 4  # a: low, b: mode, c: high
    TABLE = 5  # table: quantiles at the graded ranks of ``table_ranks``
    STEPS = 6  # table: cumulative weights, then values


OCTAVES = 20  # the table's ranks halve towards each tail this often
CELLS = 16  # ranks within an octave


def table_ranks() -> list[float]:
    """Ranks of a quantile table: even within each octave, finer and finer towards both tails."""
    lower = []
    for octave in range(OCTAVES, 0, -1):
        start = 1.0 / (1 << (octave + 1))
        lower += [start * (1.0 + cell / CELLS) for cell in range(CELLS)]
    return lower + [0.5] + [1.0 - rank for rank in reversed(lower)]


def quantile(law: Law, u: float) -> float:
    """The value of a law at rank u in (0, 1)."""
    family = law.family
    if family == Family.CONSTANT:
        return law.a
    if family == Family.LOGNORMAL:
        return law.a * exp(law.b * normal_quantile(u))
    if family == Family.EXPONENTIAL:
        return -law.a * log(1.0 - u)
    if family == Family.TRIANGULAR:
        return _triangular(law.a, law.b, law.c, u)
    if family == Family.WEIBULL:
        return law.a * exp(law.b * log(-log(1.0 - u)))
    if family == Family.TABLE:
        return from_table(law.table, u)
    return _from_steps(law.table, u)


def seconds(law: Law, u: float) -> int:
    """A duration drawn from a law, rounded once to whole seconds, from 0 to NEVER."""
    x = quantile(law, u)
    if x >= NEVER:
        return NEVER
    return int(x + 0.5) if x > 0.0 else 0


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    width = high - low
    if width <= 0.0:
        return low
    if u * width < mode - low:
        return low + sqrt(u * width * (mode - low))
    return high - sqrt((1.0 - u) * width * (high - mode))


def from_table(table: Sequence[float], u: float) -> float:
    """Linear between the graded ranks; flat beyond the outermost ones."""
    mirrored = u > 0.5
    v = 1.0 - u if mirrored else u
    octave = min(max(-exponent(v), 1), OCTAVES)
    place = max((scaled(v, octave + 1) - 1.0) * CELLS, 0.0)
    cell = min(int(place), CELLS - 1)
    first = (OCTAVES - octave) * CELLS + cell
    here = len(table) - 1 - first if mirrored else first
    there = here - 1 if mirrored else here + 1
    return table[here] + (place - cell) * (table[there] - table[here])


def _from_steps(table: tuple[float, ...], u: float) -> float:
    n = len(table) // 2
    low = 0
    high = n - 1
    while low < high:
        middle = (low + high) // 2
        if u < table[middle]:
            high = middle
        else:
            low = middle + 1
    return table[n + low]


def mean(law: Law) -> float:
    """Expected value of a law."""
    if law.family == Family.CONSTANT or law.family == Family.EXPONENTIAL:
        return law.a
    if law.family == Family.LOGNORMAL:
        return law.a * exp(0.5 * law.b * law.b)
    if law.family == Family.TRIANGULAR:
        return (law.a + law.b + law.c) / 3.0
    if law.family == Family.STEPS:
        return _mean_of_steps(law.table)
    return _mean_by_ranks(law)


def _mean_of_steps(table: tuple[float, ...]) -> float:
    n = len(table) // 2
    total = table[0] * table[n]
    for i in range(1, n):
        total += (table[i] - table[i - 1]) * table[n + i]
    return total


def mean_within(law: Law, low: float, high: float) -> float:
    """Expected value of a law whose values are kept between two ends."""
    least, most = quantile(law, table_ranks()[0]), quantile(law, table_ranks()[-1])
    return mean(law) if low <= least and most <= high else _mean_by_ranks(law, low, high)


def _mean_by_ranks(law: Law, low: float = -FAR, high: float = FAR) -> float:
    ranks = table_ranks()
    values = [min(max(quantile(law, rank), low), high) for rank in ranks]
    total = ranks[0] * values[0] + (1.0 - ranks[-1]) * values[-1]
    for i in range(len(ranks) - 1):
        total += (ranks[i + 1] - ranks[i]) * 0.5 * (values[i] + values[i + 1])
    return total
