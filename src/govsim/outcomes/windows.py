"""Which records count for a measure: one rule, obeyed by every counter.

A record tells when its story began: when the grievance was registered, when the problem was born.
Whoever turned to an office in the run is followed beyond its last day, for as long as the clock of
a measure runs. Where the simulation ends too early for that, the cohort ends earlier; if nobody is
left, the measure is unknown.
"""

from bisect import bisect_left
from enum import IntEnum
from typing import NamedTuple

from govsim.model.calendars import finish
from govsim.model.plan import DAY, NEVER, Plan, ProblemClass, Tier

CLOCK_DAYS = 60
CLOCK = CLOCK_DAYS * DAY  # from a grievance's registration, or a problem's birth


class Window(IntEnum):
    """What is seen of the records."""

    WHOLE = 0  # everything up to the last day of the run: what stocks are made of
    RUN = 1  # what happened in the measured run, to whomever
    LEDGER = 2  # what happened in it to grievances registered in it: official snapshots
    CLOCK = 3  # what happened to those registered (or born) in it within the clock
    REPLY = 4  # whatever became of those registered in it whose term for the reply is over
    RESOLUTION = 5  # the same of the term for the matter itself
    FOLLOWED = 6  # whatever became of those registered in it, as far as it was seen


class Moments(NamedTuple):
    """From when to when a story must begin to be counted in each window; see ``Window``."""

    since: int
    until: int
    clock: int
    clock_until: int
    reply_until: int
    resolution_until: int


def moments(plan: Plan) -> Moments:
    """The moments of a plan. A cohort is empty where its end is not after ``since``."""
    return Moments(
        plan.since,
        plan.until,
        CLOCK,
        min(plan.until, plan.horizon - CLOCK),
        min(plan.until, *(_latest(plan, *term) for term in _reply_terms(plan))),
        min(plan.until, *(_latest(plan, *term) for term in _resolution_terms(plan))),
    )


Terms = set[tuple[int, int, bool]]  # seconds, as many more if extended, whether of working days


def _reply_terms(plan: Plan) -> Terms:
    rules = [rules.deadlines for rules in plan.rules]
    longer = max((r.extension_length for r in rules if r.extension), default=0)
    of: list[Tier | ProblemClass] = [*plan.tiers, *plan.classes]
    return {(t.reply_deadline, longer, t.reply_in_working_days) for t in of}


def _resolution_terms(plan: Plan) -> Terms:
    rules = [rules.deadlines for rules in plan.rules]
    longer = max(
        (r.resolution_extension_length for r in rules if r.resolution_extension), default=0
    )
    of: list[Tier | ProblemClass] = [*plan.tiers, *plan.classes]
    terms = {(t.resolution_deadline, longer, t.resolution_in_working_days) for t in of}
    return terms | {(plan.after_closing.review_deadline, 0, False)}


def _latest(plan: Plan, term: int, longer: int, working_days: bool) -> int:
    """Until when one may register so that this term is over at the horizon."""
    if not 0 < term < NEVER:  # none, or that of the tier
        return NEVER
    days = plan.working_days

    def ends(begins: int) -> int:
        if working_days:
            begins = finish(days.starts, days.ends, days.before, begins, term)
            return begins + longer
        return begins + term + longer

    return bisect_left(range(plan.horizon), plan.horizon, key=ends)
