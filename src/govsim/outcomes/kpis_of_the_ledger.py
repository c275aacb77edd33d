"""KPIs of the ledger: what it counts as done, how often the same comes back, and what it hides."""

import numpy as np

from govsim.model.plan import DAY
from govsim.outcomes.registry import (
    CITY,
    COARSE,
    PROBLEMS,
    TIERS,
    Pair,
    Where,
    cost_of,
    kpi,
    net_closed_true,
    net_resolved,
    share,
)
from govsim.outcomes.tally import BUCKET_DAYS, Outcome

# Problems and grievances carry the same class; their place and resident may differ.
SAME_IN_BOTH = Where(("city", "class"))
LAST_MINUTE = 0.05  # of the term

# ---------------------------------------------------------------- done, says the ledger


@kpi(
    "Completed on time",
    "share",
    1,
    COARSE,
    recorded="Share of closings within the term for resolving, of all closings that had one and "
    "all grievances that ran past it without being closed.",
    true="The same, but only closings with the problem really gone count as on time.",
)
def _on_time_completion(o: Outcome) -> Pair:
    judged = o["completed"] + o["open_late"] + o["withdrawn_late"]
    return Pair(share(o["completed_on_time"], judged), share(o["completed_on_time_true"], judged))


@kpi(
    "Given more time",
    "share",
    -1,
    COARSE,
    recorded="Share of registered grievances whose term for the first reply was extended.",
)
def _extended_share(o: Outcome) -> Pair:
    return Pair(share(o["extended"], o["registered"]))


@kpi(
    "Given more time for the matter",
    "share",
    -1,
    COARSE,
    recorded="Share of registered grievances whose term for the matter itself was extended.",
)
def _extended_resolution_share(o: Outcome) -> Pair:
    return Pair(share(o["extended_resolution"], o["registered"]))


@kpi(
    "Settled at the first contact",
    "share",
    1,
    COARSE,
    recorded="Share of registered grievances that one closing settled: not reopened, and no "
    "repeat or request for review came after it.",
    true="Share of registered grievances that were closed once, with the problem really gone, "
    "and never reopened.",
)
def _first_contact_resolution(o: Outcome) -> Pair:
    settled = np.maximum(o["first_closings"] - o["reopened"] - o["came_again"], 0)
    return Pair(
        share(settled, o["registered"]),
        share(o["first_closings_true"] - o["reopened_true"], o["registered"]),
    )


@kpi(
    "Satisfied, of those called back",
    "share",
    1,
    COARSE,
    recorded="Share of residents called back who are recorded as satisfied.",
    true="Share of residents called back who are satisfied.",
)
def _satisfaction_called_back(o: Outcome) -> Pair:
    return Pair(
        share(o["recorded_satisfied"], o["surveyed"]),
        share(o["surveyed_satisfied"], o["surveyed"]),
    )


@kpi(
    "Solved, residents say",
    "share",
    1,
    recorded="Share of residents called back whose problem the sheet calls solved.",
    true="Share of all residents with a closed grievance whose problem no longer lives when they "
    "look.",
)
def _solved_at_call_back(o: Outcome) -> Pair:
    return Pair(share(o["recorded_ended"], o["surveyed"]), share(o["felt_ended"], o["felt"]))


@kpi(
    "Satisfied, of those not called back",
    "share",
    1,
    COARSE,
    true="Share of residents with a closed grievance who are satisfied, of those nobody called.",
)
def _satisfaction_not_called_back(o: Outcome) -> Pair:
    silent = o["felt"] - o["surveyed"]
    return Pair(true=share(o["felt_satisfied"] - o["surveyed_satisfied"], silent))


# ---------------------------------------------------------------- the same again


@kpi(
    "Duplicates",
    "share",
    0,
    COARSE,
    recorded="Share of registered grievances closed as merged with another.",
    true="Share of registered grievances about a problem of which the offices knew already.",
    true_side=(SAME_IN_BOTH, ""),
)
def _duplicate_share(o: Outcome) -> Pair:
    merged = o["closed_duplicate"] - o["reopenings_duplicate"]
    return Pair(
        share(merged, o["registered"]),
        share(o["registered"] - o["became_known"], o["registered"]),
    )


@kpi(
    "From fellows",
    "share",
    0,
    COARSE,
    recorded="Share of registered grievances from another resident hit by the same collective "
    "problem.",
)
def _fellow_share(o: Outcome) -> Pair:
    return Pair(share(o["fellows"], o["registered"]))


@kpi(
    "Came back",
    "share",
    -1,
    PROBLEMS,
    true="Problems that came back, as a share of those that an office really ended.",
)
def _recurrence_rate(o: Outcome) -> Pair:
    return Pair(true=share(o["recurred"], o["solved"]))


@kpi(
    "Times sent back",
    "times",
    -1,
    COARSE,
    recorded="How often a registered grievance was sent back as not ours, on average.",
)
def _bounces_per_case(o: Outcome) -> Pair:
    return Pair(share(o["bounces"], o["registered"]))


@kpi(
    "Times handed over",
    "times",
    -1,
    COARSE,
    recorded="How often a registered grievance was sent back, passed up or passed down, on "
    "average.",
)
def _transfers_per_case(o: Outcome) -> Pair:
    return Pair(share(o["bounces"] + o["transfers_up"] + o["transfers_down"], o["registered"]))


# ---------------------------------------------------------------- what it hides


@kpi(
    "Gap between ledger and truth",
    "share",
    -1,
    COARSE,
    true="Share resolved as recorded, less the share truly resolved.",
)
def _gaming_index(o: Outcome) -> Pair:
    return Pair(true=share(net_resolved(o) - net_closed_true(o), o["registered"]))


@kpi(
    "Closed in bulk",
    "share",
    -1,
    COARSE,
    recorded="Share of all closings that were made in a clean-up of old grievances.",
)
def _closed_in_bulk_share(o: Outcome) -> Pair:
    return Pair(share(o["cleared_out"], o["closed"]))


@kpi(
    "Closed at the last minute",
    "share",
    -1,
    TIERS,
    recorded="Share of closings in the last twentieth of the term for resolving, of those within "
    "it; by the term, in calendar days, of the tier that registered them.",
)
def _last_minute_share(o: Outcome) -> Pair:
    terms = o["resolution_term"]
    closings = o.delays["resolution", "events"]
    within, late = np.zeros(len(o.scopes)), np.zeros(len(o.scopes))
    for tier in range(len(o.tiers)):
        row = o.scopes.of_tier(tier)
        age = BUCKET_DAYS * DAY / terms[row]
        within[row] = closings[tier][age <= 1.0].sum()
        late[row] = closings[tier][(age > 1.0 - LAST_MINUTE) & (age <= 1.0)].sum()
    within[0], late[0] = within.sum(), late.sum()
    return Pair(share(late, within))


# ---------------------------------------------------------------- what it costs


@kpi("Cost per grievance", "yuan", -1, CITY, recorded="Cost per registered grievance.")
def _cost_per_registered(o: Outcome) -> Pair:
    return Pair(share(cost_of(o), o["registered"]))


@kpi(
    "Cost per solution",
    "yuan",
    -1,
    CITY,
    recorded="Cost per grievance that the office closed as resolved.",
    true="Cost per problem that an office really ended and that did not come back.",
)
def _cost_per_solved(o: Outcome) -> Pair:
    return Pair(
        share(cost_of(o), net_resolved(o)),
        share(cost_of(o), o["solved"] - o["recurred"]),
    )
