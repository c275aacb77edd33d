"""Selecting the best of several arms, with a guarantee: numbers in, a selection out, no engine.

``select`` is the fully sequential procedure KN of Kim and Nelson (2001): all arms get a first stage
of replications, then a few more at a time, and an arm is dropped as soon as another one leads it by
more than chance can explain. If the best arm leads every other one by at least the indifference,
it is selected with probability at least ``certainty``. Arms may share their chance: what counts is
the variance of differences, and error shares are split by Bonferroni's inequality, which asks for
no independence. Looking only now and then (in batches) can but lower the error (Jennison,
Johnstone and Turnbull 1982). Values must be independent between replications and not far from
normal.

Conditions are judged on the way by the procedure of Andradottir and Kim (2010), which is the same
race against a fixed line: an arm whose mean keeps a condition by at least its tolerance is kept,
one that breaks it by at least its tolerance is dropped; in between either may happen. Only an arm
that is known to keep all conditions can drop another one. Half of the error is for conditions,
half for the selection; both are split over all arms, so that they hold together whatever happens
first.

``allocate`` spends a fixed number of replications where they tell most (OCBA of Chen et al. 2000,
with the variances of paired differences): no guarantee, but an estimate of how sure the answer is.
"""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Draw = Callable[[Sequence[int], int], Floats]
"""Values of some arms in their first n replications: arms x n x (1 + conditions).

The first number is what is selected by, **more is better**. Each further one is how far a condition
is kept, 0 or more where it is. Replication r of one arm shares its chance with r of another. NaN:
nothing could be measured. Asked again, it gives the same values.
"""

GROWTH = 10  # a batch is at least the n-th part of what there is


class Terms(NamedTuple):
    """What is asked of a selection."""

    indifference: float  # in units of the first value; differences below it do not matter
    certainty: float = 0.95
    tolerances: tuple[float, ...] = ()  # one a condition, in its unit
    first: int = 10  # replications of each arm before any is dropped
    most: int = 1_000  # replications of any one arm
    batch: int = 1  # replications to be drawn at once at least, all arms together


class Kind(StrEnum):
    """What became of an arm."""

    CHOSEN = "chosen"
    IN_DOUBT = "in_doubt"  # not told apart from the chosen one, or a condition not decided
    BEATEN = "beaten"
    BREAKS = "breaks"  # a condition
    UNMEASURED = "unmeasured"  # some replication has no value


class Fate(NamedTuple):
    """What became of an arm, after how many replications, and by which arm or condition."""

    kind: Kind
    after: int
    by: int = -1


class Selection(NamedTuple):
    """What came out of a selection.

    ``chosen`` is -1 where no arm can be chosen. ``guaranteed``: the promise of ``select`` holds,
    otherwise ``most`` was reached before (or it was never given, by ``allocate``). ``chance`` is
    an estimate of how likely the choice is right, from the values alone, and not the guarantee.
    """

    chosen: int
    fates: tuple[Fate, ...]
    guaranteed: bool
    chance: float
    first_stage: Floats  # variances of differences between arms, arms x arms

    @property
    def replications(self) -> tuple[int, ...]:
        """Of each arm."""
        return tuple(fate.after for fate in self.fates)

    def of_kind(self, kind: Kind) -> list[int]:
        """The arms with this fate, in their order."""
        return [arm for arm, fate in enumerate(self.fates) if fate.kind == kind]


def eta(error: float, first: int) -> float:
    """KN's constant for one comparison that may err with this probability (c = 1).

    Solves ``(1 + 2 eta) ** (-(first - 1) / 2) / 2 = error`` (Kim and Nelson 2001, equation 2).
    """
    return 0.5 * (math.pow(2.0 * error, -2.0 / (first - 1)) - 1.0)


def reach(variance: Floats, n: int, step: float, h2: float) -> Floats:
    """How far a mean over n replications may go astray; 0 from ``last(...)`` on.

    Args:
        variance: of the first stage.
        n: replications so far.
        step: the smallest drift that matters, indifference or tolerance.
        h2: ``2 eta (first - 1)``.
    """
    return np.maximum(0.0, (h2 * variance / step - step * n) / (2.0 * n))


def last(variance: Floats, step: float, h2: float) -> float:
    """After how many replications every comparison is decided."""
    return float(np.max(h2 * variance / step**2, initial=0.0))


def constants(count: int, terms: Terms) -> tuple[float, float]:
    """``h2`` of comparisons between arms, and of those with the lines of conditions."""
    error, conditions = 1.0 - terms.certainty, len(terms.tolerances)
    share = error / 2.0 if conditions else error
    freedom = 2.0 * (terms.first - 1)
    between = eta(share / max(count - 1, 1), terms.first)
    line = eta(share / (count * max(conditions, 1)), terms.first)
    return freedom * between, freedom * line


def lasts(lead: float, variance: float, step: float, h2: float) -> float:
    """After how many replications a comparison is decided if means stay as they seem to be."""
    return h2 * variance / (step * (2.0 * abs(lead) + step))


def select(
    draw: Draw, count: int, terms: Terms, foretell: Callable[[int], None] = lambda _: None
) -> Selection:
    """Select the best of ``count`` arms, with the guarantee of the module's docstring.

    Args:
        draw: gives values.
        count: of arms, numbered from 0.
        terms: what is asked.
        foretell: is told, before each draw after the first, about how many replications it will
            take in all.

    Raises:
        ValueError: terms that no selection can be made on.
    """
    check_terms(count, terms)
    race = _Race(draw, count, terms)
    n = min(terms.first, terms.most)
    race.look(n)
    while not race.over(n):
        foretell(race.foreseen())
        n = race.next(n)
        race.look(n)
    return race.result()


def check_terms(count: int, terms: Terms) -> None:
    """Raises ValueError: no arms, or numbers out of their range."""
    steps = (terms.indifference, *terms.tolerances)
    if count < 1 or not all(np.isfinite(step) and step > 0.0 for step in steps):
        raise ValueError("at least one arm, and steps above 0, are needed")
    if not 0.5 < terms.certainty < 1.0 or not 3 <= terms.first <= terms.most or terms.batch < 1:
        raise ValueError("certainty from 0.5 to 1, 3 <= first <= most, batch >= 1")


def variances(values: Floats) -> Floats:
    """Variances of the differences between arms (arms x arms), from arms x replications."""
    centred = values - values.mean(axis=1, keepdims=True)
    apart = centred[:, None, :] - centred[None, :, :]
    spread: Floats = (apart**2).sum(axis=2) / (values.shape[1] - 1)
    return spread


class _Race:
    """A selection under way."""

    def __init__(self, draw: Draw, count: int, terms: Terms) -> None:
        self._draw, self._count, self._terms = draw, count, terms
        self._fates: list[Fate | None] = [None] * count
        self._values: dict[int, Floats] = {}
        conditions = len(terms.tolerances)
        self._h2, self._h2_kept = constants(count, terms)
        self._kept = np.full((count, conditions), False)  # conditions known to be kept
        self._pairs = np.full((count, count), np.nan)
        self._slack = np.full((count, conditions), np.nan)

    def racing(self) -> list[int]:
        """Arms whose fate is open."""
        return [arm for arm, fate in enumerate(self._fates) if fate is None]

    def look(self, n: int) -> None:
        """Draw up to n replications of each arm whose fate is open, and drop who can be dropped."""
        racing = self.racing()
        for arm, values in zip(racing, self._draw(racing, n), strict=True):
            self._values[arm] = values
            if np.isnan(values).any():
                self._fates[arm] = Fate(Kind.UNMEASURED, n)
        if n <= self._terms.first:
            self._first_stage()
        self._judge(n)
        self._drop(n)

    def over(self, n: int) -> bool:
        """Whether nothing is left to find out, or no more may be drawn."""
        racing = self.racing()
        if n >= self._terms.most or not racing:
            return True
        decided = bool(self._kept[racing].all())
        return decided and (len(racing) == 1 or n > self._last(racing))

    def next(self, n: int) -> int:
        """How many replications there shall be when all is looked at again."""
        racing = self.racing()
        more = max(-(-self._terms.batch // len(racing)), n // GROWTH, 1)
        ends = int(max(self._last(racing), self._last_kept(racing))) + 1
        return min(n + more, max(ends, n + 1), self._terms.most)

    def foreseen(self) -> int:
        """About how many replications all arms take together."""
        racing = self.racing()
        over = sum(fate.after for fate in self._fates if fate is not None)
        drawn = self._drawn(racing)
        return over + sum(max(drawn, self._foreseen_of(arm, racing)) for arm in racing)

    def result(self) -> Selection:
        """What came out, once it is over."""
        racing = self.racing()
        chosen = self._leader(racing)
        decided = bool(self._kept[racing].all())
        told_apart = len(racing) <= 1 or self._drawn(racing) > self._last(racing)
        fates = [fate or self._open_fate(arm, chosen) for arm, fate in enumerate(self._fates)]
        return Selection(
            chosen,
            tuple(fates),
            decided and told_apart,
            chance_right(self._values, fates, chosen),
            self._pairs,
        )

    # ------------------------------------------------------------ pieces

    def _first_stage(self) -> None:
        racing = self.racing()
        if not racing:
            return
        values = np.stack([self._values[arm] for arm in racing])
        self._pairs[np.ix_(racing, racing)] = variances(values[:, :, 0])
        self._slack[racing] = values[:, :, 1:].var(axis=1, ddof=1)

    def _judge(self, n: int) -> None:
        """Decide on conditions where that can be done."""
        for arm in self.racing():
            for place, tolerance in enumerate(self._terms.tolerances):
                if self._kept[arm, place]:
                    continue
                mean = float(self._values[arm][:, 1 + place].mean())
                astray = float(reach(self._slack[arm, place], n, tolerance, self._h2_kept))
                if mean < -astray:
                    self._fates[arm] = Fate(Kind.BREAKS, n, place)
                    break
                self._kept[arm, place] = mean >= astray

    def _drop(self, n: int) -> None:
        """Drop arms that one which keeps all conditions leads by more than chance explains."""
        racing = self.racing()
        able = [arm for arm in racing if self._kept[arm].all()]
        if not able or len(racing) < 2:
            return
        means = np.array([self._values[arm][:, 0].mean() for arm in racing])
        leaders = np.isin(racing, able)
        astray = reach(self._pairs[np.ix_(racing, racing)], n, self._terms.indifference, self._h2)
        lead = means[None, :] - means[:, None] - astray  # of column over row
        lead[:, ~leaders] = -np.inf
        for row, arm in enumerate(racing):
            by = int(np.argmax(lead[row]))
            if lead[row, by] > 0.0:
                self._fates[arm] = Fate(Kind.BEATEN, n, racing[by])

    def _last(self, racing: list[int]) -> float:
        return last(self._pairs[np.ix_(racing, racing)], self._terms.indifference, self._h2)

    def _foreseen_of(self, arm: int, racing: list[int]) -> int:
        means = {other: float(self._values[other][:, 0].mean()) for other in racing}
        best = max(racing, key=lambda other: means[other])
        rivals = [best] if arm != best else [other for other in racing if other != best]
        step, h2 = self._terms.indifference, self._h2
        longest = max(
            (lasts(means[arm] - means[o], float(self._pairs[arm, o]), step, h2) for o in rivals),
            default=0.0,
        )
        return int(min(longest, self._terms.most)) + 1

    def _last_kept(self, racing: list[int]) -> float:
        """After how many replications all conditions are decided."""
        steps = enumerate(self._terms.tolerances)
        return max((last(self._slack[racing, at], t, self._h2_kept) for at, t in steps), default=0)

    def _drawn(self, racing: list[int]) -> int:
        return min((len(self._values[arm]) for arm in racing), default=0)

    def _leader(self, racing: list[int]) -> int:
        """The best of those that seem to keep all conditions; the first of equals."""
        means = {arm: self._values[arm].mean(axis=0) for arm in racing}
        able = [arm for arm in racing if bool((self._kept[arm] | (means[arm][1:] >= 0.0)).all())]
        return max(able, key=lambda arm: (means[arm][0], -arm), default=-1)

    def _open_fate(self, arm: int, chosen: int) -> Fate:
        return Fate(Kind.CHOSEN if arm == chosen else Kind.IN_DOUBT, len(self._values[arm]))


# ---------------------------------------------------------------- a fixed number of replications


def allocate(draw: Draw, count: int, total: int, terms: Terms) -> Selection:
    """Spend ``total`` replications on ``count`` arms where they tell most, and choose.

    After the first stage the arms get shares that fall with the square of how far they lie behind,
    in standard deviations of the difference; the leader has as many as the most of the others,
    as pairs need both. ``terms.indifference`` and ``certainty`` are not used.

    Raises:
        ValueError: fewer replications than a first stage takes.
    """
    check_terms(count, terms)
    if total < terms.first * count:
        raise ValueError(f"at least {terms.first * count} replications are needed")
    counts = np.full(count, terms.first)
    values = _drawn(draw, counts)
    pairs = variances(np.stack([values[arm][:, 0] for arm in range(count)]))
    while counts.sum() < total and (racing := _measured(values)):
        _share_out(counts, values, racing, min(total - int(counts.sum()), _portion(total, terms)))
        values = _drawn(draw, counts)
    return _settled(values, pairs)


def chance_right(values: dict[int, Floats], fates: Sequence[Fate], chosen: int) -> float:
    """A lower estimate of the probability that the chosen arm is the right one (Bonferroni).

    From a flat prior: that no other arm is better (Student's t of the paired difference, over the
    replications both have) while keeping the conditions, and that the chosen one keeps them.
    """
    if chosen < 0:
        return float("nan")
    wrong = 1.0 - _keeps(values[chosen])
    for arm, fate in enumerate(fates):
        if arm != chosen and fate.kind != Kind.UNMEASURED:
            both = min(len(values[arm]), len(values[chosen]))
            better = _above_zero(values[arm][:both, 0] - values[chosen][:both, 0])
            wrong += min(better, _keeps(values[arm]))
    return max(0.0, 1.0 - wrong)


def _keeps(values: Floats) -> float:
    """How likely an arm keeps its conditions: that of the condition least likely kept."""
    return min((_above_zero(column) for column in values[:, 1:].T), default=1.0)


def _above_zero(values: Floats) -> float:
    """How likely the mean is above zero, on a flat prior; 1/2 where all values are 0."""
    n = len(values)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    if spread == 0.0:
        return 0.5 * (1.0 + float(np.sign(mean)))
    return float(stdtr(n - 1, mean / spread * n**0.5))


def _drawn(draw: Draw, counts: NDArray[np.int64]) -> dict[int, Floats]:
    """Values of each arm, as many replications as it is given."""
    values: dict[int, Floats] = {}
    for n in np.unique(counts):
        alike = np.flatnonzero(counts == n).tolist()
        values |= dict(zip(alike, draw(alike, int(n)), strict=True))
    return values


def _measured(values: dict[int, Floats]) -> list[int]:
    return [arm for arm, some in values.items() if not np.isnan(some).any()]


def _portion(total: int, terms: Terms) -> int:
    """How many replications are shared out at a time."""
    return max(terms.batch, total // 20, 1)


def _share_out(
    counts: NDArray[np.int64], values: dict[int, Floats], racing: list[int], portion: int
) -> None:
    """Give a portion to the arms that lack most of what OCBA would give them."""
    weights = _weights(values, racing)
    goal = weights / weights.sum() * (counts[racing].sum() + portion)
    for _ in range(portion):
        needy = int(np.argmax(goal - counts[racing]))
        counts[racing[needy]] += 1


def _weights(values: dict[int, Floats], racing: list[int]) -> Floats:
    """What each arm should have, relative to the others."""
    best = _best(values, racing)
    behind = np.zeros(len(racing))
    for place, arm in enumerate(racing):
        if arm != best:
            both = min(len(values[arm]), len(values[best]))
            apart = values[best][:both, 0] - values[arm][:both, 0]
            least = float(apart.std(ddof=1)) / both**0.5 or 1e-12 * (1.0 + abs(apart.mean()))
            behind[place] = float(apart.var(ddof=1)) / max(abs(apart.mean()), 0.1 * least) ** 2
    behind[racing.index(best)] = max(float(behind.max()), 1e-12)
    return behind


def _best(values: dict[int, Floats], racing: list[int]) -> int:
    """The arm to choose: the best of those that seem to keep the conditions, else of all."""
    means = {arm: values[arm].mean(axis=0) for arm in racing}
    able = [arm for arm in racing if bool((means[arm][1:] >= 0.0).all())] or racing
    return max(able, key=lambda arm: (means[arm][0], -arm))


def _settled(values: dict[int, Floats], pairs: Floats) -> Selection:
    racing = _measured(values)
    able = [arm for arm in racing if bool((values[arm].mean(axis=0)[1:] >= 0.0).all())]
    chosen = _best(values, able) if able else -1
    fates = [_fate(arm, values[arm], chosen, able, racing) for arm in range(len(values))]
    return Selection(chosen, tuple(fates), False, chance_right(values, fates, chosen), pairs)


def _fate(arm: int, values: Floats, chosen: int, able: list[int], racing: list[int]) -> Fate:
    if arm not in racing:
        return Fate(Kind.UNMEASURED, len(values))
    if arm not in able:
        return Fate(Kind.BREAKS, len(values), int(np.argmin(values.mean(axis=0)[1:])))
    return Fate(Kind.CHOSEN if arm == chosen else Kind.IN_DOUBT, len(values))
