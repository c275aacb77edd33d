"""Projects: what the ledger names most often is removed at its cause, by capital and late."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled import purse
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.cadre import desk_gives_hours
from govsim.engines.compiled.draws import one
from govsim.engines.compiled.office import responsible
from govsim.engines.compiled.problems import end, forget_if_over
from govsim.engines.compiled.recorder import record_place
from govsim.engines.compiled.rows import (
    area_at,
    causes,
    causes_seen,
    community_of,
    office_at,
    office_desks,
    pick_times,
    planner_at,
    problem_at,
    project_at,
    removed,
    scratch,
    taken,
    whole,
)
from govsim.engines.compiled.sorting import sort
from govsim.model.randomness import Purpose
from govsim.model.ranks import Rank
from govsim.model.records import ABSENT, Errand, Kind, Outcome, Work

NUMBER_BITS = 40
FINISHED = 1 << 32  # works that are finished stand after the choices of the same second
MENDED_LIST = 1  # what the list in scratch is of


@part
def next_pick(city: Any, number: int) -> None:
    """The next reading of the ledger goes into the agenda."""
    planner = planner_at(city, number)
    period = planner.picked
    if period < planner.picks:
        at = pick_times(city)[planner.first_pick + period]
        key = planner.policy << NUMBER_BITS | period
        schedule(city, at, Rank.PROJECT, key, 0, number)
        planner.picked = period + 1


@part
def project_is_due(city: Any, key: int, ref: int) -> None:
    """A choice, or works that are finished."""
    if key & FINISHED:
        _is_done(city, ref)
    else:
        _reads_the_ledger(city, ref)
        next_pick(city, ref)


@part
def _reads_the_ledger(city: Any, number: int) -> None:
    """The topics that most grievances were about since the last time."""
    planner = planner_at(city, number)
    for _ in range(planner.topics):
        area, klass, grievances = _loudest(city, number, planner)
        if grievances < planner.at_least or purse.left(city, planner.purse) <= 0.0:
            break
        _begins(city, number, planner, area, klass, grievances)
    size = city.community_count * city.class_count
    for place in range(size):
        causes_seen(city)[number * size + place] = causes(city)[place]


@part
def _loudest(city: Any, number: int, planner: Any) -> tuple[int, int, int]:
    """Area (its place) and class with most grievances; of equals the first."""
    topic_area, topic_class, most = whole(ABSENT), whole(ABSENT), whole(0)
    for place in range(planner.first_area, planner.first_area + planner.areas):
        area = area_at(city, place)
        if area.begins <= city.now:
            for klass in range(city.class_count):
                if not taken(city)[place * city.class_count + klass]:
                    grievances = _grievances(city, number, planner, area.office, klass)
                    if grievances > most:
                        topic_area, topic_class, most = place, klass, grievances
    return topic_area, topic_class, most


@part
def _grievances(city: Any, number: int, planner: Any, office: int, klass: int) -> int:
    """Registered since the last choice."""
    size = city.community_count * city.class_count
    count = whole(0)
    for community in range(city.community_count):
        if responsible(city, community, planner.tier) == office:
            place = community * city.class_count + klass
            count += causes(city)[place] - causes_seen(city)[number * size + place]
    return count


@part
def _begins(city: Any, number: int, planner: Any, place: int, klass: int, grievances: int) -> None:
    """The money is spent, the office plans; a small budget does part of the work."""
    office = area_at(city, place).office
    taken(city)[place * city.class_count + klass] = 1
    wanted = grievances * planner.per_grievance
    money = min(min(wanted, planner.budget), purse.left(city, planner.purse))
    record_place(city, Kind.PROJECT, office, klass, Work.CHOSEN, float(grievances))
    purse.spends(city, planner.policy, money, planner.purse)
    d = office_desks(city)[office_at(city, office).first_desk]
    desk_gives_hours(city, d, planner.count, Errand.MEETING, planner.planning)
    row = city.projects_used
    city.projects_used = row + 1
    project = project_at(city, row)
    project.planner = number
    project.office = office
    project.klass = klass
    project.number = planner.count
    project.part = money / wanted if wanted > 0.0 else 1.0
    key = planner.policy << NUMBER_BITS | FINISHED | planner.count
    schedule(city, city.now + planner.lag, Rank.PROJECT, key, 0, row)
    planner.count += 1


@part
def _is_done(city: Any, row: int) -> None:
    """The cause is removed; which of the living problems end, stands in scratch for the loop."""
    project = project_at(city, row)
    planner = planner_at(city, project.planner)
    for community in range(city.community_count):
        if responsible(city, community, planner.tier) == project.office:
            place = project.planner * city.community_count + community
            removed(city)[place * city.class_count + project.klass] = planner.removes * project.part
    keys = scratch(city)
    rows = keys[city.scratch_room // 2 :]
    n = 0
    for p in range(city.problems_used):
        if _ends(city, problem_at(city, p), project, planner):
            keys[n] = problem_at(city, p).id
            rows[n] = p
            n += 1
    sort(keys, rows, n)
    record_place(city, Kind.PROJECT, project.office, project.klass, Work.DONE, float(n))
    city.listed = 0
    city.list_size = n
    city.list_kind = MENDED_LIST


@part
def _ends(city: Any, problem: Any, project: Any, planner: Any) -> bool:
    """Whether the works end this problem."""
    if problem.id == ABSENT or not problem.lives or problem.klass != project.klass:
        return False
    if responsible(city, community_of(problem), planner.tier) != project.office:
        return False
    index = planner.policy << NUMBER_BITS | project.number
    return one(city, problem.id, Purpose.PROJECT, index) < planner.solves * project.part


@part
def end_next(city: Any) -> None:
    """The next problem on the list has ended with its cause."""
    p = scratch(city)[city.scratch_room // 2 + city.listed]
    city.listed += 1
    end(city, p, Outcome.FIXED, ABSENT)
    forget_if_over(city, p)
