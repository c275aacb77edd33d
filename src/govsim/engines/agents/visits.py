"""Visiting sessions: leaders sit in the community of an evening, or cadres go from door to door."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from govsim.engines.agents.things import Grievance, Problem
from govsim.model import residents
from govsim.model.plan import Session, Visits
from govsim.model.randomness import Purpose, reason
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, Activity, Errand, Kind, Origin

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

ORDINAL_BITS = 40


class VisitPolicy:
    """One policy of visits and its planned sessions."""

    def __init__(self, city: "City", facts: Visits) -> None:
        self.city = city
        self.facts = facts

    def holds_sessions(self) -> Generator[Event, None, None]:
        """One session after the other; what was heard is registered when it ends."""
        for session in self.facts.sessions:
            key = self.facts.policy << ORDINAL_BITS | session.ordinal
            yield self.city.clock.at(session.ends, Rank.VISIT, key)
            self.session_ends(session)

    def session_ends(self, session: Session) -> None:
        """Residents have brought their problems forward; hours were given."""
        silent = self.city.problems.silent[session.community]
        brought = [
            silent[number]
            for number, rank in self.serious(sorted(silent), session)
            if self.is_brought_forward(silent[number], rank)
        ]
        for problem in brought[: self.facts.at_most]:
            self.hears(problem, session)
        self.city.record.cadre(
            Kind.SESSION, session.leader, session.community,
            value=float(len(brought[: self.facts.at_most])),
        )  # fmt: skip
        self.counts_hours(session)

    def serious(self, problems: list[int], session: Session) -> list[tuple[int, float]]:
        """The problems whose rank could make anybody bring them forward."""
        why = reason(Purpose.BROUGHT_FORWARD, self.facts.policy << ORDINAL_BITS | session.ordinal)
        ranks, _ = self.city.draws.pairs(np.array(problems, dtype=np.uint64), why)
        some = np.flatnonzero(ranks < self.facts.likeliest).tolist()
        return [(problems[i], float(ranks[i])) for i in some]

    def is_brought_forward(self, problem: Problem, rank: float) -> bool:
        """Whether the resident comes with this problem (or tells of it at the door)."""
        resident = self.city.resident(problem.resident)
        chance = self.facts.turnout[resident.segment] * resident.willingness()
        return rank < residents.clip(chance)

    def hears(self, problem: Problem, session: Session) -> None:
        """The problem goes on the ledger, perhaps decided on the spot."""
        resident = self.city.resident(problem.resident)
        if session.leader != ABSENT:
            resident.met_leader = True
        place, channel = session.community, self.facts.channel
        if self.city.termination.turns_away(problem, 0, resident, Origin.FOUND, channel, place):
            return
        contact = problem.contacts.get(0, 0)
        problem.contacts[0] = contact + 1
        grievance = self.city.ledger.register(
            problem, 0, contact, resident, Origin.FOUND, channel, place,
            leaders_case=self.facts.leaders_case_first and session.leader != ABSENT,
        )  # fmt: skip
        grievance.taken_in = True  # the intake was the session itself
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
            self.city.record.case(Kind.ESCALATED, grievance, value=float(home.id))
        office.dispatch(grievance, 0.0, Activity.HANDLE)

    def counts_hours(self, session: Session) -> None:
        """The evening, the way there, and hours taken back later."""
        length = session.ends - session.starts
        for number in session.companions:
            self._gives(number, Errand.VISIT, length, session)
        if session.leader != ABSENT:
            self._gives(session.leader, Errand.VISIT, length, session)
            self._gives(session.leader, Errand.TRAVEL, self.facts.travel, session)

    def _gives(self, number: int, errand: Errand, seconds: int, session: Session) -> None:
        cadre = self.city.cadre(number)
        overtime = not cadre.is_on_duty(session.starts)
        cadre.gives_hours(errand, seconds, overtime=overtime, time_off=self.facts.time_off)
        self.city.desks[cadre.facts.desk].changed()
