"""Results: what a run came to, as tables, whether just made or read from a folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from govsim.errors import Finding, InputError
from govsim.experiments.certainty import few_events
from govsim.experiments.comparison import Screen, comparison_table, judged, questions
from govsim.experiments.files import read_whole
from govsim.experiments.intervals import Interval, mean_interval
from govsim.experiments.manifest import Manifest
from govsim.experiments.store import EVENTS, read_ours
from govsim.language import language, say
from govsim.outcomes import KPIS, Tables
from govsim.outcomes.frames import SCHEMAS

Filter = tuple[str, str, str | int]  # column, "=" or "<", value
Filters = list[Filter] | None
Values = dict[tuple[str, str, str], dict[int, float]]  # (policy set, kpi, side): by replication


class Reader(Protocol):
    """Reads tables, whole or in part."""

    def __call__(
        self, name: str, wanted: Filters, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """A table by its name, or some of its rows and columns."""


@dataclass
class Results:
    """The tables of a run, and how it was made (``manifest``)."""

    manifest: Manifest
    folder: Path | None
    _read: Reader = field(repr=False)

    @classmethod
    def in_memory(cls, manifest: Manifest, tables: Tables, folder: Path | None = None) -> Self:
        """Results of which the tables are at hand."""
        return cls(
            manifest,
            folder,
            lambda name, wanted, columns=None: _rows(getattr(tables, name), wanted, columns),
        )

    @classmethod
    def in_folder(cls, manifest: Manifest, folder: Path) -> Self:
        """Results that are read from a folder when they are asked for."""
        return cls(
            manifest,
            folder,
            lambda name, wanted, columns=None: _read(folder / f"{name}.parquet", wanted, columns),
        )

    # ------------------------------------------------------------ how it was made

    @property
    def name(self) -> str:
        """The scenario's name in the language in use, if it has one there."""
        facts = self.manifest["scenario"]
        return str((language() == "zh" and facts.get("name_zh")) or facts["name"])

    @property
    def start(self) -> date:
        """First day."""
        return date.fromisoformat(self.manifest["scenario"]["start"])

    @property
    def days(self) -> int:
        """Length in days."""
        return int(self.manifest["scenario"]["days"])

    @property
    def warm_up(self) -> float:
        """Days from the start that KPIs and delays leave out; the weekly series are whole."""
        return float(self.manifest["scenario"].get("warm_up_days", 0.0))

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self.manifest["seed"])

    @property
    def complete(self) -> bool:
        """False if the run was interrupted."""
        return bool(self.manifest["complete"])

    @property
    def replications(self) -> int:
        """Replications finished, of each policy set."""
        return min(len(done) for done in self.manifest["done"].values())

    @property
    def policy_sets(self) -> tuple[str, ...]:
        """What was run, the baseline first."""
        return tuple(self.manifest["policy_sets"])

    @property
    def tiers(self) -> tuple[str, ...]:
        """Tier names, lowest first."""
        return tuple(self.manifest["scenario"]["tiers"])

    @property
    def deadlines(self) -> dict[str, dict[str, float]]:
        """Clock (``reply``, ``resolution``) -> tier -> days; without what has none."""
        deadlines: dict[str, dict[str, float]] = self.manifest["scenario"]["deadlines"]
        return deadlines

    # ------------------------------------------------------------ what came out

    def some(self, name: str, wanted: Filters, columns: Sequence[str]) -> pa.Table:
        """Some rows and columns of a table (``kpis``, ``series``, ``delays``), not kept.

        Args:
            name: the table.
            wanted: (column, "=" or "<", value), all of which a row must pass.
            columns: which to give, in this order.
        """
        return self._read(name, wanted, columns)

    @cached_property
    def tables(self) -> Tables:
        """The three tables as Arrow has them."""
        return Tables(*(self._read(name, None) for name in Tables._fields))

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """replication, policy_set, scope, scope_id, kpi, side, value, unit."""
        return _frame(self.tables.kpis)

    @cached_property
    def series(self) -> pd.DataFrame:
        """replication, policy_set, week, date, tier, measure, side, value, unit."""
        return _frame(self.tables.series)

    @cached_property
    def delays(self) -> pd.DataFrame:
        """replication, policy_set, tier, clock, from_seconds, to_seconds, days_mid, events,
        given_up, censored.
        """
        return _frame(self.tables.delays)

    def summary(self) -> pd.DataFrame:
        """The city's KPIs over replications: kpi, policy_set, side, unit, mean, low, high, n, few
        (whether few events stand behind it).
        """
        rows = []
        for policy_set, kpi, side, found in self._in_order():
            values, unit = np.array(list(found.values()), np.float64), KPIS[kpi].unit_of(side)
            few = few_events(values, unit, self.cases(policy_set))
            rows.append((kpi, policy_set, side, unit, *mean_interval(values), few))
        columns = ["kpi", "policy_set", "side", "unit", *Interval._fields, "few"]
        return pd.DataFrame(rows, columns=columns)

    def comparison(self) -> pd.DataFrame:
        """Paired differences to the first policy set: kpi, policy_set, side, unit, base, mean,
        low, high, n, p, adjusted, certainty, few_moved.

        ``base`` is the mean of the first set over the same replications; limits are those of each
        difference by itself, ``adjusted`` and ``certainty`` are for all that is judged together.
        """
        table = comparison_table(self).to_pandas()
        changed = table[table["policy_set"] != self.policy_sets[0]]
        changed = changed.assign(base=changed["mean"] - changed["difference"])
        named = {"difference": "mean", "replications": "n"}
        columns = ["kpi", "policy_set", "side", "unit", "base", *Interval._fields]
        columns += ["p", "adjusted", "certainty", "few_moved"]
        found: pd.DataFrame = changed.drop(columns="mean").rename(columns=named)[columns]
        return found.reset_index(drop=True)

    def cases(self, policy_set: str) -> float:
        """Grievances registered in a replication, on average."""
        registered = self.city.get((policy_set, "registered", "recorded"), {})
        return float(np.mean(list(registered.values()))) if registered else float("inf")

    @cached_property
    def screen(self) -> Screen:
        """The headline KPIs of all policy sets, judged together."""
        return judged(self, questions(headline=True))

    @cached_property
    def city(self) -> Values:
        """The KPIs of the city, by policy set, KPI and side: one number a replication."""
        names = ["policy_set", "kpi", "side", "replication", "value"]
        table = self._read("kpis", [("scope", "=", "city")], names)
        keys = [table[name] for name in names[:3]]
        columns = [table[name].to_numpy() for name in names[3:]]
        found: Values = {}
        for key, rows in _groups(keys):
            found[key] = dict(zip(*(column[rows].tolist() for column in columns), strict=True))
        return found

    def offices(self, replication: int) -> pd.DataFrame:
        """The KPIs of every office in one replication: policy_set, scope_id, kpi, side, value."""
        wanted: Filters = [("scope", "=", "office"), ("replication", "=", replication)]
        columns = ["policy_set", "scope_id", "kpi", "side", "value"]
        return _frame(self._read("kpis", wanted, columns))

    def of_first(self, replications: int) -> Self:
        """The same results, as if only the first so many replications had been made."""
        done = {
            name: [r for r in finished if r < replications]
            for name, finished in self.manifest["done"].items()
        }
        few: Filter = ("replication", "<", replications)
        return type(self)(
            {**self.manifest, "done": done},
            self.folder,
            lambda name, wanted, columns=None: self._read(name, [*(wanted or ()), few], columns),
        )

    def _in_order(self) -> list[tuple[str, str, str, dict[int, float]]]:
        """KPIs in the registry's order, recorded before true, policy sets as they were run."""
        return [
            (policy_set, name, side, self.city[policy_set, name, side])
            for name, kpi in KPIS.items()
            for side in kpi.sides()
            for policy_set in self.policy_sets
            if (policy_set, name, side) in self.city
        ]


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def open_run(folder: Path | str) -> Results:
    """Read the folder of a run or a comparison.

    Raises:
        InputError: it is none, or from a version we cannot read.
    """
    path = Path(folder)
    manifest = read_ours(path)
    if manifest.get("kind"):
        message = say("This folder holds a sweep; a run or a comparison is wanted here.")
        raise InputError([Finding(str(path), "", message)])
    return Results.in_folder(manifest, path)


def check_event_log(folder: Path | str) -> None:
    """See whether a results folder's event log, if it has one, can be read.

    Raises:
        InputError: it cannot, or the folder holds no results.
    """
    log = Path(folder) / EVENTS
    open_run(folder)
    if log.exists():
        with _readable(log):
            pq.read_schema(log)


def _groups(keys: Sequence[pa.ChunkedArray]) -> Iterator[tuple[tuple[str, str, str], np.ndarray]]:
    """The rows of each combination of three texts, in the order of the table."""
    coded = [_coded(column.combine_chunks()) for column in keys]
    code = np.zeros(len(coded[0]), np.int64)
    for column in coded:
        code = code * len(column.dictionary) + np.asarray(column.indices)
    order = np.argsort(code, kind="stable")
    borders = np.flatnonzero(np.diff(code[order], prepend=-1))
    for rows in np.split(order, borders[1:]) if len(order) else ():
        one, other, third = (column[int(rows[0])].as_py() for column in coded)
        yield (one, other, third), rows


def _coded(column: pa.Array) -> pa.DictionaryArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


_TESTS = {"=": pc.equal, "<": pc.less}


def _rows(table: pa.Table, wanted: Filters, columns: Sequence[str] | None) -> pa.Table:
    for column, test, value in wanted or ():
        table = table.filter(_TESTS[test](table[column], value))
    return table if columns is None else table.select(columns)


def _read(path: Path, wanted: Filters, columns: Sequence[str] | None) -> Any:
    with _readable(path):
        if columns is None:
            return read_whole(path, filters=wanted)
        # Texts as numbers into a list of words: half the time, where a file has millions of rows.
        schema = getattr(SCHEMAS, path.stem)
        texts = [name for name in columns if pa.types.is_string(schema.field(name).type)]
        return read_whole(path, filters=wanted, columns=columns, read_dictionary=texts)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        message = say("This file is missing or damaged. Run the scenario again.")
        raise InputError([Finding(str(path), "", message)]) from error
