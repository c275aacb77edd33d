"""The tally: drains the records of one replication in chunks and keeps only sums."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from govsim.model.plan import Plan
from govsim.outcomes import histogram
from govsim.outcomes.counting import Along
from govsim.outcomes.delays import CLOCKS, FATES, name_of, with_all
from govsim.outcomes.lookup import Flags, Floats, Ints, Records
from govsim.outcomes.scopes import Counts, Scopes, spread
from govsim.outcomes.setting import setting
from govsim.outcomes.sums import Sums
from govsim.outcomes.survival import median
from govsim.outcomes.weekly import Weekly, backlog, overdue_cases, weekly_totals


class Broken(AssertionError):
    """An account that must balance does not: a fault of the program, never of the input."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one replication came to."""

    policy_set: str
    start: date
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
        result = np.full(len(self.scopes), np.nan)
        first, last = histogram.bounds(np.arange(histogram.SIZE))
        days = (first + last) / 2 / 86_400
        for row in range(len(self.tiers) + 1):
            scope = 0 if row == len(self.tiers) else self.scopes.of_tier(row)
            events, censored = (self.delays[clock, fate][row] for fate in FATES)
            result[scope] = median(days, events, censored)
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
        return {
            (clock, fate): with_all(cases[name_of(clock, fate)].reshape(shape))
            for clock in CLOCKS
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
