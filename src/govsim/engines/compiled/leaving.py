"""A grievance leaves the ledger."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.rows import case_at, office_at, problem_at, whole
from govsim.engines.compiled.silent import falls_silent
from govsim.model.records import ABSENT


@part
def leaves(city: Any, c: int) -> None:
    """A grievance is no longer open; if nothing was solved, the problem is silent again."""
    case = case_at(city, c)
    let_go(city, c, case)
    if case.problem == ABSENT:
        return
    p = whole(case.problem)
    problem = problem_at(city, p)
    home = office_at(city, case.home)
    home.taken -= 1
    home.settled += 1 - problem.lives
    if case.previous_open == ABSENT:
        problem.first_open = case.next_open
    else:
        case_at(city, case.previous_open).next_open = case.next_open
    if case.next_open == ABSENT:
        problem.last_open = case.previous_open
    else:
        case_at(city, case.next_open).previous_open = case.previous_open
    problem.open_grievances -= 1
    if problem.lives and problem.open_grievances == 0:
        falls_silent(city, p, problem)


@part
def let_go(city: Any, c: int, case: Any) -> None:
    """The row may be needed no more: looked at when this event is over."""
    if not case.loose:
        case.loose = 1
        case.next_loose = city.loose
        city.loose = c
