"""Offices are scored month by month on what their records say, and ranked within their tier."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.things import Grievance
from govsim.model import oversight
from govsim.model.plan import DAY, NEVER
from govsim.model.plan import Scoring as Rules
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    RECORDED_SATISFIED,
    SURVEYED,
    TRUE,
    Errand,
    Kind,
    Outcome,
)

if TYPE_CHECKING:
    from govsim.engines.agents.city import City
    from govsim.engines.agents.office import Office

MONTH = 30 * DAY


class Month:
    """What an office's records say about the month so far."""

    def __init__(self) -> None:
        self.replied = 0  # of those with a deadline
        self.in_time = 0
        self.closed = 0
        self.resolved = 0
        self.asked = 0  # residents called back
        self.called = 0  # of these, by offices and not by operators
        self.satisfied = 0
        self.written_as_satisfied = 0

    def replies(self, grievance: Grievance) -> None:
        """A first reply went out."""
        if grievance.reply_due < NEVER:
            self.replied += 1
            self.in_time += grievance.replied_in_time

    def closes(self, outcome: Outcome) -> None:
        """A grievance was closed: resolved, unless refused with reasons or referred to law."""
        self.closed += 1
        self.resolved += outcome not in (Outcome.EXPLAINED, Outcome.REFERRED)

    def asks(self, flags: int, *, by_operator: bool) -> None:
        """A resident judged, and may have been called back."""
        if flags & SURVEYED:
            self.asked += 1
            self.called += not by_operator
            self.satisfied += flags & TRUE > 0
            self.written_as_satisfied += flags & RECORDED_SATISFIED > 0


class Scoring:
    """The score unit."""

    def __init__(self, city: "City") -> None:
        self.city = city

    def months_pass(self) -> Generator[Event, None, None]:
        """Every thirty days the offices are scored one by one, then ranked tier by tier."""
        if not any(self.is_scored(rules.scoring) for rules in self.city.plan.rules):
            return
        for month in range(1, self.city.plan.horizon // MONTH + 1):
            yield self.city.clock.at(month * MONTH, Rank.SCORE, 0)
            scores = [self.score(office, month) for office in self.city.offices]
            for tier in range(len(self.city.plan.tiers)):
                self.rank(tier, scores)

    @staticmethod
    def is_scored(facts: Rules) -> bool:
        """Whether anybody scores an office that works so."""
        return oversight.is_scored(facts.strength, facts.report)

    def score(self, office: "Office", month: int) -> float | None:
        """An office's month as it is recorded, and what it costs to find out."""
        facts, its = office.rules.scoring, office.month
        office.month = Month()
        if not self.is_scored(facts):
            return None
        office.gives_hours(month, Errand.PAPERWORK, facts.report)
        parent = office.facts.parent
        callers = office if parent < 0 else self.city.offices[parent]
        callers.gives_hours(month, Errand.PAPERWORK, facts.call * its.called)
        lay = its.closed + len(office.cases)
        weight = (
            oversight.counted(facts.response, its.replied)
            + oversight.counted(facts.resolution, lay)
            + oversight.counted(facts.satisfaction, its.asked)
        )
        if weight == 0.0:
            return None
        score = (
            oversight.earned(facts.response, its.in_time, its.replied)
            + oversight.earned(facts.resolution, its.resolved, lay)
            + oversight.earned(facts.satisfaction, its.written_as_satisfied, its.asked)
        ) / weight
        if its.asked > 0:
            score = oversight.mixed(score, its.satisfied / its.asked, facts.resident_weight)
        self.city.record.cadre(Kind.SCORED, ABSENT, office.id, value=score)
        return score

    def rank(self, tier: int, scores: list[float | None]) -> None:
        """Those of a tier that were scored, the best first; the others feel no pressure."""
        places = []
        for office, score in zip(self.city.offices, scores, strict=True):
            if office.facts.tier == tier:
                office.behind = 0.0
                if score is not None:
                    places.append((oversight.place(score, office.id), office))
        for rank, (_, office) in enumerate(sorted(places, key=lambda place: place[0])):
            office.behind = oversight.behind(rank, len(places))
