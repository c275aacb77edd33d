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
    _out_of_the_line(city, problem, c, case)
    problem.open_grievances -= 1
    if problem.lives and problem.open_grievances == 0:
        falls_silent(city, p, problem)


@part
def _out_of_the_line(city: Any, problem: Any, c: int, case: Any) -> None:
    """Of open grievances about a problem; the one before the first is the last."""
    before, after = whole(case.previous_open), whole(case.next_open)
    if after != ABSENT:
        case_at(city, after).previous_open = before
    elif problem.first_open != c:
        case_at(city, problem.first_open).previous_open = before
    if problem.first_open == c:
        problem.first_open = after
    else:
        case_at(city, before).next_open = after


@part
def let_go(city: Any, c: int, case: Any) -> None:
    """The row may be needed no more: looked at when this event is over."""
    if not case.loose:
        case.loose = 1
        case.next_loose = city.loose
        city.loose = c
