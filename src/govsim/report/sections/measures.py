"""The KPI pairs: recorded beside true, policies side by side, which is best, which are alike."""

from collections.abc import Iterator
from math import isnan, nan
from typing import Any

import numpy as np

from govsim.experiments.certainty import Certainty, few_events
from govsim.experiments.comparison import Best, Question, comparison_table, questions
from govsim.experiments.intervals import Interval, mean_interval, paired_difference
from govsim.experiments.results import Results
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.report import certainty, style, words
from govsim.report.comparing import chance
from govsim.report.document import (
    BETTER,
    NOTE,
    WORSE,
    Block,
    Cell,
    Column,
    Details,
    Grid,
    Section,
    Strip,
    Text,
)
from govsim.report.source import Source
from govsim.report.summary import sided

AT_ONCE = 3  # policy sets beside the first in one table

Row = dict[str, Any]
Answers = dict[Question, dict[str, Row]]


def section(source: Source) -> Section | None:
    """All measures of a run or a comparison."""
    results = source.comparison
    if results is None:
        return None
    blocks: list[Block] = [both_sides(results, results.policy_sets[0])]
    if len(results.policy_sets) > 1:
        answers = _answers(results, questions(headline=True))
        blocks += list(_changes(results, answers))
        if results.replications > 1:
            blocks.append(_best(source.verdicts))
        blocks.append(_sides_of_all(results))
        blocks.append(_one_by_one(results, answers))
    blocks.append(_everything(results))
    return Section(
        source.anchor("measures"), say("What changes, measure by measure"), tuple(blocks)
    )


# ---------------------------------------------------------------- recorded and true


def both_sides(results: Results, policy_set: str) -> Grid:
    """What the ledger says beside what is so, under one policy set."""
    rows = [
        _pair(results, policy_set, kpi.name)
        for kpi in KPIS.values()
        if kpi.headline and len(kpi.sides()) == 2
    ]
    title = say("The ledger and the truth: {policy}", policy=words.policy_name(policy_set))
    note = say(
        "Recorded: as the offices' ledger tells it. True: as it is in the simulated city. The gap "
        "is taken within each replication."
    )
    note = words.sentences(note, *certainty.few(cell.text for row in rows for cell in row))
    columns = (
        Column(say("Measure"), number=False, share=1.6),
        Column(say("Recorded")),
        Column(say("True")),
        Column(say("Gap")),
    )
    return Grid(title, columns, tuple(rows), note)


def _pair(results: Results, policy_set: str, name: str) -> tuple[Cell, ...]:
    kpi = KPIS[name]
    sides = [results.city.get((policy_set, name, side), {}) for side in ("recorded", "true")]
    cells = [
        _level_of_values(list(values.values()), kpi.unit_of(side), results.cases(policy_set))
        for side, values in zip(("recorded", "true"), sides, strict=True)
    ]
    return (Cell(say(kpi.label)), *cells, _gap(name, *sides))


def _level_of_values(values: list[float], unit: str, cases: float) -> Cell:
    few = few_events(np.array(values, np.float64), unit, cases)
    return _level(mean_interval(values), unit, few=few)


def _gap(name: str, recorded: dict[int, float], true: dict[int, float]) -> Cell:
    kpi = KPIS[name]
    shared = [r for r in recorded if r in true]
    if kpi.unit != kpi.true_unit or not shared:
        return Cell("–", tip=say("The two sides count different things."))
    gap = paired_difference([recorded[r] for r in shared], [true[r] for r in shared])
    return _level(gap, kpi.unit, signed=True)


def _level(interval: Interval, unit: str, *, signed: bool = False, few: bool = False) -> Cell:
    text = words.estimate(interval, unit, signed=signed, few=few)
    return Cell(text, _sortable(interval.mean), _told(interval, unit, signed=signed))


def _told(interval: Interval, unit: str, *, signed: bool = False) -> str:
    """An interval at its full length, for whoever points at it."""
    if isnan(interval.mean):
        return say("nothing to measure")
    mean, low, high = (words.quantity(x, nan, unit, signed=signed) for x in interval[:3])
    n = words.whole(interval.n)
    if isnan(interval.low):
        return say("{mean}, of {n} replications", mean=mean, n=n)
    return say(
        "{mean}; 95 %: {low} to {high}; {n} replications", mean=mean, low=low, high=high, n=n
    )


def _sides_of_all(results: Results) -> Details:
    others = [both_sides(results, name) for name in results.policy_sets[1:]]
    return Details(say("The ledger and the truth under every other policy set"), tuple(others))


# ---------------------------------------------------------------- policies side by side


def _answers(results: Results, asked: list[Question]) -> Answers:
    rows: Answers = {}
    for row in comparison_table(results, asked).to_pylist():
        rows.setdefault(Question(row["kpi"], row["side"]), {})[row["policy_set"]] = row
    return rows


def _changes(results: Results, answers: Answers) -> Iterator[Grid]:
    """The first policy set, and what each other one changes; some of them at a time."""
    base, *others = results.policy_sets
    colours = style.colours(results.policy_sets)
    for first in range(0, len(others), AT_ONCE):
        some = others[first : first + AT_ONCE]
        columns = (
            Column(say("Measure"), number=False, share=1.6),
            Column(words.policy_name(base), colour=colours[base]),
            *(Column(words.policy_name(name), colour=colours[name]) for name in some),
        )
        rows = tuple(
            (
                Cell(sided(KPIS[question.kpi], question.side)),
                _level(_own(found[base]), found[base]["unit"], few=found[base]["few"]),
                *(_change(question, found[name]) for name in some),
            )
            for question, found in answers.items()
        )
        title = say("Changes against {base}", base=words.policy_name(base))
        more = say("Changes against {base}, continued", base=words.policy_name(base))
        cells = (cell.text for row in rows for cell in row)
        note = words.sentences(*certainty.how_to_read(results, cells), say("▲ better, ▼ worse."))
        yield Grid(more if first else title, columns, rows, note)


def _own(row: Row) -> Interval:
    return Interval(row["mean"], row["mean_low"], row["mean_high"], row["replications"])


def _difference(row: Row) -> Interval:
    return Interval(row["difference"], row["low"], row["high"], row["replications"])


def _change(question: Question, row: Row, *, strip: Strip | None = None) -> Cell:
    change = _difference(row)
    told, text = Certainty(row["certainty"]), certainty.change(row)
    tip = _told(change, row["unit"], signed=True)
    if not isnan(change.mean):
        tip += f"; {certainty.called(told)}"
    if told != Certainty.CERTAIN:
        return Cell(text, _sortable(change.mean), tip, weak=True, strip=strip)
    gain = KPIS[question.kpi].direction * change.mean
    tone = BETTER if gain > 0 else WORSE if gain < 0 else ""
    return Cell(text, _sortable(change.mean), tip, tone, strip=strip)


def _sortable(value: float) -> float | None:
    return None if isnan(value) else value


def _best(found: list[Best]) -> Grid:
    """Measure by measure: the best, how certain it is, and what else may be."""
    columns = (
        Column(say("Measure"), number=False, share=1.6),
        Column(say("Best"), number=False, share=1.2),
        Column(say("How certain"), number=False, share=1.2),
        Column(say("The same for practical purposes"), number=False, share=1.4),
        Column(say("May be as good, or better"), number=False, share=1.4),
    )
    note = say(
        "Leaning: with the probability that it has the best long-run mean of all, given these "
        "replications. Where several may be best, let the cost decide."
    )
    return Grid(say("Which policy is best"), columns, tuple(map(_best_row, found)), note)


def _best_row(best: Best) -> tuple[Cell, ...]:
    label = Cell(sided(KPIS[best.question.kpi], best.question.side))
    if not best.policy_set:
        return (label, Cell(say("not known")), Cell("–"), Cell(""), Cell(""))
    told = best.certainty in (Certainty.CERTAIN, Certainty.LEANING)
    name = words.policy_name(best.policy_set) if told else "–"
    certain = certainty.called(best.certainty)
    if best.certainty == Certainty.LEANING:
        certain += words.bracketed(chance(best.chance))
    open_ones = (best.policy_set, *best.rivals) if not told and best.rivals else best.rivals
    equals = best.equals if told or best.rivals else (best.policy_set, *best.equals)
    return (
        label,
        Cell(name, weak=not best.sure),
        Cell(certain, tip=_exactly(best.chance) if told else ""),
        Cell(words.listed(map(words.policy_name, equals))),
        Cell(words.listed(map(words.policy_name, open_ones))),
    )


def _exactly(probability: float) -> str:
    return f"{100 * probability:.1f} %"


# ---------------------------------------------------------------- one measure at a time


def _one_by_one(results: Results, answers: Answers) -> Details:
    """Every headline measure: means, differences and their limits, a policy set a row."""
    grids = tuple(_one(results, question, found) for question, found in answers.items())
    return Details(say("Every measure with its limits"), grids)


def _one(results: Results, question: Question, found: dict[str, Row]) -> Grid:
    kpi = KPIS[question.kpi]
    base, *others = results.policy_sets
    limits = [abs(found[name][end]) for name in others for end in ("low", "high")]
    reach = max([limit for limit in limits if not isnan(limit)], default=0.0)
    colours = style.colours(results.policy_sets)
    rows: list[tuple[Cell, ...]] = []
    for name in results.policy_sets:
        row = found[name]
        strip = _strip(row, reach, colours[name]) if name != base else None
        change = _change(question, row, strip=strip) if name != base else Cell("–")
        level = _level(_own(row), row["unit"], few=row["few"])
        told = certainty.called(Certainty(row["certainty"])) if name != base else "–"
        rows.append((Cell(words.policy_name(name)), level, change, Cell(told)))
    columns = (
        Column(say("Policies"), number=False, share=1.4),
        Column(say("Mean")),
        Column(say("Change"), share=1.6),
        Column(say("How certain"), number=False),
    )
    definition = say(kpi.recorded) if question.side == "recorded" else say(kpi.true)
    return Grid(sided(kpi, question.side), columns, tuple(rows), definition)


def _strip(row: Row, reach: float, colour: str) -> Strip | None:
    if not reach or isnan(row["low"]):
        return None
    low, mean, high = (row[name] / reach for name in ("low", "difference", "high"))
    return Strip(low, mean, high, colour, sure=row["certainty"] == Certainty.CERTAIN)


# ---------------------------------------------------------------- all the rest


def _everything(results: Results) -> Details:
    """Every KPI of the city, headline or not, under every policy set."""
    found = {
        (row["policy_set"], row["kpi"], row["side"]): row
        for row in results.summary().to_dict("records")
    }
    colours = style.colours(results.policy_sets)
    grids = []
    for first in range(0, len(results.policy_sets), AT_ONCE):
        some = results.policy_sets[first : first + AT_ONCE]
        rows = tuple(
            (
                Cell(sided(kpi, side)),
                *(_level_of(found.get((name, kpi.name, side))) for name in some),
            )
            for kpi in KPIS.values()
            for side in kpi.sides()
        )
        columns = (
            Column(say("Measure"), number=False, share=1.6),
            *(Column(words.policy_name(name), colour=colours[name]) for name in some),
        )
        grids.append(Grid(say("Every measure of the city"), columns, rows))
    note = Text(say("Means over replications with their 95 % intervals."), NOTE)
    return Details(say("Every measure of the city"), (*grids, note))


def _level_of(row: Any) -> Cell:
    if row is None:
        return Cell("–")
    interval = Interval(row["mean"], row["low"], row["high"], row["n"])
    return _level(interval, row["unit"], few=row["few"])
