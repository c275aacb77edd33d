"""The lens as a table, as sentences on where rankings flip, and as a figure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from govsim.experiments import Lens, Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.intervals import Interval
from govsim.experiments.lens import rows
from govsim.language import language, say, speaking
from govsim.outcomes.formulas import LENS, YARDSTICKS
from govsim.report import certainty as certain
from govsim.report import lettering, marks, style, words
from govsim.report.pictures.sheet import Width, unit_axis
from govsim.report.summary import Line, Table


class Layout(NamedTuple):
    """Measures of a figure, in inches, and its letters, in points."""

    width: float = 12.0
    row: float = 0.5  # a formula takes so much, and more where ``mark`` for each set asks for it
    mark: float = 0.12
    above: float = 1.55
    below: float = 1.0
    left: float = 0.62
    right: float = 0.35
    gap: float = 0.45  # between panels
    names: float = 3.15  # the column of formulas
    line: float = 0.24  # of the legend
    columns: int = 3
    dot: float = 5.0
    title: float = style.PANEL
    name: float = style.LABEL
    small: float = style.NOTE
    legend: float = style.SUBTITLE
    stacked: bool = False  # one panel under the other
    headed: bool = True  # with the run's name


BY_ITSELF = Layout()
_WIDE = Layout(
    width=7.2, row=0.3, mark=0.06, above=0.62, below=0.72, left=0.05, right=0.12, gap=0.3,
    names=2.0, line=0.17, columns=4, dot=3.2, title=style.HEAD, name=style.SMALL,
    small=style.SMALL, legend=style.SMALL, headed=False,
)  # fmt: skip
_NARROW = _WIDE._replace(
    width=3.6, below=0.95, gap=0.75, names=1.45, columns=2, dot=3.0, stacked=True
)
IN_REPORT: dict[Width, Layout] = {"wide": _WIDE, "narrow": _NARROW}
MARKERS = "oDs^vPX"  # beside colours, for those who cannot tell them apart


def named(formula: str) -> str:
    """A formula as the planner reads it."""
    row = LENS[formula] if formula in LENS else YARDSTICKS[formula]
    return say(row.label)


# ---------------------------------------------------------------- in words


def lens_table(lens: Lens) -> Table:
    """Formulas by policy sets: means with intervals, and each one's place."""
    lines = [
        Line(named(row), tuple(_cell(lens, row, name) for name in lens.policy_sets))
        for row in rows()
    ]
    return Table(tuple(words.policy_name(name) for name in lens.policy_sets), tuple(lines))


def _cell(lens: Lens, row: str, policy_set: str) -> str:
    score = lens.mean(row, policy_set)
    unit = LENS[row].unit if row in LENS else "share"
    cell = words.estimate(score, unit)
    rank = lens.rank(row, policy_set)
    return cell if rank is None or len(lens.policy_sets) == 1 else f"{cell} ({rank})"


def verdict(lens: Lens) -> str:
    """Where the ranking of two policy sets depends on the formula."""
    if len(lens.policy_sets) == 1:
        return say("One set of policies: there is nothing to rank.")
    if lens.replications == 1:
        return say("One replication tells nothing about rankings.")
    flips = [
        say(
            "FLIP: {one} or {other}?\n  {one} is ahead by: {for_one}\n  {other} is ahead by: "
            "{for_other}",
            one=words.policy_name(pair.one),
            other=words.policy_name(pair.other),
            for_one=_listed(pair.for_one),
            for_other=_listed(pair.for_other),
        )
        for pair in lens.pairs()
        if pair.flips
    ]
    return "\n".join(flips) or say(
        "No flip: for certain, no formula ranks two policies otherwise than another one or than "
        "the truth."
    )


def _listed(formulas: Sequence[str]) -> str:
    return ("、" if language() == "zh" else "; ").join(map(named, formulas))


# ---------------------------------------------------------------- as a figure


def save_lens_figures(lens: Lens, results: Results, folder: Path) -> list[Path]:
    """Write ``lens.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere("lens", lambda lang: lens_figure(lens, results, lang), folder)


def lens_figure(
    lens: Lens, results: Results, lang: str, layout: Layout = BY_ITSELF,
    colours: Mapping[str, str] | None = None,
) -> Figure:  # fmt: skip
    """Scores under every formula, and what each policy changes them by, in a language.

    ``colours`` of policy sets, where other pictures beside it have given them.
    """
    with speaking(lang), style.styled():
        page = _Page(lens, layout, colours or style.colours(lens.policy_sets))
        if layout.headed:
            page.header(results)
        page.legend()
        page.scores()
        if len(lens.policy_sets) > 1:
            page.changes()
        page.notes()
    return page.figure


class _Page:
    """One figure being drawn: formulas from top to bottom, yardsticks last."""

    def __init__(self, lens: Lens, layout: Layout, colours: Mapping[str, str]) -> None:
        self.lens, self.layout, self.colours = lens, layout, colours
        sets = len(lens.policy_sets)
        self.rows = max(layout.row, layout.mark * sets) * len(rows())  # inches
        self.two = sets > 1
        stories = 2 if self.two and layout.stacked else 1
        legend = layout.line * ((sets - 1) // layout.columns)
        heights = stories * self.rows + (stories - 1) * layout.gap
        self.above = layout.above + legend
        self.height = self.above + heights + layout.below
        self.figure = Figure(figsize=(layout.width, self.height))

    def header(self, results: Results) -> None:
        """What was run."""
        left = self.layout.left
        self._text(left, self.height - 0.48, results.name, style.TITLE, style.INK)
        run = say(
            "{start} to {end}, {replications} replications, seed {seed}",
            start=results.start.isoformat(),
            end=(results.start + timedelta(days=results.days - 1)).isoformat(),
            replications=self.lens.replications,
            seed=results.seed,
        )
        self._text(left, self.height - 0.8, run, style.SUBTITLE, style.TEXT)

    def legend(self) -> None:
        """What the marks mean."""
        layout = self.layout
        names = [words.policy_name(name) for name in self.lens.policy_sets]
        handles = [marks.dot(self.colours[n], self._marker(n)) for n in self.lens.policy_sets]
        down = 0.62 if layout.headed else 0.05
        self.figure.legend(
            handles, names, loc="upper right", ncols=min(len(names), layout.columns),
            frameon=False, bbox_to_anchor=(1 - layout.right / layout.width, 1 - down / self.height),
            fontsize=layout.legend, handletextpad=0.2, columnspacing=1.4, borderaxespad=0,
        )  # fmt: skip

    def scores(self) -> None:
        """Each policy set's score under each formula."""
        axes = self._panel(0, say("Score under each formula"))
        for place, row in enumerate(rows()):
            for y, name in self._places(place, self.lens.policy_sets):
                self._mark(axes, y, self.lens.mean(row, name), name)
        unit_axis(axes, "x", "share")

    def changes(self) -> None:
        """What each policy set changes, against the first."""
        lens = self.lens
        first, *others = lens.policy_sets
        title = say("Change against {policy}, in points", policy=words.policy_name(first))
        axes = self._panel(1, title)
        axes.axvline(0.0, color=style.BASELINE, linewidth=1.0)
        for place, row in enumerate(rows()):
            for y, name in self._places(place, others):
                gain = lens.gain(row, name)
                self._mark(axes, y, gain.interval, name, gain.certainty)
        unit_axis(axes, "x", "share", signed=True)

    def notes(self) -> None:
        """How to read it."""
        note = say(
            "Means over replications with 95 % intervals; changes are paired, replication by "
            "replication. More is better in every row."
        )
        if self.two:
            note = words.sentences(note, certain.on_pictures())
        sign = say(
            "≠ for certain, the formula ranks two policies the other way round than the share "
            "truly resolved."
        )
        layout = self.layout
        room = layout.width - layout.left - layout.right
        lines = "\n".join(lettering.wrapped(text, layout.small, room) for text in (note, sign))
        self._text(layout.left, 0.2 if layout.headed else 0.08, lines, layout.small, style.TEXT)

    # ---------------------------------------------------------------- pieces

    def _panel(self, which: int, title: str) -> Axes:
        layout = self.layout
        room = layout.width - layout.left - layout.names - layout.right
        width = room if layout.stacked or not self.two else (room - layout.gap) / 2
        left, bottom = layout.left + layout.names, self.height - self.above - self.rows
        if layout.stacked:
            bottom -= which * (self.rows + layout.gap)
        else:
            left += which * (width + layout.gap)
        axes = self.figure.add_axes(
            (
                left / layout.width,
                bottom / self.height,
                width / layout.width,
                self.rows / self.height,
            ),
            label=f"{which}",
        )
        axes.set_ylim(len(rows()), 0)
        axes.set_yticks([])
        axes.grid(axis="x")
        axes.tick_params(labelsize=layout.name)
        axes.axhspan(len(LENS), len(rows()), color=style.GRID, linewidth=0, zorder=0)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_title(title, loc="left", fontsize=layout.title, color=style.INK, pad=6)
        if which == 0 or layout.stacked:
            for place, row in enumerate(rows()):
                self._name(axes, place, row)
        return axes

    def _name(self, axes: Axes, place: int, row: str) -> None:
        sign = "≠  " if row in LENS and self.lens.against_the_truth(row) else ""
        room = self.layout.names - 0.15
        axes.annotate(
            lettering.wrapped(sign + named(row), self.layout.name, room, 2), (0, place + 0.5),
            xycoords=axes.get_yaxis_transform(), xytext=(-8, 0), textcoords="offset points",
            ha="right", va="center", fontsize=self.layout.name, color=style.INK,
        )  # fmt: skip

    def _places(self, place: int, names: Sequence[str]) -> list[tuple[float, str]]:
        step = 0.7 / len(names)
        return [(place + 0.15 + (n + 0.5) * step, name) for n, name in enumerate(names)]

    def _mark(
        self, axes: Axes, y: float, score: Interval, name: str,
        certainty: Certainty = Certainty.CERTAIN,
    ) -> None:  # fmt: skip
        colour, dot = self.colours[name], self.layout.dot
        axes.plot([score.low, score.high], [y, y], color=colour, linewidth=0.28 * dot)
        told = marks.told(certainty, colour)
        axes.plot([score.mean], [y], self._marker(name), markersize=dot, **told)

    def _marker(self, name: str) -> str:
        return MARKERS[self.lens.policy_sets.index(name) % len(MARKERS)]

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(
            left / self.layout.width, bottom / self.height, text, fontsize=size, color=colour
        )
