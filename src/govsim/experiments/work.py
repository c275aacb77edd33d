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
    module, function = work.engine.split(":")
    simulate = getattr(import_module(module), function)
    plan = work.plans[task.plan]
    tally = Tally(plan)
    if work.events is None:
        simulate(plan, work.seed, task.replication, tally.drain, checks=work.checks, watch=watch)
    else:
        _with_log(work, task, simulate, tally, watch)
    outcome = tally.finish()
    check(outcome)
    return outcome_tables(outcome, task.replication)


def _with_log(
    work: Work, task: Task, simulate: Callable[..., None], tally: Tally, watch: Watch
) -> None:
    plan = work.plans[task.plan]
    log = EventLog(work.log_of(task), plan, task.replication)

    def drain(records: Any) -> None:
        tally.drain(records)
        log.drain(records)

    try:
        simulate(plan, work.seed, task.replication, drain, checks=work.checks, watch=watch)
    finally:
        log.close()
