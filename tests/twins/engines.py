"""The two engines by name. The compiled one may not be there yet."""

from importlib import import_module

import pytest

from twins.compare import Simulate


def simulate_of(engine: str) -> Simulate:
    """``govsim.engines.<engine>.simulate``."""
    simulate: Simulate = import_module(f"govsim.engines.{engine}").simulate
    return simulate


def compiled_or_skip() -> Simulate:
    """The compiled engine; without it the tests that ask for it are skipped."""
    module = pytest.importorskip("govsim.engines.compiled")
    if not hasattr(module, "simulate"):
        pytest.skip("govsim.engines.compiled has no simulate yet")
    simulate: Simulate = module.simulate
    return simulate
