"""Picture: how long a first reply and a closing take; cases still open are not forgotten."""

from math import isnan

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import marks, style, words
from govsim.report.pictures.digest import Digest, Line, policy_name
from govsim.report.pictures.sheet import Sheet, Width, note_height

CLOCKS = ("reply", "resolution")
NAMES = 1.2
MOST_POINTS = 120  # of a curve: more cannot be seen and make the file large
REACHED, MOST_DAYS, FEWEST_DAYS = 0.9, 180.0, 10.0


def title(results: Results | Digest) -> str:
    """What is to be seen, if chance allows saying it."""
    digest = Digest.of(results)
    neutral = say("How long a first reply and a closing take")
    if digest.chosen is None:
        return neutral
    medians = [_median(digest, "resolution", name) for name in digest.pair]
    apart = _apart(digest, *medians)
    if not apart:
        return neutral
    return say(
        "{policy}: half are closed after {after} days, not {before}",
        policy=policy_name(digest.chosen),
        after=f"{medians[1]:.0f}",
        before=f"{medians[0]:.0f}",
    )


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Rising curves: the share answered and the share closed by days of waiting.")]
    for name in digest.pair:
        reply, closing = (_median(digest, clock, name) for clock in CLOCKS)
        parts.append(
            say(
                "{policy}: half are answered after {reply} days and closed after {closing} days.",
                policy=policy_name(name),
                reply=_days(reply),
                closing=_days(closing),
            )
        )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None without delays."""
    digest = Digest.of(results)
    if not any(digest.done_within(clock, digest.base) for clock in CLOCKS):
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width).figure


def _sheet(digest: Digest, width: Width) -> Sheet:
    waiting = say("Dashed: terms. Open cases count as not yet done, those given up as never.")
    note = words.sentences(digest.drawn_from(), waiting)
    foot = note_height(note, width) + 0.38
    headings = (
        say("Share answered, by days since registration"),
        say("Share closed, by days since registration"),
    )
    if width == "narrow":
        sheet = Sheet(width, foot + 2 * 1.75 + 1.0 + 0.66)
        across = sheet.width - 0.5 - NAMES
        places = [(0.45, foot + 1.75 + 1.0, across, 1.75), (0.45, foot, across, 1.75)]
    else:
        sheet = Sheet(width, foot + 2.2 + 0.5)
        across = (sheet.width - 1.0 - NAMES) / 2
        places = [(0.45, foot, across, 2.2), (0.95 + across, foot, across, 2.2)]
    for place, clock, heading in zip(places, CLOCKS, headings, strict=True):
        axes = sheet.axes(*place)
        named = clock == "resolution" or width == "narrow"
        _panel(sheet, digest, axes, clock, named=named)
        sheet.heading(axes, heading, up=0.24, beyond=0.45)
    sheet.note(note)
    return sheet


def _panel(sheet: Sheet, digest: Digest, axes: Axes, clock: str, *, named: bool) -> None:
    lines = {
        name: line
        for name in digest.policy_sets
        if (line := digest.done_within(clock, name)) is not None
    }
    right = _days_shown(list(lines.values()))
    ends = []
    for name in sorted(lines, key=lambda name: name in digest.named):
        end = _curve(axes, digest, name, lines[name], right)
        if name in digest.named or sheet.room_for(axes, len(lines)):
            ends.append((end, policy_name(name), digest.ink(name)))
    axes.set_xlim(0, right)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    marks.percent_axis(axes)
    terms = set(digest.results.deadlines.get(clock, {}).values())
    marks.moments(axes, {day: say("{days} d", days=f"{day:g}") for day in terms})
    if named and len(digest.policy_sets) > 1:
        sheet.beside(axes, ends, NAMES)


def _curve(axes: Axes, digest: Digest, name: str, line: Line, right: float) -> float:
    """Draw it, thinned; gives where it ends at the right edge."""
    kept = _thinned(line, right)
    x, mean, low, high = (column[kept] for column in line)
    colour, faint = digest.colours[name], name not in digest.named
    axes.plot(x, mean, color=colour, linewidth=0.8 if faint else 1.6)
    if not faint and np.isfinite(low).any():
        axes.fill_between(x, low, high, color=colour, alpha=style.BAND, linewidth=0)
    seen = mean[np.isfinite(mean) & (x <= right)]
    return float(seen[-1]) if len(seen) else 0.0


def _thinned(line: Line, right: float) -> np.ndarray:
    inside = np.flatnonzero(line.x <= right)
    wanted = np.linspace(0.0, right, MOST_POINTS)
    places = np.searchsorted(line.x[inside], wanted[:-1])
    return np.unique(np.append(np.minimum(places, inside[-1]), inside[-1]))


def _days_shown(lines: list[Line]) -> float:
    slowest = FEWEST_DAYS
    for line in lines:
        there = line.x[line.mean >= REACHED]
        slowest = max(slowest, float(there[0]) if len(there) else MOST_DAYS)
    return float(min(1.15 * slowest, MOST_DAYS))


def _median(digest: Digest, clock: str, name: str) -> float:
    line = digest.done_within(clock, name)
    if line is None:
        return float("nan")
    there = line.x[line.mean >= 0.5]
    return float(there[0]) if len(there) else float("nan")


def _apart(digest: Digest, before: float, after: float) -> bool:
    """Whether the curves differ beyond chance where the first one's median is."""
    if isnan(before) or isnan(after) or round(before) == round(after):
        return False
    one, other = (digest.done_within("resolution", name) for name in digest.pair)
    assert one is not None
    assert other is not None
    limits = [(np.interp(before, c.x, c.low), np.interp(before, c.x, c.high)) for c in (one, other)]
    (low, high), (other_low, other_high) = limits
    return bool(other_low > high or other_high < low)


def _days(value: float) -> str:
    return "–" if isnan(value) else words.count(value)
