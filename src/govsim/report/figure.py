"""The figure of a run: backlog, replies on time, delays, and recorded beside true."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import curves, marks, style, words
from govsim.report.intervals import over_replications

WIDTH, HEIGHT = 12.0, 9.6  # inches
LEFT, RIGHT, GAP = 0.62, 0.3, 0.5  # margins and space between panels, inches
ROWS = ((6.6, 1.45), (4.2, 1.45), (0.95, 2.25))  # bottom and height of the rows of panels, inches


def save_figures(results: Results, folder: Path) -> list[Path]:
    """Write ``figure.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere("figure", lambda lang: run_figure(results, lang), folder)


def run_figure(results: Results, lang: str) -> Figure:
    """The run on one page, in a language."""
    with speaking(lang), style.styled():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        page = _Page(figure, results)
        page.header()
        page.backlog()
        page.on_time()
        page.delays()
        page.both_sides()
        page.notes()
    return figure


class _Page:
    """One figure being drawn: rows of panels at fixed places."""

    def __init__(self, figure: Figure, results: Results) -> None:
        self.figure = figure
        self.results = results
        self.policy_sets = list(results.policy_sets)
        self.tiers = list(results.tiers)
        self.compared = len(self.policy_sets) > 1
        self.policy_colours = style.colours(self.policy_sets)
        self.tier_colours = dict(zip(self.tiers, style.TIER_COLOURS * 9, strict=False))

    # ---------------------------------------------------------------- rows

    def header(self) -> None:
        """The scenario's name, how it was run, and what the colours mean."""
        results = self.results
        self._text(LEFT, 9.12, results.name, style.TITLE, style.INK)
        ends = results.start + timedelta(days=results.days - 1)
        run = say(
            "{start} to {end}, {replications} replications, seed {seed}",
            start=results.start.isoformat(),
            end=ends.isoformat(),
            replications=results.replications,
            seed=results.seed,
        )
        self._text(LEFT, 8.8, run, style.SUBTITLE, style.TEXT)
        if self.compared:
            self._key([(words.policy_name(p), self.policy_colours[p]) for p in self.policy_sets])

    def backlog(self) -> None:
        """Open grievances at each week's end, tier by tier."""
        title = say("Backlog: grievances open at the end of each week")
        table = curves.weekly(self.results.series, "backlog")
        for axes, tier in self._tier_panels(0, title):
            self._lines_over_time(axes, table[table["tier"] == tier], tier)
            marks.count_axis(axes)

    def on_time(self) -> None:
        """Share of replies within their deadline, tier by tier."""
        title = say("First replies on time, in the last four weeks")
        shares = curves.weekly_share(self.results.series, "replies_on_time", "replies_due")
        table = curves.within_bounds(shares)
        for axes, tier in self._tier_panels(1, title):
            rows = table[table["tier"] == tier]
            self._lines_over_time(axes, rows, tier)
            marks.percent_axis(axes)
            if rows.empty:
                marks.say_inside(axes, say("no reply deadline"))

    def delays(self) -> None:
        """How long a first reply and a resolution take."""
        panels = self._panels(2, 3)
        headings = {
            "reply": say("Share answered, by days since registration"),
            "resolution": say("Share closed, by days since registration"),
        }
        for axes, (clock, heading) in zip(panels, headings.items(), strict=False):
            self._row_title(axes, heading, above=0.32)
            self._delay_curves(axes, clock)

    def both_sides(self) -> None:
        """What the ledger says beside what is so."""
        axes = self._panels(2, 3)[2]
        self._row_title(axes, say("The ledger and the truth"), above=0.32)
        groups = [
            (say("Registered"), "registered", "recorded"),
            (say("Closed, says the ledger"), "closed", "recorded"),
            (say("Closed, and the problem is truly gone"), "closed", "true"),
            (say("Problems nobody has heard of"), "latent_problems", "true"),
        ]
        kpis = self.results.kpis
        city = kpis[kpis["scope"] == "city"]
        table = over_replications(city, ["policy_set", "kpi", "side"])
        means = table.set_index(["policy_set", "kpi", "side"])
        rows = pd.DataFrame({"kpi": [g[1] for g in groups], "side": [g[2] for g in groups]})
        values = {name: rows.join(means.loc[name], on=["kpi", "side"]) for name in self.policy_sets}
        colours = self.policy_colours
        if not self.compared:
            alone = values[self.policy_sets[0]]
            values = {side: alone[alone["side"] == side] for side in style.SIDE_COLOURS}
            colours = style.SIDE_COLOURS
        marks.bars(axes, [label for label, _, _ in groups], values, colours)

    def notes(self) -> None:
        """How to read bands and curves."""
        note = say(
            "Lines and bars are means over replications, bands and whiskers their 95 % intervals. "
            "Dashed: deadlines. Open cases count as not yet done, those given up as never.\n"
            "On time: of the replies given or missed in the last four weeks, all together."
        )
        if self.results.warm_up:
            grey = say("Grey: the warm-up, left out of all KPIs and delays.")
            note = words.sentences(note, grey)
        self._text(LEFT, 0.3, note, style.NOTE, style.TEXT)

    # ---------------------------------------------------------------- pieces

    def _lines_over_time(self, axes: Axes, rows: pd.DataFrame, tier: str) -> None:
        for name in self.policy_sets:
            line = rows[rows["policy_set"] == name]
            colour = self.policy_colours[name] if self.compared else self.tier_colours[tier]
            marks.band(axes, marks.days(line["date"]), line, colour)
        marks.left_out(axes, self.results.start, self.results.warm_up)
        marks.months(axes, self.results.start, self.results.days)

    def _delay_curves(self, axes: Axes, clock: str) -> None:
        by, colours, name = (
            ("policy_set", self.policy_colours, words.policy_name)
            if self.compared
            else ("tier", self.tier_colours, words.tier_name)
        )
        table = curves.share_done(self.results.delays, clock, by)
        right = curves.days_shown(table) if len(table) else 30.0
        labels: list[tuple[str, str]] = []
        for key, colour in colours.items():
            line = table[table[by] == key]
            if len(line):
                marks.band(axes, line["days"], line, colour)
                labels.append((name(key), colour))
        axes.set_xlim(0, right)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        marks.percent_axis(axes)
        axes.set_xlabel(say("days"), fontsize=style.LABEL, loc="right")
        days = set(self.results.deadlines.get(clock, {}).values())
        marks.moments(axes, {day: say("{days} d", days=f"{day:g}") for day in days})
        if not self.compared:
            marks.legend(axes, labels)

    def _tier_panels(self, row: int, title: str) -> list[tuple[Axes, str]]:
        panels = self._panels(row, len(self.tiers))
        self._row_title(panels[0], title, above=0.34)
        for axes, tier in zip(panels, self.tiers, strict=True):
            colour = style.TEXT if self.compared else self.tier_colours[tier]
            style.panel_title(axes, words.tier_name(tier), colour)
        return list(zip(panels, self.tiers, strict=True))

    def _panels(self, row: int, columns: int) -> list[Axes]:
        bottom, height = ROWS[row]
        width = (WIDTH - LEFT - RIGHT - GAP * (columns - 1)) / columns
        places = [LEFT + column * (width + GAP) for column in range(columns)]
        existing = {axes.get_label(): axes for axes in self.figure.axes}
        return [
            existing.get(f"{row}.{column}")
            or self.figure.add_axes(
                (left / WIDTH, bottom / HEIGHT, width / WIDTH, height / HEIGHT),
                label=f"{row}.{column}",
            )
            for column, left in enumerate(places)
        ]

    def _row_title(self, axes: Axes, text: str, above: float = 0.14) -> None:
        box = axes.get_position()
        top = box.y1 * HEIGHT + above
        self._text(box.x0 * WIDTH, top, text, style.HEADING, style.INK)

    def _key(self, entries: Sequence[tuple[str, str]]) -> None:
        """Coloured names, right-aligned in the header."""
        handles = [marks.stroke(colour) for _, colour in entries]
        legend = self.figure.legend(
            handles,
            [text for text, _ in entries],
            loc="upper right",
            bbox_to_anchor=(1 - RIGHT / WIDTH, 9.0 / HEIGHT),
            ncols=len(entries),
            frameon=False,
            fontsize=style.SUBTITLE,
            handlelength=1.4,
            columnspacing=1.6,
            borderaxespad=0,
        )
        for text, (_, colour) in zip(legend.get_texts(), entries, strict=True):
            text.set_color(style.TEXT if colour == style.BASELINE else colour)

    def _text(self, left: float, bottom: float, text: str, size: float, colour: str) -> None:
        self.figure.text(left / WIDTH, bottom / HEIGHT, text, fontsize=size, color=colour)
