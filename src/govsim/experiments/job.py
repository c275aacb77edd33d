"""A job: replications of one or more policy sets, done in any order, published in theirs.

What is finished is kept at once, so that a job that is broken off, however it ends, goes on where
it was when the same is asked again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

from govsim.errors import Finding, InputError
from govsim.experiments.kept import Finished, InMemory
from govsim.experiments.manifest import (
    FORMAT,
    Manifest,
    model_version,
    scenario_facts,
    times,
    versions,
)
from govsim.experiments.pool import WorkerDied, perform
from govsim.experiments.results import Results
from govsim.experiments.store import Stage
from govsim.experiments.work import Task, Work
from govsim.language import say
from govsim.model.plan import Plan
from govsim.model.size import TooMuchHappens
from govsim.outcomes import Tables
from govsim.outcomes.frames import join
from govsim.scenario import Scenario

Progress = Callable[[int, int, float], None]  # finished, all, share of the simulated time
Extras = Callable[[Results, Path], None]  # writes files that belong to results into a folder

__all__ = ["Interrupted", "Job", "Progress", "WorkerDied"]


class Interrupted(Exception):
    """Somebody pressed Ctrl-C. ``results`` holds what was finished, ``folder`` where it is."""

    def __init__(
        self,
        done: int,
        folder: Path | None,
        results: Results | None = None,
        *,
        lasting: bool = True,
    ) -> None:
        self.results = results
        self.folder = folder
        text = (
            say("Interrupted; {done} finished replications are kept.", done=f"{done:,}")
            if done
            else say("Interrupted before a replication was finished.")
        )
        if done and folder and lasting:
            text += " " + say("The same command goes on from there.")
        super().__init__(text)


@dataclass(slots=True)
class Job:
    """What was asked, and the finished replications. Use as a context."""

    scenario: Scenario
    plans: tuple[Plan, ...]
    seed: int
    engine: str  # its name
    out: Path | None
    said: dict[str, Any] = field(default_factory=dict)  # what else the manifest says
    lasting: bool = True  # whether another process can go on with it
    begun: datetime = field(default_factory=lambda: datetime.now().astimezone())
    extras: Extras | None = None
    outcome: dict[str, Any] = field(default_factory=dict)  # what the manifest says when done
    replications: int = 0  # of each policy set
    _stage: Stage | None = None
    _finished: Finished = field(default_factory=InMemory)

    def __enter__(self) -> Self:
        if self.out is not None:
            self._stage = Stage(self.out, self.plans[0].name, self.digest()).__enter__()
            self._finished = self._stage.finished
        return self

    def __exit__(self, *raised: object) -> None:
        if self._stage is not None:
            self._stage.__exit__(*raised)

    def digest(self) -> str:
        """What makes two jobs the same: then one can go on with what the other has finished."""
        sets = [plan.policy_set for plan in self.plans]
        content = (self.scenario.digest(), sets, self.seed, sorted(self.said.items()))
        alone = "" if self.lasting else token_hex()
        return sha256(f"{content} {model_version()} {alone}".encode()).hexdigest()

    @property
    def logs(self) -> Path | None:
        """The folder for event logs of single replications."""
        return self._stage.events if self._stage else None

    @property
    def beside(self) -> Path | None:
        """The folder for whatever else workers leave."""
        return self._stage.beside if self._stage else None

    def do(self, work: Work, replications: int, workers: int, progress: Progress | None) -> None:
        """Do what is missing of so many replications of each policy set.

        Raises:
            Interrupted, WorkerDied, InputError: what is finished has been published.
        """
        self.replications = replications
        tasks = self._tasks()
        finished = self._finished
        missing = sorted(set(tasks) - finished.tasks())
        before = sum(self.plans[task.plan].horizon for task in tasks)
        before -= sum(self.plans[task.plan].horizon for task in missing)
        horizons = sum(self.plans[task.plan].horizon for task in tasks)
        count = len(tasks) - len(missing)

        def keep(task: Task, tables: Tables) -> None:
            nonlocal count
            finished.keep(task, tables)
            count += 1

        def tell(seconds: float) -> None:
            if progress is not None:
                progress(count, len(tasks), min((before + seconds) / horizons, 1.0))

        try:
            perform(work, missing, workers, keep, tell)
            tell(horizons - before)
        except KeyboardInterrupt:
            results = self.publish(work)
            raise Interrupted(
                len(self.done()), results.folder, results, lasting=self.lasting
            ) from None
        except WorkerDied as error:
            error.folder = self.publish(work).folder
            raise
        except TooMuchHappens as error:
            self.publish(work)
            raise self._too_much(error) from error

    def done(self) -> list[Task]:
        """What is finished of what was asked, in order."""
        done = self._finished.tasks()
        return [task for task in self._tasks() if task in done]

    def tables_of(self, tasks: Iterable[Task]) -> Iterator[Tables]:
        """What some finished tasks came to."""
        return self._finished.tables(tasks)

    def publish(self, work: Work) -> Results:
        """Put what is finished in its place; results in memory where there is no folder."""
        done = self.done()
        manifest = self._manifest(done)
        if self._stage is None or not done:
            return Results.in_memory(manifest, join(self.tables_of(done)))
        logs = [work.log_of(task) for task in done] if work.events else None

        def extras(new: Path) -> None:
            if self.extras is not None:
                self.extras(Results.in_folder(manifest, new), new)

        tables, scenario = self._finished.tables(done), self.scenario.resolved_yaml()
        folder = self._stage.publish(tables, scenario, manifest, logs, extras)
        return Results.in_folder(manifest, folder)

    def _tasks(self) -> list[Task]:
        return [Task(p, r) for p in range(len(self.plans)) for r in range(self.replications)]

    def _too_much(self, error: TooMuchHappens) -> InputError:
        message = say(
            "A replication was given up on day {day}: far more happens than this scenario should "
            "bring about. {cases} cases lie at {office}. Look for residents who come back faster "
            "than offices can answer, and for surges.",
            day=error.day,
            cases=f"{error.cases:,}",
            office=self.plans[0].offices[error.office].name,
        )
        return InputError([Finding(self.scenario.name, "", message)])

    def _manifest(self, done: list[Task]) -> Manifest:
        sets = [plan.policy_set for plan in self.plans]
        return {
            "program": "govsim",
            "format": FORMAT,
            "complete": len(done) == self.replications * len(sets),
            "scenario": {
                "digest": self.scenario.digest(),
                "ground": self.scenario.ground(),
                "name_zh": self.scenario.name_zh,
                **scenario_facts(self.plans[0]),
            },
            "policy_sets": sets,
            "seed": self.seed,
            "replications": self.replications,
            "done": {
                name: [task.replication for task in done if task.plan == place]
                for place, name in enumerate(sets)
            },
            "engine": self.engine,
            **self.said,
            **self.outcome,
            "versions": versions(),
            **times(self.begun),
        }
