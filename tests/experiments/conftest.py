"""Engines that need no time, for a scenario that needs no file."""

from pathlib import Path

import pytest
from toy_scenario import Toy

from govsim.experiments import replications
from govsim.experiments.work import ENGINES


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Toy:
    monkeypatch.setattr(replications, "compile_plan", lambda scenario, names: scenario.plan(names))
    for name in ("simulate", "dies", "dies_once", "interrupted", "endless", "loses_a_record"):
        monkeypatch.setitem(ENGINES, name, f"toy_engine:{name}")
    monkeypatch.setenv("TOY_FOLDER", str(tmp_path))
    return Toy()
