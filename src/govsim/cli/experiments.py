"""Verbs that simulate, and that look at what was simulated."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govsim.cli.app import (
    Budget,
    Checks,
    Engine,
    Indifference,
    Language,
    ListCommand,
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
    seconds_of,
    share_of,
)
from govsim.cli.showing import progress_bar, show_table, sweep_bar
from govsim.cli.spoken import Verb
from govsim.errors import Finding, InputError
from govsim.language import say

if TYPE_CHECKING:
    from govsim.outcomes.formulas import Weights


@app.command(cls=Verb)
@guarded
def run(
    *,
    scenario: ScenarioFile,
    policy: Policies = None,
    settings: Settings = None,
    replications: Annotated[
        str, typer.Option(metavar="N", help="How many times each policy set is simulated.")
    ] = "20",
    seed: Seed = "1",
    engine: Engine = "compiled",
    workers: Workers = None,
    out: Out = None,
    events: Annotated[bool, typer.Option("--events", help="Keep the full event log.")] = False,
    against_baseline: Annotated[
        bool, typer.Option("--against-baseline", help="Also run without the policies, and compare.")
    ] = False,
    indifference: Indifference = None,
    checks: Checks = True,
    budget: Budget = None,
    lang: Language,
) -> None:
    """Simulate a scenario; write tables and figures."""
    from govsim.experiments import adding_to, default_folder
    from govsim.experiments import run as simulate
    from govsim.report.sentence import what_stands_out
    from govsim.report.summary import how_to_read, table
    from govsim.scenario import load

    numbers = numbers_of(replications=replications, seed=seed, workers=workers)
    loaded = load(scenario, set=settings or [], policies=policy or [])
    folder = out or default_folder(scenario, "+".join(loaded.selected_policies) or "baseline")
    with progress_bar() as progress:
        results = simulate(
            loaded,
            replications=numbers["replications"],
            seed=numbers["seed"],
            workers=numbers.get("workers"),
            engine=engine,
            out=folder,
            events=events,
            against_baseline=against_baseline,
            indifference=indifference or [],
            checks=checks,
            budget=seconds_of(budget),
            notice=complain,
            progress=progress,
        )
    shown = table(results)
    show_table(shown)
    typer.echo(what_stands_out(results))
    for line in how_to_read(results, [shown]):
        typer.echo(line)
    sys.stdout.flush()  # the answer first: pictures take longer than the simulation

    from govsim.report.figure import save_figures

    with adding_to(folder) as stage:
        save_figures(results, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))


@app.command(cls=ListCommand)
@guarded
def compare(
    *,
    scenario: ScenarioFile,
    policies: Annotated[
        list[str],
        typer.Option(
            "--policies",
            metavar="SET...",
            help='Sets of policies to compare: names or files, joined by "+". The baseline is '
            "always compared, too.",
        ),
    ],
    settings: Settings = None,
    replications: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="How many times each policy set is simulated; 20 if not given. With --precision: "
            "the most; 1000 if not given.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Add replications until every headline KPI is known within this share of "
            "itself, e.g. 5%.",
        ),
    ] = None,
    indifference: Indifference = None,
    warm_up: Annotated[
        str | None,
        typer.Option(
            metavar="TIME|auto",
            help="Leave out how the run begins, e.g. 180d; auto: until backlog and living "
            "problems have settled.",
        ),
    ] = None,
    seed: Seed = "1",
    engine: Engine = "compiled",
    workers: Workers = None,
    out: Out = None,
    histories: Annotated[
        str,
        typer.Option(
            metavar="N", help="Keep the histories of about so many problems under every policy set."
        ),
    ] = "2000",
    checks: Checks = True,
    budget: Budget = None,
    lang: Language,
) -> None:
    """Compare policies: the same problems, residents and days under each of them."""
    from govsim.experiments import adding_to, default_folder
    from govsim.experiments import compare as compare_sets
    from govsim.report.comparing import comparison_tables, findings

    usual = "20" if precision is None else "1000"
    numbers = numbers_of(
        replications=replications or usual, seed=seed, workers=workers, histories=histories
    )
    folder = out or default_folder(scenario, "comparison")
    with progress_bar() as progress:
        results = compare_sets(
            scenario,
            policies,
            replications=numbers["replications"],
            precision=share_of(precision, "--precision"),
            indifference=indifference or [],
            settings=settings or [],
            warm_up=warm_up,
            seed=numbers["seed"],
            workers=numbers.get("workers"),
            engine=engine,
            out=folder,
            histories=numbers["histories"],
            checks=checks,
            budget=seconds_of(budget),
            notice=complain,
            progress=progress,
        )
    tables = list(comparison_tables(results))
    for table in tables:
        show_table(table)
        typer.echo()
    for line in findings(results, tables):
        typer.echo(line)
    sys.stdout.flush()

    from govsim.report.comparing import save_comparison_figures
    from govsim.report.figure import save_figures
    from govsim.report.warmup import save_warmup_figures

    with adding_to(folder) as stage:
        save_comparison_figures(results, stage)
        save_figures(results, stage)
        if results.warm_up:
            save_warmup_figures(results, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))


@app.command(cls=Verb)
@guarded
def sweep(
    *,
    experiment: Annotated[
        Path, typer.Argument(metavar="EXPERIMENT", help="An experiment file (YAML).")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--into",
            "--out",
            metavar="DIR",
            help="Where results go; under results/ if not given. A sweep that lies there already "
            "is gone on with.",
        ),
    ] = None,
    workers: Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask scheduler (tcp://host:port, or its scheduler file) whose workers do it.",
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what lies there and begin anew.")
    ] = False,
    engine: Engine = "compiled",
    checks: Checks = True,
    lang: Language,
) -> None:
    """Simulate every point of an experiment; the same command goes on after an interruption."""
    from govsim.experiments import adding_to
    from govsim.experiments import sweep as sweep_all
    from govsim.experiments.experiment_reading import read_experiment
    from govsim.report.sweeping import save_sweep_figures, state, sweep_notes, sweep_tables

    read = read_experiment(experiment)
    folder = out or Path("results") / experiment.stem
    with sweep_bar() as progress:
        results = sweep_all(
            read,
            out=folder,
            workers=numbers_of(workers=workers).get("workers"),
            cluster=cluster,
            engine=engine,
            restart=restart,
            checks=checks,
            progress=progress,
            notice=complain,
        )
    for line in state(results):
        typer.echo(line)
    for table in sweep_tables(results):
        show_table(table)
        typer.echo()
    for line in sweep_notes(results):
        typer.echo(line)
    sys.stdout.flush()
    with adding_to(folder) as stage:
        save_sweep_figures(results, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))


@app.command(cls=Verb)
@guarded
def status(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.")],
    lang: Language,
) -> None:
    """Say how far a sweep is: what is done, what failed and why, what is missing."""
    from govsim.experiments.sweep_store import open_sweep
    from govsim.report.sweeping import state

    for line in state(open_sweep(folder), in_detail=True):
        typer.echo(line)


@app.command(cls=Verb)
@guarded
def lens(
    *,
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...", help="Result folders, of one scenario with the same seed."
        ),
    ],
    weights: Annotated[
        str,
        typer.Option(
            metavar="A,B,C",
            help="What response, resolution and satisfaction weigh in Beijing's three rates.",
        ),
    ] = "1,1,1",
    lang: Language,
) -> None:
    """Score stored runs by official formulas; say where the ranking of policies flips."""
    from govsim.experiments import adding_to, look, open_run
    from govsim.report.lens import lens_table, save_lens_figures, verdict

    results = [open_run(folder) for folder in folders]
    looked = look(results, _weights(weights))
    show_table(lens_table(looked))
    typer.echo(verdict(looked))
    sys.stdout.flush()
    with adding_to(folders[0]) as stage:
        save_lens_figures(looked, results[0], stage)
    typer.echo(say("Figures are in {folder}", folder=folders[0]))


def _weights(text: str) -> "Weights":
    """Three numbers that were typed behind ``--weights``."""
    from govsim.outcomes.formulas import Weights

    try:
        response, resolution, satisfaction = map(float, text.split(","))
    except ValueError:
        message = say(
            "{value} is not three numbers; write for example 1,2,2", value=repr(text[:60])
        )
        raise InputError([Finding("--weights", "", message)]) from None
    return Weights(response, resolution, satisfaction)
