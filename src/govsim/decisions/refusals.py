"""Why something cannot be had: kept by language, for an answer is read in another one, too."""

from collections.abc import Callable

from govsim.errors import InputError
from govsim.language import in_all_languages


def refusal(attempt: Callable[[], object]) -> dict[str, str]:
    """The first reason that an attempt is refused for, by language; empty if it is not."""

    def reason() -> str:
        try:
            attempt()
        except InputError as error:
            return error.findings[0].message
        return ""

    return in_all_languages(reason) if reason() else {}
