"""What is swept from the agenda is what could not happen any more: all of it, and nothing else."""

from typing import Any

import numpy as np
import pytest

from engines.traces import plan_of
from govsim.compiling import entry
from govsim.engines import compiled
from govsim.engines.compiled import checks, running
from govsim.engines.compiled.agenda import BLOCK, RANK_MASK
from govsim.engines.compiled.sweeping import _sweep, sweep_if_grown
from govsim.engines.compiled.world import World
from govsim.model.plan import DAY
from govsim.model.ranks import Rank

OF_CASES = (Rank.WAIT_ENDS, Rank.REPLY, Rank.REPLY_DUE, Rank.RESOLUTION_DUE, Rank.GIVE_UP)


@entry
def sweep_stretch(cities, stretch):  # type: ignore[no-untyped-def]
    _sweep(cities[0], stretch)


@entry
def sweep_now(cities):  # type: ignore[no-untyped-def]
    cities[0].sweep_at = 0
    sweep_if_grown(cities[0])


class Reached(Exception):
    """The day that the test is about."""


@pytest.fixture
def world() -> World:
    """A town in the middle of its second month."""
    plan = plan_of("horizon=60 d", "loops.recurrence=1", policies=("night_visits",))

    def watch(now: int) -> None:
        if now > 40 * DAY:
            raise Reached

    before, running.EVENTS_A_LOOK = running.EVENTS_A_LOOK, 500
    try:
        with pytest.raises(Reached):
            compiled.simulate(plan, 1, 0, lambda records: None, watch=watch)
    finally:
        running.EVENTS_A_LOOK = before
    return running._world_of(plan)


def put_down(world: World) -> Any:
    """All events of later stretches, stretch by stretch."""
    pools, found = world.pools, []
    for stretch in range(int(world.city["stretch"]) + 1, len(pools["stretches"])):
        last = int(pools["stretches"][stretch])
        while last >= 0:
            block = last // BLOCK
            found += [(stretch, *pools["later"][p].item()) for p in range(block * BLOCK, last + 1)]
            last = int(pools["block_next"][block]) * BLOCK + BLOCK - 1
    return found


def is_void(world: World, event: Any) -> bool:
    _, key, key2, at, ref = event
    rank = at & RANK_MASK
    if rank in OF_CASES:
        return bool(world.pools["cases"][ref]["number"] != key)
    problem = world.pools["problems"][ref]
    over = not problem["lives"]
    if rank == Rank.HEAL:
        return bool(over or problem["id"] != key or problem["recurrences"] != key2)
    about_a_problem = key >> 16 & 15 != 15 and key2 & (1 << 40) - 1 == 0
    if rank == Rank.CONTACT and about_a_problem:
        return bool((over and not problem["comes_back"]) or (key2 == 0 and problem["known"]))
    return False


def blocks_of(events: Any) -> int:
    """How many blocks these fill, stretch by stretch."""
    stretches = np.array([event[0] for event in events])
    return int(sum(-(-np.bincount(stretches) // BLOCK)))


def test_exactly_what_is_void_goes(world: World) -> None:
    before = put_down(world)
    void = [event for event in before if is_void(world, event)]
    ranks = {int(event[3]) & RANK_MASK for event in void}
    assert {Rank.HEAL, Rank.CONTACT} <= ranks
    assert ranks & set(OF_CASES)
    kept = sorted(event for event in before if event not in set(void))
    for stretch in {event[0] for event in before}:
        sweep_stretch(world.cities, stretch)
    assert sorted(put_down(world)) == kept
    checks.check(world)


def test_blocks_are_free_again_and_problems_count_what_still_names_them(world: World) -> None:
    sweep_now(world.cities)
    city, left = world.city, put_down(world)
    assert city["blocks_used"] - city["blocks_free"] == blocks_of(left)
    assert city["sweep_at"] > blocks_of(left)
    problems = world.pools["problems"][: int(city["problems_used"])]
    named = np.zeros(len(problems), int)
    for _, key, key2, at, ref in left:
        is_contact = at & RANK_MASK == Rank.CONTACT and key >> 16 & 15 != 15
        if at & RANK_MASK == Rank.RECUR or (is_contact and key2 & (1 << 40) - 1 == 0):
            named[ref] += 1
    alive = problems["id"] != -1
    assert (named[alive] <= problems["awaited"][alive]).all()  # others are in the open stretch
    assert named[alive].sum() > 0
    assert not named[~alive].any()


def test_a_second_sweep_finds_nothing(world: World) -> None:
    sweep_now(world.cities)
    once = put_down(world)
    sweep_now(world.cities)
    assert put_down(world) == once


@pytest.mark.parametrize("comes_back", [0, 1])
def test_who_waits_to_speak_up_is_not_forgotten_if_the_problem_comes_back(
    world: World, comes_back: int
) -> None:
    sweep_now(world.cities)
    contacts = [e for e in put_down(world) if e[3] & RANK_MASK == Rank.CONTACT and e[2] == 0]
    one = next(e for e in contacts if world.pools["problems"][e[4]]["id"] == e[1])
    problem = world.pools["problems"][one[4]]
    assert problem["lives"]
    problem["lives"], problem["comes_back"] = 0, comes_back
    sweep_now(world.cities)
    assert (one in put_down(world)) == bool(comes_back)
    assert (problem["id"] == one[1]) == bool(comes_back)  # and with it goes the row
