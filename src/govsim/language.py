"""What the planner reads, in the planner's language.

English texts stand in the code and are the keys of the catalogue; ``locale/zh_CN.po`` holds the
Chinese. Babel reads the catalogue the first time a Chinese text is asked for.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")

_current: ContextVar[str] = ContextVar("language", default="en")


def say(text: str, /, **values: object) -> str:
    """The text in the current language, with ``{name}`` fields filled in from ``values``."""
    translated = text if _current.get() == "en" else _chinese().get(text, text)
    return translated.format(**values) if values else translated


def language() -> str:
    """The language in use: ``en`` or ``zh``."""
    return _current.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Use a language for a while. Raises ValueError for one that we do not speak."""
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: use one of {', '.join(LANGUAGES)}")
    token = _current.set(lang)
    try:
        yield
    finally:
        _current.reset(token)


def in_all_languages(tell: Callable[[], str]) -> dict[str, str]:
    """What ``tell`` says, by language: for what is kept and may be read in another one."""
    told = {}
    for lang in LANGUAGES:
        with speaking(lang):
            told[lang] = tell()
    return told


def print_page(page: Callable[[], str], arguments: Sequence[str]) -> int:
    """Print a page of the documentation in the language that a command line gives, or in English.

    Returns the exit code: 2, with a sentence on stderr and nothing printed, for another language.
    """
    lang = " ".join(arguments or ["en"])
    if lang not in LANGUAGES:
        print(f"language {lang!r}: use one of {', '.join(LANGUAGES)}", file=sys.stderr)
        return 2
    with speaking(lang):
        sys.stdout.buffer.write(page().encode("utf-8"))  # whatever the terminal would write
    return 0


@cache
def _chinese() -> dict[str, str]:
    from babel.messages.pofile import read_po

    with (files("govsim") / "locale" / "zh_CN.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    return {str(message.id): str(message.string) for message in catalogue if message.string}
