"""Two clocks on every grievance: the first reply, and the resolution."""

from typing import TYPE_CHECKING

from govsim.engines.agents.things import Grievance
from govsim.model import calendars
from govsim.model.plan import NEVER
from govsim.model.plan import Deadlines as Terms
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, FIRST, Errand, Kind, Term

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Deadlines:
    """Sets the clocks, lets them run, and says what happens when one runs out."""

    def __init__(self, city: "City") -> None:
        self.city = city
        self.record = city.record
        self.plan = city.plan
        self.clock = city.clock

    def rules(self, grievance: Grievance) -> Terms:
        """The rules of the office where the case lies."""
        return self.city.offices[grievance.office].rules.deadlines

    def start(self, grievance: Grievance) -> None:
        """Registration starts both clocks."""
        self.restart_reply(grievance)
        self.restart_resolution(grievance)

    def restart_reply(self, grievance: Grievance) -> None:
        """The reply clock runs from now, by its class's term or that of the tier."""
        if grievance.replied:
            return
        tier = self.city.offices[grievance.office].tier
        term, working = tier.reply_deadline, tier.reply_in_working_days
        klass = self.plan.classes[grievance.klass]
        if klass.reply_deadline != ABSENT:
            term, working = klass.reply_deadline, klass.reply_in_working_days
        due = self._due(term, working)
        self.set_reply(grievance, due)
        grievance.reply_term = due - self.clock.now if due < NEVER else NEVER

    def restart_resolution(self, grievance: Grievance) -> None:
        """The resolution clock runs from now, as above; a review has its own term."""
        tier = self.city.offices[grievance.office].tier
        term, working = tier.resolution_deadline, tier.resolution_in_working_days
        klass = self.plan.classes[grievance.klass]
        if klass.resolution_deadline != ABSENT:
            term, working = klass.resolution_deadline, klass.resolution_in_working_days
        if grievance.ladder > 0:
            term, working = self.plan.after_closing.review_deadline, False
        due = self._due(term, working)
        grievance.resolution_term = due - self.clock.now if due < NEVER else NEVER
        self.set_resolution(grievance, due)

    def put_off(self, grievance: Grievance, wait: int) -> None:
        """Clocks that still run stand still while the resident is asked for something."""
        if wait == 0:
            return
        now = self.city.clock.now
        if not grievance.replied and now <= grievance.reply_due < NEVER:
            self.set_reply(grievance, grievance.reply_due + wait)
        if now <= grievance.resolution_due < NEVER:
            self.set_resolution(grievance, grievance.resolution_due + wait)

    def _due(self, term: int, working: bool) -> int:
        """When a term that begins now ends; working days are whole days of the working calendar."""
        if term == NEVER:
            return NEVER
        now = self.clock.now
        if not working:
            return now + term
        days = self.plan.working_days
        return calendars.finish(days.starts, days.ends, days.before, now, term)

    def set_reply(self, grievance: Grievance, due: int) -> None:
        """The reply is due then."""
        grievance.reply_due = due
        if due < NEVER:
            self.clock.call(
                due, Rank.REPLY_DUE, grievance.number, self.reply_is_due, grievance, due
            )

    def set_resolution(self, grievance: Grievance, due: int) -> None:
        """The resolution is due then."""
        grievance.resolution_due = due
        if due < NEVER:
            self.clock.call(
                due, Rank.RESOLUTION_DUE, grievance.number, self.resolution_is_due, grievance, due
            )

    def reply_is_due(self, grievance: Grievance, due: int) -> None:
        """Missed: extended, or overdue; the resident loses trust and may go over their heads."""
        if grievance.replied or not grievance.open or grievance.reply_due != due:
            return
        if self.extends(grievance):
            grievance.extended = True
            self.record.case(Kind.EXTENDED, grievance, code=Term.REPLY)
            self.set_reply(grievance, due + self.rules(grievance).extension_length)
            return
        if self.replies_in_form(grievance):
            return
        first_time = not grievance.overdue_reply
        self.record.case(Kind.OVERDUE, grievance, flags=FIRST if first_time else 0)
        grievance.overdue_reply = True
        self.runs_over(grievance)
        self.city.resident(grievance.resident).is_ignored(grievance, first_time=first_time)

    def resolution_is_due(self, grievance: Grievance, due: int) -> None:
        """Missed: extended, or the case is late; that is pressure on the office."""
        if not grievance.open or grievance.resolution_due != due:
            return
        if self.extends_resolution(grievance):
            self.prolong(grievance, self.rules(grievance).resolution_extension_length)
            return
        self.record.case(Kind.LATE, grievance, flags=0 if grievance.overdue_resolution else FIRST)
        grievance.overdue_resolution = True
        self.runs_over(grievance)

    def extends(self, grievance: Grievance) -> bool:
        """Whether the office is granted more time; once at most."""
        share = self.rules(grievance).extension
        if grievance.extended or share == 0.0:
            return False
        return self.city.about_contact(grievance, Purpose.EXTENSION)[0] < share

    def extends_resolution(self, grievance: Grievance) -> bool:
        """Whether there is more time for the matter itself; once at most, and not for a review."""
        share = self.rules(grievance).resolution_extension
        if grievance.resolution_extended or grievance.ladder > 0 or share == 0.0:
            return False
        return self.city.about_contact(grievance, Purpose.EXTENSION)[1] < share

    def prolong(self, grievance: Grievance, length: int) -> None:
        """The resolution term is longer from now on."""
        grievance.resolution_extended = True
        grievance.resolution_term += length
        self.record.case(Kind.EXTENDED, grievance, code=Term.RESOLUTION)
        self.set_resolution(grievance, grievance.resolution_due + length)

    def replies_in_form(self, grievance: Grievance) -> bool:
        """Whether a reply goes out just in time, whatever there is to say."""
        office = self.city.offices[grievance.office]
        facts = office.rules.formal_replies
        if facts.share == 0.0:
            return False
        if self.city.about_contact(grievance, Purpose.FORMAL_REPLY)[0] >= facts.share:
            return False
        grievance.replied_in_form = True
        office.reply(grievance)
        office.gives_hours(grievance.number, Errand.PAPERWORK, facts.work)
        return True

    def runs_over(self, grievance: Grievance) -> None:
        """The office has one more case past a deadline."""
        if not grievance.overdue:
            grievance.overdue = True
            self.city.offices[grievance.office].overdue += 1
