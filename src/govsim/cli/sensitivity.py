"""The verb that asks a stored sweep what drives its outcomes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from govsim.cli.app import Language, ListCommand, app, guarded
from govsim.cli.showing import show_table
from govsim.language import say


class BetweenCommand(ListCommand):
    """A command whose ``--between`` takes what follows."""

    LIST = "--between"


@app.command(cls=BetweenCommand)
@guarded
def sensitivity(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A results folder of a sweep.")],
    outcome: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Which outcome is to be explained; the sweep's first if not given."
        ),
    ] = "",
    between: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A B", help="Explain the difference between two policy sets: A less B."
        ),
    ] = None,
    arm: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The policy set that is looked at; the sweep's first if not given."
        ),
    ] = "",
    lang: Language,
) -> None:
    """Say what drives an outcome of a sweep, or a decision, and what is worth knowing better."""
    from govsim.decisions.sensitivity import sensitivity as find
    from govsim.decisions.sensitivity import write_into
    from govsim.experiments import adding_to
    from govsim.report.sensitivity import (
        evidence_lines,
        reading,
        sensitivity_table,
        value_lines,
    )
    from govsim.report.sensitivity_figures import save_sensitivity_figures

    found = find(folder, outcome=outcome, between=between or (), arm=arm)
    for line in reading(found):
        typer.echo(line)
    show_table(sensitivity_table(found))
    for line in (*evidence_lines(found), *value_lines(found)):
        typer.echo(line)
    sys.stdout.flush()
    with adding_to(folder) as stage:
        write_into(found, stage)
        save_sensitivity_figures(found, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))
