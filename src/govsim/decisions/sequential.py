"""Whether something happens often enough, settled by as few trials as it takes.

Wald's (1945) test of a probability against two values: what is at most ``low`` is called enough
with a probability of ``error`` at most, and what is at least ``high`` is missed as seldom. Between
the two either answer may come. The test ends somewhere, and its errors are not Wald's
approximations but are computed, trial by trial, for the very limits that are used.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from math import log

import numpy as np
from scipy.special import betainc, betaincinv

from govsim.outcomes.lookup import Floats, Ints

NEAR = 0.999  # of the errors asked for: rounding
PACES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)


@dataclass(frozen=True)
class SequentialTest:
    """Wald's test with limits in failures: after n trials, at most ``enough[n]`` is enough, and
    at least ``short[n]`` is too few successes; -1 and n + 1 where nothing is said yet.
    """

    low: float
    high: float
    error: float
    most: int  # trials; then it is settled in any case
    enough: tuple[int, ...]
    short: tuple[int, ...]

    def verdict(self, outcomes: list[bool]) -> bool | None:
        """Whether it happens often enough, at the first trial that settles it; None: go on."""
        failures = 0
        for n, happened in enumerate(outcomes[: self.most], 1):
            failures += not happened
            if failures <= self.enough[n]:
                return True
            if failures >= self.short[n]:
                return False
        return None

    def next_look(self, outcomes: list[bool]) -> int:
        """After how many trials it is settled at the earliest, from where it is."""
        failures = outcomes.count(False)
        for n in range(len(outcomes) + 1, self.most):
            more = n - len(outcomes)
            if failures <= self.enough[n] or failures + more >= self.short[n]:
                return n
        return self.most

    def passes(self, probability: float) -> float:
        """How often something of this probability is called enough; exact."""
        alive = np.ones(1)  # by failures so far
        called = 0.0
        for n in range(1, self.most + 1):
            alive = np.append(alive * probability, 0.0) + np.append(0.0, alive * (1 - probability))
            called += float(alive[: self.enough[n] + 1].sum())
            alive[: self.enough[n] + 1] = 0.0
            alive = alive[: self.short[n]]
        return called

    @cached_property
    def errors(self) -> tuple[float, float]:
        """How often ``low`` is called enough, and ``high`` is not."""
        return self.passes(self.low), 1.0 - self.passes(self.high)


@cache
def sequential_test(low: float, high: float, error: float) -> SequentialTest:
    """The test of a probability against two values, with both errors at most ``error``.

    Raises:
        ValueError: the values are not 0 < low < high < 1, or the error not within 0 to 0.5.
    """
    if not 0.0 < low < high < 1.0 or not 0.0 < error < 0.5:
        raise ValueError("no such test")
    most = 2 * _trials_at_once(low, high, error)
    for pace in PACES:
        test = _limits(low, high, error, error * pace, most)
        if max(test.errors) <= error * NEAR:
            return test
        most = most * 5 // 4
    raise AssertionError("a test that is long enough keeps its errors")


def _limits(low: float, high: float, error: float, nominal: float, most: int) -> SequentialTest:
    """Limits in failures from those of the likelihood ratio; at the end its sign decides."""
    gain, loss = log(high / low), log((1 - low) / (1 - high))
    bound = log((1 - nominal) / nominal)
    n = np.arange(most + 1)
    enough: Ints = np.floor((n * gain - bound) / (gain + loss)).astype(int)
    short: Ints = np.ceil((n * gain + bound) / (gain + loss)).astype(int)
    enough = np.maximum(enough, -1)
    short = np.minimum(np.maximum(short, 1), n + 1)
    enough[most] = int(most * gain / (gain + loss))
    short[most] = enough[most] + 1
    return SequentialTest(low, high, error, most, tuple(enough.tolist()), tuple(short.tolist()))


def _trials_at_once(low: float, high: float, error: float) -> int:
    """How many trials a test that looks only once needs (binomial, by the normal's first guess)."""
    n = 8
    while True:
        fails: Floats = np.arange(n + 1, dtype=float)
        # P(failures <= c) at low must be small while P(failures > c) at high is, too.
        good = betainc(n - fails[:-1], fails[:-1] + 1, low) <= error
        reached = betainc(n - fails[:-1], fails[:-1] + 1, high) >= 1 - error
        if bool((good & reached).any()):
            return n
        n += max(n // 8, 1)


# ---------------------------------------------------------------- what is known of it


def exact_interval(happened: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Where a probability lies, by so many trials, fixed beforehand (Clopper and Pearson 1934)."""
    tail = (1.0 - confidence) / 2
    low = 0.0 if happened == 0 else betaincinv(happened, trials - happened + 1, tail)
    high = 1.0 if happened == trials else betaincinv(happened + 1, trials - happened, 1 - tail)
    return float(low), float(high)
