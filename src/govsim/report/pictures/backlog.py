"""Picture: grievances open and overdue over time, and how old the open ones are at the end."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.outcomes import KPIS
from govsim.report import marks, style, words
from govsim.report.pictures.digest import Digest, Line, policy_name
from govsim.report.pictures.finding import change_title
from govsim.report.pictures.sheet import Sheet, Width, note_height, unit_axis

NAMES = 1.25  # inches at the right for the names of lines
AGES = (0.5, 0.9)


def title(results: Results | Digest) -> str:
    """What is to be seen, if chance allows saying it."""
    digest = Digest.of(results)
    neutral = say("Open grievances over time, and how old they are at the end")
    return change_title(digest, "backlog", "recorded", neutral)


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Lines over time of the grievances open and overdue at the end of each week.")]
    for name in digest.pair:
        line = digest.weekly("backlog", "recorded", name)
        if line is not None:
            parts.append(
                say(
                    "{policy}: {first} open after the first week, {last} at the end.",
                    policy=policy_name(name),
                    first=words.count(line.mean[0]),
                    last=words.count(line.mean[-1]),
                )
            )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None without weekly series."""
    digest = Digest.of(results)
    if digest.weekly("backlog", "recorded", digest.base) is None:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width).figure


def _sheet(digest: Digest, width: Width) -> Sheet:
    note = _note(digest)
    foot = note_height(note, width) + 0.32
    ages = [name for name in digest.policy_sets if _quantiles(digest, name)]
    rows = 0.24 * len(ages)
    if width == "narrow":
        sheet = Sheet(width, foot + rows + 0.55 + 1.1 + 0.75 + 1.7 + 0.75)
        lower = foot + rows + 0.85
        top = (0.5, lower + 1.1 + 0.72, sheet.width - 0.55 - NAMES + 0.25, 1.7)
        left, right = (0.5, lower, top[2], 1.1), (1.3, foot, sheet.width - 1.5, rows)
    else:
        under = max(rows, 1.15)
        sheet = Sheet(width, foot + under + 0.75 + 1.9 + 0.3)
        top = (0.55, foot + under + 0.75, sheet.width - 0.6 - NAMES, 1.9)
        left = (0.55, foot, 2.7, under)
        right = (4.75, foot + under - rows, sheet.width - 4.95, rows)
    _over_time(sheet, digest, top, "backlog", say("Grievances open at the end of each week"))
    late = say("Of these, the reply is overdue")
    _over_time(sheet, digest, left, "overdue", late, named=width == "narrow")
    if ages:
        _ages(sheet, digest, right, ages)
    sheet.note(note)
    return sheet


def _note(digest: Digest) -> str:
    note = digest.drawn_from()
    if digest.results.warm_up:
        note = words.sentences(note, say("Grey: the warm-up, which no KPI counts."))
    return note


def _over_time(
    sheet: Sheet, digest: Digest, place: tuple[float, float, float, float], measure: str,
    heading: str, *, named: bool = True,
) -> None:  # fmt: skip
    axes = sheet.axes(*place)
    lines = {name: digest.weekly(measure, "recorded", name) for name in digest.policy_sets}
    found = {name: line for name, line in lines.items() if line is not None}
    first = marks.days([digest.results.start])[0]
    for name in sorted(found, key=lambda name: name in digest.named):
        _line(axes, digest, name, found[name], first)
    marks.left_out(axes, digest.results.start, digest.results.warm_up)
    marks.months(axes, digest.results.start, digest.results.days)
    marks.count_axis(axes)
    sheet.heading(axes, heading)
    if named and len(digest.policy_sets) > 1:
        told = found if sheet.room_for(axes, len(found)) else digest.named
        ends = [
            (float(found[name].mean[-1]), policy_name(name), digest.ink(name))
            for name in told
            if name in found
        ]
        sheet.beside(axes, ends, NAMES - (0.25 if sheet.narrow else 0.0))


def _line(axes: Axes, digest: Digest, name: str, line: Line, first: float) -> None:
    colour = digest.colours[name]
    faint = name not in digest.named
    axes.plot(first + line.x, line.mean, color=colour, linewidth=0.8 if faint else 1.6)
    if not faint and np.isfinite(line.low).any():
        axes.fill_between(
            first + line.x, line.low, line.high, color=colour, alpha=style.BAND, linewidth=0
        )


def _quantiles(digest: Digest, name: str) -> tuple[float, ...] | None:
    found = digest.ages(name)
    if found is None or found[1].sum() == 0:
        return None
    days, waiting = found
    reached = np.cumsum(waiting) / waiting.sum()
    return tuple(float(days[int(np.searchsorted(reached, part))]) for part in AGES)


def _ages(
    sheet: Sheet, digest: Digest, place: tuple[float, float, float, float], names: list[str]
) -> None:
    axes = sheet.axes(*place)
    axes.set_ylim(len(names) - 0.5, -0.5)
    furthest = 0.0
    for y, name in enumerate(names):
        median, old = _quantiles(digest, name) or (0.0, 0.0)
        furthest = max(furthest, old)
        colour = digest.colours[name]
        axes.plot([median, old], [y, y], color=colour, linewidth=1.6)
        axes.plot([median], [y], "o", color=colour, markersize=5)
        axes.plot([old], [y], "|", color=colour, markersize=8, markeredgewidth=1.6)
        sheet.row(axes, y, policy_name(name), digest.ink(name), 1.2)
    axes.set_xlim(0, 1.08 * furthest)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x")
    unit_axis(axes, "x", KPIS["median_open_age"].unit)
    axes.locator_params(axis="x", nbins=5)
    heading = say("Age of those open at the end, in days: median (dot) to the oldest tenth (bar)")
    sheet.heading(axes, heading, left=place[0] - 1.2 if place[0] > 1.25 else 0.1)
