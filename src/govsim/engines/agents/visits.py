"""Visiting sessions: leaders sit in the community of an evening, or cadres go from door to door."""

from govsim.engines.agents.sessions import Sessions
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import residents
from govsim.model.plan import Session
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, Activity, Errand, Kind


class VisitPolicy(Sessions):
    """One policy of visits and its planned sessions."""

    def session_ends(self, session: Session) -> None:
        """Residents have brought their problems forward; hours were given."""
        brought = [
            problem
            for problem, rank in self.serious(
                session, Purpose.BROUGHT_FORWARD, self.facts.likeliest
            )
            if self.is_brought_forward(problem, rank)
        ][: self.facts.at_most]
        for problem in brought:
            self.hears(problem, session)
        self.record(session, len(brought))
        self.counts_hours(session)

    def is_brought_forward(self, problem: Problem, rank: float) -> bool:
        """Whether the resident comes with this problem (or tells of it at the door)."""
        resident = self.city.resident(problem.resident)
        chance = self.facts.turnout[resident.segment] * resident.willingness()
        return rank < residents.clip(chance)

    def hears(self, problem: Problem, session: Session) -> None:
        """The problem goes on the ledger, perhaps decided on the spot."""
        led = session.leader != ABSENT
        if led:
            self.city.resident(problem.resident).met_leader = True
        first = self.facts.leaders_case_first and led
        grievance = self.takes_down(problem, session, leaders_case=first)
        if grievance is None:
            return
        if self.is_decided_on_the_spot(problem, session):
            self.decides(grievance, problem)
        else:
            self.city.ledger.triage(grievance)

    def is_decided_on_the_spot(self, problem: Problem, session: Session) -> bool:
        """A leader may decide at once what the leader's own tier could solve."""
        if session.leader == ABSENT or not self.city.plan.classes[problem.klass].reasonable:
            return False
        desk = self.city.plan.cadres[session.leader].desk
        tier = self.city.offices[self.city.plan.desks[desk].office].facts.tier
        u = self.city.draws.about(problem, Purpose.ON_THE_SPOT)[0]
        return u < self.facts.on_the_spot and self.city.tier_needed(problem) <= tier

    def decides(self, grievance: Grievance, problem: Problem) -> None:
        """No hop and no wrong dispatch: straight to those who carry it out, and a reply at once."""
        grievance.decided = True
        grievance.settled_in_substance = True
        home = self.city.offices[grievance.home]
        home.reply(grievance)
        tier = self.city.tier_needed(problem)
        office = self.city.offices[self.city.path(problem.community)[tier]]
        if office is not home:
            home.release(grievance)
            office.receive(grievance)
            self.city.record.case(
                Kind.ESCALATED, grievance, flags=grievance.goes_up(), value=float(home.id)
            )
        office.dispatch(grievance, 0.0, Activity.HANDLE)

    def counts_hours(self, session: Session) -> None:
        """The evening, the way there, and hours taken back later."""
        length = session.ends - session.starts
        for number in session.companions:
            self.gives(number, Errand.VISIT, length, session)
        if session.leader != ABSENT:
            self.gives(session.leader, Errand.VISIT, length, session)
            self.gives(session.leader, Errand.TRAVEL, self.facts.travel, session)
