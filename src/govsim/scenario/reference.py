"""``docs/scenario.md``: every key of a scenario file, written from the models and the defaults.

Write the pages anew with ``python -m govsim.scenario.reference en > docs/scenario.md`` and
``python -m govsim.scenario.reference zh > docs/scenario.zh-CN.md``.
"""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from govsim.language import print_page, say
from govsim.scenario.evidence import Path, dotted
from govsim.scenario.findings import bare, tags
from govsim.scenario.kinds import Kind
from govsim.scenario.layers import defaults
from govsim.scenario.models import Scenario
from govsim.scenario.provenance import at, leaves, written
from govsim.scenario.reading import Node

NAME = "*"
PLACES = {
    "Duration": "a distribution of durations",
    "Number": "a distribution of plain numbers above 0",
    "Share": "a distribution of shares",
}
INTRODUCTION = """\
# The scenario file

[中文](scenario.zh-CN.md)

Every key of a scenario file, with its default. This page is written by
`python -m govsim.scenario.reference`; a test keeps it true.

A scenario is a YAML file. Its first key is `govsim: 1`, the version of the format. It says only
what differs from the defaults below; mappings are merged key by key, everything else is replaced.

- `extends: other.yaml` puts the file on top of another one (a name relative to this file).
- Where the table says `*`, you give the name. `name: none` takes an entry of the defaults out.
- `--set demand.problems="0.3 /year"` changes one value from the command line.
- Every number may carry its evidence:
  `{value: 5 d, source: "the rule of 2010", grade: regulation, range: [3 d, 10 d], note: "..."}`.
  Grades are `regulation` (a rule in force), `data` (computed from a data set), `published` (a
  figure of a real system) and `assumption` (nobody has measured it). A value that is replaced
  without new evidence counts as an assumption.

"""
WAYS_TO_WRITE = """\
| to write | write | 或 |
|---|---|---|
| a duration | `90 s`, `15 min`, `2 h`, `5 d`, `3 weeks`, `1 month`, `1 year` | `5 天`, `2 小时` |
| a term | the same, `5 working days`, or `none` | `5 个工作日`, `无` |
| a rate | `0.20 /year`, `0.05 /month`, `3 per week` | `0.2 次/年` |
| working time | `40 h/week` | `40 小时/周` |
| money | `10000 CNY`, `2.2e6 CNY/year`, `150 CNY/h` | `220 万元/年` |
| a share | `0.15` or `15 %` | |
| a part of the day | `19:30-21:30`; the end may be `24:00` | |
| days | `Mon`, `Mon-Fri`, `Mon, Wed` | `周三`, `周一至周五` |
| a date | `2011-01-01` | |
| yes or no | `yes`, `no` | `是`, `否` |

"""
NUMBERS = """\
A month is 365/12 days and a year 365 days. Numbers are written `120000`, `120_000` or `1.2e5`.
Distributions are mappings:

"""


class Row(NamedTuple):
    """One line of the table of keys."""

    path: Path
    meaning: str
    kind: str
    unit: str
    allowed: str


def page() -> str:
    """The page, in Markdown, in the current language."""
    introduction = [say(INTRODUCTION), say(WAYS_TO_WRITE), say(NUMBERS)]
    parts = [*introduction, _laws(), say("\n## First keys\n\n"), _top()]
    for name, field in Scenario.model_fields.items():
        if not _is_value(field):
            parts += [
                f"\n## {name}\n\n{_sentence(_meaning(field))}\n\n",
                _block(name, field),
            ]
    return "".join(parts)


def _sentence(text: str) -> str:
    return say("{sentence}.", sentence=text[:1].upper() + text[1:])


def _meaning(field: FieldInfo) -> str:
    return say(field.description or "") if field.description else ""


def _is_value(field: FieldInfo) -> bool:
    return bool(_kinds(field)) or get_origin(bare(field.annotation)) is tuple


def _kinds(field: FieldInfo) -> list[Kind]:
    return [item for item in field.metadata if isinstance(item, Kind)]


def _laws() -> str:
    from govsim.scenario.laws import LAWS

    lines = [[say("distribution"), say("parameters"), say("meaning")]]
    for law in LAWS:
        fields = law.model_fields
        names = [f"`{name}`" for name in fields if name != "distribution"]
        lines.append([f"`{tags(law)[0]}`", ", ".join(names), _meaning(fields["distribution"])])
    return _table(lines)


def _top() -> str:
    version = say("version of the format; the first key of the file")
    below = say("a scenario file that this one changes")
    rows = [
        Row(("govsim",), version, "1", say("int"), "1"),
        Row(("extends",), below, say("a file's name"), say("str"), ""),
    ]
    for name, field in Scenario.model_fields.items():
        if _is_value(field):
            rows += _rows(field, (name,))
    return _with_defaults(rows)


def _block(name: str, field: FieldInfo) -> str:
    rows = list(_rows(field, (name,)))
    if not any(NAME in row.path for row in rows):
        return _with_defaults(rows)
    keys = [_key_heads()]
    keys += [[_code(row.path), row.meaning, row.kind, row.unit, row.allowed] for row in rows]
    node = defaults().entries.get(name)
    found = list(leaves(node, (name,))) if node is not None else []
    values = [[say("default of"), say("value"), *_evidence_heads()]]
    values += [[_code(path), *_evidence(item)] for path, item in found if item.value != {}]
    return _table(keys) + ("\n" + _table(values) if len(values) > 1 else "")


def _with_defaults(rows: list[Row]) -> str:
    lines = [[*_key_heads(), say("default"), *_evidence_heads()]]
    for row in rows:
        try:
            known = _evidence(at(defaults(), dotted(row.path)))
        except KeyError:
            known = ["", "", "", ""]
        lines.append([_code(row.path), row.meaning, row.kind, row.unit, row.allowed, *known])
    return _table(lines)


def _key_heads() -> list[str]:
    return [say("key"), say("meaning"), say("write"), say("inside"), say("allowed")]


def _evidence_heads() -> list[str]:
    return [say("range"), say("grade"), say("source")]


def _code(path: Path) -> str:
    return f"`{dotted(path)}`"


def _evidence(node: Node) -> list[str]:
    """Value, range, grade and source; of a distribution, those of its parameters.

    The value and the source stand as their authors wrote them, in whatever language.
    """
    if isinstance(node.value, dict):
        items = [(key, _evidence(item)) for key, item in node.value.items()]
        value = ", ".join(f"{key}: {known[0]}" for key, known in items)
        columns = [
            "; ".join(f"{key}: {known[at]}" for key, known in items if known[at])
            for at in (1, 2, 3)
        ]
        return [value, *columns]
    evidence = node.evidence
    if evidence is None:
        return [written(node), "", "", ""]
    span = ""
    if evidence.span:
        span = say("{low} to {high}", low=evidence.span[0], high=evidence.span[1])
    grade = say(evidence.grade) if evidence.grade else ""
    return [written(node), span, grade, evidence.source or ""]


def _rows(field: FieldInfo, path: Path) -> Iterator[Row]:
    kinds = _kinds(field)
    if kinds:
        yield _row(kinds[0], path, _meaning(field))
    else:
        yield from _inner(field.annotation, path, _meaning(field))


def _row(kind: Kind, path: Path, meaning: str) -> Row:
    if kind.choices:
        words = say("one of: {choices}", choices=", ".join(kind.choices))
    else:
        words = say(kind.words)
    return Row(path, meaning, words, say(kind.inside), kind.limits)


def _inner(annotation: Any, path: Path, meaning: str) -> Iterator[Row]:
    kinds = [item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, Kind)]
    if kinds:
        yield _row(kinds[0], path, meaning)
        return
    annotation = bare(annotation)
    arguments = [item for item in get_args(annotation) if item is not type(None)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from _rows(field, (*path, field.alias or name))
    elif get_origin(annotation) is dict:
        yield from _inner(arguments[1], (*path, NAME), meaning)
    elif get_origin(annotation) is tuple:
        item = next(_inner(arguments[0], path, meaning))
        words = say("a list; each {kind}", kind=item.kind)
        yield Row(path, meaning, words, item.unit, item.allowed)
    elif "distribution" in getattr(arguments[0], "model_fields", {}):
        place = arguments[0].__name__.removesuffix("Constant")
        yield Row(path, meaning, say(PLACES[place]), say("Distribution"), "")
    else:
        yield from _choices(arguments, path, meaning)


def _choices(arguments: list[Any], path: Path, meaning: str) -> Iterator[Row]:
    """A Literal's one word, a value that may be left out, or one of several policies."""
    if all(isinstance(item, str) for item in arguments):
        yield Row(path, meaning, ", ".join(arguments), say("str"), "")
        return
    for item in arguments:
        at_policy = (*path[:-1], f"{NAME} ({tags(item)[0]})") if tags(item) else path
        yield from _inner(item, at_policy, meaning)


def _table(lines: list[list[str]]) -> str:
    head, *body = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    rows = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.exit(print_page(page, sys.argv[1:]))
