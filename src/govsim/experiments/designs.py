"""Designs: which points of the unit cube an experiment looks at, one row a point.

Grids and explicit tables are exact; Latin hypercubes and Sobol' sequences are SciPy's, Morris
trajectories and Saltelli's scheme (for Sobol' indices) are SALib's, whose analyses need their
points in just this order.
"""

from itertools import product

import numpy as np

from govsim.outcomes.lookup import Floats

KINDS = ("grid", "latin_hypercube", "sobol", "sobol_pairs", "morris", "table")
SALTELLI = ("sobol", "sobol_pairs")  # want a power of two of samples
LEVELS = 4  # of a Morris trajectory, as Morris and SALib recommend


def grid(sizes: list[int]) -> Floats:
    """Every combination of so many values of each factor; the last factor changes fastest."""
    if not sizes:
        return np.zeros((1, 0))  # one point: the scenario as it is
    ranks = [(np.arange(size) + 0.5) / size for size in sizes]
    return np.array(list(product(*ranks))).reshape(-1, len(sizes))


def latin_hypercube(factors: int, samples: int, seed: int) -> Floats:
    """Each factor's range cut into ``samples`` parts, each met once."""
    from scipy.stats import qmc

    points: Floats = qmc.LatinHypercube(factors, rng=np.random.default_rng(seed)).random(samples)
    return points


def sobol(factors: int, samples: int, seed: int, *, pairs: bool = False) -> Floats:
    """Saltelli's points for Sobol' indices of first and total order: samples x (factors + 2).

    With ``pairs`` for indices of second order, too: samples x (2 factors + 2).
    """
    from SALib.sample import sobol as sampling

    points: Floats = sampling.sample(
        _problem(factors), samples, calc_second_order=pairs, scramble=True, seed=seed
    )
    return points


def sobol_pairs(factors: int, samples: int, seed: int) -> Floats:
    """Saltelli's points for Sobol' indices of first, second and total order."""
    return sobol(factors, samples, seed, pairs=True)


def morris(factors: int, samples: int, seed: int) -> Floats:
    """Trajectories that change one factor at a time: samples x (factors + 1)."""
    from SALib.sample import morris as sampling

    points: Floats = sampling.sample(_problem(factors), samples, num_levels=LEVELS, seed=seed)
    return points


def _problem(factors: int) -> dict[str, object]:
    return {
        "num_vars": factors,
        "names": [f"x{place}" for place in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }


def sampled(kind: str, factors: int, samples: int, seed: int) -> Floats:
    """The points of a sampled design."""
    samplers = {
        "latin_hypercube": latin_hypercube,
        "sobol": sobol,
        "sobol_pairs": sobol_pairs,
        "morris": morris,
    }
    return samplers[kind](factors, samples, seed)
