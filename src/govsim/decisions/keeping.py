"""What a choice must keep: conditions on other outcomes, with a fixed line or the baseline's."""

import re
from dataclasses import dataclass, replace

import numpy as np

from govsim.decisions.conditions import SIGNS, read_measure
from govsim.errors import Finding, InputError
from govsim.experiments.asked import BASELINE
from govsim.experiments.measures import Measured, relative, value_of
from govsim.language import say
from govsim.outcomes.lookup import Floats
from govsim.outcomes.scopes import Scopes
from govsim.scenario.quantities import WrongQuantity, money

OPTION, COST_OPTION = "--keep", "--cost-at-most"
COST = Measured("cost", "recorded")
POINT = 0.01  # the usual tolerance of a share: one percentage point
USUAL = 0.02  # and of other outcomes: this part of the baseline's
ROUNDING = 0.5  # yuan: who costs just what is allowed is allowed
_LONGEST_SHOWN = 80
_FORM = re.compile(r"(?P<what>[^<>=≥≤＞＜]+)(?P<sign>[<>=≥≤＞＜]+)(?P<line>[^<>=≥≤＞＜]+)")
_BASE = re.compile(r"(?P<word>[^\W\d]+)\s*(?:(?P<sign>[-+−])\s*(?P<value>.+))?")


@dataclass(frozen=True, slots=True)
class Keep:
    """A condition: an outcome at least, or at most, ``factor`` times the baseline's + ``value``.

    ``tolerance`` is in the outcome's unit; None: not stated. An arm that keeps the condition by at
    least as much is kept, and one that breaks it by at least as much is not, as surely as stated.
    """

    text: str
    measure: Measured
    at_least: bool
    factor: float
    value: float
    tolerance: float | None = None

    def slack(self, values: Floats, baseline: Floats) -> Floats:
        """How far it is kept, replication by replication: 0 or more where it is."""
        left = values - self.factor * baseline - self.value
        return left if self.at_least else -left

    def with_tolerance(self, baseline: float) -> "Keep":
        """With a tolerance in any case, if the outcome's mean under the baseline is this.

        Raises:
            InputError: none can be thought of, as that mean is 0 or unknown.
        """
        if self.tolerance is not None:
            return self
        allowed = abs(self.value + (self.factor - 1.0) * baseline) if self.factor else 0.0
        usual = POINT if self.measure.unit in ("share", "0-1") else USUAL * abs(baseline)
        found = allowed / 2.0 or round_figure(usual)
        if not np.isfinite(found) or found <= 0.0:
            message = say(
                'how exactly is {value} to be kept? Write for example "{example}"',
                value=repr(self.text[:_LONGEST_SHOWN]),
                example=f"{self.text[:_LONGEST_SHOWN]} ± 5",
            )
            raise InputError([Finding(OPTION, "", message)])
        return replace(self, tolerance=found)


def round_figure(value: float) -> float:
    """A value with one digit: 61.5 -> 60."""
    return float(f"{value:.0e}")


def read_keep(text: str, scopes: Scopes) -> Keep:
    """``KPI >= LINE`` or ``KPI >= baseline - VALUE``, perhaps with ``± TOLERANCE`` behind.

    ``baseline - 1%`` is one percentage point less for a share, and one per cent of the baseline's
    value for other outcomes.

    Raises:
        InputError: it has another form, no such outcome, a value in another unit.
    """
    body, plus_minus, spare = text.replace("+-", "±").partition("±")
    match = _FORM.fullmatch(body.strip())
    sign = SIGNS.get(match["sign"], match["sign"]) if match else ""
    if match is None or sign not in (">=", "<=", ">", "<"):
        message = say(
            '{value} is not a condition; write for example "{example}"',
            value=repr(text[:_LONGEST_SHOWN]),
            example="resolution_rate.true >= baseline - 1%",
        )
        raise InputError([Finding(OPTION, "", message)])
    measure = read_measure(match["what"].strip(), scopes, OPTION)
    factor, value = _line(match["line"].strip(), measure.unit)
    tolerance = value_of(spare.strip(), measure.unit, OPTION) if plus_minus else None
    if tolerance is not None and not tolerance > 0.0:
        message = say("A tolerance is more than 0; {value} is not.", value=repr(spare.strip()))
        raise InputError([Finding(OPTION, "", message)])
    shown = f"{measure.name} {sign} {' '.join(match['line'].split())}"
    shown += f" ± {spare.strip()}" if plus_minus else ""
    return Keep(shown, measure, sign.startswith(">"), factor, value, tolerance)


def _line(text: str, unit: str) -> tuple[float, float]:
    """The factor of the baseline, and what is added."""
    match = _BASE.fullmatch(text)
    if match is None or match["word"].lower() not in BASELINE:
        return 0.0, value_of(text, unit, OPTION)
    if match["sign"] is None:
        return 1.0, 0.0
    sign = 1.0 if match["sign"] == "+" else -1.0
    if match["value"].strip().endswith(("%", "％")) and unit != "share":
        return 1.0 + sign * relative(match["value"], OPTION), 0.0
    return 1.0, sign * value_of(match["value"], unit, OPTION)


def read_cost(text: str, years: float) -> Keep:
    """``2.2e6 CNY/year``: what may be spent a year beyond the baseline.

    Args:
        text: as typed.
        years: that outcomes are measured over.

    Raises:
        InputError: it is no amount of money a year, or less than nothing.
    """
    try:
        yearly = money(text, "year")
    except WrongQuantity as error:
        raise InputError([Finding(COST_OPTION, "", str(error))]) from None
    if yearly < 0.0:
        message = say("The cost beyond the baseline may be 0 or more.")
        raise InputError([Finding(COST_OPTION, "", message)])
    written = f"cost - baseline <= {' '.join(text.split())}"
    limit = yearly * years
    tolerance = max(limit * USUAL / 2.0, 1.0)
    return Keep(written, COST, False, 1.0, limit + ROUNDING, tolerance)
