"""Picture: whose hours grievances take, and for what."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import lettering, style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.finding import change, signed_percent
from govsim.report.pictures.sheet import Sheet, Width, note_height, unit_axis

NAMES, ROW = 1.35, 0.27
WHOSE = ("#4b5763", "#98a1ab", "#0072B2", "#7FB8DA")
WHAT = ("#009E73", "#E69F00", "#C4CAD1")


class Stack(NamedTuple):
    """A panel of stacked bars."""

    heading: str
    parts: tuple[str, ...]
    colours: tuple[str, ...]
    hours: Callable[[Digest, str], np.ndarray]


def title(results: Results | Digest) -> str:
    """What is to be seen, if chance allows saying it."""
    digest = Digest.of(results)
    cadres, leaders = (change(digest, f"{who}_hours", "recorded") for who in ("cadre", "leader"))
    if cadres is None or leaders is None or not (cadres.certain or leaders.certain):
        return say("Whose hours grievances take, and for what")
    shares = [row.change / (row.mean - row.change) if row.mean - row.change > 0 else np.nan
              for row in (cadres, leaders)]  # fmt: skip
    changes = [signed_percent(s) if np.isfinite(s) and s != 0 else "±0" for s in shares]
    return say(
        "{policy}: cadres' hours {cadres}, leaders' hours {leaders}",
        policy=policy_name(str(digest.chosen)),
        cadres=changes[0],
        leaders=changes[1],
    )


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Stacked bars of hours, by whom and for what.")]
    for name in digest.pair:
        told = [
            f"{part} {words.count(value)}"
            for stack in _stacks()
            for part, value in zip(stack.parts, stack.hours(digest, name), strict=True)
        ]
        parts.append(
            say("{policy}: {parts}.", policy=policy_name(name), parts=lettering.listed(told))
        )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where nobody worked."""
    digest = Digest.of(results)
    if not any(_whose(digest, name).sum() for name in digest.policy_sets):
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width).figure


def _stacks() -> tuple[Stack, Stack]:
    return (
        Stack(
            say("Whose hours"),
            (say("cadres"), say("overtime"), say("leaders"), say("overtime")),
            WHOSE,
            _whose,
        ),
        Stack(
            say("What for"),
            (say("single cases"), say("visits and ways"), say("other duties")),
            WHAT,
            _what,
        ),
    )


def _mean(digest: Digest, kpi: str, name: str) -> float:
    return float(np.nan_to_num(digest.city(kpi, "recorded", name).mean))


def _whose(digest: Digest, name: str) -> np.ndarray:
    parts = []
    for who in ("cadre", "leader"):
        late = _mean(digest, f"{who}_overtime", name)
        parts += [max(_mean(digest, f"{who}_hours", name) - late, 0.0), late]
    return np.array(parts)


def _what(digest: Digest, name: str) -> np.ndarray:
    hours = sum(digest.values(f"{who}_hours", "recorded", name) for who in ("cadre", "leader"))
    off = np.nan_to_num(hours * digest.values("hours_off_cases_share", "recorded", name))
    visits = digest.values("visit_hours", "recorded", name)
    return np.array([(hours - off).mean(), visits.mean(), max((off - visits).mean(), 0.0)])


def _sheet(digest: Digest, width: Width) -> Sheet:
    note = say(
        "Hours over the whole run, means over replications. Other duties: paperwork, checks and "
        "meetings that policies ask for, on no single case."
    )
    foot = note_height(note, width) + 0.25
    rows = ROW * len(digest.policy_sets)
    narrow = width == "narrow"
    head = 0.46
    stacks = _stacks()
    sheet = Sheet(width, foot + (rows + head) * (2 if narrow else 1) + (0.3 if narrow else 0.06))
    left = 1.05 if narrow else NAMES
    each = sheet.width - left - 0.55 if narrow else (sheet.width - left - 1.0) / 2
    longest = max(float(_whose(digest, name).sum()) for name in digest.policy_sets)
    for place, stack in enumerate(stacks):
        bottom = foot + (rows + head + 0.28) * (1 - place) if narrow else foot
        x = left if narrow else left + place * (each + 0.5)
        axes = sheet.axes(x, bottom, each, rows)
        _panel(sheet, digest, axes, stack, longest, named=narrow or place == 0)
    sheet.note(note)
    return sheet


def _panel(
    sheet: Sheet, digest: Digest, axes: Axes, stack: Stack, longest: float, *, named: bool
) -> None:
    axes.set_xlim(0, longest)
    axes.set_ylim(len(digest.policy_sets) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    unit_axis(axes, "x", "hours")
    for y, name in enumerate(digest.policy_sets):
        hours = stack.hours(digest, name)
        begins = np.concatenate([[0.0], np.cumsum(hours)[:-1]])
        axes.barh([y] * len(hours), hours, left=begins, height=0.72, color=stack.colours)
        axes.annotate(
            words.count(hours.sum()), (hours.sum(), y), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=style.SMALL, annotation_clip=False,
        )  # fmt: skip
        if named:
            sheet.row(
                axes, y, policy_name(name), digest.ink(name), NAMES if not sheet.narrow else 1.05
            )
    sheet.heading(axes, stack.heading, up=0.24)
    _key(sheet, axes, stack)


def _key(sheet: Sheet, axes: Axes, stack: Stack) -> None:
    box = axes.get_position()
    x, y = box.x0 * sheet.width, box.y1 * sheet.height + 0.1
    for part, colour in zip(stack.parts, stack.colours, strict=True):
        text = "■ " + part
        sheet.text(x, y, "■", style.SMALL, colour)
        sheet.text(x + 0.12, y, part, style.SMALL, style.TEXT)
        x += lettering.width(text, style.SMALL) + 0.1
