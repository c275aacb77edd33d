"""The verb ``staff``: the fewest cadres for a target."""

import sys
from typing import Annotated

import typer

from govsim.cli.app import (
    Checks,
    Engine,
    Language,
    Out,
    Policies,
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
from govsim.cli.spoken import Verb
from govsim.language import say


@app.command(cls=Verb)
@guarded
def staff(
    *,
    scenario: ScenarioFile,
    target: Annotated[
        list[str],
        typer.Option(
            metavar="CONDITION",
            help='What a year must meet, e.g. "reply_on_time.recorded >= 95%". Repeat for several.',
        ),
    ],
    certainty: Annotated[
        str, typer.Option(metavar="SHARE", help="In what share of years all targets must be met.")
    ] = "90%",
    vary: Annotated[
        str,
        typer.Option(
            metavar="TIER,...",
            help="Tiers whose cadres may be more or fewer; all of them if not given.",
        ),
    ] = "",
    begins: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help="The day from which on cadres are hired; the scenario's first if not given.",
        ),
    ] = None,
    over: Annotated[
        str, typer.Option(metavar="TIME", help='How long hiring takes, e.g. "2 years".')
    ] = "1 year",
    indifference: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="How far off the certainty an answer is neither right nor wrong; half of what is "
            "left to certainty, and 5% at most, if not given.",
        ),
    ] = None,
    years: Annotated[
        str, typer.Option(metavar="N", help="Years by which the chances of the answer are shown.")
    ] = "100",
    policy: Policies = None,
    settings: Settings = None,
    seed: Seed = "1",
    engine: Engine = "compiled",
    workers: Workers = None,
    out: Out = None,
    checks: Checks = True,
    lang: Language,
) -> None:
    """Find the fewest cadres by tier with which a year meets its targets, surely enough."""
    from govsim.decisions.staff import day_typed
    from govsim.decisions.staff import staff as find
    from govsim.experiments import adding_to, default_folder
    from govsim.report.staff import save_staff_figures, staff_sentences, staff_tables

    numbers = numbers_of(years=years, seed=seed, workers=workers)
    folder = out or default_folder(scenario, "staff")
    with decision_bar() as tell:
        decision = find(
            scenario,
            target,
            certainty=share_of(certainty, "--certainty") or 0.0,
            vary=[name.strip() for name in vary.split(",") if name.strip()],
            begins=day_typed(begins, "--from"),
            over=over,
            indifference=share_of(indifference, "--indifference"),
            years=numbers["years"],
            policies=policy or [],
            settings=settings or [],
            seed=numbers["seed"],
            workers=numbers.get("workers"),
            engine=engine,
            out=folder,
            checks=checks,
            notice=complain,
            tell=tell,
        )
    for table in staff_tables(decision):
        show_table(table)
        typer.echo()
    for line in staff_sentences(decision):
        typer.echo(line)
    sys.stdout.flush()
    with adding_to(folder) as stage:
        save_staff_figures(decision, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))
