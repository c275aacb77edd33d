"""A cadre: takes a case when called, works on it in duty time, and is free again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govsim.engines.agents.things import Grievance
from govsim.model import calendars, handling
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import OVERTIME, Activity, Errand, Kind

if TYPE_CHECKING:
    from govsim.engines.agents.city import City
    from govsim.engines.agents.desk import Desk

WEEK = 7 * 86_400


@dataclass(slots=True)
class Spell:
    """One stretch of duty time given to one thing."""

    started: int
    finishes: int
    touch: float  # seconds of it that are work on the case
    grievance: Grievance | None  # None: away from the desk
    activity: Activity


class Cadre:
    """A server of the queueing model, with a weekly duty calendar and other things to do."""

    def __init__(self, city: "City", desk: "Desk", number: int) -> None:
        self.city = city
        self.record = city.record
        self.plan = city.plan
        self.clock = city.clock
        self.desk = desk
        self.id = number
        self.facts = city.plan.cadres[number]
        calendar = city.plan.calendars[self.facts.calendar]
        self.starts, self.ends, self.before = calendar.starts, calendar.ends, calendar.before
        self.slowness = city.draws.value(
            city.slowness_at(desk.id), self.facts.entity, Purpose.CADRE_SLOWNESS
        )
        self.idle_since = 0
        self.spell: Spell | None = None
        self.owed = 0  # seconds of office hours that belong to something else
        self.evenings = 0  # of these, time off for evenings
        self.off = 0  # the same of the absence at hand
        self.overtime = [0, 0, 0, 0]  # the last four weeks'
        self.overtime_week = 0

    def begins(
        self, touch: float, share_of_time: float, grievance: Grievance | None, activity: Activity
    ) -> None:
        """Called: from now on busy until the work is done in duty time."""
        now = self.clock.now
        duty = handling.duty_seconds(touch, share_of_time)
        finishes = calendars.finish(self.starts, self.ends, self.before, now, duty)
        self.desk.busy += 1
        self.spell = spell = Spell(now, finishes, touch, grievance, activity)
        self.clock.call(finishes, Rank.FINISH, self.id, self.finishes, spell)

    def finishes(self, spell: Spell) -> None:
        """The work is done: idle again, and the desk hears of it."""
        self.spell = None
        self.desk.busy -= 1
        self.idle_since = self.clock.now
        if spell.grievance is None:
            self.is_back()
        else:
            self.desk.finished(spell.grievance, self, spell)

    def touch_until(self, spell: Spell, t: int) -> float:
        """How much of a spell's work is done by then."""
        begun = calendars.duty_before(self.starts, self.ends, self.before, spell.started)
        duty = calendars.duty_before(self.starts, self.ends, self.before, t) - begun
        return min(spell.touch, duty * self.facts.share_of_time)

    def is_on_duty(self, t: int) -> bool:
        """Whether t lies in duty hours."""
        return calendars.on_duty(self.starts, self.ends, t)

    def is_employed(self, now: int) -> bool:
        """Between joining and leaving."""
        return self.facts.joins <= now < self.facts.leaves

    def is_free(self, now: int) -> bool:
        """Idle and on duty."""
        return self.spell is None and self.next_duty(now) == now

    def next_duty(self, now: int) -> int:
        """When the cadre is next on duty: between joining and leaving, in duty hours."""
        moment = calendars.next_duty(self.starts, self.ends, max(now, self.facts.joins))
        return moment if moment < self.facts.leaves else NEVER

    def factor(self) -> float:
        """How many times the ordinary effort this cadre needs now."""
        now = self.clock.now
        facts, fatigue = self.facts, self.plan.fatigue
        newcomer = handling.newcomer_factor(now, facts.joins, facts.ramp_up, facts.first_day_speed)
        tired = handling.tired_factor(self.tired_hours(), fatigue.slower, self.plan.loops.fatigue)
        return self.slowness * newcomer * tired

    def tired_hours(self) -> float:
        """Hours a week beyond what a person bears."""
        self._turn_weeks()
        return handling.tired_hours(
            self.facts.weekly_seconds, sum(self.overtime), self.plan.fatigue.above
        )

    def gives_hours(self, errand: Errand, seconds: int, *, overtime: bool, time_off: float) -> None:
        """Hours for something else than a case; an evening's are partly taken back in duty time."""
        self._turn_weeks()
        if overtime:
            self.overtime[0] += seconds
            back = int(seconds * time_off + 0.5)
            self.owed += back
            self.evenings += back
        else:
            self.owed += seconds  # office hours spent elsewhere are gone for the desk
        self.record.cadre(
            Kind.HOURS, self.id, self.desk.facts.office,
            code=errand, flags=OVERTIME if overtime else 0, value=float(seconds),
        )  # fmt: skip

    def goes_away(self) -> None:
        """Hours that belong to something else go first, before any case."""
        owed = self.owed
        self.off = self.evenings
        self.owed = self.evenings = 0
        self.begins(float(owed), 1.0, None, Activity.HANDLE)

    def is_back(self) -> None:
        """Back at the desk; what was time off in lieu is written down as that."""
        if self.off > 0:
            office, off = self.desk.facts.office, float(self.off)
            self.record.cadre(Kind.HOURS, self.id, office, code=Errand.TIME_OFF, value=off)
        self.desk.changed()

    def _turn_weeks(self) -> None:
        week = self.clock.now // WEEK
        while self.overtime_week < week:
            self.overtime = [0, *self.overtime[:3]]
            self.overtime_week += 1
