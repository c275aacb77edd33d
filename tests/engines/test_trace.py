"""What must hold on every path of the full model."""

from dataclasses import replace

import numpy as np
import pytest

from engines.traces import baseline, plan_of, same, trace
from govsim.model.plan import Loops
from govsim.model.records import (
    ABSENT,
    FIRST,
    KNOWN,
    TRUE,
    Activity,
    Kind,
    Origin,
    Outcome,
    Wait,
)


def count(records: np.ndarray, kind: Kind, **fields: int) -> int:
    chosen = records["kind"] == kind
    for name, value in fields.items():
        chosen &= records[name] == value
    return int(np.count_nonzero(chosen))


def grievances(records: np.ndarray, kind: Kind) -> int:
    """Records of a kind about grievances, without enquiries."""
    return count(records, kind) - count(records, kind, klass=255)


def test_the_same_seed_gives_the_same_trace_and_another_does_not() -> None:
    assert same(baseline(), trace(plan_of()))
    assert not same(baseline(), trace(plan_of(), replication=1))
    assert not same(baseline(), trace(plan_of(), seed=2))


def test_registered_is_closed_plus_open_plus_withdrawn() -> None:
    records = baseline()
    net_closed = grievances(records, Kind.CLOSED) - count(records, Kind.REOPENED)
    still = count(records, Kind.UNSETTLED) + count(records, Kind.WITHDRAWN)
    assert grievances(records, Kind.REGISTERED) == net_closed + still
    assert grievances(records, Kind.REGISTERED) > 300


def test_problems_born_are_alive_solved_or_healed() -> None:
    records = baseline()
    ended: set[int] = set()
    for record in records[np.isin(records["kind"], (Kind.SOLVED, Kind.HEALED, Kind.RECURRED))]:
        if record["kind"] == Kind.RECURRED:
            ended.remove(int(record["problem"]))
        else:
            assert int(record["problem"]) not in ended
            ended.add(int(record["problem"]))
    born = records["problem"][records["kind"] == Kind.BORN]
    assert len(set(born)) == len(born)
    assert ended <= set(born.tolist())


def test_time_never_goes_back_and_stays_within_the_horizon() -> None:
    records, plan = baseline(), plan_of()
    assert np.all(np.diff(records["time"]) >= 0)
    assert records["time"][0] >= 0
    assert records["time"][-1] <= plan.horizon


def test_busy_hours_never_exceed_duty_hours() -> None:
    from govsim.model import calendars

    records, plan = baseline(), plan_of()
    work = records[records["kind"] == Kind.WORKED]
    for number, cadre in enumerate(plan.cadres):
        calendar = plan.calendars[cadre.calendar]
        duty = calendars.duty_before(calendar.starts, calendar.ends, calendar.before, plan.horizon)
        busy = float(work["value"][work["cadre"] == number].sum())
        assert busy <= duty * cadre.share_of_time + 1.0


def test_no_cadre_works_on_two_cases_at_once_nor_begins_off_duty() -> None:
    from govsim.model import calendars

    records, plan = baseline(), plan_of()
    work = records[records["kind"] == Kind.WORKED]
    for number, cadre in enumerate(plan.cadres):
        mine = np.sort(work[work["cadre"] == number], order="started")
        assert np.all(mine["started"][1:] >= mine["time"][:-1])
        calendar = plan.calendars[cadre.calendar]
        assert all(
            calendars.on_duty(calendar.starts, calendar.ends, int(t)) for t in mine["started"]
        )


@pytest.mark.parametrize("policy", ["night_visits", "added_staff"])
def test_intensity_zero_is_exactly_the_baseline(policy: str) -> None:
    plan = plan_of(f"policies.{policy}.intensity=0", policies=(policy,))
    assert plan.policy_set == policy
    assert same(baseline(), trace(plan))


@pytest.mark.parametrize("policy", ["night_visits", "added_staff"])
def test_a_policy_changes_something(policy: str) -> None:
    assert not same(baseline(), trace(plan_of(policies=(policy,))))


def test_the_same_problems_happen_under_every_policy() -> None:
    def births(records: np.ndarray) -> np.ndarray:
        born = records[records["kind"] == Kind.BORN]
        return np.sort(born[["time", "problem", "resident", "klass", "value"]], order="problem")

    assert np.array_equal(
        births(baseline()), births(trace(plan_of(policies=("night_visits", "added_staff"))))
    )


def test_an_office_that_a_policy_cannot_touch_is_untouched() -> None:
    """Two counties without a common office above: staff in the one changes nothing in the other."""
    settings = (
        "tiers.county.offices=2",
        "policies.added_staff.tier=lowest",
        "policies.added_staff.rollout=in_order",
        "policies.added_staff.rollout_over=300 d",
    )
    plan = plan_of(*settings, policies=("added_staff",))
    second_county = len(plan.offices) - 1
    there = [n for n in range(len(plan.offices)) if second_county in plan.path_up(n)]
    reached = {plan.desks[cadre.desk].office for cadre in plan.cadres if cadre.joins < 120 * 86_400}
    assert min(cadre.joins for cadre in plan.cadres if cadre.policy != ABSENT) == 0
    late = [c for c in plan.cadres if plan.desks[c.desk].office in there and c.policy != ABSENT]
    assert all(cadre.joins >= 120 * 86_400 for cadre in late)
    assert reached
    one, other = trace(plan_of(*settings)), trace(plan)
    fields = [name for name in one.dtype.names or () if name != "case"]

    def history(records: np.ndarray, offices: list[int]) -> np.ndarray:
        early = (records["time"] < 120 * 86_400) & (records["kind"] != Kind.MONEY)
        return records[early & np.isin(records["office"], offices)][fields]

    elsewhere = [n for n in range(len(plan.offices)) if n not in there]
    assert np.array_equal(history(one, there), history(other, there))
    assert not np.array_equal(history(one, elsewhere), history(other, elsewhere))


def test_every_loop_at_strength_zero_leaves_no_trace_of_itself() -> None:
    plan = replace(plan_of(), loops=Loops(*(0.0 for _ in Loops._fields)))
    records = trace(plan)
    for kind in (
        Kind.TRUST,
        Kind.BOUNCED,
        Kind.RETURNED_DOWN,
        Kind.REOPENED,
        Kind.WITHDRAWN,
        Kind.RECURRED,
    ):
        assert count(records, kind) == 0, kind.name
    for origin in (Origin.FELLOW, Origin.REPEAT, Origin.SKIP_LEVEL, Origin.REVIEW):
        assert count(records, Kind.REGISTERED, code=origin) == 0, origin.name
    for outcome in (Outcome.ON_PAPER, Outcome.CLEARED_OUT):
        assert count(records, Kind.CLOSED, code=outcome) == 0, outcome.name
    assert count(records, Kind.WORKED, code=Activity.APPROVE) == 0
    assert count(records, Kind.WORKED, code=Activity.REFUSE) == 0
    assert count(records, Kind.WAITED, code=Wait.RESIDENT) == 0
    assert count(records, Kind.CLOSED, code=Outcome.SOLVED) > 100


EFFECTS = {
    "trust": (Kind.TRUST, {}),
    "bounce": (Kind.BOUNCED, {}),
    "return_down": (Kind.RETURNED_DOWN, {}),
    "approvals": (Kind.WORKED, {"code": Activity.APPROVE}),
    "asking": (Kind.WAITED, {"code": Wait.RESIDENT}),
    "paper_closing": (Kind.CLOSED, {"code": Outcome.ON_PAPER}),
    "skip_level": (Kind.REGISTERED, {"code": Origin.SKIP_LEVEL}),
    "duplicates": (Kind.REGISTERED, {"code": Origin.FELLOW}),
    "recurrence": (Kind.RECURRED, {}),
}


@pytest.mark.parametrize("loop", sorted(EFFECTS))
def test_one_loop_at_zero_takes_out_its_own_events_only(loop: str) -> None:
    kind, fields = EFFECTS[loop]
    records = trace(plan_of(f"loops.{loop}=0", "horizon=90 d"))
    assert count(records, kind, **fields) == 0
    assert count(baseline(), kind, **fields) > 0
    others = [name for name in EFFECTS if name != loop]
    assert sum(count(records, EFFECTS[name][0], **EFFECTS[name][1]) > 0 for name in others) >= 6


def test_flags_agree_with_each_other() -> None:
    records = baseline()
    escalated = records[records["kind"] == Kind.ESCALATED]
    first = escalated[escalated["flags"] & FIRST > 0]
    assert len(np.unique(first["case"])) == len(first) == len(np.unique(escalated["case"]))
    closed = records[records["kind"] == Kind.CLOSED]
    on_paper = closed[closed["code"] == Outcome.ON_PAPER]
    assert not np.any(on_paper["flags"] & TRUE)
    solved = closed[closed["code"] == Outcome.SOLVED]
    assert np.all(solved["flags"] & TRUE)
    known = records[records["kind"] == Kind.SOLVED]
    assert np.all(known["flags"] & KNOWN)
