"""Residents' councils: people meet, look back at what was decided, and talk quarrels over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govsim.engines.agents.sessions import Sessions
from govsim.engines.agents.things import Problem
from govsim.model import demand, residents
from govsim.model.plan import Session, Visits
from govsim.model.randomness import Purpose, resident_id
from govsim.model.records import TRUE, Errand

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

KEPT, NOTHING_DECIDED, BROKEN = 1, 0, -1


@dataclass(slots=True)
class Assembly:
    """The council of one community."""

    participation: float = 1.0  # of those who would come to the first meeting
    until: int = 0  # so long the last meeting keeps the peace
    pending: int = 0  # cases that were open when it met last
    settled: int = 0  # cases that had been settled by then


class CouncilPolicy(Sessions):
    """One policy of councils: a meeting in each community and month."""

    def __init__(self, city: "City", facts: Visits) -> None:
        super().__init__(city, facts)
        self.council = city.plan.councils[facts.number]
        self.assemblies: dict[int, Assembly] = {}

    def session_ends(self, session: Session) -> None:
        """They looked back, and whoever still comes has talked about what is open."""
        assembly = self.assemblies.setdefault(session.community, Assembly())
        verdict = self.looks_back(assembly, session)
        came = self.comes_together(assembly, session, verdict)
        if came > 0:
            assembly.until = self.city.clock.now + self.council.lasts
            for problem in self.agenda(assembly, session):
                self.reports(problem, session)
        office = self.city.offices[session.community]
        assembly.pending, assembly.settled = office.taken, office.settled
        self.record(session, came, TRUE if verdict == KEPT else 0)
        for number in session.companions:
            self.gives(number, Errand.MEETING, session.ends - session.starts, session)
            self.spends(number, Errand.MEETING, self.facts.travel, overtime=False)

    def looks_back(self, assembly: Assembly, session: Session) -> int:
        """Was what was decided carried out? Of so many open cases, so many have been settled."""
        if assembly.pending == 0:
            return NOTHING_DECIDED
        settled = self.city.offices[session.community].settled - assembly.settled
        u = self.city.draws.pair(self.key(session), Purpose.CARRIED_OUT)[0]
        share = assembly.participation
        if u < settled / assembly.pending:
            assembly.participation = residents.gained(share, self.council.recovery, 1.0)
            return KEPT
        assembly.participation = residents.lost(share, self.council.decay, 1.0)
        return BROKEN

    def comes_together(self, assembly: Assembly, session: Session, verdict: int) -> int:
        """How many of those invited come, until all seats are taken."""
        came = 0
        people = self.city.plan.offices[session.community].residents
        for number in range(self.council.invited):
            if came == self.council.seats:
                break
            who, u = self.city.draws.pair(number, Purpose.INVITED, self.key(session))
            if u < self.facts.likeliest:
                invited = resident_id(session.community, demand.number_below(people, who))
                came += self.attends(invited, u, assembly, verdict)
        return came

    def attends(self, number: int, u: float, assembly: Assembly, verdict: int) -> bool:
        """Whether this resident comes, and with what feelings goes home."""
        resident = self.city.resident(number)
        chance = self.facts.turnout[resident.segment] * resident.willingness()
        if u >= residents.clip(chance * assembly.participation):
            return False
        strength = self.city.plan.loops.trust
        if verdict == KEPT:
            resident.set_trust(residents.gained(resident.trust_now(), self.council.gain, strength))
        elif verdict == BROKEN:
            resident.set_trust(residents.lost(resident.trust_now(), self.council.loss, strength))
        return True

    def agenda(self, assembly: Assembly, session: Session) -> list[Problem]:
        """What hits many and nobody has reported: one grievance of all of them."""
        likeliest = session.chance * assembly.participation
        shared = self.city.plan.demand.collective_share
        matters = [
            problem
            for problem, _ in self.serious(session, Purpose.AGENDA, likeliest)
            if self.city.draws.about(problem, Purpose.COLLECTIVE)[0] < shared
        ]
        return matters[: self.facts.at_most]

    def prevents(self, problem: Problem) -> bool:
        """What residents talk over does not become a quarrel, while they still meet."""
        assembly = self.assemblies.get(problem.community)
        if assembly is None or self.city.clock.now >= assembly.until:
            return False
        u = self.city.draws.about(problem, Purpose.PREVENTED, self.facts.policy)[0]
        return u < self.council.prevents[problem.klass] * assembly.participation
