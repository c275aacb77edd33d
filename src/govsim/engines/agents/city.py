"""The city: brings residents, offices and policies together, and keeps what they share."""

from collections.abc import Callable, Generator

from simpy.events import Event

from govsim.engines.agents.births import Beginning
from govsim.engines.agents.cadre import WEEK, Cadre
from govsim.engines.agents.channels import Channels
from govsim.engines.agents.clock import Clock
from govsim.engines.agents.conference import Conference
from govsim.engines.agents.council import CouncilPolicy
from govsim.engines.agents.deadlines import Deadlines
from govsim.engines.agents.desk import Desk
from govsim.engines.agents.draws import Draws
from govsim.engines.agents.hotline import CallCentre
from govsim.engines.agents.inheriting import Inheritance
from govsim.engines.agents.intake import Intake
from govsim.engines.agents.ledger import Ledger
from govsim.engines.agents.mediation import Mediation, lane_of
from govsim.engines.agents.office import Office
from govsim.engines.agents.outsourcing import Contractor
from govsim.engines.agents.patrols import PatrolPolicy
from govsim.engines.agents.problems import Problems
from govsim.engines.agents.projects import ProjectPolicy
from govsim.engines.agents.purse import Purse
from govsim.engines.agents.recorder import Recorder, Records
from govsim.engines.agents.resident import Resident
from govsim.engines.agents.scoring import Scoring
from govsim.engines.agents.sessions import Sessions, Training
from govsim.engines.agents.supervision import Supervision
from govsim.engines.agents.termination import Termination
from govsim.engines.agents.things import Grievance, Problem
from govsim.engines.agents.visits import VisitPolicy
from govsim.model import demand, residents
from govsim.model.plan import DAY, CostLine, Law, Plan
from govsim.model.purses import BOTTOMLESS
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    Gathering,
    Kind,
)

SESSIONS: dict[int, type[Sessions]] = {
    Gathering.VISIT: VisitPolicy,
    Gathering.PATROL: PatrolPolicy,
    Gathering.COUNCIL: CouncilPolicy,
    Gathering.TRAINING: Training,
}


class City:
    """One replication of one plan."""

    def __init__(
        self, plan: Plan, seed: int, replication: int, drain: Callable[[Records], None]
    ) -> None:
        self.plan = plan
        self.draws = Draws(seed, replication)
        self.clock = Clock(plan.horizon)
        self.record = Recorder(self.clock, drain)
        self.problems = Problems(self)
        self.ledger = Ledger(self)
        self.deadlines = Deadlines(self)
        self.supervision = Supervision(self)
        self.scoring = Scoring(self)
        self.termination = Termination(self)
        self.segment_shares = [segment.share for segment in plan.segments]
        self.severity_growth = [klass.severity_growth for klass in plan.classes]
        self.growth_strength = plan.loops.severity_growth
        self.top_tier = len(plan.tiers) - 1
        self.channels = Channels(plan, self.clock)
        most = self.channels.most()
        self.likeliest_report = self.likeliest(1.0, most)
        self.likeliest_thought = self.likeliest(plan.reporting.reconsider_factor, most)
        self.likeliest_fellow = self.likeliest(plan.reporting.fellow_factor, most)
        self.slowness_at_lanes = {lane.desk: lane.slowness for lane in plan.lanes}
        self.desks = [Desk(self, number) for number in range(len(plan.desks))]
        self.offices = [Office(self, number) for number in range(len(plan.offices))]
        self.lanes = [lane_of(self, number) for number in range(len(plan.lanes))]
        self.mediations = {lane.id: lane for lane in self.lanes if isinstance(lane, Mediation)}
        self.contractors = {lane.id: lane for lane in self.lanes if isinstance(lane, Contractor)}
        self._lanes_above()
        self.conferences = [Conference(self, number) for number in range(len(plan.conferences))]
        self.paths: dict[int, tuple[int, ...]] = {}
        self.people: dict[int, Resident] = {}
        self.intake = Intake(self)
        self.hotlines = {line.channel: CallCentre(self, line) for line in plan.hotlines}
        self.restless_desks: set[int] = set()
        self.purses = [Purse(self, purse) for purse in plan.purses]
        self.paid_until = [line.begins for line in plan.costs]
        self.sessions = [SESSIONS[visits.form](self, visits) for visits in plan.visits]
        self.projects = [ProjectPolicy(self, planner) for planner in plan.planners]
        self.councils = [c for c in self.sessions if isinstance(c, CouncilPolicy)]
        self._start()

    def _lanes_above(self) -> None:
        """Each office knows the special desks above that take its cases too, the nearest first."""
        for office in self.offices:
            for above in self.plan.path_up(office.id)[1:]:
                lanes = self.offices[above].lanes
                office.lanes_above += [lane for lane in lanes if lane.facts.from_below]

    def _start(self) -> None:
        """The processes that run from the first day."""
        self.problems.initial_stock()
        Inheritance(self).begins()
        self.clock.process(self.problems.days_pass())
        self.clock.process(self.rules_change())
        self.clock.process(self.months_end())
        self.clock.process(self.scoring.months_pass())
        self.clock.process(self.closes_the_books())
        for number, line in enumerate(self.plan.costs):
            self.clock.process(self.pays(number, line))
        for sessions in self.sessions:
            self.clock.process(sessions.are_held())
        for projects in self.projects:
            self.clock.process(projects.chooses())
        for lane in self.lanes:
            self.clock.process(lane.weeks_pass())
        for conference in self.conferences:
            self.clock.process(conference.meets())
            self.clock.process(conference.is_over())

    # ------------------------------------------------------------ looking up

    def slowness_at(self, desk: int) -> Law:
        """How much the cadres of a desk differ."""
        return self.slowness_at_lanes.get(desk, self.plan.rules[0].handling.cadre_slowness)

    def resident(self, number: int, drawn: Beginning | None = None) -> Resident:
        """The resident of that id, made when first asked for."""
        resident = self.people.get(number)
        if resident is None:
            if drawn is None:
                trust, segment = self.draws.pair(number, Purpose.INITIAL_TRUST)
            else:
                trust, segment = drawn.trust, drawn.segment
            resident = self.people[number] = Resident(self, number, trust, segment)
        return resident

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
        growth = self.severity_growth[problem.klass]
        age = self.clock.now - problem.born
        return demand.severity_now(problem.severity_at_birth, growth, age, self.growth_strength)

    def tier_needed(self, problem: Problem) -> int:
        """The lowest tier that can settle it, one more once it has hardened."""
        if not problem.hardened:
            return problem.required_tier
        return min(problem.required_tier + 1, self.top_tier)

    def about(self, grievance: Grievance, purpose: Purpose) -> tuple[float, float]:
        """Two draws about this step of a grievance."""
        assert grievance.problem is not None
        return self.draws.about(grievance.problem, purpose, grievance.index | grievance.step)

    def about_contact(self, grievance: Grievance, purpose: Purpose) -> tuple[float, float]:
        """Two draws about a grievance as a whole."""
        assert grievance.problem is not None
        return self.draws.about(grievance.problem, purpose, grievance.index)

    def likeliest(self, factor: float, most_access: float) -> float:
        """A bound that no resident's probability of speaking up exceeds."""
        facts, strength = self.plan.reporting, self.plan.loops.participation
        willing = max(
            residents.willingness(trust, facts.trust_floor, facts.trust_slope, strength)
            for trust in (0.0, 1.0)
        )
        effect = max(facts.severity_effect, -facts.severity_effect)
        return residents.report_probability(
            facts.probability * factor, 1.0, effect, willing, most_access
        )

    def path_of(self, grievance: Grievance) -> tuple[int, ...]:
        """The offices responsible for where the problem is."""
        return self.path(self.problem_of(grievance).community)

    # ------------------------------------------------------------ the calendar's own events

    def rules_change(self) -> Generator[Event, None, None]:
        """Policies begin and end: an office works by other rules."""
        for number, change in enumerate(self.plan.changes):
            yield self.clock.at(change.at, Rank.CHANGE, number)
            self.offices[change.office].rules = self.plan.rules[change.rules]

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
        self.spends(line.policy, yuan)

    def left(self, purse: int) -> float:
        """What a purse still holds this year."""
        return BOTTOMLESS if purse == ABSENT else self.purses[purse].left()

    def spends(self, policy: int, yuan: float, purse: int = ABSENT) -> None:
        """A policy's money, counted at the top, and in its purse if it has one."""
        if purse != ABSENT:
            self.purses[purse].pays(yuan)
        top = len(self.plan.offices) - 1
        self.record.cadre(Kind.MONEY, ABSENT, top, code=policy, value=yuan)

    def who_calls_back(self) -> CallCentre | None:
        """The call centre whose operators call residents back; without one, offices do."""
        return next((line for line in self.hotlines.values() if line.is_in_service()), None)

    def match_later(self, desk: int) -> None:
        """At the end of this second this desk matches its free cadres to its waiting cases."""
        if not self.restless_desks:
            self.clock.call(self.clock.now, Rank.MATCH, 0, self.match)
        self.restless_desks.add(desk)

    def match(self) -> None:
        """Free cadres are matched to waiting cases, desk by desk."""
        desks, self.restless_desks = self.restless_desks, set()
        for desk in sorted(desks) if len(desks) > 1 else desks:
            self.desks[desk].match()

    # ------------------------------------------------------------ the end

    def closes_the_books(self) -> Generator[Event, None, None]:
        """In the last second of the run: what is open, forgotten and unpaid."""
        yield self.clock.at(self.plan.until - 1, Rank.BOOKS, 0)
        for grievance in self.open_grievances():
            self.ledger.stands(Kind.OPEN, grievance)
        for number in sorted(self.people):
            person = self.people[number]
            person.set_trust(person.trust_now())
        for number, line in enumerate(self.plan.costs):
            self.pay_until(number, min(line.ends, self.plan.until))

    def breaks_off(self) -> None:
        """At the horizon: what is unfinished."""
        for office in self.offices:
            office.still_at_work()
        for grievance in self.open_grievances():
            self.ledger.cut_short(grievance)
            self.ledger.stands(Kind.UNSETTLED, grievance)
        self.record.flush()

    def open_grievances(self) -> list[Grievance]:
        """By number; questions are none."""
        numbers = sorted(self.ledger.open)
        return [self.ledger.open[n] for n in numbers if not self.ledger.open[n].is_enquiry]
