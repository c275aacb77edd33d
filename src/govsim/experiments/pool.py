"""Tasks over workers: any number of them, one that dies, and Ctrl-C.

Workers are threads where the engine lets other threads run meanwhile, and processes elsewhere.
Which worker does what and in which order they finish changes nothing: a task's result depends on
the task alone, and the caller puts results in order.
"""

import os
import signal
import sys
import threading
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import Any

from govsim.experiments.alone import undisturbed, when_it_suits
from govsim.experiments.work import IN_THREADS, Task, Watch, Work, replicate
from govsim.language import say
from govsim.outcomes import Tables

Keep = Callable[[Task, Tables], None]
Tell = Callable[[float], None]  # simulated seconds so far, over all tasks

TICK = 0.2  # seconds between two looks at the workers


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
    left = list(tasks)

    def keep_it(task: Task, tables: Tables) -> None:
        left.remove(task)
        keep(task, tables)

    try:
        _Processes(work, left, workers, tell).perform(keep_it)
    except BrokenProcessPool:
        warnings.warn(_died(len(left)), RuntimeWarning, stacklevel=2)
        _once_more(work, left, workers, keep_it, tell)


def _once_more(work: Work, left: list[Task], workers: int, keep: Keep, tell: Tell) -> None:
    try:
        _Processes(work, left, workers, tell).perform(keep)
    except BrokenProcessPool as error:
        message = say(
            "Worker processes died twice; {left} replications are missing. The machine may be "
            "short of memory: try fewer workers.",
            left=len(left),
        )
        raise WorkerDied(message) from error


def _died(left: int) -> str:
    return say(
        "A worker process died (killed, or out of memory); its work and what was waiting, "
        "{left} replications, is done again.",
        left=left,
    )


def _one_by_one(work: Work, tasks: Sequence[Task], keep: Keep, tell: Tell) -> None:
    before = 0
    for task in tasks:
        keep(task, replicate(work, task, _told_after(before, tell)))
        before += work.plans[task.plan].horizon
        tell(before)


def _told_after(before: int, tell: Tell) -> Callable[[int], None]:
    return lambda now: tell(before + now)


# ---------------------------------------------------------------- in the parent


class _Pool(ABC):
    """Some workers and the tasks given to them."""

    def __init__(self, tasks: Sequence[Task], tell: Tell, pool: Executor) -> None:
        self._tasks = tuple(tasks)
        self._done: SimpleQueue[Future[Tables]] = SimpleQueue()
        self._tell = tell
        self._pool = pool
        self._stop: Any  # an event that workers look at
        self._clocks: Any  # simulated seconds of each task so far

    @abstractmethod
    def _submit(self, place: int, task: Task) -> Future[Tables]:
        """Give a task to a worker."""

    def perform(self, keep: Keep) -> None:
        """Do the tasks; whatever ends this early, finished tasks are kept."""
        futures: dict[Future[Tables], Task] = {}
        try:
            with when_it_suits() as stop_if_asked:
                with _quiet_start():
                    for place, task in enumerate(self._tasks):
                        futures[self._submit(place, task)] = task
                for future in futures:
                    future.add_done_callback(self._done.put)
                while futures:
                    stop_if_asked()
                    self._collect(futures, keep)
        except BaseException:
            self._stop.set()
            raise
        finally:
            with undisturbed():  # workers stop at their next look at the clock
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._rescue(futures, keep)

    def _collect(self, futures: dict[Future[Tables], Task], keep: Keep) -> None:
        # The good ones first: one worker's death marks all its fellows' futures as failed.
        for future in sorted(self._news(), key=lambda f: f.exception() is not None):
            keep(futures[future], future.result())
            del futures[future]
        self._tell(sum(self._clocks))

    def _news(self) -> list[Future[Tables]]:
        """What has been done since the last look; waits for a tick if it is nothing."""
        try:
            first = self._done.get(timeout=TICK)
        except Empty:
            return []
        return [first, *(self._done.get() for _ in range(self._done.qsize()))]

    def _rescue(self, futures: dict[Future[Tables], Task], keep: Keep) -> None:
        for future, task in futures.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                keep(task, future.result())


class _Processes(_Pool):
    """Workers that are processes of their own."""

    def __init__(self, work: Work, tasks: Sequence[Task], workers: int, tell: Tell) -> None:
        context = get_context("spawn")  # the same on every system, and safe beside threads
        self._stop = context.Event()
        self._clocks = context.Array("d", len(tasks), lock=False)
        shared = (work, self._stop, self._clocks)
        pool = ProcessPoolExecutor(min(workers, len(tasks)), context, _begin, shared)
        super().__init__(tasks, tell, pool)

    def _submit(self, place: int, task: Task) -> Future[Tables]:
        return self._pool.submit(_do_here, place, task)


class _Threads(_Pool):
    """Workers that are threads: no start to wait for, and the plan is there once."""

    def __init__(self, work: Work, tasks: Sequence[Task], workers: int, tell: Tell) -> None:
        self._work = work
        self._stop = threading.Event()
        self._clocks = [0.0] * len(tasks)
        super().__init__(tasks, tell, ThreadPoolExecutor(min(workers, len(tasks))))

    def _submit(self, place: int, task: Task) -> Future[Tables]:
        return self._pool.submit(_do, self._work, place, task, self._clocks, self._stop)


def _do(work: Work, place: int, task: Task, clocks: Any, stop: Any) -> Tables:
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


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Start workers that neither run the user's script again nor hear Ctrl-C.

    A spawned process imports the parent's main script, which would start this very run again in
    scripts without a ``__main__`` guard. Workers need nothing from it.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    main = sys.modules["__main__"]
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main_thread else None
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if in_main_thread:
            signal.signal(signal.SIGINT, heard)


# ---------------------------------------------------------------- in a worker

_here: dict[str, Any] = {}


def _begin(work: Work, stop: Any, clocks: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    _here.update(work=work, stop=stop, clocks=clocks)


def _end_with_the_parent() -> None:
    """Whatever killed the parent: nobody waits for our results any more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do_here(place: int, task: Task) -> Tables:
    return _do(_here["work"], place, task, _here["clocks"], _here["stop"])
