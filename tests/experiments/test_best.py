from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from govsim.experiments import best
from govsim.experiments.best import probability_best
from longer import SEED, many

Floats = NDArray[np.float64]
NOISE = 0.006  # of the fixed draws: four standard errors


def rows_with(averages: list[float], n: int) -> Floats:
    """Policies that vary alike and independently of each other, with exactly these averages."""
    apart = np.linalg.qr(np.random.default_rng(1).normal(size=(n, n)))[0]
    centred = apart[:, : len(averages)] - apart[:, : len(averages)].mean(axis=0)
    root = np.linalg.cholesky(centred.T @ centred)
    return np.asarray(np.array(averages)[:, None] + np.linalg.solve(root, centred.T))


@pytest.mark.parametrize("n", [2, 5, 30])
@pytest.mark.parametrize("direction", [1, -1])
def test_of_two_it_is_the_one_sided_t_test(n: int, direction: int) -> None:
    random = np.random.default_rng(n)
    base = random.normal(100.0, 20.0, n)
    other = base + random.normal(0.4, 1.0, n)
    found = probability_best(np.stack([base, other]), direction)
    greater = 1 - stats.ttest_rel(other, base, alternative="greater").pvalue
    assert found[1] == pytest.approx(greater if direction > 0 else 1 - greater, abs=NOISE)
    assert found.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("policies", [2, 3, 7])
@pytest.mark.parametrize("n", [9, 40])
def test_equal_averages_that_vary_alike_share(policies: int, n: int) -> None:
    found = probability_best(rows_with([5.0] * policies, n), 1)
    assert found == pytest.approx(np.full(policies, 1 / policies), abs=NOISE)


def test_of_three_it_is_the_integral() -> None:
    """Independent and alike: P(first is best) = E[F(z + a)^2], mixed over the unknown spread."""
    n, ahead = 15, 0.08
    found = probability_best(rows_with([ahead, 0.0, 0.0], n), 1)
    spreads = np.sqrt(1.0 / (n * stats.chi2.ppf((np.arange(2_000) + 0.5) / 2_000, n - 1)))
    z = stats.norm.ppf((np.arange(2_000) + 0.5) / 2_000)
    exact = np.mean(stats.norm.cdf(z[None, :] + ahead / spreads[:, None]) ** 2)
    assert 0.4 < exact < 0.9
    assert found[0] == pytest.approx(exact, abs=NOISE)
    assert found[1] == pytest.approx((1 - exact) / 2, abs=NOISE)


def test_policies_that_change_nothing_share() -> None:
    base, other = np.random.default_rng(2).normal(size=(2, 20))
    found = probability_best(np.stack([base, other, base]), 1)
    alone = probability_best(np.stack([base, other]), 1)
    assert found[0] == found[2] == alone[0] / 2
    assert found[1] == alone[1]
    assert probability_best(np.stack([base] * 4), -1).tolist() == [0.25] * 4


def test_without_chance_the_better_is_better() -> None:
    base = np.random.default_rng(3).normal(size=8)
    assert probability_best(np.stack([base, base + 0.5]), 1).tolist() == [0.0, 1.0]
    assert probability_best(np.stack([base, base + 0.5]), -1).tolist() == [1.0, 0.0]
    constant = np.array([[1.0] * 5, [3.0] * 5, [3.0] * 5])
    assert probability_best(constant, 1).tolist() == [0.0, 0.5, 0.5]


def test_where_nothing_can_be_said() -> None:
    assert np.isnan(probability_best(np.ones((3, 1)), 1)).all()
    assert np.isnan(probability_best(np.ones((3, 9)), 0)).all()
    assert np.isnan(probability_best(np.array([[1.0, np.nan], [np.nan, 2.0]]), 1)).all()
    assert probability_best(np.ones((1, 9)), 1).tolist() == [1.0]


def test_only_replications_with_all_values_count() -> None:
    values = np.random.default_rng(4).normal(size=(3, 12))
    gaps = values.copy()
    gaps[1, 2] = gaps[0, 7] = np.nan
    whole = np.delete(values, [2, 7], axis=1)
    assert probability_best(gaps, 1).tolist() == probability_best(whole, 1).tolist()


def test_the_same_data_give_the_same_answer() -> None:
    values = np.random.default_rng(5).normal(size=(6, 10))
    found = probability_best(values, 1)
    assert found.tolist() == probability_best(values.copy(), 1).tolist()
    assert found.sum() == pytest.approx(1.0)
    order = np.array([3, 0, 5, 1, 4, 2])
    assert probability_best(values[order], 1).tolist() == found[order].tolist()


def test_what_all_share_does_not_matter() -> None:
    """Common chance of a replication, the unit, and a level far from zero."""
    values = np.random.default_rng(6).normal(size=(4, 12))
    common = 50.0 * np.random.default_rng(7).normal(size=12)
    plain = probability_best(values, 1)
    assert probability_best(values + common, 1) == pytest.approx(plain, abs=2 * NOISE)
    assert probability_best(1e6 + 3.0 * values, 1) == pytest.approx(plain, abs=1e-4)


# ---------------------------------------------------------------- calibration


@pytest.fixture
def fewer_draws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best, "DRAWS", 2_000)
        yield


def statements(policies: int, n: int, shared: float, apart: float) -> tuple[Floats, Floats]:
    """The highest probability in each of many made-up problems, and whether it was right.

    ``apart``: the spread of the true means, in standard errors. Policies vary unequally, from
    problem to problem more and less, and ``shared`` of their variance is common chance.
    """
    problems = many(2_000, 15_000)
    random = np.random.default_rng((SEED, policies, n))
    spread = np.linspace(0.5, 1.5, policies)[:, None]
    said, right = np.empty(problems), np.empty(problems)
    for i in range(problems):
        unit = np.exp(random.uniform(-1.0, 1.0))
        means = random.normal(0.0, apart / n**0.5, policies)
        chance = shared**0.5 * random.normal(size=n)
        own = (1 - shared) ** 0.5 * random.normal(size=(policies, n))
        found = probability_best(means[:, None] + unit * spread * (chance + own), 1)
        said[i] = found.max()
        right[i] = np.argmax(found) == np.argmax(means)
    return said, right


def over_confidence(said: Floats, right: Floats) -> tuple[float, float]:
    """How much more was said than was true of statements around 90 %, and its standard error."""
    around = (said > 0.8) & (said < 0.97)
    error = np.sum(said[around] * (1 - said[around])) ** 0.5 / np.count_nonzero(around)
    return float(np.mean(said[around]) - np.mean(right[around])), float(error)


@pytest.mark.parametrize(("policies", "n", "shared"), [(2, 5, 0.5), (4, 10, 0.6), (8, 5, 0.3)])
@pytest.mark.slow
@pytest.mark.usefixtures("fewer_draws")
def test_of_statements_of_ninety_percent_nine_in_ten_are_true(
    policies: int, n: int, shared: float
) -> None:
    """With eight policies and five replications there are fewer replications than policies."""
    said, right = statements(policies, n, shared, apart=5.0)
    over, error = over_confidence(said, right)
    assert error < 0.03
    assert abs(over) < 0.02 + 3 * error


@pytest.mark.slow
@pytest.mark.usefixtures("fewer_draws")
def test_the_calibration_would_notice_bold_statements() -> None:
    """Odds that are cubed: much as if the standard error were half of what it is."""
    said, right = statements(4, 10, 0.6, apart=5.0)
    bold = said**3 / (said**3 + (1 - said) ** 3)
    over, error = over_confidence(bold, right)
    assert over > 0.02 + 3 * error


@pytest.mark.slow
@pytest.mark.usefixtures("fewer_draws")
def test_policies_that_hardly_differ_are_told_apart_too_boldly() -> None:
    """The price of a flat prior, which docs/statistics.md tells."""
    over, error = over_confidence(*statements(4, 10, 0.6, apart=0.3))
    assert over - 3 * error > 0.1
