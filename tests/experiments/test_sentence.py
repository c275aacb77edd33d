from dataclasses import replace

import pytest
from toy_scenario import Toy

from govsim.experiments import run, what_stands_out
from govsim.experiments.sentence import amount, change


def test_an_effect_beyond_chance(toy: Toy) -> None:
    results = run(
        toy, replications=4, policies=["night_visits"], engine="simulate", workers=1,
        against_baseline=True,
    )  # fmt: skip
    sentence = what_stands_out(results)
    assert sentence.startswith("With night_visits, Backlog at the end (recorded) goes from ")
    assert sentence.endswith(": +100 (95 % interval +100 to +100).")


def test_an_effect_that_is_none(toy: Toy) -> None:
    plan = toy.plan
    toy.plan = lambda policies: replace(plan(policies), policies=())
    results = run(
        toy, replications=4, policies=["night_visits"], engine="simulate", workers=1,
        against_baseline=True,
    )  # fmt: skip
    expected = "night_visits moved nothing beyond chance in 4 paired replications."
    assert what_stands_out(results) == expected


def test_one_replication_tells_no_effect(toy: Toy) -> None:
    results = run(
        toy, replications=1, policies=["night_visits"], engine="simulate", against_baseline=True
    )
    assert "tells nothing" in what_stands_out(results)


def test_the_gap(toy: Toy) -> None:
    results = run(toy, replications=2, engine="simulate", workers=1)
    assert what_stands_out(results) == (
        "The records say 100 % of the grievances were answered or solved; only 0.0 % were truly "
        "solved."
    )


def test_no_gap(toy: Toy) -> None:
    results = run(toy, replications=2, workers=1)
    assert what_stands_out(results).startswith("Records and truth agree: ")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.923, "share", "92 %"),
        (0.0123, "share", "1.2 %"),
        (39_123.4, "cases", "39,123"),
        (0.4712, "0-1", "0.471"),
        (4.26, "days", "4.3"),
    ],
)
def test_amounts(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


def test_changes_carry_their_sign() -> None:
    assert change(0.031, "share") == "+3.1 points"
    assert change(-120.0, "cases") == "-120"
    assert change(120.0, "cases") == "+120"
