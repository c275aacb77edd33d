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
    HAS_REPLY_DEADLINE,
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
from govsim.outcomes.windows import Window

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
    """What a record adds. Spans are whole seconds: their sum in floats is exact.

    Spans of cases end where the clock of the measures does: see ``windows``.
    """

    ONE = auto()
    VALUE = auto()
    QUEUE = auto()  # from enabled to started
    WAIT = auto()  # from started to time
    TOUCH = auto()  # the value, as far as it lies within the clock
    INTERRUPTED = auto()  # from started to time, without the touch


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
# Of a reply: a term, and none that was missed, even if a new one was kept after a transfer.
IN_TIME = flag(HAS_DEADLINE | ON_TIME, lacks=OVERDUE_REPLY)
LATE = Test(flags=(Flagged(OVERDUE_REPLY), Flagged(HAS_DEADLINE, lacks=ON_TIME)))
SUBSTANTIAL = both(IN_TIME, flag(SUBSTANTIVE))
# Of a closing: the first one; those of a file that was opened again are another matter.
FIRST_CLOSING = both(A_CLOSING, flag(lacks=AGAIN))
TERMED = both(FIRST_CLOSING, flag(HAS_DEADLINE))
WITHIN_TERM = both(FIRST_CLOSING, flag(HAS_DEADLINE | ON_TIME))


def _standing(name: str, test: Test, *, true: bool = False) -> tuple[Counter, Counter]:
    """Closings that pass a test, and those of them that were taken back."""
    wanted = both(test, flag(TRUE)) if true else test
    return (
        Counter(f"closed_{name}", Kind.CLOSED, test=wanted),
        Counter(f"reopened_{name}", Kind.REOPENED, test=wanted),
    )


PROBLEMS = (
    Counter("healed", Kind.HEALED),
    Counter("healed_known", Kind.HEALED, test=flag(KNOWN)),
    Counter("solved", Kind.SOLVED),
    Counter("solved_known", Kind.SOLVED, test=flag(KNOWN)),
    Counter("recurred", Kind.RECURRED),
    Counter("recurred_known", Kind.RECURRED, test=flag(KNOWN)),
    Counter("became_known", Kind.BECAME_KNOWN),
    Counter("trust_change", Kind.TRUST, amount=Amount.VALUE),
)

STOCKS = (
    *PROBLEMS,
    Counter("born", Kind.BORN),
    Counter("registered", Kind.REGISTERED, test=GRIEVANCE),
    Counter("inherited", Kind.INHERITED),
    *_standing("any", A_CLOSING),
    Counter("withdrawn", Kind.WITHDRAWN),
    Counter("open", Kind.OPEN),
    Counter("lying", Kind.OPEN, "office"),
    Counter("missed_open", Kind.OPEN, "office", MISSED),
)

OFFICES = (
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

FLOWS = (
    Counter("born", Kind.BORN, test=code(Birth.NEW)),
    Counter("healed", Kind.HEALED),
    Counter("solved", Kind.SOLVED),
    Counter("recurred", Kind.RECURRED),
    Counter("registered", Kind.REGISTERED, test=GRIEVANCE),
    Counter("enquiries", Kind.REGISTERED, test=code(Origin.ENQUIRY)),
    Counter("not_recorded", Kind.NOT_RECORDED, test=GRIEVANCE),
    Counter("turned_away", Kind.TURNED_AWAY),
    Counter("skip_level", Kind.REGISTERED, test=code(Origin.SKIP_LEVEL)),
    Counter("repeated", Kind.REGISTERED, test=code(Origin.REPEAT)),
    Counter("found", Kind.REGISTERED, test=code(Origin.FOUND)),
    Counter("fellows", Kind.REGISTERED, test=code(Origin.FELLOW)),
    Counter("withdrawn", Kind.WITHDRAWN),
    Counter("cleared_out", Kind.CLOSED, test=code(Outcome.CLEARED_OUT)),
    *_standing("any", A_CLOSING),
    *_standing("truly", A_CLOSING, true=True),
    *_standing("resolved", RESOLVED),
    *OFFICES,
)

LEDGER = (
    Counter("registered", Kind.REGISTERED, test=GRIEVANCE),
    Counter("open_unanswered", Kind.OPEN, test=UNANSWERED),
    Counter("withdrawn_unanswered", Kind.WITHDRAWN, test=UNANSWERED),
    *_standing("truly", A_CLOSING, true=True),
)

WITHIN_CLOCK = (
    Counter("born", Kind.BORN, test=code(Birth.NEW)),
    Counter("became_known", Kind.BECAME_KNOWN),
    Counter("solved", Kind.SOLVED),
    Counter("recurred", Kind.RECURRED),
    Counter("registered", Kind.REGISTERED, test=GRIEVANCE),
    Counter("registered_known", Kind.REGISTERED, test=both(GRIEVANCE, flag(KNOWN))),
    Counter("came_again", Kind.REGISTERED, test=AGAIN_BY_THE_SAME),
    Counter("replied", Kind.REPLIED),
    Counter("extended", Kind.EXTENDED, test=code(Term.REPLY)),
    Counter("extended_resolution", Kind.EXTENDED, test=code(Term.RESOLUTION)),
    Counter("bounced", Kind.BOUNCED, test=flag(FIRST)),
    Counter("bounces", Kind.BOUNCED),
    Counter("escalated", Kind.ESCALATED, test=flag(FIRST)),
    Counter("transfers_up", Kind.ESCALATED),
    Counter("transfers_down", Kind.RETURNED_DOWN),
    *_standing("truly", A_CLOSING, true=True),
    *_standing("resolved", RESOLVED),
    *_standing("on_paper", code(Outcome.ON_PAPER)),
    *_standing("duplicate", code(Outcome.DUPLICATE)),
    Counter("first_closings", Kind.CLOSED, test=FIRST_CLOSING),
    Counter("first_closings_true", Kind.CLOSED, test=both(FIRST_CLOSING, flag(TRUE))),
    Counter("reopened", Kind.REOPENED, test=flag(FIRST)),
    Counter("reopened_true", Kind.REOPENED, test=flag(FIRST | TRUE)),
    Counter("pleased", Kind.FELT, test=flag(TRUE, lacks=AGAIN)),
    Counter("displeased", Kind.FELT, test=flag(AGAIN, lacks=TRUE)),
    Counter("felt", Kind.FELT),
    Counter("felt_satisfied", Kind.FELT, test=flag(TRUE)),
    Counter("felt_ended", Kind.FELT, test=flag(ENDED)),
    Counter("surveyed", Kind.FELT, test=flag(SURVEYED)),
    Counter("surveyed_satisfied", Kind.FELT, test=flag(SURVEYED | TRUE)),
    Counter("recorded_satisfied", Kind.FELT, test=flag(SURVEYED | RECORDED_SATISFIED)),
    Counter("recorded_ended", Kind.FELT, test=flag(SURVEYED | RECORDED_ENDED)),
    Counter("queue_seconds", Kind.WORKED, test=CASEWORK, amount=Amount.QUEUE),
    Counter("touch_seconds", Kind.WORKED, test=CASEWORK, amount=Amount.TOUCH),
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

REPLIES = (
    Counter("replied_judged", Kind.REPLIED, "office", flag(HAS_DEADLINE)),
    Counter("replied_on_time", Kind.REPLIED, "office", IN_TIME),
    Counter("replied_well_on_time", Kind.REPLIED, "office", SUBSTANTIAL),
    Counter("gave_up", Kind.WITHDRAWN, "office", flag(HAS_REPLY_DEADLINE, lacks=REPLIED_BEFORE)),
    Counter("missed", Kind.UNSETTLED, "office", MISSED),
    Counter(
        "undecided",
        Kind.UNSETTLED,
        "office",
        flag(HAS_REPLY_DEADLINE, lacks=REPLIED_BEFORE | OVERDUE_REPLY),
    ),
)

RESOLUTIONS = (
    Counter("closed", Kind.CLOSED, test=TERMED),
    Counter("closed_in_time", Kind.CLOSED, test=WITHIN_TERM),
    Counter("closed_in_time_true", Kind.CLOSED, test=both(WITHIN_TERM, flag(TRUE))),
    Counter("gave_up", Kind.WITHDRAWN, test=flag(HAS_DEADLINE, lacks=AGAIN)),
    Counter("late", Kind.UNSETTLED, test=flag(OVERDUE_RESOLUTION, lacks=AGAIN)),
    Counter(
        "undecided",
        Kind.UNSETTLED,
        test=flag(HAS_DEADLINE, lacks=OVERDUE_RESOLUTION | AGAIN),
    ),
)

FOLLOWED = (Counter("registered", Kind.REGISTERED, test=GRIEVANCE),)

# By window; all others are of the weekly series, whose window is the whole run.
COUNTERS = {
    Window.WHOLE: STOCKS,
    Window.RUN: FLOWS,
    Window.LEDGER: LEDGER,
    Window.CLOCK: WITHIN_CLOCK,
    Window.REPLY: REPLIES,
    Window.RESOLUTION: RESOLUTIONS,
    Window.FOLLOWED: FOLLOWED,
}

WEEKLY = (
    Counter("registered", Kind.REGISTERED, "office", GRIEVANCE),
    Counter("inherited", Kind.INHERITED, "office"),
    Counter("inherited_overdue", Kind.INHERITED, test=MISSED),
    Counter("not_recorded", Kind.NOT_RECORDED, "office", GRIEVANCE),
    Counter("turned_away", Kind.TURNED_AWAY, "office"),
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
    Counter("replied_on_time", Kind.REPLIED, "office", IN_TIME),
    Counter("replied_well_on_time", Kind.REPLIED, "office", SUBSTANTIAL),
    Counter("missed", Kind.OVERDUE, "office", flag(FIRST)),
    # Overdue cases are followed at the tier that registered them: a late case may move.
    Counter("became_overdue", Kind.OVERDUE, "home", flag(FIRST)),
    Counter("replied_late", Kind.REPLIED, "home", LATE),
    Counter("gave_up_overdue", Kind.WITHDRAWN, "home", MISSED),
    *PROBLEMS,
    Counter("born", Kind.BORN),
    *(counter for counter in OFFICES if counter.kind in (Kind.WORKED, Kind.HOURS)),
    Counter("sessions", Kind.SESSION, "office", A_VISIT),
    Counter("money", Kind.MONEY, "office", amount=Amount.VALUE),
)
