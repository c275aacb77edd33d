"""Superiors watch some grievances from the first day on, and look into some closings."""

from typing import TYPE_CHECKING

from govsim.engines.agents.things import Grievance, Problem
from govsim.model import oversight
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import AGAIN, TRUE, Errand, Kind, Outcome

if TYPE_CHECKING:
    from govsim.engines.agents.city import City
    from govsim.engines.agents.office import Office


class Supervision:
    """What the office above does about the cases of the offices below it."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.clock = city.clock

    def above(self, office: "Office") -> "Office | None":
        """Who watches an office: nobody watches the highest."""
        parent = office.facts.parent
        return self.city.offices[parent] if parent >= 0 else None

    # ------------------------------------------------------------ watching

    def watches(self, grievance: Grievance) -> None:
        """Some are watched from registration on; each is a report to write, and one to read."""
        office = self.city.offices[grievance.home]
        facts, above = office.rules.supervision, self.above(office)
        if above is None or facts.watched == 0.0:
            return
        if self.city.about_contact(grievance, Purpose.WATCHED)[0] < facts.watched:
            grievance.watched = True
            office.gives_hours(grievance.number, Errand.PAPERWORK, facts.paperwork)
            above.gives_hours(grievance.number, Errand.PAPERWORK, facts.paperwork)

    def reminds(self, grievance: Grievance, wait: int) -> int:
        """When the reply to a watched grievance is ready that is now begun to be prepared."""
        facts = self.city.offices[grievance.office].rules.supervision
        if facts.rush == 0.0 or grievance.reply_due == NEVER:
            return NEVER
        due, term = grievance.reply_due, grievance.reply_term
        first = due - int((1.0 - facts.reminder) * term)
        last = due - int((1.0 - facts.last_reminder) * term)
        return oversight.reminded(self.clock.now, wait, first, last, facts.rush)

    # ------------------------------------------------------------ inspecting

    def may_inspect(self, grievance: Grievance, problem: Problem) -> None:
        """Some closings are looked into, some days later."""
        office = self.city.offices[grievance.office]
        facts, closing = office.rules.supervision, grievance.closings
        if self.above(office) is None or facts.inspected == 0.0:
            return
        index = grievance.index | closing
        if self.city.draws.about(problem, Purpose.INSPECTED, index)[0] < facts.inspected:
            self.clock.call(
                self.clock.now + facts.inspected_after, Rank.INSPECT, grievance.number,
                self.inspects, grievance, problem, closing,
            )  # fmt: skip

    def inspects(self, grievance: Grievance, problem: Problem, closing: int) -> None:
        """Somebody goes and looks; what was closed with nothing done is opened again."""
        office = self.city.offices[grievance.office]
        facts, above = office.rules.supervision, self.above(office)
        taken_up = grievance.open or grievance.withdrawn or grievance.closings != closing
        if taken_up or facts.inspected == 0.0:
            return  # in hand already, or no longer anybody's task
        assert above is not None
        sham = grievance.outcome in (Outcome.ON_PAPER, Outcome.CLEARED_OUT)
        again = sham and problem.lives and not problem.open_grievances
        flags = (0 if problem.lives else TRUE) | (AGAIN if again else 0)
        self.city.record.case(Kind.INSPECTED, grievance, code=grievance.outcome, flags=flags)
        above.gives_hours(grievance.number, Errand.INSPECTION, facts.inspection)
        if again:
            self.city.ledger.reopen(grievance, problem)
