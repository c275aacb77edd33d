"""Arms: ways to run the offices, simulated as often as a decision needs, and never twice.

An arm is a policy set and other values of the scenario. Replication for replication all arms meet
the same problems, the same residents and the same days, so that differences between them are much
better known than the arms themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from govsim.decisions.kept_trials import KeptTrials, Trial
from govsim.experiments.asked import compiling, engine_called, workers_for
from govsim.experiments.job import Interrupted
from govsim.experiments.manifest import model_version
from govsim.experiments.measures import Measured, values
from govsim.experiments.pool import perform
from govsim.experiments.work import Task, Work, make_ready
from govsim.language import say, speaking
from govsim.model.plan import Plan
from govsim.model.size import TooMuchHappens
from govsim.outcomes import Outcome
from govsim.outcomes.lookup import Floats
from govsim.scenario import Scenario, Written, compile_plan


@dataclass(frozen=True, slots=True)
class Arm:
    """A policy set on top of what is in force, and other values of the scenario."""

    policies: tuple[str, ...] = ()  # names, or files with policies
    settings: tuple[str, ...] = ()  # texts ``path=value``

    @property
    def key(self) -> str:
        """What tells it apart from other arms, in one line."""
        return " ".join(("+".join(self.policies) or "baseline", *self.settings))


class Step(NamedTuple):
    """How far a decision is. ``expected`` may grow as it is found how much is needed."""

    done: int  # replications
    expected: int
    doing: str  # a few words


Tell = Callable[[Step], None]


@dataclass(slots=True)
class Arms:
    """The arms of one decision. Use as a context: what was simulated is then safe on the disk.

    Args:
        written: the scenario's file as read (``scenario.read``).
        settings: values that hold in every arm.
        measures: what is kept of each replication.
        folder: where trials are kept; None: in memory. The same scenario, seed and outcomes go on
            with what lies there, whatever else is asked this time.
    """

    written: Written
    measures: tuple[Measured, ...]
    settings: tuple[str, ...] = ()
    seed: int = 1
    engine: str = "compiled"
    workers: int | None = None
    folder: Path | None = None
    checks: bool = True
    notice: Callable[[str], None] | None = None
    tell: Tell | None = None
    _plans: dict[Arm, Plan] = field(default_factory=dict, repr=False)
    _kept: KeptTrials = field(init=False, repr=False)
    _ready: bool = False

    def __post_init__(self) -> None:
        names = tuple(measure.name for measure in self.measures)
        self._kept = KeptTrials(self.folder, self._ground(), names)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._kept.close()

    @property
    def kept(self) -> KeptTrials:
        """All trials."""
        return self._kept

    def scenario(self, arm: Arm) -> Scenario:
        """The scenario of an arm. Raises InputError: it has mistakes."""
        return self.written.scenario((*self.settings, *arm.settings), arm.policies)

    def plan(self, arm: Arm) -> Plan:
        """The plan of an arm. Raises InputError: the scenario does not allow it."""
        if arm not in self._plans:
            self._plans[arm] = compile_plan(self.scenario(arm))
        return self._plans[arm]

    def simulate(
        self, wanted: Mapping[Arm, int], doing: str = "", expected: int = 0, first: int = 0
    ) -> None:
        """Make sure that each arm has so many replications, counted from the ``first``.

        Args:
            wanted: replications by arm.
            first: the number of the first one; others than those from 0 on have chance of their
                own, for a second look that knows nothing of what was looked at before.
            doing: what is told as progress, with ``expected`` replications in all.
            first: the number of the first of them: what is looked at fresh starts further on.

        Raises:
            InputError: an arm that the scenario does not allow.
            Interrupted, WorkerDied: what is finished is kept.
        """
        missing = {
            (arm, replication): self.plan(arm)
            for arm, count in wanted.items()
            for replication in range(first, first + count)
            if (arm.key, replication) not in self._kept
        }
        if missing:
            self._make_ready()
            self._perform(missing, doing, max(expected, len(missing) + len(self._kept)))

    def values(self, arm: Arm, replications: int, first: int = 0) -> Floats:
        """Outcomes of an arm's replications from the ``first`` on, which have been simulated.

        Returns:
            Replications x measures; NaN where nothing could be measured or the replication failed.
        """
        wanted = range(first, first + replications)
        rows = [self._kept[arm.key, replication].values for replication in wanted]
        return np.array(rows, float).reshape(replications, len(self.measures))

    def failures(self, arm: Arm, replications: int) -> list[str]:
        """Why replications of an arm failed."""
        rows = (self._kept[arm.key, replication] for replication in range(replications))
        return [row.reason for row in rows if row.reason]

    # ------------------------------------------------------------ how it is done

    def _ground(self) -> str:
        """All that a trial depends on, besides its arm and replication."""
        scenario = self.written.scenario(self.settings)
        content = (scenario.digest(), self.seed, [measure.name for measure in self.measures])
        return sha256(f"{content} {model_version()}".encode()).hexdigest()

    def _make_ready(self) -> None:
        if not self._ready:
            notice = self.notice
            make_ready(engine_called(self.engine), lambda: notice(compiling()) if notice else None)
            self._ready = True

    def _perform(self, missing: dict[tuple[Arm, int], Plan], doing: str, expected: int) -> None:
        arms = list(dict.fromkeys(arm for arm, _ in missing))
        place = {arm: number for number, arm in enumerate(arms)}
        tasks = [Task(place[arm], replication) for arm, replication in missing]

        def keep(task: Task, trial: Trial) -> None:
            self._kept.keep(arms[task.plan].key, task.replication, trial)

        def tell(_: float) -> None:
            if self.tell is not None:
                self.tell(Step(len(self._kept), expected, doing))

        work = Work(
            tuple(self._plans[arm] for arm in arms),
            self.seed,
            engine_called(self.engine),
            checks=self.checks,
            count=partial(_measured, self.measures),
            given_up=partial(_failed, self.measures),
        )
        try:
            perform(work, tasks, workers_for(self.workers), keep, tell)
        except KeyboardInterrupt:
            self._kept.close()
            raise Interrupted(len(self._kept), self.folder) from None


def _measured(measures: tuple[Measured, ...], outcome: Outcome, replication: int) -> Trial:
    return Trial(tuple(values(outcome, measures)))


def _failed(measures: tuple[Measured, ...], error: TooMuchHappens) -> Trial:
    with speaking("en"):  # the same bytes wherever it arises
        reason = say("given up on day {day}: far more happens than expected", day=error.day)
    return Trial((np.nan,) * len(measures), reason)
