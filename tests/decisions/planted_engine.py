"""An engine in whose results it is known where something holds. Workers import it by its name."""

from collections.abc import Callable

import numpy as np

from govsim.model.plan import Plan
from govsim.model.records import ABSENT, NO_INDEX, RECORD, Kind

MANY_FROM, FEW_SPEAK = 0.25, 0.4  # problems a year, probability of reporting
NOISE = 0.1
USUAL = 60  # cases that stay open without visits


def simulate(
    plan: Plan, seed: int, replication: int, drain: Callable, *, watch: Callable, **_: object
) -> None:
    """With night visits fewer cases stay open than without where problems are many and few speak
    up, elsewhere more. One replication in ten has it the other way round.
    """
    known = plan.demand.problems_per_day * 365, plan.reporting.probability
    random = np.random.default_rng([seed, replication, *(int(1e6 * value) for value in known)])
    fewer = (known[0] > MANY_FROM and known[1] < FEW_SPEAK) != (random.random() < NOISE)
    cases = USUAL if not plan.policies else USUAL // 2 if fewer else 2 * USUAL
    rows = np.zeros(3 * cases, RECORD)
    rows["case"] = np.tile(np.arange(cases), 3)
    rows["problem"], rows["cadre"] = ABSENT, ABSENT
    rows["klass"], rows["segment"], rows["channel"] = NO_INDEX, NO_INDEX, NO_INDEX
    rows["kind"] = np.repeat([Kind.REGISTERED, Kind.OPEN, Kind.UNSETTLED], cases)
    rows["time"] = np.repeat([plan.since, plan.until - 1, plan.horizon], cases)
    rows["enabled"] = rows["started"] = rows["time"]
    rows["began"] = plan.since
    drain(rows)
    watch(plan.horizon)
