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
    week_ends = DAYS * np.arange(1, len(stock) + 1)
    before = stock[week_ends <= begins][-BEFORE:]
    if not len(before):
        return float("nan")
    back = stock <= (1.0 + TOLERANCE) * before.mean()
    for week in np.flatnonzero(week_ends >= ends):
        seen = back[week : week + STAYS]
        if len(seen) == STAYS and seen.all():
            return float(week_ends[week] - ends)
    return float("nan")
