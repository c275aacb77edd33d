"""Results on disk: a folder of Parquet files with a manifest that says how they were made.

Everything is first written to ``.partial`` inside the folder; then the files are put in place one
by one, the manifest last. A folder with a manifest is therefore whole, whatever was killed when.
The same run gives the same bytes in every Parquet file; what differs (times, workers) stands in
the manifest only. One run at a time writes into a folder; what is left of a killed one is cleared
by the next.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.experiments.alone import LOCK, alone_in, undisturbed
from govsim.language import LANGUAGES, say
from govsim.outcomes import Tables
from govsim.outcomes.events import COLUMNS as EVENT_COLUMNS

FORMAT = 1
MANIFEST = "manifest.json"
SCENARIO = "scenario.resolved.yaml"
EVENTS = "events.parquet"
TABLES = ("kpis.parquet", "series.parquet", "delays.parquet")
FIGURES = tuple(
    f"{name}.{lang}.{kind}"
    for name in ("figure", "lens")
    for lang in LANGUAGES
    for kind in ("png", "svg")
)
STAGE = ".partial"
OURS = (MANIFEST, SCENARIO, EVENTS, *TABLES, *FIGURES, STAGE, LOCK)
ROWS = 1 << 20  # rows of a Parquet row group

Manifest = dict[str, Any]


def default_folder(file: Path | str, policy_set: str) -> Path:
    """``results/district-night_visits`` for ``district.yaml``; the same run again replaces it."""
    return Path("results") / f"{Path(file).stem}-{policy_set}"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a results folder; None where there is none that we can read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("program") == "govsim"
    return manifest if ours else None


class Stage:
    """A results folder in the making. Use as a context: what is not published is removed.

    Raises:
        InputError: the folder holds something else, cannot be written, or another run is at it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.path = folder / STAGE
        self._held = ExitStack()
        _claim(folder, name)

    def __enter__(self) -> "Stage":
        with _clear_errors(self.folder), ExitStack() as held:
            held.callback(self._leave)
            held.enter_context(alone_in(self.folder))
            shutil.rmtree(self.path, ignore_errors=True)
            held.callback(shutil.rmtree, self.path, ignore_errors=True)
            (self.path / "events").mkdir(parents=True)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _leave(self) -> None:
        with suppress(OSError):  # not empty, or not there
            self.folder.rmdir()

    @property
    def events(self) -> Path:
        """The folder for the event logs of single replications."""
        return self.path / "events"

    def publish(
        self, tables: Tables, scenario: str, manifest: Manifest, logs: Iterable[Path] | None
    ) -> Path:
        """Write everything and put it in place. Returns the folder it is in.

        An incomplete result never replaces a complete one: it goes to ``...-interrupted``.
        Whoever presses Ctrl-C meanwhile is not heard: what was simulated is not thrown away.
        """
        with _clear_errors(self.folder), undisturbed():
            for name, table in zip(TABLES, tables, strict=True):
                _write_table(table, self.path / name)
            if logs is not None:
                _join_logs(logs, self.path / EVENTS)
            _write_text(scenario, self.path / SCENARIO)
            text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
            _write_text(text, self.path / MANIFEST)
            target = self._target(manifest)
            _put_in_place(self.path, target)
        return target

    def _target(self, manifest: Manifest) -> Path:
        earlier = read_manifest(self.folder)
        if manifest["complete"] or earlier is None or not earlier["complete"]:
            return self.folder
        beside = self.folder.with_name(f"{self.folder.name}-interrupted")
        _claim(beside, manifest["scenario"]["name"])
        beside.mkdir(exist_ok=True)
        return beside


def _claim(folder: Path, name: str) -> None:
    """Make sure that nothing but our own results of this scenario can be replaced."""
    if not _is_text(folder):
        message = say("The name of this folder is not valid text. Give --out another folder.")
        raise InputError([Finding(str(folder), "", message)])
    if not folder.exists() or not _foreign(folder):
        return
    manifest = read_manifest(folder)
    if manifest is None:
        message = say("This is not a results folder of govsim. Give --out another folder.")
    elif manifest["scenario"]["name"] != name:
        message = say(
            "This folder holds the results of another scenario, {name}. Give --out another "
            "folder, or delete this one.",
            name=repr(manifest["scenario"]["name"]),
        )
    else:
        return
    raise InputError([Finding(str(folder), "", message)])


def _is_text(path: Path) -> bool:
    """Parquet's library takes no name that is not UTF-8, though the system may."""
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in str(path))


def _foreign(folder: Path) -> bool:
    """Whether a folder holds more than the leavings of a run that was killed while publishing."""
    if not folder.is_dir():
        return True
    names = {entry.name for entry in folder.iterdir()}
    return MANIFEST in names or bool(names - set(OURS))


@contextmanager
def adding_to(folder: Path) -> Iterator[Path]:
    """A place for files that join a finished result: all of them at the end, or none.

    Raises:
        InputError: they cannot be written.
    """
    stage = folder / STAGE
    with _clear_errors(folder), alone_in(folder):
        stage.mkdir(exist_ok=True)
        try:
            yield stage
            with undisturbed():
                for file in sorted(stage.iterdir()):
                    os.replace(file, folder / file.name)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _put_in_place(stage: Path, target: Path) -> None:
    # Without its manifest the folder does not count as a result while files change.
    (target / MANIFEST).unlink(missing_ok=True)
    for name in (EVENTS, SCENARIO, *TABLES, *FIGURES, MANIFEST):
        if (stage / name).exists():
            os.replace(stage / name, target / name)
        else:
            (target / name).unlink(missing_ok=True)
    _sync_folder(target)


def _write_table(table: pa.Table, path: Path) -> None:
    with _writer(path, table.schema) as writer:
        writer.write_table(table, row_group_size=ROWS)
    _sync(path)


def _join_logs(logs: Iterable[Path], path: Path) -> None:
    """The event logs of the replications, one after another, row group by row group."""
    with _writer(path, EVENT_COLUMNS) as writer:
        for log in logs:
            with pq.ParquetFile(log) as part:
                for group in range(part.num_row_groups):
                    writer.write_table(part.read_row_group(group), row_group_size=ROWS)
    _sync(path)


def _writer(path: Path, schema: pa.Schema) -> Any:
    # Every option that shapes the bytes is fixed here, whatever a library's default becomes.
    return pq.ParquetWriter(
        path,
        schema,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
    )


def _write_text(text: str, path: Path) -> None:
    # A file's name on the command line need not be text at all.
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    _sync(path)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _clear_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        message = say("The results cannot be written here: {reason}.", reason=reason)
        raise InputError([Finding(str(folder), "", message)]) from error
