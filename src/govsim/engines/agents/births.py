"""Where problems and enquiries come from: drawn some days at a time, whatever the offices do."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from govsim.engines.agents.things import Foreseen, Occasion, Problem
from govsim.model import bulk, demand, residents
from govsim.model.bulk import Floats, Whole, Words
from govsim.model.laws import quantile
from govsim.model.plan import DAY, Plan
from govsim.model.randomness import Purpose, contact_index, problem_id, reason, resident_id
from govsim.model.records import ABSENT

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

ORDINARY_STREAM = 0
ENQUIRY_STREAM = 15

# Drawn together: so many days of so many communities, so many thoughts of so many problems.
# Numbers cost least in vectors of some thousands.
TOGETHER = 4_096
MOST_DAYS = 16
THOUGHTS_TOGETHER = 1 << 18


AT_QUESTION = [reason(Purpose.BIRTH_MOMENT, 0), reason(Purpose.CHANNEL, 0)]
AT_BIRTH = [
    reason(Purpose.BIRTH_MOMENT, 0),
    reason(Purpose.CLASS_SEVERITY, 0),
    reason(Purpose.WHO, 0),
    reason(Purpose.HEAL_TIER, 0),
    reason(Purpose.OWNER, 0),
    reason(Purpose.COLLECTIVE, 0),
    reason(Purpose.REPORT, 0),
]


class Question(NamedTuple):
    """An enquiry is about to be made."""

    moment: int
    id: int
    community: int
    channel: float  # ranks, from here on
    segment: float


class Beginning(NamedTuple):
    """A problem is about to begin, and this is what was drawn for it."""

    moment: int
    id: int
    community: int
    klass: int
    resident: int
    severity: float  # ranks, from here on
    heal: float
    tier: float
    owner: float
    departments: float
    report: float
    trust: float
    segment: float
    thoughts: tuple[Occasion, ...]  # of the resident, later
    fellows: tuple[Occasion, ...]  # by resident hit
    foreseen: Foreseen | None


class Stream(NamedTuple):
    """Problems of one kind, or enquiries: how many are expected, by day and community."""

    number: int
    klass: int  # ABSENT: drawn
    means: Floats


class Births:
    """The exogenous streams of one replication. Nothing here depends on a policy."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.plan = city.plan
        self.draws = city.draws
        self.class_shares = [klass.share for klass in self.plan.classes]
        self.can_solve = [tier.can_solve for tier in self.plan.tiers]
        self.communities = [office for office in self.plan.offices if office.residents > 0]
        self.ordinals = np.array([office.ordinal for office in self.communities], dtype=np.int64)
        self.people = np.array([office.residents for office in self.plan.offices], dtype=np.int64)
        self.residents = self.people[self.ordinals]
        self.draws.foresees(what_is_drawn_later(self.plan))

    # ------------------------------------------------------------ how many, and when

    def of_days(self, first: int, end: int) -> Iterator[tuple[int, list[Beginning | Question]]]:
        """What begins from one day to another (exclusive), in order of time, ties by id.

        It comes some days at a time, with the day before which they end.
        """
        some = min(max(TOGETHER // max(len(self.communities), 1), 1), MOST_DAYS)
        for day in range(first, end, some):
            days = np.arange(day, min(day + some, end), dtype=np.int64)
            beginnings: list[Beginning | Question] = []
            for stream in self.streams(days):
                ids, community, day_of_each = self.numbered(stream, days)
                if len(ids) == 0:
                    continue
                if stream.number == ENQUIRY_STREAM:
                    beginnings += self.questions(ids, community, day_of_each)
                else:
                    beginnings += self.problems(stream.klass, ids, community, day_of_each)
            beginnings.sort()
            yield int(days[-1]) + 1, beginnings

    def streams(self, days: Whole) -> Iterator[Stream]:
        """Ordinary problems; those of each surge, in a stream of its own; enquiries."""
        facts = self.plan.demand
        level = self.levels(days)
        means = facts.problems_per_day * self.residents * level
        yield Stream(ORDINARY_STREAM, ABSENT, means)
        for number, surge in enumerate(facts.surges):
            here = (surge.first_community <= self.ordinals) & (self.ordinals < surge.last_community)
            today = (surge.first_day <= days) & (days < surge.last_day)
            if today.any():
                share = 1.0 if surge.klass == ABSENT else self.class_shares[surge.klass]
                extra = means * share * (surge.factor - 1.0)
                yield Stream(number + 1, surge.klass, np.where(today[:, None] & here, extra, 0.0))
        if facts.enquiries_per_day > 0.0:
            enquiries = facts.enquiries_per_day * self.residents * level
            yield Stream(ENQUIRY_STREAM, ABSENT, enquiries)

    def levels(self, days: Whole) -> Floats:
        """Each day's factor in each community."""
        facts = self.plan.demand
        entities = self.first_ids(ORDINARY_STREAM, days)
        chance = self.draws.values(facts.overdispersion, entities, Purpose.DAY_LEVEL)
        usual = np.array(facts.day_factor)[days + self.plan.history_days] * self.common(days)
        level: Floats = usual[:, None] * chance
        return level

    def common(self, days: Whole) -> Floats:
        """Each day's level in the whole city: weather, news, the mood of the week."""
        since = np.arange(days[0] - 1, days[-1] + 1, dtype=np.int64)
        entities = demand.day_entity(since).astype(np.uint64)  # type: ignore[arg-type, attr-defined]
        drawn = self.draws.values(self.plan.demand.common_level, entities, Purpose.COMMON_LEVEL)
        level: Floats = demand.common_level(drawn[1:], drawn[:-1])  # type: ignore[arg-type, assignment]
        return level

    def first_ids(self, stream: int, days: Whole) -> Words:
        """The id of a stream's first problem, by day and community."""
        ids: Whole = problem_id(self.ordinals, days[:, None], stream, 0)  # type: ignore[arg-type, assignment]
        return ids.astype(np.uint64)

    def numbered(self, stream: Stream, days: Whole) -> tuple[Words, Whole, Whole]:
        """Id, community and day of everything that begins in a stream."""
        first = self.first_ids(stream.number, days).ravel()
        counts = self.counts(stream, first)
        places = np.flatnonzero(counts)
        place_of_each = np.repeat(places, counts[places])
        number = [k for count in counts[places].tolist() for k in range(count)]
        ids = first[place_of_each] + np.array(number, dtype=np.uint64)
        communities = len(self.communities)
        return (ids, self.ordinals[place_of_each % communities], days[place_of_each // communities])

    def counts(self, stream: Stream, first: Words) -> Whole:
        """How many begin, by day and community."""
        enquiry = stream.number == ENQUIRY_STREAM
        purpose = Purpose.ENQUIRIES if enquiry else Purpose.BIRTHS
        means = stream.means.ravel()
        many = means >= demand.LARGEST_PIECE
        u, _ = self.draws.pairs(first, reason(purpose, 0))
        counts = bulk.poissons(np.where(many, 0.0, means), u)
        for i in np.flatnonzero(many).tolist():
            mean, entity = float(means[i]), int(first[i])
            parts = demand.pieces(mean)
            for part in range(parts):
                counts[i] += demand.poisson(mean / parts, self.draws.pair(entity, purpose, part)[0])
        return counts

    # ------------------------------------------------------------ what they are like

    def questions(self, ids: Words, community: Whole, day: Whole) -> Iterator[Question]:
        """Enquiries: when each comes up, and what will choose its segment and channel."""
        (moments, channel), (_, segment) = self.draws.table(ids, AT_QUESTION)
        columns = (self.moments(day, moments), ids, community, channel, segment)
        return map(Question, *(column.tolist() for column in columns))

    def problems(self, klass: int, ids: Words, community: Whole, day: Whole) -> Iterator[Beginning]:
        """Problems: when each comes up, of what class, whose, and the ranks of all else."""
        u, v = self.draws.table(ids, AT_BIRTH)
        moments, class_rank, who, heal, owner, collective, report = u
        _, severity, _, tier, departments, size, _ = v
        drawn = klass == ABSENT
        classes = bulk.picks(self.class_shares, class_rank) if drawn else np.full(ids.shape, klass)
        resident = self.whose(community, who)
        trust, segment = self.draws.pairs(resident, reason(Purpose.INITIAL_TRUST, 0))
        columns = (
            self.moments(day, moments), ids, community, classes, resident,
            severity, heal, tier, owner, departments, report, trust, segment,
        )  # fmt: skip
        later = (
            self.serious_thoughts(ids, int(day[0])),
            self.serious_fellows(ids, collective, size, int(day[0])),
            self.foreseen(ids, report, int(day[0])),
        )
        return map(Beginning, *(column.tolist() for column in columns), *later)

    def moments(self, day: Whole, rank: Floats) -> Whole:
        """When each of them begins."""
        return day * DAY + bulk.moments_of_day(self.plan.demand.hour_cumulative, rank)

    def whose(self, community: Whole, rank: Floats) -> Words:
        """The resident whom each hits."""
        number = bulk.numbers_below(self.people[community], rank)
        resident: Whole = resident_id(community, number)  # type: ignore[arg-type, assignment]
        return resident.astype(np.uint64)

    def serious_thoughts(self, ids: Words, day: int) -> Iterable[tuple[Occasion, ...]]:
        """The later occasions whose rank could make anybody speak up: the others need no event."""
        occasions = (self.plan.horizon - day * DAY) // self.plan.reporting.reconsider_every
        thoughts: list[tuple[Occasion, ...]] = [()] * len(ids)
        if occasions > 0 and self.city.likeliest_thought > 0.0:
            reasons = [reason(Purpose.THOUGHT, occasion + 1) for occasion in range(occasions)]
            some = max(THOUGHTS_TOGETHER // occasions, 1)
            for first in range(0, len(ids), some):
                u, _ = self.draws.table(ids[first : first + some], reasons)
                occasion, problem = np.nonzero(u < self.city.likeliest_thought)
                ranks = u[occasion, problem].tolist()
                places = (problem + first).tolist()
                for i, k, rank in zip(places, (occasion + 1).tolist(), ranks, strict=True):
                    thoughts[i] = (*thoughts[i], (k, rank))
        return thoughts

    def serious_fellows(
        self, ids: Words, collective: Floats, size: Floats, day: int
    ) -> Iterable[tuple[Occasion, ...]]:
        """Of the others hit by a new collective problem, those whose rank may make them speak."""
        fellows: list[tuple[Occasion, ...]] = [()] * len(ids)
        likeliest = self.plan.loops.duplicates * self.city.likeliest_fellow
        shared = np.flatnonzero(collective < self.plan.demand.collective_share)
        if day >= 0 and likeliest > 0.0 and len(shared) > 0:
            hit = [self.residents_hit(rank) for rank in size[shared].tolist()]
            problems = [i for i, n in zip(shared.tolist(), hit, strict=True) for _ in range(1, n)]
            members = [member for n in hit for member in range(1, n)]
            reasons = [reason(Purpose.FELLOW, member) for member in members]
            u, _ = self.draws.pairs(ids[problems], reasons)
            for k in np.flatnonzero(u < likeliest).tolist():
                i = problems[k]
                fellows[i] = (*fellows[i], (members[k], float(u[k])))
        return fellows

    def residents_hit(self, size: float) -> int:
        """By a collective problem: a heavy-tailed number."""
        facts = self.plan.demand
        hit = int(min(quantile(facts.collective_size, size), facts.collective_limit) + 0.5)
        return max(min(hit, facts.collective_limit), 2)

    def foreseen(self, ids: Words, report: Floats, day: int) -> Iterable[Foreseen | None]:
        """For new problems that may be brought forward at once: what will be drawn about them."""
        foreseen: list[Foreseen | None] = [None] * len(ids)
        loud = np.flatnonzero(report < self.city.likeliest_report)
        if day >= 0 and len(loud) > 0:
            drawn, step = self.draws.foreseen(ids[loud])
            for place, i in enumerate(loud.tolist()):
                foreseen[i] = drawn, place * step
        return foreseen

    def problem(self, beginning: Beginning) -> Problem:
        """What the problem is like: drawn once, keyed by its id."""
        facts = self.plan.classes[beginning.klass]
        return Problem(
            id=beginning.id,
            community=beginning.community,
            klass=beginning.klass,
            severity_at_birth=residents.clip(quantile(facts.severity, beginning.severity)),
            born=beginning.moment,
            resident=beginning.resident,
            required_tier=demand.required_tier(self.can_solve, facts.hardness, beginning.tier),
            owner=beginning.owner,
            departments=demand.departments(facts.several_departments, beginning.departments),
            thoughts=beginning.thoughts,
            foreseen=beginning.foreseen,
        )


def what_is_drawn_later(plan: Plan) -> list[int]:
    """Reasons of the draws that most problems will need that are brought forward at once.

    Drawn with all others of the day they cost little; what is not among them is drawn when needed.
    """
    loops, first = plan.loops, contact_index(0, 0, 1)
    second = contact_index(0, 0, 2)
    wanted = [(Purpose.CHANNEL, 0), (Purpose.RECORDING, 0), (Purpose.REPORT_DELAY, 0)]
    wanted += [(Purpose.TOUCH, tier) for tier in range(len(plan.tiers))]
    wanted += [(Purpose.REPLY, 0), (Purpose.CONFIRMATION, first)]
    for step in (first, second):
        wanted += [(Purpose.FEEL, step), (Purpose.SURVEY, step)]
        wanted += [(Purpose.DISPATCH, step)] if loops.bounce > 0.0 else []
        wanted += [(Purpose.PAPER, step)] if loops.paper_closing > 0.0 else []
    wanted += [(Purpose.OUTSIDE, 0)]
    wanted += [(Purpose.HARDENING, 0)] if loops.hardening > 0.0 else []
    wanted += [(Purpose.ASKING, 0)] if loops.asking > 0.0 else []
    wanted += [(Purpose.APPROVAL, 0)] if loops.approvals > 0.0 else []
    wanted += [(Purpose.PATIENCE, 0)] if loops.giving_up > 0.0 else []
    wanted += [(Purpose.RECURRENCE, 0)] if loops.recurrence > 0.0 else []
    return [reason(purpose, index) for purpose, index in wanted]
