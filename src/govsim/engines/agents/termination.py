"""The ladder of review has an end: then a matter is taken up no more, whether it is over or not."""

from typing import TYPE_CHECKING

from govsim.engines.agents.resident import Resident
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import residents
from govsim.model.randomness import Purpose, contact_index
from govsim.model.records import Errand, Kind, Origin

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

CALLS = (Origin.FELLOW, Origin.REPEAT)  # made by the channel, not at the office above


class Termination:
    """Terminates matters, and turns away who comes back about them."""

    def __init__(self, city: "City") -> None:
        self.city = city

    def ends_the_ladder(self, grievance: Grievance, problem: Problem) -> None:
        """The last review is closed and the problem lives: that is the end of it."""
        office = self.city.offices[grievance.office]
        facts = office.rules.termination
        if facts.share == 0.0 or grievance.ladder < facts.after:
            return
        if not problem.lives or problem.terminated:
            return
        if self.city.about_contact(grievance, Purpose.TERMINATED)[0] < facts.share:
            problem.terminated = True
            self.city.record.case(Kind.TERMINATED, grievance)
            office.gives_hours(grievance.number, Errand.PAPERWORK, facts.file)

    def turns_back(
        self, grievance: Grievance, problem: Problem, resident: Resident, origin: Origin
    ) -> bool:
        """Whether somebody who has been here before is turned away."""
        home = grievance.home
        if origin != Origin.REPEAT:
            home = self.city.plan.offices[home].parent
        return self.turns_away(problem, grievance.member, resident, origin, grievance.channel, home)

    def turns_away(
        self,
        problem: Problem,
        member: int,
        resident: Resident,
        origin: Origin,
        channel: int,
        home: int,
    ) -> bool:
        """Whether an office does not take a contact; a crowd cannot be turned away.

        Who calls a hotline must get through, to hear that.
        """
        office = self.city.offices[home]
        facts = office.rules.termination
        if not problem.terminated or facts.share == 0.0:
            return False
        contact = problem.contacts.get(member, 0)
        problem.contacts[member] = contact + 1
        index = contact_index(member, contact, 0)
        hotline = self.city.hotlines.get(channel) if origin in CALLS else None
        if hotline is not None and not hotline.takes_call(problem.id, index):
            self.city.record.problem(Kind.NOT_RECORDED, problem, code=origin, channel=channel)
            return True
        self.city.record.problem(Kind.TURNED_AWAY, problem, code=origin, channel=channel)
        office.gives_hours(contact, Errand.PAPERWORK, facts.turning_away)
        strength = self.city.plan.loops.trust
        resident.set_trust(residents.lost(resident.trust_now(), facts.trust_loss, strength))
        if self.city.draws.about(problem, Purpose.CROWD, index)[0] < facts.crowd:
            self.comes_in_a_crowd(problem, member, contact, resident, channel, home)
        return True

    def comes_in_a_crowd(
        self,
        problem: Problem,
        member: int,
        contact: int,
        resident: Resident,
        channel: int,
        home: int,
    ) -> None:
        """With family and neighbours to the office above, where the matter is written down."""
        above = max(self.city.plan.offices[home].parent, home)
        grievance = self.city.ledger.register(
            problem, member, contact, resident, Origin.SKIP_LEVEL, channel, above, threatens=True
        )
        self.city.ledger.triage(grievance)
