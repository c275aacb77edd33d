"""The compiled engine, but over some tasks its process dies. Workers import this by its name."""

import os
from typing import Any

from govsim.engines import compiled
from govsim.model.plan import Plan


def simulate(plan: Plan, seed: int, replication: int, drain: Any, **how: Any) -> None:
    """Replication 2 of every plan with a policy kills its process."""
    if replication == 2 and plan.policies:
        os._exit(9)
    compiled.simulate(plan, seed, replication, drain, **how)
