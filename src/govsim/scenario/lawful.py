"""A distribution in the planner's words becomes a law of the plan."""

from math import frexp, ldexp

from govsim.model.laws import Family, table_ranks
from govsim.model.plan import Law
from govsim.scenario.laws import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Triangular,
    Weibull,
)


def rounded(x: float) -> float:
    """x to 40 bits: computed values differ between machines only beyond that."""
    mantissa, exponent = frexp(x)
    return ldexp(round(ldexp(mantissa, 40)), exponent - 40)


def to_law(words: Distribution) -> Law:
    """The law that a scenario's distribution names."""
    match words:
        case Constant():
            return Law(Family.CONSTANT, float(words.value))
        case Exponential():
            return Law(Family.EXPONENTIAL, float(words.mean))
        case Lognormal():
            median, sigma = words.median_and_sigma()
            return Law(Family.LOGNORMAL, rounded(median), rounded(sigma))
        case Gamma():
            return Law(Family.TABLE, table=_gamma(float(words.mean), words.shape))
        case Weibull():
            return Law(Family.WEIBULL, float(words.scale), rounded(1.0 / words.shape))
        case Triangular():
            return Law(Family.TRIANGULAR, float(words.low), float(words.mode), float(words.high))
        case Empirical():
            return Law(Family.STEPS, table=_steps(words))


def _gamma(mean: float, shape: float) -> tuple[float, ...]:
    from scipy.special import gammaincinv  # slow to import, and loading a scenario needs it not

    scale = mean / shape
    return tuple(rounded(scale * float(gammaincinv(shape, rank))) for rank in table_ranks())


def _steps(words: Empirical) -> tuple[float, ...]:  # type: ignore[type-arg]
    weights = words.weights or (1.0,) * len(words.values)
    total = sum(weights)
    below = 0.0
    sums = []
    for weight in weights:
        below += weight
        sums.append(rounded(below / total))
    return (*sums, *(float(value) for value in words.values))
