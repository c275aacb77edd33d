"""What is written from the models: the reference page and the editors' schema."""

from pathlib import Path

import jsonschema
import pytest

from govsim.scenario import json_schema
from govsim.scenario.layers import defaults
from govsim.scenario.provenance import leaves, plain
from govsim.scenario.reading import read_file
from govsim.scenario.reference import reference
from scenario.mutations import DEFAULTS, HERE, SHIPPED

PAGE = HERE.parent.parent / "docs" / "scenario.md"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_reference_page_is_up_to_date() -> None:
    text = "write it anew: python -m govsim.scenario.reference > docs/scenario.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), text


def test_the_reference_page_names_every_key() -> None:
    page = reference()
    for path, _ in leaves(defaults()):
        block = [name for name in path if not name.isdecimal()]
        assert block[-1] in page


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "path", [*SHIPPED, DEFAULTS, *sorted(HERE.glob("valid/*.yaml"))], ids=lambda path: path.stem
)
def test_scenarios_fit_the_schema(path: Path) -> None:
    node, findings = read_file(path)
    assert not findings
    assert not list(VALIDATOR.iter_errors(plain(node)))


@pytest.mark.parametrize(
    "name", ["unknown_top_key", "unknown_key_near", "choice_misspelt", "evidence_misspelt"]
)
def test_the_schema_sees_plain_mistakes(name: str) -> None:
    (path,) = HERE.glob(f"invalid/*_{name}.yaml")
    node, _ = read_file(path)
    assert list(VALIDATOR.iter_errors(plain(node)))
