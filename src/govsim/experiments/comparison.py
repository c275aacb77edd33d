"""What policy sets come to against each other, KPI by KPI: paired, and adjusted for how many.

Replication by replication all policy sets met the same chance, so that differences are taken
within replications. Limits are simultaneous over all pairs of policy sets of a KPI (Bonferroni):
with 95 % confidence all of them hold at once.
"""

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from govsim.experiments.best import probability_best
from govsim.experiments.intervals import Interval, many, mean_interval, paired_difference
from govsim.experiments.results import Results
from govsim.outcomes import KPIS
from govsim.outcomes.lookup import Floats

COLUMNS = pa.schema(
    [
        ("kpi", pa.string()),
        ("side", pa.string()),
        ("policy_set", pa.string()),
        ("unit", pa.string()),
        ("mean", pa.float64()),  # of the policy set
        ("mean_low", pa.float64()),
        ("mean_high", pa.float64()),
        ("difference", pa.float64()),  # to the first policy set; none for the first itself
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("replications", pa.int32()),  # that both have a value in
        ("unpaired", pa.float64()),  # half width, had each policy set met its own chance
        ("best", pa.float64()),  # probability; none where neither more nor less is better
    ]
)


class Question(NamedTuple):
    """A KPI and a side of it."""

    kpi: str
    side: str


class Compared(NamedTuple):
    """The values of one question: policy sets x the replications that all of them have."""

    policy_sets: tuple[str, ...]
    values: Floats

    def difference(self, one: int, other: int) -> Interval:
        """One policy set less another, simultaneous over all pairs."""
        each = many(comb(len(self.policy_sets), 2))
        return paired_difference(self.values[one], self.values[other], each)

    def alike(self) -> list[tuple[str, str]]:
        """Pairs of policy sets that cannot be told apart."""
        return [
            (self.policy_sets[one], self.policy_sets[other])
            for one, other in combinations(range(len(self.policy_sets)), 2)
            if not self.difference(one, other).excludes_zero()
        ]

    def best(self, direction: int) -> Floats:
        """The probability that each policy set has the best mean; NaN where that is unknown."""
        seen = self.values[:, ~np.isnan(self.values).any(axis=0)]
        if direction == 0 or seen.shape[1] < 2:
            return np.full(len(self.policy_sets), np.nan)
        chances: Floats = probability_best(seen, direction)
        return chances

    def unpaired(self, place: int) -> float:
        """The half width of the difference to the first, had chance not been shared."""
        pair = np.stack([self.values[0], self.values[place]])
        pair = pair[:, ~np.isnan(pair).any(axis=0)]
        if pair.shape[1] < 2:
            return float("nan")
        paired = self.difference(place, 0)
        spread = float(np.std(pair[1] - pair[0], ddof=1))
        apart = float(np.sqrt(np.var(pair, axis=1, ddof=1).sum()))
        return (paired.high - paired.mean) * apart / spread if spread > 0 else apart * np.inf


class Best(NamedTuple):
    """Which policy set is best by a question, as far as the replications can tell."""

    question: Question
    policy_set: str  # with the best chance to have the best mean; empty where nothing is known
    chance: float
    rivals: tuple[str, ...]  # that cannot be told apart from it
    told: bool  # whether anything at all can be told apart from it

    @property
    def sure(self) -> bool:
        """Whether it can be told apart from all others."""
        return bool(self.policy_set) and not self.rivals


def best_by(results: Results, question: Question) -> Best | None:
    """The best policy set by a question; None where neither more nor less is better, or these
    results say nothing about it.
    """
    answer = compared(results, question)
    direction = KPIS[question.kpi].direction
    if answer is None or not direction:
        return None
    chances = answer.best(direction)
    if np.isnan(chances).any():
        return Best(question, "", float("nan"), (), told=False)
    first = int(np.argmax(chances))
    name = answer.policy_sets[first]
    rivals = tuple(
        other if one == name else one for one, other in answer.alike() if name in (one, other)
    )
    told = len(rivals) < len(answer.policy_sets) - 1
    return Best(question, name, float(chances[first]), rivals, told)


def questions(*, headline: bool = False) -> list[Question]:
    """Every KPI and side, in the registry's order."""
    return [
        Question(name, side)
        for name, kpi in KPIS.items()
        if kpi.headline or not headline
        for side in kpi.sides()
    ]


def compared(results: Results, question: Question) -> Compared | None:
    """The values of a question; None where these results have none."""
    found = [results.city.get((name, *question)) for name in results.policy_sets]
    rows = [values for values in found if values is not None]
    if len(rows) < len(found):
        return None
    shared = sorted(set.intersection(*(set(values) for values in rows)))
    if not shared:
        return None
    return Compared(results.policy_sets, np.array([[v[r] for r in shared] for v in rows]))


def comparison_table(results: Results, asked: Sequence[Question] | None = None) -> pa.Table:
    """All policy sets of some results by these questions, all if not given."""
    rows = []
    for question in questions() if asked is None else asked:
        answer = compared(results, question)
        if answer is not None:
            rows += _rows(question, answer)
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, COLUMNS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=COLUMNS)


def _rows(question: Question, answer: Compared) -> list[tuple[object, ...]]:
    kpi = KPIS[question.kpi]
    best = answer.best(kpi.direction)
    rows: list[tuple[object, ...]] = []
    for place, name in enumerate(answer.policy_sets):
        own = mean_interval(answer.values[place])
        change = answer.difference(place, 0) if place else Interval(*3 * (np.nan,), own.n)
        unpaired = answer.unpaired(place) if place else np.nan
        rows.append(
            (*question, name, kpi.unit_of(question.side), *own[:3], *change, unpaired, best[place])
        )
    return rows


def paired_gain(table: pd.DataFrame) -> pd.Series:
    """How much narrower pairing makes each interval of a comparison: 2 for half as wide."""
    half = table["high"] - table["difference"]
    gain: pd.Series = table["unpaired"] / half.where(half > 0)
    return gain
