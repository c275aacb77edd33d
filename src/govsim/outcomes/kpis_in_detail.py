"""KPIs in detail: what became of problems and cases, and where the time went."""

from govsim.model.plan import DAY
from govsim.outcomes.bases import CLOCK, FLOW, TIME
from govsim.outcomes.registry import (
    COARSE,
    PROBLEMS,
    TIERS,
    Pair,
    Seen,
    kpi,
    share,
    standing,
)

# ---------------------------------------------------------------- problems and cases


@kpi("Problems born", "problems", 0, FLOW, PROBLEMS, true="Problems that began during the run.")
def _problems_born(o: Seen) -> Pair:
    return Pair(true=o["born"])


@kpi("Problems solved", "problems", 1, FLOW, PROBLEMS, true="Problems that an office really ended.")
def _problems_solved(o: Seen) -> Pair:
    return Pair(true=o["solved"])


@kpi(
    "Problems solved within 60 days",
    "share",
    1,
    CLOCK,
    PROBLEMS,
    true="Share of the problems that begin, whether or not anybody hears of them, that an office "
    "really ends and that do not come back.",
)
def _solved_share(o: Seen) -> Pair:
    return Pair(true=share(o["solved"] - o["recurred"], o["born"]))


@kpi("Problems healed", "problems", 0, FLOW, PROBLEMS, true="Problems that ended by themselves.")
def _problems_healed(o: Seen) -> Pair:
    return Pair(true=o["healed"])


@kpi("Enquiries", "enquiries", 0, FLOW, COARSE, recorded="Questions, answered at once.")
def _enquiries(o: Seen) -> Pair:
    return Pair(o["enquiries"])


@kpi(
    "Brought forward",
    "cases",
    0,
    FLOW,
    COARSE,
    recorded="Grievances registered because an office went out and found them.",
)
def _found(o: Seen) -> Pair:
    return Pair(o["found"])


@kpi(
    "Repeated",
    "share",
    -1,
    FLOW,
    COARSE,
    recorded="Share of registered grievances from residents whom an earlier closing did not help.",
)
def _repeated_share(o: Seen) -> Pair:
    return Pair(share(o["repeated"], o["registered"]))


@kpi("Given up", "cases", -1, FLOW, COARSE, recorded="Grievances whose resident gives up waiting.")
def _withdrawn(o: Seen) -> Pair:
    return Pair(o["withdrawn"])


@kpi(
    "Closed on paper",
    "share",
    -1,
    CLOCK,
    COARSE,
    true="Share of registered grievances that stand as solved though nothing is done.",
)
def _closed_on_paper_share(o: Seen) -> Pair:
    return Pair(true=share(standing(o, "on_paper"), o["registered"]))


# ---------------------------------------------------------------- how long it takes


@kpi(
    "Median time to the first reply",
    "days",
    -1,
    TIME,
    TIERS,
    recorded="Half of all registered grievances are replied to within this time.",
)
def _median_reply_days(o: Seen) -> Pair:
    return Pair(o.outcome.median_days("reply"))


@kpi(
    "Median time to closing",
    "days",
    -1,
    TIME,
    TIERS,
    recorded="Half of all registered grievances are closed within this time, and stay so as far as "
    "is seen.",
)
def _median_resolution_days(o: Seen) -> Pair:
    return Pair(o.outcome.median_days("resolution"))


def _days_per_case(o: Seen, *seconds: str) -> Pair:
    total = sum((o[name] for name in seconds), o.nothing())
    return Pair(share(total / DAY, o["registered"]))


@kpi(
    "Time in queues",
    "days",
    -1,
    CLOCK,
    COARSE,
    recorded="Days of its first 60 in which a registered grievance waits for a cadre to begin.",
)
def _time_in_queue(o: Seen) -> Pair:
    return _days_per_case(o, "queue_seconds", "wait_queue_seconds")


@kpi(
    "Time in work",
    "days",
    0,
    CLOCK,
    COARSE,
    recorded="Days (of 24 hours) of its first 60 in which somebody works on a registered "
    "grievance.",
)
def _time_in_work(o: Seen) -> Pair:
    return _days_per_case(o, "touch_seconds")


@kpi(
    "Time interrupted",
    "days",
    -1,
    CLOCK,
    COARSE,
    recorded="Days of its first 60 in which a registered grievance is begun, but its cadre is off "
    "duty or busy with other duties.",
)
def _time_interrupted(o: Seen) -> Pair:
    return _days_per_case(o, "interrupted_seconds")


@kpi(
    "Time with others",
    "days",
    0,
    CLOCK,
    COARSE,
    recorded="Days of its first 60 in which a registered grievance waits for other parties, money "
    "or the season.",
)
def _time_outside(o: Seen) -> Pair:
    return _days_per_case(o, "wait_outside_seconds")


@kpi(
    "Time with the resident",
    "days",
    0,
    CLOCK,
    COARSE,
    recorded="Days of its first 60 in which a registered grievance waits for something the "
    "resident was asked for.",
)
def _time_with_resident(o: Seen) -> Pair:
    return _days_per_case(o, "wait_resident_seconds")


@kpi(
    "Time on the way back",
    "days",
    -1,
    CLOCK,
    COARSE,
    recorded="Days of its first 60 in which a registered grievance is on the way back from the "
    "wrong desk.",
)
def _time_bounced(o: Seen) -> Pair:
    return _days_per_case(o, "wait_bounce_seconds")


@kpi(
    "Time to confirmation",
    "days",
    0,
    CLOCK,
    COARSE,
    recorded="Days of its first 60 from the closing of a registered grievance until the resident "
    "sees what came of it.",
)
def _time_in_confirmation(o: Seen) -> Pair:
    return _days_per_case(o, "wait_confirmation_seconds")
