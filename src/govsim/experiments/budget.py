"""How long a run will take, and whether anybody has agreed to that."""

from collections.abc import Sequence

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.model.plan import Plan
from govsim.model.size import expected_events

USUAL = 3_600  # seconds that a run may take unnoticed

SECONDS_PER_EVENT = {"compiled": 0.4e-6, "agents": 20e-6}  # on a small machine, rather too much
SECONDS_PER_PLAN = 0.02


def expected_seconds(plans: Sequence[Plan], replications: int, engine: str, workers: int) -> float:
    """About how long a run takes."""
    one = SECONDS_PER_EVENT.get(engine, 0.0)
    all_plans = sum(expected_events(plan) * one + SECONDS_PER_PLAN for plan in plans)
    return all_plans * replications / min(workers, replications * len(plans))


def check_budget(
    plans: Sequence[Plan], replications: int, engine: str, workers: int, budget: int | None
) -> None:
    """Refuse a run that would take much longer than allowed.

    Raises:
        InputError: it says how long, and what to do.
    """
    allowed = USUAL if budget is None else budget
    seconds = expected_seconds(plans, replications, engine, workers)
    if seconds <= allowed:
        return
    events = max(expected_events(plan) for plan in plans)
    message = say(
        "This run would take about {time}: {replications} replications of about {events} events, "
        "on {workers} workers. Allow it with --budget {round}, or ask for fewer replications, a "
        "shorter horizon or a smaller city.",
        time=in_words(seconds),
        replications=f"{replications * len(plans):,}",
        events=f"{events:,.0f}",
        workers=workers,
        round=_rounded_up(seconds),
    )
    raise InputError([Finding("--budget", "", message)])


def in_words(seconds: float) -> str:
    """A time as one would say it."""
    if seconds < 2 * 3_600:
        return say("{n} minutes", n=f"{seconds / 60:,.0f}")
    if seconds < 3 * 86_400:
        return say("{n} hours", n=f"{seconds / 3_600:,.0f}")
    return say("{n} days", n=f"{seconds / 86_400:,.0f}")


def _rounded_up(seconds: float) -> str:
    """The budget to type, a quarter more than expected: a duration as scenarios write it."""
    return f"{int(seconds * 1.25 / 3_600) + 1}h"
