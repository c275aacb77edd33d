"""What is counted: every number a KPI or a series is made of, one line each.

A counter adds up the records of one kind that pass a test, at one place: the ``home`` of the case
(so that shares of registered cases are coherent), or the ``office`` where it happened.
"""

from enum import Enum, IntEnum, auto
from itertools import product
from typing import NamedTuple

from govsim.model.records import (
    AGAIN,
    ENDED,
    FIRST,
    HAS_DEADLINE,
    KNOWN,
    NO_INDEX,
    ON_TIME,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    OVERTIME,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    REPLIED_BEFORE,
    SUBSTANTIVE,
    SURVEYED,
    TRUE,
    Activity,
    Birth,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
    Term,
    Wait,
)

CODES = NO_INDEX + 1  # a code is a byte


class Role(Enum):
    """Whose records: of leaders (True), of cadres who do not lead (False)."""

    LEADER = True
    CADRE = False


class Flagged(NamedTuple):
    """All flags of ``has`` and none of ``lacks``."""

    has: int = 0
    lacks: int = 0


class Test(NamedTuple):
    """What a record must be like: its code, its flags, who did it."""

    codes: int = (1 << CODES) - 1  # one bit a code
    flags: tuple[Flagged, ...] = (Flagged(),)  # one of these is enough
    role: Role | None = None


class Amount(IntEnum):
    """What a record adds. Spans are whole seconds: their sum in floats is exact."""

    ONE = auto()
    VALUE = auto()
    QUEUE = auto()  # from enabled to started
    WAIT = auto()  # from started to time
    INTERRUPTED = auto()  # from started to time, without the value


class Counter(NamedTuple):
    """Records of ``kind`` that pass ``test`` add one, or their ``amount``, at ``place``."""

    name: str
    kind: Kind
    place: str = "home"
    test: Test = Test()
    amount: Amount = Amount.ONE


def flag(has: int = 0, lacks: int = 0) -> Test:
    """Records that carry all flags of ``has`` and none of ``lacks``."""
    return Test(flags=(Flagged(has, lacks),))


def code(*codes: int) -> Test:
    """Records with one of these codes."""
    return Test(codes=sum(1 << code for code in codes))


def but(*codes: int) -> Test:
    """Records with none of these codes."""
    return Test(codes=Test().codes & ~code(*codes).codes)


def both(one: Test, other: Test) -> Test:
    """Records that pass both tests."""
    assert None in (one.role, other.role)
    ways = product(one.flags, other.flags)
    flags = tuple(Flagged(a.has | b.has, a.lacks | b.lacks) for a, b in ways)
    return Test(one.codes & other.codes, flags, one.role or other.role)


LEADER, CADRE = Test(role=Role.LEADER), Test(role=Role.CADRE)

GRIEVANCE = but(Origin.ENQUIRY)
A_CLOSING = but(Outcome.ANSWERED)
RESOLVED = code(
    Outcome.SOLVED, Outcome.ON_PAPER, Outcome.GONE, Outcome.DUPLICATE, Outcome.CLEARED_OUT
)
CASEWORK = but(Activity.ENQUIRY)
AWAY = but(Errand.TIME_OFF)  # hours worked, but on no single case
A_VISIT = code(Gathering.VISIT)
AGAIN_BY_THE_SAME = code(Origin.REPEAT, Origin.REVIEW, Origin.RE_REVIEW)
UNANSWERED = flag(lacks=REPLIED_BEFORE)
MISSED = flag(OVERDUE_REPLY, lacks=REPLIED_BEFORE)
# A reply after a missed deadline is late, even if a new one was kept after a transfer.
LATE = Test(flags=(Flagged(OVERDUE_REPLY), Flagged(HAS_DEADLINE, lacks=ON_TIME)))

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
    Counter("trust_change", Kind.TRUST, amount=Amount.VALUE),
)

CASES = (
    Counter("registered", Kind.REGISTERED, test=GRIEVANCE),
    Counter("inherited", Kind.INHERITED),
    Counter("inherited_answered", Kind.INHERITED, test=flag(REPLIED_BEFORE)),
    Counter("not_recorded", Kind.NOT_RECORDED, test=GRIEVANCE),
    Counter("turned_away", Kind.TURNED_AWAY),
    Counter("enquiries", Kind.REGISTERED, test=code(Origin.ENQUIRY)),
    Counter("skip_level", Kind.REGISTERED, test=code(Origin.SKIP_LEVEL)),
    Counter("repeated", Kind.REGISTERED, test=code(Origin.REPEAT)),
    Counter("found", Kind.REGISTERED, test=code(Origin.FOUND)),
    Counter("fellows", Kind.REGISTERED, test=code(Origin.FELLOW)),
    Counter("came_again", Kind.REGISTERED, test=AGAIN_BY_THE_SAME),
    Counter("extended", Kind.EXTENDED, test=code(Term.REPLY)),
    Counter("extended_resolution", Kind.EXTENDED, test=code(Term.RESOLUTION)),
    Counter("bounced", Kind.BOUNCED, test=flag(FIRST)),
    Counter("bounces", Kind.BOUNCED),
    Counter("escalated", Kind.ESCALATED, test=flag(FIRST)),
    Counter("transfers_up", Kind.ESCALATED),
    Counter("transfers_down", Kind.RETURNED_DOWN),
    Counter("closed", Kind.CLOSED, test=A_CLOSING),
    Counter("closed_true", Kind.CLOSED, test=both(A_CLOSING, flag(TRUE))),
    Counter("closed_resolved", Kind.CLOSED, test=RESOLVED),
    Counter("closed_on_paper", Kind.CLOSED, test=code(Outcome.ON_PAPER)),
    Counter("closed_duplicate", Kind.CLOSED, test=code(Outcome.DUPLICATE)),
    Counter("cleared_out", Kind.CLOSED, test=code(Outcome.CLEARED_OUT)),
    Counter("first_closings", Kind.CLOSED, test=both(A_CLOSING, flag(lacks=AGAIN))),
    Counter("first_closings_true", Kind.CLOSED, test=both(A_CLOSING, flag(TRUE, lacks=AGAIN))),
    Counter("completed", Kind.CLOSED, test=both(A_CLOSING, flag(HAS_DEADLINE))),
    Counter("completed_on_time", Kind.CLOSED, test=both(A_CLOSING, flag(HAS_DEADLINE | ON_TIME))),
    Counter(
        "completed_on_time_true",
        Kind.CLOSED,
        test=both(A_CLOSING, flag(HAS_DEADLINE | ON_TIME | TRUE)),
    ),
    Counter("reopenings", Kind.REOPENED, test=A_CLOSING),
    Counter("reopenings_true", Kind.REOPENED, test=both(A_CLOSING, flag(TRUE))),
    Counter("reopenings_resolved", Kind.REOPENED, test=RESOLVED),
    Counter("reopenings_on_paper", Kind.REOPENED, test=code(Outcome.ON_PAPER)),
    Counter("reopenings_duplicate", Kind.REOPENED, test=code(Outcome.DUPLICATE)),
    Counter("reopened", Kind.REOPENED, test=flag(FIRST)),
    Counter("reopened_true", Kind.REOPENED, test=flag(FIRST | TRUE)),
    Counter("withdrawn", Kind.WITHDRAWN),
    Counter("withdrawn_unanswered", Kind.WITHDRAWN, test=UNANSWERED),
    Counter("withdrawn_late", Kind.WITHDRAWN, test=flag(OVERDUE_RESOLUTION)),
    Counter("open", Kind.OPEN),
    Counter("open_unanswered", Kind.OPEN, test=UNANSWERED),
    Counter("open_late", Kind.OPEN, test=flag(OVERDUE_RESOLUTION)),
    Counter("felt", Kind.FELT),
    Counter("felt_satisfied", Kind.FELT, test=flag(TRUE)),
    Counter("surveyed", Kind.FELT, test=flag(SURVEYED)),
    Counter("surveyed_satisfied", Kind.FELT, test=flag(SURVEYED | TRUE)),
    Counter("recorded_satisfied", Kind.FELT, test=flag(SURVEYED | RECORDED_SATISFIED)),
    Counter("felt_ended", Kind.FELT, test=flag(ENDED)),
    Counter("recorded_ended", Kind.FELT, test=flag(SURVEYED | RECORDED_ENDED)),
    Counter("queue_seconds", Kind.WORKED, test=CASEWORK, amount=Amount.QUEUE),
    Counter("touch_seconds", Kind.WORKED, test=CASEWORK, amount=Amount.VALUE),
    Counter("interrupted_seconds", Kind.WORKED, test=CASEWORK, amount=Amount.INTERRUPTED),
    *(
        Counter(
            f"wait_{wait.name.lower()}_seconds",
            Kind.WAITED,
            test=code(wait),
            amount=Amount.WAIT,
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
    Counter("cadre_work", Kind.WORKED, "office", CADRE, Amount.VALUE),
    Counter("leader_work", Kind.WORKED, "office", LEADER, Amount.VALUE),
    Counter("cadre_errands", Kind.HOURS, "office", both(AWAY, CADRE), Amount.VALUE),
    Counter("leader_errands", Kind.HOURS, "office", both(AWAY, LEADER), Amount.VALUE),
    Counter("visit_errands", Kind.HOURS, "office", code(Errand.VISIT, Errand.TRAVEL), Amount.VALUE),
    Counter("time_off", Kind.HOURS, "office", code(Errand.TIME_OFF), Amount.VALUE),
    Counter("overtime_work", Kind.WORKED, "office", flag(OVERTIME), Amount.VALUE),
    Counter("overtime_errands", Kind.HOURS, "office", both(AWAY, flag(OVERTIME)), Amount.VALUE),
    Counter("errands", Kind.HOURS, "office", AWAY, Amount.VALUE),
    *(
        Counter(f"{who}_overtime_{what}", kind, "office", both(role, test), Amount.VALUE)
        for who, role in (("cadre", CADRE), ("leader", LEADER))
        for what, kind, test in (
            ("work", Kind.WORKED, flag(OVERTIME)),
            ("errands", Kind.HOURS, both(AWAY, flag(OVERTIME))),
        )
    ),
    Counter("sessions", Kind.SESSION, "office", A_VISIT),
    Counter("money", Kind.MONEY, "office", amount=Amount.VALUE),
)

WEEKLY = (
    Counter("registered", Kind.REGISTERED, "office", GRIEVANCE),
    Counter("inherited", Kind.INHERITED, "office"),
    Counter("inherited_overdue", Kind.INHERITED, test=MISSED),
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
    Counter("replied_late", Kind.REPLIED, "home", LATE),
    Counter("gave_up_overdue", Kind.WITHDRAWN, "home", MISSED),
    *(counter for counter in PROBLEMS if counter.name != "born_before"),
    *(counter for counter in OFFICES if counter.kind in (Kind.WORKED, Kind.HOURS)),
    Counter("sessions", Kind.SESSION, "office", A_VISIT),
    Counter("money", Kind.MONEY, "office", amount=Amount.VALUE),
)
