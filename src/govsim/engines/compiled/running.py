"""One replication of a plan in the compiled engine, from Python's side."""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from govsim.compiling import compile_once
from govsim.engines.compiled import shapes
from govsim.engines.compiled.checks import check
from govsim.engines.compiled.loop import Status, advance_city
from govsim.engines.compiled.slowness import draw_values
from govsim.engines.compiled.world import Facts, World, facts_of
from govsim.model.plan import DAY, Plan
from govsim.model.records import RECORD
from govsim.model.size import TooMuchHappens, expected_events

Records = NDArray[np.void]

EVENTS_A_LOOK = 200_000  # events between two looks at whether to stop: about 50 ms
CHECKS = 12  # times in a replication that the invariants are looked at
PATIENCE = 50  # times the expected number of events before a replication is given up
PLANS_KEPT = 4  # plans whose rows are kept for further replications

GROWS = {
    Status.EVENTS: ("events",),
    Status.OPENED: ("opened",),
    Status.LATER: ("later",),
    Status.CASES: ("cases",),
    Status.PROBLEMS: ("problems", "silent_places"),
    Status.MEMBERS: ("members",),
    Status.SILENT: ("silent_ids", "silent_problems"),
    Status.SCRATCH: ("scratch",),
}

NAME = "engine"  # of its machine code in the cache


def make_ready() -> None:
    """Compile the engine, or load what was compiled."""
    compile_once(NAME, _compile)


def _compile() -> None:
    cities = np.zeros(1, shapes.CITY)
    advance_city(cities, 0)
    draw_values(cities, 0, np.zeros(0, "i8"), 0, np.zeros(0))


def simulate(
    plan: Plan,
    seed: int,
    replication: int,
    drain: Callable[[Records], None],
    *,
    checks: bool = True,
    watch: Callable[[int], None] | None = None,
) -> None:
    """Run one replication and hand its records, chunk by chunk, to ``drain``.

    ``drain`` must not keep the chunk: the next one is written over it. ``checks`` verifies the
    invariants of the model a dozen times. ``watch`` is called now and then with the time reached,
    in seconds; what it raises stops the run.

    Raises:
        TooMuchHappens: after many times the expected number of events.
    """
    make_ready()
    world = _world_of(plan)
    world.begin(seed, replication)
    next_check = 0
    looks = int(PATIENCE * expected_events(plan)) // EVENTS_A_LOOK + PATIENCE
    status = Status.PAUSED
    while status != Status.DONE:
        status = Status(advance_city(world.cities, EVENTS_A_LOOK))
        _serve(world, status, drain)
        looks -= status == Status.PAUSED
        if looks < 0:
            raise _too_much(world)
        now = int(world.city["now"])
        if checks and now >= next_check:
            check(world)
            next_check = now + plan.horizon // CHECKS
        if watch is not None:
            watch(now)


def _too_much(world: World) -> TooMuchHappens:
    cases = world.pools["offices"]["cases"]
    office = int(cases.argmax())
    return TooMuchHappens(int(world.city["now"]) // DAY, office, int(cases[office]))


def _serve(world: World, status: Status, drain: Callable[[Records], None]) -> None:
    """Do what the loop stopped for."""
    if status in (Status.RECORDS, Status.DONE):
        _hand_on(world, drain)
    for name in GROWS.get(status, ()):
        world.enlarge(name, _least(world, status))


def _hand_on(world: World, drain: Callable[[Records], None]) -> None:
    city, records = world.city, world.pools["records"]
    recorded = int(city["recorded"])
    if recorded:
        drain(records[:recorded].view(RECORD))
    city["recorded"] = 0
    heard = min(int(city["heard_at_most"]), int(city["silent_largest"]))
    margin = int(city["recorded_at_most"]) + 8 * (heard + int(city["most_open"]))
    if len(records) < 2 * margin:
        world.enlarge("records", 2 * margin)


def _least(world: World, status: Status) -> int:
    """Rows that a pool must have at least, where twice as many may not do."""
    city = world.city
    if status == Status.PROBLEMS:  # the places keep up with the rows, whatever these grow by
        return int(city["problems_room"])
    if status == Status.OPENED:
        return int(city["opening"])
    if status == Status.SCRATCH:
        rooms = [int(city["cases_room"])]
        if city["planner_count"] > 0:
            rooms.append(int(city["problems_room"]))  # projects list problems
        return max(2 * int(city["list_size"]), 4 * max(rooms))
    if status == Status.SILENT:
        return int(city["silent_used"]) + 8 * max(int(city["silent_largest"]), 16)
    return 0


# ---------------------------------------------------------------- kept for the next replication

_facts: list[Facts] = []
_lock = threading.Lock()
_mine = threading.local()  # a world is used by one thread


def _world_of(plan: Plan) -> World:
    """The thread's world of a plan: the one of the replication before, if it was the same plan."""
    world: World | None = getattr(_mine, "world", None)
    if world is None or world.facts.plan is not plan:
        _mine.world = None  # let go of the old one before the new one asks for memory
        world = World(_facts_of(plan))
        _mine.world = world
    return world


def _facts_of(plan: Plan) -> Facts:
    with _lock:
        for facts in _facts:
            if facts.plan is plan:
                return facts
        del _facts[PLANS_KEPT - 1 :]
        _facts.insert(0, facts_of(plan))
        return _facts[0]
