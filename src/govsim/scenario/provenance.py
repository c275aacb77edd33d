"""Where every value of a scenario comes from, and the scenario written out again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from govsim.scenario.evidence import Path, dotted
from govsim.scenario.kinds import Kind, Ranged
from govsim.scenario.layers import defaults, is_named
from govsim.scenario.reading import Evidence, Node, core_value

if TYPE_CHECKING:
    from govsim.scenario.models import Scenario

NO_SOURCE = "not given"
ASSUMPTION = "assumption"
CHOICE = "choice"  # grade of a name, a date, a switch or a setting of the study without evidence
SETTINGS = frozenset(
    {"horizon", "loops", "run_in", "follow_up"}
)  # what the planner decides, and nobody could measure
POLICY_SETTINGS = frozenset({"intensity", "begins", "ends", "rollout_over"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """``where`` is file:line:column, default, or --set path."""

    where: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One line of the assumption register. ``unit`` is that of the value inside the program."""

    path: str
    value: str
    kind: str
    unit: str
    source: str
    grade: str
    range: tuple[str, str] | None
    range_is_default: bool  # the range belongs to the default that was overridden
    where: str
    note: str


def where(node: Node) -> str:
    """The place of a value."""
    return "default" if node.mark.layer == "default" else str(node.mark)


def plain(node: Node) -> Any:
    """The values alone."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def ranged(node: Node) -> Any:
    """The values, each with the range that is to be checked against it."""
    if isinstance(node.value, dict):
        return {key: ranged(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [ranged(item) for item in node.value]
    evidence = node.evidence
    if evidence is None or evidence.span is None or evidence.inherited:
        return node.value
    return node.value if node.mark.layer == "set" else Ranged(node.value, *evidence.span)


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every value with its path; a list of scalars is one value."""
    if not isinstance(node.value, dict):
        yield path, node
        return
    for key, item in node.value.items():
        yield from leaves(item, (*path, key))


def at(root: Node, path: str) -> Node:
    """The node at a dotted path. Raises KeyError."""
    node = root
    for name in path.split("."):
        if isinstance(node.value, list) and name.isdecimal() and int(name) < len(node.value):
            node = node.value[int(name)]
        elif name in node.entries:
            node = node.entries[name]
        else:
            raise KeyError(path)
    return node


def origin(root: Node, path: str) -> Provenance:
    """Where the value at a dotted path stands, and its evidence. Raises KeyError."""
    node = at(root, path)
    return Provenance(where(node), node.evidence or Evidence())


def written(node: Node) -> str:
    """A value as text."""
    if isinstance(node.value, list):
        return "[" + ", ".join(written(item) for item in node.value) + "]"
    return node.text


def kinds(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Kind]]:
    """The kind of every value of a checked scenario."""
    for name, field in type(model).model_fields.items():
        inner = (*path, field.alias or name)
        found = [item for item in field.metadata if isinstance(item, Kind)]
        value = getattr(model, name)
        if found:
            yield inner, found[0]
        elif isinstance(value, BaseModel):
            yield from kinds(value, inner)
        else:
            yield from _inner_kinds(value, field.annotation, inner)


def _inner_kinds(value: object, annotation: Any, path: Path) -> Iterator[tuple[Path, Kind]]:
    """Kinds within a mapping of names or a list."""
    arguments = getattr(annotation, "__args__", ())
    own = [
        k for item in arguments for k in getattr(item, "__metadata__", ()) if isinstance(k, Kind)
    ]
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, BaseModel):
                yield from kinds(item, (*path, name))
            elif own:
                yield (*path, name), own[0]
    elif own:
        yield path, own[0]


def register(scenario: "Scenario") -> list[RegisterEntry]:
    """The assumption register, in the order of the scenario's keys."""
    known = dict(kinds(scenario))
    return [_entry(path, node, known.get(path)) for path, node in leaves(scenario.root)]


def _entry(path: Path, node: Node, kind: Kind | None) -> RegisterEntry:
    evidence = node.evidence or Evidence()
    decided = path[0] in SETTINGS or path[-1] in POLICY_SETTINGS
    choice = decided or kind is None or not kind.numeric
    return RegisterEntry(
        path=dotted(path),
        value=written(node),
        kind=kind.words if kind else "a word",
        unit=kind.inside if kind else "str",
        source=evidence.source or NO_SOURCE,
        grade=evidence.grade or (CHOICE if choice else ASSUMPTION),
        range=(str(evidence.span[0]), str(evidence.span[1])) if evidence.span else None,
        range_is_default=evidence.inherited,
        where=where(node),
        note=evidence.note or "",
    )


def digest(scenario: "Scenario") -> str:
    """SHA-256 of the canonical JSON of all values inside, and of the selected policies in order."""
    values = _values(scenario)
    order = {key: list(value) for key, value in values.items() if isinstance(value, dict)}
    return _sha256({"values": values, "order": order, "policies": scenario.selected_policies})


def ground(scenario: "Scenario") -> str:
    """SHA-256 of all values but the policies: runs of the same ground can be compared."""
    return _sha256({key: value for key, value in _values(scenario).items() if key != "policies"})


def _values(scenario: "Scenario") -> dict[str, Any]:
    hidden = {"name", "name_zh", "question", "question_zh", "in_force"} | {
        key for key in scenario.root.entries if key.endswith("_defaults")
    }
    return scenario.model_dump(mode="json", exclude=hidden)


def _sha256(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def resolved_yaml(scenario: "Scenario") -> str:
    """The complete scenario as a file: every value with its evidence, what is gone as ``none``."""
    lines = ["govsim: 1"]
    below = defaults()
    for key, node in scenario.root.entries.items():
        if key == "in_force":
            names = ", ".join(_quoted(name) for name in scenario.selected_policies)
            lines.append(f"in_force: [{names}]")
        else:
            lines += _block(key, node, below.entries.get(key), (key,), scenario.root)
    return "\n".join(lines) + "\n"


def _block(key: str, node: Node, below: Node | None, path: Path, root: Node) -> list[str]:
    margin = "  " * (len(path) - 1) + _quoted(key) + ":"
    if not isinstance(node.value, dict):
        return [f"{margin} {_flow(node)}"]
    lines: list[str] = []
    for name, item in node.value.items():
        under = below.entries.get(name) if below else None
        lines += _block(name, item, under, (*path, name), root)
    for name in _gone(node, below, path, root):
        lines.append("  " * len(path) + f"{_quoted(name)}: none")
    return [margin, *lines] if lines else [f"{margin} {{}}"]


def _gone(node: Node, below: Node | None, path: Path, root: Node) -> list[str]:
    """Names that would come back from the defaults, or from a group's tier."""
    if not is_named(path):
        return []
    if len(path) == 5:
        below = root.entries["tiers"].entries[path[1]].entries.get("desks")
    return [name for name in (below.entries if below else {}) if name not in node.entries]


def _flow(node: Node) -> str:
    value = _scalar_or_list(node)
    evidence = node.evidence
    if evidence is None or (evidence.inherited and not evidence.source):
        return value
    parts = [f"value: {value}"]
    parts += [f"grade: {evidence.grade}"] if evidence.grade else []
    if evidence.span and not evidence.inherited and node.mark.layer != "set":
        parts.append(f"range: [{_quoted(evidence.span[0])}, {_quoted(evidence.span[1])}]")
    parts += [f"source: {_quoted(evidence.source)}"] if evidence.source else []
    parts += [f"note: {_quoted(evidence.note)}"] if evidence.note else []
    return "{" + ", ".join(parts) + "}" if len(parts) > 1 else value


def _scalar_or_list(node: Node) -> str:
    if isinstance(node.value, list):
        return "[" + ", ".join(_scalar_or_list(item) for item in node.value) + "]"
    if isinstance(node.value, dict):
        inner = ", ".join(f"{_quoted(k)}: {_scalar_or_list(v)}" for k, v in node.value.items())
        return "{" + inner + "}"
    if isinstance(node.value, str):
        return _quoted(node.value)
    return node.text or "null"


def _quoted(value: object) -> str:
    """A scalar that every YAML reader takes for the same text."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    simple = text.replace("_", "").replace(" ", "").replace("/", "").replace("%", "")
    simple = simple.replace(".", "").replace("-", "")
    begins = text[:1].isalnum()
    if not isinstance(value, str) or (
        begins and simple.isalnum() and text == text.strip() and core_value(text) == text
    ):
        return text
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    """A sign within double quotes; signs that cannot be seen by their number."""
    if sign in '"\\':
        return "\\" + sign
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"
