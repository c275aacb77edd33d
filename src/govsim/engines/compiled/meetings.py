"""What comes by the calendar: meetings of departments, weeks of special desks, and their ends."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import WEEK, desk_gives_hours
from govsim.engines.compiled.closing import close
from govsim.engines.compiled.conference import confer, settles, sit
from govsim.engines.compiled.desk import take_first
from govsim.engines.compiled.mediation import gives_back, invents
from govsim.engines.compiled.office import goes_to_next_department
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import (
    case_at,
    conference_at,
    desk_at,
    lane_at,
    meetings,
    office_at,
    office_desks,
    problem_at,
    scratch,
    whole,
)
from govsim.engines.compiled.work import proceed
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, Errand, Kind, Outcome, Table, Wait

LANES = 1 << 40  # above the keys of conferences
MEETING, END = 0, 1
GIVEN_BACK = 256  # cases that go the ordinary way in one event


@part
def opens_meetings(city: Any) -> None:
    """What lanes and conferences have planned goes into the agenda."""
    for i in range(city.lane_count):
        _next_week(city, i, 1)
    for i in range(city.conference_count):
        _next_meeting(city, i)
        schedule(city, conference_at(city, i).ends, Rank.CONFERENCE, i, END, i)


@part
def is_held(city: Any, key: int, key2: int, i: int) -> None:
    """A meeting, the end of a conference, or a week of a special desk."""
    if key >= LANES:
        _week_passes(city, i, key2)
    elif key2 == MEETING:
        _meeting_ends(city, i)
    else:
        _is_over(city, i)


# ---------------------------------------------------------------- conferences


@part
def _next_meeting(city: Any, i: int) -> None:
    facts = conference_at(city, i)
    if facts.held < facts.meetings:
        moment = meetings(city)[facts.first_meeting + facts.held]
        schedule(city, moment, Rank.CONFERENCE, i, MEETING, i)


@part
def _meeting_ends(city: Any, i: int) -> None:
    """As many cases as the agenda holds have been dealt with."""
    facts = conference_at(city, i)
    number = whole(facts.held)
    facts.held += 1
    table = desk_at(city, facts.desk)
    cases = scratch(city)
    count = 0
    while count < facts.at_most and table.queue != ABSENT:
        cases[count] = take_first(city, facts.desk)
        count += 1
    for place in range(count):
        _deals_with(city, cases[place], i, number, facts.length // count)
    chair = office_at(city, facts.office).leaders_desk
    if count > 0 and chair != ABSENT:
        desk_gives_hours(city, chair, number, Errand.MEETING, facts.length)
    _next_meeting(city, i)


@part
def _deals_with(city: Any, c: int, i: int, number: int, length: int) -> None:
    """The departments of one case have come to terms."""
    case = case_at(city, c)
    facts = conference_at(city, i)
    _has_waited(city, case)
    if not problem_at(city, case.problem).lives:
        close(city, c, Outcome.GONE)
        return
    sit(city, case, number, length + facts.preparation)
    confer(city, case, Table.PERIODIC, True)
    settles(city, case, facts.lead)
    proceed(city, c)


@part
def _is_over(city: Any, i: int) -> None:
    """The policy has ended: what still waits goes the ordinary way, some at a time."""
    facts = conference_at(city, i)
    table = desk_at(city, facts.desk)
    count = 0
    while count < GIVEN_BACK and table.queue != ABSENT:
        c = take_first(city, facts.desk)
        _has_waited(city, case_at(city, c))
        goes_to_next_department(city, c)
        count += 1
    if table.queue != ABSENT:
        schedule(city, city.now, Rank.CONFERENCE, i, END, i)


@part
def _has_waited(city: Any, case: Any) -> None:
    """The wait at the table is over."""
    row = record_case(city, Kind.WAITED, case, Wait.CONFERENCE, 0, 0.0)
    row.enabled = case.enabled
    row.started = case.enabled


# ---------------------------------------------------------------- special desks


@part
def _next_week(city: Any, i: int, week: int) -> None:
    lane = lane_at(city, i)
    until = min(lane.begins + week * WEEK, lane.ends)
    schedule(city, until, Rank.CONFERENCE, LANES | i, week, i)


@part
def _week_passes(city: Any, i: int, week: int) -> None:
    """Looking after it takes the office's own hours; at its end the cases come back."""
    lane = lane_at(city, i)
    if city.now == lane.begins + week * WEEK:
        office = office_at(city, lane.office)
        d = office_desks(city)[office.first_desk + week % office.desks]
        desk_gives_hours(city, d, week // office.desks, Errand.PAPERWORK, lane.management)
        if lane.mediates:
            invents(city, lane, week)
    if city.now < lane.ends:
        _next_week(city, i, week + 1)
        return
    while desk_at(city, lane.desk).queue != ABSENT:
        gives_back(city, take_first(city, lane.desk))
