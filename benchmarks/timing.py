"""CPU time, interleaved: what is compared takes turns, so that a drift of the machine hits all."""

import gc
import time
from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

Found = TypeVar("Found")


class Timed(NamedTuple, Generic[Found]):
    """CPU seconds of a run, and what it returned."""

    seconds: float
    found: Found


def timed(run: Callable[[int], Found], seed: int) -> Timed[Found]:
    gc.collect()  # not the last run's garbage
    begun = time.process_time()
    found = run(seed)
    return Timed(time.process_time() - begun, found)


def in_turns(
    runs: Mapping[str, Callable[[int], Found]], rounds: int, first_seed: int = 1
) -> dict[str, list[Timed[Found]]]:
    """So many rounds, in each of which every run has its turn, with the round's seed."""
    results: dict[str, list[Timed[Found]]] = {name: [] for name in runs}
    for seed in range(first_seed, first_seed + rounds):
        for name, run in runs.items():
            results[name].append(timed(run, seed))
    return results
