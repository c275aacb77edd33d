"""The contract between the engines and everything that counts: one stream of flat event records.

An engine only *records*; it computes no statistic. Both engines emit the same records in the same
order (see ``docs/decisions/0003-ties.md``), and ``outcomes`` drains them chunk by chunk.

Conventions: times are integer seconds since local midnight of the scenario's first day; ids are
``ABSENT`` (-1) where they do not apply; ``value`` is a float whose meaning each kind states below.
"""

from enum import IntEnum

import numpy as np

ABSENT = -1


class Kind(IntEnum):
    """What happened. ``code``, ``flags`` and ``value`` mean what the line says."""

    BORN = 1  # a problem begins; code: Birth; value: severity in [0, 1]
    HEALED = 2  # a problem ends by itself; flags: KNOWN if a grievance about it was ever registered
    SOLVED = 3  # a problem ends because an office ended it; code: Outcome; flags: KNOWN
    RECURRED = 4  # a problem that had been ended comes back; flags: KNOWN
    BECAME_KNOWN = 5  # the first grievance about a problem is registered (leaves the latent stock)
    NOT_RECORDED = 6  # a resident spoke up, and nobody wrote it down; code: Origin
    REGISTERED = 7  # a grievance enters the ledger; code: Origin; flags: KNOWN if its problem was
    #                 known before
    WORKED = 8  # a cadre finished one spell of work on a case; code: Activity; value: touch seconds
    WAITED = 9  # a wait ended in which nobody worked; code: Wait; started..time is the wait;
    #             flags: UNFINISHED if something else ended it, or the run
    BOUNCED = 10  # sent back as "not ours"; flags: FIRST for the case's first time
    ESCALATED = 11  # moved to an office above (office: the receiver, value: the sender);
    #                 flags: FIRST for the case's first time, on whoever's decision
    RETURNED_DOWN = 12  # passed down to be carried out (office: receiver, value: sender); FIRST
    REPLIED = 13  # first reply to the resident; value: seconds since registration;
    #               flags: ON_TIME, HAS_DEADLINE, SUBSTANTIVE, OVERDUE_REPLY if ever missed
    OVERDUE = 14  # a reply deadline passed without a reply; flags: FIRST
    LATE = 15  # a resolution deadline passed with the case open; flags: FIRST
    EXTENDED = 16  # a deadline was extended; code: Term
    CLOSED = 17  # the ledger says closed; code: Outcome; value: seconds since registration;
    #              flags: TRUE if the problem no longer lives, REPLIED_BEFORE, ON_TIME and
    #              HAS_DEADLINE for the resolution deadline, AGAIN if it had been closed before
    REOPENED = 18  # a closed case is open again; code: the Outcome it had been closed with;
    #                value: seconds from registration to that closing;
    #                flags: TRUE as in the closing, FIRST for the case's first time
    WITHDRAWN = 19  # the resident gave up waiting; value and flags as for OPEN
    FELT = 20  # the resident judges a closing; flags: TRUE if satisfied, AGAIN if satisfied with
    #            the one before, ENDED, SURVEYED, and then RECORDED_SATISFIED, RECORDED_ENDED
    TRUST = 21  # a resident's trust moved; value: the change
    SESSION = 22  # people met, or a round was made (cadre: the leader); code: Gathering;
    #               value: problems brought forward or found, at a council: residents who came;
    #               flags: TRUE if what the last council had decided was carried out
    HOURS = 23  # hours given to something else than a case; code: Errand; value: seconds;
    #            flags: OVERTIME. TIME_OFF is hours *not* worked: no part of anybody's load
    MONEY = 24  # yuan spent by a policy; code: policy index in the plan; value: yuan
    OPEN = 25  # when the books are closed, once per open case; value: seconds since registration;
    #            flags: REPLIED_BEFORE, OVERDUE_REPLY, OVERDUE_RESOLUTION, HAS_REPLY_DEADLINE,
    #            HAS_DEADLINE for the resolution, AGAIN if it had been closed before
    INSPECTED = 26  # superiors looked into a closing; code: the Outcome it was closed with;
    #                 flags: TRUE as in the closing, AGAIN if they had it opened again
    SCORED = 27  # an office's month was scored; value: the score in [0, 1]
    TERMINATED = 28  # the ladder is at its end: the matter is taken up no more
    TURNED_AWAY = 29  # a contact about a terminated matter was not accepted; code: Origin
    PREVENTED = 30  # a problem that would have begun did not; code: Prevention; value: severity
    PROJECT = 31  # of a class, in an area (office); code: Work; value: grievances that spoke for
    #               it, at the end: living problems that it ended
    MEDIATED = 32  # a mediation has ended, or was invented (case: ABSENT); code: the Outcome that
    #                the sheet says; flags: TRUE if there is an agreement
    CONFERRED = 33  # departments sat at one table over a case; code: Table; value: how many of
    #                 them; flags: TRUE if they settled it
    INHERITED = 34  # a grievance that was open before the first day; code: Standing; value: seconds
    #                 since registration; flags: as for OPEN
    UNSETTLED = 35  # at the horizon, once per open case; value and flags as for OPEN


class Birth(IntEnum):
    """Where a problem comes from."""

    NEW = 0
    INITIAL = 1  # part of the latent stock at the start
    INHERITED = 2  # behind a grievance that was open before the first day


class Standing(IntEnum):
    """How far an inherited grievance is on the first day."""

    WAITING = 0  # nobody has begun with it, or nobody knows how far it is: in the queue
    DECIDED = 1  # decided above, to be carried out where it lies: in the queue
    HANDLED = 2  # the office has done its part and waits for others


class Gathering(IntEnum):
    """What kind of session it was."""

    VISIT = 0  # leaders or cadres among the residents
    PATROL = 1  # a week's round of the grid workers
    COUNCIL = 2  # residents meet
    TRAINING = 3  # cadres learn


class Prevention(IntEnum):
    """Why a problem did not begin."""

    COUNCIL = 0  # residents had talked it over
    PROJECT = 1  # its cause had been removed


class Work(IntEnum):
    """Where a project stands."""

    CHOSEN = 0
    DONE = 1


class Origin(IntEnum):
    """Why a contact was made."""

    FIRST = 0  # the resident hit by the problem speaks up for the first time
    FELLOW = 1  # another resident hit by the same collective problem
    FOUND = 2  # brought forward at a visit or found by a patrol
    REPEAT = 3  # the same resident again, after a closing that did not help
    SKIP_LEVEL = 4  # taken over the office's head
    REVIEW = 5  # a formal request for review
    RE_REVIEW = 6
    ENQUIRY = 7  # a question, answered at once; never counted as a grievance


class Outcome(IntEnum):
    """What the ledger says when it says closed (and how a problem was ended)."""

    SOLVED = 0
    ON_PAPER = 1  # recorded as solved; nothing was done
    EXPLAINED = 2  # the request was refused, with reasons
    GONE = 3  # the problem had ended before the office came to it
    DUPLICATE = 4  # closed together with another grievance about the same problem
    CLEARED_OUT = 5  # closed in a bulk clean-up of old cases
    ANSWERED = 6  # an enquiry
    FIXED = 7  # mended without a case: on the spot, or with its cause
    REFERRED = 8  # mediation has failed: the parties are told to go to law


class Activity(IntEnum):
    """What a cadre did with a case in one spell of work."""

    HANDLE = 0
    PASS_UP = 1  # looked into it, cannot settle it here
    REFUSE = 2  # looked into it, "not ours"
    EXPLAIN = 3
    CARRY_OUT = 4  # does what the office above decided
    APPROVE = 5  # a leader's approval
    CHECK = 6  # found that the problem is gone
    ENQUIRY = 7
    MEDIATE = 8  # one session between the parties
    CONTRACT = 9  # a contractor's people, or volunteers, do what the office would have done


class Wait(IntEnum):
    """What a case waited for while nobody worked on it."""

    OUTSIDE = 0  # other parties, capital, season
    RESIDENT = 1  # asked the resident for something
    BOUNCE = 2  # on the way back from the wrong desk
    CONFIRMATION = 3  # closed, until the resident has seen what came of it
    CONFERENCE = 4  # until the departments meet
    MEDIATION = 5  # between two sessions
    HANDOVER = 6  # to a contractor, and back for the office to look at
    QUEUE = 7  # in a queue, and it left without anybody having begun (else: WORKED says how long)


class Errand(IntEnum):
    """Hours of cadres and leaders that go into no single case."""

    VISIT = 0
    TRAVEL = 1
    TIME_OFF = 2  # time off in lieu of an evening, taken out of office hours
    PAPERWORK = 3  # reports to superiors and scorers, replies for form's sake,
    #                files, contracts, sheets
    INSPECTION = 4  # looking into what another office has closed
    MEETING = 5  # departments at one table, residents' councils, planning of projects
    TRAINING = 6
    PATROL = 7
    CALLS = 8  # an operator on the telephone: calls, and calling back
    TRIAGE = 9  # sorting at intake


class Term(IntEnum):
    """The two clocks of a grievance."""

    REPLY = 0
    RESOLUTION = 1


class Table(IntEnum):
    """How departments come together."""

    PERIODIC = 0  # on a day fixed beforehand, for all cases that wait
    ON_DEMAND = 1  # called for one case


# Flag bits.
FIRST = 1
TRUE = 2
KNOWN = 4
ON_TIME = 8
HAS_DEADLINE = 16
SUBSTANTIVE = 32
REPLIED_BEFORE = 64
SURVEYED = 128
RECORDED_SATISFIED = 256
AGAIN = 512
OVERDUE_REPLY = 1024
OVERDUE_RESOLUTION = 2048
OVERTIME = 4096
UNFINISHED = 8192  # WORKED, WAITED: it did not come to its own end
HAS_REPLY_DEADLINE = 16384
# Of FELT, which has no other use for these two bits.
ENDED = KNOWN  # the problem no longer lives
RECORDED_ENDED = ON_TIME  # the call-back sheet says so

RECORD = np.dtype(
    [
        ("time", "i8"),  # when it happened (for WORKED: finished)
        ("enabled", "i8"),  # WORKED, WAITED: when it could have begun; else = time
        ("started", "i8"),  # WORKED, WAITED: when it began; else = time
        ("began", "i8"),  # when its grievance was registered; of problems: when it was born
        ("case", "i8"),  # running number of the grievance or enquiry
        ("problem", "i8"),
        ("resident", "i8"),
        ("office", "i4"),  # where it happened
        ("home", "i4"),  # the office that registered the case (problems: their community)
        ("cadre", "i4"),
        ("kind", "u1"),
        ("code", "u1"),
        ("klass", "u1"),  # problem class, segment, channel: index in the plan, 255 if absent
        ("segment", "u1"),
        ("channel", "u1"),
        ("flags", "u2"),
        ("value", "f8"),
    ],
    align=True,
)
NO_INDEX = 255
