"""Means over replications with their 95 % intervals (Student's t), for whole tables at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from govsim.experiments.intervals import CONFIDENCE


def over_replications(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Mean, low, high of ``value`` for each group; one row of a group per replication.

    Low and high are NaN with one replication.
    """
    groups = frame.groupby(list(by), sort=True, observed=True)["value"]
    table = groups.agg(["mean", "std", "count"]).reset_index()
    quantile = stdtrit(np.maximum(table["count"] - 1, 1), 0.5 + CONFIDENCE / 2)
    half = (quantile * table["std"] / np.sqrt(table["count"])).where(table["count"] > 1)
    table["low"] = table["mean"] - half
    table["high"] = table["mean"] + half
    return table.drop(columns=["std", "count"])
