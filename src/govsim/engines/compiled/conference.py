"""Departments at one table: which cases come there, who is called, what it costs them."""

from typing import Any

from govsim.compiling import allow, part
from govsim.engines.compiled.cadre import desk_gives_hours
from govsim.engines.compiled.desk import ORDINARY_CLASS, join, priority
from govsim.engines.compiled.draws import one, pair, rounded
from govsim.engines.compiled.lanes import about_lane
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import (
    case_at,
    class_at,
    conference_at,
    desk_at,
    office_at,
    office_desks,
    whole,
)
from govsim.engines.compiled.waits import waits
from govsim.model import conferences, demand
from govsim.model.conferences import WINDOW
from govsim.model.randomness import Purpose
from govsim.model.records import ABSENT, TRUE, Activity, Errand, Kind, Table, Wait

allow(conferences)


@part
def taken_by_conference(city: Any, c: int) -> bool:
    """The first conference of the office that is for the case has it."""
    case = case_at(city, c)
    office = office_at(city, case.office)
    for i in range(office.first_conference, office.first_conference + office.conferences):
        if _takes(city, i, c):
            return True
    return False


@part
def _takes(city: Any, i: int, c: int) -> bool:
    """A case for several departments is called for at once, or waits for the next meeting."""
    case = case_at(city, c)
    facts = conference_at(city, i)
    if case.conferred or not facts.begins <= city.now < facts.ends:
        return False
    u, _ = about_lane(city, case, Purpose.CONFERENCE, facts.policy)
    if u >= facts.share:
        return False
    pressing = priority(city, case) < ORDINARY_CLASS
    if facts.on_demand and (not facts.periodic or pressing):
        _calls(city, c, i)
    elif facts.held < facts.meetings:
        join(city, facts.desk, c, Activity.HANDLE)
    else:
        return False
    return True


@part
def departments_of(city: Any, case: Any) -> int:
    """How many departments must act."""
    _, u = pair(city, case.subject, Purpose.OWNER, 0)
    return demand.departments(class_at(city, case.klass).several_departments, u)


@part
def desk_of(city: Any, case: Any, i: int) -> int:
    """The i-th desk that must act, the owner's first; ABSENT beyond."""
    office = office_at(city, case.office)
    if i >= min(departments_of(city, case), office.desks):
        return ABSENT
    first = demand.number_below(office.desks, one(city, case.subject, Purpose.OWNER, 0))
    return whole(office_desks(city)[office.first_desk + (first + i) % office.desks])


# ---------------------------------------------------------------- on demand


@part
def _calls(city: Any, c: int, i: int) -> None:
    """The whistle is blown; the departments take their time."""
    case = case_at(city, c)
    facts = conference_at(city, i)
    k = whole(0)
    d = desk_of(city, case, k)
    while d != ABSENT:
        desk = desk_at(city, d)
        _calls_turn(city, desk)
        desk.calls_now += 1
        k += 1
        d = desk_of(city, case, k)
    case.table = i - office_at(city, case.office).first_conference
    delay, _ = about_lane(city, case, Purpose.PERFUNCTORY, facts.policy)
    waits(city, c, Wait.CONFERENCE, rounded(city, facts.arrives, delay))


@part
def _calls_turn(city: Any, desk: Any) -> None:
    stretch = city.now // WINDOW
    if stretch != desk.calls_stretch:
        desk.calls_before = desk.calls_now if stretch == desk.calls_stretch + 1 else 0
        desk.calls_now = 0
        desk.calls_stretch = stretch


@part
def come_to_terms(city: Any, c: int) -> bool:
    """They are there; who is called too often only shows a face, and hours are gone."""
    case = case_at(city, c)
    facts = conference_at(city, office_at(city, case.office).first_conference + case.table)
    most = 0.0
    k = whole(0)
    d = desk_of(city, case, k)
    while d != ABSENT:
        desk = desk_at(city, d)
        _calls_turn(city, desk)
        before, now = whole(desk.calls_before), whole(desk.calls_now)
        most = max(most, conferences.calls_lately(before, now, city.now))
        k += 1
        d = desk_of(city, case, k)
    chance = conferences.perfunctory_probability(most, facts.bearable, facts.perfunctory)
    _, u = about_lane(city, case, Purpose.PERFUNCTORY, facts.policy)
    settled = u >= chance
    sit(city, case, whole(case.number), facts.hours_per_call)
    confer(city, case, Table.ON_DEMAND, settled)
    if settled:
        settles(city, case, facts.lead)
    else:
        case.conferred = 1
    return settled


# ---------------------------------------------------------------- both


@part
def sit(city: Any, case: Any, turn: int, seconds: int) -> None:
    """Every department gives hours."""
    k = whole(0)
    d = desk_of(city, case, k)
    while d != ABSENT:
        desk_gives_hours(city, d, turn, Errand.MEETING, seconds)
        k += 1
        d = desk_of(city, case, k)


@part
def confer(city: Any, case: Any, table: int, settled: bool) -> None:
    """How it went."""
    count = min(departments_of(city, case), office_at(city, case.office).desks)
    flags = TRUE if settled else 0
    record_case(city, Kind.CONFERRED, case, table, flags, float(count))


@part
def settles(city: Any, case: Any, lead: int) -> None:
    """All departments have acted."""
    case.departments_done = departments_of(city, case) - 1
    if lead:
        case.led = 1
