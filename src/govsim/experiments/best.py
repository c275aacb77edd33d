"""How likely each of several policies is the best one, as far as their replications can tell."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, ndtri

DRAWS = 100_000  # of the policies' means: each probability is known to about 0.003
SEED = 1_908  # of the draws, always the same: the same data give the same answer

Floats = NDArray[np.float64]


def probability_best(values: Floats, direction: int) -> Floats:
    """The probability that each policy has the best long-run mean.

    ``values`` has a row for each policy and a column for each replication; those of one column
    share their chance. ``direction``: +1 more is better, -1 less is better; with 0 nothing is
    better and all are NaN. Columns in which any policy has no value are left out; with fewer than
    two others all are NaN.

    The replications are taken as draws from a multivariate normal law with unknown means and
    covariance. Every mean is as likely before the data (a flat prior), and the covariance has the
    prior density |S|^-k for k policies, under which the difference of any two policies has exactly
    the Student distribution of the paired t-interval (Geisser and Cornfield 1963). The means then
    follow a multivariate t with n - 1 degrees of freedom around the averages. That needs no
    inverse of the covariance, so it holds with fewer replications than policies as well.

    ``DRAWS`` vectors of means are drawn, always the same ones. Policies whose values are equal in
    every replication share alike.
    """
    complete = np.asarray(values, dtype=np.float64)
    complete = complete[:, ~np.isnan(complete).any(axis=0)]
    if direction == 0 or complete.shape[1] < 2:
        return np.full(len(complete), np.nan)
    return _chances(complete.tobytes(), complete.shape, direction).copy()


@lru_cache(maxsize=64)
def _chances(content: bytes, shape: tuple[int, ...], direction: int) -> Floats:
    """The same of complete values; kept, since a report asks the same at several places."""
    complete = np.frombuffer(content, np.float64).reshape(shape)
    different, which, alike = np.unique(complete, axis=0, return_inverse=True, return_counts=True)
    first = np.argmax(direction * _means_drawn(different), axis=1)
    share = np.bincount(first, minlength=len(different)) / DRAWS / alike
    return np.asarray(share[which.ravel()], dtype=np.float64)


def _means_drawn(values: Floats) -> Floats:
    """Draws of the policies' means: averages, and noise with their covariance (draws x policies).

    The triangle of a QR factorisation is a root of the covariance, and one that exists when the
    covariance is singular.
    """
    n = values.shape[1]
    averages = values.mean(axis=1)
    root = np.linalg.qr((values - averages[:, None]).T).R
    root *= np.where(np.diag(root) < 0.0, -1.0, 1.0)[:, None]  # else it depends on the library
    normals, spread = _noise(root.shape[0], n)
    noise = (normals @ root) * spread[:, None]
    return np.asarray(averages - averages[0] + noise, dtype=np.float64)


@lru_cache(maxsize=4)
def _noise(rows: int, n: int) -> tuple[Floats, Floats]:
    """Standard normal draws (draws x rows), and the spread that goes with ``n`` replications.

    The same for every KPI of a comparison, so they are kept.
    """
    uniforms = _uniforms(rows + 1)
    spread: Floats = 1.0 / np.sqrt(n * chdtri(n - 1, uniforms[0]))
    return ndtri(uniforms[1:]).T, spread


def _uniforms(rows: int) -> Floats:
    """``DRAWS`` numbers in (0, 1) for each row, from a stream that no version of NumPy changes."""
    raw = np.random.Philox(SEED).random_raw((rows, DRAWS))
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53
