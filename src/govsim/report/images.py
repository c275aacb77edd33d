"""Figures as parts of a document: small, and the same bytes every time."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import NamedTuple

from matplotlib.figure import Figure
from PIL import Image as Raster

from govsim.report import style

HEAVIEST = 100_000  # bytes of a drawing in lines; a picture in dots is lighter then
SHADES = 96
PATH = re.compile(r' d="[^"]*"')
COMMENT = re.compile(r"<!--.*?-->", re.S)
NUMBER = re.compile(r"-?\d+\.\d{2,}")
SPACE = re.compile(r"\s+")
TURN = re.compile(r" ?([MLCQZz]) ?(?=[-\d.MLCQZz\"])")  # of a path
LETTER = f"{style.FONT_FAMILY.replace(' ', '')}-Regular-"  # begins the name of every letter drawn


class Image(NamedTuple):
    """A picture in a file's bytes; ``width`` and ``height`` in pixels of a screen."""

    kind: str  # svg+xml or png
    content: bytes
    width: int
    height: int


class Drawing(NamedTuple):
    """A picture that is drawn, but not pressed into few bytes yet."""

    drawn: bytes | Raster.Image  # lines, or dots
    width: int
    height: int


def for_screen(figure: Figure) -> Drawing:
    """Lines where they are light, dots where they would be heavy."""
    lines = slim(style.rendered(figure, "svg").decode()).encode()
    drawn = lines if len(lines) <= HEAVIEST else in_dots(figure, 190)
    return Drawing(drawn, *_size(figure))


def for_phone(figure: Figure) -> Drawing:
    """Dots, as many as a phone shows."""
    return Drawing(in_dots(figure, 200), *_size(figure))


def for_office(figure: Figure) -> Drawing:
    """Dots: what every version of an office program shows."""
    return Drawing(in_dots(figure, 160), *_size(figure))


def in_dots(figure: Figure, dpi: int) -> Raster.Image:
    """A figure as a raster."""
    return Raster.fromarray(style.pixels(figure, dpi)).convert("RGB")


def pressed(drawing: Drawing) -> Image:
    """Dots in few colours: a third of the bytes, and nobody sees the difference."""
    if isinstance(drawing.drawn, bytes):
        return Image("svg+xml", drawing.drawn, drawing.width, drawing.height)
    content = BytesIO()
    few = drawing.drawn.quantize(SHADES, dither=Raster.Dither.NONE)
    few.save(content, "PNG", optimize=True)
    return Image("png", content.getvalue(), drawing.width, drawing.height)


def all_pressed(drawings: Iterable[tuple[str, Drawing]]) -> dict[str, Image]:
    """Pictures by name: drawn one after another, as matplotlib must, and pressed meanwhile."""
    with ThreadPoolExecutor() as press:
        waiting = {name: press.submit(pressed, drawing) for name, drawing in drawings}
    return {name: image.result() for name, image in waiting.items()}


def _size(figure: Figure) -> tuple[int, int]:
    """Width and height in pixels of a screen."""
    width, height = figure.get_size_inches()
    return round(96 * float(width)), round(96 * float(height))


def slim(svg: str) -> str:
    """A drawing without comments, line breaks, long names and digits that no screen can show."""
    short = SPACE.sub(" ", NUMBER.sub(_rounded, COMMENT.sub("", svg))).replace(LETTER, "g")
    return PATH.sub(lambda path: TURN.sub(r"\1", path[0]), short)


def _rounded(number: re.Match[str]) -> str:
    """Places to a hundredth of a point; factors, which are small, to what letters need."""
    value = float(number[0])
    text = f"{value:.{2 if abs(value) >= 8.0 else 6}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
