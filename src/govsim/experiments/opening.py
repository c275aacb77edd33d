"""The one door to results on disk, whatever made them."""

from pathlib import Path

from govsim.experiments.results import Results, open_run
from govsim.experiments.store import read_ours
from govsim.experiments.sweep_store import KIND, SweepResults, open_sweep


def open_results(folder: Path | str) -> Results | SweepResults:
    """Read a results folder: of a run, a comparison or a sweep.

    Raises:
        InputError: it is none, or from a version we cannot read.
    """
    path = Path(folder)
    return open_sweep(path) if read_ours(path).get("kind") == KIND else open_run(path)
