"""The ladder of review has an end: then a matter is taken up no more, whether it is over or not."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import office_gives_hours
from govsim.engines.compiled.draws import one
from govsim.engines.compiled.hotline import takes_call
from govsim.engines.compiled.ledger import comes_back, contact, next_contact, register, triage
from govsim.engines.compiled.office import responsible
from govsim.engines.compiled.recorder import record_problem
from govsim.engines.compiled.resident import set_trust, trust_now
from govsim.engines.compiled.rows import (
    case_at,
    channel_at,
    community_of,
    office_at,
    problem_at,
    resident_at,
    rules_of,
    whole,
)
from govsim.model import residents
from govsim.model.randomness import Purpose, contact_index
from govsim.model.records import ABSENT, Errand, Kind, Origin


@part
def knocks_again(city: Any, c: int, origin: int) -> None:
    """The same resident about the same problem again, and may be turned away."""
    case = case_at(city, c)
    problem = problem_at(city, case.problem)
    if not problem.lives:
        return
    waits = not case.replied if case.open else problem.open_grievances == 0
    if waits and not _turns_back(city, case, origin):
        comes_back(city, c, origin)


@part
def _turns_back(city: Any, case: Any, origin: int) -> bool:
    """Whether somebody who has been here before is turned away."""
    home = whole(case.home)
    if origin != Origin.REPEAT:
        home = office_at(city, home).parent
    return turns_away(
        city,
        whole(case.problem),
        whole(case.member),
        whole(case.resident),
        case.resident_id,
        origin,
        whole(case.channel),
        home,
    )


@part
def tells_as_well(city: Any, p: int, member: int, r: int, resident_id: int, channel: int) -> None:
    """Another resident hit by the same problem, unless the matter is taken up no more."""
    home = responsible(city, community_of(problem_at(city, p)), channel_at(city, channel).lands_at)
    if not turns_away(city, p, member, r, resident_id, Origin.FELLOW, channel, home):
        contact(city, p, member, r, resident_id, Origin.FELLOW, channel, 0)


@part
def turns_away(
    city: Any,
    p: int,
    member: int,
    r: int,
    resident_id: int,
    origin: int,
    channel: int,
    home: int,
) -> bool:
    """Whether an office does not take a contact; a crowd cannot be turned away.

    Who calls a hotline must get through, to hear that.
    """
    problem = problem_at(city, p)
    facts = rules_of(city, home).termination
    if not problem.terminated or facts.share == 0.0:
        return False
    contact = next_contact(city, problem, member)
    index = contact_index(member, contact, 0)
    calls = origin == Origin.FELLOW or origin == Origin.REPEAT  # not at the office above
    h = whole(channel_at(city, channel).hotline) if calls else ABSENT
    if h != ABSENT and not takes_call(city, h, problem.id, index):
        record_problem(city, Kind.NOT_RECORDED, problem, origin, 0, 0.0, channel)
        return True
    record_problem(city, Kind.TURNED_AWAY, problem, origin, 0, 0.0, channel)
    office_gives_hours(city, home, contact, Errand.PAPERWORK, facts.turning_away)
    resident = resident_at(city, r)
    trust = residents.lost(trust_now(city, resident), facts.trust_loss, city.loops.trust)
    set_trust(city, resident, resident_id, trust)
    if one(city, problem.id, Purpose.CROWD, index) < facts.crowd:
        _comes_in_a_crowd(city, p, member, contact, r, resident_id, channel, home)
    return True


@part
def _comes_in_a_crowd(
    city: Any,
    p: int,
    member: int,
    contact: int,
    r: int,
    resident_id: int,
    channel: int,
    home: int,
) -> None:
    """With family and neighbours to the office above, where the matter is written down."""
    above = max(office_at(city, home).parent, home)
    origin = whole(Origin.SKIP_LEVEL)
    c = register(city, p, member, contact, r, resident_id, origin, channel, above, 0, 1, 0)
    triage(city, c, ABSENT)
