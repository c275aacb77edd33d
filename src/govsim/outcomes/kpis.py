"""The headline KPIs, and those of staff and money.

Each is one function with a label, a unit, a direction and a definition. Every KPI comes as a pair
where both sides exist: as the offices' records tell it, and as it is in the world. Shares without
a base are NaN, never 0.
"""

from govsim.model.plan import HOUR
from govsim.outcomes.bases import CLOCK, FLOW, LEDGER, REPLY_TERM, STOCK
from govsim.outcomes.registry import (
    CITY,
    PROBLEMS,
    RESIDENTS,
    STAFF,
    Pair,
    Seen,
    cost_of,
    decided,
    known,
    kpi,
    living,
    share,
    standing,
)

# ---------------------------------------------------------------- the headline


@kpi(
    "Grievances registered",
    "cases",
    0,
    FLOW,
    recorded="Grievances entered in the ledger, enquiries not counted.",
    true="Contacts residents made about problems, whether or not anybody wrote them down.",
    headline=True,
    true_side=(None, "contacts"),
)
def _registered(o: Seen) -> Pair:
    return Pair(o["registered"], o["registered"] + o["not_recorded"] + o["turned_away"])


@kpi(
    "Grievances closed",
    "cases",
    1,
    FLOW,
    recorded="Closings, less those taken back by a reopening, of whatever grievance.",
    true="Of these, those whose problem no longer lived at the closing.",
    headline=True,
)
def _closed(o: Seen) -> Pair:
    return Pair(standing(o, "any"), standing(o, "truly"))


@kpi(
    "Answered within 60 days",
    "share",
    1,
    CLOCK,
    recorded="Share of registered grievances that are replied to or closed.",
    headline=True,
)
def _answered_share(o: Seen) -> Pair:
    return Pair(share(o["replied"], o["registered"]))


@kpi(
    "Answered or solved, as of the last day",
    "share",
    1,
    LEDGER,
    recorded="Share of registered grievances that have been replied to or closed.",
    true="Share of registered grievances that were closed with the problem really gone.",
)
def _answered_or_solved_ratio(o: Seen) -> Pair:
    answered = o["registered"] - o["open_unanswered"] - o["withdrawn_unanswered"]
    return Pair(share(answered, o["registered"]), share(standing(o, "truly"), o["registered"]))


@kpi(
    "First reply in time",
    "share",
    1,
    REPLY_TERM,
    recorded="Share of registered grievances replied to within their term, and within every term "
    "that they had; of an office, of those that it answered, lost or has.",
    true="The same, but only replies with substance count as given.",
    headline=True,
)
def _reply_on_time(o: Seen) -> Pair:
    judged = o["replied_judged"] + o["gave_up"] + o["missed"]
    sides = (share(o[name], judged) for name in ("replied_on_time", "replied_well_on_time"))
    return Pair(*(decided(side, o["undecided"], judged + o["undecided"]) for side in sides))


@kpi(
    "Resolved within 60 days",
    "share",
    1,
    CLOCK,
    recorded="Share of registered grievances that the office closes as solved, gone, merged with "
    "another or cleared out, and that stay closed.",
    true="Share of registered grievances that are closed with the problem really gone.",
    headline=True,
)
def _resolution_rate(o: Seen) -> Pair:
    sides = (standing(o, name) for name in ("resolved", "truly"))
    return Pair(*(share(side, o["registered"]) for side in sides))


@kpi(
    "Satisfied after 60 days",
    "share",
    1,
    CLOCK,
    recorded="Share of call-backs after which the resident is recorded as satisfied.",
    true="Share of all who turned to an office who have seen what came of it and are satisfied; "
    "whoever still waits, or gave up, is not.",
    headline=True,
)
def _satisfaction(o: Seen) -> Pair:
    return Pair(
        share(o["recorded_satisfied"], o["surveyed"]),
        share(o["pleased"] - o["displeased"], o["registered"]),
    )


@kpi(
    "Backlog at the end",
    "cases",
    -1,
    STOCK,
    recorded="Grievances open at the end, at the office where they lie.",
    true="Problems known to the offices that still live at the end.",
    headline=True,
    true_side=(PROBLEMS, "problems"),
)
def _backlog(o: Seen) -> Pair:
    return Pair(o["lying"], known(o))


@kpi(
    "Passed up",
    "share",
    -1,
    CLOCK,
    recorded="Share of registered grievances that go to an office above at least once: passed up "
    "by somebody who looked at them, or sent there at once.",
    headline=True,
)
def _escalated_share(o: Seen) -> Pair:
    return Pair(share(o["escalated"], o["registered"]))


@kpi(
    "Sent back as not ours",
    "share",
    -1,
    CLOCK,
    recorded="Share of registered grievances sent back by an office at least once.",
    headline=True,
)
def _bounced_share(o: Seen) -> Pair:
    return Pair(share(o["bounced"], o["registered"]))


@kpi(
    "Reopened",
    "share",
    -1,
    CLOCK,
    recorded="Share of registered grievances reopened at least once.",
    headline=True,
    indifference="0.2%",  # it is 1 to 3 % itself
)
def _reopened_share(o: Seen) -> Pair:
    return Pair(share(o["reopened"], o["registered"]))


@kpi(
    "Over the office's head",
    "share",
    -1,
    FLOW,
    recorded="Share of registered grievances that were taken over the office's head.",
    headline=True,
    indifference="0.2%",  # it is 1 to 3 % itself
)
def _skip_level_share(o: Seen) -> Pair:
    return Pair(share(o["skip_level"], o["registered"]))


@kpi(
    "Latent problems at the end",
    "problems",
    -1,
    STOCK,
    PROBLEMS,
    true="Problems that live at the end and were never registered.",
    headline=True,
)
def _latent_problems(o: Seen) -> Pair:
    return Pair(true=living(o) - known(o))


@kpi(
    "Residents' trust",
    "0-1",
    1,
    STOCK,
    RESIDENTS,
    true="Mean trust of all residents at the end, from 0 (none) to 1 (full).",
    headline=True,
)
def _trust(o: Seen) -> Pair:
    return Pair(true=o.given("initial_trust") + share(o["trust_change"], o.given("residents")))


@kpi(
    "Cadres' hours",
    "hours",
    -1,
    FLOW,
    recorded="Hours of cadres on cases and errands (visits, ways, paperwork); leaders not counted.",
    headline=True,
)
def _cadre_hours(o: Seen) -> Pair:
    return Pair((o["cadre_work"] + o["cadre_errands"]) / HOUR)


@kpi(
    "Leaders' hours",
    "hours",
    -1,
    FLOW,
    recorded="Hours of leaders on approvals, cases and errands (visits, ways, paperwork).",
    headline=True,
)
def _leader_hours(o: Seen) -> Pair:
    return Pair((o["leader_work"] + o["leader_errands"]) / HOUR)


@kpi(
    "Cost",
    "yuan",
    -1,
    FLOW,
    CITY,
    recorded="Pay of cadres and leaders for the time given to grievances, and the policies' money.",
    headline=True,
)
def _cost(o: Seen) -> Pair:
    return Pair(cost_of(o))


# ---------------------------------------------------------------- money and time of staff


@kpi(
    "Pay",
    "yuan",
    -1,
    FLOW,
    STAFF,
    recorded="Pay of cadres and leaders for their time on grievances.",
)
def _pay(o: Seen) -> Pair:
    return Pair(o.given("pay"))


@kpi("Policies' money", "yuan", -1, FLOW, CITY, recorded="Money that policies spend besides pay.")
def _policy_cost(o: Seen) -> Pair:
    return Pair(o["money"])


@kpi(
    "Utilisation",
    "share",
    0,
    FLOW,
    STAFF,
    recorded="Hours on cases as a share of the duty hours meant for grievances.",
)
def _utilisation(o: Seen) -> Pair:
    return Pair(share(o["cadre_work"] + o["leader_work"], o.given("capacity_seconds")))


@kpi(
    "Hours on visits",
    "hours",
    0,
    FLOW,
    STAFF,
    recorded="Hours of cadres and leaders on visits and ways.",
)
def _visit_hours(o: Seen) -> Pair:
    return Pair(o["visit_errands"] / HOUR)


@kpi("Visiting sessions", "sessions", 0, FLOW, STAFF, recorded="Visiting sessions held.")
def _visits(o: Seen) -> Pair:
    return Pair(o["sessions"])


@kpi(
    "Overtime",
    "hours",
    -1,
    FLOW,
    STAFF,
    recorded="Hours on cases and errands outside office hours.",
)
def _overtime_hours(o: Seen) -> Pair:
    return Pair((o["overtime_work"] + o["overtime_errands"]) / HOUR)


def _overtime(o: Seen, who: str) -> Pair:
    return Pair((o[f"{who}_overtime_work"] + o[f"{who}_overtime_errands"]) / HOUR)


@kpi(
    "Cadres' overtime",
    "hours",
    -1,
    FLOW,
    STAFF,
    recorded="Hours of cadres outside office hours; leaders not counted.",
)
def _cadre_overtime(o: Seen) -> Pair:
    return _overtime(o, "cadre")


@kpi(
    "Leaders' overtime", "hours", -1, FLOW, STAFF, recorded="Hours of leaders outside office hours."
)
def _leader_overtime(o: Seen) -> Pair:
    return _overtime(o, "leader")


@kpi(
    "Hours off cases",
    "share",
    -1,
    FLOW,
    STAFF,
    recorded="Share of hours worked that went into no single case: visits, ways, and whatever "
    "else policies ask for.",
)
def _hours_off_cases_share(o: Seen) -> Pair:
    worked = o["cadre_work"] + o["leader_work"] + o["errands"]
    return Pair(share(o["errands"], worked))


@kpi(
    "Time off in lieu",
    "hours",
    0,
    FLOW,
    STAFF,
    recorded="Office hours that cadres and leaders had off in return for evenings.",
)
def _time_off_hours(o: Seen) -> Pair:
    return Pair(o["time_off"] / HOUR)
