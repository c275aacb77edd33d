"""Tables in Markdown, and the places between markers where documents keep them."""

import re
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).parents[1]
PAGES = {
    "en": TOP / "docs" / "performance.md",
    "zh": TOP / "docs" / "performance.zh-CN.md",
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def put(page: Path, name: str, text: str) -> None:
    """Replace what stands between the markers of a name."""
    pattern = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- /table -->)", re.S)
    old = page.read_text("utf-8")
    new, found = pattern.subn(lambda match: f"{match[1]}{text}\n{match[2]}", old)
    if found != 1:
        raise ValueError(f"{page.name} has {found} places for the table {name}")
    page.write_text(new, "utf-8")


def short(number: float) -> str:
    """Two significant digits, three from 100 on."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2g}"
