"""Policies written in Python act in the agents engine, and only in the runs that have them."""

from collections.abc import Generator
from typing import Any

import pytest

import govsim
from govsim.engines.agents.city import City
from govsim.errors import InputError
from govsim.experiments import Results
from govsim.model.plan import DAY
from govsim.model.records import ABSENT, Errand, Kind
from govsim.scenario import compile_plan

TOWN = "scenarios/small_town.yaml"
SHORT = ("horizon=60 d", "run_in=28 d", "follow_up=7 d")


def meets_daily(city: City) -> Generator[Any, None, None]:
    """Everybody at the first desk meets for an hour a day, and pays for it."""
    while True:
        yield city.clock.timeout(DAY)
        for turn in range(len(city.desks[0].cadres)):
            city.desks[0].gives_hours(turn, Errand.VISIT, 3600)
        place = city.plan.policies.index("meets_daily")
        city.record.cadre(Kind.MONEY, ABSENT, len(city.offices) - 1, code=place, value=10.0)


def mean(results: Results, policy_set: str, kpi: str) -> float:
    rows = results.summary().query("policy_set == @policy_set and kpi == @kpi")
    return float(rows["mean"].iloc[0])


def test_it_acts_beside_a_baseline_that_it_does_not_touch() -> None:
    scenario = govsim.load(TOWN, set=SHORT)
    own = govsim.run(
        scenario, engine="agents", own=[meets_daily], against_baseline=True, replications=2,
        workers=1,
    )  # fmt: skip
    plain = govsim.run(scenario, engine="agents", replications=2, workers=1)
    assert own.policy_sets == ("baseline", "meets_daily")
    assert mean(own, "baseline", "cadre_hours") == mean(plain, "baseline", "cadre_hours")
    assert mean(own, "baseline", "visit_hours") == 0
    cadres = len(compile_plan(scenario).desks[0].cadres)
    assert mean(own, "meets_daily", "visit_hours") == 59 * cadres
    assert mean(own, "meets_daily", "policy_cost") == pytest.approx(590)


def test_it_runs_in_processes_too() -> None:
    scenario = govsim.load(TOWN, set=SHORT)
    one, two = (
        govsim.run(scenario, engine="agents", own=[meets_daily], replications=2, workers=workers)
        for workers in (1, 2)
    )
    assert mean(one, "meets_daily", "cost") == mean(two, "meets_daily", "cost")


def test_the_compiled_engine_cannot_do_it_and_says_so() -> None:
    with pytest.raises(InputError, match="need the engine agents"):
        govsim.run(TOWN, own=[meets_daily])
