"""One replication of a plan in the compiled engine, from Python's side."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govsim.compiling import compile_once
from govsim.engines.compiled import shapes
from govsim.engines.compiled.loop import Status, advance_city
from govsim.engines.compiled.world import World, facts_of
from govsim.model.plan import DAY, Plan
from govsim.model.records import RECORD

Records = NDArray[np.void]

EVENTS_A_LOOK = 200_000  # events between two looks at whether to stop


class RunTooLong(RuntimeError):
    pass


GROWS = {
    Status.EVENTS: ("events",),
    Status.OPENED: ("opened",),
    Status.CASES: ("cases",),
    Status.PROBLEMS: ("problems",),
    Status.MEMBERS: ("members",),
    Status.RESIDENTS: ("residents",),
    Status.SILENT: ("silent_ids", "silent_problems"),
    Status.SCRATCH: ("scratch",),
}


def make_ready() -> None:
    """Compile the engine, or load what was compiled."""
    compile_once("engine", lambda: advance_city(np.zeros(1, shapes.CITY), 0))


@lru_cache(maxsize=4)
def _facts(plan: Plan) -> Any:
    return facts_of(plan)


def simulate(
    plan: Plan,
    seed: int,
    replication: int,
    drain: Callable[[Records], None],
    *,
    checks: bool = True,
    watch: Callable[[int], None] | None = None,
) -> None:
    """Run one replication and hand its records, chunk by chunk, to ``drain``."""
    make_ready()
    world = World(facts_of(plan), seed, replication)
    city = world.city
    while True:
        status = Status(advance_city(world.cities, EVENTS_A_LOOK))
        if status in (Status.RECORDS, Status.DONE):
            _drain(world, drain)
        elif status in GROWS:
            for name in GROWS[status]:
                world.enlarge(name, _least(world, status))
        if status == Status.DONE:
            return
        if watch is not None:
            watch(int(city["now"]))


def _drain(world: World, drain: Callable[[Records], None]) -> None:
    count = int(world.city["recorded"])
    world.city["recorded"] = 0
    room = int(world.city["recorded_at_most"]) + 8 * int(
        min(world.city["heard_at_most"], world.city["silent_largest"]) + world.city["most_open"]
    )
    if count:
        drain(world.pools["records"][:count].view(RECORD))
    if len(world.pools["records"]) < 2 * room:
        world.enlarge("records", 2 * room)


def _least(world: World, status: Status) -> int:
    city = world.city
    if status == Status.OPENED:
        return int(city["opening"])
    if status == Status.SCRATCH:
        return max(2 * int(city["list_size"]), 4 * int(city["cases_room"]))
    if status == Status.SILENT:
        return int(city["silent_used"]) + 8 * max(int(city["silent_largest"]), 16)
    return 0
