"""Duty lists, courses, and staff that moves downwards."""

import numpy as np
import pytest

from engines.effects import Run, always, before, leaves_the_baseline, run, twins_agree
from engines.traces import SMALL_TOWN
from govsim.errors import InputError
from govsim.model.plan import DAY
from govsim.model.records import Errand, Kind
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING

COMMUNITY, COUNTY = 0, 2
ONLY_LISTS = (
    "policies.training.hours_lost=0 h",
    "policies.training.work_saved=0",
    "policies.training.moved=0",
)
ONLY_COURSES = ("policies.training.errors_left=1", "policies.training.moved=0")


def trained(*settings: str) -> Run:
    return run(*settings, policies=("training",))


def test_at_intensity_0_or_too_late_nothing_changes() -> None:
    assert leaves_the_baseline("training")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("begins=10 d", "ends=50 d", "rollout=random", "rollout_over=20 d", "moved=0.5"),
        ("intensity=0.5", "groups=3", "groups_apart=7 d", "staff_from=second", "staff_to=lowest"),
    ],
)
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    words = [f"policies.training.{setting}" for setting in settings]
    twins_agree("horizon=80 d", *words, policies=("training",))


def test_duty_lists_lower_bounces_once_they_are_out() -> None:
    lists = trained("policies.training.list_out_after=60 d", *ONLY_LISTS)
    base = run()
    early = [r.of(Kind.BOUNCED)["time"] < 60 * DAY for r in (lists, base)]
    assert early[0].sum() == early[1].sum() > 30
    assert (~early[0]).sum() < 0.8 * (~early[1]).sum()


def test_the_course_takes_every_cadre_the_hours_it_says() -> None:
    course = trained("policies.training.hours_lost=12 h", "policies.training.moved=0")
    hours = course.of(Kind.HOURS, Errand.TRAINING)
    desks = [desk for desk in course.plan.desks if not desk.approves]
    cadres = {cadre for desk in desks for cadre in desk.cadres}
    assert set(hours["value"]) == {12 * 3600.0}
    assert set(hours["cadre"].tolist()) == cadres
    assert len(hours) == 3 * len(cadres)  # replications
    assert set(hours["time"].tolist()) == {0, 14 * DAY}  # the groups


def test_what_waits_while_cadres_learn_waits_longer_and_later_less() -> None:
    long = ("policies.training.hours_lost=80 h", "policies.training.work_saved=0.3")
    course = trained("policies.training.groups=1", *ONLY_COURSES, *long)
    base = run()
    assert course.queue_days(COMMUNITY, before(25)) > 1.5 * base.queue_days(COMMUNITY, before(25))

    def later(r: np.ndarray) -> np.ndarray:
        return np.asarray(r["time"] > 60 * DAY)

    assert course.queue_days(COMMUNITY, later) < 0.9 * base.queue_days(COMMUNITY, later)


def test_the_tier_that_gave_staff_is_the_new_bottleneck() -> None:
    moved = trained("policies.training.moved=0.5", *ONLY_LISTS[:2])
    base = run()
    assert moved.queue_days(COUNTY, always) > 1.5 * base.queue_days(COUNTY, always)


def test_who_moves_stays_the_same_person_and_comes_back() -> None:
    scenario = load(
        SMALL_TOWN,
        set=[*FROM_NOTHING, "policies.training.moved=0.5", "policies.training.ends=90 d"],
    )
    before_it = compile_plan(scenario)
    plan = compile_plan(scenario, ("training",))
    gone = [c for c in plan.cadres if c.leaves == 0]
    assert len(gone) == 6  # of twelve at the county's six desks
    assert len({plan.cadres.index(c) for c in gone}) == len(gone)
    for person in gone:
        seats = [c for c in plan.cadres if c.entity == person.entity]
        assert [(c.joins, c.leaves) for c in seats[1:2]] == [(0, 90 * DAY)]
        assert {c.pay_per_year for c in seats} == {person.pay_per_year}
        assert plan.offices[plan.desks[seats[1].desk].office].tier == 1
        assert seats[2].desk == person.desk and seats[2].joins == 90 * DAY
    for desk in before_it.desks:
        assert not desk.cadres or any(plan.cadres[k].leaves > 0 for k in desk.cadres)


def test_the_last_one_at_a_desk_stays() -> None:
    settings = ["policies.training.moved=1", "policies.training.staff_from=highest"]
    plan = compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, *settings]), ("training",))
    for desk in plan.desks:
        assert any(plan.cadres[k].leaves > plan.horizon for k in desk.cadres)


def test_fees_and_lists_are_paid() -> None:
    settings = ("policies.training.moved=0", "policies.training.intensity=0.5")
    cadres, offices = 8 * 4 + 2 * 4 + 6 * 2, 8 + 2 + 1
    assert trained(*settings).money() == 3 * 0.5 * (1000 * cadres + 2000 * offices)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("staff_from=village",), 'there is no tier "village"'),
        (("staff_to=village",), 'there is no tier "village"'),
        (("staff_from=lowest", "staff_to=highest"), "staff moves downwards"),
    ],
)
def test_mistakes_get_their_sentence(settings: tuple[str, ...], sentence: str) -> None:
    words = [f"policies.training.{setting}" for setting in settings]
    with pytest.raises(InputError) as error:
        load(SMALL_TOWN, set=words, policies=["training"])
    assert sentence in str(error.value)
