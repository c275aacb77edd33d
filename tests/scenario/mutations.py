"""Mistakes as they happen to files: bytes lost, doubled, changed; words from elsewhere put in."""

from pathlib import Path

from hypothesis import strategies as st

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parent.parent / "scenarios").glob("*.yaml"))
DEFAULTS = HERE.parent.parent / "src" / "govsim" / "scenario" / "defaults.yaml"
FILES = [*SHIPPED, DEFAULTS, *sorted(HERE.glob("valid/*.yaml"))]
CONTENTS = [path.read_bytes() for path in FILES]
WORDS = [
    *b"[|]|{|}|: |- |\n|  |\t|\"|'|#|&a |*a|!|none|null|~|[]|{}|yes|.nan|.inf|1e999".split(b"|"),
    *b"-1|0|5 d|value: |range: [1, 2]|distribution: gamma|extends: district.yaml".split(b"|"),
    *b"\xff|\x00|policies:|tiers:|groups: {a: {offices: 1}}|kind: night_visits|---".split(b"|"),
    b"9" * 400,
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A shipped scenario after one to five accidents."""
    content = bytearray(draw(st.sampled_from(CONTENTS)))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from((0, 1, 1, 2, 5, 20, 80)))
        piece = bytes(content[start : start + length])
        new = draw(st.sampled_from([b"", piece * 2, *WORDS]) | st.binary(max_size=4))
        content[start : start + length] = new
    return bytes(content)
