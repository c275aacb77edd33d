"""The lens as a table, as sentences on where rankings flip, and as a figure."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.experiments import Lens, Results
from govsim.experiments.intervals import Interval
from govsim.experiments.lens import rows
from govsim.language import language, say, speaking
from govsim.outcomes.formulas import LENS, YARDSTICKS
from govsim.report import marks, style, words
from govsim.report.summary import Line, Table

WIDTH, ROW = 12.0, 0.5  # inches
MARK, LEGEND_LINE = 0.12, 0.24  # inches each policy set takes in a row; a line of the legend
ABOVE, BELOW = 1.55, 1.0  # inches over and under the rows
LEFT, RIGHT, GAP, LABELS = 0.62, 0.35, 0.45, 3.15  # inches; LABELS: the column of names
MARKERS = "oDs^vPX"  # beside colours, for those who cannot tell them apart
LEGEND_COLUMNS = 3


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
    cell = words.quantity(score.mean, score.high - score.mean, unit)
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
        "No flip: beyond chance, no formula ranks two policies otherwise than another one or than "
        "the truth."
    )


def _listed(formulas: Sequence[str]) -> str:
    return ("、" if language() == "zh" else "; ").join(map(named, formulas))


# ---------------------------------------------------------------- as a figure


def save_lens_figures(lens: Lens, results: Results, folder: Path) -> list[Path]:
    """Write ``lens.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere("lens", lambda lang: lens_figure(lens, results, lang), folder)


def lens_figure(lens: Lens, results: Results, lang: str) -> Figure:
    """Scores under every formula, and what each policy changes them by, in a language."""
    with speaking(lang), style.styled():
        page = _Page(lens)
        page.header(results)
        page.scores()
        if len(lens.policy_sets) > 1:
            page.changes()
        page.notes()
    return page.figure


class _Page:
    """One figure being drawn: formulas from top to bottom, yardsticks last."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        sets = len(lens.policy_sets)
        self.rows = max(ROW, MARK * sets) * len(rows())  # inches
        self.height = ABOVE + LEGEND_LINE * ((sets - 1) // LEGEND_COLUMNS) + self.rows + BELOW
        self.figure = Figure(figsize=(WIDTH, self.height))
        self.colours = style.colours(lens.policy_sets)

    def header(self, results: Results) -> None:
        """What was run, and what the marks mean."""
        self._text(LEFT, self.height - 0.48, results.name, style.TITLE, style.INK)
        run = say(
            "{start} to {end}, {replications} replications, seed {seed}",
            start=results.start.isoformat(),
            end=(results.start + timedelta(days=results.days - 1)).isoformat(),
            replications=self.lens.replications,
            seed=results.seed,
        )
        self._text(LEFT, self.height - 0.8, run, style.SUBTITLE, style.TEXT)
        names = [words.policy_name(name) for name in self.lens.policy_sets]
        handles = [marks.dot(self.colours[n], self._marker(n)) for n in self.lens.policy_sets]
        self.figure.legend(
            handles, names, loc="upper right", ncols=min(len(names), LEGEND_COLUMNS), frameon=False,
            bbox_to_anchor=(1 - RIGHT / WIDTH, 1 - 0.62 / self.height),
            fontsize=style.SUBTITLE, handletextpad=0.2, columnspacing=1.4, borderaxespad=0,
        )  # fmt: skip

    def scores(self) -> None:
        """Each policy set's score under each formula."""
        axes = self._panel(0, say("Score under each formula"))
        for place, row in enumerate(rows()):
            self._name(axes, place, row)
            for y, name in self._places(place, self.lens.policy_sets):
                self._mark(axes, y, self.lens.mean(row, name), name)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: words.percent(share)))

    def changes(self) -> None:
        """What each policy set changes, against the first."""
        lens = self.lens
        first, *others = lens.policy_sets
        title = say("Change against {policy}, in points", policy=words.policy_name(first))
        axes = self._panel(1, title)
        axes.axvline(0.0, color=style.BASELINE, linewidth=1.0)
        for place, row in enumerate(rows()):
            for y, name in self._places(place, others):
                self._mark(axes, y, lens.gain(row, name), name)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: words.points(x)))

    def notes(self) -> None:
        """How to read it."""
        note = say(
            "Means over replications with 95 % intervals; changes are paired, replication by "
            "replication. More is better in every row.\n"
            "≠ beyond chance, the formula ranks two policies the other way round than the share "
            "truly resolved."
        )
        self._text(LEFT, 0.2, note, style.NOTE, style.TEXT)

    # ---------------------------------------------------------------- pieces

    def _panel(self, column: int, title: str) -> Axes:
        two = len(self.lens.policy_sets) > 1
        room = WIDTH - LEFT - LABELS - RIGHT
        width = (room - GAP) / 2 if two else room
        left = LEFT + LABELS + column * (width + GAP)
        axes = self.figure.add_axes(
            (
                left / WIDTH,
                BELOW / self.height,
                width / WIDTH,
                self.rows / self.height,
            ),
            label=f"{column}",
        )
        axes.set_ylim(len(rows()), 0)
        axes.set_yticks([])
        axes.grid(axis="x")
        axes.axhspan(len(LENS), len(rows()), color=style.GRID, linewidth=0, zorder=0)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_title(title, loc="left", fontsize=style.PANEL, color=style.INK, pad=6)
        return axes

    def _name(self, axes: Axes, place: int, row: str) -> None:
        sign = "≠  " if row in LENS and self.lens.against_the_truth(row) else ""
        axes.annotate(
            sign + named(row), (0, place + 0.5), xycoords=axes.get_yaxis_transform(),
            xytext=(-8, 0), textcoords="offset points", ha="right", va="center",
            fontsize=style.LABEL, color=style.INK,
        )  # fmt: skip

    def _places(self, place: int, names: Sequence[str]) -> list[tuple[float, str]]:
        step = 0.7 / len(names)
        return [(place + 0.15 + (n + 0.5) * step, name) for n, name in enumerate(names)]

    def _mark(self, axes: Axes, y: float, score: Interval, name: str) -> None:
        axes.plot([score.low, score.high], [y, y], color=self.colours[name], linewidth=1.4)
        axes.plot([score.mean], [y], self._marker(name), color=self.colours[name], markersize=5)

    def _marker(self, name: str) -> str:
        return MARKERS[self.lens.policy_sets.index(name) % len(MARKERS)]

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(left / WIDTH, bottom / self.height, text, fontsize=size, color=colour)
