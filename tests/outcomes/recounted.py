"""KPIs counted once more, with pandas: from cases and problems that are followed one by one.

Nothing here uses the tally, its counters or the KPIs' formulas. Every function of ``KPI`` answers
with both sides of the KPI of its name, NaN where a share has no base, None where there is no side.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import pandas as pd

from govsim.model.plan import DAY, HOUR, Plan
from govsim.model.records import (
    ABSENT,
    HAS_DEADLINE,
    ON_TIME,
    OVERTIME,
    RECORDED_ENDED,
    RECORDED_SATISFIED,
    SUBSTANTIVE,
    SURVEYED,
    TRUE,
    Activity,
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
RESOLVED = (
    Outcome.SOLVED, Outcome.ON_PAPER, Outcome.GONE, Outcome.DUPLICATE, Outcome.CLEARED_OUT,
)  # fmt: skip
Sides = tuple[float | None, float | None]


def share(part: float, base: float) -> float:
    return part / base if base > 0 else float("nan")


def flagged(rows: pd.DataFrame, *flags: int) -> pd.DataFrame:
    """Rows that carry all of these."""
    wanted = sum(flags)
    return rows[(rows["flags"] & wanted) == wanted]


def framed(plan: Plan, records: np.ndarray) -> pd.DataFrame:
    """Records as a frame: where a record names no office, that of its cadre; whether one leads."""
    frame = pd.DataFrame({name: records[name] for name in records.dtype.names or ()})
    leads = np.array([*(cadre.leader for cadre in plan.cadres), False])
    frame["leads"] = leads[frame["cadre"]]
    homes = np.array([*(plan.desks[cadre.desk].office for cadre in plan.cadres), ABSENT])
    frame["where"] = frame["office"].where(frame["office"] >= 0, homes[frame["cadre"]])
    return frame


class Part:
    """What happened in one part of the city: ``kind`` and ``number`` as scopes call them."""

    def __init__(self, plan: Plan, records: pd.DataFrame, kind: str, number: int) -> None:
        self.plan, self.kind, self.number = plan, kind, number
        self.all = records
        self.begin = plan.warm_up
        column = {"class": "klass", "segment": "segment", "channel": "channel"}.get(kind)
        everything = pd.Series(data=True, index=records.index)
        chosen = everything if column is None else records[column] == number
        of_home = records["home"] == number if kind == "office" else chosen
        there = records["where"] == number if kind == "office" else chosen
        self.whole, self.there = records[of_home], records[there]

    # ---------------------------------------------------------------- cases registered since

    @cached_property
    def registered(self) -> pd.DataFrame:
        rows = self.whole[(self.whole["kind"] == Kind.REGISTERED) & self._since(self.whole)]
        return rows[rows["code"] != Origin.ENQUIRY]

    @cached_property
    def cohort(self) -> set[int]:
        """All over the city: a case may be worked on elsewhere."""
        rows = self.all[(self.all["kind"] == Kind.REGISTERED) & self._since(self.all)]
        return set(rows["case"][rows["code"] != Origin.ENQUIRY])

    def of_cases(self, *kinds: Kind, there: bool = False) -> pd.DataFrame:
        """What happened to them; ``there``: where it happened, not where they are registered."""
        rows = self.there if there else self.whole
        return rows[rows["kind"].isin(kinds) & rows["case"].isin(self.cohort)]

    @cached_property
    def closings(self) -> pd.DataFrame:
        return self.of_cases(Kind.CLOSED)

    @cached_property
    def standing(self) -> pd.DataFrame:
        """The closing of every case that is closed at the end."""
        last = self.of_cases(Kind.CLOSED, Kind.REOPENED).groupby("case").tail(1)
        return last[last["kind"] == Kind.CLOSED]

    @cached_property
    def unfinished(self) -> pd.DataFrame:
        return self.of_cases(Kind.OPEN, Kind.WITHDRAWN)

    # ---------------------------------------------------------------- what happened since

    def since(self, kind: Kind, *codes: int, there: bool = False) -> pd.DataFrame:
        rows = self.there if there else self.whole
        rows = rows[(rows["kind"] == kind) & self._since(rows)]
        return rows[rows["code"].isin(codes)] if codes else rows

    def _since(self, rows: pd.DataFrame) -> pd.Series:
        return rows["time"] >= self.begin

    def hours(self, kind: Kind, *, leads: bool | None = None, overtime: bool = False) -> float:
        rows = self.since(kind, there=True)
        if kind == Kind.HOURS:
            rows = rows[rows["code"] != Errand.TIME_OFF]
        if leads is not None:
            rows = rows[rows["leads"] == leads]
        if overtime:
            rows = flagged(rows, OVERTIME)
        return float(rows["value"].sum()) / HOUR

    # ---------------------------------------------------------------- problems, one by one

    def problems(self, until: int) -> tuple[set[int], set[int]]:
        """Those that live just before a moment, and those ever heard of."""
        lives: set[int] = set()
        heard: set[int] = set()
        rows = self.whole[self.whole["time"] < until]
        for kind, problem in zip(rows["kind"], rows["problem"], strict=True):
            if kind in (Kind.BORN, Kind.RECURRED):
                lives.add(problem)
            elif kind in (Kind.SOLVED, Kind.HEALED):
                lives.remove(problem)
            elif kind == Kind.BECAME_KNOWN:
                heard.add(problem)
        return lives, heard

    @cached_property
    def at_first(self) -> tuple[set[int], set[int]]:
        return self.problems(self.begin)

    @cached_property
    def at_last(self) -> tuple[set[int], set[int]]:
        return self.problems(self.plan.horizon + 1)

    @cached_property
    def born(self) -> set[int]:
        return set(self.since(Kind.BORN)["problem"])

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
        return (self.plan.horizon - self.begin) / YEAR

    def staff(self, amount: Callable[[int, int, int], float]) -> float:
        """Over the cadres: their number, from when and until when they are there."""
        total = 0.0
        for number, cadre in enumerate(self.plan.cadres):
            office = self.plan.desks[cadre.desk].office
            first = max(cadre.joins, self.begin)
            last = min(cadre.leaves, self.plan.horizon)
            if (self.kind == "city" or office == self.number) and first < last:
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
        return float(self.since(Kind.MONEY, there=True)["value"].sum())

    def parts(self, kind: str) -> list["Part"]:
        """All parts of a kind: segments, channels, communities."""
        numbers = {
            "segment": range(len(self.plan.segments)),
            "channel": range(len(self.plan.channels)),
            "office": [o.ordinal for o in self.plan.offices if o.tier == 0],
        }[kind]
        return [Part(self.plan, self.all, kind, number) for number in numbers]


def median_survival(done: pd.Series, waiting: pd.Series) -> float:
    """Kaplan and Meier's median, one case after another, in days."""
    cases = sorted([(t, 0) for t in done] + [(t, 1) for t in waiting])
    alive = 1.0
    for place, (time, censored) in enumerate(cases):
        if not censored:
            alive *= 1.0 - 1.0 / (len(cases) - place)
        if alive <= 0.5 + 1e-12:
            return time / DAY
    return float("nan")


# ---------------------------------------------------------------- the headline


def registered(p: Part) -> Sides:
    unheard = p.since(Kind.NOT_RECORDED)
    refused = (unheard["code"] != Origin.ENQUIRY).sum() + len(p.since(Kind.TURNED_AWAY))
    return len(p.registered), len(p.registered) + refused


def closed(p: Part) -> Sides:
    return len(p.standing), len(flagged(p.standing, TRUE))


def answered_or_solved_ratio(p: Part) -> Sides:
    answered = set(p.of_cases(Kind.REPLIED)["case"]) | set(p.standing["case"])
    n = len(p.registered)
    return share(len(answered), n), share(closed(p)[1], n)


def reply_on_time(p: Part) -> Sides:
    replies = flagged(p.of_cases(Kind.REPLIED, there=True), HAS_DEADLINE)
    answered = set(p.all["case"][p.all["kind"] == Kind.REPLIED])
    missed = set(p.all["case"][p.all["kind"] == Kind.OVERDUE]) - answered
    ends = p.of_cases(Kind.OPEN, Kind.WITHDRAWN, there=True)
    judged = len(replies) + ends["case"].isin(missed).sum()
    in_time = flagged(replies, ON_TIME)
    return share(len(in_time), judged), share(len(flagged(in_time, SUBSTANTIVE)), judged)


def resolution_rate(p: Part) -> Sides:
    resolved = p.standing["code"].isin(RESOLVED).sum()
    n = len(p.registered)
    return share(resolved, n), share(len(flagged(p.standing, TRUE)), n)


def satisfaction(p: Part) -> Sides:
    felt = p.of_cases(Kind.FELT)
    asked = flagged(felt, SURVEYED)
    said = share(len(flagged(asked, RECORDED_SATISFIED)), len(asked))
    return said, share(len(flagged(felt, TRUE)), len(felt))


def backlog(p: Part) -> Sides:
    lives, heard = p.at_last
    return (p.there["kind"] == Kind.OPEN).sum(), len(lives & heard)


def _once(p: Part, kind: Kind) -> float:
    """Share of cases to which it happened, among those to whom it did so for the first time."""
    return share(p.of_cases(kind)["case"].nunique(), len(p.registered))


def bounced_share(p: Part) -> Sides:
    return _once(p, Kind.BOUNCED), None


def reopened_share(p: Part) -> Sides:
    return _once(p, Kind.REOPENED), None


def _origin(p: Part, *codes: int) -> int:
    return int(p.registered["code"].isin(codes).sum())


def skip_level_share(p: Part) -> Sides:
    return share(_origin(p, Origin.SKIP_LEVEL), len(p.registered)), None


def escalated_share(p: Part) -> Sides:
    """Passed up after somebody had looked at it: not those that were sent there at once."""
    moves = p.of_cases(Kind.ESCALATED)
    passed = moves[moves["flags"] & 1 > 0]["case"].nunique()
    return share(passed, len(p.registered)), None


def latent_problems(p: Part) -> Sides:
    lives, heard = p.at_last
    return None, len(lives - heard)


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


def visit_hours(p: Part) -> Sides:
    rows = p.since(Kind.HOURS, Errand.VISIT, Errand.TRAVEL, there=True)
    return rows["value"].sum() / HOUR, None


def visits(p: Part) -> Sides:
    return len(p.since(Kind.SESSION, Gathering.VISIT, there=True)), None


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
    return p.since(Kind.HOURS, Errand.TIME_OFF, there=True)["value"].sum() / HOUR, None


# ---------------------------------------------------------------- problems


def problems_born(p: Part) -> Sides:
    return None, len(p.since(Kind.BORN, Birth.NEW))


def problems_solved(p: Part) -> Sides:
    return None, len(p.since(Kind.SOLVED))


def problems_healed(p: Part) -> Sides:
    return None, len(p.since(Kind.HEALED))


def solved_share(p: Part) -> Sides:
    lived, _ = p.at_first
    solved = len(p.since(Kind.SOLVED)) - len(p.since(Kind.RECURRED))
    return None, share(solved, len(lived | p.born))


def recurrence_rate(p: Part) -> Sides:
    return None, share(len(p.since(Kind.RECURRED)), len(p.since(Kind.SOLVED)))


def coverage(p: Part) -> Sides:
    lived, heard = p.at_first
    became = len(p.since(Kind.BECAME_KNOWN))
    return None, share(became, len((lived - heard) | p.born))


def coverage_of_living(p: Part) -> Sides:
    lives, heard = p.at_last
    return None, share(len(lives & heard), len(lives))


# ---------------------------------------------------------------- cases


def enquiries(p: Part) -> Sides:
    return len(p.since(Kind.REGISTERED, Origin.ENQUIRY)), None


def found(p: Part) -> Sides:
    return _origin(p, Origin.FOUND), None


def repeated_share(p: Part) -> Sides:
    return share(_origin(p, Origin.REPEAT), len(p.registered)), None


def withdrawn(p: Part) -> Sides:
    return len(p.of_cases(Kind.WITHDRAWN)), None


def closed_on_paper_share(p: Part) -> Sides:
    paper = (p.standing["code"] == Outcome.ON_PAPER).sum()
    return None, share(paper, len(p.registered))


def participation(p: Part) -> Sides:
    thousand_years = p.residents / 1000 * p.years
    unheard = p.since(Kind.NOT_RECORDED)
    contacts = len(p.registered) + (unheard["code"] != Origin.ENQUIRY).sum()
    return share(len(p.registered), thousand_years), share(contacts, thousand_years)


def on_time_completion(p: Part) -> Sides:
    judged = flagged(p.closings, HAS_DEADLINE)
    late = set(p.all["case"][p.all["kind"] == Kind.LATE])
    n = len(judged) + p.unfinished["case"].isin(late).sum()
    in_time = flagged(judged, ON_TIME)
    return share(len(in_time), n), share(len(flagged(in_time, TRUE)), n)


def _extended(p: Part, term: Term) -> Sides:
    rows = p.of_cases(Kind.EXTENDED)
    return share((rows["code"] == term).sum(), len(p.registered)), None


def extended_share(p: Part) -> Sides:
    return _extended(p, Term.REPLY)


def extended_resolution_share(p: Part) -> Sides:
    return _extended(p, Term.RESOLUTION)


def first_contact_resolution(p: Part) -> Sides:
    again = _origin(p, Origin.REPEAT, Origin.REVIEW, Origin.RE_REVIEW)
    reopened = set(p.of_cases(Kind.REOPENED)["case"])
    once = set(p.closings["case"]) - reopened
    first = p.closings.groupby("case").head(1)
    truly = set(flagged(first, TRUE)["case"]) - reopened
    n = len(p.registered)
    return share(max(len(once) - again, 0), n), share(len(truly), n)


def satisfaction_called_back(p: Part) -> Sides:
    asked = flagged(p.of_cases(Kind.FELT), SURVEYED)
    said = share(len(flagged(asked, RECORDED_SATISFIED)), len(asked))
    return said, share(len(flagged(asked, TRUE)), len(asked))


def solved_at_call_back(p: Part) -> Sides:
    """True: by what lives at that moment, whatever the record of the judgement says."""
    felt = p.of_cases(Kind.FELT)
    lives: set[int] = set()
    ended = 0
    seen = set(felt.index)
    for place, kind, problem in zip(p.all.index, p.all["kind"], p.all["problem"], strict=True):
        if kind in (Kind.BORN, Kind.RECURRED):
            lives.add(problem)
        elif kind in (Kind.SOLVED, Kind.HEALED):
            lives.remove(problem)
        elif place in seen:
            ended += problem not in lives
    asked = flagged(felt, SURVEYED)
    said = share(len(flagged(asked, RECORDED_ENDED)), len(asked))
    return said, share(ended, len(felt))


def satisfaction_not_called_back(p: Part) -> Sides:
    felt = p.of_cases(Kind.FELT)
    silent = felt[felt["flags"] & SURVEYED == 0]
    return None, share(len(flagged(silent, TRUE)), len(silent))


def duplicate_share(p: Part) -> Sides:
    """True: an earlier case, of whatever time, was about the same problem."""
    ever = p.all[(p.all["kind"] == Kind.REGISTERED) & (p.all["code"] != Origin.ENQUIRY)]
    known = set(ever["case"][ever.duplicated("problem")])
    merged = (p.standing["code"] == Outcome.DUPLICATE).sum()
    n = len(p.registered)
    return share(merged, n), share(p.registered["case"].isin(known).sum(), n)


def fellow_share(p: Part) -> Sides:
    return share(_origin(p, Origin.FELLOW), len(p.registered)), None


def bounces_per_case(p: Part) -> Sides:
    return share(len(p.of_cases(Kind.BOUNCED)), len(p.registered)), None


def transfers_per_case(p: Part) -> Sides:
    moves = p.of_cases(Kind.BOUNCED, Kind.ESCALATED, Kind.RETURNED_DOWN)
    return share(len(moves), len(p.registered)), None


def gaming_index(p: Part) -> Sides:
    said, true = resolution_rate(p)
    return None, float(said or 0.0) - float(true or 0.0) if len(p.registered) else float("nan")


def closed_in_bulk_share(p: Part) -> Sides:
    return share((p.closings["code"] == Outcome.CLEARED_OUT).sum(), len(p.closings)), None


def cost_per_registered(p: Part) -> Sides:
    return share(p.pay() + p.money(), len(p.registered)), None


def cost_per_solved(p: Part) -> Sides:
    resolved = p.standing["code"].isin(RESOLVED).sum()
    solved = len(p.since(Kind.SOLVED)) - len(p.since(Kind.RECURRED))
    return share(p.pay() + p.money(), resolved), share(p.pay() + p.money(), solved)


# ---------------------------------------------------------------- times


def median_reply_days(p: Part) -> Sides:
    replies = p.of_cases(Kind.REPLIED)
    answered = set(replies["case"]) | set(p.closings["case"])
    waiting = p.unfinished[~p.unfinished["case"].isin(answered)]
    return median_survival(replies["value"], waiting["value"]), None


def median_resolution_days(p: Part) -> Sides:
    return median_survival(p.standing["value"], p.unfinished["value"]), None


def _days(p: Part, seconds: pd.Series) -> Sides:
    return share(float(seconds.sum()) / DAY, len(p.standing)), None


def _spells(p: Part) -> pd.DataFrame:
    rows = p.of_cases(Kind.WORKED)
    return rows[rows["code"] != Activity.ENQUIRY]


def time_in_queue(p: Part) -> Sides:
    return _days(p, _spells(p)["started"] - _spells(p)["enabled"])


def time_in_work(p: Part) -> Sides:
    return _days(p, _spells(p)["value"])


def time_interrupted(p: Part) -> Sides:
    return _days(p, _spells(p)["time"] - _spells(p)["started"] - _spells(p)["value"])


def _waited(p: Part, code: Wait) -> Sides:
    rows = p.of_cases(Kind.WAITED)
    rows = rows[rows["code"] == code]
    return _days(p, rows["time"] - rows["started"])


def time_outside(p: Part) -> Sides:
    return _waited(p, Wait.OUTSIDE)


def time_with_resident(p: Part) -> Sides:
    return _waited(p, Wait.RESIDENT)


def time_bounced(p: Part) -> Sides:
    return _waited(p, Wait.BOUNCE)


def time_in_confirmation(p: Part) -> Sides:
    return _waited(p, Wait.CONFIRMATION)


def last_minute_share(p: Part) -> Sides:
    """Over the tiers that registered the cases, each by its own term."""
    tiers = np.array([p.plan.tiers[office.tier].resolution_deadline for office in p.plan.offices])
    part_of_term = p.standing["value"] / tiers[p.standing["home"]]
    within = part_of_term[part_of_term <= 1.0]
    return share((within > 0.95).sum(), len(within)), None


def _age(p: Part, part: float) -> Sides:
    """Of all that are open, registered when ever."""
    ages = np.sort(p.whole["value"][p.whole["kind"] == Kind.OPEN].to_numpy())
    return (float(ages[int(np.ceil(part * len(ages))) - 1]) / DAY if len(ages) else np.nan), None


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
    sides = zip(*(kpi(part) for part in p.parts(kind)), strict=True)
    seen = [[x for x in side if x is not None and not np.isnan(x)] for side in sides]
    recorded, true = (of(values) if values else None for values in seen)
    return recorded, true


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
