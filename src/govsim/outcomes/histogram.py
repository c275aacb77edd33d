"""Durations in buckets of less than one per cent, by integer arithmetic alone.

Up to 256 s every second has its own bucket; above, each octave (256-511 s, 512-1023 s ...) is cut
into 128 equal buckets, so that a bucket is never wider than 1/128 of its values. Counts in buckets
add up to the same histogram in whatever order they are taken.
"""

import numpy as np

from govsim.outcomes.lookup import Ints

SUB = 128  # buckets per octave
OCTAVES = 33  # up to 2**40 s, some 35,000 years
SIZE = OCTAVES * SUB + SUB


def bucket(seconds: int) -> int:
    """The bucket of a duration (whole seconds, 0 or more)."""
    shift = 0
    while seconds >> shift >= 2 * SUB:
        shift += 1
    return shift * SUB + (seconds >> shift)


def bounds(buckets: Ints) -> tuple[Ints, Ints]:
    """First and last second of each bucket, both inclusive."""
    shift = np.maximum(buckets // SUB - 1, 0)
    first = (buckets - shift * SUB) << shift
    return first, first + (np.int64(1) << shift) - 1
