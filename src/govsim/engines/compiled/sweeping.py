"""Sweeping the agenda: what is put down for later and has become void is let go of early.

A grievance that is closed leaves its deadlines behind, a problem that is solved the day on which it
would have ended by itself. Nothing comes of them when their time comes. In a large city they are
half of what is put down, so they are looked for whenever the agenda has grown by a quarter; an
event is taken out only if nothing could come of it whatever happens until then.
"""

from typing import Any

from govsim.compiling import part, small
from govsim.engines.compiled.agenda import (
    BLOCK,
    BLOCK_SIZE,
    CONTACT_OF_CASE,
    RANK_MASK,
    is_about_a_case,
)
from govsim.engines.compiled.problems import forget_if_over
from govsim.engines.compiled.rows import (
    block_next,
    bring,
    bring_case_number,
    bring_problem,
    case_at,
    later_at,
    problem_at,
    stretches,
    whole,
)
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT

FEWEST = 4  # blocks that are not worth sweeping
ENQUIRY = 15  # in the key of a contact: the stream of questions, which are about no problem


@part
def sweep_if_grown(city: Any) -> None:
    """Sweep what is put down for the stretches to come, once it is a quarter more than it was."""
    if city.blocks_used - city.blocks_free < city.sweep_at:
        return
    for stretch in range(city.stretch + 1, city.stretches_room):
        _sweep(city, stretch)
    kept = city.blocks_used - city.blocks_free
    city.sweep_at = kept + kept // 4 + FEWEST


@part
def _sweep(city: Any, stretch: int) -> None:
    """From the latest event to the first: the latest that is kept takes the place of a void one."""
    last = whole(stretches(city)[stretch])
    place = last
    while place != ABSENT:
        b = place // BLOCK
        following = whole(block_next(city)[b])
        _bring_block(city, b * BLOCK, place)
        bring(city.later, following, BLOCK_SIZE)
        for here in range(place, b * BLOCK - 1, -1):
            if _is_void(city, later_at(city, here)):
                _put(city, here, last)
                last = _before_last(city, last)
        place = following * BLOCK + BLOCK - 1
    stretches(city)[stretch] = last


@small
def _bring_block(city: Any, first: int, last: int) -> None:
    """The rows that the events of a block are about."""
    for place in range(first, last + 1):
        event = later_at(city, place)
        rank = event.at & RANK_MASK
        if is_about_a_case(rank, event.key2):
            bring_case_number(city, event.ref)
        elif rank == Rank.HEAL or rank == Rank.CONTACT:
            bring_problem(city, event.ref)


@small
def _put(city: Any, place: int, other: int) -> None:
    event, kept = later_at(city, place), later_at(city, other)
    event.at = kept.at
    event.key = kept.key
    event.key2 = kept.key2
    event.ref = kept.ref


@part
def _before_last(city: Any, last: int) -> int:
    """The last event of a stretch is gone; its block is free if it was the only one there."""
    if last & BLOCK - 1 != 0:
        return last - 1
    b = last // BLOCK
    following = whole(block_next(city)[b])
    block_next(city)[b] = city.free_block
    city.free_block = b
    city.blocks_free += 1
    return following * BLOCK + BLOCK - 1


# ---------------------------------------------------------------- void


@part
def _is_void(city: Any, event: Any) -> bool:
    """Whether nothing can come of an event any more."""
    rank = event.at & RANK_MASK
    if rank == Rank.CONTACT:
        return _contact_is_void(city, event)
    if rank == Rank.HEAL:
        problem = problem_at(city, event.ref)
        same = problem.id == event.key and problem.recurrences == event.key2
        return not (same and problem.lives)  # what comes back has one recurrence more
    if is_about_a_case(rank, event.key2):
        return case_at(city, event.ref).number != event.key  # the row is another's by now
    return False


@part
def _contact_is_void(city: Any, event: Any) -> bool:
    """A contact about a problem that is over, or a thought about a known one: its row is let go."""
    if event.key >> 16 & ENQUIRY == ENQUIRY or event.key2 & CONTACT_OF_CASE != 0:
        return False
    p = whole(event.ref)
    problem = problem_at(city, p)
    over = not problem.lives and not problem.comes_back
    if over or (event.key2 == 0 and problem.known):
        problem.awaited -= 1
        forget_if_over(city, p)
        return True
    return False
