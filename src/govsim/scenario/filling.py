"""What the blocks named ``..._defaults`` put into every tier, desk, class and surge."""

from collections.abc import Callable
from dataclasses import replace

from govsim.errors import Finding
from govsim.scenario.layers import defaults, is_none, merge
from govsim.scenario.policies import KIND_NAMES
from govsim.scenario.reading import Mark, Node

_DEFAULT_MARK = Mark("defaults.yaml", layer="default")
BY_CLASS = ("visible", "prevented")  # words of policies that name classes


def fill(tree: Node) -> Node:
    """The tree with every tier, desk, class, surge, policy and reach complete."""
    top = dict(tree.entries)
    _fill_each(top, "classes", top.get("class_defaults"))
    if "demand" in top:
        demand = dict(top["demand"].entries)
        _fill_each(demand, "surges", top.get("surge_defaults"))
        top["demand"] = _with(top["demand"], demand)
    if "tiers" in top:
        top["tiers"] = _each(top["tiers"], lambda tier: _tier(tier, top))
    if "policies" in top:
        named = {name: _policy(name, node) for name, node in top["policies"].entries.items()}
        top["policies"] = _with(top["policies"], named)
    for block in ("channels", "policies"):
        if block in top:
            top[block] = _each(top[block], lambda node: _reach(node, top.get("segments")))
    if "policies" in top:
        top["policies"] = _each(top["policies"], lambda node: _by_class(node, top.get("classes")))
    return _with(tree, top)


def _with(node: Node, entries: dict[str, Node]) -> Node:
    """A block that is no mapping stays as it is; its mistake is reported later."""
    return node.having(entries) if isinstance(node.value, dict) else node


def _each(node: Node, change: Callable[[Node], Node]) -> Node:
    return _with(node, {key: change(item) for key, item in node.entries.items()})


def _over(below: Node | None, node: Node) -> Node:
    """The node on top of its defaults, at its own place."""
    if below is None or not isinstance(node.value, dict):
        return node
    ignored: list[Finding] = []
    return replace(merge(below, node, ignored), mark=node.mark, key_mark=node.key_mark)


def _fill_each(block: dict[str, Node], key: str, below: Node | None) -> None:
    if key in block:
        block[key] = _each(block[key], lambda node: _over(below, node))


def _tier(node: Node, top: dict[str, Node]) -> Node:
    tier = _over(top.get("tier_defaults"), node)
    entries = dict(tier.entries)
    written = entries.get("desks")
    _fill_each(entries, "desks", top.get("desk_defaults"))
    if "groups" in entries:
        entries["groups"] = _each(
            entries["groups"], lambda group: _group(group, entries, written, top)
        )
    return _with(tier, entries)


def _group(group: Node, tier: dict[str, Node], written: Node | None, top: dict[str, Node]) -> Node:
    """A group has its tier's residents and desks where it does not say otherwise."""
    entries = dict(group.entries)
    if "residents" in tier:
        entries.setdefault("residents", tier["residents"])
    own = entries.get("desks")
    if written is not None and own is not None and isinstance(own.value, dict):
        kept = {k: v for k, v in written.entries.items() if k not in own.value}
        changed = {
            k: _over(written.entries.get(k), v) for k, v in own.value.items() if not is_none(v)
        }
        in_order = {
            k: (kept | changed)[k] for k in (*written.entries, *changed) if k in kept | changed
        }
        entries["desks"] = own.having(in_order)
    elif written is not None and own is None:
        entries["desks"] = written
    _fill_each(entries, "desks", top.get("desk_defaults"))
    return _with(group, entries)


def _policy(name: str, node: Node) -> Node:
    """A policy's kind may be left out if its name says it; the kind's own words stand below."""
    if not isinstance(node.value, dict):
        return node
    kind = node.value.get("kind")
    if kind is None and name in KIND_NAMES:
        kind = Node(name, node.mark, node.key_mark, name)
        node = node.having({"kind": kind, **node.value})
    below = defaults().entries["policies"].entries.get(kind.text) if kind is not None else None
    return _over(below, node)


def _reach(node: Node, segments: Node | None) -> Node:
    """Every segment has a factor; a default's factor for a segment that is gone goes with it."""
    reach = node.entries.get("reach")
    if reach is None or segments is None or not isinstance(reach.value, dict):
        return node
    names = segments.entries
    entries = {
        name: factor
        for name, factor in reach.value.items()
        if name in names or factor.mark.layer != "default"
    }
    for name in names:
        entries.setdefault(name, Node(1, _DEFAULT_MARK, _DEFAULT_MARK, "1"))
    return node.having({**node.entries, "reach": reach.having(entries)})


def _by_class(node: Node, classes: Node | None) -> Node:
    """A default's word about a class that is gone goes with it."""
    if classes is None or not isinstance(node.value, dict):
        return node
    entries = dict(node.entries)
    for word in BY_CLASS:
        block = entries.get(word)
        if block is not None and isinstance(block.value, dict):
            kept = {
                name: share
                for name, share in block.value.items()
                if name in classes.entries or share.mark.layer != "default"
            }
            entries[word] = block.having(kept)
    return node.having(entries)
