"""Powers of two within a float: exact on every processor.

Compiled, ``engines.compiled.bits`` reads and makes them itself, without calling the C library.
"""

from math import frexp, ldexp


def exponent(x: float) -> int:
    """The k with 2**(k-1) <= x < 2**k, of a positive x (and none of the very smallest)."""
    return frexp(x)[1]


def scaled(x: float, k: int) -> float:
    """x times 2**k, for k from -2044 to 2046."""
    return ldexp(x, k)
