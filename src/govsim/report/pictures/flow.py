"""Picture: where grievances are registered, how far they go up, and how they end."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import lettering, style, words
from govsim.report.pictures.digest import Digest, known_frame, policy_name
from govsim.report.pictures.sheet import Sheet, Width, note_height

SOLVED, EXPLAINED, OTHERWISE, PAPER, GIVEN_UP, OPEN = range(6)
ENDS = {
    "solved": SOLVED,
    "mended": SOLVED,
    "explained": EXPLAINED,
    "solved on paper": PAPER,
    "give up": GIVEN_UP,
}  # any other closing: OTHERWISE
COLOURS = ("#009E73", "#56B4E9", "#A9B4BF", "#D55E00", "#CC79A7", "#DDE2E7")
BAR, GAP = 0.09, 0.17  # inches: width of a node; between nodes
TALL = {"wide": 2.9, "narrow": 2.7}
LINE_HIGH = 0.125  # inches of a line of names
MOST_NAMED = 1.35  # inches for a name and its share
SHOWN = 0.005


class Flow(NamedTuple):
    """Grievances by (tier that registered them, highest tier they reached, end)."""

    paths: dict[tuple[int, int, int], int]
    sent_back: int  # as not ours, at least once
    returned: int  # decided above and handed down, at least once

    @property
    def total(self) -> int:
        """All grievances."""
        return sum(self.paths.values())

    def by(self, stage: int) -> list[tuple[int, int]]:
        """How many there are at each node of a stage, in the nodes' order."""
        counts: Counter[int] = Counter()
        for path, number in self.paths.items():
            counts[path[stage]] += number
        return sorted(counts.items())


def title(results: Results | Digest) -> str:
    """What is to be seen."""
    digest = Digest.of(results)
    flow = _flow(digest, digest.pair[-1])
    if flow is None or not flow.total:
        return say("From the desk to the end: the way of grievances")
    solved = dict(flow.by(2)).get(SOLVED, 0)
    return say(
        "Of 100 grievances, {solved} are solved and {paper} closed on paper ({policy})",
        solved=f"{100 * solved / flow.total:.0f}",
        paper=f"{100 * dict(flow.by(2)).get(PAPER, 0) / flow.total:.0f}",
        policy=policy_name(digest.pair[-1]),
    )


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [
        say(
            "Ribbons from the tier that registered a grievance, over the highest tier that it "
            "reached, to how it ended."
        )
    ]
    for name in digest.pair:
        flow = _flow(digest, name)
        if flow is not None and flow.total:
            ends = [
                f"{_ends()[end]} {words.percent(number / flow.total)}" for end, number in flow.by(2)
            ]
            parts.append(
                say(
                    "{policy}, {n} grievances: {ends}; passed up {up}, "
                    "sent back as not ours {back}.",
                    policy=policy_name(name),
                    n=f"{flow.total:,}",
                    ends=lettering.listed(ends),
                    up=words.percent(_passed_up(flow) / flow.total),
                    back=words.percent(flow.sent_back / flow.total),
                )
            )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where no histories were kept."""
    digest = Digest.of(results)
    flows = [(name, _flow(digest, name)) for name in digest.pair]
    found = [(name, flow) for name, flow in flows if flow is not None and flow.total]
    if not found:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width, found).figure


def _ends() -> tuple[str, ...]:
    return (
        say("solved"),
        say("explained"),
        say("gone or merged"),
        say("closed on paper"),
        say("given up"),
        say("still open"),
    )


def _passed_up(flow: Flow) -> int:
    return sum(number for (first, top, _), number in flow.paths.items() if top > first)


# ---------------------------------------------------------------- counting


def _flow(digest: Digest, name: str) -> Flow | None:
    """Counted once for each digest."""
    kept: dict[str, Flow | None] = digest.__dict__.setdefault("flows", {})
    if name not in kept:
        table = digest.histories
        kept[name] = (
            None if table is None else counted(known_frame(table, name), digest.results.tiers)
        )
    return kept[name]


def counted(history: pd.DataFrame, tiers: tuple[str, ...]) -> Flow:
    """The ways of all grievances in some histories of one policy set.

    Args:
        history: rows as ``outcomes.histories`` keeps them, in the order of what happened.
        tiers: names, lowest first.
    """
    rank = {tier: place for place, tier in enumerate(tiers)}
    cases = history[history["case"] >= 0]
    cases = cases.assign(rank=cases["tier"].map(rank))
    first = cases[cases["activity"] == "register"].groupby("case")["rank"].first()
    top = cases.groupby("case")["rank"].max().reindex(first.index)
    ends = _ended(cases).reindex(first.index).fillna(OPEN).astype(int)
    paths = Counter(zip(first.astype(int), top.astype(int), ends, strict=True))
    return Flow(
        dict(paths),
        int(cases.loc[cases["activity"] == "send back", "case"].nunique()),
        int(cases.loc[cases["activity"] == "return", "case"].nunique()),
    )


def _ended(cases: pd.DataFrame) -> pd.Series:
    """How each case stands at the end, of those closed or given up."""
    turns = cases[cases["activity"].isin(("close", "reopen", "give up"))]
    last = turns.groupby("case")[["activity", "outcome"]].last()
    found = last["outcome"].map(ENDS).fillna(OTHERWISE)
    found[last["activity"] == "give up"] = GIVEN_UP
    ended: pd.Series = found[last["activity"] != "reopen"]
    return ended


# ---------------------------------------------------------------- drawing


def _sheet(digest: Digest, width: Width, flows: list[tuple[str, Flow]]) -> Sheet:
    note = say(
        "Counted on the grievances about the problems that are followed in replication 0 ({n}): "
        "the same problems under each policy. Same scale.",
        n=" / ".join(f"{flow.total:,}" for _, flow in flows),
    )
    foot = note_height(note, width) + 0.06
    tall, head, legs = TALL[width], 0.62, 0.36
    across = 1 if width == "narrow" or len(flows) == 1 else 2
    down = -(-len(flows) // across)
    sheet = Sheet(width, foot + down * (tall + head + legs))
    paper = sheet.paper()
    biggest = max(flow.total for _, flow in flows)
    nodes = max(len(flow.by(stage)) for _, flow in flows for stage in (0, 1, 2))
    scale = (tall - GAP * (nodes - 1)) / biggest
    each = sheet.width / across
    margins = _margins(digest, flows)
    for place, (name, flow) in enumerate(flows):
        line, column = divmod(place, across)
        bottom = foot + (down - 1 - line) * (tall + head + legs) + legs
        box = (column * each, bottom, each, tall)
        _draw_flow(sheet, paper, digest, flow, (*box, *margins), scale)
        _heads(sheet, digest, name, flow, (*box, *margins))
    sheet.note(note)
    return sheet


Box = tuple[float, float, float, float, float, float]  # and room for names left and right


def _margins(digest: Digest, flows: list[tuple[str, Flow]]) -> tuple[float, float]:
    """Room that names and shares need left and right of the ribbons."""
    wide = [0.4, 0.4]
    for _, flow in flows:
        for side, stage in enumerate((0, 2)):
            for node, number in flow.by(stage):
                text = f"{_name(digest, stage, node)} {_share(number / flow.total)}"
                wide[side] = max(wide[side], lettering.width(text, style.SMALL) + 0.14)
    return min(wide[0], MOST_NAMED), min(wide[1], MOST_NAMED)


def _name(digest: Digest, stage: int, node: int) -> str:
    name = _ends()[node] if stage == 2 else words.tier_name(digest.results.tiers[node])
    return lettering.shown(name)


def _heads(sheet: Sheet, digest: Digest, name: str, flow: Flow, box: Box) -> None:
    left, bottom, width, tall = box[:4]
    colour = digest.ink(name)
    head = say("{policy}: {n} grievances", policy=policy_name(name), n=f"{flow.total:,}")
    text = lettering.shortened(head, style.HEAD, width - 0.15)
    sheet.text(left + 0.05, bottom + tall + 0.42, text, style.HEAD, colour)
    stages = (say("registered at"), say("went as far as"), say("ended as"))
    sides = ("right", "center", "left")
    for x, text, side in zip(_columns(box), stages, sides, strict=True):
        nudge = {"right": BAR, "center": BAR / 2, "left": 0.0}[side]
        sheet.text(x + nudge, bottom + tall + 0.16, text, style.SMALL, style.TEXT, ha=side)
    under = say(
        "{back} sent back as not ours, {down} handed down again",
        back=words.percent(flow.sent_back / flow.total),
        down=words.percent(flow.returned / flow.total),
    )
    sheet.text(left + 0.05, bottom - 0.27, under, style.SMALL, style.TEXT)


def _columns(box: Box) -> tuple[float, float, float]:
    left, _, width, _, before, after = box
    first, last = left + before, left + width - after - BAR
    return first, (first + last) / 2 - 0.05, last


def _draw_flow(
    sheet: Sheet, paper: Axes, digest: Digest, flow: Flow, box: Box, scale: float
) -> None:
    xs = _columns(box)
    starts = [_starts(flow, stage, box, scale) for stage in (0, 1, 2)]
    slots = [_slots(flow, stage, starts[stage], scale) for stage in (0, 1, 2)]
    for path, number in sorted(flow.paths.items()):
        for stage in (0, 1):
            ends = (slots[stage][path], slots[stage + 1][path])
            colour = COLOURS[path[2]]
            _ribbon(paper, xs[stage] + BAR, xs[stage + 1], ends, number * scale, colour)
    for stage in (0, 1, 2):
        for node, number in flow.by(stage):
            y = starts[stage][node]
            colour = COLOURS[node] if stage == 2 else style.INK
            paper.barh(
                y + number * scale / 2, BAR, left=xs[stage], height=max(number * scale, 0.012),
                color=colour, zorder=3,
            )  # fmt: skip
    between = xs[2] - xs[1] - BAR - 0.08
    for stage in (0, 1, 2):
        _label(sheet, digest, flow, stage, starts[stage], scale, xs[stage], between)


def _starts(flow: Flow, stage: int, box: Box, scale: float) -> dict[int, float]:
    """The lower edge of every node: tiers with the lowest at the bottom, solved at the top."""
    bottom, tall = box[1], box[3]
    nodes = flow.by(stage)
    if stage == 2:
        nodes = nodes[::-1]
    used = flow.total * scale + GAP * (len(nodes) - 1)
    y = bottom + (tall - used) / 2
    found = {}
    for node, number in nodes:
        found[node] = y
        y += number * scale + GAP
    return found


def _slots(
    flow: Flow, stage: int, starts: dict[int, float], scale: float
) -> dict[tuple[int, int, int], float]:
    """Where each path lies in its node: in the order of what comes next, so that few cross."""
    filled = dict(starts)
    found = {}
    orders = {
        0: lambda path: (path[1], -path[2]),
        1: lambda path: (-path[2], path[0]),
        2: lambda path: (path[1], path[0]),
    }
    for path in sorted(flow.paths, key=orders[stage]):
        found[path] = filled[path[stage]]
        filled[path[stage]] += flow.paths[path] * scale
    return found


def _ribbon(
    paper: Axes, left: float, right: float, lows: tuple[float, float], thick: float, colour: str
) -> None:
    middle = (left + right) / 2
    low, low_after = lows
    vertices = [
        (left, low), (middle, low), (middle, low_after), (right, low_after),
        (right, low_after + thick), (middle, low_after + thick), (middle, low + thick),
        (left, low + thick), (left, low),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    paper.add_patch(
        PathPatch(Path(vertices, codes), facecolor=colour, alpha=0.55, linewidth=0, zorder=2)
    )


def _label(
    sheet: Sheet, digest: Digest, flow: Flow, stage: int, starts: dict[int, float], scale: float,
    x: float, between: float,
) -> None:  # fmt: skip
    size, room = style.SMALL, MOST_NAMED - 0.1
    numbers = dict(flow.by(stage))
    nodes = list(starts)
    centres = [starts[node] + numbers[node] * scale / 2 for node in nodes]
    places = lettering.apart(centres, [0.125] * len(nodes), -np.inf, np.inf)
    for node, y in zip(nodes, places, strict=True):
        name = _name(digest, stage, node)
        share = f" {_share(numbers[node] / flow.total)}"
        text = lettering.shortened(name, size, room - lettering.width(share, size)) + share
        if stage == 0:
            sheet.text(x - 0.05, y, text, size, ha="right", va="center")
        elif stage == 2:
            sheet.text(x + BAR + 0.05, y, text, size, va="center")
        else:
            if lettering.width(text, size) > between and numbers[node] * scale > 2 * LINE_HIGH:
                text = f"{name}\n{share.strip()}"
            backing = {"facecolor": "white", "alpha": 0.72, "linewidth": 0, "pad": 0.8}
            sheet.text(x + BAR + 0.05, y, text, size, va="center", linespacing=1.1, bbox=backing)


def _share(part: float) -> str:
    return words.percent(part) if part >= SHOWN else "< " + words.percent(0.01)
