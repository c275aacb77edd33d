"""Offices are scored month by month on what their records say, and ranked within their tier."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import office_gives_hours
from govsim.engines.compiled.recorder import record_cadre
from govsim.engines.compiled.rows import office_at, rules_of, scratch
from govsim.engines.compiled.sorting import sort
from govsim.model import oversight
from govsim.model.plan import DAY, NEVER
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, Errand, Kind, Outcome

MONTH = 30 * DAY


# ---------------------------------------------------------------- what records say


@part
def counts_reply(city: Any, case: Any) -> None:
    """A first reply went out."""
    if case.reply_due < NEVER:
        office = office_at(city, case.office)
        office.replied += 1
        office.in_time += case.replied_in_time


@part
def counts_closing(city: Any, case: Any, outcome: int) -> None:
    """A grievance was closed: resolved, unless refused with reasons or referred to law."""
    office = office_at(city, case.office)
    office.closed += 1
    office.resolved += outcome != Outcome.EXPLAINED and outcome != Outcome.REFERRED


# ---------------------------------------------------------------- month by month


@part
def next_scoring(city: Any, month: int, o: int) -> None:
    """At each month's end one office after the other, then the tiers."""
    if city.keeps_scores:
        schedule(city, month * MONTH, Rank.SCORE, o, month, o)


@part
def is_scored(city: Any, o: int, month: int) -> None:
    """An office's turn; after the last one the tiers are ranked."""
    if o < city.office_count:
        _score(city, o, month)
        next_scoring(city, month, o + 1)
    else:
        for tier in range(city.tier_count):
            _rank(city, tier)
        next_scoring(city, month + 1, 0)


@part
def _score(city: Any, o: int, month: int) -> None:
    """An office's month as it is recorded, and what it costs to find out."""
    office = office_at(city, o)
    facts = rules_of(city, o).scoring
    office.scored = 0
    if oversight.is_scored(facts.strength, facts.report):
        office_gives_hours(city, o, month, Errand.PAPERWORK, facts.report)
        callers = office.parent if office.parent >= 0 else o
        office_gives_hours(city, callers, month, Errand.PAPERWORK, facts.call * office.called)
        _records_score(city, o, office, facts)
    office.replied = 0
    office.in_time = 0
    office.closed = 0
    office.resolved = 0
    office.asked = 0
    office.called = 0
    office.satisfied = 0
    office.written_as_satisfied = 0


@part
def _records_score(city: Any, o: int, office: Any, facts: Any) -> None:
    lay = office.closed + office.cases
    weight = (
        oversight.counted(facts.response, office.replied)
        + oversight.counted(facts.resolution, lay)
        + oversight.counted(facts.satisfaction, office.asked)
    )
    if weight == 0.0:
        return
    score = (
        oversight.earned(facts.response, office.in_time, office.replied)
        + oversight.earned(facts.resolution, office.resolved, lay)
        + oversight.earned(facts.satisfaction, office.written_as_satisfied, office.asked)
    ) / weight
    if office.asked > 0:
        score = oversight.mixed(score, office.satisfied / office.asked, facts.resident_weight)
    office.scored = 1
    office.score = score
    record_cadre(city, Kind.SCORED, ABSENT, o, 0, 0, score)


@part
def _rank(city: Any, tier: int) -> None:
    """Those of a tier that were scored, the best first; the others feel no pressure."""
    places = scratch(city)
    n = 0
    for o in range(city.office_count):
        office = office_at(city, o)
        if office.tier == tier:
            office.behind = 0.0
            if office.scored:
                places[n] = oversight.place(office.score, o)
                n += 1
    sort(places, places, n)
    for rank in range(n):
        o = places[rank] & (1 << oversight.PLACE_BITS) - 1
        office_at(city, o).behind = oversight.behind(rank, n)
