"""How many replications are enough: the sequential rule of ``--precision``.

The rule is the replications algorithm of Hoad, Robinson and Davies (2010): add replications until
the half-width of Student's 95 % interval of the mean is at most a stated share of it, and then some
more, the look-ahead, through which it must stay so. Without the look-ahead a run would end whenever
the first few replications happen to lie close together.
"""

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from govsim.experiments.intervals import CONFIDENCE

Floats = NDArray[np.float64]


class Precision(NamedTuple):
    """What is asked for: a half-width of at most ``relative`` times the mean.

    At least ``least`` and at most ``most`` replications; ``look_ahead`` further ones must keep the
    precision (beyond 100 replications, that many for each hundred).
    """

    relative: float
    least: int = 10
    most: int = 1000
    look_ahead: int = 5

    def ahead(self, n: int) -> int:
        """How many further replications must keep what was reached at ``n``."""
        return self.look_ahead * max(n, 100) // 100


class Reached(NamedTuple):
    """How far one column is.

    ``n``: the replications the rule recommends, None as long as it does not. ``half_width``: now
    (NaN with fewer than two values). ``allowed``: the half-width asked for. ``more``: further
    replications that it will probably take, 0 when it is reached.
    """

    n: int | None
    half_width: float
    allowed: float
    more: int


class Verdict(NamedTuple):
    """How far all columns are. What it would take is not cut to ``Precision.most``."""

    columns: dict[str, Reached]

    @property
    def enough(self) -> bool:
        """Whether every column has what was asked for."""
        return self.more == 0

    @property
    def more(self) -> int:
        """Further replications that it will probably take."""
        return max((column.more for column in self.columns.values()), default=0)

    @property
    def missing(self) -> list[str]:
        """The columns that need more."""
        return [name for name, column in self.columns.items() if column.more]


def needed(series: ArrayLike, p: Precision, level: float = 0.0) -> int | None:
    """How many replications the rule recommends, if those so far show it.

    The smallest n, not below ``p.least``, at which the precision is reached and kept through the
    look-ahead. ``series``: one value for each replication, in their order; NaN has no value.

    The half-width may be ``p.relative`` times the mean; times the standard deviation of single
    replications where that is larger (a mean near zero: relative to it nothing is ever precise, and
    what lies well within the chance of one year need not be known better); and times ``level``
    where that is larger still (of a difference: the level of the base).
    """
    course = _course(series, p, level)
    return _recommended(course.kept, p)


def enough(
    columns: Mapping[str, ArrayLike], p: Precision, levels: Mapping[str, float] | None = None
) -> Verdict:
    """How far each column is: the KPIs' values, or paired differences, one for each replication.

    ``levels`` has the level (see ``needed``) of the columns that have one. A column that has no
    value in any of the first ``p.least`` replications or later asks for nothing.
    """
    given = levels or {}
    return Verdict(
        {name: _reached(series, p, given.get(name, 0.0)) for name, series in columns.items()}
    )


def next_batch(verdict: Verdict, run: int, p: Precision) -> int:
    """How many replications to add to the ``run`` there are before looking again; 0: stop.

    As many as are probably missing, but at most as many again as there are, since few replications
    guess badly, and no more than ``p.most`` in all.
    """
    if run < p.least:
        return min(p.least, p.most) - run
    return max(0, min(verdict.more, run, p.most - run))


class _Course(NamedTuple):
    """After each replication: the half-width, what is allowed, and whether that is kept."""

    half_width: Floats
    allowed: Floats
    kept: NDArray[np.bool_]

    @property
    def now(self) -> tuple[float, float]:
        """The half-width after the last replication, and what is allowed."""
        if len(self.kept) == 0:
            return float("nan"), float("nan")
        return float(self.half_width[-1]), float(self.allowed[-1])


def _course(series: ArrayLike, p: Precision, level: float) -> _Course:
    values = np.asarray(series, dtype=np.float64)
    seen = ~np.isnan(values)
    n = np.cumsum(seen)
    origin = (
        values[seen][0] if seen.any() else 0.0
    )  # sums of squares stay small, and exact if equal
    moved = np.where(seen, values - origin, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.cumsum(moved) / n
        squares = np.cumsum(moved**2) - n * mean**2
        deviation = np.sqrt(np.maximum(squares, 0.0) / (n - 1))
        half = stdtrit(n - 1, 0.5 + CONFIDENCE / 2) * deviation / np.sqrt(n)
    half[n < 2] = np.nan
    allowed = p.relative * np.maximum(np.maximum(np.abs(mean + origin), deviation), abs(level))
    return _Course(half, allowed, half <= allowed)


def _recommended(kept: NDArray[np.bool_], p: Precision) -> int | None:
    """The first n from which on the precision is kept long enough."""
    lost = np.flatnonzero(~kept) + 1  # numbers of replications without the precision
    candidates = np.unique(np.append(lost + 1, p.least))
    for n in candidates[candidates >= p.least].tolist():
        end = n + p.ahead(n)
        if end <= len(kept) and bool(kept[n - 1 : end].all()):
            return int(n)
    return None


def _reached(series: ArrayLike, p: Precision, level: float) -> Reached:
    course = _course(series, p, level)
    run = len(course.kept)
    half, allowed = course.now
    n = _recommended(course.kept, p)
    nothing = run >= p.least and bool(np.isnan(np.asarray(series, dtype=np.float64)).all())
    more = 0 if nothing or n is not None else max(_total(course, p) - run, 1)
    return Reached(n, half, allowed, more)


def _total(course: _Course, p: Precision) -> int:
    """How many replications it will probably take, look-ahead included.

    A half-width falls with the root of the number of replications.
    """
    run = len(course.kept)
    half, allowed = course.now
    if np.isnan(half):
        return p.least + p.ahead(p.least)
    if half <= allowed:
        lost = np.flatnonzero(~course.kept)
        first = int(lost[-1]) + 2 if len(lost) else 1
    else:
        first = ceil(run * (half / allowed) ** 2)
    first = max(first, p.least)
    return first + p.ahead(first)
