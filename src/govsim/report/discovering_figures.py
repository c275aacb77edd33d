"""A discovery as two figures: the box among the futures, and regret with what is best where."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Transform

from govsim.decisions.discovering import Discovery, Found
from govsim.decisions.discovering_boxes import LOWER, UPPER, Box
from govsim.decisions.discovering_futures import Uncertainty
from govsim.decisions.discovering_held_out import Share
from govsim.decisions.discovering_regret import Robustness, best_arms
from govsim.decisions.discovering_trees import Leaf, asked, leaves
from govsim.language import language, say, speaking
from govsim.outcomes.lookup import Floats
from govsim.report import marks, style, words
from govsim.report.discovering import (
    lead_text,
    main_sentence,
    question_text,
    refusal_text,
    share_text,
    title_of,
    value_text,
)
from govsim.report.sweeping import arm_name, outcome_name, unit_of

WIDTH, HEIGHT = 12.0, 5.9  # inches
LEFT, PANEL, GAP, BASE, TALL = 0.8, 3.1, 0.75, 1.15, 2.7
PANELS = 2  # scatters beside the trade-off
YES, NO, MIXED = "#0072B2", "#D55E00", "#c5ccd5"
SHARES = LinearSegmentedColormap.from_list("shares", [NO, MIXED, YES])
LETTERS = {"en": 150, "zh": 62}  # on a line


def save_discovery_figures(discovery: Discovery, folder: Path) -> list[Path]:
    """Write ``discovery`` (if there was a search) and ``regret`` (if there are arms to compare)."""
    written = []
    if discovery.found is not None:
        written += style.save_everywhere(
            "discovery", lambda lang: discovery_figure(discovery, lang), folder
        )
    if discovery.robustness is not None:
        written += style.save_everywhere(
            "regret", lambda lang: regret_figure(discovery, lang), folder
        )
    return written


def discovery_figure(discovery: Discovery, lang: str) -> Figure:
    """The box by pairs of its uncertainties, and what a smaller or larger one would do."""
    assert discovery.found is not None
    with speaking(lang), style.styled():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        text = main_sentence(discovery) if discovery.answer else refusal_text(discovery)
        _header(figure, question_text(discovery), text)
        for place, pair in enumerate(_pairs(discovery)):
            _scatter(_axes(figure, place), discovery, *pair)
        _trade_off(_axes(figure, PANELS), discovery, discovery.found)
        _note(figure, _how_to_read(discovery))
    return figure


def _axes(figure: Figure, place: int, wide: float = PANEL) -> Axes:
    left = LEFT + place * (PANEL + GAP)
    return figure.add_axes((left / WIDTH, BASE / HEIGHT, wide / WIDTH, TALL / HEIGHT))


def _header(figure: Figure, title: str, text: str) -> None:
    room = LETTERS[language()]
    size = style.TITLE if len(title) < room / 2 else style.HEADING + 2
    _text(figure, HEIGHT - 0.5, title, size, style.INK)
    _text(figure, HEIGHT - 0.75, _lines(text, room), style.SUBTITLE, style.TEXT, "top")


def _note(figure: Figure, text: str) -> None:
    lines = _lines(text, int(1.25 * LETTERS[language()]))
    _text(figure, 0.15, lines, style.NOTE, style.TEXT)


def _text(figure: Figure, y: float, text: str, size: float, colour: str,
          side: str = "bottom") -> None:  # fmt: skip
    figure.text(
        LEFT / WIDTH, y / HEIGHT, text, fontsize=size, color=colour, va=side, linespacing=1.4
    )


def _lines(text: str, room: int) -> str:
    """A text in lines of so many letters; Chinese breaks anywhere, and others count as half."""
    if language() != "zh":
        return "\n".join(wrap(text, room))
    lines, width = [""], 0.0
    for letter in text:
        width += 0.55 if letter.isascii() else 1.0
        if width > room and letter not in "，。；）”":
            lines.append("")
            width = 1.0
        lines[-1] += letter
    return "\n".join(lines)


def _how_to_read(discovery: Discovery) -> str:
    dots = say(
        "Each dot is a future: blue where it holds in all replications, orange where in none."
    )
    way = say(
        "Right: boxes from everything to the smallest, blue on futures that the search had not "
        "seen, grey on those it had; with 95 % intervals of the box chosen."
    )
    return words.sentences(dots, way)


# ---------------------------------------------------------------- the box


def _pairs(discovery: Discovery) -> list[tuple[int, int]]:
    """The uncertainties to show: those with the surest limits first; without a box, those that the
    share goes along with most.
    """
    found = discovery.answer
    order: list[int] = []
    if found is not None:
        ranked = sorted(found.limits, key=lambda limit: limit.quasi_p)
        order = list(dict.fromkeys(limit.end.uncertainty for limit in ranked))
    x = discovery.futures.x
    strength = [-abs(_correlation(x[:, at], discovery.share)) for at in range(x.shape[1])]
    others = [int(at) for at in np.argsort(strength) if at not in order]
    shown = [*order, *others][: max(3, len(order))]
    return list(combinations(shown, 2))[:PANELS]


def _correlation(x: Floats, y: Floats) -> float:
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(np.corrcoef(np.argsort(np.argsort(x)), y)[0, 1])


def _scatter(axes: Axes, discovery: Discovery, across: int, up: int) -> None:
    futures = discovery.futures
    order = np.argsort(np.abs(discovery.share - 0.5), kind="stable")
    axes.scatter(
        futures.x[order, across], futures.x[order, up], c=discovery.share[order], cmap=SHARES,
        vmin=0, vmax=1, s=16, linewidths=0.3, edgecolors="white",
    )  # fmt: skip
    _scales(axes, futures.uncertainties, futures.x, across, up)
    if discovery.answer is not None:
        _draw_box(axes, discovery.answer.box, futures.uncertainties, across, up)


def _scales(axes: Axes, known: Sequence[Uncertainty], x: Floats, across: int, up: int) -> None:
    """Axes from end to end of what was swept, with titles."""
    for at, axis, log, limits in (
        (across, axes.xaxis, axes.set_xscale, axes.set_xlim),
        (up, axes.yaxis, axes.set_yscale, axes.set_ylim),
    ):
        low, high = float(x[:, at].min()), float(x[:, at].max())
        if known[at].log and low > 0:
            log("log")
            limits(low / (high / low) ** 0.03, high * (high / low) ** 0.03)
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_minor_locator(NullLocator())
        else:
            limits(low - 0.04 * (high - low or 1), high + 0.04 * (high - low or 1))
            axis.set_major_locator(MaxNLocator(4))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="both")
    axes.set_xlabel(_axis_title(known[across]), fontsize=style.NOTE)
    axes.set_title(_axis_title(known[up]), loc="left", fontsize=style.NOTE, color=style.TEXT)


def _axis_title(known: Uncertainty) -> str:
    unit = value_text(1.0, known.unit).replace("1", "", 1).strip()
    title = _lines(title_of(known.name), 24 if language() == "zh" else 46)
    return f"{title} ({unit})" if unit else title


def _draw_box(axes: Axes, box: Box, known: Sequence[Uncertainty], across: int, up: int) -> None:
    (left, right), (below, above) = axes.get_xlim(), axes.get_ylim()
    x0, x1 = max(left, box.limits[LOWER, across]), min(right, box.limits[UPPER, across])
    y0, y1 = max(below, box.limits[LOWER, up]), min(above, box.limits[UPPER, up])
    axes.add_patch(
        Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor=YES, alpha=0.08, linewidth=0, zorder=0)
    )
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=style.INK, lw=1.3))
    for end in box.ends():
        value = float(box.limits[end])
        label = value_text(value, known[end.uncertainty].unit)
        if end.uncertainty == across:
            _tag(axes, (value, 0.02), axes.get_xaxis_transform(), label, end.side, upright=True)
        elif end.uncertainty == up:
            _tag(axes, (0.98, value), axes.get_yaxis_transform(), label, end.side, upright=False)


def _tag(axes: Axes, place: tuple[float, float], transform: Transform, label: str, side: int,
         *, upright: bool) -> None:  # fmt: skip
    """A limit's value beside its line, on the outer side."""
    out = 3 if side == UPPER else -3
    axes.annotate(
        label, place, xycoords=transform, textcoords="offset points", fontsize=style.NOTE,
        xytext=(out, 0) if upright else (0, out), color=style.INK, zorder=5,
        ha=("left" if side == UPPER else "right") if upright else "right",
        va="bottom" if upright or side == UPPER else "top",
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.8},
    )  # fmt: skip


def _trade_off(axes: Axes, discovery: Discovery, found: Found) -> None:
    seen = np.array([(fit.coverage, fit.density) for fit in found.peeled])
    axes.plot(*seen.T, color=style.BASELINE, linewidth=1.2, linestyle=(0, (3, 2)))
    axes.plot(found.way.coverage, found.way.density, color=YES)
    for end, text, colour, lift in (
        (seen[-1], say("on futures seen"), style.TEXT, 4),
        ((found.way.coverage[-1], found.way.density[-1]), say("on futures not seen"), YES, -5),
    ):
        axes.annotate(text, tuple(end), xytext=(-5, lift), textcoords="offset points", ha="right",
                      va="center", fontsize=style.NOTE, color=colour)  # fmt: skip
    axes.axhline(discovery.base, color=style.RULE, linewidth=1.0)
    marks.percent_axis(axes)
    axes.set_xlim(0, 1.02)
    quarters = [0.0, 0.25, 0.5, 0.75, 1.0]
    axes.set_xticks(quarters, [words.percent(share) for share in quarters])
    axes.grid(axis="both")
    axes.set_xlabel(say("Coverage: share of such futures in the box"), fontsize=style.NOTE)
    axes.set_title(say("Share of the box's futures that are such"), loc="left",
                   fontsize=style.NOTE, color=style.TEXT)  # fmt: skip
    everywhere = say("all futures: {share}", share=words.percent(discovery.base))
    axes.text(0.02, discovery.base - 0.015, everywhere, fontsize=style.NOTE, color=style.TEXT,
              va="top")  # fmt: skip
    _chosen(axes, found.held_out.coverage, found.held_out.density)


def _chosen(axes: Axes, coverage: Share, density: Share) -> None:
    axes.plot([coverage.low, coverage.high], [density.share] * 2, color=style.INK, linewidth=1.0)
    axes.plot([coverage.share] * 2, [density.low, density.high], color=style.INK, linewidth=1.0)
    axes.plot([coverage.share], [density.share], "o", color=style.INK, markersize=6)
    axes.annotate(
        say("this box: {share}", share=share_text(density)), (coverage.share, density.low),
        xytext=(0, -5), textcoords="offset points", ha="right",
        va="top", fontsize=style.NOTE, color=style.INK,
    )  # fmt: skip


# ---------------------------------------------------------------- regret

STRIP = 4.9  # inches of the strip plot
NAME = 1.3  # and of the names left of it


def regret_figure(discovery: Discovery, lang: str) -> Figure:
    """The regret of every arm over futures, and which is best where."""
    robust = discovery.robustness
    assert robust is not None
    with speaking(lang), style.styled():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        title = say('Which is the most robust? Regret in "{kpi}"', kpi=outcome_name(robust.outcome))
        _header(figure, title, _robust_sentence(robust))
        strip = figure.add_axes(
            ((LEFT + NAME) / WIDTH, BASE / HEIGHT, STRIP / WIDTH, TALL / HEIGHT)
        )
        colours = style.colours(discovery.futures.arms)
        _strip(strip, robust, colours)
        _map(_axes(figure, PANELS), discovery, robust, colours)
        _note(figure, say(
            "Left: a dot for each future; regret is how much worse than the best there. Diamond: "
            "mean; upright line: nine of ten futures are below. Right: colour of a dot: which is "
            "best in that future; of an area: which is best there on average.",
        ))  # fmt: skip
    return figure


def _robust_sentence(robust: Robustness) -> str:
    return say(
        "Least expected regret: {expected} (certainty {sure}). Least largest regret: {largest} "
        "(certainty {surely}).",
        expected=arm_name(robust.least_expected.arm),
        sure=words.percent(robust.least_expected.certainty),
        largest=arm_name(robust.least_largest.arm),
        surely=words.percent(robust.least_largest.certainty),
    )


def _strip(axes: Axes, robust: Robustness, colours: dict[str, str]) -> None:
    jitter = np.random.default_rng(0).uniform(-0.28, 0.28, len(robust.table))
    unit = unit_of(robust.outcome)
    for row, regret in enumerate(robust.regrets):
        colour = colours[regret.arm]
        axes.plot(robust.table[:, row], row + jitter, "o", color=colour, markersize=2.6, alpha=0.45,
                  markeredgewidth=0)  # fmt: skip
        axes.plot([regret.high] * 2, [row - 0.34, row + 0.34], color=style.INK, linewidth=1.4)
        axes.plot([regret.expected], [row], "D", color=style.INK, markersize=6,
                  markeredgecolor="white")  # fmt: skip
        marks.before_row(axes, row, arm_name(regret.arm), colour if row else style.TEXT)
        marks.after_row(axes, row, say("mean {value}", value=lead_text(regret.expected, unit)))
    axes.set_ylim(len(robust.regrets) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    if unit == "share":
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))
    else:
        axes.xaxis.set_major_formatter(FuncFormatter(marks.ticks(unit, signed=False)))
    label = say("Regret, in points") if unit == "share" else say("Regret")
    axes.set_xlabel(label, fontsize=style.NOTE)


def _map(axes: Axes, discovery: Discovery, robust: Robustness, colours: dict[str, str]) -> None:
    """Which arm is best where, over the two uncertainties that tell it best."""
    tree, x = discovery.regions, discovery.futures.x[robust.complete]
    known, best = discovery.futures.uncertainties, best_arms(robust.gains)
    two = list(dict.fromkeys(asked(tree)))[:2] if tree is not None else []
    two += [at for at in range(x.shape[1]) if at not in two][: 2 - len(two)]
    if len(two) < 2:
        two = [two[0], two[0]]
    for place, regret in enumerate(robust.regrets):
        here = best == place
        axes.scatter(x[here, two[0]], x[here, two[1]], s=14, color=colours[regret.arm],
                     linewidths=0.3, edgecolors="white")  # fmt: skip
    _scales(axes, known, x, two[0], two[1])
    if tree is not None:
        for leaf in leaves(tree):
            _region(axes, leaf, robust, two, colours)


def _region(axes: Axes, leaf: Leaf, robust: Robustness, two: list[int],
            colours: dict[str, str]) -> None:  # fmt: skip
    (left, right), (below, above) = axes.get_xlim(), axes.get_ylim()
    x0, x1 = np.clip(leaf.box.limits[:, two[0]], left, right)
    y0, y1 = np.clip(leaf.box.limits[:, two[1]], below, above)
    arm = robust.regrets[int(leaf.means.argmax())].arm
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor=colours[arm], alpha=0.13,
                             edgecolor="white", linewidth=2, zorder=0))  # fmt: skip
    across, up = _middle(x0, x1, axes.get_xscale()), _middle(y0, y1, axes.get_yscale())
    axes.text(
        across, up, arm_name(arm), ha="center", va="center", fontsize=style.LABEL, color=style.INK,
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.5},
    )  # fmt: skip


def _middle(low: float, high: float, scale: str) -> float:
    return float(np.sqrt(low * high)) if scale == "log" else (low + high) / 2
