"""The table on the screen at the end of a run: KPIs in the planner's words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from govsim.experiments import Results
from govsim.experiments.comparison import comparison_table, questions
from govsim.language import say
from govsim.outcomes import KPIS, Kpi
from govsim.report import certainty, words

SIDES = ("recorded", "true")

Cells = dict[tuple[str, str, str], str]  # by policy set, KPI, side


class Line(NamedTuple):
    """One line of the table: what is measured, and a cell for each column."""

    label: str
    cells: tuple[str, ...]


class Table(NamedTuple):
    """Column headings (of the cells) and lines, ready to be shown."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def table(results: Results) -> Table:
    """The headline KPIs: recorded beside true; with a baseline, policy beside baseline."""
    return _comparison(results) if len(results.policy_sets) > 1 else _pairs(results)


def how_to_read(results: Results, tables: Sequence[Table]) -> Iterator[str]:
    """Lines under such tables: what their marks mean, and what may be relied on."""
    cells = [cell for table in tables for line in table.lines for cell in line.cells]
    if len(results.policy_sets) > 1:
        yield from certainty.how_to_read(results, cells)
    else:
        yield from certainty.few(cells)


def _pairs(results: Results) -> Table:
    means = _cells(results.summary())
    policy_set = results.policy_sets[0]
    lines = [
        Line(say(kpi.label), tuple(means.get((policy_set, kpi.name, s), "") for s in SIDES))
        for kpi in _headline()
    ]
    return Table((say("Recorded"), say("True")), tuple(lines))


def _comparison(results: Results) -> Table:
    base, *others = results.policy_sets
    rows = {
        (row["policy_set"], row["kpi"], row["side"]): row
        for row in comparison_table(results, questions(headline=True)).to_pylist()
    }
    lines = []
    for kpi in _headline():
        for side in kpi.sides():
            found = {name: rows.get((name, kpi.name, side)) for name in (base, *others)}
            values = [certainty.level(row) if row else "" for row in found.values()]
            changed = (found[name] for name in others)
            values += [certainty.change(row) if row else "" for row in changed]
            lines.append(Line(sided(kpi, side), tuple(values)))
    names = [words.policy_name(name) for name in others]
    return Table((words.policy_name(base), *names, *_change_columns(names)), tuple(lines))


def _change_columns(policies: list[str]) -> list[str]:
    if len(policies) == 1:
        return [say("Change")]
    return [say("Change, {policy}", policy=policy) for policy in policies]


def _cells(rows: pd.DataFrame) -> Cells:
    return {
        (row["policy_set"], row["kpi"], row["side"]): words.estimate(
            (row["mean"], row["low"], row["high"]), row["unit"], few=row["few"]
        )
        for row in rows.to_dict("records")
    }


def _headline() -> list[Kpi]:
    return [kpi for kpi in KPIS.values() if kpi.headline]


def sided(kpi: Kpi, side: str) -> str:
    """A KPI's name with its side, where it has two."""
    label = say(kpi.label)
    if len(kpi.sides()) == 1:
        return label
    if side == "recorded":
        return say("{kpi}, recorded", kpi=label)
    return say("{kpi}, true", kpi=label)
