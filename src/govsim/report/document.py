"""What a report says, before it is a page, a text file or slides: plain words, tables, pictures.

Texts are plain and never markup; whoever renders them escapes them. Nothing here knows how it
will look.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from matplotlib.figure import Figure

LEAD, PLAIN, NOTE, CODE = "lead", "plain", "note", "code"  # kinds of text
BETTER, WORSE = "better", "worse"  # tones of a cell
MARKS = {BETTER: "▲", WORSE: "▼", "": ""}  # beside colours, for those who cannot tell them apart


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``code`` is shown letter for letter."""

    text: str
    kind: str = PLAIN


@dataclass(frozen=True, slots=True)
class Points:
    """Things said one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms, each with what is to be said of it."""

    rows: tuple[tuple[str, str], ...]
    large: bool = False  # the answer, which everybody reads
    title: str = ""
    code: bool = False  # what is said is shown letter for letter


@dataclass(frozen=True, slots=True)
class Strip:
    """An interval on a line with zero in its middle; all of them as shares of the half line."""

    low: float
    mean: float
    high: float
    colour: str
    sure: bool  # whether it leaves out zero


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table."""

    text: str
    sort: float | None = None  # what the column is sorted by; the text if None
    tip: str = ""  # more about it, for whoever points at it
    tone: str = ""  # better, worse, or neither
    weak: bool = False  # cannot be told from chance
    strip: Strip | None = None

    @property
    def marked(self) -> str:
        """The text with the mark of its tone."""
        return f"{self.text} {MARKS[self.tone]}" if self.tone else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    text: str
    number: bool = True  # aligned at the right
    code: bool = False  # shown letter for letter
    quoted: bool = False  # as a scenario's author wrote it, in whatever language
    colour: str = ""  # a mark beside the name, the policy's in all pictures
    share: float = 1.0  # of the width, against other columns


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. The first cell of a row is its name."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def toned(self) -> bool:
        """Whether any cell has a mark, so that all need room for one."""
        return any(cell.tone for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is drawn when somebody wants to see it."""

    name: str  # for files and anchors: letters, digits, lines
    title: str
    alt: str  # what it shows, for whoever cannot see it
    draw: Callable[[], Figure] = field(compare=False)
    narrow: Callable[[], Figure] | None = field(default=None, compare=False)  # for a phone
    note: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What few want to read: folded on a screen, left out of slides."""

    title: str
    blocks: "tuple[Block, ...]"


Block = Text | Points | Facts | Grid | Picture | Details


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the reader, answered."""

    name: str  # for anchors: letters, digits, lines
    title: str
    blocks: tuple[Block, ...]
    brief: bool = True  # whether slides show it


@dataclass(frozen=True, slots=True)
class Part:
    """What there is to say about one result folder."""

    title: str  # empty where there is one part only
    subtitle: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language."""

    lang: str
    title: str
    subtitle: str
    day: str  # when the results were finished, in words
    moment: str  # the same as ISO 8601, for the properties of a file
    author: str
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()  # what is missing, above all else


def pictures(document: Document) -> Iterator[Picture]:
    """All pictures, in their order."""
    for part in document.parts:
        for section in part.sections:
            yield from _pictures(section.blocks)


def _pictures(blocks: Sequence[Block]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Details):
            yield from _pictures(block.blocks)


def unfolded(document: Document, named: Callable[[int, str], str], title: str) -> Document:
    """What is folded on a screen stands in an annex on paper.

    Args:
        document: the report.
        named: what a part of the annex is called: its number and its title as a line.
        title: of the annex.
    """
    annex: list[Details] = []
    parts = tuple(
        replace(part, sections=tuple(_without(section, annex, named) for section in part.sections))
        for part in document.parts
    )
    if not annex:
        return document
    sections = tuple(
        Section(f"annex-{number}", named(number, details.title), details.blocks, brief=False)
        for number, details in enumerate(annex, 1)
    )
    return replace(document, parts=(*parts, Part(title, "", sections)))


def _without(section: Section, annex: list[Details], named: Callable[[int, str], str]) -> Section:
    """A section with lines that lead to the annex."""
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Details):
            annex.append(block)
            blocks.append(Text("→ " + named(len(annex), block.title), NOTE))
        else:
            blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def narrow(grid: Grid, most: int, kept: int = 1) -> Iterator[Grid]:
    """A wide table as several, of at most ``most`` columns; the first ``kept`` stand in each."""
    rest = range(kept, len(grid.columns))
    room = max(most - kept, 1)
    for first in range(0, max(len(rest), 1), room):
        chosen = [*range(kept), *rest[first : first + room]]
        yield replace(
            grid,
            columns=tuple(grid.columns[place] for place in chosen),
            rows=tuple(tuple(row[place] for place in chosen) for row in grid.rows),
        )


def rows_at_once(grid: Grid, most: int) -> Iterator[Grid]:
    """A long table as several, of at most ``most`` rows."""
    for first in range(0, max(len(grid.rows), 1), most):
        yield replace(grid, rows=grid.rows[first : first + most])
