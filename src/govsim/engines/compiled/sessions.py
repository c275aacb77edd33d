"""Planned sessions: one after the other; what came of it is known when it ends."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.council import council_meets
from govsim.engines.compiled.hours import spends
from govsim.engines.compiled.patrols import round_ends
from govsim.engines.compiled.recorder import record_session
from govsim.engines.compiled.rows import companions, session_at, visits_at
from govsim.engines.compiled.visits import visit_ends
from govsim.model.ranks import Rank
from govsim.model.records import Errand, Gathering

ORDINAL_BITS = 40


@part
def next_session(city: Any) -> None:
    """The next planned session goes into the agenda."""
    s = city.next_session
    if s < city.session_count:
        session = session_at(city, s)
        key = visits_at(city, session.visits).policy << ORDINAL_BITS | session.ordinal
        schedule(city, session.ends, Rank.VISIT, key, 0, s)
        city.next_session = s + 1


@part
def session_ends(city: Any, s: int) -> None:
    """What came of it, by what it was."""
    session = session_at(city, s)
    facts = visits_at(city, session.visits)
    if facts.form == Gathering.VISIT:
        visit_ends(city, session, facts)
    elif facts.form == Gathering.PATROL:
        round_ends(city, session, facts)
    elif facts.form == Gathering.COUNCIL:
        council_meets(city, session, facts)
    else:
        _course_begins(city, session, facts)
    next_session(city)


@part
def _course_begins(city: Any, session: Any, facts: Any) -> None:
    """Cadres learn; it takes their next office hours."""
    record_session(city, session, facts, session.companions, 0)
    last = session.first_companion + session.companions
    for i in range(session.first_companion, last):
        spends(city, companions(city)[i], Errand.TRAINING, facts.travel, False, facts)
