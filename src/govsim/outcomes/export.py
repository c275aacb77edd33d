"""Event logs for other tools: in a file that is whole or not there, packed if its name says so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from gzip import GzipFile
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.outcomes.events import COLUMNS
from govsim.outcomes.ocel import write_ocel
from govsim.outcomes.sheets import write_csv, write_prosimos
from govsim.outcomes.xes import write_xes


class Format(NamedTuple):
    """How files of a format end, and what writes an open Parquet event log into one."""

    ending: str
    write: Callable[[Any, TextIOWrapper], None]


FORMATS = {
    "csv": Format(".csv", write_csv),
    "xes": Format(".xes", write_xes),
    "ocel": Format(".jsonocel", write_ocel),
    "prosimos": Format(".prosimos.csv", write_prosimos),
}


def export_log(folder: Path | str, format: str = "csv", out: Path | str | None = None) -> Path:
    """Write the event log of a results folder for other tools.

    Args:
        folder: a results folder made with ``events=True``.
        format: ``csv``; ``xes`` (IEEE 1849 XES 1.0); ``ocel`` (OCEL 2.0 in JSON); ``prosimos``
            (CSV under the headings that Prosimos and Simod read).
        out: the file to write, packed if its name ends in ``.gz``; if not given one called
            ``events`` in the folder.

    Returns:
        The file written. It appears when it is complete, never half.

    Raises:
        InputError: unknown format, no event log in the folder or one of another version, or a file
            that cannot be written.
    """
    source = Path(folder) / "events.parquet"
    _check(source, format)
    ending, write = FORMATS[format]
    target = Path(out) if out is not None else source.with_suffix(ending)
    with pq.ParquetFile(source, pre_buffer=False) as log:  # or Arrow holds all of it, packed
        _check_columns(source, log)
        with _whole_file(target) as file:
            write(log, file)
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


def _check_columns(source: Path, log: Any) -> None:
    if not log.schema_arrow.equals(COLUMNS):
        message = say(
            "This event log is of another version of govsim. Run the scenario again with --events."
        )
        raise InputError([Finding(str(source), "", message)])


@contextmanager
def _whole_file(target: Path) -> Iterator[TextIOWrapper]:
    partial = target.with_name(f".{target.name}.partial")
    try:
        with _text_file(partial, packed=target.suffix == ".gz") as file:
            yield file
        partial.replace(target)
    except OSError as error:
        message = say("Cannot write this file: {reason}.", reason=error.strerror or str(error))
        raise InputError([Finding(str(target), "", message)]) from error
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _text_file(path: Path, *, packed: bool) -> Iterator[TextIOWrapper]:
    """A file for a text. A packed one holds no date and no name: same text, same bytes."""
    with (
        path.open("wb") as file,
        GzipFile("", "wb", fileobj=file, mtime=0) if packed else nullcontext(file) as binary,
        TextIOWrapper(binary, encoding="utf-8", newline="") as text,
    ):
        yield text
