"""Visiting sessions: leaders sit in the community of an evening, or cadres go from door to door."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import is_on_duty
from govsim.engines.compiled.draws import one, one_each
from govsim.engines.compiled.found import among_the_first, takes_down
from govsim.engines.compiled.hours import spends
from govsim.engines.compiled.ledger import triage
from govsim.engines.compiled.moving import goes_up, receive, release
from govsim.engines.compiled.office import dispatch, responsible
from govsim.engines.compiled.recorder import record_case, record_session
from govsim.engines.compiled.replying import reply
from govsim.engines.compiled.resident import tier_needed, willingness
from govsim.engines.compiled.rows import (
    cadre_at,
    case_at,
    class_at,
    community_of,
    companions,
    desk_at,
    office_at,
    problem_at,
    ranks,
    resident_at,
    scratch,
    silent_at,
    silent_ids,
    silent_problems,
    turnouts,
    whole,
)
from govsim.model import residents
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, Activity, Errand, Kind

ORDINAL_BITS = 40


@part
def visit_ends(city: Any, session: Any, facts: Any) -> None:
    """Residents have brought their problems forward; hours were given."""
    count = _brought_forward(city, session, facts)
    heard = scratch(city)
    for i in range(count):
        _hears(city, heard[i], session, facts)
    record_session(city, session, facts, count, 0)
    _counts_hours(city, session, facts)


@part
def _brought_forward(city: Any, session: Any, facts: Any) -> int:
    """The first so many problems that residents come with, in order of ids, into scratch."""
    index = facts.policy << ORDINAL_BITS | session.ordinal
    block = silent_at(city, session.community)
    drawn = ranks(city)
    last = block.first + block.count
    count = 0
    for first in range(block.first, last, len(drawn)):
        some = silent_ids(city)[first : min(first + len(drawn), last)]
        one_each(city, some, 0, Purpose.BROUGHT_FORWARD, index, drawn)
        for i in range(len(some)):
            if drawn[i] < facts.likeliest:
                p = whole(silent_problems(city)[first + i])
                if _is_brought_forward(city, p, drawn[i], facts):
                    count = among_the_first(city, p, count, facts.at_most)
    return count


@part
def _is_brought_forward(city: Any, p: int, u: float, facts: Any) -> bool:
    """Whether the resident comes with this problem (or tells of it at the door)."""
    resident = resident_at(city, problem_at(city, p).resident)
    turnout = turnouts(city)[facts.turnout + resident.segment]
    return u < residents.clip(turnout * willingness(city, resident))


@part
def _hears(city: Any, p: int, session: Any, facts: Any) -> None:
    """The problem goes on the ledger, perhaps decided on the spot."""
    problem = problem_at(city, p)
    if session.leader != ABSENT:
        resident_at(city, problem.resident).met_leader = 1
    leaders_case = facts.leaders_case_first and session.leader != ABSENT
    c = takes_down(city, p, session, facts, whole(leaders_case))
    if c == ABSENT:
        return
    if _is_decided_on_the_spot(city, problem, session, facts):
        _decides(city, c, problem)
    else:
        triage(city, c, ABSENT)


@part
def _is_decided_on_the_spot(city: Any, problem: Any, session: Any, facts: Any) -> bool:
    """A leader may decide at once what the leader's own tier could solve."""
    if session.leader == ABSENT or not class_at(city, problem.klass).reasonable:
        return False
    desk = desk_at(city, cadre_at(city, session.leader).desk)
    u = one(city, problem.id, Purpose.ON_THE_SPOT, 0)
    return u < facts.on_the_spot and tier_needed(city, problem) <= office_at(city, desk.office).tier


@part
def _decides(city: Any, c: int, problem: Any) -> None:
    """No hop and no wrong dispatch: straight to those who carry it out, and a reply at once."""
    case = case_at(city, c)
    case.decided = 1
    case.settled_in_substance = 1
    reply(city, case)
    home = whole(case.home)
    office = responsible(city, community_of(problem), tier_needed(city, problem))
    if office != home:
        release(city, case)
        receive(city, office, case)
        record_case(city, Kind.ESCALATED, case, 0, goes_up(case), float(home))
    dispatch(city, c, 0.0, Activity.HANDLE)


@part
def _counts_hours(city: Any, session: Any, facts: Any) -> None:
    """The evening, the way there, and hours taken back later."""
    length = session.ends - session.starts
    last = session.first_companion + session.companions
    for i in range(session.first_companion, last):
        _gives(city, companions(city)[i], Errand.VISIT, length, session, facts)
    if session.leader != ABSENT:
        _gives(city, session.leader, Errand.VISIT, length, session, facts)
        _gives(city, session.leader, Errand.TRAVEL, facts.travel, session, facts)


@part
def _gives(city: Any, k: int, errand: int, seconds: int, session: Any, facts: Any) -> None:
    cadre = cadre_at(city, k)
    overtime = not is_on_duty(city, cadre, session.starts)
    spends(city, k, errand, seconds, overtime, facts)
