"""Living problems with no open grievance, by community and in order of their ids.

Only a visit asks for them, so they are kept only where the plan has visits. Each community has a
block of a long array, doubled when it is full.
"""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.rows import community_of, silent_at, silent_entry, whole

FIRST_ROOM = 16


@part
def falls_silent(city: Any, p: int, problem: Any) -> None:
    """Nobody is handling a living problem."""
    if not city.keeps_silent:
        return
    block = silent_at(city, community_of(problem))
    if block.count == block.room:
        _enlarge(city, block)
    place = block.first + block.count
    while place > block.first and silent_entry(city, place - 1).id > problem.id:
        _copy(city, place - 1, place)
        place -= 1
    entry = silent_entry(city, place)
    entry.id = problem.id
    entry.problem = p
    block.count += 1
    if block.count > city.silent_largest:
        city.silent_largest = block.count


@part
def breaks_silence(city: Any, problem: Any) -> None:
    """It has ended, or an office has it in hand."""
    if not city.keeps_silent:
        return
    block = silent_at(city, community_of(problem))
    place = _place_of(city, block, problem.id)
    if place < 0:
        return
    last = block.first + block.count - 1
    while place < last:
        _copy(city, place + 1, place)
        place += 1
    block.count -= 1


@part
def _place_of(city: Any, block: Any, number: int) -> int:
    """Where a problem stands in its community's block; -1 if it does not.

    Ids grow with the day of birth, and about as many problems begin each day: so the place is
    guessed from the first and the last id, and is rarely far.
    """
    if block.count == 0:
        return -1
    first, last = block.first, block.first + block.count - 1
    lowest, highest = silent_entry(city, first).id, silent_entry(city, last).id
    if number < lowest or number > highest:
        return -1
    place = first
    if highest > lowest:
        share = (number - lowest) / (highest - lowest)
        place += whole(share * (last - first))
    while silent_entry(city, place).id < number:
        place += 1
    while silent_entry(city, place).id > number:
        place -= 1
    return place if silent_entry(city, place).id == number else -1


@part
def _enlarge(city: Any, block: Any) -> None:
    first = city.silent_used
    for i in range(block.count):
        _copy(city, block.first + i, first + i)
    block.room = max(2 * block.room, FIRST_ROOM)
    block.first = first
    city.silent_used = first + block.room


@part
def _copy(city: Any, place: int, to: int) -> None:
    entry, other = silent_entry(city, place), silent_entry(city, to)
    other.id = entry.id
    other.problem = entry.problem


@part
def silent_room_needed(city: Any) -> int:
    """What one block may ask for at its next enlargement."""
    return 4 * max(city.silent_largest, FIRST_ROOM)
