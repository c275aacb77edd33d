import numpy as np
import pytest
from scipy import stats

from govsim.experiments.intervals import (
    holm,
    many,
    mean_interval,
    paired_difference,
    paired_p,
    prediction_interval,
    quantile_interval,
)


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


def test_a_quantile_of_few_has_no_limits() -> None:
    interval = quantile_interval(range(20), 0.9)
    assert interval.mean == pytest.approx(np.quantile(np.arange(20), 0.9, method="median_unbiased"))
    assert np.isnan(interval.high)
    assert quantile_interval([], 0.5).n == 0


def test_the_interval_of_a_median_by_the_binomial() -> None:
    """Of 25 values the 8th and 18th cover with 95.67 %: at that confidence they are the limits."""
    interval = quantile_interval(range(1, 26), 0.5, confidence=0.956714)
    assert (interval.low, interval.high) == pytest.approx((8, 18), abs=1e-3)


def test_adjusted_p_values() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]


def test_p_of_pairs() -> None:
    from scipy import stats

    generator = np.random.default_rng(1)
    one, other = generator.normal(size=(2, 12))
    assert paired_p(one, other) == pytest.approx(stats.ttest_rel(one, other).pvalue)
    assert paired_p([1.0, 2.0], [1.0, 2.0]) == 1.0
    assert paired_p([2.0, 3.0], [1.0, 2.0]) == 0.0
    assert np.isnan(paired_p([1.0], [0.0]))


def test_many_at_once() -> None:
    assert many(1) == pytest.approx(0.95)
    assert many(10) == pytest.approx(0.995)
