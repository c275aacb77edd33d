"""A hotline: what it does, what it costs, and what it does besides."""

from dataclasses import replace

import numpy as np
import pytest

from engines.traces import plan_of
from govsim.errors import InputError
from govsim.model.plan import DAY
from govsim.model.records import (
    SURVEYED,
    Errand,
    Kind,
    Origin,
    Outcome,
)
from govsim.outcomes import Tally, check
from policies.front_door import (
    Records,
    is_grievance,
    living,
    mean,
    registered,
    run,
    runs,
    the_engines_agree,
)

HOTLINE = ("hotline",)
KNOWN = ("policies.hotline.known_at_first=1",)  # everybody knows of it on the first day
HALF_A_YEAR = 180


def calls(records: Records) -> Records:
    found: Records = records[(records["kind"] == Kind.HOURS) & (records["code"] == Errand.CALLS)]
    return found


@pytest.mark.parametrize(
    "settings",
    [
        ("policies.hotline.intensity=0",),
        ("policies.hotline.begins=200 d",),
        ("policies.hotline.begins=9 d", "policies.hotline.ends=9 d"),
    ],
)
def test_no_hotline_is_exactly_the_baseline(settings: tuple[str, ...]) -> None:
    records = run(plan_of(*settings, policies=HOTLINE))
    assert np.array_equal(records, runs(())[0])


def test_before_it_begins_everything_is_as_without_it() -> None:
    records = run(plan_of("policies.hotline.begins=60 d", *KNOWN, policies=HOTLINE))
    before, without = (r[r["time"] < 60 * DAY] for r in (records, runs(())[0]))
    assert np.array_equal(before, without)
    assert len(records) > len(runs(())[0])


def test_the_stock_of_the_first_day_knew_of_no_hotline() -> None:
    stock, without = (
        records[(records["kind"] == Kind.BORN) & (records["time"] == 0) & (records["code"] == 1)]
        for records in (runs(HOTLINE, KNOWN)[0], runs(())[0])
    )
    assert len(stock) == len(without) > 0


@pytest.mark.parametrize("seed", [1, 7])
def test_both_engines_agree(seed: int) -> None:
    the_engines_agree(
        ("hotline", "night_visits"),
        "horizon=90 d", "policies.hotline.begins=10 d", "policies.hotline.ends=70 d",
        "policies.hotline.rollout=random", "policies.hotline.rollout_over=30 d",
        "policies.hotline.known_after=40 d", "policies.hotline.intensity=0.5", seed=seed,
    )  # fmt: skip
    the_engines_agree(HOTLINE, "horizon=60 d", *KNOWN, "demand.problems=1 /year", seed=seed)


# ---------------------------------------------------------------- unintended effects


def test_recorded_volume_rises_while_fewer_problems_live() -> None:
    without, with_it = runs(()), runs(HOTLINE, KNOWN)
    assert mean(registered, with_it) > 1.5 * mean(registered, without)
    assert mean(living, with_it) < 0.92 * mean(living, without)


def test_volume_grows_as_people_hear_of_it() -> None:
    spreads = runs(
        HOTLINE, ("policies.hotline.known_at_first=0", "policies.hotline.known_after=180 d")
    )

    def by_line(first: int, last: int) -> float:
        def count(records: Records) -> float:
            line = is_grievance(records) & (records["channel"] == 2)
            return float((line & (records["time"] // DAY // 30 >= first)
                          & (records["time"] // DAY // 30 < last)).sum())  # fmt: skip

        return mean(count, spreads)

    assert by_line(3, 6) > 2 * by_line(0, 3) > 0


def test_streets_become_the_backstop_and_the_counter_sees_fewer() -> None:
    without, with_it = runs(()), runs(HOTLINE, KNOWN)

    def at_streets(records: Records) -> float:
        return float(
            (is_grievance(records) & (records["home"] >= 8) & (records["home"] < 10)).sum()
        )

    def at_the_counter(records: Records) -> float:
        return float((is_grievance(records) & (records["channel"] == 0)).sum())

    assert mean(at_streets, with_it) > 10 * mean(at_streets, without)
    assert mean(at_the_counter, with_it) < 0.97 * mean(at_the_counter, without)


def test_more_fellows_report_the_same_problem() -> None:
    def fellows(records: Records) -> float:
        return float((is_grievance(records) & (records["code"] == Origin.FELLOW)).sum())

    assert mean(fellows, runs(HOTLINE, KNOWN)) > 1.4 * mean(fellows, runs(()))


def test_who_does_not_telephone_gains_nothing() -> None:
    alone = (*KNOWN, "policies.hotline.reach.elderly=0", "loops.duplicates=0")
    without, with_it = runs((), ("loops.duplicates=0",)), runs(HOTLINE, alone)

    def of(segment: int) -> tuple[float, float]:
        def count(records: Records) -> float:
            first = is_grievance(records) & (records["code"] == Origin.FIRST)
            return float((first & (records["segment"] == segment)).sum())

        return mean(count, without), mean(count, with_it)

    general, elderly = of(0), of(1)
    assert general[1] > 1.4 * general[0]
    assert elderly[1] < 1.1 * elderly[0]


def test_with_too_few_operators_callers_hang_up() -> None:
    slow = (*KNOWN, "policies.hotline.call.mean=3 h")

    def unheard(records: Records) -> float:
        lost = (records["kind"] == Kind.NOT_RECORDED) & (records["channel"] == 2)
        return float((lost & (records["code"] != Origin.ENQUIRY)).sum())

    def by_line(records: Records) -> float:
        return float((is_grievance(records) & (records["channel"] == 2)).sum())

    usual, busy = runs(HOTLINE, KNOWN), runs(HOTLINE, slow)
    assert mean(unheard, busy) > 3 * mean(unheard, usual)
    assert mean(by_line, busy) < 0.8 * mean(by_line, usual)


# ---------------------------------------------------------------- operators, hours, money


def test_operators_answer_most_enquiries_themselves() -> None:
    records = runs(HOTLINE, KNOWN)[0]
    asked = records[
        (records["kind"] == Kind.REGISTERED)
        & (records["code"] == Origin.ENQUIRY)
        & (records["channel"] == 2)
    ]
    closed = records[(records["kind"] == Kind.CLOSED) & (records["code"] == Outcome.ANSWERED)]
    at_once = np.isin(asked["case"], closed["case"][closed["value"] == 0])
    assert len(asked) > 200
    assert abs(at_once.mean() - 0.6) < 0.08
    assert (asked["home"][at_once] == 10).all()  # the county: where the operators sit
    assert (asked["home"][~at_once] < 10).all()


def test_a_single_line_serves_one_caller_after_the_other() -> None:
    """Kiefer and Wolfowitz: it is known at once when a call will be taken."""
    records = runs(HOTLINE, (*KNOWN, "policies.hotline.patience.mean=20 min"))[0]
    free = 0
    for row in calls(records):
        begins = max(free, int(row["time"]))
        free = begins + int(row["value"])
    assert free < (HALF_A_YEAR + 1) * DAY
    assert calls(records)["value"].sum() < HALF_A_YEAR * DAY


def test_everybody_is_called_back_unless_the_operators_are_busy() -> None:
    def called_back(records: Records) -> float:
        felt = records[records["kind"] == Kind.FELT]
        return float((felt["flags"] & SURVEYED != 0).mean())

    assert mean(called_back, runs(())) < 0.4
    assert 0.9 < mean(called_back, runs(HOTLINE, KNOWN)) < 1
    busy = (*KNOWN, "policies.hotline.call_back=8 h")
    assert mean(called_back, runs(HOTLINE, busy)) < 0.8


def test_hours_and_money() -> None:
    plan = plan_of(*KNOWN, policies=HOTLINE)
    records = run(plan)
    tally = Tally(plan)
    tally.drain(records)
    check(tally.finish())
    line = plan.hotlines[0]
    seats = plan.desks[line.desk].cadres
    assert len(seats) == 1  # for 20,000 residents
    assert plan.cadres[seats[0]].pay_per_year == pytest.approx(4.2 * 90_000)
    assert set(calls(records)["cadre"].tolist()) == set(seats)
    paid = records[records["kind"] == Kind.MONEY]["value"].sum()
    assert paid == pytest.approx(100_000 + 30_000 * HALF_A_YEAR / 365)
    assert all(line.desk not in office.desks for office in plan.offices)


def test_seats_follow_the_residents() -> None:
    plan = plan_of("policies.hotline.residents_per_seat=3000", policies=HOTLINE)
    assert len(plan.desks[plan.hotlines[0].desk].cadres) == 7


def test_a_dead_line_is_heard_by_nobody() -> None:
    records = run(plan_of(*KNOWN, "policies.hotline.ends=50 d", policies=HOTLINE))
    first = np.isin(records["code"], (Origin.FIRST, Origin.FELLOW, Origin.ENQUIRY))
    by_line = records[(records["kind"] == Kind.REGISTERED) & first & (records["channel"] == 2)]
    assert len(by_line) > 100
    assert by_line["time"].max() < 50 * DAY
    assert (calls(records)["time"] < 50 * DAY).all()


def test_bounds_hold_at_every_time() -> None:
    """With a bound that is too low some thoughts would be skipped: see ``serious_thoughts``."""
    plan = plan_of(*KNOWN, "horizon=120 d", policies=HOTLINE)
    bold = replace(plan, reporting=plan.reporting._replace(probability=0.05, reconsider_factor=9.0))
    from govsim.engines import agents, compiled
    from twins.compare import assert_same

    assert_same(bold, 3, 0, agents.simulate, compiled.simulate)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("policies.hotline.lands_at=moon", 'there is no tier "moon"'),
        ("policies.hotline.hours=nights", 'there is no calendar "nights"'),
        ("policies.hotline.reach.martian=1", 'there is no segment "martian"'),
    ],
)
def test_mistakes_have_a_sentence(setting: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        plan_of(setting, policies=HOTLINE)
    assert says in str(caught.value)
