"""The report in a real Chromium: no request, no error, sorted tables, and what axe says."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import NAMES
from reported import document, small_comparison, told

from govsim.language import LANGUAGES
from govsim.report.html import as_html
from govsim.report.reporting import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore:Glyph .* missing"),
]
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with api.sync_playwright() as player:
        made = player.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if root else []
        )
        yield made
        made.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("opened") / "out"
    small_comparison(out)
    return dict(zip(LANGUAGES, write_report(out, lang="both"), strict=True))


def opened(browser: Any, file: Path, size: dict[str, int] | None = LAPTOP) -> tuple[Any, list[str]]:
    """A page, and all that went wrong or out."""
    page = browser.new_page(viewport=size) if size else browser.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on(
        "request",
        lambda asked: None if asked.url[:5] in ("file:", "data:") else heard.append(asked.url),
    )
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_it_opens_without_a_word_and_fits(
    browser: Any, files: dict[str, Path], lang: str, size: dict[str, int]
) -> None:
    page, heard = opened(browser, files[lang], size)
    assert heard == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    wide = "[...document.images].filter(i => i.naturalWidth < 100 || !i.complete).length"
    assert page.evaluate(wide) == 0
    assert page.evaluate("document.fonts.check('16px \"Govsim Sans SC\"')")
    page.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_has_a_text(browser: Any, files: dict[str, Path], lang: str) -> None:
    page, _ = opened(browser, files[lang])
    texts = page.evaluate("[...document.images].map(i => i.alt)")
    assert len(texts) >= 3
    assert min(map(len, texts)) > 20
    page.close()


def test_tables_sort_by_number_and_back(browser: Any, files: dict[str, Path]) -> None:
    page, heard = opened(browser, files["en"])
    table = page.locator("table").nth(1)
    column = "t => [...t.tBodies[0].rows].map(r => Number(r.cells[1].dataset.sort))"
    before = table.evaluate(column)
    button = table.locator("thead button").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    assert table.evaluate(column) == sorted(before)
    assert before != sorted(before)
    assert table.locator("th[aria-sort=ascending]").count() == 1
    button.click()
    assert table.evaluate(column) == sorted(before, reverse=True)
    assert heard == []
    page.close()


def test_it_is_complete_without_scripts(browser: Any, files: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files["en"].as_uri())
    assert page.locator("section").count() == 9
    page.locator("summary").first.click()
    assert page.locator("details[open] table").first.is_visible()
    assert page.locator("thead button").count() == 0
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_axe_finds_nothing_serious(
    browser: Any, files: dict[str, Path], lang: str, size: dict[str, int]
) -> None:
    bundled = pytest.importorskip("axe_playwright_python")
    script = (Path(bundled.__file__).parent / "axe.min.js").read_text("utf-8")
    context = browser.new_context(viewport=size, bypass_csp=True)  # for axe's own sake
    page = context.new_page()
    page.goto(files[lang].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate(script)
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}"
    found = page.evaluate(f"axe.run(document, {rules}).then(r => r.violations)")
    grave = [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert grave == []
    context.close()


def test_axe_would_find_something(browser: Any, files: dict[str, Path], tmp_path: Path) -> None:
    bundled = pytest.importorskip("axe_playwright_python")
    script = (Path(bundled.__file__).parent / "axe.min.js").read_text("utf-8")
    spoiled = tmp_path / "spoiled.html"
    spoiled.write_text(files["en"].read_text("utf-8").replace(" alt=", " data-alt="), "utf-8")
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(spoiled.as_uri())
    page.evaluate(script)
    found = page.evaluate("axe.run(document).then(r => r.violations.map(v => v.id))")
    assert "image-alt" in found
    context.close()


def test_no_name_fires(browser: Any, tmp_path: Path) -> None:
    """Nothing that a name holds runs, even where the page's own policy is not asked."""
    names = [name for name in NAMES if len(name) < 1000]
    results = told(*names, replications=2)
    results.manifest["scenario"]["name"] = results.manifest["command"] = " ".join(names)
    file = tmp_path / "spoiled.html"
    file.write_text(as_html(document(results)), "utf-8")
    for bypass in (False, True):
        context = browser.new_context(bypass_csp=bypass)
        page, heard = opened(context, file, None)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        page.wait_for_timeout(300)
        assert heard == []
        assert "fired" not in page.title() or page.title().startswith("<script>")
        assert page.title() != "fired"
        context.close()
