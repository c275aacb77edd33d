"""A hotline: callers wait for an operator or hang up; operators answer, write tickets, call back.

Operators do nothing else, and calls are taken in the order in which they come in. So it is known
at once when a call will be taken: when the line that is free first is free.
"""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.draws import one, pair, rounded
from govsim.engines.compiled.recorder import record_cadre
from govsim.engines.compiled.rows import cadre_at, desk_at, desk_cadres, hotline_at
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, Errand, Kind


@part
def takes_call(city: Any, h: int, subject: int, index: int) -> bool:
    """Whether the caller gets through before hanging up."""
    facts = hotline_at(city, h)
    u, v = pair(city, subject, Purpose.CALL, index)
    patience = rounded(city, facts.patience, v)
    return _takes_a_line(city, facts.desk, patience, rounded(city, facts.call, u))


@part
def answers_at_once(city: Any, h: int, enquiry: int) -> bool:
    """Whether the operator knows the answer."""
    return one(city, enquiry, Purpose.DIRECT_ANSWER, 0) < hotline_at(city, h).direct_answers


@part
def calls_back(city: Any, h: int) -> bool:
    """A call to a resident whose case is closed, if somebody has time for it now."""
    facts = hotline_at(city, h)
    return _takes_a_line(city, facts.desk, 0, facts.call_back)


@part
def who_calls_back(city: Any) -> int:
    """The hotline whose operators call residents back; without one (ABSENT), offices do."""
    for h in range(city.hotline_count):
        if _line(city, hotline_at(city, h).desk) != ABSENT:
            return h
    return ABSENT


@part
def _takes_a_line(city: Any, d: int, patience: int, length: int) -> bool:
    """The line that is free first, if that is soon enough."""
    k = _line(city, d)
    if k == ABSENT:
        return False
    line = cadre_at(city, k)
    begins = max(line.free_at, city.now)
    if begins - city.now > patience:
        return False
    line.free_at = min(begins + length, NEVER)
    record_cadre(city, Kind.HOURS, k, desk_at(city, d).office, Errand.CALLS, 0, float(length))
    return True


@part
def _line(city: Any, d: int) -> int:
    """The first to be free of those who sit there now; ABSENT if nobody does."""
    desk = desk_at(city, d)
    first, soonest = ABSENT, NEVER + 1
    for place in range(desk.first_cadre, desk.first_cadre + desk.cadres):
        k = desk_cadres(city)[place]
        line = cadre_at(city, k)
        if line.joins <= city.now < line.leaves and max(line.free_at, city.now) < soonest:
            first, soonest = k, max(line.free_at, city.now)
    return first
