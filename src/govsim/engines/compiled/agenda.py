"""The agenda: what will happen, in the order (time, rank, keys) of the tie rule.

What happens on a later day is only put down for that day, in blocks that are written and read in
one go. When the day opens, its events go into buckets of a few minutes; when the clock reaches a
bucket, it is put in order, as a heap. So an event costs about as much among millions as among
hundreds, and what is touched often is small. (A ladder queue: Tang, Goh, Thng 2005.)
"""

from typing import Any

from govsim.compiling import part, small
from govsim.engines.compiled.rows import (
    block_next,
    buckets,
    cadre_at,
    case_at,
    day_blocks,
    day_filled,
    event_at,
    first_resident,
    later_at,
    opened_at,
    problem_at,
    resident_at,
    resident_rows,
    whole,
)
from govsim.model.plan import DAY
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT

BLOCK = 32  # events of a later day that lie together
RANK_BITS = 5  # of ``event.at``, below the time


@part
def schedule(city: Any, time: int, rank: int, key: int, key2: int, ref: int) -> bool:
    """Write an event into the agenda. Nothing happens at or after the horizon: then False."""
    if time >= city.horizon:
        return False
    at = time << RANK_BITS | rank
    day = time // DAY
    if day > city.today:
        _put_down(city, day, at, key, key2, ref)
        return True
    bucket = (time - city.today * DAY) >> city.bucket_bits
    if bucket == city.bucket:
        _rise(city, at, key, key2, ref)
    else:
        _into_bucket(city, bucket, at, key, key2, ref)
    return True


# ---------------------------------------------------------------- later days


@part
def _put_down(city: Any, day: int, at: int, key: int, key2: int, ref: int) -> None:
    blocks, filled = day_blocks(city), day_filled(city)
    b = whole(blocks[day])
    if b == ABSENT or filled[day] == BLOCK:
        b = _new_block(city)
        block_next(city)[b] = blocks[day]
        blocks[day] = b
        filled[day] = 0
    event = later_at(city, b * BLOCK + filled[day])
    filled[day] += 1
    event.at = at - (day * DAY << RANK_BITS)
    event.key = key
    event.key2 = key2
    event.ref = ref


@part
def _new_block(city: Any) -> int:
    b = city.free_block
    if b == ABSENT:
        b = city.blocks_used
        city.blocks_used = b + 1
    else:
        city.free_block = whole(block_next(city)[b])
        city.blocks_free -= 1
    return b


@part
def put_down_for(city: Any, day: int) -> int:
    """At most so many events are put down for a day."""
    n = 0
    b = whole(day_blocks(city)[day])
    while b != ABSENT:
        n += BLOCK
        b = whole(block_next(city)[b])
    return n


@part
def open_day(city: Any, day: int) -> None:
    """The day begins: what was put down for it goes into its buckets."""
    city.today = day
    city.bucket = ABSENT
    blocks = day_blocks(city)
    b = whole(blocks[day])
    count = whole(day_filled(city)[day])
    blocks[day] = ABSENT
    while b != ABSENT:
        for place in range(b * BLOCK, b * BLOCK + count):
            event = later_at(city, place)
            bucket = event.at >> RANK_BITS + city.bucket_bits
            at = (day * DAY << RANK_BITS) + event.at
            _into_bucket(city, bucket, at, event.key, event.key2, whole(event.ref))
        following = whole(block_next(city)[b])
        block_next(city)[b] = city.free_block
        city.free_block = b
        city.blocks_free += 1
        b = following
        count = BLOCK


# ---------------------------------------------------------------- today


@part
def _into_bucket(city: Any, bucket: int, at: int, key: int, key2: int, ref: int) -> None:
    e = _new_event(city)
    event = event_at(city, e)
    event.at = at
    event.key = key
    event.key2 = key2
    event.ref = ref
    heads = buckets(city)
    event.next = heads[bucket]
    heads[bucket] = e


@part
def advance(city: Any) -> bool:
    """Open today's buckets until one holds something.

    False if the day is over, or if the next one does not fit ``opened``.
    """
    heads = buckets(city)
    while city.opened_count == 0:
        bucket = city.bucket + 1
        if bucket >= city.bucket_count:
            return False
        e = whole(heads[bucket])
        city.opening = _length(city, e)
        if city.opening > city.opened_room:
            return False
        city.bucket = bucket
        heads[bucket] = ABSENT
        while e != ABSENT:
            event = event_at(city, e)
            following = whole(event.next)
            _rise(city, event.at, event.key, event.key2, whole(event.ref))
            _free_event(city, e)
            e = following
    return True


@part
def _length(city: Any, first: int) -> int:
    """How many events a bucket holds; on the way, what they are about is brought near.

    Memory fetches several rows in the time of one, if nothing in between depends on them.
    """
    n = 0
    e = first
    while e != ABSENT:
        event = event_at(city, e)
        city.touched ^= _touch(city, event)
        e = whole(event.next)
        n += 1
    e = first
    while e != ABSENT:
        event = event_at(city, e)
        city.touched ^= _touch_further(city, event)
        e = whole(event.next)
    return n


@small
def _is_about_a_case(rank: int) -> bool:
    return Rank.FINISH < rank <= Rank.GIVE_UP and rank != Rank.SCORE and rank != Rank.CLEAN_UP


@small
def _is_about_a_problem(city: Any, event: Any, rank: int) -> bool:
    if rank == Rank.CONTACT:  # an enquiry has no problem, but may have a number that looks like one
        return event.key2 == 0 and event.ref < city.problems_used
    return rank == Rank.HEAL


@part
def _touch(city: Any, event: Any) -> int:
    """Look at the row that an event names."""
    rank = event.at & (1 << RANK_BITS) - 1
    if _is_about_a_case(rank):
        case = case_at(city, event.ref)
        return case.number ^ case.reply_due ^ case.closings
    if _is_about_a_problem(city, event, rank):
        return problem_at(city, event.ref).id
    if rank == Rank.BIRTH and event.key2 != ABSENT:
        return resident_rows(city)[first_resident(city)[event.key >> 34] + event.key2]
    if rank == Rank.FINISH:
        return cadre_at(city, event.ref).case
    return 0


@part
def _touch_further(city: Any, event: Any) -> int:
    """Look at the rows which that row names."""
    rank = event.at & (1 << RANK_BITS) - 1
    if _is_about_a_case(rank):
        case = case_at(city, event.ref)
        if case.problem != ABSENT and case.number == event.key:
            return resident_at(city, case.resident).trust_since ^ problem_at(city, case.problem).id
    elif _is_about_a_problem(city, event, rank):
        problem = problem_at(city, event.ref)
        if problem.id == event.key and rank == Rank.CONTACT:
            return resident_at(city, problem.resident).trust_since
    elif rank == Rank.FINISH:
        c = cadre_at(city, event.ref).case
        if c != ABSENT:
            case = case_at(city, c)
            return case.number ^ case.reply_due ^ case.closings
    return 0


@part
def remove_first(city: Any) -> None:
    """The first of the open bucket has happened."""
    n = city.opened_count - 1
    city.opened_count = n
    if n > 0:
        last = opened_at(city, n)
        _sink(city, n, last.at, last.key, last.key2, whole(last.ref))


@small
def _before(event: Any, at: int, key: int, key2: int) -> bool:
    if event.at != at:
        return event.at < at
    if event.key != key:
        return event.key < key
    return event.key2 < key2


@small
def _put(city: Any, place: int, at: int, key: int, key2: int, ref: int) -> None:
    event = opened_at(city, place)
    event.at = at
    event.key = key
    event.key2 = key2
    event.ref = ref


@small
def _move(city: Any, place: int, event: Any) -> None:
    _put(city, place, event.at, event.key, event.key2, event.ref)


@part
def _rise(city: Any, at: int, key: int, key2: int, ref: int) -> None:
    """Add to the heap of the open bucket: up from the last place, four children to a parent."""
    place = city.opened_count
    city.opened_count = place + 1
    while place > 0:
        above = (place - 1) >> 2
        event = opened_at(city, above)
        if _before(event, at, key, key2):
            break
        _move(city, place, event)
        place = above
    _put(city, place, at, key, key2, ref)


@part
def _sink(city: Any, n: int, at: int, key: int, key2: int, ref: int) -> None:
    """The last event takes the first place and goes down to where it belongs."""
    place = 0
    while True:
        child = (place << 2) + 1
        if child >= n:
            break
        first = child
        event = opened_at(city, child)
        until = child + 4 if child + 4 < n else n
        for other in range(child + 1, until):
            candidate = opened_at(city, other)
            if _before(candidate, event.at, event.key, event.key2):
                first = other
                event = candidate
        if not _before(event, at, key, key2):
            break
        _move(city, place, event)
        place = first
    _put(city, place, at, key, key2, ref)


@small
def _new_event(city: Any) -> int:
    e = city.free_event
    if e == ABSENT:
        e = city.events_used
        city.events_used = e + 1
    else:
        city.free_event = event_at(city, e).next
        city.events_free -= 1
    return e


@small
def _free_event(city: Any, e: int) -> None:
    event_at(city, e).next = city.free_event
    city.free_event = e
    city.events_free += 1
