"""What policy sets come to against each other, KPI by KPI: paired, and judged all together.

Replication by replication all policy sets met the same chance, so that differences are taken
within replications. Intervals are 95 % intervals each by itself; what is called certain is so for
all that is compared on a screen (``judged``; the rule is in ``certainty.py``).
"""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from govsim.experiments.best import probability_best
from govsim.experiments.certainty import Certainty, Judged, few_events, few_moved, judge
from govsim.experiments.indifference import zone
from govsim.experiments.intervals import Interval, mean_interval
from govsim.outcomes import KPIS
from govsim.outcomes.lookup import Floats

if TYPE_CHECKING:
    from govsim.experiments.results import Results

PRICES = ("hours", "yuan")  # what a policy costs is not what it brings: nothing is best by it

COLUMNS = pa.schema(
    [
        ("kpi", pa.string()),
        ("side", pa.string()),
        ("policy_set", pa.string()),
        ("unit", pa.string()),
        ("mean", pa.float64()),  # of the policy set
        ("mean_low", pa.float64()),
        ("mean_high", pa.float64()),
        ("few", pa.bool_()),  # whether few events stand behind it
        ("difference", pa.float64()),  # to the first policy set; none for the first itself
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("replications", pa.int32()),  # that both have a value in
        ("p", pa.float64()),  # of the difference, by itself
        ("adjusted", pa.float64()),  # for all headline KPIs together, or all the other ones
        ("certainty", pa.string()),  # certain, leaning, open or same; none for the first itself
        ("indifference", pa.float64()),  # what does not matter
        ("few_moved", pa.bool_()),  # whether few events or replications stand behind the difference
        ("unpaired", pa.float64()),  # half width, had each policy set met its own chance
        ("best", pa.float64()),  # probability; none where neither more nor less is better
    ]
)


class Question(NamedTuple):
    """A KPI and a side of it."""

    kpi: str
    side: str

    @property
    def names_a_best(self) -> bool:
        """Whether one asks which policy set is best by it."""
        kpi = KPIS[self.kpi]
        return kpi.direction != 0 and kpi.unit_of(self.side) not in PRICES


class Pair(NamedTuple):
    """A policy set less another, by a question."""

    question: Question
    one: str
    other: str


class Compared(NamedTuple):
    """The values of one question: policy sets x the replications that all of them have."""

    policy_sets: tuple[str, ...]
    values: Floats

    def less(self, one: str, other: str) -> Floats:
        """One policy set less another, replication by replication."""
        return self.of(one) - self.of(other)

    def of(self, policy_set: str) -> Floats:
        """The values of one policy set."""
        row: Floats = self.values[self.policy_sets.index(policy_set)]
        return row

    def best(self, direction: int) -> Floats:
        """The probability that each policy set has the best mean; NaN where that is unknown."""
        seen = self.values[:, ~np.isnan(self.values).any(axis=0)]
        if direction == 0 or seen.shape[1] < 2:
            return np.full(len(self.policy_sets), np.nan)
        chances: Floats = probability_best(seen, direction)
        return chances

    def leader(self, direction: int) -> str:
        """The policy set with the best mean over the replications in which all have a value."""
        seen = self.values[:, ~np.isnan(self.values).any(axis=0)]
        return self.policy_sets[int(np.argmax(direction * seen.mean(axis=1)))]

    def unpaired(self, place: int) -> float:
        """The half width of the difference to the first, had chance not been shared."""
        pair = np.stack([self.values[0], self.values[place]])
        pair = pair[:, ~np.isnan(pair).any(axis=0)]
        if pair.shape[1] < 2:
            return float("nan")
        paired = mean_interval(pair[1] - pair[0])
        spread = float(np.std(pair[1] - pair[0], ddof=1))
        apart = float(np.sqrt(np.var(pair, axis=1, ddof=1).sum()))
        return _half(paired) * apart / spread if spread > 0 else apart * np.inf


def _half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2.0


# ---------------------------------------------------------------- judging


class Screen(NamedTuple):
    """Everything that is compared on one screen, judged together."""

    pairs: dict[Pair, Judged]

    def less(self, question: Question, one: str, other: str) -> Judged:
        """One policy set less another."""
        found = self.pairs.get(Pair(question, one, other))
        return found if found is not None else self.pairs[Pair(question, other, one)].turned()

    @property
    def comparisons(self) -> int:
        """How many there are, of those that chance plays a part in."""
        return sum(not np.isnan(judged.p) for judged in self.pairs.values())


def judged(results: "Results", asked: Sequence[Question]) -> Screen:
    """The policy sets of some results by these questions: all against the first, and where one asks
    which is best, each against each.
    """
    differences: dict[Pair, Floats] = {}
    zones: dict[Pair, float] = {}
    stated = results.manifest.get("indifference", {})
    first = results.policy_sets[0]
    for question in asked:
        answer = compared(results, question)
        if answer is None:
            continue
        allowed = zone(*question, mean_interval(answer.of(first)).mean, stated)
        for other, one in combinations(results.policy_sets, 2):
            if other == first or question.names_a_best:
                pair = Pair(question, one, other)
                differences[pair], zones[pair] = answer.less(one, other), allowed
    return Screen(judge(differences, zones))


class Best(NamedTuple):
    """Which policy set is best by a question, as far as the replications can tell."""

    question: Question
    policy_set: str  # with the best mean; empty where nothing is known
    chance: float  # that it really is the best one
    certainty: Certainty  # that it is best
    equals: tuple[str, ...] = ()  # that are the same for practical purposes
    rivals: tuple[str, ...] = ()  # that may be as good, or better

    @property
    def sure(self) -> bool:
        """Whether it alone is certain to be the best."""
        return self.certainty == Certainty.CERTAIN and not self.equals


def best_by(results: "Results", question: Question) -> Best | None:
    """The best policy set by a headline question; None where neither more nor less is better, or
    these results say nothing about it.
    """
    answer = compared(results, question)
    direction = KPIS[question.kpi].direction
    if answer is None or not direction:
        return None
    chances = answer.best(direction)
    if np.isnan(chances).any():
        return Best(question, "", float("nan"), Certainty.OPEN)
    name = answer.leader(direction)
    chance = float(chances[answer.policy_sets.index(name)])
    others = [other for other in answer.policy_sets if other != name]
    return _ahead(results.screen, Best(question, name, chance, Certainty.SAME), others)


def _ahead(screen: Screen, leader: Best, others: Sequence[str]) -> Best:
    """How certain it is that the leader is best, by what can be said against each other one."""
    question, name = leader.question, leader.policy_set
    found = {other: screen.less(question, name, other).certainty for other in others}

    def of(*kinds: Certainty) -> tuple[str, ...]:
        return tuple(other for other, certainty in found.items() if certainty in kinds)

    certainty = next(
        (c for c in (Certainty.OPEN, Certainty.LEANING, Certainty.CERTAIN) if c in found.values()),
        Certainty.SAME,
    )
    rivals = of(Certainty.OPEN, Certainty.LEANING)
    return leader._replace(certainty=certainty, equals=of(Certainty.SAME), rivals=rivals)


def verdicts(results: "Results") -> list[Best]:
    """The best by every headline KPI that is not a price, where anything is known of it."""
    asked = [question for question in questions(headline=True) if question.names_a_best]
    return [best for question in asked if (best := best_by(results, question)) is not None]


# ---------------------------------------------------------------- as tables


def questions(*, headline: bool = False) -> list[Question]:
    """Every KPI and side, in the registry's order."""
    return [
        Question(name, side)
        for name, kpi in KPIS.items()
        if kpi.headline or not headline
        for side in kpi.sides()
    ]


def compared(results: "Results", question: Question) -> Compared | None:
    """The values of a question; None where these results have none."""
    found = [results.city.get((name, *question)) for name in results.policy_sets]
    rows = [values for values in found if values is not None]
    if len(rows) < len(found):
        return None
    shared = sorted(set.intersection(*(set(values) for values in rows)))
    if not shared:
        return None
    return Compared(results.policy_sets, np.array([[v[r] for r in shared] for v in rows]))


def comparison_table(results: "Results", asked: Sequence[Question] | None = None) -> pa.Table:
    """All policy sets of some results by these questions, all if not given."""
    wanted = questions() if asked is None else asked
    beyond = judged(results, [q for q in wanted if not KPIS[q.kpi].headline])
    rows = []
    for question in wanted:
        answer = compared(results, question)
        if answer is not None:
            screen = results.screen if KPIS[question.kpi].headline else beyond
            rows += _rows(results, question, answer, screen)
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, COLUMNS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=COLUMNS)


def _rows(
    results: "Results", question: Question, answer: Compared, screen: Screen
) -> list[tuple[object, ...]]:
    kpi = KPIS[question.kpi]
    unit, first = kpi.unit_of(question.side), answer.policy_sets[0]
    best = answer.best(kpi.direction)
    rows: list[tuple[object, ...]] = []
    few = [few_events(answer.of(s), unit, results.cases(s)) for s in answer.policy_sets]
    for place, name in enumerate(answer.policy_sets):
        own = mean_interval(answer.of(name))
        change = _change(screen.less(question, name, first)) if place else _no_change(own.n)
        rests_on_few = (few[place] and few[0]) or few_moved(answer.less(name, first))
        moved = rests_on_few if place else None
        unpaired = answer.unpaired(place) if place else np.nan
        own_few = (*own[:3], few[place])
        rows.append((*question, name, unit, *own_few, *change, moved, unpaired, best[place]))
    return rows


def _change(judged: Judged) -> tuple[object, ...]:
    certainty = str(judged.certainty)
    return (*judged.interval, judged.p, judged.adjusted, certainty, judged.indifference)


def _no_change(replications: int) -> tuple[object, ...]:
    return (np.nan, np.nan, np.nan, replications, np.nan, np.nan, None, np.nan)


def paired_gain(table: pd.DataFrame) -> pd.Series:
    """How much narrower pairing makes each interval of a comparison: 2 for half as wide."""
    half = (table["high"] - table["low"]) / 2.0
    gain: pd.Series = table["unpaired"] / half.where(half > 0)
    return gain
