"""Where a file lies: in one office at a time."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.deadlines import restart_reply
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import case_at, office_at, rules_of, whole
from govsim.model.records import FIRST


@part
def receive(city: Any, o: int, case: Any) -> None:
    """An open case lies here from now on."""
    case.office = o
    office = office_at(city, o)
    office.cases += 1
    office.overdue += case.overdue


@part
def release(city: Any, case: Any) -> None:
    """A case leaves its office or is closed."""
    office = office_at(city, case.office)
    office.cases -= 1
    office.overdue -= case.overdue


@part
def goes_up(case: Any) -> int:
    """The flags of a move to an office above."""
    flags = 0 if case.went_up else FIRST
    case.went_up = 1
    return flags


@part
def moves_to(city: Any, c: int, to: int, kind: int, flags: int) -> None:
    """The file lies in another office from now on."""
    case = case_at(city, c)
    sender = whole(case.office)
    rules = rules_of(city, sender)
    release(city, case)
    receive(city, to, case)
    record_case(city, kind, case, 0, flags, float(sender))
    if rules.deadlines.restart_on_transfer:
        restart_reply(city, c)
