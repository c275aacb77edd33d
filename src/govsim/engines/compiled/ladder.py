"""The ladder of review has an end."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import office_gives_hours
from govsim.engines.compiled.draws import about_contact
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import rules_of, whole
from govsim.model.randomness import Purpose
from govsim.model.records import Errand, Kind


@part
def ends_the_ladder(city: Any, case: Any, problem: Any) -> None:
    """The last review is closed and the problem lives: that is the end of it."""
    facts = rules_of(city, case.office).termination
    if facts.share == 0.0 or case.ladder < facts.after:
        return
    if not problem.lives or problem.terminated:
        return
    u, _ = about_contact(city, case, Purpose.TERMINATED)
    if u < facts.share:
        problem.terminated = 1
        record_case(city, Kind.TERMINATED, case, 0, 0, 0.0)
        office_gives_hours(
            city, whole(case.office), whole(case.number), Errand.PAPERWORK, facts.file
        )
