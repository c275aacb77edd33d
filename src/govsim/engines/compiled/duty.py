"""Duty time: the rules of ``model.calendars``, looked up near the day in question.

A calendar has a thousand intervals, and a question is nearly always about the next few. Where a
day's intervals begin stands in ``first_of_day``; the rules are asked about a short stretch from
there, and only if that does not hold the answer about all the rest.
"""

from typing import Any

from govsim.compiling import allow, part
from govsim.engines.compiled.rows import before, calendar_at, ends, first_of_day, starts
from govsim.model import calendars
from govsim.model.plan import DAY, NEVER

allow(calendars)

STRETCH = 24  # intervals: twelve days of mornings and afternoons


@part
def _from_day(city: Any, calendar: Any, t: int) -> int:
    """The last interval that begins by midnight of the day, in the pool of all intervals."""
    last_day = city.calendar_days - 1
    day = t // DAY if t < last_day * DAY else last_day
    return calendar.first + first_of_day(city)[calendar.first_day + day]


@part
def is_on_duty(city: Any, number: int, t: int) -> bool:
    """Whether t lies in a duty interval."""
    calendar = calendar_at(city, number)
    first = _from_day(city, calendar, t)
    last = min(first + STRETCH, calendar.first + calendar.count)
    return calendars.on_duty(starts(city)[first:last], ends(city)[first:last], t)


@part
def next_duty(city: Any, number: int, t: int) -> int:
    """The first moment on duty at or after t; NEVER beyond the calendar."""
    calendar = calendar_at(city, number)
    first = _from_day(city, calendar, t)
    last = min(first + STRETCH, calendar.first + calendar.count)
    moment = calendars.next_duty(starts(city)[first:last], ends(city)[first:last], t)
    if moment == NEVER and last < calendar.first + calendar.count:
        last = calendar.first + calendar.count
        moment = calendars.next_duty(starts(city)[first:last], ends(city)[first:last], t)
    return moment


@part
def finish(city: Any, number: int, t: int, work: int) -> int:
    """When work of so many duty seconds, begun at t, is done; NEVER beyond the calendar."""
    calendar = calendar_at(city, number)
    first = _from_day(city, calendar, t)
    last = min(first + STRETCH, calendar.first + calendar.count)
    moment = _finish(city, first, last, t, work)
    if moment == NEVER and last < calendar.first + calendar.count:
        moment = _finish(city, first, calendar.first + calendar.count, t, work)
    return moment


@part
def _finish(city: Any, first: int, last: int, t: int, work: int) -> int:
    return calendars.finish(
        starts(city)[first:last], ends(city)[first:last], before(city)[first:last], t, work
    )


@part
def duty_before(city: Any, number: int, t: int) -> int:
    """Duty seconds from the first day up to t."""
    calendar = calendar_at(city, number)
    first = _from_day(city, calendar, t)
    last = min(first + STRETCH, calendar.first + calendar.count)
    return calendars.duty_before(
        starts(city)[first:last], ends(city)[first:last], before(city)[first:last], t
    )
