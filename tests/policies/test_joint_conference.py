"""Joint conference: who sits, who waits, what comes of being called too often."""

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.plan import DAY, HOUR
from govsim.model.records import TRUE, UNFINISHED, Errand, Kind, Outcome, Table, Wait
from govsim.scenario import load
from policies.together import (
    SEEDS,
    SMALL_TOWN,
    days,
    hours,
    of,
    plan_of,
    runs,
    trace,
    twins,
    worked,
)

NAME = ("joint_conference",)
JOINT = (  # everything that reaches the county needs several departments
    "classes.worry.several_departments=1",
    "classes.hard.several_departments=1",
    "classes.urgent.several_departments=1",
)
FORM = "policies.joint_conference"
CALLED = f"{FORM}.form=on_demand"


def test_at_intensity_0_nothing_has_happened() -> None:
    plan = plan_of("small_town.yaml", NAME, (f"{FORM}.intensity=0",))
    assert np.array_equal(trace(plan), trace(plan_of("small_town.yaml", (), ())))


def test_nothing_happens_if_it_begins_after_the_end() -> None:
    plan = plan_of("small_town.yaml", NAME, (f"{FORM}.begins=200 d",))
    assert np.array_equal(trace(plan), trace(plan_of("small_town.yaml", (), ())))


@pytest.mark.parametrize("form", ["periodic", "on_demand", "both"])
def test_both_engines_write_the_same(form: str) -> None:
    ends = (f"{FORM}.begins=20 d", f"{FORM}.ends=100 d", f"{FORM}.bearable=1")
    twins(NAME, *JOINT, f"{FORM}.form={form}", f"{FORM}.at_most=2", *ends)


def test_a_case_costs_every_department_its_share_and_a_leader_the_meeting() -> None:
    plan = plan_of("small_town.yaml", NAME, JOINT)
    records = trace(plan)
    met = of(records, Kind.CONFERRED, Table.PERIODIC)
    given = of(records, Kind.HOURS, Errand.MEETING)
    chairs = np.array([plan.cadres[number].leader for number in given["cadre"]])
    gone = of(records, Kind.CLOSED, Outcome.GONE)
    assert len(met) > 40
    assert set(met["flags"]) == {TRUE}
    for moment in np.unique(met["time"]):
        cases, now = met[met["time"] == moment], given["time"] == moment
        agenda = len(cases) + (gone["time"] == moment).sum()
        share = int(2.5 * HOUR) // agenda + 2 * HOUR
        departments = given[now & ~chairs]["value"]
        assert len(departments) == cases["value"].sum()
        assert set(departments) == {share}
        assert given[now & chairs]["value"].tolist() == [2.5 * HOUR]


def sooner(*settings: str) -> float:
    """Days by which cases that came to a table are solved sooner than without, on average."""
    gained = []
    for seed in SEEDS:
        before = trace(plan_of("small_town.yaml", (), JOINT), seed)
        after = trace(plan_of("small_town.yaml", NAME, (*JOINT, *settings)), seed)
        solved = [of(records, Kind.CLOSED, Outcome.SOLVED) for records in (before, after)]
        one, other = (dict(zip(r["problem"], r["value"], strict=True)) for r in solved)
        tables = of(after, Kind.CONFERRED)["problem"].tolist()
        gained += [one[p] - other[p] for p in tables if p in one and p in other]
    return float(np.mean(gained)) / DAY


def test_called_for_the_departments_settle_it_sooner_than_by_passing_the_file_on() -> None:
    assert sooner(CALLED) > 4


def test_waiting_for_the_next_meeting_eats_up_what_is_gained() -> None:
    assert sooner() < sooner(CALLED) - 3
    assert sooner(f"{FORM}.every=28 d", f"{FORM}.at_most=4") < 0


def test_called_too_often_they_are_no_faster_than_before() -> None:
    assert sooner(CALLED, f"{FORM}.bearable=0", f"{FORM}.perfunctory=0.3") < 0


def test_the_work_of_passing_the_file_on_is_saved() -> None:
    assert worked(runs(NAME, *JOINT)) < 0.95 * worked(runs((), *JOINT))


def test_cases_wait_for_the_next_meeting() -> None:
    waits = of(runs(NAME, *JOINT, f"{FORM}.every=14 d"), Kind.WAITED, Wait.CONFERENCE)
    sooner = of(runs(NAME, *JOINT, f"{FORM}.every=7 d"), Kind.WAITED, Wait.CONFERENCE)
    assert 5 < days(waits) < 14
    assert days(sooner) < 0.8 * days(waits)


def test_a_full_agenda_makes_the_quiet_ones_wait_for_the_loud_ones() -> None:
    crowded = (*JOINT, f"{FORM}.at_most=4", "work.serious_from=0.6")
    plan = plan_of("small_town.yaml", NAME, crowded)
    short, long = [], []
    for seed in SEEDS:
        records = trace(plan, seed)
        born = of(records, Kind.BORN)
        severity = dict(zip(born["problem"].tolist(), born["value"].tolist(), strict=True))
        for wait in of(records, Kind.WAITED, Wait.CONFERENCE):
            length = (wait["time"] - wait["started"]) / DAY
            (short if severity[int(wait["problem"])] >= 0.6 else long).append(length)
    assert np.mean(short) + 3 < np.mean(long)


def test_who_is_called_too_often_comes_for_forms_sake() -> None:
    """The benefit falls, and the hours of passing the file on come on top of those of coming."""
    seldom = runs(NAME, *JOINT, CALLED, f"{FORM}.bearable=1000")
    often = runs(NAME, *JOINT, CALLED, f"{FORM}.bearable=1", f"{FORM}.perfunctory=0.3")
    settled = [(of(r, Kind.CONFERRED)["flags"] & TRUE > 0).mean() for r in (seldom, often)]
    assert settled[0] == 1.0
    assert settled[1] < 0.5
    assert hours(often, Errand.MEETING) > 0.9 * hours(seldom, Errand.MEETING)
    total = [worked(r) + hours(r, Errand.MEETING) for r in (seldom, often)]
    assert total[1] > 1.01 * total[0]
    solved = [len(of(r, Kind.CLOSED, Outcome.SOLVED)) for r in (seldom, often)]
    assert solved[1] < solved[0]


def test_on_demand_nobody_waits_for_a_meeting_but_a_day_for_the_departments() -> None:
    waits = of(runs(NAME, *JOINT, CALLED), Kind.WAITED, Wait.CONFERENCE)
    came = waits[waits["flags"] & UNFINISHED == 0]
    assert (came["time"] - came["started"] == DAY).all() and len(came) > len(waits) / 2
    assert set(of(runs(NAME, *JOINT, CALLED), Kind.CONFERRED)["code"]) == {Table.ON_DEMAND}


def test_with_both_forms_the_pressing_cases_are_called_for() -> None:
    met = of(runs(NAME, *JOINT, f"{FORM}.form=both"), Kind.CONFERRED)
    assert set(met["code"]) == {Table.PERIODIC, Table.ON_DEMAND}


def test_when_it_ends_no_case_is_left_at_the_table() -> None:
    records = runs(NAME, *JOINT, f"{FORM}.ends=60 d", f"{FORM}.at_most=1")
    waits = of(records, Kind.WAITED, Wait.CONFERENCE)
    assert (waits["time"] <= 60 * DAY).all()
    assert (waits["time"] == 60 * DAY).sum() > 3
    assert (of(records, Kind.CONFERRED)["time"] < 60 * DAY).all()


def test_it_must_be_a_tier_that_is_there_and_has_departments() -> None:
    with pytest.raises(InputError, match="there is no tier"):
        load(SMALL_TOWN, set=[f"{FORM}.tier=nowhere"])
    with pytest.raises(InputError, match="no office there has two desks"):
        load(SMALL_TOWN, set=[f"{FORM}.tier=street"], policies=list(NAME))


@pytest.mark.parametrize("form", ["periodic", "on_demand"])
def test_what_has_ended_by_itself_meanwhile_needs_no_table(form: str) -> None:
    heals = tuple(f"classes.{name}.self_heal=3 /month" for name in ("urgent", "worry", "hard"))
    late = (f"{FORM}.form={form}", f"{FORM}.every=28 d", f"{FORM}.arrives.value=14 d")
    twins(NAME, *JOINT, *heals, *late)
    records = runs(NAME, *JOINT, *heals, *late)
    waits = of(records, Kind.WAITED, Wait.CONFERENCE)
    assert len(waits) > len(of(records, Kind.CONFERRED)) + 5
