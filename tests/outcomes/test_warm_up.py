"""What a warm-up leaves out, recounted from the records by other means than the tally's."""

from pathlib import Path

import numpy as np
import pytest

from govsim.engines import compiled
from govsim.errors import InputError
from govsim.model.plan import DAY, HOUR
from govsim.model.records import ON_TIME, TRUE, Kind, Origin
from govsim.outcomes import KPIS, Outcome, Tally, check
from govsim.scenario import compile_plan, load

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
BEGIN = 55 * DAY


def simulated(warm_up: str, chunk: int | None = None) -> tuple[Outcome, np.ndarray, object]:
    scenario = load(TOWN, set=["horizon=120 d", f"warm_up={warm_up}"], policies=["night_visits"])
    plan = compile_plan(scenario)
    tally, chunks = Tally(plan), []

    def drain(records: np.ndarray) -> None:
        chunks.append(records.copy())
        for at in range(0, len(records), chunk or len(records) or 1):
            tally.drain(records[at : at + (chunk or len(records))])

    compiled.simulate(plan, 7, 0, drain)
    return tally.measured(), np.concatenate(chunks), plan


@pytest.fixture(scope="module")
def after() -> tuple[Outcome, np.ndarray, object]:
    return simulated("55 d")


def city(outcome: Outcome, kpi: str, side: str = "recorded") -> float:
    return float(getattr(KPIS[kpi].compute(outcome), side)[0])


def test_cases_registered_since(after: tuple) -> None:
    outcome, records, _ = after
    is_registered = (records["kind"] == Kind.REGISTERED) & (records["code"] != Origin.ENQUIRY)
    new = records[is_registered & (records["time"] >= BEGIN)]
    assert city(outcome, "registered") == len(new)
    cohort = set(new["case"].tolist())
    mine = np.array([case in cohort for case in records["case"].tolist()])
    closings = records[mine & (records["kind"] == Kind.CLOSED)]
    reopened = records[mine & (records["kind"] == Kind.REOPENED)]
    assert city(outcome, "closed") == len(closings) - len(reopened)
    true = (closings["flags"] & TRUE > 0).sum() - (reopened["flags"] & TRUE > 0).sum()
    assert city(outcome, "closed", "true") == true
    replies = records[mine & (records["kind"] == Kind.REPLIED)]
    on_time = (replies["flags"] & ON_TIME > 0).sum()
    assert outcome["replied_on_time"][0] == on_time
    timed = sum(int(outcome.delays["reply", fate][-1].sum()) for fate in ("events", "censored"))
    assert timed == len(new)


def test_work_and_money_since_whatever_the_case(after: tuple) -> None:
    outcome, records, plan = after
    leaders = np.array([cadre.leader for cadre in plan.cadres])
    work = records[(records["kind"] == Kind.WORKED) & (records["time"] >= BEGIN)]
    cadres = work[~leaders[work["cadre"]].astype(bool)]
    errands = records[(records["kind"] == Kind.HOURS) & (records["time"] >= BEGIN)]
    worked = errands[(errands["code"] != 2) & ~leaders[errands["cadre"]].astype(bool)]
    hours = (cadres["value"].sum() + worked["value"].sum()) / HOUR
    assert city(outcome, "cadre_hours") == pytest.approx(hours)
    money = records[(records["kind"] == Kind.MONEY) & (records["time"] >= BEGIN)]
    assert city(outcome, "policy_cost") == pytest.approx(money["value"].sum())


def test_stocks_and_series_are_of_the_whole(after: tuple) -> None:
    outcome, _, _ = after
    whole, _, _ = simulated("0 d")
    for kpi, side in (
        ("backlog", "recorded"), ("backlog", "true"), ("latent_problems", "true"),
        ("trust", "true"), ("oldest_open", "recorded"), ("coverage_of_living", "true"),
    ):  # fmt: skip
        assert city(outcome, kpi, side) == city(whole, kpi, side), kpi
    for name, series in whole.weekly.totals.items():
        assert np.array_equal(outcome.weekly[name], series), name


def test_pay_and_capacity_are_of_the_time_that_is_measured(after: tuple) -> None:
    outcome, _, _ = after
    whole, _, _ = simulated("0 d")
    assert outcome.days == 65
    assert city(outcome, "pay") == pytest.approx(city(whole, "pay") * 65 / 120, rel=1e-9)
    assert 0.4 < outcome["capacity_seconds"][0] / whole["capacity_seconds"][0] < 0.7


def test_chunks_leave_no_trace(after: tuple) -> None:
    outcome, _, _ = after
    cut, _, _ = simulated("55 d", chunk=777)
    for name, counts in outcome.counts.items():
        assert np.array_equal(counts, cut.counts[name], equal_nan=True), name


def test_no_warm_up_is_no_other_outcome() -> None:
    scenario = load(TOWN, set=["horizon=30 d"])
    plan = compile_plan(scenario)
    assert plan.warm_up == 0
    tally = Tally(plan)
    compiled.simulate(plan, 7, 0, tally.drain)
    one, other = tally.finish(), tally.measured()
    check(one)
    assert all(np.array_equal(one.counts[n], other.counts[n], equal_nan=True) for n in one.counts)


def test_a_warm_up_as_long_as_the_run() -> None:
    with pytest.raises(InputError, match=r"warm_up: the warm-up of 120 d leaves nothing"):
        load(TOWN, set=["horizon=120 d", "warm_up=120 d"])


def test_nothing_may_happen_after_it() -> None:
    plan = compile_plan(
        load(TOWN, set=["horizon=30 d", "history=0 d", "warm_up=29 d", "demand.problems=1e-9 /year",
                        "demand.enquiries=0 /year"])
    )  # fmt: skip
    tally = Tally(plan)
    compiled.simulate(plan, 7, 0, tally.drain)
    assert city(tally.measured(), "registered") == 0
