"""When a surge is over: a weekly stock is back near the level it had before."""

import numpy as np

from govsim.outcomes.lookup import Floats

BEFORE = 4  # weeks that tell the level before a surge
STAYS = 4  # weeks for which it must stay back: the wave of grievances comes after its cause
TOLERANCE = 0.10  # above the level before
DAYS = 7


def days_to_recover(stock: Floats, surge: tuple[int, int]) -> float:
    """Days from a surge's end to the end of the first week back; NaN if that is not seen.

    Args:
        stock: what stands at each week's end.
        surge: its first day, and the first day after it.
    """
    begins, ends = surge
    before = stock[_week_ends(stock) <= begins][-BEFORE:]
    if not len(before):
        return float("nan")
    return days_until_back(stock, float(before.mean()), ends) - ends


def days_until_back(stock: Floats, level: float, since: int) -> float:
    """Days from the start to the end of the first week, at ``since`` or later, from which the stock
    stays at no more than a tenth above a level for four weeks; NaN if that is not seen.
    """
    week_ends = _week_ends(stock)
    back = stock <= (1.0 + TOLERANCE) * level
    for week in np.flatnonzero(week_ends >= since):
        seen = back[week : week + STAYS]
        if len(seen) == STAYS and seen.all():
            return float(week_ends[week])
    return float("nan")


def _week_ends(stock: Floats) -> Floats:
    ends: Floats = DAYS * np.arange(1, len(stock) + 1, dtype=np.float64)
    return ends
