"""Scoring: what is recorded gets better, what is true does not, and nobody stands out any more."""

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model import oversight
from govsim.model.records import (
    RECORDED_SATISFIED,
    SURVEYED,
    TRUE,
    Errand,
    Kind,
    Origin,
    Outcome,
)
from policies.oversight_runs import (
    Records,
    closings,
    grievances,
    hours,
    leaves_no_trace,
    of,
    on_paper,
    pair,
    plan_of,
    runs,
    same_in_both,
    share,
)


def recorded_resolution(records: Records) -> float:
    return np.mean(closings(records)["code"] != Outcome.EXPLAINED) * _closed(records)


def true_resolution(records: Records) -> float:
    return share(closings(records), TRUE) * _closed(records)


def _closed(records: Records) -> float:
    return len(closings(records)) / len(grievances(records))


def recorded_satisfaction(records: Records) -> float:
    felt = of(records, Kind.FELT)
    return share(felt[(felt["flags"] & SURVEYED) > 0], RECORDED_SATISFIED)


def test_intensity_0_is_the_baseline() -> None:
    assert leaves_no_trace("scoring")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("policies.scoring.resident_weight=0.5", "policies.scoring.satisfaction=0"),
        ("policies.scoring.begins=20 d", "policies.scoring.ends=100 d",
         "policies.scoring.rollout=in_order", "policies.scoring.rollout_over=40 d",
         "policies.scoring.intensity=0.5", "policies.scoring.tiers=[lowest, second]"),
    ],
    ids=["as it is", "residents too", "for a time"],
)  # fmt: skip
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    records = same_in_both(("scoring",), "horizon=130 d", *settings)
    assert len(of(records, Kind.SCORED)) > 15


def test_the_best_feels_no_pressure_and_the_last_all_of_it() -> None:
    scores = {3: 0.9, 7: 0.9, 1: 0.2, 5: 1.0}
    order = sorted(scores, key=lambda office: oversight.place(scores[office], office))
    assert order == [5, 3, 7, 1]
    assert [oversight.behind(rank, 4) for rank in (0, 3)] == [0.0, 1.0]
    assert oversight.behind(0, 1) == 0.0
    assert oversight.hurry(0.5, 1.0, 0.4, 1.3) == 1.2
    assert oversight.hurry(2.0, 1.0, 0.4, 1.3) == 1.3
    assert oversight.paper_pressure(0.5, 1.0, 1.0) == 0.0
    assert oversight.mixed(0.8, 0.6, 0.5) == pytest.approx(0.7)


def test_hours_and_money() -> None:
    records = runs(plan_of(policies=("scoring",)), 1)
    assert of(records, Kind.MONEY)["value"].sum() == pytest.approx(300_000 * 180 / 365)
    # Reports of 11 offices at the ends of five months within 180 days; the rest are calls.
    called = np.count_nonzero(of(records, Kind.FELT)["flags"] & SURVEYED)
    calls = hours(records, Errand.PAPERWORK) - 4 * 11 * 5
    assert 0.6 * 0.1 * called < calls <= 0.1 * called
    assert len(of(records, Kind.SCORED)) == 11 * 5


def test_records_get_better_and_the_world_does_not() -> None:
    before, after = pair("scoring")
    assert recorded_resolution(after) > recorded_resolution(before) + 0.005
    assert true_resolution(after) < true_resolution(before) - 0.015
    assert recorded_satisfaction(after) > recorded_satisfaction(before) + 0.03
    felt = [share(of(records, Kind.FELT), TRUE) for records in (before, after)]
    assert felt[1] < felt[0] - 0.005
    assert on_paper(after) > 1.2 * on_paper(before)


def test_what_was_closed_on_paper_comes_back() -> None:
    before, after = pair("scoring", "policies.scoring.strength=1")
    again = [
        len(of(r, Kind.REGISTERED, Origin.REPEAT)) + len(of(r, Kind.REOPENED))
        for r in (before, after)
    ]
    assert again[1] > 1.25 * again[0]


def test_effort_rises_too() -> None:
    """Without the paper, pressure makes people work: the part of the effect that is wanted."""
    only = ("loops.paper_closing=0", "policies.scoring.report=0 s", "policies.scoring.call=0 s")
    before, after = pair("scoring", *only)
    works = [of(records, Kind.WORKED)["value"].mean() for records in (before, after)]
    assert works[1] < 0.97 * works[0]
    assert true_resolution(after) > true_resolution(before)


def test_what_residents_judge_cannot_be_won_on_paper() -> None:
    superiors = runs(plan_of(policies=("scoring",)), 6)
    residents = runs(plan_of("policies.scoring.resident_weight=1", policies=("scoring",)), 6)
    assert on_paper(residents) < 0.85 * on_paper(superiors)


def test_scores_draw_near_to_the_best_there_is() -> None:
    def satisfaction_only(begging: str) -> Records:
        words = ("policies.scoring.response=0", "policies.scoring.resolution=0", begging)
        return of(runs(plan_of(*words, policies=("scoring",)), 6), Kind.SCORED)["value"]

    honest = satisfaction_only("policies.scoring.begging=0")
    begged = satisfaction_only("policies.scoring.begging=0.65")
    assert begged.mean() > 0.95 > honest.mean()
    assert begged.std() < 0.6 * honest.std()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("policies.scoring.tiers=[moon]",), 'there is no tier "moon"'),
        (("policies.scoring.response=0", "policies.scoring.resolution=0",
          "policies.scoring.satisfaction=0"), "at least one weight must be above 0"),
        (("policies.scoring.tiers=[county]", "in_force=[scoring]"), "a tier of two offices"),
    ],
)  # fmt: skip
def test_a_planner_hears_what_is_wrong(settings: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        plan_of(*settings)
