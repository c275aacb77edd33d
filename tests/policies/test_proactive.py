"""Acting before complaints: topics from the ledger, capital, a lag, and what is gone then."""

from collections import Counter

import numpy as np
import pytest

from engines.effects import Run, leaves_the_baseline, run, twins_agree
from engines.traces import SMALL_TOWN, same
from govsim.errors import InputError
from govsim.model.plan import DAY
from govsim.model.records import Birth, Errand, Kind, Outcome, Prevention, Work
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING

SOON = ("lag=30 d",)


def proactive(*settings: str) -> Run:
    words = [f"policies.proactive.{setting}" for setting in settings]
    return run(*words, policies=("proactive",))


def test_at_intensity_0_or_too_late_nothing_changes() -> None:
    assert leaves_the_baseline("proactive")


@pytest.mark.parametrize(
    "settings",
    [
        ("lag=10 d", "topics=3", "every=7 d"),
        ("lag=10 d", "area=highest", "solves=1", "removes=1", "budget=30000 CNY"),
        ("lag=0 s", "area=lowest", "at_least=1", "intensity=0.5", "rollout=random",
         "rollout_over=30 d", "ends=60 d", "every=1 d"),
    ],
)  # fmt: skip
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    words = [f"policies.proactive.{setting}" for setting in settings]
    trace = twins_agree("horizon=80 d", *words, policies=("proactive",))
    assert (trace["kind"] == Kind.PREVENTED).any()


YEARS = ("start=2010-11-01", "horizon=120 d")
POOR = ("every=14 d", "topics=2", "at_least=1", "lag=10 d", "analysts_per_year=0 CNY/year",
        "yearly_budget=100000 CNY/year")  # fmt: skip


def test_the_years_money_runs_out_and_comes_back_in_january() -> None:
    words = [f"policies.proactive.{setting}" for setting in POOR]
    records = run(*YEARS, *words, policies=("proactive",)).each[0]
    chosen = records[(records["kind"] == Kind.PROJECT) & (records["code"] == Work.CHOSEN)]
    paid = records[records["kind"] == Kind.MONEY]
    assert len(paid) == len(chosen)
    new_year = 61 * DAY
    before, after = (
        paid[paid["time"] < new_year],
        paid[paid["time"] >= new_year],
    )
    assert before["value"].sum() == 100_000.0
    assert 0.0 < after["value"].sum() <= 100_000.0
    assert before["time"].max() < 56 * DAY  # a choice was still to come in the old year
    wanted = 15_000.0 * chosen["value"][len(before) - 1]
    assert before["value"][-1] < wanted  # the last one is done in part


def test_both_engines_agree_when_the_money_runs_out() -> None:
    words = [f"policies.proactive.{setting}" for setting in POOR]
    twins_agree(*YEARS, *words, policies=("proactive",))


def test_the_loudest_topic_is_chosen_not_the_largest() -> None:
    """By registered grievances of the period, area and class; silence does not count."""
    with_it = proactive("every=60 d", "area=second", "at_least=1")
    plan = with_it.plan
    for records in with_it.each:
        chosen = records[(records["kind"] == Kind.PROJECT) & (records["code"] == Work.CHOSEN)]
        first = chosen[0]
        assert first["time"] == 60 * DAY
        spoken = records[(records["kind"] == Kind.REGISTERED) & (records["time"] < 60 * DAY)]
        spoken = spoken[spoken["klass"] < len(plan.classes)]
        community = spoken["problem"] >> 34
        topics = Counter(
            (plan.path_up(c)[1], k)
            for c, k in zip(community.tolist(), spoken["klass"].tolist(), strict=True)
        )
        assert topics[int(first["office"]), int(first["klass"])] == max(topics.values())
        assert first["value"] == max(topics.values())


def test_latent_problems_stay_where_they_are() -> None:
    """A class that nobody reports is never chosen, however many suffer from it."""
    with_it = proactive("every=30 d", "topics=2", "at_least=20", *SOON)
    chosen = with_it.of(Kind.PROJECT, Work.CHOSEN)
    born = Counter(with_it.of(Kind.BORN)["klass"].tolist())
    silent = min(born, key=lambda klass: born[klass])
    assert silent not in chosen["klass"].tolist()


def test_each_topic_is_taken_once() -> None:
    with_it = proactive("every=10 d", "topics=5", "at_least=1")
    for records in with_it.each:
        chosen = records[(records["kind"] == Kind.PROJECT) & (records["code"] == Work.CHOSEN)]
        topics = list(zip(chosen["office"].tolist(), chosen["klass"].tolist(), strict=True))
        assert len(topics) == len(set(topics)) == 10  # two streets, five classes


def test_nothing_changes_before_the_works_are_done() -> None:
    with_it, base = proactive("lag=60 d", "planning=0 h", "analysts_per_year=0 CNY/year"), run()
    for one, other in zip(with_it.each, base.each, strict=True):
        early = one[(one["time"] < 90 * DAY) & ~np.isin(one["kind"], (Kind.PROJECT, Kind.MONEY))]
        plain = other[other["time"] < 90 * DAY]
        assert same(early, plain)
    assert with_it.of(Kind.PREVENTED)["time"].min() > 90 * DAY


def test_births_stop_and_living_problems_end_where_the_cause_is_gone() -> None:
    with_it, base = (
        proactive("removes=1", "solves=1", "area=highest", "budget=1e9 CNY", *SOON),
        run(),
    )
    prevented = with_it.of(Kind.PREVENTED)
    assert set(prevented["code"].tolist()) == {Prevention.PROJECT}
    for one, other in zip(with_it.each, base.each, strict=True):
        done = one[(one["kind"] == Kind.PROJECT) & (one["code"] == Work.DONE)][0]
        klass, when = done["klass"], done["time"]
        assert when == 60 * DAY
        born = one[(one["kind"] == Kind.BORN) & (one["klass"] == klass) & (one["time"] > when)]
        plain = other[(other["kind"] == Kind.BORN) & (other["klass"] == klass)]
        assert len(born) == 0 and (plain["time"] > when).sum() > 20
        ended = one[(one["kind"] == Kind.SOLVED) & (one["code"] == Outcome.FIXED)]
        ended = ended[ended["time"] == when]
        assert len(ended) == done["value"] > 50
        assert (np.diff(ended["problem"]) > 0).all()


def test_works_end_problems_that_nobody_knew_of_and_cases_are_found_gone() -> None:
    with_it = proactive("solves=1", "area=highest", "budget=1e9 CNY", *SOON)
    flags = with_it.of(Kind.SOLVED, Outcome.FIXED)["flags"]
    assert (flags == 0).any() and (flags > 0).any()
    gone = [r.count(Kind.CLOSED, Outcome.GONE) for r in (with_it, run())]
    assert gone[0] > 1.05 * gone[1]


def test_a_small_budget_does_part_of_the_work() -> None:
    small, large = (proactive(f"budget={b} CNY", "area=highest", *SOON) for b in (1e5, 1e9))
    assert 0 < small.count(Kind.PREVENTED) < 0.5 * large.count(Kind.PREVENTED)


def test_hours_and_money() -> None:
    with_it = proactive("people=2", "cost_per_person=10 CNY", "analysts_per_year=0 CNY/year")
    chosen = with_it.of(Kind.PROJECT, Work.CHOSEN)
    assert with_it.money() == 20.0 * chosen["value"].sum()
    hours = with_it.of(Kind.HOURS, Errand.MEETING)
    assert hours["value"].tolist() == [40.0 * 3600] * len(chosen)
    assert hours["office"].tolist() == chosen["office"].tolist()
    capped = proactive("budget=7 CNY", "analysts_per_year=0 CNY/year")
    assert capped.money() == 7.0 * capped.count(Kind.PROJECT, Work.CHOSEN)


def test_births_are_the_same_problems_as_without_projects() -> None:
    with_it, base = proactive(*SOON), run()
    for one, other in zip(with_it.each, base.each, strict=True):
        born = one[np.isin(one["kind"], (Kind.BORN, Kind.PREVENTED))]["problem"]
        assert born.tolist() == other[other["kind"] == Kind.BORN]["problem"].tolist()


def test_no_choice_before_the_policy_begins_or_after_it_ends() -> None:
    words = ("begins=40 d", "ends=100 d", "every=20 d")
    settings = [f"policies.proactive.{word}" for word in words]
    plan = compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, *settings]), ("proactive",))
    assert plan.planners[0].picks == (60 * DAY, 80 * DAY)
    assert Birth.NEW == 0


def test_mistakes_get_their_sentence() -> None:
    with pytest.raises(InputError) as error:
        load(SMALL_TOWN, set=["policies.proactive.area=village"], policies=["proactive"])
    assert 'there is no tier "village"' in str(error.value)
