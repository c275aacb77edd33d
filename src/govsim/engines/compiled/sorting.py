"""Putting a list in order, in place."""

from typing import Any

from govsim.compiling import part


@part
def sort(keys: Any, values: Any, n: int) -> None:
    """Shell's sort of the first n keys, with their values (which may be the keys themselves)."""
    gap = 1
    while gap < n // 9:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            key, value = keys[i], values[i]
            place = i
            while place >= gap and keys[place - gap] > key:
                keys[place] = keys[place - gap]
                values[place] = values[place - gap]
                place -= gap
            keys[place] = key
            values[place] = value
        gap //= 3


@part
def sort_evenly_spread(keys: Any, to: Any, places: Any, shift: int) -> None:
    """Put keys whose upper bits, above the shift, are spread evenly in order into ``to``.

    Each goes at once to about where it belongs: ``places`` has one for each value of these bits
    and one more. Few then move, and not far.
    """
    places[:] = 0
    for key in keys:
        places[(key >> shift) + 1] += 1
    for i in range(1, len(places)):
        places[i] += places[i - 1]
    for key in keys:
        to[places[key >> shift]] = key
        places[key >> shift] += 1
    for i in range(1, len(to)):
        key = to[i]
        place = i
        while place > 0 and to[place - 1] > key:
            to[place] = to[place - 1]
            place -= 1
        to[place] = key
