"""Sweeping: every point of an experiment, some replications each, whoever does them.

Nothing that is finished can be lost: blocks are on the disk as soon as they are done, and the same
call goes on with what is missing. Neither workers, nor blocks, nor interruptions leave a trace in
the finished tables.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from govsim.experiments.alone import alone_in, when_it_suits
from govsim.experiments.asked import check_numbers, compiling, engine_called, workers_for, wrong
from govsim.experiments.blocks import FAILED, Blocks, Span
from govsim.experiments.crew import Crew, Here, Processes
from govsim.experiments.experiment import Experiment
from govsim.experiments.experiment_reading import read_experiment
from govsim.experiments.files import clear_errors
from govsim.experiments.job import Interrupted
from govsim.experiments.sweep_store import SweepFolder, SweepResults, open_sweep
from govsim.experiments.trials import Answer, Trials
from govsim.experiments.work import make_ready
from govsim.language import say

TARGET = 1.0  # seconds of work in a block
TICK = 0.1  # seconds between looks at the clock
MOST_DEATHS = 3  # of workers over one task
FIRST = 1  # tasks of a block while nobody knows how long they take
MERGE_EVERY = 64  # blocks


class News(NamedTuple):
    """How far a sweep is."""

    done: int  # tasks, failed ones too
    tasks: int
    failed: int  # since this call began


Tell = Callable[[News], None]


def sweep(
    experiment: Experiment | Path | str,
    *,
    out: Path | str,
    workers: int | None = None,
    cluster: str | None = None,
    engine: str = "compiled",
    restart: bool = False,
    checks: bool = True,
    progress: Tell | None = None,
    notice: Callable[[str], None] | None = None,
    block: float = TARGET,
) -> SweepResults:
    """Simulate every point of an experiment, or what is missing of it.

    Args:
        experiment: one that was read, or its file.
        out: the folder. If it holds a part of the same sweep, that is gone on with.
        workers: processes on this machine; None for one a processor.
        cluster: the address of a Dask scheduler (tcp://...) or its scheduler file; workers are
            then those of the cluster.
        engine: ``compiled`` or ``agents``; the rows are the same.
        restart: throw away rows that were made otherwise.
        checks: verify the invariants of the model as it runs.
        progress: called with ``News`` after each block.
        notice: called with a sentence when something takes long or went wrong.
        block: seconds of work in a block.

    Raises:
        InputError: mistakes in the experiment; a folder with other rows, or that cannot be written.
        Interrupted: Ctrl-C; what is finished is in the folder.
        ClusterLost: the scheduler is gone; what is finished is in the folder.
    """
    begun = datetime.now().astimezone()
    check_numbers(1, 0, workers)
    if cluster is not None and workers is not None:
        message = say(
            "A cluster's workers are those it has: give --workers or --cluster, not both."
        )
        raise wrong("--workers", message)
    if not isinstance(experiment, Experiment):
        experiment = read_experiment(experiment)
    tell = notice or (lambda _: None)
    module = engine_called(engine)
    path = Path(out)
    with clear_errors(path), alone_in(path):
        folder = SweepFolder(path, experiment)
        folder.open(restart=restart)
        if not folder.complete:
            trials = Trials(experiment, module, checks)
            if cluster is None:
                make_ready(module, lambda: tell(compiling()))
            hands = min(workers_for(workers), max(1, folder.tasks - folder.blocks.done()))
            with _crew(trials, hands, cluster) as crew:
                _Sweep(folder, trials, crew, progress, tell, block).perform()
            folder.finish(begun)
    return open_sweep(path)


def _crew(trials: Trials, workers: int, cluster: str | None) -> Crew:
    if cluster is not None:
        from govsim.experiments.cluster import Cluster

        return Cluster(trials, cluster)
    return Here(trials) if workers == 1 else Processes(trials, workers)


@dataclass(slots=True)
class _Sweep:
    """One call: what is given out, what comes back."""

    folder: SweepFolder
    trials: Trials
    crew: Crew
    progress: Tell | None
    notice: Callable[[str], None]
    target: float
    pace: float = 0.0  # seconds a task took lately
    failed: int = 0
    gaps: deque[Span] = field(default_factory=deque)
    suspects: deque[Span] = field(default_factory=deque)  # over which a worker died
    deaths: Counter[Span] = field(default_factory=Counter)

    @property
    def blocks(self) -> Blocks:
        return self.folder.blocks

    def perform(self) -> None:
        """Do all that is missing."""
        self.gaps.extend(self.blocks.missing(self.folder.tasks))
        self._tell()
        with when_it_suits() as stop_if_asked:
            self.crew.look = stop_if_asked
            try:
                while self.gaps or self.suspects or self.crew.busy:
                    stop_if_asked()
                    self._give_out()
                    self._take(self.crew.news(TICK))
            except KeyboardInterrupt:
                self._bring_home()
                raise Interrupted(self.blocks.done(), self.folder.folder) from None

    # ------------------------------------------------------------ giving out

    def _give_out(self) -> None:
        if self.suspects:  # one at a time and alone, so that it is known who kills
            if not self.crew.busy:
                self.crew.give(self.suspects[0])
            return
        while self.gaps and self.crew.room > 0:
            self.crew.give(self._cut(self.gaps.popleft()))

    def _cut(self, gap: Span) -> Span:
        """The first part of a gap, about ``target`` seconds of work; smaller near the end."""
        size = round(self.target / self.pace) if self.pace else FIRST
        left = len(gap) + sum(map(len, self.gaps))
        size = max(1, min(size, -(-left // (2 * self.crew.size)), len(gap)))
        if size < len(gap):
            self.gaps.appendleft(Span(gap.first + size, gap.after))
        return Span(gap.first, gap.first + size)

    # ------------------------------------------------------------ taking back

    def _take(self, answers: list[Answer]) -> None:
        for answer in sorted(answers, key=lambda answer: answer.rows is None):
            if answer.rows is None:
                self._mourn(answer.span)
            else:
                self._keep(answer)
        if answers:
            self._tell()

    def _keep(self, answer: Answer) -> None:
        done = answer.done
        if self.suspects and self.suspects[0] == answer.span:
            self.suspects.popleft()
        if len(done):
            self.blocks.add(done, answer.rows)
            self.failed += self._failures(answer)
            pace = answer.seconds / len(done)
            self.pace = 0.7 * self.pace + 0.3 * pace if self.pace else pace
            if len(self.blocks.spans()) % MERGE_EVERY == 0:
                self.blocks.merge()
        if done.after < answer.span.after:
            self.gaps.append(Span(done.after, answer.span.after))

    def _failures(self, answer: Answer) -> int:
        statuses = answer.rows["status"].to_pylist() if answer.rows else []
        return sum(status == FAILED for status in statuses)

    def _mourn(self, span: Span) -> None:
        """A worker died over a block: find out over which of its tasks."""
        alone = bool(self.suspects) and self.suspects[0] == span
        if not alone:
            if not self.suspects:
                self.notice(_died())
            self.suspects.append(span)
            return
        self.deaths[span] += 1
        if len(span) > 1:
            self.suspects.popleft()
            middle = (span.first + span.after) // 2
            self.suspects.extendleft([Span(middle, span.after), Span(span.first, middle)])
        elif self.deaths[span] >= MOST_DEATHS:
            self.suspects.popleft()
            reason = f"the worker died over it {MOST_DEATHS} times (killed, or out of memory)"
            self.blocks.add(span, self.trials.failed(span.first, reason))
            self.failed += 1

    def _bring_home(self) -> None:
        """Whoever presses Ctrl-C still gets what workers have finished by then."""
        self.crew.stop()
        while self.crew.busy:
            for answer in self.crew.news(TICK):
                if answer.rows is not None and len(answer.done):
                    self.blocks.add(answer.done, answer.rows)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(News(self.blocks.done(), self.folder.tasks, self.failed))


def _died() -> str:
    return say("A worker died (killed, or out of memory); its block is done again, alone.")
