"""The agenda: what will happen, in the order (time, rank, keys) of the tie rule.

Events wait in buckets of a few minutes each, unordered. A bucket is put in order, as a heap, when
the clock reaches it, so that an event costs about as much among millions as among hundreds. What
belongs to the open bucket already goes straight into the heap.
"""

from enum import IntEnum
from typing import Any

from govsim.compiling import part, small
from govsim.engines.compiled.rows import buckets, event_at, opened_at, whole
from govsim.model.records import ABSENT

RANK_BITS = 5  # of ``event.at``, below the time


class Rank(IntEnum):
    """Order within one second: the numbered list of docs/decisions/0003-ties.md."""

    FINISH = 1
    WAIT_ENDS = 2
    REPLY = 3
    REPLY_DUE = 4
    RESOLUTION_DUE = 5
    JUDGE = 6
    CLEAN_UP = 7
    GIVE_UP = 8
    RECUR = 9
    HEAL = 10
    VISIT = 11
    BIRTH = 12
    CONTACT = 13
    OPENING = 14
    MATCH = 15
    PAY = 16


@part
def schedule(city: Any, time: int, rank: int, key: int, key2: int, ref: int) -> bool:
    """Write an event into the agenda. Nothing happens at or after the horizon: then False."""
    if time >= city.horizon:
        return False
    at = time << RANK_BITS | rank
    bucket = time >> city.bucket_bits
    if bucket == city.bucket:
        _rise(city, at, key, key2, ref)
        return True
    e = _new_event(city)
    event = event_at(city, e)
    event.at = at
    event.key = key
    event.key2 = key2
    event.ref = ref
    heads = buckets(city)
    event.next = heads[bucket]
    heads[bucket] = e
    return True


@part
def advance(city: Any) -> bool:
    """Open buckets until one holds something.

    False if there is none up to ``drawn_until``, or none that fits ``opened``.
    """
    heads = buckets(city)
    while city.opened_count == 0:
        bucket = city.bucket + 1
        if bucket >= city.bucket_count or (bucket + 1) << city.bucket_bits > city.drawn_until:
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
def _length(city: Any, e: int) -> int:
    n = 0
    while e != ABSENT:
        e = whole(event_at(city, e).next)
        n += 1
    return n


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
