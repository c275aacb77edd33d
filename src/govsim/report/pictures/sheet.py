"""The paper that a picture of the report is drawn on: measured in inches, wide or narrow."""

from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from govsim.report import lettering, marks, style

Width = Literal["wide", "narrow"]
WIDTHS: dict[str, float] = {"wide": 7.2, "narrow": 3.6}  # A4 between margins; a phone
LINE = 1.32  # the height of a line, in its size
HALO = 0.02  # inches of air between a mark and its label


def high(lines: int, size: float) -> float:
    """How high so many lines are, in inches."""
    return lines * size * LINE / lettering.POINTS


class Sheet:
    """One picture being drawn. Places are inches from the left and from the bottom."""

    def __init__(self, width: Width, height: float) -> None:
        self.width, self.height = WIDTHS[width], height
        self.narrow = width == "narrow"
        self.figure = Figure(figsize=(self.width, height))

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """A panel."""
        box = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        panel = self.figure.add_axes(box, label=f"{len(self.figure.axes)}")
        panel.tick_params(labelsize=style.SMALL)
        return panel

    def paper(self) -> Axes:
        """The whole sheet as a panel whose units are inches, with nothing on it."""
        panel = self.axes(0, 0, self.width, self.height)
        panel.set_xlim(0, self.width)
        panel.set_ylim(0, self.height)
        panel.set_axis_off()
        return panel

    def text(
        self, left: float, bottom: float, text: str, size: float = style.BODY,
        colour: str = style.INK, **how: Any,
    ) -> None:  # fmt: skip
        """Letters anywhere."""
        looks: dict[str, Any] = {"va": "baseline", "linespacing": LINE} | how
        self.figure.text(
            left / self.width, bottom / self.height, text, fontsize=size, color=colour, **looks
        )

    def heading(
        self, axes: Axes, text: str, *, left: float | None = None, up: float = 0.09,
        beyond: float = 0.05,
    ) -> None:  # fmt: skip
        """A small title above a panel, in lines that fit; it may reach beyond the panel's end."""
        box = axes.get_position()
        x = box.x0 * self.width if left is None else left
        room = box.x1 * self.width - x
        lines = lettering.wrapped(text, style.HEAD, room + beyond, 2)
        self.text(x, box.y1 * self.height + up, lines, style.HEAD, va="bottom")

    def note(self, text: str, bottom: float = 0.08) -> None:
        """How to read it, at the foot."""
        self.text(0.05, bottom, note_lines(text, self.width), style.SMALL, style.TEXT, va="bottom")

    def row(self, axes: Axes, y: float, name: str, colour: str, room: float) -> None:
        """The name of a row left of its panel, in one line or two small ones."""
        inches = axes.get_position().height * self.height
        low, top = axes.get_ylim()
        lines = 2 if abs(inches / (top - low)) >= high(2, style.SMALL) - HALO else 1
        if lettering.width(lettering.shown(name), style.BODY) <= room - 0.14:
            text, size = lettering.shown(name), style.BODY
        else:
            text, size = lettering.wrapped(name, style.SMALL, room - 0.14, lines), style.SMALL
        axes.annotate(
            text, (0, y), xycoords=axes.get_yaxis_transform(), xytext=(-6, 0),
            textcoords="offset points", ha="right", va="center", fontsize=size, color=colour,
            annotation_clip=False, linespacing=LINE - 0.2,
        )  # fmt: skip

    def beside(self, axes: Axes, ends: Sequence[tuple[float, str, str]], room: float) -> None:
        """Names at the right end of lines, moved apart: (height of the end, name, colour).

        Long names take two lines if there is room for that.
        """
        size = style.SMALL
        low, top = axes.get_ylim()
        inches = axes.get_position().height * self.height
        for lines in (2, 1):
            texts = [lettering.wrapped(name, size, room - 0.1, lines) for _, name, _ in ends]
            tall = [high(text.count("\n") + 1, size) + HALO for text in texts]
            if sum(tall) <= inches:
                break
        unit = (top - low) / inches  # of the axis
        tall = [each * unit for each in tall]
        places = lettering.apart([end for end, _, _ in ends], tall, low, top)
        for y, text, (_, _, colour) in zip(places, texts, ends, strict=True):
            axes.annotate(
                text, (1, y), xycoords=axes.get_yaxis_transform(), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=size, color=colour,
                annotation_clip=False, linespacing=LINE - 0.15,
            )  # fmt: skip

    def room_for(self, axes: Axes, names: int) -> bool:
        """Whether so many names fit beside a panel."""
        inches = axes.get_position().height * self.height
        return names * (high(1, style.SMALL) + HALO) <= inches


def note_lines(text: str, width: float) -> str:
    """A note as it is broken on a sheet."""
    return lettering.wrapped(text, style.SMALL, width - 0.12)


def note_height(text: str, width: Width) -> float:
    """How much room a note takes at the foot, with the air around it."""
    lines = note_lines(text, WIDTHS[width]).count("\n") + 1
    return high(lines, style.SMALL) + 0.18


def plain(axes: Axes) -> None:
    """No grid, no ticks, no spines: only what is drawn."""
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def unit_axis(axes: Axes, which: Literal["x", "y"], unit: str, *, signed: bool = False) -> None:
    """Numbers of a unit along an axis, in the language in use now."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(marks.ticks(unit, signed=signed)))
