"""The verb that chooses the best of many policy sets."""

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
    share_of,
)
from govsim.cli.showing import decision_bar, show_table
from govsim.language import say


@app.command(cls=ListCommand)
@guarded
def choose(
    *,
    scenario: ScenarioFile,
    kpi: Annotated[
        str,
        typer.Option(metavar="KPI", help="By which outcome, e.g. backlog; see govsim kpis."),
    ],
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policies",
            metavar="SET...",
            help='Sets of policies to choose from: names or files, joined by "+". The baseline is '
            "always among them.",
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also choose from all policies of the scenario, one each.")
    ] = False,
    indifference: Annotated[
        str | None,
        typer.Option(
            metavar="VALUE",
            help="A difference that does not matter, in the KPI's unit, or in per cent of the "
            "baseline's value.",
        ),
    ] = None,
    certainty: Annotated[
        str,
        typer.Option(
            metavar="SHARE",
            help="How surely the best is chosen, if it leads by the indifference or more.",
        ),
    ] = "95%",
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help='What must hold besides, e.g. "resolution_rate.true >= baseline - 1%". Repeat for '
            "several.",
        ),
    ] = None,
    cost_at_most: Annotated[
        str | None,
        typer.Option(
            metavar="MONEY", help="What may be spent beyond the baseline, e.g. '2.2e6 CNY/year'."
        ),
    ] = None,
    replications: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="So many replications in all, spent where they tell most; without a guarantee.",
        ),
    ] = None,
    most: Annotated[
        str, typer.Option(metavar="N", help="At most so many replications of one policy set.")
    ] = "1000",
    settings: Settings = None,
    seed: Seed = "1",
    engine: Engine = "compiled",
    workers: Workers = None,
    out: Out = None,
    checks: Checks = True,
    budget: Budget = None,
    lang: Language,
) -> None:
    """Choose the best of many policy sets, with a stated certainty."""
    from govsim.decisions.choosing import choose as choose_best
    from govsim.experiments import adding_to, default_folder
    from govsim.report.choosing import choice_sentences, choice_table

    numbers = numbers_of(most=most, seed=seed, workers=workers, replications=replications)
    folder: Path = out or default_folder(scenario, "choice")
    with decision_bar() as tell:
        decision = choose_best(
            scenario,
            policies or [],
            kpi,
            every=every,
            indifference=indifference,
            certainty=share_of(certainty, "--certainty") or 0.0,
            keep=keep or [],
            cost_at_most=cost_at_most,
            replications=numbers.get("replications"),
            most=numbers["most"],
            settings=settings or [],
            seed=numbers["seed"],
            engine=engine,
            workers=numbers.get("workers"),
            out=folder,
            checks=checks,
            budget=seconds_of(budget),
            notice=complain,
            tell=tell,
        )
    for line in choice_sentences(decision):
        typer.echo(line)
    typer.echo()
    show_table(choice_table(decision))
    sys.stdout.flush()

    from govsim.report.choosing_figures import save_choice_figures

    with adding_to(folder) as stage:
        save_choice_figures(decision, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))
