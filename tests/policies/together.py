"""Records of the policies that bring people together, and what the tests count in them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engines.traces import SCENARIOS
from govsim.engines.agents import simulate
from govsim.model.plan import DAY, HOUR, Plan
from govsim.model.records import Errand, Kind
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING
from twins.compare import assert_same
from twins.engines import compiled_or_skip

Records = NDArray[np.void]

SMALL_TOWN, DISTRICT = SCENARIOS / "small_town.yaml", SCENARIOS / "district.yaml"
SEEDS = (1, 2, 3)


@cache
def plan_of(file: str, policies: tuple[str, ...], settings: tuple[str, ...]) -> Plan:
    """The plan of a shipped scenario."""
    return compile_plan(
        load(SCENARIOS / file, set=[*FROM_NOTHING, *settings], policies=list(policies))
    )


def trace(plan: Plan, seed: int = 1) -> Records:
    """Every record of one replication."""
    chunks: list[Records] = []
    compiled_or_skip()(plan, seed, 0, lambda chunk: chunks.append(chunk.copy()))
    return np.concatenate(chunks)


@cache
def runs(policies: tuple[str, ...] = (), *settings: str, file: str = "small_town.yaml") -> Records:
    """The records of several seeds, one after the other."""
    plan = plan_of(file, policies, settings)
    return np.concatenate([trace(plan, seed) for seed in SEEDS])


def twins(policies: tuple[str, ...], *settings: str) -> None:
    """Both engines write the same."""
    plan = plan_of("small_town.yaml", policies, settings)
    assert_same(plan, 3, 1, simulate, compiled_or_skip())


def of(records: Records, kind: Kind, *codes: int) -> Records:
    """The records of a kind, with one of these codes."""
    found = records[records["kind"] == kind]
    return found[np.isin(found["code"], codes)] if codes else found


def hours(records: Records, errand: Errand) -> float:
    """Given to an errand."""
    return float(of(records, Kind.HOURS, errand)["value"].sum()) / HOUR


def worked(records: Records) -> float:
    """Hours of work on cases."""
    return float(of(records, Kind.WORKED)["value"].sum()) / HOUR


def days(waits: Records) -> float:
    """Mean length of some waits."""
    return float((waits["time"] - waits["started"]).mean()) / DAY


def money(records: Records) -> float:
    """Yuan spent by policies."""
    return float(of(records, Kind.MONEY)["value"].sum())
