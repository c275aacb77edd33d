"""The Welch plot: how stocks settle, and what is left out of the measuring."""

from datetime import timedelta
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from govsim.experiments import Results
from govsim.experiments.settling import STOCKS, settled_after, weekly
from govsim.experiments.warmup import welch
from govsim.language import say, speaking
from govsim.report import marks, style, words

WIDTH, HEIGHT = 12.0, 4.6  # inches
LEFT, RIGHT, GAP, BOTTOM, TALL = 0.72, 0.35, 0.85, 0.95, 2.25
WINDOW = 4  # weeks to either side


def save_warmup_figures(results: Results, folder: Path) -> list[Path]:
    """Write ``warmup.en.png``, ``.svg`` and the same in Chinese; say where they are."""
    return style.save_everywhere("warmup", lambda lang: warmup_figure(results, lang), folder)


def warmup_figure(results: Results, lang: str) -> Figure:
    """Backlog and living problems week by week, smoothed, in a language."""
    with speaking(lang), style.styled():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        _text(figure, LEFT, HEIGHT - 0.48, results.name, style.TITLE, style.INK)
        run = say(
            "How the run settles: mean over {n} replications, moving average of nine weeks",
            n=results.replications,
        )
        _text(figure, LEFT, HEIGHT - 0.8, run, style.SUBTITLE, style.TEXT)
        titles = {
            "backlog": say("Backlog: grievances open"),
            "living": say("Living problems, reported or not"),
        }
        width = (WIDTH - LEFT - RIGHT - GAP) / len(STOCKS)
        for place, stock in enumerate(STOCKS):
            left = LEFT + place * (width + GAP)
            box = (left / WIDTH, BOTTOM / HEIGHT, width / WIDTH, TALL / HEIGHT)
            axes = figure.add_axes(box, label=stock[0])
            _panel(axes, results, stock)
            style.panel_title(axes, titles[stock[0]])
        note = words.sentences(
            say("Grey: the warm-up, left out of all KPIs and delays."), _settled(results)
        )
        _text(figure, LEFT, 0.25, note, style.NOTE, style.TEXT)
    return figure


def _settled(results: Results) -> str:
    found = settled_after(results, results.policy_sets[0])
    if found is None:
        return say("By MSER-5 it has not settled within the run.")
    return say("Dashed: settled after {days} days, by MSER-5.", days=found)


def _panel(axes: Axes, results: Results, stock: tuple[str, str]) -> None:
    colours = style.colours(results.policy_sets)
    days = [results.start + timedelta(days=7 * (week + 1)) for week in range(-(-results.days // 7))]
    for name in results.policy_sets:
        values = weekly(results, name, *stock)
        at = marks.days(days[: values.shape[1]])
        axes.plot(at, values.mean(axis=0), color=colours[name], linewidth=0.8, alpha=0.5)
        smooth = welch(values, WINDOW)
        axes.plot(at[: len(smooth)], smooth, color=colours[name], label=words.policy_name(name))
    marks.months(axes, results.start, results.days)
    marks.count_axis(axes)
    first = marks.days([results.start])[0]
    marks.left_out(axes, results.start, results.warm_up)
    found = settled_after(results, results.policy_sets[0])
    if found:
        axes.axvline(first + found, color=style.TEXT, linewidth=0.8, dashes=(4, 3))
    if len(results.policy_sets) > 1 and stock == STOCKS[0]:
        marks.legend(axes, [(words.policy_name(n), colours[n]) for n in results.policy_sets])


def _text(figure: Figure, left: float, bottom: float, text: str, size: float, colour: str) -> None:
    figure.text(left / WIDTH, bottom / HEIGHT, text, fontsize=size, color=colour)
