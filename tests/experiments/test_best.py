"""The probability of being best: calibrated, paired, reproducible."""

import numpy as np
import pytest

from govsim.experiments.best import indistinguishable, probability_best
from longer import many


def test_the_clear_case() -> None:
    values = np.array([[1.0, 2.0, 3.0, 4.0], [1.5, 2.4, 3.6, 4.5], [0.0, 1.1, 2.0, 3.1]])
    assert probability_best(values, 1) == pytest.approx([0, 1, 0], abs=0.01)
    assert probability_best(values, -1) == pytest.approx([0, 0, 1], abs=0.01)


def test_equals_share() -> None:
    row = np.random.default_rng(1).normal(size=12)
    assert probability_best(np.array([row, row]), 1).tolist() == [0.5, 0.5]
    chances = probability_best(np.array([row, row, row + 5.0]), 1)
    assert chances.tolist() == [0.0, 0.0, 1.0]


def test_it_is_the_same_every_time_and_adds_up() -> None:
    values = np.random.default_rng(2).normal(size=(7, 5))  # fewer replications than policies
    first = probability_best(values, 1)
    assert first.tolist() == probability_best(values.copy(), 1).tolist()
    assert first.sum() == pytest.approx(1.0)
    assert ((first >= 0) & (first <= 1)).all()


def test_what_all_share_does_not_matter() -> None:
    generator = np.random.default_rng(3)
    own = generator.normal(size=(3, 20)) * 0.1 + np.array([[0.0], [0.1], [0.05]])
    common = 1_000.0 * generator.normal(size=20)
    assert probability_best(own + common, 1) == pytest.approx(probability_best(own, 1), abs=1e-3)


@pytest.mark.parametrize(
    ("policies", "replications", "apart"), [(4, 20, 0.3), (10, 20, 1.0), (3, 60, 0.3)]
)
def test_nine_in_ten_statements_of_ninety_per_cent_are_true(
    policies: int, replications: int, apart: float
) -> None:
    generator = np.random.default_rng(4)
    said, true = [], []
    for _ in range(many(800, 8_000)):
        means = generator.normal(0.0, apart, policies)
        noise = generator.normal(size=(policies, replications))
        common = generator.normal(size=replications)
        chances = probability_best(means[:, None] + noise + common, 1)
        said += list(chances)
        true += list(np.arange(policies) == means.argmax())
    said_, true_ = np.array(said), np.array(true)
    for low in (0.0, 0.5, 0.75, 0.9):
        here = (said_ >= low) & (said_ < low + 0.1001)
        count = int(here.sum())
        expected = said_[here].mean()
        tolerance = 0.06 + 3.0 * np.sqrt(expected * (1 - expected) / max(count, 1))
        assert abs(true_[here].mean() - expected) < tolerance, (low, count)


def test_what_cannot_be_told_apart() -> None:
    generator = np.random.default_rng(5)
    noise = generator.normal(size=(3, 30))
    values = noise + np.array([[0.0], [0.1], [5.0]])
    assert indistinguishable(values) == [(0, 1)]
    assert indistinguishable(values[:, :2]) == [(0, 1), (0, 2), (1, 2)]
