"""KPIs in detail: what became of problems and cases, and where the time went."""

from govsim.model.plan import DAY
from govsim.outcomes.registry import (
    COARSE,
    PROBLEMS,
    TIERS,
    Pair,
    kpi,
    net_closed,
    share,
    there_were,
)
from govsim.outcomes.tally import Outcome

# ---------------------------------------------------------------- problems and cases


@kpi("Problems born", "problems", 0, PROBLEMS, true="Problems that began during the run.")
def _problems_born(o: Outcome) -> Pair:
    return Pair(true=o["born"] - o["born_before"])


@kpi("Problems solved", "problems", 1, PROBLEMS, true="Problems that an office really ended.")
def _problems_solved(o: Outcome) -> Pair:
    return Pair(true=o["solved"])


@kpi(
    "Problems solved, of all",
    "share",
    1,
    PROBLEMS,
    true="Share of all problems there were that an office really ended and that did not come back.",
)
def _solved_share(o: Outcome) -> Pair:
    return Pair(true=share(o["solved"] - o["recurred"], there_were(o)))


@kpi("Problems healed", "problems", 0, PROBLEMS, true="Problems that ended by themselves.")
def _problems_healed(o: Outcome) -> Pair:
    return Pair(true=o["healed"])


@kpi("Enquiries", "enquiries", 0, COARSE, recorded="Questions, answered at once.")
def _enquiries(o: Outcome) -> Pair:
    return Pair(o["enquiries"])


@kpi(
    "Brought forward",
    "cases",
    0,
    COARSE,
    recorded="Grievances registered because an office went out and found them.",
)
def _found(o: Outcome) -> Pair:
    return Pair(o["found"])


@kpi(
    "Repeated",
    "share",
    -1,
    COARSE,
    recorded="Share of registered grievances from residents whom an earlier closing did not help.",
)
def _repeated_share(o: Outcome) -> Pair:
    return Pair(share(o["repeated"], o["registered"]))


@kpi("Given up", "cases", -1, COARSE, recorded="Grievances whose resident gave up waiting.")
def _withdrawn(o: Outcome) -> Pair:
    return Pair(o["withdrawn"])


@kpi(
    "Closed on paper",
    "share",
    -1,
    COARSE,
    true="Share of registered grievances that stand as solved though nothing was done.",
)
def _closed_on_paper_share(o: Outcome) -> Pair:
    return Pair(true=share(o["closed_on_paper"] - o["reopenings_on_paper"], o["registered"]))


# ---------------------------------------------------------------- how long it takes


@kpi(
    "Median time to the first reply",
    "days",
    -1,
    TIERS,
    recorded="Half of the grievances are replied to within this time, waiting ones included.",
)
def _median_reply_days(o: Outcome) -> Pair:
    return Pair(o.median_days("reply"))


@kpi(
    "Median time to closing",
    "days",
    -1,
    TIERS,
    recorded="Half of the grievances are closed within this time, open ones included.",
)
def _median_resolution_days(o: Outcome) -> Pair:
    return Pair(o.median_days("resolution"))


def _days_per_case(o: Outcome, seconds: str) -> Pair:
    return Pair(share(o[seconds] / DAY, net_closed(o)))


@kpi(
    "Time in queues",
    "days",
    -1,
    COARSE,
    recorded="Days per closed case in which it waited for a cadre to begin.",
)
def _time_in_queue(o: Outcome) -> Pair:
    return _days_per_case(o, "queue_seconds")


@kpi(
    "Time in work",
    "days",
    0,
    COARSE,
    recorded="Days (of 24 hours) per closed case in which somebody worked on it.",
)
def _time_in_work(o: Outcome) -> Pair:
    return _days_per_case(o, "touch_seconds")


@kpi(
    "Time interrupted",
    "days",
    -1,
    COARSE,
    recorded="Days per closed case in which it was begun, but its cadre was off duty or busy with "
    "other duties.",
)
def _time_interrupted(o: Outcome) -> Pair:
    return _days_per_case(o, "interrupted_seconds")


@kpi(
    "Time with others",
    "days",
    0,
    COARSE,
    recorded="Days per closed case of waiting for other parties, money or the season.",
)
def _time_outside(o: Outcome) -> Pair:
    return _days_per_case(o, "wait_outside_seconds")


@kpi(
    "Time with the resident",
    "days",
    0,
    COARSE,
    recorded="Days per closed case of waiting for something the resident was asked for.",
)
def _time_with_resident(o: Outcome) -> Pair:
    return _days_per_case(o, "wait_resident_seconds")


@kpi(
    "Time on the way back",
    "days",
    -1,
    COARSE,
    recorded="Days per closed case on the way back from the wrong desk.",
)
def _time_bounced(o: Outcome) -> Pair:
    return _days_per_case(o, "wait_bounce_seconds")


@kpi(
    "Time to confirmation",
    "days",
    0,
    COARSE,
    recorded="Days per closed case from the closing until the resident saw what came of it.",
)
def _time_in_confirmation(o: Outcome) -> Pair:
    return _days_per_case(o, "wait_confirmation_seconds")
