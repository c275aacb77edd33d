"""Closing: the ledger says closed. Whether the problem is gone is another matter."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.desk import leave_queue
from govsim.engines.compiled.draws import about, about_contact, one
from govsim.engines.compiled.ladder import ends_the_ladder
from govsim.engines.compiled.leaving import leaves
from govsim.engines.compiled.moving import release
from govsim.engines.compiled.problems import end
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.replying import reply
from govsim.engines.compiled.resident import sees_later_what_came_of_it, trust_now
from govsim.engines.compiled.rows import (
    case_at,
    class_at,
    office_at,
    problem_at,
    resident_at,
    rules_of,
    whole,
)
from govsim.engines.compiled.scoring import counts_closing
from govsim.engines.compiled.shapes import TURNED_AWAY
from govsim.engines.compiled.supervision import may_inspect
from govsim.engines.compiled.waits import cut_short
from govsim.model import handling, oversight, residents
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.records import (
    ABSENT,
    AGAIN,
    HAS_DEADLINE,
    ON_TIME,
    REPLIED_BEFORE,
    TRUE,
    Kind,
    Outcome,
)


@part
def close(city: Any, c: int, outcome: int) -> None:
    """Close a case, and with a problem that has ended the other grievances about it."""
    _close_one(city, c, outcome)
    case = case_at(city, c)
    if case.problem == ABSENT:
        return
    if outcome == Outcome.SOLVED or outcome == Outcome.EXPLAINED:
        problem = problem_at(city, case.problem)
        if not problem.lives:
            _merge_duplicates(city, problem)


@part
def _close_one(city: Any, c: int, outcome: int) -> None:
    now = city.now
    case = case_at(city, c)
    is_enquiry = case.problem == ABSENT
    if outcome == Outcome.SOLVED and not is_enquiry:
        end(city, whole(case.problem), outcome, whole(case.lane))
    cut_short(city, case)
    leave_queue(city, c)
    case.open = 0
    case.stage += 1
    case.outcome = outcome
    case.closed_at = now
    case.closed_true = 1 if is_enquiry else 1 - problem_at(city, case.problem).lives
    replied_before = case.replied != 0
    if outcome == Outcome.SOLVED or outcome == Outcome.GONE:
        case.settled_in_substance = 1
    if not is_enquiry and not replied_before:
        reply(city, case)
    flags = _closing_flags(city, case, replied_before)
    record_case(city, Kind.CLOSED, case, outcome, flags, float(now - case.registered))
    case.closings += 1
    release(city, case)
    if not is_enquiry:
        counts_closing(city, case, outcome)
        ends_the_ladder(city, case, problem_at(city, case.problem))
        may_inspect(city, c, case)
    leaves(city, c)
    if not is_enquiry:
        sees_later_what_came_of_it(city, c, replied_before)


@part
def _closing_flags(city: Any, case: Any, replied_before: bool) -> int:
    flags = TRUE if case.closed_true else 0
    flags |= REPLIED_BEFORE if replied_before else 0
    flags |= HAS_DEADLINE if case.resolution_due < NEVER else 0
    flags |= ON_TIME if city.now <= case.resolution_due else 0
    return flags | (AGAIN if case.closings > 0 else 0)


@part
def _merge_duplicates(city: Any, problem: Any) -> None:
    """Other open grievances about a solved problem are found and closed with it."""
    c = whole(problem.first_open)
    while c != ABSENT:
        other = case_at(city, c)
        following = whole(other.next_open)
        u, _ = about_contact(city, other, Purpose.MERGE)
        if not other.in_work and u < rules_of(city, other.office).closing.merge_duplicates:
            _close_one(city, c, Outcome.DUPLICATE)
        c = following


@part
def closes_on_paper(city: Any, case: Any, tired: float) -> bool:
    """Whether the case is written off as solved with nothing done."""
    closing, loops = rules_of(city, case.office).closing, city.loops
    office = office_at(city, case.office)
    pressure = handling.pressure(
        closing.pressure,
        office.overdue,
        office.cases,
        closing.pressure_from_overdue,
        loops.pressure,
    )
    scoring = rules_of(city, case.office).scoring
    pressure += oversight.paper_pressure(scoring.strength, office.behind, scoring.resident_weight)
    age = city.now - case.registered
    log_odds = (
        closing.paper_base
        + closing.paper_pressure * pressure
        + closing.paper_overdue * handling.used_up(age, case.resolution_term)
        + closing.paper_work_left * one(city, case.subject, Purpose.OUTSIDE, 0)
        - closing.paper_audit * closing.audit
        - closing.paper_care * closing.care
    )
    probability = handling.paper_probability(
        log_odds, tired, city.fatigue.careless, loops.fatigue, loops.paper_closing
    )
    u, _ = about(city, case, Purpose.PAPER)
    return u < probability


@part
def explain(city: Any, c: int) -> None:
    """A request that cannot be granted is refused with reasons, which may be accepted."""
    case = case_at(city, c)
    facts = city.reporting
    willing = residents.willingness(
        trust_now(city, resident_at(city, case.resident)), facts.trust_floor, facts.trust_slope, 1.0
    )
    base = rules_of(city, case.office).closing.acceptance
    accepts = residents.acceptance(base, willing, city.loops.credibility)
    u, _ = about(city, case, Purpose.ACCEPT)
    if u < accepts and not is_misjudged(city, case):
        end(city, whole(case.problem), Outcome.EXPLAINED, ABSENT)
    close(city, c, Outcome.EXPLAINED)


@part
def is_misjudged(city: Any, case: Any) -> bool:
    """Turned away at intake although the request is reasonable: the problem lives on."""
    return case.barred & TURNED_AWAY != 0 and class_at(city, case.klass).reasonable != 0
