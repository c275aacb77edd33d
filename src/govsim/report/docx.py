"""A report as a Word file: real headings, texts and tables that people can go on with."""

from io import BytesIO
from typing import Any

from govsim.language import say, speaking
from govsim.report import images, office
from govsim.report.document import (
    BETTER,
    CODE,
    NOTE,
    WORSE,
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Grid,
    Picture,
    Points,
    Section,
    Text,
    unfolded,
)
from govsim.report.html import numbered

WIDTH = 16.6  # cm between the margins of an A4 page
MARGIN = 2.2
INK, QUIET, ACCENT = "1F2328", "57606A", "0A5A94"
TONES = {BETTER: "0A5A94", WORSE: "A34100", "": INK}
RULE = "D0D7DE"


def as_docx(told: Document) -> bytes:
    """The report as DOCX; the same results give the same bytes.

    Raises:
        InputError: python-docx is not installed.
    """
    office.needs("docx")
    with speaking(told.lang):
        writer = _Writer(told)
        writer.cover()
        for part in unfolded(told, numbered, say("Annex")).parts:
            if part.title:
                writer.heading(part.title, 1)
            for section in part.sections:
                writer.section(section, 2 if part.title else 1)
        return writer.file()


class _Writer:
    """One file being written."""

    def __init__(self, told: Document) -> None:
        import docx

        self.told = told
        self.file_made: Any = docx.Document()
        self.face = office.CHINESE if told.lang == "zh" else office.LATIN
        self._page()
        self._styles()
        self._properties()

    def file(self) -> bytes:
        """The bytes."""
        content = BytesIO()
        self.file_made.save(content)
        return office.without_clock(content.getvalue())

    # ---------------------------------------------------------------- the file as a whole

    def _page(self) -> None:
        from docx.shared import Cm

        page = self.file_made.sections[0]
        page.page_width, page.page_height = Cm(21.0), Cm(29.7)
        page.left_margin = page.right_margin = Cm(MARGIN)
        page.top_margin = page.bottom_margin = Cm(2.0)
        line = page.footer.paragraphs[0]
        line.alignment = 2
        for field in ("PAGE", "NUMPAGES"):
            if field == "NUMPAGES":
                self._run(line, " / ", 8.0, QUIET)
            self._field(line, field)

    def _field(self, line: Any, name: str) -> None:
        """A number that Word counts."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        run = self._run(line, "", 8.0, QUIET)
        for kind, text in (("begin", ""), ("", name), ("end", "")):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)

    def _styles(self) -> None:
        from docx.shared import Pt, RGBColor

        sizes = {"Normal": 10.5, "Title": 26, "Heading 1": 18, "Heading 2": 14, "Heading 3": 12}
        for name, size in sizes.items():
            style = self.file_made.styles[name]
            style.font.size = Pt(size)
            style.font.bold = False
            style.font.color.rgb = RGBColor.from_string(INK)
            self._face(style.element.get_or_add_rPr())
        normal = self.file_made.styles["Normal"].paragraph_format
        normal.space_after, normal.line_spacing = Pt(6), 1.15

    def _face(self, properties: Any) -> None:
        """The typeface, for Latin and for Chinese letters."""
        from docx.oxml.ns import qn

        fonts = properties.get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        for kind, face in (("ascii", self.face), ("hAnsi", self.face), ("cs", self.face),
                           ("eastAsia", office.CHINESE)):  # fmt: skip
            fonts.set(qn(f"w:{kind}"), face)

    def _properties(self) -> None:
        facts = self.file_made.core_properties
        facts.title = office.plain(self.told.title)[:255]
        facts.author = facts.last_modified_by = self.told.author
        facts.created = facts.modified = office.moment(self.told)
        facts.language = "zh-CN" if self.told.lang == "zh" else "en"
        facts.comments = facts.keywords = ""
        facts.revision = 1

    # ---------------------------------------------------------------- texts

    def cover(self) -> None:
        """Title, day, and what is missing."""
        told = self.told
        self._line(" · ".join(filter(None, (say("Report of a simulation"), told.day))), 9, QUIET)
        self._line(told.title, 26, INK, style="Title")
        if told.subtitle:
            self._line(told.subtitle, 13, QUIET)
        for warning in told.warnings:
            self._line(warning, 11, TONES[WORSE])

    def heading(self, text: str, level: int) -> None:
        """A heading that Word's outline knows."""
        self.file_made.add_heading(office.plain(text), level)

    def section(self, section: Section, level: int) -> None:
        """A heading and what stands under it."""
        self.heading(section.title, level)
        for block in section.blocks:
            self.block(block, level + 1)

    def block(self, block: Block, level: int) -> None:
        """Anything."""
        if isinstance(block, Text):
            small = block.kind in (NOTE, CODE)
            self._line(block.text, 8.5 if small else 10.5, QUIET if small else INK)
        elif isinstance(block, Points):
            for item in block.items:
                self._line(item, 10.5, INK, style="List Bullet")
        elif isinstance(block, Facts):
            self._facts(block, level)
        elif isinstance(block, Grid):
            self._grid(block, level)
        elif isinstance(block, Picture):
            self._picture(block, level)

    def _facts(self, facts: Facts, level: int) -> None:
        if facts.title:
            self.heading(facts.title, level)
        for term, text in facts.rows:
            line = self._line(term, 9, ACCENT)
            line.paragraph_format.space_after = 0
            line.paragraph_format.keep_with_next = True
            self._line(text, 12 if facts.large else 10.5, INK)

    def _line(self, text: str, size: float, colour: str, style: str | None = None) -> Any:
        line = self.file_made.add_paragraph(style=style)
        self._run(line, text, size, colour)
        return line

    def _run(self, line: Any, text: str, size: float, colour: str) -> Any:
        from docx.shared import Pt, RGBColor

        run = line.add_run(office.plain(text))
        run.font.size, run.font.color.rgb = Pt(size), RGBColor.from_string(colour)
        self._face(run._r.get_or_add_rPr())
        return run

    # ---------------------------------------------------------------- tables and pictures

    def _grid(self, grid: Grid, level: int) -> None:
        self.heading(grid.title, min(level, 3))
        self.file_made.element.body.insert(-1, _table(grid, self.face))
        note = self._line(grid.note, 8.5, QUIET)
        note.paragraph_format.space_before = 40_000

    def _picture(self, picture: Picture, level: int) -> None:
        from docx.shared import Cm

        self.heading(picture.title, min(level, 3))
        shown = images.pressed(images.for_office(picture.draw()))
        high = WIDTH * shown.height / shown.width
        scale = min(1.0, 21.0 / high)
        line = self.file_made.add_paragraph()
        line.add_run().add_picture(BytesIO(shown.content), width=Cm(WIDTH * scale))
        about = line._p.xpath(".//wp:docPr")[0]
        about.set("descr", office.plain(picture.alt))
        about.set("name", picture.name)


# ---------------------------------------------------------------- tables, element by element


def _table(grid: Grid, face: str) -> Any:
    """A table. python-docx needs a second for some hundred cells; this needs none."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    shares = [column.share for column in grid.columns]
    widths = [round(567 * WIDTH * share / sum(shares)) for share in shares]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/>'
        '<w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid></w:tbl>"
    )
    heads = tuple(Cell(column.text) for column in grid.columns)
    for place, row in enumerate((heads, *grid.rows)):
        table.append(_row(row, grid.columns, widths, face, head=place == 0))
    return table


def _row(
    row: tuple[Cell, ...], columns: tuple[Column, ...], widths: list[int], face: str, *, head: bool
) -> Any:
    from docx.oxml import OxmlElement

    line = OxmlElement("w:tr")
    properties = _under(line, "w:trPr")
    _under(properties, "w:cantSplit")
    if head:
        _under(properties, "w:tblHeader")
    for cell, column, width in zip(row, columns, widths, strict=True):
        line.append(_cell(cell, column, width, face, head=head))
    return line


def _cell(cell: Cell, column: Column, width: int, face: str, *, head: bool) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    box = OxmlElement("w:tc")
    properties = _under(box, "w:tcPr")
    _under(properties, "w:tcW", w=str(width), type="dxa")
    edges = _under(properties, "w:tcBorders")
    _under(edges, "w:bottom", val="single", sz="6" if head else "2",
           color=QUIET if head else RULE)  # fmt: skip
    line = _under(box, "w:p")
    shape = _under(line, "w:pPr")
    _under(shape, "w:spacing", before="30", after="30", line="240", lineRule="auto")
    _under(shape, "w:jc", val="right" if column.number else "left")
    run = _under(line, "w:r")
    look = _under(run, "w:rPr")
    _under(look, "w:rFonts", ascii=face, hAnsi=face, cs=face, eastAsia=office.CHINESE)
    quiet = head or cell.weak
    _under(look, "w:color", val=QUIET if quiet else TONES[cell.tone])
    _under(look, "w:sz", val="16")
    text = _under(run, "w:t")
    text.text = office.plain(cell.marked)
    text.set(qn("xml:space"), "preserve")
    return box


def _under(parent: Any, name: str, **values: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
    return element
