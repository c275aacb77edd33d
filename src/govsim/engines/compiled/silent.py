"""Living problems with no open grievance, by community and in order of their ids.

Only a visit asks for them, so they are kept only where the plan has visits. Each community has a
block of two long arrays, doubled when it is full.
"""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.rows import silent_at, silent_ids, silent_problems, whole

FIRST_ROOM = 16


@part
def falls_silent(city: Any, p: int, problem: Any) -> None:
    """Nobody is handling a living problem."""
    if not city.keeps_silent:
        return
    block = silent_at(city, problem.community)
    if block.size == block.room:
        _enlarge(city, block)
    ids, problems = silent_ids(city), silent_problems(city)
    place = block.first + block.size
    while place > block.first and ids[place - 1] > problem.id:
        ids[place] = ids[place - 1]
        problems[place] = problems[place - 1]
        place -= 1
    ids[place] = problem.id
    problems[place] = p
    block.size += 1
    if block.size > city.silent_largest:
        city.silent_largest = block.size


@part
def breaks_silence(city: Any, problem: Any) -> None:
    """It has ended, or an office has it in hand."""
    if not city.keeps_silent:
        return
    block = silent_at(city, problem.community)
    ids, problems = silent_ids(city), silent_problems(city)
    low, last = block.first, block.first + block.size
    high = last
    while low < high:
        middle = (low + high) >> 1
        if ids[middle] < problem.id:
            low = middle + 1
        else:
            high = middle
    if low == last or ids[low] != problem.id:
        return
    for place in range(low, last - 1):
        ids[place] = ids[place + 1]
        problems[place] = problems[place + 1]
    block.size -= 1


@part
def _enlarge(city: Any, block: Any) -> None:
    ids, problems = silent_ids(city), silent_problems(city)
    first = city.silent_used
    for i in range(block.size):
        ids[first + i] = ids[block.first + i]
        problems[first + i] = problems[block.first + i]
    block.room = max(2 * block.room, FIRST_ROOM)
    block.first = first
    city.silent_used = first + block.room


@part
def silent_room_needed(city: Any) -> int:
    """What one block may ask for at its next enlargement."""
    return 4 * max(whole(city.silent_largest), FIRST_ROOM)
