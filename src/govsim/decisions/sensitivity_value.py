"""Value of information: what deciding now may cost, and which value it would pay to know.

A decision is right on average and wrong in some samples. The expected loss of that is the value of
perfect information (EVPI), for one value alone that of partial information (EVPPI). Both are read
from samples that are there (Strong and Oakley 2013; Strong, Oakley and Brennan 2014), here with
slices in place of regression, and so that no noise passes for information: what is chosen with
some of the rows is judged by others.
"""

from typing import NamedTuple

import numpy as np

from govsim.decisions.sensitivity_indices import SEED, slices_of
from govsim.experiments.intervals import many, mean_interval
from govsim.outcomes.lookup import Floats, Ints

FOLDS = 10
PER_SLICE = 24  # samples, so that a slice's best arm is chosen with some care


class Value(NamedTuple):
    """What it would be worth to know something, in units of the outcome a year of deciding."""

    factor: str  # "" for everything at once
    worth: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether it differs from nothing beyond chance."""
        return self.low > 0.0


class Worth(NamedTuple):
    """Which arm is best now, how often it is not, and what it would be worth to know more."""

    arms: tuple[str, ...]
    best: int
    means: Floats  # of the outcome, by arm
    wrong: float  # share of samples in which another arm has the better mean
    everything: Value
    single: tuple[Value, ...]


def worth_of(
    arms: tuple[str, ...], factors: tuple[str, ...], ranks: Floats, values: Floats, direction: int
) -> Worth:
    """Value of information about the factors of a random design.

    Args:
        ranks: samples x factors.
        values: arms x samples x replications, of one outcome, all there.
        direction: +1 if more of it is better, -1 if less.
    """
    gains = direction * values
    means = gains.mean(axis=2)
    best = int(means.mean(axis=1).argmax())
    single = [
        Value(factor, *_partial(ranks[:, place], means, len(factors)))
        for place, factor in enumerate(factors)
    ]
    single.sort(key=lambda value: -value.worth)
    wrong = float((means.argmax(axis=0) != best).mean())
    everything = _at_least(Value("", *_perfect(gains, best)), single)
    return Worth(arms, best, values.mean(axis=(1, 2)), wrong, everything, tuple(single))


def _at_least(everything: Value, single: list[Value]) -> Value:
    """To know everything is worth no less than to know one value."""
    worth = max(everything.worth, *(value.worth for value in single))
    low = max(everything.low, *(value.low for value in single))
    return Value("", worth, low, max(everything.high, worth))


def _perfect(gains: Floats, best: int) -> tuple[float, float, float]:
    """At least what arms chosen by the other replications gain; at most what hindsight does."""
    means = gains.mean(axis=2)
    hindsight = mean_interval(means.max(axis=0) - means[best])
    n = gains.shape[2]
    if n == 1:
        return hindsight.mean, 0.0, hindsight.high  # chance cannot be told from information
    others = (gains.sum(axis=2, keepdims=True) - gains) / (n - 1)
    chosen = np.take_along_axis(gains, others.argmax(axis=0)[None], axis=0)[0]
    foresight = mean_interval((chosen - gains[best]).mean(axis=1))
    return max(foresight.mean, 0.0), max(foresight.low, 0.0), hindsight.high


def _partial(ranks: Floats, means: Floats, factors: int) -> tuple[float, float, float]:
    """Arms are chosen slice by slice in nine tenths of the samples, and judged by the tenth."""
    slices = _coarse(ranks)
    fold = np.random.default_rng(SEED).permutation(len(ranks)) % FOLDS
    gains = np.zeros(len(ranks))
    for number in range(FOLDS):
        learn, judge = fold != number, fold == number
        best = int(means[:, learn].mean(axis=1).argmax())
        by_slice = np.full(int(slices.max()) + 1, best)  # where a slice is empty, too
        for part in np.unique(slices[learn]):
            by_slice[part] = means[:, learn & (slices == part)].mean(axis=1).argmax()
        chosen = by_slice[slices[judge]]
        judged = means[:, judge]
        gains[judge] = judged[chosen, np.arange(judged.shape[1])] - judged[best]
    interval = mean_interval(gains, many(factors))
    return max(interval.mean, 0.0), max(interval.low, 0.0), max(interval.high, 0.0)


def _coarse(ranks: Floats) -> Ints:
    slices = slices_of(ranks)
    most = max(2, min(int(slices.max()) + 1, len(ranks) // PER_SLICE))
    coarse: Ints = slices * most // (int(slices.max()) + 1)
    return coarse
