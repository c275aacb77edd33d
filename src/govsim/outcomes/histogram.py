"""Durations in buckets of less than one per cent, by integer arithmetic alone.

Up to 256 s every second has its own bucket; above, each octave (256-511 s, 512-1023 s ...) is cut
into 128 equal buckets, so that a bucket is never wider than 1/128 of its values. Counts in buckets
add up to the same histogram in whatever order they are taken.
"""

import numpy as np

from govsim.outcomes.lookup import Ints

SUB = 128  # buckets per octave
BITS = 7  # SUB == 1 << BITS
OCTAVES = 33  # up to 2**40 s, some 35,000 years
SIZE = OCTAVES * SUB + SUB


def bucket(seconds: Ints) -> Ints:
    """The bucket of each duration (whole seconds, 0 or more)."""
    # The exponent is read from the float's bits (frexp); there is no logarithm to round.
    exponent = np.frexp(seconds.astype(np.float64))[1].astype(np.int64) - 1
    shift = np.maximum(exponent - BITS, 0)
    buckets: Ints = shift * SUB + (seconds >> shift)
    return buckets


def bounds(buckets: Ints) -> tuple[Ints, Ints]:
    """First and last second of each bucket, both inclusive."""
    shift = np.maximum(buckets // SUB - 1, 0)
    first = (buckets - shift * SUB) << shift
    return first, first + (np.int64(1) << shift) - 1
