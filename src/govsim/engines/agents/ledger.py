"""The ledger: contacts are made and written down, triaged, withdrawn, reopened, and leave it."""

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from govsim.engines.agents.births import Question
from govsim.engines.agents.hotline import CallCentre
from govsim.engines.agents.resident import Resident
from govsim.engines.agents.things import Grievance, Problem
from govsim.model import calendars, demand
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose, contact_index
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    AGAIN,
    FIRST,
    HAS_DEADLINE,
    HAS_REPLY_DEADLINE,
    KNOWN,
    NO_INDEX,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    REPLIED_BEFORE,
    TRUE,
    UNFINISHED,
    Activity,
    Kind,
    Origin,
    Outcome,
    Wait,
)

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

MEMBER_BITS = 20  # of the residents hit by a collective problem
AFTER_BITS = 36


class Ledger:
    """Every open case of the city."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.draws = city.draws
        self.record = city.record
        self.clock = city.clock
        self.plan = city.plan
        self.open: dict[int, Grievance] = {}
        self.numbers = count()
        self.causes: Counter[tuple[int, int]] = Counter()  # registered, by community and class

    def contact_key(
        self,
        problem: Problem,
        member: int,
        after: Grievance | None = None,
        origin: Origin = Origin.FIRST,
    ) -> int:
        """Place of a contact among the contacts of the same second."""
        third = 0 if after is None else (after.number + 1) << 4 | origin
        return (problem.id << MEMBER_BITS | member) << AFTER_BITS | third

    def choose_channel(self, problem: Problem, member: int, segment: int, but: int = ABSENT) -> int:
        """Among the channels that are open to this segment, by weight and reach; not that one."""
        index = contact_index(member, problem.contacts.get(member, 0), 0)
        u = self.draws.about(problem, Purpose.CHANNEL, index)[0]
        return self.city.channels.chosen(u, segment, problem.community, but)

    def channel_opens(self, channel: int, t: int) -> int:
        """When a channel next takes contacts."""
        calendar = self.plan.calendars[self.plan.channels[channel].calendar]
        return calendars.next_duty(calendar.starts, calendar.ends, t)

    def enquiry(self, question: Question) -> None:
        """A question: asked when the channel is open, answered at once, part of the load."""
        segment = demand.pick(self.city.segment_shares, question.segment)
        channel = self.city.channels.chosen(question.channel, segment, question.community)
        moment = self.channel_opens(channel, question.moment)
        key = question.id << (MEMBER_BITS + AFTER_BITS)
        self.clock.call(moment, Rank.CONTACT, key, self.is_asked, question, segment, channel)

    def is_asked(self, question: Question, segment: int, channel: int) -> None:
        """The question is put to the first desk, or to an operator, who may know the answer."""
        subject, community = question.id, question.community
        home = self.city.path(community)[self.plan.channels[channel].lands_at]
        hotline = self.city.hotlines.get(channel)
        if hotline is not None:
            if not hotline.takes_call(subject, 0):
                self.record.question(
                    Kind.NOT_RECORDED, subject, community, segment, channel, Origin.ENQUIRY
                )
                return
            if hotline.answers_at_once(subject):
                self.register_question(subject, segment, channel, hotline.office, at_once=True)
                return
        self.register_question(subject, segment, channel, home, at_once=False)

    def register_question(
        self, subject: int, segment: int, channel: int, home: int, *, at_once: bool
    ) -> None:
        """A question is written down, and work for the first desk unless answered at once."""
        grievance = Grievance(
            number=next(self.numbers), origin=Origin.ENQUIRY, subject=subject,
            problem=None, member=0, contact=0, index=0, resident=ABSENT, klass=NO_INDEX,
            segment=segment, channel=channel, home=home, registered=self.clock.now,
        )  # fmt: skip
        self.open[grievance.number] = grievance
        office = self.city.offices[home]
        office.receive(grievance)
        self.record.case(Kind.REGISTERED, grievance, code=Origin.ENQUIRY)
        if at_once:
            office.close(grievance, Outcome.ANSWERED)
            return
        self.city.desks[office.facts.desks[0]].join(grievance, Activity.ENQUIRY)

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
        index = contact_index(member, contact, 0)
        facts, hotline = self.plan.channels[channel], self.city.hotlines.get(channel)
        heard = hotline is None or hotline.takes_call(problem.id, index)
        if not heard or self.draws.about(problem, Purpose.RECORDING, index)[0] >= facts.registered:
            self.record.problem(Kind.NOT_RECORDED, problem, code=origin, channel=channel)
            return
        home = self.city.path(problem.community)[facts.lands_at]
        grievance = self.register(
            problem, member, contact, resident, origin, channel, home, threatens=threatens
        )
        self.triage(grievance, hotline)

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
            member=member, contact=contact, index=contact_index(member, contact, 0),
            resident=resident.id, klass=problem.klass, segment=resident.segment,
            channel=channel, home=home, registered=self.clock.now,
            leaders_case=leaders_case, threatens=threatens, ladder=ladder,
        )  # fmt: skip
        self.open[grievance.number] = grievance
        flags = KNOWN if problem.known else 0
        self.becomes_known(problem)
        self.hardens(problem)
        problem.open_grievances[grievance.number] = grievance
        self.city.offices[home].receive(grievance)
        self.city.offices[home].taken += 1
        self.causes[problem.community, problem.klass] += 1
        self.record.case(Kind.REGISTERED, grievance, code=origin, flags=flags)
        self.city.deadlines.start(grievance)
        self.city.supervision.watches(grievance)
        if self.plan.loops.giving_up > 0.0:
            resident.has_patience(grievance)
        return grievance

    def becomes_known(self, problem: Problem) -> None:
        """From the first registration on the problem is no longer latent."""
        self.city.problems.silent[problem.community].pop(problem.id, None)
        if not problem.known:
            problem.known = True
            self.record.problem(Kind.BECAME_KNOWN, problem)

    def hardens(self, problem: Problem) -> None:
        """What has grown since its birth may now need a higher tier."""
        grown = self.city.severity(problem) - problem.severity_at_birth
        chance = self.plan.loops.hardening * grown
        if chance > 0.0 and not problem.hardened:
            problem.hardened = self.draws.about(problem, Purpose.HARDENING)[0] < chance

    def triage(self, grievance: Grievance, hotline: CallCentre | None = None) -> None:
        """Who is to handle it: the office that took it, or straight the tier that looks right.

        A hotline has its own catalogue, by which it dispatches.
        """
        if self.city.intake.closes(grievance):
            return
        office = self.city.offices[grievance.home]
        if grievance.turned_away:
            office.dispatch(grievance, 0.0, Activity.HANDLE)
            return
        facts = office.rules.handling
        error = facts.triage_error if hotline is None else hotline.facts.dispatch_error
        if facts.direct_dispatch or hotline is not None:
            target = self.judged_tier(grievance, error)
            if target > office.facts.tier:
                office.release(grievance)
                sender, office = office, self.city.offices[self.city.path_of(grievance)[target]]
                office.receive(grievance)
                self.record.case(
                    Kind.ESCALATED, grievance, flags=grievance.goes_up(), value=float(sender.id)
                )
        office.dispatch(grievance, error, Activity.HANDLE)

    def judged_tier(self, grievance: Grievance, error: float) -> int:
        """The tier that triage believes is needed; by mistake one off."""
        needed = self.city.tier_needed(self.city.problem_of(grievance))
        u, way = self.city.about_contact(grievance, Purpose.DISPATCH)
        if u < error * self.plan.loops.bounce:
            needed += 1 if way < 0.5 else -1
        return max(0, min(needed, len(self.plan.tiers) - 1))

    def after_closing(self, grievance: Grievance, problem: Problem, promised: bool) -> None:
        """A solved problem closes its other grievances; the resident will see what came of it."""
        self.leaves(grievance)
        if grievance.outcome in (Outcome.SOLVED, Outcome.EXPLAINED) and not problem.lives:
            self.merge_duplicates(problem)
        resident = self.city.resident(grievance.resident)
        resident.will_see(grievance, problem, promised)

    def leaves(self, grievance: Grievance) -> None:
        """A grievance is no longer open; if nothing was solved, the problem is silent again."""
        del self.open[grievance.number]
        problem = grievance.problem
        if problem is not None:
            home = self.city.offices[grievance.home]
            home.taken -= 1
            home.settled += not problem.lives
            del problem.open_grievances[grievance.number]
            if problem.lives and not problem.open_grievances:
                self.city.problems.silent[problem.community][problem.id] = problem

    def merge_duplicates(self, problem: Problem) -> None:
        """Other open grievances about a solved problem are found and closed with it."""
        for number in sorted(problem.open_grievances):
            other = problem.open_grievances[number]
            u = self.city.about_contact(other, Purpose.MERGE)[0]
            office = self.city.offices[other.office]
            if not other.in_work and u < office.rules.closing.merge_duplicates:
                office.close(other, Outcome.DUPLICATE)

    def withdraw(self, grievance: Grievance) -> None:
        """The resident has given up waiting."""
        self.cut_short(grievance)
        grievance.open = False
        grievance.queued = False
        grievance.moves()
        grievance.withdrawn = True
        self.stands(Kind.WITHDRAWN, grievance)
        self.city.offices[grievance.office].release(grievance)
        self.leaves(grievance)

    def reopen(self, grievance: Grievance, problem: Problem) -> None:
        """The same file once more, at the office that closed it."""
        flags = TRUE if grievance.closed_true else 0
        flags |= FIRST if grievance.closings == 1 else 0
        age = float(grievance.closed_at - grievance.registered)
        self.record.case(Kind.REOPENED, grievance, code=grievance.outcome, flags=flags, value=age)
        grievance.open = True
        grievance.decided = False
        grievance.settled_in_substance = False
        grievance.departments_done = 0
        grievance.overdue = False
        grievance.turned_away = False
        self.open[grievance.number] = grievance
        self.city.problems.silent[problem.community].pop(problem.id, None)
        problem.open_grievances[grievance.number] = grievance
        self.city.offices[grievance.home].taken += 1
        office = self.city.offices[grievance.office]
        office.receive(grievance)
        self.city.deadlines.restart_resolution(grievance)
        office.dispatch(grievance, 0.0, Activity.HANDLE)

    def cut_short(self, grievance: Grievance) -> None:
        """Whatever an open case waits for, it waits no more."""
        if grievance.queued:
            wait, begun = Wait.QUEUE, grievance.enabled
        elif grievance.waits is not None:
            wait, begun = grievance.waits
        else:
            return
        grievance.waits = None
        self.record.stretch(Kind.WAITED, grievance, begun, begun, code=wait, flags=UNFINISHED)

    def stands(self, kind: Kind, grievance: Grievance, code: int = 0) -> None:
        """How a case that nobody has closed stands now."""
        flags = REPLIED_BEFORE if grievance.replied else 0
        flags |= OVERDUE_REPLY if grievance.overdue_reply else 0
        flags |= OVERDUE_RESOLUTION if grievance.overdue_resolution else 0
        flags |= HAS_REPLY_DEADLINE if grievance.reply_due < NEVER else 0
        flags |= HAS_DEADLINE if grievance.resolution_due < NEVER else 0
        flags |= AGAIN if grievance.closings > 0 else 0
        age = float(self.clock.now - grievance.registered)
        self.record.case(kind, grievance, code=code, flags=flags, value=age)
