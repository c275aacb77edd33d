import numpy as np
import pytest
from scipy import stats

from govsim.experiments.intervals import mean_interval, paired_difference, prediction_interval


@pytest.mark.parametrize("n", [2, 5, 30])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_mean_as_scipy_has_it(n: int, confidence: float) -> None:
    values = np.random.default_rng(n).normal(10.0, 3.0, n)
    found = mean_interval(values, confidence)
    low, high = stats.t.interval(confidence, n - 1, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.mean, found.n) == (pytest.approx(values.mean()), n)


def test_the_paired_difference_as_scipy_has_it() -> None:
    random = np.random.default_rng(4)
    base = random.normal(100.0, 30.0, 12)
    treated = base - 2.0 + random.normal(0.0, 1.0, 12)
    found = paired_difference(treated, base)
    expected = stats.ttest_rel(treated, base).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.excludes_zero()
    # Unpaired, chance would hide the effect.
    assert stats.ttest_ind(treated, base).pvalue > 0.05


def test_the_prediction_interval_covers_the_next_value() -> None:
    random = np.random.default_rng(7)
    draws = random.normal(0.0, 1.0, (4_000, 11))
    inside = 0
    for row in draws:
        found = prediction_interval(row[:10])
        inside += found.low <= row[10] <= found.high
    assert inside / 4_000 == pytest.approx(0.95, abs=0.012)


def test_too_little_to_tell() -> None:
    nothing, single = mean_interval([np.nan]), mean_interval([3.0, np.nan])
    assert nothing.n == 0
    assert np.isnan(nothing.mean)
    assert (single.mean, single.n) == (3.0, 1)
    assert np.isnan(single.low)
    assert not single.excludes_zero()


def test_replications_without_a_value_are_left_out_of_pairs() -> None:
    found = paired_difference([1.0, np.nan, 3.0], [0.0, 1.0, 2.5])
    assert (found.n, found.mean) == (2, 0.75)
