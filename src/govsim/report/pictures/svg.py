"""Pictures inside one HTML page: small SVGs that share their glyphs and never share an id."""

import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from govsim.report.style import styled

_GLYPH = re.compile(r'<path id="([^"]+)" d="([^"]*)"( transform="[^"]*")?/>\s*')
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_DRAWN = re.compile(r'( d="| points="|translate\()([^")]*)')
_ID = re.compile(r'( id="|url\(#|xlink:href="#)([^")]+)')
_DEFS = re.compile(r"<defs>\s*</defs>\s*")


class Inlined(NamedTuple):
    """What goes into the page: once the glyphs, before everything else, and each picture."""

    glyphs: str  # an <svg> that takes no room
    pictures: list[str]  # an <svg> each, without width and height: it fills what it stands in


def inlined(figures: Sequence[Figure]) -> Inlined:
    """The figures as SVG for one HTML page.

    Glyphs are outlines, so that they look the same without any font; each is there once for all
    pictures. Ids of different pictures differ. Coordinates are rounded to a hundredth of a point.
    """
    glyphs: dict[str, str] = {}
    pictures = [_one(figure, place, glyphs) for place, figure in enumerate(figures)]
    outlines = "".join(glyphs[name] for name in sorted(glyphs))
    shared = f'<svg width="0" height="0" aria-hidden="true"><defs>{outlines}</defs></svg>'
    return Inlined(shared, pictures)


def _one(figure: Figure, place: int, glyphs: dict[str, str]) -> str:
    file = io.StringIO()
    with styled():
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    found = {match[1]: match for match in _GLYPH.finditer(text) if _of_a_font(match[1])}
    for name, match in found.items():
        glyphs[name] = f'<path id="{name}" d="{_rounded(match[2])}"{match[3] or ""}/>'
        text = text.replace(match[0], "", 1)
    text = _DEFS.sub("", text)
    text = _DRAWN.sub(lambda m: m[1] + _rounded(m[2]), text)
    text = _ID.sub(lambda m: m[0] if m[2] in found else f"{m[1]}p{place}-{m[2]}", text)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    return re.sub(r">\s+<", "><", text).strip()


def _of_a_font(name: str) -> bool:
    """Whether an id is a glyph's: matplotlib calls it by its font and its number."""
    return bool(re.fullmatch(r"[A-Za-z0-9]+(?:-[A-Za-z]+)?-[0-9a-f]+", name)) and not re.fullmatch(
        r"[mpC]\w*", name.split("-")[0] + name.split("-")[-1]
    )


def _rounded(path: str) -> str:
    """Coordinates to two decimals, without needless zeros."""
    return _NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), path)
