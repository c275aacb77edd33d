"""Departments at one table: how often each is called, and when coming becomes a formality."""

from govsim.model.plan import DAY

WINDOW = 30 * DAY


def calls_lately(before: int, now: int, moment: int) -> float:
    """Calls of the last thirty days, from those of the stretch before and of the one at hand."""
    gone = (moment % WINDOW) / WINDOW
    return now + before * (1.0 - gone)


def perfunctory_probability(calls: float, bearable: float, per_call: float) -> float:
    """Probability that a department that is called so often only shows its face."""
    beyond = calls - bearable
    if beyond <= 0.0:
        return 0.0
    probability = per_call * beyond
    return probability if probability < 1.0 else 1.0
