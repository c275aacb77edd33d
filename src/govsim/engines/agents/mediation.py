"""Mediation: sessions between the parties, and what the sheet says of how they ended."""

from typing import TYPE_CHECKING

from govsim.engines.agents.cadre import Cadre
from govsim.engines.agents.lanes import Lane
from govsim.engines.agents.outsourcing import Contractor
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import purses
from govsim.model.lanes import due_in_week, sessions_needed
from govsim.model.laws import quantile, seconds
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, TRUE, Activity, Errand, Kind, Outcome, Wait

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

SESSION_BITS = 8  # of a draw's index, below the instance


class Mediation(Lane):
    """A desk of mediators."""

    def takes(self, grievance: Grievance, problem: Problem) -> None:
        """The parties are asked to come."""
        super().takes(grievance, problem)
        self.desk.join(grievance, Activity.HANDLE)

    def length_of_session(self, grievance: Grievance, problem: Problem) -> float:
        """Seconds at the table for an average mediator."""
        return quantile(self.facts.session, self._session(grievance, problem)[0])

    def _session(self, grievance: Grievance, problem: Problem) -> tuple[float, float]:
        """Two draws about the session at hand."""
        session = grievance.instances << SESSION_BITS | grievance.sessions
        return self.draws.about(problem, Purpose.SESSION_LENGTH, grievance.index | session)

    def session_over(self, grievance: Grievance, problem: Problem, cadre: Cadre) -> None:
        """The parties meet once more, or the mediation has ended."""
        gap = seconds(self.facts.gap, self._session(grievance, problem)[1])
        grievance.sessions += 1
        rank = self.draws.about(problem, Purpose.MEDIATION, grievance.index | grievance.instances)[
            0
        ]
        if grievance.sessions < sessions_needed(quantile(self.facts.sessions, rank)):
            self.office.wait(grievance, Wait.MEDIATION, gap, self.goes_on, grievance, problem)
        else:
            self.is_over(grievance, problem, cadre)

    def goes_on(self, grievance: Grievance, problem: Problem) -> None:
        """The next session, if the desk is still there."""
        if not problem.lives:
            self.office.close(grievance, Outcome.GONE)
        elif self.is_open():
            self.desk.join(grievance, Activity.HANDLE)
        else:
            self.gives_back(grievance)

    def is_over(self, grievance: Grievance, problem: Problem, cadre: Cadre) -> None:
        """An agreement; a failure that is written up; or a failure."""
        agreement, sheet = self.draws.about(
            problem, Purpose.AGREEMENT, grievance.index | grievance.instances
        )
        outcome = Outcome.REFERRED
        if agreement < self.facts.agrees:
            outcome = Outcome.SOLVED
        elif sheet < self.facts.written_up:
            outcome = Outcome.ON_PAPER
        now = self.clock.now
        self.city.record.stretch(
            Kind.MEDIATED, grievance, now, now,
            code=outcome, flags=TRUE if outcome == Outcome.SOLVED else 0, cadre=cadre.id,
        )  # fmt: skip
        self.is_paid()
        if outcome == Outcome.REFERRED:
            self.has_failed(grievance, problem)
        else:
            self.office.close(grievance, outcome)

    def accepts(self) -> bool:
        """No new case without money for it."""
        return super().accepts() and self.can_pay()

    def can_pay(self) -> bool:
        """Whether there is money for one more case."""
        return purses.can_pay(self.facts.subsidy, self.city.left(self.facts.purse))

    def is_paid(self) -> None:
        """By the case, whatever came of it, as long as there is money."""
        if self.facts.subsidy > 0.0 and self.can_pay():
            self.city.spends(self.facts.policy, self.facts.subsidy, self.facts.purse)

    def has_failed(self, grievance: Grievance, problem: Problem) -> None:
        """The next instance one tier up, the legal route, or back to the office's desks."""
        upper = self.facts.next_instance
        if upper != ABSENT and self.city.lanes[upper].accepts():
            self.goes_higher(grievance, problem, self.city.lanes[upper])
        elif self.facts.to_law:
            self.office.close(grievance, Outcome.REFERRED)
        else:
            self.gives_back(grievance)

    def goes_higher(self, grievance: Grievance, problem: Problem, upper: Lane) -> None:
        """To the mediators of the office above."""
        grievance.escalations += 1
        self.office.moves(grievance, upper.office, Kind.ESCALATED, grievance.goes_up())
        grievance.instances += 1
        upper.takes(grievance, problem)

    def week_ends(self, week: int) -> None:
        """Who is paid by the case splits cases and invents some."""
        super().week_ends(week)
        for turn in range(self.employed() * due_in_week(week, self.facts.invented)):
            if not self.can_pay():
                break
            self.city.record.cadre(Kind.MEDIATED, ABSENT, self.office.id, code=Outcome.ON_PAPER)
            self.is_paid()
            self.desk.gives_hours(turn, Errand.PAPERWORK, self.facts.invented_work)


def lane_of(city: "City", number: int) -> Lane:
    """The special desk of that number."""
    mediates = city.plan.lanes[number].mediates
    return Mediation(city, number) if mediates else Contractor(city, number)
