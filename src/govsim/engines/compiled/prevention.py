"""Problems that do not begin: talked over in time, or their cause is gone."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.draws import one
from govsim.engines.compiled.recorder import record_problem
from govsim.engines.compiled.rows import (
    assembly_at,
    community_of,
    council_at,
    planner_at,
    prevents,
    removed,
    visits_at,
    whole,
)
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, NO_INDEX, Kind, Prevention


@part
def is_prevented(city: Any, problem: Any) -> bool:
    """Whether a new problem does not begin after all."""
    code = whole(ABSENT)
    if city.council_count > 0 and _is_talked_over(city, problem):
        code = whole(Prevention.COUNCIL)
    elif city.planner_count > 0 and _has_no_cause(city, problem):
        code = whole(Prevention.PROJECT)
    if code == ABSENT:
        return False
    record_problem(city, Kind.PREVENTED, problem, code, 0, problem.severity_at_birth, NO_INDEX)
    return True


@part
def _is_talked_over(city: Any, problem: Any) -> bool:
    """What residents talk over does not become a quarrel, while they still meet."""
    community = community_of(problem)
    for number in range(city.council_count):
        assembly = assembly_at(city, number * city.community_count + community)
        if city.now < assembly.until:
            policy = visits_at(city, council_at(city, number).visits).policy
            u = one(city, problem.id, Purpose.PREVENTED, policy)
            share = prevents(city)[number * city.class_count + problem.klass]
            if u < share * assembly.participation:
                return True
    return False


@part
def _has_no_cause(city: Any, problem: Any) -> bool:
    """Whether the cause of this problem has been removed."""
    community = community_of(problem)
    for number in range(city.planner_count):
        place = (number * city.community_count + community) * city.class_count
        share = removed(city)[place + problem.klass]
        if share > 0.0:
            policy = planner_at(city, number).policy
            if one(city, problem.id, Purpose.PREVENTED, policy) < share:
                return True
    return False
