"""Mistakes as they happen to files: bytes lost, doubled, changed; words from elsewhere put in."""

from pathlib import Path

from hypothesis import strategies as st

HERE = Path(__file__).parent
SHIPPED = sorted((HERE.parent.parent / "scenarios").glob("*.yaml"))
DEFAULTS = HERE.parent.parent / "src" / "govsim" / "scenario" / "defaults.yaml"
CONTENTS = [path.read_bytes() for path in [*SHIPPED, DEFAULTS, *sorted(HERE.glob("valid/*.yaml"))]]
WORDS = [
    *(b"[", b"]", b"{", b"}", b": ", b"- ", b"\n", b"  ", b"\t", b'"', b"'", b"#", b"&a ", b"*a", b"!"),
    *(b"none", b"null", b"~", b"[]", b"{}", b"yes", b".nan", b".inf", b"1e999", b"-1", b"0", b"5 d"),
    *(b"value: ", b"range: [1, 2]", b"distribution: gamma", b"extends: district.yaml", b"\xff", b"\x00"),
    *(b"policies:", b"tiers:", b"groups: {a: {offices: 1}}", b"kind: night_visits", b"9" * 400, b"---"),
]  # fmt: skip


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
