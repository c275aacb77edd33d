"""Portfolios simulated: what each gains over the baseline, and what it costs besides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from govsim.decisions.arms import Arm, Arms
from govsim.decisions.surrogate import Floats
from govsim.decisions.uses import Portfolio, Use, arm_of
from govsim.errors import InputError

CENT = 2  # decimals of money: sums of pay differ by less from one way to add to another


@dataclass(slots=True)
class PortfolioTrials:
    """Replications of portfolios, each beside the baseline's under the same chance.

    Args:
        arms: measures the KPI first, then cost.
        sign: +1 where more of the KPI is better, else -1.
        years: length of the time that is measured.
        expected: replications that all will take, for progress.
    """

    arms: Arms
    uses: Sequence[Use]
    sign: int
    years: float
    expected: int = 0

    def look(self, portfolios: Sequence[Portfolio], n: int, first: int, doing: str) -> Floats:
        """Portfolios x replications x (gain, extra cost a year); NaN where nothing is measured.

        Gains are in the KPI's unit, and more is better. All replications are from ``first`` on.
        """
        some = {p: self.arm(p) for p in portfolios}
        wanted = {Arm(): n, **{arm: n for arm in some.values() if self.allowed(arm)}}
        self.arms.simulate(wanted, doing, self.expected, first)
        base = self.arms.values(Arm(), n, first)
        return np.array([self._beside(some[p], base, n, first) for p in portfolios])

    def arm(self, portfolio: Portfolio) -> Arm:
        """The arm of a portfolio."""
        return arm_of(self.uses, portfolio)

    def allowed(self, arm: Arm) -> bool:
        """Whether the scenario can be made so."""
        try:
            self.arms.plan(arm)
        except InputError:
            return False
        return True

    def means(
        self, n: int, doing: str, errors: list[float]
    ) -> Callable[[Sequence[Portfolio]], Floats]:
        """A way to try portfolios over the first n replications: mean gain and extra cost.

        The variances of gains are added to ``errors`` as they come.
        """

        def trying(portfolios: Sequence[Portfolio]) -> Floats:
            looked = self.look(portfolios, n, 0, doing)
            spread = looked[:, :, 0].var(axis=1, ddof=1)
            errors.extend(spread[np.isfinite(spread) & (spread > 0.0)].tolist())
            means: Floats = looked.mean(axis=1)
            return means

        return trying

    def _beside(self, arm: Arm, base: Floats, n: int, first: int) -> Floats:
        if not self.allowed(arm):
            return np.full((n, 2), np.nan)
        apart = self.arms.values(arm, n, first) - base
        return np.column_stack([self.sign * apart[:, 0], np.round(apart[:, 1] / self.years, CENT)])
