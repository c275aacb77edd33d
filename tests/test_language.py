"""The Chinese catalogue holds exactly what the program says, field for field, glyph for glyph."""

import ast
import string
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command

from govsim import cli
from govsim.language import LANGUAGES, language, print_page, say, speaking
from govsim.outcomes import KPIS
from govsim.outcomes.bases import BASES
from govsim.outcomes.formulas import LENS, YARDSTICKS
from govsim.report import style
from govsim.scenario import Scenario
from govsim.scenario.evidence import GRADES
from govsim.scenario.kinds import Kind
from govsim.scenario.policies import KINDS

SOURCES = Path(__file__).parent.parent / "src" / "govsim"
CATALOGUE = files("govsim") / "locale" / "zh_CN.po"


def said_in(tree: ast.Module) -> Iterator[str | ast.Call]:
    """Texts given to ``say`` in a module; the call itself where no literal can be found."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say":
            homes = [f for f in functions if call in ast.walk(f)]
            found = list(literals(call.args[0], [*homes[::-1], tree]))
            yield from found or [call]


def literals(node: ast.expr, homes: list[ast.AST]) -> Iterator[str]:
    """The texts an expression can be: literals, choices of them, names assigned to them."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from literals(one, homes)
            yield from literals(other, homes)
        case ast.Name(id=name):
            for home in homes:
                values = [
                    a.value
                    for a in ast.walk(home)
                    if isinstance(a, ast.Assign)
                    and name in {getattr(t, "id", "") for t in a.targets}
                ]
                if values:
                    for value in values:
                        yield from literals(value, homes)
                    return
        case ast.Subscript(value=table) | ast.Call(func=ast.Attribute(value=table, attr="get")):
            yield from literals(table, homes)
        case ast.Dict(values=values):
            for value in values:
                yield from literals(value, homes)


def fields_of_scenarios() -> Iterator[FieldInfo]:
    """Every key of a scenario file, as the schema knows it."""
    kinds: list[type[BaseModel]] = [Scenario, *BaseModel.__subclasses__()]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith("govsim."):
            yield from kind.model_fields.values()


def descriptions() -> set[str]:
    """What the schema says about each key of a scenario file."""
    return {field.description or "" for field in fields_of_scenarios()}


def kinds_of_values() -> Iterator[Kind]:
    """What a key of a scenario file may hold, by itself or in a list or under names."""
    inner: list[object] = []
    for field in fields_of_scenarios():
        inner += [*field.metadata, field.annotation]
    while inner:
        item = inner.pop()
        if isinstance(item, Kind):
            yield item
        inner += [*get_args(item), *getattr(item, "__metadata__", ())]


def help_texts() -> set[str]:
    """What ``--help`` says of verbs and options."""
    everything: Any = get_command(cli.app)
    verbs = [everything, *everything.commands.values()]
    found = {getattr(param, "help", "") for verb in verbs for param in verb.params}
    return {*(found - {None}), *(verb.help for verb in verbs), "Show this message and exit."}


# Texts that are said through a variable: the expression in the code -> what it can be.
KPI_LABELS = {kpi.label for kpi in KPIS.values()}
POLICY_TEXTS = {
    f"kind.{name}": {getattr(kind, name) for kind in KINDS}
    for name in ("TITLE", "SUMMARY", "MECHANISM", "COSTS")
}
BASIS_TEXTS = {
    f"{basis}.{name}": {getattr(each, name) for each in BASES}
    for basis in ("b", "basis", "kpi.basis")
    for name in ("name", "who", "by_when", "too_short")
}
BY_VARIABLE = {
    **POLICY_TEXTS,
    **BASIS_TEXTS,
    "help_text": help_texts(),
    "effect": {effect for kind in KINDS for effect in kind.SIDE_EFFECTS},
    "kpi.label": KPI_LABELS,
    "KPIS[kpi].label": KPI_LABELS,
    "kpi.recorded": {kpi.recorded for kpi in KPIS.values()},
    "kpi.true": {kpi.true for kpi in KPIS.values()},
    "kpi.true_unit": {kpi.true_unit for kpi in KPIS.values()},
    "row.label": {row.label for row in (*LENS.values(), *YARDSTICKS.values())},
    "f.label": {f.label for f in LENS.values()},
    "f.unit": {f.unit for f in LENS.values()},
    "f.definition": {f.definition for f in LENS.values()},
    "f.source": {f.source for f in LENS.values()},
    "kpi.unit": {unit for kpi in KPIS.values() for unit in (kpi.unit, kpi.true_unit)},
    "field.description or ''": descriptions(),
    "kind.words": {kind.words for kind in kinds_of_values() if not kind.choices},
    "kind.inside": {kind.inside for kind in kinds_of_values()},
    "entry.grade": set(GRADES),
    "evidence.grade": set(GRADES),
}


def texts_said() -> set[str]:
    found = set().union(*BY_VARIABLE.values()) - {""}
    for path in sorted(SOURCES.rglob("*.py")):
        found.update(t for t in said_in(ast.parse(path.read_text("utf-8"))) if isinstance(t, str))
    return found


def catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="zh_CN") if m.id}


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_nothing_is_left_untranslated() -> None:
    assert texts_said() - {text for text, chinese in catalogue().items() if chinese} == set()


def test_the_catalogue_has_nothing_stale() -> None:
    assert set(catalogue()) - texts_said() == set()


def test_the_catalogue_is_in_order_and_names_no_text_twice() -> None:
    lines = CATALOGUE.read_text("utf-8").splitlines()
    assert sum(line.startswith("msgid ") for line in lines) == len(catalogue()) + 1


def test_translations_have_the_same_fields() -> None:
    wrong = {t: c for t, c in catalogue().items() if fields(t) != fields(c)}
    assert wrong == {}


def test_every_glyph_is_in_the_font() -> None:
    with (SOURCES / "report/fonts/GovsimSansSC-Regular.otf").open("rb") as file:
        known = TTFont(file).getBestCmap()
    missing = {
        c for text in catalogue().values() for c in text if c != "\n" and ord(c) not in known
    }
    assert missing == set()


def test_matplotlib_draws_the_catalogue_without_empty_boxes() -> None:
    with style.styled(), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = Figure(figsize=(8, 8), dpi=50)
        figure.text(0, 0, "\n".join(catalogue().values()).replace("$", r"\$"))
        figure.canvas.draw()


def test_every_text_given_to_say_can_be_found() -> None:
    """A text that is put together at run time would never reach the translator."""
    hidden = [
        f"{path.name}:{call.lineno} say({ast.unparse(call.args[0])})"
        for path in sorted(SOURCES.rglob("*.py"))
        for call in said_in(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.args[0]) not in BY_VARIABLE
    ]
    assert hidden == []


def test_extraction_finds_what_is_said() -> None:
    code = "text = 'one' if x else 'two'\nsay(text)\nsay('three {n}', n=1)\nsay(x)"
    found = list(said_in(ast.parse(code)))
    assert found[:3] == ["one", "two", "three {n}"]
    assert isinstance(found[3], ast.Call)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_speaking_lasts_for_a_while(lang: str) -> None:
    before = language()
    with speaking(lang):
        assert language() == lang
        assert say("{done} of {total} replications", done=3, total=20)
    assert language() == before


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="use one of en, zh"), speaking("fr"):
        pass


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_printed_in_the_language_asked_for(
    lang: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert print_page(language, [lang]) == 0
    assert capsysbinary.readouterr() == (lang.encode(), b"")


def test_a_page_is_printed_in_english_if_nothing_is_asked_for(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert print_page(lambda: "或 or " + language(), []) == 0
    assert capsysbinary.readouterr().out.decode("utf-8") == "或 or en"


@pytest.mark.parametrize("module", ["scenario", "outcomes"])
@pytest.mark.parametrize("words", [["fr"], ["en", "zh"]])
def test_no_page_is_printed_in_another_language(module: str, words: list[str]) -> None:
    command = [sys.executable, "-m", f"govsim.{module}.reference", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"language {' '.join(words)!r}: use one of en, zh\n"
