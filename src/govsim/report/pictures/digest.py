"""What the pictures of a report need of some results: read once, added up once, shared by all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from govsim.errors import Finding, InputError
from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparing import COMPARISON, HISTORIES
from govsim.experiments.comparison import (
    COLUMNS,
    Best,
    Question,
    comparison_table,
    questions,
    verdicts,
)
from govsim.experiments.intervals import SKEWED_FROM, Interval, mean_interval, reaches
from govsim.experiments.results import Filter
from govsim.experiments.store import SCENARIO
from govsim.experiments.stories import Stories, stories
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.outcomes.delays import FATES
from govsim.outcomes.survival import incidence, known
from govsim.report import style, words
from govsim.report.curves import ALL_TIERS, never_falling
from govsim.scenario import compile_plan, load

Floats = NDArray[np.float64]

CURVES_FROM = 100  # replications at most that curves and places are drawn from; KPIs use all
NAMED = 4  # policies that have a colour of their own where there are more than five
MAIN = Question("resolution_rate", "true")  # by which the policy to look at closely is chosen
SURE = 0.05


class Line(NamedTuple):
    """A mean over replications with its 95 % limits; NaN where there are none."""

    x: Floats
    mean: Floats
    low: Floats
    high: Floats


class Row(NamedTuple):
    """What a policy set came to by a question, and what it changed against the first one."""

    certainty: Certainty | None  # of the change; None for the first
    mean: float
    low: float
    high: float
    change: float  # NaN for the first
    change_low: float
    change_high: float
    best: float  # the probability that it is best; NaN where that is unknown

    @property
    def certain(self) -> bool:
        """Whether it certainly changed."""
        return self.certainty == Certainty.CERTAIN


class Office(NamedTuple):
    """An office and the number of its tier, lowest first."""

    name: str
    tier: int


@dataclass
class Digest:
    """Results, read as little as possible. Make one and give it to every picture."""

    results: Results
    picked: str | None = None  # the policy set to look at closely; else the best one is taken

    @classmethod
    def of(cls, results: "Results | Digest") -> "Digest":
        """The digest of some results, or the digest itself."""
        return results if isinstance(results, Digest) else cls(results)

    # ------------------------------------------------------------ who

    @property
    def policy_sets(self) -> tuple[str, ...]:
        """What was run, the baseline first."""
        return self.results.policy_sets

    @property
    def base(self) -> str:
        """The policy set that others are compared with."""
        return self.policy_sets[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The other policy sets."""
        return self.policy_sets[1:]

    @cached_property
    def chosen(self) -> str | None:
        """The policy set to look at closely: the one picked; else, of those beside the first, the
        one that is most probably best in truly resolving; None where there is only one.
        """
        if self.picked in self.policy_sets:
            return self.picked
        return self.ranked[0] if self.ranked else None

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The other policy sets, the one that truly resolves most first."""
        rows = self.rows.get(MAIN, {})
        return tuple(sorted(self.others, key=lambda name: -_known(rows, name)))

    @cached_property
    def colours(self) -> dict[str, str]:
        """A colour for each policy set, the same in every picture.

        Five colours can be told apart. Where there are more policies, those that resolve most
        (``NAMED``) have one, and the others are grey and go by their names.
        """
        if not self.others:
            return {self.base: style.POLICY_COLOURS[0]}
        few = len(self.others) <= len(style.POLICY_COLOURS)
        named = self.others if few else [n for n in self.others if n in self._front]
        found = dict.fromkeys(self.policy_sets, style.FAINT) | {self.base: style.BASELINE}
        return found | dict(zip(named, style.POLICY_COLOURS, strict=False))

    @property
    def _front(self) -> tuple[str, ...]:
        ranked = self.ranked
        if self.chosen in ranked:
            ranked = (self.chosen, *(name for name in ranked if name != self.chosen))
        return ranked[:NAMED]

    @property
    def named(self) -> tuple[str, ...]:
        """The policy sets that have a colour, the first one among them."""
        return tuple(name for name in self.policy_sets if self.colours[name] != style.FAINT)

    @property
    def pair(self) -> tuple[str, ...]:
        """The baseline and the policy set to look at closely, or what there is."""
        return (self.base,) if self.chosen is None else (self.base, self.chosen)

    def ink(self, name: str) -> str:
        """The colour of a policy set's name in words."""
        colour = self.colours[name]
        return style.TEXT if colour in {style.BASELINE, style.FAINT} else colour

    # ------------------------------------------------------------ the city's KPIs

    @cached_property
    def rows(self) -> dict[Question, dict[str, Row]]:
        """The headline questions (and the time KPIs), by policy set."""
        found: dict[Question, dict[str, Row]] = {}
        for row in self._compared().to_pylist():
            numbers = (_number(row[name]) for name in _COMPARED)
            certainty = Certainty(row["certainty"]) if row["certainty"] else None
            key = Question(row["kpi"], row["side"])
            found.setdefault(key, {})[row["policy_set"]] = Row(certainty, *numbers)
        return found

    @cached_property
    def verdicts(self) -> list[Best]:
        """The best policy set by every headline KPI that is not a price."""
        return verdicts(self.results)

    def _compared(self) -> pa.Table:
        folder = self.results.folder
        path = folder / COMPARISON if folder else None
        if path is not None and path.exists():
            with _readable(str(path)):
                stored = pq.read_table(path)
            if stored.schema.equals(COLUMNS):  # else from before they were judged together
                return stored
        return comparison_table(self.results, questions(headline=True))

    def values(self, kpi: str, side: str, policy_set: str) -> Floats:
        """A KPI of the city, one number a replication in their order; may hold NaN."""
        found = self.results.city.get((policy_set, kpi, side), {})
        return np.array([found[r] for r in sorted(found)], np.float64)

    def city(self, kpi: str, side: str, policy_set: str) -> Interval:
        """The mean of a KPI of the city with its limits."""
        return mean_interval(self.values(kpi, side, policy_set))

    def cost(self, policy_set: str) -> tuple[Interval, Interval]:
        """Yuan a year: all of it, and what it is more than the first's, replication by
        replication.
        """
        share = (self.results.days - self.results.warm_up) / 365.0
        own = self.values("cost", "recorded", policy_set) / share
        base = self.values("cost", "recorded", self.base) / share
        shared = min(len(own), len(base))
        return mean_interval(own), mean_interval(own[:shared] - base[:shared])

    # ------------------------------------------------------------ over time

    @cached_property
    def replications_drawn(self) -> int:
        """How many replications curves are drawn from."""
        return min(self.results.replications, CURVES_FROM)

    @cached_property
    def _series(self) -> dict[tuple[str, ...], Floats]:
        """(measure, side, policy set) -> replications x weeks, of all tiers together."""
        wanted: list[Filter] = [("tier", "=", ALL_TIERS), ("replication", "<", CURVES_FROM)]
        columns = ["measure", "side", "policy_set", "replication", "week", "value"]
        table = self.results.some("series", wanted, columns)
        return _cubes(table, ["measure", "side", "policy_set"], ["replication", "week"])

    def weekly(self, measure: str, side: str, policy_set: str) -> Line | None:
        """A weekly measure of the whole city; x is days since the start, at each week's end."""
        block = self._series.get((measure, side, policy_set))
        if block is None:
            return None
        weeks = block.shape[1]
        ends = np.minimum(7.0 * np.arange(1, weeks + 1), float(self.results.days))
        return _over_rows(ends, block)

    # ------------------------------------------------------------ by tier and office

    @cached_property
    def _tiers(self) -> dict[tuple[str, str, str, str], Interval]:
        """(kpi, side, policy set, tier) -> mean and limits."""
        columns = ["kpi", "side", "policy_set", "scope_id", "value"]
        wanted: list[Filter] = [("scope", "=", "tier"), ("kpi", "=", "reply_on_time")]
        wanted.append(("replication", "<", CURVES_FROM))
        frame = self.results.some("kpis", wanted, columns).to_pandas()
        groups = frame.groupby(columns[:-1], observed=True, sort=False)["value"]
        return {key: mean_interval(values) for key, values in groups}

    def by_tier(self, kpi: str, side: str, policy_set: str, tier: str) -> Interval | None:
        """A KPI of a tier over replications; None where it has none."""
        found = self._tiers.get((kpi, side, policy_set, tier))
        return found if found is not None and found.n else None

    @cached_property
    def loads(self) -> dict[str, dict[str, float]]:
        """Policy set -> office -> mean utilisation; without offices that have no duty hours."""
        wanted: list[Filter] = [("scope", "=", "office"), ("kpi", "=", "utilisation")]
        wanted.append(("replication", "<", CURVES_FROM))
        columns = ["policy_set", "scope_id", "value"]
        frame = self.results.some("kpis", wanted, columns).to_pandas()
        means = frame.groupby(columns[:2], observed=True, sort=False)["value"].mean().dropna()
        found: dict[str, dict[str, float]] = {}
        for (policy_set, office), value in means.items():
            found.setdefault(policy_set, {})[office] = float(value)
        return found

    @cached_property
    def offices(self) -> tuple[Office, ...]:
        """The offices of the scenario; none where it is not at hand."""
        folder = self.results.folder
        if folder is None or not (folder / SCENARIO).exists():
            return ()
        plan = compile_plan(load(folder / SCENARIO))
        return tuple(Office(office.name, office.tier) for office in plan.offices)

    # ------------------------------------------------------------ how long it takes

    @cached_property
    def _delays(self) -> dict[tuple[str, ...], tuple[Floats, list[Floats]]]:
        """(clock, policy set) -> ends of buckets in days; by fate, replications x buckets. All
        tiers together.
        """
        wanted: list[Filter] = [("tier", "=", ALL_TIERS), ("replication", "<", CURVES_FROM)]
        columns = ["clock", "policy_set", "replication", "to_seconds", *FATES]
        table = self.results.some("delays", wanted, columns)
        return {key: _buckets(table, rows) for key, rows in _split(table, columns[:2])}

    def done_within(self, clock: str, policy_set: str) -> Line | None:
        """The share of all that is done within so many days: x is days.

        As in ``curves.share_done``: it ends where the first replication knows no more.
        """
        found = self._delays.get((clock, policy_set))
        if found is None:
            return None
        days, fates = found
        curve = incidence(days, *fates)
        there = curve.at_risk[:, 0] > 0  # replications with any case
        everybody = known(curve)[there].all(axis=0)
        line = _over_rows(days, np.where(everybody, curve.done[there], np.nan))
        low, high = (np.clip(limit, 0.0, 1.0)[everybody] for limit in (line.low, line.high))
        line.low[everybody], line.high[everybody] = never_falling(low, high)
        return Line(*(np.insert(column, 0, 0.0) for column in line))

    def ages(self, policy_set: str) -> tuple[Floats, Floats] | None:
        """Cases open at the end, of all replications drawn: days of age, and how many."""
        found = self._delays.get(("age", policy_set))
        if found is None:
            return None
        days, fates = found
        return days, fates[FATES.index("censored")].sum(axis=0)

    # ------------------------------------------------------------ single problems

    @cached_property
    def histories(self) -> pa.Table | None:
        """The histories of the problems followed, for the pair; None where none were kept."""
        folder = self.results.folder
        path = folder / HISTORIES if folder else None
        if path is None or not path.exists():
            return None
        with _readable(str(path)):
            return pq.read_table(path, filters=[("policy_set", "in", list(self.pair))])

    @cached_property
    def stories(self) -> Stories | None:
        """Three problems under the baseline and the policy set to look at closely."""
        if self.histories is None or self.chosen is None:
            return None
        return stories(self.histories, self.base, self.chosen, self.ends)

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.results.start, datetime.min.time())

    @property
    def ends(self) -> datetime:
        """The horizon."""
        return self.begins + timedelta(days=self.results.days)

    # ------------------------------------------------------------ in words

    def drawn_from(self) -> str:
        """What lines and bands are, with the number of replications."""
        if self.results.replications < 2:
            return say("One replication: no bands.")
        if self.replications_drawn < self.results.replications:
            return say(
                "Lines: means; bands: 95 % intervals; of the first {n} of {all} replications.",
                n=self.replications_drawn,
                all=f"{self.results.replications:,}",
            )
        return say(
            "Lines: means; bands: 95 % intervals; {n} replications.", n=self.replications_drawn
        )


_COMPARED = ("mean", "mean_low", "mean_high", "difference", "low", "high", "best")


def policy_name(name: str) -> str:
    """A policy set as pictures call it."""
    return words.policy_name(name)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _known(rows: dict[str, Row], name: str) -> float:
    mean = rows[name].mean * KPIS[MAIN.kpi].direction if name in rows else float("nan")
    return -np.inf if np.isnan(mean) else mean


class _readable:
    """Turns what is wrong with a file into a finding."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, _: object) -> None:
        if kind is not None and issubclass(kind, OSError | pa.ArrowException):
            message = say("This file is missing or damaged. Run the scenario again.")
            raise InputError([Finding(self._path, "", message)])


# ---------------------------------------------------------------- adding up


def _codes(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    coded = column.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    return np.asarray(coded.indices).astype(np.int64), coded.dictionary.to_pylist()


def _split(table: pa.Table, by: Sequence[str]) -> list[tuple[tuple[str, ...], NDArray[np.int64]]]:
    """The rows of each combination of texts."""
    if not table.num_rows:
        return []
    coded = [_codes(table[name]) for name in by]
    code = np.zeros(table.num_rows, np.int64)
    for places, texts in coded:
        code = code * len(texts) + places
    order = np.argsort(code, kind="stable")
    borders = np.flatnonzero(np.diff(code[order]))
    parts = np.split(order, borders + 1)
    return [(tuple(texts[places[rows[0]]] for places, texts in coded), rows) for rows in parts]


def _cubes(
    table: pa.Table, by: Sequence[str], along: Sequence[str]
) -> dict[tuple[str, ...], Floats]:
    """For each combination of texts a block of values along two whole numbers; NaN: none."""
    first, second, value = (table[name].to_numpy() for name in (*along, "value"))
    cubes: dict[tuple[str, ...], Floats] = {}
    for key, rows in _split(table, by):
        block = np.full((int(first[rows].max()) + 1, int(second[rows].max()) + 1), np.nan)
        block[first[rows], second[rows]] = value[rows]
        cubes[key] = block
    return cubes


def _buckets(table: pa.Table, rows: NDArray[np.int64]) -> tuple[Floats, list[Floats]]:
    names = ("replication", "to_seconds", *FATES)
    replication, ends, *fates = (table[name].to_numpy()[rows] for name in names)
    edges, place = np.unique(ends, return_inverse=True)
    shape = (int(replication.max()) + 1, len(edges))
    cell = replication * len(edges) + place
    counted = [
        _floats(np.bincount(cell, counts.astype(np.float64), shape[0] * shape[1]).reshape(shape))
        for counts in fates
    ]
    return _floats((edges + 1) / 86_400), counted


def _floats(values: Any) -> Floats:
    return np.asarray(values, np.float64)


def _over_rows(x: Floats, block: Floats) -> Line:
    """Mean and limits over the rows of a block, column by column, without NaN."""
    seen = ~np.isnan(block)
    n = seen.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(seen, block, 0.0).sum(axis=0) / np.where(n, n, np.nan)
        apart = np.where(seen, block - mean, 0.0)
        deviation = np.sqrt((apart**2).sum(axis=0) / np.where(n > 1, n - 1, np.nan))
        cubes = ((apart / deviation) ** 3).sum(axis=0) * n / ((n - 1) * (n - 2.0))
    skew = np.where((n >= SKEWED_FROM) & np.isfinite(cubes), cubes, 0.0)
    below, above = reaches(n, skew)
    return Line(np.asarray(x, np.float64), mean, mean - below * deviation, mean + above * deviation)


def known_frame(table: pa.Table, policy_set: str) -> pd.DataFrame:
    """The histories of one policy set, in the order of what happened."""
    frame: pd.DataFrame = table.to_pandas()
    return frame[frame["policy_set"] == policy_set]
