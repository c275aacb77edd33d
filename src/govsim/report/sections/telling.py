"""What a verb has found, told in a report: its sentences, its tables, its pictures."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from matplotlib.figure import Figure

from govsim.language import language, say
from govsim.report import words
from govsim.report.document import Block, Cell, Column, Grid, Picture, Points
from govsim.report.source import Source
from govsim.report.summary import Table

Draw = Callable[[str], Figure]  # in a language


def told(
    source: Source,
    name: str,
    title: str,
    sentences: Iterable[str],
    tables: Iterable[Table],
    figures: Iterable[Draw],
) -> Iterator[Block]:
    """Sentences, tables and pictures under one title; ``name`` begins the pictures' names."""
    said = tuple(line.strip() for line in sentences)
    yield Points(said)
    for table in tables:
        yield of_table(title, table)
    for place, draw in enumerate(figures, 1):
        alt = words.sentences(*said)
        yield Picture(source.anchor(f"{name}-{place}"), title, alt, partial(draw, language()))


def of_table(title: str, table: Table) -> Grid:
    """A table made for the screen, as a report has it. Brackets: cannot be told from chance."""
    columns = (
        Column(say("Measure"), number=False, share=1.6),
        *(Column(name) for name in table.columns),
    )
    rows = tuple(
        (Cell(line.label), *(Cell(cell, weak=cell.startswith("(")) for cell in line.cells))
        for line in table.lines
    )
    return Grid(title, columns, rows)
