"""Experiments: many replications of a scenario, what they came to, and how sure that is."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govsim.experiments.pool import WorkerDied
    from govsim.experiments.replications import Interrupted, run
    from govsim.experiments.results import Results, open_results
    from govsim.experiments.sentence import what_stands_out
    from govsim.experiments.store import default_folder

__all__ = [
    "Interrupted",
    "Results",
    "WorkerDied",
    "default_folder",
    "open_results",
    "run",
    "what_stands_out",
]

# Loaded when first used: worker processes import this package too, and need a part of it only.
_HOMES = {
    "Interrupted": "replications",
    "Results": "results",
    "WorkerDied": "pool",
    "default_folder": "store",
    "open_results": "results",
    "run": "replications",
    "what_stands_out": "sentence",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
