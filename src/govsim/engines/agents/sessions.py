"""Planned sessions of a policy: what visits, patrols, councils and training have in common."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from govsim.engines.agents.things import Grievance, Problem
from govsim.model.plan import Session, Visits
from govsim.model.randomness import Purpose, reason
from govsim.model.ranks import Rank
from govsim.model.records import Errand, Kind, Origin

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

ORDINAL_BITS = 40


class Sessions(ABC):
    """One policy and its planned sessions."""

    def __init__(self, city: "City", facts: Visits) -> None:
        self.city = city
        self.facts = facts

    def are_held(self) -> Generator[Event, None, None]:
        """One session after the other; what came of it is known when it ends."""
        for session in self.facts.sessions:
            yield self.city.clock.at(session.ends, Rank.VISIT, self.key(session))
            self.session_ends(session)

    @abstractmethod
    def session_ends(self, session: Session) -> None:
        """What came of it."""

    def key(self, session: Session) -> int:
        """A session among all sessions: its place in its second, and index of its draws."""
        return self.facts.policy << ORDINAL_BITS | session.ordinal

    def serious(
        self, session: Session, purpose: Purpose, likeliest: float
    ) -> list[tuple[Problem, float]]:
        """The silent problems of the place whose rank is below that of the likeliest."""
        silent = self.city.problems.silent[session.community]
        problems = sorted(silent)
        why = reason(purpose, self.key(session))
        ranks, _ = self.city.draws.pairs(np.array(problems, dtype=np.uint64), why)
        some = np.flatnonzero(ranks < likeliest).tolist()
        return [(silent[problems[i]], float(ranks[i])) for i in some]

    def takes_down(
        self, problem: Problem, session: Session, *, leaders_case: bool
    ) -> Grievance | None:
        """The problem goes on the ledger, unless it is taken up no more; this was the intake."""
        resident = self.city.resident(problem.resident)
        place, channel = session.community, self.facts.channel
        if self.city.termination.turns_away(problem, 0, resident, Origin.FOUND, channel, place):
            return None
        contact = problem.contacts.get(0, 0)
        problem.contacts[0] = contact + 1
        grievance = self.city.ledger.register(
            problem, 0, contact, resident, Origin.FOUND, channel, place,
            leaders_case=leaders_case,
        )  # fmt: skip
        grievance.taken_in = True
        return grievance

    def reports(self, problem: Problem, session: Session) -> None:
        """One more case in the queues of the same offices."""
        grievance = self.takes_down(problem, session, leaders_case=False)
        if grievance is not None:
            self.city.ledger.triage(grievance)

    def record(self, session: Session, count: int, flags: int = 0) -> None:
        """A session was held."""
        self.city.record.cadre(
            Kind.SESSION, session.leader, session.community,
            code=self.facts.form, flags=flags, value=float(count),
        )  # fmt: skip

    def gives(self, number: int, errand: Errand, seconds: int, session: Session) -> None:
        """Hours of one who takes part; outside duty hours they are overtime."""
        overtime = not self.city.cadre(number).is_on_duty(session.starts)
        self.spends(number, errand, seconds, overtime=overtime)

    def spends(self, number: int, errand: Errand, seconds: int, *, overtime: bool) -> None:
        """Hours of one who is still, and already, there."""
        cadre = self.city.cadre(number)
        if cadre.is_employed(self.city.clock.now):
            cadre.gives_hours(errand, seconds, overtime=overtime, time_off=self.facts.time_off)
            self.city.desks[cadre.facts.desk].changed()


class Training(Sessions):
    """Cadres learn: the office hours for it are taken from their desks."""

    def session_ends(self, session: Session) -> None:
        """The course of these cadres begins; it takes their next office hours."""
        self.record(session, len(session.companions))
        for number in session.companions:
            self.spends(number, Errand.TRAINING, self.facts.travel, overtime=False)
