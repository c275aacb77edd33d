"""What is written from the models: the reference pages and the editors' schema."""

import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from govsim.language import LANGUAGES, speaking
from govsim.scenario import json_schema
from govsim.scenario.layers import defaults
from govsim.scenario.policies import KIND_NAMES
from govsim.scenario.provenance import leaves, plain
from govsim.scenario.reading import read_file
from govsim.scenario.reference import page
from scenario.mutations import DEFAULTS, HERE, SHIPPED

DOCS = HERE.parent.parent / "docs"
PAGES = {"en": DOCS / "scenario.md", "zh": DOCS / "scenario.zh-CN.md"}
VALIDATOR = jsonschema.Draft202012Validator(json_schema())

# Columns that are quoted: keys, values, and what the authors of the values wrote.
QUOTED = {"key", "distribution", "parameters", "default of", "default", "value", "source", "或"}
FIRST_HEADS = {"to write", "distribution", "key", "default of"}  # they begin a table
CODE = re.compile(r"`[^`]*`")
ENGLISH = re.compile(r"\b(?:an?|the|of|to|in|and|or|each|is|are|at|by|for|with|that|from|if)\b")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reference_page_is_up_to_date(lang: str) -> None:
    text = f"write it anew: python -m govsim.scenario.reference {lang} > {PAGES[lang]}"
    with speaking(lang):
        assert PAGES[lang].read_text(encoding="utf-8") == page(), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reference_page_names_every_key(lang: str) -> None:
    written = PAGES[lang].read_text("utf-8")
    for path, _ in leaves(defaults()):
        block = [name for name in path if not name.isdecimal()]
        assert block[-1] in written


def prose(written: str) -> Iterator[str]:
    """The lines outside tables and headings, without what stands between backticks."""
    for line in written.splitlines():
        if line and not line.startswith(("|", "## ", "[")):
            yield CODE.sub("", line)


def rows(written: str) -> Iterator[list[str]]:
    """The lines of all tables, heads included."""
    for line in written.splitlines():
        if line.startswith("|") and not line.startswith(("| ---", "|---")):
            yield [cell.strip() for cell in line[1:-1].split("|")]


def in_both_languages() -> Iterator[tuple[str, str]]:
    """Each head and each cell in English and in Chinese, but for the columns that are quoted."""
    english, chinese = (rows(PAGES[lang].read_text("utf-8")) for lang in LANGUAGES)
    heads: list[str] = []
    for one, other in zip(english, chinese, strict=True):
        if one[0] in FIRST_HEADS:
            heads = one
            yield from zip(one, other, strict=True)
        for head, *cells in zip(heads, one, other, strict=True):
            if head not in QUOTED:
                yield cells[0], cells[1]


def test_no_line_of_the_chinese_page_is_in_english() -> None:
    english, chinese = (set(prose(PAGES[lang].read_text("utf-8"))) for lang in LANGUAGES)
    assert {line for line in english & chinese if line.strip(" 。")} == set()
    assert [line for line in chinese if ENGLISH.search(line)] == []


def test_no_cell_of_the_chinese_page_is_in_english() -> None:
    pairs = {(one, CODE.sub("", other)) for one, other in in_both_languages()}
    assert len(pairs) > 400
    assert {other for _, other in pairs if ENGLISH.search(other)} == set()
    assert {one for one, other in pairs if one == other} - {"", "1", "或", *KIND_NAMES} == set()


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
