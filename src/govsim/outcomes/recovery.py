"""When a surge is over: what it added to a weekly stock has gone again."""

import numpy as np

from govsim.outcomes.lookup import Flags, Floats

STAYS = 4  # weeks for which it must stay back: the wave of grievances comes after its cause
TOLERANCE = 0.10  # of what a surge added at its worst; above a level
DAYS = 7


def days_to_recover(excess: Floats, surge: tuple[int, int], following: float = np.inf) -> float:
    """Days from a surge's end until nine tenths of what it added at its worst are gone for good.

    Args:
        excess: what stands at each week's end beyond what stands there without surges.
        surge: its first day, and the first day after it.
        following: the first day of the next surge, whose worst is not this one's.

    Returns:
        Days to the end of the first of four such weeks; 0 if it added nothing, NaN if that is not
        seen.
    """
    begins, ends = surge
    weeks = _week_ends(excess)
    worst = float(excess[(weeks > begins) & (weeks <= following)].max(initial=0.0))
    if worst <= 0.0:
        return 0.0
    back = excess <= TOLERANCE * worst
    return max(_first_lasting(back, ends) - ends, 0.0)


def days_until_back(stock: Floats, level: float, since: int) -> float:
    """Days from the start to the end of the first week, at ``since`` or later, from which the stock
    stays at no more than a tenth above a level for four weeks; NaN if that is not seen.
    """
    return _first_lasting(stock <= (1.0 + TOLERANCE) * level, since)


def _first_lasting(back: Flags, since: int) -> float:
    """The end of the first of four weeks in a row that are back; NaN if there are none."""
    week_ends = _week_ends(back)
    for week in np.flatnonzero(week_ends >= since):
        seen = back[week : week + STAYS]
        if len(seen) == STAYS and seen.all():
            return float(week_ends[week])
    return float("nan")


def _week_ends(weeks: Floats | Flags) -> Floats:
    ends: Floats = DAYS * np.arange(1, len(weeks) + 1, dtype=np.float64)
    return ends
