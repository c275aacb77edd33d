"""What a policy is, in words: for the command line and for the pages of the documentation."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from govsim.language import say
from govsim.scenario.evidence import Path, dotted
from govsim.scenario.findings import bare
from govsim.scenario.layers import defaults
from govsim.scenario.models import Scenario
from govsim.scenario.policies import KINDS, Rollout
from govsim.scenario.provenance import leaves, written
from govsim.scenario.reading import Node


class Word(NamedTuple):
    """One key of a policy: what it means, and its value with the evidence for it."""

    key: str
    meaning: str
    value: str
    low: str  # of the range within which it is plausible; empty if none is given
    high: str
    grade: str
    source: str


class Explanation(NamedTuple):
    """A policy in words, in the current language."""

    name: str
    kind: str
    title: str
    summary: str
    mechanism: str
    costs: str
    side_effects: tuple[str, ...]
    words: tuple[Word, ...]


def title(kind: type[Rollout]) -> str:
    """The name of a kind of policy."""
    return say(kind.TITLE)


def kinds_by_name() -> dict[str, type[Rollout]]:
    """Every kind of policy, by its name in scenario files."""
    return {kind.KIND: kind for kind in KINDS}


def explain(name: str, scenario: Scenario | None = None) -> Explanation:
    """A policy of a scenario, or of the defaults. Raises KeyError."""
    if scenario is None:
        node = defaults().entries["policies"].entries[name]
        kind = kinds_by_name()[node.entries["kind"].text]
    else:
        node = scenario.root.entries["policies"].entries[name]
        kind = type(scenario.policies[name])
    return Explanation(
        name=name,
        kind=kind.KIND,
        title=title(kind),
        summary=say(kind.SUMMARY),
        mechanism=say(kind.MECHANISM),
        costs=say(kind.COSTS),
        side_effects=tuple(say(effect) for effect in kind.SIDE_EFFECTS),
        words=tuple(_words(kind, node)),
    )


def policy_names(scenario: Scenario | None = None) -> tuple[str, ...]:
    """The policies of a scenario, or of the defaults."""
    root = defaults() if scenario is None else scenario.root
    return tuple(root.entries["policies"].entries)


def _words(kind: type[Rollout], node: Node) -> Iterator[Word]:
    for path, item in leaves(node):
        if path == ("kind",) or item.value == {}:
            continue
        evidence = item.evidence
        low, high = evidence.span if evidence and evidence.span else ("", "")
        yield Word(
            key=dotted(path),
            meaning=_meaning(kind, path),
            value=written(item),
            low=str(low),
            high=str(high),
            grade=say(_GRADES[evidence.grade]) if evidence and evidence.grade else "",
            source=evidence.source or "" if evidence else "",
        )


_GRADES = {
    "regulation": "regulation",
    "data": "data",
    "published": "published",
    "assumption": "assumption",
}


def _meaning(kind: type[BaseModel], path: Path) -> str:
    """The sentence of the deepest key that has one: parameters of a law have the law's."""
    model: Any = kind
    text = ""
    for name in path:
        fields = getattr(model, "model_fields", {})
        field = next((f for key, f in fields.items() if name in (key, f.alias)), None)
        if field is None:
            break
        text = say(field.description or "") or text
        model = bare(field.annotation)
    return text
