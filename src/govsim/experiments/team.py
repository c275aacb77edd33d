"""A team of processes on this machine, each at the end of a pipe of its own.

Nothing is shared that a killed process could leave locked: jobs and results go through pipes, the
wish to stop is a byte in shared memory. So a death costs the job that was being done and no other,
it is known which one that was, and the dead one alone is replaced.
"""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from multiprocessing import connection, get_context, parent_process
from multiprocessing.reduction import ForkingPickler
from types import ModuleType
from typing import Any, NamedTuple

QUEUED = 2  # jobs for each process: one that it does, one that waits
PATIENCE = 10.0  # seconds for a process to end by itself

_context = get_context("spawn")  # the same on every system, and safe beside threads

Perform = Callable[[Any], Any]
Begin = Callable[..., Perform]  # called once in each process, makes what performs jobs


class Fate(Enum):
    """How a job ended."""

    DONE = "done"
    RAISED = "raised"  # its result is the exception
    DIED = "died"  # its process was killed over it
    UNDONE = "undone"  # it was waiting for a process that died


class Back(NamedTuple):
    """A job that came back."""

    job: Any
    fate: Fate
    result: Any = None


class Flag:
    """A wish that all processes can see; it needs no lock."""

    def __init__(self) -> None:
        self._byte = _context.RawValue("b", 0)

    def set(self) -> None:
        """Wish it."""
        self._byte.value = 1

    def is_set(self) -> bool:
        """Whether it is wished."""
        return bool(self._byte.value)


class Team:
    """Processes that perform jobs. ``begin(work, *memory)`` is called in each, makes the performer.

    ``work`` may be large; ``memory`` is shared with all, as a ``Flag`` is.
    """

    def __init__(self, size: int, begin: Begin, work: Any, *memory: Any) -> None:
        self._begin = (begin, memory)
        self._work = bytes(ForkingPickler.dumps(work))
        self._members = self._started(size)

    def _started(self, size: int) -> list["_Member"]:
        with quiet_start():
            members = [_Member(*self._begin) for _ in range(size)]
            for member in members:  # all of them wake up meanwhile
                member.brief(self._work)
        return members

    @property
    def busy(self) -> int:
        """Jobs that were given and did not come back yet."""
        return sum(len(member.jobs) for member in self._members)

    @property
    def room(self) -> int:
        """How many more jobs can be given without any waiting long."""
        return QUEUED * len(self._members) - self.busy

    def give(self, job: Any) -> None:
        """Give a job to whoever has the least to do."""
        min(self._members, key=lambda member: len(member.jobs)).give(job)

    def news(self, timeout: float) -> list[Back]:
        """What came back since the last look; waits up to ``timeout`` seconds for something."""
        connection.wait([thing for member in self._members for thing in member.signs], timeout)
        back: list[Back] = []
        for place, member in enumerate(self._members):
            back += member.news()
            if not member.alive:
                back += member.left_behind()
                (self._members[place],) = self._started(1)
        return back

    def close(self, keep: Callable[[Back], None] = lambda _: None) -> None:
        """Let all of them go, by force if they do not listen; ``keep`` gets what still came."""
        for member in self._members:
            member.dismiss()
        for member in self._members:
            while member.alive and member.jobs and connection.wait(member.signs, PATIENCE):
                for back in member.news():
                    keep(back)
            member.bury()


class _Member:
    """One process, and the jobs it was given."""

    def __init__(self, begin: Begin, memory: tuple[Any, ...]) -> None:
        self.jobs: deque[Any] = deque()
        self._line, theirs = _context.Pipe()
        self._process = _context.Process(target=_work, args=(theirs, begin, memory), daemon=True)
        self._process.start()
        theirs.close()
        self.alive = True

    def brief(self, work: bytes) -> None:
        """Hand over what all jobs need; that its process is dead is found out with the news.

        Not among the arguments of the process: Python would write them into a pipe that it holds
        open at both ends, and wait for ever if the process was killed before it had read them.
        """
        with suppress(OSError):
            self._line.send_bytes(work)

    @property
    def signs(self) -> tuple[Any, Any]:
        """What to wait for: an answer, or its end."""
        return self._line, self._process.sentinel

    def give(self, job: Any) -> None:
        """Queue a job; that its process is dead is found out with the next news."""
        self.jobs.append(job)
        with suppress(OSError):
            self._line.send(job)

    def news(self) -> list[Back]:
        """Its answers, in the order of its jobs."""
        back = []
        dead = not self._process.is_alive()
        try:
            while self._line.poll():
                fate, result = self._line.recv()
                back.append(Back(self.jobs.popleft(), fate, result))
        except (EOFError, OSError):  # it ended, perhaps in the midst of an answer
            dead = True
        self.alive = not dead
        return back

    def left_behind(self) -> list[Back]:
        """The jobs of one that died: the first is the one it died over."""
        self.bury()
        fates = [Fate.DIED, *[Fate.UNDONE] * len(self.jobs)]
        back = [Back(job, fate) for job, fate in zip(self.jobs, fates, strict=False)]
        self.jobs.clear()
        return back

    def dismiss(self) -> None:
        """No more jobs."""
        with suppress(OSError, ValueError):
            self._line.send(None)

    def bury(self) -> None:
        """Wait until it has ended."""
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._line.close()


@contextmanager
def quiet_start() -> Iterator[None]:
    """Start processes that neither run the user's script again nor hear Ctrl-C.

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


# ---------------------------------------------------------------- in a process


def _work(line: Any, begin: Begin, memory: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        work = line.recv()
    except (EOFError, OSError):  # nobody is at the other end any more
        return
    perform = begin(work, *memory)
    with suppress(EOFError, OSError):
        while (job := line.recv()) is not None:
            line.send(_answer(perform, job))


def _answer(perform: Perform, job: Any) -> tuple[Fate, Any]:
    try:
        return Fate.DONE, perform(job)
    except Exception as error:
        return Fate.RAISED, error


def _end_with_the_parent() -> None:
    """Whatever killed the parent: nobody waits for our results any more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
