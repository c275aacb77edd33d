"""Texts that fit: how wide they are, shortened, wrapped, and without signs that no font has."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import as_file
from unicodedata import category

import numpy as np
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from govsim.language import language
from govsim.report.style import FONT_FILE

POINTS = 72.0  # an inch
BOX = "□"  # in place of a sign that neither font has
ELLIPSIS = "…"
NBSP = "\u00a0"  # no line breaks here
CLOSING, OPENING = "，。；：、）》」』！？”’%", "（《「『“‘"
LATIN = chr(0x2E00)  # whatever comes later is Chinese, or its punctuation
LOOSE = 1.03  # pictures made of dots round the places of signs up
_AT = 64.0  # points at which texts are measured; widths are proportional


@cache
def _fonts() -> tuple[FT2Font, ...]:
    """Our font, and the one that stands in for it, as the style's ``font.family`` has them."""
    with as_file(FONT_FILE) as path:
        ours = font_manager.get_font(str(path))
    return ours, font_manager.get_font(font_manager.findfont("DejaVu Sans"))


@cache
def _signs() -> tuple[frozenset[int], ...]:
    return tuple(frozenset(font.get_charmap()) for font in _fonts())


def shown(text: str) -> str:
    """The text with a box for each sign that cannot be drawn; controls and breaks are spaces."""
    known = frozenset.union(*_signs())
    plain = (" " if category(sign)[0] in "ZC" and sign != NBSP else sign for sign in text)
    return "".join(sign if ord(sign) in known else BOX for sign in plain)


@lru_cache(maxsize=4096)
def _advance(sign: str) -> float:
    """How far a sign moves the pen at one point of size, in points."""
    for font, signs in zip(_fonts(), _signs(), strict=True):
        if ord(sign) in signs:
            font.set_size(_AT, POINTS)
            return float(font.load_char(ord(sign)).linearHoriAdvance) / 65_536 / _AT
    return 1.0


def width(text: str, size: float) -> float:
    """The width of a text's longest line in inches, at a size in points."""
    lines = text.split("\n")
    return LOOSE * max(sum(map(_advance, line)) for line in lines) * size / POINTS


def shortened(text: str, size: float, inches: float) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    text = shown(text)
    if width(text, size) <= inches:
        return text
    while text and width(text + ELLIPSIS, size) > inches:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(text: str, size: float, inches: float, lines: int = 9) -> str:
    """The text in lines that fit, the last one shortened; Chinese breaks anywhere."""
    words = _pieces(shown(text))
    done: list[str] = []
    line = ""
    for place, word in enumerate(words):
        if line and width((line + word).rstrip(), size) > inches:
            if len(done) == lines - 1:
                rest = line + "".join(words[place:])
                return "\n".join([*done, shortened(rest, size, inches)])
            done.append(line.rstrip())
            line = ""
        line += word
    return "\n".join([*done, shortened(line.rstrip(), size, inches)])


def _pieces(text: str) -> list[str]:
    """What must stay together: words with the space after them; in Chinese single signs, but a
    closing sign never begins a line, nor does an opening one end it.
    """
    pieces: list[str] = []
    for sign in text:
        if pieces and _joined(pieces[-1], sign):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _joined(piece: str, sign: str) -> bool:
    """Whether no line may end between a piece and the next sign."""
    if sign == " " or sign in CLOSING or piece[-1] in OPENING:
        return True
    return not (piece[-1] == " " or max(sign, piece[-1]) > LATIN)


def listed(names: Sequence[str]) -> str:
    """Names one after another, as the language joins them."""
    return ("、" if language() == "zh" else ", ").join(names)


def apart(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Middles as near as possible to those wanted, in their order, so that none touch.

    Within ``low`` and ``high`` if there is room. Neighbours that press on each other are moved
    together, to the middle of where they want to be.

    Args:
        wanted: where each label would like its middle.
        sizes: how much room each takes.
        low, high: the ends of the room there is.
    """
    order = [int(place) for place in np.argsort(np.asarray(wanted, float), kind="stable")]
    heaps: list[list[int]] = []
    for place in order:
        heaps.append([place])
        while len(heaps) > 1 and _pressing(heaps[-2], heaps[-1], wanted, sizes):
            last = heaps.pop()
            heaps[-1] += last
    middles = [0.0] * len(order)
    for heap in heaps:
        for place, middle in zip(heap, _middles(heap, wanted, sizes), strict=True):
            middles[place] = middle
    _keep_within(order, middles, sizes, low, high)
    return middles


def _middles(heap: list[int], wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Where the labels of a heap lie, stacked, around the mean of where they want to be."""
    ends = np.cumsum([sizes[place] for place in heap])
    offsets = [end - sizes[place] / 2 for end, place in zip(ends, heap, strict=True)]
    shift = float(np.mean([wanted[p] - o for p, o in zip(heap, offsets, strict=True)]))
    return [shift + offset for offset in offsets]


def _pressing(
    lower: list[int], upper: list[int], wanted: Sequence[float], sizes: Sequence[float]
) -> bool:
    top = _middles(lower, wanted, sizes)[-1] + sizes[lower[-1]] / 2
    return top > _middles(upper, wanted, sizes)[0] - sizes[upper[0]] / 2


def _keep_within(
    order: list[int], middles: list[float], sizes: Sequence[float], low: float, high: float
) -> None:
    """Push what is beyond an end inside, and what it then presses on."""
    for place in order:
        middles[place] = max(middles[place], low + sizes[place] / 2)
        low = middles[place] + sizes[place] / 2
    for place in reversed(order):
        middles[place] = min(middles[place], high - sizes[place] / 2)
        high = middles[place] - sizes[place] / 2


Spot = tuple[float, float]  # inches
Box = tuple[float, float, float, float]  # left, bottom, right, top
_RINGS = (0.07, 0.2, 0.34, 0.5, 0.7, 0.95)  # inches from a point to its label
_TURNS = (0, 180, 90, 270, 30, 330, 150, 210, 60, 120, 240, 300)  # degrees; right is liked best


def around(points: Sequence[Spot], sizes: Sequence[Spot], page: Box) -> list[Spot]:
    """The middles of labels near their points, so that they cover neither points nor each other.

    Args:
        points: where the points are.
        sizes: width and height of each label.
        page: where labels may be; one that finds no room lies right of its point.
    """
    taken = [(x - 0.05, y - 0.05, x + 0.05, y + 0.05) for x, y in points]
    middles = []
    for (x, y), size in zip(points, sizes, strict=True):
        spots = (_spot(x, y, size, ring, turn) for ring in _RINGS for turn in _TURNS)
        free = (spot for spot in spots if _free(_box(spot, size), taken, page))
        middle = next(free, _spot(x, y, size, _RINGS[0], 0))
        taken.append(_box(middle, size))
        middles.append(middle)
    return middles


def _spot(x: float, y: float, size: Spot, ring: float, turn: float) -> Spot:
    """The middle of a label whose nearest edge is a ring away from a point, in a direction."""
    across, up = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return float(x + across * (ring + size[0] / 2)), float(y + up * (ring + size[1] / 2))


def _box(middle: Spot, size: Spot) -> Box:
    (x, y), (wide, tall) = middle, size
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def _free(box: Box, taken: Sequence[Box], page: Box) -> bool:
    left, bottom, right, top = box
    if left < page[0] or bottom < page[1] or right > page[2] or top > page[3]:
        return False
    return not any(left < t[2] and t[0] < right and bottom < t[3] and t[1] < top for t in taken)
