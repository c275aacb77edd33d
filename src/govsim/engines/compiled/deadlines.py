"""Two clocks on every grievance: the first reply, and the resolution."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled import duty
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.draws import about_contact
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.replying import replies_in_form
from govsim.engines.compiled.resident import is_ignored
from govsim.engines.compiled.rows import (
    case_at,
    class_at,
    office_at,
    rules_of,
    tier_at,
)
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, FIRST, Kind, Term


@part
def restart_reply(city: Any, c: int) -> None:
    """The reply clock runs from now, by its class's term or that of the tier."""
    case = case_at(city, c)
    if case.replied:
        return
    tier = tier_at(city, office_at(city, case.office).tier)
    term, working = tier.reply_deadline, tier.reply_in_working_days != 0
    klass = class_at(city, case.klass)
    if klass.reply_deadline != ABSENT:
        term, working = klass.reply_deadline, klass.reply_in_working_days != 0
    due = _due(city, term, working)
    set_reply(city, c, due)
    case.reply_term = due - city.now if due < NEVER else NEVER


@part
def restart_resolution(city: Any, c: int) -> None:
    """The resolution clock runs from now, as above; a review has its own term."""
    case = case_at(city, c)
    tier = tier_at(city, office_at(city, case.office).tier)
    term, working = tier.resolution_deadline, tier.resolution_in_working_days != 0
    klass = class_at(city, case.klass)
    if klass.resolution_deadline != ABSENT:
        term, working = klass.resolution_deadline, klass.resolution_in_working_days != 0
    if case.ladder > 0:
        term, working = city.after_closing.review_deadline, False
    due = _due(city, term, working)
    case.resolution_term = due - city.now if due < NEVER else NEVER
    set_resolution(city, c, due)


@part
def put_off(city: Any, c: int, wait: int) -> None:
    """Clocks that still run stand still while the resident is asked for something."""
    if wait == 0:
        return
    case = case_at(city, c)
    if not case.replied and city.now <= case.reply_due < NEVER:
        set_reply(city, c, case.reply_due + wait)
    if city.now <= case.resolution_due < NEVER:
        set_resolution(city, c, case.resolution_due + wait)


@part
def _due(city: Any, term: int, working: bool) -> int:
    """When a term that begins now ends; working days are whole days of the working calendar."""
    if term == NEVER:
        return NEVER
    if not working:
        return city.now + term
    return duty.finish(city, city.working_days, city.now, term)


@part
def set_reply(city: Any, c: int, due: int) -> None:
    """The reply is due then."""
    case = case_at(city, c)
    case.reply_due = due
    if due < NEVER:
        schedule(city, due, Rank.REPLY_DUE, case.number, 0, c)


@part
def set_resolution(city: Any, c: int, due: int) -> None:
    """The resolution is due then."""
    case = case_at(city, c)
    case.resolution_due = due
    if due < NEVER:
        schedule(city, due, Rank.RESOLUTION_DUE, case.number, 0, c)


@part
def reply_falls_due(city: Any, c: int) -> None:
    """Missed: extended, or overdue; the resident loses trust and may go over their heads."""
    case = case_at(city, c)
    if case.replied or not case.open or case.reply_due != city.now:
        return
    if _extends(city, case):
        case.extended = 1
        record_case(city, Kind.EXTENDED, case, Term.REPLY, 0, 0.0)
        set_reply(city, c, case.reply_due + rules_of(city, case.office).deadlines.extension_length)
        return
    if replies_in_form(city, case):
        return
    first_time = case.overdue_reply == 0
    record_case(city, Kind.OVERDUE, case, 0, FIRST if first_time else 0, 0.0)
    case.overdue_reply = 1
    runs_over(city, case)
    is_ignored(city, c, first_time)


@part
def resolution_falls_due(city: Any, c: int) -> None:
    """Missed: extended, or the case is late; that is pressure on the office."""
    case = case_at(city, c)
    if not case.open or case.resolution_due != city.now:
        return
    if _extends_resolution(city, case):
        _prolong(city, c, rules_of(city, case.office).deadlines.resolution_extension_length)
        return
    record_case(city, Kind.LATE, case, 0, 0 if case.overdue_resolution else FIRST, 0.0)
    case.overdue_resolution = 1
    runs_over(city, case)


@part
def _extends(city: Any, case: Any) -> bool:
    """Whether the office is granted more time; once at most."""
    if case.extended:
        return False
    u, _ = about_contact(city, case, Purpose.EXTENSION)
    return u < rules_of(city, case.office).deadlines.extension


@part
def _extends_resolution(city: Any, case: Any) -> bool:
    """Whether there is more time for the matter itself; once at most, and not for a review."""
    if case.resolution_extended or case.ladder > 0:
        return False
    _, u = about_contact(city, case, Purpose.EXTENSION)
    return u < rules_of(city, case.office).deadlines.resolution_extension


@part
def _prolong(city: Any, c: int, length: int) -> None:
    """The resolution term is longer from now on."""
    case = case_at(city, c)
    case.resolution_extended = 1
    case.resolution_term += length
    record_case(city, Kind.EXTENDED, case, Term.RESOLUTION, 0, 0.0)
    set_resolution(city, c, case.resolution_due + length)


@part
def runs_over(city: Any, case: Any) -> None:
    """The office has one more case past a deadline."""
    if not case.overdue:
        case.overdue = 1
        office_at(city, case.office).overdue += 1
