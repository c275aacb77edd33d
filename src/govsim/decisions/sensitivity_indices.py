"""Indices of sensitivity, freed of the noise of replications. Numbers in, numbers out.

Every quantity that is a mean of products (a variance, a Sobol' index) multiplies different
replications only: their chance is independent, so its products vanish on average, and what is left
is the effect of the parameters, whether or not replications share their chance between points.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from govsim.experiments.intervals import CONFIDENCE, mean_interval
from govsim.outcomes.lookup import Floats, Ints, Numbers

STEP = 2 / 3  # of a range: how far a Morris trajectory of four levels moves a factor
RESAMPLES = 1_000
MOST_GROUPS = 1_000  # blocks are resampled one by one up to here, beyond that in groups
JACKKNIFE = 40  # groups left out one at a time
PIECES, MANY = 6, 512  # of a line with bends; from so many samples on twice as many
CHANCE = 0.95  # below its floor lies an index of a factor without any effect so often
Z = 1.6449  # the normal law's quantile of that
PERMUTATIONS = 400
DRAWS, ENOUGH = 4_000, 200  # for the reach of noise; beyond so many trajectories it is settled
SEED = 2002  # of resampling; any will do, but always the same


class Index(NamedTuple):
    """One index of one factor (or of two) with its interval and what chance alone would give."""

    name: str  # mu_star, mu, sigma; first, total, second; pawn
    factor: str
    other: str
    estimate: float
    low: float
    high: float
    floor: float  # NaN where it cannot be known

    @property
    def sure(self) -> bool:
        """Whether it lies above chance.

        Absolute effects (mu*) are above zero by chance alone, so only the floor can tell; where
        effects may come out negative, the interval must lie above, too.
        """
        if self.name == "mu_star" and not np.isnan(self.floor):
            return self.estimate > self.floor
        return self.low > (0.0 if np.isnan(self.floor) else self.floor)


class Noise(NamedTuple):
    """What makes single simulations differ: three variances that add up."""

    parameters: float  # between points, beyond chance
    common: float  # chance that is the same at all points, and leaves comparisons alone
    own: float  # chance that is not: it blurs the indices
    replications: int

    @property
    def of_means(self) -> float:
        """The share of chance in what varies between the points' means; NaN if not known."""
        blur = self.own / self.replications
        whole = self.parameters + blur
        return blur / whole if whole > 0 else float("nan")


def crossed(u: Floats, v: Floats) -> Floats:
    """Means of products of different replications, along the last axis."""
    n = u.shape[-1]
    if n == 1:
        single: Floats = (u * v)[..., 0]
        return single
    products: Floats = (u.sum(-1) * v.sum(-1) - (u * v).sum(-1)) / (n * (n - 1))
    return products


def noise_of(values: Floats) -> Noise:
    """Variance components of points x replications (two-way analysis of variance)."""
    points, replications = values.shape
    if replications == 1:
        return Noise(float(values.var(ddof=1)), float("nan"), float("nan"), 1)
    by_point, by_replication = values.mean(1), values.mean(0)
    rest = values - by_point[:, None] - by_replication + values.mean()
    own = float((rest**2).sum() / ((points - 1) * (replications - 1)))
    between = float(by_point.var(ddof=1)) - own / replications
    common = float(by_replication.var(ddof=1)) - own / points
    return Noise(max(between, 0.0), max(common, 0.0), own, replications)


# ---------------------------------------------------------------- Morris


def morris_indices(factors: tuple[str, ...], ranks: Floats, values: Floats) -> list[Index]:
    """mu* (how much), mu (which way) and sigma (how unlike from place to place) of every factor.

    Morris (1991); Campolongo, Cariboni and Saltelli (2007). In units of the outcome, for a move
    through a factor's whole range. Intervals of mu* and mu: over trajectories.

    Args:
        ranks: trajectories x (factors + 1) x factors.
        values: trajectories x (factors + 1) x replications.
    """
    effects = elementary_effects(ranks, values)
    found: list[Index] = []
    for place, factor in enumerate(factors):
        found += _morris(factor, effects[:, place])
    return found


def elementary_effects(ranks: Floats, values: Floats) -> Floats:
    """Trajectories x factors x replications. A step that changes no value has no effect."""
    moves = np.diff(ranks, axis=1)
    changes = np.diff(values, axis=1)
    effects = np.zeros((len(ranks), ranks.shape[2], values.shape[2]))
    trajectory, step, factor = np.nonzero(np.abs(moves) > 1e-9)
    signs = np.sign(moves[trajectory, step, factor])
    effects[trajectory, factor] = changes[trajectory, step] * signs[:, None] / STEP
    return effects


def _morris(factor: str, effects: Floats) -> Iterator[Index]:
    trajectories, n = effects.shape
    means = effects.mean(1)
    blur = float(effects.var(axis=1, ddof=1).mean() / n) if n > 1 else float("nan")
    size = mean_interval(np.abs(means))
    floor = float(np.sqrt(blur)) * _reach_of_noise(trajectories, n)
    known = n == 1 or size.low > floor  # else there is noise in it, which only adds
    low = max(size.low, 0.0) if known else 0.0
    yield Index("mu_star", factor, "", size.mean, low, size.high, floor)
    yield Index("mu", factor, "", *mean_interval(means)[:3], float("nan"))
    spread = float(np.sqrt(max(means.var(ddof=1) - (blur if n > 1 else 0.0), 0.0)))
    yield Index("sigma", factor, "", spread, *[float("nan")] * 3)


@cache
def _reach_of_noise(trajectories: int, n: int) -> float:
    """What mu* of a value without effect reaches, in estimated standard errors of an effect."""
    if n == 1:
        return float("nan")
    random = np.random.default_rng(SEED)
    chance = random.standard_normal((DRAWS, min(trajectories, ENOUGH), n))
    size = np.abs(chance.mean(2)).mean(1)
    error = np.sqrt(chance.var(axis=2, ddof=1).mean(1) / n)
    return float(np.quantile(size / error, CHANCE))


# ---------------------------------------------------------------- Sobol'


def sobol_indices(factors: tuple[str, ...], values: Floats, *, pairs: bool) -> list[Index]:
    """Shares of the variance: of each factor alone, with its interactions, and of pairs.

    First and second order: Saltelli et al. (2010); total: Jansen (1999). Intervals: percentiles of
    1,000 bootstrap samples of blocks.

    Args:
        values: blocks x (A, AB of each factor, BA of each factor if ``pairs``, B) x replications.
    """
    k = len(factors)
    centred = values - values[:, [0, -1]].mean(axis=(0, 1))
    a, b, ab = centred[:, 0], centred[:, -1], centred[:, 1 : k + 1]
    moved = ab - a[:, None]
    variance = (crossed(a, a) + crossed(b, b)) / 2
    first = crossed(np.broadcast_to(b[:, None], ab.shape), moved)
    total = crossed(moved, moved) / 2
    ratios = _Ratios(variance)
    floors = _sobol_floors(moved, ratios.variance)
    found = [ratios.index("first", f, "", first[:, i], floors[0][i]) for i, f in enumerate(factors)]
    found += [
        ratios.index("total", f, "", total[:, i], floors[1][i]) for i, f in enumerate(factors)
    ]
    if pairs:
        ba = centred[:, k + 1 : 2 * k + 1]
        for i, j in zip(*np.triu_indices(k, 1), strict=True):
            closed = crossed(ba[:, j], ab[:, i]) - crossed(a, b)
            alone = first[:, i] + first[:, j]
            found.append(
                ratios.index("second", factors[i], factors[j], closed - alone, float("nan"))
            )
    return found


def variance_of(values: Floats) -> float:
    """The variance that parameters make, in the independent samples of Saltelli's blocks."""
    centred = values[:, [0, -1]] - values[:, [0, -1]].mean(axis=(0, 1))
    return float(crossed(centred, centred).mean())


def _sobol_floors(moved: Floats, variance: float) -> tuple[Floats, Floats]:
    """What factors without effect reach in one case of twenty, first and total order."""
    blocks, factors, n = moved.shape
    if n == 1:
        unknown: Floats = np.full(factors, np.nan)
        return unknown, unknown
    noise = moved.var(axis=2, ddof=1).mean(axis=0)
    first = Z * np.sqrt(noise / (n * blocks * variance))
    total = Z * noise / (2 * variance) * np.sqrt(2 / (n * (n - 1) * blocks))
    return first, total


class _Ratios:
    """Means over blocks divided by the mean variance, resampled together."""

    def __init__(self, variance: Floats) -> None:
        self.variance = float(variance.mean())
        self._groups = np.arange(len(variance)) * min(MOST_GROUPS, len(variance)) // len(variance)
        count = int(self._groups[-1]) + 1
        random = np.random.default_rng(SEED)
        self._weights = random.multinomial(count, np.full(count, 1 / count), RESAMPLES)
        self._below = self._resampled(variance)

    def _resampled(self, values: Floats) -> Floats:
        sums: Floats = np.bincount(self._groups, values).astype(np.float64)
        resampled: Floats = self._weights @ sums
        return resampled

    def index(self, name: str, factor: str, other: str, values: Floats, floor: float) -> Index:
        """The ratio with its interval."""
        estimate = float(values.mean()) / self.variance
        ratios = self._resampled(values) / self._below
        tail = (1 - CONFIDENCE) / 2
        low, high = (float(end) for end in np.quantile(ratios, [tail, 1 - tail]))
        return Index(name, factor, other, estimate, low, high, float(floor))


# ---------------------------------------------------------------- any random samples


def given_data_indices(factors: tuple[str, ...], ranks: Floats, values: Floats) -> list[Index]:
    """From samples of any random design: the share of variance of each factor alone, and PAWN.

    The share is that of a regression of the outcome on the factor (a line with bends, or a mean for
    each listed value), freed of what so many parameters would explain by chance; its interval:
    Student's t by a grouped jackknife. PAWN (Pianosi
    and Wagener 2015, 2018): the median distance of Kolmogorov and Smirnov between the outcome in a
    slice and the outcome at large; its interval: percentiles of the bootstrap.

    Args:
        ranks: samples x factors.
        values: samples x replications.
    """
    centred = values - values.mean(axis=0)
    one = np.ones((1, len(values)))
    floors = _Floors(lambda base: float(shares_explained(one, base, centred)[0]), PERMUTATIONS // 2)
    bases = [basis_of(ranks[:, place]) for place in range(len(factors))]
    both = zip(factors, bases, strict=True)
    shares = [_share(factor, base, centred, floors.of(base)) for factor, base in both]
    slices = [slices_of(ranks[:, place]) for place in range(len(factors))]
    return [*shares, *_pawns(factors, slices, values.mean(1))]


def basis_of(ranks: Floats) -> Floats:
    """Samples x parameters: tents over a factor's range, which add up to a line with bends."""
    distinct = np.unique(ranks)
    pieces = PIECES if len(ranks) < MANY else 2 * PIECES
    if len(distinct) <= pieces:
        single: Floats = np.asarray(ranks[:, None] == distinct, np.float64)
        return single
    knots = np.linspace(ranks.min(), ranks.max(), pieces + 1)
    tents: Floats = np.maximum(1 - np.abs(ranks[:, None] - knots) / (knots[1] - knots[0]), 0.0)
    return tents


def slices_of(ranks: Floats) -> Ints:
    """The slice of a factor's range that each sample lies in: equal counts, or single values."""
    distinct = np.unique(ranks)
    count = int(np.clip(np.sqrt(len(ranks)) / 2, 4, 32))
    if len(distinct) <= count:
        return np.asarray(np.searchsorted(distinct, ranks), np.int64)
    order = np.argsort(np.argsort(ranks, kind="stable"))
    slices: Ints = order * count // len(ranks)
    return slices


def _share(factor: str, basis: Floats, centred: Floats, floor: float) -> Index:
    groups = np.random.default_rng(SEED).permutation(len(centred)) % min(JACKKNIFE, len(centred))
    kept = (groups != np.arange(groups.max() + 1)[:, None]).astype(np.float64)
    estimate = float(shares_explained(np.ones((1, len(centred))), basis, centred)[0])
    others = shares_explained(kept, basis, centred)
    g = len(others)
    spread = float(np.sqrt((g - 1) / g * ((others - others.mean()) ** 2).sum()))
    half = float(stdtrit(g - 1, 0.5 + CONFIDENCE / 2)) * spread
    return Index("first", factor, "", estimate, estimate - half, estimate + half, floor)


def shares_explained(weights: Floats, basis: Floats, centred: Floats) -> Floats:
    """The share of variance that a regression explains, for each row of weights (0 or 1 a sample).

    As in an analysis of variance, what the parameters would explain of mere noise is taken off.
    """
    n, parameters = weights.sum(1), basis.shape[1]
    squares = np.einsum("ws,sp,sq->wpq", weights, basis, basis, optimize=True)
    along = np.einsum("ws,sp,sr->wpr", weights, basis, centred, optimize=True)
    slopes = np.linalg.pinv(squares, hermitian=True) @ along
    explained = crossed(along, slopes).sum(1)
    total = weights @ crossed(centred, centred)
    whole = weights @ centred
    of_mean = crossed(whole, whole) / n
    within = (total - explained) / (n - parameters)
    ratios: Floats = (explained - of_mean - (parameters - 1) * within) / (total - of_mean)
    return ratios


class _Floors:
    """What a factor without effect would reach in one case of twenty: its samples mixed up."""

    def __init__(self, statistic: Callable[[Numbers], float], times: int) -> None:
        self._statistic = statistic
        self._times = times
        self._known: dict[tuple[object, ...], float] = {}

    def of(self, places: Numbers) -> float:
        """The floor for places (slices, or rows of a basis) spread like these."""
        kind = (places.shape, *np.round(places.sum(axis=0, keepdims=True).ravel(), -1).tolist())
        if kind not in self._known:
            random = np.random.default_rng(SEED)
            mixed = [self._statistic(random.permutation(places)) for _ in range(self._times)]
            self._known[kind] = float(np.quantile(mixed, CHANCE))
        return self._known[kind]


def pawn(slices: Ints, y: Floats) -> float:
    """PAWN's index: the median, over slices, of Kolmogorov and Smirnov's distance."""
    order = np.argsort(y, kind="stable")
    ordered = y[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # of equal values
    member = slices[order, None] == np.unique(slices)
    inside = np.cumsum(member, axis=0) / member.sum(axis=0)
    at_large = np.arange(1, len(y) + 1)[:, None] / len(y)
    return float(np.median(np.abs(inside - at_large)[last].max(axis=0)))


def _pawns(factors: tuple[str, ...], slices: list[Ints], y: Floats) -> Iterator[Index]:
    times = max(40, min(PERMUTATIONS, PERMUTATIONS * 1_000 // len(y)))
    draws = np.random.default_rng(SEED).integers(0, len(y), (times // 2, len(y)))
    floors = _Floors(lambda cut: pawn(cut, y), times)
    tail = (1 - CONFIDENCE) / 2
    for factor, cut in zip(factors, slices, strict=True):
        low, high = np.quantile([pawn(cut[d], y[d]) for d in draws], [tail, 1 - tail])
        yield Index("pawn", factor, "", pawn(cut, y), float(low), float(high), floors.of(cut))
