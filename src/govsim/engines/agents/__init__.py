"""The reference engine: residents, cadres and offices as SimPy agents.

Read ``city.py`` first, then ``resident.py`` and ``office.py``; they follow docs/model.md.
"""

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

from simpy.events import Event

from govsim.engines.agents.checks import check
from govsim.engines.agents.city import City
from govsim.engines.agents.recorder import Records
from govsim.model.plan import DAY, Plan

OwnPolicy = Callable[[City], Generator[Event, None, None]]


def simulate(
    plan: Plan,
    seed: int,
    replication: int,
    drain: Callable[[Records], None],
    *,
    checks: bool = True,
    watch: Callable[[int], None] | None = None,
    own: Sequence[OwnPolicy] = (),
) -> None:
    """Run one replication and hand its records, chunk by chunk, to ``drain``.

    ``checks`` verifies the invariants of the model every simulated day. ``watch`` is called with
    the time reached, in seconds, after each simulated day; what it raises stops the run. ``own``
    are policies written in Python: functions that are given the city and run in it as SimPy
    processes, from the first day of the run that is told of (``plan.opens``).
    """
    with no_search_for_garbage():
        city = City(plan, seed, replication, drain)
        for policy in own:
            city.clock.process(_when_the_run_opens(city, policy))
        _run(city, checks, watch)


def _when_the_run_opens(city: City, policy: OwnPolicy) -> Generator[Event, None, None]:
    """A policy that is tried begins when the run-in is over, as shipped ones do."""
    if city.plan.opens:
        yield city.clock.timeout(city.plan.opens)
    yield from policy(city)


def _run(city: City, checks: bool, watch: Callable[[int], None] | None) -> None:
    horizon = city.plan.horizon
    for day in range(-(-horizon // DAY)):
        city.clock.day_begins(day)
        city.clock.passes(min((day + 1) * DAY, horizon))
        city.record.day_ends()
        if checks:
            check(city)
        if watch is not None:
            watch(city.clock.now)
    city.breaks_off()


@contextmanager
def no_search_for_garbage() -> Iterator[None]:
    """Python looks for forgotten cycles whenever the number of objects has grown by a quarter.

    That took a third of a run and found nothing: what ends is let go by whoever held it. The city
    itself is forgotten at the end, and is then among the youngest objects.
    """
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()
            gc.collect(0)
