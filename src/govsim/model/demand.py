"""How many problems begin, when, to whom, and what they are like."""

from collections.abc import Sequence

from govsim.model.arithmetic import exp, log
from govsim.model.plan import NEVER

LARGEST_PIECE = 30.0  # a Poisson mean above this is drawn in pieces, so that exp(-mean) stays exact


def pieces(mean: float) -> int:
    """In how many Poisson pieces a mean is drawn."""
    return int(mean / LARGEST_PIECE) + 1


def poisson(mean: float, u: float) -> int:
    """The Poisson count of a mean up to LARGEST_PIECE at rank u."""
    if u < 1.0 - mean + mean * mean * (0.5 - mean / 6.0) - 1.0e-9:
        return 0  # below a bound of exp(-mean): most ranks are, where means are small
    k = 0
    p = exp(-mean)
    below = p
    while u > below and below + p > below:  # the sum may end an ulp or two short of 1
        k = k + 1
        p = p * mean / k
        below = below + p
    return k


def common_level(today: float, yesterday: float) -> float:
    """The whole city's level on a day: it shares half of what moves it with the day before."""
    return 0.5 * (today + yesterday)


def day_entity(day: int) -> int:
    """Id of a day's draws; days of the history are negative."""
    return day + 8192


def moment_of_day(hours: Sequence[float], u: float) -> int:
    """Second of the day at rank u of the cumulated hourly profile (25 values from 0 to 1)."""
    hour = 0
    while hour < 23 and u >= hours[hour + 1]:
        hour = hour + 1
    width = hours[hour + 1] - hours[hour]
    share = (u - hours[hour]) / width if width > 0.0 else 0.0
    second = int(share * 3600.0)
    return hour * 3600 + (second if second < 3600 else 3599)


def pick(shares: Sequence[float], u: float) -> int:
    """Index drawn in proportion to non-negative shares (they need not sum to 1)."""
    total = 0.0
    for share in shares:
        total = total + share
    point = u * total
    for i in range(len(shares)):
        if point < shares[i]:
            return i
        point = point - shares[i]
    return last_positive(shares)


def last_positive(shares: Sequence[float]) -> int:
    """Where ``pick`` lands when rounding carries it past the end."""
    i = len(shares) - 1
    while i > 0 and shares[i] <= 0.0:
        i = i - 1
    return i


def number_below(n: int, u: float) -> int:
    """A whole number in 0 .. n-1 at rank u."""
    k = int(u * n)
    return k if k < n else n - 1


def heals_after(rate: float, u: float) -> int:
    """Seconds until a problem ends by itself, at so many endings per second."""
    if rate <= 0.0:
        return NEVER
    after = -log(1.0 - u) / rate
    return int(after) + 1 if after < 1.0e15 else NEVER


def required_tier(can_solve: Sequence[float], hardness: float, u: float) -> int:
    """The lowest tier that can solve a problem.

    ``can_solve`` holds for each tier the cumulative share of problems solvable there or below;
    a class's hardness multiplies the odds of needing more.
    """
    tier = 0
    while tier < len(can_solve) - 1:
        able = can_solve[tier]
        if able > 0.0 and u < able / (able + hardness * (1.0 - able)):
            return tier
        tier = tier + 1
    return tier


def tier_from(can_solve: Sequence[float], hardness: float, u: float, least: int) -> int:
    """The lowest tier that can solve a problem of which those below ``least`` were too low."""
    below = 0.0
    if least > 0:
        able = can_solve[least - 1]
        below = able / (able + hardness * (1.0 - able)) if able > 0.0 else 0.0
    if below >= 1.0:
        return least
    return max(required_tier(can_solve, hardness, below + (1.0 - below) * u), least)


def departments(probability: float, u: float) -> int:
    """How many departments must act: one, or with some probability two or three."""
    if u >= probability:
        return 1
    return 2 if u < 0.7 * probability else 3


def severity_now(at_birth: float, growth: float, age: int, strength: float) -> float:
    """Severity of a problem unsolved for so many seconds; at most 1."""
    severity = at_birth * (1.0 + strength * growth * age)
    return severity if severity < 1.0 else 1.0
