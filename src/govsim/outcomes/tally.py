"""The tally: drains the records of one replication in chunks and keeps only sums."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from govsim.model.plan import DAY, Plan
from govsim.model.randomness import DAY_BITS, DAY_PLACE, DAY_ZERO, INHERITED_DAY
from govsim.model.records import Kind
from govsim.outcomes import histogram
from govsim.outcomes.counting import Along
from govsim.outcomes.delays import AGE, CLOCKS, FATES, name_of, with_all
from govsim.outcomes.lookup import Flags, Floats, Ints, Lookup, Records
from govsim.outcomes.scopes import Counts, Scopes, spread
from govsim.outcomes.setting import setting
from govsim.outcomes.sums import Sums
from govsim.outcomes.survival import median
from govsim.outcomes.weekly import Weekly, backlog, overdue_cases, weekly_totals

_FIRST, _LAST = histogram.bounds(np.arange(histogram.SIZE))
# Counters of what is done and what lies about, whenever the case was registered.
OF_ANY_CASE = (
    "cadre_work",
    "leader_work",
    "overtime_work",
    "cadre_overtime_work",
    "leader_overtime_work",
    "lying",
)
TIMED = ("registered", "inherited", "inherited_answered")  # whose sum the clocks must hold
BUCKET_DAYS: Floats = (_FIRST + _LAST) / 2 / DAY  # the middle of each bucket of a delay

Days = tuple[int, int]  # the first, and the first one after


class Broken(AssertionError):
    """An account that must balance does not: a fault of the program, never of the input."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one replication came to."""

    policy_set: str
    start: date
    days: float
    surges: tuple[Days, ...]
    tiers: tuple[str, ...]
    scopes: Scopes
    counts: Counts
    weekly: Weekly
    delays: dict[tuple[str, str], Ints]  # by (clock, fate): tiers, then all, x buckets
    since_start: Counts  # the counters with the warm-up: what stocks are made of

    def whole(self, name: str) -> Floats:
        """A counter from the first day on, one number a scope: a part of a stock."""
        return self.since_start[name].astype(np.float64)

    def __getitem__(self, name: str) -> Floats:
        """A counter since the end of the warm-up, one number a scope."""
        return self.counts[name].astype(np.float64)

    def median_days(self, clock: str) -> Floats:
        """Half are done after so many days: for the city and the tiers, NaN elsewhere."""
        timed = [self.delays[clock, fate] for fate in FATES]
        return self.by_tier(lambda row: median(BUCKET_DAYS, *(counts[row] for counts in timed)))

    def by_tier(self, of_row: Callable[[int], float]) -> Floats:
        """A number for the city and each tier, from a row of the delays; NaN elsewhere."""
        result = np.full(len(self.scopes), np.nan)
        result[0] = of_row(len(self.tiers))
        for tier in range(len(self.tiers)):
            result[self.scopes.of_tier(tier)] = of_row(tier)
        return result


class Tally:
    """Drains records; ``finish`` gives the outcome of all, ``measured`` that after the warm-up.

    How the stream is cut into chunks changes nothing, to the last bit: counts are integers, and
    sums of floats are taken one record after another.

    After a warm-up, cases count that were registered since, problems and sessions that happened
    since, and hours and money spent since, on whatever case; a spell of work counts when it ends.
    Stocks (what lives, what is open, how old that is, how much trust there is) and the weekly
    series, with what is found in them about surges, are of the whole run.

    Grievances that were open before the first day are left out in the same way, warm-up or not:
    they were not registered in this run, and what happened to them before was not seen.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._setting = setting(plan)
        self._sums = Sums(plan, self._setting.lookup)
        leaves_out = bool(plan.warm_up or plan.inherited)
        self._later = Later(plan, self._setting.lookup) if leaves_out else None

    def drain(self, records: Records) -> None:
        """Count some more records (a structured array of RECORD)."""
        self._sums.add(records)
        if self._later is not None:
            self._later.add(records)

    def measured(self) -> Outcome:
        """The outcome since the end of the warm-up; raises Broken if the accounts do not balance.

        Call it when everything is drained.
        """
        outcome = self.finish()
        check(outcome)
        return outcome if self._later is None else self._later.outcome(outcome)

    def finish(self) -> Outcome:
        """The outcome of everything drained."""
        plan, given = self._plan, self._setting.givens
        counts = _counts(plan, self._sums) | given
        return Outcome(
            policy_set=plan.policy_set,
            start=plan.start,
            days=plan.horizon / DAY,
            surges=tuple((surge.first_day, surge.last_day) for surge in plan.demand.surges),
            tiers=tuple(tier.name for tier in plan.tiers),
            scopes=self._setting.scopes,
            counts=counts,
            weekly=Weekly(self._weekly(), plan.residents, float(given["initial_trust"][0])),
            delays=_delays(plan, self._sums),
            since_start=counts,
        )

    def _weekly(self) -> dict[str, Floats]:
        along = self._sums.along
        weeks = along(Along.HOME_WEEK) | along(Along.OFFICE_WEEK) | along(Along.SENDER_WEEK)
        return weekly_totals(self._plan, weeks)


def _counts(plan: Plan, sums: Sums) -> Counts:
    offices = sums.along(Along.HOME) | sums.along(Along.OFFICE)
    parts = map(sums.along, (Along.CLASS, Along.SEGMENT, Along.CHANNEL))
    return spread(plan, offices, *parts)


def _delays(plan: Plan, sums: Sums) -> dict[tuple[str, str], Ints]:
    cases = sums.along(Along.DELAY)
    shape = (len(plan.tiers) + 1, histogram.SIZE)
    nothing = np.zeros(shape, np.int64)
    return {
        (clock, fate): with_all(cases.get(name_of(clock, fate), nothing).reshape(shape))
        for clock in (*CLOCKS, AGE)
        for fate in FATES
    }


class Later:
    """The records after the warm-up: all of them, and those of cases registered since."""

    def __init__(self, plan: Plan, lookup: Lookup) -> None:
        self._plan = plan
        self._everything = Sums(plan, lookup)  # that happened since, to whatever case
        self._cohort = Sums(plan, lookup)
        self._first_case: int | None = None  # registered since; cases are numbered as they come

    def add(self, records: Records) -> None:
        """Count what happened since; records come in the order of time."""
        since = records[np.searchsorted(records["time"], self._plan.warm_up) :]
        if not len(since):
            return
        self._everything.add(since)
        if self._plan.inherited:
            since = since[~_begins_inherited(since)]
        if self._first_case is None:
            registered = since["case"][since["kind"] == Kind.REGISTERED]
            self._first_case = int(registered[0]) if len(registered) else None
        first = np.inf if self._first_case is None else self._first_case
        self._cohort.add(since[(since["case"] < 0) | (since["case"] >= first)])

    def outcome(self, whole: Outcome) -> Outcome:
        """The outcome of what came since, with the stocks of the whole."""
        counts = dict(whole.counts) | _counts(self._plan, self._cohort)
        everything = _counts(self._plan, self._everything)
        counts |= {name: everything[name] for name in OF_ANY_CASE}
        delays = _delays(self._plan, self._cohort)
        ages = {(AGE, fate): whole.delays[AGE, fate] for fate in FATES}
        days = (self._plan.horizon - self._plan.warm_up) / DAY
        return replace(whole, counts=counts, delays=delays | ages, days=days)


def _begins_inherited(records: Records) -> Flags:
    """The entry of problems that were there, and known, before the first day."""
    entry = np.isin(records["kind"], (Kind.BORN, Kind.BECAME_KNOWN))
    of_day = (records["problem"] >> DAY_PLACE & (1 << DAY_BITS) - 1) == INHERITED_DAY + DAY_ZERO
    inherited: Flags = entry & of_day
    return inherited


def check(outcome: Outcome) -> None:
    """Raise Broken if cases or problems were lost or counted twice."""
    o = outcome
    everywhere = np.ones(len(o.scopes), dtype=np.bool_)
    ended = o["closed"] - o["reopenings"] + o["withdrawn"]
    account = "registered + inherited = closed + open + withdrawn"
    _balance(o, account, o["registered"] + o["inherited"], ended + o["open"], everywhere)
    problems = o.scopes.among(("city", "tier", "office", "class", "segment"), lowest=True)
    living = o["born"] + o["recurred"] - o["solved"] - o["healed"]
    _balance(o, "born = alive + solved + healed", np.maximum(living, 0), living, problems)
    known = o["became_known"] + o["recurred_known"] - o["solved_known"] - o["healed_known"]
    _balance(o, "0 <= known <= living", np.clip(known, 0, living), known, problems)
    _check_clocks(o)
    _check_places(o)


def _balance(outcome: Outcome, account: str, left: Floats, right: Floats, where: Flags) -> None:
    wrong = np.flatnonzero((left != right) & where)
    if len(wrong):
        row = int(wrong[0])
        scope = f"{outcome.scopes.kinds[row]} {outcome.scopes.ids[row]}".strip()
        raise Broken(f"{account}: {left[row]:.0f} against {right[row]:.0f} in {scope}")


def _check_clocks(outcome: Outcome) -> None:
    count = {name: int(outcome.counts[name][0]) for name in TIMED}
    for clock in CLOCKS:
        timed = sum(int(outcome.delays[clock, fate][-1].sum()) for fate in FATES)
        there = count["registered"] + count["inherited"]
        there -= count["inherited_answered"] if clock == "reply" else 0
        if timed != there:
            raise Broken(f"{clock}: {timed} cases timed, {there} registered or taken over")
    if min(int(counts.min()) for counts in outcome.delays.values()) < 0:
        raise Broken("a reopening names another time than its closing")


def _check_places(outcome: Outcome) -> None:
    """What was followed week by week must end where the ledger finds it."""
    tiers = [outcome.scopes.of_tier(tier) for tier in range(len(outcome.tiers))]
    lying = [int(outcome.counts["lying"][row]) for row in tiers]
    followed = [int(cases) for cases in backlog(outcome.weekly)[-1, :-1]]
    if followed != lying:
        raise Broken(f"open cases by tier: {lying} at the end, {followed} by their moves")
    unanswered = int(outcome.counts["missed_open"][0])
    overdue = int(overdue_cases(outcome.weekly)[-1, -1])
    if overdue != unanswered:
        raise Broken(f"overdue cases: {unanswered} at the end, {overdue} by week")
