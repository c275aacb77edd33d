"""A contractor, or volunteers: two hand-overs, and their own people in between."""

from govsim.engines.agents.lanes import Lane
from govsim.engines.agents.things import Grievance, Problem
from govsim.model.laws import seconds
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, Activity, Outcome, Wait


class Contractor(Lane):
    """Does what the office's own desks would have done."""

    def takes(self, grievance: Grievance, problem: Problem) -> None:
        """On the way there."""
        super().takes(grievance, problem)
        self.hand_over(grievance, problem)

    def hands_back(self, grievance: Grievance, problem: Problem) -> None:
        """Done; the office looks at it."""
        grievance.sessions = 1
        self.hand_over(grievance, problem)

    def hand_over(self, grievance: Grievance, problem: Problem) -> None:
        """There, or back."""
        ranks = self.draws.about(problem, Purpose.HANDOVER, grievance.index | self.facts.policy)
        wait = seconds(self.facts.hand_over, ranks[grievance.sessions])
        self.office.wait(grievance, Wait.HANDOVER, wait, self.is_handed_over, grievance, problem)

    def is_handed_over(self, grievance: Grievance, problem: Problem) -> None:
        """At the contractor's, unless the contract has ended meanwhile; or back at the office."""
        if not problem.lives:
            self.office.close(grievance, Outcome.GONE)
        elif grievance.sessions > 0:
            grievance.lane = ABSENT
            self.office.proceed(grievance, problem)
        elif self.is_open():
            self.desk.join(grievance, Activity.HANDLE)
        else:
            self.gives_back(grievance)
