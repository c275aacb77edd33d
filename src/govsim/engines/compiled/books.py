"""Money, week by week; what is open when the books are closed, and unfinished at the horizon."""

from enum import IntEnum
from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import WEEK, touch_until
from govsim.engines.compiled.ledger import stands
from govsim.engines.compiled.meetings import opens_meetings
from govsim.engines.compiled.projects import next_pick
from govsim.engines.compiled.recorder import record_cadre
from govsim.engines.compiled.resident import set_trust, trust_now
from govsim.engines.compiled.rows import (
    bring_resident,
    cadre_at,
    case_at,
    cost_at,
    desk_at,
    desk_cadres,
    first_resident,
    lane_at,
    office_at,
    office_desks,
    resident_at,
    resident_rows,
    scratch,
    whole,
)
from govsim.engines.compiled.rules import next_change
from govsim.engines.compiled.scoring import next_scoring
from govsim.engines.compiled.sessions import next_session
from govsim.engines.compiled.sorting import sort
from govsim.engines.compiled.waits import cut_short
from govsim.engines.compiled.work import record_work
from govsim.model.plan import DAY
from govsim.model.randomness import resident_id
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, UNFINISHED, Kind

MONTH = 30 * DAY
PLACES = 256  # residents who are asked in one go
ENTRIES = 2  # what the list in scratch is of; see ``clean_up``


class Page(IntEnum):
    """What is entered, in this order."""

    OPEN = 0  # in the last second of the run that is told of
    TRUST = 1
    COSTS = 2
    CLOSED = 3
    WORK = 4  # at the horizon
    UNSETTLED = 5
    BROKEN_OFF = 6


@part
def opens_the_books(city: Any) -> None:
    """What the calendar itself brings goes into the agenda."""
    for number in range(city.cost_count):
        schedule(city, cost_at(city, number).begins, Rank.PAY, number, 0, number)
    if city.loops.clean_up > 0.0:
        for month in range(1, city.horizon // MONTH + 1):
            schedule(city, month * MONTH, Rank.CLEAN_UP, 0, month, 0)
    schedule(city, city.until - 1, Rank.BOOKS, 0, 0, 0)
    for number in range(city.planner_count):
        next_pick(city, number)
    next_session(city)
    next_change(city)
    next_scoring(city, 1, 0)
    opens_meetings(city)


# ---------------------------------------------------------------- money


@part
def pay_day(city: Any, number: int) -> None:
    """A policy's money: once at its beginning, and week by week."""
    line = cost_at(city, number)
    if not line.begun:
        line.begun = 1
        if line.once > 0.0:
            _pay(city, line, line.once)
    else:
        pay_until(city, number, city.now)
    if line.per_year > 0.0 and line.paid_until < line.ends:
        until = min(line.paid_until + WEEK, line.ends)
        schedule(city, until, Rank.PAY, number, 0, number)


@part
def pay_until(city: Any, number: int, until: int) -> None:
    """The part of a yearly sum that falls due up to then."""
    line = cost_at(city, number)
    seconds = until - line.paid_until
    if seconds > 0 and line.per_year > 0.0:
        _pay(city, line, line.per_year * seconds / (365 * DAY))
        line.paid_until = until


@part
def _pay(city: Any, line: Any, yuan: float) -> None:
    record_cadre(city, Kind.MONEY, ABSENT, city.office_count - 1, line.policy, 0, yuan)


# ---------------------------------------------------------------- the end


@part
def closes_the_books(city: Any) -> None:
    """In the last second of the run: the loop makes the entries, one after another."""
    city.page = Page.OPEN
    _turns_to(city)
    _turns_over(city, whole(Page.CLOSED))


@part
def makes_entry(city: Any) -> None:
    """One entry; after the last one of a page the next page."""
    _entry(city, city.listed)
    city.listed += 1
    _turns_over(city, whole(Page.CLOSED))


@part
def breaks_off(city: Any) -> bool:
    """At the horizon, one entry of what is unfinished; whether there was one to make."""
    if city.page == Page.CLOSED:
        city.page = Page.WORK
        _turns_to(city)
    _turns_over(city, whole(Page.BROKEN_OFF))
    if city.page == Page.BROKEN_OFF:
        return False
    _entry(city, city.listed)
    city.listed += 1
    return True


@part
def _turns_over(city: Any, last: int) -> None:
    """To the next page with something to enter, the last one at most."""
    while city.listed == city.list_size and city.page < last:
        city.page += 1
        _turns_to(city)


@part
def _turns_to(city: Any) -> None:
    """How many entries the page at hand has."""
    city.list_kind = ENTRIES
    city.listed = 0
    if city.page == Page.OPEN or city.page == Page.UNSETTLED:
        city.list_size = _list_open_cases(city)
    elif city.page == Page.TRUST:
        city.list_size = (city.resident_rows_room + PLACES - 1) // PLACES
    elif city.page == Page.COSTS:
        city.list_size = city.cost_count
    elif city.page == Page.WORK:
        city.list_size = city.office_count
    else:
        city.list_size = 0


@part
def _entry(city: Any, i: int) -> None:
    if city.page == Page.WORK:
        _still_at_work(city, i)
    elif city.page == Page.OPEN:
        stands(city, Kind.OPEN, case_at(city, _listed(city, i)), 0)
    elif city.page == Page.UNSETTLED:
        case = case_at(city, _listed(city, i))
        cut_short(city, case)
        stands(city, Kind.UNSETTLED, case, 0)
    elif city.page == Page.TRUST:
        _remember(city, i)
    else:
        pay_until(city, i, min(cost_at(city, i).ends, city.until))


@part
def _listed(city: Any, i: int) -> int:
    return scratch(city)[city.scratch_room // 2 + i]


@part
def _still_at_work(city: Any, o: int) -> None:
    """Hours given to cases that are not finished yet."""
    office = office_at(city, o)
    for i in range(office.first_desk, office.first_desk + office.desks):
        _unfinished_at(city, office_desks(city)[i])
    if office.leaders_desk != ABSENT:
        _unfinished_at(city, office.leaders_desk)
    for i in range(office.first_lane, office.first_lane + office.lanes):
        _unfinished_at(city, lane_at(city, i).desk)


@part
def _unfinished_at(city: Any, d: int) -> None:
    desk = desk_at(city, d)
    for i in range(desk.first_cadre, desk.first_cadre + desk.cadres):
        k = desk_cadres(city)[i]
        cadre = cadre_at(city, k)
        if cadre.busy and cadre.case != ABSENT:
            done = touch_until(city, cadre, city.horizon)
            record_work(city, k, cadre, done, UNFINISHED)


@part
def _list_open_cases(city: Any) -> int:
    keys = scratch(city)
    cases = keys[city.scratch_room // 2 :]
    n = 0
    for c in range(city.cases_used):
        case = case_at(city, c)
        if case.number != ABSENT and case.open and case.problem != ABSENT:
            keys[n] = case.number
            cases[n] = c
            n += 1
    sort(keys, cases, n)
    return n


@part
def _remember(city: Any, i: int) -> None:
    """Residents whom something has happened to: trust as it is on the last day."""
    rows = resident_rows(city)
    first, last = i * PLACES, min((i + 1) * PLACES, city.resident_rows_room)
    for place in range(first, last):  # memory fetches several rows in the time of one
        if rows[place] > 0:
            bring_resident(city, rows[place])
    for place in range(first, last):
        if rows[place] > 0:
            _remembers(city, place, resident_at(city, rows[place]))


@part
def _remembers(city: Any, place: int, resident: Any) -> None:
    communities = first_resident(city)
    while communities[city.trust_community + 1] <= place:
        city.trust_community += 1
    community = city.trust_community
    number = resident_id(community, place - communities[community])
    set_trust(city, resident, number, trust_now(city, resident))
