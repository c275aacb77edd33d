"""Crews: who does the blocks of a sweep. In this process, in processes of this machine, or (in
``cluster.py``) on a cluster. All of them give the same rows; only one thing can go wrong with a
worker, that it dies, and then its block comes back without rows.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Self

from govsim.experiments.alone import undisturbed
from govsim.experiments.blocks import Span
from govsim.experiments.team import QUEUED, Back, Fate, Flag, Team
from govsim.experiments.trials import Answer, Stopped, Trials


class Crew(ABC):
    """Workers that take blocks. Use as a context."""

    size: int  # workers

    def __init__(self) -> None:
        self.look: Callable[[], None] = lambda: None  # raises KeyboardInterrupt if asked to stop
        self.busy: set[Span] = set()  # given to workers

    @property
    def room(self) -> int:
        """How many more blocks can be given out without any waiting long."""
        return QUEUED * self.size - len(self.busy)

    def give(self, span: Span) -> None:
        """Give a block to whoever is free next."""
        self.busy.add(span)
        self._give(span)

    def news(self, timeout: float) -> list[Answer]:
        """What came back since the last look; waits up to ``timeout`` seconds for something."""
        answers = self._news(timeout)
        self.busy -= {answer.span for answer in answers}
        return answers

    @abstractmethod
    def _give(self, span: Span) -> None: ...

    @abstractmethod
    def _news(self, timeout: float) -> list[Answer]: ...

    @abstractmethod
    def stop(self) -> None:
        """Ask all workers to come back soon with what they have."""

    @abstractmethod
    def close(self) -> None:
        """Let them go."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Here(Crew):
    """This very process: one block at a time, when it is asked for."""

    size = 1

    def __init__(self, trials: Trials) -> None:
        super().__init__()
        self._trials = trials
        self._waiting: deque[Span] = deque()
        self._stopped = False

    def _give(self, span: Span) -> None:
        self._waiting.append(span)

    def _news(self, timeout: float) -> list[Answer]:
        if not self._waiting:
            return []
        return [self._trials.perform(self._waiting.popleft(), self._watch)]

    def _watch(self, _: int) -> None:
        try:
            self.look()
        except KeyboardInterrupt:
            self._stopped = True
        if self._stopped:
            raise Stopped

    def stop(self) -> None:
        """Come back soon."""
        self._stopped = True

    def close(self) -> None:
        """Nobody is to be let go."""


class Processes(Crew):
    """Processes of this machine. One that dies is replaced, and it is known over which block."""

    def __init__(self, trials: Trials, workers: int) -> None:
        super().__init__()
        self.size = workers
        self._trials = trials
        self._stop = Flag()
        self._team = Team(workers, _begin, trials, self._stop)

    def _give(self, span: Span) -> None:
        self._team.give(span)

    def _news(self, timeout: float) -> list[Answer]:
        return [self._answer(back) for back in self._team.news(timeout)]

    def _answer(self, back: Back) -> Answer:
        if back.fate is Fate.RAISED:
            raise back.result
        if back.fate is Fate.DIED:
            return Answer(back.job, None)
        if back.fate is Fate.UNDONE:
            return self._trials.nothing_of(back.job)
        answer: Answer = back.result
        return answer

    def stop(self) -> None:
        """Ask all workers to come back soon."""
        self._stop.set()

    def close(self) -> None:
        """End the processes; they look at the clock every moment."""
        self._stop.set()
        with undisturbed():
            self._team.close()


def _begin(trials: Trials, stop: Flag) -> Callable[[Span], Answer]:
    def watch(_: int) -> None:
        if stop.is_set():
            raise Stopped

    return lambda span: trials.perform(span, watch)
