"""Mandatory reply: every reply in time, few with anything in them."""

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.records import (
    HAS_DEADLINE,
    ON_TIME,
    SUBSTANTIVE,
    TRUE,
    Errand,
    Kind,
    Origin,
)
from policies.oversight_runs import (
    Records,
    by_replication,
    grievances,
    hours,
    leaves_no_trace,
    of,
    pair,
    plan_of,
    runs,
    same_in_both,
    share,
)

ALL = "policies.mandatory_reply.share=1"


def test_intensity_0_is_the_baseline() -> None:
    assert leaves_no_trace("mandatory_reply")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("deadlines.extension=0.5", "deadlines.pause_while_asking=yes",
         "deadlines.restart_on_transfer=yes"),
        ("policies.mandatory_reply.begins=30 d", "policies.mandatory_reply.ends=60 d",
         "policies.mandatory_reply.rollout=random", "policies.mandatory_reply.rollout_over=20 d",
         "policies.mandatory_reply.intensity=0.5"),
    ],
    ids=["as it is", "with extensions", "for a time"],
)  # fmt: skip
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    records = same_in_both(("mandatory_reply",), "horizon=90 d", *settings)
    assert hours(records, Errand.PAPERWORK) > 0


def test_every_reply_is_in_time_and_no_more_of_them_have_substance() -> None:
    before, after = pair("mandatory_reply", ALL)
    judged = [
        r[(r["flags"] & HAS_DEADLINE) > 0]
        for r in (of(before, Kind.REPLIED), of(after, Kind.REPLIED))
    ]
    assert share(judged[1], ON_TIME) == 1.0
    assert share(judged[0], ON_TIME) < 0.6
    well = [np.count_nonzero(r["flags"] & SUBSTANTIVE) / len(grievances(t))
            for r, t in zip(judged, (before, after), strict=True)]  # fmt: skip
    assert well[1] < well[0]
    assert len(of(after, Kind.OVERDUE)) == 0


def test_a_formal_reply_costs_a_quarter_of_an_hour() -> None:
    records = runs(plan_of(ALL, "deadlines.extension=0", policies=("mandatory_reply",)), 1)
    empty = of(records, Kind.REPLIED)
    terms = np.count_nonzero((empty["flags"] & SUBSTANTIVE) == 0)
    assert 0 < hours(records, Errand.PAPERWORK) <= 0.25 * terms


def test_residents_are_satisfied_and_fewer_go_over_heads() -> None:
    before, after = pair("mandatory_reply")
    assert share(of(after, Kind.FELT), TRUE) > share(of(before, Kind.FELT), TRUE) + 0.01
    skips = [len(of(r, Kind.REGISTERED, Origin.SKIP_LEVEL)) for r in (before, after)]
    assert skips[1] < 0.7 * skips[0]


def satisfied_though_it_lives(records: Records) -> float:
    """Share of satisfied residents after closings that left the problem as it was."""
    felt = []
    for run in by_replication(records):
        closed = of(run, Kind.CLOSED)
        closed = closed[(closed["flags"] & TRUE) == 0]
        judged = of(run, Kind.FELT)
        felt.append(judged[np.isin(judged["case"], closed["case"])])
    return share(np.concatenate(felt), TRUE)


def test_whoever_was_promised_something_is_bitter_when_nothing_was_done() -> None:
    sharply = ("closing.paper_base=-1", "satisfaction.promise_broken=-3")
    before, after = pair("mandatory_reply", ALL, *sharply)
    assert satisfied_though_it_lives(after) < satisfied_though_it_lives(before) - 0.04


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("policies.mandatory_reply.tiers=[moon]",), 'there is no tier "moon"'),
        (("tiers.county.reply_deadline=none", "policies.mandatory_reply.tiers=[county]",
          "in_force=[mandatory_reply]"), "have no reply deadline"),
    ],
)  # fmt: skip
def test_a_planner_hears_what_is_wrong(settings: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        plan_of(*settings)
