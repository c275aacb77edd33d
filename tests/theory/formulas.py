"""Closed forms of queueing theory: the oracles."""

from math import exp, factorial


def erlang_c(c: int, a: float) -> float:
    """Probability of waiting in M/M/c with offered load a."""
    below = sum(a**k / factorial(k) for k in range(c))
    top = a**c / factorial(c) * c / (c - a)
    return top / (below + top)


def mmc_wait(arrivals: float, service: float, c: int) -> float:
    """Mean wait in M/M/c; arrivals per day, mean service in days."""
    a = arrivals * service
    return erlang_c(c, a) / (c / service - arrivals)


def pollaczek_khinchine(arrivals: float, mean: float, second_moment: float) -> float:
    """Mean wait in M/G/1."""
    return arrivals * second_moment / (2 * (1 - arrivals * mean))


def cobham(arrivals: tuple[float, float], mean: float, second_moment: float) -> tuple[float, float]:
    """Mean waits of two non-preemptive priority classes with the same service law (M/G/1)."""
    residual = sum(arrivals) * second_moment / 2
    first = arrivals[0] * mean
    both = sum(arrivals) * mean
    return residual / (1 - first), residual / ((1 - first) * (1 - both))


def erlang_a(arrivals: float, service: float, c: int, patience: float) -> tuple[float, float]:
    """M/M/c+M: (probability of giving up, mean queue length), by the birth-death equations."""
    mu, theta = 1 / service, 1 / patience
    weights = [1.0]
    for n in range(1, 400):
        death = min(n, c) * mu + max(n - c, 0) * theta
        weights.append(weights[-1] * arrivals / death)
    total = sum(weights)
    queue = sum(max(n - c, 0) * w for n, w in enumerate(weights)) / total
    return theta * queue / arrivals, queue


def poisson_zero(mean: float) -> float:
    """Probability of no event."""
    return exp(-mean)
