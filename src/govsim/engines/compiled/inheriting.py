"""Grievances that were open before the first day: they are there when it begins."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.births import draw_problem, who_is_hit
from govsim.engines.compiled.deadlines import runs_over, set_reply, set_resolution
from govsim.engines.compiled.draws import pair
from govsim.engines.compiled.ledger import becomes_known, new_case, opens, stands
from govsim.engines.compiled.moving import receive
from govsim.engines.compiled.office import dispatch, wait_outside
from govsim.engines.compiled.recorder import record_problem
from govsim.engines.compiled.replying import prepare_reply
from govsim.engines.compiled.resident import gives_up_later
from govsim.engines.compiled.rows import (
    can_solve,
    case_at,
    class_at,
    class_shares,
    due_at,
    inherited_at,
    office_at,
    problem_at,
    resident_at,
    rules_of,
    whole,
)
from govsim.engines.compiled.silent import falls_silent
from govsim.model import demand
from govsim.model.plan import NEVER
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, NO_INDEX, Activity, Birth, Kind, Standing


@part
def foresee_inherited(city: Any) -> None:
    """The next of them enters in the first second, before anybody looks into a queue."""
    schedule(city, 0, Rank.BIRTH, city.foreseen_inherited, ABSENT, 0)
    city.foreseen_inherited += 1


@part
def is_inherited(city: Any, i: int) -> None:
    """One of them: its problem, its resident, its clocks, and where it lies."""
    facts = inherited_at(city, i)
    p = _problem(city, facts)
    problem = problem_at(city, p)
    _is_known(city, p, problem)
    c = _grievance(city, facts, p)
    case = case_at(city, c)
    _lies(city, c, case, problem, whole(facts.office))
    _sets_clocks(city, c, case, facts)
    stands(city, Kind.INHERITED, case, whole(facts.standing))
    if city.loops.giving_up > 0.0:
        gives_up_later(city, c)
    _goes_on(city, c, whole(facts.standing))


@part
def _problem(city: Any, facts: Any) -> int:
    """What it is about: drawn as for any other, but that lower tiers were too low for it."""
    u_class, u_severity = pair(city, facts.problem, Purpose.CLASS_SEVERITY, 0)
    _, u_tier = pair(city, facts.problem, Purpose.HEAL_TIER, 0)
    klass = whole(facts.klass)
    if klass == ABSENT:
        klass = demand.pick(class_shares(city), u_class)
    who = who_is_hit(city, facts.problem)
    p = draw_problem(city, facts.problem, whole(facts.registered), who, klass, u_severity, u_tier)
    hardness = class_at(city, klass).hardness
    problem_at(city, p).required_tier = demand.tier_from(
        can_solve(city), hardness, u_tier, facts.least
    )
    return p


@part
def _is_known(city: Any, p: int, problem: Any) -> None:
    """It began some time ago, and may have ended by itself meanwhile: then this is seen now."""
    severity = problem.severity_at_birth
    record_problem(city, Kind.BORN, problem, Birth.INHERITED, 0, severity, NO_INDEX)
    falls_silent(city, p, problem)
    becomes_known(city, p, problem)
    u, _ = pair(city, problem.id, Purpose.HEAL_TIER, 0)
    after = demand.heals_after(class_at(city, problem.klass).self_heal, u)
    schedule(city, max(whole(problem.born) + after, 0), Rank.HEAL, problem.id, 0, p)


@part
def _grievance(city: Any, facts: Any, p: int) -> int:
    """The file as it was found."""
    problem = problem_at(city, p)
    problem.contacts = 1
    problem.rows += 1
    c = new_case(city, problem.id, facts.home)
    case = case_at(city, c)
    case.problem = p
    case.resident = problem.resident
    case.resident_id = problem.resident_id
    case.klass = problem.klass
    case.segment = resident_at(city, problem.resident).segment
    case.channel = facts.channel
    case.registered = facts.registered
    case.replied = facts.replied
    case.replied_in_time = facts.replied
    case.taken_in = 1
    case.escalations = facts.least > 0
    case.decided = facts.standing == Standing.DECIDED
    case.settled_in_substance = facts.standing == Standing.HANDLED
    return c


@part
def _lies(city: Any, c: int, case: Any, problem: Any, office: int) -> None:
    """Where the file is."""
    opens(city, problem, c, case)
    office_at(city, case.home).taken += 1
    receive(city, office, case)


@part
def _sets_clocks(city: Any, c: int, case: Any, facts: Any) -> None:
    """Both terms run from registration; what has passed has been missed."""
    due = due_at(city, facts.first_due + case.klass)
    case.reply_term = due.reply - facts.registered if due.reply < NEVER else NEVER
    case.resolution_term = due.resolution - facts.registered if due.resolution < NEVER else NEVER
    case.overdue_reply = not case.replied and due.reply <= 0
    case.overdue_resolution = due.resolution <= 0
    case.reply_due = due.reply
    case.resolution_due = due.resolution
    if case.overdue_reply or case.overdue_resolution:
        runs_over(city, case)
    if not case.replied and due.reply > 0:
        set_reply(city, c, due.reply)
    if due.resolution > 0:
        set_resolution(city, c, due.resolution)


@part
def _goes_on(city: Any, c: int, standing: int) -> None:
    """It waits for others, or is given out to a desk."""
    case = case_at(city, c)
    if standing != Standing.WAITING:
        prepare_reply(city, c)
    if standing == Standing.HANDLED:
        wait_outside(city, c)
    else:
        error = 0.0 if case.decided else rules_of(city, case.office).handling.triage_error
        dispatch(city, c, error, Activity.HANDLE)
