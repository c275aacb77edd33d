"""How long things take when some are not done yet, and some never will be.

Leaving open cases out would make slow offices look fast: a case that is still open counts as "took
at least this long". A case that was given up can no longer be done, and counts as that: the share
done by a time is the cumulative incidence, of all that began. Reference: O. O. Aalen and S.
Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150; without anybody giving up it is the
estimate of Kaplan and Meier (1958).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from govsim.outcomes.lookup import Flags, Floats, Ints

NOBODY = 1e-12  # a share that is none, but for rounding


class Incidence(NamedTuple):
    """The share of all that is done by each time; times ascending. It never falls."""

    times: Floats
    done: Floats
    waiting: Floats  # the share neither done nor given up by then
    at_risk: Ints  # cases still seen just before


def incidence(
    times: ArrayLike, events: ArrayLike, given_up: ArrayLike, censored: ArrayLike
) -> Incidence:
    """From counts at ascending times, along the last axis. Endings at a time come before
    censorings.
    """
    did = np.asarray(events, dtype=np.int64)
    ended = did + np.asarray(given_up, dtype=np.int64)
    leaving = ended + np.asarray(censored, dtype=np.int64)
    at_risk: Ints = leaving[..., ::-1].cumsum(axis=-1)[..., ::-1]
    divisor = np.maximum(at_risk, 1)
    waiting: Floats = np.cumprod(1.0 - ended / divisor, axis=-1, dtype=np.float64)
    before = np.ones_like(waiting)
    before[..., 1:] = waiting[..., :-1]
    done: Floats = np.cumsum(before * did / divisor, axis=-1)
    return Incidence(np.asarray(times, dtype=np.float64), done, waiting, at_risk)


def known(curve: Incidence) -> Flags:
    """Where the share done is known: as long as somebody is seen, and for ever once all ended."""
    somebody = curve.at_risk[..., :1] > 0
    seen: Flags = somebody & ((curve.at_risk > 0) | (curve.waiting <= NOBODY))
    return seen


def time_until(curve: Incidence, share_done: float) -> float:
    """The first time by which this share is done; NaN if that has not been seen."""
    reached = np.flatnonzero(curve.done >= share_done - NOBODY)
    return float(curve.times[reached[0]]) if len(reached) else float("nan")


def done_by(curve: Incidence, time: float) -> float:
    """The share done by a time; NaN if there is nobody, or nobody was seen for so long."""
    seen = int(np.searchsorted(curve.times, time, side="right"))
    if not seen or curve.at_risk[0] == 0:
        return float("nan")
    followed = seen < len(curve.times) and curve.at_risk[seen] > 0
    over = curve.waiting[seen - 1] <= NOBODY
    return float(curve.done[seen - 1]) if followed or over else float("nan")
