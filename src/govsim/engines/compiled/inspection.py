"""Superiors look into a closing."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import office_gives_hours
from govsim.engines.compiled.ledger import reopen
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import case_at, office_at, problem_at, rules_of, whole
from govsim.engines.compiled.shapes import WITHDRAWN
from govsim.model.records import AGAIN, TRUE, Errand, Kind, Outcome


@part
def inspects(city: Any, c: int, closing: int) -> None:
    """Somebody goes and looks; what was closed with nothing done is opened again."""
    case = case_at(city, c)
    facts = rules_of(city, case.office).supervision
    if case.open or case.barred & WITHDRAWN or case.closings != closing or facts.inspected == 0.0:
        return  # in hand already, or no longer anybody's task
    problem = problem_at(city, case.problem)
    sham = case.outcome == Outcome.ON_PAPER or case.outcome == Outcome.CLEARED_OUT
    again = sham and problem.lives and problem.open_grievances == 0
    flags = (0 if problem.lives else TRUE) | (AGAIN if again else 0)
    record_case(city, Kind.INSPECTED, case, case.outcome, flags, 0.0)
    above = office_at(city, case.office).parent
    office_gives_hours(city, above, whole(case.number), Errand.INSPECTION, facts.inspection)
    if again:
        reopen(city, c)
