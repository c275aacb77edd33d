"""Runs of the small town for the tests of what happens at the front door."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engines.traces import plan_of
from govsim.engines import agents, compiled
from govsim.model.plan import Plan
from govsim.model.records import RECORD, Kind, Origin
from twins.compare import assert_same

Records = NDArray[np.void]
REPLICATIONS = 4


def run(plan: Plan, replication: int = 0, seed: int = 1) -> Records:
    """Every record of one replication."""
    chunks: list[Records] = []
    compiled.simulate(plan, seed, replication, lambda chunk: chunks.append(chunk.copy()))
    return np.concatenate([np.empty(0, RECORD), *chunks]).astype(RECORD)


@cache
def runs(policies: tuple[str, ...], settings: tuple[str, ...] = ()) -> tuple[Records, ...]:
    """Some replications of the small town; the same numbers for every variant."""
    plan = plan_of(*settings, policies=policies)
    return tuple(run(plan, replication) for replication in range(REPLICATIONS))


def mean(count: Callable[[Records], float], records: tuple[Records, ...]) -> float:
    """Of the replications."""
    return float(np.mean([count(each) for each in records]))


def the_engines_agree(policies: tuple[str, ...], *settings: str, seed: int = 1) -> None:
    """Both give the same records, bit for bit."""
    plan = plan_of(*settings, policies=policies)
    assert_same(plan, seed, 0, agents.simulate, compiled.simulate)


def is_grievance(records: Records) -> NDArray[np.bool_]:
    """The registrations of grievances."""
    found: NDArray[np.bool_] = (records["kind"] == Kind.REGISTERED) & (
        records["code"] != Origin.ENQUIRY
    )
    return found


def registered(records: Records) -> float:
    """Grievances in the ledgers."""
    return float(is_grievance(records).sum())


def living(records: Records) -> float:
    """Problems that live at the end."""
    kinds = np.bincount(records["kind"], minlength=64)
    return float(kinds[Kind.BORN] + kinds[Kind.RECURRED] - kinds[Kind.HEALED] - kinds[Kind.SOLVED])
