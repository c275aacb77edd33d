"""Projects: what the ledger names most often is removed at its cause, by capital and late."""

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.things import Problem
from govsim.model.plan import Planner
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, Errand, Kind, Outcome, Work

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

Topic = tuple[int, int]  # area (office), class

NUMBER_BITS = 40
FINISHED = 1 << 32  # works that are finished stand after the choices of the same second


class ProjectPolicy:
    """One policy of projects."""

    def __init__(self, city: "City", facts: Planner) -> None:
        self.city = city
        self.facts = facts
        self.seen: Counter[tuple[int, int]] = Counter()  # by community and class
        self.taken: set[Topic] = set()
        self.removed: dict[tuple[int, int], float] = {}  # share, by community and class
        self.count = 0
        self.communities = {
            area: [c for c in city.problems.silent if city.path(c)[facts.tier] == area]
            for area in facts.areas
        }

    def chooses(self) -> Generator[Event, None, None]:
        """Period after period the analysts read the ledger."""
        for period, at in enumerate(self.facts.picks):
            key = self.facts.policy << NUMBER_BITS | period
            yield self.city.clock.at(at, Rank.PROJECT, key)
            self.reads_the_ledger()

    def reads_the_ledger(self) -> None:
        """The topics that most grievances were about since the last time."""
        for _ in range(self.facts.topics):
            topic, grievances = self.loudest()
            if grievances < self.facts.at_least or self.city.left(self.facts.purse) <= 0.0:
                break
            self.begins(topic, grievances)
        self.seen = self.city.ledger.causes.copy()

    def loudest(self) -> tuple[Topic, int]:
        """Area and class with most grievances; of equals the first."""
        topic, most = (ABSENT, ABSENT), 0
        now = self.city.clock.now
        for area, begins in zip(self.facts.areas, self.facts.begins, strict=True):
            for klass in range(len(self.city.plan.classes)):
                if begins <= now and (area, klass) not in self.taken:
                    grievances = self.grievances(area, klass)
                    if grievances > most:
                        topic, most = (area, klass), grievances
        return topic, most

    def grievances(self, area: int, klass: int) -> int:
        """Registered since the last choice."""
        causes = self.city.ledger.causes
        return sum(causes[c, klass] - self.seen[c, klass] for c in self.communities[area])

    def begins(self, topic: Topic, grievances: int) -> None:
        """The money is spent, the office plans; a small budget does part of the work."""
        facts, (area, klass) = self.facts, topic
        self.taken.add(topic)
        wanted = grievances * facts.per_grievance
        money = min(wanted, facts.budget, self.city.left(facts.purse))
        part = money / wanted if wanted > 0.0 else 1.0
        self.city.record.place(Kind.PROJECT, area, klass, Work.CHOSEN, float(grievances))
        self.city.spends(facts.policy, money, facts.purse)
        desk = self.city.desks[self.city.offices[area].facts.desks[0]]
        desk.gives_hours(self.count, Errand.MEETING, facts.planning)
        key = facts.policy << NUMBER_BITS | FINISHED | self.count
        when = self.city.clock.now + facts.lag
        self.city.clock.call(when, Rank.PROJECT, key, self.is_done, topic, part, self.count)
        self.count += 1

    def is_done(self, topic: Topic, part: float, number: int) -> None:
        """The cause is removed: fewer such problems begin, and some of the living ones end."""
        facts, (area, klass) = self.facts, topic
        for community in self.communities[area]:
            self.removed[community, klass] = facts.removes * part
        index = facts.policy << NUMBER_BITS | number
        ended = [
            problem
            for problem in self.living(area, klass)
            if self.city.draws.about(problem, Purpose.PROJECT, index)[0] < facts.solves * part
        ]
        self.city.record.place(Kind.PROJECT, area, klass, Work.DONE, float(len(ended)))
        for problem in ended:
            self.city.problems.end(problem, Outcome.FIXED)

    def living(self, area: int, klass: int) -> list[Problem]:
        """The living problems of a class in an area, known or not, by id."""
        there = {
            problem.id: problem
            for community in self.communities[area]
            for problem in self.city.problems.silent[community].values()
        }
        for grievance in self.city.ledger.open.values():
            problem = grievance.problem
            if problem is not None and problem.lives and self.lies_in(problem, area):
                there[problem.id] = problem
        return [there[number] for number in sorted(there) if there[number].klass == klass]

    def lies_in(self, problem: Problem, area: int) -> bool:
        """Whether the area's office is responsible for where the problem is."""
        return self.city.path(problem.community)[self.facts.tier] == area

    def prevents(self, problem: Problem) -> bool:
        """Whether the cause of this problem has been removed."""
        share = self.removed.get((problem.community, problem.klass), 0.0)
        if share <= 0.0:
            return False
        return self.city.draws.about(problem, Purpose.PREVENTED, self.facts.policy)[0] < share
