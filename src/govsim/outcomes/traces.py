"""An event log read case by case, however its rows lie in row groups.

A trace is one case of one replication under one policy set. Cases are read some at a time, in the
order of their numbers, so that a long log needs little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from govsim.outcomes.events import ZONE

CASES = 50_000  # cases held at a time
BATCH = 16_384  # rows turned into Python's objects at a time

Row = dict[str, Any]


@dataclass
class Run:
    """One replication under one policy set: the row groups that hold its rows, its last case."""

    policy_set: str
    replication: int
    groups: list[int] = field(default_factory=list)
    last: int = -1


def rows(log: Any) -> Iterator[Row]:
    """All rows of an open log, in the order of the file."""
    for batch in log.iter_batches(BATCH):
        yield from _rows_of(batch)


def cells(column: Any) -> list[Any]:
    """A column of the log as Python's objects, moments in the log's zone."""
    if not pa.types.is_timestamp(column.type):
        return column.to_pylist()  # type: ignore[no-any-return]
    # By way of UTC: Arrow loses memory with every moment that it gives an offset.
    moments = column.cast(pa.timestamp("ms", tz="UTC")).to_pylist()
    return [None if moment is None else moment.astimezone(ZONE) for moment in moments]


def traces(log: Any) -> Iterator[list[Row]]:
    """The rows of each case of an open log: run by run, case by case, in the order of the file."""
    for run in runs(log):
        for first in range(0, run.last + 1, CASES):
            yield from _by_case(_cases(log, run, first))


def runs(log: Any) -> list[Run]:
    """The runs in an open log, in the order in which they first appear."""
    found: dict[tuple[str, int], Run] = {}
    for group in range(log.num_row_groups):
        for name, replication, last in _runs_in(log, group):
            run = found.setdefault((name, replication), Run(name, replication))
            run.groups.append(group)
            run.last = max(run.last, last)
    return list(found.values())


def moments(row: Row) -> Iterator[tuple[datetime, str]]:
    """When what a row tells of began and was complete, as transitions of the standard lifecycle.

    What took no time is only complete. What the end of the run cut off has only begun.
    """
    started, finished = row["started"], row["finished"]
    if finished is None or started < finished:
        yield started, "start"
    if finished is not None:
        yield finished, "complete"


def _runs_in(log: Any, group: int) -> Iterator[tuple[str, int, int]]:
    """The runs that have rows in a row group, each with its greatest number of a case there."""
    table = log.read_row_group(group, columns=["policy_set", "replication", "case"])
    grouped = table.group_by(["policy_set", "replication"], use_threads=False)
    for row in grouped.aggregate([("case", "max")]).to_pylist():
        yield row["policy_set"], row["replication"], row["case_max"]


def _cases(log: Any, run: Run, first: int) -> pa.Table:
    """The rows of ``CASES`` cases, sorted by case; Arrow's sorting keeps the order within each."""
    parts = [_inside(log.read_row_group(group), run, first) for group in run.groups]
    return pa.concat_tables(parts).sort_by("case")


def _inside(table: pa.Table, run: Run, first: int) -> pa.Table:
    case = pc.field("case")
    return table.filter(
        (pc.field("policy_set") == run.policy_set)
        & (pc.field("replication") == run.replication)
        & (case >= first)
        & (case < first + CASES)
    )


def _by_case(table: pa.Table) -> Iterator[list[Row]]:
    batches = table.to_batches(max_chunksize=BATCH)
    ordered = (row for batch in batches for row in _rows_of(batch))
    for _, trace in groupby(ordered, key=itemgetter("case")):
        yield list(trace)


def _rows_of(batch: pa.RecordBatch) -> Iterator[Row]:
    names = batch.schema.names
    for row in zip(*map(cells, batch.columns), strict=True):
        yield dict(zip(names, row, strict=True))
