"""The ledger: contacts are made and written down, triaged, withdrawn, reopened, and leave it."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.closing import close
from govsim.engines.compiled.deadlines import restart_reply, restart_resolution
from govsim.engines.compiled.desk import join, leave_queue
from govsim.engines.compiled.draws import about, about_contact, one
from govsim.engines.compiled.hotline import answers_at_once, takes_call
from govsim.engines.compiled.intake import closes_at_intake
from govsim.engines.compiled.leaving import leaves
from govsim.engines.compiled.moving import goes_up, receive, release
from govsim.engines.compiled.office import dispatch, responsible
from govsim.engines.compiled.problems import forget_if_over
from govsim.engines.compiled.recorder import record_case, record_problem, record_question
from govsim.engines.compiled.resident import (
    ID_OF_DAY_BITS,
    choose_channel,
    gives_up_later,
    member_of,
    severity,
    tier_needed,
)
from govsim.engines.compiled.rows import (
    all_cases,
    blank_case,
    bring_case,
    case_at,
    causes,
    channel_at,
    community_of,
    desk_at,
    hotline_at,
    member_at,
    office_at,
    office_desks,
    problem_at,
    resident_at,
    rules_of,
    whole,
)
from govsim.engines.compiled.shapes import TURNED_AWAY, WITHDRAWN
from govsim.engines.compiled.silent import breaks_silence
from govsim.engines.compiled.supervision import watches
from govsim.engines.compiled.waits import cut_short
from govsim.model import residents
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose, contact_index
from govsim.model.records import (
    ABSENT,
    AGAIN,
    FIRST,
    HAS_DEADLINE,
    HAS_REPLY_DEADLINE,
    KNOWN,
    NO_INDEX,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    REPLIED_BEFORE,
    TRUE,
    Activity,
    Kind,
    Origin,
    Outcome,
)

# ---------------------------------------------------------------- contacts


@part
def asks(city: Any, enquiry: int, channel: int, segment: int) -> None:
    """A question: put to the first desk, or to an operator, who may know the answer."""
    community = enquiry >> ID_OF_DAY_BITS
    facts = channel_at(city, channel)
    home = responsible(city, community, facts.lands_at)
    at_once = False
    if facts.hotline != ABSENT:
        if not takes_call(city, facts.hotline, enquiry, 0):
            record_question(
                city, Kind.NOT_RECORDED, enquiry, community, segment, channel, Origin.ENQUIRY
            )
            return
        at_once = answers_at_once(city, facts.hotline, enquiry)
        if at_once:
            home = whole(desk_at(city, hotline_at(city, facts.hotline).desk).office)
    c = new_case(city, enquiry, home)
    case = case_at(city, c)
    case.klass = NO_INDEX
    case.segment = segment
    case.channel = channel
    receive(city, home, case)
    record_case(city, Kind.REGISTERED, case, Origin.ENQUIRY, 0, 0.0)
    if at_once:
        close(city, c, Outcome.ANSWERED)
        return
    join(city, office_desks(city)[office_at(city, home).first_desk], c, Activity.ENQUIRY)


@part
def contact(
    city: Any,
    p: int,
    member: int,
    r: int,
    resident_id: int,
    origin: int,
    channel: int,
    threatens: int,
) -> None:
    """A resident speaks up; with some luck somebody writes it down."""
    problem = problem_at(city, p)
    contact = next_contact(city, problem, member)
    index = contact_index(member, contact, 0)
    facts = channel_at(city, channel)
    h = whole(facts.hotline)
    heard = h == ABSENT or takes_call(city, h, problem.id, index)
    if not heard or one(city, problem.id, Purpose.RECORDING, index) >= facts.registered:
        record_problem(city, Kind.NOT_RECORDED, problem, origin, 0, 0.0, channel)
        return
    home = responsible(city, community_of(problem), facts.lands_at)
    c = register(city, p, member, contact, r, resident_id, origin, channel, home, 0, threatens, 0)
    triage(city, c, h)


@part
def contact_above(city: Any, c: int, origin: int) -> None:
    """One tier above the office that had it: over its head, or as a formal review."""
    case = case_at(city, c)
    p = whole(case.problem)
    member = whole(case.member)
    contact = next_contact(city, problem_at(city, p), member)
    above = office_at(city, case.home).parent
    ladder = 0
    if origin == Origin.REVIEW:
        ladder = 1
    elif origin == Origin.RE_REVIEW:
        ladder = 2
    new = register(
        city,
        p,
        member,
        contact,
        whole(case.resident),
        case.resident_id,
        origin,
        whole(case.channel),
        above,
        0,
        whole(case.threatens),
        ladder,
    )
    triage(city, new, ABSENT)


@part
def next_contact(city: Any, problem: Any, member: int) -> int:
    """How many-th contact this is of that resident about the problem."""
    if member == 0:
        contact = whole(problem.contacts)
        problem.contacts += 1
        return contact
    row = member_at(city, member_of(city, problem, member))
    contact = whole(row.contacts)
    row.contacts += 1
    return contact


@part
def contacts_so_far(city: Any, problem: Any, member: int) -> int:
    """How often that resident has spoken up about the problem."""
    if member == 0:
        return whole(problem.contacts)
    return whole(member_at(city, member_of(city, problem, member)).contacts)


# ---------------------------------------------------------------- registration and triage


@part
def register(
    city: Any,
    p: int,
    member: int,
    contact: int,
    r: int,
    resident_id: int,
    origin: int,
    channel: int,
    home: int,
    leaders_case: int,
    threatens: int,
    ladder: int,
) -> int:
    """A new entry in an office's ledger; its clocks start."""
    problem = problem_at(city, p)
    c = new_case(city, problem.id, home)
    case = case_at(city, c)
    case.problem = p
    case.member = member
    case.contact = contact
    case.resident = r
    case.resident_id = resident_id
    case.klass = problem.klass
    case.segment = resident_at(city, r).segment
    case.channel = channel
    case.leaders_case = leaders_case
    case.threatens = threatens
    case.ladder = ladder
    problem.rows += 1
    flags = KNOWN if problem.known else 0
    becomes_known(city, p, problem)
    hardens(city, problem)
    opens(city, problem, c, case)
    receive(city, home, case)
    office_at(city, home).taken += 1
    if city.planner_count > 0:
        causes(city)[community_of(problem) * city.class_count + problem.klass] += 1
    record_case(city, Kind.REGISTERED, case, origin, flags, 0.0)
    restart_reply(city, c)
    restart_resolution(city, c)
    watches(city, case)
    if city.loops.giving_up > 0.0:
        gives_up_later(city, c)
    return c


@part
def becomes_known(city: Any, p: int, problem: Any) -> None:
    """From the first registration on the problem is no longer latent."""
    breaks_silence(city, p)
    if not problem.known:
        problem.known = 1
        record_problem(city, Kind.BECAME_KNOWN, problem, 0, 0, 0.0, NO_INDEX)


@part
def hardens(city: Any, problem: Any) -> None:
    """What has grown since its birth may now need a higher tier."""
    grown = severity(city, problem) - problem.severity_at_birth
    if not problem.hardened and city.loops.hardening * grown > 0.0:
        u = one(city, problem.id, Purpose.HARDENING, 0)
        problem.hardened = u < city.loops.hardening * grown


@part
def triage(city: Any, c: int, h: int) -> None:
    """Who is to handle it: the office that took it, or straight the tier that looks right.

    A hotline (h, or ABSENT) has its own catalogue, by which it dispatches.
    """
    if closes_at_intake(city, c):
        return
    case = case_at(city, c)
    if case.barred & TURNED_AWAY:
        dispatch(city, c, 0.0, Activity.HANDLE)
        return
    facts = rules_of(city, case.home).handling
    error = facts.triage_error if h == ABSENT else hotline_at(city, h).dispatch_error
    if facts.direct_dispatch or h != ABSENT:
        target = _judged_tier(city, case, error)
        sender = whole(case.office)
        if target > office_at(city, sender).tier:
            release(city, case)
            community = community_of(problem_at(city, case.problem))
            receive(city, responsible(city, community, target), case)
            record_case(city, Kind.ESCALATED, case, 0, goes_up(case), float(sender))
    dispatch(city, c, error, Activity.HANDLE)


@part
def _judged_tier(city: Any, case: Any, error: float) -> int:
    """The tier that triage believes is needed; by mistake one off."""
    needed = tier_needed(city, problem_at(city, case.problem))
    u, way = about_contact(city, case, Purpose.DISPATCH)
    if u < error * city.loops.bounce:
        needed += 1 if way < 0.5 else -1
    return max(0, min(needed, city.tier_count - 1))


# ---------------------------------------------------------------- leaving and coming back


@part
def _into_the_line(city: Any, problem: Any, c: int, case: Any, last: int) -> None:
    """Among others about the same problem, by number; the one before the first is the last."""
    first = whole(problem.first_open)
    before, after = last, whole(ABSENT)
    while after != first and case_at(city, before).number > case.number:
        after = before
        before = whole(case_at(city, before).previous_open)
    case.previous_open = before
    case.next_open = after
    if after == first:
        problem.first_open = c
    else:
        case_at(city, before).next_open = c
    case_at(city, first if after == ABSENT else after).previous_open = c


@part
def opens(city: Any, problem: Any, c: int, case: Any) -> None:
    """Among the open grievances about a problem, in order of their numbers."""
    first = whole(problem.first_open)
    if first == ABSENT:
        problem.first_open = case.previous_open = c
        case.next_open = ABSENT
    else:
        last = whole(case_at(city, first).previous_open)
        _into_the_line(city, problem, c, case, last)
    problem.open_grievances += 1
    if problem.open_grievances > city.most_open:
        city.most_open = problem.open_grievances


@part
def withdraw(city: Any, c: int) -> None:
    """The resident has given up waiting."""
    case = case_at(city, c)
    cut_short(city, case)
    leave_queue(city, c)
    case.open = 0
    case.stage += 1
    case.barred |= WITHDRAWN
    stands(city, Kind.WITHDRAWN, case, 0)
    release(city, case)
    leaves(city, c)


@part
def reopen(city: Any, c: int) -> None:
    """The same file once more, at the office that closed it."""
    case = case_at(city, c)
    flags = TRUE if case.closed_true else 0
    flags |= FIRST if case.closings == 1 else 0
    age = float(case.closed_at - case.registered)
    record_case(city, Kind.REOPENED, case, case.outcome, flags, age)
    case.open = 1
    case.decided = 0
    case.settled_in_substance = 0
    case.departments_done = 0
    case.overdue = 0
    case.barred = 0
    breaks_silence(city, whole(case.problem))
    problem = problem_at(city, case.problem)
    opens(city, problem, c, case)
    office_at(city, case.home).taken += 1
    receive(city, whole(case.office), case)
    restart_resolution(city, c)
    dispatch(city, c, 0.0, Activity.HANDLE)


@part
def tries_again(city: Any, c: int, origin: int) -> None:
    """Higher up, the same file once more, or a new grievance; some threaten to go further."""
    case = case_at(city, c)
    reopens, threat = about(city, case, Purpose.CONTACT_DELAY)
    magic_words = rules_of(city, case.office).intake.magic_words
    if threat < residents.threat_probability(
        city.after_closing.threat, magic_words, city.loops.squeaky_wheel
    ):
        case.threatens = 1
    if origin != Origin.REPEAT:
        contact_above(city, c, origin)
    elif reopens < city.after_closing.reopens and case.barred == 0:
        reopen(city, c)
    else:
        problem = problem_at(city, case.problem)
        member = whole(case.member)
        channel = choose_channel(
            city,
            case.subject,
            member,
            contacts_so_far(city, problem, member),
            whole(case.segment),
            whole(case.channel) if case.barred & TURNED_AWAY else ABSENT,
        )
        contact(
            city,
            whole(case.problem),
            member,
            whole(case.resident),
            case.resident_id,
            origin,
            channel,
            whole(case.threatens),
        )


@part
def comes_back(city: Any, c: int, origin: int) -> None:
    """The same resident about the same problem again, which still lives and is not in hand."""
    if case_at(city, c).open:
        contact_above(city, c, origin)
    else:
        tries_again(city, c, origin)


@part
def stands(city: Any, kind: int, case: Any, code: int) -> None:
    """How a case that nobody has closed stands now."""
    flags = REPLIED_BEFORE if case.replied else 0
    flags |= OVERDUE_REPLY if case.overdue_reply else 0
    flags |= OVERDUE_RESOLUTION if case.overdue_resolution else 0
    flags |= HAS_REPLY_DEADLINE if case.reply_due < NEVER else 0
    flags |= HAS_DEADLINE if case.resolution_due < NEVER else 0
    flags |= AGAIN if case.closings > 0 else 0
    record_case(city, kind, case, code, flags, float(city.now - case.registered))


# ---------------------------------------------------------------- rows


@part
def new_case(city: Any, subject: int, home: int) -> int:
    """A row for a grievance or an enquiry, registered now."""
    c = city.free_case
    if c == ABSENT:
        c = city.cases_used
        city.cases_used = c + 1
    else:
        city.free_case = whole(case_at(city, c).next_loose)
        bring_case(city, city.free_case)
        city.cases_free -= 1
    all_cases(city)[c] = blank_case(city)
    case = case_at(city, c)
    case.number = city.number_of_cases
    case.subject = subject
    case.registered = city.now
    case.home = home
    city.number_of_cases += 1
    return c


@part
def forget_loose(city: Any) -> None:
    """Rows of cases that are closed, and that nothing will come back to, are free again."""
    c = city.loose
    city.loose = ABSENT
    while c != ABSENT:
        case = case_at(city, c)
        following = whole(case.next_loose)
        case.loose = 0
        if not case.open and case.awaited == 0:
            p = whole(case.problem)
            case.number = ABSENT
            case.next_loose = city.free_case
            city.free_case = c
            city.cases_free += 1
            if p != ABSENT:
                problem_at(city, p).rows -= 1
                forget_if_over(city, p)
        c = following
