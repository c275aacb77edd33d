"""A sweep in words, as tables for the screen, and as a figure."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import FEW, Effect, Summary, direction_of, summarise
from govsim.language import language, say, speaking
from govsim.outcomes import KPIS
from govsim.outcomes.lookup import Floats
from govsim.report import certainty, marks, style, words
from govsim.report.summary import Line, Table, sided

AT_ONCE = 4  # arms beside the first in one table
REASONS = 10  # of failed replications that are shown

# ---------------------------------------------------------------- words


def state(results: SweepResults, *, in_detail: bool = False) -> Iterator[str]:
    """How far a sweep is, and what failed."""
    counts = results.status()
    yield say(
        "{points} points, {replications} replications each: {done} of {total} done, {failed} "
        "failed, {missing} missing.",
        points=f"{results.manifest['points']:,}",
        replications=results.manifest["replications"],
        done=f"{counts['done']:,}",
        total=f"{results.tasks:,}",
        failed=f"{counts['failed']:,}",
        missing=f"{counts['missing']:,}",
    )
    if counts["failed"]:
        yield from _failures(results)
    if counts["missing"]:
        yield say("The sweep command it was made with goes on with what is missing.")
    left_out = results.manifest["left_out"]
    if in_detail and left_out:
        names = ", ".join(left_out)
        yield say("Not varied, since these cannot change alone: {names}.", names=names)


def _failures(results: SweepResults) -> Iterator[str]:
    reasons = results.failures().groupby("reason", sort=False)["point"].agg(["size", "first"])
    for reason, row in list(reasons.iterrows())[:REASONS]:
        yield say(
            "  {count} times, first at point {point}: {reason}",
            count=f"{row['size']:,}",
            point=row["first"],
            reason=str(reason).replace("\n", " ")[:300],
        )
    if len(reasons) > REASONS:
        yield say("  ... and {more} other reasons", more=len(reasons) - REASONS)


def outcome_name(outcome: str) -> str:
    """``backlog.true@tier:street`` as one reads it."""
    what, _, place = outcome.partition("@")
    kpi, _, side = what.partition(".")
    name = sided(KPIS[kpi], side)
    return f"{name} ({words.tier_name(place.partition(':')[2])})" if place else name


def arm_name(arm: str) -> str:
    """An arm as one reads it."""
    first, comma, rest = arm.partition(", ")
    return (words.policy_name(first) if "=" not in first else first) + comma + rest


def unit_of(outcome: str) -> str:
    """The unit of an outcome's values."""
    kpi, _, side = outcome.partition("@")[0].partition(".")
    return KPIS[kpi].unit_of(side)


# ---------------------------------------------------------------- tables


def sweep_tables(results: SweepResults) -> Iterator[Table]:
    """Every outcome: the first arm, and what the others change; some arms at a time."""
    summary = summarise(results)
    if len(summary.arms) == 1:
        yield _levels(summary)
    for first in range(1, len(summary.arms), AT_ONCE):
        yield _changes(summary, range(first, min(first + AT_ONCE, len(summary.arms))))


def _levels(summary: Summary) -> Table:
    lines = []
    for outcome in summary.outcomes:
        level, unit = summary.level(outcome), unit_of(outcome)
        low, high = (words.quantity(end, np.nan, unit) for end in summary.spread(outcome))
        mean = words.estimate(level, unit)
        lines.append(Line(outcome_name(outcome), (mean, low, high)))
    return Table((say("Mean"), say("5 % of samples below"), say("5 % above")), tuple(lines))


def _changes(summary: Summary, arms: Sequence[int]) -> Table:
    lines = []
    for outcome in summary.outcomes:
        level, unit = summary.level(outcome), unit_of(outcome)
        cells = [words.quantity(level.mean, np.nan, unit)]
        effects = summary.effects(outcome)
        cells += [_change(effects[arm - 1], unit, len(summary.samples)) for arm in arms]
        lines.append(Line(outcome_name(outcome), tuple(cells)))
    names = (arm_name(summary.arms[0]), *(arm_name(summary.arms[arm]) for arm in arms))
    return Table(names, tuple(lines))


def _change(effect: Effect, unit: str, samples: int) -> str:
    change = effect.difference
    text = certainty.marked(words.estimate(change, unit, signed=True), effect.certainty)
    if samples == 1 or np.isnan(effect.better):
        return text
    return text + " " + say("[better in {share}]", share=words.percent(effect.better))


def sweep_notes(results: SweepResults) -> Iterator[str]:
    """How to read the tables, and on what the effects depend."""
    summary = summarise(results)
    if len(summary.arms) > 1:
        yield _reading(summary, results)
        yield certainty.reading()
        yield certainty.promise((len(summary.arms) - 1) * len(summary.outcomes))
    drivers = [d for outcome in summary.outcomes for d in summary.drivers(outcome)]
    if drivers:
        yield say("What these numbers go along with most (rank correlation over samples):")
    for outcome in summary.outcomes:
        for arm in summary.arms:
            found = [d for d in drivers if d.outcome == outcome and d.arm == arm]
            if found:
                listed = ", ".join(f"{d.factor} ({d.correlation:+.2f})" for d in found)
                name = f" [{arm_name(arm)}]" if len(summary.arms) > 1 else ""
                yield f"  {outcome_name(outcome)}{name}: {listed}"


def _reading(summary: Summary, results: SweepResults) -> str:
    facts = {"first": arm_name(summary.arms[0]), "n": len(summary.samples)}
    if summary.drawn:
        return say(
            "Changes against {first}, paired. Intervals: over {n} samples of what is uncertain.",
            **facts,
        )
    return say(
        "Changes against {first}, paired. Intervals: over {replications} replications, of the mean "
        "of these {n} samples.",
        **facts,
        replications=results.manifest["replications"],
    )


# ---------------------------------------------------------------- the figure

WIDTH, LEFT, RIGHT, GAP = 12.0, 0.62, 0.5, 0.55  # inches
COLUMNS = 3
ABOVE, BELOW, ROW, PANEL_EXTRA = 1.0, 0.75, 0.26, 1.0
Colour = tuple[float, float, float, float]
LETTER = 0.085  # inches of a letter in a name
BETTER, WORSE, EVEN = "#0072B2", "#D55E00", "#f6f8fa"
GAIN = LinearSegmentedColormap.from_list("gain", [WORSE, "#f3c9a8", EVEN, "#a9cde6", BETTER])
NEITHER = LinearSegmentedColormap.from_list("change", ["#8b949e", EVEN, "#8b949e"])


def save_sweep_figures(results: SweepResults, folder: Path) -> list[Path]:
    """Write ``sweep.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    summary = summarise(results)
    return style.save_everywhere("sweep", lambda lang: sweep_figure(results, summary, lang), folder)


def sweep_figure(results: SweepResults, summary: Summary, lang: str) -> Figure:
    """A panel for each outcome, an arm a line: tiles for few samples, spreads for many."""
    with speaking(lang), style.styled():
        page = _Page(results, summary)
        page.header()
        for place, outcome in enumerate(summary.outcomes):
            page.panel(place, outcome)
        page.notes()
    return page.figure


class _Page:
    """One figure being drawn."""

    def __init__(self, results: SweepResults, summary: Summary) -> None:
        self.results = results
        self.summary = summary
        self.alone = len(summary.arms) == 1
        self.tiles = not self.alone and len(summary.samples) <= FEW
        self.arms = range(0 if self.alone else 1, len(summary.arms))
        self.names = [arm_name(summary.arms[arm]) for arm in self.arms]
        letters = max(len(name) * (1.9 if language() == "zh" else 1) for name in self.names)
        self.label = 0.2 if self.alone else min(max(1.0, LETTER * letters), 3.2)
        self.lines = -(-len(summary.outcomes) // COLUMNS)
        self.panel_height = ROW * len(self.arms) + PANEL_EXTRA
        self.height = ABOVE + self.lines * self.panel_height + BELOW
        self.figure = Figure(figsize=(WIDTH, self.height))
        self.colours = style.colours(summary.arms)

    def header(self) -> None:
        """What was asked, and of how many runs this is."""
        facts = self.results.manifest
        self._text(LEFT, self.height - 0.48, self.results.name, style.TITLE, style.INK)
        counts = self.results.status()
        run = say(
            "{points} points, {replications} replications each, seed {seed}",
            points=f"{facts['points']:,}",
            replications=facts["replications"],
            seed=facts["seed"],
        )
        if counts["missing"]:
            run += say("; {missing} of {total} still missing", missing=f"{counts['missing']:,}",
                       total=f"{self.results.tasks:,}")  # fmt: skip
        self._text(LEFT, self.height - 0.8, run, style.SUBTITLE, style.TEXT)

    def panel(self, place: int, outcome: str) -> None:
        """One outcome."""
        axes = self._axes(place)
        axes.set_title(outcome_name(outcome), loc="left", fontsize=style.PANEL, pad=17)
        better = {1: say("more is better →"), -1: say("← less is better"), 0: ""}
        if not self.tiles:
            marks.above(axes, 1.0, better[direction_of(outcome)], "right")
        if not self.alone:
            level = words.quantity(self.summary.level(outcome).mean, np.nan, unit_of(outcome))
            first = arm_name(self.summary.arms[0])
            marks.above(axes, 0.0, say("{base}: {value}", base=first, value=level), "left")
        if self.tiles:
            self._tiles(axes, outcome)
        else:
            self._spreads(axes, outcome)
        if place % COLUMNS == 0 and not self.alone:
            self._arm_names(axes)

    def notes(self) -> None:
        """How to read it."""
        if self.tiles:
            room = 82 if language() == "zh" else 165  # letters on a line
            samples = "\n".join(wrap("; ".join(self._sample_names()), room))
            note = say(
                "Each tile: the change against {first} in per cent of it, blue for better, orange "
                "for worse, pale where it is not certain.\nColumns: {samples}.",
                first=arm_name(self.summary.arms[0]),
                samples=samples,
            )
        elif self.alone:
            note = say("Dot: median over samples. Thick: half of them. Thin: 90 % of them.")
        else:
            note = say(
                "Change against {first}. Dot: median over samples of what is uncertain. Thick: "
                "half of them. Thin: 90 % of them. At the right: the share of samples in which it "
                "is better.",
                first=arm_name(self.summary.arms[0]),
            )
        self._text(LEFT, 0.22, note, style.NOTE, style.TEXT)

    # ---------------------------------------------------------------- tiles

    def _tiles(self, axes: Axes, outcome: str) -> None:
        samples = range(len(self.summary.samples))
        gains = np.array([[self._gain(outcome, arm, s) for s in samples] for arm in self.arms])
        largest = np.nanmax(np.abs(gains), initial=1e-9) if np.isfinite(gains).any() else 1.0
        direction = direction_of(outcome)
        scale = GAIN if direction else NEITHER
        for y, arm in enumerate(self.arms):
            for x in samples:
                sure = self.summary.sure(outcome, arm, x)
                strength = gains[y, x] * (direction or 1) / largest if sure else 0.0
                if not np.isnan(gains[y, x]):
                    self._tile(axes, (x, y), gains[y, x], scale(0.5 + 0.5 * strength), strength)
        axes.set_xlim(-0.5, len(samples) - 0.5)
        axes.set_xticks(list(samples), [chr(ord("A") + s) for s in samples])
        axes.grid(visible=False)
        axes.tick_params(length=0)

    def _gain(self, outcome: str, arm: int, sample: int) -> float:
        base = self.summary.levels[outcome][0, sample]
        change = self.summary.levels[outcome][arm, sample] - base
        return float(change / abs(base)) if base else float("nan")

    def _tile(
        self, axes: Axes, place: tuple[int, int], gain: float, colour: Colour, strength: float
    ) -> None:
        x, y = place
        axes.barh(y, 0.94, height=0.9, left=x - 0.47, color=colour)
        ink = "white" if abs(strength) > 0.6 else style.INK if strength else style.BASELINE
        axes.text(x, y, _per_cent(gain), ha="center", va="center", fontsize=style.NOTE, color=ink)

    def _sample_names(self) -> list[str]:
        points = self.results.points.drop_duplicates("sample").set_index("sample")
        names = []
        for place, sample in enumerate(self.summary.samples):
            values = [
                f"{factor['name'].rpartition('.')[2]} {_value(points.loc[sample, factor['name']])}"
                f"{' ' + factor['unit'] if factor['unit'] else ''}"
                for factor in self.results.manifest["uncertainties"]
            ]
            names.append(f"{chr(ord('A') + place)} = {', '.join(values) or say('as it is')}")
        return names

    # ---------------------------------------------------------------- spreads

    def _spreads(self, axes: Axes, outcome: str) -> None:
        unit = unit_of(outcome)
        if not self.alone:
            axes.axvline(0.0, color=style.BASELINE, linewidth=1.0)
        for y, arm in enumerate(self.arms):
            values = self.summary.levels[outcome][arm]
            values = values if self.alone else values - self.summary.levels[outcome][0]
            values = values[~np.isnan(values)]
            if len(values):
                colour = (
                    style.POLICY_COLOURS[0] if self.alone else self.colours[self.summary.arms[arm]]
                )
                self._spread(axes, y, values, colour)
                if not self.alone:
                    self._share(axes, y, outcome, values)
        axes.grid(axis="x")
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_formatter(FuncFormatter(marks.ticks(unit, signed=not self.alone)))
        axes.margins(x=0.08)

    def _spread(self, axes: Axes, y: int, values: Floats,
                colour: str) -> None:  # fmt: skip
        low, quarter, half, three, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
        axes.plot([low, high], [y, y], color=colour, linewidth=1.2)
        axes.plot([quarter, three], [y, y], color=colour, linewidth=5.0, alpha=0.55)
        axes.plot([half], [y], "o", color=colour, markersize=5)

    def _share(
        self,
        axes: Axes,
        y: int,
        outcome: str,
        values: Floats,
    ) -> None:
        direction = direction_of(outcome)
        if direction:
            share = float(np.mean(direction * values > 0))
            marks.after_row(axes, y, words.percent(share))

    # ---------------------------------------------------------------- pieces

    def _axes(self, place: int) -> Axes:
        row, column = divmod(place, COLUMNS)
        width = (WIDTH - LEFT - self.label - RIGHT - GAP * (COLUMNS - 1)) / COLUMNS
        left = LEFT + self.label + column * (width + GAP)
        bottom = self.height - ABOVE - (row + 1) * self.panel_height + 0.5
        size = ROW * len(self.arms)
        axes = self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, size / self.height),
            label=f"{place}",
        )
        axes.set_ylim(len(self.arms) - 0.5, -0.5)
        axes.set_yticks([])
        return axes

    def _arm_names(self, axes: Axes) -> None:
        for y, name in enumerate(self.names):
            marks.before_row(axes, y, name, style.INK)

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(left / WIDTH, bottom / self.height, text, fontsize=size, color=colour)


def _per_cent(gain: float) -> str:
    """0.053 -> "+5", 0.004 -> "+0.4": a change in per cent, in little room."""
    decimals = 0 if abs(gain) >= 0.0095 or gain == 0.0 else 1
    text = f"{100 * gain:+.{decimals}f}"
    return "0" if float(text) == 0.0 else text.replace("-", "−")


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
