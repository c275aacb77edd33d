"""Living problems with no open grievance, by community, in no order.

Only a visit asks for them, so they are kept only where the plan has visits. Each community has a
block of two long arrays, ids and rows, doubled when it is full; each problem knows its place there.
"""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.rows import (
    community_of,
    problem_at,
    silent_at,
    silent_ids,
    silent_places,
    silent_problems,
)
from govsim.model.records import ABSENT

FIRST_ROOM = 16


@part
def falls_silent(city: Any, p: int, problem: Any) -> None:
    """Nobody is handling a living problem."""
    if not city.keeps_silent:
        return
    block = silent_at(city, community_of(problem))
    if block.count == block.room:
        _enlarge(city, block)
    _put(city, block.first + block.count, problem.id, p)
    block.count += 1
    if block.count > city.silent_largest:
        city.silent_largest = block.count


@part
def breaks_silence(city: Any, p: int) -> None:
    """It has ended, or an office has it in hand. The last of its block takes its place."""
    if not city.keeps_silent or silent_places(city)[p] == ABSENT:
        return
    block = silent_at(city, community_of(problem_at(city, p)))
    block.count -= 1
    last = block.first + block.count
    _put(city, silent_places(city)[p], silent_ids(city)[last], silent_problems(city)[last])
    silent_places(city)[p] = ABSENT


@part
def _put(city: Any, place: int, number: int, p: int) -> None:
    silent_ids(city)[place] = number
    silent_problems(city)[place] = p
    silent_places(city)[p] = place


@part
def _enlarge(city: Any, block: Any) -> None:
    first = city.silent_used
    for i in range(block.count):
        place = block.first + i
        _put(city, first + i, silent_ids(city)[place], silent_problems(city)[place])
    block.room = max(2 * block.room, FIRST_ROOM)
    block.first = first
    city.silent_used = first + block.room


@part
def silent_room_needed(city: Any) -> int:
    """What one block may ask for at its next enlargement."""
    return 4 * max(city.silent_largest, FIRST_ROOM)
