"""Outcomes as tidy tables: one row a number, ready for Parquet and pandas."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from govsim.model.plan import DAY
from govsim.outcomes import (
    histogram,
    kpis,  # noqa: F401 (fills the registry)
    kpis_in_detail,  # noqa: F401 (fills the registry)
    kpis_of_fairness,  # noqa: F401 (fills the registry)
    kpis_of_the_ledger,  # noqa: F401 (fills the registry)
    kpis_of_time,  # noqa: F401 (fills the registry)
)
from govsim.outcomes.delays import AGE, CLOCKS, FATES
from govsim.outcomes.lookup import Floats, Ints
from govsim.outcomes.registry import KPIS
from govsim.outcomes.tally import Outcome
from govsim.outcomes.weekly import MEASURES

TEXT = pa.dictionary(pa.int32(), pa.string())
DAY_STAMP = pa.timestamp("ms")

KPI_COLUMNS = pa.schema(
    [
        ("replication", pa.int32()),
        ("policy_set", pa.string()),
        ("scope", pa.string()),
        ("scope_id", pa.string()),
        ("kpi", pa.string()),
        ("side", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
    ]
)
SERIES_COLUMNS = pa.schema(
    [
        ("replication", pa.int32()),
        ("policy_set", pa.string()),
        ("week", pa.int32()),
        ("date", DAY_STAMP),
        ("tier", pa.string()),
        ("measure", pa.string()),
        ("side", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
    ]
)
DELAY_COLUMNS = pa.schema(
    [
        ("replication", pa.int32()),
        ("policy_set", pa.string()),
        ("tier", pa.string()),
        ("clock", pa.string()),
        ("from_seconds", pa.int64()),
        ("to_seconds", pa.int64()),
        ("days_mid", pa.float64()),
        ("events", pa.int64()),
        ("given_up", pa.int64()),
        ("censored", pa.int64()),
    ]
)


class Tables(NamedTuple):
    """The tables of one or more replications. Texts may be dictionary-encoded."""

    kpis: pa.Table
    series: pa.Table
    delays: pa.Table


SCHEMAS = Tables(KPI_COLUMNS, SERIES_COLUMNS, DELAY_COLUMNS)


def outcome_tables(outcome: Outcome, replication: int) -> Tables:
    """The tables of one replication; texts dictionary-encoded, so that they travel light."""
    return Tables(
        _kpi_table(outcome, replication),
        _series_table(outcome, replication),
        _delay_table(outcome, replication),
    )


def join(parts: Iterable[Tables]) -> Tables:
    """The tables of several replications below one another, texts as plain strings."""
    parts = list(parts)
    joined = []
    for place, schema in enumerate(SCHEMAS):
        tables = [part[place].cast(schema) for part in parts]
        joined.append(pa.concat_tables(tables) if tables else schema.empty_table())
    return Tables(*joined)


def _texts(words: Sequence[str], index: Ints) -> pa.Array:
    """The words at these places; equal words share one entry of the dictionary."""
    distinct = list(dict.fromkeys(words))
    place = {word: np.int32(i) for i, word in enumerate(distinct)}
    entries = np.array([place[word] for word in words], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(entries[index]), pa.array(distinct, pa.string()))


def _same(word: str, rows: int) -> pa.Array:
    return _texts([word], np.zeros(rows, np.int64))


def _repeated(words: Sequence[str], lengths: Sequence[int]) -> pa.Array:
    return _texts(words, np.repeat(np.arange(len(words)), lengths))


def _table(schema: pa.Schema, outcome: Outcome, replication: int, columns: dict[str, Any]) -> Any:
    rows = len(next(iter(columns.values())))
    columns["replication"] = pa.array(np.full(rows, replication, np.int32))
    columns["policy_set"] = _same(outcome.policy_set, rows)
    return pa.table({name: columns[name] for name in schema.names})


def _kpi_table(outcome: Outcome, replication: int) -> Any:
    sides: list[tuple[str, str, str]] = []
    scopes: list[Ints] = []
    values: list[Floats] = []
    rows_of = cache(lambda where: np.flatnonzero(where.rows(outcome.scopes)))
    for name, kpi in KPIS.items():
        pair = kpi.of(outcome)
        for side in kpi.sides():
            where = rows_of(kpi.scopes(side))
            sides.append((name, side, kpi.unit_of(side)))
            scopes.append(where)
            values.append(getattr(pair, side)[where])
    lengths = [len(part) for part in values]
    rows = np.concatenate(scopes)
    columns = {
        "scope": _texts(outcome.scopes.kinds, rows),
        "scope_id": _texts(outcome.scopes.ids, rows),
        "kpi": _repeated([name for name, _, _ in sides], lengths),
        "side": _repeated([side for _, side, _ in sides], lengths),
        "value": pa.array(np.concatenate(values)),
        "unit": _repeated([unit for _, _, unit in sides], lengths),
    }
    return _table(KPI_COLUMNS, outcome, replication, columns)


def _series_table(outcome: Outcome, replication: int) -> Any:
    tiers = (*outcome.tiers, "all")
    first = outcome.weekly.first
    blocks = [(m, m.compute(outcome.weekly)[first:]) for m in MEASURES]
    # Rows run measure by measure, tier by tier, week by week.
    kept = [(m, t, block[:, t]) for m, block in blocks for t in _tiers_of(m.whole, len(tiers))]
    weeks = len(blocks[0][1])
    week = np.tile(np.arange(weeks), len(kept))
    start = np.datetime64(outcome.start, "ms")
    lengths = [weeks] * len(kept)
    columns = {
        "week": pa.array(week.astype(np.int32)),
        "date": pa.array(start + week * np.timedelta64(7, "D"), DAY_STAMP),
        "tier": _texts(tiers, np.repeat(np.array([t for _, t, _ in kept]), weeks)),
        "measure": _repeated([m.name for m, _, _ in kept], lengths),
        "side": _repeated([m.side for m, _, _ in kept], lengths),
        "value": pa.array(np.concatenate([values for _, _, values in kept])),
        "unit": _repeated([m.unit for m, _, _ in kept], lengths),
    }
    return _table(SERIES_COLUMNS, outcome, replication, columns)


def _tiers_of(whole: bool, tiers: int) -> tuple[int, ...]:
    return (0, tiers - 1) if whole else tuple(range(tiers))


def _delay_table(outcome: Outcome, replication: int) -> Any:
    tiers = (*outcome.tiers, "all")
    tier, clock, bucket = [], [], []
    counts: dict[str, list[Ints]] = {fate: [] for fate in FATES}
    clocks = (*CLOCKS, AGE)
    for c, name in enumerate(clocks):
        rows, buckets = np.nonzero(np.sum([outcome.delays[name, fate] for fate in FATES], axis=0))
        tier.append(rows)
        clock.append(np.full(len(rows), c))
        bucket.append(buckets)
        for fate in FATES:
            counts[fate].append(outcome.delays[name, fate][rows, buckets])
    first, last = histogram.bounds(np.concatenate(bucket))
    columns = {
        "tier": _texts(tiers, np.concatenate(tier)),
        "clock": _texts(clocks, np.concatenate(clock)),
        "from_seconds": pa.array(first),
        "to_seconds": pa.array(last),
        "days_mid": pa.array((first + last) / 2 / DAY),
        **{fate: pa.array(np.concatenate(counts[fate])) for fate in FATES},
    }
    return _table(DELAY_COLUMNS, outcome, replication, columns)
