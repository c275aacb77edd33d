"""Results on disk: a folder of Parquet files with a manifest that says how they were made.

Finished replications are kept in ``.partial`` inside the folder (``kept``). When all are done,
everything is written there once more, in order; then the files are put in place one by one, the
manifest last. A folder with a manifest is therefore whole, whatever was killed when.
The same run gives the same bytes in every Parquet file; what differs (times, workers) stands in
the manifest only. One run at a time writes into a folder; what a killed or interrupted one has
finished is taken up by the next one that asks the same, and cleared by any other.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.experiments.alone import LOCK, alone_in, undisturbed
from govsim.experiments.files import Parts, clear_errors, sync_folder, write_text
from govsim.experiments.kept import Finished, InMemory, OnDisk, write_all
from govsim.experiments.manifest import FORMAT, Manifest
from govsim.language import LANGUAGES, say
from govsim.outcomes import Tables
from govsim.outcomes.events import COLUMNS as EVENT_COLUMNS

MANIFEST = "manifest.json"
SCENARIO = "scenario.resolved.yaml"
EVENTS = "events.parquet"
TABLES = ("kpis.parquet", "series.parquet", "delays.parquet")
FIGURES = tuple(
    f"{name}.{lang}.{kind}"
    for name in (
        "figure",
        "lens",
        "comparison",
        "warmup",
        "forecast",
        "sweep",
        "sensitivity",
        "interactions",
        "discovery",
        "regret",
    )
    for lang in LANGUAGES
    for kind in ("png", "svg")
)
MORE = (
    "comparison.parquet",
    "histories.parquet",
    "endings.parquet",
    "forecast.parquet",
    "sensitivity.parquet",
    "sensitivity.json",
    "discovery.json",
    "discovery.parquet",
)
STAGE = ".partial"
KEPT, NEW = "kept", "new"  # within it: finished replications, and files about to be put in place
OURS = (MANIFEST, SCENARIO, EVENTS, *TABLES, *MORE, *FIGURES, STAGE, LOCK)


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


def read_ours(folder: Path) -> Manifest:
    """The manifest of a results folder.

    Raises:
        InputError: there is none, or it is from a version we cannot read.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        message = say("This is not a results folder of govsim.")
        raise InputError([Finding(str(folder), "", message)])
    if manifest["format"] != FORMAT:
        message = say(
            "These results have format {found}; this version of govsim reads format {ours}.",
            found=manifest["format"],
            ours=FORMAT,
        )
        raise InputError([Finding(str(folder), "", message)])
    return manifest


class Stage:
    """A results folder in the making. Use as a context: what was not published but finished stays
    there for the same job to go on with, and everything else is removed.

    Raises:
        InputError: the folder holds something else, cannot be written, or another run is at it.
    """

    def __init__(self, folder: Path, name: str, job: str) -> None:
        self.folder = folder
        self.path = folder / STAGE
        self._job = job
        self._whole = False
        self.finished: Finished = InMemory()
        self._held = ExitStack()
        _claim(folder, name)

    def __enter__(self) -> "Stage":
        with clear_errors(self.folder), ExitStack() as held:
            held.callback(self._leave)
            held.enter_context(alone_in(self.folder))
            held.callback(self._clear)
            self.path.mkdir(exist_ok=True)
            self.finished = OnDisk(self.path / KEPT, self._job)
            if not self.finished.tasks():
                self._remove_all_but(KEPT)
            for folder in (self.events, self.beside):
                folder.mkdir(exist_ok=True)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _clear(self) -> None:
        with suppress(InputError), clear_errors(self.folder):
            self.finished.flush()
        if self._whole or not self.finished.tasks():
            shutil.rmtree(self.path, ignore_errors=True)

    def _remove_all_but(self, name: str) -> None:
        for entry in self.path.iterdir():
            if entry.is_dir() and entry.name != name:
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != name:
                entry.unlink(missing_ok=True)

    def _leave(self) -> None:
        with suppress(OSError):  # not empty, or not there
            self.folder.rmdir()

    @property
    def events(self) -> Path:
        """The folder for the event logs of single replications."""
        return self.path / "events"

    @property
    def beside(self) -> Path:
        """A folder for whatever else workers leave."""
        return self.path / "beside"

    def publish(
        self,
        tables: Iterable[Tables],
        scenario: str,
        manifest: Manifest,
        logs: Iterable[Path] | None,
        extras: Callable[[Path], None],
    ) -> Path:
        """Write everything and put it in place. Returns the folder it is in.

        An incomplete result never replaces a complete one: it goes to ``...-interrupted``.
        Whoever presses Ctrl-C meanwhile is not heard: what was simulated is not thrown away.
        """
        new = self.path / NEW
        with clear_errors(self.folder), undisturbed():
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir()
            write_all(tables, new)
            if logs is not None:
                _join_logs(logs, new / EVENTS)
            write_text(scenario, new / SCENARIO)
            extras(new)
            text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
            write_text(text, new / MANIFEST)
            target = self._target(manifest)
            _put_in_place(new, target)
            self._whole = manifest["complete"]
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
    with clear_errors(folder), alone_in(folder):
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
    for name in (EVENTS, SCENARIO, *TABLES, *MORE, *FIGURES, MANIFEST):
        if (stage / name).exists():
            os.replace(stage / name, target / name)
        else:
            (target / name).unlink(missing_ok=True)
    sync_folder(target)


def _join_logs(logs: Iterable[Path], path: Path) -> None:
    """The event logs of the replications, one after another, row group by row group."""
    with Parts(path, EVENT_COLUMNS) as parts:
        for log in logs:
            with pq.ParquetFile(log) as part:
                for group in range(part.num_row_groups):
                    parts.add(part.read_row_group(group))
