"""How long the readable engine takes: against plain SimPy, and on its own scenarios.

    python benchmarks/reference_engine.py [--runs 5]

The two share the network of benchmarks/tiers/small.yaml; the runs are interleaved, so that the
ratio holds when the machine's speed drifts. Seconds are this machine's; the ratio travels.
"""

import argparse
import platform
import random
import statistics
import time
from collections.abc import Generator
from pathlib import Path

import simpy
from simpy.events import Event

import govsim
from govsim.engines.agents import simulate
from govsim.model.records import Kind
from govsim.scenario import compile_plan

TOP = Path(__file__).parents[1]
OFFICES, SERVERS = (10, 3, 1, 1), (2, 2, 2, 1)
SERVICE = (0.7, 0.65, 0.8, 1.2)
PER_DAY, DAYS, UP = 20.0, 365.0, 0.3


def plain_simpy(seed: int) -> int:
    """The network as SimPy's documentation would write it; grievances that arrived."""
    chance = random.Random(seed)
    env = simpy.Environment()
    tiers = [
        [simpy.Resource(env, servers) for _ in range(offices)]
        for offices, servers in zip(OFFICES, SERVERS, strict=True)
    ]
    arrived = 0

    def grievance(office: int) -> Generator[Event, None, None]:
        for tier, offices in enumerate(tiers):
            with offices[office % len(offices)].request() as request:
                yield request
                yield env.timeout(chance.expovariate(1 / SERVICE[tier]))
            if chance.random() >= UP:
                return

    def arrivals() -> Generator[Event, None, None]:
        nonlocal arrived
        while True:
            yield env.timeout(chance.expovariate(PER_DAY))
            arrived += 1
            env.process(grievance(chance.randrange(OFFICES[0])))

    env.process(arrivals())
    env.run(DAYS)
    return arrived


def agents(path: Path, seed: int) -> int:
    """One replication of a scenario in the agents engine; grievances registered."""
    plan = compile_plan(govsim.load(path))
    registered = 0

    def count(records: object) -> None:
        nonlocal registered
        registered += int((records["kind"] == Kind.REGISTERED).sum())  # type: ignore[index]

    simulate(plan, seed, 0, count, checks=False)
    return registered


def timed(run: object, *arguments: object) -> tuple[float, int]:
    """CPU seconds, and grievances."""
    begun = time.process_time()
    grievances = run(*arguments)  # type: ignore[operator]
    return time.process_time() - begun, grievances


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    network = TOP / "benchmarks" / "tiers" / "small.yaml"
    plain, ours = [], []
    for seed in range(runs):
        for found, run in (
            (plain, lambda seed=seed: timed(plain_simpy, seed)),
            (ours, lambda seed=seed: timed(agents, network, seed)),
        ):
            seconds, grievances = run()
            found.append(seconds / grievances * 1e6)
    ratio = statistics.median(b / a for a, b in zip(plain, ours, strict=True))
    print(f"{platform.machine()}, Python {platform.python_version()}, SimPy {simpy.__version__}")
    print(f"tiers S, plain SimPy    {statistics.median(plain):8.0f} us a grievance")
    print(f"tiers S, agents engine  {statistics.median(ours):8.0f} us a grievance")
    print(f"agents / plain SimPy    {ratio:8.1f}")
    for name in ("small_town", "district"):
        seconds, grievances = timed(agents, TOP / "scenarios" / f"{name}.yaml", 1)
        print(f"{name:23} {seconds:8.1f} s a replication, {grievances:,} contacts registered")


if __name__ == "__main__":
    main()
