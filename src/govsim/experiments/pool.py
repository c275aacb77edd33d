"""Tasks over workers: any number of them, one that dies, and Ctrl-C.

Workers are threads where the engine lets other threads run meanwhile, and processes elsewhere.
Which worker does what and in which order they finish changes nothing: a task's result depends on
the task alone, and the caller puts results in order.
"""

import threading
import warnings
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from govsim.experiments.alone import undisturbed, when_it_suits
from govsim.experiments.team import Back, Fate, Flag, Team
from govsim.experiments.work import IN_THREADS, Task, Watch, Work, replicate
from govsim.language import say

Keep = Callable[[Task, Any], None]  # a task, and what was counted
Tell = Callable[[float], None]  # simulated seconds so far, over all tasks

TICK = 0.2  # seconds between two looks at the workers
MOST_DEATHS = 2  # of workers over one replication


class WorkerDied(RuntimeError):
    """Worker processes were killed twice (mostly: out of memory)."""

    folder: Path | None = None  # of what was finished


class _Stopped(Exception):
    """Raised within a worker that was asked to stop."""


def perform(work: Work, tasks: Sequence[Task], workers: int, keep: Keep, tell: Tell) -> None:
    """Do all tasks and hand each result to ``keep``; with one worker in this very thread.

    On Ctrl-C the workers stop, what is finished has been kept, and KeyboardInterrupt goes on.
    """
    if min(workers, len(tasks)) <= 1:
        _one_by_one(work, tasks, keep, tell)
        return
    if work.engine in IN_THREADS:
        _Threads(work, tasks, workers, tell).perform(keep)
        return
    _Processes(work, tasks, workers, tell).perform(keep)


def _one_by_one(work: Work, tasks: Sequence[Task], keep: Keep, tell: Tell) -> None:
    before = 0
    for task in tasks:
        keep(task, replicate(work, task, _told_after(before, tell)))
        before += work.plans[task.plan].horizon
        tell(before)


def _told_after(before: int, tell: Tell) -> Callable[[int], None]:
    return lambda now: tell(before + now)


# ---------------------------------------------------------------- threads


class _Threads:
    """Workers that are threads: no start to wait for, and the plan is there once."""

    def __init__(self, work: Work, tasks: Sequence[Task], workers: int, tell: Tell) -> None:
        self._work = work
        self._tasks = tuple(tasks)
        self._tell = tell
        self._stop = threading.Event()
        self._clocks = [0.0] * len(tasks)  # simulated seconds of each task so far
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()
        self._pool = ThreadPoolExecutor(min(workers, len(tasks)))

    def perform(self, keep: Keep) -> None:
        """Do the tasks; whatever ends this early, finished tasks are kept."""
        futures: dict[Future[Any], Task] = {}
        try:
            with when_it_suits() as stop_if_asked:
                for place, task in enumerate(self._tasks):
                    futures[self._pool.submit(self._do, place, task)] = task
                for future in futures:
                    future.add_done_callback(self._done.put)
                while futures:
                    stop_if_asked()
                    for future in self._news():
                        keep(futures[future], future.result())
                        del futures[future]
                    self._tell(sum(self._clocks))
        except BaseException:
            self._stop.set()
            raise
        finally:
            with undisturbed():  # workers stop at their next look at the clock
                self._pool.shutdown(wait=True, cancel_futures=True)
                _rescue(futures, keep)

    def _do(self, place: int, task: Task) -> Any:
        return _do(self._work, place, task, self._clocks, self._stop)

    def _news(self) -> list[Future[Any]]:
        """What has been done since the last look; waits for a tick if it is nothing."""
        try:
            first = self._done.get(timeout=TICK)
        except Empty:
            return []
        return [first, *(self._done.get() for _ in range(self._done.qsize()))]


def _rescue(futures: dict[Future[Any], Task], keep: Keep) -> None:
    for future, task in futures.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            keep(task, future.result())


def _do(work: Work, place: int, task: Task, clocks: Any, stop: Any) -> Any:
    tables = replicate(work, task, _watch(place, clocks, stop))
    clocks[place] = work.plans[task.plan].horizon
    return tables


def _watch(place: int, clocks: Any, stop: Any) -> Watch:
    def watch(now: int) -> None:
        clocks[place] = now
        if stop.is_set():
            raise _Stopped

    watch(0)
    return watch


# ---------------------------------------------------------------- processes


class _Processes:
    """Workers that are processes of their own. One that dies is replaced."""

    def __init__(self, work: Work, tasks: Sequence[Task], workers: int, tell: Tell) -> None:
        self._waiting = deque(enumerate(tasks))
        self._tell = tell
        self._stop = Flag()
        self._clocks = get_context("spawn").RawArray("d", len(tasks))
        self._deaths: Counter[Task] = Counter()
        size = min(workers, len(tasks))
        self._team = Team(size, _begin, work, self._stop, self._clocks)

    def perform(self, keep: Keep) -> None:
        """Do the tasks; whatever ends this early, finished tasks are kept."""
        try:
            with when_it_suits() as stop_if_asked:
                while self._waiting or self._team.busy:
                    stop_if_asked()
                    while self._waiting and self._team.room > 0:
                        self._team.give(self._waiting.popleft())
                    self._collect(self._team.news(TICK), keep)
                    self._tell(sum(self._clocks))
        except BaseException:
            self._stop.set()
            raise
        finally:
            with undisturbed():  # workers stop at their next look at the clock
                self._team.close(lambda back: self._rescue(back, keep))

    def _collect(self, news: list[Back], keep: Keep) -> None:
        for back in news:
            self._rescue(back, keep)
        for back in news:
            if back.fate is Fate.RAISED:
                raise back.result
            if back.fate is Fate.UNDONE:
                self._waiting.appendleft(back.job)
            elif back.fate is Fate.DIED:
                self._mourn(back.job)

    def _rescue(self, back: Back, keep: Keep) -> None:
        if back.fate is Fate.DONE:
            keep(back.job[1], back.result)

    def _mourn(self, job: tuple[int, Task]) -> None:
        self._deaths[job[1]] += 1
        left = len(self._waiting) + self._team.busy + 1
        if self._deaths[job[1]] >= MOST_DEATHS:
            message = say(
                "Worker processes died twice over the same replication; {left} replications are "
                "missing. The machine may be short of memory: try fewer workers.",
                left=left,
            )
            raise WorkerDied(message)
        message = say(
            "A worker process died (killed, or out of memory); its replication is done again."
        )
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        self._waiting.append(job)


def _begin(work: Work, stop: Flag, clocks: Any) -> Callable[[tuple[int, Task]], Any]:
    return lambda job: _do(work, job[0], job[1], clocks, stop)
