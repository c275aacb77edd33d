"""What a dotted path of a scenario means, in the words of the reference (``docs/scenario.md``)."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from govsim.language import say
from govsim.scenario.findings import bare
from govsim.scenario.layers import defaults
from govsim.scenario.models import Scenario
from govsim.scenario.policies import KINDS


class Meaning(NamedTuple):
    """What stands at a path."""

    names: tuple[str, ...]  # that a scenario gives on the way there: a class, a policy, a tier
    text: str  # the description of the deepest key that has one, in the current language
    detail: str  # the keys below that one: a parameter of a distribution, or a place in a list


def meaning_of(path: str) -> Meaning:
    """The meaning of a path; without text where the reference has none.

    A parameter of a distribution is a detail of what the distribution is of.
    """
    names: list[str] = []
    below: list[str] = []
    text, kinds = "", list[Any]([Scenario])
    for key in path.split("."):
        below.append(key)
        field = next(filter(None, (_field(kind, key) for kind in kinds)), None)
        if field is not None:
            if field.description:
                text, below = say(field.description or ""), []
            kinds = list(_kinds(field.annotation))
        elif any(get_origin(kind) is dict for kind in kinds):
            names.append(below.pop())
            values = [get_args(kind)[1] for kind in kinds if get_origin(kind) is dict]
            kinds = _of_policy(key, [inner for value in values for inner in _kinds(value)])
        else:
            break
    return Meaning(tuple(names), text, ".".join(path.split(".")[-len(below) :] if below else []))


def _of_policy(name: str, kinds: list[Any]) -> list[Any]:
    """The kind of a policy that the defaults have; else all that there are."""
    entries = defaults().entries["policies"].entries
    if name not in entries or not set(kinds) & set(KINDS):
        return kinds
    kind = entries[name].entries["kind"].text
    return [policy for policy in KINDS if kind == policy.KIND]


def _field(kind: Any, key: str) -> Any:
    if not isinstance(kind, type) or not issubclass(kind, BaseModel):
        return None
    if "distribution" in kind.model_fields:
        return None
    named = (f for name, f in kind.model_fields.items() if key in (name, f.alias))
    return next(named, None)


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types that a value may have."""
    annotation = bare(annotation)
    if get_origin(annotation) in (None, dict, tuple, list):
        yield annotation
    else:
        for member in get_args(annotation):
            yield from _kinds(member)
