"""From when on a series has forgotten how it began."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

NOT_FOUND = -1
BATCH = 5
FEWEST = 5  # batches that must be left to judge by

Floats = NDArray[np.float64]


def mser5(series: ArrayLike) -> int:
    """How many first observations to leave out (MSER-5, White 1997), or -1 if none will do.

    Of the means of batches of five, so many are left out that the squared standard error of the
    mean of the rest, sum((y - mean)^2) / count^2, is smallest; the earliest such point. A best
    point in the second half says that the series was still moving when it ended: -1. So does a
    series too short to judge, below 50 observations, or with gaps.
    """
    values = np.asarray(series, dtype=np.float64)
    batches = len(values) // BATCH
    if batches < 2 * FEWEST or not np.isfinite(values).all():
        return NOT_FOUND
    means = values[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    point = int(np.argmin(_squared_errors(means)[: batches - FEWEST + 1]))
    return point * BATCH if 2 * point <= batches else NOT_FOUND


def welch(matrix: ArrayLike, window: int) -> Floats:
    """Welch's smoothed mean over replications, in which a warm-up is looked for by eye.

    ``matrix``: replications x time. Each point of the mean over the replications is averaged with
    ``window`` neighbours on either side, at the beginning with as many as there are; the last
    ``window`` points have too few neighbours and are left out. A window above a quarter of the
    length is cut to it. Replications without a value (NaN) at a time are left out there.
    """
    means = _means(np.asarray(matrix, dtype=np.float64))
    reach = max(0, min(window, len(means) // 4))
    begin = [means[: 2 * i + 1].mean() for i in range(reach)]
    rest = sliding_window_view(means, 2 * reach + 1).mean(axis=-1)
    return np.concatenate([begin, rest])


def _squared_errors(means: Floats) -> Floats:
    """For every number of batches left out: the squared standard error of the mean of the rest."""
    from_end = (means - means[-1])[::-1]  # equal batches: exact zeros
    count = np.arange(1, len(means) + 1)
    squares = np.cumsum(from_end**2) - np.cumsum(from_end) ** 2 / count
    return np.asarray((np.maximum(squares, 0.0) / count**2)[::-1], dtype=np.float64)


def _means(matrix: Floats) -> Floats:
    seen = ~np.isnan(matrix)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            np.where(seen, matrix, 0.0).sum(axis=0) / seen.sum(axis=0), dtype=np.float64
        )
