"""Machine code for a plain processor, without FMA, AVX2 and AVX-512, gives the same trace."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from engines.traces import plan_of
from govsim.engines import agents
from twins.compare import digest, trace

CODE = """
from engines.traces import plan_of
from govsim.engines import compiled
from twins.compare import digest, trace
plan = plan_of("horizon=60 d", policies=("night_visits",))
print(digest(trace(compiled.simulate, plan, 1, 0)[0]))
"""


@pytest.mark.slow
@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_a_processor_without_fma_and_avx_gives_the_same_trace(tmp_path: Path) -> None:
    plain = {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(tmp_path),
    }
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    found = subprocess.run(
        [sys.executable, "-c", CODE], env=os.environ | plain | {"PYTHONPATH": paths},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    plan = plan_of("horizon=60 d", policies=("night_visits",))
    assert found.stdout.strip() == digest(trace(agents.simulate, plan, 1, 0)[0])
