"""Made-up results whose stocks settle, or do not."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
from synthetic import made

from govsim.experiments import Results
from govsim.experiments.settling import STOCKS
from govsim.outcomes import Tables

WEEKS = 150
START = date(2011, 1, 1)


def settling(
    weeks: tuple[float, float] = (4.0, 4.0),
    *,
    rise: float = 0.0,
    warm_up: float = 0.0,
    policy_sets: tuple[str, ...] = ("baseline",),
) -> Results:
    """Backlog and living problems near their level after so many weeks each; ``rise`` a week."""
    base = made(days=7 * WEEKS, start=START, policy_sets=policy_sets, replications=4)
    manifest = {**base.manifest, "scenario": {**base.manifest["scenario"], "warm_up_days": warm_up}}
    rows = [
        (replication, name, week, START + timedelta(days=7 * week), "all", *stock, value)
        for name in policy_sets
        for replication in range(4)
        for place, stock in enumerate(STOCKS)
        for week, value in enumerate(_stock(weeks[place], rise, replication))
    ]
    columns = ["replication", "policy_set", "week", "date", "tier", "measure", "side", "value"]
    tables = {
        "series": pd.concat([base.series, pd.DataFrame(rows, columns=columns)]),
        "kpis": base.kpis,
        "delays": base.delays,
    }
    arrow = {name: pa.Table.from_pandas(t, preserve_index=False) for name, t in tables.items()}
    return Results.in_memory(manifest, Tables(**arrow))


def _stock(weeks: float, rise: float, replication: int) -> np.ndarray:
    """With ups and downs, but no chance: by chance MSER-5 may leave out more than it must."""
    week = np.arange(WEEKS)
    wobble = (1.0 + replication) * (-1.0) ** week
    return 200.0 * (1.0 - np.exp(-week / weeks)) + rise * week + wobble
