"""Powers of two: read from the bits in compiled code, by the C library in plain Python."""

import numba
import numpy as np

from govsim.engines.compiled import bits as on_bits
from govsim.model import bits

assert on_bits  # takes the place of the plain ones in what is compiled


@numba.njit
def exponents(xs: np.ndarray, found: np.ndarray) -> None:
    for i in range(len(xs)):
        found[i] = bits.exponent(xs[i])


@numba.njit
def scaled(xs: np.ndarray, by: np.ndarray, found: np.ndarray) -> None:
    for i in range(len(xs)):
        found[i] = bits.scaled(xs[i], int(by[i]))


def numbers() -> np.ndarray:
    """Of all magnitudes, the powers of two and their neighbours among them."""
    powers = np.ldexp(1.0, np.arange(-1021, 1024))
    between = powers * (1.0 + np.random.default_rng(1).random(len(powers)))
    return np.concatenate([powers, np.nextafter(powers[1:], 0.0), between])


def test_the_exponent_is_the_same() -> None:
    xs = numbers()
    found = np.empty(len(xs), np.int64)
    exponents(xs, found)
    assert found.tolist() == [bits.exponent(x) for x in xs.tolist()]


def test_what_is_scaled_is_rounded_once() -> None:
    """Down to where floats lose digits, and to zero."""
    mantissas = 0.5 + np.random.default_rng(2).random(300)
    by = np.concatenate([np.arange(-1100, 1023), np.arange(-1080, -1020)])
    xs, powers = (a.ravel() for a in np.meshgrid(mantissas, by))
    found = np.empty(len(xs))
    scaled(xs, powers, found)
    assert found.tolist() == list(map(bits.scaled, xs.tolist(), powers.tolist()))
