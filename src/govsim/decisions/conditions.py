"""Conditions on outcomes, as planners write them: ``reply_on_time.recorded >= 95%``."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govsim.errors import Finding, InputError
from govsim.experiments.measures import Measured, chosen, value_of
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.outcomes.lookup import Floats
from govsim.outcomes.scopes import Scopes

SIGNS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "=>": ">=", "=<": "<="}
_FORM = re.compile(r"(?P<what>[^<>=≥≤＞＜]+)(?P<sign>[<>=≥≤＞＜]+)(?P<value>[^<>=≥≤＞＜]+)")
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Condition:
    """An outcome, a sign (``>=``, ``<=``, ``>``, ``<``) and a value in the outcome's unit."""

    measure: Measured
    sign: str
    value: float
    written: str  # the value as it was written

    @property
    def text(self) -> str:
        """The condition with the side that is meant: ``reply_on_time.true >= 95%``."""
        return f"{self.measure.name} {self.sign} {self.written}"

    @property
    def wants_more(self) -> bool:
        """Whether more of the outcome helps."""
        return self.sign.startswith(">")

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """Where it holds, value by value; nowhere where nothing could be measured (NaN)."""
        with np.errstate(invalid="ignore"):
            compared: NDArray[np.bool_] = {
                ">=": np.greater_equal,
                "<=": np.less_equal,
                ">": np.greater,
                "<": np.less,
            }[self.sign](values, self.value)
        return compared


def read_condition(text: str, scopes: Scopes, where: str) -> Condition:
    """A condition from its text. ``where`` names the option in messages.

    Raises:
        InputError: it has another form, no such outcome, a value in another unit.
    """
    match = _FORM.fullmatch(text.strip())
    sign = SIGNS.get(match["sign"], match["sign"]) if match else ""
    if match is None or sign not in (">=", "<=", ">", "<"):
        message = say(
            '{value} is not a condition; write for example "{example}"',
            value=repr(text[:_LONGEST_SHOWN]),
            example="reply_on_time.recorded >= 95%",
        )
        raise InputError([Finding(where, "", message)])
    measure = read_measure(match["what"].strip(), scopes, where)
    written = match["value"].strip()
    return Condition(measure, sign, value_of(written, measure.unit, where), written)


def read_measure(text: str, scopes: Scopes, where: str) -> Measured:
    """One outcome from its text, ``backlog.true`` or ``overdue.recorded@tier:street``.

    Without a side the true one is meant, where a KPI has both: a decision should rest on what
    becomes of grievances, not on what the ledger says of them. Every answer names the side.

    Raises:
        InputError: there is no such KPI, side or place, or the text names several.
    """
    if text in ("headline", "all"):
        raise InputError([Finding(where, "", say("One KPI is wanted here, by its name."))])
    try:
        found = chosen(text, scopes)
    except InputError as error:
        raise InputError([Finding(where, "", f.message) for f in error.findings]) from None
    return found[-1]  # recorded stands before true


def better(measure: Measured) -> int:
    """+1 where more of it is better, -1 where less is; 0 where neither is."""
    return KPIS[measure.kpi].direction
