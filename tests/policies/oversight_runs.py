"""Paired runs with and without a policy, and what can be read off a trace."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from govsim.engines.agents import simulate as agents
from govsim.engines.compiled import simulate as compiled
from govsim.model.plan import Plan
from govsim.model.records import RECORD, Errand, Kind, Origin, Outcome
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING
from twins.compare import assert_same, first_difference, trace

SCENARIOS = Path(__file__).parents[2] / "scenarios"
Records = NDArray[np.void]


def plan_of(*settings: str, policies: tuple[str, ...] = (), scenario: str = "small_town") -> Plan:
    """A shipped scenario with some values changed."""
    return compile_plan(
        load(SCENARIOS / f"{scenario}.yaml", set=[*FROM_NOTHING, *settings]), policies
    )


def runs(plan: Plan, seeds: int) -> Records:
    """The records of so many replications, one after the other."""
    found = [trace(compiled, plan, 1, replication)[0] for replication in range(seeds)]
    return np.concatenate(found).astype(RECORD)


def by_replication(records: Records) -> list[Records]:
    """Taken apart again: a replication begins where time goes back."""
    return np.split(records, np.flatnonzero(np.diff(records["time"]) < 0) + 1)


def pair(policy: str, *settings: str, seeds: int = 8) -> tuple[Records, Records]:
    """The same replications without and with a policy."""
    without, with_it = plan_of(*settings), plan_of(*settings, policies=(policy,))
    return runs(without, seeds), runs(with_it, seeds)


def same_in_both(policies: tuple[str, ...], *settings: str) -> Records:
    """The trace, if both engines agree on it."""
    return assert_same(plan_of(*settings, policies=policies), 1, 0, agents, compiled)


def leaves_no_trace(policy: str, *settings: str) -> bool:
    """Whether both engines do exactly as without the policy, and do otherwise if it is on."""
    plain, off, on = (
        plan_of("horizon=90 d", *settings, f"policies.{policy}.intensity={much}", policies=chosen)
        for much, chosen in ((1, ()), (0, (policy,)), (1, (policy,)))
    )
    for engine in (agents, compiled):
        before = trace(engine, plain, 2, 0)[0]
        if first_difference(before, trace(engine, off, 2, 0)[0]) is not None:
            return False
        if first_difference(before, trace(engine, on, 2, 0)[0]) is None:
            return False
    return True


def of(records: Records, kind: Kind, *codes: int) -> Records:
    """Records of a kind, with one of these codes if there are any."""
    found = records[records["kind"] == kind]
    return found[np.isin(found["code"], codes)] if codes else found


def share(records: Records, flags: int) -> float:
    """Share of the records that carry all these flags."""
    return float(np.mean((records["flags"] & flags) == flags))


def grievances(records: Records) -> Records:
    """Those registered."""
    found = of(records, Kind.REGISTERED)
    return found[found["code"] != Origin.ENQUIRY]


def closings(records: Records) -> Records:
    """Those of grievances."""
    found = of(records, Kind.CLOSED)
    return found[found["code"] != Outcome.ANSWERED]


def on_paper(records: Records) -> float:
    """Share of closings with nothing done."""
    return float(np.mean(closings(records)["code"] == Outcome.ON_PAPER))


def living(records: Records) -> int:
    """Problems that live at the end, whether or not anybody knows."""
    began = len(of(records, Kind.BORN)) + len(of(records, Kind.RECURRED))
    return began - len(of(records, Kind.HEALED)) - len(of(records, Kind.SOLVED))


def hours(records: Records, errand: Errand) -> float:
    """Hours given to an errand."""
    return float(of(records, Kind.HOURS, errand)["value"].sum() / 3600)
