"""Money, week by week; and at the horizon what is unfinished, open, forgotten and unpaid."""

from enum import IntEnum
from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import WEEK, touch_until
from govsim.engines.compiled.ledger import ends_unclosed
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
)
from govsim.engines.compiled.rules import next_change
from govsim.engines.compiled.scoring import next_scoring
from govsim.engines.compiled.sessions import next_session
from govsim.engines.compiled.sorting import sort
from govsim.engines.compiled.work import record_work
from govsim.model.plan import DAY
from govsim.model.randomness import resident_id
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, UNFINISHED, Kind

MONTH = 30 * DAY
PLACES = 256  # residents who are asked in one go


class Page(IntEnum):
    """What the books are closed on, in this order."""

    WORK = 0
    LIST = 1
    OPEN = 2
    TRUST = 3
    COSTS = 4


@part
def opens_the_books(city: Any) -> None:
    """What the calendar itself brings goes into the agenda."""
    for number in range(city.cost_count):
        schedule(city, cost_at(city, number).begins, Rank.PAY, number, 0, number)
    if city.loops.clean_up > 0.0:
        for month in range(1, city.horizon // MONTH + 1):
            schedule(city, month * MONTH, Rank.CLEAN_UP, 0, month, 0)
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
def closes_the_books(city: Any) -> int:
    """One entry; 1 when the last is made."""
    if city.listed < city.list_size:
        _entry(city, city.listed)
        city.listed += 1
        return 0
    city.listed = 0
    city.page += 1
    if city.page == Page.WORK:
        city.list_size = city.office_count
    elif city.page == Page.LIST:
        city.list_size = 0
        city.open_cases = _list_open_cases(city)
    elif city.page == Page.OPEN:
        city.list_size = city.open_cases
    elif city.page == Page.TRUST:
        city.list_size = (city.resident_rows_room + PLACES - 1) // PLACES
    elif city.page == Page.COSTS:
        city.list_size = city.cost_count
    else:
        return 1
    return 0


@part
def _entry(city: Any, i: int) -> None:
    if city.page == Page.WORK:
        _still_at_work(city, i)
    elif city.page == Page.OPEN:
        ends_unclosed(city, Kind.OPEN, case_at(city, scratch(city)[city.scratch_room // 2 + i]))
    elif city.page == Page.TRUST:
        _remember(city, i)
    else:
        pay_until(city, i, min(cost_at(city, i).ends, city.horizon))


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
