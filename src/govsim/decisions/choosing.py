"""Choosing: which of many policy sets is best by one outcome, with a guarantee.

Read ``choose`` first. The procedure is in ``selection.py``, what its outcome means for a planner in
``choice.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from govsim.decisions.arms import Arm, Arms, Tell
from govsim.decisions.choice import Choice, answer_of, shown_in_comparison
from govsim.decisions.conditions import better, read_measure
from govsim.decisions.folder import Decision, compare_arms, decision_folder, publish
from govsim.decisions.keeping import COST, Keep, read_cost, read_keep, round_figure
from govsim.decisions.refusals import refusal
from govsim.decisions.selection import Selection, Terms, allocate, select
from govsim.experiments.asked import (
    MOST_REPLICATIONS,
    check_numbers,
    engine_called,
    parts_of,
    workers_for,
    wrong,
)
from govsim.experiments.budget import check_budget
from govsim.experiments.indifference import Indifference, read_indifference, usual
from govsim.experiments.measures import Measured
from govsim.language import say
from govsim.model.plan import DAY
from govsim.outcomes.lookup import Floats
from govsim.outcomes.scopes import Scopes
from govsim.scenario import Written, read

KIND = "choose"
MOST_SETS = 500
FIRST = 20  # replications of each policy set before any is dropped
LEAST = 5  # the same, where the number of all is fixed and small
MOST = 1_000  # of one policy set
COMPARED = 20  # replications of the comparison in the folder
YEAR = 365 * DAY
BASE = Arm()


@dataclass(frozen=True)
class Step:
    """The difference that does not matter, as it was given or is usual."""

    zone: Indifference
    given: bool

    def against(self, baseline: float, measure: Measured) -> float:
        """In the unit of the KPI. Raises InputError: it is nothing."""
        found = self.zone.against(baseline)
        found = found if self.given else round_figure(found)
        if found > 0.0:
            return found
        message = say(
            "State with --indifference which difference of {kpi} does not matter: more than 0, "
            "for example {example}.",
            kpi=measure.name,
            example="1%" if measure.unit == "share" else "5",
        )
        raise wrong("--indifference", message)


@dataclass(frozen=True)
class Question:
    """What is asked, read and checked."""

    measure: Measured
    direction: int
    indifference: Step
    keep: tuple[Keep, ...]
    options: dict[str, Arm]  # by name, the baseline first
    left_out: dict[str, dict[str, str]]  # policies not allowed here, and why, by language
    years: float  # that outcomes are measured over

    @property
    def measures(self) -> tuple[Measured, ...]:
        """What is kept of each replication."""
        asked = (self.measure, COST, *(keep.measure for keep in self.keep))
        return tuple(dict.fromkeys(asked))


def choose(  # noqa: PLR0913 - what a choice can be asked for
    scenario: Path | str,
    policies: Sequence[str] = (),
    kpi: str = "",
    *,
    every: bool = False,
    indifference: str | float | None = None,
    certainty: float = 0.95,
    keep: Sequence[str] = (),
    cost_at_most: str | None = None,
    replications: int | None = None,
    most: int = MOST,
    settings: Sequence[str] = (),
    seed: int = 1,
    engine: str = "compiled",
    workers: int | None = None,
    out: Path | str | None = None,
    checks: bool = True,
    budget: int | None = None,
    notice: Callable[[str], None] | None = None,
    tell: Tell | None = None,
) -> Decision:
    """Choose the best of some policy sets by a KPI. The baseline is always among them.

    Args:
        scenario: its file.
        policies: policy sets, each the names of policies (or files) joined by ``+``.
        kpi: by which, ``backlog.true`` or ``overdue.recorded@tier:street``; it must have a
            direction.
        every: also each single policy that the scenario knows.
        indifference: a difference that does not matter, in the KPI's unit, or in per cent of the
            baseline's value. If not given, what is usual for the KPI (``indifference.usual``).
        certainty: with which the best is chosen, if it leads by the indifference.
        keep: conditions on other outcomes (``keeping.read_keep``).
        cost_at_most: money a year that may be spent beyond the baseline.
        replications: of all policy sets together; then there is no guarantee, but an estimate.
        most: replications of one policy set.
        settings, seed, engine, workers, out, checks, budget, notice: as in ``run``.
        tell: hears how far it is.

    Returns:
        The decision; ``choice.answer_of`` says what its answer holds.

    Raises:
        InputError, Interrupted, WorkerDied: as in ``run``.
    """
    check_numbers(most, seed, workers)
    _check_terms(certainty, most, replications)
    begun = datetime.now().astimezone()
    written = read(scenario)
    question = _question(written, policies, kpi, indifference, every, keep, cost_at_most, settings)
    first = _first(len(question.options), replications)
    asking = Arms(written, (), tuple(settings), seed, engine, workers)
    _check_time(asking, question, replications, budget)
    folder = Path(out) if out is not None else None
    name = written.scenario(settings).name
    with (
        decision_folder(folder, KIND, name) as trials,
        Arms(
            written, question.measures, tuple(settings), seed, engine, workers, trials,
            checks=checks, notice=notice, tell=tell,
        ) as arms,
    ):  # fmt: skip
        race = _Race(arms, question)
        terms = race.terms(first, certainty, most)
        selection = race.select(terms, replications)
        choice = Choice(question.direction, terms, selection, race.facts(selection), question.years)
        answer = answer_of(choice, replications)
        shown = {name: question.options[name] for name in shown_in_comparison(answer)}
        compared = compare_arms(arms, shown, _compared(selection), folder) if shown else None
        asked = _told(question, terms, replications, settings)
        return publish(KIND, arms, asked, answer, begun, folder=folder, comparison=compared)


# ---------------------------------------------------------------- what is asked


def _check_terms(certainty: float, most: int, replications: int | None) -> None:
    if not 0.5 < certainty <= 0.9999:
        message = say("The certainty lies between 50 % and 99.99 %; write for example 95%.")
        raise wrong("--certainty", message)
    if most < FIRST:
        message = say("At least {n} replications of a policy set are needed.", n=FIRST)
        raise wrong("--most", message)
    if replications is not None and replications > MOST_REPLICATIONS:
        check_numbers(replications, 0, None)


def _question(
    written: Written,
    policies: Sequence[str],
    kpi: str,
    indifference: str | float | None,
    every: bool,
    keep: Sequence[str],
    cost_at_most: str | None,
    settings: Sequence[str],
) -> Question:
    baseline = Arms(written, (COST,), tuple(settings)).plan(BASE)
    scopes = Scopes.of(baseline)
    measure = read_measure(kpi, scopes, "--kpi")
    if better(measure) == 0:
        message = say("Neither more nor less of {kpi} is better: nothing is best by it.", kpi=kpi)
        raise wrong("--kpi", message)
    step = _read_indifference(indifference, measure)
    years = (baseline.until - baseline.since) / YEAR
    kept = [read_keep(text, scopes) for text in keep]
    if cost_at_most is not None:
        kept.append(read_cost(cost_at_most, years))
    options, left_out = _options(written, policies, every, settings)
    return Question(measure, better(measure), step, tuple(kept), options, left_out, years)


def _options(
    written: Written, policies: Sequence[str], every: bool, settings: Sequence[str]
) -> tuple[dict[str, Arm], dict[str, dict[str, str]]]:
    """Arms by the names of the policies that they add, each once; and what cannot be had."""
    options, left_out = {"baseline": BASE}, {}
    asked = [parts_of(each) for each in dict.fromkeys(policies)]
    if len(asked) > MOST_SETS:
        message = say("At most {most} policy sets can be chosen from.", most=MOST_SETS)
        raise wrong("--policies", message)
    for parts in asked:
        options |= _option(written, parts, settings)
    for name in written.scenario(settings).policies if every else ():
        if refused := refusal(partial(_option, written, (name,), settings)):
            left_out[name] = refused
        else:
            options |= _option(written, (name,), settings)
    if len(options) < 2:
        message = say("There is nothing to choose from: name policy sets other than the baseline.")
        raise wrong("--policies", message)
    return options, left_out


def _option(written: Written, parts: tuple[str, ...], settings: Sequence[str]) -> dict[str, Arm]:
    scenario = written.scenario(settings, parts)
    added = [name for name in scenario.selected_policies if name not in scenario.in_force]
    return {"+".join(added): Arm(parts)} if added else {}


def _first(count: int, replications: int | None) -> int:
    """Replications of each in the first stage."""
    if replications is None:
        return FIRST
    if replications < LEAST * count:
        message = say(
            "{count} policy sets (with the baseline) need at least {least} replications in all.",
            count=count,
            least=LEAST * count,
        )
        raise wrong("--replications", message)
    return max(LEAST, min(FIRST, replications // (2 * count)))


def _check_time(
    arms: Arms, question: Question, replications: int | None, budget: int | None
) -> None:
    """Refuse what would take far too long even before the first policy set is dropped."""
    plans = [arms.plan(arm) for arm in question.options.values()]
    each = FIRST if replications is None else -(-replications // len(plans))
    engine_called(arms.engine)
    check_budget(plans, each, arms.engine, workers_for(arms.workers), budget)


def _told(
    question: Question,
    terms: Terms,
    replications: int | None,
    settings: Sequence[str],
) -> dict[str, Any]:
    """The question as plain data."""
    return {
        "kpi": question.measure.name,
        "unit": question.measure.unit,
        "direction": question.direction,
        "indifference": terms.indifference,
        "indifference_given": question.indifference.given,
        "certainty": terms.certainty,
        "policies": {name: list(arm.policies) for name, arm in question.options.items()},
        "left_out": question.left_out,
        "keep": [
            {"text": keep.text, "kpi": keep.measure.name, "tolerance": tolerance}
            for keep, tolerance in zip(question.keep, terms.tolerances, strict=True)
        ],
        "first": terms.first,
        "most": terms.most,
        "replications": replications,
        "settings": list(settings),
    }


# ---------------------------------------------------------------- the race


@dataclass(slots=True)
class _Race:
    """The options as numbered arms, and what a selection needs to know of them."""

    arms: Arms
    question: Question
    expected: int = 0
    conditions: tuple[Keep, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.conditions = self.question.keep

    def terms(self, first: int, certainty: float, most: int) -> Terms:
        """The terms, after a first look at the baseline."""
        options = list(self.question.options.values())
        self.expected = first * len(options)
        self.arms.simulate({arm: first for arm in options}, say("first look"), self.expected)
        means = {
            measure: float(np.mean(self._column(measure, BASE, first)))
            for measure in self.question.measures
        }
        self.conditions = tuple(k.with_tolerance(means[k.measure]) for k in self.question.keep)
        return Terms(
            self.question.indifference.against(means[self.question.measure], self.question.measure),
            certainty,
            tuple(keep.tolerance or 0.0 for keep in self.conditions),
            first,
            most,
            2 * workers_for(self.arms.workers),
        )

    def select(self, terms: Terms, replications: int | None) -> Selection:
        """Let them race."""
        count = len(self.question.options)
        if replications is not None:
            self.expected = replications
            return allocate(self.draw, count, replications, terms)
        return select(self.draw, count, terms, self._foretell)

    def draw(self, which: Sequence[int], n: int) -> Floats:
        """As ``selection.Draw``; the baseline is simulated along where it is a measure."""
        options = list(self.question.options.values())
        wanted = {options[arm]: n for arm in which}
        if any(keep.factor for keep in self.conditions):
            wanted[BASE] = n
        self.arms.simulate(wanted, say("comparing"), self.expected)
        return np.stack([self._values(options[arm], n) for arm in which])

    def facts(self, selection: Selection) -> dict[str, dict[str, Any]]:
        """Of each option: its values, the baseline's, the cost of a year beyond it, conditions."""
        found = {}
        for (name, arm), n in zip(
            self.question.options.items(), selection.replications, strict=True
        ):
            both = min(n, self._drawn(BASE, n))
            cost = self._column(COST, arm, both) - self._column(COST, BASE, both)
            values = self._values(arm, n)
            found[name] = {
                "values": self.question.direction * values[:, 0],
                "slack": values[:, 1:],
                "baseline": self._column(self.question.measure, BASE, both),
                "cost": cost / self.question.years,
                "conditions": [keep.text for keep in self.conditions],
                "failures": self.arms.failures(arm, n),
            }
        return found

    def _foretell(self, replications: int) -> None:
        self.expected = max(replications, len(self.arms.kept))

    def _drawn(self, arm: Arm, most: int) -> int:
        """How many replications an arm has, of so many."""
        kept = (r for r in range(most) if (arm.key, r) not in self.arms.kept)
        return next(kept, most)

    def _values(self, arm: Arm, n: int) -> Floats:
        own = self.question.direction * self._column(self.question.measure, arm, n)
        slacks = [
            keep.slack(
                self._column(keep.measure, arm, n),
                self._column(keep.measure, BASE, n) if keep.factor else np.zeros(n),
            )
            for keep in self.conditions
        ]
        return np.stack([own, *slacks], axis=1)

    def _column(self, measure: Measured, arm: Arm, n: int) -> Floats:
        column: Floats = self.arms.values(arm, n)[:, self.arms.measures.index(measure)]
        return column


def _read_indifference(asked: str | float | None, measure: Measured) -> Step:
    """Raises InputError: no such quantity."""
    if asked is None:
        return Step(usual(measure.kpi, measure.unit), given=False)
    if isinstance(asked, str):
        zone = read_indifference(asked, measure.unit)
    else:
        zone = Indifference(float(asked), of_baseline=False)
    step = Step(zone, given=True)
    step.against(1.0, measure)
    return step


def _compared(selection: Selection) -> int:
    return min(COMPARED, *selection.replications)
