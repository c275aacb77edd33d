"""The pictures of a report, each with a title and a text for whoever cannot see it."""

from collections.abc import Iterator
from functools import partial

from matplotlib.figure import Figure

from govsim.experiments.lens import look
from govsim.experiments.results import Results
from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import summarise
from govsim.language import language, say
from govsim.report import words
from govsim.report.document import Picture, Section
from govsim.report.lens import IN_REPORT, lens_figure, verdict
from govsim.report.pictures import PICTURES, Digest
from govsim.report.source import Source
from govsim.report.summary import Line
from govsim.report.sweeping import sweep_figure, sweep_notes, sweep_tables
from govsim.report.warmup import warmup_figure

MOST = 100  # replications that official formulas are looked at through; tables use all


def section(source: Source) -> Section | None:
    """All pictures of a run or a comparison but the twins, which have a section of their own."""
    results = source.comparison
    if results is None:
        return None
    found = tuple(_pictures(source, results))
    return Section(source.anchor("pictures"), say("Pictures"), found) if found else None


def registered(source: Source, name: str) -> Picture | None:
    """One of the registered pictures; None where these results cannot carry it."""
    drawn, digest = PICTURES[name], source.digest
    figure = drawn.draw(digest, language(), "wide") if digest else None
    if figure is None or digest is None:
        return None
    return Picture(
        source.anchor(f"picture-{name}"),
        drawn.title(digest),
        drawn.alt(digest),
        lambda: figure,
        partial(_narrow, name, digest, language()),
    )


def _narrow(name: str, digest: Digest, lang: str) -> Figure:
    figure = PICTURES[name].draw(digest, lang, "narrow")
    assert figure is not None  # what can be drawn wide can be drawn narrow
    return figure


def _pictures(source: Source, results: Results) -> Iterator[Picture]:
    for name in PICTURES:
        found = registered(source, name) if name != "twins" else None
        if found is not None:
            yield found
    if len(results.policy_sets) > 1 and results.replications > 1:
        yield _lens(source, results)
    if results.warm_up:
        yield _warm_up(source, results)


def _lens(source: Source, results: Results) -> Picture:
    """Policy sets scored by official formulas."""
    note = ""
    if results.replications > MOST:
        results = results.of_first(MOST)
        note = say("Drawn from the first {n} replications; tables use all of them.", n=MOST)
    looked = look([results])
    colours = source.digest.colours if source.digest else None
    wide, narrow = (
        partial(lens_figure, looked, results, language(), IN_REPORT[width], colours)
        for width in ("wide", "narrow")
    )
    title = say("The same futures, scored by official formulas")
    return Picture(source.anchor("lens"), title, verdict(looked), wide, narrow, note=note)


def _warm_up(source: Source, results: Results) -> Picture:
    return Picture(
        source.anchor("warm-up"),
        say("How the run settles before it is measured"),
        say(
            "Backlog and living problems week by week; the first {days} days are left out.",
            days=f"{results.warm_up:g}",
        ),
        partial(warmup_figure, results, language()),
    )


def of_a_sweep(source: Source, results: SweepResults) -> Picture:
    """The figure of a sweep."""
    summary = summarise(results)
    told = [_line(line) for grid in sweep_tables(results) for line in grid.lines[:4]]
    alt = words.sentences(*sweep_notes(results), *told)
    draw = partial(sweep_figure, results, summary, language())
    return Picture(source.anchor("sweep"), say("What changes, over all that was varied"), alt, draw)


def _line(line: Line) -> str:
    zh = language() == "zh"
    return f"{line.label}{'：' if zh else ': '}{words.listed(line.cells)}{'。' if zh else '.'}"
