"""The common network in govsim's own engines: an ordinary scenario, its records counted.

The plan is made once, as for any number of replications; the time of a run is that of the engine
and of counting its records.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from govsim.model.plan import DAY, Plan
from govsim.model.records import Kind
from tiers.network import COOL_DOWN, WARM_UP, Network, Ran

Simulate = Callable[..., None]


class Waits:
    """Drains records and keeps sums by tier."""

    def __init__(self, plan: Plan) -> None:
        self.tier_of = np.array([office.tier for office in plan.offices])
        self.first, self.last = WARM_UP * DAY, plan.horizon - COOL_DOWN * DAY
        self.grievances = 0
        self.counted = np.zeros(len(plan.tiers), np.int64)
        self.waited = np.zeros(len(plan.tiers))

    def drain(self, records: Any) -> None:
        """Count some more records."""
        self.grievances += int((records["kind"] == Kind.REGISTERED).sum())
        work = records[records["kind"] == Kind.WORKED]
        work = work[(work["enabled"] >= self.first) & (work["enabled"] < self.last)]
        tier = self.tier_of[work["office"]]
        days = (work["started"] - work["enabled"]) / DAY
        self.counted += np.bincount(tier, minlength=len(self.counted))
        self.waited += np.bincount(tier, weights=days, minlength=len(self.waited))

    def ran(self) -> Ran:
        """What the run says."""
        return Ran(self.grievances, tuple(self.counted.tolist()), tuple(self.waited.tolist()))


def runner(plan: Plan, engine: str) -> Callable[[Network, int], Ran]:
    """A run of the plan in an engine, with the signature of the other libraries' runs."""
    simulate: Simulate = import_module(f"govsim.engines.{engine}").simulate

    def run(network: Network, seed: int) -> Ran:
        waits = Waits(plan)
        simulate(plan, seed, 0, waits.drain, checks=False)
        return waits.ran()

    return run
