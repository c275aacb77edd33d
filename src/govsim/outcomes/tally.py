"""The tally: drains the records of one replication in chunks and keeps only sums."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from govsim.model.plan import DAY, Plan
from govsim.outcomes import histogram
from govsim.outcomes.counting import Along
from govsim.outcomes.delays import (
    AGE,
    CLOCKS,
    FATES,
    FIRST_CLOSING_IN_TERM,
    name_of,
    with_all,
)
from govsim.outcomes.lookup import Flags, Floats, Ints, Records
from govsim.outcomes.scopes import Counts, Scopes, spread
from govsim.outcomes.setting import setting
from govsim.outcomes.sums import Sums
from govsim.outcomes.survival import Incidence, incidence, time_until
from govsim.outcomes.weekly import WEEK, Weekly, backlog, overdue_cases, weekly_totals
from govsim.outcomes.windows import Window

_FIRST, _LAST = histogram.bounds(np.arange(histogram.SIZE))
BUCKET_DAYS: Floats = (_FIRST + _LAST) / 2 / DAY  # the middle of each bucket of a delay

Days = tuple[int, int]  # the first, and the first one after


class Broken(AssertionError):
    """An account that must balance does not: a fault of the program, never of the input."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one replication came to."""

    policy_set: str
    start: date  # the first day of the run
    days: float  # of it that are measured
    surges: tuple[Days, ...]  # from the first simulated day on, as the weeks of ``weekly``
    tiers: tuple[str, ...]
    scopes: Scopes
    counts: dict[Window, Counts]
    givens: Counts  # what the plan says
    weekly: Weekly
    calm: Weekly | None  # the same city without its surges
    delays: dict[tuple[str, str], Ints]  # by (clock, fate): tiers, then all, x buckets

    def count(self, window: Window, name: str) -> Floats:
        """A counter, one number a scope."""
        return self.counts[window][name].astype(np.float64)

    def incidence(self, clock: str, row: int) -> Incidence:
        """How the share done grows with time: of a tier, or of all (the last row)."""
        return incidence(BUCKET_DAYS, *(self.delays[clock, fate][row] for fate in FATES))

    def median_days(self, clock: str) -> Floats:
        """Half are done after so many days: for the city and the tiers, NaN elsewhere."""
        return self.by_tier(lambda row: time_until(self.incidence(clock, row), 0.5))

    def by_tier(self, of_row: Callable[[int], float]) -> Floats:
        """A number for the city and each tier, from a row of the delays; NaN elsewhere."""
        result = np.full(len(self.scopes), np.nan)
        result[0] = of_row(len(self.tiers))
        for tier in range(len(self.tiers)):
            result[self.scopes.of_tier(tier)] = of_row(tier)
        return result


class Tally:
    """Drains records; ``measured`` gives what they came to.

    How the stream is cut into chunks changes nothing, to the last bit: counts are integers, and
    sums of floats are taken one record after another. What counts for what is said in
    ``windows``; a spell of work counts, as hours, when it ends.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._setting = setting(plan)
        self._sums = Sums(plan, self._setting.lookup)

    def drain(self, records: Records) -> None:
        """Count some more records (a structured array of RECORD)."""
        self._sums.add(records)

    def measured(self, calm: Outcome | None = None) -> Outcome:
        """The outcome of everything drained; raises Broken if the accounts do not balance.

        ``calm`` is that of the same city without its surges.
        """
        outcome = self.finish(calm)
        check(outcome)
        return outcome

    def finish(self, calm: Outcome | None = None) -> Outcome:
        """The outcome of everything drained."""
        plan, given = self._plan, self._setting.givens
        return Outcome(
            policy_set=plan.policy_set,
            start=plan.first_day,
            days=(plan.until - plan.since) / DAY,
            surges=tuple((surge.first_day, surge.last_day) for surge in plan.demand.surges),
            tiers=tuple(tier.name for tier in plan.tiers),
            scopes=self._setting.scopes,
            counts=_counts(plan, self._sums),
            givens=given,
            weekly=self._weekly(float(given["initial_trust"][0])),
            calm=None if calm is None else calm.weekly,
            delays=_delays(plan, self._sums),
        )

    def _weekly(self, initial_trust: float) -> Weekly:
        weeks = (Along.HOME_WEEK, Along.OFFICE_WEEK, Along.SENDER_WEEK)
        flat = {name: total for along in weeks for name, total in self._of(along).items()}
        totals = weekly_totals(self._plan, flat)
        return Weekly(totals, self._plan.residents, initial_trust, self._plan.opens // WEEK)

    def _of(self, along: Along) -> Counts:
        """Of the whole run, by name."""
        return {name: total for (_, name), total in self._sums.along(along).items()}


def _counts(plan: Plan, sums: Sums) -> dict[Window, Counts]:
    offices = sums.along(Along.HOME) | sums.along(Along.OFFICE)
    parts = map(sums.along, (Along.CLASS, Along.SEGMENT, Along.CHANNEL))
    counts: dict[Window, Counts] = {window: {} for window in Window}
    for (window, name), total in spread(plan, offices, *parts).items():
        counts[window][name] = total
    return counts


def _delays(plan: Plan, sums: Sums) -> dict[tuple[str, str], Ints]:
    cases = {name: total for (_, name), total in sums.along(Along.DELAY).items()}
    shape = (len(plan.tiers) + 1, histogram.SIZE)
    nothing = np.zeros(shape, np.int64)
    return {
        (clock, fate): with_all(cases.get(name_of(clock, fate), nothing).reshape(shape))
        for clock in (*CLOCKS, FIRST_CLOSING_IN_TERM, AGE)
        for fate in FATES
    }


def check(outcome: Outcome) -> None:
    """Raise Broken if cases or problems were lost or counted twice."""
    o = outcome

    def whole(name: str) -> Floats:
        return o.count(Window.WHOLE, name)

    everywhere = np.ones(len(o.scopes), dtype=np.bool_)
    ended = whole("closed_any") - whole("reopened_any") + whole("withdrawn")
    account = "registered + inherited = closed + open + withdrawn"
    there = whole("registered") + whole("inherited")
    _balance(o, account, there, ended + whole("open"), everywhere)
    problems = o.scopes.among(("city", "tier", "office", "class", "segment"), lowest=True)
    living = whole("born") + whole("recurred") - whole("solved") - whole("healed")
    _balance(o, "born = alive + solved + healed", np.maximum(living, 0), living, problems)
    known = whole("became_known") + whole("recurred_known")
    known -= whole("solved_known") + whole("healed_known")
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
    there = int(outcome.counts[Window.FOLLOWED]["registered"][0])
    for clock in CLOCKS:
        timed = sum(int(outcome.delays[clock, fate][-1].sum()) for fate in FATES)
        if timed != there:
            raise Broken(f"{clock}: {timed} cases timed, {there} registered in the run")
    if min(int(counts.min()) for counts in outcome.delays.values()) < 0:
        raise Broken("a reopening names another time than its closing")


def _check_places(outcome: Outcome) -> None:
    """What was followed week by week must end where the ledger finds it."""
    counts = outcome.counts[Window.WHOLE]
    tiers = [outcome.scopes.of_tier(tier) for tier in range(len(outcome.tiers))]
    lying = [int(counts["lying"][row]) for row in tiers]
    followed = [int(cases) for cases in backlog(outcome.weekly)[-1, :-1]]
    if followed != lying:
        raise Broken(f"open cases by tier: {lying} at the end, {followed} by their moves")
    unanswered = int(counts["missed_open"][0])
    overdue = int(overdue_cases(outcome.weekly)[-1, -1])
    if overdue != unanswered:
        raise Broken(f"overdue cases: {unanswered} at the end, {overdue} by week")
