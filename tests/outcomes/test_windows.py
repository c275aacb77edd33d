"""Every KPI against the same counted once more, from single cases and problems.

Of a city that has run in, a run with a warm-up, and a follow-up that is long enough for all clocks,
or for some, or for none.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import recounted
from recounted import Part, World, told_apart

from engines.traces import plan_of
from govsim.engines import agents, compiled
from govsim.errors import InputError
from govsim.model.calendars import finish
from govsim.model.plan import DAY, Plan
from govsim.outcomes import KPIS, Outcome, Tally
from govsim.outcomes.windows import Window, moments

WORDS = (  # so that everything that is counted happens often
    "closing.recurs=0.3", "closing.clean_up_after=40 d", "after_closing.patience.mean=20 d",
    "tiers.street.resolution_deadline=30 d", "tiers.community.resolution_deadline=10 d",
    "deadlines.resolution_extension=0.5",
    "deadlines.restart_on_transfer=yes", "deadlines.pause_while_asking=yes",
)  # fmt: skip
POLICIES = ("night_visits", "grid", "council", "mediation", "scoring")
# run-in, run, warm-up, follow-up, in days: the longest term is 90 d, the clock 60 d
FOLLOWED = (56, 150, 33, 75)
CUT_SHORT = (0, 150, 61, 20)
BARE = (0, 110, 0, 0)
# From the weekly series, which is whole; and a stock that no single case tells of.
NOT_HERE = {"recovery_days", "recovered_share", "trust"}
NAMES = [name for name in KPIS if name not in NOT_HERE]
# Delays are kept in buckets of less than one per cent: a case or two at an edge.
IN_BUCKETS = {"rel": 0.01, "abs": 0.015}
BUCKETED = {
    "median_reply_days", "median_resolution_days", "median_open_age", "ninth_decile_open_age",
    "oldest_open", "last_minute_share",
}  # fmt: skip
PARTS = (("city", 0), ("tier", 0), ("tier", 1), ("class", 1), ("segment", 1), ("channel", 0),
         ("office", 3), ("office", 8))  # fmt: skip

Days = tuple[int, int, int, int]


@cache
def ran(days: Days) -> tuple[Plan, Outcome, np.ndarray]:
    names = ("run_in", "horizon", "warm_up", "follow_up")
    words = [f"{name}={length} d" for name, length in zip(names, days, strict=True)]
    plan = plan_of(*WORDS, *words, policies=POLICIES)
    tally, chunks = Tally(plan), []

    def drain(chunk: np.ndarray) -> None:
        tally.drain(chunk)
        chunks.append(chunk.copy())

    compiled.simulate(plan, 3, 0, drain)
    return plan, tally.measured(), np.concatenate(chunks)


@cache
def world(days: Days) -> World:
    plan, _, records = ran(days)
    return told_apart(plan, records)


@cache
def part(days: Days, kind: str, number: int) -> Part:
    return Part(ran(days)[0], world(days), kind, number)


def row_of(outcome: Outcome, kind: str, number: int) -> int:
    return outcome.scopes.kinds.index(kind) + number


@pytest.mark.parametrize("days", [FOLLOWED, CUT_SHORT, BARE], ids=["followed", "cut short", "bare"])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_single_cases_and_problems_tell(name: str, days: Days) -> None:
    kpi, (_, outcome, _) = KPIS[name], ran(days)
    counted = 0
    for kind, number in PARTS:
        row = row_of(outcome, kind, number)
        where = {side: kpi.scopes(side).rows(outcome.scopes)[row] for side in kpi.sides()}
        if not any(where.values()):
            continue
        again = getattr(recounted, name)(part(days, kind, number))
        for side, expected in zip(("recorded", "true"), again, strict=True):
            if where.get(side):
                value = getattr(kpi.of(outcome), side)[row]
                near = IN_BUCKETS if name in BUCKETED else {"rel": 1e-9}
                assert value == pytest.approx(expected, nan_ok=True, **near), (side, kind)
                counted += 1
    assert counted > 0


# ---------------------------------------------------------------- what moves what

BY_EVENTS = {"in the run", "on the last day", "as of the last day"}


def values(days: Days, name: str) -> list[float]:
    pair = KPIS[name].of(ran(days)[1])
    return [side[0] for side in pair if side is not None]


@pytest.mark.parametrize("name", NAMES)
def test_a_follow_up_changes_what_becomes_of_cases_and_nothing_of_the_run(name: str) -> None:
    run_in, run, warm_up, _ = FOLLOWED
    shorter = values((run_in, run, warm_up, 0), name)
    if KPIS[name].basis.name in BY_EVENTS:
        assert shorter == values(FOLLOWED, name)
    elif not name.startswith("median_"):  # which may have been seen already
        assert shorter != values(FOLLOWED, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_warm_up_changes_all_but_stocks(name: str) -> None:
    """Else the recount could not fail."""
    run_in, run, _, follow_up = FOLLOWED
    whole = values((run_in, run, 0, follow_up), name)
    if KPIS[name].basis.name == "on the last day":
        assert whole == values(FOLLOWED, name)
    else:
        assert whole != values(FOLLOWED, name)


def test_weekly_series_have_neither_warm_up_nor_follow_up() -> None:
    run_in, run, _, _ = FOLLOWED
    long, short = ran(FOLLOWED)[1].weekly, ran((run_in, run, 0, 0))[1].weekly
    for name, series in short.totals.items():
        assert np.array_equal(long[name], series), name
    assert len(long["registered"]) == -(-(run_in + run) // 7)


def test_pay_and_capacity_are_of_the_time_that_is_measured() -> None:
    outcome, whole = ran(FOLLOWED)[1], ran((56, 150, 0, 75))[1]
    assert outcome.days == 150 - 33
    pay, all_pay = (KPIS["pay"].of(o).recorded for o in (outcome, whole))
    assert pay is not None and all_pay is not None
    assert pay[0] == pytest.approx(all_pay[0] * 117 / 150, rel=1e-9)
    capacity = [o.givens["capacity_seconds"][0] for o in (outcome, whole)]
    assert 0.7 < capacity[0] / capacity[1] < 0.85


def test_engines_agree_and_chunks_leave_no_trace() -> None:
    """Records, and what they come to: measured by two engines, drained in pieces."""
    plan, outcome, records = ran(FOLLOWED)
    tally, chunks = Tally(plan), []

    def drain(chunk: np.ndarray) -> None:
        chunks.append(chunk.copy())
        for first in range(0, len(chunk), 777):
            tally.drain(chunk[first : first + 777])

    agents.simulate(plan, 3, 0, drain)
    assert np.array_equal(np.concatenate(chunks), records)
    again = tally.measured()
    for window in Window:
        for name, counts in outcome.counts[window].items():
            assert np.array_equal(counts, again.counts[window][name]), (window, name)
    for key, buckets in outcome.delays.items():
        assert np.array_equal(buckets, again.delays[key]), key


def test_a_warm_up_as_long_as_the_run() -> None:
    with pytest.raises(InputError, match=r"warm_up: the warm-up of 120 d leaves nothing"):
        plan_of("horizon=120 d", "warm_up=120 d")


def test_nothing_may_happen_after_it() -> None:
    plan = plan_of(
        "run_in=0 d", "horizon=30 d", "history=0 d", "warm_up=29 d", "demand.problems=1e-9 /year",
        "demand.enquiries=0 /year",
    )  # fmt: skip
    tally = Tally(plan)
    compiled.simulate(plan, 7, 0, tally.drain)
    assert tally.measured().count(Window.RUN, "registered")[0] == 0


# ---------------------------------------------------------------- who can be followed


@pytest.mark.parametrize("working_days", [False, True])
def test_a_cohort_ends_where_the_longest_term_would_outlast_the_horizon(working_days: bool) -> None:
    plan = plan_of("run_in=0 d", "horizon=120 d", "follow_up=20 d", "deadlines.extension=0.5")
    longest = plan.tiers[-1]._replace(
        reply_deadline=20 * DAY, reply_in_working_days=working_days,
        resolution_deadline=70 * DAY, resolution_in_working_days=working_days,
    )  # fmt: skip
    plan = replace(plan, tiers=(*plan.tiers[:-1], longest))
    days, more = plan.working_days, plan.rules[0].deadlines.extension_length

    def ends(begins: int, term: int) -> int:
        if working_days:
            return finish(days.starts, days.ends, days.before, begins, term)
        return begins + term

    found = moments(plan)
    assert (found.since, found.until) == (0, 120 * DAY)
    assert found.clock_until == (140 - 60) * DAY
    for end, term, extra in ((found.reply_until, 20, more), (found.resolution_until, 70, 0)):
        assert 0 < end < 120 * DAY
        assert ends(end - 1, term * DAY) + extra < plan.horizon
        assert ends(end, term * DAY) + extra >= plan.horizon


# ---------------------------------------------------------------- however long a run is

SHARES = [
    (name, side)
    for name, kpi in KPIS.items()
    for side in kpi.sides()
    if kpi.unit_of(side) == "share" and kpi.basis.name != "on the last day"
]
EVEN = (  # no season, for a quarter has another than a year
    "public_holidays=[]", "working_weekends=[]", f"demand.season={[1] * 12}", "follow_up=90 d",
    "run_in=364 d",
)  # fmt: skip
REPLICATIONS = 24


@cache
def of_a_run(days: int) -> np.ndarray:
    """Shares of the city: replications x shares."""
    plan = plan_of(*EVEN, f"horizon={days} d")
    rows = []
    for replication in range(REPLICATIONS):
        tally = Tally(plan)
        compiled.simulate(plan, days, replication, tally.drain)
        outcome = tally.measured()
        rows.append([getattr(KPIS[name].of(outcome), side)[0] for name, side in SHARES])
    return np.array(rows)


def standard_errors_apart(shorter: int, longer: int) -> dict[tuple[str, str], float]:
    one, other = of_a_run(shorter), of_a_run(longer)
    error = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / REPLICATIONS)
    apart = np.abs(one.mean(axis=0) - other.mean(axis=0))
    return dict(zip(SHARES, apart / np.where(error > 0.0, error, 1.0), strict=True))


@pytest.mark.parametrize(("shorter", "longer"), [(90, 180), (180, 365), (90, 365)])
def test_a_share_is_the_same_however_long_the_run(shorter: int, longer: int) -> None:
    """No further apart than chance takes the furthest of a hundred: about three standard errors.

    Gaps and worst tenths are left out: where there are few cases, chance alone widens them.
    """
    apart = standard_errors_apart(shorter, longer)
    for (name, side), errors in apart.items():
        if not name.startswith(("worst_", "segment_gap_", "channel_gap_")):
            if KPIS[name].basis.name == "as of the last day":
                assert errors > 4.0, (name, side)  # as it says of itself
            else:
                assert errors < 3.3, (name, side)
