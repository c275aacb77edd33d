"""The integer clock, and who goes first when several things happen in the same second.

The tie rule of ``model.ranks``: events are ordered by (time, rank, key), never by the order in
which they were scheduled.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

from simpy import Environment
from simpy.events import Event

from govsim.model.plan import DAY
from govsim.model.ranks import Rank

FIRST_MODEL_PRIORITY = 2  # 0 and 1 are SimPy's own: its wake-ups run before the next model event
RANK_BITS = 128  # room for the longest key below the rank
PRIORITIES = [FIRST_MODEL_PRIORITY + (rank << RANK_BITS) for rank in range(max(Rank) + 1)]


class Clock(Environment):
    """Time in whole seconds since midnight of the first day, and what is still to come.

    Nearly all that is to come are single moments: one thing is done at that time. They stand in
    SimPy's queue among the events of its processes, each in its place, as a plain pair (action,
    arguments); a process would need three events for the same. What comes on a later day waits
    unordered until that day, so that the queue stays short.
    """

    now: int = 0  # an attribute, not a property: so often read

    def __init__(self, horizon: int) -> None:
        super().__init__(0)
        self.horizon = horizon
        self.today: list[Any] = self._queue
        self.tomorrow = 0  # the midnight before which things go straight into today's queue
        self.later: list[list[Any]] = [[] for _ in range(-(-horizon // DAY))]  # by day

    def call(
        self, time: int, rank: Rank, key: int, action: Callable[..., None], *arguments: Any
    ) -> None:
        """Do one thing at that time, in its place among the events of that second.

        Nothing happens at or after the horizon.
        """
        if time < self.horizon:
            entry = (time, PRIORITIES[rank] + key, next(self._eid), (action, arguments))
            if time < self.tomorrow:
                heappush(self.today, entry)
            else:
                self.later[time // DAY].append(entry)

    def at(self, time: int, rank: Rank, key: int) -> Event:
        """The same for a process, which waits; from the horizon on it would wait for ever."""
        event = Event(self)
        if time < self.horizon:
            event._ok = True
            event._value = None
            self.schedule(event, PRIORITIES[rank] + key, time - self.now)  # type: ignore[arg-type]
        return event

    def day_begins(self, day: int) -> None:
        """What was planned for this day takes its place in the queue."""
        self.tomorrow = (day + 1) * DAY
        self.today += self.later[day]
        self.later[day] = []
        heapify(self.today)

    def passes(self, until: int) -> None:
        """Let everything happen that comes before that time."""
        today = self.today
        while today and today[0][0] < until:
            self.now, _, _, moment = today[0]
            if type(moment) is tuple:
                heappop(today)
                self._now = self.now
                action, arguments = moment
                action(*arguments)
            else:
                self.step()
        self.now = self._now = until
