"""The one door to results on disk, whatever made them."""

from pathlib import Path

from govsim.decisions.folder import KINDS, Decision, open_decision
from govsim.experiments.results import Results, open_run
from govsim.experiments.store import read_ours
from govsim.experiments.sweep_store import KIND, SweepResults, open_sweep


def open_results(folder: Path | str) -> Results | SweepResults | Decision:
    """Read a results folder: of a run, a comparison, a sweep or a decision.

    Raises:
        InputError: it is none, or from a version we cannot read.
    """
    path = Path(folder)
    kind = read_ours(path).get("kind")
    if kind in KINDS:
        return open_decision(path)
    return open_sweep(path) if kind == KIND else open_run(path)
