"""Problems in the world: they begin, end by themselves or by an office, and their rows go."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.draws import pair, rounded
from govsim.engines.compiled.recorder import record_problem
from govsim.engines.compiled.rows import (
    bring_problem,
    class_at,
    community_of,
    lane_at,
    member_at,
    problem_at,
    rules_of,
    whole,
)
from govsim.engines.compiled.silent import breaks_silence, falls_silent
from govsim.model import demand
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, KNOWN, NO_INDEX, Kind, Outcome


@part
def begins(city: Any, p: int, code: int, u_heal: float) -> None:
    """A problem is in the world, and nobody else knows."""
    problem = problem_at(city, p)
    record_problem(city, Kind.BORN, problem, code, 0, problem.severity_at_birth, NO_INDEX)
    falls_silent(city, p, problem)
    heals_later(city, p, problem, whole(problem.born), u_heal)


@part
def heals_later(city: Any, p: int, problem: Any, since: int, u: float) -> None:
    """Some problems end by themselves."""
    after = demand.heals_after(class_at(city, problem.klass).self_heal, u)
    schedule(city, since + after, Rank.HEAL, problem.id, whole(problem.recurrences), p)


@part
def heals(city: Any, p: int, number: int, spell: int) -> None:
    """The problem has ended by itself, if it is still the same one."""
    problem = problem_at(city, p)
    if problem.id == number and problem.lives and problem.recurrences == spell:
        problem.lives = 0
        breaks_silence(city, p)
        record_problem(city, Kind.HEALED, problem, 0, known_flag(problem), 0.0, NO_INDEX)
        forget_if_over(city, p)


@part
def known_flag(problem: Any) -> int:
    """The flag of a problem that a grievance was once registered about."""
    return KNOWN if problem.known else 0


@part
def end(city: Any, p: int, outcome: int, lane: int) -> None:
    """An office has ended the problem, or mediators have; sometimes it comes back."""
    problem = problem_at(city, p)
    problem.lives = 0
    problem.terminated = 0
    breaks_silence(city, p)
    record_problem(city, Kind.SOLVED, problem, outcome, known_flag(problem), 0.0, NO_INDEX)
    u, after = pair(city, problem.id, Purpose.RECURRENCE, 2 * whole(problem.recurrences))
    rules = rules_of(city, community_of(problem)).closing
    recurs, law = rules.recurs, rules.recurs_after
    if lane != ABSENT:
        recurs, law = lane_at(city, lane).breaks, lane_at(city, lane).breaks_after
    if outcome == Outcome.SOLVED and u < recurs * city.loops.recurrence:
        when = city.now + rounded(city, law, after)
        if schedule(city, when, Rank.RECUR, problem.id, 0, p):
            problem.awaited += 1
            problem.comes_back = 1


# ---------------------------------------------------------------- rows


@part
def new_problem(city: Any) -> int:
    """A row for a problem."""
    p = city.free_problem
    if p == ABSENT:
        p = city.problems_used
        city.problems_used = p + 1
    else:
        city.free_problem = whole(problem_at(city, p).first_open)
        bring_problem(city, city.free_problem)
        city.problems_free -= 1
    return p


@part
def forget_if_over(city: Any, p: int) -> None:
    """A problem that has ended, and that nothing can come back to, needs no row."""
    problem = problem_at(city, p)
    if problem.lives or problem.awaited > 0 or problem.rows > 0:
        return
    m = whole(problem.first_member)
    while m != ABSENT:
        following = whole(member_at(city, m).next)
        member_at(city, m).next = city.free_member
        city.free_member = m
        city.members_free += 1
        m = following
    problem.id = ABSENT
    problem.first_open = city.free_problem
    city.free_problem = p
    city.problems_free += 1
