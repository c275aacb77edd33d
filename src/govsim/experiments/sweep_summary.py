"""What a sweep comes to: what levers change, in how many samples, and what that depends on.

An arm is a combination of levers. Arms are compared with the first, sample by sample and
replication by replication, since both met the same chance. Where samples are drawn at random, the
interval of a mean difference is over samples; where they were chosen (a grid, a table), it is over
replications, for the mean of just these samples. All outcomes and arms are judged together, and so
are all single samples.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from govsim.experiments.blocks import DONE
from govsim.experiments.certainty import Certainty, Judged, judge
from govsim.experiments.indifference import usual
from govsim.experiments.intervals import Interval, mean_interval
from govsim.experiments.sweep_store import SweepResults
from govsim.outcomes import KPIS
from govsim.outcomes.lookup import Floats, Ints

CHANCE = 0.05  # of a rank correlation to be shown though there is none
CHOSEN = ("grid", "table")  # designs whose samples somebody chose
FEW = 12  # samples that can be shown one by one


class Effect(NamedTuple):
    """What an arm changes of an outcome, against the first arm."""

    outcome: str
    arm: str
    difference: Interval
    certainty: Certainty
    better: float  # share of samples in which it is better; NaN where that means nothing
    low: float  # of 90 % of the samples
    high: float


class Driver(NamedTuple):
    """A factor on which an effect (or an outcome, where there is one arm) depends."""

    outcome: str
    arm: str
    factor: str
    correlation: float  # of ranks, over samples


@dataclass(frozen=True)
class Summary:
    """Values of every arm, sample by sample: means over replications."""

    arms: tuple[str, ...]
    samples: tuple[int, ...]
    outcomes: tuple[str, ...]
    levels: dict[str, Floats]  # by outcome: arms x samples
    apart: dict[str, Floats]  # by outcome: arms x samples x replications, less the first arm
    factors: pd.DataFrame  # numeric uncertainties, one row a sample
    drawn: bool  # whether samples are drawn at random, so that others could have been

    def level(self, outcome: str, arm: int = 0) -> Interval:
        """The mean of an arm, over samples."""
        return mean_interval(self.levels[outcome][arm])

    def spread(self, outcome: str, arm: int = 0) -> tuple[float, float]:
        """Where 90 % of the samples lie."""
        seen = self.levels[outcome][arm]
        return _middle(seen[~np.isnan(seen)])

    def effects(self, outcome: str) -> list[Effect]:
        """What every arm but the first changes."""
        return [self._effect(outcome, place) for place in range(1, len(self.arms))]

    def _effect(self, outcome: str, arm: int) -> Effect:
        seen = _mean(self.apart[outcome][arm])
        seen = seen[~np.isnan(seen)]
        direction = direction_of(outcome)
        better = float(np.mean(direction * seen > 0)) if direction and len(seen) else np.nan
        interval, *_, certainty, _ = self._judged[outcome, arm]
        return Effect(outcome, self.arms[arm], interval, certainty, better, *_middle(seen))

    @cached_property
    def _judged(self) -> dict[tuple[str, int], Judged]:
        """What every arm but the first changes of every outcome."""
        keys = [(o, arm) for o in self.outcomes for arm in range(1, len(self.arms))]
        zones = {(o, arm): self._zone(o, self.level(o).mean) for o, arm in keys}
        return judge({(o, arm): self._entries(o, arm) for o, arm in keys}, zones)

    def _entries(self, outcome: str, arm: int) -> Floats:
        """What an interval is made of: differences by sample, or by replication."""
        pairs = self.apart[outcome][arm]
        return _mean(pairs) if self.drawn else _mean(pairs.T)

    def sure(self, outcome: str, arm: int, sample: int) -> bool:
        """Whether in one sample the arm certainly differs from the first."""
        return self._by_sample[outcome, arm, sample].certain

    @cached_property
    def _by_sample(self) -> dict[tuple[str, int, int], Judged]:
        """The same in every single sample."""
        apart = {
            (outcome, arm, sample): pairs
            for outcome, arms in self.apart.items()
            for arm, samples in enumerate(arms)
            for sample, pairs in enumerate(samples)
            if arm
        }
        zones = {key: self._zone(key[0], self.levels[key[0]][0][key[2]]) for key in apart}
        return judge(apart, zones)

    def _zone(self, outcome: str, level: float) -> float:
        """Which difference of an outcome does not matter, at this level of the first arm."""
        kpi, _, rest = outcome.partition(".")
        return usual(kpi, KPIS[kpi].unit_of(rest.partition("@")[0])).against(level)

    def drivers(self, outcome: str, most: int = 3) -> list[Driver]:
        """The factors on which each arm's effect depends most, beyond chance."""
        arms = range(1, len(self.arms)) if len(self.arms) > 1 else range(1)
        found: list[Driver] = []
        for arm in arms:
            values = _mean(self.apart[outcome][arm]) if arm else self.levels[outcome][0]
            found += self._drivers(outcome, self.arms[arm], values)[:most]
        return found

    def _drivers(self, outcome: str, arm: str, values: Floats) -> list[Driver]:
        seen = ~np.isnan(values)
        n = int(seen.sum())
        if n < 10 or np.ptp(values[seen]) == 0:
            return []
        columns = {str(name): self.factors[name].to_numpy(np.float64) for name in self.factors}
        varied = {name: x for name, x in columns.items() if np.ptp(x[seen]) > 0}
        least = _least_correlation(n, len(varied))
        rows = [
            Driver(outcome, arm, name, rank_correlation(x[seen], values[seen]))
            for name, x in varied.items()
        ]
        strong = [row for row in rows if abs(row.correlation) > least]
        return sorted(strong, key=lambda row: -abs(row.correlation))


def rank_correlation(x: Floats, y: Floats) -> float:
    """Spearman's rank correlation."""
    from scipy.stats import rankdata  # takes long to load, and few ask for it

    return float(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def _least_correlation(n: int, factors: int) -> float:
    """Correlations beyond this are no chance, though there are so many factors (Student's t)."""
    from scipy.special import stdtrit

    t = float(stdtrit(n - 2, 1 - CHANCE / (2 * max(factors, 1))))
    return t / math.sqrt(n - 2 + t * t)


def direction_of(outcome: str) -> int:
    """+1 if more of it is better, -1 if less, 0 if neither."""
    return KPIS[outcome.partition(".")[0]].direction


def _middle(values: Floats) -> tuple[float, float]:
    if not len(values):
        return np.nan, np.nan
    low, high = np.quantile(values, [0.05, 0.95])
    return float(low), float(high)


def _mean(values: Floats) -> Floats:
    """Means over the last axis of what is there; NaN where nothing is."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=-1)
    total = np.where(seen, values, 0.0).sum(axis=-1)
    result: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return result


def summarise(results: SweepResults) -> Summary:
    """The rows of a sweep, finished or not, arm by arm and sample by sample."""
    rows = results.rows(["point", "replication", "status"])
    points = results.points
    arm_of, arms = arms_of(points, [lever["name"] for lever in results.manifest["levers"]])
    samples, sample_of = np.unique(points["sample"].to_numpy(), return_inverse=True)
    done = (rows["status"] == DONE).to_numpy()
    point = rows["point"].to_numpy()[done]
    shape = (len(arms), len(samples), int(results.manifest["replications"]))
    at = (arm_of[point], sample_of[point], rows["replication"].to_numpy()[done])
    levels: dict[str, Floats] = {}
    apart: dict[str, Floats] = {}
    for outcome in results.outcomes:
        values = np.full(shape, np.nan)
        values[at] = results.arrow([outcome])[outcome].to_numpy()[done]
        levels[outcome] = _mean(values)
        apart[outcome] = values - values[:1]
    numeric = [f["name"] for f in results.manifest["uncertainties"] if f["numeric"]]
    factors = points.drop_duplicates("sample").set_index("sample").loc[samples, numeric]
    drawn = results.manifest["design"] not in CHOSEN and len(samples) > 1
    return Summary(
        tuple(arms), tuple(samples.tolist()), results.outcomes, levels, apart, factors, drawn
    )


def arms_of(points: pd.DataFrame, levers: list[str]) -> tuple[Ints, list[str]]:
    """The arm of each point, and the arms' names in the order of their first points."""
    if not levers:
        return np.zeros(len(points), np.int64), [""]
    numbers = np.asarray(points.groupby(levers, sort=False).ngroup(), np.int64)
    _, first = np.unique(numbers, return_index=True)
    return numbers, [_label(levers, points.iloc[int(place)]) for place in first]


def _label(levers: list[str], row: pd.Series) -> str:
    """An arm by its levers: the policy set alone, others as ``name=value``."""
    parts = [
        str(row[name]) if name == "policies" else f"{name.rpartition('.')[2]}={_short(row[name])}"
        for name in levers
    ]
    return ", ".join(parts)


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
