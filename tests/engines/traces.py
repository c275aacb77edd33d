"""Event traces of shipped scenarios, for comparing them record by record."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from govsim.engines.agents import simulate
from govsim.model.plan import Plan
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL_TOWN = SCENARIOS / "small_town.yaml"


def plan_of(*settings: str, policies: tuple[str, ...] = ()) -> Plan:
    """The small town's plan, with settings and policies."""
    return compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, *settings], policies=list(policies)))


def trace(plan: Plan, replication: int = 0, seed: int = 1) -> NDArray[np.void]:
    """Every record of one replication, invariants checked on the way."""
    chunks: list[NDArray[np.void]] = []
    simulate(plan, seed, replication, chunks.append)
    return np.concatenate(chunks)


@cache
def baseline() -> NDArray[np.void]:
    """The small town as it is shipped."""
    return trace(plan_of())


def same(one: NDArray[np.void], other: NDArray[np.void]) -> bool:
    """Equal in every field of every record."""
    return bool(np.array_equal(one, other))
