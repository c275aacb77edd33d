"""Picture: how precisely the headline KPIs are known, and what more replications would bring."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from govsim.experiments import Results
from govsim.experiments.comparison import questions
from govsim.experiments.intervals import SKEWED_FROM, reaches
from govsim.language import language, say, speaking
from govsim.outcomes import KPIS
from govsim.report import lettering, style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.sheet import Sheet, Width, note_height
from govsim.report.summary import sided

NAMES = 1.75
MORE = 4  # times the replications, which halve an interval
NAMED_COLOURS = (style.POLICY_COLOURS[1], style.POLICY_COLOURS[0], style.POLICY_COLOURS[2])
LEAST = 1e-4  # of a level: what is as good as exact


class Known(NamedTuple):
    """A question: half widths of its interval after 2, 3, ... replications, as parts of a level."""

    label: str
    halves: NDArray[np.float64]


def title(results: Results | Digest) -> str:
    """What is to be seen: how wide the widest interval is."""
    digest = Digest.of(results)
    found = _found(digest)
    if not found:
        return say("How precisely the results are known")
    widest = found[0].halves[-1]
    facts = {"n": f"{digest.results.replications:,}", "width": _short(widest)}
    return say("After {n} replications every headline KPI is known within {width}", **facts)


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Falling lines: the half width of each headline KPI's interval by replications.")]
    found = _found(digest)
    for known in (found[0], found[-1]) if found else ():
        parts.append(
            say(
                "{kpi}: ± {now} now, about ± {later} with {times} times as many replications.",
                kpi=known.label,
                now=_short(known.halves[-1]),
                later=_short(known.halves[-1] / MORE**0.5),
                times=MORE,
            )
        )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None with fewer than three replications."""
    digest = Digest.of(results)
    with speaking(lang), style.styled():
        found = _found(digest)
        return _sheet(digest, width, found).figure if found else None


def _found(digest: Digest) -> list[Known]:
    """The headline questions, the least precise first."""
    found = []
    for question in questions(headline=True):
        kpi = KPIS[question.kpi]
        base = digest.values(question.kpi, question.side, digest.base)
        values = base
        if digest.chosen is not None:
            own = digest.values(question.kpi, question.side, digest.chosen)
            shared = min(len(own), len(base))
            values = own[:shared] - base[:shared]
        halves = half_widths(values, float(np.nanmean(base)) if len(base) else np.nan)
        if len(halves) > 1 and halves[-1] > LEAST:
            found.append(Known(sided(kpi, question.side), halves))
    return sorted(found, key=lambda known: -known.halves[-1])


def half_widths(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """The longer side of the 95 % interval of the mean after 2, 3, ... values, over the level.

    Empty with fewer than two values, or where the level is zero or unknown.
    """
    seen = values[~np.isnan(values)]
    if len(seen) < 2 or not np.isfinite(level) or level == 0.0:
        return np.array([])
    n, deviation, skew = _running(seen - seen.mean())
    halves: NDArray[np.float64] = np.maximum(*reaches(n, skew)) * deviation / abs(level)
    return halves


def _running(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """After 2, 3, ... values: how many, their standard deviation and skewness."""
    n = np.arange(2.0, len(centred) + 1.0)
    first, square, cube = (np.cumsum(centred**power)[1:] for power in (1, 2, 3))
    mean = first / n
    deviation = np.sqrt(np.maximum(square - n * mean**2, 0.0) / (n - 1))
    third = cube - 3.0 * mean * square + 2.0 * n * mean**3
    told = (n >= SKEWED_FROM) & (deviation > 1e-12 * np.abs(centred).max(initial=0.0))
    scale = np.where(told, deviation**3 * (n - 1) * (n - 2), 1.0)
    return n, deviation, np.where(told, third * n / scale, 0.0)


def _sheet(digest: Digest, width: Width, found: list[Known]) -> Sheet:
    note = _note(digest)
    foot = note_height(note, width) + 0.4
    sheet = Sheet(width, foot + 2.5 + (0.52 if width == "narrow" else 0.35))
    names = NAMES if width == "wide" else 1.25
    axes = sheet.axes(0.55, foot, sheet.width - 0.6 - names, 2.5)
    axes.set_xscale("log")
    axes.set_yscale("log")
    named = dict(zip(_named(found), NAMED_COLOURS, strict=False))
    for place, known in enumerate(found):
        _line(axes, known, named.get(place))
    _scales(axes, len(found[0].halves) + 1, found)
    _name(sheet, axes, [_end(found[place], colour) for place, colour in named.items()], names)
    sheet.heading(axes, say("Half the width of the interval, as a part of the level"))
    box = axes.get_position()
    right, under = box.x1 * sheet.width, box.y0 * sheet.height - 0.32
    sheet.text(right, under, say("replications"), style.SMALL, style.TEXT, ha="right")
    sheet.note(note)
    return sheet


def _named(found: list[Known]) -> list[int]:
    """The least precise, the middle and the most precise."""
    return list(dict.fromkeys((0, len(found) // 2, len(found) - 1)))


def _end(known: Known, colour: str) -> tuple[float, str, str]:
    last = float(known.halves[-1])
    return last / MORE**0.5, f"{known.label} ±{lettering.NBSP}{_short(last)}", colour


def _line(axes: Axes, known: Known, colour: str | None) -> None:
    """What has been reached, and dashed what more would bring; thin and grey without a colour."""
    halves = known.halves
    n = len(halves) + 1
    kept = np.unique(np.geomspace(2, n, 60).astype(int))
    looks: dict[str, Any] = {"color": colour or style.FAINT, "zorder": 3 if colour else 2}
    thick = 1.5 if colour else 0.8
    axes.plot(kept, np.maximum(halves[kept - 2], LEAST), linewidth=thick, **looks)
    ahead = [halves[-1], halves[-1] / MORE**0.5]
    axes.plot([n, MORE * n], ahead, dashes=(3, 2), linewidth=0.75 * thick, **looks)


def _note(digest: Digest) -> str:
    if digest.chosen is None:
        what = say("Of the mean, as a part of it.")
    else:
        what = say(
            "Of the paired difference that {policy} makes, as a part of the baseline's level.",
            policy=policy_name(digest.chosen),
        )
    more = say(
        "Each line a headline KPI and side; named: the least precise, the middle, the most "
        "precise. "
        "Dashed: what more replications would bring; four times as many halve an interval."
    )
    return words.sentences(what, more)


def _scales(axes: Axes, n: int, found: list[Known]) -> None:
    axes.set_xlim(2, MORE * n * 1.02)
    ticks = [t for t in (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if t <= MORE * n]
    axes.xaxis.set_major_locator(FixedLocator([*ticks]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
    top = max(float(k.halves[: max(len(k.halves), 1)].max()) for k in found)
    low = max(min(float(k.halves[-1]) for k in found) / 2.6, LEAST)
    axes.set_ylim(low, min(top * 1.2, 3.0))
    decades = [d * 10.0**e for e in range(-5, 1) for d in (1, 2, 5)]
    inside = [d for d in decades if low <= d <= min(top * 1.2, 3.0)]
    if len(inside) > 7:
        inside = [d for d in inside if f"{d:e}".startswith("1")]
    axes.yaxis.set_major_locator(FixedLocator(inside))
    lang = language()

    def text(y: float, _: int) -> str:
        with speaking(lang):
            return _short(y)

    axes.yaxis.set_major_formatter(FuncFormatter(text))
    axes.yaxis.set_minor_locator(NullLocator())


def _name(sheet: Sheet, axes: Axes, ends: list[tuple[float, str, str]], names: float) -> None:
    """Names at the ends; heights are taken along the logarithmic axis."""
    low, top = (np.log10(limit) for limit in axes.get_ylim())
    twin = axes.twinx()
    twin.set_ylim(0, 1)
    twin.set_yticks([])
    twin.grid(visible=False)
    for spine in twin.spines.values():
        spine.set_visible(False)
    places = [((np.log10(y) - low) / (top - low), text, colour) for y, text, colour in ends]
    sheet.beside(twin, places, names)


def _short(part: float) -> str:
    """0.0123 -> "1.2 %"."""
    text = f"{100 * part:.2g}" if part < 0.995 else f"{100 * part:.0f}"
    if "e" in text:
        text = f"{100 * part:.4f}".rstrip("0")
    return text + ("%" if language() == "zh" else lettering.NBSP + "%")
