"""Problems in the world: they begin, hit others, end by themselves or by an office, come back."""

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.births import Beginning, Births
from govsim.engines.agents.clock import Rank
from govsim.engines.agents.resident import Resident
from govsim.engines.agents.things import Problem
from govsim.model import demand, residents
from govsim.model.laws import seconds
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, resident_id
from govsim.model.records import KNOWN, Birth, Kind, Origin, Outcome

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Problems:
    """What happens to problems, whoever handles them."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.clock = city.clock
        self.plan = city.plan
        self.births = Births(city)
        # Living problems with no open grievance, by community: what a visit may find.
        self.silent: dict[int, dict[int, Problem]] = {
            office.ordinal: {} for office in self.births.communities
        }

    def initial_stock(self) -> None:
        """Problems born before the first day that still live, and that nobody has spoken of."""
        for day in range(-self.plan.history_days, 0):
            for beginning in self.births.of_day(day):
                if not beginning.enquiry:
                    self._begin_old(beginning)

    def _begin_old(self, beginning: Beginning) -> None:
        heals_after = self.births.heals_after(beginning.id, self.births.klass(beginning))
        if beginning.moment + heals_after <= 0:
            return
        problem = self.births.problem(beginning)
        resident = self.city.resident(problem.resident)
        if resident.spoke_up_long_ago(problem):
            return
        self.begins(problem, Birth.INITIAL)
        resident.thinks_again(problem)

    def days_pass(self) -> Generator[Event, None, None]:
        """Every day brings problems and enquiries; at midnight its hours are drawn."""
        for day in range(-(-self.plan.horizon // DAY)):
            for beginning in self.births.of_day(day):
                action = self.city.ledger.enquiry if beginning.enquiry else self.begins_new
                self.clock.call(beginning.moment, Rank.BIRTH, beginning.id, action, beginning)
            yield self.clock.timeout(DAY)

    def begins_new(self, beginning: Beginning) -> None:
        """Somebody has a problem, and perhaps others have it too."""
        problem = self.births.problem(beginning)
        self.begins(problem, Birth.NEW)
        self.city.resident(problem.resident).lives_with(problem)
        self.fellows(problem)

    def begins(self, problem: Problem, code: Birth) -> None:
        """A problem is in the world, and nobody else knows."""
        problem.segment = self.city.resident(problem.resident).segment
        self.city.record.problem(Kind.BORN, problem, code=code, value=problem.severity_at_birth)
        self.silent[problem.community][problem.id] = problem
        self.heals_later(problem)

    def heals_later(self, problem: Problem) -> None:
        """Some problems end by themselves."""
        spell = problem.recurrences
        since = problem.born if spell == 0 else self.clock.now
        when = since + self.births.heals_after(problem.id, problem.klass, spell)
        self.clock.call(when, Rank.HEAL, problem.id, self.heals, problem, spell)

    def heals(self, problem: Problem, spell: int) -> None:
        """The problem has ended by itself."""
        if problem.lives and problem.recurrences == spell:
            problem.lives = False
            self.silent[problem.community].pop(problem.id, None)
            self.city.record.problem(Kind.HEALED, problem, flags=KNOWN if problem.known else 0)

    def fellows(self, problem: Problem) -> None:
        """Others hit by a collective problem may speak up as well."""
        strength = self.plan.loops.duplicates
        factor = self.plan.reporting.fellow_factor
        for member in range(1, problem.residents_hit if strength > 0.0 else 1):
            u = self.city.draws.one(problem.id, Purpose.FELLOW, member)
            if u < strength * self.city.likeliest_fellow:
                resident = self.fellow(problem, member)
                if u < strength * resident.report_probability(problem, factor):
                    resident.speaks_up(problem, member)

    def fellow(self, problem: Problem, member: int) -> Resident:
        """The member-th resident hit by a collective problem."""
        people = self.plan.offices[problem.community].residents
        u = self.city.draws.one(problem.id, Purpose.FELLOW_WHO, member)
        return self.city.resident(resident_id(problem.community, demand.number_below(people, u)))

    def end(self, problem: Problem, outcome: Outcome) -> None:
        """An office has ended the problem; sometimes it comes back."""
        problem.lives = False
        self.silent[problem.community].pop(problem.id, None)
        flags = KNOWN if problem.known else 0
        self.city.record.problem(Kind.SOLVED, problem, code=outcome, flags=flags)
        u, after = self.city.draws.pair(problem.id, Purpose.RECURRENCE, 2 * problem.recurrences)
        if outcome == Outcome.SOLVED and u < self.plan.closing.recurs * self.plan.loops.recurrence:
            when = self.clock.now + seconds(self.plan.closing.recurs_after, after)
            self.clock.call(when, Rank.RECUR, problem.id, self.recurs, problem)

    def recurs(self, problem: Problem) -> None:
        """The solution did not hold; the resident may speak up once more."""
        problem.recurrences += 1
        problem.lives = True
        flags = KNOWN if problem.known else 0
        self.city.record.problem(Kind.RECURRED, problem, flags=flags)
        if not problem.open_grievances:
            self.silent[problem.community][problem.id] = problem
        self.heals_later(problem)
        resident = self.city.resident(problem.resident)
        u = self.city.draws.one(problem.id, Purpose.RECURRENCE, 2 * problem.recurrences - 1)
        chance = self.plan.after_closing.contact_again * self.plan.loops.reopening
        if u < residents.clip(chance * resident.willingness()):
            channel = self.city.ledger.choose_channel(problem, 0, resident.segment)
            self.city.ledger.contact(problem, 0, resident, Origin.REPEAT, channel)
