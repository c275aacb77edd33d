"""Run by ``mutants.py`` in a process of its own: does this package give the traces it must?"""

import pickle
import sys
from pathlib import Path

from twins.plainly import make_it_run

make_it_run()

import govsim  # noqa: E402
from twins.compare import digest, trace  # noqa: E402
from twins.engines import simulate_of  # noqa: E402


def main() -> None:
    """Print SURVIVED or CAUGHT; raise what the engine raises."""
    file, folder = sys.argv[1:]
    assert Path(govsim.__file__).is_relative_to(folder), "this is not the mutant's package"
    engine, trials = pickle.loads(Path(file).read_bytes())
    for trial in trials:
        found = trace(simulate_of(engine), trial.plan, trial.seed, trial.replication)[0]
        if digest(found) != trial.digest:
            print("CAUGHT")
            return
    print("SURVIVED")


if __name__ == "__main__":
    main()
