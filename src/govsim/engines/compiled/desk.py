"""A desk: one queue, and the cadres who take from it.

The queue is a pairing heap threaded through the waiting cases themselves: joining costs one
comparison, and a case can leave from anywhere (Fredman, Sedgewick, Sleator, Tarjan 1986).
"""

from typing import Any

from govsim.compiling import part, small
from govsim.engines.compiled.resident import severity
from govsim.engines.compiled.rows import (
    case_at,
    desk_at,
    problem_at,
    restless_desks,
    rules_of,
    whole,
)
from govsim.model.records import ABSENT

FIRST_CLASS, WATCHED_CLASS, THREAT_CLASS, ORDINARY_CLASS, MILD_CLASS = 0, 1, 2, 3, 4


@part
def join(city: Any, d: int, c: int, to_do: int) -> None:
    """A case enters the queue."""
    case = case_at(city, c)
    case.queued = 1
    case.enabled = city.now
    case.to_do = to_do
    case.stage += 1
    case.desk = d
    case.queue_class = priority(city, case)
    by_deadline = rules_of(city, case.office).handling.by_deadline
    case.queue_deadline = case.reply_due if by_deadline else 0
    case.queue_child = ABSENT
    case.queue_next = ABSENT
    case.queue_previous = ABSENT
    desk = desk_at(city, d)
    desk.queue = _meld(city, desk.queue, c)
    changed(city, d)


@part
def priority(city: Any, case: Any) -> int:
    """Enquiries, leaders' cases, reviews, serious ones; watched; threats; the rest; mild."""
    if case.problem == ABSENT or case.leaders_case or case.ladder > 0:
        return FIRST_CLASS
    bad, rules = severity(city, problem_at(city, case.problem)), rules_of(city, case.office)
    if bad >= rules.handling.serious_from:
        return FIRST_CLASS
    if case.watched:
        return WATCHED_CLASS
    if case.threatens:
        return THREAT_CLASS
    return MILD_CLASS if bad < rules.intake.mild_below else ORDINARY_CLASS


@part
def changed(city: Any, d: int) -> None:
    """Somebody joined or became free: match at the end of this second."""
    desk = desk_at(city, d)
    if desk.restless:
        return
    desk.restless = 1
    restless_desks(city)[city.restless] = d
    city.restless += 1


@part
def take_first(city: Any, d: int) -> int:
    """The case at the head of the queue leaves it."""
    desk = desk_at(city, d)
    c = desk.queue
    case = case_at(city, c)
    case.queued = 0
    desk.queue = _meld_pairs(city, whole(case.queue_child))
    return c


@part
def leave_queue(city: Any, c: int) -> None:
    """A waiting case is closed or withdrawn."""
    case = case_at(city, c)
    if not case.queued:
        return
    if desk_at(city, case.desk).queue == c:
        take_first(city, whole(case.desk))
        return
    case.queued = 0
    before = case_at(city, case.queue_previous)
    if before.queue_child == c:
        before.queue_child = case.queue_next
    else:
        before.queue_next = case.queue_next
    if case.queue_next != ABSENT:
        case_at(city, case.queue_next).queue_previous = case.queue_previous
    desk = desk_at(city, case.desk)
    desk.queue = _meld(city, desk.queue, _meld_pairs(city, whole(case.queue_child)))


@small
def _goes_first(one: Any, other: Any) -> bool:
    if one.queue_class != other.queue_class:
        return one.queue_class < other.queue_class
    if one.queue_deadline != other.queue_deadline:
        return one.queue_deadline < other.queue_deadline
    if one.enabled != other.enabled:
        return one.enabled < other.enabled
    return one.number < other.number


@part
def _meld(city: Any, a: int, b: int) -> int:
    """One queue of two: the later head becomes the first child of the earlier one."""
    if a == ABSENT:
        return b
    if b == ABSENT:
        return a
    first, second = a, b
    if not _goes_first(case_at(city, a), case_at(city, b)):
        first, second = b, a
    head, child = case_at(city, first), case_at(city, second)
    child.queue_previous = first
    child.queue_next = head.queue_child
    if head.queue_child != ABSENT:
        case_at(city, head.queue_child).queue_previous = second
    head.queue_child = second
    head.queue_next = ABSENT
    head.queue_previous = ABSENT
    return first


@part
def _meld_pairs(city: Any, c: int) -> int:
    """One queue of a list of children: in pairs from the left, then together from the right."""
    pairs = ABSENT
    while c != ABSENT:
        partner = whole(case_at(city, c).queue_next)
        following = ABSENT if partner == ABSENT else whole(case_at(city, partner).queue_next)
        pair = _meld(city, c, partner)
        head = case_at(city, pair)
        head.queue_next = pairs
        head.queue_previous = ABSENT
        pairs = pair
        c = following
    queue = ABSENT
    while pairs != ABSENT:
        following = whole(case_at(city, pairs).queue_next)
        case_at(city, pairs).queue_next = ABSENT
        queue = _meld(city, queue, pairs)
        pairs = following
    return queue
