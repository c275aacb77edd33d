"""Outsourcing: what leaves, what stays, what comes back, and what it costs the office."""

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.plan import DAY
from govsim.model.records import Activity, Errand, Kind, Wait
from govsim.scenario import load
from policies.together import SMALL_TOWN, days, hours, money, of, plan_of, runs, trace, twins

NAME = ("outsourcing",)
FORM = "policies.outsourcing"
ALL = (f"{FORM}.share=1",)


def test_at_intensity_0_nothing_has_happened() -> None:
    plan = plan_of("small_town.yaml", NAME, (f"{FORM}.intensity=0",))
    assert np.array_equal(trace(plan), trace(plan_of("small_town.yaml", (), ())))


@pytest.mark.parametrize("form", ["contractor", "time_bank", "both"])
def test_both_engines_write_the_same(form: str) -> None:
    ends = (f"{FORM}.begins=20 d", f"{FORM}.ends=100 d", f"{FORM}.severity_below=1")
    twins(NAME, f"{FORM}.form={form}", *ends)


def test_every_case_is_handed_over_and_back() -> None:
    records = runs(NAME, *ALL)
    waits = of(records, Kind.WAITED, Wait.HANDOVER)
    work = of(records, Kind.WORKED, Activity.CONTRACT)
    assert len(work) > 200
    assert len(waits) == pytest.approx(2 * len(work), rel=0.15)  # some ended on the way
    assert 1 < days(waits) < 2


def test_the_contractor_takes_the_easy_cases_and_the_office_keeps_the_hard_ones() -> None:
    before, after = runs((), *ALL), runs(NAME, *ALL)
    born = of(after, Kind.BORN)
    severity = dict(zip(born["problem"].tolist(), born["value"].tolist(), strict=True))

    def mean(records: np.ndarray, activity: Activity) -> float:
        cases = of(records, Kind.WORKED, activity)
        cases = cases[cases["klass"] == 0]  # urgent
        return float(np.mean([severity[number] for number in cases["problem"].tolist()]))

    assert mean(after, Activity.CONTRACT) + 0.05 < mean(before, Activity.HANDLE)
    assert mean(before, Activity.HANDLE) + 0.02 < mean(after, Activity.HANDLE)


def test_quality_differs_more_among_the_contractors_people() -> None:
    plan = plan_of("small_town.yaml", NAME, ())
    assert plan.lanes[0].slowness.b > 2 * plan.rules[0].handling.cadre_slowness.b
    spread = []
    for sigma in (0.6, 0.25):
        records = runs(NAME, *ALL, f"{FORM}.staff=6", f"{FORM}.slowness.sigma={sigma}")
        work = of(records, Kind.WORKED, Activity.CONTRACT)
        spread.append(float(work["value"].std()))
    assert spread[0] > 1.2 * spread[1]


def test_first_replies_are_later_where_cases_are_handed_over() -> None:
    before, after = runs(), runs(NAME, *ALL)
    contracted = set(of(after, Kind.WORKED, Activity.CONTRACT)["problem"].tolist())

    def delay(records: np.ndarray) -> float:
        replies = of(records, Kind.REPLIED)
        return float(np.median(replies[np.isin(replies["problem"], list(contracted))]["value"]))

    assert delay(after) > delay(before) + 0.5 * DAY


def test_no_case_is_lost_when_the_contract_ends() -> None:
    """With one slow volunteer nearly everything lies there that day, and comes back."""
    slow = (*ALL, f"{FORM}.form=time_bank", f"{FORM}.volunteers=1")
    records = runs(NAME, *slow, f"{FORM}.ends=60 d")
    for_ever = runs(NAME, *slow)
    work = of(records, Kind.WORKED, Activity.CONTRACT)
    assert (work["started"] < 60 * DAY).all()
    registered, closed = of(records, Kind.REGISTERED), of(records, Kind.CLOSED)
    assert len(registered) > 3000
    assert len(of(records, Kind.OPEN)) < 0.9 * len(of(for_ever, Kind.OPEN))
    assert len(closed) > len(of(for_ever, Kind.CLOSED))
    back = of(records, Kind.WORKED, Activity.HANDLE)
    after_end = (back["enabled"] >= 60 * DAY) & (back["enabled"] < 61 * DAY)
    usual = (back["enabled"] >= 53 * DAY) & (back["enabled"] < 54 * DAY)
    streets = np.isin(back["office"], (8, 9))
    assert (after_end & streets).sum() > 5 * max((usual & streets).sum(), 1)


def test_looking_after_the_contract_takes_office_hours() -> None:
    records = runs(NAME)
    paperwork = of(records, Kind.HOURS, Errand.PAPERWORK)
    assert hours(records, Errand.PAPERWORK) == 2 * 25 * 4 * 3  # streets, weeks, hours, seeds
    plan = plan_of("small_town.yaml", NAME, ())
    assert all(plan.cadres[number].policy < 0 for number in paperwork["cadre"])


def test_the_price_goes_by_the_year_and_the_posts() -> None:
    assert money(runs(NAME)) == pytest.approx(3 * 2 * 200_000 * 180 / 365)
    assert money(runs(NAME, f"{FORM}.intensity=0.5")) == pytest.approx(3 * 200_000 * 180 / 365)
    assert money(runs(NAME, f"{FORM}.form=time_bank")) == 0


def test_volunteers_give_different_shares_of_their_evenings() -> None:
    plan = plan_of("small_town.yaml", NAME, (f"{FORM}.form=time_bank",))
    shares = [cadre.share_of_time for cadre in plan.cadres if cadre.policy == 0]
    assert len(shares) == 40
    assert max(shares) > 2 * min(shares)
    assert np.mean(shares) == pytest.approx(0.15, rel=0.25)
    work = of(trace(plan), Kind.WORKED, Activity.CONTRACT)
    assert len(work) > 20
    assert (work["started"] % DAY >= 19 * 3600).all()


def test_tier_calendars_and_classes_must_be_there() -> None:
    with pytest.raises(InputError, match="there is no tier"):
        load(SMALL_TOWN, set=[f"{FORM}.tier=nowhere"])
    with pytest.raises(InputError, match="there is no calendar"):
        load(SMALL_TOWN, set=[f"{FORM}.volunteers_hours=never"])
    with pytest.raises(InputError, match="there is no class"):
        load(SMALL_TOWN, set=[f"{FORM}.classes=[quarrel]"], policies=list(NAME))
