"""Patrols: grid workers go round, see what can be seen, mend what is small, report the rest."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.draws import one, pair
from govsim.engines.compiled.found import among_the_first, reports
from govsim.engines.compiled.hours import spends
from govsim.engines.compiled.ledger import asks
from govsim.engines.compiled.problems import end, forget_if_over
from govsim.engines.compiled.recorder import record_session
from govsim.engines.compiled.resident import (
    resident_of,
    set_trust,
    severity,
    tier_needed,
    trust_now,
)
from govsim.engines.compiled.rows import (
    class_at,
    companions,
    office_at,
    patrol_at,
    problem_at,
    resident_at,
    scratch,
    silent_at,
    silent_ids,
    silent_problems,
    visibilities,
    whole,
)
from govsim.model import demand, residents
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, resident_id, trifle_id
from govsim.model.records import ABSENT, NO_INDEX, Errand, Outcome

ORDINAL_BITS = 40


@part
def round_ends(city: Any, session: Any, facts: Any) -> None:
    """What was noticed, what had to be reported, who felt watched."""
    patrol = patrol_at(city, facts.number)
    count = _can_be_seen(city, session, facts)
    noticed = scratch(city)
    for i in range(count):
        _notices(city, noticed[i], session, facts, patrol)
    for number in range(patrol.trivial * session.companions):
        subject = trifle_id(session.community, city.now // DAY, facts.policy, number)
        asks(city, subject, facts.channel, NO_INDEX)
    for door in range(patrol.doors * session.companions):
        _knocks_at(city, session, facts, patrol, door)
    record_session(city, session, facts, count, 0)
    last = session.first_companion + session.companions
    for i in range(session.first_companion, last):
        spends(city, companions(city)[i], Errand.PATROL, facts.travel, False, facts)


@part
def _can_be_seen(city: Any, session: Any, facts: Any) -> int:
    """Into scratch, in order of ids; what lies behind doors, no patrol ever finds."""
    index = facts.policy << ORDINAL_BITS | session.ordinal
    block = silent_at(city, session.community)
    count = 0
    for place in range(block.first, block.first + block.count):
        number = silent_ids(city)[place]
        if one(city, number, Purpose.PATROLLED, index) < session.chance:
            p = whole(silent_problems(city)[place])
            klass = problem_at(city, p).klass
            share = visibilities(city)[facts.number * city.class_count + klass]
            if one(city, number, Purpose.VISIBLE, 0) < share:
                count = among_the_first(city, p, count, block.count)
    return count


@part
def _notices(city: Any, p: int, session: Any, facts: Any, patrol: Any) -> None:
    """Mended on the spot, or one more case in the queues of the same offices."""
    problem = problem_at(city, p)
    if _is_mended(city, problem, session, facts, patrol):
        resident = resident_at(city, problem.resident)
        number = problem.resident_id
        end(city, p, Outcome.FIXED, ABSENT)
        gain = city.trust.gain_when_satisfied
        trust = residents.gained(trust_now(city, resident), gain, city.loops.trust)
        set_trust(city, resident, number, trust)
        forget_if_over(city, p)
    else:
        reports(city, p, session, facts)


@part
def _is_mended(city: Any, problem: Any, session: Any, facts: Any, patrol: Any) -> bool:
    """Only what is small, and what the community may settle itself."""
    if not class_at(city, problem.klass).reasonable or tier_needed(city, problem) > 0:
        return False
    u = one(city, problem.id, Purpose.MENDED, facts.policy << ORDINAL_BITS | session.ordinal)
    return u < patrol.mends and severity(city, problem) < patrol.mild


@part
def _knocks_at(city: Any, session: Any, facts: Any, patrol: Any, door: int) -> None:
    """Some of those behind the doors feel watched."""
    who, worry = pair(city, door, Purpose.DOOR, facts.policy << ORDINAL_BITS | session.ordinal)
    if worry < patrol.worry:
        people = office_at(city, session.community).residents
        number = resident_id(session.community, demand.number_below(people, who))
        resident = resident_at(city, resident_of(city, number))
        trust = residents.lost(trust_now(city, resident), patrol.worry_loss, city.loops.trust)
        set_trust(city, resident, whole(number), trust)
