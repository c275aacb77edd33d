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
