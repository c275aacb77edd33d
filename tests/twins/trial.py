"""Run by ``mutants.py`` in a process of its own: does this package give the traces it must?"""

import pickle
import sys
from pathlib import Path

from twins.plainly import make_it_run

make_it_run()

import govsim  # noqa: E402
from govsim.engines.compiled import world  # noqa: E402
from twins.compare import Records, first_difference  # noqa: E402
from twins.engines import simulate_of  # noqa: E402
from twins.mutants import Trial  # noqa: E402

world.CHUNK = 256  # records that are handed on together: a difference is seen soon


class Caught(Exception):
    """Another trace."""


def look_at(engine: str, trial: Trial) -> None:
    """Raise at the first chunk that differs."""
    expected, seen = trial.records, 0

    def drain(chunk: Records) -> None:
        nonlocal seen
        until = seen + len(chunk)
        if first_difference(expected[seen:until], chunk) is not None:
            raise Caught
        seen = until

    simulate_of(engine)(trial.plan, trial.seed, trial.replication, drain)
    if seen != len(expected):
        raise Caught


def main() -> None:
    """Print SURVIVED or CAUGHT; raise what the engine raises."""
    file, folder = sys.argv[1:]
    assert Path(govsim.__file__).is_relative_to(folder), "this is not the mutant's package"
    engine, trials = pickle.loads(Path(file).read_bytes())
    for number, trial in enumerate(trials):
        try:
            look_at(engine, trial)
        except Caught:
            print(f"trial {number} of {len(trials)}", file=sys.stderr)
            print("CAUGHT")
            return
    print("SURVIVED")


if __name__ == "__main__":
    main()
