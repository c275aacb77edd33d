"""Supervision: what is watched goes first, what is inspected holds, and others pay for it."""

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, uniforms
from govsim.model.records import (
    AGAIN,
    ON_TIME,
    SUBSTANTIVE,
    TRUE,
    Activity,
    Errand,
    Kind,
    Origin,
    Outcome,
)
from policies.oversight_runs import (
    Records,
    by_replication,
    grievances,
    hours,
    leaves_no_trace,
    living,
    of,
    on_paper,
    pair,
    plan_of,
    same_in_both,
    share,
)

HALF_WATCHED = ("policies.supervision.watched=0.5", "policies.supervision.paperwork=1 h")
ONLY_WATCHED = (
    *HALF_WATCHED,
    "policies.supervision.inspected=0",
    "policies.supervision.late_penalty=0",
)


def test_intensity_0_is_the_baseline() -> None:
    assert leaves_no_trace("supervision")


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ("policies.supervision.inspected=1", "policies.supervision.inspected_after=1 d",
         "closing.paper_base=1", "closing.confirmation.median=15 d"),
        ("policies.supervision.begins=30 d", "policies.supervision.ends=70 d",
         "policies.supervision.rollout=random", "policies.supervision.rollout_over=20 d",
         "policies.supervision.intensity=0.5", "policies.supervision.tiers=[lowest]",
         "policies.supervision.inspected=1"),
    ],
    ids=["as it is", "inspected before it is judged", "for a time"],
)  # fmt: skip
def test_both_engines_agree(settings: tuple[str, ...]) -> None:
    records = same_in_both(("supervision",), "horizon=90 d", *settings)
    assert len(of(records, Kind.INSPECTED)) > 5


def test_a_watched_case_costs_paperwork_here_and_above() -> None:
    _, watched = pair("supervision", "policies.supervision.watched=1", seeds=1)
    plan = plan_of()
    home = grievances(watched)["home"]
    below = np.array([plan.offices[office].parent >= 0 for office in home])
    assert hours(watched, Errand.PAPERWORK) == pytest.approx(0.75 * 2 * below.sum())
    here = of(watched, Kind.HOURS, Errand.PAPERWORK)
    assert np.count_nonzero(here["office"] == plan.offices[0].parent) >= (home == 0).sum()
    assert hours(watched, Errand.INSPECTION) == 2 * len(of(watched, Kind.INSPECTED))


def by_watched(records: Records, share: float) -> tuple[float, float]:
    """Mean queue of first reports that nobody watches, and of those watched, in days."""
    waits: tuple[list[int], list[int]] = ([], [])
    for replication, run in enumerate(by_replication(records)):
        first = set(of(run, Kind.REGISTERED, Origin.FIRST)["case"].tolist())
        for work in of(run, Kind.WORKED):
            if work["case"] in first and work["code"] != Activity.APPROVE:
                u, _ = uniforms(1, replication, int(work["problem"]), Purpose.WATCHED, 0)
                waits[u < share].append(int(work["started"] - work["enabled"]))
    return float(np.mean(waits[0])) / DAY, float(np.mean(waits[1])) / DAY


def test_watched_cases_go_first_and_the_others_wait_longer() -> None:
    before, after = pair("supervision", *ONLY_WATCHED, seeds=6)
    others_before, watched_before = by_watched(before, 0.5)
    others_after, watched_after = by_watched(after, 0.5)
    assert watched_after < 0.75 * watched_before
    assert others_after > 1.1 * others_before


def test_paperwork_takes_hours_from_handling() -> None:
    """Where all are watched alike and nobody hurries, it is paperwork alone that makes wait."""
    alike = (*ONLY_WATCHED, "policies.supervision.watched=1", "policies.supervision.rush=0")
    before, after = pair("supervision", *alike, seeds=12)
    queues = [
        np.mean(work["started"] - work["enabled"])
        for work in (of(records, Kind.WORKED) for records in (before, after))
    ]
    assert queues[1] > 1.05 * queues[0]


def test_replies_come_earlier_and_with_less_in_them() -> None:
    all_watched = ("policies.supervision.watched=1", "policies.supervision.paperwork=0 s")
    before, after = pair("supervision", *ONLY_WATCHED, *all_watched)
    assert share(of(after, Kind.REPLIED), ON_TIME) > share(of(before, Kind.REPLIED), ON_TIME) + 0.02
    assert (
        share(of(after, Kind.REPLIED), SUBSTANTIVE)
        < share(of(before, Kind.REPLIED), SUBSTANTIVE) - 0.01
    )


INSPECTED = (
    "policies.supervision.watched=0",
    "policies.supervision.late_penalty=0",
    "policies.supervision.inspected=0.5",
)


def test_inspections_open_sham_closings_again() -> None:
    before, after = pair("supervision", *INSPECTED, "policies.supervision.sham_penalty=0")
    found = of(after, Kind.INSPECTED)
    again = found[(found["flags"] & AGAIN) > 0]
    assert len(again) > 100
    assert set(again["code"]) <= {Outcome.ON_PAPER, Outcome.CLEARED_OUT}
    assert not np.any(again["flags"] & TRUE)
    reopened = of(after, Kind.REOPENED)
    moments = set(zip(reopened["time"].tolist(), reopened["case"].tolist(), strict=True))
    assert moments.issuperset(zip(again["time"].tolist(), again["case"].tolist(), strict=True))
    assert living(after) < living(before) - 0.1 * len(again)


def test_who_may_be_inspected_closes_less_on_paper() -> None:
    before, after = pair("supervision", *INSPECTED)
    assert on_paper(after) < 0.5 * on_paper(before)


def test_where_audit_is_weak_and_lateness_punished_more_is_closed_on_paper() -> None:
    hard = ("policies.supervision.inspected=0.01", "policies.supervision.late_penalty=2")
    before, after = pair("supervision", *hard)
    assert on_paper(after) > 1.2 * on_paper(before)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (("policies.supervision.tiers=[moon]",), 'there is no tier "moon"'),
        (("policies.supervision.reminder=0.95",), "the second reminder comes before the first"),
        (("policies.supervision.tiers=[county]", "in_force=[supervision]"), "nobody stands above"),
    ],
)
def test_a_planner_hears_what_is_wrong(settings: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        plan_of(*settings)
