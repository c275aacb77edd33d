"""The pictures of ``docs/decide/report.md``: a report on a laptop, on a phone and on paper.

Needs Chromium on the computer and the Python package playwright. Takes some minutes, most of them
for the comparison, which is kept in ``results/demo``.
"""

import shutil
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

import govsim
from govsim.language import LANGUAGES

ROOT = Path(__file__).parents[1]
RESULTS, PICTURES = ROOT / "results" / "demo", ROOT / "docs" / "images" / "report"
POLICIES = ("night_visits", "added_staff", "night_visits+added_staff", "grid", "hotline")
SCREENS = {"laptop": (1280, 860, 1.0), "phone": (390, 844, 1.5), "paper": (674, 983, 1.0)}
SHADES = 64
MARGIN = 60  # pixels of a page of paper, which a screenshot does not have


def main() -> None:
    """Make the comparison if it is not there, the reports, and the pictures of them."""
    if not (RESULTS / "manifest.json").exists():
        govsim.compare(ROOT / "scenarios" / "district.yaml", POLICIES, out=RESULTS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for lang, file in zip(LANGUAGES, govsim.write_report(RESULTS, lang="both"), strict=True):
            for name, screen in SCREENS.items():
                picture(browser, file, PICTURES / f"{name}.{lang}.png", *screen)
        browser.close()


def picture(browser: Any, file: Path, out: Path, width: int, height: int, scale: float) -> None:
    """The first screen of a report, in few colours."""
    size = {"width": width, "height": height}
    page = browser.new_page(viewport=size, device_scale_factor=scale)
    page.goto(file.resolve().as_uri())
    on_paper = out.name.startswith("paper")
    if on_paper:
        page.emulate_media(media="print")
    page.screenshot(path=out)
    page.close()
    with Image.open(out) as shot:
        paper = ImageOps.expand(shot.convert("RGB"), MARGIN, "white") if on_paper else shot
        paper.convert("RGB").quantize(SHADES, dither=Image.Dither.NONE).save(out, optimize=True)


if __name__ == "__main__":
    main()
