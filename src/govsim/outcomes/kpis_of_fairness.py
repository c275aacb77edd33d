"""KPIs of fairness: whose problems are heard of, and how far apart places and people are.

A gap is the largest value less the smallest, over the segments or channels that have one; the
worst decile is the tenth percentile over the communities that have one. Both are about the same
KPI as everywhere else. Where few cases stand behind a value, chance alone makes gaps: compare
policies, not a gap with zero.
"""

from collections.abc import Callable

import numpy as np

from govsim.outcomes.bases import CLOCK, FLOW, REPLY_TERM, STOCK
from govsim.outcomes.lookup import Flags, Floats
from govsim.outcomes.registry import (
    CITY,
    KPIS,
    PROBLEMS,
    Pair,
    Seen,
    Where,
    known,
    kpi,
    living,
    of_the_city,
    share,
)

WORST = 10  # the percentile that stands for the communities that fare worst
PEOPLE = Where(("city", "segment"))
YEAR = 365.0  # days

# ---------------------------------------------------------------- who is heard


@kpi(
    "Heard of within 60 days",
    "share",
    1,
    CLOCK,
    PROBLEMS,
    true="Share of the problems that begin about which anybody registers a grievance.",
)
def _coverage(o: Seen) -> Pair:
    return Pair(true=share(o["became_known"], o["born"]))


@kpi(
    "Coverage of living problems",
    "share",
    1,
    STOCK,
    PROBLEMS,
    true="Share of the problems living at the end about which a grievance was ever registered.",
)
def _coverage_of_living(o: Seen) -> Pair:
    return Pair(true=share(known(o), living(o)))


@kpi(
    "Participation",
    "contacts a year",
    0,
    FLOW,
    PEOPLE,
    recorded="Grievances registered per 1,000 residents and year.",
    true="Contacts about problems per 1,000 residents and year, written down or not.",
)
def _participation(o: Seen) -> Pair:
    thousand_years = o.given("residents") / 1000 * o.outcome.days / YEAR
    contacts = o["registered"] + o["not_recorded"] + o["turned_away"]
    return Pair(share(o["registered"], thousand_years), share(contacts, thousand_years))


# ---------------------------------------------------------------- how far apart


def _over(o: Seen, name: str, where: Flags, spread: Callable[[Floats], float]) -> Pair:
    """One number for the city from a KPI's values in some scopes; NaN where there are none."""

    def side(values: Floats | None) -> Floats | None:
        if values is None:
            return None
        seen = values[where & ~np.isnan(values)]
        return of_the_city(o, spread(seen) if len(seen) else np.nan)

    return Pair(*map(side, KPIS[name].of(o.outcome)))


def _worst_communities(o: Seen, name: str) -> Pair:
    communities = o.scopes.among(("office",), lowest=True)
    return _over(o, name, communities, lambda seen: float(np.percentile(seen, WORST)))


def _gap(o: Seen, between: str, name: str) -> Pair:
    return _over(o, name, o.scopes.among((between,)), lambda seen: float(np.ptp(seen)))


@kpi(
    "Resolved, worst tenth of communities",
    "share",
    1,
    CLOCK,
    CITY,
    recorded="Tenth percentile over the communities of the share resolved as recorded.",
    true="Tenth percentile over the communities of the share truly resolved.",
)
def _worst_decile_resolution(o: Seen) -> Pair:
    return _worst_communities(o, "resolution_rate")


@kpi(
    "Reply in time, worst tenth of communities",
    "share",
    1,
    REPLY_TERM,
    CITY,
    recorded="Tenth percentile over the communities of the share replied to in time.",
    true="The same, but only replies with substance count as given.",
)
def _worst_decile_reply(o: Seen) -> Pair:
    return _worst_communities(o, "reply_on_time")


@kpi(
    "Coverage, worst tenth of communities",
    "share",
    1,
    CLOCK,
    CITY,
    true="Tenth percentile over the communities of the share of problems heard of.",
)
def _worst_decile_coverage(o: Seen) -> Pair:
    return _worst_communities(o, "coverage")


@kpi(
    "Gap between segments: resolved",
    "share",
    -1,
    CLOCK,
    CITY,
    recorded="Share resolved as recorded: the best-served segment less the worst-served.",
    true="Share truly resolved: the best-served segment less the worst-served.",
)
def _segment_gap_resolution(o: Seen) -> Pair:
    return _gap(o, "segment", "resolution_rate")


@kpi(
    "Gap between segments: satisfied",
    "share",
    -1,
    CLOCK,
    CITY,
    recorded="Recorded satisfaction: the most satisfied segment less the least satisfied.",
    true="Satisfaction: the most satisfied segment less the least satisfied.",
)
def _segment_gap_satisfaction(o: Seen) -> Pair:
    return _gap(o, "segment", "satisfaction")


@kpi(
    "Gap between segments: coverage",
    "share",
    -1,
    CLOCK,
    CITY,
    true="Share of problems heard of: the segment most heard less the one least heard.",
)
def _segment_gap_coverage(o: Seen) -> Pair:
    return _gap(o, "segment", "coverage")


@kpi(
    "Gap between channels: resolved",
    "share",
    -1,
    CLOCK,
    CITY,
    recorded="Share resolved as recorded: the best channel less the worst.",
    true="Share truly resolved: the best channel less the worst.",
)
def _channel_gap_resolution(o: Seen) -> Pair:
    return _gap(o, "channel", "resolution_rate")


@kpi(
    "Gap between channels: satisfied",
    "share",
    -1,
    CLOCK,
    CITY,
    recorded="Recorded satisfaction: the best channel less the worst.",
    true="Satisfaction: the best channel less the worst.",
)
def _channel_gap_satisfaction(o: Seen) -> Pair:
    return _gap(o, "channel", "satisfaction")
