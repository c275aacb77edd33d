"""``--set dotted.path=value``: one value changed from the command line or by a sweep."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.scenario.evidence import Path, dotted, unwrap
from govsim.scenario.filling import fill
from govsim.scenario.layers import merge
from govsim.scenario.reading import LONGEST_SHOWN, Mark, Node, read_text, shown


def put(tree: Node, setting: str, findings: list[Finding]) -> Node:
    """The tree with one ``path=value`` put on top of it."""
    written, equals, text = setting.partition("=")
    written = written.strip()
    mark = Mark(f"--set {written[:200]}", layer="set")
    path = tuple(written.split("."))
    if not equals or not all(path):
        message = say("{value} must have the form path=value", value=shown(setting))
        findings.append(Finding("--set", "", message))
        return tree
    try:
        value, found = read_text(text, mark)
    except InputError as error:
        findings.extend(error.findings)
        return tree
    findings.extend(found)
    value = unwrap(value, findings, path)
    return _put(tree, path, value, findings)


def _put(tree: Node, path: Path, value: Node, findings: list[Finding]) -> Node:
    """A wrong last word is found when the whole is checked; a wrong way there is found here."""
    whole = fill(tree)
    node, steps = whole, 0
    for name in path[:-1]:
        below = _child(node, name)
        if below is None:
            break
        node, steps = below, steps + 1
    if steps < len(path) - 1 or not isinstance(node.value, (dict, list)):
        findings.append(Finding(value.mark.file, "", _no_such_path(whole, path)))
        return tree
    if isinstance(node.value, list) and _child(node, path[-1]) is None:
        last = len(node.value) - 1
        text = say("the values of this list have the numbers 0 to {last}", last=last)
        findings.append(Finding(value.mark.file, "", text))
        return tree
    return merge(tree, _nested(whole, path, value), findings)


def _child(node: Node, name: str) -> Node | None:
    if isinstance(node.value, list):
        index = int(name) if name.isascii() and name.isdecimal() and len(name) < 6 else -1
        return node.value[index] if 0 <= index < len(node.value) else None
    return node.entries.get(name)


def _nested(node: Node, path: Path, value: Node) -> Node:
    """Mappings down to the value; a list on the way is copied with one item changed."""
    if not path:
        return value
    below = _child(node, path[0]) or value
    inner = _nested(below, path[1:], value)
    if isinstance(node.value, list):
        items: list[Node] = [*node.value]
        items[int(path[0])] = inner
        return replace(node, value=items, evidence=None)
    return Node({path[0]: inner}, value.mark, value.mark)


def _no_such_path(tree: Node, path: Path) -> str:
    text = say("the scenario has no such key")
    wanted = dotted(path)[:200]
    near = get_close_matches(wanted, [dotted(known) for known in paths(tree)], n=1, cutoff=0.5)
    if near and len(near[0]) <= 2 * LONGEST_SHOWN:
        text += say("; the nearest is {path}", path=near[0])
    return text


def paths(node: Node, path: Path = ()) -> Iterator[Path]:
    """Every path of the tree, to blocks and to values."""
    for name, item in node.entries.items():
        yield (*path, name)
        yield from paths(item, (*path, name))
    for index in range(len(node.items)):
        yield (*path, str(index))
