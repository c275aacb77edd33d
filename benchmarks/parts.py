"""What the parts of the compiled engine cost, one by one, in nanoseconds a call.

    python benchmarks/parts.py

On the city of scenarios/nanchang_2011.yaml, in loops of their own: rows are near, nothing else is
in the way. What a part costs within a run is more, by what memory takes.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import govsim
from govsim.compiling import entry
from govsim.engines.agents import simulate as agents
from govsim.engines.compiled import duty
from govsim.engines.compiled.agenda import advance, open_day, remove_first, schedule
from govsim.engines.compiled.draws import one, quantile
from govsim.engines.compiled.recorder import record_resident
from govsim.engines.compiled.rows import opened_at
from govsim.engines.compiled.world import World, facts_of
from govsim.model.laws import Family
from govsim.model.plan import DAY, Plan
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import Kind
from govsim.outcomes import Tally
from govsim.scenario import compile_plan

TOP = Path(__file__).parents[1]
CALLS = 1_000_000
PENDING = 20_000  # events in the agenda, about Nanchang's of a day


@entry
def draws(cities: Any, n: int, _: int) -> float:
    city = cities[0]
    total = 0.0
    for i in range(n):
        total += one(city, i, Purpose.TOUCH, 0)
    return total


@entry
def variates(cities: Any, n: int, law: int) -> float:
    city = cities[0]
    total = 0.0
    for i in range(n):
        total += quantile(city, law, (i + 0.5) / n)
    return total


@entry
def calendars(cities: Any, n: int, _: int) -> int:
    city = cities[0]
    total = 0
    for i in range(n):
        total += duty.finish(city, 0, (i * 7919) % (300 * DAY), 7_200)
    return total


@entry
def records(cities: Any, n: int, room: int) -> int:
    city = cities[0]
    for i in range(n):
        record_resident(city, Kind.TRUST, i, 0, 0, 0.5)
        if city.recorded == room:
            city.recorded = 0
    return city.recorded


@entry
def agenda(cities: Any, n: int, pending: int) -> int:
    """Take the next event and put down another, within three days of it."""
    city = cities[0]
    while city.opened_count > 0 or advance(city):  # of the run before: to the end of its day
        remove_first(city)
    tomorrow = (city.today + 1) * DAY
    for i in range(pending):
        schedule(city, tomorrow + (i * 7919) % (3 * DAY), Rank.HEAL, i, 0, 0)
    for i in range(n):
        while city.opened_count == 0 and not advance(city):
            open_day(city, city.today + 1)
        at = opened_at(city, 0).at
        remove_first(city)
        schedule(city, (at >> 5) + 1 + (i * 104_729) % (3 * DAY), Rank.HEAL, i, 0, 0)
    return city.opened_count


def timed(function: Callable[..., Any], world: World, argument: int = 0) -> float:
    """Nanoseconds a call, the best of five."""
    cities = world.cities
    function(cities, 1, argument)
    best = np.inf
    for _ in range(5):
        begun = time.process_time()
        function(cities, CALLS, argument)
        best = min(best, time.process_time() - begun)
    return best / CALLS * 1e9


def world_of(plan: Plan) -> World:
    world = World(facts_of(plan))
    world.begin(1, 0)
    return world


def roomy(plan: Plan) -> World:
    """For the agenda alone: no problem or case is looked at, and there is room for everything."""
    world = world_of(plan)
    for name in ("events", "opened", "block_next"):
        world.enlarge(name, 40 * PENDING)
    world.enlarge("later", 32 * 40 * PENDING)
    world.city["horizon"] = 1 << 40
    world.enlarge("day_blocks", 100_000)
    world.pools["day_blocks"].fill(-1)
    world.enlarge("day_filled", 100_000)
    return world


def tally(plan: Plan) -> float:
    """Nanoseconds a record of the small town, in the chunks that the engine hands on."""
    kept: list[Any] = []
    agents(plan, 1, 0, lambda chunk: kept.append(chunk.copy()), checks=False)
    chunk = np.concatenate(kept)[:16_384]
    counter = Tally(plan)
    counter.drain(chunk)
    begun = time.process_time()
    for _ in range(50):
        counter.drain(chunk)
    return (time.process_time() - begun) / 50 / len(chunk) * 1e9


def main() -> None:
    """Print the table."""
    plan = compile_plan(govsim.load(TOP / "scenarios" / "nanchang_2011.yaml"))
    city = world_of(plan)
    town = compile_plan(govsim.load(TOP / "scenarios" / "small_town.yaml"))
    laws = [int(row["family"]) for row in facts_of(plan).pools["laws"]]
    rows = {
        "a draw (Threefry2x64-13), alone": timed(draws, city),
        "a log-normal variate at a given rank": timed(variates, city, laws.index(Family.LOGNORMAL)),
        "a variate from a table (gamma)": timed(variates, city, laws.index(Family.TABLE)),
        "start and duty seconds to finish": timed(calendars, city),
        "a record written (80 bytes)": timed(records, city, 16_384),
        f"an event taken and another put down, {PENDING:,} pending": timed(
            agenda, roomy(plan), PENDING
        ),
        "a record counted": tally(town),
    }
    for name, ns in rows.items():
        print(f"{name:62}{ns:8.1f} ns")


if __name__ == "__main__":
    main()
