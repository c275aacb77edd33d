"""Evidence beside values: ``{value: 5 d, source: ..., grade: ..., range: [..], note: ...}``."""

from dataclasses import replace

from govsim.errors import Finding
from govsim.language import say
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.reading import Evidence, Node, Plain, shown

GRADES = ("regulation", "data", "published", "assumption")
KEYS = ("source", "grade", "range", "note")

Path = tuple[str, ...]


def dotted(path: Path) -> str:
    """A path as the planner writes it."""
    return ".".join(path)


def unwrap(node: Node, findings: list[Finding], path: Path = ()) -> Node:
    """The same tree with every evidence wrapper turned into the value that carries it."""
    if isinstance(node.value, list):
        items = [unwrap(item, findings, (*path, str(at))) for at, item in enumerate(node.value)]
        return replace(node, value=items)
    if not isinstance(node.value, dict):
        return node
    if _is_wrapper(node.value):
        return _unwrapped(node, findings, path)
    inner = {key: unwrap(item, findings, (*path, key)) for key, item in node.value.items()}
    return node.having(inner)


def _is_wrapper(entries: dict[str, Node]) -> bool:
    """No block of a scenario but the constant distribution has a key named value."""
    if "distribution" in entries or not entries:
        return False
    return "value" in entries or set(entries) <= set(KEYS)


def _unwrapped(node: Node, findings: list[Finding], path: Path) -> Node:
    entries = node.entries
    for key in sorted(set(entries) - {"value", *KEYS}):
        text = say("unknown key beside a value; allowed are value, source, grade, range and note")
        _add(findings, entries[key], (*path, key), text + did_you_mean(key, ("value", *KEYS)))
    if "value" not in entries:
        text = say("evidence without a value; write it as value: beside it")
        _add(findings, node, path, text)
        return replace(node, value=None)
    value = unwrap(entries["value"], findings, path)
    if len(entries) == 1:
        text = say("a value alone stands without braces; or give source, grade or range beside it")
        _add(findings, node, path, text)
    if value.evidence is not None:
        _add(findings, value, path, say("a value with evidence stands inside another one"))
    evidence = _evidence(node, value, findings, path)
    return replace(_spread(value, evidence), key_mark=node.key_mark)


def _spread(node: Node, evidence: Evidence) -> Node:
    """Evidence beside a whole block belongs to each of its values that has none of its own."""
    if isinstance(node.value, dict):
        return node.having({key: _spread(item, evidence) for key, item in node.value.items()})
    return node if node.evidence is not None else replace(node, evidence=evidence)


def _evidence(node: Node, value: Node, findings: list[Finding], path: Path) -> Evidence:
    return Evidence(
        source=_text(node, "source", findings, path),
        grade=_grade(node, findings, path),
        span=_span(node, value, findings, path),
        note=_text(node, "note", findings, path),
    )


def _text(node: Node, key: str, findings: list[Finding], path: Path) -> str | None:
    found = node.entries.get(key)
    if found is None:
        return None
    if isinstance(found.value, (list, dict)) or not found.text.strip():
        _add(findings, found, (*path, key), say("here must stand a text"))
        return None
    return found.text


def _grade(node: Node, findings: list[Finding], path: Path) -> str | None:
    found = node.entries.get("grade")
    if found is None:
        return None
    if found.text not in GRADES:
        text = say(
            "{value} is not a grade of evidence; use {grades}",
            value=shown(found.text),
            grades=", ".join(GRADES),
        )
        _add(findings, found, (*path, "grade"), text + did_you_mean(found.text, GRADES))
        return None
    return found.text


def _span(
    node: Node, value: Node, findings: list[Finding], path: Path
) -> tuple[Plain, Plain] | None:
    found = node.entries.get("range")
    if found is None:
        return None
    ends = [item.value for item in found.items if not isinstance(item.value, (list, dict))]
    if len(found.items) != 2 or len(ends) != 2:
        _add(findings, found, (*path, "range"), say("a range has two ends: [low, high]"))
        return None
    if isinstance(value.value, (list, dict)):
        text = say("a range can stand beside a single number only")
        _add(findings, found, (*path, "range"), text)
        return None
    return ends[0], ends[1]


def _add(findings: list[Finding], node: Node, path: Path, message: str) -> None:
    findings.append(Finding(str(node.key_mark), dotted(path), message))
