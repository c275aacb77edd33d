"""The marks figures are made of: bands, bars, legends, ticks. All in the style of ``style``."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, StrMethodFormatter
from numpy.typing import ArrayLike

from govsim.experiments.certainty import Certainty
from govsim.language import language, speaking
from govsim.report import lettering, style, words

MOST_NAMED = 3  # bars in a group, so that the numbers at their ends do not touch
BETWEEN, BESIDE = 0.07, 0.4  # inches between names of moments; beyond a panel's ends
Entry = tuple[str, str]  # a text and its colour


def band(axes: Axes, x: ArrayLike, line: pd.DataFrame, colour: str) -> None:
    """A mean with its interval: columns ``mean``, ``low``, ``high``."""
    axes.plot(x, line["mean"], color=colour)
    if line["low"].notna().any():
        axes.fill_between(
            np.asarray(x, float),
            line["low"].to_numpy(float),
            line["high"].to_numpy(float),
            color=colour,
            alpha=style.BAND,
            linewidth=0,
        )


def stroke(colour: str) -> Line2D:
    """A short line for a legend."""
    return Line2D([], [], color=colour, linewidth=2.4)


def dot(colour: str, marker: str) -> Line2D:
    """A mark for a legend."""
    return Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=6)


def told(certainty: Certainty, colour: str) -> dict[str, Any]:
    """How a dot shows how certain it is: ``certainty.on_pictures`` says it in words."""
    inside = {Certainty.OPEN: "white", Certainty.SAME: style.FAINT}.get(certainty, colour)
    filled = "left" if certainty == Certainty.LEANING else "full"
    return {
        "color": colour,
        "fillstyle": filled,
        "markerfacecolor": inside,
        "markerfacecoloralt": "white",
    }


def legend(axes: Axes, entries: Sequence[Entry]) -> None:
    """Coloured names in the lower right corner, where rising curves leave room."""
    box = axes.legend(
        [stroke(colour) for _, colour in entries],
        [text for text, _ in entries],
        loc="lower right",
        frameon=False,
        fontsize=style.LABEL,
        handlelength=1.2,
        labelspacing=0.3,
        borderaxespad=0.8,
    )
    for text, (_, colour) in zip(box.get_texts(), entries, strict=True):
        text.set_color(colour)


def say_inside(axes: Axes, text: str) -> None:
    """A remark in the middle of an empty panel."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=style.TEXT)


def days(dates: Sequence[date] | pd.Series) -> list[float]:
    """Dates as matplotlib counts them: days since 1970."""
    counted: list[float] = np.asarray(mdates.date2num(dates)).tolist()  # type: ignore[no-untyped-call]
    return counted


def left_out(axes: Axes, start: date, warm_up: float) -> None:
    """Shade the days that no KPI counts; nothing to shade without a warm-up."""
    if warm_up:
        first = days([start])[0]
        axes.axvspan(first, first + warm_up, color=style.GRID, linewidth=0, zorder=0)


def months(axes: Axes, start: date, length: int) -> None:
    """Ticks at firsts of months, few enough to read; the year under the first and each January."""
    ends = start + timedelta(days=length)
    firsts = _firsts_of_months(start, ends)
    every = next((step for step in (1, 2, 3, 6, 12) if len(firsts) / step <= 5), 24)
    shown = [first for first in firsts if (first.month - 1) % every == 0]
    labels = [
        words.month(first, with_year=place == 0 or first.year != shown[place - 1].year)
        for place, first in enumerate(shown)
    ]
    left, right = days([start, ends])
    axes.set_xlim(left, right)
    axes.xaxis.set_major_locator(FixedLocator(days(shown)))
    axes.xaxis.set_major_formatter(FixedFormatter(labels))


def _firsts_of_months(start: date, ends: date) -> list[date]:
    first = start if start.day == 1 else _next_month(start)
    found = []
    while first < ends:
        found.append(first)
        first = _next_month(first)
    return found


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def bars(
    axes: Axes,
    labels: Sequence[str],
    values: Mapping[str, pd.DataFrame],
    colours: Mapping[str, str],
) -> None:
    """Horizontal bars in groups, the label above each group; few have the number at their end.

    Args:
        axes: panel to draw in.
        labels: one for each group, top to bottom.
        values: for each colour's key a frame with ``mean``, ``low``, ``high``, indexed by group
            number; a group may be missing.
        colours: key -> colour, top to bottom within a group.
    """
    tables = {key: table.dropna(subset=["mean"]) for key, table in values.items()}
    longest = max(float(table["mean"].max()) for table in tables.values())
    for group, label in enumerate(labels):
        axes.text(0, group + 0.3, label, va="bottom", fontsize=style.LABEL, color=style.TEXT)
        here = [key for key in colours if group in tables[key].index]
        thick = 0.6 / max(len(here), 1)
        for place, key in enumerate(here):
            y = group + 0.36 + (place + 0.5) * thick
            _bar(axes, y, min(0.86 * thick, 0.34), tables[key].loc[group].to_dict(), colours[key])
            if len(here) <= MOST_NAMED:
                _name_bar(axes, y, tables[key].loc[group].to_dict())
    axes.set_xlim(0, 1.25 * (longest or 1.0))
    axes.set_ylim(len(labels), 0)
    axes.set_axis_off()


def _bar(axes: Axes, y: float, thick: float, row: Mapping[Hashable, float], colour: str) -> None:
    axes.barh(y, row["mean"], height=thick, color=colour)
    if np.isfinite(row["high"]):
        axes.plot([row["low"], row["high"]], [y, y], color=style.INK, linewidth=0.9)


def _name_bar(axes: Axes, y: float, row: Mapping[Hashable, float]) -> None:
    end = row["high"] if np.isfinite(row["high"]) else row["mean"]
    axes.annotate(
        words.count(row["mean"]),
        (end, y),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.LABEL,
        color=style.INK,
    )


def moments(axes: Axes, places: Mapping[float, str]) -> None:
    """Thin dashed lines across a panel, each named above it; names make room for each other."""
    left, right = axes.get_xlim()
    figure = axes.get_figure(root=True)
    assert figure is not None
    inch = (right - left) / (axes.get_position().width * figure.get_figwidth())  # of the axis
    inside = [x for x in sorted(places) if left < x <= right]
    sizes = [(lettering.width(places[x], style.NOTE) + BETWEEN) * inch for x in inside]
    middles = lettering.apart(inside, sizes, left - BESIDE * inch, right + BESIDE * inch)
    for x, middle in zip(inside, middles, strict=True):
        axes.axvline(x, ymax=1.02, color=style.TEXT, linewidth=0.7, dashes=(4, 3), clip_on=False)
        axes.annotate(
            places[x],
            (middle, 1.03),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=style.NOTE,
            color=style.TEXT,
        )


def percent_axis(axes: Axes) -> None:
    """An upright axis from 0 to 100 %."""
    quarters = [0.0, 0.25, 0.5, 0.75, 1.0]
    axes.set_ylim(0, 1.02)
    axes.set_yticks(quarters, [words.percent(share) for share in quarters])


def count_axis(axes: Axes) -> None:
    """An upright axis of counts, from 0."""
    axes.set_ylim(bottom=0, top=max(axes.get_ylim()[1], 1.0))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def ticks(unit: str, *, signed: bool) -> Callable[[float, int | None], str]:
    """How an axis of this unit writes its numbers: short, in the language in use now.

    Matplotlib asks for them when it saves, and by then the language may be another.
    """
    lang = language()

    def text(x: float, _: int | None = None) -> str:
        with speaking(lang):
            return words.short(x, unit, signed=signed)

    return text


def above(axes: Axes, x: float, text: str, side: str) -> None:
    """A small remark above a panel, at a place from 0 (left) to 1 (right)."""
    axes.annotate(
        text, (x, 1), xycoords="axes fraction", xytext=(0, 5), textcoords="offset points",
        ha=side, va="bottom", fontsize=style.NOTE, color=style.TEXT,
    )  # fmt: skip


def before_row(axes: Axes, y: float, text: str, colour: str) -> None:
    """The name of a row, left of its panel."""
    _beside(axes, (0, y), (-8, 0), text, "right", style.LABEL, colour)


def after_row(axes: Axes, y: float, text: str) -> None:
    """A small number at the end of a row, right of its panel."""
    _beside(axes, (1, y), (5, 0), text, "left", style.NOTE, style.TEXT)


def _beside(
    axes: Axes,
    place: tuple[float, float],
    offset: tuple[float, float],
    text: str,
    side: str,
    size: float,
    colour: str,
) -> None:
    axes.annotate(
        text, place, xycoords=axes.get_yaxis_transform(), xytext=offset,
        textcoords="offset points", ha=side, va="center", fontsize=size, color=colour,
        annotation_clip=False,
    )  # fmt: skip
