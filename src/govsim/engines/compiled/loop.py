"""The event loop: one event after another, until something is needed from outside.

Nothing is raised in here. ``advance_city`` returns a status: why it stopped, and with that what the
caller has to do before it calls again. Everything it was about to do is then done as if it had
never stopped.
"""

from enum import IntEnum
from typing import Any

from govsim.compiling import entry, part
from govsim.engines.compiled.agenda import (
    CONTACT_OF_CASE,
    RANK_BITS,
    advance,
    open_stretch,
    put_down_for,
    remove_first,
    room_to_put_down,
)
from govsim.engines.compiled.births import (
    SECOND_BITS,
    draw_day,
    is_born,
    list_day,
    was_born_before,
)
from govsim.engines.compiled.books import (
    ENTRIES,
    breaks_off,
    closes_the_books,
    makes_entry,
    opens_the_books,
    pay_day,
)
from govsim.engines.compiled.clean_up import OLD_CASES, clear_out_next, list_old_cases
from govsim.engines.compiled.deadlines import reply_falls_due, resolution_falls_due
from govsim.engines.compiled.desk import changed
from govsim.engines.compiled.inheriting import foresee_inherited, is_inherited
from govsim.engines.compiled.inspection import inspects
from govsim.engines.compiled.leaving import let_go
from govsim.engines.compiled.ledger import asks, contact, forget_loose, withdraw
from govsim.engines.compiled.meetings import is_held
from govsim.engines.compiled.problems import forget_if_over, heals
from govsim.engines.compiled.projects import end_next, project_is_due
from govsim.engines.compiled.recurring import recurs
from govsim.engines.compiled.resident import (
    ID_OF_DAY_BITS,
    fellow_of,
    sees_what_came_of_it,
    thinks,
    thinks_again,
)
from govsim.engines.compiled.rows import case_at, opened_at, problem_at, scratch, whole
from govsim.engines.compiled.rules import rules_change
from govsim.engines.compiled.scoring import is_scored
from govsim.engines.compiled.sessions import session_ends
from govsim.engines.compiled.silent import silent_room_needed
from govsim.engines.compiled.sorting import sort_evenly_spread
from govsim.engines.compiled.sweeping import sweep_if_grown
from govsim.engines.compiled.termination import knocks_again, tells_as_well
from govsim.engines.compiled.work import finished, match_next, reply_is_ready, wait_ends
from govsim.model.plan import DAY
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, NO_INDEX, Origin

PART_OF_DAY_BITS = SECOND_BITS + 7  # of a key of the stock: two minutes
PARTS_OF_DAY = (DAY >> 7) + 1  # as many, and one more


class Status(IntEnum):
    """Why the loop stopped."""

    PAUSED = 0  # so many events are done
    DONE = 1
    RECORDS = 2  # the buffer is full: drain it
    EVENTS = 3  # a pool is full: enlarge it
    OPENED = 4
    LATER = 5
    CASES = 6
    PROBLEMS = 7
    MEMBERS = 8
    SILENT = 9
    SCRATCH = 10


class Stage(IntEnum):
    """How far a replication is."""

    STOCK = 0  # the problems of before the first day
    RUNNING = 1
    BOOKS = 2  # the horizon is reached


@entry
def advance_city(cities: Any, events: int) -> int:
    """Let so many events happen in the city of row 0, or stop earlier, and say why."""
    city = cities[0]
    for _ in range(events):
        status = short_of_room(city)
        if status != Status.PAUSED:
            return status
        if city.stage == Stage.RUNNING:
            status = step(city)
        elif city.stage == Stage.STOCK:
            status = step_of_stock(city)
        elif not breaks_off(city):
            status = whole(Status.DONE)
        if status != Status.PAUSED:
            return status
    return whole(Status.PAUSED)


@part
def short_of_room(city: Any) -> int:
    """Whether a single event might not find room for what it does."""
    status = whole(Status.PAUSED)
    heard = min(city.heard_at_most, city.silent_largest)
    events = city.pushed_at_most + 8 * (heard + city.most_open)
    if city.recorded + city.recorded_at_most + 8 * (heard + city.most_open) > city.records_room:
        status = whole(Status.RECORDS)
    elif city.events_free + city.events_room - city.events_used < events:
        status = whole(Status.EVENTS)
    elif city.opened_count + events > city.opened_room:
        status = whole(Status.OPENED)
    elif room_to_put_down(city) < events:
        status = whole(Status.LATER)
    elif city.cases_free + city.cases_room - city.cases_used < heard + city.asked_at_most + 4:
        status = whole(Status.CASES)
    elif city.problems_free + city.problems_room - city.problems_used < 4:
        status = whole(Status.PROBLEMS)
    elif city.members_free + city.members_room - city.members_used < city.pushed_at_most:
        status = whole(Status.MEMBERS)
    elif city.silent_ids_room - city.silent_used < silent_room_needed(city):
        status = whole(Status.SILENT)
    elif city.scratch_room < 2 * city.cases_room + heard or (
        city.planner_count > 0 and city.scratch_room < 2 * city.problems_room
    ):
        status = whole(Status.SCRATCH)
    return status


# ---------------------------------------------------------------- before the first day


@part
def step_of_stock(city: Any) -> int:
    """One problem of the old stock, day by day in the order of their birth."""
    if city.listed < city.list_size:
        key = scratch(city)[city.listed]
        city.listed += 1
        day = city.drawn_day - 1
        number = (key >> 20 & (1 << 26) - 1) << ID_OF_DAY_BITS
        number |= (day + 8192) << 20 | key & (1 << 20) - 1
        was_born_before(city, number, day * DAY + (key >> SECOND_BITS))
        return whole(Status.PAUSED)
    if city.drawn_day == 0:
        if city.foreseen_inherited < city.inherited_count:
            foresee_inherited(city)
            return whole(Status.PAUSED)
        opens_the_books(city)
        city.stage = Stage.RUNNING
        return whole(Status.PAUSED)
    keys = scratch(city)
    n = list_day(city, city.drawn_day, keys)
    city.listed = n
    city.list_size = 2 * n
    if 2 * n + PARTS_OF_DAY > len(keys):
        city.listed = city.list_size
        return whole(Status.SCRATCH)
    sort_evenly_spread(keys[:n], keys[n : 2 * n], keys[2 * n :][:PARTS_OF_DAY], PART_OF_DAY_BITS)
    city.drawn_day += 1
    return whole(Status.PAUSED)


# ---------------------------------------------------------------- event by event


@part
def step(city: Any) -> int:
    """The next event, or what must be done to know it."""
    if city.listed < city.list_size:
        if city.list_kind == OLD_CASES:
            clear_out_next(city)
        elif city.list_kind == ENTRIES:
            makes_entry(city)
        else:
            end_next(city)
        forget_loose(city)
        return whole(Status.PAUSED)
    if city.opened_count > 0:
        event = opened_at(city, 0)
        if city.restless == 0 or event.at < city.now << RANK_BITS | Rank.MATCH:
            at, key, key2, ref = event.at, event.key, event.key2, whole(event.ref)
            city.now = at >> RANK_BITS
            remove_first(city)
            happens(city, at & (1 << RANK_BITS) - 1, key, key2, ref)
            if city.loose != ABSENT:
                forget_loose(city)
            return whole(Status.PAUSED)
    if city.restless > 0:  # everything else of this second that comes before has happened
        match_next(city)
        return whole(Status.PAUSED)
    if advance(city):
        return whole(Status.PAUSED)
    return next_stretch(city)


@part
def next_stretch(city: Any) -> int:
    """The present stretch of time is over: the next one begins."""
    if city.opening > city.opened_room:
        return whole(Status.OPENED)
    stretch = city.stretch + 1
    if stretch << city.stretch_bits >= city.horizon:
        city.now = city.horizon
        city.stage = Stage.BOOKS
        city.listed = 0
        city.list_size = 0
        return whole(Status.PAUSED)
    sweep_if_grown(city)
    if not draw_until(city, min(stretch + 1 << city.stretch_bits, city.horizon)):
        return whole(Status.LATER)
    if put_down_for(city, stretch) > city.events_free + city.events_room - city.events_used:
        return whole(Status.EVENTS)
    open_stretch(city, stretch)
    return whole(Status.PAUSED)


@part
def draw_until(city: Any, time: int) -> bool:
    """What begins on the days that begin before then goes into the agenda.

    False if there is no room: then what is left must be drawn later.
    """
    while city.drawn_day * DAY < time:
        if not draw_day(city, city.drawn_day):
            return False
        city.drawn_day += 1
    return True


@part
def happens(city: Any, rank: int, key: int, key2: int, ref: int) -> None:
    """An event, by its rank; events about a case that has moved on since are void."""
    if rank == Rank.FINISH:
        finished(city, ref)
    elif rank == Rank.CONTACT:
        contact_is_made(city, key, key2, ref)
    elif rank == Rank.BIRTH:
        if key < city.inherited_count:  # no problem's id is so small
            is_inherited(city, key)
        else:
            is_born(city, key, key2)
    elif rank == Rank.HEAL:
        heals(city, ref, key, key2)
    elif rank == Rank.OPENING:
        changed(city, ref)
    elif Rank.WAIT_ENDS <= rank <= Rank.INSPECT or rank == Rank.GIVE_UP:
        case_hears(city, rank, key, key2, ref)
    elif rank == Rank.RECUR:
        problem_at(city, ref).awaited -= 1
        recurs(city, ref)
    else:
        calendar_says(city, rank, key, key2, ref)


@part
def calendar_says(city: Any, rank: int, key: int, key2: int, ref: int) -> None:
    """What stands in the calendar, whatever happens to problems and cases."""
    if rank == Rank.VISIT:
        session_ends(city, ref)
    elif rank == Rank.CHANGE:
        rules_change(city, ref)
    elif rank == Rank.SCORE:
        is_scored(city, ref, key2)
    elif rank == Rank.CONFERENCE:
        is_held(city, key, key2, ref)
    elif rank == Rank.PROJECT:
        project_is_due(city, key, ref)
    elif rank == Rank.CLEAN_UP:
        list_old_cases(city, key2)
    elif rank == Rank.BOOKS:
        closes_the_books(city)
    else:
        pay_day(city, ref)


@part
def case_hears(city: Any, rank: int, number: int, key2: int, c: int) -> None:
    """Something was due for a case."""
    case = case_at(city, c)
    if case.number != number:
        return  # the row belongs to another case by now
    if rank == Rank.WAIT_ENDS:
        if case.open and case.stage == key2:
            wait_ends(city, c)
    elif rank == Rank.REPLY:
        reply_is_ready(city, case)
    elif rank == Rank.REPLY_DUE:
        reply_falls_due(city, c)
    elif rank == Rank.RESOLUTION_DUE:
        resolution_falls_due(city, c)
    elif rank == Rank.JUDGE:
        case.awaited -= 1
        sees_what_came_of_it(city, c, key2 & 1 != 0, key2 >> 1)
        let_go(city, c, case)
    elif rank == Rank.INSPECT:
        case.awaited -= 1
        inspects(city, c, key2)
        let_go(city, c, case)
    elif case.open and case.queued:
        withdraw(city, c)


@part
def contact_is_made(city: Any, subject: int, key2: int, ref: int) -> None:
    """An enquiry; somebody hit by a problem speaks up; or comes back."""
    if subject >> 16 & 15 == 15:
        asks(city, subject, ref >> 8, ref & 255)
        return
    origin = key2 & 15
    if key2 & CONTACT_OF_CASE != 0:
        case = case_at(city, ref)
        case.awaited -= 1
        knocks_again(city, ref, origin)
        let_go(city, ref, case)
        return
    problem = problem_at(city, ref)
    problem.awaited -= 1
    if key2 == 0:
        first_contact(city, ref, problem)
    elif problem.lives:
        number = key2 >> 40
        r, resident_id, channel = fellow_of(city, problem, number)
        tells_as_well(city, ref, number, r, resident_id, channel)
    forget_if_over(city, ref)


@part
def first_contact(city: Any, p: int, problem: Any) -> None:
    """The first resident hit has a thought about it, or makes the contact decided on."""
    if problem.channel == NO_INDEX:
        thinks(city, p)
    elif problem.lives and not problem.known:
        contact(
            city,
            p,
            0,
            whole(problem.resident),
            problem.resident_id,
            Origin.FIRST,
            whole(problem.channel),
            0,
        )
        thinks_again(city, p, problem)
