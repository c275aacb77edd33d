"""Residents' councils: people meet, look back at what was decided, and talk quarrels over."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import is_on_duty
from govsim.engines.compiled.draws import one, pair
from govsim.engines.compiled.found import among_the_first, reports
from govsim.engines.compiled.hours import spends
from govsim.engines.compiled.recorder import record_session
from govsim.engines.compiled.resident import resident_of, set_trust, trust_now, willingness
from govsim.engines.compiled.rows import (
    assembly_at,
    cadre_at,
    companions,
    council_at,
    office_at,
    resident_at,
    scratch,
    silent_at,
    silent_ids,
    silent_problems,
    turnouts,
    whole,
)
from govsim.model import demand, residents
from govsim.model.randomness import Purpose, resident_id
from govsim.model.records import TRUE, Errand

ORDINAL_BITS = 40
KEPT, NOTHING_DECIDED, BROKEN = 1, 0, -1


@part
def council_meets(city: Any, session: Any, facts: Any) -> None:
    """They looked back, and whoever still comes has talked about what is open."""
    council = council_at(city, facts.number)
    office = office_at(city, session.community)
    assembly = assembly_at(city, facts.number * city.community_count + session.community)
    verdict = _looks_back(city, session, facts, council, assembly, office)
    came = _comes_together(city, session, facts, council, assembly, verdict)
    if came > 0:
        assembly.until = city.now + council.lasts
        count = _agenda(city, session, facts, assembly)
        matters = scratch(city)
        for i in range(count):
            reports(city, matters[i], session, facts)
    assembly.pending = office.taken
    assembly.settled = office.settled
    record_session(city, session, facts, came, TRUE if verdict == KEPT else 0)
    length = session.ends - session.starts
    last = session.first_companion + session.companions
    for i in range(session.first_companion, last):
        k = companions(city)[i]
        overtime = not is_on_duty(city, cadre_at(city, k), session.starts)
        spends(city, k, Errand.MEETING, length, overtime, facts)
        spends(city, k, Errand.MEETING, facts.travel, False, facts)


@part
def _looks_back(
    city: Any, session: Any, facts: Any, council: Any, assembly: Any, office: Any
) -> int:
    """Was what was decided carried out? Of so many open cases, so many have been settled."""
    if assembly.pending == 0:
        return whole(NOTHING_DECIDED)
    settled = office.settled - assembly.settled
    key = facts.policy << ORDINAL_BITS | session.ordinal
    share = assembly.participation
    if one(city, key, Purpose.CARRIED_OUT, 0) < settled / assembly.pending:
        assembly.participation = residents.gained(share, council.recovery, 1.0)
        return whole(KEPT)
    assembly.participation = residents.lost(share, council.decay, 1.0)
    return whole(BROKEN)


@part
def _comes_together(
    city: Any, session: Any, facts: Any, council: Any, assembly: Any, verdict: int
) -> int:
    """How many of those invited come, until all seats are taken."""
    came = 0
    people = office_at(city, session.community).residents
    index = facts.policy << ORDINAL_BITS | session.ordinal
    for number in range(council.invited):
        if came == council.seats:
            break
        who, u = pair(city, number, Purpose.INVITED, index)
        if u < facts.likeliest:
            invited = resident_id(session.community, demand.number_below(people, who))
            came += _attends(city, whole(invited), u, facts, council, assembly, verdict)
    return came


@part
def _attends(
    city: Any, number: int, u: float, facts: Any, council: Any, assembly: Any, verdict: int
) -> int:
    """1 if this resident comes; trust moves with what became of the last decisions."""
    resident = resident_at(city, resident_of(city, number))
    chance = turnouts(city)[facts.turnout + resident.segment] * willingness(city, resident)
    if u >= residents.clip(chance * assembly.participation):
        return 0
    trust = trust_now(city, resident)
    if verdict == KEPT:
        trust = residents.gained(trust, council.gain, city.loops.trust)
        set_trust(city, resident, number, trust)
    elif verdict == BROKEN:
        trust = residents.lost(trust, council.loss, city.loops.trust)
        set_trust(city, resident, number, trust)
    return 1


@part
def _agenda(city: Any, session: Any, facts: Any, assembly: Any) -> int:
    """What hits many and nobody has reported, into scratch in order of ids."""
    index = facts.policy << ORDINAL_BITS | session.ordinal
    likeliest = session.chance * assembly.participation
    block = silent_at(city, session.community)
    count = 0
    for place in range(block.first, block.first + block.count):
        number = silent_ids(city)[place]
        u = one(city, number, Purpose.AGENDA, index)
        if u < likeliest and _hits_many(city, number):
            count = among_the_first(city, whole(silent_problems(city)[place]), count, facts.at_most)
    return count


@part
def _hits_many(city: Any, number: int) -> bool:
    """Whether a problem was drawn as one of several residents."""
    return one(city, number, Purpose.COLLECTIVE, 0) < city.collective_share
