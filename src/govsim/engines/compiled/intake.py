"""Triage at intake: a desk looks at each new grievance before anybody handles it."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import desk_gives_hours
from govsim.engines.compiled.closing import close
from govsim.engines.compiled.draws import about_contact
from govsim.engines.compiled.rows import (
    case_at,
    class_at,
    office_at,
    office_desks,
    problem_at,
    rules_of,
    whole,
)
from govsim.engines.compiled.shapes import TURNED_AWAY
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, Errand, Outcome


@part
def closes_at_intake(city: Any, c: int) -> bool:
    """Sort a grievance that has just been registered; whether that is the end of it."""
    case = case_at(city, c)
    facts = rules_of(city, case.office).intake
    if facts.work > 0:
        desk = office_desks(city)[office_at(city, case.office).first_desk]
        desk_gives_hours(city, desk, case.number, Errand.TRIAGE, facts.work)
    if facts.merges == 0.0 and facts.turns_away == 0.0 and facts.misjudges == 0.0:
        return False
    seems, same = about_contact(city, case, Purpose.INTAKE)
    if same < facts.merges and _is_known_here(city, c, case):
        close(city, c, Outcome.DUPLICATE)
        return True
    chance = facts.misjudges if class_at(city, case.klass).reasonable else facts.turns_away
    spared = case.leaders_case or case.ladder > 0 or case.threatens
    case.barred = TURNED_AWAY if seems < chance and not spared else 0
    return False


@part
def _is_known_here(city: Any, c: int, case: Any) -> bool:
    """Whether another grievance about the same problem lies in the same office."""
    other = whole(problem_at(city, case.problem).first_open)
    while other != ABSENT:
        if other != c and case_at(city, other).office == case.office:
            return True
        other = whole(case_at(city, other).next_open)
    return False
