"""Special desks: a policy opens one in an office, and it takes cases of some classes."""

from typing import Any

from govsim.compiling import allow, part
from govsim.engines.compiled import purse
from govsim.engines.compiled.cadre import employed
from govsim.engines.compiled.desk import join
from govsim.engines.compiled.draws import pair, rounded
from govsim.engines.compiled.moving import goes_up, moves_to
from govsim.engines.compiled.resident import severity
from govsim.engines.compiled.rows import (
    case_at,
    lane_at,
    lane_shares,
    office_at,
    problem_at,
    whole,
)
from govsim.engines.compiled.shapes import TURNED_AWAY
from govsim.engines.compiled.waits import waits
from govsim.model import lanes, purses
from govsim.model.randomness import Purpose, contact_index
from govsim.model.records import ABSENT, Activity, Kind, Wait

allow(lanes)


@part
def is_open(city: Any, lane: Any) -> bool:
    """While the policy lasts, and somebody is there."""
    return lane.begins <= city.now < lane.ends and employed(city, lane.desk) > 0


@part
def accepts(city: Any, lane: Any) -> bool:
    """Whether it takes new cases today: mediators none without money for it."""
    return is_open(city, lane) and (not lane.mediates or can_pay(city, lane))


@part
def can_pay(city: Any, lane: Any) -> bool:
    """Whether there is money for one more case."""
    return purses.can_pay(lane.subsidy, purse.left(city, lane.purse))


@part
def taken_by_lane(city: Any, c: int) -> bool:
    """The first special desk that wants the case has it: of the office, of one above it."""
    case = case_at(city, c)
    o = whole(case.office)
    while o != ABSENT:
        office = office_at(city, o)
        for i in range(office.first_lane, office.first_lane + office.lanes):
            lane = lane_at(city, i)
            if (o == case.office or lane.from_below) and _wants(city, lane, case):
                if o != case.office:
                    moves_to(city, c, o, Kind.ESCALATED, goes_up(case))
                takes(city, i, c)
                return True
        o = whole(office.parent)
    return False


@part
def _wants(city: Any, lane: Any, case: Any) -> bool:
    """A share of the milder cases of its classes, each once; no reviews, nothing decided.

    Those that triage has turned away are explained by the office itself.
    """
    share = lane_shares(city)[lane.first_share + case.klass]
    if share <= 0.0 or case.been_at_lane or case.decided or case.ladder > 0:
        return False
    if case.barred & TURNED_AWAY:
        return False
    u, _ = about_lane(city, case, Purpose.LANE, lane.policy)
    severe = severity(city, problem_at(city, case.problem))
    return lanes.is_taken(u, share, severe, lane.severity_below) and accepts(city, lane)


@part
def about_lane(city: Any, case: Any, purpose: int, k: int) -> tuple[float, float]:
    """Two draws about a grievance and something that policies bring."""
    index = contact_index(whole(case.member), whole(case.contact), k)
    return pair(city, case.subject, purpose, index)


@part
def takes(city: Any, i: int, c: int) -> None:
    """From now on the case is in its hands: the parties are asked to come, or it is on its way."""
    case = case_at(city, c)
    lane = lane_at(city, i)
    case.lane = i
    case.been_at_lane += 1
    case.sessions = 0
    if lane.mediates:
        join(city, lane.desk, c, Activity.HANDLE)
    else:
        hand_over(city, c)


@part
def hands_back(city: Any, c: int) -> None:
    """Done; the office looks at it."""
    case_at(city, c).sessions = 1
    hand_over(city, c)


@part
def hand_over(city: Any, c: int) -> None:
    """There, or back."""
    case = case_at(city, c)
    lane = lane_at(city, case.lane)
    there, back = about_lane(city, case, Purpose.HANDOVER, lane.policy)
    u = back if case.sessions > 0 else there
    waits(city, c, Wait.HANDOVER, rounded(city, lane.hand_over, u))
