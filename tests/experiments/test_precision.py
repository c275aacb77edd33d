from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from govsim.experiments.precision import Precision, enough, needed, next_batch


def dummy_model(mean: float, deviation: float, runs: int) -> NDArray[np.float64]:
    """The model of the tests of sim-tools: one normal number, seeded with the replication."""
    return np.array([np.random.default_rng(i).normal(mean, deviation) for i in range(runs)])


def half_width(values: NDArray[np.float64]) -> float:
    """Of Student's interval, which the published rule is about."""
    return float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))


def by_hand(series: NDArray[np.float64], p: Precision) -> int | None:
    """The rule with an interval for every n."""

    def kept(n: int) -> bool:
        size = max(abs(series[:n].mean()), float(np.std(series[:n], ddof=1)))
        return half_width(series[:n]) <= p.relative * size

    for n in range(p.least, len(series) + 1):
        end = n + p.look_ahead * max(n, 100) // 100
        if end <= len(series) and all(kept(m) for m in range(n, end + 1)):
            return n
    return None


@pytest.mark.parametrize(
    ("mean", "deviation", "published"), [(100, 4, 3), (1, 1, 332), (44, 27, 171)]
)
def test_the_published_cases(mean: float, deviation: float, published: int) -> None:
    """What sim-tools' own tests state for 10 %, a look-ahead of 10 and at most 500."""
    series = dummy_model(mean, deviation, 500)
    assert needed(series, Precision(0.1, least=3, most=500, look_ahead=10)) == published


def test_the_published_half_widths() -> None:
    """Triage waits of treat-sim, as the pages of sim-tools print them with their intervals."""
    waits = np.array([24.28, 57.12, 28.66, 24.80, 17.68])
    limits = {3: (-7.61, 80.98), 4: (8.69, 58.74), 5: (11.40, 49.62)}
    for n, (low, high) in limits.items():
        found = enough({"wait": waits[:n]}, Precision(0.1)).columns["wait"]
        assert found.half_width == pytest.approx((high - low) / 2, abs=0.011)


@pytest.mark.parametrize("seed", range(12))
def test_the_rule_is_an_interval_for_every_n(seed: int) -> None:
    random = np.random.default_rng(seed)
    series = random.gamma(4.0, 2.5, 160)
    p = Precision(float(random.uniform(0.08, 0.3)), least=5, look_ahead=int(random.integers(9)))
    assert needed(series, p) == by_hand(series, p)


def test_equal_values_are_enough_at_once() -> None:
    p = Precision(0.05)
    assert needed(np.full(15, 0.1), p) == 10
    assert needed(np.zeros(15), p) == 10
    assert needed(np.full(14, 0.1), p) is None  # the look-ahead is not over


def test_luck_at_the_beginning_is_not_believed() -> None:
    lucky = np.r_[np.full(12, 10.0), np.random.default_rng(1).normal(10.0, 5.0, 100)]
    assert needed(lucky, Precision(0.05, look_ahead=0)) == 10
    assert needed(lucky, Precision(0.05)) is None


def test_an_answer_once_given_stays() -> None:
    series = np.random.default_rng(9).normal(50.0, 12.0, 300)
    p = Precision(0.05)
    n = needed(series, p)
    assert n is not None
    first = n + p.ahead(n)
    assert needed(series[: first - 1], p) is None
    assert {needed(series[:m], p) for m in range(first, 300)} == {n}


@pytest.mark.parametrize(
    ("look_ahead", "n", "more"), [(5, 3, 5), (5, 100, 5), (5, 119, 5), (5, 120, 6), (100, 101, 101)]
)
def test_the_look_ahead_grows_beyond_a_hundred(look_ahead: int, n: int, more: int) -> None:
    assert Precision(0.05, look_ahead=look_ahead).ahead(n) == more


@pytest.mark.parametrize("relative", [0.1, 0.2])
def test_near_zero_the_spread_of_single_replications_counts(relative: float) -> None:
    """+1, -1, +1 ...: the half-width is t / sqrt(n) standard deviations, whatever the mean."""
    series = np.resize([1.0, -1.0], 500)
    first = next(n for n in count(2) if stats.t.ppf(0.975, n - 1) / n**0.5 <= relative)
    assert needed(series, Precision(relative, least=2)) == first


def test_a_difference_is_measured_by_the_level_of_its_base() -> None:
    random = np.random.default_rng(8)
    base = random.normal(1000.0, 50.0, 40)
    difference = random.normal(0.0, 20.0, 40)
    p = Precision(0.02)
    assert needed(difference, p) is None
    assert needed(difference, p, level=float(base.mean())) == 10
    found = enough({"difference": difference}, p, {"difference": -1000.0}).columns["difference"]
    assert (found.n, found.allowed) == (10, pytest.approx(20.0))


def test_replications_without_a_value_count_but_tell_nothing() -> None:
    series = np.random.default_rng(3).normal(10.0, 1.5, 60)
    gaps = np.full(120, np.nan)
    gaps[::2] = series
    p = Precision(0.05, look_ahead=0)
    n, with_gaps = needed(series, p), needed(gaps, p)
    assert n is not None
    assert with_gaps == 2 * n - 1  # the n-th value stands there


def test_a_column_without_any_value_asks_for_nothing() -> None:
    p = Precision(0.05)
    nothing = np.full(20, np.nan)
    assert enough({"nothing": nothing}, p).enough
    assert enough({}, p).enough
    early = enough({"nothing": nothing[:4]}, p)
    assert not early.enough
    assert (early.missing, early.more) == (["nothing"], 11)


def test_how_many_more_goes_by_the_square_of_the_half_width() -> None:
    series = np.resize([90.0, 110.0], 20)
    half = stats.t.ppf(0.975, 19) * np.std(series, ddof=1) / 20**0.5
    wanted = Precision(half / 2 / 100.0)  # half as wide: four times as many, and the look-ahead
    verdict = enough({"rough": series, "fine": np.full(20, 3.0)}, wanted)
    rough = verdict.columns["rough"]
    assert (rough.n, rough.half_width) == (None, pytest.approx(half))
    assert rough.more in (80 + 5 - 20, 81 + 5 - 20)  # rounding may take one more
    assert (verdict.more, verdict.missing, verdict.enough) == (rough.more, ["rough"], False)
    assert verdict.columns["fine"].n == 10


def test_within_the_look_ahead_only_its_rest_is_asked_for() -> None:
    found = enough({"calm": np.full(12, 3.0)}, Precision(0.05))
    assert (found.more, found.enough) == (3, False)


def test_the_batches_double_at_most_and_end_at_the_most() -> None:
    rough = np.random.default_rng(1).normal(1.0, 1.0, 1000)
    p = Precision(0.05, most=60)
    runs = [0]
    while batch := next_batch(enough({"x": rough[: runs[-1]]}, p), runs[-1], p):
        runs.append(runs[-1] + batch)
    assert runs == [0, 10, 20, 40, 60]


def test_adding_batches_ends_with_the_precision_asked_for() -> None:
    p = Precision(0.05)
    for seed in range(20):
        series = np.random.default_rng(seed).gamma(4.0, 2.5, p.most)
        run = p.least
        while batch := next_batch(enough({"x": series[:run]}, p), run, p):
            run += batch
        assert run < p.most
        assert half_width(series[:run]) <= 0.05 * series[:run].mean()
        assert run <= 1.3 * (1.96 * 0.5 / 0.05) ** 2
