"""Boxes: limits on a few uncertainties within which something mostly holds (PRIM).

The patient rule induction method of Friedman and Fisher (1999), as Bryant and Lempert (2010) use it
to find scenarios. From the box of everything a twentieth of what is left is peeled off at a time,
where that raises the share most for what it costs; the best box on that way is chosen by a stated
rule, widened again where this helps, and freed of limits that chance explains as well.

``x`` is samples x uncertainties, ``y`` the share of replications in which it holds, from 0 to 1.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from govsim.outcomes.lookup import Floats

PEEL = 0.05  # of what is left, at a time: patient
LEAST_SHARE, LEAST_SAMPLES = 0.05, 10  # of all samples, that a box must hold
CHANCE = 0.01  # quasi-p-value above which a limit is taken away
LOWER, UPPER = 0, 1

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Limits; infinite where there are none."""

    limits: Floats  # 2 x uncertainties: lower, upper

    @classmethod
    def everything(cls, uncertainties: int) -> "Box":
        """The box without limits."""
        return cls(np.array([[-np.inf], [np.inf]]) * np.ones(uncertainties))

    def holds(self, x: Floats) -> Bools:
        """Which samples lie in it."""
        inside: Bools = ((x >= self.limits[LOWER]) & (x <= self.limits[UPPER])).all(axis=1)
        return inside

    def ends(self) -> list["End"]:
        """The limits that there are."""
        return [End(int(side), int(at)) for side, at in np.argwhere(np.isfinite(self.limits))]

    def with_end(self, end: "End", value: float) -> "Box":
        """The same with another limit."""
        limits = self.limits.copy()
        limits[end] = value
        return Box(limits)

    def without(self, end: "End") -> "Box":
        """The same with one limit less."""
        return self.with_end(end, np.inf if end.side == UPPER else -np.inf)


class End(NamedTuple):
    """One of a box's limits."""

    side: int  # LOWER or UPPER
    uncertainty: int


class Fit(NamedTuple):
    """How a box fits."""

    samples: float  # within it
    holding: float  # of those; shares of replications are added up
    coverage: float  # share of all that hold which lie within it
    density: float  # share of the samples within it that hold
    separates: float  # coverage, less the share of all that do not hold which lie within it


class Limit(NamedTuple):
    """A limit, with the chance that the box without it is as good by accident."""

    end: End
    value: float
    quasi_p: float


def fit_of(inside: Bools | Floats, y: Floats) -> Fit:
    """How samples within a box (or the share of repeated searches that put them there) fit."""
    weight = np.asarray(inside, float)
    samples, holding = float(weight.sum()), float(weight @ y)
    all_holding = float(y.sum())
    false = (samples - holding) / max(len(y) - all_holding, 1e-12)
    coverage = holding / max(all_holding, 1e-12)
    density = holding / samples if samples else 0.0
    return Fit(samples, holding, coverage, density, coverage - false)


def find_box(x: Floats, y: Floats, worth_it: float | None = None) -> Box:
    """The box with the largest sum of (share that holds - ``worth_it``), as far as peeling leads.

    ``worth_it`` is the share from which on samples are worth having; the base rate if not given.
    The box then separates best what holds from what does not (coverage less false alarms, Youden's
    J); with a higher share it is narrower and purer, and never holds less often than that.

    The box without limits says that nothing was found.
    """
    value = y - (y.mean() if worth_it is None else worth_it)
    box = max(peeled(x, y), key=lambda box: float(value[box.holds(x)].sum()))
    return pruned(settled(box, x, value), x, y, value)


# ---------------------------------------------------------------- peeling


def peeled(x: Floats, y: Floats) -> list[Box]:
    """All boxes on the way from everything to the smallest allowed, each within the last."""
    box = Box.everything(x.shape[1])
    trajectory = [box]
    least = max(LEAST_SAMPLES, LEAST_SHARE * len(y))
    while True:
        inside = box.holds(x)
        step = _best_peel(x[inside], y[inside], least)
        if step is None:
            return trajectory
        box = box.with_end(*step)
        trajectory.append(box)


def _best_peel(x: Floats, y: Floats, least: float) -> tuple[End, float] | None:
    """The limit that raises the share most for each sample it costs; None if none may be drawn.

    Equal values go together, so that few values make large steps; dividing by what a step costs
    keeps these from being preferred for their size.
    """
    count = max(1, int(PEEL * len(y)))
    if len(y) - count < least:
        return None
    ordered = np.sort(x, axis=0)
    kept = np.stack([x > ordered[count - 1], x < ordered[-count]])  # 2 x samples x uncertainties
    left = kept.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = (np.einsum("n,snu->su", y, kept) / left - y.mean()) / (len(y) - left)
    gain[left < least] = -np.inf
    end = End(*map(int, np.unravel_index(np.argmax(gain), gain.shape)))
    if not gain[end] > 0.0:
        return None
    return end, _between(x[:, end.uncertainty], kept[end.side, :, end.uncertainty], end.side)


def _between(values: Floats, kept: Bools, side: int) -> float:
    """A limit halfway between what stays and what goes."""
    if side == LOWER:
        return float(values[kept].min() + values[~kept].max()) / 2
    return float(values[kept].max() + values[~kept].min()) / 2


# ---------------------------------------------------------------- settling and pruning


def settled(box: Box, x: Floats, value: Floats) -> Box:
    """The box with each of its limits moved, outwards or inwards, to where the sum of values is
    largest, again and again until none moves: pasting, and exact for one limit at a time.
    """
    worth = float(value[box.holds(x)].sum())
    while True:
        before = worth
        for end in box.ends():
            other, sum_there = _best_end(box, end, x, value)
            if sum_there > worth + 1e-9:
                box, worth = other, sum_there
        if worth <= before:
            return box


def _best_end(box: Box, end: End, x: Floats, value: Floats) -> tuple[Box, float]:
    """The box with one limit at its best place, or without it, and the sum of values in it."""
    wider = box.without(end)
    inside = wider.holds(x)
    along = x[inside, end.uncertainty]
    order = np.argsort(along if end.side == UPPER else -along, kind="stable")
    along, sums = along[order], np.cumsum(value[inside][order])
    least = max(LEAST_SAMPLES, LEAST_SHARE * len(x))
    allowed = np.arange(1, len(along) + 1) >= least
    allowed[:-1] &= np.diff(along) != 0
    sums = np.where(allowed, sums, -np.inf)
    best = int(np.argmax(sums[::-1]))  # of equal ones the widest
    if best == 0:
        return wider, float(sums[-1])
    last = len(sums) - 1 - best
    return box.with_end(end, float(along[last] + along[last + 1]) / 2), float(sums[last])


def pruned(box: Box, x: Floats, y: Floats, value: Floats) -> Box:
    """The box without limits that chance explains as well: the least needed is taken away, the
    others settle anew, and so on.
    """
    while limits := quasi_p_values(box, x, y):
        worst = max(limits, key=lambda limit: limit.quasi_p)
        if worst.quasi_p <= CHANCE:
            break
        box = settled(box.without(worst.end), x, value)
    return box


def quasi_p_values(box: Box, x: Floats, y: Floats) -> list[Limit]:
    """Each limit with its quasi-p-value: so likely is it that the samples of the box hold so often,
    if drawn from the box without that limit (Bryant and Lempert 2010, one-sided binomial).

    Quasi, since the same samples chose the limit: what counts is measured on other samples. Shares
    of replications are added up and rounded down, which errs on the safe side.
    """
    inside = fit_of(box.holds(x), y)
    found = []
    for end in box.ends():
        wider = fit_of(box.without(end).holds(x), y)
        p = _at_least(np.floor(inside.holding + 1e-9), inside.samples, wider.density)
        found.append(Limit(end, float(box.limits[end]), p))
    return found


def _at_least(count: float, of: float, share: float) -> float:
    """The probability of so many or more successes in a binomial law."""
    return float(bdtrc(count - 1, int(of), share)) if count >= 1 else 1.0
