"""Whatever happens to a file, the answer is a scenario or a list of its mistakes."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from govsim.errors import InputError
from govsim.scenario import load
from longer import SEED, many
from scenario.mutations import HERE, SHIPPED, mutated


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutated")
    for path in [*SHIPPED, *HERE.glob("valid/*.yaml")]:
        shutil.copy(path, folder)
    return folder


@settings(
    max_examples=many(300, 20_000), deadline=None, derandomize=SEED == 0,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(content=mutated())
def test_a_damaged_file_gives_a_scenario_or_findings(content: bytes, folder: Path) -> None:
    file = folder / "damaged.yaml"
    file.write_bytes(content)
    try:
        scenario = load(file)
    except InputError as error:
        assert error.findings
        assert all(finding.message and finding.where for finding in error.findings)
    else:
        resolved = folder / "resolved.yaml"
        resolved.write_text(scenario.resolved_yaml(), encoding="utf-8")
        assert load(resolved).digest() == scenario.digest()


@settings(
    max_examples=many(200, 10_000), deadline=None, derandomize=SEED == 0,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(content=mutated())
def test_a_damaged_policy_file_gives_a_scenario_or_findings(content: bytes, folder: Path) -> None:
    file = folder / "policies.yaml"
    file.write_bytes(content)
    try:
        load(folder / "base.yaml", policies=[str(file)])
    except InputError as error:
        assert error.findings
