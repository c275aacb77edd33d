"""A report on A4 pages, printed from the same page that a browser shows.

WeasyPrint prints it where it is installed (``pip install "govsim[pdf]"``); otherwise a browser of
the Chromium family does, which almost every desk has.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.report.document import Document
from govsim.report.html import as_html

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "microsoft-edge", "msedge")  # fmt: skip
PLACES = (  # where a browser lies that no path leads to
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
PATIENCE = 180  # seconds for a browser
EPOCH = "SOURCE_DATE_EPOCH"  # what makers of fonts and archives take for the time
NODE = re.compile(rb"node\d{8}")
DATE = re.compile(rb"D:\d{14}[+-]\d\d'\d\d'")


def as_pdf(told: Document) -> bytes:
    """The report as PDF; the same results give the same bytes on the same computer.

    Raises:
        InputError: there is nothing to print it with.
    """
    page = as_html(told, paper=True)
    printed = _by_weasyprint(page) if find_spec("weasyprint") else None
    if printed is not None:
        return printed
    browser = found_browser()
    if browser is None:
        message = say(
            'A PDF needs WeasyPrint (pip install "govsim[pdf]", and Pango on the system) or a '
            "browser: Chromium, Chrome or Edge. Neither is here; --format html needs nothing."
        )
        raise InputError([Finding("--format", "", message)])
    return _by_browser(page, browser)


def found_browser() -> str | None:
    """A browser that can print, if this computer has one."""
    named = (shutil.which(name) for name in BROWSERS)
    there = (place for place in PLACES if Path(place).exists())
    return next((path for path in (*named, *there) if path), None)


# ---------------------------------------------------------------- WeasyPrint


def _by_weasyprint(page: str) -> bytes | None:
    """Printed by WeasyPrint; None where it cannot work for want of its libraries."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError:  # Pango is missing
        return None
    fetcher = URLFetcher(allowed_protocols=["data"])
    with _no_clock():
        printed: bytes = HTML(string=page, url_fetcher=fetcher).write_pdf()
    return printed


@contextmanager
def _no_clock() -> Iterator[None]:
    """No time of day in what is written."""
    before = os.environ.get(EPOCH)
    os.environ[EPOCH] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[EPOCH]
        else:
            os.environ[EPOCH] = before


# ---------------------------------------------------------------- a browser


def _by_browser(page: str, browser: str) -> bytes:
    """Printed by a browser without a window, which reaches no network and keeps nothing."""
    with TemporaryDirectory(prefix="govsim-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8")
        words = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--no-pdf-header-footer",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
            *(["--no-sandbox"] if _is_root() else []),  # it refuses to start otherwise
            source.as_uri(),
        ]
        try:
            subprocess.run(words, capture_output=True, timeout=PATIENCE, check=True)
            return _timeless(target.read_bytes())
        except (OSError, subprocess.SubprocessError) as error:
            message = say("{browser} could not print the report.", browser=browser)
            raise InputError([Finding("--format", "", message)]) from error


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _timeless(printed: bytes) -> bytes:
    """Without the time of day, and with nodes counted from 1: as long as before, to the byte."""
    numbers: dict[bytes, bytes] = {}

    def counted(node: re.Match[bytes]) -> bytes:
        return numbers.setdefault(node[0], b"node%08d" % (len(numbers) + 1))

    return DATE.sub(b"D:19700101000000+00'00'", NODE.sub(counted, printed))
