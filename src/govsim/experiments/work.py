"""One replication, from plan to tables: what a worker does."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from govsim.model.plan import Plan
from govsim.outcomes import Tables, Tally, check, outcome_tables
from govsim.outcomes.events import EventLog

ENGINES = {
    "compiled": "govsim.engines.compiled:simulate",
    "agents": "govsim.engines.agents:simulate",
}
IN_THREADS = (ENGINES["compiled"],)  # these let other threads run meanwhile

Watch = Callable[[int], None]
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

    def simulate(self, task: Task, drain: Callable[[Any], None], watch: Watch) -> None:
        """Let the engine run one replication."""
        module, function = self.engine.split(":")
        engine = getattr(import_module(module), function)
        acting = {"own": self.own} if self.own and task.plan == len(self.plans) - 1 else {}
        plan = self.plans[task.plan]
        engine(plan, self.seed, task.replication, drain, checks=self.checks, watch=watch, **acting)

    def log_of(self, task: Task) -> Path:
        """Where a task leaves its event log."""
        assert self.events is not None
        return self.events / f"{task.plan}-{task.replication}.parquet"


def make_ready(engine: str, tell: Callable[[], None]) -> None:
    """Compile what an engine needs before any worker starts; ``tell`` is called if that is long."""
    if engine == ENGINES["compiled"]:
        from govsim.compiling import is_compiled
        from govsim.engines import compiled

        if not is_compiled(compiled.NAME):
            tell()
        compiled.make_ready()


def replicate(work: Work, task: Task, watch: Watch) -> Tables:
    """Simulate one replication and count what happened."""
    tally = Tally(work.plans[task.plan])
    if work.events is None:
        work.simulate(task, tally.drain, watch)
    else:
        _with_log(work, task, tally, watch)
    outcome = tally.finish()
    check(outcome)
    return outcome_tables(outcome, task.replication)


def _with_log(work: Work, task: Task, tally: Tally, watch: Watch) -> None:
    log = EventLog(work.log_of(task), work.plans[task.plan], task.replication)

    def drain(records: Any) -> None:
        tally.drain(records)
        log.drain(records)

    try:
        work.simulate(task, drain, watch)
    finally:
        log.close()
