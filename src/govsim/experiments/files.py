"""Files that are there whole or not at all, and Parquet that is the same bytes every time."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.language import say

ROWS = 1 << 18  # rows of a Parquet row group
BESIDE = ".new"  # what a file is called until it is whole


@contextmanager
def clear_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says about a folder into a sentence about it.

    Raises:
        InputError: a disk that is full, a folder that cannot be written.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        message = say("The results cannot be written here: {reason}.", reason=reason)
        raise InputError([Finding(str(folder), "", message)]) from error


@contextmanager
def in_place_when_whole(path: Path) -> Iterator[Path]:
    """A name to write a file under; it gets its own when it is whole and on the disk."""
    beside = path.with_name(path.name + BESIDE)
    try:
        yield beside
        sync(beside)
        os.replace(beside, path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def write_text(text: str, path: Path) -> None:
    """A text file, on the disk. What is no text (a file's name need not be) is replaced."""
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    sync(path)


def sync(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def parquet_writer(path: Path, schema: pa.Schema) -> Any:
    """A writer of which every option that shapes the bytes is fixed, whatever a library's
    defaults become. Pages carry checksums, so that a damaged one is noticed.
    """
    return pq.ParquetWriter(
        path,
        schema,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        write_page_checksum=True,
    )


class Parts:
    """Tables below one another as one file; how they were cut leaves no trace in its bytes.

    Use as a context; the file is on the disk when it is left.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._writer = parquet_writer(path, schema)
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._rows:
            self._write(pa.concat_tables(self._waiting))
        self._writer.close()
        if kind is None:
            sync(self._path)

    def add(self, part: pa.Table) -> None:
        """Some more rows."""
        self._waiting.append(part)
        self._rows += part.num_rows
        while self._rows >= ROWS:
            table = pa.concat_tables(self._waiting)
            self._write(table.slice(0, ROWS))
            self._waiting = [table.slice(ROWS)]
            self._rows -= ROWS

    def _write(self, table: pa.Table) -> None:
        self._writer.write_table(table.combine_chunks(), row_group_size=ROWS)


def write_parts(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Some tables below one another as a file."""
    with Parts(path, schema) as parts:
        for table in tables:
            parts.add(table)


def write_table(table: pa.Table, path: Path) -> None:
    """One table as a file."""
    write_parts([table], table.schema, path)


def read_whole(path: Path, **options: Any) -> pa.Table:
    """A Parquet file, every page checked. Raises OSError or pa.ArrowException if damaged."""
    return pq.read_table(path, page_checksum_verification=True, **options)
