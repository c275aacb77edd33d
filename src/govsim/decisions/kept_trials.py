"""What trials came to, kept: one row for an arm and a replication, safe as soon as it is written.

The folder holds parts with rows, each there whole or not at all, and ``trials.json`` that says what
they were made with; rows that were made otherwise are thrown away.
"""

import json
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from govsim.experiments.files import (
    BESIDE,
    clear_errors,
    in_place_when_whole,
    read_whole,
    write_table,
    write_text,
)

EVERY = 1.0  # seconds between two parts
GROUND = "trials.json"
DONE, FAILED = "done", "failed"
KEYS = (("arm", pa.string()), ("replication", pa.int32()), ("reason", pa.string()))


class Trial(NamedTuple):
    """What one replication of an arm came to."""

    values: tuple[float, ...]  # NaN where nothing could be measured, or it failed
    reason: str = ""  # why it failed


class KeptTrials:
    """Trials by arm and replication, in memory and, if there is a folder, on the disk."""

    def __init__(self, folder: Path | None, ground: str, names: tuple[str, ...]) -> None:
        self._folder = folder
        self._schema = pa.schema([*KEYS, *((name, pa.float64()) for name in names)])
        self._trials: dict[tuple[str, int], Trial] = {}
        self._waiting: dict[tuple[str, int], Trial] = {}
        self._since = time.monotonic()
        if folder is not None:
            with clear_errors(folder):
                self._open(folder, ground)

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._trials

    def __getitem__(self, key: tuple[str, int]) -> Trial:
        return self._trials[key]

    def __len__(self) -> int:
        return len(self._trials)

    def keep(self, arm: str, replication: int, trial: Trial) -> None:
        """Take in a trial; now and then all that came in is written."""
        self._trials[arm, replication] = self._waiting[arm, replication] = trial
        if time.monotonic() - self._since > EVERY:
            self.flush()

    def flush(self) -> None:
        """Write what has come in since the last part."""
        self._since = time.monotonic()
        if self._folder is None or not self._waiting:
            return
        with clear_errors(self._folder):
            self._write(self._waiting, 1 + max(map(_number, self._parts()), default=-1))
        self._waiting = {}

    def close(self) -> None:
        """Write what is missing, and all as one part."""
        self.flush()
        if self._folder is None:
            return
        parts = self._parts()
        if [part.stem for part in parts] not in ([], ["000000"]):
            with clear_errors(self._folder):
                self._write(self._trials, 0)
                for part in parts:
                    if _number(part) != 0:
                        part.unlink()

    def table(self) -> pa.Table:
        """All trials in order: arm, replication, reason (empty unless it failed), the outcomes."""
        return self._table(self._trials)

    # ------------------------------------------------------------ on the disk

    def _open(self, folder: Path, ground: str) -> None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            if json.loads((folder / GROUND).read_text(encoding="utf-8"))["ground"] == ground:
                self._take_up()
                return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_text(json.dumps({"ground": ground}) + "\n", folder / GROUND)

    def _take_up(self) -> None:
        assert self._folder is not None
        for leaving in self._folder.glob(f"*{BESIDE}"):
            leaving.unlink()
        for part in self._parts():
            try:
                table = read_whole(part)
                if table.schema != self._schema:
                    raise ValueError("other columns")
            except (OSError, ValueError, pa.ArrowException):
                part.unlink()  # its trials are done again
                continue
            self._enter(table)

    def _enter(self, table: pa.Table) -> None:
        columns = [column.to_pylist() for column in table.columns]
        for arm, replication, reason, *values in zip(*columns, strict=True):
            self._trials[arm, replication] = Trial(tuple(values), reason)

    def _parts(self) -> list[Path]:
        return sorted(self._folder.glob("*.parquet")) if self._folder else []

    def _write(self, trials: dict[tuple[str, int], Trial], number: int) -> None:
        assert self._folder is not None
        with in_place_when_whole(self._folder / f"{number:06d}.parquet") as beside:
            write_table(self._table(trials), beside)

    def _table(self, trials: dict[tuple[str, int], Trial]) -> pa.Table:
        keys = sorted(trials)
        rows = [(*key, trials[key].reason, *trials[key].values) for key in keys]
        columns = list(zip(*rows, strict=True)) or [()] * len(self._schema)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, self._schema, strict=True)]
        return pa.Table.from_arrays(arrays, schema=self._schema)


def _number(part: Path) -> int:
    return int(part.stem)
