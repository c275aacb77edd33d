"""Help, and mistakes in how a command was typed, in the language in use.

Typer speaks English only. The texts are those that options and verbs have in the code; the
catalogue holds their Chinese.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import east_asian_width

import typer
from typer.core import TyperCommand, TyperGroup

from govsim.language import LANGUAGES, say, speaking

MISTYPED = 2  # the exit code
NARROWEST, WIDEST = 50, 78  # columns of a page
LEFT, BETWEEN, INDENT = 28, 2, 2  # columns: of names at most, to their texts, before them
CLOSING = "，。；：、）》」』！？”’"  # signs that never begin a line
_UsageError: type[Any] = typer.BadParameter.__mro__[1]  # Typer exports its children only


def usual_language() -> str:
    """GOVSIM_LANG if set, else Chinese where the system speaks it, else English."""
    names = ("GOVSIM_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = next(filter(None, map(os.environ.get, names)), "")
    return "zh" if wish.lower().startswith("zh") else "en"


def language_of(words: Sequence[str]) -> str:
    """The language that a command line asks for, be it mistyped elsewhere."""
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--lang":
            wish = value or next(iter(words[place + 1 :]), "")
            return wish if wish in LANGUAGES else usual_language()
    return usual_language()


class _Spoken:
    """What a verb and the whole command have in common."""

    def get_usage(self: Any, ctx: Any) -> str:
        """How it is typed, in one line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        return say("Usage: {command} {pieces}", command=ctx.command_path, pieces=_plain(pieces))

    def get_help(self: Any, ctx: Any) -> str:
        """The page of ``--help``."""
        help_text = self.help or ""
        lines = [self.get_usage(ctx), ""]
        lines += _wrapped(say(help_text), _width() - INDENT, " " * INDENT)
        params = self.get_params(ctx)
        for kind, title in (("argument", say("Arguments:")), ("option", say("Options:"))):
            found = (_row(p, ctx) for p in params if p.param_type_name == kind)
            lines += _section(title, [row for row in found if row is not None])
        verbs = getattr(self, "commands", {}).items()
        rows = [(name, say(help_text)) for name, verb in verbs if (help_text := verb.help)]
        return "\n".join([*lines, *_section(say("Commands:"), rows)])


class Verb(_Spoken, TyperCommand):
    """A verb whose help is in the language in use."""


class Verbs(_Spoken, TyperGroup):
    """All verbs; says in the language in use what was mistyped."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **how: Any) -> Any:
        """Run a command line. Exits as Typer does, with 2 for what was mistyped."""
        words = sys.argv[1:] if args is None else list(args)
        with speaking(language_of(words)):
            try:
                code = super().main(words or ["--help"], *rest, **how | {"standalone_mode": False})
            except _UsageError as error:
                typer.echo(_mistyped(error), err=True)
                code = MISTYPED
            except typer.Abort:
                code = 1
        sys.exit(code if isinstance(code, int) else 0)


# ---------------------------------------------------------------- help


def _row(param: Any, ctx: Any) -> tuple[str, str] | None:
    """How an option is typed, and what it does; None for one that is hidden."""
    record = param.get_help_record(ctx)
    if record is None:
        return None
    help_text = param.help or ""
    if record[0].startswith(" / "):  # can only be switched off; that it is on goes without saying
        return record[0].removeprefix(" / "), say(help_text)
    extra = record[1].removeprefix(help_text).strip()
    return record[0], f"{say(help_text)} {_remark(extra)}".rstrip()


def _remark(text: str) -> str:
    """Typer's remark behind an option: whether it must be given, or what it is if not."""
    if not text:
        return ""
    parts = []
    for part in text.strip("\\[]").split("; "):
        name, _, value = part.partition(": ")
        if name == "default":
            parts.append(say("default: {value}", value=value))
        else:
            parts.append(say("required") if part == "required" else part)
    return f"[{'; '.join(parts)}]"


def _plain(pieces: str) -> str:
    """Typer's words for options and verbs in a line of usage."""
    pieces = pieces.replace("COMMAND [ARGS]...", say("COMMAND [ARGS]..."))
    return pieces.replace("[OPTIONS]", say("[OPTIONS]"))


def _section(title: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """Names with their texts beside them; a long name has a line of its own."""
    if not rows:
        return []
    fitting = [_columns(name) for name, _ in rows if _columns(name) <= LEFT]
    left = INDENT + max(fitting, default=0) + BETWEEN
    lines = ["", title]
    for name, text in rows:
        first, *others = _wrapped(text, _width() - left) or [""]
        head = " " * INDENT + name
        if _columns(head) + BETWEEN <= left:
            lines.append(head + " " * (left - _columns(head)) + first)
        else:
            lines += [head, " " * left + first]
        lines += [" " * left + line for line in others]
    return [line.rstrip() for line in lines]


def _width() -> int:
    return max(NARROWEST, min(shutil.get_terminal_size().columns - 2, WIDEST))


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese signs take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """A text in lines that fit; Chinese may break anywhere but before a closing sign."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and _columns((line + piece).rstrip()) > columns:
            lines.append(indent + line.rstrip())
            line = ""
        line += piece
    return [*lines, indent + line.rstrip()] if line else lines


def _pieces(text: str) -> Iterator[str]:
    """What stays together, with the space behind it: remarks, words, single Chinese signs."""
    return (
        found[0]
        for found in re.finditer(
            rf"(?:\[[^]]*\]|[\u2e80-\uffff]|[^\s\u2e80-\uffff]+)[{CLOSING}]*\s*", text
        )
    )


# ---------------------------------------------------------------- mistakes


def _mistyped(error: Any) -> str:
    """What was mistyped, and how it is typed."""
    message = str(error.format_message())
    ctx = error.ctx
    if ctx is None:
        return _mistake(message, ())
    known = [*getattr(ctx.command, "commands", ())]
    known += [name for param in ctx.command.get_params(ctx) for name in param.opts]
    more = say("'{command} -h' says what there is.", command=ctx.command_path)
    return f"{ctx.get_usage()}\n\n{_mistake(message, known)}\n{more}"


def _mistake(message: str, known: Sequence[str]) -> str:
    """Typer's sentence in the language in use; as it is where it is none of the usual ones."""
    if found := re.match(r"Missing \w+ '(.+?)'", message):
        return say("{name} is missing.", name=found[1])
    if found := re.match(r"No such (?:option:? '?|command ')([^\s']+)", message):
        from govsim.scenario.kinds import did_you_mean

        name = found[1].rstrip(".:")
        return say("There is no {name} here", name=name) + did_you_mean(name, list(known))
    if found := re.match(r"Option '(.+?)' requires (an|\d+) arguments?", message):
        if found[2] == "an":
            return say("{name} needs a value.", name=found[1])
        return say("{name} needs {n} values.", name=found[1], n=found[2])
    if found := re.match(r"Got unexpected extra argument\S* \((.+)\)", message):
        return say("This was not expected: {words}.", words=found[1])
    if found := re.match(r"Option '(.+?)' does not take a value", message):
        return say("{name} takes no value.", name=found[1])
    return message
