"""Problems in the world: they begin, hit others, end by themselves or by an office, come back."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.births import Beginning, Births
from govsim.engines.agents.resident import Resident
from govsim.engines.agents.things import Occasion, Problem
from govsim.model import demand, residents
from govsim.model.laws import seconds
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, resident_id
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, KNOWN, Birth, Kind, Origin, Outcome, Prevention

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Problems:
    """What happens to problems, whoever handles them."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.draws = city.draws
        self.record = city.record
        self.clock = city.clock
        self.plan = city.plan
        self.births = Births(city)
        # Living problems with no open grievance, by community: what a visit may find.
        self.silent: dict[int, dict[int, Problem]] = {
            office.ordinal: {} for office in self.births.communities
        }

    def initial_stock(self) -> None:
        """Problems born before the first day that still live, and that nobody has spoken of."""
        for _, beginnings in self.births.of_days(-self.plan.history_days, 0):
            for beginning in beginnings:
                if isinstance(beginning, Beginning):
                    self._begin_old(beginning)

    def _begin_old(self, beginning: Beginning) -> None:
        heals = self.heals_at(beginning.klass, beginning.moment, beginning.heal)
        if heals <= 0:
            return
        problem = self.births.problem(beginning)
        resident = self.city.resident(problem.resident, beginning)
        if resident.spoke_up_long_ago(problem, beginning.report):
            return
        self.begins(problem, resident, Birth.INITIAL, heals)
        resident.thinks_again(problem)

    def days_pass(self) -> Generator[Event, None, None]:
        """Every day brings problems and enquiries; at midnight those of some days are drawn."""
        days = -(-self.plan.horizon // DAY)
        for until, beginnings in self.births.of_days(0, days):
            for beginning in beginnings:
                new = isinstance(beginning, Beginning)
                action = self._begin_new if new else self.city.ledger.enquiry
                self.clock.call(beginning.moment, Rank.BIRTH, beginning.id, action, beginning)
            yield self.clock.timeout(until * DAY - self.clock.now)

    def _begin_new(self, beginning: Beginning) -> None:
        problem = self.births.problem(beginning)
        resident = self.city.resident(problem.resident, beginning)
        if self.is_prevented(problem, resident):
            return
        heals = self.heals_at(problem.klass, problem.born, beginning.heal)
        self.begins(problem, resident, Birth.NEW, heals)
        resident.lives_with(problem, beginning.report)
        self.fellows(problem, beginning.fellows)

    def is_prevented(self, problem: Problem, resident: Resident) -> bool:
        """Whether it does not begin: talked over in time, or its cause is gone."""
        if any(council.prevents(problem) for council in self.city.councils):
            code = Prevention.COUNCIL
        elif any(projects.prevents(problem) for projects in self.city.projects):
            code = Prevention.PROJECT
        else:
            return False
        problem.segment = resident.segment
        severity = problem.severity_at_birth
        self.record.problem(Kind.PREVENTED, problem, code=code, value=severity)
        return True

    def begins(self, problem: Problem, resident: Resident, code: Birth, heals: int) -> None:
        """A problem is in the world, and nobody else knows; it may end by itself."""
        problem.segment = resident.segment
        self.record.problem(Kind.BORN, problem, code=code, value=problem.severity_at_birth)
        self.silent[problem.community][problem.id] = problem
        self.clock.call(heals, Rank.HEAL, problem.id, self.heals, problem, 0)

    def heals_at(self, klass: int, since: int, rank: float) -> int:
        """When a problem ends by itself that began, or came back, at that time."""
        return since + demand.heals_after(self.plan.classes[klass].self_heal, rank)

    def heals(self, problem: Problem, spell: int) -> None:
        """The problem has ended by itself."""
        if problem.lives and problem.recurrences == spell:
            problem.lives = False
            self.silent[problem.community].pop(problem.id, None)
            self.record.problem(Kind.HEALED, problem, flags=KNOWN if problem.known else 0)

    def fellows(self, problem: Problem, serious: tuple[Occasion, ...]) -> None:
        """Others hit by a collective problem may speak up as well."""
        strength = self.plan.loops.duplicates
        factor = self.plan.reporting.fellow_factor
        if serious and self.plan.spreads:  # nobody is asked who could not speak up today
            most = self.city.channels.most_today(problem.community)
            likeliest = strength * self.city.likeliest(factor, most)
            serious = tuple((member, rank) for member, rank in serious if rank < likeliest)
        for member, rank in serious:
            resident = self.fellow(problem, member)
            if rank < strength * resident.report_probability(problem, factor):
                resident.speaks_up(problem, member)

    def fellow(self, problem: Problem, member: int) -> Resident:
        """The member-th resident hit by a collective problem."""
        people = self.plan.offices[problem.community].residents
        u = self.draws.about(problem, Purpose.FELLOW_WHO, member)[0]
        return self.city.resident(resident_id(problem.community, demand.number_below(people, u)))

    def end(self, problem: Problem, outcome: Outcome, lane: int = ABSENT) -> None:
        """An office has ended the problem, or mediators have; sometimes it comes back."""
        problem.lives = problem.terminated = False
        self.silent[problem.community].pop(problem.id, None)
        flags = KNOWN if problem.known else 0
        self.record.problem(Kind.SOLVED, problem, code=outcome, flags=flags)
        rules = self.city.offices[problem.community].rules.closing
        recurs, law = rules.recurs, rules.recurs_after
        if lane != ABSENT:
            recurs, law = self.plan.lanes[lane].breaks, self.plan.lanes[lane].breaks_after
        share = recurs * self.plan.loops.recurrence
        if outcome == Outcome.SOLVED and share > 0.0:
            u, after = self.draws.about(problem, Purpose.RECURRENCE, 2 * problem.recurrences)
            if u < share:
                when = self.clock.now + seconds(law, after)
                self.clock.call(when, Rank.RECUR, problem.id, self.recurs, problem)

    def recurs(self, problem: Problem) -> None:
        """The solution did not hold; the resident may speak up once more."""
        problem.recurrences += 1
        problem.lives = True
        flags = KNOWN if problem.known else 0
        self.record.problem(Kind.RECURRED, problem, flags=flags)
        if not problem.open_grievances:
            self.silent[problem.community][problem.id] = problem
        spell = problem.recurrences
        rank = self.draws.about(problem, Purpose.HEAL_TIER, spell)[0]
        heals = self.heals_at(problem.klass, self.clock.now, rank)
        self.clock.call(heals, Rank.HEAL, problem.id, self.heals, problem, spell)
        resident = self.city.resident(problem.resident)
        u = self.draws.about(problem, Purpose.RECURRENCE, 2 * spell - 1)[0]
        chance = self.plan.after_closing.contact_again * self.plan.loops.reopening
        if u < residents.clip(chance * resident.willingness()):
            channel = self.city.ledger.choose_channel(problem, 0, resident.segment)
            self.city.ledger.contact(problem, 0, resident, Origin.REPEAT, channel)
