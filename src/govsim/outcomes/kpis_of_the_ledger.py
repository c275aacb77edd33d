"""KPIs of the ledger: what it counts as done, how often the same comes back, and what it hides."""

import numpy as np

from govsim.model.plan import DAY
from govsim.outcomes.bases import CLOCK, FLOW, RESOLUTION_TERM
from govsim.outcomes.delays import FIRST_CLOSING_IN_TERM
from govsim.outcomes.registry import (
    CITY,
    COARSE,
    PROBLEMS,
    TIERS,
    Pair,
    Seen,
    cost_of,
    decided,
    kpi,
    share,
    standing,
)
from govsim.outcomes.tally import BUCKET_DAYS

LAST_MINUTE = 0.05  # of the term

# ---------------------------------------------------------------- done, says the ledger


@kpi(
    "Completed on time",
    "share",
    1,
    RESOLUTION_TERM,
    COARSE,
    recorded="Share of registered grievances closed for the first time within their term.",
    true="The same, but only closings with the problem really gone count as on time.",
)
def _on_time_completion(o: Seen) -> Pair:
    judged = o["closed"] + o["gave_up"] + o["late"]
    sides = (share(o[name], judged) for name in ("closed_in_time", "closed_in_time_true"))
    return Pair(*(decided(side, o["undecided"], judged + o["undecided"]) for side in sides))


@kpi(
    "Given more time",
    "share",
    -1,
    CLOCK,
    COARSE,
    recorded="Share of registered grievances whose term for the first reply was extended.",
)
def _extended_share(o: Seen) -> Pair:
    return Pair(share(o["extended"], o["registered"]))


@kpi(
    "Given more time for the matter",
    "share",
    -1,
    CLOCK,
    COARSE,
    recorded="Share of registered grievances whose term for the matter itself was extended.",
)
def _extended_resolution_share(o: Seen) -> Pair:
    return Pair(share(o["extended_resolution"], o["registered"]))


@kpi(
    "Settled at the first contact",
    "share",
    1,
    CLOCK,
    COARSE,
    recorded="Share of registered grievances closed once and not reopened, less as many as are "
    "themselves repeats or requests for review.",
    true="Share of registered grievances that are closed once, with the problem really gone, "
    "and not reopened.",
)
def _first_contact_resolution(o: Seen) -> Pair:
    settled = np.maximum(o["first_closings"] - o["reopened"] - o["came_again"], 0)
    return Pair(
        share(settled, o["registered"]),
        share(o["first_closings_true"] - o["reopened_true"], o["registered"]),
    )


@kpi(
    "Satisfied, of those called back",
    "share",
    1,
    CLOCK,
    COARSE,
    recorded="Share of call-backs after which the resident is recorded as satisfied.",
    true="Share of call-backs after which the resident is satisfied.",
)
def _satisfaction_called_back(o: Seen) -> Pair:
    return Pair(
        share(o["recorded_satisfied"], o["surveyed"]),
        share(o["surveyed_satisfied"], o["surveyed"]),
    )


@kpi(
    "Solved, residents say",
    "share",
    1,
    CLOCK,
    recorded="Share of call-backs after which the sheet calls the problem solved.",
    true="Share of all who turned to an office who have seen that their problem no longer lives.",
)
def _solved_at_call_back(o: Seen) -> Pair:
    return Pair(share(o["recorded_ended"], o["surveyed"]), share(o["felt_ended"], o["registered"]))


@kpi(
    "Satisfied, of those not called back",
    "share",
    1,
    CLOCK,
    COARSE,
    true="Share of residents who are satisfied, of those who have seen what came of it and whom "
    "nobody called.",
)
def _satisfaction_not_called_back(o: Seen) -> Pair:
    silent = o["felt"] - o["surveyed"]
    return Pair(true=share(o["felt_satisfied"] - o["surveyed_satisfied"], silent))


# ---------------------------------------------------------------- the same again


@kpi(
    "Duplicates",
    "share",
    0,
    CLOCK,
    COARSE,
    recorded="Share of registered grievances closed as merged with another.",
    true="Share of registered grievances about a problem of which the offices knew already.",
)
def _duplicate_share(o: Seen) -> Pair:
    sides = (standing(o, "duplicate"), o["registered_known"])
    return Pair(*(share(side, o["registered"]) for side in sides))


@kpi(
    "From fellows",
    "share",
    0,
    FLOW,
    COARSE,
    recorded="Share of registered grievances from another resident hit by the same collective "
    "problem.",
)
def _fellow_share(o: Seen) -> Pair:
    return Pair(share(o["fellows"], o["registered"]))


@kpi(
    "Came back",
    "share",
    -1,
    FLOW,
    PROBLEMS,
    true="Problems that come back in the run, for each that an office really ends in it.",
)
def _recurrence_rate(o: Seen) -> Pair:
    return Pair(true=share(o["recurred"], o["solved"]))


@kpi(
    "Times sent back",
    "times",
    -1,
    CLOCK,
    COARSE,
    recorded="How often a registered grievance is sent back as not ours, on average.",
)
def _bounces_per_case(o: Seen) -> Pair:
    return Pair(share(o["bounces"], o["registered"]))


@kpi(
    "Times handed over",
    "times",
    -1,
    CLOCK,
    COARSE,
    recorded="How often a registered grievance is sent back, passed up or passed down, on average.",
)
def _transfers_per_case(o: Seen) -> Pair:
    return Pair(share(o["bounces"] + o["transfers_up"] + o["transfers_down"], o["registered"]))


# ---------------------------------------------------------------- what it hides


@kpi(
    "Gap between ledger and truth",
    "share",
    -1,
    CLOCK,
    COARSE,
    true="Share resolved as recorded, less the share truly resolved.",
)
def _gaming_index(o: Seen) -> Pair:
    return Pair(true=share(standing(o, "resolved") - standing(o, "truly"), o["registered"]))


@kpi(
    "Closed in bulk",
    "share",
    -1,
    FLOW,
    COARSE,
    recorded="Share of all closings that are made in a clean-up of old grievances.",
)
def _closed_in_bulk_share(o: Seen) -> Pair:
    return Pair(share(o["cleared_out"], o["closed_any"]))


@kpi(
    "Closed at the last minute",
    "share",
    -1,
    RESOLUTION_TERM,
    TIERS,
    recorded="Share of first closings in the last twentieth of the term for resolving, of those "
    "within it; by the term, in calendar days, of the tier that registered them.",
)
def _last_minute_share(o: Seen) -> Pair:
    terms = o.given("resolution_term")
    closings = o.outcome.delays[FIRST_CLOSING_IN_TERM, "events"]
    within, late = o.nothing(), o.nothing()
    for tier in range(len(o.outcome.tiers)):
        row = o.scopes.of_tier(tier)
        age = BUCKET_DAYS * DAY / terms[row]
        within[row] = closings[tier][age <= 1.0].sum()
        late[row] = closings[tier][(age > 1.0 - LAST_MINUTE) & (age <= 1.0)].sum()
    within[0], late[0] = within.sum(), late.sum()
    return Pair(share(late, within))


# ---------------------------------------------------------------- what it costs


@kpi("Cost per grievance", "yuan", -1, FLOW, CITY, recorded="Cost per registered grievance.")
def _cost_per_registered(o: Seen) -> Pair:
    return Pair(share(cost_of(o), o["registered"]))


@kpi(
    "Cost per solution",
    "yuan",
    -1,
    FLOW,
    CITY,
    recorded="Cost per grievance that the office closed as resolved.",
    true="Cost per problem that an office really ended and that did not come back.",
)
def _cost_per_solved(o: Seen) -> Pair:
    return Pair(
        share(cost_of(o), standing(o, "resolved")),
        share(cost_of(o), o["solved"] - o["recurred"]),
    )
