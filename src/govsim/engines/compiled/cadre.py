"""A cadre: takes a case when called, works on it in duty time, and is free again."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled import duty
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.desk import changed
from govsim.engines.compiled.recorder import record_cadre
from govsim.engines.compiled.rows import (
    cadre_at,
    desk_at,
    desk_cadres,
    office_at,
    office_desks,
    whole,
)
from govsim.model import handling
from govsim.model.plan import DAY, NEVER
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, OVERTIME, Activity, Errand, Kind

WEEK = 7 * DAY


@part
def begins(city: Any, k: int, touch: float, share_of_time: float, c: int, activity: int) -> None:
    """Called: from now on busy until the work is done in duty time."""
    cadre = cadre_at(city, k)
    work = handling.duty_seconds(touch, share_of_time)
    finishes = duty.finish(city, cadre.calendar, city.now, work)
    _no_longer_idle(city, k)
    cadre.busy = 1
    cadre.started = city.now
    cadre.touch = touch
    cadre.case = c
    cadre.activity = activity
    schedule(city, finishes, Rank.FINISH, k, 0, k)


@part
def becomes_idle(city: Any, k: int) -> None:
    """A spell of work is done; the last of the desk's idle from now on."""
    cadre = cadre_at(city, k)
    desk = desk_at(city, cadre.desk)
    cadre.busy = 0
    cadre.next_idle = ABSENT
    cadre.previous_idle = desk.last_idle
    if desk.last_idle == ABSENT:
        desk.first_idle = k
    else:
        cadre_at(city, desk.last_idle).next_idle = k
    desk.last_idle = k
    if cadre.owed > 0:
        desk.owed += 1


@part
def _no_longer_idle(city: Any, k: int) -> None:
    cadre = cadre_at(city, k)
    desk = desk_at(city, cadre.desk)
    if cadre.previous_idle == ABSENT:
        desk.first_idle = cadre.next_idle
    else:
        cadre_at(city, cadre.previous_idle).next_idle = cadre.next_idle
    if cadre.next_idle == ABSENT:
        desk.last_idle = cadre.previous_idle
    else:
        cadre_at(city, cadre.next_idle).previous_idle = cadre.previous_idle


@part
def touch_until(city: Any, cadre: Any, t: int) -> float:
    """How much of a spell's work is done by then."""
    begun = duty.duty_before(city, cadre.calendar, cadre.started)
    seconds = duty.duty_before(city, cadre.calendar, t) - begun
    return min(cadre.touch, seconds * cadre.share_of_time)


@part
def is_on_duty(city: Any, cadre: Any, t: int) -> bool:
    """Whether t lies in duty hours."""
    return duty.is_on_duty(city, cadre.calendar, t)


@part
def next_duty(city: Any, cadre: Any, now: int) -> int:
    """When the cadre is next on duty: between joining and leaving, in duty hours."""
    moment = duty.next_duty(city, cadre.calendar, max(now, cadre.joins))
    return moment if moment < cadre.leaves else NEVER


@part
def factor(city: Any, cadre: Any) -> float:
    """How many times the ordinary effort this cadre needs now."""
    newcomer = handling.newcomer_factor(city.now, cadre.joins, cadre.ramp_up, cadre.first_day_speed)
    tired = handling.tired_factor(tired_hours(city, cadre), city.fatigue.slower, city.loops.fatigue)
    return cadre.slowness * newcomer * tired


@part
def tired_hours(city: Any, cadre: Any) -> float:
    """Hours a week beyond what a person bears."""
    _turn_weeks(city, cadre)
    weeks = cadre.overtime
    overtime = weeks[0] + weeks[1] + weeks[2] + weeks[3]
    return handling.tired_hours(cadre.weekly_seconds, overtime, city.fatigue.above)


@part
def gives_hours(
    city: Any, k: int, errand: int, seconds: int, overtime: bool, time_off: float
) -> None:
    """Hours for something else than a case; an evening's are partly taken back in duty time."""
    cadre = cadre_at(city, k)
    _turn_weeks(city, cadre)
    desk = desk_at(city, cadre.desk)
    owed_before = cadre.owed > 0
    if overtime:
        cadre.overtime[0] += seconds
        back = whole(seconds * time_off + 0.5)
        cadre.owed += back
        cadre.evenings += back
    else:
        cadre.owed += seconds  # office hours spent elsewhere are gone for the desk
    if not cadre.busy and not owed_before and cadre.owed > 0:
        desk.owed += 1
    flags = OVERTIME if overtime else 0
    record_cadre(city, Kind.HOURS, k, desk.office, errand, flags, float(seconds))


@part
def desk_gives_hours(city: Any, d: int, turn: int, errand: int, seconds: int) -> None:
    """Office hours for something else than a case, from one of those employed, in turn."""
    desk = desk_at(city, d)
    there = employed(city, d)
    if there == 0 or seconds <= 0:
        return
    place = desk.first_cadre
    turn = turn % there
    while turn > 0 or not _employed_at(city, place):
        turn -= _employed_at(city, place)
        place += 1
    gives_hours(city, desk_cadres(city)[place], errand, seconds, False, 0.0)
    changed(city, d)


@part
def office_gives_hours(city: Any, o: int, turn: int, errand: int, seconds: int) -> None:
    """Office hours for something else than a case, from its handling desks in turn."""
    office = office_at(city, o)
    d = office_desks(city)[office.first_desk + turn % office.desks]
    desk_gives_hours(city, d, turn // office.desks, errand, seconds)


@part
def employed(city: Any, d: int) -> int:
    """How many people work at a desk now."""
    desk = desk_at(city, d)
    there = 0
    for place in range(desk.first_cadre, desk.first_cadre + desk.cadres):
        there += _employed_at(city, place)
    return there


@part
def _employed_at(city: Any, place: int) -> int:
    """1 if the cadre at that place has joined and not left."""
    return whole(is_employed(city, cadre_at(city, desk_cadres(city)[place])))


@part
def is_employed(city: Any, cadre: Any) -> bool:
    """Between joining and leaving."""
    return cadre.joins <= city.now < cadre.leaves


@part
def goes_away(city: Any, k: int) -> None:
    """Hours that belong to something else go first, before any case."""
    cadre = cadre_at(city, k)
    owed = cadre.owed
    cadre.off = cadre.evenings
    cadre.owed = 0
    cadre.evenings = 0
    desk_at(city, cadre.desk).owed -= 1
    begins(city, k, float(owed), 1.0, ABSENT, Activity.HANDLE)


@part
def is_back(city: Any, k: int) -> None:
    """Back at the desk; what was time off in lieu is written down as that."""
    cadre = cadre_at(city, k)
    if cadre.off > 0:
        office = desk_at(city, cadre.desk).office
        record_cadre(city, Kind.HOURS, k, office, Errand.TIME_OFF, 0, float(cadre.off))
    changed(city, cadre.desk)


@part
def _turn_weeks(city: Any, cadre: Any) -> None:
    week = city.now // WEEK
    weeks = cadre.overtime
    while cadre.overtime_week < week:
        weeks[3] = weeks[2]
        weeks[2] = weeks[1]
        weeks[1] = weeks[0]
        weeks[0] = 0
        cadre.overtime_week += 1
