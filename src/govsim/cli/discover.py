"""``govsim discover``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from govsim.cli.app import Language, app, guarded, share_of
from govsim.cli.showing import show_table
from govsim.cli.spoken import Verb
from govsim.language import say


@app.command(cls=Verb)
@guarded
def discover(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A results folder of a sweep.")],
    where: Annotated[
        str,
        typer.Option(
            metavar="QUESTION",
            help='What is to hold: "A beats B in KPI", "best(A) in KPI", or "KPI >= VALUE under '
            'A"; several joined by "and".',
        ),
    ],
    density: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="How often it must hold within the limits, e.g. 90%; if not given, the limits "
            "that separate best.",
        ),
    ] = None,
    kpi: Annotated[
        str | None,
        typer.Option(
            metavar="KPI", help="What regret is counted in; if not given, what the question is in."
        ),
    ] = None,
    enough: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITION", help='When an outcome is good enough, e.g. "backlog.true <= 2000".'
        ),
    ] = None,
    lang: Language,
) -> None:
    """Say under which values of what is uncertain something holds, and what is most robust."""
    from govsim.decisions.discovering import discover as find
    from govsim.experiments import adding_to
    from govsim.report.discovering import answer, limit_table, regret_notes, regret_table

    share = share_of(density, "--density")
    found = find(folder, where, density=share, kpi=kpi, enough=enough)
    for line in answer(found):
        typer.echo(line)
    for table in (limit_table(found), regret_table(found)):
        if table is not None:
            typer.echo()
            show_table(table)
    for line in regret_notes(found):
        typer.echo(line)
    sys.stdout.flush()

    from govsim.report.discovering_figures import save_discovery_figures

    with adding_to(folder) as stage:
        save_discovery_figures(found, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))
