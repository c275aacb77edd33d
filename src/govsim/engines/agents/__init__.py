"""The reference engine: residents, cadres and offices as SimPy agents.

Read ``city.py`` first, then ``resident.py`` and ``office.py``; they follow docs/model.md.
"""

from collections.abc import Callable

from govsim.engines.agents.checks import check
from govsim.engines.agents.city import City
from govsim.engines.agents.recorder import Records
from govsim.model.plan import DAY, Plan


def simulate(
    plan: Plan,
    seed: int,
    replication: int,
    drain: Callable[[Records], None],
    *,
    checks: bool = True,
    watch: Callable[[int], None] | None = None,
) -> None:
    """Run one replication and hand its records, chunk by chunk, to ``drain``.

    ``checks`` verifies the invariants of the model every simulated day. ``watch`` is called with
    the time reached, in seconds, after each simulated day; what it raises stops the run.
    """
    city = City(plan, seed, replication, drain)
    for day in range(1, -(-plan.horizon // DAY) + 1):
        city.clock.passes(min(day * DAY, plan.horizon))
        if checks:
            check(city)
        if watch is not None:
            watch(city.clock.now)
    city.closes_the_books()
