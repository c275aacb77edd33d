"""A hotline: callers wait for an operator or hang up; operators answer, write tickets, call back.

Operators do nothing else, and calls are taken in the order in which they come in. So it is known
at once when a call will be taken: when the line that is free first is free.
"""

from typing import TYPE_CHECKING

from govsim.engines.agents.cadre import Cadre
from govsim.model.laws import seconds
from govsim.model.plan import NEVER, Hotline
from govsim.model.randomness import Purpose
from govsim.model.records import Errand, Kind

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class CallCentre:
    """The operators of one hotline."""

    def __init__(self, city: "City", facts: Hotline) -> None:
        self.city = city
        self.facts = facts
        self.office = city.plan.desks[facts.desk].office
        self.free_at = dict.fromkeys(city.plan.desks[facts.desk].cadres, 0)

    def takes_call(self, subject: int, index: int) -> bool:
        """Whether the caller gets through before hanging up."""
        u, v = self.city.draws.pair(subject, Purpose.CALL, index)
        return self._takes_a_line(seconds(self.facts.patience, v), seconds(self.facts.call, u))

    def answers_at_once(self, enquiry: int) -> bool:
        """Whether the operator knows the answer."""
        u, _ = self.city.draws.pair(enquiry, Purpose.DIRECT_ANSWER)
        return u < self.facts.direct_answers

    def calls_back(self) -> bool:
        """A call to a resident whose case is closed, if somebody has time for it now."""
        return self._takes_a_line(0, self.facts.call_back)

    def is_in_service(self) -> bool:
        """Whether anybody sits there."""
        return any(cadre.is_employed(self.city.clock.now) for cadre in self._operators())

    def _operators(self) -> list[Cadre]:
        return self.city.desks[self.facts.desk].cadres

    def _takes_a_line(self, patience: int, length: int) -> bool:
        """The line that is free first, if that is soon enough."""
        now, free_at = self.city.clock.now, self.free_at
        there = [cadre.id for cadre in self._operators() if cadre.is_employed(now)]
        if not there:
            return False
        line = min(there, key=lambda cadre: (max(free_at[cadre], now), cadre))
        begins = max(free_at[line], now)
        if begins - now > patience:
            return False
        free_at[line] = min(begins + length, NEVER)
        self.city.record.cadre(
            Kind.HOURS, line, self.office, code=Errand.CALLS, value=float(length)
        )
        return True
