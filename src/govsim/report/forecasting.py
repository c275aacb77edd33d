"""A forecast in words, as a table for the screen, and as a figure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from govsim.decisions.forecasting import ALL_OFFICES, RECOVERED, Forecast
from govsim.language import language, say, speaking
from govsim.report import marks, style, words
from govsim.report.summary import Line, Table

AT_ONCE = 4  # policy sets in one table
SLOWEST = 8  # offices that are named

WIDTH, LEFT, RIGHT, GAP = 12.0, 0.62, 0.45, 0.5  # inches
COLUMNS = 3  # fans side by side
FAN, FAN_EXTRA = 1.75, 0.75  # inches: of a fan; round it
BELOW, LAST_ROW, ABOVE = 0.95, 2.1, 1.35  # inches: under, of and over the last row of panels
NAMES = 1.4  # inches left of a row of dates
STILL, DATES = 2.9, 2.0  # inches: widths of the first two panels of the last row
WIDE, NARROW = 0.16, 0.30  # opacity of the 90 % and the 50 % band
WEEK = 7

# ---------------------------------------------------------------- words


def _labels() -> dict[str, str]:
    return {
        "half": say("Half of today's grievances through"),
        "nine_tenths": say("Nine tenths of them through"),
        "all": say("All of them through"),
        RECOVERED: say("Backlog back at its usual level"),
    }


def _date(found: Forecast, day: float) -> str:
    """The last day of so many days; a date after the run has no name."""
    if isnan(day):
        return "–"
    if not isfinite(day):
        ends = found.results.start + timedelta(days=found.results.days - 1)
        return say("after {day}", day=ends.isoformat())
    return _day(found, day).isoformat()


def _day(found: Forecast, day: float) -> date:
    return found.results.start + timedelta(days=max(int(np.ceil(day)) - 1, 0))


def _row(found: Forecast, policy_set: str, what: str, probability: float) -> dict[str, Any]:
    frame = found.moments
    rows = frame[
        (frame.policy_set == policy_set)
        & (frame.what == what)
        & (frame.office == ALL_OFFICES)
        & (frame.probability == probability)
    ]
    return dict(zip(map(str, rows.columns), rows.iloc[0].tolist(), strict=True))


def forecast_tables(found: Forecast) -> Iterator[Table]:
    """By which day what has happened, with a probability of 50 and of 90 %; some sets at a time."""
    sets = found.policy_sets
    for first in range(0, len(sets), AT_ONCE):
        some = sets[first : first + AT_ONCE]
        lines = []
        for what, label in _labels().items():
            for probability in (0.5, 0.9):
                cells = tuple(_cell(found, _row(found, name, what, probability)) for name in some)
                text = say("{what}, probability {p}", what=label, p=words.percent(probability))
                lines.append(Line(text, cells))
        yield Table(tuple(map(words.policy_name, some)), tuple(lines))


def _cell(found: Forecast, row: dict[str, Any]) -> str:
    text = _date(found, row["day"])
    if not isfinite(row["day"]) or isnan(row["low"]):
        return text
    low, high = _date(found, row["low"]), _date(found, row["high"])
    return f"{text} ({low} – {high})" if low != high else text


def forecast_findings(found: Forecast) -> list[str]:
    """What can be said, what cannot, and what the forecast leaves out."""
    facts = found.results.manifest["forecast"]
    lines = [
        say(
            "{n} grievances are open on {day}, the oldest for {age} days.",
            n=f"{found.open:,}",
            day=found.results.start.isoformat(),
            age=f"{facts['oldest_days']:,}",
        )
    ]
    lines += [_through(found, name) for name in found.policy_sets]
    lines.append(_level(found))
    if found.open <= found.level.mean() and not found.surges:
        lines.append(say("Today's pile lies below it: there is nothing to come back from."))
    else:
        lines += [_back(found, name) for name in found.policy_sets]
    lines += [*_slowest(found), _how_many(found), left_out()]
    return lines


def _through(found: Forecast, policy_set: str) -> str:
    half = _row(found, policy_set, "nine_tenths", 0.5)
    sure = _row(found, policy_set, "nine_tenths", 0.9)
    every = _row(found, policy_set, "all", 0.9)
    text = say(
        "{policy}: nine tenths of them are through: {half} (probability 50 %), {sure} (90 %); the "
        "last one is not within the {days} days in {share} of the replications.",
        policy=words.policy_name(policy_set),
        half=_date(found, half["day"]),
        sure=_date(found, sure["day"]),
        days=found.results.days,
        share=words.percent(every["not_within"]),
    )
    return text


def _level(found: Forecast) -> str:
    text = say(
        "The usual level is {n} open grievances: what the baseline comes to in the last quarter of "
        "the run without today's grievances and without surges.",
        n=f"{found.level.mean():,.0f}",
    )
    if not found.is_rising:
        return text
    more = say(
        "It is still rising there, by more than a tenth: take a longer horizon, or read the dates "
        "of coming back as too late."
    )
    return words.sentences(text, more)


def _back(found: Forecast, policy_set: str) -> str:
    row = _row(found, policy_set, RECOVERED, 0.5)
    sure = _row(found, policy_set, RECOVERED, 0.9)
    return say(
        "{policy}: the backlog is back there: {half} (probability 50 %), {sure} (90 %); in "
        "{share} of the replications not within the run.",
        policy=words.policy_name(policy_set),
        half=_date(found, row["day"]),
        sure=_date(found, sure["day"]),
        share=words.percent(row["not_within"]),
    )


def _slowest(found: Forecast) -> Iterator[str]:
    names = [words.office_name(name) for name, _, _ in slowest_offices(found)[:3]]
    if len(found.offices) > 1:
        yield say(
            "The last to get through nine tenths of theirs: {offices}.",
            offices=("、" if language() == "zh" else ", ").join(names),
        )


def _how_many(found: Forecast) -> str:
    if len(found.replications) >= 36:
        return say("Limits in brackets: 95 %, from {n} replications.", n=len(found.replications))
    return say(
        "{n} replications give no limits to a probability of 90 %: that takes 36.",
        n=len(found.replications),
    )


def left_out() -> str:
    """What the table of open grievances cannot carry."""
    return say(
        "Not in the table, and so drawn as usual or left out: how much trust the residents have "
        "lost by waiting, who has fallen silent, what nobody has reported yet, how much work a "
        "file has seen, and who threatens to go higher."
    )


def slowest_offices(
    found: Forecast, policy_set: str | None = None
) -> list[tuple[str, float, float]]:
    """Offices by the day on which nine tenths of theirs are through, the last first.

    Each with the day at 50 and at 90 % (``inf``: not within the run).
    """
    frame = found.moments
    rows = frame[
        (frame.policy_set == (policy_set or found.policy_sets[0]))
        & (frame.what == "nine_tenths")
        & (frame.office != ALL_OFFICES)
    ]
    half = rows[rows.probability == 0.5].set_index("office")["day"].to_dict()
    sure = rows[rows.probability == 0.9].set_index("office")["day"].to_dict()
    order = sorted(half, key=lambda name: (-half[name], -sure[name], name))
    return [(str(name), float(half[name]), float(sure[name])) for name in order]


# ---------------------------------------------------------------- the figure


def save_forecast_figures(found: Forecast, folder: Path) -> list[Path]:
    """Write ``forecast.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere("forecast", lambda lang: forecast_figure(found, lang), folder)


def forecast_figure(found: Forecast, lang: str) -> Figure:
    """Fans of the backlog, what is left of today's grievances, dates, and the slowest offices."""
    with speaking(lang), style.styled():
        page = _Page(found)
        page.header()
        page.fans()
        page.still_open()
        page.dates()
        page.offices()
        page.notes()
    return page.figure


class _Page:
    """One figure being drawn."""

    def __init__(self, found: Forecast) -> None:
        self.found = found
        self.sets = found.policy_sets
        self.fan_rows = -(-len(self.sets) // COLUMNS)
        self.last = max(LAST_ROW, 0.27 * (2 * len(self.sets) + 2))
        self.height = ABOVE + self.fan_rows * (FAN + FAN_EXTRA) + self.last + 0.35 + BELOW
        self.figure = Figure(figsize=(WIDTH, self.height))
        self.colours = style.colours(self.sets)

    def header(self) -> None:
        """What was begun with, and how it was run."""
        found, results = self.found, self.found.results
        self._text(LEFT, self.height - 0.48, results.name, style.TITLE, style.INK)
        run = say(
            "From {n} grievances that are open on {start}: the backlog up to {end}. {replications} "
            "replications, seed {seed}",
            n=f"{found.open:,}",
            start=results.start.isoformat(),
            end=(results.start + timedelta(days=results.days - 1)).isoformat(),
            replications=len(found.replications),
            seed=results.seed,
        )
        self._text(LEFT, self.height - 0.8, run, style.SUBTITLE, style.TEXT)

    def fans(self) -> None:
        """Open grievances at each week's end, a panel for each policy set."""
        top = max(float(self.found.fan(name)["p95"].max()) for name in self.sets)
        top = 1.06 * max(top, float(self.found.open))
        for place, name in enumerate(self.sets):
            axes = self._fan_axes(place)
            self._fan(axes, name)
            axes.set_ylim(0, top)
            marks.count_axis(axes)
            axes.set_ylim(0, top)
            style.panel_title(axes, words.policy_name(name), self._ink(name))
        self._text(
            LEFT,
            self.height - 1.12,
            say("Open grievances: median, 50 % and 90 % bands"),
            style.HEADING,
            style.INK,
        )

    def _fan(self, axes: Axes, name: str) -> None:
        found = self.found
        colour, fan = self.colours[name], found.fan(name)
        x = self._weeks(len(fan["p50"]))
        lines = {q: np.concatenate([[found.open], values]) for q, values in fan.items()}
        for low, high, opacity in (("p05", "p95", WIDE), ("p25", "p75", NARROW)):
            axes.fill_between(x, lines[low], lines[high], color=colour, alpha=opacity, linewidth=0)
        for first, after in found.surges:
            self._shade(axes, first, after)
        level = float(found.level.mean())
        axes.axhline(level, color=style.INK, linewidth=0.9, dashes=(4, 3))
        if name == self.sets[0]:
            below = lines["p50"][-1] > level  # the label keeps clear of the line
            axes.annotate(
                say("usual level {n}", n=f"{level:,.0f}"), (1, level),
                xycoords=axes.get_yaxis_transform(), xytext=(-2, -3 if below else 3),
                textcoords="offset points", ha="right", va="top" if below else "bottom",
                fontsize=style.NOTE,
                color=style.INK,
            )  # fmt: skip
        else:
            base = found.fan(self.sets[0])["p50"]
            axes.plot(x, [found.open, *base], color=style.BASELINE, linewidth=1.1)
        axes.plot(x, lines["p50"], color=self._ink(name))
        marks.months(axes, found.results.start, found.results.days)

    def _shade(self, axes: Axes, first: int, after: int) -> None:
        start = marks.days([self.found.results.start])[0]
        if after > 0 and first < self.found.results.days:
            axes.axvspan(
                start + max(first, 0), start + after, color=style.GRID, linewidth=0, zorder=0
            )

    def still_open(self) -> None:
        """What is left of today's grievances, day by day."""
        axes = self._last_axes(0.0, STILL)
        found = self.found
        start = marks.days([found.results.start])[0]
        x = start + np.arange(found.results.days + 1.0)
        for name in self.sets:
            left = found.still_open(name)
            left = np.hstack([np.full((len(left), 1), float(found.open)), left])
            if name == self.sets[0]:
                low, high = np.quantile(left, [0.05, 0.95], axis=0)
                axes.fill_between(x, low, high, color=style.BASELINE, alpha=WIDE, linewidth=0)
            axes.plot(x, np.median(left, axis=0), color=self._ink(name))
        marks.months(axes, found.results.start, found.results.days)
        axes.set_ylim(0, 1.06 * found.open)
        marks.count_axis(axes)
        self._heading(axes, say("Of today's grievances still open"))
        under = (
            say("median; 90 % band of the baseline")
            if len(self.sets) > 1
            else say("median, 90 % band")
        )
        marks.above(axes, 0.0, under, "left")

    def dates(self) -> None:
        """By when nine tenths are through, and the backlog is back, under each policy set."""
        axes = self._last_axes(STILL + GAP + NAMES, DATES)
        y = 0.0
        ticks = []
        for what in ("nine_tenths", RECOVERED):
            ticks.append((y, _labels()[what]))
            y += 1.0
            for name in self.sets:
                half, sure = (_row(self.found, name, what, p)["day"] for p in (0.5, 0.9))
                self._dated(axes, y, half, sure, self._ink(name))
                marks.before_row(axes, y, words.policy_name(name), self._ink(name))
                y += 1.0
        for place, label in ticks:
            axes.text(
                0, place + 0.1, label, transform=axes.get_yaxis_transform(), va="center",
                fontsize=style.LABEL, color=style.TEXT,
            )  # fmt: skip
        self._date_axis(axes, y)
        self._heading(axes, say("By when?"))
        marks.above(axes, 0.0, say("dot: probability 50 %; end of the line: 90 %"), "left")

    def offices(self) -> None:
        """Which offices are the last to get through nine tenths of theirs, under the baseline."""
        left = STILL + DATES + 2 * (GAP + NAMES)
        axes = self._last_axes(left, WIDTH - LEFT - RIGHT - left)
        slowest = slowest_offices(self.found)[:SLOWEST]
        for y, (name, half, sure) in enumerate(slowest):
            self._dated(axes, float(y), half, sure, style.TEXT)
            label = f"{words.readable(name)} ({self.found.offices[name]:,})"
            marks.before_row(axes, y, label, style.TEXT)
        self._date_axis(axes, float(max(len(slowest), 4)))
        self._heading(axes, say("The slowest offices"))
        marks.above(axes, 0.0, say("nine tenths through; baseline"), "left")

    def _dated(self, axes: Axes, y: float, half: float, sure: float, colour: str) -> None:
        """A dot at one day, a line to a later one; an arrow where that is after the run."""
        days, start = self.found.results.days, marks.days([self.found.results.start])[0]
        ends = start + days
        if isfinite(half):
            until = start + sure if isfinite(sure) else ends
            axes.plot([start + half, until], [y, y], color=colour, linewidth=1.6)
            axes.plot([start + half], [y], "o", color=colour, markersize=5.5)
        if not isfinite(sure) or not isfinite(half):
            axes.plot([ends], [y], ">", color=colour, markersize=5, clip_on=False)

    def _date_axis(self, axes: Axes, rows: float) -> None:
        marks.months(axes, self.found.results.start, self.found.results.days)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.set_yticks([])
        axes.grid(axis="x")

    def notes(self) -> None:
        """How to read it."""
        note = say(
            "Through: closed or withdrawn for the first time. Usual level: the baseline's last "
            "quarter without today's grievances and surges; back: for four weeks at most a tenth "
            "above it."
        )
        more = say(
            "An arrow points to after the run. A table cannot carry trust, silence, or work done "
            "so far."
        )
        self._text(LEFT, 0.36, note, style.NOTE, style.TEXT)
        self._text(LEFT, 0.16, more, style.NOTE, style.TEXT)

    # ---------------------------------------------------------------- pieces

    def _ink(self, name: str) -> str:
        return style.TEXT if name == self.sets[0] else self.colours[name]

    def _weeks(self, count: int) -> Sequence[float]:
        start, days = marks.days([self.found.results.start])[0], self.found.results.days
        return [start + min(week * WEEK, days) for week in range(count + 1)]

    def _fan_axes(self, place: int) -> Axes:
        row, column = divmod(place, COLUMNS)
        wide = min(len(self.sets), COLUMNS)
        width = (WIDTH - LEFT - RIGHT - GAP * (wide - 1)) / wide
        left = LEFT + column * (width + GAP)
        bottom = self.height - ABOVE - (row + 1) * (FAN + FAN_EXTRA) + 0.5
        return self._add(left, bottom, width, FAN)

    def _last_axes(self, left: float, width: float) -> Axes:
        return self._add(LEFT + left, BELOW, width, self.last)

    def _add(self, left: float, bottom: float, width: float, height: float) -> Axes:
        place = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return self.figure.add_axes(place, label=f"{left:.3f} {bottom:.3f}")

    def _heading(self, axes: Axes, text: str) -> None:
        axes.set_title(text, loc="left", fontsize=style.HEADING, color=style.INK, pad=19)

    def _text(self, x: float, y: float, text: str, size: float, colour: str) -> None:
        self.figure.text(x / WIDTH, y / self.height, text, fontsize=size, color=colour)
