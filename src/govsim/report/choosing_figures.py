"""A choice as figures: who was told apart from the best and when; what effect costs."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.decisions.folder import Decision
from govsim.decisions.selection import Kind
from govsim.experiments.certainty import Certainty
from govsim.language import language, say, speaking
from govsim.report import certainty, marks, style, words
from govsim.report.choosing import Chosen, Row, cost, fate

AS_GOOD = "as_good"
FATE_COLOURS: dict[str, str] = {
    Kind.CHOSEN: "#0072B2",
    AS_GOOD: "#56B4E9",
    Kind.IN_DOUBT: "#CC79A7",
    Kind.BEATEN: style.BASELINE,
    Kind.BREAKS: "#D55E00",
    Kind.UNMEASURED: style.RULE,
}
MOST_ROWS = 30
PLACES = (  # of a name beside its dot, in points
    (8, 0, "left"), (-8, 0, "right"), (0, 13, "center"), (8, 9, "left"), (8, -9, "left"),
    (0, -13, "center"),
)  # fmt: skip

WIDTH, LEFT, NAMES, GAP, RIGHT = 12.0, 0.5, 2.7, 0.75, 0.4  # inches
SHARES = (0.58, 0.21, 0.21)  # of the width: effect, cost, replications
ROW, ABOVE, BELOW = 0.27, 1.55, 1.0  # inches


def save_choice_figures(decision: Decision, folder: Path) -> list[Path]:
    """Write ``choice.*`` and ``cost_effect.*``, PNG and SVG in both languages."""
    return [
        *style.save_everywhere("choice", lambda lang: choice_figure(decision, lang), folder),
        *style.save_everywhere("cost_effect", lambda lang: cost_figure(decision, lang), folder),
    ]


def choice_figure(decision: Decision, lang: str) -> Figure:
    """A line a policy set: how far behind the best, what it costs, how often it was simulated."""
    with speaking(lang), style.styled():
        page = _Rows(decision)
        page.header()
        page.effects()
        page.bars(1, say("Cost a year"), lambda row: row["cost"] or 0.0, cost)
        marks.above(page.figure.axes[1], 0.0, say("beyond the baseline"), "left")
        page.bars(2, say("Replications"), lambda row: row["after"], lambda row: f"{row['after']:,}")
        marks.above(page.figure.axes[2], 0.0, say("until decided"), "left")
        page.notes()
    return page.figure


def cost_figure(decision: Decision, lang: str) -> Figure:
    """Effect against cost, a dot for each policy set."""
    with speaking(lang), style.styled():
        return _CostPage(decision).figure


class _Rows:
    """The figure with a line for each policy set."""

    def __init__(self, decision: Decision) -> None:
        self.chosen = Chosen(decision)
        ordered = self.chosen.ordered()
        self.rows = ordered[:MOST_ROWS]
        self.more = len(ordered) - len(self.rows)
        self.height = ABOVE + ROW * len(self.rows) + BELOW
        self.figure = Figure(figsize=(WIDTH, self.height))
        self.what = "behind" if self.chosen.best else "change"

    def header(self) -> None:
        """What was asked."""
        self._text(LEFT, self.height - 0.48, self.chosen.decision.name, style.TITLE, style.INK)
        asked = say(
            "Which policy set is best? {kpi}; differences below {step} do not matter; {n} "
            "replications in all",
            kpi=self.chosen.label,
            step=self.chosen.step,
            n=f"{self.chosen.answer['replications']:,}",
        )
        self._text(LEFT, self.height - 0.8, asked, style.SUBTITLE, style.TEXT)

    def effects(self) -> None:
        """The first panel: differences to the best, with intervals."""
        axes = self._axes(0)
        step = self.chosen.direction * self.chosen.question["indifference"]
        if self.chosen.best:
            axes.axvspan(-step, 0.0, color=style.GRID, linewidth=0)
        axes.axvline(0.0, color=style.BASELINE, linewidth=1.0)
        for y, row in enumerate(self.rows):
            colour = _colour(self.chosen, row)
            named = style.TEXT if row["fate"] == Kind.UNMEASURED else _ink(row)
            marks.before_row(axes, y, words.policy_name(row["name"]), named)
            self._effect(axes, y, row, colour)
        axes.grid(axis="x")
        axes.margins(x=0.08)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(marks.ticks(self.chosen.unit, signed=True)))
        title = say("Against the best") if self.chosen.best else say("Against the baseline")
        axes.set_title(title, loc="left", fontsize=style.PANEL, pad=17)
        better = say("more is better →") if self.chosen.direction > 0 else say("← less is better")
        marks.above(axes, 1.0, better, "right")
        if self.chosen.best:
            mean = self.chosen.value(self.chosen.best["mean"])
            marks.above(axes, 0.0, say("best: {value}", value=mean), "left")

    def bars(
        self, place: int, title: str, length: Callable[[Row], float], text: Callable[[Row], str]
    ) -> None:
        """A panel of bars with their numbers."""
        axes = self._axes(place)
        lengths = [float(length(row)) for row in self.rows]
        for y, (row, value) in enumerate(zip(self.rows, lengths, strict=True)):
            axes.barh(y, value, height=0.55, color=_colour(self.chosen, row))
            axes.annotate(
                text(row), (max(value, 0.0), y), xytext=(4, 0), textcoords="offset points",
                va="center", fontsize=style.NOTE, color=style.TEXT, annotation_clip=False,
            )  # fmt: skip
        widest = max(map(abs, lengths), default=0.0) or 1.0
        axes.set_xlim(min(0.0, 1.05 * min(lengths, default=0.0)), 1.6 * widest)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.set_title(title, loc="left", fontsize=style.PANEL, pad=17)

    def notes(self) -> None:
        """How to read it, and what the colours mean."""
        note = say(
            "Dots: mean difference. Lines: paired 95 % intervals, simultaneous over all policy "
            "sets. Shaded: differences that do not matter."
        )
        if self.more:
            note = words.sentences(note, say("Not shown: {n} more policy sets.", n=self.more))
        self._text(LEFT, 0.25, note, style.NOTE, style.TEXT)
        _legend(self.figure, self.chosen, self.rows, LEFT + NAMES)

    # ---------------------------------------------------------------- pieces

    def _effect(self, axes: Axes, y: int, row: Row, colour: str) -> None:
        mean = 0.0 if row is self.chosen.best else row[self.what]
        if mean is None:
            said = fate(row)
            axes.annotate(said, (0.0, y), fontsize=style.NOTE, color=style.TEXT, va="center")
            return
        low, high = row[f"{self.what}_low"], row[f"{self.what}_high"]
        if low is not None and row is not self.chosen.best:
            axes.plot([low, high], [y, y], color=colour, linewidth=1.8)
        axes.plot([mean], [y], "o", color=colour, markersize=6)

    def _axes(self, place: int) -> Axes:
        room = WIDTH - LEFT - NAMES - RIGHT - GAP * (len(SHARES) - 1)
        left = LEFT + NAMES + sum(room * share + GAP for share in SHARES[:place])
        size = ROW * len(self.rows)
        axes = self.figure.add_axes(
            (left / WIDTH, BELOW / self.height, room * SHARES[place] / WIDTH, size / self.height),
            label=f"{place}",
        )
        axes.set_ylim(len(self.rows) - 0.5, -0.5)
        axes.set_yticks([])
        return axes

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(left / WIDTH, bottom / self.height, text, fontsize=size, color=colour)


def _ink(row: Row) -> str:
    return style.INK if row["fate"] in (Kind.CHOSEN, Kind.IN_DOUBT) else style.TEXT


def _legend(figure: Figure, chosen: Chosen, rows: list[Row], left: float) -> None:
    """What the colours mean, over the note at the foot."""
    there = {_mark(chosen, row) for row in rows}
    width, height = figure.get_size_inches()
    for kind in (kind for kind in FATE_COLOURS if kind in there):
        for text, x, colour in (
            ("●", 0.0, FATE_COLOURS[kind]),
            (_fate_name(kind), 0.16, style.TEXT),
        ):
            place = ((left + x) / width, 0.52 / height)
            figure.text(*place, text, fontsize=style.LABEL, color=colour)
        left += 1.9


def _mark(chosen: Chosen, row: Row) -> str:
    return AS_GOOD if chosen.as_good(row) else str(row["fate"])


def _colour(chosen: Chosen, row: Row) -> str:
    return FATE_COLOURS[_mark(chosen, row)]


def _fate_name(kind: str) -> str:
    return {
        Kind.CHOSEN: say("best"),
        AS_GOOD: certainty.called(Certainty.SAME),
        Kind.IN_DOUBT: certainty.called(Certainty.OPEN),
        Kind.BEATEN: say("beaten"),
        Kind.BREAKS: say("breaks a condition"),
        Kind.UNMEASURED: say("not measured"),
    }[kind]


# ---------------------------------------------------------------- effect against cost


class _Box(NamedTuple):
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def touches(self, other: "_Box") -> bool:
        """Whether two overlap."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.top <= other.bottom or other.top <= self.bottom)


class _CostPage:
    """Effect upwards as gained, cost to the right; the frontier is drawn."""

    HEIGHT, BOTTOM, TOP = 6.8, 1.35, 1.35

    def __init__(self, decision: Decision) -> None:
        self.chosen = Chosen(decision)
        self.figure = Figure(figsize=(WIDTH, self.HEIGHT))
        self.rows = [
            row
            for row in self.chosen.ordered()
            if row["change"] is not None and row["cost"] is not None
        ]
        self._texts()
        height = (self.HEIGHT - self.TOP - self.BOTTOM) / self.HEIGHT
        left = (LEFT + 0.75) / WIDTH
        self.axes = self.figure.add_axes(
            (left, self.BOTTOM / self.HEIGHT, 1 - left - (RIGHT + 0.2) / WIDTH, height)
        )
        if self.rows:
            self._dots()
            self._frontier()
            self._names()
            _legend(self.figure, self.chosen, self.rows, LEFT + 0.75)
        else:
            marks.say_inside(self.axes, say("not measured"))

    def _texts(self) -> None:
        def put(bottom: float, text: str, size: float, colour: str) -> None:
            place = (LEFT / WIDTH, bottom / self.HEIGHT)
            self.figure.text(*place, text, fontsize=size, color=colour)

        put(self.HEIGHT - 0.48, self.chosen.decision.name, style.TITLE, style.INK)
        asked = say("What an effect costs: {kpi}, against the baseline", kpi=self.chosen.label)
        put(self.HEIGHT - 0.8, asked, style.SUBTITLE, style.TEXT)
        note = say(
            "Upright lines: 95 % intervals of the change. Dots without a name lie close to others. "
            "Stairs, where there are any: the most that can be had for the money."
        )
        put(0.25, note, style.NOTE, style.TEXT)

    def _dots(self) -> None:
        axes = self.axes
        axes.axhline(0.0, color=style.BASELINE, linewidth=1.0)
        for row in reversed(self.rows):
            colour = _colour(self.chosen, row)
            if row["change_low"] is not None:
                ends = [row["change_low"], row["change_high"]]
                axes.plot([row["cost"]] * 2, ends, color=colour, linewidth=1.6)
            axes.plot([row["cost"]], [row["change"]], "o", color=colour, markersize=7)
        axes.margins(x=0.09, y=0.1)
        if self.chosen.direction < 0:
            axes.invert_yaxis()
        size, unit = _money_unit(max(abs(row["cost"]) for row in self.rows))
        axes.xaxis.set_major_locator(MaxNLocator(8))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x / size:,.6g}"))
        axes.yaxis.set_major_formatter(FuncFormatter(marks.ticks(self.chosen.unit, signed=True)))
        label = say("Cost a year beyond the baseline ({unit})", unit=unit)
        axes.set_xlabel(label, fontsize=style.LABEL)
        axes.grid(visible=True, axis="both")
        marks.above(axes, 0.0, say("↑ better ({unit})", unit=self.chosen.unit_name), "left")

    def _frontier(self) -> None:
        """From cheap to dear, each better than all cheaper ones."""
        able = [r for r in self.rows if not r["breaks"] and r["fate"] != Kind.UNMEASURED]
        sign = self.chosen.direction
        self.front: list[Row] = []
        for row in sorted(able, key=lambda row: (row["cost"], -sign * row["change"])):
            if not self.front or sign * row["change"] > sign * self.front[-1]["change"]:
                self.front.append(row)
        if len(self.front) > 1:
            xs, ys = [r["cost"] for r in self.front], [r["change"] for r in self.front]
            blue = FATE_COLOURS[Kind.CHOSEN]
            self.axes.plot(
                xs, ys, color=blue, linewidth=1.2, alpha=0.5, drawstyle="steps-post", zorder=1
            )

    def _names(self) -> None:
        """Names beside their dots where there is room, the important ones first."""
        front = [row["name"] for row in self.front]
        self.axes.get_xlim(), self.axes.get_ylim()  # before, matplotlib has not set its limits
        first = (self.chosen.answer["best"], "baseline", *front)
        important = sorted(
            self.rows,
            key=lambda row: first.index(row["name"]) if row["name"] in first else len(first),
        )
        taken = [self._dot(row) for row in self.rows]
        for row in important:
            name = words.policy_name(row["name"])
            for dx, dy, side in PLACES:
                box = self._box(row, name, dx, dy, side)
                if not any(box.touches(other) for other in taken) and self._inside(box):
                    taken.append(box)
                    self._name(row, name, dx, dy, side)
                    break

    def _name(self, row: Row, name: str, dx: float, dy: float, side: str) -> None:
        self.axes.annotate(
            name, (row["cost"], row["change"]), xytext=(dx, dy), textcoords="offset points",
            ha=side, va="center", fontsize=style.LABEL, color=_ink(row),
            path_effects=[withStroke(linewidth=3.0, foreground="white")],
        )  # fmt: skip

    def _point(self, row: Row) -> tuple[float, float]:
        x, y = self.axes.transData.transform((row["cost"], row["change"]))
        scale = 72.0 / self.figure.dpi
        return float(x) * scale, float(y) * scale

    def _dot(self, row: Row) -> _Box:
        x, y = self._point(row)
        return _Box(x - 4, y - 4, x + 4, y + 4)

    def _box(self, row: Row, name: str, dx: float, dy: float, side: str) -> _Box:
        x, y = self._point(row)
        wide = sum(1.0 if ord(letter) > 0x2E80 else 0.56 for letter in name) * style.LABEL
        left = x + dx - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
        half = style.LABEL * 0.6
        return _Box(left, y + dy - half, left + wide, y + dy + half)

    def _inside(self, box: _Box) -> bool:
        left, right = (72.0 * WIDTH * self.axes.get_position().get_points()[:, 0]).tolist()
        return bool(box.left > left and box.right < right + 20.0)


def _money_unit(most: float) -> tuple[float, str]:
    """Yuan in the unit of an axis, and its name."""
    if language() == "zh":
        return 1e4, "万元"
    return (1e6, say("million yuan")) if most >= 1e6 else (1e3, say("thousand yuan"))
