"""A cadre: takes a case when called, works on it in duty time, and is free again."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simpy.events import Event

from govsim.engines.agents.clock import Rank
from govsim.engines.agents.things import Grievance
from govsim.model import calendars, handling
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.records import OVERTIME, Activity, Errand, Kind

if TYPE_CHECKING:
    from govsim.engines.agents.city import City

WEEK = 7 * 86_400


@dataclass(slots=True)
class Spell:
    """One stretch of duty time given to one thing."""

    started: int
    finishes: int
    touch: float  # seconds of it that are work on the case
    grievance: Grievance | None  # None: time off in lieu
    activity: Activity
    done: Callable[["Spell"], None]


class Cadre:
    """A server of the queueing model, with a weekly duty calendar and other things to do."""

    def __init__(self, city: "City", number: int) -> None:
        self.city = city
        self.id = number
        self.facts = city.plan.cadres[number]
        calendar = city.plan.calendars[self.facts.calendar]
        self.starts, self.ends, self.before = calendar.starts, calendar.ends, calendar.before
        self.slowness = city.draws.value(
            city.plan.handling.cadre_slowness, self.facts.entity, Purpose.CADRE_SLOWNESS
        )
        self.idle_since = 0
        self.spell: Spell | None = None
        self.time_off = 0  # seconds owed for evenings
        self.overtime = [0, 0, 0, 0]  # the last four weeks'
        self.overtime_week = 0
        self.called = city.clock.env.event()
        city.clock.env.process(self.works())

    def works(self) -> Generator[Event, Spell, None]:
        """Wait to be called, work, report back; for ever."""
        while True:
            spell = yield self.called
            self.called = self.city.clock.env.event()
            yield self.city.clock.at(spell.finishes, Rank.FINISH, self.id)
            self.spell = None
            self.idle_since = self.city.clock.now
            spell.done(spell)

    def begins(
        self,
        touch: float,
        share_of_time: float,
        grievance: Grievance | None,
        activity: Activity,
        done: Callable[[Spell], None],
    ) -> None:
        """Called: from now on busy until the work is done in duty time."""
        now = self.city.clock.now
        duty = handling.duty_seconds(touch, share_of_time)
        finishes = calendars.finish(self.starts, self.ends, self.before, now, duty)
        self.spell = Spell(now, finishes, touch, grievance, activity, done)
        self.called.succeed(self.spell)

    def touch_until(self, spell: Spell, t: int) -> float:
        """How much of a spell's work is done by then."""
        begun = calendars.duty_before(self.starts, self.ends, self.before, spell.started)
        duty = calendars.duty_before(self.starts, self.ends, self.before, t) - begun
        return min(spell.touch, duty * self.facts.share_of_time)

    def is_on_duty(self, t: int) -> bool:
        """Whether t lies in duty hours."""
        return calendars.on_duty(self.starts, self.ends, t)

    def is_free(self, now: int) -> bool:
        """Idle and on duty."""
        return self.spell is None and self.next_duty(now) == now

    def next_duty(self, now: int) -> int:
        """When the cadre is next on duty: between joining and leaving, in duty hours."""
        moment = calendars.next_duty(self.starts, self.ends, max(now, self.facts.joins))
        return moment if moment < self.facts.leaves else NEVER

    def factor(self) -> float:
        """How many times the ordinary effort this cadre needs now."""
        now = self.city.clock.now
        facts, fatigue = self.facts, self.city.plan.fatigue
        newcomer = handling.newcomer_factor(now, facts.joins, facts.ramp_up, facts.first_day_speed)
        tired = handling.tired_factor(
            self.tired_hours(), fatigue.slower, self.city.plan.loops.fatigue
        )
        return self.slowness * newcomer * tired

    def tired_hours(self) -> float:
        """Hours a week beyond what a person bears."""
        self._turn_weeks()
        return handling.tired_hours(
            self.facts.weekly_seconds, sum(self.overtime), self.city.plan.fatigue.above
        )

    def gives_hours(self, errand: Errand, seconds: int, *, overtime: bool, time_off: float) -> None:
        """Hours for something else than a case; an evening's are partly taken back in duty time."""
        self._turn_weeks()
        if overtime:
            self.overtime[0] += seconds
            self.time_off += int(seconds * time_off + 0.5)
        else:
            self.time_off += seconds  # office hours spent elsewhere are gone for the desk
        self.city.record.cadre(
            Kind.HOURS, self.id, self.city.plan.desks[self.facts.desk].office,
            code=errand, flags=OVERTIME if overtime else 0, value=float(seconds),
        )  # fmt: skip

    def takes_time_off(self) -> None:
        """Owed hours go first, before any case."""
        owed = self.time_off
        self.time_off = 0
        self.begins(float(owed), 1.0, None, Activity.HANDLE, self._time_off_done)

    def _time_off_done(self, spell: Spell) -> None:
        office = self.city.plan.desks[self.facts.desk].office
        self.city.record.cadre(Kind.HOURS, self.id, office, code=Errand.TIME_OFF, value=spell.touch)
        self.city.desks[self.facts.desk].changed()

    def _turn_weeks(self) -> None:
        week = self.city.clock.now // WEEK
        while self.overtime_week < week:
            self.overtime = [0, *self.overtime[:3]]
            self.overtime_week += 1
