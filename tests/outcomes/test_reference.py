"""The pages of KPIs are what the registry says."""

from pathlib import Path

import pytest

from govsim.errors import InputError
from govsim.language import LANGUAGES, say, speaking
from govsim.outcomes import KPIS
from govsim.outcomes.bases import BASES, STOCK
from govsim.outcomes.formulas import LENS
from govsim.outcomes.reference import chosen, entry, page

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": DOCS / "kpis.md", "zh": DOCS / "kpis.zh-CN.md"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_up_to_date(lang: str) -> None:
    with speaking(lang):
        written = page()
    text = f"write it anew: python -m govsim.outcomes.reference {lang} > {PAGES[lang]}"
    assert PAGES[lang].read_text("utf-8") == written, text
    for name in (*KPIS, *LENS):
        assert f"\n| `{name}` |" in written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_how_each_kind_of_measure_counts(lang: str) -> None:
    with speaking(lang):
        written = page()
        for b in BASES:
            row = f"\n| {say(b.name)} | {say(b.who)} | {say(b.by_when)} | {say(b.too_short)} |\n"
            assert row in written
        for kpi in KPIS.values():
            assert f"| {say(kpi.basis.name)} | {say(kpi.unit)} |" in written


def test_a_side_with_a_unit_of_its_own_says_so() -> None:
    assert entry(KPIS["backlog"]).splitlines() == [
        "backlog: Backlog at the end (cases, less is better)",
        f"  counted on the last day: {STOCK.who} {STOCK.by_when}",
        "  recorded: Grievances open at the end, at the office where they lie.",
        "  true: Problems known to the offices that still live at the end. In problems.",
    ]


def test_some_or_all() -> None:
    assert chosen([]) == list(KPIS.values())
    assert [kpi.name for kpi in chosen(["trust", "cost"])] == ["trust", "cost"]
    with pytest.raises(InputError, match="trusty: there is no such KPI; did you mean trust"):
        chosen(["trusty"])
