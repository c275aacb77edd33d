"""Waits: whatever moves a case meanwhile makes its wait void."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import case_at, whole
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, UNFINISHED, Kind, Wait


@part
def waits(city: Any, c: int, kind: int, wait: int) -> None:
    """Let the time pass; whatever moves the case meanwhile makes this wait void."""
    case = case_at(city, c)
    case.stage += 1
    case.waiting_for = kind
    case.wait_begun = city.now
    schedule(city, city.now + wait, Rank.WAIT_ENDS, case.number, whole(case.stage), c)


@part
def cut_short(city: Any, case: Any) -> None:
    """Whatever an open case waits for, it waits no more."""
    kind, begun = whole(Wait.QUEUE), whole(case.enabled)
    if not case.queued:
        if case.waiting_for == ABSENT:
            return
        kind, begun = whole(case.waiting_for), whole(case.wait_begun)
    case.waiting_for = ABSENT
    row = record_case(city, Kind.WAITED, case, kind, UNFINISHED, 0.0)
    row.enabled = begun
    row.started = begun
