"""Make the Chinese font of the figures: a subset of Noto Sans CJK SC (OFL-1.1), under its own name.

    python scripts/make_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

It keeps the characters of GB 2312 (what everyday Chinese needs), ASCII, Latin-1, and the
punctuation, signs and arrows of reports; it drops hinting and layout features. The same source
font and fontTools version give the same bytes.
"""

import sys
from itertools import chain
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Govsim Sans SC"
TARGET = Path(__file__).parent.parent / "src/govsim/report/fonts/GovsimSansSC-Regular.otf"
LARGEST = 2_500_000  # bytes: it travels with every installation

SIGNS = "–—―‘’“”•…‰′″€←↑→↓↔−≈≠≤≥±×÷·√∞∑√□■△▲▽▼○●◆★☆℃№①②③④⑤⑥⑦⑧⑨⑩"


def gb2312() -> set[str]:
    """The characters of GB 2312-80: 6,763 ideographs, and signs."""
    pairs = ((row, cell) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return set("".join(bytes(pair).decode("gb2312", "ignore") for pair in pairs))


def wanted() -> set[int]:
    """Code points to keep."""
    latin = map(chr, chain(range(0x20, 0x7F), range(0xA0, 0x100)))
    return {ord(character) for character in gb2312().union(latin, SIGNS)}


def simplified_chinese(collection: Path) -> TTFont:
    """The member of the collection for mainland China's forms."""
    for font in TTCollection(str(collection), lazy=True).fonts:
        if font["name"].getDebugName(1) == "Noto Sans CJK SC":
            return font
    raise SystemExit(f"{collection}: no Noto Sans CJK SC in it")


def rename(font: TTFont) -> None:
    """Give the subset its own name, as the licence's reserved-name habit asks; keep the rights."""
    postscript = FAMILY.replace(" ", "") + "-Regular"
    own = {1: FAMILY, 2: "Regular", 3: f"{postscript};subset", 4: FAMILY, 6: postscript}
    names = font["name"]
    names.names = [entry for entry in names.names if entry.nameID in (0, 5, 13, 14)]
    for name_id, text in own.items():
        names.setName(text, name_id, 3, 1, 0x409)
    compact = font["CFF "].cff
    compact.fontNames = [postscript]
    compact.topDictIndex[0].FullName = FAMILY
    compact.topDictIndex[0].FamilyName = FAMILY


def main(source: Path) -> None:
    """Write the font and say how large it is."""
    font = simplified_chinese(source)
    options = Options()
    options.hinting = False
    options.desubroutinize = False
    options.layout_features = []
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["BASE", "GPOS", "GSUB", "GDEF", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(TARGET)
    size = TARGET.stat().st_size
    print(f"{TARGET.name}: {len(font.getBestCmap())} characters, {size / 1e6:.2f} MB")
    if size > LARGEST:
        raise SystemExit(f"larger than {LARGEST / 1e6} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
