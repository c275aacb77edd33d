"""The pictures of a report, each with a title and a text for whoever cannot see it."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from matplotlib.figure import Figure

from govsim.experiments.lens import look
from govsim.experiments.results import Results
from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import summarise
from govsim.language import language, say
from govsim.report import words
from govsim.report.comparing import comparison_figure, verdict, verdicts
from govsim.report.document import Picture, Section
from govsim.report.figure import run_figure
from govsim.report.lens import lens_figure
from govsim.report.lens import verdict as lens_verdict
from govsim.report.sentence import what_stands_out
from govsim.report.source import Source
from govsim.report.summary import Line, table
from govsim.report.sweeping import sweep_figure, sweep_notes, sweep_tables
from govsim.report.warmup import warmup_figure

MOST = 100  # replications that curves and places are drawn from; tables use all


class Shown(NamedTuple):
    """A picture that some results can have."""

    name: str
    title: Callable[[Results], str]
    alt: Callable[[Results], str]
    draw: Callable[[Results, str], Figure]
    wanted: Callable[[Results], bool]


def _several(results: Results) -> bool:
    return len(results.policy_sets) > 1 and results.replications > 1


def _changes_title(results: Results) -> str:
    base = words.policy_name(results.policy_sets[0])
    return say("What each policy changes against {base}", base=base)


def _changes_alt(results: Results) -> str:
    return words.sentences(*map(verdict, verdicts(results)))


def _course_alt(results: Results) -> str:
    levels = words.sentences(*map(_line, table(results).lines[:6]))
    return words.sentences(what_stands_out(results), levels)


def _line(line: Line) -> str:
    stop = "。" if language() == "zh" else "."
    return f"{line.label}{'：' if language() == 'zh' else ': '}{words.listed(line.cells)}{stop}"


PICTURES = (
    Shown("changes", _changes_title, _changes_alt, comparison_figure, _several),
    Shown(
        "course",
        lambda _: say("Backlog, replies and delays over time"),
        _course_alt,
        run_figure,
        lambda _: True,
    ),
    Shown(
        "lens",
        lambda _: say("The same futures, scored by official formulas"),
        lambda results: lens_verdict(look([results])),
        lambda results, lang: lens_figure(look([results]), results, lang),
        _several,
    ),
    Shown(
        "warm-up",
        lambda _: say("How the run settles before it is measured"),
        lambda results: say(
            "Backlog and living problems week by week; the first {days} days are left out.",
            days=f"{results.warm_up:g}",
        ),
        warmup_figure,
        lambda results: bool(results.warm_up),
    ),
)


def section(source: Source) -> Section | None:
    """All pictures of a run or a comparison."""
    results = source.comparison
    if results is None:
        return None
    found = tuple(_pictures(source, results))
    return Section(source.anchor("pictures"), say("Pictures"), found) if found else None


def _pictures(source: Source, results: Results) -> Iterator[Picture]:
    note = ""
    if results.replications > MOST:
        results = results.of_first(MOST)
        note = say("Drawn from the first {n} replications; tables use all of them.", n=MOST)
    for shown in PICTURES:
        if shown.wanted(results):
            draw = partial(shown.draw, results, language())
            name = source.anchor(shown.name)
            yield Picture(name, shown.title(results), shown.alt(results), draw, note=note)


def of_a_sweep(source: Source, results: SweepResults) -> Picture:
    """The figure of a sweep."""
    summary = summarise(results)
    told = [_line(line) for grid in sweep_tables(results) for line in grid.lines[:4]]
    alt = words.sentences(*sweep_notes(results), *told)
    draw = partial(sweep_figure, results, summary, language())
    return Picture(source.anchor("sweep"), say("What changes, over all that was varied"), alt, draw)
