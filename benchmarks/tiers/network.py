"""The common network of the comparison, what theory says about it, and the check of a run.

Grievances arrive in a Poisson stream, each at a community office drawn at random; every office
has so many servers, one queue in order of arrival and exponential service; after service a
grievance goes up to the parent office with probability ``up``, else it is closed. Offices of a
tier are spread in blocks over those of the tier above, as govsim's scenarios do it. Every office is
then an M/M/c queue (Jackson; the departures of such a queue are Poisson again), and both the mean
wait and its standard error in a run of given length are known exactly.
"""

from collections.abc import Sequence
from functools import cache
from math import sqrt
from typing import NamedTuple

import numpy as np

from govsim.model.plan import DAY, Plan

WARM_UP = 90.0  # days; who joins a queue before, or so late as COOL_DOWN, is not counted:
COOL_DOWN = 30.0  # days before the end; those who still wait then would be the long waits
STATES = 3_000  # cases in one office, far beyond what occurs


class Network(NamedTuple):
    """Times in days, rates a day; one entry a tier, lowest first."""

    offices: tuple[int, ...]
    servers: tuple[int, ...]  # of each office
    service: tuple[float, ...]  # mean
    per_day: float  # arrivals in the whole city
    days: float
    up: float

    def counts(self, joined: float) -> bool:
        """Whether the wait of who joins a queue then is counted."""
        return WARM_UP <= joined < self.days - COOL_DOWN

    def parent(self, tier: int, office: int) -> int:
        """The office above."""
        return office * self.offices[tier + 1] // self.offices[tier]

    def communities_below(self, tier: int) -> np.ndarray:
        """How many community offices lie under each office of a tier."""
        here = np.arange(self.offices[0])
        for below in range(tier):
            here = here * self.offices[below + 1] // self.offices[below]
        return np.bincount(here, minlength=self.offices[tier])


class Ran(NamedTuple):
    """Grievances that arrived; by tier, those whose wait is counted, and the days they waited."""

    grievances: int
    counted: tuple[int, ...]
    waited: tuple[float, ...]


class Exact(NamedTuple):
    """Mean wait of a tier, and the variance of its estimate in a run of one day."""

    wait: float
    variance: float


def network_of(plan: Plan) -> Network:
    """The numbers of a scenario of benchmarks/tiers."""
    tiers = range(len(plan.tiers))
    first = {office.tier: office for office in reversed(plan.offices)}
    reaching = 1.0 - plan.tiers[0].can_solve
    return Network(
        offices=tuple(sum(office.tier == tier for office in plan.offices) for tier in tiers),
        servers=tuple(len(plan.desks[first[tier].desks[0]].cadres) for tier in tiers),
        service=tuple(plan.tiers[tier].touch_work.a / DAY for tier in tiers),
        per_day=plan.residents * plan.demand.problems_per_day,
        days=plan.horizon / DAY,
        up=reaching,
    )


@cache
def exact(network: Network) -> tuple[Exact, ...]:
    """Every tier's mean wait over its grievances."""
    found = []
    for tier, (servers, service) in enumerate(zip(network.servers, network.service, strict=True)):
        per_community = network.per_day / network.offices[0] * network.up**tier
        below, offices = np.unique(network.communities_below(tier), return_counts=True)
        rates = below * per_community
        queues = [_queue(float(rate), service, servers) for rate in rates]
        arrivals = float((offices * rates).sum())
        wait = sum(n * length for n, (length, _) in zip(offices, queues, strict=True)) / arrivals
        spread = sum(
            n * _spread(float(rate), length, weights, servers, wait)
            for n, rate, (length, weights) in zip(offices, rates, queues, strict=True)
        )
        found.append(Exact(float(wait), float(spread) / arrivals**2))
    return tuple(found)


def _queue(arrivals: float, service: float, servers: int) -> tuple[float, np.ndarray]:
    """Mean queue length of M/M/c, and the probability of each number of cases."""
    cases = np.arange(1, STATES)
    logs = np.cumsum(np.log(arrivals * service / np.minimum(cases, servers)))
    weights = np.exp(np.concatenate([[0.0], logs]) - max(0.0, logs.max()))
    weights /= weights.sum()
    return float((np.maximum(np.arange(STATES) - servers, 0) * weights).sum()), weights


def _spread(
    arrivals: float, length: float, weights: np.ndarray, servers: int, wait: float
) -> float:
    """Variance a day of (days waited - wait x arrivals), by the Poisson equation of the queue.

    With f the queue length, the differences g of its solution satisfy
    arrivals x weight(i) x g(i) = - sum over k <= i of (f(k) - mean) x weight(k); the sum is then a
    martingale that jumps by g(i) - wait when a case arrives and by -g(i) when one leaves.
    """
    excess = np.maximum(np.arange(STATES) - servers, 0) - length
    partial = -np.cumsum(excess * weights)
    likely = weights > 1e-13  # beyond, the quotient is rounding
    jump = partial[likely] / (arrivals * weights[likely])
    return float((weights[likely] * arrivals * ((jump - wait) ** 2 + jump**2)).sum())


def misses(network: Network, runs: Sequence[Ran]) -> list[str]:
    """What is wrong with some runs: nothing, if all is well.

    In every tier the mean wait of each run, and of all runs together, must be within ``allowed``
    exact standard errors of the exact mean, and the arrivals within five.
    """
    found = [text for run in runs for text in _misses(network, run, 1)]
    return found + _misses(network, pooled(runs), len(runs))


def allowed(runs: int) -> float:
    """Standard errors: four, and more for few runs, whose mean waits are skewed to the right.

    Of 150 runs of size M the one farthest off was 9.7 standard errors too high at the top.
    """
    return 4.0 + 11.0 / sqrt(runs)


def pooled(runs: Sequence[Ran]) -> Ran:
    """Runs taken together."""
    return Ran(
        sum(run.grievances for run in runs),
        tuple(map(sum, zip(*(run.counted for run in runs), strict=True))),
        tuple(map(sum, zip(*(run.waited for run in runs), strict=True))),
    )


def _misses(network: Network, run: Ran, runs: int) -> list[str]:
    found = []
    limit = allowed(runs)
    expected = network.per_day * network.days * runs
    if abs(run.grievances - expected) > 5 * sqrt(expected):
        found.append(f"{run.grievances} grievances, {expected:.0f} expected")
    for tier, theory in enumerate(exact(network)):
        wait = run.waited[tier] / run.counted[tier] if run.counted[tier] else 0.0
        error = theory.wait * precision(network, runs)[tier]
        if abs(wait - theory.wait) > limit * error:
            found.append(f"tier {tier}: {wait:.3f} d, theory {theory.wait:.3f} ± {error:.3f} d")
    return found


def precision(network: Network, runs: int) -> tuple[float, ...]:
    """By tier, the standard error of so many runs together, as a share of the exact wait."""
    days = (network.days - WARM_UP - COOL_DOWN) * runs
    return tuple(sqrt(theory.variance / days) / theory.wait for theory in exact(network))
