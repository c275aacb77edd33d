"""Grievances that were open before the first day: they are there when it begins."""

from typing import TYPE_CHECKING

from govsim.engines.agents.resident import Resident
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import demand, residents
from govsim.model.laws import quantile
from govsim.model.plan import NEVER, Inherited
from govsim.model.randomness import Purpose, contact_index, resident_id
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    Activity,
    Birth,
    Kind,
    Origin,
    Standing,
)

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Inheritance:
    """What the offices take over, the oldest first."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.draws = city.draws
        self.plan = city.plan

    def begins(self) -> None:
        """They enter in the first second, before anybody looks into a queue."""
        for number, facts in enumerate(self.plan.inherited):
            self.city.clock.call(0, Rank.BIRTH, number, self.enters, facts)

    def enters(self, facts: Inherited) -> None:
        """One of them: its problem, its resident, its clocks, and where it lies."""
        problem = self.problem(facts)
        resident = self.city.resident(problem.resident)
        problem.segment = resident.segment
        self.is_known(problem)
        grievance = self.grievance(facts, problem, resident)
        self.lies(grievance, problem)
        self.sets_clocks(grievance, facts)
        self.city.ledger.stands(Kind.INHERITED, grievance, facts.standing)
        if self.plan.loops.giving_up > 0.0:
            resident.has_patience(grievance)
        self.goes_on(grievance, problem, facts)

    def problem(self, facts: Inherited) -> Problem:
        """What it is about: drawn as for any other, but that lower tiers were too low for it."""
        number, community = facts.problem, facts.problem >> 34
        u_class, severity = self.draws.pair(number, Purpose.CLASS_SEVERITY)
        klass = facts.klass
        if klass == ABSENT:
            klass = demand.pick([each.share for each in self.plan.classes], u_class)
        of_class = self.plan.classes[klass]
        people = self.plan.offices[community].residents
        who = demand.number_below(people, self.draws.pair(number, Purpose.WHO)[0])
        owner, departments = self.draws.pair(number, Purpose.OWNER)
        return Problem(
            id=number,
            community=community,
            klass=klass,
            severity_at_birth=residents.clip(quantile(of_class.severity, severity)),
            born=facts.registered,
            resident=resident_id(community, who),
            required_tier=self.tier(facts, of_class.hardness),
            owner=owner,
            departments=demand.departments(of_class.several_departments, departments),
            thoughts=(),
            foreseen=None,
        )

    def tier(self, facts: Inherited, hardness: float) -> int:
        """The lowest tier that can settle it; what was passed up needed to be."""
        u = self.draws.pair(facts.problem, Purpose.HEAL_TIER)[1]
        can_solve = [tier.can_solve for tier in self.plan.tiers]
        return demand.tier_from(can_solve, hardness, u, facts.least)

    def is_known(self, problem: Problem) -> None:
        """It began some time ago, and may have ended by itself meanwhile: then this is seen now."""
        severity = problem.severity_at_birth
        self.city.record.problem(Kind.BORN, problem, code=Birth.INHERITED, value=severity)
        self.city.ledger.becomes_known(problem)
        u = self.draws.pair(problem.id, Purpose.HEAL_TIER)[0]
        heals = max(self.city.problems.heals_at(problem.klass, problem.born, u), 0)
        self.city.clock.call(heals, Rank.HEAL, problem.id, self.city.problems.heals, problem, 0)

    def grievance(self, facts: Inherited, problem: Problem, resident: Resident) -> Grievance:
        """The file as it was found."""
        problem.contacts[0] = 1
        return Grievance(
            number=next(self.city.ledger.numbers), origin=Origin.FIRST, subject=problem.id,
            problem=problem, member=0, contact=0, index=contact_index(0, 0, 0),
            resident=resident.id, klass=problem.klass, segment=resident.segment,
            channel=facts.channel, home=facts.home, registered=facts.registered,
            office=facts.office, replied=facts.replied, replied_in_time=facts.replied,
            taken_in=True, escalations=int(facts.least > 0),
            decided=facts.standing == Standing.DECIDED,
            settled_in_substance=facts.standing == Standing.HANDLED,
        )  # fmt: skip

    def lies(self, grievance: Grievance, problem: Problem) -> None:
        """Where the file is."""
        self.city.ledger.open[grievance.number] = grievance
        problem.open_grievances[grievance.number] = grievance
        self.city.offices[grievance.home].taken += 1
        self.city.offices[grievance.office].receive(grievance)

    def sets_clocks(self, grievance: Grievance, facts: Inherited) -> None:
        """Both terms run from registration; what has passed has been missed."""
        due = self.plan.dues[facts.first_due + grievance.klass]
        registered, deadlines = facts.registered, self.city.deadlines
        grievance.reply_term = due.reply - registered if due.reply < NEVER else NEVER
        grievance.resolution_term = due.resolution - registered if due.resolution < NEVER else NEVER
        grievance.overdue_reply = not grievance.replied and due.reply <= 0
        grievance.overdue_resolution = due.resolution <= 0
        grievance.reply_due, grievance.resolution_due = due.reply, due.resolution
        if grievance.overdue_reply or grievance.overdue_resolution:
            deadlines.runs_over(grievance)
        if not grievance.replied and due.reply > 0:
            deadlines.set_reply(grievance, due.reply)
        if due.resolution > 0:
            deadlines.set_resolution(grievance, due.resolution)

    def goes_on(self, grievance: Grievance, problem: Problem, facts: Inherited) -> None:
        """It waits for others, or is given out to a desk."""
        office = self.city.offices[facts.office]
        if facts.standing != Standing.WAITING:
            office.prepare_reply(grievance)
        if facts.standing == Standing.HANDLED:
            office.wait_outside(grievance, problem)
        else:
            error = 0.0 if grievance.decided else office.rules.handling.triage_error
            office.dispatch(grievance, error, Activity.HANDLE)
