"""An office: triage, the work's course from desk to desk and tier to tier, and closing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from govsim.engines.agents.cadre import Cadre, Spell
from govsim.engines.agents.scoring import Month
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import demand, handling, oversight, residents
from govsim.model.laws import seconds
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    AGAIN,
    FIRST,
    HAS_DEADLINE,
    ON_TIME,
    OVERDUE_REPLY,
    REPLIED_BEFORE,
    SUBSTANTIVE,
    TRUE,
    UNFINISHED,
    Activity,
    Errand,
    Kind,
    Outcome,
    Wait,
)

if TYPE_CHECKING:
    from govsim.engines.agents.city import City
    from govsim.engines.agents.conference import Conference
    from govsim.engines.agents.lanes import Lane

SPEED_OF_APPROVAL = 100  # index of the approval's draw beside the tiers' touch work


class Office:
    """What an office does with a grievance, step by step."""

    def __init__(self, city: "City", number: int) -> None:
        self.city = city
        self.draws = city.draws
        self.record = city.record
        self.plan = city.plan
        self.clock = city.clock
        self.id = number
        self.facts = city.plan.offices[number]
        self.tier = city.plan.tiers[self.facts.tier]
        self.rules = city.plan.rules[self.facts.rules]  # of today
        entity = self.facts.tier << 32 | self.facts.ordinal
        self.slowness = city.draws.value(
            self.rules.handling.office_slowness, entity, Purpose.OFFICE_SLOWNESS
        )
        self.cases: dict[int, Grievance] = {}  # open grievances that lie here
        self.overdue = 0  # of these, those past a deadline
        self.month = Month()
        self.behind = 0.0  # others of its tier: 0 the best, 1 the last
        self.taken = 0  # open grievances that were registered here, wherever they lie
        self.settled = 0  # those registered here that ended with the problem gone
        self.lanes: list[Lane] = []  # special desks of policies
        self.lanes_above: list[Lane] = []  # those of offices above that take cases from below
        self.conferences: list[Conference] = []

    # ------------------------------------------------------------ receiving

    def receive(self, grievance: Grievance) -> None:
        """An open case lies here from now on."""
        grievance.office = self.id
        self.cases[grievance.number] = grievance
        self.overdue += grievance.overdue

    def release(self, grievance: Grievance) -> None:
        """A case leaves this office or is closed."""
        del self.cases[grievance.number]
        self.overdue -= grievance.overdue

    def dispatch(self, grievance: Grievance, error: float, to_do: Activity) -> None:
        """Give a case to the department that owns it, or by mistake to another."""
        problem = self.city.problem_of(grievance)
        grievance.step += 1
        grievance.misdirected = False
        grievance.lane = ABSENT
        for lane in (*self.lanes, *self.lanes_above):
            if lane.wants(grievance, problem):
                lane.fetches(grievance)
                lane.takes(grievance, problem)
                return
        chance = error * self.plan.loops.bounce
        u, other = self.city.about(grievance, Purpose.DISPATCH) if chance > 0.0 else (1.0, 0.0)
        grievance.misdirected = u < chance
        count = len(self.facts.desks)
        place = demand.number_below(count, problem.owner) + grievance.departments_done
        if grievance.misdirected and count > 1:
            place += 1 + demand.number_below(count - 1, other)
        self.city.desks[self.facts.desks[place % count]].join(grievance, to_do)

    # ------------------------------------------------------------ work

    def begin_work(self, grievance: Grievance, cadre: Cadre) -> None:
        """A cadre takes the case from the queue."""
        grievance.queued = False
        grievance.in_work = True
        activity = self.what_is_to_do(grievance)
        touch = self.effort(grievance, activity) * cadre.factor()
        if not grievance.taken_in:
            grievance.taken_in = True
            touch += self.plan.channels[grievance.channel].intake
        cadre.begins(touch, cadre.facts.share_of_time, grievance, activity)

    def what_is_to_do(self, grievance: Grievance) -> Activity:
        """What the cadre finds on opening the file."""
        problem = grievance.problem
        if problem is None or grievance.to_do == Activity.APPROVE:
            return grievance.to_do
        if not problem.lives:
            return Activity.CHECK
        if grievance.misdirected:
            return Activity.REFUSE
        if grievance.turned_away or not self.plan.classes[problem.klass].reasonable:
            return Activity.EXPLAIN
        if grievance.decided:
            return Activity.CARRY_OUT
        lane = None if grievance.lane == ABSENT else self.city.lanes[grievance.lane]
        if lane is not None and lane.facts.mediates:
            return Activity.MEDIATE
        if self.facts.tier < self.city.tier_needed(problem):
            return Activity.PASS_UP
        return Activity.HANDLE if lane is None else Activity.CONTRACT

    def effort(self, grievance: Grievance, activity: Activity) -> float:
        """Seconds of work for an average cadre."""
        facts, draws = self.rules.handling, self.draws
        problem = grievance.problem
        if problem is None:
            return 0.0  # an enquiry is its intake
        if activity == Activity.CHECK:
            return draws.value_about(facts.check, problem, Purpose.TOUCH, 101)
        if activity == Activity.REFUSE:
            return draws.value_about(facts.bounce_work, problem, Purpose.TOUCH, 102)
        if activity == Activity.APPROVE:
            return draws.value_about(
                self.tier.approval_work, problem, Purpose.TOUCH, SPEED_OF_APPROVAL
            )
        if activity == Activity.MEDIATE:
            return self.city.mediations[grievance.lane].length_of_session(grievance, problem)
        at_a_lane = grievance.lane != ABSENT  # whose people are as slow as they are
        slowness = 1.0 if at_a_lane else self.slowness
        level = self.facts.tier
        if at_a_lane:  # the work that the tier would have had that it needs
            level = min(level, self.city.tier_needed(problem))
        law = self.plan.tiers[level].touch_work
        work = draws.value_about(law, problem, Purpose.TOUCH, level)
        strength = self.plan.loops.early_solving
        work *= slowness * handling.severity_factor(
            self.city.severity(problem), facts.severity_effect, strength
        )
        if at_a_lane:  # whose people are in no ranking
            work *= self.city.lanes[grievance.lane].facts.effort
        else:
            work *= facts.effort
            work /= self.hurry()
        if grievance.turned_away:
            work *= self.rules.intake.explaining
        return work * facts.work_before_passing_up if activity == Activity.PASS_UP else work

    def after_work(self, grievance: Grievance, cadre: Cadre, spell: Spell) -> None:
        """The case's next move, decided when a spell of work is done."""
        grievance.in_work = False
        self.record_work(grievance, cadre, spell, spell.touch)
        problem = grievance.problem
        if problem is None:
            self.close(grievance, Outcome.ANSWERED)
        elif not problem.lives:
            self.close(grievance, Outcome.GONE)
        elif spell.activity == Activity.REFUSE:
            self.bounce(grievance)
        elif spell.activity == Activity.APPROVE:
            self.wait_outside(grievance, problem)
        else:
            self.after_handling(grievance, problem, cadre, spell.activity)

    def record_work(
        self, grievance: Grievance, cadre: Cadre, spell: Spell, touch: float, flags: int = 0
    ) -> None:
        """One spell of work, for the ledger of hours."""
        self.record.stretch(
            Kind.WORKED, grievance, grievance.enabled, spell.started,
            code=spell.activity, flags=flags, value=touch, cadre=cadre.id,
        )  # fmt: skip

    def after_handling(
        self, grievance: Grievance, problem: Problem, cadre: Cadre, activity: Activity
    ) -> None:
        """Somebody looked into the matter itself."""
        if activity != Activity.PASS_UP and not self.is_misjudged(grievance, problem):
            grievance.settled_in_substance = True
        self.prepare_reply(grievance)
        if activity == Activity.MEDIATE:
            self.city.mediations[grievance.lane].session_over(grievance, problem, cadre)
        elif activity == Activity.EXPLAIN:
            self.explain(grievance, problem)
        elif self.closes_on_paper(grievance, problem, cadre):
            self.close(grievance, Outcome.ON_PAPER)
        elif activity == Activity.PASS_UP:
            self.pass_up(grievance)
        elif self.asks_resident(grievance):
            self.wait_for_resident(grievance, problem)
        else:
            self.proceed(grievance, problem)

    def proceed(self, grievance: Grievance, problem: Problem) -> None:
        """Work here is done: the next department, the office below, a signature, or the outside."""
        if grievance.lane != ABSENT:
            self.city.contractors[grievance.lane].hands_back(grievance, problem)
        elif self.needs_next_department(grievance, problem):
            if not any(table.takes(grievance, problem) for table in self.conferences):
                self.goes_to_next_department(grievance)
        elif self.came_too_high(grievance, problem) and self.sends_down(grievance):
            self.return_down(grievance, problem)
        elif self.needs_approval(grievance, problem):
            self.city.desks[self.facts.leaders_desk].join(grievance, Activity.APPROVE)
        else:
            self.wait_outside(grievance, problem)

    def needs_next_department(self, grievance: Grievance, problem: Problem) -> bool:
        """Whether another department of this office must act as well."""
        if grievance.departments_done + 1 >= problem.departments or len(self.facts.desks) == 1:
            return False
        strength = self.plan.loops.several_departments
        return self.city.about_contact(grievance, Purpose.RETURN_DOWN)[1] < strength

    def goes_to_next_department(self, grievance: Grievance) -> None:
        """The ordinary way: one after the other."""
        grievance.departments_done += 1
        self.dispatch(grievance, self.transfer_error(grievance), grievance.to_do)

    def transfer_error(self, grievance: Grievance) -> float:
        """Wrong dispatches at a transfer; none where it was agreed who leads."""
        return 0.0 if grievance.led else self.rules.handling.transfer_error

    def sends_down(self, grievance: Grievance) -> bool:
        """Whether what was decided here is to be carried out below."""
        chance = self.rules.handling.returned_down * self.plan.loops.return_down
        return chance > 0.0 and self.city.about(grievance, Purpose.RETURN_DOWN)[0] < chance

    def came_too_high(self, grievance: Grievance, problem: Problem) -> bool:
        """Whether the case was escalated, or brought to a tier above the one it needs."""
        if grievance.decided or grievance.sessions > 0 or self.facts.tier == 0:
            return False  # what a special desk has done need not be carried out below
        return grievance.escalations > 0 or self.city.tier_needed(problem) < self.facts.tier

    def needs_approval(self, grievance: Grievance, problem: Problem) -> bool:
        """Whether a leader of this office must sign; not for what a leader has decided already."""
        if self.facts.leaders_desk == ABSENT or grievance.decided:
            return False
        wanted = self.plan.classes[problem.klass].approval * self.plan.loops.approvals
        return wanted > 0.0 and self.draws.about(problem, Purpose.APPROVAL)[0] < wanted

    # ------------------------------------------------------------ waits outside the office

    def wait_outside(self, grievance: Grievance, problem: Problem) -> None:
        """Other parties, capital, season: no work shortens it, but terms make people push."""
        law = self.plan.classes[problem.klass].outside_wait
        natural = self.draws.seconds_about(law, problem, Purpose.OUTSIDE)
        ready = self.ready_at(natural, grievance.resolution_due, grievance.resolution_term)
        wait = ready - self.clock.now
        self.wait(grievance, Wait.OUTSIDE, wait, self.outside_wait_over, grievance, problem)

    def outside_wait_over(self, grievance: Grievance, problem: Problem) -> None:
        """And then the solution."""
        self.close(grievance, Outcome.SOLVED if problem.lives else Outcome.GONE)

    def asks_resident(self, grievance: Grievance) -> bool:
        """Whether something more is wanted from the resident; asked once at most."""
        if grievance.asked:
            return False
        grievance.asked = True
        share = self.rules.handling.asks_resident * self.plan.loops.asking
        return share > 0.0 and self.city.about_contact(grievance, Purpose.ASKING)[0] < share

    def wait_for_resident(self, grievance: Grievance, problem: Problem) -> None:
        """Until the resident has answered; the clocks may stand still meanwhile."""
        u = self.city.about_contact(grievance, Purpose.ASKING)[1]
        wait = seconds(self.rules.handling.resident_answers, u)
        if self.rules.deadlines.pause_while_asking:
            self.city.deadlines.put_off(grievance, wait)
        self.wait(grievance, Wait.RESIDENT, wait, self.resident_has_answered, grievance, problem)

    def resident_has_answered(self, grievance: Grievance, problem: Problem) -> None:
        """On it goes, unless the problem has ended meanwhile."""
        if problem.lives:
            self.proceed(grievance, problem)
        else:
            self.close(grievance, Outcome.GONE)

    def wait(
        self, grievance: Grievance, kind: Wait, wait: int, then: Callable[..., None], *about: Any
    ) -> None:
        """Let the time pass; then, if the case is still where it was, go on."""
        stage, begun = grievance.moves(), self.clock.now
        grievance.waits = (kind, begun)
        self.clock.call(
            begun + wait, Rank.WAIT_ENDS, grievance.number,
            self.wait_ends, grievance, kind, stage, begun, then, about,
        )  # fmt: skip

    def wait_ends(
        self, grievance: Grievance, kind: Wait, stage: int, begun: int,
        then: Callable[..., None], about: tuple[Any, ...],
    ) -> None:  # fmt: skip
        """Nothing, if the case has moved since."""
        if grievance.open and grievance.stage == stage:
            grievance.waits = None
            self.record.stretch(Kind.WAITED, grievance, begun, begun, code=kind)
            then(*about)

    # ------------------------------------------------------------ passing on

    def bounce(self, grievance: Grievance) -> None:
        """Not ours: back it goes, and days later it is given out again."""
        grievance.bounces += 1
        flags = FIRST if grievance.bounces == 1 else 0
        self.record.case(Kind.BOUNCED, grievance, flags=flags)
        u = self.city.about(grievance, Purpose.BOUNCE_DELAY)[0]
        wait = seconds(self.rules.handling.bounce_delay, u)
        self.wait(grievance, Wait.BOUNCE, wait, self.gives_out_again, grievance)

    def gives_out_again(self, grievance: Grievance) -> None:
        """Back from the wrong desk; the office of last resort must take it."""
        last_resort = grievance.bounces >= self.rules.handling.most_bounces
        error = 0.0 if last_resort else self.transfer_error(grievance)
        self.dispatch(grievance, error, grievance.to_do)

    def pass_up(self, grievance: Grievance) -> None:
        """Escalate to the parent office."""
        grievance.escalations += 1
        parent = self.city.offices[self.facts.parent]
        self._transfer(grievance, parent, Kind.ESCALATED, grievance.goes_up())

    def return_down(self, grievance: Grievance, problem: Problem) -> None:
        """Decided here, to be carried out below."""
        grievance.decided = True
        grievance.departments_done = 0
        grievance.returns += 1
        below = self.city.path(problem.community)[self.facts.tier - 1]
        flags = FIRST if grievance.returns == 1 else 0
        self._transfer(grievance, self.city.offices[below], Kind.RETURNED_DOWN, flags)

    def _transfer(self, grievance: Grievance, to: "Office", kind: Kind, flags: int) -> None:
        self.moves(grievance, to, kind, flags)
        to.dispatch(grievance, self.transfer_error(grievance), Activity.HANDLE)

    def moves(self, grievance: Grievance, to: "Office", kind: Kind, flags: int) -> None:
        """The file lies in another office from now on."""
        self.release(grievance)
        to.receive(grievance)
        self.record.case(kind, grievance, flags=flags, value=float(self.id))
        if self.rules.deadlines.restart_on_transfer:
            self.city.deadlines.restart_reply(grievance)

    # ------------------------------------------------------------ replying

    def prepare_reply(self, grievance: Grievance) -> None:
        """After the first look, finding out what to answer takes time; less near the deadline."""
        if grievance.replied or grievance.reply_in_preparation:
            return
        grievance.reply_in_preparation = True
        problem = self.city.problem_of(grievance)
        law = self.plan.classes[problem.klass].reply_wait
        u = self.city.about_contact(grievance, Purpose.REPLY)[0]
        wait = handling.stretched(seconds(law, u), self.slowness / self.hurry())
        ready = self.ready_at(wait, grievance.reply_due, grievance.reply_term)
        if grievance.watched:
            ready = min(ready, self.city.supervision.reminds(grievance, wait))
        self.clock.call(ready, Rank.REPLY, grievance.number, self.reply_is_ready, grievance)

    def ready_at(self, wait: int, due: int, term: int) -> int:
        """When what takes so long is there, if people hurry before a term ends, and then forget."""
        facts, strength = self.rules.deadlines, self.plan.loops.deadline_rush
        opens = due - int(facts.rush_window * term)
        return handling.rushed(
            self.clock.now, wait, opens, due,
            facts.rush_speed * strength, facts.neglect * strength,
        )  # fmt: skip

    def hurry(self) -> float:
        """How many times as fast an office works that is far down the ranking."""
        facts = self.rules.scoring
        return oversight.hurry(facts.strength, self.behind, facts.effort, facts.most_effort)

    def gives_hours(self, turn: int, errand: Errand, seconds: int) -> None:
        """Office hours for something else than a case, from its handling desks in turn."""
        desks = self.facts.desks
        self.city.desks[desks[turn % len(desks)]].gives_hours(turn // len(desks), errand, seconds)

    def reply_is_ready(self, grievance: Grievance) -> None:
        """The reply goes out, unless a closing was quicker."""
        if grievance.open and not grievance.replied:
            self.reply(grievance)

    def reply(self, grievance: Grievance) -> None:
        """The resident hears something for the first time."""
        now = self.clock.now
        grievance.replied = True
        grievance.replied_in_time = now <= grievance.reply_due
        flags = HAS_DEADLINE if grievance.reply_due < NEVER else 0
        flags |= ON_TIME if grievance.replied_in_time else 0
        in_substance = grievance.settled_in_substance and not grievance.replied_in_form
        flags |= SUBSTANTIVE if in_substance else 0
        flags |= OVERDUE_REPLY if grievance.overdue_reply else 0
        self.record.case(
            Kind.REPLIED, grievance, flags=flags, value=float(now - grievance.registered)
        )
        self.city.offices[grievance.office].month.replies(grievance)

    # ------------------------------------------------------------ closing

    def closes_on_paper(self, grievance: Grievance, problem: Problem, cadre: Cadre) -> bool:
        """Whether the case is written off as solved with nothing done."""
        closing, loops = self.rules.closing, self.plan.loops
        if loops.paper_closing == 0.0:
            return False
        pressure = handling.pressure(
            closing.pressure, self.overdue, len(self.cases),
            closing.pressure_from_overdue, loops.pressure,
        )  # fmt: skip
        scoring = self.rules.scoring
        pressure += oversight.paper_pressure(scoring.strength, self.behind, scoring.resident_weight)
        age = self.clock.now - grievance.registered
        log_odds = (
            closing.paper_base
            + closing.paper_pressure * pressure
            + closing.paper_overdue * handling.used_up(age, grievance.resolution_term)
            + closing.paper_work_left * self.draws.about(problem, Purpose.OUTSIDE)[0]
            - closing.paper_audit * closing.audit
            - closing.paper_care * closing.care
        )
        probability = handling.paper_probability(
            log_odds, cadre.tired_hours(), self.plan.fatigue.careless,
            loops.fatigue, loops.paper_closing,
        )  # fmt: skip
        return self.city.about(grievance, Purpose.PAPER)[0] < probability

    def explain(self, grievance: Grievance, problem: Problem) -> None:
        """A request that cannot be granted is refused with reasons, which may be accepted."""
        plan = self.plan
        willing = residents.willingness(
            self.city.resident(grievance.resident).trust_now(),
            plan.reporting.trust_floor, plan.reporting.trust_slope, 1.0,
        )  # fmt: skip
        accepts = residents.acceptance(
            self.rules.closing.acceptance, willing, plan.loops.credibility
        )
        accepted = self.city.about(grievance, Purpose.ACCEPT)[0] < accepts
        if accepted and not self.is_misjudged(grievance, problem):
            self.city.problems.end(problem, Outcome.EXPLAINED)
        self.close(grievance, Outcome.EXPLAINED)

    def is_misjudged(self, grievance: Grievance, problem: Problem) -> bool:
        """Turned away at intake although the request is reasonable: the problem lives on."""
        return grievance.turned_away and self.plan.classes[problem.klass].reasonable

    def close(self, grievance: Grievance, outcome: Outcome) -> None:
        """The ledger says closed. Whether the problem is gone is another matter."""
        now = self.clock.now
        problem = grievance.problem
        if outcome == Outcome.SOLVED and problem is not None:
            self.city.problems.end(problem, outcome, grievance.lane)
        self.city.ledger.cut_short(grievance)
        grievance.open = False
        grievance.queued = False
        grievance.moves()
        grievance.outcome = outcome
        grievance.closed_at = now
        grievance.closed_true = problem is None or not problem.lives
        replied_before = grievance.replied
        if outcome in (Outcome.SOLVED, Outcome.GONE):
            grievance.settled_in_substance = True
        if problem is not None and not replied_before:
            self.reply(grievance)
        self.record.case(
            Kind.CLOSED, grievance, code=outcome, value=float(now - grievance.registered),
            flags=self._closing_flags(grievance, replied_before),
        )  # fmt: skip
        grievance.closings += 1
        self.release(grievance)
        if problem is None:
            self.city.ledger.leaves(grievance)
        else:
            self.month.closes(outcome)
            self.city.termination.ends_the_ladder(grievance, problem)
            self.city.supervision.may_inspect(grievance, problem)
            self.city.ledger.after_closing(grievance, problem, replied_before)

    def _closing_flags(self, grievance: Grievance, replied_before: bool) -> int:
        flags = TRUE if grievance.closed_true else 0
        flags |= REPLIED_BEFORE if replied_before else 0
        flags |= HAS_DEADLINE if grievance.resolution_due < NEVER else 0
        flags |= ON_TIME if self.clock.now <= grievance.resolution_due else 0
        return flags | (AGAIN if grievance.closings > 0 else 0)

    def clear_out(self, month: int) -> None:
        """At a month's end some of the old cases are closed in bulk."""
        facts, now = self.rules.closing, self.clock.now
        share = facts.clean_up_share * self.plan.loops.clean_up
        for number in sorted(self.cases):
            grievance = self.cases[number]
            old = now - grievance.registered >= facts.clean_up_after
            if old and not grievance.in_work and not grievance.is_enquiry:
                problem = self.city.problem_of(grievance)
                u = self.draws.about(problem, Purpose.CLEAN_UP, grievance.index | month)[0]
                if u < share:
                    self.close(grievance, Outcome.CLEARED_OUT)

    def still_at_work(self) -> None:
        """At the horizon: hours given to cases that are not finished yet."""
        leaders = [] if self.facts.leaders_desk == ABSENT else [self.facts.leaders_desk]
        for number in (*self.facts.desks, *leaders, *(lane.facts.desk for lane in self.lanes)):
            for cadre in self.city.desks[number].cadres:
                spell = cadre.spell
                if spell is not None and spell.grievance is not None:
                    done = cadre.touch_until(spell, self.clock.horizon)
                    self.record_work(spell.grievance, cadre, spell, done, UNFINISHED)
