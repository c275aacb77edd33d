"""The compiled engine as plain Python (NUMBA_DISABLE_JIT=1): for coverage, and for debuggers."""

import warnings

import numba
import pytest

from govsim.engines import compiled
from twins.compare import first_difference, trace
from twins.mutants import Trial, trials

pytestmark = pytest.mark.skipif(
    not numba.config.DISABLE_JIT, reason="scripts/check runs these without the JIT"
)


@pytest.mark.parametrize("trial", trials() if numba.config.DISABLE_JIT else ())
def test_the_engine_runs_without_the_jit(trial: Trial) -> None:
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)  # as 64 bits do
    records, _ = trace(compiled.simulate, trial.plan, trial.seed, trial.replication)
    assert first_difference(trial.records, records) is None
