"""Superiors watch some grievances from the first day on, and mark some closings to look into."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import office_gives_hours
from govsim.engines.compiled.draws import about_contact, one
from govsim.engines.compiled.rows import office_at, rules_of, whole
from govsim.model import oversight
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose, contact_index
from govsim.model.ranks import Rank
from govsim.model.records import Errand


@part
def watches(city: Any, case: Any) -> None:
    """Some are watched from registration on; each is a report to write, and one to read."""
    facts = rules_of(city, case.home).supervision
    above = office_at(city, case.home).parent
    if above < 0 or facts.watched == 0.0:
        return
    u, _ = about_contact(city, case, Purpose.WATCHED)
    if u < facts.watched:
        case.watched = 1
        office_gives_hours(city, case.home, case.number, Errand.PAPERWORK, facts.paperwork)
        office_gives_hours(city, above, case.number, Errand.PAPERWORK, facts.paperwork)


@part
def reminds(city: Any, case: Any, wait: int) -> int:
    """When the reply to a watched grievance is ready that is now begun to be prepared."""
    facts = rules_of(city, case.office).supervision
    if facts.rush == 0.0 or case.reply_due == NEVER:
        return NEVER
    due, term = case.reply_due, case.reply_term
    first = due - whole((1.0 - facts.reminder) * term)
    last = due - whole((1.0 - facts.last_reminder) * term)
    return oversight.reminded(city.now, wait, first, last, facts.rush)


@part
def may_inspect(city: Any, c: int, case: Any) -> None:
    """Some closings are looked into, some days later."""
    facts = rules_of(city, case.office).supervision
    if office_at(city, case.office).parent < 0 or facts.inspected == 0.0:
        return
    index = contact_index(whole(case.member), whole(case.contact), case.closings)
    if one(city, case.subject, Purpose.INSPECTED, index) < facts.inspected:
        when = city.now + facts.inspected_after
        if schedule(city, when, Rank.INSPECT, case.number, whole(case.closings), c):
            case.awaited += 1
