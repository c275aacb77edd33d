import numpy as np
import pytest
from numpy.typing import NDArray

from govsim.experiments.warmup import NOT_FOUND, mser5, welch
from longer import SEED, many


def mser5_by_hand(series: NDArray[np.float64]) -> int:
    """The rule as White writes it, one sum after another."""
    batches = [float(np.mean(series[i : i + 5])) for i in range(0, len(series) - 4, 5)]
    best, least = 0, float("inf")
    for left_out in range(len(batches) - 4):
        rest = batches[left_out:]
        mean = sum(rest) / len(rest)
        statistic = sum((y - mean) ** 2 for y in rest) / len(rest) ** 2
        if statistic < least:
            best, least = left_out, statistic
    return best * 5 if best <= len(batches) / 2 else -1


@pytest.mark.parametrize("seed", range(30))
def test_mser5_is_the_sum_written_out(seed: int) -> None:
    random = np.random.default_rng(seed)
    length = int(random.integers(50, 300))
    begin = random.normal(0.0, 20.0) * random.uniform(0.5, 0.99) ** np.arange(length)
    series = 1e4 + begin + random.normal(size=length)
    assert mser5(series) == mser5_by_hand(series)


def test_a_constant_series_is_warm_at_once() -> None:
    assert mser5(np.full(200, 0.1)) == 0


@pytest.mark.parametrize(("begin", "found"), [(100, 100), (250, 250), (300, NOT_FOUND)])
def test_a_step_is_cut_off_where_it_ends(begin: int, found: int) -> None:
    """After the step chance is small beside it; in the second half of 500 it is not believed."""
    series = np.random.default_rng(2).normal(0.0, 0.01, 500)
    series[:begin] += 10.0
    assert mser5(series) == found


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_a_trend_never_settles(noise: float) -> None:
    random = np.random.default_rng(3)
    assert mser5(np.arange(400.0) + noise * random.normal(size=400)) == NOT_FOUND


@pytest.mark.parametrize("series", [np.ones(49), np.r_[np.ones(99), np.nan], np.empty(0)])
def test_too_short_or_with_gaps_is_not_judged(series: NDArray[np.float64]) -> None:
    assert mser5(series) == NOT_FOUND


def test_an_autoregressive_series_forgets_its_beginning() -> None:
    """x' = 0.9 x + e from x = 30: its mean is 0, and without the rule it is told 0.6 too high."""
    runs, length, memory = many(200, 2_000), 500, 0.9
    noise = np.random.default_rng(SEED or 4).normal(size=(runs, length))
    series = np.empty((runs, length))
    series[:, 0] = 30.0
    for t in range(1, length):
        series[:, t] = memory * series[:, t - 1] + noise[:, t]
    points = np.array([mser5(row) for row in series])
    found = points != NOT_FOUND
    assert np.mean(found) > 0.9
    kept = [row[p:].mean() for row, p in zip(series[found], points[found], strict=True)]
    error = np.std(kept) / np.sqrt(len(kept))
    assert abs(series.mean() - 30.0 / (1.0 - memory) / length) < 4 * 0.5 / np.sqrt(runs)
    assert abs(np.mean(kept)) < 0.1 + 4 * error
    # The beginning has shrunk to less than one standard deviation of the settled series.
    assert np.median(points[found]) > np.log(30.0 / (1 - memory**2) ** -0.5) / -np.log(memory)


def test_welch_keeps_a_straight_line() -> None:
    line = 3.0 + 0.5 * np.arange(100)
    assert welch(np.stack([line - 1.0, line + 1.0]), 10) == pytest.approx(line[:90])


def test_welch_is_the_mean_of_neighbours() -> None:
    matrix = np.random.default_rng(5).normal(size=(7, 60))
    means, window = matrix.mean(axis=0), 6
    by_hand = []
    for i in range(60 - window):
        reach = min(i, window)
        by_hand.append(means[i - reach : i + reach + 1].mean())
    assert welch(matrix, window) == pytest.approx(np.array(by_hand))


def test_welch_without_a_window_is_the_mean() -> None:
    matrix = np.random.default_rng(6).normal(size=(3, 20))
    assert welch(matrix, 0) == pytest.approx(matrix.mean(axis=0))


def test_welch_cuts_a_wide_window_and_leaves_gaps_out() -> None:
    matrix = np.array([[1.0, 2.0, np.nan, 4.0], [3.0, 2.0, 5.0, 4.0]])
    assert welch(matrix, 99) == pytest.approx([2.0, 3.0, 11.0 / 3.0])
