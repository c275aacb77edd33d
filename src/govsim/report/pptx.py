"""A report as slides: the answer, the tables and the pictures, all of them to be edited."""

from io import BytesIO
from typing import Any

from govsim.language import say, speaking
from govsim.report import images, office
from govsim.report.document import (
    BETTER,
    NOTE,
    WORSE,
    Block,
    Cell,
    Document,
    Facts,
    Grid,
    Picture,
    Points,
    Section,
    Text,
    narrow,
    rows_at_once,
)

WIDTH, HEIGHT, MARGIN, TOP = 13.333, 7.5, 0.6, 1.35  # inches
ROWS, COLUMNS = 13, 5  # of a table on one slide
LINES = 20  # lines of text on one slide
INK, QUIET, ACCENT = "1F2328", "57606A", "0A5A94"
TONES = {BETTER: "0A5A94", WORSE: "A34100", "": INK}


def as_pptx(told: Document) -> bytes:
    """The report as PPTX; the same results give the same bytes.

    Raises:
        InputError: python-pptx is not installed.
    """
    office.needs("pptx")
    with speaking(told.lang):
        slides = _Slides(told)
        slides.cover()
        for part in told.parts:
            for section in part.sections:
                if section.brief:
                    slides.section(section, part.title)
        return slides.file()


class _Slides:
    """One file being made."""

    def __init__(self, told: Document) -> None:
        import pptx
        from pptx.util import Inches

        self.told = told
        self.made: Any = pptx.Presentation()
        self.made.slide_width, self.made.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self.face = office.CHINESE if told.lang == "zh" else office.LATIN
        facts = self.made.core_properties
        facts.title = office.plain(told.title)[:255]
        facts.author = facts.last_modified_by = told.author
        facts.created = facts.modified = office.moment(told)
        facts.language = "zh-CN" if told.lang == "zh" else "en"
        facts.revision = 1

    def file(self) -> bytes:
        """The bytes."""
        content = BytesIO()
        self.made.save(content)
        return office.without_clock(content.getvalue())

    # ---------------------------------------------------------------- slides

    def cover(self) -> None:
        """The first slide."""
        slide = self._slide(self.told.title, top=2.3, size=36)
        lines = [(self.told.subtitle, 20.0, QUIET)]
        lines.append((" · ".join(filter(None, (say("Report of a simulation"), self.told.day))),
                      14.0, QUIET))  # fmt: skip
        lines += [(warning, 16.0, TONES[WORSE]) for warning in self.told.warnings]
        self._texts(slide, 3.6, [line for line in lines if line[0]], high=3.0)

    def section(self, section: Section, part: str) -> None:
        """Its texts together, each table and picture on a slide of its own."""
        title = f"{section.title} · {part}" if part else section.title
        told: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Grid):
                self._grids(block)
            elif isinstance(block, Picture):
                self._picture(block)
            elif isinstance(block, Text | Points | Facts):
                told.append(block)
        lines = [line for block in told for line in _lines(block)]
        if any(size > 11 for _, size, _ in lines):
            self._reading(title, lines)

    def _reading(self, title: str, lines: list[tuple[str, float, str]]) -> None:
        """Texts, on as many slides as they need."""
        slide, used = self._slide(title), 0.0
        here: list[tuple[str, float, str]] = []
        for line in lines:
            room = _room(line, self.told.lang)
            ahead = 3.0 if line[2] == ACCENT else 0.0  # a term is not left alone at the end
            if here and used + room + ahead > LINES:
                self._texts(slide, TOP, here)
                slide, here, used = self._slide(title), [], 0.0
            here.append(line)
            used += room
        self._texts(slide, TOP, here)

    def _grids(self, grid: Grid) -> None:
        wide = list(narrow(grid, COLUMNS, kept=1)) if len(grid.columns) > COLUMNS + 1 else [grid]
        for some in wide:
            for part in rows_at_once(some, ROWS):
                self._table(part)

    def _table(self, grid: Grid) -> None:
        from pptx.util import Inches

        slide = self._slide(grid.title)
        rows = (tuple(Cell(column.text) for column in grid.columns), *grid.rows)
        size = (Inches(WIDTH - 2 * MARGIN), Inches(0.36 * len(rows)))
        shape = slide.shapes.add_table(
            len(rows), len(grid.columns), Inches(MARGIN), Inches(TOP), *size
        )
        shape.name = office.plain(grid.title)[:100]
        _unstyled(shape)
        total = sum(column.share for column in grid.columns)
        for place, column in enumerate(grid.columns):
            part = (WIDTH - 2 * MARGIN) * column.share / total
            shape.table.columns[place].width = Inches(part)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                number = grid.columns[x].number and (x > 0 or y == 0)
                self._cell(shape.table.cell(y, x), cell, number=number, head=y == 0)
        if grid.note:
            self._texts(slide, HEIGHT - 0.75, [(grid.note, 10.0, QUIET)], high=0.5)

    def _cell(self, box: Any, cell: Cell, *, number: bool, head: bool) -> None:
        from pptx.util import Inches

        box.margin_top = box.margin_bottom = Inches(0.03)
        box.margin_left = box.margin_right = Inches(0.06)
        box.fill.background()
        line = box.text_frame.paragraphs[0]
        line.alignment = 3 if number else 1
        self._run(line, cell.marked, 11.0, QUIET if head or cell.weak else TONES[cell.tone])

    def _picture(self, picture: Picture) -> None:
        from pptx.util import Inches

        slide = self._slide(picture.title)
        shown = images.pressed(images.for_office(picture.draw()))
        room = (WIDTH - 2 * MARGIN, HEIGHT - TOP - 0.35)
        scale = min(room[0] / shown.width, room[1] / shown.height)
        wide, high = shown.width * scale, shown.height * scale
        left = MARGIN + (room[0] - wide) / 2
        placed = slide.shapes.add_picture(
            BytesIO(shown.content), Inches(left), Inches(TOP), Inches(wide), Inches(high)
        )
        placed.name = picture.name
        placed._element.nvPicPr.cNvPr.set("descr", office.plain(picture.alt))

    # ---------------------------------------------------------------- texts

    def _slide(self, title: str, top: float = 0.45, size: float = 26.0) -> Any:
        from pptx.util import Inches

        slide = self.made.slides.add_slide(self.made.slide_layouts[5])  # a title and room
        shape = slide.shapes.title
        shape.left, shape.top = Inches(MARGIN), Inches(top)
        shape.width, shape.height = Inches(WIDTH - 2 * MARGIN), Inches(0.8 if top < 1 else 1.2)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.vertical_anchor = 4 if top > 1 else 3
        line = frame.paragraphs[0]
        line.alignment = 1
        fitting = size if len(title) < 60 else max(size * 60 / len(title), 14.0)
        self._run(line, title, fitting, INK)
        return slide

    def _texts(
        self, slide: Any, top: float, lines: list[tuple[str, float, str]], high: float = 5.6
    ) -> None:
        from pptx.util import Inches, Pt

        wide = Inches(WIDTH - 2 * MARGIN)
        box = slide.shapes.add_textbox(Inches(MARGIN), Inches(top), wide, Inches(high))
        frame = box.text_frame
        frame.word_wrap = True
        for place, (text, size, colour) in enumerate(lines):
            line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            line.space_after = Pt(2 if colour == ACCENT else 7)
            self._run(line, text, size, colour)

    def _run(self, line: Any, text: str, size: float, colour: str) -> None:
        from pptx.dml.color import RGBColor
        from pptx.oxml.ns import qn
        from pptx.util import Pt

        run = line.add_run()
        run.text = office.plain(text)
        run.font.size, run.font.bold, run.font.name = Pt(size), False, self.face
        run.font.color.rgb = RGBColor(*bytes.fromhex(colour))  # type: ignore[no-untyped-call]
        look = run._r.get_or_add_rPr()
        look.set("lang", "zh-CN" if self.told.lang == "zh" else "en-US")
        east = look.makeelement(qn("a:ea"), {"typeface": office.CHINESE})
        look.append(east)


def _lines(block: Block) -> list[tuple[str, float, str]]:
    """Texts with their size in points and their colour."""
    if isinstance(block, Text):
        return [(block.text, 11.0 if block.kind == NOTE else 15.0, QUIET)]
    if isinstance(block, Points):
        return [("• " + item, 15.0, INK) for item in block.items]
    if isinstance(block, Facts):
        size = 16.0 if block.large else 13.0
        pairs = [((term, 12.0, ACCENT), (text, size, INK)) for term, text in block.rows]
        return [line for pair in pairs for line in pair]
    return []


def _room(line: tuple[str, float, str], lang: str) -> float:
    """How many lines of 16 points a text takes, about."""
    text, size, _ = line
    letters = (54 if lang == "zh" else 105) * 16.0 / size
    return max(1, -(-len(text) // int(letters))) * size / 16.0 + 0.35


def _unstyled(shape: Any) -> None:
    """Without the bands and colours of the usual table: rules only."""
    table = shape._element.graphic.graphicData.tbl
    table.tblPr.set("bandRow", "0")
    table.tblPr.set("firstRow", "1")
    style = table.tblPr.find("{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId")
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
