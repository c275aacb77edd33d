"""The kinds of measures: who is counted, what happens to them by when, and what a short run says.

A KPI declares its basis, and sees nothing else. Texts are English literals, shown through ``say``.
"""

from typing import NamedTuple

from govsim.outcomes.windows import Window


class Basis(NamedTuple):
    """What a measure is taken from."""

    name: str
    window: Window
    who: str  # is counted
    by_when: str  # what must have happened, and how cases count that are still open
    too_short: str  # what is said where the run does not tell


FLOW = Basis(
    "in the run",
    Window.RUN,
    "Whatever happens from the first measured day to the last, whoever it concerns.",
    "Counted when it happens; hours of a spell of work when that ends. Shares are of what happens "
    "in the same time.",
    "Nothing of that kind in the run: unknown.",
)
STOCK = Basis(
    "on the last day",
    Window.WHOLE,
    "Whatever there is at the end of the last day, from whatever time.",
    "As it stands then. It tells how things are on that day, not how they go on.",
    "Always known.",
)
LEDGER = Basis(
    "as of the last day",
    Window.LEDGER,
    "Grievances registered in the run.",
    "As they stand on its last day, however young they are: so offices report, and so the longer "
    "a run is, the better it looks.",
    "Always known where anything is registered; not comparable between runs of another length.",
)
CLOCK = Basis(
    "within 60 days",
    Window.CLOCK,
    "Grievances registered in the run; of problems those that begin in it.",
    "Each is followed for 60 days from its registration (its beginning), past the end of the run "
    "if need be. What is still open then, or was given up, counts as what it is: not done.",
    "Who cannot be followed for so long is left out; if nobody can: unknown.",
)
REPLY_TERM = Basis(
    "by the reply term",
    Window.REPLY,
    "Grievances registered in the run that have a term for the first reply.",
    "Each is followed until its term is over. Given up without a reply counts as not in time.",
    "Who cannot be followed to the end of the longest term is left out; if nobody can, or if the "
    "term of more than one in 200 still runs: unknown.",
)
RESOLUTION_TERM = Basis(
    "by the resolution term",
    Window.RESOLUTION,
    "Grievances registered in the run that have a term for the matter itself.",
    "The same, of the first closing.",
    "As for the reply term.",
)
TIME = Basis(
    "until it is done",
    Window.FOLLOWED,
    "Grievances registered in the run.",
    "Followed as long as the simulation goes on; those still open count as taking longer, those "
    "given up as never done (Aalen-Johansen).",
    "If half are not done in the time that was seen: unknown.",
)
BASES = (FLOW, STOCK, LEDGER, CLOCK, REPLY_TERM, RESOLUTION_TERM, TIME)
