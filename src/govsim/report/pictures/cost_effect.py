"""Picture: what a policy costs more, and what it changes; the efficient ones are joined."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import Question
from govsim.experiments.intervals import Interval
from govsim.language import say, speaking
from govsim.outcomes import KPIS
from govsim.report import certainty, lettering, marks, style, words
from govsim.report.pictures.digest import MAIN, Digest, policy_name
from govsim.report.pictures.sheet import Sheet, Width, high, note_height, unit_axis
from govsim.report.summary import sided

ASKED = (MAIN, Question("latent_problems", "true"))


class Point(NamedTuple):
    """A policy set: money a year more than the first, and its change."""

    name: str
    cost: Interval
    change: float
    low: float
    high: float
    certainty: Certainty = Certainty.CERTAIN  # of the change


def title(results: Results | Digest) -> str:
    """What is to be seen, if chance allows saying it: which policies are worth their money."""
    digest = Digest.of(results)
    points, direction = _points(digest, MAIN), KPIS[MAIN.kpi].direction
    if len(points) > 1 and all(_gains(p, direction) < 0 for p in points[1:]):
        return say("No policy truly resolves more than {base}", base=policy_name(digest.base))
    best = [p.name for p in frontier(points, direction) if _gains(p, direction) > 0]
    if len(best) > 3:
        return say("{n} policies are worth their money by what is truly resolved", n=len(best))
    if not best:
        return say("What policies cost, and what they change")
    names = lettering.listed([policy_name(name) for name in best])
    return say("Most truly resolved for the money: {policies}", policies=names)


def _gains(point: Point, direction: int) -> float:
    """Above 0 for a change that is certainly better, below for one that is worse; else 0."""
    return direction * point.change if point.certainty == Certainty.CERTAIN else 0.0


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Points: extra money a year against the change it brings, with whiskers.")]
    for point in _points(digest, MAIN):
        if point.name != digest.base:
            parts.append(
                say(
                    "{policy}: {cost} a year, {kpi} {change}.",
                    policy=policy_name(point.name),
                    cost=words.quantity(point.cost.mean, np.nan, "yuan", signed=True),
                    kpi=sided(KPIS[MAIN.kpi], MAIN.side),
                    change=words.estimate(
                        (point.change, point.low, point.high), "share", signed=True
                    ),
                )
            )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where nothing is compared."""
    digest = Digest.of(results)
    if len(_points(digest, MAIN)) < 2:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width).figure


def frontier(points: list[Point], direction: int) -> list[Point]:
    """Those that no other beats: none costs less and brings as much, by means; cheapest first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda p: (p.cost.mean, -direction * p.change)):
        if not best or direction * point.change > direction * best[-1].change:
            best.append(point)
    return best


def _points(digest: Digest, question: Question) -> list[Point]:
    nothing = Interval(0.0, 0.0, 0.0, digest.results.replications)
    found = [Point(digest.base, nothing, 0.0, 0.0, 0.0)]
    for name in digest.others:
        row = digest.rows.get(question, {}).get(name)
        _, more = digest.cost(name)
        if row is not None and np.isfinite(row.change) and np.isfinite(more.mean):
            ends = (row.change_low, row.change_high)
            found.append(Point(name, more, row.change, *ends, row.certainty or Certainty.OPEN))
    return found


def _sheet(digest: Digest, width: Width) -> Sheet:
    note = say(
        "Against {base} (0, 0), paired; whiskers: 95 % intervals, each by itself. Line: those that "
        "none beats, by means. Up is better.",
        base=policy_name(digest.base),
    )
    note = words.sentences(note, certainty.on_pictures())
    foot = note_height(note, width) + 0.42
    tall = 2.5
    if width == "narrow":
        sheet = Sheet(width, foot + 2 * tall + 1.25)
        places = [(0.5, foot + tall + 0.85, 2.95, tall), (0.5, foot, 2.95, tall)]
    else:
        sheet = Sheet(width, foot + tall + 0.4)
        places = [(0.5, foot, 2.95, tall), (4.1, foot, 2.95, tall)]
    for place, question in zip(places, ASKED, strict=True):
        _panel(sheet, digest, sheet.axes(*place), question)
    sheet.note(note)
    return sheet


def _panel(sheet: Sheet, digest: Digest, axes: Axes, question: Question) -> None:
    kpi = KPIS[question.kpi]
    points = _points(digest, question)
    best = frontier(points, kpi.direction)
    axes.plot(
        [p.cost.mean for p in best], [p.change for p in best], color=style.INK, linewidth=0.9,
        alpha=0.55, zorder=1,
    )  # fmt: skip
    for point in points:
        _point(axes, digest, point)
    _limits(axes, points)
    if kpi.direction < 0:
        axes.invert_yaxis()
    axes.grid(axis="x")
    axes.axhline(0, color=style.BASELINE, linewidth=0.7, zorder=0.5)
    axes.axvline(0, color=style.BASELINE, linewidth=0.7, zorder=0.5)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    unit_axis(axes, "x", "yuan", signed=True)
    unit_axis(axes, "y", kpi.unit_of(question.side), signed=True)
    unit = say("points") if kpi.unit_of(question.side) == "share" else say("problems")
    sheet.heading(
        axes,
        f"{sided(kpi, question.side)} ({unit})",
        left=axes.get_position().x0 * sheet.width - 0.4,
    )
    box = axes.get_position()
    sheet.text(
        box.x1 * sheet.width, box.y0 * sheet.height - 0.33, say("more yuan a year →"), style.SMALL,
        style.TEXT, ha="right",
    )  # fmt: skip
    _names(sheet, axes, digest, points)


def _point(axes: Axes, digest: Digest, point: Point) -> None:
    colour = digest.colours[point.name]
    told = marks.told(point.certainty, colour)
    axes.plot([point.cost.mean] * 2, [point.low, point.high], color=colour, linewidth=1.0)
    axes.plot([point.cost.low, point.cost.high], [point.change] * 2, color=colour, linewidth=1.0)
    axes.plot([point.cost.mean], [point.change], "o", markersize=5.5, zorder=3, **told)


def _limits(axes: Axes, points: list[Point]) -> None:
    costs = [p.cost.mean for p in points]
    reach = max(max(costs) - min(costs), 1.0)
    axes.set_xlim(min(costs) - 0.1 * reach, max(costs) + 0.12 * reach)
    ends = [y for p in points for y in (p.low, p.high, p.change) if np.isfinite(y)]
    tall = max(max(ends) - min(ends), 1e-9)
    axes.set_ylim(min(ends) - 0.08 * tall, max(ends) + 0.08 * tall)


def _names(sheet: Sheet, axes: Axes, digest: Digest, points: list[Point]) -> None:
    """The names near their points, joined to them by a thin line where they had to move away."""
    left, right = axes.get_xlim()
    low, top = sorted(axes.get_ylim())
    box = axes.get_position()
    wide, tall = box.width * sheet.width, box.height * sheet.height
    inch_x, inch_y = wide / (right - left), tall / (top - low)
    spots = [((p.cost.mean - left) * inch_x, (p.change - low) * inch_y) for p in points]
    texts = [lettering.shortened(policy_name(p.name), style.SMALL, 1.5) for p in points]
    sizes = [(lettering.width(text, style.SMALL) + 0.04, high(1, style.SMALL)) for text in texts]
    middles = lettering.around(spots, sizes, (0.0, 0.0, wide, tall))
    for point, text, spot, middle, size in zip(points, texts, spots, middles, sizes, strict=True):
        x, y = left + middle[0] / inch_x, low + middle[1] / inch_y
        away = np.hypot(max(abs(middle[0] - spot[0]) - size[0] / 2, 0.0), middle[1] - spot[1])
        if away > 2 * size[1]:
            axes.plot(
                [point.cost.mean, x], [point.change, y], color=style.RULE, linewidth=0.7, zorder=0.9
            )
        axes.text(
            x, y, text, ha="center", va="center", fontsize=style.SMALL, zorder=4,
            color=digest.ink(point.name),
            bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 0.2},
        )  # fmt: skip
