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
    plain = (" " if category(sign)[0] in "ZC" else sign for sign in text)
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
    return max(sum(map(_advance, line)) for line in lines) * size / POINTS


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
    closing sign never begins a line.
    """
    pieces: list[str] = []
    for sign in text:
        wide = ord(sign) > 0x2E00
        closing = sign in "，。；：、）》」』！？”’" or sign == " "
        joins = pieces and not (pieces[-1].endswith(" ") or wide or ord(pieces[-1][-1]) > 0x2E00)
        if pieces and (closing or joins):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def listed(names: Sequence[str]) -> str:
    """Names one after another, as the language joins them."""
    return ("、" if language() == "zh" else ", ").join(names)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as possible to those wanted, in their order, at least ``gap`` apart.

    Within ``low`` and ``high`` if there is room. Neighbours that press on each other are moved
    together, to the middle of where they want to be.
    """
    order = np.argsort(np.asarray(wanted, float), kind="stable")
    heaps: list[list[float]] = []  # [sum of wanted less own offset, how many]
    for place in order:
        heaps.append([float(wanted[place]), 1.0])
        while len(heaps) > 1 and _start(heaps[-2], gap) + gap * heaps[-2][1] > _start(
            heaps[-1], gap
        ):
            total, count = heaps.pop()
            heaps[-1][0] += total
            heaps[-1][1] += count
    placed = [_start(heap, gap) + gap * k for heap in heaps for k in range(int(heap[1]))]
    placed = _within(placed, gap, low, high)
    result = [0.0] * len(order)
    for place, y in zip(order, placed, strict=True):
        result[int(place)] = y
    return result


def _start(heap: list[float], gap: float) -> float:
    total, count = heap
    return total / count - gap * (count - 1) / 2


def _within(placed: list[float], gap: float, low: float, high: float) -> list[float]:
    """Push what is beyond an end inside, and what it then presses on."""
    for k, y in enumerate(placed):
        placed[k] = max(y, low if k == 0 else placed[k - 1] + gap)
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], high if k == len(placed) - 1 else placed[k + 1] - gap)
    return placed
