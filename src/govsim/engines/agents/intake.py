"""Triage at intake: a desk looks at each new grievance before anybody handles it."""

from typing import TYPE_CHECKING

from govsim.engines.agents.things import Grievance
from govsim.model.randomness import Purpose
from govsim.model.records import Errand, Outcome

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Intake:
    """What the first desk of an office finds out about a grievance at the counter."""

    def __init__(self, city: "City") -> None:
        self.city = city

    def closes(self, grievance: Grievance) -> bool:
        """Sort a grievance that has just been registered; whether that is the end of it."""
        office = self.city.offices[grievance.office]
        facts = office.rules.intake
        if facts.work > 0:
            desk = self.city.desks[office.facts.desks[0]]
            desk.gives_hours(grievance.number, Errand.TRIAGE, facts.work)
        if facts.merges == 0.0 and facts.turns_away == 0.0 and facts.misjudges == 0.0:
            return False
        seems, same = self.city.about_contact(grievance, Purpose.INTAKE)
        if same < facts.merges and self._is_known_here(grievance):
            office.close(grievance, Outcome.DUPLICATE)
            return True
        problem = self.city.problem_of(grievance)
        reasonable = self.city.plan.classes[problem.klass].reasonable
        chance = facts.misjudges if reasonable else facts.turns_away
        grievance.turned_away = seems < chance and not _is_spared(grievance)
        return False

    def _is_known_here(self, grievance: Grievance) -> bool:
        """Whether another grievance about the same problem lies in the same office."""
        others = self.city.problem_of(grievance).open_grievances.values()
        return any(o is not grievance and o.office == grievance.office for o in others)


def _is_spared(grievance: Grievance) -> bool:
    """Nobody turns away a leader's case, a review, or somebody who threatens to go higher."""
    return grievance.leaders_case or grievance.ladder > 0 or grievance.threatens
