"""The sequential test: its errors are what it says, exactly and when it is used."""

import numpy as np
import pytest
from scipy.stats import binomtest

from govsim.decisions.sequential import exact_interval, sequential_test
from longer import SEED, many


@pytest.mark.parametrize(
    ("low", "high", "error"),
    [(0.85, 0.95, 0.1), (0.85, 0.95, 0.025), (0.45, 0.55, 0.05), (0.925, 0.975, 0.05)],
)
def test_both_errors_are_kept(low: float, high: float, error: float) -> None:
    test = sequential_test(low, high, error)
    assert min(test.errors) > 0.0
    assert max(test.errors) <= error
    assert test.passes(low / 2) < test.passes(low) < test.passes(high) < test.passes(0.999)


def test_the_exact_errors_are_those_that_happen() -> None:
    test = sequential_test(0.85, 0.95, 0.1)
    chance = np.random.default_rng(1 + SEED)
    runs = many(2000, 20000)
    for probability in (0.85, 0.9, 0.95):
        years = chance.random((runs, test.most)) < probability
        passed = sum(test.verdict(row.tolist()) is True for row in years)
        spread = 4 * np.sqrt(0.25 / runs)
        assert abs(passed / runs - test.passes(probability)) < spread


def test_a_verdict_comes_at_the_first_trial_that_settles_it() -> None:
    test = sequential_test(0.85, 0.95, 0.05)
    assert test.verdict([True] * 26) is None
    assert test.verdict([True] * 27) is True
    assert test.verdict([True] * 27 + [False] * 100) is True
    assert test.verdict([False, False]) is None
    assert test.verdict([False] * 3) is False
    assert test.next_look([]) == 3
    assert test.verdict(([True] * 9 + [False]) * (test.most // 10 + 1)) is not None


@pytest.mark.parametrize("wrong", [(0.9, 0.8, 0.05), (0.0, 0.5, 0.05), (0.5, 0.9, 0.6)])
def test_no_such_test(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no such test"):
        sequential_test(*wrong)


@pytest.mark.parametrize(("happened", "trials"), [(0, 9), (9, 9), (54, 60), (1, 100)])
def test_intervals_are_clopper_and_pearsons(happened: int, trials: int) -> None:
    known = binomtest(happened, trials).proportion_ci(0.95, method="exact")
    assert exact_interval(happened, trials) == pytest.approx((known.low, known.high))
