"""Event logs for other tools: CSV, and XES for process mining."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.outcomes.xes import write_xes

FORMATS = ("csv", "xes")
BATCH = 16_384


def export_log(folder: Path | str, format: str = "csv", out: Path | str | None = None) -> Path:
    """Write the event log of a results folder for other tools.

    Args:
        folder: a results folder made with ``events=True``.
        format: ``csv`` or ``xes`` (IEEE 1849 XES 1.0).
        out: the file to write; ``events.csv`` or ``events.xes`` in the folder by default.

    Returns:
        The file written. It appears when it is complete, never half.

    Raises:
        InputError: unknown format, no event log in the folder, or a file that cannot be written.
    """
    source = Path(folder) / "events.parquet"
    _check(source, format)
    target = Path(out) if out is not None else source.with_suffix(f".{format}")
    with pq.ParquetFile(source) as log, _whole_file(target) as file:
        if format == "csv":
            _write_csv(log, file)
        else:
            write_xes(log, file)
    return target


def _check(source: Path, format: str) -> None:
    if format not in FORMATS:
        message = say(
            "{format} is not a format we write; use one of {formats}.",
            format=repr(format),
            formats=", ".join(FORMATS),
        )
        raise InputError([Finding("--format", "", message)])
    if not source.is_file():
        message = say("There is no event log here. Run the scenario again with --events.")
        raise InputError([Finding(str(source.parent), "", message)])


@contextmanager
def _whole_file(target: Path) -> Iterator[TextIOWrapper]:
    partial = target.with_name(f".{target.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
        partial.replace(target)
    except OSError as error:
        message = say("Cannot write this file: {reason}.", reason=error.strerror or str(error))
        raise InputError([Finding(str(target), "", message)]) from error
    finally:
        partial.unlink(missing_ok=True)


def _write_csv(log: Any, file: TextIOWrapper) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(log.schema_arrow.names)
    for batch in log.iter_batches(BATCH):
        writer.writerows(zip(*(_cells(column) for column in batch.columns), strict=True))


def _cells(column: Any) -> list[object]:
    if pa.types.is_string(column.type):
        return [defused(text) for text in column.to_pylist()]
    if pa.types.is_timestamp(column.type):
        return [moment.isoformat(sep=" ") for moment in column.to_pylist()]
    return ["" if number == -1 else number for number in column.to_pylist()]


def defused(text: str | None) -> str:
    """A cell that a spreadsheet shows and never runs: names come from whoever wrote the file."""
    if text is None:
        return ""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
