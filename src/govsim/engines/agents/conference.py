"""Departments at one table: on a fixed day for all cases that wait, or called for one case."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.desk import ORDINARY_CLASS, Desk
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import demand
from govsim.model.conferences import perfunctory_probability
from govsim.model.laws import seconds
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, TRUE, Activity, Errand, Kind, Outcome, Table, Wait

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Conference:
    """One office's conference. Cases wait at its table, the loud ones first."""

    def __init__(self, city: "City", number: int) -> None:
        self.city = city
        self.clock = city.clock
        self.draws = city.draws
        self.id = number
        self.facts = city.plan.conferences[number]
        self.office = city.offices[self.facts.office]
        self.office.conferences.append(self)
        self.table = city.desks[self.facts.desk]
        self.held = 0  # meetings so far

    def takes(self, grievance: Grievance, problem: Problem) -> bool:
        """A case for several departments is called for at once, or waits for the next meeting."""
        facts = self.facts
        if grievance.conferred or not facts.begins <= self.clock.now < facts.ends:
            return False
        if self.draws.about(problem, Purpose.CONFERENCE, self._index(grievance))[0] >= facts.share:
            return False
        if facts.on_demand and (not facts.periodic or self.is_pressing(grievance)):
            self.calls(grievance, problem)
        elif self.held < len(facts.meetings):
            self.table.join(grievance, Activity.HANDLE)
        else:
            return False
        return True

    def _index(self, grievance: Grievance) -> int:
        return grievance.index | self.facts.policy

    def is_pressing(self, grievance: Grievance) -> bool:
        """Serious, a leader's, watched by superiors, or of somebody who threatens."""
        return self.table.priority(grievance) < ORDINARY_CLASS

    def departments(self, problem: Problem) -> list[Desk]:
        """The desks that must act, the owner's first."""
        desks = self.office.facts.desks
        first = demand.number_below(len(desks), problem.owner)
        count = min(problem.departments, len(desks))
        return [self.city.desks[desks[(first + i) % len(desks)]] for i in range(count)]

    # ------------------------------------------------------------ on demand

    def calls(self, grievance: Grievance, problem: Problem) -> None:
        """The whistle is blown; the departments take their time."""
        for desk in self.departments(problem):
            desk.calls.count(self.clock.now)
        delay = self.draws.about(problem, Purpose.PERFUNCTORY, self._index(grievance))[0]
        wait = seconds(self.facts.arrives, delay)
        self.office.wait(grievance, Wait.CONFERENCE, wait, self.arrive, grievance, problem)

    def arrive(self, grievance: Grievance, problem: Problem) -> None:
        """They are there; who is called too often only shows a face, and hours are gone."""
        if not problem.lives:
            self.office.close(grievance, Outcome.GONE)
            return
        facts = self.facts
        desks = self.departments(problem)
        most = max(desk.calls.lately(self.clock.now) for desk in desks)
        chance = perfunctory_probability(most, facts.bearable, facts.perfunctory)
        u = self.draws.about(problem, Purpose.PERFUNCTORY, self._index(grievance))[1]
        self.sit(desks, grievance.number, facts.hours_per_call)
        self.record(grievance, len(desks), Table.ON_DEMAND, settled=u >= chance)
        if u >= chance:
            self.settles(grievance, problem)
        else:
            grievance.conferred = True
            self.office.goes_to_next_department(grievance)

    # ------------------------------------------------------------ on a fixed day

    def meets(self) -> Generator[Event, None, None]:
        """One meeting after the other."""
        for number, moment in enumerate(self.facts.meetings):
            yield self.clock.at(moment, Rank.CONFERENCE, self.id)
            self.held = number + 1
            self.meeting_ends(number)

    def meeting_ends(self, number: int) -> None:
        """As many cases as the agenda holds have been dealt with."""
        cases: list[Grievance] = []
        while len(cases) < self.facts.at_most:
            grievance = self.table.next_case()
            if grievance is None:
                break
            grievance.queued = False
            cases.append(grievance)
        for grievance in cases:
            self.deals_with(grievance, number, self.facts.length // len(cases))
        if cases and self.office.facts.leaders_desk != ABSENT:
            chair = self.city.desks[self.office.facts.leaders_desk]
            chair.gives_hours(number, Errand.MEETING, self.facts.length)

    def deals_with(self, grievance: Grievance, number: int, length: int) -> None:
        """The departments of one case have come to terms."""
        self.has_waited(grievance)
        problem = self.city.problem_of(grievance)
        if not problem.lives:
            self.office.close(grievance, Outcome.GONE)
            return
        desks = self.departments(problem)
        self.sit(desks, number, length + self.facts.preparation)
        self.record(grievance, len(desks), Table.PERIODIC, settled=True)
        self.settles(grievance, problem)

    def is_over(self) -> Generator[Event, None, None]:
        """The policy has ended: what still waits goes the ordinary way."""
        yield self.clock.at(self.facts.ends, Rank.CONFERENCE, self.id)
        grievance = self.table.next_case()
        while grievance is not None:
            grievance.queued = False
            self.has_waited(grievance)
            self.office.goes_to_next_department(grievance)
            grievance = self.table.next_case()

    # ------------------------------------------------------------ both

    def has_waited(self, grievance: Grievance) -> None:
        """The wait at the table is over."""
        begun = grievance.enabled
        self.city.record.stretch(Kind.WAITED, grievance, begun, begun, code=Wait.CONFERENCE)

    def sit(self, desks: list[Desk], turn: int, length: int) -> None:
        """Every department gives hours."""
        for desk in desks:
            desk.gives_hours(turn, Errand.MEETING, length)

    def record(self, grievance: Grievance, count: int, table: Table, *, settled: bool) -> None:
        """How it went."""
        self.city.record.case(
            Kind.CONFERRED, grievance,
            code=table, flags=TRUE if settled else 0, value=float(count),
        )  # fmt: skip

    def settles(self, grievance: Grievance, problem: Problem) -> None:
        """All departments have acted."""
        grievance.departments_done = problem.departments - 1
        grievance.led = grievance.led or self.facts.lead
        self.office.proceed(grievance, problem)
