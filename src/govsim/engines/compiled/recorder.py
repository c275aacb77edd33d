"""Writes event records into the buffer that the caller drains."""

from typing import Any

from govsim.compiling import part, small
from govsim.engines.compiled.rows import community_of, record_at, resident_at, whole
from govsim.model.records import ABSENT, NO_INDEX, Kind


@small
def _new(city: Any, kind: int, code: int, flags: int, value: float) -> Any:
    row = record_at(city, city.recorded)
    city.recorded += 1
    now = city.now
    row.time = now
    row.enabled = now
    row.started = now
    row.began = ABSENT
    row.kind = kind
    row.code = code
    row.flags = flags
    row.value = value
    return row


@part
def record_case(city: Any, kind: int, case: Any, code: int, flags: int, value: float) -> Any:
    """Something happened to a grievance. Returns the row, for what is special about it."""
    row = _new(city, kind, code, flags, value)
    row.began = case.registered
    row.case = case.number
    row.problem = case.subject
    row.resident = case.resident_id
    row.office = case.office
    row.home = case.home
    row.cadre = ABSENT
    row.klass = case.klass
    row.segment = case.segment
    row.channel = case.channel
    return row


@part
def record_problem(
    city: Any, kind: int, problem: Any, code: int, flags: int, value: float, channel: int
) -> None:
    """Something happened to a problem, in its community."""
    row = _new(city, kind, code, flags, value)
    row.began = problem.born
    row.case = ABSENT
    row.problem = problem.id
    row.resident = problem.resident_id
    row.office = community_of(problem)
    row.home = community_of(problem)
    row.cadre = ABSENT
    row.klass = problem.klass
    row.segment = resident_at(city, problem.resident).segment
    row.channel = channel


@part
def record_question(
    city: Any, kind: int, enquiry: int, community: int, segment: int, channel: int, code: int
) -> None:
    """Something happened to a question that is no case."""
    row = _new(city, kind, code, 0, 0.0)
    row.case = ABSENT
    row.problem = enquiry
    row.resident = ABSENT
    row.office = community
    row.home = community
    row.cadre = ABSENT
    row.klass = NO_INDEX
    row.segment = segment
    row.channel = channel


@part
def record_resident(
    city: Any, kind: int, resident_id: int, community: int, segment: int, value: float
) -> None:
    """Something happened to a resident."""
    row = _new(city, kind, 0, 0, value)
    row.case = ABSENT
    row.problem = ABSENT
    row.resident = resident_id
    row.office = community
    row.home = community
    row.cadre = ABSENT
    row.klass = NO_INDEX
    row.segment = segment
    row.channel = NO_INDEX


@part
def record_cadre(
    city: Any, kind: int, cadre: int, office: int, code: int, flags: int, value: float
) -> None:
    """A cadre did something that belongs to no case."""
    row = _new(city, kind, code, flags, value)
    row.case = ABSENT
    row.problem = ABSENT
    row.resident = ABSENT
    row.office = office
    row.home = office
    row.cadre = cadre
    row.klass = NO_INDEX
    row.segment = NO_INDEX
    row.channel = NO_INDEX


@part
def record_session(city: Any, session: Any, facts: Any, count: int, flags: int) -> None:
    """A session was held."""
    leader, community = whole(session.leader), whole(session.community)
    record_cadre(city, Kind.SESSION, leader, community, facts.form, flags, float(count))


@part
def record_place(city: Any, kind: int, office: int, klass: int, code: int, value: float) -> None:
    """Something happened to a class of problems in an area."""
    row = _new(city, kind, code, 0, value)
    row.case = ABSENT
    row.problem = ABSENT
    row.resident = ABSENT
    row.office = office
    row.home = office
    row.cadre = ABSENT
    row.klass = klass
    row.segment = NO_INDEX
    row.channel = NO_INDEX
