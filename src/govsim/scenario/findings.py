"""From pydantic's errors to sentences for the planner, each at its line and column."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from govsim.errors import Finding
from govsim.language import say
from govsim.scenario import quantities as q
from govsim.scenario.evidence import Path, dotted
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.laws import LAWS
from govsim.scenario.policies import KIND_NAMES
from govsim.scenario.reading import LONGEST_SHOWN, Mark, Node, shown

MOST_LISTED = 12
MOST_FINDINGS = 200


def translate(error: ValidationError, model: type[BaseModel], root: Node) -> list[Finding]:
    """Every mistake of a scenario, in plain words."""
    found = error.errors(include_url=False, include_input=False)
    return [_translated(one, model, root) for one in found]


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Each mistake once, by file, line and column."""
    unique = {(finding.where, finding.message): finding for finding in reversed(findings)}
    return sorted(unique.values(), key=_position)[:MOST_FINDINGS]


def _position(finding: Finding) -> tuple[str, int, int, str]:
    file, *numbers = finding.where.rsplit(":", 2)
    if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
        return file, int(numbers[0]), int(numbers[1]), finding.key
    return finding.where, 0, 0, finding.key


def _translated(error: Any, model: type[BaseModel], root: Node) -> Finding:
    node, path, rest = _locate(root, error["loc"])
    kind = error["type"]
    if kind == "missing":
        key = (*path, *rest)
        return _finding(node.key_mark, key, say("this key is missing"))
    if kind == "extra_forbidden":
        message = _unknown(path[-1], _keys_at(model, error["loc"][:-1]))
        return _finding(node.key_mark, path, message)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _wrong_tag(error, node, path)
    return _finding(node.mark, path, _sentence(error, node))


def _finding(mark: Mark, path: Path, message: str) -> Finding:
    names = [name if len(name) <= LONGEST_SHOWN else name[:LONGEST_SHOWN] + "..." for name in path]
    return Finding(str(mark), dotted(tuple(names)), message)


def _locate(root: Node, loc: Sequence[int | str]) -> tuple[Node, Path, Path]:
    """The node at an error's place, its path, and what of the place is not in the tree.

    The place also names the member of a union; such a name is no key and is passed over.
    """
    node = root
    path: Path = ()
    for at, part in enumerate(loc):
        child: Node | None = None
        if isinstance(part, int):
            child = node.items[part] if part < len(node.items) else None
        else:
            child = node.entries.get(part)
        if child is not None:
            node, path = child, (*path, str(part))
        elif at == len(loc) - 1:
            return node, path, (str(part),)
    return node, path, ()


def _unknown(key: str, allowed: tuple[str, ...]) -> str:
    message = say("unknown key {key}", key=shown(key)) + did_you_mean(key, allowed)
    if allowed and len(allowed) <= MOST_LISTED:
        message += say(" (allowed here: {keys})", keys=", ".join(allowed))
    return message


def _wrong_tag(error: Any, node: Node, path: Path) -> Finding:
    key = str(error["ctx"]["discriminator"]).strip("'")
    known = KIND_NAMES if key == "kind" else tuple(tags(law)[0] for law in LAWS)
    tag = node.entries.get(key)
    if tag is None:
        text = say("this key is missing; use {choices}", choices=", ".join(known))
        return _finding(node.key_mark, (*path, key), text)
    message = say(
        "{value} is not known here; use {choices}",
        value=q.named(tag.value),
        choices=", ".join(known),
    )
    near = did_you_mean(tag.text, known)
    return _finding(tag.mark, (*path, key), message + near)


def _sentence(error: Any, node: Node) -> str:
    kind, value = error["type"], q.named(node.value)
    if kind == "govsim":
        return str(error["msg"])
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        if kind == "model_attributes_type" and "policies" not in error["loc"][:1]:
            return say(
                "here must stand a distribution such as "
                "{{distribution: lognormal, median: 3 d, sigma: 1}}, not {value}",
                value=value,
            )
        return say("here must stand keys and values, not {value}", value=value)
    if kind in ("tuple_type", "list_type"):
        return say("here must stand a list such as [a, b], not {value}", value=value)
    return say("{value} is not allowed here", value=value)


def _keys_at(annotation: Any, loc: Sequence[int | str]) -> tuple[str, ...]:
    """The keys that are allowed at a place of the scenario."""
    annotation = bare(annotation)
    if loc and get_origin(annotation) is dict:
        return _keys_at(get_args(annotation)[1], loc[1:])
    members = get_args(annotation)
    if loc and members:
        chosen = [member for member in members if loc[0] in tags(member)]
        return _keys_at(chosen[0], loc[1:]) if chosen else _keys_at(members[0], loc)
    if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
        return ()
    fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
    if not loc:
        return tuple(fields)
    return _keys_at(fields[str(loc[0])].annotation, loc[1:]) if loc[0] in fields else ()


def bare(annotation: Any) -> Any:
    """An annotation without what is annotated."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def tags(member: Any) -> tuple[str, ...]:
    """What a member of a union calls itself."""
    if not isinstance(member, type) or not issubclass(member, BaseModel):
        return ()
    return tuple(
        str(tag)
        for field in member.model_fields.values()
        if get_origin(field.annotation) is Literal
        for tag in get_args(field.annotation)
    )
