"""The verb that looks ahead from today's open grievances."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from govsim.cli.app import (
    Budget,
    Checks,
    Engine,
    Language,
    ListCommand,
    Out,
    ScenarioFile,
    Seed,
    Settings,
    Workers,
    app,
    complain,
    guarded,
    numbers_of,
    seconds_of,
)
from govsim.cli.showing import progress_bar, show_table
from govsim.language import say


@app.command(cls=ListCommand)
@guarded
def forecast(
    *,
    scenario: ScenarioFile,
    backlog: Annotated[
        Path | None,
        typer.Option(
            "--backlog",
            metavar="FILE",
            help="The grievances that are open today: a table (CSV) of offices and ages.",
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--backlog-template",
            metavar="FILE",
            help="Only write an example of that table, with this scenario's offices.",
        ),
    ] = None,
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policies",
            metavar="SET...",
            help='Sets of policies to look at beside the baseline: names or files, joined by "+".',
        ),
    ] = None,
    settings: Settings = None,
    replications: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="How many times each policy set is simulated; 36 and more give limits to all "
            "dates.",
        ),
    ] = "40",
    seed: Seed = "1",
    engine: Engine = "compiled",
    workers: Workers = None,
    out: Out = None,
    checks: Checks = True,
    budget: Budget = None,
    lang: Language,
) -> None:
    """Look ahead from today's open grievances: when are they through?"""
    from govsim.decisions.forecasting import asked_for, write_template
    from govsim.decisions.forecasting import forecast as look_ahead
    from govsim.experiments import adding_to
    from govsim.report.forecasting import (
        forecast_findings,
        forecast_tables,
        save_forecast_figures,
    )

    if template is not None:
        count = write_template(scenario, template, settings or [])
        typer.echo(say("{n} rows are in {file}: put your own there", n=count, file=template))
        return
    table = asked_for(backlog)
    numbers = numbers_of(replications=replications, seed=seed, workers=workers)
    with progress_bar() as progress:
        found = look_ahead(
            scenario,
            table,
            policies or [],
            replications=numbers["replications"],
            settings=settings or [],
            seed=numbers["seed"],
            workers=numbers.get("workers"),
            engine=engine,
            out=out,
            checks=checks,
            budget=seconds_of(budget),
            notice=complain,
            progress=progress,
        )
    for part in forecast_tables(found):
        show_table(part)
    for line in forecast_findings(found):
        typer.echo(line)
    sys.stdout.flush()  # the answer first: pictures take longer
    folder = found.folder
    assert folder is not None
    with adding_to(folder) as stage:
        save_forecast_figures(found, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))
