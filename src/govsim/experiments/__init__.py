"""Experiments: many replications of a scenario, what they came to, and how sure that is."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govsim.experiments.comparing import compare
    from govsim.experiments.experiment_reading import read_experiment
    from govsim.experiments.job import Interrupted
    from govsim.experiments.lens import Lens, look
    from govsim.experiments.pool import WorkerDied
    from govsim.experiments.replications import run
    from govsim.experiments.results import Results, check_event_log, open_run
    from govsim.experiments.store import adding_to, default_folder
    from govsim.experiments.sweep_store import SweepResults
    from govsim.experiments.sweeping import sweep

__all__ = [
    "Interrupted",
    "Lens",
    "Results",
    "SweepResults",
    "WorkerDied",
    "adding_to",
    "check_event_log",
    "compare",
    "default_folder",
    "look",
    "open_run",
    "read_experiment",
    "run",
    "sweep",
]

# Loaded when first used: worker processes import this package too, and need a part of it only.
_HOMES = {
    "Interrupted": "job",
    "Lens": "lens",
    "Results": "results",
    "SweepResults": "sweep_store",
    "WorkerDied": "pool",
    "adding_to": "store",
    "check_event_log": "results",
    "compare": "comparing",
    "default_folder": "store",
    "look": "lens",
    "open_run": "results",
    "read_experiment": "experiment_reading",
    "run": "replications",
    "sweep": "sweeping",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
