"""Patrols: grid workers go round, see what can be seen, mend what is small, report the rest."""

from typing import TYPE_CHECKING

from govsim.engines.agents.sessions import Sessions
from govsim.engines.agents.things import Problem
from govsim.model import demand, residents
from govsim.model.plan import DAY, Session, Visits
from govsim.model.randomness import Purpose, resident_id, trifle_id
from govsim.model.records import NO_INDEX, Errand, Outcome

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class PatrolPolicy(Sessions):
    """One policy of patrols: a round in each community and week."""

    def __init__(self, city: "City", facts: Visits) -> None:
        super().__init__(city, facts)
        self.patrol = city.plan.patrols[facts.number]

    def session_ends(self, session: Session) -> None:
        """The round is over: what was noticed, what had to be reported, who felt watched."""
        noticed = [
            problem
            for problem, _ in self.serious(session, Purpose.PATROLLED, session.chance)
            if self.can_be_seen(problem)
        ]
        for problem in noticed:
            self.notices(problem, session)
        for number in range(self.patrol.trivial * len(session.companions)):
            self.reports_a_trifle(session, number)
        for door in range(self.patrol.doors * len(session.companions)):
            self.knocks_at(session, door)
        self.record(session, len(noticed))
        for number in session.companions:
            self.spends(number, Errand.PATROL, self.facts.travel, overtime=False)

    def can_be_seen(self, problem: Problem) -> bool:
        """What lies behind doors, no patrol ever finds."""
        u = self.city.draws.about(problem, Purpose.VISIBLE)[0]
        return u < self.patrol.visible[problem.klass]

    def notices(self, problem: Problem, session: Session) -> None:
        """Mended on the spot, or one more case in the queues of the same offices."""
        if self.is_mended(problem, session):
            resident = self.city.resident(problem.resident)
            moves = self.city.plan.trust.gain_when_satisfied
            self.city.problems.end(problem, Outcome.FIXED)
            resident.set_trust(
                residents.gained(resident.trust_now(), moves, self.city.plan.loops.trust)
            )
        else:
            self.reports(problem, session)

    def is_mended(self, problem: Problem, session: Session) -> bool:
        """Only what is small, and what the community may settle itself."""
        reasonable = self.city.plan.classes[problem.klass].reasonable
        if not reasonable or self.city.tier_needed(problem) > 0:
            return False
        u = self.city.draws.about(problem, Purpose.MENDED, self.key(session))[0]
        return u < self.patrol.mends and self.city.severity(problem) < self.patrol.mild

    def reports_a_trifle(self, session: Session, number: int) -> None:
        """The quota wants reports: the community's desk has to look at each."""
        day = self.city.clock.now // DAY
        subject = trifle_id(session.community, day, self.facts.policy, number)
        place, channel = session.community, self.facts.channel
        self.city.ledger.register_question(subject, NO_INDEX, channel, place, at_once=False)

    def knocks_at(self, session: Session, door: int) -> None:
        """Some of those behind the doors feel watched."""
        who, worry = self.city.draws.pair(door, Purpose.DOOR, self.key(session))
        if worry < self.patrol.worry:
            community = session.community
            people = self.city.plan.offices[community].residents
            number = resident_id(community, demand.number_below(people, who))
            resident = self.city.resident(number)
            loss, strength = self.patrol.worry_loss, self.city.plan.loops.trust
            resident.set_trust(residents.lost(resident.trust_now(), loss, strength))
