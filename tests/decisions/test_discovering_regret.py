"""Regret: known tables, and what chance adds to it."""

import numpy as np
import pytest

from govsim.decisions.discovering_regret import Robustness, robustness
from longer import many

ARMS = ("a", "b", "c")


def robust(values: np.ndarray, direction: int = 1, enough: np.ndarray | None = None) -> Robustness:
    found = robustness("backlog.true", ARMS[: len(values)], values, direction, enough)
    assert found is not None
    return found


def test_a_known_table() -> None:
    """a is best on average, c has the smallest largest regret."""
    values = np.array([[10.0, 10.0, 10.0, 0.0], [0.0, 0.0, 0.0, 9.0], [6.0, 6.0, 6.0, 6.0]])
    found = robust(values[:, :, None])
    a, b, c = found.regrets
    assert (a.expected, a.largest) == (9 / 4, 9.0)
    assert (b.expected, b.largest) == (30 / 4, 10.0)
    assert (c.expected, c.largest) == (15 / 4, 4.0)
    assert found.least_expected.arm == "a"
    assert found.least_largest.arm == "c"
    assert np.isnan(a.halved).all()  # one replication cannot be halved


def test_less_is_better_where_it_is() -> None:
    values = np.array([[1.0, 2.0], [3.0, 3.0]])[:, :, None]
    assert robust(values, -1).least_expected.arm == "a"
    assert robust(values, 1).least_expected.arm == "b"


def test_luck_is_no_regret() -> None:
    """Arms that differ by chance only: the truth is zero; means of replications say half a
    standard deviation, halves say nothing.
    """
    random = np.random.default_rng(1)
    naive, halved = [], []
    for _ in range(many(10, 100)):
        found = robust(random.normal(size=(3, 200, 4)))
        naive.append(found.regrets[0].expected)
        halved.append(found.regrets[0].halved[0])
    assert np.mean(naive) == pytest.approx(0.8463 / 2, abs=0.03)  # the largest of three normals
    assert abs(np.mean(halved)) < 0.02


def test_the_truth_lies_between() -> None:
    random = np.random.default_rng(2)
    means = random.normal(size=(3, 300))
    truth = (means.max(axis=0) - means[0]).mean()
    noisy = means[:, :, None] + random.normal(0, 1.0, (3, 300, 4))
    row = robust(noisy).regrets[0]
    assert row.halved[0] < truth < row.expected


def test_certainty_is_that_of_samples() -> None:
    random = np.random.default_rng(3)
    clear = robust(np.stack([random.normal(1, 0.5, 100), random.normal(0, 0.5, 100)])[:, :, None])
    assert clear.least_expected.certainty > 0.99
    even = robust(random.normal(0, 1, (2, 100, 1)))
    assert sum(even.least_expected.shares) == pytest.approx(1.0)
    alike = robust(np.ones((2, 50, 1)))
    assert alike.least_expected.shares == pytest.approx((0.5, 0.5))
    assert alike.least_expected.tied
    assert not clear.least_expected.tied


def test_futures_that_are_not_complete_are_left_out() -> None:
    values = np.ones((2, 5, 2))
    values[1, 3, 0] = np.nan
    assert robust(values).futures == 4
    assert robustness("x", ("a",), np.ones((1, 5, 2)), 1, None) is None
