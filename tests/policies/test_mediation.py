"""Mediation: sessions, agreements, and what the sheets say."""

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.calendars import duty_before
from govsim.model.plan import DAY, HOUR
from govsim.model.records import TRUE, UNFINISHED, Activity, Errand, Kind, Outcome, Wait
from govsim.scenario import load
from policies.together import SMALL_TOWN, days, hours, money, of, plan_of, runs, trace, twins

NAME = ("mediation",)
FORM = "policies.mediation"
HONEST = (f"{FORM}.written_up=0", f"{FORM}.invented=0")


def test_at_intensity_0_nothing_has_happened() -> None:
    plan = plan_of("small_town.yaml", NAME, (f"{FORM}.intensity=0",))
    assert np.array_equal(trace(plan), trace(plan_of("small_town.yaml", (), ())))


@pytest.mark.parametrize("failure", ["legal_route", "own_desk"])
def test_both_engines_write_the_same(failure: str) -> None:
    ends = (f"{FORM}.begins=20 d", f"{FORM}.ends=100 d", f"{FORM}.written_up=0.3")
    twins(NAME, f"{FORM}.on_failure={failure}", *ends)


def test_one_to_three_sessions_some_days_apart_take_the_mediators_time() -> None:
    records = runs(NAME, *HONEST, f"{FORM}.instances=1", "work.cadre_slowness.sigma=0")
    work = of(records, Kind.WORKED, Activity.MEDIATE)
    ended = of(records, Kind.MEDIATED)
    assert len(ended) > 300
    assert 1.8 < len(work) / len(ended) < 2.2
    assert 2 < np.median(work["value"]) / HOUR < 3
    gaps = of(records, Kind.WAITED, Wait.MEDIATION)
    assert 6 < days(gaps) < 10
    over = gaps[gaps["flags"] & UNFINISHED == 0]
    assert (over["time"] - over["started"] >= 3 * DAY).all()


def test_seven_in_ten_agree_and_the_rest_go_to_law_with_the_problem_alive() -> None:
    records = runs(NAME, *HONEST, f"{FORM}.instances=1")
    ended = of(records, Kind.MEDIATED)
    agreed = (ended["flags"] & TRUE > 0).mean()
    assert agreed == pytest.approx(0.7, abs=0.06)
    referred = of(records, Kind.CLOSED, Outcome.REFERRED)
    assert len(referred) == (ended["code"] == Outcome.REFERRED).sum()
    assert not (referred["flags"] & TRUE).any()


def test_a_failure_goes_to_the_instance_above_or_back_to_the_office() -> None:
    one = runs(NAME, *HONEST, f"{FORM}.instances=1")
    two = runs(NAME, *HONEST, f"{FORM}.instances=3")
    back = runs(NAME, *HONEST, f"{FORM}.instances=1", f"{FORM}.on_failure=own_desk")
    referred = [len(of(r, Kind.CLOSED, Outcome.REFERRED)) for r in (one, two, back)]
    assert referred[1] < 0.6 * referred[0]
    assert referred[2] == 0
    assert len(set(of(two, Kind.MEDIATED)["office"].tolist())) == 3  # two streets and the county


def test_agreements_break_more_often_than_other_solutions() -> None:
    breaking = runs(NAME, *HONEST, f"{FORM}.breaks=0.5", f"{FORM}.breaks_after.high=60 d")
    holding = runs(NAME, *HONEST, f"{FORM}.breaks=0", f"{FORM}.breaks_after.high=60 d")
    assert len(of(breaking, Kind.RECURRED)) > 1.5 * len(of(holding, Kind.RECURRED))


def test_reported_success_says_little_about_true_success() -> None:
    records = runs(NAME, f"{FORM}.invented=0")
    ended = of(records, Kind.MEDIATED)
    reported = np.isin(ended["code"], (Outcome.SOLVED, Outcome.ON_PAPER)).mean()
    assert reported > 0.95
    assert (ended["flags"] & TRUE > 0).mean() < 0.8
    poor = of(runs(NAME, f"{FORM}.invented=0", f"{FORM}.success=0.3"), Kind.MEDIATED)
    reported_poor = np.isin(poor["code"], (Outcome.SOLVED, Outcome.ON_PAPER)).mean()
    assert reported - reported_poor < 0.05
    assert (poor["flags"] & TRUE > 0).mean() < 0.4


def test_pay_by_the_case_brings_cases_that_nobody_had() -> None:
    honest, paid = runs(NAME, f"{FORM}.invented=0"), runs(NAME, f"{FORM}.invented=3")
    sheets = of(paid, Kind.MEDIATED)
    invented = sheets[sheets["case"] < 0]
    # six mediators, three a month, 25 whole weeks, three seeds
    assert len(invented) == pytest.approx(6 * 3 * 25 * 7 / 30 * 3, rel=0.05)
    assert hours(paid, Errand.PAPERWORK) == len(invented)
    assert money(paid) - money(honest) == pytest.approx(200 * len(invented), rel=0.05)
    assert money(honest) == 200 * len(of(honest, Kind.MEDIATED)) + 3 * 6 * 2000


NEW_YEAR = 61 * DAY  # of a run that begins on the first of November
SHORT = ("start=2010-11-01", "horizon=120 d", f"{FORM}.set_up=0 CNY", f"{FORM}.instances=1",
         f"{FORM}.yearly_budget=3100 CNY/year")  # fmt: skip


def test_a_budget_for_subsidies_runs_out_and_is_full_again_in_january() -> None:
    records = trace(plan_of("small_town.yaml", NAME, SHORT))
    paid = of(records, Kind.MONEY)
    years = [paid[paid["time"] < NEW_YEAR], paid[paid["time"] >= NEW_YEAR]]
    assert [len(year) for year in years] == [15, 15]  # of 200 yuan; what is left buys none
    assert (paid["value"] == 200).all()
    spent = years[0]["time"].max()
    assert spent < NEW_YEAR - 14 * DAY
    ended = of(records, Kind.MEDIATED)
    invented = ended[ended["case"] < 0]
    assert not ((invented["time"] > spent) & (invented["time"] < NEW_YEAR)).any()
    assert (invented["time"] >= NEW_YEAR).any()


def test_without_money_disputes_go_to_the_offices_own_desks() -> None:
    poor, rich = (
        trace(plan_of("small_town.yaml", NAME, (*SHORT[:-1], f"{FORM}.yearly_budget={budget}")))
        for budget in ("1500 CNY/year", "9000 CNY/year")
    )
    paid = of(poor, Kind.MONEY)["time"]
    spent = paid[paid < NEW_YEAR].max()
    first, last = spent + 7 * DAY, NEW_YEAR - DAY  # by then what had been taken before is over
    mediated = [
        np.count_nonzero((work["started"] > first) & (work["started"] < last))
        for work in (of(r, Kind.WORKED, Activity.MEDIATE) for r in (poor, rich))
    ]
    assert mediated[0] < 0.2 * mediated[1]
    assert (of(poor, Kind.WORKED, Activity.MEDIATE)["started"] > NEW_YEAR).any()


def test_both_engines_write_the_same_when_money_runs_out() -> None:
    twins(NAME, *SHORT)
    twins(NAME, *SHORT[:3], f"{FORM}.instances=3", f"{FORM}.yearly_budget=900 CNY/year",
          f"{FORM}.written_up=0")  # fmt: skip


def test_mediators_are_idle_most_of_the_time() -> None:
    plan = plan_of("small_town.yaml", NAME, HONEST)
    mediators = [k for k, cadre in enumerate(plan.cadres) if cadre.policy == 0]
    busy = of(trace(plan), Kind.WORKED)
    busy = busy[np.isin(busy["cadre"], mediators)]["value"].sum()
    calendar = plan.calendars[plan.cadres[mediators[0]].calendar]
    there = duty_before(calendar.starts, calendar.ends, calendar.before, plan.horizon)
    assert 0.01 < busy / (there * 0.5 * len(mediators)) < 0.5


def test_when_the_desk_is_closed_what_waits_there_goes_back() -> None:
    ended = of(runs(NAME, *HONEST, f"{FORM}.ends=60 d"), Kind.WORKED, Activity.MEDIATE)
    assert (ended["started"] < 60 * DAY).all()


def test_half_the_intensity_is_half_the_posts() -> None:
    whole = plan_of("small_town.yaml", NAME, ())
    half = plan_of("small_town.yaml", NAME, (f"{FORM}.intensity=0.5",))
    count = [sum(cadre.policy == 0 for cadre in plan.cadres) for plan in (whole, half)]
    assert count == [6, 3]


def test_classes_and_tier_must_be_there() -> None:
    with pytest.raises(InputError, match="there is no tier"):
        load(SMALL_TOWN, set=[f"{FORM}.tier=nowhere"])
    with pytest.raises(InputError, match="there is no calendar"):
        load(SMALL_TOWN, set=[f"{FORM}.hours=never"])
    with pytest.raises(InputError, match="there is no class"):
        load(SMALL_TOWN, set=[f"{FORM}.classes=[quarrel]"], policies=list(NAME))
