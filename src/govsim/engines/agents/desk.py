"""A desk: one queue, and the cadres who take from it."""

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from govsim.engines.agents.cadre import Cadre, Spell
from govsim.engines.agents.things import Calls, Grievance
from govsim.model.plan import NEVER, Handling
from govsim.model.ranks import Rank
from govsim.model.records import Activity, Errand

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

FIRST_CLASS, WATCHED_CLASS, THREAT_CLASS, ORDINARY_CLASS, MILD_CLASS = 0, 1, 2, 3, 4


class Desk:
    """Cases wait by priority class, then (if the office works so) by deadline, then by arrival."""

    def __init__(self, city: "City", number: int) -> None:
        self.city = city
        self.plan = city.plan
        self.clock = city.clock
        self.id = number
        self.facts = city.plan.desks[number]
        self.cadres = [Cadre(city, self, cadre) for cadre in self.facts.cadres]
        self.queue: list[tuple[int, int, int, int, int, Grievance]] = []
        self.busy = 0  # cadres at work
        self.opens_at = NEVER  # the opening it is waiting for
        self.calls = Calls()  # to sit with other departments

    def join(self, grievance: Grievance, to_do: Activity) -> None:
        """A case enters the queue."""
        now = self.clock.now
        grievance.queued = True
        grievance.enabled = now
        grievance.to_do = to_do
        stage = grievance.moves()
        deadline = grievance.reply_due if self.rules().by_deadline else 0
        heappush(
            self.queue,
            (self.priority(grievance), deadline, now, grievance.number, stage, grievance),
        )
        self.changed()

    def rules(self) -> Handling:
        """How its office works now."""
        return self.city.offices[self.facts.office].rules.handling

    def priority(self, grievance: Grievance) -> int:
        """Enquiries, leaders' cases, reviews, serious ones; watched; threats; the rest; mild."""
        if grievance.problem is None or grievance.leaders_case or grievance.ladder > 0:
            return FIRST_CLASS
        severity = self.city.severity(grievance.problem)
        if severity >= self.rules().serious_from:
            return FIRST_CLASS
        if grievance.watched:
            return WATCHED_CLASS
        if grievance.threatens:
            return THREAT_CLASS
        mild = severity < self.city.offices[self.facts.office].rules.intake.mild_below
        return MILD_CLASS if mild else ORDINARY_CLASS

    def changed(self) -> None:
        """Somebody joined or became free: match at the end of this second, if there are both."""
        if self.busy < len(self.cadres) and (self.queue or self.somebody_is_wanted()):
            self.city.match_later(self.id)

    def somebody_is_wanted(self) -> bool:
        """Whether somebody's hours belong to something else."""
        return any(cadre.owed > 0 for cadre in self.cadres)

    def match(self) -> None:
        """Free cadres take waiting cases, the longest idle first."""
        now = self.clock.now
        free = [cadre for cadre in self.cadres if cadre.spell is None and cadre.is_free(now)]
        if len(free) > 1:
            free.sort(key=lambda cadre: (cadre.idle_since, cadre.id))
        for cadre in free:
            if cadre.owed > 0:
                cadre.goes_away()
            else:
                grievance = self.next_case()
                if grievance is not None:
                    self.city.offices[self.facts.office].begin_work(grievance, cadre)
        self._wake_at_opening(now)

    def finished(self, grievance: Grievance, cadre: Cadre, spell: Spell) -> None:
        """A cadre of this desk has finished a spell of work on a case."""
        self.city.offices[self.facts.office].after_work(grievance, cadre, spell)
        self.changed()

    def gives_hours(self, turn: int, errand: Errand, seconds: int) -> None:
        """Office hours for something else than a case, from one of those employed, in turn."""
        now = self.clock.now
        there = [cadre for cadre in self.cadres if cadre.is_employed(now)]
        if there and seconds > 0:
            there[turn % len(there)].gives_hours(errand, seconds, overtime=False, time_off=0.0)
            self.changed()

    def waiting(self) -> list[Grievance]:
        """Cases in the queue now, the next first."""
        return [entry[-1] for entry in sorted(self.queue) if self._still_waits(entry)]

    def next_case(self) -> Grievance | None:
        """The first case that is still waiting here; those that left since are dropped."""
        while self.queue:
            *_, stage, grievance = heappop(self.queue)
            if grievance.queued and grievance.stage == stage:
                return grievance
        return None

    def _wake_at_opening(self, now: int) -> None:
        """If somebody idle off duty has something to do, come back when duty begins."""
        while self.queue and not self._still_waits(self.queue[0]):
            heappop(self.queue)
        opening = NEVER
        for cadre in self.cadres:
            if cadre.spell is None and (self.queue or cadre.owed > 0):
                opening = min(opening, cadre.next_duty(now + 1))
        if opening < self.opens_at or self.opens_at <= now:
            self.opens_at = opening
            if opening < NEVER:
                self.clock.call(opening, Rank.OPENING, self.id, self.changed)

    @staticmethod
    def _still_waits(entry: tuple[int, int, int, int, int, Grievance]) -> bool:
        return entry[-1].queued and entry[-1].stage == entry[-2]
