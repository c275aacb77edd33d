"""The part of the bundled font that a document needs, to travel within it."""

from functools import lru_cache
from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from govsim.report.style import FONT_FILE

ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))


def webfont(text: str) -> bytes:
    """A WOFF with the glyphs of a text, as far as the bundled font has them."""
    return _subset("".join(sorted(ALWAYS | set(text))))


def missing(text: str) -> set[str]:
    """The letters of a text that the bundled font does not have."""
    known = _characters()
    return {letter for letter in text if letter.isprintable() and ord(letter) not in known}


@lru_cache(maxsize=4)
def _subset(letters: str) -> bytes:
    options = Options()
    options.flavor = "woff"
    options.layout_features = ["kern", "tnum", "locl"]
    options.hinting = False
    options.recalc_timestamp = False  # the same bytes every time
    font = TTFont(BytesIO(FONT_FILE.read_bytes()), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.flavor = "woff"
    content = BytesIO()
    font.save(content)
    return content.getvalue()


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    with TTFont(BytesIO(FONT_FILE.read_bytes())) as font:
        return frozenset(font.getBestCmap())
