"""Special desks: a policy opens one in an office, and it takes cases of some classes."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.cadre import WEEK
from govsim.engines.agents.things import Grievance, Problem
from govsim.model.lanes import is_taken
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import Activity, Errand, Kind

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

LANES = 1 << 40  # above the keys of conferences


class Lane:
    """What all special desks have in common: what they take, their weeks, and their end."""

    def __init__(self, city: "City", number: int) -> None:
        self.city = city
        self.clock = city.clock
        self.draws = city.draws
        self.id = number
        self.facts = city.plan.lanes[number]
        self.office = city.offices[self.facts.office]
        self.office.lanes.append(self)
        self.desk = city.desks[self.facts.desk]

    def employed(self) -> int:
        """How many people work there now."""
        return sum(cadre.is_employed(self.clock.now) for cadre in self.desk.cadres)

    def is_open(self) -> bool:
        """While the policy lasts, and somebody is there."""
        return self.facts.begins <= self.clock.now < self.facts.ends and self.employed() > 0

    def wants(self, grievance: Grievance, problem: Problem) -> bool:
        """A share of the milder cases of its classes, each once; no reviews, nothing decided.

        Those that triage has turned away are explained by the office itself.
        """
        share = self.facts.share[problem.klass]
        if share <= 0.0 or grievance.been_at_lane or grievance.decided or grievance.ladder > 0:
            return False
        if grievance.turned_away:
            return False
        u = self.draws.about(problem, Purpose.LANE, grievance.index | self.facts.policy)[0]
        severity = self.city.severity(problem)
        return is_taken(u, share, severity, self.facts.severity_below) and self.accepts()

    def accepts(self) -> bool:
        """Whether it takes new cases today."""
        return self.is_open()

    def fetches(self, grievance: Grievance) -> None:
        """A file of an office below comes up, at once."""
        office = self.city.offices[grievance.office]
        if office is not self.office:
            office.moves(grievance, self.office, Kind.ESCALATED, grievance.goes_up())

    def takes(self, grievance: Grievance, problem: Problem) -> None:
        """From now on the case is in its hands."""
        grievance.lane = self.id
        grievance.been_at_lane = True
        grievance.sessions = 0

    def gives_back(self, grievance: Grievance) -> None:
        """To the office's own desks."""
        self.office.dispatch(grievance, self.office.transfer_error(grievance), Activity.HANDLE)

    # ------------------------------------------------------------ week by week

    def weeks_pass(self) -> Generator[Event, None, None]:
        """Looking after it takes the office's own hours; at its end the cases come back."""
        week, until = 0, self.facts.begins
        while until < self.facts.ends:
            week += 1
            until = min(self.facts.begins + week * WEEK, self.facts.ends)
            yield self.clock.at(until, Rank.CONFERENCE, LANES | self.id)
            if until == self.facts.begins + week * WEEK:
                self.week_ends(week)
        self.closes()

    def week_ends(self, week: int) -> None:
        """The contract is looked after, by the office's desks in turn."""
        desks = self.office.facts.desks
        desk = self.city.desks[desks[week % len(desks)]]
        desk.gives_hours(week // len(desks), Errand.PAPERWORK, self.facts.management)

    def closes(self) -> None:
        """What waits there goes back; what is in work is brought to its end."""
        grievance = self.desk.next_case()
        while grievance is not None:
            self.gives_back(grievance)
            grievance = self.desk.next_case()
