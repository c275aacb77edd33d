"""One replication, from plan to numbers: what a worker does."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from govsim.experiments.files import in_place_when_whole, write_table
from govsim.model.plan import Plan
from govsim.model.size import TooMuchHappens
from govsim.outcomes import Outcome, Tally, outcome_tables
from govsim.outcomes.endings import Endings
from govsim.outcomes.events import EventLog
from govsim.outcomes.histories import Histories, Sample

ENGINES = {
    "compiled": "govsim.engines.compiled:simulate",
    "agents": "govsim.engines.agents:simulate",
}
IN_THREADS = (ENGINES["compiled"],)  # these let other threads run meanwhile

Drain = Callable[[Any], None]
Watch = Callable[[int], None]
Count = Callable[[Outcome, int], Any]  # what is kept of a replication: its outcome, its number
GivenUp = Callable[[TooMuchHappens], Any]
OwnPolicy = Callable[[Any], Any]  # ``engines.agents.OwnPolicy``, without loading that engine


class Task(NamedTuple):
    """One replication of one plan."""

    plan: int
    replication: int


@dataclass(frozen=True, slots=True)
class Work:
    """What all tasks of a run share. ``engine`` is written "module:function"."""

    plans: tuple[Plan, ...]
    seed: int
    engine: str
    events: Path | None = None  # folder for one event log a task
    checks: bool = True  # the engine verifies the model's invariants as it goes
    own: tuple[OwnPolicy, ...] = ()  # acts in the last plan
    sample: Sample | None = None  # problems whose histories are left in ``beside``
    beside: Path | None = None
    count: Count = outcome_tables
    given_up: GivenUp | None = None  # what is kept if it comes to no end; None: that is raised

    def simulate(self, task: Task, drain: Drain, watch: Watch, *, calm: bool = False) -> None:
        """Let the engine run one replication; ``calm``: without the surges of the plan."""
        module, function = self.engine.split(":")
        engine = getattr(import_module(module), function)
        acting = {"own": self.own} if self.own and task.plan == len(self.plans) - 1 else {}
        plan = without_surges(self.plans[task.plan]) if calm else self.plans[task.plan]
        engine(plan, self.seed, task.replication, drain, checks=self.checks, watch=watch, **acting)

    def log_of(self, task: Task) -> Path:
        """Where a task leaves its event log."""
        assert self.events is not None
        return self.events / f"{task.plan}-{task.replication}.parquet"

    def histories_of(self, plan: int) -> Path | None:
        """Where the histories of a plan's first replication are left."""
        kept = self.sample is not None and self.beside is not None
        return self.beside / f"histories-{plan}.parquet" if kept and self.beside else None

    def endings_of(self, task: Task) -> Path | None:
        """Where is left when the grievances ended that a plan began with, if it did with some."""
        if self.beside is None or not self.plans[task.plan].inherited:
            return None
        return self.beside / f"endings-{task.plan}-{task.replication}.parquet"


def make_ready(engine: str, tell: Callable[[], None]) -> None:
    """Compile what an engine needs before any worker starts; ``tell`` is called if that is long."""
    if engine == ENGINES["compiled"]:
        from govsim.compiling import is_compiled
        from govsim.engines import compiled

        if not is_compiled(compiled.NAME):
            tell()
        compiled.make_ready()


def replicate(work: Work, task: Task, watch: Watch) -> Any:
    """Simulate one replication and count what happened: the three tables, or ``work.count``'s."""
    plan = work.plans[task.plan]
    tally = Tally(plan)
    with ExitStack() as stack:
        drains = [tally.drain]
        if work.events is not None:
            log = stack.enter_context(closing(EventLog(work.log_of(task), plan, task.replication)))
            drains.append(log.drain)
        histories = _histories(work, task)
        if histories is not None:
            drains.append(histories.drain)
        endings = _endings(work, task)
        if endings is not None:
            drains.append(endings.drain)
        try:
            calm = _calm(work, task, watch)
            work.simulate(task, _to_all(drains), watch)
        except TooMuchHappens as error:
            if work.given_up is None:
                raise
            return work.given_up(error)
    outcome = tally.measured(calm)
    if histories is not None:
        _leave(histories, work.histories_of(task.plan))
    if endings is not None:
        _leave(endings, work.endings_of(task))
    return work.count(outcome, task.replication)


def without_surges(plan: Plan) -> Plan:
    """The same city, where nothing comes in surges."""
    return replace(plan, demand=plan.demand._replace(surges=()))


def _calm(work: Work, task: Task, watch: Watch) -> Outcome | None:
    """What the replication comes to without the plan's surges: how a surge is over is told by it.

    The same problems, but for those that the surges bring, on the same days.
    """
    plan = work.plans[task.plan]
    if not plan.demand.surges:
        return None
    tally = Tally(without_surges(plan))
    work.simulate(task, tally.drain, lambda _: watch(0), calm=True)
    return tally.measured()


def _histories(work: Work, task: Task) -> Histories | None:
    if work.sample is None or task.replication > 0:
        return None
    return Histories(work.plans[task.plan], task.replication, work.sample)


def _endings(work: Work, task: Task) -> Endings | None:
    if work.endings_of(task) is None:
        return None
    return Endings(work.plans[task.plan], task.replication)


def _leave(what: Histories | Endings, path: Path | None) -> None:
    assert path is not None
    with in_place_when_whole(path) as beside:
        write_table(what.table(), beside)


def _to_all(drains: Sequence[Drain]) -> Drain:
    if len(drains) == 1:
        return drains[0]

    def drain(records: Any) -> None:
        for each in drains:
            each(records)

    return drain
