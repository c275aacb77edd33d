"""The event log as CSV: as it is, and as Prosimos and Simod read it."""

import csv
from collections.abc import Iterator
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from govsim.outcomes.events import About
from govsim.outcomes.traces import BATCH, cells

# What Prosimos calls the columns of a log.
PROSIMOS = {
    "case_id": "case_id",
    "activity": "activity",
    "enable_time": "enabled",
    "start_time": "started",
    "end_time": "finished",
    "resource": "resource",
}


def write_csv(log: Any, file: TextIO) -> None:
    """Write every row of an open Parquet event log, with all its columns."""
    names = log.schema_arrow.names
    _write(file, names, log.iter_batches(BATCH))


def write_prosimos(log: Any, file: TextIO) -> None:
    """Write what cadres did with cases and finished, under Prosimos's headings.

    Waits and the steps of a case that take no time are left out: nobody does them, and a simulation
    model found in them would need a cadre for each.
    """
    columns = [*PROSIMOS.values(), "kind"]
    batches = (_work(batch) for batch in log.iter_batches(BATCH, columns=columns))
    _write(file, list(PROSIMOS), batches)


def defused(text: str | None) -> str:
    """A cell that a spreadsheet shows and never runs: names come from whoever wrote the file."""
    if text is None:
        return ""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _work(batch: pa.RecordBatch) -> pa.RecordBatch:
    of_cases = pc.equal(batch["kind"], About.CASE.name.lower())
    by_somebody = pc.and_(pc.is_valid(batch["resource"]), pc.is_valid(batch["finished"]))
    return batch.filter(pc.and_(of_cases, by_somebody)).select(list(PROSIMOS.values()))


def _write(file: TextIO, headings: list[str], batches: Iterator[pa.RecordBatch]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(headings)
    for batch in batches:
        writer.writerows(zip(*(_texts(column) for column in batch.columns), strict=True))


def _texts(column: Any) -> list[object]:
    if pa.types.is_string(column.type):
        return [defused(text) for text in cells(column)]
    if pa.types.is_timestamp(column.type):
        return ["" if moment is None else moment.isoformat() for moment in cells(column)]
    return ["" if number in (None, -1) else number for number in cells(column)]
