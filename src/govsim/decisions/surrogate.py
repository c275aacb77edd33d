"""What portfolios would come to, guessed from those that were tried: Bayesian linear regression.

A use counts by its share of the most there is of it, by the square of that (later steps may bring
less), and together with every other use (two may help or hinder each other). Weights are normal
around 0; effects of pairs are expected to be smaller than those of uses. What is left over for a
portfolio has two parts: chance, as known from its replications, and what this form cannot say,
whose size is found from the tries.

Sources: Rasmussen and Williams 2006, section 2.1; Thompson 1933 for choosing by a drawn guess.
"""

from itertools import combinations
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

Floats = NDArray[np.float64]

MAIN, SQUARE, PAIR = 1.0, 0.5, 0.3  # how large weights are expected to be, beside the scale
LEAST_MISFIT, FITS = 0.02, 4


def features(shares: Floats) -> Floats:
    """Portfolios x features, from portfolios x uses (shares from 0 to 1)."""
    pairs = np.array(list(combinations(range(shares.shape[1]), 2)), int).reshape(-1, 2)
    together = shares[:, pairs[:, 0]] * shares[:, pairs[:, 1]]
    return np.hstack([shares, shares**2, together])


class Surrogate(NamedTuple):
    """A guess with its uncertainty."""

    scale: float
    weights: Floats  # in units of the scale
    root: Floats  # upper triangular; its inverse times normal numbers varies as the weights do
    trust: Floats  # by try: how far its own result counts beside the guess, 0 to 1
    left: Floats  # by try: its result less the guess, in units of the scale

    @classmethod
    def fit(cls, shares: Floats, results: Floats, error: float) -> Self:
        """From what was tried.

        Args:
            shares: tries x uses.
            results: one a try; more is better.
            error: standard error of a result.
        """
        scale = float(np.max(np.abs(results), initial=0.0)) or 1.0
        known, y = features(shares), results / scale
        uses = shares.shape[1]
        prior = np.full(known.shape[1], PAIR**-2)
        prior[:uses], prior[uses : 2 * uses] = MAIN**-2, SQUARE**-2
        chance = (error / scale) ** 2
        misfit = 0.1**2
        for _ in range(FITS):
            noise = chance + misfit
            precision = np.diag(prior) + known.T @ known / noise
            weights = cho_solve(cho_factor(precision), known.T @ y / noise)
            left = y - known @ weights
            misfit = max(float(np.mean(left**2)) - chance, LEAST_MISFIT**2)
        trust = np.full(len(y), misfit / (misfit + chance))
        return cls(scale, weights, cholesky(precision), trust, left)

    def guess(self, shares: Floats, weights: Floats | None = None) -> Floats:
        """What portfolios would come to, by the mean or by drawn weights."""
        by = self.weights if weights is None else weights
        guessed: Floats = self.scale * (features(shares) @ by)
        return guessed

    def draw(self, rng: np.random.Generator) -> Floats:
        """Weights as they may well be."""
        drawn: Floats = self.weights + solve_triangular(
            self.root, rng.standard_normal(len(self.weights))
        )
        return drawn

    def shrunk(self, shares: Floats) -> Floats:
        """What the tries themselves come to: between guess and result, the more chance the less
        is their own result believed.
        """
        return self.guess(shares) + self.scale * self.trust * self.left
