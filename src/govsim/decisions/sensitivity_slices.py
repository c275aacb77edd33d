"""Means of an outcome over slices of one value's range, apart for the halves of another's."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from govsim.decisions.sensitivity import Sensitivity, flat
from govsim.experiments.intervals import mean_interval
from govsim.outcomes.lookup import Floats

AMONG = 4  # the values whose pairs are looked at
SLICES = 5


class Crossing(NamedTuple):
    """Two values: means along one, for the lower and the upper half of the other."""

    along: str
    across: str
    at: Floats  # middle of each slice, from 0 to 1
    means: Floats  # 2 x slices
    low: Floats
    high: Floats


def crossings(found: Sensitivity) -> list[Crossing]:
    """The pairs among the values that matter most."""
    names = [index.factor for index in found.drivers[:AMONG]]
    ranks, values = flat(found.samples)
    columns = {name: ranks[:, found.samples.factors.index(name)] for name in names}
    y = values.mean(axis=1)
    return [
        _crossing(along, across, columns[along], columns[across], y)
        for along, across in combinations(names, 2)
    ]


def _crossing(along: str, across: str, x: Floats, other: Floats, y: Floats) -> Crossing:
    edges = np.quantile(x, np.linspace(0, 1, SLICES + 1))
    slices = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, SLICES - 1)
    upper = other > np.median(other)
    cells = np.full((3, 2, SLICES), np.nan)
    for half in (0, 1):
        for number in range(SLICES):
            cells[:, half, number] = mean_interval(y[(slices == number) & (upper == half)])[:3]
    at = (edges[:-1] + edges[1:]) / 2
    return Crossing(along, across, at, *cells)
