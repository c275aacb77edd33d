"""A resident: trusts, speaks up or stays silent, judges, comes back or gives up."""

from typing import Any

from govsim.compiling import allow, part, small
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.channels import access_today, channel_chosen, channel_opens
from govsim.engines.compiled.draws import (
    about,
    about_contact,
    one,
    pair,
    quantile,
    rounded,
    seconds,
)
from govsim.engines.compiled.hotline import calls_back, who_calls_back
from govsim.engines.compiled.recorder import record_case, record_resident
from govsim.engines.compiled.rows import (
    access,
    can_solve,
    case_at,
    class_at,
    community_of,
    first_resident,
    member_at,
    office_at,
    problem_at,
    resident_at,
    resident_rows,
    rules_of,
    segment_shares,
    whole,
)
from govsim.model import demand, handling, oversight, randomness, residents
from govsim.model.plan import DAY
from govsim.model.randomness import Purpose, contact_index
from govsim.model.ranks import Rank
from govsim.model.records import (
    ABSENT,
    AGAIN,
    ENDED,
    NO_INDEX,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    SURVEYED,
    TRUE,
    Kind,
    Origin,
    Outcome,
    Wait,
)

for rules in (demand, handling, oversight, residents):
    allow(rules)

ID_OF_DAY_BITS = 34  # of a problem's id, below the community
NUMBER = (1 << 32) - 1  # of a resident's id, below the community


@part
def resident_of(city: Any, resident_id: int) -> int:
    """The row of a resident, made when something first happens to it."""
    place = first_resident(city)[resident_id >> 32] + (resident_id & NUMBER)
    rows = resident_rows(city)
    r = whole(rows[place])
    if r == 0:
        city.residents_used += 1
        r = city.residents_used
        rows[place] = r
        u, v = pair(city, resident_id, Purpose.INITIAL_TRUST, 0)
        resident = resident_at(city, r)
        resident.trust = residents.clip(quantile(city, city.trust.initial, u))
        resident.segment = demand.pick(segment_shares(city), v)
        resident.trust_since = city.now
        resident.met_leader = 0
    return r


# ---------------------------------------------------------------- trust


@part
def trust_now(city: Any, resident: Any) -> float:
    """Trust today: what was, half forgotten."""
    facts = city.trust
    age = city.now - resident.trust_since
    return residents.drifted(
        resident.trust, facts.drifts_to, age, facts.half_life, city.loops.trust
    )


@part
def set_trust(city: Any, resident: Any, resident_id: int, trust: float) -> None:
    """An experience, or the passing of time, has moved trust."""
    change = trust - resident.trust
    resident.trust = trust
    resident.trust_since = city.now
    if change != 0.0:
        record_resident(
            city, Kind.TRUST, resident_id, resident_id >> 32, whole(resident.segment), change
        )


@part
def willingness(city: Any, resident: Any) -> float:
    """Factor on speaking up."""
    facts = city.reporting
    return residents.willingness(
        trust_now(city, resident), facts.trust_floor, facts.trust_slope, city.loops.participation
    )


# ---------------------------------------------------------------- speaking up


@part
def severity(city: Any, problem: Any) -> float:
    """How bad a problem is today."""
    growth = class_at(city, problem.klass).severity_growth
    age = city.now - problem.born
    return demand.severity_now(problem.severity_at_birth, growth, age, city.loops.severity_growth)


@part
def report_probability(city: Any, problem: Any, resident: Any, factor: float) -> float:
    """Probability of speaking up at one occasion."""
    reached = access_today(city, whole(resident.segment), community_of(problem))
    return _report_probability(city, problem, resident, factor, reached)


@part
def _report_probability(
    city: Any, problem: Any, resident: Any, factor: float, reached: float
) -> float:
    facts = city.reporting
    return residents.report_probability(
        facts.probability * factor,
        severity(city, problem),
        facts.severity_effect,
        willingness(city, resident),
        reached,
    )


@part
def likeliest_today(city: Any, factor: float, community: int) -> float:
    """A bound that nobody's probability of speaking up exceeds today in a community."""
    facts = city.reporting
    most = 0.0
    for segment in range(len(segment_shares(city))):
        most = max(most, access_today(city, segment, community))
    effect = max(facts.severity_effect, -facts.severity_effect)
    return residents.report_probability(
        facts.probability * factor, 1.0, effect, city.most_willing, most
    )


@part
def lives_with(city: Any, p: int, is_new: bool) -> None:
    """Speak up after the first decision, or think again every so often."""
    problem = problem_at(city, p)
    if is_new and reports_at_once(city, problem):
        speaks_up(city, p, problem)
    else:
        thinks_again(city, p, problem)


@part
def thinks_again(city: Any, p: int, problem: Any) -> None:
    """At the next occasion, while the problem lives and nobody knows of it."""
    if not problem.lives or problem.known:
        return
    moment = (
        whole(problem.born) + next_serious_thought(city, problem) * city.reporting.reconsider_every
    )
    problem.channel = NO_INDEX
    if schedule(city, moment, Rank.CONTACT, problem.id, 0, p):
        problem.awaited += 1


@part
def thinks(city: Any, p: int) -> None:
    """An occasion to speak up, or to make the contact that was decided on."""
    problem = problem_at(city, p)
    if not problem.lives or problem.known:
        return
    facts = city.reporting
    resident = resident_at(city, problem.resident)
    thought = (city.now - problem.born) // facts.reconsider_every
    u = one(city, problem.id, Purpose.THOUGHT, thought)
    if u < report_probability(city, problem, resident, facts.reconsider_factor):
        speaks_up(city, p, problem)
    else:
        thinks_again(city, p, problem)


@part
def reports_at_once(city: Any, problem: Any) -> bool:
    """The first decision, when the problem has just begun."""
    u = one(city, problem.id, Purpose.REPORT, 0)
    return u < report_probability(city, problem, resident_at(city, problem.resident), 1.0)


@part
def spoke_up_long_ago(city: Any, problem: Any) -> bool:
    """Whether a problem older than the run was brought up before the first day."""
    facts = city.reporting
    resident = resident_at(city, problem.resident)
    reached = access(city)[resident.segment]
    u = one(city, problem.id, Purpose.REPORT, 0)
    if u < _report_probability(city, problem, resident, 1.0, reached):
        return True
    probability = _report_probability(city, problem, resident, facts.reconsider_factor, reached)
    for thought in range(1, -problem.born // facts.reconsider_every + 1):
        if one(city, problem.id, Purpose.THOUGHT, thought) < probability:
            return True
    return False


@part
def next_serious_thought(city: Any, problem: Any) -> int:
    """The next occasion whose draw could make anybody speak up: the others need no event."""
    every = city.reporting.reconsider_every
    thought = (city.now - problem.born) // every + 1
    while whole(problem.born) + thought * every < city.horizon:
        if one(city, problem.id, Purpose.THOUGHT, thought) < city.likeliest_thought:
            break
        thought += 1
    return thought


@part
def speaks_up(city: Any, p: int, problem: Any) -> None:
    """Take some days, choose a channel, and make the contact when it is open."""
    resident = resident_at(city, problem.resident)
    problem.channel = choose_channel(
        city, problem.id, 0, whole(problem.contacts), whole(resident.segment), ABSENT
    )
    moment = _when(city, problem.id, 0, whole(problem.channel))
    if schedule(city, moment, Rank.CONTACT, problem.id, 0, p):
        problem.awaited += 1


@part
def fellow_speaks_up(city: Any, p: int, problem: Any, number: int, segment: int) -> None:
    """The same for another resident hit by a collective problem."""
    m = member_of(city, problem, number)
    member = member_at(city, m)
    channel = choose_channel(city, problem.id, number, whole(member.contacts), segment, ABSENT)
    member.channel = channel
    moment = _when(city, problem.id, number, channel)
    if schedule(city, moment, Rank.CONTACT, problem.id, contact_key(number, 0, 0), p):
        problem.awaited += 1


@part
def fellow_of(city: Any, problem: Any, number: int) -> tuple[int, int, int]:
    """Row and id of another resident hit, and the channel of the contact that is made now."""
    community = community_of(problem)
    people = office_at(city, community).residents
    u = one(city, problem.id, Purpose.FELLOW_WHO, number)
    resident_id = randomness.resident_id(community, demand.number_below(people, u))
    channel = whole(member_at(city, member_of(city, problem, number)).channel)
    return resident_of(city, resident_id), resident_id, channel


@part
def _when(city: Any, problem_id: int, member: int, channel: int) -> int:
    delay = seconds(city, city.reporting.delay, problem_id, Purpose.REPORT_DELAY, member)
    return channel_opens(city, channel, city.now + delay)


@small
def contact_key(member: int, following: int, origin: int) -> int:
    """Place of a contact among those about the same problem in the same second."""
    return member << 40 | following << 4 | origin


@part
def member_of(city: Any, problem: Any, number: int) -> int:
    """What is known of another resident hit; made when first asked for."""
    m = whole(problem.first_member)
    while m != ABSENT:
        if member_at(city, m).number == number:
            return m
        m = whole(member_at(city, m).next)
    m = city.free_member
    if m == ABSENT:
        m = city.members_used
        city.members_used = m + 1
    else:
        city.free_member = member_at(city, m).next
        city.members_free -= 1
    member = member_at(city, m)
    member.number = number
    member.contacts = 0
    member.next = problem.first_member
    problem.first_member = m
    return m


@part
def choose_channel(
    city: Any, problem_id: int, member: int, contact: int, segment: int, but: int
) -> int:
    """Among the channels that are open to this segment, by weight and reach; not that one."""
    u = one(city, problem_id, Purpose.CHANNEL, contact_index(member, contact, 0))
    return channel_chosen(city, u, segment, problem_id >> ID_OF_DAY_BITS, but)


# ---------------------------------------------------------------- waiting and judging


@part
def is_ignored(city: Any, c: int, first_time: bool) -> None:
    """No reply in time: less trust, and perhaps over the office's head."""
    case = case_at(city, c)
    resident = resident_at(city, case.resident)
    trust = trust_now(city, resident)
    set_trust(
        city,
        resident,
        case.resident_id,
        residents.lost(trust, city.trust.loss_when_ignored, city.loops.trust),
    )
    u, delay = about_contact(city, case, Purpose.SKIP)
    if first_time and goes_over_heads(city, case, resident, u):
        comes_back_later(city, c, Origin.SKIP_LEVEL, delay)


@part
def goes_over_heads(city: Any, case: Any, resident: Any, u: float) -> bool:
    """Whether this resident takes the matter one tier up."""
    if office_at(city, case.home).parent < 0:
        return False
    facts = city.after_closing
    probability = residents.skip_probability(
        facts.skip_level,
        trust_now(city, resident),
        resident.met_leader != 0,
        facts.leaders_attract * city.loops.leaders_attract,
        city.loops.skip_level,
    )
    return u < probability


@part
def comes_back_later(city: Any, c: int, origin: int, u: float) -> None:
    """The same resident about the same problem again, after some days."""
    case = case_at(city, c)
    wait = rounded(city, city.after_closing.contact_delay, u)
    key2 = contact_key(whole(case.member), case.number + 1, origin)
    if schedule(city, city.now + wait, Rank.CONTACT, case.subject, key2, c):
        case.awaited += 1


@part
def gives_up_later(city: Any, c: int) -> None:
    """Patience with waiting in a queue has an end."""
    case = case_at(city, c)
    u, _ = about_contact(city, case, Purpose.PATIENCE)
    patience = rounded(city, city.after_closing.patience, u)
    endurance = 1.0 / city.loops.giving_up
    until = city.now + handling.stretched(patience, endurance)
    schedule(city, until, Rank.GIVE_UP, case.number, 0, c)


@part
def sees_later_what_came_of_it(city: Any, c: int, promised: bool) -> None:
    """Some days after the closing the resident knows."""
    case = case_at(city, c)
    index = contact_index(whole(case.member), whole(case.contact), case.closings)
    wait = seconds(
        city,
        rules_of(city, case.office).closing.confirmation,
        case.subject,
        Purpose.CONFIRMATION,
        index,
    )
    closing = city.now << 1 | whole(promised)
    if schedule(city, city.now + wait, Rank.JUDGE, case.number, closing, c):
        case.awaited += 1


@part
def sees_what_came_of_it(city: Any, c: int, promised: bool, begun: int) -> None:
    """The resident judges, and decides what next."""
    case = case_at(city, c)
    row = record_case(city, Kind.WAITED, case, Wait.CONFIRMATION, 0, 0.0)
    row.enabled = begun
    row.started = begun
    problem = problem_at(city, case.problem)
    satisfied = judges(city, case, problem, promised)
    if problem.lives and problem.open_grievances == 0:
        decides_what_next(city, c, satisfied)


@part
def judges(city: Any, case: Any, problem: Any, promised: bool) -> bool:
    """Satisfied or not; trust moves; some are called back."""
    u, _ = about(city, case, Purpose.FEEL)
    satisfied = u < satisfaction(city, case, problem, promised)
    called, bias = about(city, case, Purpose.SURVEY)
    flags = (TRUE if satisfied else 0) | (0 if problem.lives else ENDED)
    flags |= AGAIN if case.satisfied else 0
    case.satisfied = satisfied
    rules = rules_of(city, case.office).satisfaction
    h = who_calls_back(city)
    if called < rules.call_back and (h == ABSENT or calls_back(city, h)):
        flags |= SURVEYED
        if handling.written_up(satisfied, rules.bias, bias):
            flags |= RECORDED_SATISFIED
        if handling.written_up(not problem.lives, rules.bias, bias):
            flags |= RECORDED_ENDED
        _counts_call(city, case, flags, h == ABSENT)
    record_case(city, Kind.FELT, case, 0, flags, 0.0)
    facts = city.trust
    resident = resident_at(city, case.resident)
    trust = trust_now(city, resident)
    if satisfied:
        trust = residents.gained(trust, facts.gain_when_satisfied, city.loops.trust)
    else:
        trust = residents.lost(trust, facts.loss_when_dissatisfied, city.loops.trust)
    set_trust(city, resident, case.resident_id, trust)
    return satisfied


@part
def _counts_call(city: Any, case: Any, flags: int, by_office: bool) -> None:
    """A resident was called back: part of the office's month."""
    office = office_at(city, case.office)
    office.asked += 1
    office.called += by_office
    office.satisfied += flags & TRUE > 0
    office.written_as_satisfied += flags & RECORDED_SATISFIED > 0


@part
def satisfaction(city: Any, case: Any, problem: Any, promised: bool) -> float:
    """Probability of being satisfied with how it went."""
    facts = rules_of(city, case.office).satisfaction
    late = max(case.closed_at - case.resolution_due, 0)
    empty = case.outcome == Outcome.ON_PAPER or case.outcome == Outcome.CLEARED_OUT
    empty = empty or (case.replied_in_form and problem.lives)
    return residents.satisfaction(
        facts.base,
        0.0 if problem.lives else facts.solved,
        facts.replied_in_time if case.replied_in_time else 0.0,
        facts.explained if case.outcome == Outcome.EXPLAINED else 0.0,
        facts.per_bounce * case.bounces,
        facts.per_day_late * late / DAY,
        facts.promise_broken if promised and empty else 0.0,
    )


@part
def decides_what_next(city: Any, c: int, satisfied: bool) -> None:
    """The problem lives: over their heads, a formal review, once more, or never again."""
    case = case_at(city, c)
    resident = resident_at(city, case.resident)
    facts = city.after_closing
    skip, delay = about(city, case, Purpose.SKIP)
    review, again = about(city, case, Purpose.NEXT_STEP)
    asks_review = facts.review if case.ladder == 0 else facts.re_review
    returns = residents.clip(
        facts.contact_again * city.loops.reopening * willingness(city, resident)
    )
    if not satisfied and goes_over_heads(city, case, resident, skip):
        comes_back_later(city, c, Origin.SKIP_LEVEL, delay)
    elif not satisfied and may_ask_review(city, case) and review < asks_review * city.loops.review:
        origin = whole(Origin.REVIEW) if case.ladder == 0 else whole(Origin.RE_REVIEW)
        comes_back_later(city, c, origin, delay)
    elif again < returns:
        comes_back_later(city, c, Origin.REPEAT, delay)


@part
def may_ask_review(city: Any, case: Any) -> bool:
    """Two instances of review, each one tier up."""
    return case.ladder < 2 and office_at(city, case.home).parent >= 0


@part
def tier_needed(city: Any, problem: Any) -> int:
    """The lowest tier that can settle it, one more once it has hardened."""
    return min(whole(problem.required_tier) + problem.hardened, city.tier_count - 1)


@part
def required_tier(city: Any, hardness: float, u: float) -> int:
    """The lowest tier that can settle a problem of a class."""
    return demand.required_tier(can_solve(city), hardness, u)
