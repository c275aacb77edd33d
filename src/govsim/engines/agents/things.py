"""A problem is a condition in the world; a grievance is a report about it."""

from array import array
from dataclasses import dataclass, field

from govsim.model.conferences import WINDOW, calls_lately
from govsim.model.plan import NEVER
from govsim.model.records import ABSENT, FIRST, Activity, Origin, Outcome, Wait

Occasion = tuple[int, float]  # to speak up: the how-many-eth thought or resident hit; its rank
Foreseen = tuple["array[float]", int]  # what was drawn at birth, and where this problem's begins


@dataclass(slots=True, eq=False)
class Problem:
    """What is wrong, for whom. Drawn once, keyed by its id: the same under every policy."""

    id: int
    community: int  # office
    klass: int
    severity_at_birth: float
    born: int  # may lie before the first day
    resident: int
    required_tier: int
    owner: float  # which department owns it: a rank in [0, 1)
    departments: int
    thoughts: tuple[Occasion, ...]  # when the resident may speak up later
    foreseen: Foreseen | None  # by ``Draws.places``
    segment: int = 0  # of the resident
    lives: bool = True
    known: bool = False  # a grievance about it was registered at some time
    hardened: bool = False  # grew so much that it needs one tier more
    terminated: bool = False  # taken up no more
    recurrences: int = 0
    open_grievances: dict[int, "Grievance"] = field(default_factory=dict)
    contacts: dict[int, int] = field(default_factory=dict)  # by resident hit: how often spoken up


@dataclass(slots=True, eq=False)
class Calls:
    """How often a desk was called to sit with others: by stretches of thirty days."""

    stretch: int = 0
    now: int = 0
    before: int = 0

    def count(self, moment: int) -> None:
        """One more."""
        self._turns(moment)
        self.now += 1

    def lately(self, moment: int) -> float:
        """Of the last thirty days."""
        self._turns(moment)
        return calls_lately(self.before, self.now, moment)

    def _turns(self, moment: int) -> None:
        stretch = moment // WINDOW
        if stretch != self.stretch:
            self.before = self.now if stretch == self.stretch + 1 else 0
            self.now = 0
            self.stretch = stretch


@dataclass(slots=True, eq=False)
class Grievance:
    """One entry of the ledger (or an enquiry), from registration to the end."""

    number: int
    origin: Origin
    subject: int  # id of the problem or the enquiry
    problem: Problem | None
    member: int  # which of the residents hit
    contact: int  # how many-th contact of that resident about the problem
    index: int  # of its draws, to which the step is added
    resident: int
    klass: int
    segment: int
    channel: int
    home: int  # office that registered it
    registered: int
    office: int = ABSENT  # where it lies
    open: bool = True
    stage: int = 0  # counts its moves; whoever waited for an earlier stage finds it gone
    step: int = 0  # how many times it has been given out: index of its draws
    queued: bool = False
    in_work: bool = False
    to_do: Activity = Activity.HANDLE
    enabled: int = 0
    waits: tuple[Wait, int] | None = None  # for something outside, and since when
    # clocks
    reply_due: int = NEVER
    reply_term: int = NEVER
    reply_in_preparation: bool = False
    replied: bool = False
    replied_in_time: bool = False
    replied_in_form: bool = False  # for the deadline's sake, with nothing to say
    resolution_due: int = NEVER
    resolution_term: int = NEVER
    overdue: bool = False
    overdue_reply: bool = False
    overdue_resolution: bool = False
    extended: bool = False
    resolution_extended: bool = False
    # way through the offices
    taken_in: bool = False  # intake work done
    misdirected: bool = False
    bounces: int = 0
    escalations: int = 0
    went_up: bool = False  # to an office above, on whoever's decision
    returns: int = 0
    decided: bool = False  # what must be decided above has been decided
    settled_in_substance: bool = False
    departments_done: int = 0
    asked: bool = False
    lane: int = ABSENT  # the special desk that has it in hand
    been_at_lane: bool = False  # once is enough
    sessions: int = 0  # what has been done for it there
    instances: int = 0  # of mediation that have failed
    conferred: bool = False  # departments were called together, and only showed their faces
    led: bool = False  # who leads was agreed on: it is not sent to the wrong desk any more
    # standing
    leaders_case: bool = False
    watched: bool = False  # by the office above
    threatens: bool = False
    turned_away: bool = False  # at intake: to be explained, whatever it is
    ladder: int = 0  # 1 review, 2 re-review
    closings: int = 0
    satisfied: bool = False  # with the last closing that the resident has judged
    outcome: Outcome = Outcome.SOLVED
    withdrawn: bool = False  # it ended without a closing: that file is not opened again
    closed_true: bool = False
    closed_at: int = 0

    @property
    def is_enquiry(self) -> bool:
        """Whether it is a question only."""
        return self.problem is None

    @property
    def can_be_reopened(self) -> bool:
        """Whether the same file can be taken up once more."""
        return not self.withdrawn and not self.turned_away

    def goes_up(self) -> int:
        """The flags of a move to an office above."""
        flags = 0 if self.went_up else FIRST
        self.went_up = True
        return flags

    def moves(self) -> int:
        """It goes somewhere else: anything that waits for it where it was is void."""
        self.stage += 1
        return self.stage
