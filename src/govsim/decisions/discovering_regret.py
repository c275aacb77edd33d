"""Regret: how much worse an arm is than the best one in the same future.

The best of several noisy means is partly lucky, so regret of means over all replications is too
large on average. So the best arm (and, for the largest regrets, the future) is chosen on one half
of the replications and measured on the other, over several ways to halve them; such regret is a
little too small, since a choice on half the data is sometimes not the best. The truth lies between.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from govsim.decisions.discovering_boxes import Bools
from govsim.decisions.discovering_held_out import Share, share_of
from govsim.outcomes.lookup import Floats, Ints

HALVINGS = 20
RESAMPLES = 1_000
HIGH = 0.9  # the quantile
NEAR = 0.05  # ranks on both sides of it that are averaged where halves are compared


class Regret(NamedTuple):
    """Of one arm, over futures, in the outcome's unit."""

    arm: str
    expected: float
    high: float  # nine of ten futures have less
    largest: float
    halved: tuple[float, float, float]  # the same by halves of the replications; NaN with one
    enough: Share  # of futures in which the outcome is good enough; NaN if nobody said what is


class Most(NamedTuple):
    """The arm that is best by a criterion, and in which share of resampled futures it is."""

    arm: str
    certainty: float
    shares: tuple[float, ...]  # of all arms
    tied: bool = False  # whether another is as good


class Robustness(NamedTuple):
    """Regret of all arms, and which is the most robust one."""

    outcome: str
    futures: int
    regrets: tuple[Regret, ...]
    least_expected: Most
    least_high: Most
    least_largest: Most  # minimax regret
    enough: Most | None  # good enough in most futures
    table: Floats  # futures x arms: regret of means over all replications
    gains: Floats  # futures x arms: means, the sign turned so that more is better
    complete: Bools  # which futures these are, of all


def robustness(
    outcome: str, arms: tuple[str, ...], values: Floats, direction: int, enough: Floats | None
) -> Robustness | None:
    """Regret of every arm.

    Args:
        outcome: its name.
        arms: their names.
        values: arms x futures x replications.
        direction: +1 if more of it is better, else -1.
        enough: futures x arms, the share of replications in which it is good enough.

    Returns:
        None where there are fewer than two arms or futures with all arms done.
    """
    complete: Bools = np.isfinite(values.sum(axis=(0, 2)))
    if len(arms) < 2 or complete.sum() < 2:
        return None
    gains = direction * values[:, complete]
    means = gains.mean(axis=2).T
    table = regret_of(means, means)
    good = None if enough is None else enough[complete]
    halved = _halved(gains)
    regrets = tuple(
        Regret(arm, *_three(table[:, at]), halved[at], _share(good, at))
        for at, arm in enumerate(arms)
    )
    return Robustness(
        outcome, len(table), regrets, *_most(arms, table, good), table, means, complete
    )


def regret_of(chosen_on: Floats, measured_on: Floats) -> Floats:
    """Futures x arms: the best arm by the first means, its lead measured by the second."""
    best = chosen_on.argmax(axis=1)
    lead: Floats = measured_on[np.arange(len(best)), best][:, None] - measured_on
    return lead


def _three(regret: Floats) -> tuple[float, float, float]:
    return float(regret.mean()), float(np.quantile(regret, HIGH)), float(regret.max())


def _share(enough: Floats | None, arm: int) -> Share:
    if enough is None:
        return Share(np.nan, np.nan, np.nan)
    return share_of(float(enough[:, arm].sum()), float(len(enough)))


# ---------------------------------------------------------------- halves


def _halved(gains: Floats) -> list[tuple[float, float, float]]:
    """For each arm the three measures by halves: futures and best arms chosen on one, measured on
    the other.
    """
    arms, _, replications = gains.shape
    if replications < 2:
        return [(np.nan,) * 3] * arms
    found = np.array([_by_halves(gains, half) for half in _halves(replications)])
    return [tuple(map(float, row)) for row in found.mean(axis=0)]  # type: ignore[misc]


def _halves(replications: int) -> Iterator[Bools]:
    random = np.random.default_rng(0)
    for _ in range(HALVINGS):
        yield random.permutation(replications) < replications // 2


def _by_halves(gains: Floats, half: Bools) -> Floats:
    """Arms x 3."""
    one, other = gains[:, :, half].mean(axis=2).T, gains[:, :, ~half].mean(axis=2).T
    guess, regret = regret_of(one, one), regret_of(one, other)
    n = len(guess)
    first, after = int((HIGH - NEAR) * n), max(int((HIGH + NEAR) * n), int((HIGH - NEAR) * n) + 1)
    rows = []
    for arm in range(guess.shape[1]):
        order = np.argsort(guess[:, arm], kind="stable")
        ranked = regret[order, arm]
        rows.append((ranked.mean(), ranked[first:after].mean(), ranked[-1]))
    return np.array(rows)


# ---------------------------------------------------------------- the most robust


def _most(
    arms: tuple[str, ...], table: Floats, enough: Floats | None
) -> tuple[Most, Most, Most, Most | None]:
    random = np.random.default_rng(1)
    draws = random.integers(0, len(table), (RESAMPLES, len(table)))

    def most(score: Callable[[Floats], Floats], of: Floats) -> Most:
        return _winner(arms, score(of), np.array([score(of[draw]) for draw in draws]))

    return (
        most(lambda t: -t.mean(axis=0), table),
        most(lambda t: -np.quantile(t, HIGH, axis=0), table),
        most(lambda t: -t.max(axis=0), table),
        None if enough is None else most(lambda t: t.mean(axis=0), enough),
    )


def _winner(arms: tuple[str, ...], scores: Floats, resampled: Floats) -> Most:
    """The arm with the best score; those that share a first place share its weight."""
    best = resampled >= resampled.max(axis=1, keepdims=True) - 1e-12
    shares = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    place = int(np.argmax(scores))
    tied = bool((scores >= scores[place] - 1e-12).sum() > 1)
    return Most(arms[place], float(shares[place]), tuple(shares.tolist()), tied)


def best_arms(gains: Floats) -> Ints:
    """For each future the arm that is best there."""
    best: Ints = gains.argmax(axis=1)
    return best
