"""The tally: drains the records of one replication in chunks and keeps only sums."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from govsim.model.plan import DAY, Plan
from govsim.outcomes import histogram
from govsim.outcomes.counting import Along
from govsim.outcomes.delays import AGE, CLOCKS, FATES, name_of, with_all
from govsim.outcomes.lookup import Flags, Floats, Ints, Records
from govsim.outcomes.scopes import Counts, Scopes, spread
from govsim.outcomes.setting import setting
from govsim.outcomes.sums import Sums
from govsim.outcomes.survival import median
from govsim.outcomes.weekly import Weekly, backlog, overdue_cases, weekly_totals

_FIRST, _LAST = histogram.bounds(np.arange(histogram.SIZE))
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

    def __getitem__(self, name: str) -> Floats:
        """A counter, one number a scope."""
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
    """Drains records; ``finish`` gives the outcome.

    How the stream is cut into chunks changes nothing, to the last bit: counts are integers, and
    sums of floats are taken one record after another.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._setting = setting(plan)
        self._sums = Sums(plan, self._setting.lookup)

    def drain(self, records: Records) -> None:
        """Count some more records (a structured array of RECORD)."""
        self._sums.add(records)

    def finish(self) -> Outcome:
        """The outcome of everything drained."""
        plan, given = self._plan, self._setting.givens
        return Outcome(
            policy_set=plan.policy_set,
            start=plan.start,
            days=plan.horizon / DAY,
            surges=tuple((surge.first_day, surge.last_day) for surge in plan.demand.surges),
            tiers=tuple(tier.name for tier in plan.tiers),
            scopes=self._setting.scopes,
            counts=self._counts() | given,
            weekly=Weekly(self._weekly(), plan.residents, float(given["initial_trust"][0])),
            delays=self._delays(),
        )

    def _counts(self) -> Counts:
        along = self._sums.along
        offices = along(Along.HOME) | along(Along.OFFICE)
        parts = map(along, (Along.CLASS, Along.SEGMENT, Along.CHANNEL))
        return spread(self._plan, offices, *parts)

    def _weekly(self) -> dict[str, Floats]:
        along = self._sums.along
        weeks = along(Along.HOME_WEEK) | along(Along.OFFICE_WEEK) | along(Along.SENDER_WEEK)
        return weekly_totals(self._plan, weeks)

    def _delays(self) -> dict[tuple[str, str], Ints]:
        cases = self._sums.along(Along.DELAY)
        shape = (len(self._plan.tiers) + 1, histogram.SIZE)
        nothing = np.zeros(shape, np.int64)
        return {
            (clock, fate): with_all(cases.get(name_of(clock, fate), nothing).reshape(shape))
            for clock in (*CLOCKS, AGE)
            for fate in FATES
        }


def check(outcome: Outcome) -> None:
    """Raise Broken if cases or problems were lost or counted twice."""
    o = outcome
    everywhere = np.ones(len(o.scopes), dtype=np.bool_)
    ended = o["closed"] - o["reopenings"] + o["withdrawn"]
    account = "registered = closed + open + withdrawn"
    _balance(o, account, o["registered"], ended + o["open"], everywhere)
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
    for clock in CLOCKS:
        timed = sum(int(outcome.delays[clock, fate][-1].sum()) for fate in FATES)
        if timed != outcome.counts["registered"][0]:
            registered = int(outcome.counts["registered"][0])
            raise Broken(f"{clock}: {timed} cases timed, {registered} registered")
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
