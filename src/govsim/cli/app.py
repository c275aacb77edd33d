"""The app, its shared options, and what every verb has in common: language, errors, exit codes."""

import errno
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer

from govsim import __version__
from govsim.cli.spoken import Verb, Verbs, usual_language
from govsim.errors import Finding, InputError
from govsim.language import LANGUAGES, say, speaking

WRONG_INPUT, OUR_FAULT, INTERRUPTED = 2, 1, 130
FULL = (errno.ENOSPC, errno.EDQUOT)

P = ParamSpec("P")


class ListCommand(Verb):
    """A command whose ``--policies`` takes all that follows up to the next option."""

    LIST = "--policies"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse ``--policies A B`` as ``--policies A --policies B``."""
        spread: list[str] = []
        within = False
        for word in args:
            if word.startswith("-"):
                within = word == self.LIST
            elif within and spread[-1] != self.LIST:
                spread.append(self.LIST)
            spread.append(word)
        return super().parse_args(ctx, spread)


_debugging: ContextVar[bool] = ContextVar("debugging", default=False)


app = typer.Typer(
    name="govsim",
    cls=Verbs,
    help="Simulate how a city handles its residents' grievances, and what a policy would change.",
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
Indifference = Annotated[
    list[str] | None,
    typer.Option(
        "--indifference",
        metavar="KPI=VALUE",
        help="A difference that does not matter, in the KPI's unit, or in per cent of the "
        "baseline's value. Repeat for several KPIs.",
    ),
]
Seed = Annotated[str, typer.Option("--seed", metavar="S", help="Another seed, other chance.")]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="compiled|agents",
        help="Which engine simulates; agents is the readable one, fifty times slower.",
    ),
]
Workers = Annotated[
    str | None,
    typer.Option(
        "--workers",
        metavar="N",
        help="Replications at a time; as many as cores if not given.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where results go; under results/ if not given."),
]
Checks = Annotated[
    bool,
    typer.Option(
        " /--no-checks",
        help="Do not verify the model's invariants as it runs: a little faster.",
    ),
]
Budget = Annotated[
    str | None,
    typer.Option(
        "--budget", metavar="TIME", help="How long the run may take, e.g. 5h; an hour if not given."
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


def numbers_of(**options: str | None) -> dict[str, int]:
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


def seconds_of(budget: str | None) -> int | None:
    """A time that was typed behind ``--budget``, in seconds."""
    from govsim.scenario.quantities import WrongQuantity, seconds

    try:
        return None if budget is None else seconds(budget)
    except WrongQuantity as error:
        raise InputError([Finding("--budget", "", str(error))]) from None


def share_of(text: str | None, option: str) -> float | None:
    """A share that was typed behind an option, such as ``5%``."""
    from govsim.scenario.quantities import WrongQuantity, share

    try:
        return None if text is None else share(text)
    except WrongQuantity as error:
        raise InputError([Finding(option, "", str(error))]) from None


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
