"""Rules of this package for many numbers at once: what they give is the same to the last bit.

A city draws thousands of numbers a day whether anybody speaks up or not. As vectors they cost a
fiftieth. Each function here names the rule it repeats; tests/model/test_bulk.py compares them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from govsim.model import demand
from govsim.model.laws import CELLS, OCTAVES, Family, quantile
from govsim.model.plan import Law
from govsim.model.randomness import Keys, draw

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Words = NDArray[np.uint64]

OCTAVE_STARTS = np.array([1.0 / (1 << (octave + 1)) for octave in range(OCTAVES, 0, -1)])


def pairs(keys: Keys, entities: Words, reasons: Words) -> tuple[Floats, Floats]:
    """``randomness.draw`` of every entity for every reason; the two are broadcast together."""
    words = tuple(np.uint64(key) for key in keys)
    u, v = draw(words, *np.broadcast_arrays(entities, reasons))  # type: ignore[arg-type]
    return u, v  # type: ignore[return-value]


def quantiles(law: Law, u: Floats) -> Floats:
    """``laws.quantile``."""
    if law.family == Family.CONSTANT:
        return np.full(u.shape, law.a)
    if law.family == Family.TABLE:
        return _from_table(np.array(law.table), u)
    return np.array([quantile(law, rank) for rank in u.ravel().tolist()]).reshape(u.shape)


def _from_table(table: Floats, u: Floats) -> Floats:
    mirrored = u > 0.5
    v = np.where(mirrored, 1.0 - u, u)
    octave = np.maximum(np.searchsorted(OCTAVE_STARTS, v, side="right") - 1, 0)  # from the tail
    start = OCTAVE_STARTS[octave]
    place = np.maximum((v - start) / start * CELLS, 0.0)
    cell = np.minimum(place.astype(np.int64), CELLS - 1)
    first = octave * CELLS + cell
    here = np.where(mirrored, len(table) - 1 - first, first)
    there = np.where(mirrored, here - 1, here + 1)
    value: Floats = table[here] + (place - cell) * (table[there] - table[here])
    return value


def poissons(means: Floats, u: Floats) -> Whole:
    """``demand.poisson`` of means up to ``LARGEST_PIECE``.

    Most counts are zero: those whose rank lies below a bound of exp(-mean) are seen at once.
    """
    bound = 1.0 - means + means * means * (0.5 - means / 6.0) - 1.0e-9
    counts = np.zeros(u.shape, dtype=np.int64)
    for i in np.flatnonzero(u >= bound).tolist():
        counts[i] = demand.poisson(float(means[i]), float(u[i]))
    return counts


def moments_of_day(hours: Sequence[float], u: Floats) -> Whole:
    """``demand.moment_of_day``."""
    profile = np.array(hours)
    hour = np.searchsorted(profile[1:24], u, side="right")
    width = profile[hour + 1] - profile[hour]
    some = width > 0.0
    share = np.where(some, (u - profile[hour]) / np.where(some, width, 1.0), 0.0)
    second = np.minimum((share * 3600.0).astype(np.int64), 3599)
    moment: Whole = hour * 3600 + second
    return moment


def picks(shares: Sequence[float], u: Floats) -> Whole:
    """``demand.pick``."""
    total = 0.0
    for share in shares:
        total = total + share
    point = u * total
    chosen = np.full(u.shape, -1, dtype=np.int64)
    for i, share in enumerate(shares):
        chosen = np.where((chosen < 0) & (point < share), i, chosen)
        point = point - share
    return np.where(chosen < 0, demand.last_positive(shares), chosen)


def numbers_below(n: Whole, u: Floats) -> Whole:
    """``demand.number_below``."""
    return np.minimum((u * n).astype(np.int64), n - 1)
