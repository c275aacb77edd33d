"""What a policy does to a town: records of some replications, accounts checked, and their sums."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engines.traces import SMALL_TOWN, same, trace
from govsim.engines import agents
from govsim.model.plan import Plan
from govsim.model.records import Activity, Errand, Kind, Origin
from govsim.outcomes import Tally, check
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING
from twins.compare import assert_same
from twins.engines import simulate_of

Records = NDArray[np.void]
DAY, HOUR = 86_400, 3_600


class Run:
    """Some replications of a scenario, one after the other in one list of records."""

    def __init__(self, plan: Plan, records: list[Records]) -> None:
        self.plan = plan
        self.each = records
        self.all = np.concatenate(records)
        self.tier_of = np.array([office.tier for office in plan.offices])

    def of(self, kind: Kind, code: int | None = None) -> Records:
        """The records of a kind."""
        chosen: Records = self.all[self.all["kind"] == kind]
        return chosen if code is None else chosen[chosen["code"] == code]

    def count(self, kind: Kind, code: int | None = None) -> int:
        """How many there are."""
        return len(self.of(kind, code))

    def registered(self) -> Records:
        """Grievances, not enquiries."""
        records = self.of(Kind.REGISTERED)
        chosen: Records = records[records["code"] != Origin.ENQUIRY]
        return chosen

    def queue_days(self, tier: int, when: Callable[[Records], NDArray[np.bool_]]) -> float:
        """Mean wait at the desks of a tier before a spell of work on a case, in days."""
        work = self.of(Kind.WORKED)
        work = work[(work["code"] != Activity.ENQUIRY) & (self.tier_of[work["office"]] == tier)]
        work = work[when(work)]
        return float(np.mean(work["started"] - work["enabled"])) / DAY

    def hours(self, errand: Errand) -> float:
        """Hours that went into an errand."""
        return float(self.of(Kind.HOURS, errand)["value"].sum()) / HOUR

    def money(self) -> float:
        """Yuan that policies spent."""
        return float(self.of(Kind.MONEY)["value"].sum())

    def trust(self) -> float:
        """All moves of trust together."""
        return float(self.of(Kind.TRUST)["value"].sum())


def always(records: Records) -> NDArray[np.bool_]:
    """Whenever it was."""
    return np.ones(len(records), dtype=np.bool_)


def before(days: float) -> Callable[[Records], NDArray[np.bool_]]:
    """What was done by then."""
    return lambda records: records["time"] < days * DAY


@cache
def run(*settings: str, policies: tuple[str, ...] = (), seeds: tuple[int, ...] = (1, 2, 3)) -> Run:
    """The small town, with settings and policies, under each of the seeds."""
    plan = compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, *settings]), policies)
    simulate = simulate_of("compiled")
    found = []
    for seed in seeds:
        chunks: list[Records] = []
        tally = Tally(plan)

        def drain(records: Records, chunks: list[Records] = chunks, tally: Tally = tally) -> None:
            chunks.append(records.copy())
            tally.drain(records)

        simulate(plan, seed, 0, drain)
        check(tally.finish())
        found.append(np.concatenate(chunks))
    return Run(plan, found)


def leaves_the_baseline(name: str) -> bool:
    """Whether a policy of intensity 0, or one that begins after the end, changes no record."""
    base = trace(compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, "horizon=40 d"])))
    for setting in (f"policies.{name}.intensity=0", f"policies.{name}.begins=60 d"):
        plan = compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, "horizon=40 d", setting]), (name,))
        if not same(base, trace(plan)):
            return False
    return True


def twins_agree(*settings: str, policies: tuple[str, ...], seed: int = 1) -> Records:
    """The trace of both engines, which must be one."""
    plan = compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, *settings]), policies)
    return assert_same(plan, seed, 0, agents.simulate, simulate_of("compiled"))
