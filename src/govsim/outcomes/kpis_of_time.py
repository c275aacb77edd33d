"""KPIs of time: how old the open cases are, and how soon a surge is over."""

import numpy as np

from govsim.outcomes.bases import STOCK
from govsim.outcomes.delays import AGE
from govsim.outcomes.lookup import Floats, Ints
from govsim.outcomes.recovery import days_to_recover
from govsim.outcomes.registry import CITY, TIERS, Pair, Seen, kpi, of_the_city
from govsim.outcomes.tally import BUCKET_DAYS
from govsim.outcomes.weekly import backlog, known_problems

# ---------------------------------------------------------------- open at the end


def _age(o: Seen, part: float) -> Pair:
    """The age below which this part of the open cases is, by the tier that registered them."""
    ages = o.outcome.delays[AGE, "censored"]
    return Pair(o.outcome.by_tier(lambda row: _quantile(ages[row], part)))


def _quantile(ages: Ints, part: float) -> float:
    reached = np.flatnonzero(np.cumsum(ages) >= max(part * ages.sum(), 1))
    return float(BUCKET_DAYS[reached[0]]) if len(reached) else float("nan")


@kpi(
    "Median age of open cases",
    "days",
    -1,
    STOCK,
    TIERS,
    recorded="Half of the grievances open at the end are younger, counted from registration.",
)
def _median_open_age(o: Seen) -> Pair:
    return _age(o, 0.5)


@kpi(
    "Age of the oldest tenth",
    "days",
    -1,
    STOCK,
    TIERS,
    recorded="Nine in ten of the grievances open at the end are younger.",
)
def _ninth_decile_open_age(o: Seen) -> Pair:
    return _age(o, 0.9)


@kpi(
    "Oldest open case",
    "days",
    -1,
    STOCK,
    TIERS,
    recorded="Age of the oldest grievance open at the end, counted from registration.",
)
def _oldest_open(o: Seen) -> Pair:
    return _age(o, 1.0)


# ---------------------------------------------------------------- after a surge


def _recoveries(o: Seen) -> tuple[Floats, Floats]:
    """Days to recover from each surge: of the backlog, and of the problems behind it."""
    here, calm, surges = o.outcome.weekly, o.outcome.calm, sorted(o.outcome.surges)
    if calm is None:
        return np.full(len(surges), np.nan), np.full(len(surges), np.nan)
    recorded, true = ((stock(here) - stock(calm))[:, -1] for stock in (backlog, known_problems))
    following = [*(float(first) for first, _ in surges[1:]), np.inf]
    each = list(zip(surges, following, strict=True)) if surges else []
    return (
        np.array([days_to_recover(recorded, *one) for one in each]),
        np.array([days_to_recover(true, *one) for one in each]),
    )


@kpi(
    "Time to recover from a surge",
    "days",
    -1,
    STOCK,
    CITY,
    recorded="From the end of a surge until, for four weeks, no more than a tenth is left of what "
    "it added to the backlog at its worst: against the same city, with the same problems, without "
    "its surges. Of several the slowest; 0 if it added nothing. Unknown if there is none, or if "
    "one is not over within the run.",
    true="The same for the living problems that the offices know of.",
)
def _recovery_days(o: Seen) -> Pair:
    # max of some with a NaN is NaN: a surge that is not over is the slowest.
    sides = (float(days.max()) if len(days) else np.nan for days in _recoveries(o))
    return Pair(*(of_the_city(o, value) for value in sides))


@kpi(
    "Surges recovered from",
    "share",
    1,
    STOCK,
    CITY,
    recorded="Share of the surges of which, within the run, no more than a tenth is left of what "
    "they added to the backlog.",
    true="The same for the living problems that the offices know of.",
)
def _recovered_share(o: Seen) -> Pair:
    recovered = (~np.isnan(days) for days in _recoveries(o))
    known = o.outcome.calm is not None
    sides = (float(over.mean()) if len(over) and known else np.nan for over in recovered)
    return Pair(*(of_the_city(o, value) for value in sides))
