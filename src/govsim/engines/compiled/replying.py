"""The first reply to a resident: prepared, reminded of, sent, or sent for form's sake."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import office_gives_hours
from govsim.engines.compiled.draws import about_contact, rounded
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.rows import case_at, class_at, office_at, rules_of, whole
from govsim.engines.compiled.scoring import counts_reply
from govsim.engines.compiled.supervision import reminds
from govsim.model import handling, oversight
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import (
    HAS_DEADLINE,
    ON_TIME,
    OVERDUE_REPLY,
    SUBSTANTIVE,
    Errand,
    Kind,
)


@part
def prepare_reply(city: Any, c: int) -> None:
    """After the first look, finding out what to answer takes time; less near the deadline."""
    case = case_at(city, c)
    if case.replied or case.reply_in_preparation:
        return
    case.reply_in_preparation = 1
    law = class_at(city, case.klass).reply_wait
    u, _ = about_contact(city, case, Purpose.REPLY)
    slowness = office_at(city, case.office).slowness
    wait = handling.stretched(rounded(city, law, u), slowness / hurry(city, case.office))
    ready = ready_at(city, case, wait, case.reply_due, case.reply_term)
    if case.watched:
        ready = min(ready, reminds(city, case, wait))
    schedule(city, ready, Rank.REPLY, case.number, 0, c)


@part
def ready_at(city: Any, case: Any, wait: int, due: int, term: int) -> int:
    """When what takes so long is there, if people hurry before a term ends, and then forget."""
    facts = rules_of(city, case.office).deadlines
    strength = city.loops.deadline_rush
    return handling.rushed(
        city.now,
        wait,
        due - whole(facts.rush_window * term),
        due,
        facts.rush_speed * strength,
        facts.neglect * strength,
    )


@part
def hurry(city: Any, o: int) -> float:
    """How many times as fast an office works that is far down the ranking."""
    facts = rules_of(city, o).scoring
    return oversight.hurry(
        facts.strength, office_at(city, o).behind, facts.effort, facts.most_effort
    )


@part
def reply(city: Any, case: Any) -> None:
    """The resident hears something for the first time."""
    now = city.now
    case.replied = 1
    case.replied_in_time = now <= case.reply_due
    flags = HAS_DEADLINE if case.reply_due < NEVER else 0
    flags |= ON_TIME if case.replied_in_time else 0
    in_substance = case.settled_in_substance and not case.replied_in_form
    flags |= SUBSTANTIVE if in_substance else 0
    flags |= OVERDUE_REPLY if case.overdue_reply else 0
    record_case(city, Kind.REPLIED, case, 0, flags, float(now - case.registered))
    counts_reply(city, case)


@part
def replies_in_form(city: Any, case: Any) -> bool:
    """Whether a reply goes out just in time, whatever there is to say."""
    facts = rules_of(city, case.office).formal_replies
    if facts.share == 0.0:
        return False
    u, _ = about_contact(city, case, Purpose.FORMAL_REPLY)
    if u >= facts.share:
        return False
    case.replied_in_form = 1
    reply(city, case)
    office_gives_hours(city, whole(case.office), whole(case.number), Errand.PAPERWORK, facts.work)
    return True
