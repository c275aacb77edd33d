"""How good a search is on samples that it has not seen.

Samples are dealt into twenty parts; nineteen are searched, from the beginning, and what is
found is tried on the last; each part is left out once. This is repeated with other parts, since
which samples lie together is chance, and averaged.
"""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from govsim.decisions.discovering_boxes import LEAST_SHARE, Bools, Fit, fit_of, peeled
from govsim.outcomes.lookup import Floats, Ints

PARTS, ROUNDS = 20, 3
LEVEL = 0.95

Found = Callable[[Floats], Floats | Bools]  # samples -> which of them it says hold
Search = Callable[[Floats, Floats], Found]


class Share(NamedTuple):
    """A share with its interval."""

    share: float
    low: float
    high: float


class HeldOut(NamedTuple):
    """How what was found fits samples that were left out."""

    inside: Floats  # for each sample: the share of rounds in which it was put into the box
    fit: Fit
    coverage: Share
    density: Share
    outside: Share  # share that hold among those outside
    base: float  # share that hold of all

    @property
    def separates(self) -> bool:
        """Whether samples in the box hold more often than all do, beyond chance."""
        return self.density.low > self.base


def held_out(x: Floats, y: Floats, search: Search, seed: int = 0) -> HeldOut:
    """Search all parts but one, try on that one, and so on."""
    inside = np.zeros(len(y))
    for rest, part in _deals(len(y), seed):
        inside[part] += np.asarray(search(x[rest], y[rest])(x[part]), float)
    return _judged(inside / ROUNDS, y)


def _deals(samples: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """What is searched and what is left out, each part once a round."""
    random = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        place = random.permutation(samples) % PARTS
        for part in range(PARTS):
            yield np.flatnonzero(place != part), np.flatnonzero(place == part)


def _judged(inside: Floats, y: Floats) -> HeldOut:
    fit = fit_of(inside, y)
    outside = fit_of(1.0 - inside, y)
    return HeldOut(
        inside,
        fit,
        share_of(fit.holding, float(y.sum())),
        share_of(fit.holding, fit.samples),
        share_of(outside.holding, outside.samples),
        float(y.mean()),
    )


def share_of(part: float, whole: float) -> Share:
    """A share of a count, with Wilson's interval (1927), which holds for few as for many.

    Where a sample counts as a share of its replications, it is wider than need be: such a share
    varies less than a yes or no.
    """
    if whole < 1e-9:
        return Share(np.nan, 0.0, 1.0)
    z = float(ndtri(0.5 + LEVEL / 2))
    share, more = part / whole, z * z / whole
    middle = (share + more / 2) / (1 + more)
    half = z / (1 + more) * sqrt(max(share * (1 - share), 0.0) / whole + more / (4 * whole))
    return Share(share, max(0.0, middle - half), min(1.0, middle + half))


class Way(NamedTuple):
    """Coverage and density of boxes on the way of peeling, on samples that were left out."""

    mass: Floats  # of the samples searched, from 1 down
    coverage: Floats
    density: Floats


STEPS = 20


def way(x: Floats, y: Floats, seed: int = 0) -> Way:
    """The trade-off: peel the parts that are searched, and try boxes of equal size on the rest."""
    masses = np.geomspace(1.0, LEAST_SHARE, STEPS)
    inside = np.zeros((STEPS, len(y)))
    for rest, part in _deals(len(y), seed):
        boxes = peeled(x[rest], y[rest])
        sizes = np.array([box.holds(x[rest]).mean() for box in boxes])
        for step, mass in enumerate(masses):
            box = boxes[int(np.abs(np.log(sizes / mass)).argmin())]
            inside[step, part] += box.holds(x[part])
    fits = [fit_of(row / ROUNDS, y) for row in inside]
    return Way(masses, np.array([f.coverage for f in fits]), np.array([f.density for f in fits]))
