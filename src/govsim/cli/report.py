"""``govsim report``: from stored results to a document."""

from pathlib import Path
from typing import Annotated

import typer

from govsim.cli.app import app, guarded
from govsim.cli.spoken import Verb, usual_language
from govsim.language import LANGUAGES, say, speaking


@app.command(cls=Verb)
@guarded
def report(
    *,
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Result folders of runs, sweeps or decisions."),
    ],
    format: Annotated[
        str, typer.Option("--format", metavar="html|pdf|docx|pptx", help="What kind of document.")
    ] = "html",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to; beside the first results if not given."),
    ] = None,
    languages: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="en|zh|both",
            default_factory=usual_language,
            show_default=False,
            help="Language of the document; GOVSIM_LANG or the system's if not given.",
        ),
    ],
) -> None:
    """Write a document on stored results: the answer, how sure it is, and what it rests on."""
    with speaking(languages if languages in LANGUAGES else usual_language()):
        from govsim.report.reporting import write_report

        for file in write_report(folders, lang=languages, format=format, out=out):
            typer.echo(say("Report written to {file}", file=file))
