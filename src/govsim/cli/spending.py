"""The verb that spends a budget."""

import sys
from typing import Annotated

import typer

from govsim.cli.app import (
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
    share_of,
)
from govsim.cli.showing import decision_bar, show_table
from govsim.language import say


@app.command(cls=ListCommand)
@guarded
def budget(
    *,
    scenario: ScenarioFile,
    amount: Annotated[
        str,
        typer.Option(
            "--budget",
            metavar="MONEY",
            help='What may be spent on top of the baseline, e.g. "2.2e6 CNY/year".',
        ),
    ],
    kpi: Annotated[
        str, typer.Option("--kpi", metavar="KPI", help="What the money is for, by its name.")
    ],
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policies",
            metavar="NAME...",
            help="The only policies to consider; all of the scenario if not given.",
        ),
    ] = None,
    staff: Annotated[
        bool, typer.Option(" /--no-staff", help="Do not consider more cadres at the tiers.")
    ] = True,
    indifference: Annotated[
        str | None,
        typer.Option(
            metavar="VALUE",
            help="A difference that does not matter, in the KPI's unit; a tenth of what the best "
            "seems to bring if not given.",
        ),
    ] = None,
    certainty: Annotated[
        str, typer.Option(metavar="SHARE", help="Of telling the best of the finalists.")
    ] = "95%",
    trials: Annotated[
        str, typer.Option(metavar="N", help="How many portfolios the search tries.")
    ] = "120",
    replications: Annotated[
        str, typer.Option(metavar="N", help="Of each portfolio that is tried.")
    ] = "4",
    most: Annotated[
        str, typer.Option(metavar="N", help="Replications of each finalist at most.")
    ] = "100",
    fresh: Annotated[
        str, typer.Option(metavar="N", help="Replications that the reported numbers come from.")
    ] = "20",
    settings: Settings = None,
    seed: Seed = "1",
    engine: Engine = "compiled",
    workers: Workers = None,
    out: Out = None,
    checks: Checks = True,
    lang: Language,
) -> None:
    """Find the best use of a budget: which policies, how much of each, which added cadres."""
    from govsim.decisions.budget import budget as best_use
    from govsim.experiments import adding_to, default_folder
    from govsim.report.spending import portfolio_lines, spending_sentences, spending_tables

    numbers = numbers_of(
        trials=trials, replications=replications, most=most, fresh=fresh, seed=seed, workers=workers
    )
    folder = out or default_folder(scenario, "budget")
    with decision_bar() as tell:
        decision = best_use(
            scenario,
            budget=amount,
            kpi=kpi,
            policies=policies or [],
            staff=staff,
            indifference=indifference,
            certainty=share_of(certainty, "--certainty") or 0.0,
            trials=numbers["trials"],
            replications=numbers["replications"],
            most=numbers["most"],
            fresh=numbers["fresh"],
            settings=settings or [],
            seed=numbers["seed"],
            workers=numbers.get("workers"),
            engine=engine,
            out=folder,
            checks=checks,
            notice=complain,
            tell=tell,
        )
    for line in spending_sentences(decision):
        typer.echo(line)
    typer.echo()
    for table in spending_tables(decision):
        show_table(table)
        typer.echo()
    for line in portfolio_lines(decision):
        typer.echo(line)
    sys.stdout.flush()

    from govsim.report.spending_figures import save_spending_figures

    with adding_to(folder) as stage:
        save_spending_figures(decision, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))
