"""Termination: the books get shorter, the problems do not."""

from pathlib import Path

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.records import Errand, Kind, Origin
from govsim.scenario import load
from policies.oversight_runs import (
    grievances,
    hours,
    leaves_no_trace,
    living,
    of,
    pair,
    plan_of,
    runs,
    same_in_both,
)

# Reviews are rare: where every dissatisfied resident asks for one, a year shows what they bring.
MANY = (
    "after_closing.review=1",
    "after_closing.re_review=1",
    "after_closing.contact_again=1",
    "closing.paper_base=-1",
    "policies.termination.after=review",
)


def test_intensity_0_is_the_baseline() -> None:
    assert leaves_no_trace("termination", *MANY)


@pytest.mark.parametrize(
    ("others", "settings"),
    [
        ((), ()),
        ((), ("policies.termination.after=re_review", "horizon=180 d")),
        (("night_visits",), ("policies.termination.crowd=1",)),
        ((), ("policies.termination.begins=30 d", "policies.termination.ends=100 d",
              "policies.termination.rollout=random", "policies.termination.rollout_over=20 d",
              "policies.termination.intensity=0.5", "policies.termination.crowd=0.5")),
    ],
    ids=["as it is", "after the second", "with visits and crowds", "for a time"],
)  # fmt: skip
def test_both_engines_agree(others: tuple[str, ...], settings: tuple[str, ...]) -> None:
    records = same_in_both(("termination", *others), "horizon=130 d", *MANY, *settings)
    assert len(of(records, Kind.TERMINATED)) > 0


def test_grievances_fall_and_problems_do_not() -> None:
    before, after = pair("termination", *MANY, "policies.termination.crowd=0", seeds=8)
    away = of(after, Kind.TURNED_AWAY)
    assert len(away) > 50
    assert len(grievances(after)) < len(grievances(before)) - 0.4 * len(away)
    again = (Origin.REPEAT, Origin.SKIP_LEVEL, Origin.RE_REVIEW)
    repeats = [len(of(r, Kind.REGISTERED, *again)) for r in (before, after)]
    assert repeats[1] < 0.97 * repeats[0]
    assert living(after) >= living(before)


def test_those_turned_away_lose_trust() -> None:
    records = runs(plan_of(*MANY, policies=("termination",)), 1)
    away = of(records, Kind.TURNED_AWAY)
    places = np.flatnonzero(records["kind"] == Kind.TURNED_AWAY)
    assert len(away) > 5
    for place in places:  # the hours of the counter, and then the trust
        assert records[place + 1]["kind"] == Kind.HOURS
        assert records[place + 2]["kind"] == Kind.TRUST
        assert records[place + 2]["value"] < 0


def test_files_and_the_counter_cost_hours() -> None:
    records = runs(plan_of(*MANY, policies=("termination",)), 2)
    files, away = len(of(records, Kind.TERMINATED)), len(of(records, Kind.TURNED_AWAY))
    assert hours(records, Errand.PAPERWORK) == 8 * files + 0.5 * away


def test_a_crowd_goes_one_tier_up() -> None:
    plan = plan_of(*MANY, "policies.termination.crowd=1", policies=("termination",))
    records = runs(plan, 2)
    for place in np.flatnonzero(records["kind"] == Kind.TURNED_AWAY):
        away, then = records[place], records[place : place + 10]
        here = (then["time"] == away["time"]) & (then["problem"] == away["problem"])
        registered = then[here & (then["kind"] == Kind.REGISTERED)]
        assert registered["code"].tolist() == [Origin.SKIP_LEVEL]
        assert plan.offices[int(registered["home"][0])].tier > 0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("policies.termination.tiers=[moon]",), 'there is no tier "moon"'),
        (("policies.termination.after=never",), "after"),
    ],
)
def test_a_planner_hears_what_is_wrong(settings: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        plan_of(*settings)


def test_a_review_needs_a_tier_above(tmp_path: Path) -> None:
    file = tmp_path / "flat.yaml"
    file.write_text(
        "govsim: 1\nhorizon: 30 d\nin_force: [termination]\n"
        "tiers: {town: {offices: 1, residents: 100, can_solve: 1, desks: {front: {cadres: 1}}}}\n"
    )
    with pytest.raises(InputError, match="too few tiers"):
        load(file)
