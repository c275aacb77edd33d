"""What is counted: every number a KPI or a series is made of, one line each.

A counter adds up the records of one kind that pass a test, at one place: the ``home`` of the case
(so that shares of registered cases are coherent), or the ``office`` where it happened.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from govsim.model.records import (
    FIRST,
    HAS_DEADLINE,
    KNOWN,
    ON_TIME,
    OVERDUE_REPLY,
    OVERTIME,
    RECORDED_SATISFIED,
    REPLIED_BEFORE,
    SUBSTANTIVE,
    SURVEYED,
    TRUE,
    Activity,
    Birth,
    Errand,
    Kind,
    Origin,
    Outcome,
    Wait,
)
from govsim.outcomes.lookup import Flags, Floats, Lookup, Records

Test = Callable[[Records, Lookup], Flags]
Amount = Callable[[Records], Floats]


class Counter(NamedTuple):
    """Records of ``kind`` that pass ``test`` add one, or their ``amount``, at ``place``."""

    name: str
    kind: Kind
    place: str = "home"
    test: Test | None = None
    amount: Amount | None = None


def flag(has: int = 0, lacks: int = 0) -> Test:
    """Records that carry all flags of ``has`` and none of ``lacks``."""
    return lambda rows, _: (rows["flags"] & (has | lacks)) == has


def code(*codes: int) -> Test:
    """Records with one of these codes."""
    return lambda rows, _: np.isin(rows["code"], codes)


def but(*codes: int) -> Test:
    """Records with none of these codes."""
    return lambda rows, _: ~np.isin(rows["code"], codes)


def leader(rows: Records, lookup: Lookup) -> Flags:
    """Records of leaders."""
    leads: Flags = lookup.leader[rows["cadre"]]
    return leads


def cadre(rows: Records, lookup: Lookup) -> Flags:
    """Records of cadres who do not lead."""
    return ~leader(rows, lookup)


def late(rows: Records, lookup: Lookup) -> Flags:
    """Replies after a missed deadline, even if a new one was kept after a transfer."""
    had_missed = flag(OVERDUE_REPLY)(rows, lookup)
    return had_missed | flag(HAS_DEADLINE, lacks=ON_TIME)(rows, lookup)


def both(one: Test, other: Test) -> Test:
    """Records that pass both tests."""
    return lambda rows, lookup: one(rows, lookup) & other(rows, lookup)


def value(rows: Records) -> Floats:
    """The record's value."""
    values: Floats = rows["value"].astype(np.float64)
    return values


def _span(begin: str, end: str) -> Amount:
    # Whole seconds: their sum in floats is exact, in whatever order it is taken.
    return lambda rows: (rows[end] - rows[begin]).astype(np.float64)


def _interrupted(rows: Records) -> Floats:
    between: Floats = (rows["time"] - rows["started"]).astype(np.float64) - rows["value"]
    return between


GRIEVANCE = but(Origin.ENQUIRY)
A_CLOSING = but(Outcome.ANSWERED)
RESOLVED = code(
    Outcome.SOLVED, Outcome.ON_PAPER, Outcome.GONE, Outcome.DUPLICATE, Outcome.CLEARED_OUT
)
CASEWORK = but(Activity.ENQUIRY)
AWAY = code(Errand.VISIT, Errand.TRAVEL)
MISSED = flag(OVERDUE_REPLY, lacks=REPLIED_BEFORE)

PROBLEMS = (
    Counter("born", Kind.BORN),
    Counter("born_before", Kind.BORN, test=code(Birth.INITIAL)),
    Counter("became_known", Kind.BECAME_KNOWN),
    Counter("healed", Kind.HEALED),
    Counter("healed_known", Kind.HEALED, test=flag(KNOWN)),
    Counter("solved", Kind.SOLVED),
    Counter("solved_known", Kind.SOLVED, test=flag(KNOWN)),
    Counter("recurred", Kind.RECURRED),
    Counter("recurred_known", Kind.RECURRED, test=flag(KNOWN)),
    Counter("trust_change", Kind.TRUST, amount=value),
)

CASES = (
    Counter("registered", Kind.REGISTERED, test=GRIEVANCE),
    Counter("not_recorded", Kind.NOT_RECORDED, test=GRIEVANCE),
    Counter("enquiries", Kind.REGISTERED, test=code(Origin.ENQUIRY)),
    Counter("skip_level", Kind.REGISTERED, test=code(Origin.SKIP_LEVEL)),
    Counter("repeated", Kind.REGISTERED, test=code(Origin.REPEAT)),
    Counter("found", Kind.REGISTERED, test=code(Origin.FOUND)),
    Counter("bounced", Kind.BOUNCED, test=flag(FIRST)),
    Counter("escalated", Kind.ESCALATED, test=flag(FIRST)),
    Counter("closed", Kind.CLOSED, test=A_CLOSING),
    Counter("closed_true", Kind.CLOSED, test=both(A_CLOSING, flag(TRUE))),
    Counter("closed_resolved", Kind.CLOSED, test=RESOLVED),
    Counter("closed_on_paper", Kind.CLOSED, test=code(Outcome.ON_PAPER)),
    Counter("reopenings", Kind.REOPENED, test=A_CLOSING),
    Counter("reopenings_true", Kind.REOPENED, test=both(A_CLOSING, flag(TRUE))),
    Counter("reopenings_resolved", Kind.REOPENED, test=RESOLVED),
    Counter("reopenings_on_paper", Kind.REOPENED, test=code(Outcome.ON_PAPER)),
    Counter("reopened", Kind.REOPENED, test=flag(FIRST)),
    Counter("withdrawn", Kind.WITHDRAWN),
    Counter("withdrawn_unanswered", Kind.WITHDRAWN, test=flag(lacks=REPLIED_BEFORE)),
    Counter("open", Kind.OPEN),
    Counter("open_unanswered", Kind.OPEN, test=flag(lacks=REPLIED_BEFORE)),
    Counter("felt", Kind.FELT),
    Counter("felt_satisfied", Kind.FELT, test=flag(TRUE)),
    Counter("surveyed", Kind.FELT, test=flag(SURVEYED)),
    Counter("recorded_satisfied", Kind.FELT, test=flag(SURVEYED | RECORDED_SATISFIED)),
    Counter("queue_seconds", Kind.WORKED, test=CASEWORK, amount=_span("enabled", "started")),
    Counter("touch_seconds", Kind.WORKED, test=CASEWORK, amount=value),
    Counter("interrupted_seconds", Kind.WORKED, test=CASEWORK, amount=_interrupted),
    *(
        Counter(
            f"wait_{wait.name.lower()}_seconds",
            Kind.WAITED,
            test=code(wait),
            amount=_span("started", "time"),
        )
        for wait in Wait
    ),
)

OFFICES = (
    Counter("lying", Kind.OPEN, "office"),
    Counter("replied_judged", Kind.REPLIED, "office", flag(HAS_DEADLINE)),
    Counter("replied_on_time", Kind.REPLIED, "office", flag(HAS_DEADLINE | ON_TIME)),
    Counter(
        "replied_well_on_time", Kind.REPLIED, "office", flag(HAS_DEADLINE | ON_TIME | SUBSTANTIVE)
    ),
    Counter("missed_open", Kind.OPEN, "office", MISSED),
    Counter("missed_withdrawn", Kind.WITHDRAWN, "office", MISSED),
    Counter("cadre_work", Kind.WORKED, "office", cadre, value),
    Counter("leader_work", Kind.WORKED, "office", leader, value),
    Counter("cadre_errands", Kind.HOURS, "office", both(AWAY, cadre), value),
    Counter("leader_errands", Kind.HOURS, "office", both(AWAY, leader), value),
    Counter("time_off", Kind.HOURS, "office", code(Errand.TIME_OFF), value),
    Counter("overtime_work", Kind.WORKED, "office", flag(OVERTIME), value),
    Counter("overtime_errands", Kind.HOURS, "office", both(AWAY, flag(OVERTIME)), value),
    Counter("sessions", Kind.SESSION, "office"),
    Counter("money", Kind.MONEY, "office", amount=value),
)

WEEKLY = (
    Counter("registered", Kind.REGISTERED, "office", GRIEVANCE),
    Counter("not_recorded", Kind.NOT_RECORDED, "office", GRIEVANCE),
    Counter("closed", Kind.CLOSED, "office", A_CLOSING),
    Counter("closed_true", Kind.CLOSED, "office", both(A_CLOSING, flag(TRUE))),
    Counter("reopenings", Kind.REOPENED, "office", A_CLOSING),
    Counter("reopenings_true", Kind.REOPENED, "office", both(A_CLOSING, flag(TRUE))),
    Counter("withdrawn", Kind.WITHDRAWN, "office"),
    Counter("came_up", Kind.ESCALATED, "office"),
    Counter("went_up", Kind.ESCALATED, "sender"),
    Counter("came_down", Kind.RETURNED_DOWN, "office"),
    Counter("went_down", Kind.RETURNED_DOWN, "sender"),
    Counter("replied", Kind.REPLIED, "office"),
    Counter("replied_well", Kind.REPLIED, "office", flag(SUBSTANTIVE)),
    Counter("replied_on_time", Kind.REPLIED, "office", flag(HAS_DEADLINE | ON_TIME)),
    Counter(
        "replied_well_on_time", Kind.REPLIED, "office", flag(HAS_DEADLINE | ON_TIME | SUBSTANTIVE)
    ),
    Counter("missed", Kind.OVERDUE, "office", flag(FIRST)),
    # Overdue cases are followed at the tier that registered them: a late case may move.
    Counter("became_overdue", Kind.OVERDUE, "home", flag(FIRST)),
    Counter("replied_late", Kind.REPLIED, "home", late),
    Counter("gave_up_overdue", Kind.WITHDRAWN, "home", MISSED),
    *(counter for counter in PROBLEMS if counter.name != "born_before"),
    *(counter for counter in OFFICES if counter.kind in (Kind.WORKED, Kind.HOURS)),
    Counter("sessions", Kind.SESSION, "office"),
    Counter("money", Kind.MONEY, "office", amount=value),
)


def by_kind(counters: Iterable[Counter]) -> dict[Kind, list[Counter]]:
    """The counters of each kind of record."""
    kinds: dict[Kind, list[Counter]] = {}
    for counter in counters:
        kinds.setdefault(counter.kind, []).append(counter)
    return kinds
