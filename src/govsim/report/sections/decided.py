"""What a decision came to: its sentences, its tables, its pictures.

A kind of decision is told by the functions that stand in ``TELLERS`` under its name; that is all
there is to add for a new one.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from govsim.decisions.folder import Decision
from govsim.language import say
from govsim.report import words
from govsim.report.choosing import choice_sentences, choice_table
from govsim.report.choosing_figures import choice_figure, cost_figure
from govsim.report.document import Block, Facts, Section
from govsim.report.sections.telling import told
from govsim.report.source import Source
from govsim.report.spending import portfolio_lines, spending_sentences, spending_tables
from govsim.report.spending_figures import spending_figure
from govsim.report.staff import (
    hiring_figure,
    staff_figure,
    staff_sentences,
    staff_tables,
    times_figure,
)
from govsim.report.summary import Table

Draw = Callable[[Decision, str], Figure]


class Teller(NamedTuple):
    """How one kind of decision is told."""

    sentences: Callable[[Decision], Iterable[str]]
    tables: Callable[[Decision], Iterable[Table]]
    figures: Callable[[Decision], Iterable[Draw]]


def _figures_of_staff(decision: Decision) -> Iterator[Draw]:
    yield staff_figure if decision.answer["verdict"] == "found" else times_figure
    if "path" in decision.answer:
        yield hiring_figure


def _lines_of_spending(decision: Decision) -> list[str]:
    return [*spending_sentences(decision), *portfolio_lines(decision)]


TELLERS = {
    "choose": Teller(
        choice_sentences, lambda d: [choice_table(d)], lambda _: (choice_figure, cost_figure)
    ),
    "staff": Teller(staff_sentences, staff_tables, _figures_of_staff),
    "budget": Teller(_lines_of_spending, spending_tables, lambda _: (spending_figure,)),
}


def section(source: Source) -> Section | None:
    """Question and answer of a decision."""
    decision = source.results
    if not isinstance(decision, Decision):
        return None
    teller = TELLERS.get(decision.kind)
    blocks = _told(source, decision, teller) if teller else _plainly(decision)
    return Section(source.anchor("decision"), _title(decision.kind), tuple(blocks))


def _title(kind: str) -> str:
    return {
        "choose": say("Which policy to choose"),
        "staff": say("How many staff are enough"),
        "budget": say("What a budget buys most with"),
    }.get(kind, kind)


def _told(source: Source, decision: Decision, teller: Teller) -> Iterator[Block]:
    figures = (partial(figure, decision) for figure in teller.figures(decision))
    yield from told(
        source,
        decision.kind,
        _title(decision.kind),
        teller.sentences(decision),
        teller.tables(decision),
        figures,
    )


def _plainly(decision: Decision) -> Iterator[Block]:
    """Question and answer as they stand in the manifest."""
    yield Facts(tuple(_flat(decision.question)), title=say("The question"), code=True)
    yield Facts(tuple(_flat(decision.answer)), title=say("The answer"), code=True)


def _flat(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if isinstance(value, list):
            yield name, words.listed(map(str, value))
        elif isinstance(value, dict):
            yield from ((f"{name}.{key}", text) for key, text in _flat(value))
        else:
            yield name, str(value)
