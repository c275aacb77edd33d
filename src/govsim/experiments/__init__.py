"""Experiments: many replications of a scenario, what they came to, and how sure that is."""

from govsim.experiments.replications import Interrupted, WorkerDied, run
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
