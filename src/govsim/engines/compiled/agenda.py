"""The agenda: what will happen, in the order (time, rank, keys) of the tie rule.

Time is cut into stretches of some thousand events: a day of a small city, minutes of a large one.
What happens in a later stretch is only put down for it, in blocks that are written and read in one
go. When the stretch opens, its events go into buckets; when the clock reaches a bucket, it is put
in order, as a heap. So an event costs about as much among millions as among hundreds, and what is
touched often is small. (A ladder queue: Tang, Goh, Thng 2005.)

The city's rows are many times what fits the processor's caches. So memory is asked in time for what
the events of the coming buckets are about, and the bucket is handled when it has answered.
"""

from typing import Any

from govsim.compiling import part, small
from govsim.engines.compiled.rows import (
    block_next,
    bring,
    bring_cadre,
    bring_case,
    bring_problem,
    bring_resident,
    bring_resident_row,
    buckets,
    cadre_at,
    case_at,
    desk_at,
    event_at,
    first_resident,
    later_at,
    opened_at,
    problem_at,
    resident_rows,
    stretches,
    whole,
)
from govsim.engines.compiled.shapes import LATER
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT

BLOCK = 32  # events of a later stretch that lie together
BLOCK_SIZE = BLOCK * LATER.itemsize
LOOKED_AHEAD = 3  # buckets
RANK_BITS = 5  # of ``event.at``, below the time
RANK_MASK = (1 << RANK_BITS) - 1
CONTACT_OF_CASE = (1 << 40) - 1  # in ``key2``: somebody comes back, which a case is about


@part
def schedule(city: Any, time: int, rank: int, key: int, key2: int, ref: int) -> bool:
    """Write an event into the agenda. Nothing happens at or after the horizon: then False."""
    if time >= city.horizon:
        return False
    at = time << RANK_BITS | rank
    stretch = time >> city.stretch_bits
    if stretch > city.stretch:
        _put_down(city, stretch, at, key, key2, ref)
        return True
    bucket = (time >> city.bucket_bits) & city.bucket_count - 1
    if bucket == city.bucket:
        _rise(city, at, key, key2, ref)
    else:
        _into_bucket(city, bucket, at, key, key2, ref)
    return True


# ---------------------------------------------------------------- later stretches


@part
def _put_down(city: Any, stretch: int, at: int, key: int, key2: int, ref: int) -> None:
    last = whole(stretches(city)[stretch])
    place = last + 1 if last & BLOCK - 1 != BLOCK - 1 else _new_block(city, last) * BLOCK
    stretches(city)[stretch] = place
    event = later_at(city, place)
    event.at = at - (stretch << city.stretch_bits + RANK_BITS)
    event.key = key
    event.key2 = key2
    event.ref = ref


@part
def _new_block(city: Any, last: int) -> int:
    """A block of a stretch, after the one that ends with ``last``; ABSENT ends no block."""
    b = city.free_block
    if b == ABSENT:
        b = city.blocks_used
        city.blocks_used = b + 1
    else:
        city.free_block = whole(block_next(city)[b])
        city.blocks_free -= 1
    block_next(city)[b] = last // BLOCK
    return b


@small
def room_to_put_down(city: Any) -> int:
    """Blocks that may still be filled: so many events certainly find room."""
    return city.blocks_free + city.block_next_room - city.blocks_used


@part
def put_down_for(city: Any, stretch: int) -> int:
    """At most so many events are put down for a stretch."""
    n = 0
    b = whole(stretches(city)[stretch]) // BLOCK
    while b != ABSENT:
        n += BLOCK
        b = whole(block_next(city)[b])
    return n


@part
def open_stretch(city: Any, stretch: int) -> None:
    """The stretch begins: what was put down for it goes into its buckets."""
    city.stretch = stretch
    city.bucket = ABSENT
    last = whole(stretches(city)[stretch])
    b = last // BLOCK
    while b != ABSENT:
        following = whole(block_next(city)[b])
        bring(city.later, following, BLOCK_SIZE)
        for place in range(b * BLOCK, last + 1):
            event = later_at(city, place)
            bucket = event.at >> RANK_BITS + city.bucket_bits
            at = (stretch << city.stretch_bits + RANK_BITS) + event.at
            _into_bucket(city, bucket, at, event.key, event.key2, whole(event.ref))
        block_next(city)[b] = city.free_block
        city.free_block = b
        city.blocks_free += 1
        b = following
        last = b * BLOCK + BLOCK - 1
    for bucket in range(LOOKED_AHEAD):
        _bring_subjects(city, bucket)
    for bucket in range(LOOKED_AHEAD - 1):
        _bring_what_these_name(city, bucket)


# ---------------------------------------------------------------- the present stretch


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
    """Open the buckets of the stretch until one holds something.

    False if the stretch is over, or if the next bucket does not fit ``opened``.
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
        _bring_subjects(city, bucket + 3)
        _bring_what_these_name(city, bucket + 2)
        _bring_work(city, bucket + 1)
        while e != ABSENT:
            event = event_at(city, e)
            following = whole(event.next)
            _rise(city, event.at, event.key, event.key2, whole(event.ref))
            _free_event(city, e)
            e = following
    return True


@part
def _length(city: Any, first: int) -> int:
    """How many events a bucket holds."""
    n = 0
    e = first
    while e != ABSENT:
        e = whole(event_at(city, e).next)
        n += 1
    return n


# ---------------------------------------------------------------- looking ahead


@small
def is_about_a_case(rank: int, key2: int) -> bool:
    """Whether an event names the row of a case, and by ``key`` its number."""
    if rank == Rank.CONTACT:
        return key2 & CONTACT_OF_CASE != 0
    return Rank.FINISH < rank <= Rank.GIVE_UP and rank != Rank.SCORE and rank != Rank.CLEAN_UP


@part
def _bring_subjects(city: Any, bucket: int) -> None:
    """The rows that the events of a coming bucket name."""
    e = whole(buckets(city)[bucket])
    while e != ABSENT:
        event = event_at(city, e)
        rank = event.at & RANK_MASK
        if is_about_a_case(rank, event.key2):
            bring_case(city, event.ref)
        elif rank == Rank.FINISH:
            bring_cadre(city, event.ref)
        elif rank == Rank.BIRTH:
            bring_resident_row(city, first_resident(city)[event.key >> 34] + event.key2)
        else:  # or one of the few rows that are always near
            bring_problem(city, event.ref)
        e = whole(event.next)


@part
def _bring_what_these_name(city: Any, bucket: int) -> None:
    """The rows that those rows name, which are there by now."""
    e = whole(buckets(city)[bucket])
    while e != ABSENT:
        event = event_at(city, e)
        rank = event.at & RANK_MASK
        if is_about_a_case(rank, event.key2):
            _bring_what_a_case_names(city, whole(event.ref))
        elif rank == Rank.FINISH:
            cadre = cadre_at(city, event.ref)
            bring_case(city, cadre.case)
            bring_case(city, desk_at(city, cadre.desk).queue)
        elif rank == Rank.BIRTH and event.key2 != ABSENT:
            place = first_resident(city)[event.key >> 34] + event.key2
            bring_resident(city, resident_rows(city)[place])
        elif (rank == Rank.HEAL or rank == Rank.CONTACT) and event.ref < city.problems_used:
            bring_resident(city, problem_at(city, event.ref).resident)
        e = whole(event.next)


@part
def _bring_work(city: Any, bucket: int) -> None:
    """Who finishes a case takes the next: what both are about, and who is then first in line."""
    e = whole(buckets(city)[bucket])
    while e != ABSENT:
        event = event_at(city, e)
        if event.at & RANK_MASK == Rank.FINISH:
            cadre = cadre_at(city, event.ref)
            _bring_what_a_case_names(city, cadre.case)
            following = desk_at(city, cadre.desk).queue
            _bring_what_a_case_names(city, following)
            if following != ABSENT:
                bring_case(city, case_at(city, following).queue_child)
        e = whole(event.next)


@small
def _bring_what_a_case_names(city: Any, c: int) -> None:
    if c != ABSENT:
        case = case_at(city, c)
        bring_problem(city, case.problem)
        bring_resident(city, case.resident)


# ---------------------------------------------------------------- now


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
