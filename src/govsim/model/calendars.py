"""Duty time: work advances only inside duty intervals; waiting, deadlines and trust do not care.

A calendar is the sorted duty intervals [start, end), with the duty seconds before each. All
functions take those three sequences, so that they run on tuples and on arrays alike. A job that
ends exactly at the end of an interval ends there, not at the next opening.
"""

from collections.abc import Sequence

from govsim.model.plan import NEVER


def interval_at(starts: Sequence[int], t: int) -> int:
    """Index of the last interval that starts at or before t; -1 if none does."""
    low = 0
    high = len(starts)
    while low < high:
        middle = (low + high) // 2
        if starts[middle] <= t:
            low = middle + 1
        else:
            high = middle
    return low - 1


def on_duty(starts: Sequence[int], ends: Sequence[int], t: int) -> bool:
    """Whether t lies in a duty interval."""
    i = interval_at(starts, t)
    return i >= 0 and t < ends[i]


def next_duty(starts: Sequence[int], ends: Sequence[int], t: int) -> int:
    """The first moment on duty at or after t; NEVER beyond the calendar."""
    i = interval_at(starts, t)
    if i >= 0 and t < ends[i]:
        return t
    if i + 1 < len(starts):
        return starts[i + 1]
    return NEVER


def duty_before(starts: Sequence[int], ends: Sequence[int], before: Sequence[int], t: int) -> int:
    """Duty seconds from the first day up to t."""
    i = interval_at(starts, t)
    if i < 0:
        return 0
    until = t if t < ends[i] else ends[i]
    return before[i] + until - starts[i]


def finish(
    starts: Sequence[int], ends: Sequence[int], before: Sequence[int], t: int, work: int
) -> int:
    """When work of so many duty seconds, begun at t, is done; NEVER beyond the calendar."""
    target = duty_before(starts, ends, before, t) + work
    if work == 0:
        return t
    low = 0
    high = len(before)
    while low < high:
        middle = (low + high) // 2
        if before[middle] < target:
            low = middle + 1
        else:
            high = middle
    i = low - 1
    moment = starts[i] + target - before[i]
    return moment if moment <= ends[i] else NEVER
