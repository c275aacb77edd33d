"""``model.bits`` on the bits themselves: no call of the C library, so that loops become vectors."""

from typing import Any

import numpy as np

from govsim.compiling import in_place_of
from govsim.model import bits

BIAS, FIELD, PLACE = 1023, 2047, 52  # of the exponent within the 64 bits of a float


@in_place_of(bits.exponent)
def exponent(x: float) -> int:
    """The field of the exponent; the mantissa it goes with lies between 1 and 2, not 1/2 and 1."""
    word: Any = np.float64(x).view(np.int64)
    return (word >> PLACE & FIELD) - (BIAS - 1)


@in_place_of(bits.scaled)
def scaled(x: float, k: int) -> float:
    """In two steps, each by a power of two that is a float; only the second may round."""
    half = k >> 1
    first: Any = np.int64((half + BIAS) << PLACE).view(np.float64)
    second: Any = np.int64((k - half + BIAS) << PLACE).view(np.float64)
    return x * first * second
