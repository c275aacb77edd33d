"""How scenario files lie on top of each other: defaults, ``extends``, the file, policy files."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import TypeAlias

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.scenario.evidence import KEYS, Path, dotted, unwrap
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.quantities import named
from govsim.scenario.reading import Evidence, Mark, Node, read_bytes, read_file, shown

VERSION = 1
LONGEST_CHAIN = 8
NONE_WORDS = ("none", "无")

# Maps whose keys are names of the planner's own; ``none`` removes an entry.
NAMED: tuple[Path, ...] = (
    ("calendars",),
    ("segments",),
    ("classes",),
    ("channels",),
    ("tiers",),
    ("tiers", "*", "groups"),
    ("tiers", "*", "groups", "*", "desks"),
    ("tiers", "*", "desks"),
    ("tier_defaults", "desks"),
    ("demand", "surges"),
    ("policies",),
)
GROUP_DESKS = NAMED[6]
LONGEST_NAME = 60
_NAME = re.compile(r"\w[\w -]*")
_RESERVED = frozenset({"value", "distribution", *KEYS})

# Keys of which one side replaces the other: (what is written, what it takes out).
_Ways: TypeAlias = tuple[tuple[Path, Path], ...]
_LOGNORMAL: _Ways = ((("median", "sigma"), ("mean", "cv")), (("mean", "cv"), ("median", "sigma")))
_WEIGHED: _Ways = ((("values",), ("weights",)),)
_OFFICES: _Ways = ((("offices",), ("groups",)), (("groups",), ("offices",)))


def fits(path: Path, pattern: Path) -> bool:
    """Whether a path has the form of a pattern, in which ``*`` is any one name."""
    return len(path) == len(pattern) and all(
        there in ("*", here) for here, there in zip(path, pattern, strict=True)
    )


def is_named(path: Path) -> bool:
    """Whether the keys of the map at this path are names of the planner's own."""
    return any(fits(path, pattern) for pattern in NAMED)


@cache
def defaults() -> Node:
    """The packaged defaults, below every scenario."""
    content = (files("govsim.scenario") / "defaults.yaml").read_bytes()
    node, findings = read_bytes(content, Mark("defaults.yaml", 1, 1, "default"))
    node = unwrap(node, findings)
    if findings:
        raise InputError(findings)
    return node.having({key: item for key, item in node.entries.items() if key != "govsim"})


def stack(path: FilePath, findings: list[Finding]) -> Node:
    """The file on top of all that it extends, on top of the defaults."""
    layers = _chain(path, findings)
    tree = defaults()
    for layer in reversed(layers):
        tree = merge(tree, layer, findings)
    return tree


def _chain(path: FilePath, findings: list[Finding]) -> list[Node]:
    """The file, the file it extends, and so on, without their ``govsim`` and ``extends``."""
    layers: list[Node] = []
    seen: dict[FilePath, Node] = {}
    following: Node | None = None
    while True:
        place = _resolved(path)
        if following is not None and (place in seen or len(seen) >= LONGEST_CHAIN):
            raise _cannot_extend(following, path, place in seen)
        node = _read_extended(path, following, findings)
        entries = dict(node.entries)
        entries.pop("govsim", None)
        following = entries.pop("extends", None)
        layers.append(node.having(entries))
        if following is None:
            return layers
        seen[place] = following
        path = path.parent / _extended_name(following)


def _resolved(path: FilePath) -> FilePath:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path


def _cannot_extend(by: Node, path: FilePath, circle: bool) -> InputError:
    text = (
        say("{file} extends itself, by way of the files it names", file=shown(path))
        if circle
        else say("more than {most} files extend each other", most=LONGEST_CHAIN)
    )
    return InputError([Finding(str(by.mark), "extends", text)])


def _read_extended(path: FilePath, by: Node | None, findings: list[Finding]) -> Node:
    """The file; that it cannot be opened is a mistake of the file that extends it."""
    if by is not None and not _is_file(path):
        text = say("there is no file {file}", file=shown(path))
        raise InputError([Finding(str(by.mark), "extends", text)])
    return read_layer(path, findings)


def _is_file(path: FilePath) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _extended_name(node: Node) -> str:
    name = node.text
    if not name.endswith((".yaml", ".yml")) or FilePath(name).is_absolute() or "\0" in name:
        text = say(
            "{value} is not a scenario file's name relative to this file, such as district.yaml",
            value=named(node.value),
        )
        raise InputError([Finding(str(node.mark), "extends", text)])
    return name


def read_layer(path: FilePath, findings: list[Finding]) -> Node:
    """The tree of one scenario or policy file, its version checked, its evidence unwrapped."""
    node, found = read_file(path)
    findings.extend(found)
    _check_version(node)
    return unwrap(node, findings)


def _check_version(node: Node) -> None:
    if node.value is None:
        raise _refused(node, say("the file is empty; its first line must be govsim: 1"))
    if not isinstance(node.value, dict):
        text = say("the file must hold keys and values, beginning with govsim: 1")
        raise _refused(node, text)
    first = next(iter(node.value), None)
    if first != "govsim":
        text = say("the first key of the file must be govsim: 1 (the version of the format)")
        raise _refused(node, text)
    version = node.value["govsim"]
    if version.value is not True and version.value == VERSION:
        return
    text = say(
        "the file says version {value}; this program reads version 1 of the format: govsim: 1",
        value=shown(version.text),
    )
    raise _refused(version, text, "govsim")


def _refused(node: Node, message: str, key: str = "") -> InputError:
    return InputError([Finding(str(node.mark), key, message)])


def wrong_names(node: Node, path: Path = ()) -> Iterator[Finding]:
    """Names of the planner's own that a dotted path cannot hold."""
    for key, item in node.entries.items():
        inner = (*path, key)
        plain = len(key) <= LONGEST_NAME and _NAME.fullmatch(key) and key not in _RESERVED
        if is_named(path) and not plain:
            text = say("{name} cannot be a name; use letters, digits, _ and -", name=shown(key))
            yield Finding(str(item.key_mark), dotted(path), text)
        yield from wrong_names(item, inner)


def is_none(node: Node) -> bool:
    """Whether an entry says that it shall not be there."""
    return node.value is None or (isinstance(node.value, str) and node.value in NONE_WORDS)


def merge(base: Node, over: Node, findings: list[Finding], path: Path = ()) -> Node:
    """``over`` on top of ``base``: mappings merge by key, everything else replaces."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return _replaced(base, over)
    below = _compatible(base.value, over.value, path)
    entries = dict(below)
    for key, node in over.value.items():
        inner = (*path, key)
        if is_named(path) and is_none(node):
            _remove(entries, key, node, findings, inner)
        elif key in below:
            entries[key] = merge(below[key], node, findings, inner)
        else:
            entries[key] = node
    return replace(over, value=_ordered(entries, over.value, path))


def _replaced(base: Node, over: Node) -> Node:
    """Evidence belongs to the value: a new value keeps at most the old one's range."""
    if over.evidence is not None or base.evidence is None or base.evidence.span is None:
        return over
    if isinstance(over.value, (list, dict)):
        return over
    return replace(over, evidence=Evidence(span=base.evidence.span, inherited=True))


def _compatible(base: dict[str, Node], over: dict[str, Node], path: Path) -> dict[str, Node]:
    """What still stands when another distribution is written, or another way to say the same."""
    name = over.get("distribution")
    if name is not None and "distribution" in base and name.value != base["distribution"].value:
        return {}
    ways = _LOGNORMAL + _WEIGHED if "distribution" in base else ()
    if fits(path, ("tiers", "*")):
        ways = _OFFICES
    dropped = {
        key
        for mine, other in ways
        if any(key in over for key in mine)
        for key in other
        if key not in over
    }
    return {key: node for key, node in base.items() if key not in dropped}


def _remove(
    entries: dict[str, Node], key: str, node: Node, findings: list[Finding], path: Path
) -> None:
    if fits(path[:-1], GROUP_DESKS):
        entries[key] = node  # a group takes a desk out of its tier's desks, later
        return
    if entries.pop(key, None) is None:
        text = say("there is nothing of this name to take out")
        near = did_you_mean(key, list(entries))
        findings.append(Finding(str(node.key_mark), dotted(path), text + near))


def _ordered(entries: dict[str, Node], over: dict[str, Node], path: Path) -> dict[str, Node]:
    """A file that names every tier also says their order."""
    if path == ("tiers",) and all(key in over for key in entries):
        return {key: entries[key] for key in over if key in entries}
    return entries
