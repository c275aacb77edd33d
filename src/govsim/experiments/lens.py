"""The lens: stored runs scored by the official formulas, and where their rankings part ways.

Nothing is simulated anew. Policy sets are compared replication by replication, since they met the
same chance; so runs can be looked at together only if they are of the same scenario and seed. All
rows and pairs are judged together: in at most one of twenty is any called ahead by chance alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from govsim.errors import Finding, InputError
from govsim.experiments.certainty import Judged, judge
from govsim.experiments.indifference import usual_of
from govsim.experiments.intervals import Interval, mean_interval
from govsim.experiments.results import Filter, Results
from govsim.language import say
from govsim.outcomes.delays import FATES
from govsim.outcomes.formulas import EQUAL, LENS, YARDSTICKS, Weights
from govsim.outcomes.lookup import Floats
from govsim.outcomes.survival import done_by, incidence

TRULY = "truly_resolved"  # the yardstick of which formulas are an opinion

Scores = dict[tuple[str, str], Floats]  # (row, policy set): one number a replication


class Ahead(NamedTuple):
    """What two policy sets come to, one against the other, by every row."""

    one: str
    other: str
    for_one: tuple[str, ...]  # rows that put the first ahead for certain
    for_other: tuple[str, ...]

    @property
    def flips(self) -> bool:
        """Whether rows certainly disagree."""
        return bool(self.for_one and self.for_other)


@dataclass(frozen=True)
class Lens:
    """Scores of policy sets under every formula, and in truth."""

    policy_sets: tuple[str, ...]
    replications: int
    scores: Scores

    def mean(self, formula: str, policy_set: str) -> Interval:
        """The mean over replications, with its interval."""
        return mean_interval(self.scores[formula, policy_set])

    def gain(self, formula: str, policy_set: str) -> Judged:
        """The paired difference to the first policy set."""
        return self._judged[formula, policy_set, self.policy_sets[0]]

    def against_the_truth(self, formula: str) -> bool:
        """Whether it certainly puts ahead what the truth certainly puts behind."""
        return any(
            {formula, TRULY} & set(pair.for_one) and {formula, TRULY} & set(pair.for_other)
            for pair in self.pairs()
        )

    def rank(self, formula: str, policy_set: str) -> int | None:
        """1 for the best mean; None where there is nothing to score."""
        means = {name: self.mean(formula, name).mean for name in self.policy_sets}
        own = means[policy_set]
        if np.isnan(own):
            return None
        return 1 + sum(other > own for other in means.values())

    def pairs(self) -> tuple[Ahead, ...]:
        """Every two policy sets, one against the other."""
        return tuple(self._pair(*two) for two in combinations(self.policy_sets, 2))

    def _pair(self, one: str, other: str) -> Ahead:
        ahead: dict[bool, list[str]] = {True: [], False: []}
        for name in rows():
            behind = self._judged[name, other, one]
            if behind.certain:
                ahead[behind.interval.mean < 0.0].append(name)
        return Ahead(one, other, tuple(ahead[True]), tuple(ahead[False]))

    @cached_property
    def _judged(self) -> dict[tuple[str, str, str], Judged]:
        """By row every later policy set less an earlier one."""
        keys = [
            (name, one, other)
            for name in rows()
            for other, one in combinations(self.policy_sets, 2)
        ]
        scores = self.scores
        zones = {key: self._zone(key[0]) for key in keys}
        apart = {(n, one, other): scores[n, one] - scores[n, other] for n, one, other in keys}
        return judge(apart, zones)

    def _zone(self, row: str) -> float:
        """Which difference of a row does not matter."""
        unit = LENS[row].unit if row in LENS else "share"
        return usual_of(unit).against(self.mean(row, self.policy_sets[0]).mean)


def rows() -> tuple[str, ...]:
    """The rows of the lens: the formulas, then the yardsticks."""
    return (*LENS, *YARDSTICKS)


def look(runs: Sequence[Results], weights: Weights = EQUAL) -> Lens:
    """Score the policy sets of some runs.

    Args:
        runs: results of the same scenario and seed; a policy set in several is taken once.
        weights: of Beijing's three rates.

    Raises:
        InputError: runs that have nothing in common, or lack what a formula needs.
    """
    _check_weights(weights)
    _check_alike(runs)
    found = _homes(runs)
    sets = tuple(found)
    shared = sorted(set.intersection(*(set(found[name].manifest["done"][name]) for name in sets)))
    if not shared:
        raise _wrong(runs[0], say("These runs have no finished replication in common."))
    scores: Scores = {}
    for name in sets:
        stored = _Run(found[name], name, shared, weights)
        scores |= {(formula.name, name): formula.compute(stored) for formula in LENS.values()}
        scores |= {(row, name): stored.kpi(y.kpi, "true") for row, y in YARDSTICKS.items()}
    return Lens(sets, len(shared), scores)


def _homes(runs: Sequence[Results]) -> dict[str, Results]:
    """The run that each policy set is taken from."""
    found: dict[str, Results] = {}
    for run in runs:
        for name in run.policy_sets:
            if found.setdefault(name, run) is not run and not _same(name, found[name], run):
                message = say(
                    "{policy_set} came to something else in {first}: its parameters differ.",
                    policy_set=name,
                    first=found[name].folder,
                )
                raise _wrong(run, message)
    return found


def _same(policy_set: str, one: Results, other: Results) -> bool:
    """Whether what two runs have in common of a policy set is the same to the last bit."""
    key = (policy_set, YARDSTICKS[TRULY].kpi, "true")
    mine, its = (run.city.get(key, {}) for run in (one, other))
    shared = [r for r in mine if r in its]
    left, right = (np.array([values[r] for r in shared], np.float64) for values in (mine, its))
    return np.array_equal(left, right, equal_nan=True)


class _Run:
    """One policy set of a run, as formulas want to see it (``formulas.Stored``)."""

    def __init__(
        self, results: Results, policy_set: str, replications: Sequence[int], weights: Weights
    ) -> None:
        self.weights = weights
        self._results = results
        self._policy_set = policy_set
        self._replications = replications

    def kpi(self, name: str, side: str = "recorded") -> Floats:
        by_replication = self._results.city.get((self._policy_set, name, side))
        if by_replication is None:
            message = say("{kpi} is not in these results. Run the scenario again.", kpi=name)
            raise _wrong(self._results, message)
        return np.array([by_replication[r] for r in self._replications], np.float64)

    def closed_within(self, days: int) -> Floats:
        names = ["replication", "days_mid", *FATES]
        here = {"clock": "resolution", "tier": "all", "policy_set": self._policy_set}
        wanted: list[Filter] = [(column, "=", value) for column, value in here.items()]
        delays = self._results.some("delays", wanted, names)
        frame = pd.DataFrame({name: delays[name].to_numpy() for name in names})
        frame = frame.sort_values("days_mid")  # a bucket that the limit cuts: where its middle lies
        rows = {number: rows for number, rows in frame.groupby("replication")}
        return np.array([_done_by(rows.get(number), days) for number in self._replications])


def _done_by(rows: pd.DataFrame | None, days: int) -> float:
    if rows is None:
        return float("nan")
    return done_by(incidence(rows["days_mid"], *(rows[fate] for fate in FATES)), days)


# ---------------------------------------------------------------- what can be looked at together


def _check_weights(weights: Weights) -> None:
    if min(weights) < 0.0 or not 0.0 < sum(weights) < float("inf"):
        message = say("Weights are numbers from 0 on, not all of them 0.")
        raise InputError([Finding("--weights", "", message)])


def _check_alike(runs: Sequence[Results]) -> None:
    first, *others = runs
    findings = [
        Finding(
            str(run.folder),
            "",
            say(
                "This run is not of the same {what} as {first}; they cannot be ranked together.",
                what=", ".join(differences),
                first=first.folder,
            ),
        )
        for run in others
        if (differences := list(_differences(first, run)))
    ]
    if findings:
        raise InputError(findings)


def _differences(one: Results, other: Results) -> Iterator[str]:
    mine, its = (run.manifest["scenario"] for run in (one, other))
    if any(mine.get(fact) != its.get(fact) for fact in ("name", "ground")):
        yield say("scenario")
    if one.seed != other.seed:
        yield say("seed")


def _wrong(run: Results, message: str) -> InputError:
    return InputError([Finding(str(run.folder), "", message)])
