"""Mediation: sessions between the parties, and what the sheet says of how they ended."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled import purse
from govsim.engines.compiled.cadre import desk_gives_hours, employed
from govsim.engines.compiled.closing import close
from govsim.engines.compiled.desk import join
from govsim.engines.compiled.draws import quantile, rounded
from govsim.engines.compiled.lanes import about_lane, accepts, can_pay, is_open, takes
from govsim.engines.compiled.moving import goes_up, moves_to
from govsim.engines.compiled.office import dispatch, transfer_error
from govsim.engines.compiled.recorder import record_cadre, record_case
from govsim.engines.compiled.rows import case_at, lane_at, whole
from govsim.engines.compiled.waits import waits
from govsim.model import lanes
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, TRUE, Activity, Errand, Kind, Outcome, Wait

SESSION_BITS = 8  # of a draw's index, below the instance


@part
def length_of_session(city: Any, case: Any) -> float:
    """Seconds at the table for an average mediator."""
    u, _ = _session(city, case)
    return quantile(city, lane_at(city, case.lane).session, u)


@part
def _session(city: Any, case: Any) -> tuple[float, float]:
    """Two draws about the session at hand."""
    session = _instance(case) << SESSION_BITS | whole(case.sessions)
    return about_lane(city, case, Purpose.SESSION_LENGTH, session)


@part
def _instance(case: Any) -> int:
    """How many instances have failed so far."""
    return whole(case.been_at_lane) - 1


@part
def session_over(city: Any, c: int, k: int) -> None:
    """The parties meet once more, or the mediation has ended."""
    case = case_at(city, c)
    lane = lane_at(city, case.lane)
    _, until_next = _session(city, case)
    case.sessions += 1
    u, _ = about_lane(city, case, Purpose.MEDIATION, _instance(case))
    if case.sessions < lanes.sessions_needed(quantile(city, lane.sessions, u)):
        waits(city, c, Wait.MEDIATION, rounded(city, lane.gap, until_next))
    else:
        _is_over(city, c, k)


@part
def goes_on(city: Any, c: int) -> None:
    """The next session, or the case has arrived at the desk; if that is still there."""
    case = case_at(city, c)
    lane = lane_at(city, case.lane)
    if is_open(city, lane):
        join(city, lane.desk, c, Activity.HANDLE)
    else:
        gives_back(city, c)


@part
def gives_back(city: Any, c: int) -> None:
    """To the office's own desks."""
    dispatch(city, c, transfer_error(city, case_at(city, c)), Activity.HANDLE)


@part
def _is_over(city: Any, c: int, k: int) -> None:
    """An agreement; a failure that is written up; or a failure."""
    case = case_at(city, c)
    lane = lane_at(city, case.lane)
    agreement, sheet = about_lane(city, case, Purpose.AGREEMENT, _instance(case))
    outcome = whole(Outcome.REFERRED)
    if agreement < lane.agrees:
        outcome = whole(Outcome.SOLVED)
    elif sheet < lane.written_up:
        outcome = whole(Outcome.ON_PAPER)
    flags = TRUE if outcome == Outcome.SOLVED else 0
    row = record_case(city, Kind.MEDIATED, case, outcome, flags, 0.0)
    row.cadre = k
    _is_paid(city, lane)
    if outcome == Outcome.REFERRED:
        _has_failed(city, c, lane)
    else:
        close(city, c, outcome)


@part
def _is_paid(city: Any, lane: Any) -> None:
    """By the case, whatever came of it, as long as there is money."""
    if lane.subsidy > 0.0 and can_pay(city, lane):
        purse.spends(city, lane.policy, lane.subsidy, lane.purse)


@part
def _has_failed(city: Any, c: int, lane: Any) -> None:
    """The next instance one tier up, the legal route, or back to the office's desks."""
    upper = lane.next_instance
    if upper != ABSENT and accepts(city, lane_at(city, upper)):
        _goes_higher(city, c, upper)
    elif lane.to_law:
        close(city, c, Outcome.REFERRED)
    else:
        gives_back(city, c)


@part
def _goes_higher(city: Any, c: int, upper: int) -> None:
    """To the mediators of the office above."""
    case = case_at(city, c)
    case.escalations += 1
    moves_to(city, c, lane_at(city, upper).office, Kind.ESCALATED, goes_up(case))
    takes(city, upper, c)


@part
def invents(city: Any, lane: Any, week: int) -> None:
    """Who is paid by the case splits cases and invents some."""
    count = employed(city, lane.desk) * lanes.due_in_week(week, lane.invented)
    for turn in range(count):
        if not can_pay(city, lane):
            break
        record_cadre(city, Kind.MEDIATED, ABSENT, lane.office, Outcome.ON_PAPER, 0, 0.0)
        _is_paid(city, lane)
        desk_gives_hours(city, lane.desk, turn, Errand.PAPERWORK, lane.invented_work)
