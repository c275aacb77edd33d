"""Pictures inside one HTML page: small SVGs that share their glyphs and never share an id."""

import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from govsim.report.style import styled

_FONTS = (
    "GovsimSansSC-Regular-",
    "DejaVuSans-",
)  # what matplotlib calls their glyphs: font, number
_SHORT = ("g", "h")
_GLYPH = re.compile(r'<path id="([^"]+)"(?: d="([^"]*)")?( transform="[^"]*")?/>\s*')
_USE = re.compile(r'<use xlink:href="#([^"]+)"(?: transform="translate\((\S+) 0\)")?/>')
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_DRAWN = re.compile(r'( d="| points="|translate\()([^")]*)')
_ID = re.compile(r'( id="|url\(#|xlink:href="#)([^")]+)')
_NEEDLESS = (
    re.compile(r"<metadata>.*?</metadata>", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<defs>\s*</defs>"),
)


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
    text = _GLYPH.sub(lambda match: _kept(match, glyphs), text[text.index("<svg") :])
    text = _USE.sub(_used, text)
    text = _ID.sub(lambda match: f"{match[1]}p{place}-{match[2]}", text)
    text = _DRAWN.sub(lambda match: match[1] + _rounded(match[2]), text)
    for needless in _NEEDLESS:
        text = needless.sub("", text)
    head, body = text.split(">", 1)
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    return re.sub(r">\s+<", "><", f"{head}>{body}").strip()


def _kept(match: re.Match[str], glyphs: dict[str, str]) -> str:
    """Put a glyph with the others, out of the picture; other paths stay."""
    name = _glyph(match[1])
    if not name:
        return match[0]
    glyphs[name] = f'<path id="{name}" d="{_rounded(match[2] or "")}"{match[3] or ""}/>'
    return ""


def _used(match: re.Match[str]) -> str:
    """A glyph where it stands, in fewer letters; its place to the nearest unit of its font."""
    name = _glyph(match[1])
    if not name:
        return match[0]
    shift = f' x="{float(match[2]):.0f}"' if match[2] else ""
    return f'<use href="#{name}"{shift}/>'


def _glyph(name: str) -> str:
    """The short name of a glyph; none for what is no glyph."""
    for font, short in zip(_FONTS, _SHORT, strict=True):
        if name.startswith(font):
            return short + name.removeprefix(font)
    return ""


def _rounded(path: str) -> str:
    """Coordinates to two decimals, without needless zeros or breaks."""
    path = _NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), path)
    return re.sub(r"\s*([A-Za-z]) ", r"\1", re.sub(r"\s+", " ", path)).strip()
