"""The rows of a sweep on disk: one folder of Parquet files that are only ever added.

Tasks are numbered: point by point, in each its replications. A block is a range of tasks that is
done; its file says which (``000000000120-000000000156.parquet``), is written under another name,
brought to the disk and renamed. So a file that has its name is whole, whatever killed whom. Many
small neighbours are merged into a larger one now and then; files that a larger one covers count
for nothing and are removed. Which ranges are missing is read from the names alone.
"""

import os
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from govsim.experiments.files import BESIDE, in_place_when_whole, read_whole, write_parts
from govsim.experiments.measures import Measured
from govsim.language import say

FOLDER = "blocks"
MERGED = 64  # files that are merged into one
DONE, FAILED = "done", "failed"
DAMAGED = ".damaged"

_NAME = re.compile(r"(\d{12})-(\d{12})\.parquet")
KEYS = (
    ("point", pa.int64()),
    ("replication", pa.int32()),
    ("status", pa.string()),
    ("reason", pa.string()),
)


def schema_of(measures: Iterable[Measured]) -> pa.Schema:
    """The columns of a sweep: which task, how it ended, and a column for each outcome."""
    return pa.schema([*KEYS, *((measure.name, pa.float64()) for measure in measures)])


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Tasks from ``first`` to the one before ``after``."""

    first: int
    after: int

    def __len__(self) -> int:
        return self.after - self.first

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.first:012d}-{self.after:012d}.parquet"

    def covers(self, other: "Span") -> bool:
        """Whether all of the other's tasks are among these."""
        return self.first <= other.first and other.after <= self.after


class Blocks:
    """The blocks of a sweep. One process writes; any number may read."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self.folder = folder
        self.schema = schema
        self._spans = _spans_in(folder)

    def spans(self) -> list[Span]:
        """What is done, in order; no two have a task in common."""
        return self._spans

    def done(self) -> int:
        """How many tasks are done."""
        return sum(map(len, self._spans))

    def missing(self, tasks: int) -> Iterator[Span]:
        """The gaps, in order."""
        at = 0
        for span in self._spans:
            if span.first > at:
                yield Span(at, span.first)
            at = max(at, span.after)
        if at < tasks:
            yield Span(at, tasks)

    def add(self, span: Span, rows: pa.Table) -> None:
        """Put a finished block on the disk."""
        with in_place_when_whole(self.folder / span.file) as beside:
            write_parts([rows], self.schema, beside)
        self._spans = sorted([*self._spans, span])

    def batches(self, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """All rows in order, file by file. Raises OSError or ArrowException at a damaged one."""
        for span in self._spans:
            yield read_whole(self.folder / span.file, columns=columns)

    def merge(self) -> None:
        """Merge runs of small neighbours, so that the number of files stays small."""
        for run in _runs(self._spans):
            whole = Span(run[0].first, run[-1].after)
            files = [self.folder / span.file for span in run]
            with in_place_when_whole(self.folder / whole.file) as beside:
                write_parts(map(read_whole, files), self.schema, beside)
            self._spans = sorted([*(set(self._spans) - set(run)), whole])
            for file in files:
                file.unlink()

    def clean(self) -> None:
        """Remove what a killed writer left: half-written files, and files that others cover.

        What is damaged is set aside, with a warning, and counts as missing.
        """
        for file in list(self.folder.iterdir()):
            if file.name.endswith(BESIDE):
                file.unlink()
        named = {_span(file.name) for file in self.folder.iterdir()} - {None}
        for span in named - set(self._spans):
            assert span is not None
            (self.folder / span.file).unlink()
        for span in list(self._spans):
            if not self._whole(span):
                self._set_aside(span)

    def _whole(self, span: Span) -> bool:
        try:
            table = read_whole(self.folder / span.file)
        except (OSError, ValueError, pa.ArrowException):
            return False
        return bool(table.schema.equals(self.schema)) and len(table) == len(span)

    def _set_aside(self, span: Span) -> None:
        path = self.folder / span.file
        aside = path.with_name(path.name + DAMAGED)
        with suppress(OSError):
            os.replace(path, aside)
        self._spans = [other for other in self._spans if other != span]
        message = say("{file} is damaged; its replications are done again.", file=path)
        warnings.warn(message, RuntimeWarning, stacklevel=2)


def _span(name: str) -> Span | None:
    found = _NAME.fullmatch(name)
    return Span(int(found[1]), int(found[2])) if found else None


def _spans_in(folder: Path) -> list[Span]:
    """What the files' names say; of two that overlap, the larger counts."""
    if not folder.is_dir():
        return []
    spans = sorted(
        filter(None, (_span(file.name) for file in folder.iterdir())),
        key=lambda span: (span.first, -span.after),
    )
    kept: list[Span] = []
    for span in spans:
        if not kept or span.first >= kept[-1].after:
            kept.append(span)
    return kept


def _runs(spans: list[Span]) -> Iterator[list[Span]]:
    """Neighbours of about the same size, ``MERGED`` of them."""
    run: list[Span] = []
    for span in spans:
        fits = run and run[-1].after == span.first and _size(run[-1]) == _size(span)
        run = [*run, span] if fits else [span]
        if len(run) == MERGED:
            yield run
            run = []


def _size(span: Span) -> int:
    """Its order of magnitude, in powers of ``MERGED``."""
    size, length = 0, len(span)
    while length >= MERGED:
        size, length = size + 1, length // MERGED
    return size
