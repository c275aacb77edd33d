"""An experiment: a table of points, each a policy set and some settings of one scenario.

Levers are what a planner decides, uncertainties what nobody knows. Every combination of levers is
looked at under every combination of uncertainties (a sample), so that levers can be compared
sample by sample and replication by replication.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import pyarrow as pa

from govsim.experiments.asked import parts_of
from govsim.experiments.factors import POLICIES, Factor, number
from govsim.experiments.measures import Measured
from govsim.outcomes.lookup import Floats
from govsim.scenario import Scenario, Written


@dataclass(frozen=True, slots=True)
class Experiment:
    """What to simulate: every point is the scenario with ``settings`` and a policy set."""

    file: Path
    name: str
    name_zh: str
    question: str
    question_zh: str
    written: Written
    base: Scenario
    levers: tuple[Factor, ...]
    uncertainties: tuple[Factor, ...]
    design: str
    samples: int  # rows of the design: combinations of uncertainties
    ranks: Floats  # samples x uncertainties
    table: tuple[tuple[int, dict[str, str]], ...]  # of an explicit design: sample, and values
    measures: tuple[Measured, ...]
    replications: int
    seed: int
    fixed: tuple[str, ...] = ()  # settings of every point
    left_out: tuple[str, ...] = ()  # registered ranges whose ends the scenario does not allow

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What is varied, levers first."""
        return (*self.levers, *self.uncertainties)

    @property
    def per_sample(self) -> int:
        """Points of each sample: combinations of levers."""
        return prod(len(lever.ends()) for lever in self.levers)

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.table) or self.samples * self.per_sample

    def point(self, place: int) -> "Point":
        """One of the points: combinations of levers lie side by side for each sample."""
        if self.table:
            return Point.of(*self.table[place], self.fixed)
        sample, combination = divmod(place, self.per_sample)
        values = dict(zip((u.name for u in self.uncertainties), self._drawn(sample), strict=True))
        for lever in reversed(self.levers):
            combination, index = divmod(combination, len(lever.ends()))
            values[lever.name] = lever.ends()[index]
        return Point.of(sample, values, self.fixed)

    def _drawn(self, sample: int) -> list[str]:
        ranks = self.ranks[sample]
        return [u.text(float(rank)) for u, rank in zip(self.uncertainties, ranks, strict=True)]

    def parts(self) -> dict[str, str]:
        """A digest of each thing that results depend on."""
        varied = repr((self.levers, self.uncertainties, self.table, self.fixed))
        measures = ", ".join(measure.name for measure in self.measures)
        return {
            "scenario": self.base.digest(),
            "points": sha256(varied.encode() + self.ranks.tobytes()).hexdigest(),
            "outcomes": sha256(measures.encode()).hexdigest(),
            "replications": str(self.replications),
            "seed": str(self.seed),
        }


@dataclass(frozen=True, slots=True)
class Point:
    """A policy set and some settings; points of one sample differ in levers only."""

    sample: int
    policies: tuple[str, ...]
    settings: tuple[str, ...]
    values: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, sample: int, values: dict[str, str], fixed: Sequence[str]) -> "Point":
        """The point at which factors have these values."""
        policies = parts_of(values[POLICIES]) if POLICIES in values else ()
        settings = (f"{name}={text}" for name, text in values.items() if name != POLICIES)
        return cls(sample, policies, (*fixed, *sorted(settings)), tuple(sorted(values.items())))


def points_table(experiment: Experiment, first: int, after: int) -> pa.Table:
    """Some points as a table: point, sample, a column for each factor, and the settings."""
    points = [experiment.point(place) for place in range(first, after)]
    columns: dict[str, pa.Array] = {
        "point": pa.array(np.arange(first, after, dtype=np.int64)),
        "sample": pa.array([point.sample for point in points], pa.int64()),
    }
    for factor in experiment.factors:
        texts = [dict(point.values)[factor.name] for point in points]
        columns[factor.name] = (
            pa.array([number(text) for text in texts], pa.float64())
            if factor.numeric
            else pa.array(texts, pa.string())
        )
    settings = [list(point.settings) for point in points]
    columns["settings"] = pa.array(settings, pa.list_(pa.string()))
    return pa.table(columns)


def combinations(levers: Sequence[Factor]) -> list[tuple[str, ...]]:
    """Every combination of the levers' values, in the order of the points of a sample."""
    return list(product(*(lever.ends() for lever in levers)))
