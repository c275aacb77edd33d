"""Triage at intake: what it does, what it costs, and what it does besides."""

import numpy as np
import pytest

from engines.traces import plan_of
from govsim.errors import InputError
from govsim.model.plan import DAY
from govsim.model.records import FIRST, TRUE, Errand, Kind, Origin, Outcome
from govsim.outcomes import Tally, check
from policies.front_door import (
    Records,
    is_grievance,
    mean,
    registered,
    run,
    runs,
    the_engines_agree,
)

TRIAGE = ("triage",)
BUSY = ("demand.problems=0.5 /year",)


def only(**words: object) -> tuple[str, ...]:
    """A triage that does this alone."""
    off = {
        "work": "0 min", "error": 0.15, "merges": 0, "turns_away": 0, "misjudges": 0,
        "explaining": 1, "mild_below": 0, "magic_words": 0,
    }  # fmt: skip
    return (*BUSY, *(f"policies.triage.{key}={value}" for key, value in (off | words).items()))


def closed_as(outcome: Outcome, records: Records) -> Records:
    found: Records = records[(records["kind"] == Kind.CLOSED) & (records["code"] == outcome)]
    return found


@pytest.mark.parametrize(
    "settings",
    [("policies.triage.intensity=0",), ("policies.triage.begins=200 d",), only()[1:]],
)
def test_no_triage_is_exactly_the_baseline(settings: tuple[str, ...]) -> None:
    records = run(plan_of(*settings, policies=TRIAGE))
    of_money = records["kind"] == Kind.MONEY
    assert np.array_equal(records[~of_money], runs(())[0])


@pytest.mark.parametrize("seed", [1, 7])
def test_both_engines_agree(seed: int) -> None:
    often = ("policies.triage.misjudges=0.5", "policies.triage.magic_words=0.9")
    the_engines_agree(TRIAGE, *BUSY, "horizon=100 d", *often, seed=seed)
    the_engines_agree(
        ("triage", "hotline"), *BUSY, "horizon=90 d", "policies.triage.begins=10 d",
        "policies.triage.ends=60 d", "policies.triage.rollout=in_order",
        "policies.triage.rollout_over=30 d", "policies.triage.intensity=0.5", seed=seed,
    )  # fmt: skip


def test_fewer_are_sent_to_the_wrong_desk() -> None:
    def bounced(records: Records) -> float:
        return float(((records["kind"] == Kind.BOUNCED) & (records["flags"] & FIRST != 0)).sum())

    assert mean(bounced, runs(TRIAGE, BUSY)) < 0.7 * mean(bounced, runs((), BUSY))


def test_duplicates_are_closed_at_once() -> None:
    records = runs(TRIAGE, only(merges=1))[0]
    merged = closed_as(Outcome.DUPLICATE, records)
    at_once = merged[merged["value"] == 0]
    assert len(at_once) > 50
    replies = records[records["kind"] == Kind.REPLIED]
    assert np.isin(at_once["case"], replies["case"]).all()  # the resident hears of the first
    assert (at_once["flags"] & TRUE == 0).all()  # whose problem lives
    worked, reopened = (records[records["kind"] == k]["case"] for k in (Kind.WORKED, Kind.REOPENED))
    assert np.isin(np.intersect1d(at_once["case"], worked), reopened).all()


def test_explaining_at_intake_is_short() -> None:
    def hours(records: Records) -> float:
        work = records[(records["kind"] == Kind.WORKED) & (records["klass"] == 4)]
        return float(work["value"].sum())

    short = runs(TRIAGE, only(turns_away=1, explaining=0.25))
    assert mean(hours, short) < 0.5 * mean(hours, runs((), BUSY))


# ---------------------------------------------------------------- unintended effects


def denied(records: Records) -> Records:
    """Reasonable requests explained away while the problem lives."""
    explained = closed_as(Outcome.EXPLAINED, records)
    found: Records = explained[(explained["klass"] < 4) & (explained["flags"] & TRUE == 0)]
    return found


def test_misjudging_denies_real_problems() -> None:
    def solved(records: Records) -> float:
        return float(((records["kind"] == Kind.SOLVED) & (records["code"] == Outcome.SOLVED)).sum())

    fair, unfair = runs(TRIAGE, only()), runs(TRIAGE, only(misjudges=0.2))
    assert mean(lambda records: float(len(denied(records))), fair) == 0
    assert mean(lambda records: float(len(denied(records))), unfair) > 100
    assert mean(solved, unfair) < 0.95 * mean(solved, fair)
    solutions = unfair[0][(unfair[0]["kind"] == Kind.SOLVED)]
    explained = solutions[solutions["code"] == Outcome.EXPLAINED]
    assert (explained["klass"] == 4).all()  # talking ends no reasonable problem


def test_who_was_turned_away_comes_back_by_another_channel() -> None:
    records = runs(TRIAGE, only(misjudges=0.3))[0]
    refused = denied(records)
    channel = dict(zip(refused["problem"].tolist(), refused["channel"].tolist(), strict=True))
    again = records[is_grievance(records) & (records["code"] == Origin.REPEAT)]
    back = [(channel[p], c) for p, c in zip(again["problem"], again["channel"], strict=True)
            if p in channel and len(refused[refused["problem"] == p]) == 1]  # fmt: skip
    assert len(back) > 20
    assert sum(before != after for before, after in back) > 0.8 * len(back)
    assert mean(registered, runs(TRIAGE, only(misjudges=0.3))) > mean(registered, runs((), BUSY))


def test_the_mild_starve() -> None:
    def open_at_the_end(mild: bool) -> float:
        def count(records: Records) -> float:
            born = records[records["kind"] == Kind.BORN]
            severity = dict(zip(born["problem"].tolist(), born["value"].tolist(), strict=True))
            left = records[records["kind"] == Kind.OPEN]["problem"].tolist()
            return float(sum((severity[problem] < 0.3) == mild for problem in left))

        with_lane, without = runs(TRIAGE, only(mild_below=0.3)), runs((), BUSY)
        return mean(count, with_lane) / mean(count, without)

    assert open_at_the_end(True) > 1.2
    assert open_at_the_end(False) < 1.02


def test_people_learn_the_magic_words() -> None:
    """Those who threaten pass the mild and the ordinary: fewer of the others are in time."""
    magic = runs(TRIAGE, only(magic_words=1))
    plain = runs((), BUSY)
    assert any(not np.array_equal(one, other) for one, other in zip(magic, plain, strict=True))
    spared = runs(TRIAGE, only(magic_words=1, misjudges=0.5))
    caught = runs(TRIAGE, only(magic_words=0, misjudges=0.5))

    def denied_again(records: Records) -> float:
        cases = records[is_grievance(records) & (records["code"] == Origin.REPEAT)]["case"]
        return float(np.isin(denied(records)["case"], cases).sum() / len(cases))

    assert mean(denied_again, spared) < 0.3 * mean(denied_again, caught)  # threats are heard


# ---------------------------------------------------------------- hours and money


def test_hours_and_money() -> None:
    plan = plan_of("policies.triage.begins=30 d", policies=TRIAGE)
    records = run(plan)
    tally = Tally(plan)
    tally.drain(records)
    check(tally.finish())
    hours = records[(records["kind"] == Kind.HOURS) & (records["code"] == Errand.TRIAGE)]
    assert set(hours["value"].tolist()) == {7 * 60.0}
    new = records[is_grievance(records) & (records["time"] >= 30 * DAY)]
    assert len(hours) == len(new)
    first_desks = {plan.desks[office.desks[0]].name for office in plan.offices}
    assert {plan.desks[plan.cadres[k].desk].name for k in hours["cadre"].tolist()} <= first_desks
    paid = records[records["kind"] == Kind.MONEY]["value"].sum()
    offices = len(plan.offices)
    assert paid == pytest.approx(offices * (3_000 + 1_000 * 150 / 365))


def test_the_minutes_are_taken_from_other_work() -> None:
    def worked(records: Records) -> float:
        handled = (records["kind"] == Kind.CLOSED) & (records["code"] == Outcome.SOLVED)
        return float(handled.sum())

    heavy = (*BUSY, "tiers.community.desks.front.cadres=1")
    lost = runs(TRIAGE, (*heavy, *only(work="2 h")))
    assert mean(worked, lost) < 0.97 * mean(worked, runs((), heavy))


def test_a_tier_that_is_not_there_has_a_sentence() -> None:
    with pytest.raises(InputError) as caught:
        plan_of("policies.triage.tiers=[moon]")
    assert 'there is no tier "moon"' in str(caught.value)
