"""The folder of a sweep, and reading it back.

``manifest.json`` says what was asked, ``points.parquet`` holds the points, ``blocks/`` what is
done so far. When all is done, everything stands in ``results.parquet``, in order: the same bytes
however many workers there were and however often they were interrupted.
"""

import json
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.experiments.blocks import DONE, FAILED, FOLDER, KEYS, Blocks, Span, schema_of
from govsim.experiments.experiment import Experiment, points_table
from govsim.experiments.files import (
    BESIDE,
    in_place_when_whole,
    read_whole,
    sync_folder,
    write_parts,
    write_text,
)
from govsim.experiments.manifest import FORMAT, Manifest, model_version, times, versions
from govsim.experiments.store import FIGURES, MANIFEST, MORE, SCENARIO, read_manifest, read_ours
from govsim.language import language, say

KIND = "sweep"
POINTS, RESULTS, EXPERIMENT = "points.parquet", "results.parquet", "experiment.yaml"
AT_ONCE = 10_000  # points made at a time
DAMAGES = (OSError, ValueError, pa.ArrowException)  # what reading a damaged file may raise


class SweepFolder:
    """The folder of one sweep, for the one process that writes it."""

    def __init__(self, folder: Path, experiment: Experiment) -> None:
        self.folder = folder
        self.experiment = experiment
        self.schema = schema_of(experiment.measures)
        self.blocks = Blocks(folder / FOLDER, self.schema)

    @property
    def tasks(self) -> int:
        """How many tasks there are: points times replications."""
        return self.experiment.count * self.experiment.replications

    @property
    def complete(self) -> bool:
        """Whether everything is done and in order."""
        manifest = read_manifest(self.folder)
        return bool(manifest and manifest["complete"]) and (self.folder / RESULTS).exists()

    def open(self, *, restart: bool) -> None:
        """Begin, or go on with what is there; raises InputError if that is something else."""
        manifest = read_manifest(self.folder)
        if manifest is None:
            self._claim()
        elif restart and manifest.get("kind") == KIND:
            self._clear()
            manifest = None
        else:
            self._check_same(manifest)
        self.blocks.folder.mkdir(parents=True, exist_ok=True)
        if manifest is None:
            self._write_beginning()
        self._check_results()
        self.blocks.clean()

    def finish(self, begun: Any) -> None:
        """Put all rows in order, then say that all is done, then clear what is not needed."""
        with in_place_when_whole(self.folder / RESULTS) as beside:
            write_parts(self.blocks.batches(), self.schema, beside)
        self._write_manifest({**self._manifest(complete=True), **times(begun)})
        shutil.rmtree(self.blocks.folder, ignore_errors=True)

    # ------------------------------------------------------------ beginning

    def _claim(self) -> None:
        ours = {MANIFEST, POINTS, EXPERIMENT, SCENARIO, FOLDER, ".running"}
        ours |= {name + BESIDE for name in ours}
        there = {entry.name for entry in self.folder.iterdir()}
        if there - ours:
            message = say("This is not a results folder of govsim. Give --out another folder.")
            raise InputError([Finding(str(self.folder), "", message)])
        shutil.rmtree(self.blocks.folder, ignore_errors=True)  # without a manifest it tells nothing

    def _clear(self) -> None:
        (self.folder / MANIFEST).unlink()
        sync_folder(self.folder)
        shutil.rmtree(self.blocks.folder, ignore_errors=True)
        for name in (RESULTS, POINTS, EXPERIMENT, SCENARIO, *MORE, *FIGURES):
            (self.folder / name).unlink(missing_ok=True)
        self.blocks = Blocks(self.folder / FOLDER, self.schema)

    def _check_same(self, manifest: Manifest) -> None:
        if manifest.get("kind") != KIND:
            message = say("This folder holds results of another kind. Give --out another folder.")
            raise InputError([Finding(str(self.folder), "", message)])
        asked = {**self.experiment.parts(), "model": model_version()}
        other = [name for name, digest in asked.items() if manifest["parts"].get(name) != digest]
        if not other and manifest["format"] == FORMAT:
            return
        message = say(
            "The rows in this folder were made otherwise: {what} changed since. Either go into a "
            "new folder with --into NEW, or throw these rows away with --restart.",
            what=", ".join(named_part(name) for name in other) or say("the format"),
        )
        raise InputError([Finding(str(self.folder), "", message)])

    def _write_beginning(self) -> None:
        experiment = self.experiment
        with in_place_when_whole(self.folder / POINTS) as beside:
            _write_points(experiment, beside)
        text = experiment.file.read_text(encoding="utf-8-sig")
        for name, content in ((EXPERIMENT, text), (SCENARIO, experiment.base.resolved_yaml())):
            with in_place_when_whole(self.folder / name) as beside:
                write_text(content, beside)
        self._write_manifest(self._manifest(complete=False))

    def _write_manifest(self, manifest: Manifest) -> None:
        with in_place_when_whole(self.folder / MANIFEST) as beside:
            write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", beside)

    def _manifest(self, *, complete: bool) -> Manifest:
        experiment = self.experiment
        return {
            "program": "govsim",
            "format": FORMAT,
            "kind": KIND,
            "complete": complete,
            "name": experiment.name,
            "name_zh": experiment.name_zh,
            "question": experiment.question,
            "question_zh": experiment.question_zh,
            "scenario": {"name": experiment.base.name, "name_zh": experiment.base.name_zh},
            "design": experiment.design,
            "points": experiment.count,
            "samples": experiment.samples,
            "replications": experiment.replications,
            "seed": experiment.seed,
            "levers": [_told(lever) for lever in experiment.levers],
            "uncertainties": [_told(factor) for factor in experiment.uncertainties],
            "left_out": list(experiment.left_out),
            "outcomes": [measure.name for measure in experiment.measures],
            "parts": {**experiment.parts(), "model": model_version()},
            "versions": versions(),
        }

    def _check_results(self) -> None:
        """A finished table that is damaged goes back to blocks, as far as it can be read."""
        path = self.folder / RESULTS
        if not path.exists():
            return
        try:
            whole = len(read_whole(path, columns=["point"])) == self.tasks
            for name in self.schema.names[1:]:
                read_whole(path, columns=[name])
        except DAMAGES:
            whole = False
        if not whole:
            warnings.warn(_damaged(path), RuntimeWarning, stacklevel=2)
            self._salvage(path)
            self._write_manifest(self._manifest(complete=False))
            path.unlink()

    def _salvage(self, path: Path) -> None:
        with ExitStack() as stack:
            stack.enter_context(suppress(*DAMAGES))
            file = stack.enter_context(pq.ParquetFile(path, page_checksum_verification=True))
            at = 0
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                with suppress(*DAMAGES):
                    self.blocks.add(Span(at, at + rows), file.read_row_group(group))
                at += rows


def named_part(name: str) -> str:
    """A part of what was asked, as a person calls it."""
    return {
        "scenario": say("the scenario"),
        "points": say("what is varied"),
        "outcomes": say("the outcomes"),
        "replications": say("the number of replications"),
        "seed": say("the seed"),
        "model": say("govsim itself (its rules, engines or KPIs)"),
    }[name]


def _damaged(path: Path) -> str:
    return say("{file} is damaged; what cannot be read is done again.", file=path)


def _told(factor: Any) -> dict[str, object]:
    facts = {"name": factor.name, "unit": factor.unit, "numeric": factor.numeric}
    if hasattr(factor, "values"):
        return {**facts, "values": list(factor.values)}
    ends = {"low": factor.low, "high": factor.high}
    return {**facts, **ends, "whole": factor.whole, "log": factor.log}


def _write_points(experiment: Experiment, path: Path) -> None:
    starts = range(0, experiment.count, AT_ONCE)
    parts = (points_table(experiment, at, min(at + AT_ONCE, experiment.count)) for at in starts)
    write_parts(parts, points_table(experiment, 0, 0).schema, path)


# ---------------------------------------------------------------- reading


@dataclass
class SweepResults:
    """A sweep's rows and points, finished or not. Nothing is read before it is asked for."""

    manifest: Manifest
    folder: Path
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The experiment's name in the language in use."""
        return str((language() == "zh" and self.manifest["name_zh"]) or self.manifest["name"])

    @property
    def question(self) -> str:
        """What it is to find out, in the language in use."""
        facts = self.manifest
        return str((language() == "zh" and facts["question_zh"]) or facts["question"])

    @property
    def complete(self) -> bool:
        """Whether every task is done."""
        return bool(self.manifest["complete"])

    @property
    def tasks(self) -> int:
        """Points times replications."""
        return int(self.manifest["points"]) * int(self.manifest["replications"])

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Columns of outcomes."""
        return tuple(self.manifest["outcomes"])

    @property
    def factors(self) -> tuple[str, ...]:
        """What was varied, levers first."""
        both = (*self.manifest["levers"], *self.manifest["uncertainties"])
        return tuple(factor["name"] for factor in both)

    @cached_property
    def points(self) -> pd.DataFrame:
        """point, sample, a column for each factor; indexed by point."""
        frame = self._points(["point", "sample", *self.factors])
        return frame.set_index("point", drop=False)

    @cached_property
    def settings(self) -> "pd.Series[list[str]]":
        """The settings of each point, as ``govsim.load(..., set=...)`` takes them."""
        column: pd.Series[list[str]] = self._points(["point", "settings"]).set_index("point")[
            "settings"
        ]
        return column

    def _points(self, columns: list[str]) -> pd.DataFrame:
        with _readable(self.folder / POINTS) as path:
            frame: pd.DataFrame = read_whole(path, columns=columns).to_pandas()
        return frame

    def arrow(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows in order, with these columns (all if not given), as an Arrow table.

        Columns: point, replication, status, reason, and one for each outcome.
        """
        wanted = list(columns) if columns is not None else None
        if (self.folder / RESULTS).exists():
            with _readable(self.folder / RESULTS) as path:
                return read_whole(path, columns=wanted)
        blocks = Blocks(self.folder / FOLDER, self._schema())
        with _readable(self.folder / FOLDER):
            parts = list(blocks.batches(wanted))
        schema = self._schema()
        if wanted is not None:
            schema = pa.schema([schema.field(name) for name in wanted])
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def rows(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The same as a data frame."""
        frame: pd.DataFrame = self.arrow(columns).to_pandas()
        return frame

    def table(self, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
        """Rows of finished tasks with the values of the factors beside the outcomes."""
        chosen = self.outcomes if outcomes is None else tuple(outcomes)
        rows = self.rows(["point", "replication", "status", *chosen])
        rows = rows[rows["status"] == DONE].drop(columns="status")
        return rows.join(self.points[["sample", *self.factors]], on="point")

    def status(self) -> dict[str, int]:
        """How many tasks are done, failed, missing."""
        column = self.arrow(["status"])["status"]
        done = pc.sum(pc.equal(column, DONE)).as_py() or 0
        failed = len(column) - done
        return {DONE: done, FAILED: failed, "missing": self.tasks - len(column)}

    def failures(self) -> pd.DataFrame:
        """point, replication, reason of every failed task."""
        table = self.arrow(["point", "replication", "status", "reason"])
        frame: pd.DataFrame = table.filter(pc.equal(table["status"], FAILED)).to_pandas()
        return frame.drop(columns="status")

    def missing(self) -> Iterator[tuple[int, int]]:
        """(point, replication) of every task that is not done yet."""
        if (self.folder / RESULTS).exists():
            return
        replications = int(self.manifest["replications"])
        for gap in Blocks(self.folder / FOLDER, self._schema()).missing(self.tasks):
            for number in range(gap.first, gap.after):
                yield divmod(number, replications)

    def _schema(self) -> pa.Schema:
        return pa.schema([*KEYS, *((name, pa.float64()) for name in self.outcomes)])


def open_sweep(folder: Path | str) -> SweepResults:
    """Read the folder of a sweep, finished or not.

    Raises:
        InputError: it holds none, or one from a version we cannot read.
    """
    path = Path(folder)
    manifest = read_ours(path)
    if manifest.get("kind") != KIND:
        message = say("There is no sweep in this folder.")
        raise InputError([Finding(str(path), "", message)])
    return SweepResults(manifest, path)


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    try:
        yield path
    except DAMAGES as error:
        message = say(
            "This file is missing or damaged. Give the same sweep command again: it mends it."
        )
        raise InputError([Finding(str(path), "", message)]) from error
