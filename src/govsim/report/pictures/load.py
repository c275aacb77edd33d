"""Picture: how busy each office is, tier by tier; every dot is an office."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import lettering, style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.sheet import Sheet, Width, note_height, unit_axis

NAMES = 1.25
BINS = 90  # across the panel: dots of one bin stand on each other
FULL = 1.0
CROWDED = 0.05  # inches between dots of a heap, below which heaps are made upright
BETWEEN, MOST_TALL = 0.2, 0.7  # inches: between tiers; the tallest heap


class Strip(NamedTuple):
    """The offices of a tier under a policy set."""

    names: list[str]
    loads: NDArray[np.float64]


def title(results: Results | Digest) -> str:
    """What is to be seen: how many offices work at or beyond their time."""
    digest = Digest.of(results)
    loads = np.array(list(digest.loads.get(digest.pair[-1], {}).values()))
    if not len(loads):
        return say("How busy the offices are")
    beyond = int((loads >= 0.9).sum())
    facts = {"policy": policy_name(digest.pair[-1]), "n": beyond, "all": len(loads)}
    return say("{n} of {all} offices use more than nine tenths of their hours ({policy})", **facts)


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("A dot for each office, from idle to fully used, in strips by tier and policy.")]
    for name in digest.pair:
        for tier, tier_name in enumerate(digest.results.tiers):
            strip = _strip(digest, name, tier)
            if len(strip.loads):
                parts.append(
                    say(
                        "{policy}, {tier}: {low} to {high}, mean {mean}.",
                        policy=policy_name(name),
                        tier=words.tier_name(tier_name),
                        low=words.percent(strip.loads.min()),
                        high=words.percent(strip.loads.max()),
                        mean=words.percent(strip.loads.mean()),
                    )
                )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where the offices are not known."""
    digest = Digest.of(results)
    tiers = [
        t for t in range(len(digest.results.tiers)) if len(_strip(digest, digest.base, t).loads)
    ]
    if not tiers:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width, tiers).figure


def _strip(digest: Digest, name: str, tier: int) -> Strip:
    """The offices of a tier, least busy first."""
    loads = digest.loads.get(name, {})
    found = [(loads[o.name], o.name) for o in digest.offices if o.tier == tier and o.name in loads]
    found.sort()
    return Strip([office for _, office in found], np.array([load for load, _ in found]))


def _sheet(digest: Digest, width: Width, tiers: list[int]) -> Sheet:
    note = say(
        "Hours on cases as a share of the duty hours meant for grievances, mean over replications; "
        "visits and other duties not counted. Named: the busiest office of each tier."
    )
    foot = note_height(note, width) + 0.28
    right = _right(digest, tiers)
    strips = [(t, name, _strip(digest, name, t)) for t in tiers for name in reversed(digest.pair)]
    tallest = {
        t: max(_stacked(s, right).max(initial=0) for u, _, s in strips if u == t) for t in tiers
    }
    step = min(0.058, MOST_TALL / (max(tallest.values()) + 1))
    each = {t: 0.2 + step * float(tallest[t]) for t in tiers}
    rows = sum(each[t] * len(digest.pair) + BETWEEN for t in tiers)
    sheet = Sheet(width, foot + rows + (0.3 if len(digest.pair) > 1 else 0.1))
    left = NAMES if width == "wide" else 0.98
    axes = sheet.axes(left, foot, sheet.width - left - 0.2, rows)
    _frame(axes, rows, right)
    lower = BETWEEN / 2
    for tier in tiers:  # the highest at the top
        _tier(sheet, axes, digest, [s for s in strips if s[0] == tier], lower, each[tier], step)
        tier_name = words.tier_name(digest.results.tiers[tier])
        middle = lower + each[tier] * len(digest.pair) / 2 - 0.04
        sheet.row(axes, middle, tier_name, style.INK, left)
        lower += each[tier] * len(digest.pair) + BETWEEN
        if tier != tiers[-1]:
            axes.axhline(lower - BETWEEN / 2 - 0.03, color=style.RULE, linewidth=0.6, zorder=0)
    _key(sheet, digest, left)
    sheet.note(note)
    return sheet


def _right(digest: Digest, tiers: list[int]) -> float:
    most = max(
        _strip(digest, name, t).loads.max(initial=0.0) for name in digest.pair for t in tiers
    )
    return max(1.04 * float(most), 0.3)


def _frame(axes: Axes, rows: float, right: float) -> None:
    axes.set_xlim(0, right)
    axes.set_ylim(0, rows)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    unit_axis(axes, "x", "share")
    if right > FULL:
        axes.axvline(FULL, color=style.TEXT, linewidth=0.8, dashes=(4, 3))


def _stacked(strip: Strip, right: float) -> NDArray[np.int64]:
    """The place of each office on its heap: offices of like loads stand on each other."""
    bins = np.floor(strip.loads / right * BINS).astype(int)  # in order, as the loads are
    first = np.searchsorted(bins, bins)
    return np.arange(len(bins)) - first


def _tier(
    sheet: Sheet, axes: Axes, digest: Digest, strips: list[tuple[int, str, Strip]],
    lower: float, height: float, step: float,
) -> None:  # fmt: skip
    right = axes.get_xlim()[1]
    size = float(np.clip(step * 72 * 1.0, 1.0, 4.2))
    for _, name, strip in strips:
        heights = lower + 0.04 + _stacked(strip, right) * step
        middles = (np.floor(strip.loads / right * BINS) + 0.5) * right / BINS
        places = middles if step < CROWDED else strip.loads
        axes.scatter(
            places, heights, s=size**2, color=digest.colours[name], linewidth=0, clip_on=False
        )
        if len(strip.loads):
            _name_busiest(sheet, axes, digest, strip, name, float(heights[-1]), lower + height)
        lower += height


def _name_busiest(
    sheet: Sheet, axes: Axes, digest: Digest, strip: Strip, name: str, y: float, top: float
) -> None:
    x, right = float(strip.loads[-1]), axes.get_xlim()[1]
    text = (
        f"{words.office_name(strip.names[-1])} · {words.percent(x)}"
        if len(strip.names) > 1
        else words.percent(x)
    )
    text = lettering.shortened(text, style.SMALL, 1.5)
    inches = axes.get_position().width * sheet.width
    fits = (right - x) / right * inches > lettering.width(text, style.SMALL) + 0.1
    axes.annotate(
        text, (x, y) if fits else (right, top), xytext=(5, 0) if fits else (0, 0),
        textcoords="offset points", ha="left" if fits else "right",
        va="center" if fits else "top", fontsize=style.SMALL, color=digest.ink(name),
        annotation_clip=False,
    )  # fmt: skip


def _key(sheet: Sheet, digest: Digest, left: float) -> None:
    if len(digest.pair) == 1:
        return
    x = left
    for name in digest.pair:
        text = "● " + lettering.shortened(policy_name(name), style.BODY, 2.2)
        sheet.text(x, sheet.height - 0.16, text, style.BODY, digest.colours[name])
        x += lettering.width(text, style.BODY) + 0.25
