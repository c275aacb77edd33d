"""Influence crossed with evidence: which values matter, rest on little, and what would settle them.

Each value that was varied gets weakness times influence: weakness by its grade in the assumption
register, influence as a share of that of the most influential value.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from govsim.language import say
from govsim.scenario.provenance import ASSUMPTION, NO_SOURCE, RegisterEntry

MOST = 10
WEAKNESS = {"regulation": 0, "choice": 0, "data": 1, "published": 2, ASSUMPTION: 3}
UNFOUNDED = 4  # an assumption for which no reason is given


class Weak(NamedTuple):
    """A value that matters and is weakly founded."""

    factor: str
    value: str
    range: tuple[str, str] | None
    grade: str
    source: str
    note: str
    weakness: int  # from 0, a regulation, to 4, an assumption without a reason
    influence: float  # of the most influential value's, from 0 to 1
    sure: bool  # whether the influence lies above chance

    @property
    def score(self) -> float:
        """Weakness times influence."""
        return self.weakness * self.influence


class Influence(NamedTuple):
    """How much one factor matters."""

    factor: str
    size: float
    sure: bool


def weakest(register: Sequence[RegisterEntry], influences: Sequence[Influence]) -> list[Weak]:
    """Every varied value that is in the register, the highest score first."""
    entries = {entry.path: entry for entry in register}
    largest = max((item.size for item in influences), default=0.0) or 1.0
    found = [
        _weak(entries[item.factor], max(item.size, 0.0) / largest, item.sure)
        for item in influences
        if item.factor in entries
    ]
    return sorted(found, key=lambda weak: (-weak.score, weak.factor))


def _weak(entry: RegisterEntry, influence: float, sure: bool) -> Weak:
    return Weak(
        entry.path, entry.value, entry.range, entry.grade, entry.source, entry.note,
        weakness_of(entry), influence, sure,
    )  # fmt: skip


def weakness_of(entry: RegisterEntry) -> int:
    """From 0 (a regulation, or what somebody decides) to 4 (assumed, and nobody says why)."""
    if entry.grade == ASSUMPTION and entry.source == NO_SOURCE:
        return UNFOUNDED
    return WEAKNESS[entry.grade]


def not_varied(register: Sequence[RegisterEntry], factors: Sequence[str]) -> int:
    """How many assumed values were left as they are, so that nothing is known of their influence.

    Values of policies and templates are left out: most of them are not in use.
    """
    varied = set(factors)
    return sum(
        entry.grade == ASSUMPTION and entry.path not in varied
        for entry in register
        if not entry.path.startswith("policies.") and "_defaults." not in entry.path
    )


def what_would_settle(factor: str, note: str = "") -> str:
    """Which record, survey or experiment would give this value; the register's note goes first."""
    texts = _texts()
    text = next(text for pattern, text in texts if fnmatchcase(factor, pattern))
    return f"{note} {text}" if note else text


def _texts() -> list[tuple[str, str]]:
    """By path, the first that fits."""
    household = say(
        "A survey of some hundred random households: what went wrong in the last twelve months, "
        "whom it hit, whether and when it was reported."
    )
    routing = say("The ledger's path of each grievance: which office took, kept or sent it on.")
    diary = say("Two weeks of work diaries in a few offices: minutes for each grievance and duty.")
    staff = say("The personnel office's list of posts, by office and duty.")
    pay = say("The finance office's payroll and accounts.")
    closed = say(
        "Call-backs to 200 random closed grievances: what was really done, what came next."
    )
    trial = say(
        "A trial: streets begin the policy in an order drawn by lot, and are counted before and "
        "after."
    )
    longer = say("Runs with longer ones: it is long enough once the outcomes stay as they are.")
    return [
        ("run_in", longer),
        ("follow_up", longer),
        ("*.pay", pay),
        ("*.set_up", pay),
        ("policies.*.budget", pay),
        ("policies.*", trial),
        ("history", household),
        ("segments.*", say("The census, or the street's register of residents.")),
        ("demand.*", household),
        ("reporting.*", household),
        ("trust.*", say("The same residents asked twice, before and after they meet an office.")),
        ("classes.*.outside_wait*", say(
            "From the ledger: the day each grievance was handed to somebody outside, and the day "
            "it came back."
        )),
        ("classes.*.self_heal", say("A call each month to residents whose problem nobody solves.")),
        ("classes.*.severity_growth", say(
            "A call each month to residents whose problem nobody solves."
        )),
        ("classes.*.approval", say("The ledger's signatures: which grievances went to a leader.")),
        ("tiers.*.leaders.approval*", diary),
        ("classes.*", routing),
        ("tiers.*.can_solve", routing),
        ("transfers.*work*", diary),
        ("transfers.*", routing),
        ("triage.*", routing),
        ("*.share_of_time", diary),
        ("*.touch_work*", diary),
        ("work.*", diary),
        ("tiers.*", staff),
        ("channels.*", say(
            "Test contacts through each channel, counted against what the ledger then holds."
        )),
        ("deadlines.*", say("The regulation's text, and the ledger's dates beside it.")),
        ("closing.*", closed),
        ("after_closing.*", closed),
        ("satisfaction.*", say(
            "Independent call-backs, joined to what was done and when in the ledger."
        )),
        ("fatigue.*", say("Attendance records beside the closings of the same weeks.")),
        ("*", say("A record or survey of just this value.")),
    ]  # fmt: skip
