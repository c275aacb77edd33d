"""Finished replications, kept until a run is published: in memory, or safe on the disk.

On disk they lie in blocks of about a second of work, each in a folder of its own that gets its
name when it is whole. Whatever kills a run (kill -9 too), the same run takes them up again, and
does only what is missing.
"""

import json
import os
import shutil
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from govsim.experiments.files import Parts, read_whole, sync_folder, write_text
from govsim.experiments.work import Task
from govsim.language import say
from govsim.outcomes import Tables
from govsim.outcomes.frames import SCHEMAS, join

EVERY = 1.0  # seconds between two blocks
MOST_WAITING = 256  # replications
LATELY_READ = 8  # blocks held in memory while they are put in order

JOB = "job.json"
TASKS = "tasks.json"
NEW = ".new"
NAMES = tuple(f"{name}.parquet" for name in Tables._fields)


class Finished(ABC):
    """Replications that are done."""

    @abstractmethod
    def keep(self, task: Task, tables: Tables) -> None:
        """Take in what a task came to."""

    @abstractmethod
    def tasks(self) -> set[Task]:
        """What is done."""

    @abstractmethod
    def tables(self, tasks: Iterable[Task]) -> Iterator[Tables]:
        """What these tasks came to, in their order, texts as plain strings."""

    @abstractmethod
    def flush(self) -> None:
        """Make sure that nothing kept so far is lost when this process is killed."""


class InMemory(Finished):
    """Kept as long as the process lives."""

    def __init__(self) -> None:
        self._done: dict[Task, Tables] = {}

    def keep(self, task: Task, tables: Tables) -> None:
        """Take in what a task came to."""
        self._done[task] = tables

    def tasks(self) -> set[Task]:
        """What is done."""
        return set(self._done)

    def tables(self, tasks: Iterable[Task]) -> Iterator[Tables]:
        """What these tasks came to."""
        return (join([self._done[task]]) for task in tasks)

    def flush(self) -> None:
        """In memory, everything is lost then."""


class OnDisk(Finished):
    """Kept in a folder, for a job that is told apart from others by its digest."""

    def __init__(self, folder: Path, job: str) -> None:
        self._folder = folder
        self._waiting: list[tuple[Task, Tables]] = []
        self._places: dict[Task, tuple[str, int]] = {}
        self._since = time.monotonic()
        self._block = lru_cache(LATELY_READ)(self._read)
        if _job_of(folder) == job:
            self._take_up()
        else:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            write_text(json.dumps({"job": job}) + "\n", folder / JOB)

    def keep(self, task: Task, tables: Tables) -> None:
        """Take in what a task came to; now and then all that came in is written."""
        self._waiting.append((task, tables))
        if time.monotonic() - self._since > EVERY or len(self._waiting) >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what has come in since the last block."""
        self._since = time.monotonic()
        if not self._waiting:
            return
        waiting, self._waiting = sorted(self._waiting, key=lambda one: one[0]), []
        name = f"{self._next():06d}"
        new = self._folder / (name + NEW)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        parts = [join([tables]) for _, tables in waiting]
        write_all(parts, new)
        done = [[*task, *map(len, part)] for (task, _), part in zip(waiting, parts, strict=True)]
        write_text(json.dumps(done) + "\n", new / TASKS)
        os.replace(new, self._folder / name)
        sync_folder(self._folder)
        self._enter(name, [task for task, _ in waiting])

    def tasks(self) -> set[Task]:
        """What is done."""
        return set(self._places) | {task for task, _ in self._waiting}

    def tables(self, tasks: Iterable[Task]) -> Iterator[Tables]:
        """What these tasks came to, block by block from the disk."""
        self.flush()
        for task in tasks:
            name, place = self._places[task]
            yield self._block(name)[place]

    def _next(self) -> int:
        return 1 + max((int(name) for name, _ in self._places.values()), default=-1)

    def _enter(self, name: str, tasks: Iterable[Task]) -> None:
        for place, task in enumerate(tasks):
            self._places[task] = (name, place)

    def _take_up(self) -> None:
        for block in sorted(self._folder.iterdir()):
            if block.name.endswith(NEW):
                shutil.rmtree(block, ignore_errors=True)
            elif block.is_dir():
                self._take_up_block(block)

    def _take_up_block(self, block: Path) -> None:
        try:
            self._read(block.name)
            self._enter(block.name, (Task(*row[:2]) for row in _rows(block)))
        except (OSError, ValueError, TypeError, pa.ArrowException):
            warnings.warn(_damaged(block), RuntimeWarning, stacklevel=2)
            with suppress(OSError):
                shutil.rmtree(block)

    def _read(self, name: str) -> list[Tables]:
        """The tables of every task of a block."""
        block = self._folder / name
        whole = [read_whole(block / file) for file in NAMES]
        starts = [0] * len(NAMES)
        tables = []
        for _, _, *lengths in _rows(block):
            cut = (t.slice(s, n) for t, s, n in zip(whole, starts, lengths, strict=True))
            tables.append(Tables(*cut))
            starts = [start + length for start, length in zip(starts, lengths, strict=True)]
        if starts != [len(table) for table in whole]:
            raise ValueError("rows that belong to no task")
        return tables


def write_all(tables: Iterable[Tables], folder: Path) -> None:
    """The tables of some tasks as the three files of a folder."""
    with ExitStack() as stack:
        places = zip(NAMES, SCHEMAS, strict=True)
        files = [stack.enter_context(Parts(folder / name, schema)) for name, schema in places]
        for task in tables:
            for file, table in zip(files, task, strict=True):
                file.add(table)


def _rows(block: Path) -> list[list[int]]:
    """One line a task: plan, replication, and its rows in each table."""
    rows: list[list[int]] = json.loads((block / TASKS).read_text(encoding="utf-8"))
    return rows


def _job_of(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / JOB).read_text(encoding="utf-8"))["job"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _damaged(block: Path) -> str:
    return say("{file} is damaged; its replications are done again.", file=block)
