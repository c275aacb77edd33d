"""Work: free cadres take cases; what they find, how long it takes, and the case's next move."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled import duty
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import (
    becomes_idle,
    begins,
    factor,
    goes_away,
    is_back,
    next_duty,
    tired_hours,
)
from govsim.engines.compiled.closing import close, closes_on_paper, explain, is_misjudged
from govsim.engines.compiled.conference import come_to_terms, taken_by_conference
from govsim.engines.compiled.deadlines import put_off
from govsim.engines.compiled.desk import changed, join, take_first
from govsim.engines.compiled.draws import about, about_contact, one, pair, rounded, value
from govsim.engines.compiled.lanes import hands_back
from govsim.engines.compiled.mediation import goes_on, length_of_session, session_over
from govsim.engines.compiled.office import (
    bounce,
    dispatch,
    goes_to_next_department,
    pass_up,
    return_down,
    transfer_error,
    wait_outside,
)
from govsim.engines.compiled.recorder import record_case
from govsim.engines.compiled.replying import hurry, prepare_reply, reply
from govsim.engines.compiled.resident import severity, tier_needed
from govsim.engines.compiled.rows import (
    cadre_at,
    case_at,
    channel_at,
    class_at,
    desk_at,
    lane_at,
    office_at,
    problem_at,
    restless_desks,
    rules_of,
    tier_at,
    whole,
)
from govsim.engines.compiled.shapes import TURNED_AWAY
from govsim.engines.compiled.sorting import sort
from govsim.engines.compiled.waits import waits
from govsim.model import demand, handling
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, Activity, Kind, Outcome, Wait

SPEED_OF_APPROVAL = 100  # index of the approval's draw beside the tiers' touch work

# ---------------------------------------------------------------- matching


@part
def match_next(city: Any) -> None:
    """Free cadres are matched to waiting cases, desk by desk: here the next desk."""
    desks = restless_desks(city)
    if city.matched == 0:
        sort(desks, desks, city.restless)
    d = desks[city.matched]
    city.matched += 1
    if city.matched == city.restless:
        city.matched = 0
        city.restless = 0
    desk_at(city, d).restless = 0
    match(city, d)


@part
def match(city: Any, d: int) -> None:
    """Free cadres take waiting cases, the longest idle first."""
    desk = desk_at(city, d)
    if desk.calendar != ABSENT and desk.owed == 0:
        _match_alike(city, d, desk)
        return
    now = city.now
    k = desk.first_idle
    while k != ABSENT and (desk.queue != ABSENT or desk.owed > 0):
        cadre = cadre_at(city, k)
        following = cadre.next_idle
        if next_duty(city, cadre, now) == now:
            if cadre.owed > 0:
                goes_away(city, k)
            elif desk.queue != ABSENT:
                begin_work(city, take_first(city, d), k)
        k = following
    opening = NEVER
    if desk.queue != ABSENT or desk.owed > 0:
        k = desk.first_idle
        while k != ABSENT:
            cadre = cadre_at(city, k)
            if desk.queue != ABSENT or cadre.owed > 0:
                opening = min(opening, next_duty(city, cadre, now + 1))
            k = cadre.next_idle
    _wake_at(city, d, desk, opening)


@part
def _match_alike(city: Any, d: int, desk: Any) -> None:
    """The same where all cadres are on duty at the same time: nobody need be asked."""
    now = city.now
    opening = NEVER
    if desk.queue != ABSENT and desk.first_idle != ABSENT:
        duty_begins = duty.next_duty(city, desk.calendar, now)
        if duty_begins == now:
            while desk.queue != ABSENT and desk.first_idle != ABSENT:
                begin_work(city, take_first(city, d), desk.first_idle)
        else:
            opening = duty_begins
    _wake_at(city, d, desk, opening)


@part
def _wake_at(city: Any, d: int, desk: Any, opening: int) -> None:
    """If somebody idle off duty has something to do, come back when duty begins."""
    if opening < desk.opens_at or desk.opens_at <= city.now:
        desk.opens_at = opening
        if opening < NEVER:
            schedule(city, opening, Rank.OPENING, d, 0, d)


# ---------------------------------------------------------------- beginning


@part
def begin_work(city: Any, c: int, k: int) -> None:
    """A cadre takes the case from the queue."""
    case = case_at(city, c)
    cadre = cadre_at(city, k)
    case.in_work = 1
    activity = what_is_to_do(city, case)
    touch = effort(city, case, activity) * factor(city, cadre)
    if not case.taken_in:
        case.taken_in = 1
        touch += channel_at(city, case.channel).intake
    begins(city, k, touch, cadre.share_of_time, c, activity)


@part
def what_is_to_do(city: Any, case: Any) -> int:
    """What the cadre finds on opening the file."""
    if case.problem == ABSENT or case.to_do == Activity.APPROVE:
        return whole(case.to_do)
    problem = problem_at(city, case.problem)
    activity = whole(Activity.HANDLE)
    if not problem.lives:
        activity = whole(Activity.CHECK)
    elif case.misdirected:
        activity = whole(Activity.REFUSE)
    elif case.barred & TURNED_AWAY or not class_at(city, problem.klass).reasonable:
        activity = whole(Activity.EXPLAIN)
    elif case.decided:
        activity = whole(Activity.CARRY_OUT)
    elif case.lane != ABSENT and lane_at(city, case.lane).mediates:
        activity = whole(Activity.MEDIATE)
    elif office_at(city, case.office).tier < tier_needed(city, problem):
        activity = whole(Activity.PASS_UP)
    elif case.lane != ABSENT:
        activity = whole(Activity.CONTRACT)
    return activity


@part
def effort(city: Any, case: Any, activity: int) -> float:
    """Seconds of work for an average cadre."""
    if case.problem == ABSENT:
        return 0.0  # an enquiry is its intake
    facts = rules_of(city, case.office).handling
    if activity == Activity.CHECK:
        return value(city, facts.check, case.subject, Purpose.TOUCH, 101)
    if activity == Activity.REFUSE:
        return value(city, facts.bounce_work, case.subject, Purpose.TOUCH, 102)
    office = office_at(city, case.office)
    level = whole(office.tier)
    if activity == Activity.APPROVE:
        law = tier_at(city, level).approval_work
        return value(city, law, case.subject, Purpose.TOUCH, SPEED_OF_APPROVAL)
    if activity == Activity.MEDIATE:
        return length_of_session(city, case)
    at_a_lane = case.lane != ABSENT  # whose people are as slow as they are
    slowness = 1.0 if at_a_lane else office.slowness
    if at_a_lane:  # the work that the tier would have had that it needs
        level = min(level, tier_needed(city, problem_at(city, case.problem)))
    work = value(city, tier_at(city, level).touch_work, case.subject, Purpose.TOUCH, level)
    work *= slowness * handling.severity_factor(
        severity(city, problem_at(city, case.problem)),
        facts.severity_effect,
        city.loops.early_solving,
    )
    if at_a_lane:  # whose people are in no ranking
        work *= lane_at(city, case.lane).effort
    else:
        work *= facts.effort
        work /= hurry(city, case.office)
    if case.barred & TURNED_AWAY:
        work *= rules_of(city, case.office).intake.explaining
    return work * facts.work_before_passing_up if activity == Activity.PASS_UP else work


# ---------------------------------------------------------------- when it is done


@part
def finished(city: Any, k: int) -> None:
    """A cadre has finished a spell of work, or comes back to the desk."""
    cadre = cadre_at(city, k)
    becomes_idle(city, k)
    if cadre.case == ABSENT:
        is_back(city, k)
        return
    after_work(city, cadre.case, k, cadre)
    changed(city, cadre.desk)


@part
def after_work(city: Any, c: int, k: int, cadre: Any) -> None:
    """The case's next move, decided when a spell of work is done."""
    case = case_at(city, c)
    case.in_work = 0
    record_work(city, k, cadre, cadre.touch, 0)
    if case.problem == ABSENT:
        close(city, c, Outcome.ANSWERED)
    elif not problem_at(city, case.problem).lives:
        close(city, c, Outcome.GONE)
    elif cadre.activity == Activity.REFUSE:
        bounce(city, c)
    elif cadre.activity == Activity.APPROVE:
        wait_outside(city, c)
    else:
        after_handling(city, c, k, cadre)


@part
def record_work(city: Any, k: int, cadre: Any, touch: float, flags: int) -> None:
    """One spell of work, for the ledger of hours."""
    case = case_at(city, cadre.case)
    row = record_case(city, Kind.WORKED, case, cadre.activity, flags, touch)
    row.cadre = k
    row.office = desk_at(city, cadre.desk).office
    row.enabled = case.enabled
    row.started = cadre.started


@part
def after_handling(city: Any, c: int, k: int, cadre: Any) -> None:
    """Somebody looked into the matter itself."""
    case = case_at(city, c)
    if cadre.activity != Activity.PASS_UP and not is_misjudged(city, case):
        case.settled_in_substance = 1
    prepare_reply(city, c)
    if cadre.activity == Activity.MEDIATE:
        session_over(city, c, k)
    elif cadre.activity == Activity.EXPLAIN:
        explain(city, c)
    elif city.loops.paper_closing != 0.0 and closes_on_paper(city, case, tired_hours(city, cadre)):
        close(city, c, Outcome.ON_PAPER)
    elif cadre.activity == Activity.PASS_UP:
        pass_up(city, c)
    elif _asks_resident(city, case):
        _waits_for_resident(city, c)
    else:
        proceed(city, c)


@part
def proceed(city: Any, c: int) -> None:
    """Work here is done: the next department, the office below, a signature, or the outside."""
    case = case_at(city, c)
    problem = problem_at(city, case.problem)
    office = office_at(city, case.office)
    if case.lane != ABSENT:
        hands_back(city, c)
    elif _needs_next_department(city, case, problem, office):
        if not taken_by_conference(city, c):
            goes_to_next_department(city, c)
    elif _came_too_high(city, case, problem, office) and _sends_down(city, case):
        return_down(city, c)
    elif _needs_approval(city, case, problem, office):
        join(city, office.leaders_desk, c, Activity.APPROVE)
    else:
        wait_outside(city, c)


@part
def _needs_next_department(city: Any, case: Any, problem: Any, office: Any) -> bool:
    """Whether another department of this office must act as well."""
    if office.desks == 1:
        return False
    _, u = pair(city, case.subject, Purpose.OWNER, 0)
    several = class_at(city, problem.klass).several_departments
    if case.departments_done + 1 >= demand.departments(several, u):
        return False
    return about_contact(city, case, Purpose.RETURN_DOWN)[1] < city.loops.several_departments


@part
def _sends_down(city: Any, case: Any) -> bool:
    """Whether what was decided here is to be carried out below."""
    chance = rules_of(city, case.office).handling.returned_down * city.loops.return_down
    return chance > 0.0 and about(city, case, Purpose.RETURN_DOWN)[0] < chance


@part
def _came_too_high(city: Any, case: Any, problem: Any, office: Any) -> bool:
    """Whether the case was escalated, or brought to a tier above the one it needs."""
    if case.decided or case.sessions > 0 or office.tier == 0:
        return False  # what a special desk has done need not be carried out below
    return case.escalations > 0 or tier_needed(city, problem) < office.tier


@part
def _needs_approval(city: Any, case: Any, problem: Any, office: Any) -> bool:
    """Whether a leader of this office must sign; not for what a leader has decided already."""
    if office.leaders_desk == ABSENT or case.decided:
        return False
    wanted = class_at(city, problem.klass).approval * city.loops.approvals
    return wanted > 0.0 and one(city, case.subject, Purpose.APPROVAL, 0) < wanted


@part
def _asks_resident(city: Any, case: Any) -> bool:
    """Whether something more is wanted from the resident; asked once at most."""
    if case.asked:
        return False
    case.asked = 1
    share = rules_of(city, case.office).handling.asks_resident * city.loops.asking
    return share > 0.0 and about_contact(city, case, Purpose.ASKING)[0] < share


@part
def _waits_for_resident(city: Any, c: int) -> None:
    """Until the resident has answered; the clocks may stand still meanwhile."""
    case = case_at(city, c)
    rules = rules_of(city, case.office)
    _, u = about_contact(city, case, Purpose.ASKING)
    wait = rounded(city, rules.handling.resident_answers, u)
    if rules.deadlines.pause_while_asking:
        put_off(city, c, wait)
    waits(city, c, Wait.RESIDENT, wait)


# ---------------------------------------------------------------- waits and replies


@part
def wait_ends(city: Any, c: int) -> None:
    """What was waited for is there, and the case is still where it was."""
    case = case_at(city, c)
    kind = whole(case.waiting_for)
    case.waiting_for = ABSENT
    row = record_case(city, Kind.WAITED, case, kind, 0, 0.0)
    row.enabled = case.wait_begun
    row.started = case.wait_begun
    lives = problem_at(city, case.problem).lives != 0
    if kind == Wait.BOUNCE:
        last_resort = case.bounces >= rules_of(city, case.office).handling.most_bounces
        error = 0.0 if last_resort else transfer_error(city, case)
        dispatch(city, c, error, whole(case.to_do))
    elif not lives:
        close(city, c, Outcome.GONE)
    elif kind == Wait.OUTSIDE:
        close(city, c, Outcome.SOLVED)
    elif kind == Wait.MEDIATION or (kind == Wait.HANDOVER and case.sessions == 0):
        goes_on(city, c)
    elif kind == Wait.CONFERENCE and not come_to_terms(city, c):
        goes_to_next_department(city, c)
    else:
        if kind == Wait.HANDOVER:
            case.lane = ABSENT
        proceed(city, c)


@part
def reply_is_ready(city: Any, case: Any) -> None:
    """The reply goes out when it is ready, unless a closing was quicker."""
    if case.open and not case.replied:
        reply(city, case)
