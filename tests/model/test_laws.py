"""Every family against SciPy: distribution, mean, monotone inversion, ends of (0, 1)."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from govsim.model.laws import CELLS, OCTAVES, Family, mean, quantile, seconds, table_ranks
from govsim.model.plan import DAY, NEVER, Law
from govsim.model.randomness import uniforms

N = 20_000
LEAST, MOST = 2.0**-53, 1.0 - 2.0**-53


class Case(NamedTuple):
    law: Law
    oracle: Any  # a frozen SciPy distribution
    mean_within: float = 1e-12  # relative


def table_of(oracle: Any) -> Law:
    return Law(Family.TABLE, table=tuple(float(oracle.ppf(rank)) for rank in table_ranks()))


def gamma(shape: float, scale: float) -> Any:
    return stats.gamma(shape, scale=scale)


CASES = {
    "exponential": Case(Law(Family.EXPONENTIAL, 3.5), stats.expon(scale=3.5)),
    "lognormal": Case(Law(Family.LOGNORMAL, 2.0, 0.8), stats.lognorm(0.8, scale=2.0)),
    "lognormal, wide": Case(
        Law(Family.LOGNORMAL, 86_400.0, 1.7), stats.lognorm(1.7, scale=86_400.0)
    ),
    "weibull, falling": Case(
        Law(Family.WEIBULL, 4.0, 1 / 0.7), stats.weibull_min(0.7, scale=4.0), 2e-3
    ),
    "weibull, rising": Case(Law(Family.WEIBULL, 4.0, 0.4), stats.weibull_min(2.5, scale=4.0), 2e-3),
    "triangular": Case(Law(Family.TRIANGULAR, 1.0, 2.0, 6.0), stats.triang(0.2, 1.0, 5.0)),
    "triangular, mode low": Case(Law(Family.TRIANGULAR, 1.0, 1.0, 6.0), stats.triang(0, 1.0, 5.0)),
    "triangular, mode high": Case(Law(Family.TRIANGULAR, 1.0, 6.0, 6.0), stats.triang(1, 1.0, 5.0)),
    "gamma, peaked": Case(table_of(gamma(5.0, 0.2)), gamma(5.0, 0.2), 2e-3),
    "gamma, exponential": Case(table_of(gamma(1.0, 1.0)), gamma(1.0, 1.0), 2e-3),
    "gamma, steep": Case(table_of(gamma(0.5, 2.0)), gamma(0.5, 2.0), 2e-3),
}
STEPS = Law(Family.STEPS, table=(0.25, 0.25, 0.75, 1.0, 10.0, 99.0, 20.0, 40.0))


@cache
def keyed_uniforms() -> tuple[float, ...]:
    return tuple(u for entity in range(N // 2) for u in uniforms(2011, 0, entity, 12, 0))


def drawn(law: Law) -> NDArray[np.float64]:
    return np.array([quantile(law, u) for u in keyed_uniforms()])


def test_every_family_is_tested() -> None:
    tested = {case.law.family for case in CASES.values()} | {Family.CONSTANT, Family.STEPS}
    assert tested == set(Family)


@pytest.mark.parametrize("name", CASES)
def test_draws_follow_the_law(name: str) -> None:
    case = CASES[name]
    assert stats.kstest(drawn(case.law), case.oracle.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("gamma")])
def test_quantiles_are_scipys(name: str) -> None:
    case = CASES[name]
    for rank in (1e-6, 1e-4, 0.01, 0.2, 0.5, 0.77, 0.99, 1.0 - 1e-9):
        assert quantile(case.law, rank) == pytest.approx(float(case.oracle.ppf(rank)), rel=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_mean(name: str) -> None:
    case = CASES[name]
    assert mean(case.law) == pytest.approx(float(case.oracle.mean()), rel=case.mean_within)


@pytest.mark.parametrize("name", CASES)
def test_quantile_never_falls(name: str) -> None:
    ranks = [LEAST, 1e-12, 1e-9, *sorted(keyed_uniforms()), 1 - 1e-9, 1 - 1e-12, MOST]
    values = [quantile(CASES[name].law, rank) for rank in ranks]
    assert values == sorted(values)


@pytest.mark.parametrize("name", CASES)
def test_the_ends_are_finite_and_inside_the_support(name: str) -> None:
    case = CASES[name]
    low, high = case.oracle.support()
    for u in (2.0**-54, LEAST, 2.0**-52, MOST):
        value = quantile(case.law, u)
        assert low <= value <= high
        assert value < 1e30
        assert 0 <= seconds(case.law, u) <= NEVER


# ---------------------------------------------------------------- constants and steps


def test_constant() -> None:
    law = Law(Family.CONSTANT, 7.25)
    assert {quantile(law, u) for u in (LEAST, 0.5, MOST)} == {7.25}
    assert mean(law) == 7.25


def test_steps_pick_values_by_their_weights() -> None:
    """A rank on a step's edge belongs to the next value; a value without weight is never picked."""
    below, edge = 0.25 - 2.0**-54, 0.25
    ranks = (LEAST, below, edge, 0.5, 0.75 - 2.0**-53, 0.75, MOST)
    assert [quantile(STEPS, u) for u in ranks] == [10.0, 10.0, 20.0, 20.0, 20.0, 40.0, 40.0]
    assert mean(STEPS) == 0.25 * 10.0 + 0.5 * 20.0 + 0.25 * 40.0


def test_steps_in_proportion() -> None:
    values, counts = np.unique(drawn(STEPS), return_counts=True)
    assert values.tolist() == [10.0, 20.0, 40.0]
    assert stats.chisquare(counts, [0.25 * N, 0.5 * N, 0.25 * N]).pvalue > 1e-3


@pytest.mark.parametrize("n", [1, 2, 3, 7, 64])
def test_steps_of_any_number(n: int) -> None:
    law = Law(Family.STEPS, table=(*((k + 1) / n for k in range(n)), *(float(k) for k in range(n))))
    assert [quantile(law, (k + 0.5) / n) for k in range(n)] == list(range(n))
    assert mean(law) == pytest.approx((n - 1) / 2)


def test_steps_without_weight_at_the_end() -> None:
    law = Law(Family.STEPS, table=(0.5, 1.0, 1.0, 1.0, 2.0, 99.0))
    assert [quantile(law, u) for u in (LEAST, 0.5, MOST)] == [1.0, 2.0, 2.0]


def test_triangular_without_width() -> None:
    assert quantile(Law(Family.TRIANGULAR, 2.0, 2.0, 2.0), 0.3) == 2.0


# ---------------------------------------------------------------- tables


def test_table_ranks() -> None:
    ranks = table_ranks()
    assert ranks == sorted(set(ranks))
    assert len(ranks) == 2 * OCTAVES * CELLS + 1
    assert ranks[0] == 2.0 ** -(OCTAVES + 1)
    assert ranks[len(ranks) // 2] == 0.5
    assert all(low + high == 1.0 for low, high in zip(ranks, reversed(ranks), strict=True))


def test_a_table_gives_back_its_own_values() -> None:
    """Value k stands at rank k, whichever they are: every cell and both tails are found."""
    ranks = table_ranks()
    law = Law(Family.TABLE, table=tuple(float(k) for k in range(len(ranks))))
    assert [quantile(law, rank) for rank in ranks] == pytest.approx(list(law.table), abs=1e-9)


def test_a_table_is_linear_between_its_ranks_and_flat_beyond() -> None:
    ranks = table_ranks()
    law = Law(Family.TABLE, table=tuple(ranks))
    for u in keyed_uniforms()[:2000]:
        assert quantile(law, u) == pytest.approx(u, rel=1e-13)
    assert quantile(law, LEAST) == quantile(law, ranks[0] / 3.0) == ranks[0]
    assert quantile(law, MOST) == ranks[-1]
    assert mean(law) == pytest.approx(0.5, rel=1e-9)


@pytest.mark.parametrize("shape", [0.5, 2.0, 30.0])
def test_a_table_is_close_between_its_ranks(shape: float) -> None:
    oracle = gamma(shape, 1.0)
    law = table_of(oracle)
    for u in (1e-5, 0.003, 0.1, 0.26, 0.49, 0.51, 0.74, 0.9, 0.999, 1.0 - 1e-5):
        assert quantile(law, u) == pytest.approx(float(oracle.ppf(u)), rel=5e-3)


# ---------------------------------------------------------------- seconds


@pytest.mark.parametrize(
    ("x", "rounded"),
    [(-5.0, 0), (0.0, 0), (0.49, 0), (0.5, 1), (1.49, 1), (1.5, 2), (2.5, 3), (DAY - 0.4, DAY)],
)
def test_seconds_are_rounded_once_and_never_negative(x: float, rounded: int) -> None:
    found = seconds(Law(Family.CONSTANT, x), 0.5)
    assert found == rounded
    assert type(found) is int


@pytest.mark.parametrize(
    "law",
    [
        Law(Family.LOGNORMAL, 3.0 * DAY, 50.0),
        Law(Family.LOGNORMAL, 3.0 * DAY, 200.0),
        Law(Family.WEIBULL, 1.0 * DAY, 500.0),
    ],
)
def test_a_wait_without_end_is_never(law: Law) -> None:
    """Whatever spread a planner writes, a duration stays a whole number that fits 64 bits."""
    assert seconds(law, MOST) == NEVER
    assert seconds(law, LEAST) == 0
