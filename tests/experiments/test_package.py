import subprocess
import sys
import time

import pytest

import govsim


def test_a_bare_import_is_light() -> None:
    code = (
        "import sys, govsim; "
        "heavy = {'numpy', 'pydantic', 'pandas', 'pyarrow', 'scipy', 'simpy', 'yaml'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    assert time.perf_counter() - begun < 5.0  # itself 1 ms; the rest is Python on a busy machine


def test_the_public_names() -> None:
    from govsim.decisions.opening import open_results
    from govsim.experiments import run
    from govsim.scenario import load

    assert (govsim.load, govsim.run, govsim.open_results) == (load, run, open_results)
    assert {"load", "run", "open_results", "__version__"} <= set(dir(govsim))
    with pytest.raises(AttributeError, match="has no attribute 'runs'"):
        _ = govsim.runs
