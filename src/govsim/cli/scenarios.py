"""Verbs about scenarios, policies and KPIs; nothing is simulated."""

from pathlib import Path
from typing import Annotated

import typer

from govsim.cli.app import Language, Policies, ScenarioFile, Settings, app, guarded
from govsim.cli.spoken import Verb
from govsim.errors import Finding, InputError
from govsim.language import say


@app.command(cls=Verb)
@guarded
def validate(
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files.")],
    policy: Policies = None,
    lang: Language,
) -> None:
    """Check scenario files; show every mistake."""
    from govsim.scenario import load

    findings: list[Finding] = []
    for file in files:
        try:
            load(file, policies=policy or [])
        except InputError as error:
            findings += error.findings
        else:
            typer.echo(say("{file}: no mistakes found", file=file))
    if findings:
        raise InputError(findings)


@app.command(cls=Verb)
@guarded
def show(
    *, scenario: ScenarioFile, settings: Settings = None, policy: Policies = None, lang: Language
) -> None:
    """Show the complete scenario, with the source of each value."""
    from govsim.scenario import load
    from govsim.scenario import show as shown

    typer.echo(shown(load(scenario, set=settings or [], policies=policy or [])))


@app.command(cls=Verb)
@guarded
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from govsim.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command(cls=Verb)
@guarded
def kpis(
    *,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Only these KPIs.")
    ] = None,
    lang: Language,
) -> None:
    """List the KPIs: name, unit, and what each side means."""
    from govsim.outcomes.reference import chosen, entry

    for kpi in chosen(names or []):
        typer.echo(entry(kpi))


@app.command(cls=Verb)
@guarded
def policies(
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A policy to explain; all if not given.")
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="FILE", help="A scenario with policies of its own."),
    ] = None,
    lang: Language,
) -> None:
    """List the policies, or explain one: how it acts, what it costs, what may go wrong."""
    from govsim.report.policy import listed, policy_text
    from govsim.scenario import load

    loaded = None if scenario is None else load(scenario)
    typer.echo(listed(loaded) if name is None else policy_text(name, loaded))


@app.command(cls=Verb)
@guarded
def export_log(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder with events.")],
    format: Annotated[
        str, typer.Option("--format", metavar="csv|xes|ocel|prosimos", help="The log's format.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to, packed if it ends in .gz; beside the events if not given.",
        ),
    ] = None,
    lang: Language,
) -> None:
    """Write the event log for process-mining tools."""
    from govsim.experiments import check_event_log
    from govsim.outcomes.export import export_log as export

    check_event_log(folder)
    written = export(folder, format, out)
    typer.echo(say("Event log written to {file}", file=written))
