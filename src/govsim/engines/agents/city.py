"""The city: brings residents, offices and policies together, and keeps what they share."""

from collections.abc import Callable, Generator
from itertools import count

from simpy.events import Event

from govsim.engines.agents.births import Beginning, Births
from govsim.engines.agents.cadre import WEEK, Cadre
from govsim.engines.agents.clock import Clock, Rank
from govsim.engines.agents.deadlines import Deadlines
from govsim.engines.agents.desk import Desk
from govsim.engines.agents.draws import Draws
from govsim.engines.agents.office import Office
from govsim.engines.agents.recorder import Recorder, Records
from govsim.engines.agents.resident import Resident
from govsim.engines.agents.things import Grievance, Problem
from govsim.engines.agents.visits import VisitPolicy
from govsim.model import calendars, demand, residents
from govsim.model.laws import quantile
from govsim.model.plan import DAY, CostLine, Plan
from govsim.model.randomness import Purpose, contact_index, resident_id
from govsim.model.records import (
    ABSENT,
    FIRST,
    KNOWN,
    NO_INDEX,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    REPLIED_BEFORE,
    TRUE,
    Activity,
    Birth,
    Kind,
    Origin,
    Outcome,
)

MEMBER_BITS = 10
VISIT_BITS = 36


class City:
    """One replication of one plan."""

    def __init__(
        self, plan: Plan, seed: int, replication: int, drain: Callable[[Records], None]
    ) -> None:
        self.plan = plan
        self.draws = Draws(seed, replication)
        self.clock = Clock(plan.horizon)
        self.record = Recorder(self.clock, drain)
        self.births = Births(self)
        self.deadlines = Deadlines(self)
        self.segment_shares = [segment.share for segment in plan.segments]
        self.access = self._access()
        self.likeliest_thought = self._likeliest(plan.reporting.reconsider_factor)
        self.likeliest_fellow = self._likeliest(plan.reporting.fellow_factor)
        self.desks = [Desk(self, number) for number in range(len(plan.desks))]
        self.offices = [Office(self, number) for number in range(len(plan.offices))]
        self.paths: dict[int, tuple[int, ...]] = {}
        self.people: dict[int, Resident] = {}
        self.silent: dict[int, dict[int, Problem]] = {
            office.ordinal: {} for office in self.births.communities
        }
        self.ledger: dict[int, Grievance] = {}  # open cases
        self.numbers = count()
        self.restless_desks: set[int] = set()
        self.paid_until = [line.begins for line in plan.costs]
        self._start()

    def _start(self) -> None:
        """The processes that run from the first day."""
        env = self.clock.env
        self.initial_stock()
        env.process(self.days_pass())
        env.process(self.months_end())
        for number, line in enumerate(self.plan.costs):
            env.process(self.pays(number, line))
        for visits in self.plan.visits:
            env.process(VisitPolicy(self, visits).holds_sessions())

    # ------------------------------------------------------------ looking up

    def resident(self, number: int) -> Resident:
        """The resident of that id, made when first asked for."""
        if number not in self.people:
            self.people[number] = Resident(self, number)
        return self.people[number]

    def path(self, community: int) -> tuple[int, ...]:
        """The offices responsible for a community, tier by tier."""
        if community not in self.paths:
            self.paths[community] = self.plan.path_up(community)
        return self.paths[community]

    def cadre(self, number: int) -> Cadre:
        """The cadre of that number."""
        desk = self.desks[self.plan.cadres[number].desk]
        return desk.cadres[desk.facts.cadres.index(number)]

    def problem_of(self, grievance: Grievance) -> Problem:
        """The problem of a grievance that is not an enquiry."""
        assert grievance.problem is not None
        return grievance.problem

    def severity(self, problem: Problem) -> float:
        """How bad a problem is today."""
        growth = self.plan.classes[problem.klass].severity_growth
        age = self.clock.now - problem.born
        strength = self.plan.loops.severity_growth
        return demand.severity_now(problem.severity_at_birth, growth, age, strength)

    def tier_needed(self, problem: Problem) -> int:
        """The lowest tier that can settle it, one more once it has hardened."""
        return min(problem.required_tier + problem.hardened, len(self.plan.tiers) - 1)

    def about(self, grievance: Grievance, purpose: Purpose) -> tuple[float, float]:
        """Two draws about this step of a grievance."""
        index = contact_index(grievance.member, grievance.contact, grievance.next_step())
        return self.draws.pair(grievance.subject, purpose, index)

    def about_contact(self, grievance: Grievance, purpose: Purpose) -> tuple[float, float]:
        """Two draws about a grievance as a whole."""
        index = contact_index(grievance.member, grievance.contact, 0)
        return self.draws.pair(grievance.subject, purpose, index)

    def contact_key(
        self,
        problem: Problem,
        member: int,
        after: Grievance | None = None,
        origin: Origin = Origin.FIRST,
    ) -> int:
        """Place of a contact among the contacts of the same second."""
        third = 0 if after is None else (after.number + 1) << 4 | origin
        return (problem.id << MEMBER_BITS | member) << VISIT_BITS | third

    def _access(self) -> list[float]:
        weights = [channel.weight for channel in self.plan.channels]
        return [
            residents.access(weights, [channel.reach[segment] for channel in self.plan.channels])
            for segment in range(len(self.plan.segments))
        ]

    def _likeliest(self, factor: float) -> float:
        """A bound that no resident's probability of speaking up exceeds."""
        facts, strength = self.plan.reporting, self.plan.loops.participation
        willing = max(
            residents.willingness(trust, facts.trust_floor, facts.trust_slope, strength)
            for trust in (0.0, 1.0)
        )
        effect = max(facts.severity_effect, -facts.severity_effect)
        return residents.report_probability(
            facts.probability * factor, 1.0, effect, willing, max(self.access)
        )

    # ------------------------------------------------------------ problems begin and end

    def initial_stock(self) -> None:
        """Problems born before the first day that still live, and that nobody has spoken of."""
        for day in range(-self.plan.history_days, 0):
            for beginning in self.births.of_day(day):
                if not beginning.enquiry:
                    self._begin_old(beginning)

    def _begin_old(self, beginning: Beginning) -> None:
        problem = self.births.problem(beginning)
        if self.births.heals_at(problem) <= 0:
            return
        resident = self.resident(problem.resident)
        if resident.spoke_up_long_ago(problem):
            return
        occasions = -problem.born // self.plan.reporting.reconsider_every
        self.begins(problem, Birth.INITIAL)
        self.clock.env.process(resident.lives_with(problem, int(occasions) + 1))

    def days_pass(self) -> Generator[Event, None, None]:
        """Every day brings problems and enquiries."""
        for day in range(-(-self.plan.horizon // DAY)):
            for beginning in self.births.of_day(day):
                yield self.clock.at(beginning.moment, Rank.BIRTH, beginning.id)
                if beginning.enquiry:
                    self.enquiry(beginning)
                else:
                    problem = self.births.problem(beginning)
                    self.begins(problem, Birth.NEW)
                    resident = self.resident(problem.resident)
                    self.clock.env.process(resident.lives_with(problem, 0))
                    self.fellows(problem)

    def begins(self, problem: Problem, code: Birth) -> None:
        """A problem is in the world, and nobody else knows."""
        problem.segment = self.resident(problem.resident).segment
        self.record.problem(Kind.BORN, problem, code=code, value=problem.severity_at_birth)
        self.silent[problem.community][problem.id] = problem
        self.heals_later(problem)

    def heals_later(self, problem: Problem) -> None:
        """Some problems end by themselves."""
        spell = problem.recurrences
        when = self.births.heals_at(problem, spell)
        self.clock.call(when, Rank.HEAL, problem.id, lambda: self.heals(problem, spell))

    def heals(self, problem: Problem, spell: int) -> None:
        """The problem has ended by itself."""
        if problem.lives and problem.recurrences == spell:
            problem.lives = False
            self.silent[problem.community].pop(problem.id, None)
            self.record.problem(Kind.HEALED, problem, flags=KNOWN if problem.known else 0)

    def fellows(self, problem: Problem) -> None:
        """Others hit by a collective problem may speak up as well."""
        strength = self.plan.loops.duplicates
        factor = self.plan.reporting.fellow_factor
        for member in range(1, problem.residents_hit if strength > 0.0 else 1):
            u = self.draws.one(problem.id, Purpose.FELLOW, member)
            if u < strength * self.likeliest_fellow:
                resident = self.fellow(problem, member)
                if u < strength * resident.report_probability(problem, factor):
                    self.clock.env.process(resident.speaks_up(problem, member))

    def fellow(self, problem: Problem, member: int) -> Resident:
        """The member-th resident hit by a collective problem."""
        people = self.plan.offices[problem.community].residents
        u = self.draws.one(problem.id, Purpose.FELLOW_WHO, member)
        return self.resident(resident_id(problem.community, demand.number_below(people, u)))

    def problem_ends(self, problem: Problem, outcome: Outcome) -> None:
        """An office has ended the problem; sometimes it comes back."""
        problem.lives = False
        self.silent[problem.community].pop(problem.id, None)
        flags = KNOWN if problem.known else 0
        self.record.problem(Kind.SOLVED, problem, code=outcome, flags=flags)
        u, after = self.draws.pair(problem.id, Purpose.RECURRENCE, 2 * problem.recurrences)
        if outcome == Outcome.SOLVED and u < self.plan.closing.recurs * self.plan.loops.recurrence:
            when = self.clock.now + int(quantile(self.plan.closing.recurs_after, after) + 0.5)
            self.clock.call(when, Rank.RECUR, problem.id, lambda: self.recurs(problem))

    def recurs(self, problem: Problem) -> None:
        """The solution did not hold; the resident may speak up once more."""
        problem.recurrences += 1
        problem.lives = True
        flags = KNOWN if problem.known else 0
        self.record.problem(Kind.RECURRED, problem, flags=flags)
        if not problem.open_grievances:
            self.silent[problem.community][problem.id] = problem
        self.heals_later(problem)
        resident = self.resident(problem.resident)
        u = self.draws.one(problem.id, Purpose.RECURRENCE, 2 * problem.recurrences - 1)
        chance = self.plan.after_closing.contact_again * self.plan.loops.reopening
        if u < residents.clip(chance * resident.willingness()):
            channel = self.choose_channel(problem, 0, resident.segment)
            self.contact(problem, 0, resident, Origin.REPEAT, channel)

    # ------------------------------------------------------------ contacts and registration

    def choose_channel(self, problem: Problem, member: int, segment: int) -> int:
        """Among the channels that are open to this segment, by weight and reach."""
        index = contact_index(member, problem.contacts.get(member, 0), 0)
        u = self.draws.one(problem.id, Purpose.CHANNEL, index)
        return self.channel_at(u, segment)

    def channel_at(self, u: float, segment: int) -> int:
        """The channel at rank u of a segment's preferences."""
        return demand.pick(
            [channel.weight * channel.reach[segment] for channel in self.plan.channels], u
        )

    def channel_opens(self, channel: int, t: int) -> int:
        """When a channel next takes contacts."""
        calendar = self.plan.calendars[self.plan.channels[channel].calendar]
        return calendars.next_duty(calendar.starts, calendar.ends, t)

    def enquiry(self, beginning: Beginning) -> None:
        """A question: asked when the channel is open, answered at once, part of the load."""
        u, v = self.draws.pair(beginning.id, Purpose.CHANNEL)
        segment = demand.pick(self.segment_shares, v)
        channel = self.channel_at(u, segment)
        home = self.path(beginning.community)[self.plan.channels[channel].lands_at]

        def ask() -> None:
            grievance = Grievance(
                number=next(self.numbers), origin=Origin.ENQUIRY, subject=beginning.id,
                problem=None, member=0, contact=0, resident=ABSENT, klass=NO_INDEX,
                segment=segment, channel=channel, home=home, registered=self.clock.now,
            )  # fmt: skip
            self.ledger[grievance.number] = grievance
            office = self.offices[home]
            office.receive(grievance)
            self.record.case(Kind.REGISTERED, grievance, code=Origin.ENQUIRY)
            self.desks[office.facts.desks[0]].join(grievance, Activity.ENQUIRY)

        moment = self.channel_opens(channel, beginning.moment)
        self.clock.call(moment, Rank.CONTACT, beginning.id << (MEMBER_BITS + VISIT_BITS), ask)

    def contact(
        self,
        problem: Problem,
        member: int,
        resident: Resident,
        origin: Origin,
        channel: int,
        *,
        threatens: bool = False,
    ) -> None:
        """A resident speaks up; with some luck somebody writes it down."""
        contact = problem.contacts.get(member, 0)
        problem.contacts[member] = contact + 1
        u = self.draws.one(problem.id, Purpose.RECORDING, contact_index(member, contact, 0))
        facts = self.plan.channels[channel]
        if u >= facts.registered:
            self.record.problem(Kind.NOT_RECORDED, problem, code=origin, channel=channel)
            return
        home = self.path(problem.community)[facts.lands_at]
        grievance = self.register(
            problem, member, contact, resident, origin, channel, home, threatens=threatens
        )
        self.triage(grievance)

    def contact_above(
        self, grievance: Grievance, problem: Problem, resident: Resident, origin: Origin
    ) -> None:
        """One tier above the office that had it: over its head, or as a formal review."""
        member = grievance.member
        contact = problem.contacts.get(member, 0)
        problem.contacts[member] = contact + 1
        above = self.plan.offices[grievance.home].parent
        ladder = {Origin.REVIEW: 1, Origin.RE_REVIEW: 2}.get(origin, 0)
        new = self.register(
            problem, member, contact, resident, origin, grievance.channel, above,
            threatens=grievance.threatens, ladder=ladder,
        )  # fmt: skip
        self.triage(new)

    def register(
        self,
        problem: Problem,
        member: int,
        contact: int,
        resident: Resident,
        origin: Origin,
        channel: int,
        home: int,
        *,
        leaders_case: bool = False,
        threatens: bool = False,
        ladder: int = 0,
    ) -> Grievance:
        """A new entry in an office's ledger; its clocks start."""
        grievance = Grievance(
            number=next(self.numbers), origin=origin, subject=problem.id, problem=problem,
            member=member, contact=contact, resident=resident.id, klass=problem.klass,
            segment=resident.segment, channel=channel, home=home, registered=self.clock.now,
            leaders_case=leaders_case, threatens=threatens, ladder=ladder,
        )  # fmt: skip
        self.ledger[grievance.number] = grievance
        self.becomes_known(problem)
        self.hardens(problem)
        problem.open_grievances[grievance.number] = grievance
        self.offices[home].receive(grievance)
        self.record.case(Kind.REGISTERED, grievance, code=origin)
        self.deadlines.start(grievance)
        if self.plan.loops.giving_up > 0.0:
            self.clock.env.process(resident.gives_up(grievance))
        return grievance

    def becomes_known(self, problem: Problem) -> None:
        """From the first registration on the problem is no longer latent."""
        self.silent[problem.community].pop(problem.id, None)
        if not problem.known:
            problem.known = True
            self.record.problem(Kind.BECAME_KNOWN, problem)

    def hardens(self, problem: Problem) -> None:
        """What has grown since its birth may now need a higher tier."""
        grown = self.severity(problem) - problem.severity_at_birth
        if not problem.hardened:
            u = self.draws.one(problem.id, Purpose.HARDENING)
            problem.hardened = u < self.plan.loops.hardening * grown

    def triage(self, grievance: Grievance) -> None:
        """Who is to handle it: the office that took it, or straight the tier that looks right."""
        facts = self.plan.handling
        office = self.offices[grievance.home]
        if facts.direct_dispatch:
            target = self.judged_tier(grievance)
            if target > office.facts.tier:
                office.release(grievance)
                sender, office = office, self.offices[self.path_of(grievance)[target]]
                office.receive(grievance)
                self.record.case(Kind.ESCALATED, grievance, value=float(sender.id))
        office.dispatch(grievance, facts.triage_error, Activity.HANDLE)

    def judged_tier(self, grievance: Grievance) -> int:
        """The tier that triage believes is needed; by mistake one off."""
        needed = self.tier_needed(self.problem_of(grievance))
        u, way = self.about_contact(grievance, Purpose.DISPATCH)
        if u < self.plan.handling.triage_error * self.plan.loops.bounce:
            needed += 1 if way < 0.5 else -1
        return max(0, min(needed, len(self.plan.tiers) - 1))

    def path_of(self, grievance: Grievance) -> tuple[int, ...]:
        """The offices responsible for where the problem is."""
        return self.path(self.problem_of(grievance).community)

    # ------------------------------------------------------------ after the offices

    def after_closing(self, grievance: Grievance, problem: Problem, promised: bool) -> None:
        """A solved problem closes its other grievances too; the resident will see what came of it."""
        self.leaves_ledger(grievance)
        if grievance.outcome in (Outcome.SOLVED, Outcome.EXPLAINED) and not problem.lives:
            self.merge_duplicates(problem)
        resident = self.resident(grievance.resident)
        self.clock.env.process(resident.sees_what_came_of_it(grievance, problem, promised))

    def leaves_ledger(self, grievance: Grievance) -> None:
        """A grievance is no longer open; if nothing was solved, the problem is silent again."""
        del self.ledger[grievance.number]
        problem = grievance.problem
        if problem is not None:
            del problem.open_grievances[grievance.number]
            if problem.lives and not problem.open_grievances:
                self.silent[problem.community][problem.id] = problem

    def merge_duplicates(self, problem: Problem) -> None:
        """Other open grievances about a solved problem are found and closed with it."""
        for number in sorted(problem.open_grievances):
            other = problem.open_grievances[number]
            u = self.about_contact(other, Purpose.MERGE)[0]
            if not other.in_work and u < self.plan.closing.merge_duplicates:
                self.offices[other.office].close(other, Outcome.DUPLICATE)

    def withdraw(self, grievance: Grievance) -> None:
        """The resident has given up waiting."""
        grievance.open = False
        grievance.queued = False
        grievance.moves()
        self._ends_unclosed(Kind.WITHDRAWN, grievance)
        self.offices[grievance.office].release(grievance)
        self.leaves_ledger(grievance)

    def reopen(self, grievance: Grievance, problem: Problem) -> None:
        """The same file once more, at the office that closed it."""
        flags = TRUE if grievance.closed_true else 0
        flags |= FIRST if grievance.closings == 1 else 0
        age = float(grievance.closed_at - grievance.registered)
        self.record.case(
            Kind.REOPENED, grievance, code=grievance.outcome, flags=flags, value=age
        )
        grievance.open = True
        grievance.decided = False
        grievance.settled_in_substance = False
        grievance.departments_done = 0
        grievance.overdue = False
        self.ledger[grievance.number] = grievance
        self.silent[problem.community].pop(problem.id, None)
        problem.open_grievances[grievance.number] = grievance
        office = self.offices[grievance.office]
        office.receive(grievance)
        self.deadlines.restart_resolution(grievance)
        office.dispatch(grievance, 0.0, Activity.HANDLE)

    # ------------------------------------------------------------ the calendar's own events

    def months_end(self) -> Generator[Event, None, None]:
        """Every thirty days the offices clear out old cases."""
        for month in range(1, self.plan.horizon // (30 * DAY) + 1):
            yield self.clock.at(month * 30 * DAY, Rank.CLEAN_UP, 0)
            if self.plan.loops.clean_up > 0.0:
                for office in self.offices:
                    office.clear_out(month)

    def pays(self, number: int, line: CostLine) -> Generator[Event, None, None]:
        """A policy's money: once at its beginning, and week by week."""
        yield self.clock.at(line.begins, Rank.PAY, number)
        if line.once > 0.0:
            self._pay(line, line.once)
        while line.per_year > 0.0 and self.paid_until[number] < line.ends:
            until = min(self.paid_until[number] + WEEK, line.ends)
            yield self.clock.at(until, Rank.PAY, number)
            self.pay_until(number, until)

    def pay_until(self, number: int, until: int) -> None:
        """The part of a yearly sum that falls due up to then."""
        line = self.plan.costs[number]
        seconds = until - self.paid_until[number]
        if seconds > 0 and line.per_year > 0.0:
            self._pay(line, line.per_year * seconds / (365 * DAY))
            self.paid_until[number] = until

    def _pay(self, line: CostLine, yuan: float) -> None:
        top = len(self.plan.offices) - 1
        self.record.cadre(Kind.MONEY, ABSENT, top, code=line.policy, value=yuan)

    def match_later(self, desk: int) -> None:
        """At the end of this second this desk matches its free cadres to its waiting cases."""
        if not self.restless_desks:
            self.clock.call(self.clock.now, Rank.MATCH, 0, self.match)
        self.restless_desks.add(desk)

    def match(self) -> None:
        """Free cadres are matched to waiting cases, desk by desk."""
        desks = sorted(self.restless_desks)
        self.restless_desks.clear()
        for desk in desks:
            self.desks[desk].match()

    # ------------------------------------------------------------ the end

    def closes_the_books(self) -> None:
        """At the horizon: what is unfinished, open, forgotten and unpaid."""
        for office in self.offices:
            office.still_at_work()
        for number in sorted(self.ledger):
            self._still_open(self.ledger[number])
        for number in sorted(self.people):
            person = self.people[number]
            person.set_trust(person.trust_now())
        for number, line in enumerate(self.plan.costs):
            self.pay_until(number, min(line.ends, self.plan.horizon))
        self.record.flush()

    def _still_open(self, grievance: Grievance) -> None:
        if not grievance.is_enquiry:
            self._ends_unclosed(Kind.OPEN, grievance)

    def _ends_unclosed(self, kind: Kind, grievance: Grievance) -> None:
        """How a case stands that nobody has closed: withdrawn, or still open at the horizon."""
        flags = REPLIED_BEFORE if grievance.replied else 0
        flags |= OVERDUE_REPLY if grievance.overdue_reply else 0
        flags |= OVERDUE_RESOLUTION if grievance.overdue_resolution else 0
        age = float(self.clock.now - grievance.registered)
        self.record.case(kind, grievance, flags=flags, value=age)
