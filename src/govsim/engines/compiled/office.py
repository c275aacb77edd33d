"""An office: what it receives and gives out, and the waits outside its hands."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.desk import join
from govsim.engines.compiled.draws import about, one, rounded, seconds
from govsim.engines.compiled.lanes import taken_by_lane
from govsim.engines.compiled.moving import goes_up, moves_to
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.replying import ready_at
from govsim.engines.compiled.rows import (
    case_at,
    class_at,
    community_of,
    office_at,
    office_desks,
    paths,
    problem_at,
    rules_of,
    whole,
)
from govsim.engines.compiled.waits import waits
from govsim.model import demand
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, FIRST, Activity, Kind, Wait

# ---------------------------------------------------------------- receiving


@part
def responsible(city: Any, community: int, tier: int) -> int:
    """The office of a tier that is responsible for a community."""
    return paths(city)[community * city.tier_count + tier]


@part
def dispatch(city: Any, c: int, error: float, to_do: int) -> None:
    """Give a case to the department that owns it, or by mistake to another."""
    case = case_at(city, c)
    case.step += 1
    case.misdirected = 0
    case.lane = ABSENT
    if taken_by_lane(city, c):
        return
    chance = error * city.loops.bounce
    u, other = 1.0, 0.0
    if chance > 0.0:
        u, other = about(city, case, Purpose.DISPATCH)
    case.misdirected = u < chance
    office = office_at(city, case.office)
    place = whole(0)
    if office.desks > 1:
        owner = one(city, case.subject, Purpose.OWNER, 0)
        place = demand.number_below(office.desks, owner) + case.departments_done
        if case.misdirected:
            place += 1 + demand.number_below(office.desks - 1, other)
    join(city, office_desks(city)[office.first_desk + place % office.desks], c, to_do)


@part
def goes_to_next_department(city: Any, c: int) -> None:
    """The ordinary way: one after the other."""
    case = case_at(city, c)
    case.departments_done += 1
    dispatch(city, c, transfer_error(city, case), whole(case.to_do))


@part
def transfer_error(city: Any, case: Any) -> float:
    """Wrong dispatches at a transfer; none where it was agreed who leads."""
    error = rules_of(city, case.office).handling.transfer_error
    return 0.0 if case.led else error


# ---------------------------------------------------------------- waits outside the office


@part
def wait_outside(city: Any, c: int) -> None:
    """Other parties, capital, season: no work shortens it, but terms make people push."""
    case = case_at(city, c)
    problem = problem_at(city, case.problem)
    law = class_at(city, problem.klass).outside_wait
    natural = seconds(city, law, problem.id, Purpose.OUTSIDE, 0)
    ready = ready_at(city, case, natural, case.resolution_due, case.resolution_term)
    waits(city, c, Wait.OUTSIDE, ready - city.now)


@part
def goes_round(city: Any, c: int) -> None:
    """On the way back from the wrong desk."""
    case = case_at(city, c)
    u, _ = about(city, case, Purpose.BOUNCE_DELAY)
    law = rules_of(city, case.office).handling.bounce_delay
    waits(city, c, Wait.BOUNCE, rounded(city, law, u))


# ---------------------------------------------------------------- passing on


@part
def bounce(city: Any, c: int) -> None:
    """Not ours: back it goes, and days later it is given out again."""
    case = case_at(city, c)
    case.bounces += 1
    record_case(city, Kind.BOUNCED, case, 0, FIRST if case.bounces == 1 else 0, 0.0)
    goes_round(city, c)


@part
def pass_up(city: Any, c: int) -> None:
    """Escalate to the parent office."""
    case = case_at(city, c)
    case.escalations += 1
    parent = office_at(city, case.office).parent
    _transfer(city, c, parent, Kind.ESCALATED, goes_up(case))


@part
def return_down(city: Any, c: int) -> None:
    """Decided here, to be carried out below."""
    case = case_at(city, c)
    case.decided = 1
    case.departments_done = 0
    community = community_of(problem_at(city, case.problem))
    below = responsible(city, community, office_at(city, case.office).tier - 1)
    flags = 0 if case.returned else FIRST
    case.returned = 1
    _transfer(city, c, below, Kind.RETURNED_DOWN, flags)


@part
def _transfer(city: Any, c: int, to: int, kind: int, flags: int) -> None:
    case = case_at(city, c)
    error = transfer_error(city, case)
    moves_to(city, c, to, kind, flags)
    dispatch(city, c, error, Activity.HANDLE)
