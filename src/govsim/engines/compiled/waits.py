"""Waits: whatever moves a case meanwhile makes its wait void."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.rows import case_at, whole
from govsim.model.ranks import Rank


@part
def waits(city: Any, c: int, kind: int, wait: int) -> None:
    """Let the time pass; whatever moves the case meanwhile makes this wait void."""
    case = case_at(city, c)
    case.stage += 1
    case.waiting_for = kind
    case.wait_begun = city.now
    schedule(city, city.now + wait, Rank.WAIT_ENDS, case.number, whole(case.stage), c)
