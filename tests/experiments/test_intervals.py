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
from longer import SEED


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


# ---------------------------------------------------------------- quantiles


@pytest.mark.parametrize("n", [6, 7, 10, 11, 30, 101])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_median_as_hettmansperger_and_sheather_write_it(n: int, confidence: float) -> None:
    """Depth d by the sign test; weight (n - d) I / (d + (n - 2 d) I)."""
    values = np.sort(np.random.default_rng(n).exponential(size=n))
    holds = [1 - 2 * stats.binom.cdf(d - 1, n, 0.5) for d in range(1, n // 2 + 1)]  # of depth d
    d = max(i + 1 for i, held in enumerate(holds) if held >= confidence)
    step = (holds[d - 1] - confidence) / (holds[d - 1] - holds[d])
    weight = (n - d) * step / (d + (n - 2 * d) * step)
    found = quantile_interval(values, 0.5, confidence)
    assert found.low == pytest.approx((1 - weight) * values[d - 1] + weight * values[d])
    assert found.high == pytest.approx((1 - weight) * values[-d] + weight * values[-d - 1])
    assert found.mean == pytest.approx(np.median(values))


@pytest.mark.parametrize(("n", "q", "low", "high"), [(20, 0.5, 6, 15), (50, 0.8, 34, 46)])
def test_a_level_that_order_statistics_have_exactly(n: int, q: float, low: int, high: int) -> None:
    """Below the quantile lie binomially many: where a rank fits the level, nothing is between."""
    values = np.random.default_rng(1).permutation(np.arange(1.0, n + 1))
    left = stats.binom.sf(low - 1, n, q)  # the low-th smallest is below the quantile
    right = stats.binom.cdf(high - 1, n, q)  # the high-th smallest is above it
    assert quantile_interval(values, q, 2 * left - 1).low == pytest.approx(low, abs=1e-6)
    assert quantile_interval(values, q, 2 * right - 1).high == pytest.approx(high, abs=1e-6)


def test_the_quantile_is_type_8() -> None:
    """Place (n + 1/3) q + 1/3 among the ordered values: 9.4 for the 0.9-quantile of ten."""
    assert quantile_interval(np.arange(1.0, 11.0), 0.9).mean == pytest.approx(
        (10 + 1 / 3) * 0.9 + 1 / 3
    )


@pytest.mark.parametrize(("q", "fewest"), [(0.5, 6), (0.9, 36), (0.1, 36), (0.25, 13)])
def test_too_few_for_a_quantile(q: float, fewest: int) -> None:
    values = np.r_[np.random.default_rng(2).normal(size=fewest), np.nan]
    enough, too_few = quantile_interval(values, q), quantile_interval(values[1:], q)
    assert values[:-1].min() <= enough.low < enough.mean < enough.high <= values[:-1].max()
    assert too_few.n == fewest - 1
    assert np.isfinite(too_few.mean)
    assert np.isnan([too_few.low, too_few.high]).all()
    assert not too_few.excludes_zero()


def test_no_value_has_no_quantile() -> None:
    nothing = quantile_interval([np.nan], 0.5)
    assert nothing.n == 0
    assert np.isnan(nothing.mean)


@pytest.mark.parametrize("q", [0.05, 0.3, 0.5, 0.9])
def test_the_interval_of_mirrored_values_is_mirrored(q: float) -> None:
    values = np.random.default_rng(3).gamma(2.0, size=80)
    found, mirrored = quantile_interval(values, q), quantile_interval(-values, 1 - q)
    assert (mirrored.low, mirrored.mean, mirrored.high) == pytest.approx(
        (-found.high, -found.mean, -found.low)
    )


def test_equal_values_have_one_quantile() -> None:
    assert quantile_interval(np.full(40, 2.5), 0.9) == (2.5, 2.5, 2.5, 40)


# ---------------------------------------------------------------- many comparisons


@pytest.mark.parametrize("n", [2, 5, 40])
def test_the_paired_p_as_scipy_has_it(n: int) -> None:
    random = np.random.default_rng(n)
    base = random.normal(100.0, 30.0, n)
    treated = base + random.normal(0.3, 1.0, n)
    assert paired_p(treated, base) == pytest.approx(stats.ttest_rel(treated, base).pvalue)
    gaps = (np.r_[treated, np.nan, 1.0], np.r_[base, 1.0, np.nan])
    assert paired_p(*gaps) == paired_p(treated, base)


@pytest.mark.parametrize("shift", [0.0, 0.4, 0.8])
def test_the_paired_p_and_the_interval_say_the_same(shift: float) -> None:
    said = set()
    for seed in range(40):
        treated, base = np.random.default_rng(seed).normal([[shift], [0.0]], 1.0, (2, 12))
        real = paired_p(treated, base) < 0.05
        assert paired_difference(treated, base).excludes_zero() == real
        said.add(real)
    assert shift == 0.0 or len(said) == 2


def test_the_paired_p_without_chance() -> None:
    base = np.arange(5.0)
    assert paired_p(base, base) == 1.0
    assert paired_p(base + 2.0, base) == 0.0
    assert np.isnan(paired_p([1.0, np.nan], [2.0, 3.0]))


def test_holm_on_a_worked_example() -> None:
    """Steps 4 x 0.005, 3 x 0.01, 2 x 0.03, 1 x 0.04, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, np.nan, 0.9]) == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)
    assert holm([]).shape == (0,)


def test_the_confidence_of_many_intervals() -> None:
    assert many(1) == pytest.approx(0.95)
    assert many(10) == pytest.approx(0.995)
    assert many(4, 0.8) == pytest.approx(0.95)
    assert many(0, 0.9) == pytest.approx(0.9)


def test_many_comparisons_err_together_as_seldom_as_one() -> None:
    """Ten policies that change nothing, beside one base: any called real is an error."""
    worlds, policies, n = 2_000, 10, 12
    random = np.random.default_rng(SEED or 10)
    alone = together = stepwise = 0
    for _ in range(worlds):
        base = random.normal(size=n)
        p = np.array([paired_p(random.normal(size=n), base) for _ in range(policies)])
        alone += np.any(p < 0.05)
        together += np.any(p < 1 - many(policies))
        stepwise += np.any(holm(p) < 0.05)
    assert alone / worlds > 0.2
    assert together / worlds < 0.05 + 3 * (0.05 * 0.95 / worlds) ** 0.5
    assert stepwise == together  # the first step is the same
