"""What was asked of results besides: what drives them, when the answer would change, what is ahead.

The question is read from what the verb left in the folder, and asked again of the results as they
are now.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from govsim.decisions.discovering import discover
from govsim.decisions.discovering_kept import ANSWER
from govsim.decisions.forecasting import Forecast
from govsim.decisions.sensitivity import FACTS, Sensitivity, sensitivity
from govsim.decisions.sensitivity_evidence import MOST, what_would_settle
from govsim.errors import InputError
from govsim.experiments.results import Results
from govsim.experiments.sweep_store import SweepResults
from govsim.language import say
from govsim.report import discovering, forecasting, words
from govsim.report.discovering_figures import discovery_figure, regret_figure
from govsim.report.document import Cell, Column, Grid, Points, Section
from govsim.report.forecasting import forecast_figure
from govsim.report.sections.telling import told
from govsim.report.sensitivity import (
    grade,
    how_ranked,
    reading,
    sensitivity_table,
    value_lines,
)
from govsim.report.sensitivity_figures import interactions, tornado
from govsim.report.source import Source
from govsim.report.values import title_of


def sections(source: Source) -> Iterator[Section]:
    """One for each question that was asked."""
    results = source.results
    if isinstance(results, SweepResults):
        with suppress(InputError):  # what was asked cannot be answered from what is there now
            yield from _drivers(source, results.folder)
        with suppress(InputError):
            yield from _regions(source, results.folder)
    elif isinstance(results, Results) and "forecast" in results.manifest:
        yield _ahead(source, Forecast(results))


def _drivers(source: Source, folder: Path) -> Iterator[Section]:
    """What drives an outcome, and what data would settle the weakest of it."""
    asked = _kept(folder / FACTS)
    if asked is None:
        return
    arm, against = _text(asked, "arm"), _text(asked, "against")
    found = sensitivity(
        folder,
        outcome=_text(asked, "outcome"),
        between=(arm, against) if against else (),
        arm="" if against else arm,
    )
    title = say("What drives it")
    figures = (partial(tornado, found), partial(interactions, found))
    blocks = told(source, "drivers", title, reading(found), (sensitivity_table(found),), figures)
    weak = (_weak(found), Points(tuple(line.strip() for line in value_lines(found))))
    yield Section(source.anchor("drivers"), title, (*blocks, *weak))


def _weak(found: Sensitivity) -> Grid:
    """The weakest-evidenced values that matter most, and what data would settle each."""
    rows = [
        (
            Cell(title_of(weak.factor), tip=weak.factor),
            Cell(weak.value),
            Cell(" – ".join(weak.range or ())),
            Cell(grade(found, weak.factor)),
            Cell(words.percent(weak.influence), weak.influence, weak=not weak.sure),
            Cell(what_would_settle(weak.factor, weak.note)),
        )
        for weak in found.weak[:MOST]
        if weak.score > 0
    ]
    columns = (
        Column(say("What it is"), number=False, share=2.2),
        Column(say("Value"), number=False, code=True),
        Column(say("Plausible range"), number=False, code=True, share=1.2),
        Column(say("Evidence"), number=False),
        Column(say("Influence"), share=0.7),
        Column(say("What would settle it"), number=False, share=2.6),
    )
    title = say("The weakest-evidenced values that matter most")
    return Grid(title, columns, tuple(rows), how_ranked())


def _regions(source: Source, folder: Path) -> Iterator[Section]:
    """When the answer would change."""
    kept = _kept(folder / ANSWER)
    if kept is None:
        return
    asked = kept["asked"] if isinstance(kept.get("asked"), dict) else {}
    density = asked.get("density")
    found = discover(
        folder,
        _text(kept, "where"),
        density=density if isinstance(density, float) else None,
        kpi=_text(asked, "kpi") or None,
        enough=_text(asked, "enough") or None,
        keep=False,
    )
    title = say("When the answer would change")
    tables = (discovering.limit_table(found), discovering.regret_table(found))
    lines = (*discovering.answer(found), *discovering.regret_notes(found))
    figures = [partial(discovery_figure, found)] if found.found else []
    figures += [partial(regret_figure, found)] if found.robustness else []
    blocks = told(source, "regions", title, lines, filter(None, tables), figures)
    yield Section(source.anchor("regions"), title, tuple(blocks))


def _ahead(source: Source, found: Forecast) -> Section:
    """When what is open today is through."""
    title = say("When today's open grievances are through")
    lines, tables = forecasting.forecast_findings(found), forecasting.forecast_tables(found)
    blocks = told(source, "ahead", title, lines, tables, (partial(forecast_figure, found),))
    return Section(source.anchor("ahead"), title, tuple(blocks))


def _kept(file: Path) -> dict[str, Any] | None:
    """What a verb has left; None where it has not, or somebody has spoiled it."""
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def _text(facts: dict[str, Any], key: str) -> str:
    return facts[key] if isinstance(facts.get(key), str) else ""
