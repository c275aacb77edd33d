"""How long things take when some are not done yet: the Kaplan-Meier estimate.

Leaving open cases out would make slow offices look fast. Here a case that is still open counts as
"took at least this long". Reference: E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from govsim.outcomes.lookup import Floats, Ints


class Curve(NamedTuple):
    """Share not done yet just after each time; times ascending."""

    times: Floats
    survival: Floats
    at_risk: Ints


def kaplan_meier(times: ArrayLike, events: ArrayLike, censored: ArrayLike) -> Curve:
    """The curve from counts at ascending times. Endings at a time come before censorings."""
    done = np.asarray(events, dtype=np.int64)
    gone = np.asarray(censored, dtype=np.int64)
    leaving = done + gone
    at_risk: Ints = leaving[::-1].cumsum()[::-1]
    staying: Floats = 1.0 - done / np.maximum(at_risk, 1)
    return Curve(
        np.asarray(times, dtype=np.float64), np.cumprod(staying, dtype=np.float64), at_risk
    )


def time_until(curve: Curve, share_done: float) -> float:
    """The first time by which this share is done; NaN if that has not been seen."""
    reached = np.flatnonzero(curve.survival <= 1.0 - share_done + 1e-12)
    return float(curve.times[reached[0]]) if len(reached) else float("nan")


def median(times: ArrayLike, events: ArrayLike, censored: ArrayLike) -> float:
    """The time by which half is done, open cases taken into account; NaN if not seen."""
    return time_until(kaplan_meier(times, events, censored), 0.5)
