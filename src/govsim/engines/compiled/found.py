"""What a session finds: in which order it is heard, and how it goes on the ledger."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.ledger import next_contact, register, triage
from govsim.engines.compiled.rows import case_at, problem_at, scratch, whole
from govsim.engines.compiled.termination import turns_away
from govsim.model.records import ABSENT, Origin


@part
def among_the_first(city: Any, p: int, count: int, at_most: int) -> int:
    """Put a problem where it belongs among those in scratch, by id: how many are there now."""
    heard = scratch(city)
    place = count
    while place > 0 and problem_at(city, heard[place - 1]).id > problem_at(city, p).id:
        place -= 1
    if place == at_most:
        return count
    for i in range(min(count, at_most - 1), place, -1):
        heard[i] = heard[i - 1]
    heard[place] = p
    return min(count + 1, at_most)


@part
def takes_down(city: Any, p: int, session: Any, facts: Any, leaders_case: int) -> int:
    """The problem goes on the ledger, taken in; ABSENT if it is a matter taken up no more."""
    problem = problem_at(city, p)
    r, place = whole(problem.resident), session.community
    if turns_away(city, p, 0, r, problem.resident_id, Origin.FOUND, facts.channel, place):
        return ABSENT
    contact = next_contact(city, problem, 0)
    c = register(
        city,
        p,
        0,
        contact,
        r,
        problem.resident_id,
        Origin.FOUND,
        facts.channel,
        place,
        leaders_case,
        0,
        0,
    )
    case_at(city, c).taken_in = 1
    return c


@part
def reports(city: Any, p: int, session: Any, facts: Any) -> None:
    """One more case in the queues of the same offices."""
    c = takes_down(city, p, session, facts, 0)
    if c != ABSENT:
        triage(city, c, ABSENT)
