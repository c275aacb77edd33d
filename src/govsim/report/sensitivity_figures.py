"""What drives an outcome, as two pictures: a tornado, and what works together."""

from collections.abc import Callable
from pathlib import Path
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.decisions.sensitivity import Sensitivity
from govsim.decisions.sensitivity_data import MORRIS
from govsim.decisions.sensitivity_indices import Index
from govsim.decisions.sensitivity_slices import Crossing, crossings
from govsim.language import language, say, speaking
from govsim.report import marks, style, words
from govsim.report.lettering import wrapped
from govsim.report.sensitivity import SHOWN, STEADY, asked, chance, grade
from govsim.report.sweeping import unit_of
from govsim.report.values import title_of

WIDTH, LEFT, NAMES, RIGHT = 11.0, 0.45, 4.1, 1.4  # inches
ABOVE, BELOW, ROW = 1.25, 1.3, 0.47
MORE, LESS, MIXED = "#0072B2", "#D55E00", "#CC79A7"
UNSURE = style.BASELINE
PALE = 0.4  # opacity of what does not lie above chance
HEAT = LinearSegmentedColormap.from_list("heat", ["#f6f8fa", "#a9cde6", "#0072B2"])
PAIRED = 8  # values in the heat map
NAMED = 8  # values named in Morris' plane
PANELS = 3  # in a row of small multiples


def save_sensitivity_figures(found: Sensitivity, folder: Path) -> list[Path]:
    """The tornado and the interactions, in both languages, as PNG and SVG; says where they are."""
    first = style.save_everywhere("sensitivity", lambda lang: tornado(found, lang), folder)
    return first + style.save_everywhere(
        "interactions", lambda lang: interactions(found, lang), folder
    )


def tornado(found: Sensitivity, lang: str) -> Figure:
    """Bars to the right where more of a value means more of the outcome, to the left for less."""
    with speaking(lang), style.styled():
        shown = found.drivers[:SHOWN]
        height = ABOVE + ROW * len(shown) + BELOW
        figure = Figure(figsize=(WIDTH, height))
        _header(figure, found, say("What drives it"))
        place = (
            (LEFT + NAMES) / WIDTH,
            BELOW / height,
            (WIDTH - LEFT - NAMES - RIGHT) / WIDTH,
            ROW * len(shown) / height,
        )
        axes = figure.add_axes(place)
        for y, index in enumerate(shown):
            _bar(axes, y, index, found)
        _axis(axes, found, shown)
        _note(figure, _tornado_note(found))
    return figure


def _bar(axes: Axes, y: int, index: Index, found: Sensitivity) -> None:
    direction = found.direction(index.factor)
    side = _side(direction)
    colour = MIXED if abs(direction) < STEADY else MORE if side > 0 else LESS
    opacity = 1.0 if index.sure else PALE
    if np.isfinite(index.floor):
        floor = side * index.floor
        axes.barh(y, floor, height=0.9, color=style.RULE, alpha=0.7)
        axes.plot([floor, floor], [y - 0.45, y + 0.45], color=style.TEXT, linewidth=1.0)
    axes.barh(y, side * max(index.estimate, 0.0), height=0.56, color=colour, alpha=opacity)
    ends = [side * max(index.low, 0.0), side * max(index.high, 0.0)]
    axes.plot(ends, [y, y], color=style.INK, linewidth=1.1)
    for end in ends:
        axes.plot([end, end], [y - 0.13, y + 0.13], color=style.INK, linewidth=1.1)
    _name(axes, y, index.factor, style.INK if index.sure else style.TEXT)
    marks.after_row(axes, y, grade(found, index.factor))


def _name(axes: Axes, y: float, path: str, colour: str) -> None:
    """What a value is, and beneath it where it stands in the scenario."""
    title = wrapped(title_of(path), style.LABEL, NAMES - 0.15, lines=2)
    under = -0.5 * (title.count("\n") + 1) * 1.2 * style.LABEL - 0.2 * style.NOTE
    for text, rise, size, ink in (
        (title, 0.5 * style.NOTE, style.LABEL, colour),
        (path, under, style.NOTE - 1.5, style.BASELINE),
    ):
        axes.annotate(
            text, (0, y), xycoords=axes.get_yaxis_transform(), xytext=(-8, rise), fontsize=size,
            textcoords="offset points", ha="right", va="center", color=ink, annotation_clip=False,
        )  # fmt: skip


def _side(direction: float) -> int:
    return -1 if direction <= -STEADY else 1


def _axis(axes: Axes, found: Sensitivity, shown: list[Index]) -> None:
    reach = {-1: 0.0, 1: 0.0}
    for index in shown:
        side = _side(found.direction(index.factor))
        reach[side] = max(reach[side], index.high, np.nan_to_num(index.floor))
    most = max(reach.values()) or 1.0
    axes.set_xlim(-max(1.06 * reach[-1], 0.03 * most), max(1.06 * reach[1], 0.03 * most))
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_yticks([])
    axes.axvline(0.0, color=style.BASELINE, linewidth=1.0)
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(_ticks(found)))
    axes.set_xlabel(_axis_name(found))
    _above_zero(axes, say("more of it: more →"), "left")
    if reach[-1]:
        _above_zero(axes, say("← more of it: less"), "right")
    axes.annotate(
        say("Evidence"), (1, 1), xycoords="axes fraction", xytext=(5, 5),
        textcoords="offset points", fontsize=style.NOTE, color=style.INK,
    )  # fmt: skip


def _above_zero(axes: Axes, text: str, side: str) -> None:
    """What it means that a bar goes this way from zero."""
    axes.annotate(
        text, (0, 1), xycoords=axes.get_xaxis_transform(), ha=side, va="bottom",
        xytext=(4 if side == "left" else -4, 5), textcoords="offset points",
        fontsize=style.NOTE, color=style.TEXT, annotation_clip=False,
    )  # fmt: skip


def _ticks(found: Sensitivity) -> Callable[[float, int | None], str]:
    lang = language()
    plain = marks.ticks(unit_of(found.question.outcome), signed=True)

    def text(x: float, _: int | None = None) -> str:
        if found.samples.design == MORRIS:
            return plain(abs(x), None).lstrip("+")
        with speaking(lang):  # matplotlib asks when it saves
            return words.percent(abs(x))

    return text


def _axis_name(found: Sensitivity) -> str:
    if found.samples.design == MORRIS:
        return say(
            "Change of the outcome through a value's whole range (mu*){unit}", unit=_unit(found)
        )
    if found.main == "total":
        return say("Share of the variance that a value has a hand in (total index)")
    return say("Share of the variance that a value explains by itself")


def _unit(found: Sensitivity) -> str:
    unit = unit_of(found.question.outcome)
    known = {
        "share": say("points"),
        "days": say("days"),
        "hours": say("hours"),
        "yuan": say("yuan"),
    }
    return f" [{known[unit]}]" if unit in known else ""


def _tornado_note(found: Sensitivity) -> str:
    parts = [
        say(
            "Whiskers: 95 % intervals. Blue: more of it means more; orange: less; pink: no one way."
        )
    ]
    if found.samples.replications > 1:
        parts.append(
            say(
                "Grey field: what chance between replications alone reaches in 19 of 20 cases. "
                "Pale: not told from that."
            )
        )
    parts.append(chance(found))
    return words.sentences(*parts)


def _header(figure: Figure, found: Sensitivity, title: str) -> None:
    width, height = figure.get_size_inches()
    figure.text(
        LEFT / width,
        1 - 0.45 / height,
        title + _colon() + asked(found),
        fontsize=style.TITLE - 4,
        color=style.INK,
    )
    samples = found.samples
    facts = say(
        "{name}: {values} values, {blocks} blocks of the design, {r} replications",
        name=found.results.name,
        values=len(samples.factors),
        blocks=f"{samples.blocks:,}",
        r=samples.replications,
    )
    figure.text(LEFT / width, 1 - 0.75 / height, facts, fontsize=style.SUBTITLE, color=style.TEXT)


def _colon() -> str:
    return "：" if language() == "zh" else ": "


def _note(figure: Figure, text: str) -> None:
    width, height = figure.get_size_inches()
    room = int((width - 2 * LEFT) * (7.6 if language() == "zh" else 15))
    lines = "\n".join(line for part in text.split("\n") for line in wrap(part, room))
    figure.text(LEFT / width, 0.15 / height, lines, fontsize=style.NOTE, color=style.TEXT)


# ---------------------------------------------------------------- interactions


def interactions(found: Sensitivity, lang: str) -> Figure:
    """Whether values work together: a heat map of pairs, Morris' plane, or crossed means."""
    with speaking(lang), style.styled():
        if found.samples.design == "sobol_pairs" and len(found.samples.factors) > 1:
            return _heat_map(found)
        if found.samples.design == MORRIS:
            return _plane(found)
        return _multiples(found)


def _heat_map(found: Sensitivity) -> Figure:
    names = [index.factor for index in found.drivers[:PAIRED]]
    size = len(names)
    cell = 0.72
    height = ABOVE + cell * size + 2.3
    figure = Figure(figsize=(LEFT + NAMES + cell * size + 3.6, height))
    _header(figure, found, say("What works together"))
    width = figure.get_size_inches()[0]
    axes = figure.add_axes(
        (
            (LEFT + NAMES) / width,
            2.3 / height - 0.4 / height,
            cell * size / width,
            cell * size / height,
        )
    )
    pairs = {frozenset((i.factor, i.other)): i for i in found.named("second")}
    most = max((i.estimate for i in pairs.values()), default=0.0) or 1.0
    for y, first in enumerate(names):
        for x, other in enumerate(names[:y]):
            _cell_of_pair(axes, (x, y), pairs[frozenset((first, other))], most)
        _name(axes, y, first, style.INK)
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xticks(range(size - 1), names[:-1], rotation=35, ha="right")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    _note(
        figure,
        say(
            "Each square: the share of the variance that two values make together, beyond what "
            "each makes by itself, in per cent. Pale grey: not told from zero."
        ),
    )
    return figure


def _cell_of_pair(axes: Axes, place: tuple[int, int], index: Index, most: float) -> None:
    x, y = place
    strength = index.estimate / most if index.low > 0 else 0.0
    axes.barh(y, 0.94, height=0.9, left=x - 0.47, color=HEAT(max(strength, 0.0)))
    ink = "white" if strength > 0.6 else style.INK if strength else style.BASELINE
    text = f"{100 * index.estimate:.0f}".replace("-0", "0").replace("-", "−")
    axes.text(x, y, text, ha="center", va="center", fontsize=style.LABEL, color=ink)


def _plane(found: Sensitivity) -> Figure:
    height = 6.6
    figure = Figure(figsize=(WIDTH, height))
    _header(figure, found, say("What works together or not in proportion"))
    axes = figure.add_axes((0.085, 0.2, 0.87, 0.62))
    sizes = {i.factor: i for i in found.named("mu_star")}
    spreads = {i.factor: i.estimate for i in found.named("sigma")}
    for name, index in sizes.items():
        axes.plot(
            [index.estimate],
            [spreads[name]],
            "o",
            markersize=5,
            color=MORE if index.sure else UNSURE,
            alpha=1.0 if index.sure else 0.5,
        )
    right = 1.2 * max(i.estimate for i in sizes.values())
    top = 1.15 * max(max(spreads.values()), 1e-12)
    axes.set_xlim(0, right)
    axes.set_ylim(0, top)
    _rays(axes, right, top)
    _name_points(axes, [(i.factor, i.estimate, spreads[i.factor]) for i in found.drivers[:NAMED]])
    ticks = FuncFormatter(_ticks(found))
    axes.xaxis.set_major_formatter(ticks)
    axes.yaxis.set_major_formatter(ticks)
    axes.grid(axis="both")
    axes.set_xlabel(
        say("How much: change through a value's whole range (mu*){unit}", unit=_unit(found))
    )
    axes.set_ylabel(say("How unlike, depending on where the others lie (sigma)"))
    _note(
        figure,
        say(
            "Below the lower line a value does much the same wherever the others lie; above the "
            "upper one what it does depends on them (or on where in its range it is). Grey: not "
            "told from chance."
        ),
    )
    return figure


def _rays(axes: Axes, right: float, top: float) -> None:
    for slope in (0.1, 1.0):
        x = min(right, top / slope)
        axes.plot([0, x], [0, slope * x], color=style.RULE, linewidth=1.0, zorder=1)
        axes.annotate(
            say("sigma = {slope} mu*", slope=f"{slope:g}"),
            (x, slope * x),
            xytext=(-4, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=style.NOTE,
            color=style.TEXT,
        )


def _name_points(axes: Axes, points: list[tuple[str, float, float]]) -> None:
    """Names beside points, moved up where they would lie on another."""
    _, top = axes.get_ylim()
    _, right = axes.get_xlim()
    taken: list[tuple[float, float]] = []
    for name, x, y in points:
        level = y
        while any(
            abs(level - other) < 0.045 * top and abs(x - at) < 0.3 * right for at, other in taken
        ):
            level += 0.015 * top
        taken.append((x, level))
        left = x > 0.65 * right
        line = {"arrowstyle": "-", "color": style.RULE, "relpos": (1.0 if left else 0.0, 0.3)}
        axes.annotate(
            name,
            (x, y),
            xytext=(x - 0.008 * right if left else x + 0.008 * right, level),
            ha="right" if left else "left",
            va="center",
            fontsize=style.NOTE,
            color=style.INK,
            arrowprops=line if level > y else None,
        )


def _multiples(found: Sensitivity) -> Figure:
    pairs = crossings(found)
    lines = max(-(-len(pairs) // PANELS), 1)
    height = ABOVE + 2.35 * lines + 0.6
    figure = Figure(figsize=(WIDTH, height))
    _header(figure, found, say("What works together"))
    for place, pair in enumerate(pairs):
        row, column = divmod(place, PANELS)
        wide = (WIDTH - 0.6 - 0.3) / PANELS
        box = (
            (0.75 + column * wide) / WIDTH,
            1 - (ABOVE + 0.35 + 2.35 * row + 1.5) / height,
            (wide - 0.75) / WIDTH,
            1.5 / height,
        )
        _crossing(figure.add_axes(box, label=f"{place}"), pair, found)
    _note(
        figure,
        say(
            "Means of the outcome over slices of a value's range, with 95 % intervals, apart for "
            "the lower and the upper half of another's. Parallel lines: they do not work together."
        ),
    )
    return figure


def _crossing(axes: Axes, pair: Crossing, found: Sensitivity) -> None:
    for half, colour in enumerate((LESS, MORE)):
        axes.plot(pair.at, pair.means[half], "o-", color=colour, markersize=3, linewidth=1.4)
        axes.fill_between(
            pair.at, pair.low[half], pair.high[half], color=colour, alpha=style.BAND, linewidth=0
        )
    axes.yaxis.set_major_locator(MaxNLocator(4))
    unit = unit_of(found.question.outcome)
    axes.yaxis.set_major_formatter(
        FuncFormatter(marks.ticks(unit, signed=bool(found.question.against)))
    )
    axes.set_xlim(0, 1)
    axes.set_xticks([0.02, 0.98], [say("low"), say("high")])
    axes.set_xlabel(pair.along, fontsize=style.NOTE, color=style.INK, labelpad=-9)
    marks.above(axes, 0.0, pair.across + _colon(), "left")
    axes.legend(
        [Line2D([], [], color=LESS), Line2D([], [], color=MORE)],
        [say("low"), say("high")],
        loc="lower right",
        bbox_to_anchor=(1.02, 0.98),
        ncol=2,
        frameon=False,
        fontsize=style.NOTE,
        handlelength=1.0,
        columnspacing=0.8,
        borderpad=0.1,
    )
