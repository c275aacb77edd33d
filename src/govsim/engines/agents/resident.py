"""A resident: lives with a problem, speaks up or stays silent, judges, comes back or gives up."""

from typing import TYPE_CHECKING

from govsim.engines.agents.things import Grievance, Problem
from govsim.model import demand, handling, residents
from govsim.model.laws import quantile, seconds
from govsim.model.plan import DAY, Rules
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    AGAIN,
    ENDED,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    SURVEYED,
    TRUE,
    Kind,
    Origin,
    Outcome,
    Wait,
)

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Resident:
    """Made when something first happens to this resident; until then all are as drawn."""

    __slots__ = ("city", "community", "id", "met_leader", "segment", "trust", "trust_since")

    def __init__(self, city: "City", number: int, trust: float, segment: float) -> None:
        self.city = city
        self.id = number
        self.community = community_of(number)
        self.trust = residents.clip(quantile(city.plan.trust.initial, trust))
        self.segment = demand.pick(city.segment_shares, segment)
        self.trust_since = city.clock.now
        self.met_leader = False

    # ------------------------------------------------------------ trust

    def trust_now(self) -> float:
        """Trust today: what was, half forgotten."""
        plan = self.city.plan
        age = self.city.clock.now - self.trust_since
        return residents.drifted(
            self.trust, plan.trust.drifts_to, age, plan.trust.half_life, plan.loops.trust
        )

    def set_trust(self, trust: float) -> None:
        """An experience, or the passing of time, has moved trust."""
        change = trust - self.trust
        self.trust = trust
        self.trust_since = self.city.clock.now
        if change != 0.0:
            self.city.record.resident(Kind.TRUST, self.id, self.community, self.segment, change)

    def willingness(self) -> float:
        """Factor on speaking up."""
        facts = self.city.plan.reporting
        return residents.willingness(
            self.trust_now(), facts.trust_floor, facts.trust_slope,
            self.city.plan.loops.participation,
        )  # fmt: skip

    # ------------------------------------------------------------ speaking up

    def report_probability(self, problem: Problem, factor: float) -> float:
        """Probability of speaking up at one occasion."""
        access = self.city.channels.access(self.segment, problem.community)
        return self._report_probability(problem, factor, access)

    def _report_probability(self, problem: Problem, factor: float, access: float) -> float:
        facts = self.city.plan.reporting
        return residents.report_probability(
            facts.probability * factor, self.city.severity(problem), facts.severity_effect,
            self.willingness(), access,
        )  # fmt: skip

    def lives_with(self, problem: Problem, rank: float) -> None:
        """Speak up after the first decision, or think again every so often, until known or gone."""
        if rank < self.report_probability(problem, 1.0):
            self.speaks_up(problem)
        else:
            self.thinks_again(problem)

    def thinks_again(self, problem: Problem) -> None:
        """While nobody knows of the problem, the next occasion to speak up comes."""
        if self.is_silent_about(problem):
            every = self.city.plan.reporting.reconsider_every
            for thought, rank in problem.thoughts:
                moment = problem.born + thought * every
                if moment > self.city.clock.now:
                    key = self.city.ledger.contact_key(problem, 0)
                    self.city.clock.call(moment, Rank.CONTACT, key, self.thinks, problem, rank)
                    return

    def thinks(self, problem: Problem, rank: float) -> None:
        """Speak up now, if it is still a secret, or think on."""
        if self.is_silent_about(problem):
            if rank < self.report_probability(problem, self.city.plan.reporting.reconsider_factor):
                self.speaks_up(problem)
            else:
                self.thinks_again(problem)

    def spoke_up_long_ago(self, problem: Problem, rank: float) -> bool:
        """Whether a problem older than the run was brought up before the first day."""
        access = self.city.channels.without[self.segment]
        if rank < self._report_probability(problem, 1.0, access):
            return True
        facts = self.city.plan.reporting
        probability = self._report_probability(problem, facts.reconsider_factor, access)
        occasions = -problem.born // facts.reconsider_every
        return any(
            thought <= occasions and rank < probability for thought, rank in problem.thoughts
        )

    def is_silent_about(self, problem: Problem) -> bool:
        """The problem lives and nobody knows of it."""
        return problem.lives and not problem.known

    def speaks_up(self, problem: Problem, member: int = 0) -> None:
        """Take some days, choose a channel, wait until it is open, and make the contact."""
        delay = self.city.draws.seconds_about(
            self.city.plan.reporting.delay, problem, Purpose.REPORT_DELAY, member
        )
        channel = self.city.ledger.choose_channel(problem, member, self.segment)
        moment = self.city.ledger.channel_opens(channel, self.city.clock.now + delay)
        key = self.city.ledger.contact_key(problem, member)
        self.city.clock.call(
            moment, Rank.CONTACT, key, self.makes_contact, problem, member, channel
        )

    def makes_contact(self, problem: Problem, member: int, channel: int) -> None:
        """Speak up, unless it has ended or somebody else has told; if nobody listens, think on."""
        if member > 0:
            if problem.lives:
                self.tells_as_well(problem, member, channel)
        elif self.is_silent_about(problem):
            self.city.ledger.contact(problem, 0, self, Origin.FIRST, channel)
            self.thinks_again(problem)

    def tells_as_well(self, problem: Problem, member: int, channel: int) -> None:
        """Another resident hit by the same problem, unless the matter is taken up no more."""
        home = self.city.path(problem.community)[self.city.plan.channels[channel].lands_at]
        origin = Origin.FELLOW
        if not self.city.termination.turns_away(problem, member, self, origin, channel, home):
            self.city.ledger.contact(problem, member, self, origin, channel)

    # ------------------------------------------------------------ waiting and judging

    def is_ignored(self, grievance: Grievance, *, first_time: bool) -> None:
        """No reply in time: less trust, and perhaps over the office's head."""
        plan = self.city.plan
        loss = plan.trust.loss_when_ignored
        self.set_trust(residents.lost(self.trust_now(), loss, plan.loops.trust))
        if first_time:
            u, delay = self.city.about_contact(grievance, Purpose.SKIP)
            if self.goes_over_heads(grievance, u):
                wait = seconds(plan.after_closing.contact_delay, delay)
                self.will_come_back(grievance, Origin.SKIP_LEVEL, wait)

    def goes_over_heads(self, grievance: Grievance, u: float) -> bool:
        """Whether this resident takes the matter one tier up."""
        plan = self.city.plan
        if self.city.plan.offices[grievance.home].parent < 0:
            return False
        probability = residents.skip_probability(
            plan.after_closing.skip_level, self.trust_now(), self.met_leader,
            plan.after_closing.leaders_attract * plan.loops.leaders_attract,
            plan.loops.skip_level,
        )  # fmt: skip
        return u < probability

    def rules(self, grievance: Grievance) -> Rules:
        """The rules of the office where the case lies, or lay when it was closed."""
        return self.city.offices[grievance.office].rules

    def has_patience(self, grievance: Grievance) -> None:
        """Patience with waiting in a queue has an end."""
        patience = self.city.plan.after_closing.patience
        u = self.city.about_contact(grievance, Purpose.PATIENCE)[0]
        endurance = 1.0 / self.city.plan.loops.giving_up
        until = self.city.clock.now + handling.stretched(seconds(patience, u), endurance)
        self.city.clock.call(until, Rank.GIVE_UP, grievance.number, self.gives_up, grievance)

    def gives_up(self, grievance: Grievance) -> None:
        """Still in a queue: enough."""
        if grievance.open and grievance.queued:
            self.city.ledger.withdraw(grievance)

    def will_see(self, grievance: Grievance, problem: Problem, promised: bool) -> None:
        """Some days after the closing the resident knows what came of it."""
        closing = grievance.closings
        wait = self.city.draws.seconds_about(
            self.rules(grievance).closing.confirmation, problem, Purpose.CONFIRMATION,
            grievance.index | closing,
        )  # fmt: skip
        begun = self.city.clock.now
        self.city.clock.call(
            begun + wait, Rank.JUDGE, grievance.number,
            self.sees_what_came_of_it, grievance, problem, promised, begun,
        )  # fmt: skip

    def sees_what_came_of_it(
        self, grievance: Grievance, problem: Problem, promised: bool, begun: int
    ) -> None:
        """Now the resident judges; if the problem lives, it may not be the end."""
        self.city.record.stretch(Kind.WAITED, grievance, begun, begun, code=Wait.CONFIRMATION)
        satisfied = self.judges(grievance, problem, promised)
        if problem.lives and not problem.open_grievances:
            self.decides_what_next(grievance, satisfied)

    def judges(self, grievance: Grievance, problem: Problem, promised: bool) -> bool:
        """Satisfied or not; trust moves; some are called back."""
        plan, facts = self.city.plan, self.rules(grievance).satisfaction
        u = self.city.about(grievance, Purpose.FEEL)[0]
        satisfied = u < self.satisfaction(grievance, problem, promised)
        called, bias = self.city.about(grievance, Purpose.SURVEY)
        flags = (TRUE if satisfied else 0) | (0 if problem.lives else ENDED)
        flags |= AGAIN if grievance.satisfied else 0
        grievance.satisfied = satisfied
        centre = self.city.who_calls_back()
        if called < facts.call_back and (centre is None or centre.calls_back()):
            flags |= SURVEYED
            if handling.written_up(satisfied, facts.bias, bias):
                flags |= RECORDED_SATISFIED
            if handling.written_up(not problem.lives, facts.bias, bias):
                flags |= RECORDED_ENDED
        self.city.offices[grievance.office].month.asks(flags, by_operator=centre is not None)
        self.city.record.case(Kind.FELT, grievance, flags=flags)
        trust, moves = self.trust_now(), plan.trust
        if satisfied:
            self.set_trust(residents.gained(trust, moves.gain_when_satisfied, plan.loops.trust))
        else:
            self.set_trust(residents.lost(trust, moves.loss_when_dissatisfied, plan.loops.trust))
        return satisfied

    def satisfaction(self, grievance: Grievance, problem: Problem, promised: bool) -> float:
        """Probability of being satisfied with how it went."""
        facts = self.rules(grievance).satisfaction
        late = max(grievance.closed_at - grievance.resolution_due, 0)
        empty = grievance.outcome in (Outcome.ON_PAPER, Outcome.CLEARED_OUT)
        empty = empty or (grievance.replied_in_form and problem.lives)
        return residents.satisfaction(
            facts.base,
            0.0 if problem.lives else facts.solved,
            facts.replied_in_time if grievance.replied_in_time else 0.0,
            facts.explained if grievance.outcome == Outcome.EXPLAINED else 0.0,
            facts.per_bounce * grievance.bounces,
            facts.per_day_late * late / DAY,
            facts.promise_broken if promised and empty else 0.0,
        )

    def decides_what_next(self, grievance: Grievance, satisfied: bool) -> None:
        """The problem lives: over their heads, a formal review, once more, or never again."""
        plan = self.city.plan
        facts, loops = plan.after_closing, plan.loops
        skip, delay = self.city.about(grievance, Purpose.SKIP)
        review, again = self.city.about(grievance, Purpose.NEXT_STEP)
        asks_review = facts.review if grievance.ladder == 0 else facts.re_review
        returns = residents.clip(facts.contact_again * loops.reopening * self.willingness())
        if not satisfied and self.goes_over_heads(grievance, skip):
            origin = Origin.SKIP_LEVEL
        elif (
            not satisfied and self.may_ask_review(grievance) and review < asks_review * loops.review
        ):
            origin = Origin.REVIEW if grievance.ladder == 0 else Origin.RE_REVIEW
        elif again < returns:
            origin = Origin.REPEAT
        else:
            return
        wait = seconds(facts.contact_delay, delay)
        self.will_come_back(grievance, origin, wait)

    def may_ask_review(self, grievance: Grievance) -> bool:
        """Two instances of review, each one tier up."""
        return grievance.ladder < 2 and self.city.plan.offices[grievance.home].parent >= 0

    def will_come_back(self, grievance: Grievance, origin: Origin, wait: int) -> None:
        """The same resident about the same problem, after some days."""
        problem = self.city.problem_of(grievance)
        key = self.city.ledger.contact_key(problem, grievance.member, grievance, origin)
        when = self.city.clock.now + wait
        self.city.clock.call(when, Rank.CONTACT, key, self.comes_back, grievance, problem, origin)

    def comes_back(self, grievance: Grievance, problem: Problem, origin: Origin) -> None:
        """Once more, if the problem still lives."""
        if not problem.lives:
            return
        waits = not (grievance.replied if grievance.open else problem.open_grievances)
        if not waits or self.city.termination.turns_back(grievance, problem, self, origin):
            return
        if grievance.open:
            self.city.ledger.contact_above(grievance, problem, self, origin)
        else:
            self.tries_again(grievance, problem, origin)

    def tries_again(self, grievance: Grievance, problem: Problem, origin: Origin) -> None:
        """Higher up, the same file once more, or a new grievance; some threaten to go further."""
        plan = self.city.plan
        reopens, threat = self.city.about(grievance, Purpose.CONTACT_DELAY)
        threatens = threat < residents.threat_probability(
            plan.after_closing.threat, self.rules(grievance).intake.magic_words,
            plan.loops.squeaky_wheel,
        )  # fmt: skip
        grievance.threatens = grievance.threatens or threatens
        if origin != Origin.REPEAT:
            self.city.ledger.contact_above(grievance, problem, self, origin)
        elif reopens < plan.after_closing.reopens and grievance.can_be_reopened:
            self.city.ledger.reopen(grievance, problem)
        else:
            but = grievance.channel if grievance.turned_away else ABSENT
            channel = self.city.ledger.choose_channel(problem, grievance.member, self.segment, but)
            self.city.ledger.contact(
                problem, grievance.member, self, origin, channel, threatens=grievance.threatens
            )


def community_of(resident: int) -> int:
    """The community of a resident's id."""
    return resident >> 32
