"""From the bytes of a YAML file to plain values that remember where they stand.

The file is read from parser *events*, so that nothing is built before it is known to be small and
shallow (a composer follows 100,000 nested brackets into a crash). Scalars follow the YAML 1.2 core
schema. Anchors, tags, merges, second documents and repeated keys are refused: each of them can make
a file mean something else than what a person reads in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from govsim.errors import Finding, InputError
from govsim.language import say

MOST_BYTES = 1 << 20
DEEPEST = 24
MOST_VALUES = 50_000
LONGEST_TEXT = 20_000
LONGEST_SHOWN = 60

Plain: TypeAlias = bool | int | float | str | None

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the input. ``layer`` is default, file or set."""

    file: str
    line: int = 0
    column: int = 0
    layer: str = "file"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value comes from, as written beside it.

    ``span`` holds the ends of ``range:``. When a scenario overrides a value without new evidence,
    only the range of the overridden value stays, and ``inherited`` is true.
    """

    source: str | None = None
    grade: str | None = None
    span: tuple[Plain, Plain] | None = None
    note: str | None = None
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the tree: a scalar, a list of nodes, or a mapping of names to nodes."""

    value: "Plain | list[Node] | dict[str, Node]"
    mark: Mark
    key_mark: Mark
    text: str = ""  # as written, of a scalar
    evidence: Evidence | None = None

    @property
    def entries(self) -> "dict[str, Node]":
        """The entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> "list[Node]":
        """The items of a list; none for anything else."""
        return self.value if isinstance(self.value, list) else []

    def having(self, entries: "dict[str, Node]") -> "Node":
        """The same node with other entries."""
        return replace(self, value=entries)


def shown(value: object) -> str:
    """A value as an error message quotes it: short, on one line."""
    text = str(value)
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN] + "..."
    return f'"{text}"'


def read_file(path: Path) -> tuple[Node, list[Finding]]:
    """The tree of a file, and the mistakes that do not stop the reading. Raises InputError."""
    is_folder = False
    try:
        is_folder = path.is_dir()
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError([Finding(str(path), "", say("there is no such file"))]) from None
    except (OSError, ValueError):  # ValueError: a NUL in the file's name
        text = say("the file cannot be opened")
        if is_folder:
            text = say("this is a folder, not a scenario file")
        raise InputError([Finding(str(path), "", text)]) from None
    return read_bytes(content, Mark(str(path), 1, 1))


def read_bytes(content: bytes, mark: Mark) -> tuple[Node, list[Finding]]:
    """The tree of a file's content; ``mark`` names the file."""
    if len(content) > MOST_BYTES:
        raise _stop(mark, say("the file is larger than {most} bytes", most=MOST_BYTES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        text = say("this is not UTF-8 text; save the file as UTF-8")
        raise _stop(replace(mark, line=line, column=column), text) from None
    return read_text(text, mark)


def read_text(text: str, mark: Mark) -> tuple[Node, list[Finding]]:
    """The tree of a text; ``mark`` names the file, or the --set option when its line is 0."""
    reader = _Reader(text, mark)
    return reader.document(), reader.findings


def _explained(problem: str, began: int) -> str:
    """What a planner can do about a mistake of form."""
    if "',' or" in problem:
        text = "a bracket opened in line {line} is not closed, or a comma is missing before this"
        return say(text, line=began)
    if "quoted scalar" in problem:
        return say("a quotation mark set in line {line} is not closed", line=began)
    if "cannot start any token" in problem:
        return say("this sign cannot stand here; indent with spaces, and put texts in quotes")
    if "mapping values are not allowed" in problem:
        return say("there is one colon too many here; put a text with a colon in quotes")
    if "could not find expected ':'" in problem:
        return say("a colon is missing after the key in line {line}", line=began)
    if "expected key" in problem or "block" in problem:
        return say("the line is indented neither like its neighbours nor as a part of them")
    return say("this is not valid YAML: {problem}", problem=shown(problem))


def _stop(mark: Mark, message: str) -> InputError:
    return InputError([Finding(str(mark), "", message)])


@dataclass(slots=True)
class _Reader:
    """Builds nodes from events. Depth is bounded, so plain recursion is safe."""

    text: str
    start: Mark
    findings: list[Finding] = field(default_factory=list)
    events: Iterator[Any] = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.events = yaml.parse(self.text, Loader=_LOADER)

    def document(self) -> Node:
        """The only document of the text; an empty text is an empty value."""
        event = self._next()
        while isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return Node(None, self.start, self.start)
        node = self._node(event, None, (), 1)
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                message = say("a second document begins here; a file holds one scenario")
                raise _stop(self._mark(event), message)
        return node

    def _next(self) -> Any:
        try:
            event = next(self.events)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except (yaml.YAMLError, ValueError):
            raise self._forbidden() from None
        self._refuse(event)
        return event

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> InputError:
        place = error.problem_mark or error.context_mark
        mark = self.start
        if place is not None and mark.line:
            mark = replace(mark, line=place.line + 1, column=place.column + 1)
        began = error.context_mark.line + 1 if error.context_mark is not None else mark.line
        return _stop(mark, _explained(f"{error.context}: {error.problem}", began))

    def _forbidden(self) -> InputError:
        """A sign that no text holds, such as a NUL."""
        found = _FORBIDDEN.search(self.text)
        mark = self.start
        if found is not None and mark.line:
            before = self.text[: found.start()]
            column = len(before) - before.rfind("\n")
            mark = replace(mark, line=before.count("\n") + 1, column=column)
        return _stop(mark, say("here stands a control character; delete it"))

    def _mark(self, event: Any) -> Mark:
        if not self.start.line:
            return self.start
        place = event.start_mark
        return replace(self.start, line=place.line + 1, column=place.column + 1)

    def _refuse(self, event: Any) -> None:
        """Stop at anything that a scenario file may not hold."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = say("anchors and aliases (& and *) are not allowed; write the value out")
            raise _stop(self._mark(event), message)
        if getattr(event, "tag", None):
            message = say("tags (!) are not allowed; write the plain value")
            raise _stop(self._mark(event), message)
        if isinstance(event, yaml.NodeEvent):
            self.count += 1
            if self.count > MOST_VALUES:
                message = say("the file holds more than {most} values", most=MOST_VALUES)
                raise _stop(self._mark(event), message)

    def _node(self, event: Any, key: Mark | None, path: tuple[str, ...], depth: int) -> Node:
        mark = self._mark(event)
        if depth > DEEPEST:
            message = say("the values are nested more than {most} deep", most=DEEPEST)
            raise _stop(mark, message)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, mark, key or mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._items(path, depth), mark, key or mark)
        return Node(self._entries(path, depth), mark, key or mark)

    def _scalar(self, event: Any, mark: Mark, key: Mark) -> Node:
        text: str = event.value
        if len(text) > LONGEST_TEXT:
            message = say("this text is longer than {most} characters", most=LONGEST_TEXT)
            raise _stop(mark, message)
        plain = event.implicit[0]
        return Node(core_value(text) if plain else text, mark, key, text)

    def _items(self, path: tuple[str, ...], depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, None, (*path, str(len(items))), depth + 1))
        return items

    def _entries(self, path: tuple[str, ...], depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            mark = self._mark(event)
            name = self._key(event, mark)
            inner = (*path, name)
            value = self._node(self._next(), mark, inner, depth + 1)
            if name in entries:
                self._repeated(inner, mark, entries[name].key_mark)
            else:
                entries[name] = value
        return entries

    def _key(self, event: Any, mark: Mark) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise _stop(mark, say("a key must be a single word, not a list or a mapping"))
        if event.value == "<<":
            raise _stop(mark, say("merge keys (<<) are not allowed; use extends instead"))
        if not event.value.strip():
            raise _stop(mark, say("there is a colon without a key before it"))
        return str(event.value)

    def _repeated(self, path: tuple[str, ...], mark: Mark, first: Mark) -> None:
        message = say(
            "this key stands here for the second time; the first is in line {line}; "
            "remove one of them",
            line=first.line,
        )
        self.findings.append(Finding(str(mark), ".".join(map(_short, path)), message))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_SHOWN else name[:LONGEST_SHOWN] + "..."


def core_value(text: str) -> Plain:
    """The value of a plain scalar by the YAML 1.2 core schema: ``no`` and ``1:30`` are text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= LONGEST_SHOWN and _FLOAT.fullmatch(text) and isfinite(float(text)):
        return float(text)
    return text
