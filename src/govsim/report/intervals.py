"""Means over replications with their 95 % intervals, for whole tables at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from govsim.experiments.intervals import SKEWED_FROM, reaches


def over_replications(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Mean, low, high of ``value`` for each group; one row of a group per replication.

    Low and high are NaN with one replication.
    """
    groups = frame.groupby(list(by), sort=True, observed=True)["value"]
    table = groups.agg(["mean", "std", "count", "skew"]).reset_index()
    count = table["count"].to_numpy(np.float64)
    skew = np.where(count >= SKEWED_FROM, table["skew"].fillna(0.0), 0.0)
    below, above = reaches(count, skew)
    spread = table["std"].where(count > 1)
    table["low"] = table["mean"] - below * spread
    table["high"] = table["mean"] + above * spread
    return table.drop(columns=["std", "count", "skew"])
