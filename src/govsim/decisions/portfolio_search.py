"""Searching portfolios within a budget: numbers in, numbers out, no engine.

First every use by itself, one step of it and as much as the budget allows; then pairs of the best;
then batches by drawn guesses (Thompson sampling): a surrogate of what was tried is drawn, and the
portfolio that it thinks best within the budget, or within a part of the budget, is tried next. The
last batches are by the mean guess. The same seed and results give the same tries, so that a search
that was broken off goes on where it was.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from govsim.decisions.surrogate import Floats, Surrogate
from govsim.decisions.uses import Portfolio

BATCH = 8
BEST = 5  # uses that are tried in pairs
STARTS = 3  # portfolios from which a guess is climbed
SIMPLER = 2e-3  # of the largest gain: what brings less is left out
WORTH = 0.25  # of the budget: no part of the budget below it is searched for

Try = Callable[[Sequence[Portfolio]], Floats]
"""Tries portfolios: gain and extra cost of each (n x 2), means of a few replications. NaN: the
scenario does not allow it, or nothing could be measured."""


@dataclass
class Search:
    """A search under way, and what it has found.

    Args:
        steps: how many steps each use has.
        budget: in the unit of costs; more than 0.
        error: standard error of a try's gain, given by the caller after each batch.
    """

    steps: tuple[int, ...]
    budget: float
    trying: Try
    error: Callable[[], float]
    seed: int = 1
    tries: dict[Portfolio, tuple[float, float]] = field(default_factory=dict)
    refused: set[Portfolio] = field(default_factory=set)

    @property
    def nothing(self) -> Portfolio:
        """The portfolio that spends nothing."""
        return (0,) * len(self.steps)

    def run(self, most: int) -> None:
        """Try up to so many portfolios, the first look at every use not counted."""
        self._try([self.nothing])
        self._alone()
        self._pairs()
        rng = np.random.default_rng((self.seed, 6))
        while (left := most - len(self.tries) - len(self.refused)) > 0:
            boldly = left > 2 * BATCH
            if not self._try(self._proposals(rng, min(BATCH, left), boldly=boldly)):
                return  # all is tried that seems worth it

    # ------------------------------------------------------------ results

    def affordable(self) -> list[Portfolio]:
        """What was tried and is within the budget."""
        return [p for p, (_, cost) in self.tries.items() if cost <= self.budget]

    def believed(self) -> dict[Portfolio, float]:
        """What each try comes to, with chance shrunk away as far as it is known."""
        tried = list(self.tries)
        gains = self._surrogate(0).shrunk(self.shares(tried))
        return dict(zip(tried, gains.tolist(), strict=True))

    def guessed(self, portfolios: Sequence[Portfolio]) -> Floats:
        """What portfolios would gain, tried or not, by the mean guess."""
        return self._surrogate(0).guess(self.shares(portfolios))

    def shares(self, portfolios: Sequence[Portfolio]) -> Floats:
        """Portfolios x uses, from 0 to 1."""
        return np.array(portfolios, float).reshape(-1, len(self.steps)) / self.steps

    # ------------------------------------------------------------ stages

    def _try(self, portfolios: Sequence[Portfolio]) -> int:
        new = [p for p in dict.fromkeys(portfolios) if p not in self.tries.keys() | self.refused]
        if not new:
            return 0
        for portfolio, (gain, cost) in zip(new, self.trying(new).tolist(), strict=True):
            if np.isnan(gain) or np.isnan(cost):
                self.refused.add(portfolio)
            else:
                self.tries[portfolio] = (gain, cost)
        return len(new)

    def _alone(self) -> None:
        uses = range(len(self.steps))
        self._try([self._only({use: 1}) for use in uses])
        self._try([self._only({use: self._affordable_step(use)}) for use in uses])

    def _affordable_step(self, use: int) -> int:
        """As much of a use as the budget seems to allow, going by the cost of its first step."""
        first = self.tries.get(self._only({use: 1}))
        if first is None or first[1] > self.budget:
            return 1
        cheapest = max(first[1], 1e-9 * self.budget)
        return int(min(self.steps[use], max(1.0, self.budget // cheapest)))

    def _only(self, steps: dict[int, int]) -> Portfolio:
        return tuple(steps.get(use, 0) for use in range(len(self.steps)))

    def _pairs(self) -> None:
        """The best uses together, each as tried by itself, or one step where that is too much."""
        alone = {p: r for p, r in self.tries.items() if np.count_nonzero(p) == 1}
        fit = [p for p in alone if alone[p][1] <= self.budget and alone[p][0] > 0.0]
        best: dict[int, Portfolio] = {}
        for portfolio in sorted(fit, key=lambda p: -alone[p][0]):
            best.setdefault(int(np.flatnonzero(portfolio)[0]), portfolio)
        some = list(best.values())[:BEST]
        self._try(list(self._together(some)))

    def _together(self, portfolios: Sequence[Portfolio]) -> Iterator[Portfolio]:
        for one, other in combinations(portfolios, 2):
            if self.tries[one][1] + self.tries[other][1] <= self.budget:
                yield tuple(map(max, zip(one, other, strict=True)))

    # ------------------------------------------------------------ proposals

    def _surrogate(self, column: int) -> Surrogate:
        tried = list(self.tries)
        results = np.array([self.tries[p][column] for p in tried])
        error = self.error() if column == 0 else 0.0
        return Surrogate.fit(self.shares(tried), results, error)

    def _proposals(self, rng: np.random.Generator, count: int, *, boldly: bool) -> list[Portfolio]:
        gains, costs = self._surrogate(0), self._surrogate(1)
        known = set(self.tries) | self.refused
        found: list[Portfolio] = []
        for number in range(4 * count):
            if len(found) == count:
                break
            part = 1.0 if number % 2 == 0 else rng.uniform(WORTH, 1.0)
            weights = gains.draw(rng) if boldly else gains.weights
            for portfolio in self._climbed(gains, costs, weights, part * self.budget, rng):
                if portfolio not in known:
                    known.add(portfolio)
                    found.append(portfolio)
                    break
        return found

    def _climbed(
        self,
        gains: Surrogate,
        costs: Surrogate,
        weights: Floats,
        budget: float,
        rng: np.random.Generator,
    ) -> Iterator[Portfolio]:
        """Peaks of a guess within a budget, the highest first, then what lies around it."""

        def height(portfolios: Sequence[Portfolio]) -> Floats:
            shares = self.shares(portfolios)
            spent = costs.guess(shares)
            over = np.maximum(spent / budget - 1.0, 0.0)
            # of two that are alike the cheaper and the simpler one
            dear = 1e-4 * spent / budget + SIMPLER * shares.sum(axis=1)
            heights: Floats = gains.guess(shares, weights) / gains.scale - dear - 1e3 * over
            return heights

        starts = [self.nothing, *self._starts(rng, budget)]
        peaks = {self._peak(start, height) for start in starts}
        order = sorted(peaks, key=lambda p: (-float(height([p])[0]), p))
        yield from order
        around = list(self._around(order[0]))
        heights = height(around)
        yield from (around[i] for i in np.argsort(-heights, kind="stable") if heights[i] > -1.0)

    def _starts(self, rng: np.random.Generator, budget: float) -> list[Portfolio]:
        fit = [p for p, (_, cost) in self.tries.items() if cost <= budget]
        best = sorted(fit, key=lambda p: -self.tries[p][0])[: 2 * STARTS]
        places = rng.permutation(len(best))[: STARTS - 1]
        return [best[place] for place in places]

    def _peak(self, start: Portfolio, height: Callable[[Sequence[Portfolio]], Floats]) -> Portfolio:
        """Where no neighbour is higher."""
        here, level = start, float(height([start])[0])
        while True:
            around = list(self._around(here))
            heights = height(around)
            best = int(np.argmax(heights))
            if heights[best] <= level:
                return here
            here, level = around[best], float(heights[best])

    def _around(self, portfolio: Portfolio) -> Iterator[Portfolio]:
        """One use at any other step; or a step more of one use for steps of another."""
        for use, steps in enumerate(self.steps):
            for step in range(steps + 1):
                if step != portfolio[use]:
                    changed = (*portfolio[:use], step, *portfolio[use + 1 :])
                    yield changed
                    if step == portfolio[use] + 1:
                        yield from self._less_of_another(changed, use)

    def _less_of_another(self, portfolio: Portfolio, but: int) -> Iterator[Portfolio]:
        for use, step in enumerate(portfolio):
            if use != but:
                for less in range(step):
                    yield (*portfolio[:use], less, *portfolio[use + 1 :])
