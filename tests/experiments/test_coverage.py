"""Intervals hold what they promise: 95 % of them cover the truth, on models with known answers."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from govsim.experiments.intervals import (
    Interval,
    many,
    mean_interval,
    paired_difference,
    quantile_interval,
)
from longer import SEED
from longer import many as how_many

REPETITIONS = how_many(2_000, 20_000)

Laws = {
    "normal": stats.norm(3.0, 2.0),
    "uniform": stats.uniform(),
    "gamma": stats.gamma(4.0),
    "exponential": stats.expon(),
}


def coverage(truth: float, intervals: list[Interval]) -> float:
    return float(np.mean([i.low <= truth <= i.high for i in intervals]))


def assert_nominal(found: float, name: str) -> None:
    assert 0.93 <= found <= 0.97, f"{name}: {found:.3f}"


@pytest.mark.parametrize(
    ("law", "n"),
    [("normal", 3), ("normal", 20), ("uniform", 10), ("gamma", 20), ("exponential", 60)],
)
def test_means(law: str, n: int) -> None:
    """Student's t is exact for the normal; a skewed law needs more values (exponential: 60)."""
    generator = np.random.default_rng(SEED + 1)
    samples = Laws[law].rvs((REPETITIONS, n), random_state=generator)
    found = coverage(Laws[law].mean(), [mean_interval(row) for row in samples])
    assert_nominal(found, f"{law}, {n}")


@pytest.mark.parametrize("n", [5, 20])
@pytest.mark.parametrize("correlation", [0.0, 0.9, -0.5])
def test_paired_differences(n: int, correlation: float) -> None:
    generator = np.random.default_rng(SEED + 2)
    common = [[1.0, correlation], [correlation, 1.0]]
    pairs = generator.multivariate_normal([0.0, 0.7], common, (REPETITIONS, n))
    found = coverage(0.7, [paired_difference(p[:, 1], p[:, 0]) for p in pairs])
    assert_nominal(found, f"{n}, {correlation}")


@pytest.mark.parametrize("law", list(Laws))
@pytest.mark.parametrize(("n", "rank"), [(20, 0.5), (60, 0.9), (40, 0.25)])
def test_quantiles(law: str, n: int, rank: float) -> None:
    generator = np.random.default_rng(SEED + 3)
    samples = Laws[law].rvs((REPETITIONS, n), random_state=generator)
    truth = float(Laws[law].ppf(rank))
    found = coverage(truth, [quantile_interval(row, rank) for row in samples])
    assert_nominal(found, f"{law}, {n}, {rank}")


def test_simultaneous_intervals() -> None:
    """Of five policies against each other, in 95 % of the repetitions all ten intervals cover."""
    generator = np.random.default_rng(SEED + 4)
    means = np.array([0.0, 0.1, 0.5, 0.5, 2.0])
    all_cover = 0
    for _ in range(REPETITIONS):
        values = means[:, None] + generator.normal(size=(5, 15))
        each = many(10)
        all_cover += all(
            i.low <= means[a] - means[b] <= i.high
            for a in range(5)
            for b in range(a)
            for i in [paired_difference(values[a], values[b], each)]
        )
    assert 0.94 <= all_cover / REPETITIONS <= 0.99  # Bonferroni is a little cautious


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_queue(statistic: str) -> None:
    """Waits in an M/M/1 queue from empty: the truth is a mean over very many replications."""
    generator = np.random.default_rng(SEED + 5)
    values = waits(generator, 60_000)
    truth = {"mean": float(values.mean()), "median": float(np.median(values))}[statistic]
    interval: Callable[..., Interval] = mean_interval
    rows = waits(generator, 60 * REPETITIONS).reshape(REPETITIONS, 60)
    if statistic == "median":
        found = coverage(truth, [quantile_interval(row, 0.5) for row in rows])
    else:
        found = coverage(truth, [interval(row) for row in rows])
    assert_nominal(found, statistic)


def waits(generator: np.random.Generator, replications: int) -> np.ndarray:
    """Mean wait of the first 50 customers of each replication (Lindley), load 0.8."""
    wait = np.zeros(replications)
    total = np.zeros(replications)
    for _ in range(50):
        total += wait
        service, gap = generator.standard_exponential((2, replications))
        wait = np.maximum(0.0, wait + 0.8 * service - gap)
    return total / 50
