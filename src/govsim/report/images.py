"""Figures as parts of a document: small, and the same bytes every time."""

import re
from io import BytesIO
from typing import NamedTuple

from matplotlib.figure import Figure
from PIL import Image as Raster

from govsim.report import style

HEAVIEST = 130_000  # bytes of a drawing in lines; a picture in dots is lighter then
SHADES = 96
COMMENT = re.compile(r"<!--.*?-->", re.S)
NUMBER = re.compile(r"-?\d+\.\d{2,}")
SPACE = re.compile(r"\s+")


class Image(NamedTuple):
    """A picture in a file's bytes; ``width`` and ``height`` in pixels of a screen."""

    kind: str  # svg+xml or png
    content: bytes
    width: int
    height: int


def for_screen(figure: Figure) -> Image:
    """Lines where they are light, dots where they would be heavy."""
    width, height = (round(96 * float(side)) for side in figure.get_size_inches())
    lines = slim(style.rendered(figure, "svg").decode()).encode()
    if len(lines) <= HEAVIEST:
        return Image("svg+xml", lines, width, height)
    return Image("png", in_dots(figure, 190), width, height)


def for_phone(figure: Figure) -> Image:
    """Dots, as many as a phone shows."""
    width, height = (round(96 * float(side)) for side in figure.get_size_inches())
    return Image("png", in_dots(figure, 200), width, height)


def for_office(figure: Figure) -> Image:
    """Dots: what every version of an office program shows."""
    width, height = (round(96 * float(side)) for side in figure.get_size_inches())
    return Image("png", in_dots(figure, 160), width, height)


def in_dots(figure: Figure, dpi: int) -> bytes:
    """A PNG with few colours: a third of the bytes, and nobody sees the difference."""
    with Raster.open(BytesIO(style.rendered(figure, "png", dpi))) as picture:
        few = picture.convert("RGB").quantize(SHADES, dither=Raster.Dither.NONE)
    content = BytesIO()
    few.save(content, "PNG", optimize=True)
    return content.getvalue()


def slim(svg: str) -> str:
    """A drawing without comments, line breaks and digits that no screen can show."""
    return SPACE.sub(" ", NUMBER.sub(_rounded, COMMENT.sub("", svg)))


def _rounded(number: re.Match[str]) -> str:
    """Places to a hundredth of a point; factors, which are small, to what letters need."""
    value = float(number[0])
    text = f"{value:.{2 if abs(value) >= 8.0 else 6}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
