"""How do we know: what was checked, how precise the numbers are, what the model leaves out."""

from collections.abc import Iterator
from math import isfinite

import numpy as np
import pandas as pd

from govsim.experiments.comparison import Question, questions
from govsim.experiments.precision import Precision, Reached, enough
from govsim.experiments.results import Results
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.report import words
from govsim.report.comparing import how_sure
from govsim.report.document import Block, Cell, Column, Details, Facts, Grid, Points, Section
from govsim.report.source import Source
from govsim.report.summary import sided

GOAL = 0.05  # of itself


def section(source: Source) -> Section | None:
    """What makes the numbers of a run or a comparison believable, and what does not."""
    results = source.comparison
    if results is None:
        return None
    blocks: list[Block] = [Facts(tuple(_facts(source, results)))]
    if len(results.policy_sets) > 1:
        blocks.append(_untouched(results))
    if results.replications > 1:
        blocks.append(Details(say("How precise every measure is"), (_precise(results),)))
    blocks += [Facts(_checks(), title=say("What the program is held to")), _left_out()]
    return Section(source.anchor("trust"), say("How do we know"), tuple(blocks))


def _facts(source: Source, results: Results) -> Iterator[tuple[str, str]]:
    yield (
        say("Replications"),
        say(
            "{n} of each policy set, seed {seed}. One replication is one possible future; with "
            "the same seed everybody gets the same futures.",
            n=words.whole(results.replications),
            seed=results.seed,
        ),
    )
    if len(results.policy_sets) > 1 and results.replications > 1:
        yield say("Paired futures"), words.sentences(*how_sure(results))
    yield say("Warm-up"), _warm_up(results)
    yield say("Engine"), _engine(str(source.manifest.get("engine", "")))


def _warm_up(results: Results) -> str:
    if not results.warm_up:
        return say("None: the run is measured from its first day, as it was asked.")
    return say(
        "The first {days} of {all} days are left out of all measures.",
        days=f"{results.warm_up:g}",
        all=results.days,
    )


def _engine(engine: str) -> str:
    names = {
        "compiled": say("the compiled engine"),
        "agents": say("the readable engine (SimPy agents)"),
    }
    return say(
        "Made by {engine}. The other engine gives the identical trace of events; the program's "
        "tests hold the two together, record by record.",
        engine=names.get(engine, engine),
    )


def _checks() -> tuple[tuple[str, str], ...]:
    """What the tests of the program assert, and where they stand."""
    return (
        (
            say("Two engines"),
            say(
                "One to be read, one to be fast, written apart from the same rules: random "
                "scenarios must give the same records bit for bit, and faults put in on purpose "
                "must be noticed (tests/twins)."
            ),
        ),
        (
            say("Theory"),
            say(
                "Queues with closed formulas (M/M/c, priorities, impatient callers, networks) must "
                "come out as theory has it (tests/theory)."
            ),
        ),
        (
            say("Intervals"),
            say(
                "Each kind of interval is tried on thousands of samples of known truth and must "
                "hold it as often as it says (docs/statistics.md)."
            ),
        ),
        (
            say("Invariants"),
            say(
                "While a run goes on: every open case lies in one place, counts agree, nobody does "
                "two things at once."
            ),
        ),
    )


def _left_out() -> Details:
    """What nobody should ask this model."""
    points = Points(
        (
            say("Residents do not talk to each other about offices; trust spreads through nobody."),
            say("Cadres differ in speed and hours, not in kindness or honesty."),
            say("Departments have no budgets of their own; a problem has one cause and one place."),
            say("Politics is a number called pressure."),
            say(
                "How long work on a grievance takes has hardly ever been observed, and nobody has "
                "data with both the recorded and the true outcome: see the grades of evidence."
            ),
        )
    )
    return Details(say("What the model leaves out"), (points,))


# ---------------------------------------------------------------- what a policy does not touch


def _untouched(results: Results) -> Block:
    """Offices that no policy reaches must have the same numbers to the last digit."""
    first = min(min(done) for done in results.manifest["done"].values())
    table = results.offices(first)
    base, *others = results.policy_sets
    wide = {name: _of(table, name) for name in results.policy_sets}
    rows = []
    for name in others:
        same = _same(wide[base], wide[name])
        share = f"{words.whole(same.sum())} / {words.whole(len(same))}"
        rows.append((Cell(words.policy_name(name)), Cell(share, float(same.sum()))))
    if not any(row[1].sort for row in rows):
        return Facts(((say("Untouched offices"), _all_touched(base)),))
    columns = (
        Column(say("Policies"), number=False),
        Column(say("Offices with the same numbers as {base}", base=words.policy_name(base))),
    )
    note = say(
        "In one replication, over all measures of an office, to the last digit. A policy that "
        "acts on everybody touches all offices; one with a small reach must leave the others alone."
    )
    return Grid(say("Offices that a policy does not touch"), columns, tuple(rows), note)


def _all_touched(base: str) -> str:
    return say(
        "None: every policy compared here acts on all offices, or on residents who go to all of "
        "them. An office that a policy does not reach would have the same numbers as under {base}, "
        "to the last digit.",
        base=words.policy_name(base),
    )


def _of(table: pd.DataFrame, policy_set: str) -> pd.DataFrame:
    own = table[table["policy_set"] == policy_set]
    return own.pivot_table(
        index="scope_id", columns=["kpi", "side"], values="value", dropna=False, sort=False
    )


def _same(one: pd.DataFrame, other: pd.DataFrame) -> "pd.Series[bool]":
    """Which offices have equal numbers; nothing to measure on both sides is equal, too."""
    one, other = one.align(other)
    equal = (one == other) | (one.isna() & other.isna())
    return equal.all(axis=1)


# ---------------------------------------------------------------- precision


def _precise(results: Results) -> Grid:
    rule = Precision(GOAL, least=2)
    rows = []
    for question in questions(headline=True):
        widest = _widest(results, question, rule)
        if widest is None:
            continue
        name, reached = widest
        share = GOAL * reached.half_width / reached.allowed
        total = results.replications + reached.more
        rows.append(
            (
                Cell(sided(KPIS[question.kpi], question.side)),
                Cell(f"± {100 * share:.1f} %", share),
                Cell(words.policy_name(name)),
                Cell(words.whole(total), total, weak=reached.more == 0),
            )
        )
    columns = (
        Column(say("Measure"), number=False, share=1.8),
        Column(say("Widest interval, of its mean")),
        Column(say("Under"), number=False, share=1.4),
        Column(say("Replications for {goal}", goal=words.percent(GOAL))),
    )
    note = say(
        "Half the 95 % interval of a mean, against that mean (or against the spread of single "
        "replications where that is larger). The last column: how many replications a precision "
        "of {goal} takes, as far as these tell.",
        goal=words.percent(GOAL),
    )
    return Grid(say("Precision of the means"), columns, tuple(rows), note)


def _widest(results: Results, question: Question, rule: Precision) -> tuple[str, Reached] | None:
    series = {}
    for name in results.policy_sets:
        values = results.city.get((name, *question), {})
        series[name] = np.array([values[r] for r in sorted(values)], np.float64)
    columns = enough(series, rule).columns
    wide = {
        name: reached.half_width / reached.allowed
        for name, reached in columns.items()
        if reached.allowed and isfinite(reached.half_width)
    }
    if not wide:
        return None
    worst = max(wide, key=lambda name: wide[name])
    return worst, columns[worst]
