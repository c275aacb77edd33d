"""Engines that are quick to run and fail on demand. Workers import this file by its name."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from govsim.model.plan import DAY, Plan
from govsim.model.records import ABSENT, NO_INDEX, RECORD, REPLIED_BEFORE, Kind


def simulate(
    plan: Plan, seed: int, replication: int, drain: Callable, *, watch: Callable, **_: object
) -> None:
    """Cases that stay open; how many depends on seed and replication alone."""
    random = np.random.default_rng([seed, replication])
    cases = int(random.integers(5, 50)) + (100 if plan.policies else 0)
    rows = np.zeros(4 * cases, RECORD)
    rows["case"] = np.tile(np.arange(cases), 4)
    rows["problem"], rows["cadre"] = ABSENT, ABSENT
    rows["klass"], rows["segment"], rows["channel"] = NO_INDEX, NO_INDEX, NO_INDEX
    rows["kind"] = np.repeat([Kind.REGISTERED, Kind.REPLIED, Kind.OPEN, Kind.UNSETTLED], cases)
    rows["flags"][2 * cases :] = REPLIED_BEFORE
    rows["value"][cases : 2 * cases] = random.exponential(DAY, cases)
    rows["time"] = np.repeat([0, DAY, plan.until - 1, plan.horizon], cases)
    rows["enabled"] = rows["started"] = rows["time"]
    watch(plan.horizon // 2)
    drain(rows)
    watch(plan.horizon)


def loses_a_record(plan: Plan, seed: int, replication: int, drain: Callable, **how: object) -> None:
    """An engine with a fault: the last record is missing."""
    simulate(plan, seed, replication, lambda rows: drain(rows[:-1]), **how)


def dies_once(plan: Plan, seed: int, replication: int, drain: Callable, **how: object) -> None:
    """Replication 2 kills its process the first time."""
    mark = Path(os.environ["TOY_FOLDER"]) / "died"
    if replication == 2 and not mark.exists():
        mark.touch()
        os._exit(9)
    simulate(plan, seed, replication, drain, **how)


def dies(plan: Plan, seed: int, replication: int, drain: Callable, **how: object) -> None:
    """Replication 2 always kills its process."""
    if replication == 2:
        time.sleep(0.2)
        os._exit(9)
    simulate(plan, seed, replication, drain, **how)


def interrupted(plan: Plan, seed: int, replication: int, drain: Callable, **how: object) -> None:
    """Somebody presses Ctrl-C during replication 2."""
    if replication == 2:
        raise KeyboardInterrupt
    simulate(plan, seed, replication, drain, **how)


def endless(
    plan: Plan, seed: int, replication: int, drain: Callable, *, watch: Callable, **how: object
) -> None:
    """From replication 2 on it never ends by itself."""
    if replication >= 2:
        (Path(os.environ["TOY_FOLDER"]) / "endless").touch()
        while True:
            watch(0)
            time.sleep(0.01)
    simulate(plan, seed, replication, drain, watch=watch, **how)
