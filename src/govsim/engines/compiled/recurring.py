"""A problem comes back."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.draws import one
from govsim.engines.compiled.ledger import contact
from govsim.engines.compiled.problems import heals_later, known_flag
from govsim.engines.compiled.recorder import record_problem
from govsim.engines.compiled.resident import choose_channel, willingness
from govsim.engines.compiled.rows import problem_at, resident_at, whole
from govsim.engines.compiled.silent import falls_silent
from govsim.model import residents
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, NO_INDEX, Kind, Origin


@part
def recurs(city: Any, p: int) -> None:
    """The solution did not hold; the resident may speak up once more."""
    problem = problem_at(city, p)
    problem.recurrences += 1
    problem.lives = 1
    problem.comes_back = 0
    record_problem(city, Kind.RECURRED, problem, 0, known_flag(problem), 0.0, NO_INDEX)
    if problem.open_grievances == 0:
        falls_silent(city, p, problem)
    u_heal = one(city, problem.id, Purpose.HEAL_TIER, whole(problem.recurrences))
    heals_later(city, p, problem, city.now, u_heal)
    resident = resident_at(city, problem.resident)
    u = one(city, problem.id, Purpose.RECURRENCE, 2 * whole(problem.recurrences) - 1)
    chance = city.after_closing.contact_again * city.loops.reopening
    if u < residents.clip(chance * willingness(city, resident)):
        segment = whole(resident.segment)
        channel = choose_channel(city, problem.id, 0, whole(problem.contacts), segment, ABSENT)
        r = whole(problem.resident)
        contact(city, p, 0, r, problem.resident_id, Origin.REPEAT, channel, 0)
