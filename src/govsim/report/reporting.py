"""``govsim report``: stored results become documents for people who have never seen a terminal."""

from collections.abc import Callable, Sequence
from pathlib import Path

from govsim.errors import Finding, InputError
from govsim.experiments.files import clear_errors, in_place_when_whole, sync
from govsim.language import LANGUAGES, language, say
from govsim.report.composing import compose
from govsim.report.document import Document
from govsim.report.docx import as_docx
from govsim.report.html import as_html
from govsim.report.pdf import as_pdf
from govsim.report.pptx import as_pptx
from govsim.report.source import Anything, sources

BOTH = "both"
NAME = "report"


def _html(told: Document) -> bytes:
    return as_html(told).encode()


FORMATS: dict[str, Callable[[Document], bytes]] = {
    "html": _html,
    "pdf": as_pdf,
    "docx": as_docx,
    "pptx": as_pptx,
}


def write_report(
    results: Anything | Path | str | Sequence[Anything | Path | str],
    *,
    lang: str | None = None,
    format: str = "html",
    out: Path | str | None = None,
) -> list[Path]:
    """Write a report on some results.

    Args:
        results: one or several: results folders, or results of ``run``, ``compare``, ``sweep`` and
            of decisions.
        lang: ``en``, ``zh`` or ``both``; the language in use if not given.
        format: ``html``, ``pdf``, ``docx`` or ``pptx``.
        out: the file; beside the first results if not given. For two languages its name gets
            ``.en`` and ``.zh``.

    Returns:
        The files written, each whole.

    Raises:
        InputError: no results, damaged files, a language or format that we do not speak, a file
            that cannot be written, a format whose program is not installed.
    """
    listed = [results] if isinstance(results, Anything | Path | str) else list(results)
    langs = _languages(lang or language())
    render = _renderer(format)
    found = sources(listed)
    files = [(_file(found[0].folder, out, format, one, langs), one) for one in langs]
    made = [(file, render(compose(found, one))) for file, one in files]
    for file, content in made:
        _write(file, content)
    return [file for file, _ in made]


def _languages(lang: str) -> tuple[str, ...]:
    if lang == BOTH:
        return LANGUAGES
    if lang not in LANGUAGES:
        choices = ", ".join((*LANGUAGES, BOTH))
        message = say("{value} is not known here; use {choices}", value=repr(lang), choices=choices)
        raise InputError([Finding("--lang", "", message)])
    return (lang,)


def _renderer(format: str) -> Callable[[Document], bytes]:
    if format not in FORMATS:
        choices = ", ".join(FORMATS)
        message = say(
            "{value} is not known here; use {choices}", value=repr(format[:60]), choices=choices
        )
        raise InputError([Finding("--format", "", message)])
    return FORMATS[format]


def _file(
    folder: Path | None, out: Path | str | None, format: str, lang: str, langs: tuple[str, ...]
) -> Path:
    """Where a report goes."""
    if out is not None:
        file = Path(out)
        if file.is_dir():
            raise InputError([Finding("--out", "", say("{file} is a folder", file=file))])
        if not file.parent.is_dir():
            message = say("there is no folder {folder}", folder=file.parent)
            raise InputError([Finding("--out", "", message)])
        return file.with_name(f"{file.stem}.{lang}{file.suffix}") if len(langs) > 1 else file
    if folder is None:
        message = say("These results are in no folder: say where the report is to go.")
        raise InputError([Finding("out", "", message)])
    return folder / f"{NAME}.{lang}.{format}"


def _write(file: Path, content: bytes) -> None:
    with clear_errors(file), in_place_when_whole(file) as beside:
        beside.write_bytes(content)
        sync(beside)
