import numpy as np
import pytest
from scipy import stats

from govsim.experiments.intervals import (
    holm,
    many,
    mean_interval,
    moments,
    p_of_zero,
    paired_difference,
    paired_p,
    prediction_interval,
    quantile_interval,
    reaches,
    skewed,
    unskewed,
)
from longer import SEED


def mirrored(n: int, middle: float, spread: float) -> np.ndarray:
    """Values without any skewness: then Hall's transformation changes nothing."""
    half = np.random.default_rng(n).normal(0.0, spread, n // 2)
    return middle + np.r_[half, -half]


@pytest.mark.parametrize("n", [2, 6, 30])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_the_mean_as_scipy_has_it(n: int, confidence: float) -> None:
    values = mirrored(n, 10.0, 3.0)
    found = mean_interval(values, confidence)
    low, high = stats.t.interval(confidence, n - 1, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.mean, found.n) == (pytest.approx(values.mean()), n)


def test_the_paired_difference_as_scipy_has_it() -> None:
    random = np.random.default_rng(4)
    base = random.normal(100.0, 30.0, 12)
    treated = base + mirrored(12, -2.0, 1.0)
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


# ---------------------------------------------------------------- skewness


@pytest.mark.parametrize("g", [-4.4, -1.0, -1e-9, 0.0, 1e-13, 0.3, 4.4])
@pytest.mark.parametrize("n", [5, 20, 400])
def test_halls_transformation_rises_all_the_way_and_can_be_undone(g: float, n: int) -> None:
    w = np.linspace(-30.0, 30.0, 4_001)
    z = unskewed(w, g, n)
    assert (np.diff(z) >= 0.0).all()
    assert skewed(z, g, n) == pytest.approx(w, abs=2e-4)
    near = np.abs(w) < 0.5
    assert skewed(z, g, n)[near] == pytest.approx(w[near], abs=1e-9)


def test_halls_transformation_as_a_polynomial() -> None:
    assert unskewed(0.5, 1.2, 10) == pytest.approx(0.5 + 0.1 + 1.44 * 0.125 / 27 + 0.02)
    assert unskewed(0.5, 0.0, 10) == 0.5


def test_the_skewness_as_scipy_has_it() -> None:
    values = np.random.default_rng(6).exponential(size=(3, 12))
    mean, deviation, skew = moments(values)
    assert mean == pytest.approx(values.mean(axis=1))
    assert deviation == pytest.approx(values.std(axis=1, ddof=1))
    assert skew == pytest.approx(stats.skew(values, axis=1, bias=False))
    assert moments(values[:, :4])[2].tolist() == [0.0] * 3  # nobody can say


def test_the_interval_is_longer_on_the_side_of_the_long_tail() -> None:
    values = np.random.default_rng(1).exponential(size=20)
    found, student = (
        mean_interval(values),
        stats.t.interval(0.95, 19, values.mean(), stats.sem(values)),
    )
    assert found.low == pytest.approx(student[0])  # the wider of both on each side
    assert found.high - found.mean > 1.2 * (student[1] - found.mean)
    turned = mean_interval(-values)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
    below, above = reaches(20, [0.0, 1.5, -1.5])
    assert below[0] == above[0] == below[1] == above[2] < above[1] == pytest.approx(below[2])


def test_the_most_skewed_sample_has_an_interval() -> None:
    """One large value and else zeros: no other sample is as skewed."""
    found = mean_interval([0.0] * 19 + [1.0])
    assert found.low < 0.0 < found.mean < found.high < 1.0
    assert 0.1 < p_of_zero([0.0] * 19 + [1.0]) < 0.5


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


@pytest.mark.parametrize("n", [2, 4, 40])
def test_the_paired_p_as_scipy_has_it(n: int) -> None:
    base = np.random.default_rng(n).normal(100.0, 30.0, n)
    treated = base + mirrored(n, 0.3, 1.0)
    assert paired_p(treated, base) == pytest.approx(stats.ttest_rel(treated, base).pvalue)
    gaps = (np.r_[treated, np.nan, 1.0], np.r_[base, 1.0, np.nan])
    assert paired_p(*gaps) == paired_p(treated, base)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("law", ["normal", "exponential", "log-normal", "counts"])
def test_the_p_and_the_interval_say_the_same(law: str, confidence: float) -> None:
    """At every level: the p-value inverts the very interval that is shown."""
    random, said = np.random.default_rng(3), set()
    for _ in range(300):
        values = {
            "normal": random.normal(0.8, 1.0, 12),
            "exponential": random.exponential(1.0, 12) - 0.1,
            "log-normal": 0.1 - random.lognormal(0.0, 1.0, 12),
            "counts": random.poisson(2.0, 12) - 1.0,
        }[law]
        real = p_of_zero(values) < 1.0 - confidence
        assert mean_interval(values, confidence).excludes_zero() == real
        said.add(real)
    assert len(said) == 2 or confidence != 0.95


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_the_limits_are_where_p_is_what_is_left(confidence: float) -> None:
    values = np.random.default_rng(5).exponential(size=15)
    found = mean_interval(values, confidence)
    for limit in (found.low, found.high):
        assert p_of_zero(values - limit) == pytest.approx(1.0 - confidence, rel=1e-6)


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
