"""The command line: verbs only. Exit codes: 0 done, 1 our fault, 2 the input is wrong,
130 interrupted.

Nothing heavy is imported before a verb needs it, so that ``govsim --help`` answers at once.
"""

import _thread
import errno
import os
import signal
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec

import typer

from govsim import __version__
from govsim.errors import Finding, InputError
from govsim.experiments.alone import INTERRUPTIONS
from govsim.language import LANGUAGES, say, speaking

if TYPE_CHECKING:
    from govsim.outcomes.formulas import Weights
    from govsim.report.summary import Table

WRONG_INPUT, OUR_FAULT, INTERRUPTED = 2, 1, 130
FULL = (errno.ENOSPC, errno.EDQUOT)

P = ParamSpec("P")
_debugging: ContextVar[bool] = ContextVar("debugging", default=False)


def usual_language() -> str:
    """GOVSIM_LANG if set, else Chinese where the system speaks it, else English."""
    names = ("GOVSIM_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = next(filter(None, map(os.environ.get, names)), "")
    return "zh" if wish.lower().startswith("zh") else "en"


app = typer.Typer(
    name="govsim",
    help="Simulate how a city handles its residents' grievances, and what a policy would change.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).")]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="NAME_OR_FILE",
        help="A policy of the scenario, by name, or a file with one. Repeat to stack several.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Another value for a key, e.g. horizon='180 d'. Repeat for several.",
    ),
]
Language = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="en|zh",
        default_factory=usual_language,
        show_default=False,
        help="Language of what is shown; GOVSIM_LANG or the system's if not given.",
    ),
]


def main() -> None:
    """The entry point of the ``govsim`` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows "?"
    _end_as_by_ctrl_c()
    sys.unraisablehook = _heard_in_a_callback
    try:
        app(prog_name="govsim")
    finally:
        for name in INTERRUPTIONS:  # we are leaving; Ctrl-C is no help now
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)


def _end_as_by_ctrl_c() -> None:
    """Who ends us otherwise, a batch system or a closed window, finds what is finished, too."""
    for name in INTERRUPTIONS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup stays nohup
            signal.signal(number, signal.default_int_handler)


def _heard_in_a_callback(failure: "sys.UnraisableHookArgs") -> None:
    """Python drops a Ctrl-C that falls into a clean-up of its own: press it once more."""
    if issubclass(failure.exc_type, KeyboardInterrupt):
        threading.Timer(0.01, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(failure)


def guarded(verb: Callable[P, None]) -> Callable[P, None]:
    """Run a verb in its language; turn what goes wrong into a sentence and an exit code."""

    @wraps(verb)
    def run_verb(*args: P.args, **kwargs: P.kwargs) -> None:
        lang = str(kwargs.get("lang", usual_language()))
        with speaking(lang if lang in LANGUAGES else usual_language()), _plain_warnings():
            try:
                _check_language(lang)
                verb(*args, **kwargs)
            except InputError as error:
                for finding in error.findings:
                    complain(str(finding))
                raise typer.Exit(WRONG_INPUT) from None
            except KeyboardInterrupt:
                complain(say("Interrupted."))
                raise typer.Exit(INTERRUPTED) from None
            except BrokenPipeError:
                _close_quietly()
            except typer.Exit:
                raise
            except OSError as error:
                if error.errno not in FULL:
                    _our_fault(error)
                complain(say("Cannot write: {reason}.", reason=error.strerror))
                raise typer.Exit(WRONG_INPUT) from None
            except Exception as error:
                _say_what_was_kept(error)
                _our_fault(error)

    return run_verb


def _check_language(lang: str) -> None:
    if lang not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        text = say("{value} is not known here; use {choices}", value=repr(lang), choices=choices)
        raise InputError([Finding("--lang", "", text)])


def _numbers(**options: str | None) -> dict[str, int]:
    """What was typed behind options, as whole numbers; without those not given."""
    numbers, findings = {}, []
    given = {name: text for name, text in options.items() if text is not None}
    for name, text in given.items():
        try:
            numbers[name] = int(text)
        except ValueError:
            message = say("{value} is not a whole number", value=repr(text[:60]))
            findings.append(Finding(f"--{name}", "", message))
    if findings:
        raise InputError(findings)
    return numbers


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Warnings as plain lines: where in our code they arose is of no use to a planner."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: complain(str(message))
        yield


def _seconds(budget: str | None) -> int | None:
    """A time that was typed behind ``--budget``, in seconds."""
    from govsim.scenario.quantities import WrongQuantity, seconds

    try:
        return None if budget is None else seconds(budget)
    except WrongQuantity as error:
        raise InputError([Finding("--budget", "", str(error))]) from None


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


def complain(text: str) -> None:
    """A line of plain text on stderr; if nobody reads it, the work goes on all the same."""
    with suppress(OSError):
        typer.echo(text, err=True)


def _say_what_was_kept(error: Exception) -> None:
    """A run that could not finish leaves with what it has; any other error goes on."""
    from govsim.experiments import Interrupted, WorkerDied

    if not isinstance(error, Interrupted | WorkerDied):
        return
    complain(str(error))
    if error.folder:
        complain(say("What is finished is in {folder}", folder=error.folder))
    raise typer.Exit(INTERRUPTED if isinstance(error, Interrupted) else OUR_FAULT)


def _our_fault(error: Exception) -> NoReturn:
    if _debugging.get():
        raise error
    with tempfile.NamedTemporaryFile(
        "w", prefix="govsim-error-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    complain(
        say(
            "govsim failed, and the fault is ours: {error}\n"
            "What happened is written down in {file}.\n"
            "Please report it, with that file and the command you gave.",
            error=f"{type(error).__name__}: {error}",
            file=file.name,
        )
    )
    raise typer.Exit(OUR_FAULT)


def _close_quietly() -> None:
    """The reader of our output went away (``govsim kpis | head``): that is nobody's fault."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"govsim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the full trace when govsim itself fails.")
    ] = False,
) -> None:
    """Simulate how a city handles its residents' grievances, and what a policy would change."""
    _debugging.set(debug)


@app.command()
@guarded
def run(
    *,
    scenario: ScenarioFile,
    policy: Policies = None,
    settings: Settings = None,
    replications: Annotated[
        str, typer.Option(metavar="N", help="How many times each policy set is simulated.")
    ] = "20",
    seed: Annotated[str, typer.Option(metavar="S", help="Another seed, other chance.")] = "1",
    engine: Annotated[
        str,
        typer.Option(
            metavar="compiled|agents",
            help="Which engine simulates; agents is the readable one, fifty times slower.",
        ),
    ] = "compiled",
    workers: Annotated[
        str | None,
        typer.Option(metavar="N", help="Replications at a time; as many as cores if not given."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where results go; under results/ if not given."),
    ] = None,
    events: Annotated[bool, typer.Option("--events", help="Keep the full event log.")] = False,
    against_baseline: Annotated[
        bool, typer.Option("--against-baseline", help="Also run without the policies, and compare.")
    ] = False,
    checks: Annotated[
        bool,
        typer.Option(
            " /--no-checks",
            help="Do not verify the model's invariants as it runs: a little faster.",
        ),
    ] = True,
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="How long the run may take, e.g. 5h; an hour if not given."
        ),
    ] = None,
    lang: Language,
) -> None:
    """Simulate a scenario; write tables and figures."""
    from govsim.experiments import adding_to, default_folder
    from govsim.experiments import run as simulate
    from govsim.report.sentence import what_stands_out
    from govsim.report.summary import table
    from govsim.scenario import load

    numbers = _numbers(replications=replications, seed=seed, workers=workers)
    loaded = load(scenario, set=settings or [], policies=policy or [])
    folder = out or default_folder(scenario, "+".join(loaded.selected_policies) or "baseline")
    with _progress() as progress:
        results = simulate(
            loaded,
            replications=numbers["replications"],
            seed=numbers["seed"],
            workers=numbers.get("workers"),
            engine=engine,
            out=folder,
            events=events,
            against_baseline=against_baseline,
            checks=checks,
            budget=_seconds(budget),
            notice=complain,
            progress=progress,
        )
    _show_table(table(results))
    typer.echo(what_stands_out(results))
    sys.stdout.flush()  # the answer first: pictures take longer than the simulation

    from govsim.report.figure import save_figures

    with adding_to(folder) as stage:
        save_figures(results, stage)
    typer.echo(say("Tables and figures are in {folder}", folder=folder))


@app.command()
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


@app.command()
@guarded
def show(
    *, scenario: ScenarioFile, settings: Settings = None, policy: Policies = None, lang: Language
) -> None:
    """Show the complete scenario, with the source of each value."""
    from govsim.scenario import load
    from govsim.scenario import show as shown

    typer.echo(shown(load(scenario, set=settings or [], policies=policy or [])))


@app.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from govsim.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
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


@app.command()
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
    from govsim.experiments import adding_to, look, open_results
    from govsim.report.lens import lens_table, save_lens_figures, verdict

    results = [open_results(folder) for folder in folders]
    looked = look(results, _weights(weights))
    _show_table(lens_table(looked))
    typer.echo(verdict(looked))
    sys.stdout.flush()
    with adding_to(folders[0]) as stage:
        save_lens_figures(looked, results[0], stage)
    typer.echo(say("Figures are in {folder}", folder=folders[0]))


@app.command()
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


@app.command()
@guarded
def export_log(
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder with events.")],
    format: Annotated[
        str, typer.Option("--format", metavar="csv|xes", help="The log's format.")
    ] = "csv",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; beside the events if not given.")
    ] = None,
    lang: Language,
) -> None:
    """Write the event log for process-mining tools."""
    from govsim.experiments import check_event_log
    from govsim.outcomes.export import export_log as export

    check_event_log(folder)
    written = export(folder, format, out)
    typer.echo(say("Event log written to {file}", file=written))


@contextmanager
def _progress() -> Iterator[Callable[[int, int, float], None]]:
    """A way to tell progress: a bar on a terminal, else a plain line now and then."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _PlainProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress("{task.description}", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)

        def tell(done: int, total: int, share: float) -> None:
            text = say("{done} of {total} replications", done=done, total=total)
            bar.update(task, completed=share, description=text)

        yield tell


class _PlainProgress:
    """A line on stderr after each tenth of the replications."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, done: int, total: int, share: float) -> None:
        tenths = 10 * done // total
        if tenths > self._told:
            self._told = tenths
            complain(say("{done} of {total} replications", done=done, total=total))


def _show_table(table: "Table") -> None:
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column("")
    for heading in table.columns:
        grid.add_column(Text(heading), justify="right", no_wrap=True)
    for line in table.lines:
        grid.add_row(Text(line.label), *map(Text, line.cells))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)  # never cut a number in a file
    console.print(grid)
