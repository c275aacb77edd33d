"""Where problems and enquiries come from: drawn day by day, whatever happens in the offices."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from govsim.engines.agents.things import Problem
from govsim.model import demand
from govsim.model.laws import quantile
from govsim.model.plan import DAY, Office
from govsim.model.randomness import Purpose, problem_id, resident_id
from govsim.model.records import ABSENT

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

ORDINARY_STREAM = 0
ENQUIRY_STREAM = 15


class Beginning(NamedTuple):
    """A problem or an enquiry is about to begin."""

    moment: int
    id: int
    community: int
    klass: int  # ABSENT: drawn
    enquiry: bool


class Births:
    """The exogenous streams of one replication. Nothing here depends on a policy."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.plan = city.plan
        self.draws = city.draws
        self.class_shares = [klass.share for klass in self.plan.classes]
        self.can_solve = [tier.can_solve for tier in self.plan.tiers]
        self.communities = [office for office in self.plan.offices if office.residents > 0]

    def of_day(self, day: int) -> list[Beginning]:
        """Everything that begins on a day, in order of time, ties by id."""
        beginnings: list[Beginning] = []
        for office in self.communities:
            level, mean = self.level(office, day)
            beginnings += self.stream(office, day, ORDINARY_STREAM, mean, ABSENT)
            beginnings += self.surges(office, day, mean)
            if self.plan.demand.enquiries_per_day > 0.0:
                enquiries = self.plan.demand.enquiries_per_day * office.residents * level
                beginnings += self.stream(office, day, ENQUIRY_STREAM, enquiries, ABSENT)
        beginnings.sort()
        return beginnings

    def level(self, office: Office, day: int) -> tuple[float, float]:
        """The day's factor in this community, and the expected number of problems."""
        facts = self.plan.demand
        entity = problem_id(office.ordinal, day, ORDINARY_STREAM, 0)
        chance = self.draws.value(facts.overdispersion, entity, Purpose.DAY_LEVEL)
        level = facts.day_factor[day + self.plan.history_days] * chance
        return level, facts.problems_per_day * office.residents * level

    def surges(self, office: Office, day: int, mean: float) -> Iterator[Beginning]:
        """Extra problems of storms and shocks, each surge in a stream of its own."""
        for number, surge in enumerate(self.plan.demand.surges):
            here = surge.first_community <= office.ordinal < surge.last_community
            if here and surge.first_day <= day < surge.last_day:
                share = 1.0 if surge.klass == ABSENT else self.class_shares[surge.klass]
                extra = mean * share * (surge.factor - 1.0)
                yield from self.stream(office, day, number + 1, extra, surge.klass)

    def stream(
        self, office: Office, day: int, stream: int, mean: float, klass: int
    ) -> Iterator[Beginning]:
        """One community's beginnings of one kind on one day."""
        entity = problem_id(office.ordinal, day, stream, 0)
        enquiry = stream == ENQUIRY_STREAM
        purpose = Purpose.ENQUIRIES if enquiry else Purpose.BIRTHS
        parts = demand.pieces(mean)
        count = 0
        for part in range(parts):
            count += demand.poisson(mean / parts, self.draws.one(entity, purpose, part))
        for k in range(count):
            number = entity + k
            u = self.draws.one(number, Purpose.BIRTH_MOMENT)
            second = demand.moment_of_day(self.plan.demand.hour_cumulative, u)
            yield Beginning(day * DAY + second, number, office.ordinal, klass, enquiry)

    def problem(self, beginning: Beginning) -> Problem:
        """What the problem is like: drawn once, keyed by its id."""
        number, plan = beginning.id, self.plan
        _, u_severity = self.draws.pair(number, Purpose.CLASS_SEVERITY)
        u_who, _ = self.draws.pair(number, Purpose.WHO)
        _, u_tier = self.draws.pair(number, Purpose.HEAL_TIER)
        owner, u_departments = self.draws.pair(number, Purpose.OWNER)
        klass = self.klass(beginning)
        facts = plan.classes[klass]
        people = plan.offices[beginning.community].residents
        return Problem(
            id=number,
            community=beginning.community,
            klass=klass,
            severity_at_birth=quantile(facts.severity, u_severity),
            born=beginning.moment,
            resident=resident_id(beginning.community, demand.number_below(people, u_who)),
            required_tier=demand.required_tier(self.can_solve, facts.hardness, u_tier),
            owner=owner,
            departments=demand.departments(facts.several_departments, u_departments),
            residents_hit=self.residents_hit(number),
        )

    def residents_hit(self, number: int) -> int:
        """One, or with some probability a heavy-tailed number of residents."""
        facts = self.plan.demand
        u_collective, u_size = self.draws.pair(number, Purpose.COLLECTIVE)
        if u_collective >= facts.collective_share:
            return 1
        size = int(min(quantile(facts.collective_size, u_size), facts.collective_limit) + 0.5)
        return max(min(size, facts.collective_limit), 2)

    def klass(self, beginning: Beginning) -> int:
        """The class that a surge brings, or one drawn by the classes' shares."""
        if beginning.klass != ABSENT:
            return beginning.klass
        return demand.pick(self.class_shares, self.draws.one(beginning.id, Purpose.CLASS_SEVERITY))

    def heals_after(self, number: int, klass: int, spell: int = 0) -> int:
        """Seconds from its birth (or its latest return) until a problem ends by itself."""
        u = self.draws.one(number, Purpose.HEAL_TIER, spell)
        return demand.heals_after(self.plan.classes[klass].self_heal, u)
