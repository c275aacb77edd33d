"""Picture: where the first sixty days of a grievance go."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import lettering, style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.sheet import LINE, Sheet, Width, high, note_height

# What the offices could shorten is warm, what hangs on others is cool, work itself is dark.
PARTS = (
    ("time_in_queue", "#D55E00", "white"),
    ("time_interrupted", "#E69F00", style.INK),
    ("time_bounced", "#F0C987", style.INK),
    ("time_in_work", "#24292f", "white"),
    ("time_outside", "#56B4E9", style.INK),
    ("time_with_resident", "#A6D8F0", style.INK),
    ("time_in_confirmation", "#D8DEE4", style.INK),
)
NAMES, ROW = 1.45, 0.34


def title(results: Results | Digest) -> str:
    """What is to be seen: what takes most of the time."""
    digest = Digest.of(results)
    days = _days(digest, digest.base)
    most = int(np.argmax(days))
    if days.sum() == 0:
        return say("Where the first 60 days of a grievance go")
    return say(
        "Most days go to: {part} ({share} under {policy})",
        part=_names()[most],
        share=words.percent(days[most] / days.sum()),
        policy=policy_name(digest.base),
    )


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [
        say("Stacked bars, one a policy: days of a grievance's first 60 by what they went to.")
    ]
    for name in digest.pair:
        days = _days(digest, name)
        told = [
            f"{label} {words.count(value)}"
            for label, value in zip(_names(), days, strict=True)
            if value >= 0.05
        ]
        parts.append(
            say("{policy}: {parts}.", policy=policy_name(name), parts=lettering.listed(told))
        )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where nothing was closed."""
    digest = Digest.of(results)
    if not any(_days(digest, name).sum() for name in digest.policy_sets):
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width).figure


def _names() -> tuple[str, ...]:
    """What each part is called."""
    return (
        say("in a queue"),
        say("interrupted"),
        say("on the way back"),
        say("in work"),
        say("with other parties"),
        say("with the resident"),
        say("to confirmation"),
    )


def _days(digest: Digest, name: str) -> np.ndarray:
    means = [digest.city(kpi, "recorded", name).mean for kpi, _, _ in PARTS]
    days: np.ndarray = np.nan_to_num(np.array(means))
    return days


def _sheet(digest: Digest, width: Width) -> Sheet:
    note = say(
        "Days (of 24 hours) of a grievance's first 60, means over replications; in those missing "
        "to 60 it is over. Interrupted: begun, but the cadre was off duty or busy with other "
        "duties."
    )
    foot = note_height(note, width) + 0.3
    rows = ROW * len(digest.policy_sets)
    key = _key_lines(width)
    sheet = Sheet(width, foot + rows + high(len(key), style.SMALL) * 1.25 + 0.2)
    narrow = width == "narrow"
    left = 1.05 if narrow else NAMES
    axes = sheet.axes(left, foot, sheet.width - left - 0.5, rows)
    longest = max(float(_days(digest, name).sum()) for name in digest.policy_sets)
    axes.set_xlim(0, longest)
    axes.set_ylim(len(digest.policy_sets) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    for y, name in enumerate(digest.policy_sets):
        _bar(sheet, axes, y, _days(digest, name))
        sheet.row(axes, y, policy_name(name), digest.ink(name), left)
    _draw_key(sheet, key, foot + rows + 0.12)
    sheet.note(note)
    return sheet


def _bar(sheet: Sheet, axes: Axes, y: int, days: np.ndarray) -> None:
    inch = axes.get_position().width * sheet.width / axes.get_xlim()[1]
    begin = 0.0
    for value, (_, colour, ink) in zip(days, PARTS, strict=True):
        axes.barh(y, value, left=begin, height=0.74, color=colour, edgecolor="white", linewidth=0.6)
        text = words.count(value)
        if value * inch > lettering.width(text, style.SMALL) + 0.06:
            axes.text(
                begin + value / 2, y, text, ha="center", va="center", fontsize=style.SMALL,
                color=ink,
            )  # fmt: skip
        begin += value
    total = words.count(begin)
    axes.annotate(
        total, (begin, y), xytext=(4, 0), textcoords="offset points", va="center",
        fontsize=style.BODY, annotation_clip=False,
    )  # fmt: skip


def _key_lines(width: Width) -> list[list[int]]:
    """Which names stand in each line of the key."""
    room = (3.6 if width == "narrow" else 7.2) - 0.15
    lines: list[list[int]] = [[]]
    used = 0.0
    for place, name in enumerate(_names()):
        needed = lettering.width(name, style.SMALL) + 0.36
        if used + needed > room and lines[-1]:
            lines.append([])
            used = 0.0
        lines[-1].append(place)
        used += needed
    return lines


def _draw_key(sheet: Sheet, lines: list[list[int]], bottom: float) -> None:
    paper = sheet.paper()
    step = style.SMALL * LINE * 1.25 / lettering.POINTS
    for row, places in enumerate(reversed(lines)):
        x, y = 0.05, bottom + row * step
        for place in places:
            name = _names()[place]
            paper.barh(y + 0.045, 0.1, left=x, height=0.1, color=PARTS[place][1])
            paper.text(x + 0.14, y, name, fontsize=style.SMALL, color=style.TEXT)
            x += lettering.width(name, style.SMALL) + 0.36
