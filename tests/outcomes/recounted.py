"""KPIs counted once more, from cases and problems that are followed one by one.

Nothing here uses the tally, its counters, its windows or the KPIs' formulas. Every function answers
with both sides of the KPI of its name, NaN where a share has no base, None where there is no side.
What the flags of a record say of the past is not believed where the past itself can be asked.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from govsim.model.calendars import finish
from govsim.model.plan import DAY, HOUR, NEVER, Plan
from govsim.model.records import (
    ABSENT,
    HAS_DEADLINE,
    HAS_REPLY_DEADLINE,
    OVERTIME,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    SUBSTANTIVE,
    SURVEYED,
    TRUE,
    Birth,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
    Term,
    Wait,
)

YEAR = 365 * DAY
FIRST_ENDS = (Kind.CLOSED, Kind.WITHDRAWN, Kind.UNSETTLED)
SIXTY_DAYS = 60 * DAY
RESOLVED = (
    Outcome.SOLVED, Outcome.ON_PAPER, Outcome.GONE, Outcome.DUPLICATE, Outcome.CLEARED_OUT,
)  # fmt: skip
AGAIN_BY_THE_SAME = (Origin.REPEAT, Origin.REVIEW, Origin.RE_REVIEW)
Sides = tuple[float | None, float | None]
Row = Any  # a record, with what ``framed`` has found out about it


def share(part: float, base: float) -> float:
    return part / base if base > 0 else float("nan")


# ---------------------------------------------------------------- cases and problems


@dataclass
class Story:
    """All that is recorded of a case, or of a problem, in the order of time."""

    first: Row
    rows: list[Row] = field(default_factory=list)

    @property
    def began(self) -> int:
        inherited = self.first.kind == Kind.INHERITED
        return int(self.first.time - (self.first.value if inherited else 0))

    def until(self, end: int) -> "Story":
        """What was known of it just before a moment."""
        return Story(self.first, [row for row in self.rows if row.time < end])

    def all(self, *kinds: Kind) -> list[Row]:
        return [row for row in self.rows if row.kind in kinds]

    def closing(self) -> Row | None:
        """That by which it stands closed."""
        last = (self.all(Kind.CLOSED, Kind.REOPENED) or [None])[-1]
        return last if last is not None and last.kind == Kind.CLOSED else None

    def stands(self, *outcomes: Outcome) -> bool:
        closing = self.closing()
        return closing is not None and closing.code in outcomes

    def stands_truly(self) -> bool:
        closing = self.closing()
        return closing is not None and bool(closing.gone)

    def is_answered(self) -> bool:
        return bool(self.all(Kind.REPLIED, Kind.CLOSED))

    def is_open(self) -> bool:
        return self.closing() is None and not self.all(Kind.WITHDRAWN)

    def lives(self) -> bool:
        """Of a problem."""
        turns = self.all(Kind.BORN, Kind.RECURRED, Kind.SOLVED, Kind.HEALED)
        return bool(turns) and turns[-1].kind in (Kind.BORN, Kind.RECURRED)

    def has(self, kind: Kind, *codes: int) -> bool:
        return any(not codes or row.code in codes for row in self.all(kind))


@dataclass
class World:
    """A stream of records, told apart."""

    frame: pd.DataFrame
    cases: list[Story]  # grievances, those that were inherited too; no enquiries
    problems: list[Story]


def framed(plan: Plan, records: np.ndarray) -> pd.DataFrame:
    """Records as a frame.

    Where one names no office, it has that of its cadre; whether one leads; whether the problem it
    is about lives no longer; whether there was a grievance about it before.
    """
    frame = pd.DataFrame({name: records[name] for name in records.dtype.names or ()})
    leads = np.array([*(cadre.leader for cadre in plan.cadres), False])
    frame["leads"] = leads[frame["cadre"]]
    homes = np.array([*(plan.desks[cadre.desk].office for cadre in plan.cadres), ABSENT])
    frame["where"] = frame["office"].where(frame["office"] >= 0, homes[frame["cadre"]])
    frame["gone"], frame["known"] = zip(*_the_world(frame), strict=True)
    return frame


def _the_world(frame: pd.DataFrame) -> Iterator[tuple[bool, bool]]:
    lives: set[int] = set()
    heard: set[int] = set()
    for kind, code, problem in zip(frame["kind"], frame["code"], frame["problem"], strict=True):
        if kind in (Kind.BORN, Kind.RECURRED):
            lives.add(problem)
        elif kind in (Kind.SOLVED, Kind.HEALED):
            lives.remove(problem)
        yield problem not in lives, problem in heard
        if kind == Kind.INHERITED or (kind == Kind.REGISTERED and code != Origin.ENQUIRY):
            heard.add(problem)


def told_apart(plan: Plan, records: np.ndarray) -> World:
    """The cases and the problems of some records."""
    frame = framed(plan, records)
    cases: dict[int, Story] = {}
    problems: dict[int, Story] = {}
    for row in frame.itertuples():
        is_case = row.kind == Kind.REGISTERED and row.code != Origin.ENQUIRY
        if is_case or row.kind == Kind.INHERITED:
            cases[row.case] = Story(row)
        if row.kind == Kind.BORN:
            problems[row.problem] = Story(row)
        of_a_problem = row.kind in (
            Kind.BORN, Kind.HEALED, Kind.SOLVED, Kind.RECURRED, Kind.BECAME_KNOWN,
        )  # fmt: skip
        story = problems.get(row.problem) if of_a_problem else cases.get(row.case)
        if story is not None:
            story.rows.append(row)
    return World(frame, list(cases.values()), list(problems.values()))


class Part:
    """What happened in one part of the city: ``kind`` and ``number`` as scopes call them."""

    def __init__(self, plan: Plan, world: World, kind: str, number: int) -> None:
        self.plan, self.world, self.kind, self.number = plan, world, kind, number

    def has(self, row: Row) -> bool:
        """Whether a record is of this part: by the office that registered the case."""
        return self._is(row, row.home)

    def is_at(self, row: Row) -> bool:
        """By the office where it happened."""
        return self._is(row, row.where)

    def _is(self, row: Row, office: int) -> bool:
        if self.kind == "office":
            return bool(office == self.number)
        if self.kind == "tier":
            return office >= 0 and self.plan.offices[office].tier == self.number
        column = {"class": "klass", "segment": "segment", "channel": "channel"}.get(self.kind)
        return column is None or bool(getattr(row, column) == self.number)

    def rows(self, kind: Kind, *codes: int, there: bool = False) -> Iterator[Row]:
        """What happened in the run, to whomever."""
        frame = self.world.frame
        found = frame[
            (frame["kind"] == kind)
            & (frame["time"] >= self.plan.since)
            & (frame["time"] < self.plan.until)
        ]
        for row in found.itertuples():
            if (self.is_at(row) if there else self.has(row)) and (not codes or row.code in codes):
                yield row

    def number_of(self, kind: Kind, *codes: int) -> int:
        return sum(1 for _ in self.rows(kind, *codes))

    # ---------------------------------------------------------------- cases

    def cases(self) -> Iterator[Story]:
        """Those that were registered in the run, all over the city."""
        for case in self.world.cases:
            is_new = case.first.kind == Kind.REGISTERED
            if is_new and self.plan.since <= case.began < self.plan.until:
                yield case

    @cached_property
    def registered(self) -> list[Story]:
        return [case for case in self.cases() if self.has(case.first)]

    @cached_property
    def as_of_the_last_day(self) -> list[Story]:
        return [case.until(self.plan.until) for case in self.registered]

    @cached_property
    def long_enough(self) -> list[Story]:
        """Cases that can be followed for 60 days, and all that happened to them."""
        return [c for c in self.registered if c.began + SIXTY_DAYS < self.plan.horizon]

    @cached_property
    def in_60_days(self) -> list[Story]:
        """The same, and what happened to each of them by then."""
        return [case.until(case.began + SIXTY_DAYS + 1) for case in self.long_enough]

    def whose_term_is_over(self, of: str) -> Iterator[Story]:
        """All over the city: the longest term there is, had it been theirs, is over."""
        terms = set(_terms(self.plan, of))
        for case in self.cases():
            if all(_ends(self.plan, case.began, *term) < self.plan.horizon for term in terms):
                yield case

    @cached_property
    def stock(self) -> list[Story]:
        """All cases ever, as of the last day."""
        mine = (case for case in self.world.cases if self.has(case.first))
        return [case.until(self.plan.until) for case in mine if case.began < self.plan.until]

    # ---------------------------------------------------------------- problems

    @cached_property
    def at_last(self) -> tuple[list[Story], list[Story]]:
        """Problems that live when the run ends, and those of them ever heard of."""
        mine = (p.until(self.plan.until) for p in self.world.problems if self.has(p.first))
        lives = [p for p in mine if p.lives()]
        return lives, [p for p in lives if p.has(Kind.BECAME_KNOWN)]

    @cached_property
    def born(self) -> list[Story]:
        """Problems that begin in the run, and what became of each within 60 days."""
        return [
            p.until(p.began + SIXTY_DAYS + 1)
            for p in self.world.problems
            if self.has(p.first)
            and p.first.code == Birth.NEW
            and self.plan.since <= p.began < self.plan.until
            and p.began + SIXTY_DAYS < self.plan.horizon
        ]

    # ---------------------------------------------------------------- the plan

    @property
    def residents(self) -> float:
        if self.kind == "segment":
            return self.plan.segments[self.number].share * self.plan.residents
        if self.kind == "office":
            return self.plan.offices[self.number].residents
        return self.plan.residents

    @property
    def years(self) -> float:
        return (self.plan.until - self.plan.since) / YEAR

    def hours(self, kind: Kind, *, leads: bool | None = None, overtime: bool = False) -> float:
        seconds = 0.0
        for row in self.rows(kind, there=True):
            worked = kind != Kind.HOURS or row.code != Errand.TIME_OFF
            by_them = leads is None or row.leads == leads
            if worked and by_them and (not overtime or row.flags & OVERTIME):
                seconds += row.value
        return seconds / HOUR

    def staff(self, amount: Callable[[int, int, int], float]) -> float:
        """Over the cadres: their number, from when and until when they are there."""
        total = 0.0
        for number, cadre in enumerate(self.plan.cadres):
            office = self.plan.desks[cadre.desk].office
            first = max(cadre.joins, self.plan.since)
            last = min(cadre.leaves, self.plan.until)
            is_here = {
                "city": True,
                "tier": self.plan.offices[office].tier == self.number,
                "office": office == self.number,
            }[self.kind]
            if is_here and first < last:
                total += amount(number, first, last)
        return total

    def pay(self) -> float:
        def amount(number: int, first: int, last: int) -> float:
            cadre = self.plan.cadres[number]
            part = cadre.share_of_time if cadre.policy == ABSENT else 1.0
            return cadre.pay_per_year * part * (last - first) / YEAR

        return self.staff(amount)

    def duty_hours(self) -> float:
        def amount(number: int, first: int, last: int) -> float:
            cadre = self.plan.cadres[number]
            calendar = self.plan.calendars[cadre.calendar]
            spells = zip(calendar.starts, calendar.ends, strict=True)
            duty = sum(max(0, min(b, last) - max(a, first)) for a, b in spells)
            return duty * cadre.share_of_time / HOUR

        return self.staff(amount)

    def money(self) -> float:
        return sum(row.value for row in self.rows(Kind.MONEY, there=True))

    def parts(self, kind: str) -> list["Part"]:
        """All parts of a kind: segments, channels, communities."""
        numbers = {
            "segment": range(len(self.plan.segments)),
            "channel": range(len(self.plan.channels)),
            "office": [o.ordinal for o in self.plan.offices if o.tier == 0],
        }[kind]
        return [Part(self.plan, self.world, kind, number) for number in numbers]


def _terms(plan: Plan, of: str) -> Iterator[tuple[int, bool, int]]:
    """Every term that a case can have: its length, whether of working days, how much longer."""
    longer = "extension" if of == "reply" else f"{of}_extension"
    more = max(
        getattr(rules.deadlines, f"{longer}_length") if getattr(rules.deadlines, longer) else 0
        for rules in plan.rules
    )
    for place in (*plan.tiers, *plan.classes):
        term = getattr(place, f"{of}_deadline")
        if 0 < term < NEVER:
            yield term, getattr(place, f"{of}_in_working_days"), more
    if of == "resolution" and plan.after_closing.review_deadline < NEVER:
        yield plan.after_closing.review_deadline, False, 0


def _ends(plan: Plan, began: int, term: int, working: bool, more: int) -> int:
    days = plan.working_days
    if working:
        return finish(days.starts, days.ends, days.before, began, term) + more
    return began + term + more


def median_with_giving_up(cases: Iterable[tuple[int, str]]) -> float:
    """The day by which half are done, those given up never being done.

    Aalen and Johansen's estimate, one moment after another: at each, of the share that still waits,
    as many are done as of those who are still seen waiting; whoever is out of sight from then on
    counts as the others do.
    """
    by_time: dict[int, dict[str, int]] = {}
    seen = 0
    for time, fate in cases:
        fates = by_time.setdefault(time, {"done": 0, "given up": 0, "out of sight": 0})
        fates[fate] += 1
        seen += 1
    done, waiting = 0.0, 1.0
    for time, fates in sorted(by_time.items()):
        done += waiting * fates["done"] / seen
        waiting *= 1.0 - (fates["done"] + fates["given up"]) / seen
        seen -= sum(fates.values())
        if done >= 0.5 - 1e-12:
            return time / DAY
    return float("nan")


# ---------------------------------------------------------------- the headline


def _of(cases: list[Story], is_one: Callable[[Story], bool]) -> float:
    """Share of some cases."""
    return share(sum(map(is_one, cases)), len(cases))


def _grievances(p: Part, *codes: int) -> int:
    rows = p.rows(Kind.REGISTERED, *codes)
    return sum(row.code != Origin.ENQUIRY for row in rows)


def _contacts(p: Part) -> int:
    unheard = sum(row.code != Origin.ENQUIRY for row in p.rows(Kind.NOT_RECORDED))
    return _grievances(p) + unheard + p.number_of(Kind.TURNED_AWAY)


def registered(p: Part) -> Sides:
    return _grievances(p), _contacts(p)


def _closings(p: Part, is_one: Callable[[Row], bool]) -> int:
    """In the run, less those taken back in it."""
    made = sum(row.code != Outcome.ANSWERED and is_one(row) for row in p.rows(Kind.CLOSED))
    return made - sum(is_one(row) for row in p.rows(Kind.REOPENED))


def closed(p: Part) -> Sides:
    """True: a reopening must be told by its flag, for the problem may have come back since."""
    truly = sum(
        row.code != Outcome.ANSWERED and bool(row.gone) for row in p.rows(Kind.CLOSED)
    ) - sum(row.flags & TRUE > 0 for row in p.rows(Kind.REOPENED))
    return _closings(p, lambda _: True), truly


def answered_share(p: Part) -> Sides:
    return _of(p.in_60_days, Story.is_answered), None


def answered_or_solved_ratio(p: Part) -> Sides:
    cases = p.as_of_the_last_day
    return _of(cases, Story.is_answered), _of(cases, Story.stands_truly)


UNDECIDED = 1 / 200


def reply_on_time(p: Part) -> Sides:
    """At the office where the reply was given, or the case was given up, or lies."""
    in_time = well_in_time = judged = undecided = 0
    for case in p.whose_term_is_over("reply"):
        missed = False
        for row in case.rows:
            missed |= row.kind == Kind.OVERDUE
            if row.kind == Kind.REPLIED:
                if p.is_at(row) and row.flags & HAS_DEADLINE:
                    judged += 1
                    in_time += not missed
                    well_in_time += not missed and bool(row.flags & SUBSTANTIVE)
                break
            if row.kind in (Kind.WITHDRAWN, Kind.UNSETTLED):
                has_term = bool(row.flags & HAS_REPLY_DEADLINE)
                if p.is_at(row):
                    judged += missed or (has_term and row.kind == Kind.WITHDRAWN)
                    undecided += has_term and not missed and row.kind == Kind.UNSETTLED
                break
    if undecided > UNDECIDED * (judged + undecided):
        return float("nan"), float("nan")
    return share(in_time, judged), share(well_in_time, judged)


def resolution_rate(p: Part) -> Sides:
    cases = p.in_60_days
    return _of(cases, lambda case: case.stands(*RESOLVED)), _of(cases, Story.stands_truly)


def _call_backs(p: Part) -> list[Row]:
    felt = (row for case in p.in_60_days for row in case.all(Kind.FELT))
    return [row for row in felt if row.flags & SURVEYED]


def satisfaction(p: Part) -> Sides:
    asked = _call_backs(p)

    def satisfied_at_last(case: Story) -> bool:
        felt = case.all(Kind.FELT)
        return bool(felt) and bool(felt[-1].flags & TRUE)

    said = share(sum(row.flags & RECORDED_SATISFIED > 0 for row in asked), len(asked))
    return said, _of(p.in_60_days, satisfied_at_last)


def backlog(p: Part) -> Sides:
    """By the moves of every case that is open when the run ends: where it came to lie last."""
    lying = [c.until(p.plan.until) for c in p.world.cases if c.began < p.plan.until]
    there = sum(case.is_open() and p.is_at(case.rows[-1]) for case in lying)
    return there, len(p.at_last[1])


def _once(p: Part, kind: Kind, *codes: int) -> Sides:
    return _of(p.in_60_days, lambda case: case.has(kind, *codes)), None


def bounced_share(p: Part) -> Sides:
    return _once(p, Kind.BOUNCED)


def reopened_share(p: Part) -> Sides:
    return _once(p, Kind.REOPENED)


def escalated_share(p: Part) -> Sides:
    return _once(p, Kind.ESCALATED)


def skip_level_share(p: Part) -> Sides:
    return share(_grievances(p, Origin.SKIP_LEVEL), _grievances(p)), None


def latent_problems(p: Part) -> Sides:
    lives, heard = p.at_last
    return None, len(lives) - len(heard)


def cadre_hours(p: Part) -> Sides:
    return p.hours(Kind.WORKED, leads=False) + p.hours(Kind.HOURS, leads=False), None


def leader_hours(p: Part) -> Sides:
    return p.hours(Kind.WORKED, leads=True) + p.hours(Kind.HOURS, leads=True), None


def cost(p: Part) -> Sides:
    return p.pay() + p.money(), None


# ---------------------------------------------------------------- staff and money


def pay(p: Part) -> Sides:
    return p.pay(), None


def policy_cost(p: Part) -> Sides:
    return p.money(), None


def utilisation(p: Part) -> Sides:
    return share(p.hours(Kind.WORKED), p.duty_hours()), None


def _errands(p: Part, *codes: Errand) -> float:
    return sum(row.value for row in p.rows(Kind.HOURS, *codes, there=True)) / HOUR


def visit_hours(p: Part) -> Sides:
    return _errands(p, Errand.VISIT, Errand.TRAVEL), None


def visits(p: Part) -> Sides:
    return sum(1 for _ in p.rows(Kind.SESSION, Gathering.VISIT, there=True)), None


def overtime_hours(p: Part) -> Sides:
    return p.hours(Kind.WORKED, overtime=True) + p.hours(Kind.HOURS, overtime=True), None


def cadre_overtime(p: Part) -> Sides:
    kinds = (Kind.WORKED, Kind.HOURS)
    return sum(p.hours(kind, leads=False, overtime=True) for kind in kinds), None


def leader_overtime(p: Part) -> Sides:
    kinds = (Kind.WORKED, Kind.HOURS)
    return sum(p.hours(kind, leads=True, overtime=True) for kind in kinds), None


def hours_off_cases_share(p: Part) -> Sides:
    off = p.hours(Kind.HOURS)
    return share(off, p.hours(Kind.WORKED) + off), None


def time_off_hours(p: Part) -> Sides:
    return _errands(p, Errand.TIME_OFF), None


# ---------------------------------------------------------------- problems


def problems_born(p: Part) -> Sides:
    return None, p.number_of(Kind.BORN, Birth.NEW)


def problems_solved(p: Part) -> Sides:
    return None, p.number_of(Kind.SOLVED)


def problems_healed(p: Part) -> Sides:
    return None, p.number_of(Kind.HEALED)


def solved_share(p: Part) -> Sides:
    def is_solved(problem: Story) -> bool:
        turns = problem.all(Kind.SOLVED, Kind.RECURRED)
        return bool(turns) and turns[-1].kind == Kind.SOLVED

    return None, _of(p.born, is_solved)


def recurrence_rate(p: Part) -> Sides:
    return None, share(p.number_of(Kind.RECURRED), p.number_of(Kind.SOLVED))


def coverage(p: Part) -> Sides:
    return None, _of(p.born, lambda problem: problem.has(Kind.BECAME_KNOWN))


def coverage_of_living(p: Part) -> Sides:
    lives, heard = p.at_last
    return None, share(len(heard), len(lives))


# ---------------------------------------------------------------- cases


def enquiries(p: Part) -> Sides:
    return p.number_of(Kind.REGISTERED, Origin.ENQUIRY), None


def found(p: Part) -> Sides:
    return _grievances(p, Origin.FOUND), None


def repeated_share(p: Part) -> Sides:
    return share(_grievances(p, Origin.REPEAT), _grievances(p)), None


def withdrawn(p: Part) -> Sides:
    return p.number_of(Kind.WITHDRAWN), None


def closed_on_paper_share(p: Part) -> Sides:
    return None, _of(p.in_60_days, lambda case: case.stands(Outcome.ON_PAPER))


def participation(p: Part) -> Sides:
    thousand_years = p.residents / 1000 * p.years
    return share(_grievances(p), thousand_years), share(_contacts(p), thousand_years)


def on_time_completion(p: Part) -> Sides:
    in_time = truly_in_time = judged = undecided = 0
    for case in filter(lambda c: p.has(c.first), p.whose_term_is_over("resolution")):
        late = False
        for row in case.rows:
            late |= row.kind == Kind.LATE
            if row.kind in (Kind.CLOSED, Kind.WITHDRAWN, Kind.UNSETTLED):
                has_term = bool(row.flags & HAS_DEADLINE)
                open_yet = row.kind == Kind.UNSETTLED and not late
                judged += has_term and not open_yet
                undecided += has_term and open_yet
                if row.kind == Kind.CLOSED and has_term and not late:
                    in_time += 1
                    truly_in_time += bool(row.gone)
                break
    if undecided > UNDECIDED * (judged + undecided):
        return float("nan"), float("nan")
    return share(in_time, judged), share(truly_in_time, judged)


def extended_share(p: Part) -> Sides:
    return _once(p, Kind.EXTENDED, Term.REPLY)


def extended_resolution_share(p: Part) -> Sides:
    return _once(p, Kind.EXTENDED, Term.RESOLUTION)


def first_contact_resolution(p: Part) -> Sides:
    again = sum(case.first.code in AGAIN_BY_THE_SAME for case in p.in_60_days)
    once = [c for c in p.in_60_days if c.has(Kind.CLOSED) and not c.has(Kind.REOPENED)]
    truly = sum(bool(case.all(Kind.CLOSED)[0].gone) for case in once)
    n = len(p.in_60_days)
    return share(max(len(once) - again, 0), n), share(truly, n)


def satisfaction_called_back(p: Part) -> Sides:
    asked = _call_backs(p)
    truly = share(sum(row.flags & TRUE > 0 for row in asked), len(asked))
    return satisfaction(p)[0], truly


def solved_at_call_back(p: Part) -> Sides:
    asked = _call_backs(p)
    said = share(sum(row.flags & RECORDED_ENDED > 0 for row in asked), len(asked))
    return said, _of(p.in_60_days, lambda case: any(row.gone for row in case.all(Kind.FELT)))


def satisfaction_not_called_back(p: Part) -> Sides:
    felt = [row for case in p.in_60_days for row in case.all(Kind.FELT)]
    silent = [row for row in felt if not row.flags & SURVEYED]
    return None, share(sum(row.flags & TRUE > 0 for row in silent), len(silent))


def duplicate_share(p: Part) -> Sides:
    """True: an earlier case, of whatever time, was about the same problem."""
    cases = p.in_60_days
    merged = _of(cases, lambda case: case.stands(Outcome.DUPLICATE))
    return merged, _of(cases, lambda case: bool(case.first.known))


def fellow_share(p: Part) -> Sides:
    return share(_grievances(p, Origin.FELLOW), _grievances(p)), None


def _times(p: Part, *kinds: Kind) -> Sides:
    n = sum(len(case.all(*kinds)) for case in p.in_60_days)
    return share(n, len(p.in_60_days)), None


def bounces_per_case(p: Part) -> Sides:
    return _times(p, Kind.BOUNCED)


def transfers_per_case(p: Part) -> Sides:
    return _times(p, Kind.BOUNCED, Kind.ESCALATED, Kind.RETURNED_DOWN)


def gaming_index(p: Part) -> Sides:
    said, true = resolution_rate(p)
    assert said is not None and true is not None
    return None, said - true


def closed_in_bulk_share(p: Part) -> Sides:
    closings = p.number_of(Kind.CLOSED) - p.number_of(Kind.CLOSED, Outcome.ANSWERED)
    return share(p.number_of(Kind.CLOSED, Outcome.CLEARED_OUT), closings), None


def cost_per_registered(p: Part) -> Sides:
    return share(p.pay() + p.money(), _grievances(p)), None


def cost_per_solved(p: Part) -> Sides:
    resolved = _closings(p, lambda row: row.code in RESOLVED)
    solved = p.number_of(Kind.SOLVED) - p.number_of(Kind.RECURRED)
    return share(p.pay() + p.money(), resolved), share(p.pay() + p.money(), solved)


# ---------------------------------------------------------------- times


def _until_done(p: Part, done: Callable[[Story], Row | None]) -> Sides:
    """The median over all cases of the run, as far as they were seen."""

    def fates() -> Iterator[tuple[int, str]]:
        for case in p.registered:
            by, given_up = done(case), case.all(Kind.WITHDRAWN)
            if by is not None:
                yield by.time - case.began, "done"
            elif given_up:
                yield given_up[0].time - case.began, "given up"
            else:
                yield p.plan.horizon - case.began, "out of sight"

    return median_with_giving_up(fates()), None


def median_reply_days(p: Part) -> Sides:
    return _until_done(p, lambda case: (case.all(Kind.REPLIED, Kind.CLOSED) or [None])[0])


def median_resolution_days(p: Part) -> Sides:
    return _until_done(p, Story.closing)


def _days(p: Part, length: Callable[[Row, int], float]) -> Sides:
    """Over all they went through; ``length`` cuts a spell off where the first 60 days end."""
    seconds = sum(
        length(row, case.began + SIXTY_DAYS)
        for case in p.long_enough
        for row in case.all(Kind.WORKED, Kind.WAITED)
    )
    return share(seconds / DAY, len(p.long_enough)), None


def _within(begins: int, ends: int, over: int) -> int:
    return max(min(ends, over) - begins, 0)


def _in_work(row: Row, over: int) -> float:
    """Work is spread evenly over its spell."""
    if row.kind != Kind.WORKED or row.time == row.started:
        return 0.0
    part = _within(row.started, row.time, over) / (row.time - row.started)
    return float(row.value * part)


def time_in_queue(p: Part) -> Sides:
    """Before each spell of work, and where a case left a queue untouched."""

    def length(row: Row, over: int) -> float:
        if row.kind == Kind.WORKED:
            return _within(row.enabled, row.started, over)
        return _within(row.started, row.time, over) if row.code == Wait.QUEUE else 0

    return _days(p, length)


def time_in_work(p: Part) -> Sides:
    return _days(p, _in_work)


def time_interrupted(p: Part) -> Sides:
    def length(row: Row, over: int) -> float:
        there = _within(row.started, row.time, over) if row.kind == Kind.WORKED else 0
        return there - _in_work(row, over)

    return _days(p, length)


def _waited(p: Part, code: Wait) -> Sides:
    def length(row: Row, over: int) -> float:
        is_one = row.kind == Kind.WAITED and row.code == code
        return _within(row.started, row.time, over) if is_one else 0

    return _days(p, length)


def time_outside(p: Part) -> Sides:
    return _waited(p, Wait.OUTSIDE)


def time_with_resident(p: Part) -> Sides:
    return _waited(p, Wait.RESIDENT)


def time_bounced(p: Part) -> Sides:
    return _waited(p, Wait.BOUNCE)


def time_in_confirmation(p: Part) -> Sides:
    return _waited(p, Wait.CONFIRMATION)


def last_minute_share(p: Part) -> Sides:
    """First closings within the term, each by that of the tier that registered the case."""
    within = late = 0
    for case in filter(lambda c: p.has(c.first), p.whose_term_is_over("resolution")):
        end = next((row for row in case.rows if row.kind in FIRST_ENDS), None)
        missed = any(row.kind == Kind.LATE and row.time <= end.time for row in case.rows if end)
        if end is None or end.kind != Kind.CLOSED or missed or not end.flags & HAS_DEADLINE:
            continue
        tier = p.plan.tiers[p.plan.offices[case.first.home].tier]
        part_of_term = (end.time - case.began) / tier.resolution_deadline
        within += part_of_term <= 1.0
        late += 0.95 < part_of_term <= 1.0
    return share(late, within), None


def _age(p: Part, part: float) -> Sides:
    """Of all that are open when the run ends, in its last second; registered when ever."""
    ages = sorted(p.plan.until - 1 - case.began for case in p.stock if case.is_open())
    return (ages[int(np.ceil(part * len(ages))) - 1] / DAY if ages else float("nan")), None


def median_open_age(p: Part) -> Sides:
    return _age(p, 0.5)


def ninth_decile_open_age(p: Part) -> Sides:
    return _age(p, 0.9)


def oldest_open(p: Part) -> Sides:
    return _age(p, 1.0)


# ---------------------------------------------------------------- fairness


def _over(
    p: Part, kind: str, kpi: Callable[[Part], Sides], of: Callable[[list[float]], float]
) -> Sides:
    def side(values: Iterable[float | None]) -> float | None:
        there = [value for value in values if value is not None]
        seen = [value for value in there if not np.isnan(value)]
        return (of(seen) if seen else float("nan")) if there else None

    recorded, true = zip(*(kpi(part) for part in p.parts(kind)), strict=True)
    return side(recorded), side(true)


def _worst(values: list[float]) -> float:
    return float(np.percentile(values, 10))


def _gap(values: list[float]) -> float:
    return max(values) - min(values)


def worst_decile_resolution(p: Part) -> Sides:
    return _over(p, "office", resolution_rate, _worst)


def worst_decile_reply(p: Part) -> Sides:
    return _over(p, "office", reply_on_time, _worst)


def worst_decile_coverage(p: Part) -> Sides:
    return _over(p, "office", coverage, _worst)


def segment_gap_resolution(p: Part) -> Sides:
    return _over(p, "segment", resolution_rate, _gap)


def segment_gap_satisfaction(p: Part) -> Sides:
    return _over(p, "segment", satisfaction, _gap)


def segment_gap_coverage(p: Part) -> Sides:
    return _over(p, "segment", coverage, _gap)


def channel_gap_resolution(p: Part) -> Sides:
    return _over(p, "channel", resolution_rate, _gap)


def channel_gap_satisfaction(p: Part) -> Sides:
    return _over(p, "channel", satisfaction, _gap)
