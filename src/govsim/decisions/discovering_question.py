"""What ``--where`` asks, and in which share of replications it holds.

::

    where     = clause { " and " clause }
    clause    = condition [ " under " ARM ]                   backlog.true < 2000 under baseline
              | ARM " beats " ARM " in " KPI [ " by " VALUE ] added_staff beats grid in latent.true
              | "best(" ARM ")" " in " KPI                    best(added_staff) in latent.true

An ARM is a combination of lever values as tables name it: ``night_visits+added_staff``, or
``grid, share=0.2`` where there are several levers. Where there is one arm, it need not be named.
All clauses are judged in the same replication, under the same chance. What is better in a KPI its
definition says; equal values beat nobody.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from govsim.decisions.conditions import Condition, better, read_condition, read_measure
from govsim.decisions.discovering_futures import SHOWN, Futures
from govsim.errors import Finding, InputError
from govsim.experiments.measures import Measured, value_of
from govsim.language import say
from govsim.outcomes.lookup import Floats

WHERE = "--where"
_BEATS = re.compile(r"(?P<one>.+?)\s+beats\s+(?P<other>.+?)\s+in\s+(?P<kpi>\S+)"
                    r"(?:\s+by\s+(?P<least>.+))?")  # fmt: skip
_BEST = re.compile(r"best\s*\((?P<one>.+?)\)\s+in\s+(?P<kpi>\S+)")
_UNDER = re.compile(r"(?P<condition>.+?)\s+under\s+(?P<arm>.+)")


@dataclass(frozen=True, slots=True)
class Holds:
    """An outcome fulfils a condition under an arm."""

    condition: Condition
    arm: int

    @property
    def measure(self) -> Measured:
        """The outcome it is about."""
        return self.condition.measure

    @property
    def direction(self) -> int:
        """+1 where more of the outcome is wanted, else -1."""
        return 1 if self.condition.wants_more else -1


@dataclass(frozen=True, slots=True)
class Beats:
    """An arm is better than another (all others: None) by more than ``least``."""

    measure: Measured
    arm: int
    other: int | None
    least: float = 0.0  # in the outcome's unit

    @property
    def direction(self) -> int:
        """+1 where more of the outcome is better, else -1."""
        return better(self.measure)


Clause = Holds | Beats


@dataclass(frozen=True, slots=True)
class Question:
    """All clauses must hold."""

    text: str
    clauses: tuple[Clause, ...]


class Answerable(NamedTuple):
    """The share of replications in which it holds, future by future."""

    share: Floats  # NaN where no replication can be judged
    judged: Floats  # how many replications could be


def read_question(text: str, futures: Futures) -> Question:
    """A question from its text.

    Raises:
        InputError: it has another form, or names what the sweep does not hold.
    """
    parts = re.split(r"\s+and\s+", text.strip())
    return Question(text.strip(), tuple(_clause(part, futures) for part in parts))


def _clause(text: str, futures: Futures) -> Clause:
    if match := _BEATS.fullmatch(text):
        return _beats(match, futures)
    if match := _BEST.fullmatch(text):
        measure = _compared(match["kpi"], futures)
        return Beats(measure, futures.arm(match["one"], WHERE), None)
    if "beats" in text.split() or text.startswith("best"):
        message = say(
            "{value} is not a question; write for example {first} or {second}",
            value=repr(text[:SHOWN]),
            first='"added_staff beats night_visits in latent.true"',
            second='"best(added_staff) in latent.true"',
        )
        raise InputError([Finding(WHERE, "", message)])
    return read_holds(text, futures, WHERE)


def _beats(match: re.Match[str], futures: Futures) -> Beats:
    measure = _compared(match["kpi"], futures)
    one, other = (futures.arm(match[name], WHERE) for name in ("one", "other"))
    if one == other:
        message = say("{name} is compared with itself", name=futures.arms[one])
        raise InputError([Finding(WHERE, "", message)])
    least = value_of(match["least"].strip(), measure.unit, WHERE) if match["least"] else 0.0
    return Beats(measure, one, other, least)


def _compared(text: str, futures: Futures) -> Measured:
    """An outcome in which arms can be better than others."""
    measure = known_measure(text, futures, WHERE)
    if not better(measure):
        message = say("{kpi}: neither more nor less of it is better", kpi=measure.name)
        raise InputError([Finding(WHERE, "", message)])
    if len(futures.arms) < 2:
        message = say("this sweep has no levers with two values, so there is nothing to compare")
        raise InputError([Finding(WHERE, "", message)])
    return measure


def known_measure(text: str, futures: Futures, where: str) -> Measured:
    """An outcome that the sweep kept. Raises InputError: it did not."""
    measure = read_measure(text, futures.scopes(), where)
    futures.outcome(measure.name, where)
    return measure


def read_holds(text: str, futures: Futures, where: str) -> Holds:
    """A condition and the arm it is judged under. Raises InputError: it names none of several."""
    under = _UNDER.fullmatch(text)
    condition = read_condition(under["condition"] if under else text, futures.scopes(), where)
    futures.outcome(condition.measure.name, where)
    if under:
        return Holds(condition, futures.arm(under["arm"], where))
    if len(futures.arms) > 1:
        message = say(
            'under which of {arms}? Write for example "{example}"',
            arms="; ".join(futures.arms),
            example=f"{text} under {futures.arms[0]}",
        )
        raise InputError([Finding(where, "", message)])
    return Holds(condition, 0)


# ---------------------------------------------------------------- judging


def answered(question: Question, futures: Futures) -> Answerable:
    """Judge every replication. A replication in which an outcome is missing is not judged."""
    verdicts = np.stack([_judge(clause, futures) for clause in question.clauses])
    known = ~np.isnan(verdicts).any(axis=0)
    holds = known & (verdicts > 0.5).all(axis=0)
    judged = known.sum(axis=1).astype(float)
    with np.errstate(invalid="ignore"):
        return Answerable(np.where(judged > 0, holds.sum(axis=1) / judged, np.nan), judged)


def _judge(clause: Clause, futures: Futures) -> Floats:
    """1 where it holds, 0 where not, NaN where that is not known: futures x replications."""
    values = futures.outcomes[clause.measure.name]
    if isinstance(clause, Holds):
        value = values[clause.arm]
        return np.where(np.isnan(value), np.nan, clause.condition.holds(value))
    gains = clause.direction * values
    rivals = [clause.other] if clause.other is not None else _all_but(clause.arm, len(values))
    lead = gains[clause.arm] - gains[rivals].max(axis=0)
    return np.where(np.isnan(lead), np.nan, lead > clause.least)


def _all_but(arm: int, arms: int) -> list[int]:
    return [other for other in range(arms) if other != arm]
