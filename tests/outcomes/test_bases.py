"""What the kinds of measures promise: of whom a measure is, by when, and when it says nothing.

Each from a few records made for it: a case is registered on the second day, day 1. Unless something
else is said the run ends with day 28 and is followed up to day 88.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from made_records import about, about_problem, one

from govsim.model.plan import DAY, Plan
from govsim.model.records import (
    AGAIN,
    FIRST,
    HAS_DEADLINE,
    HAS_REPLY_DEADLINE,
    ON_TIME,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    REPLIED_BEFORE,
    SUBSTANTIVE,
    SURVEYED,
    TRUE,
    UNFINISHED,
    Activity,
    Birth,
    Kind,
    Origin,
    Outcome,
    Wait,
)
from govsim.outcomes import KPIS, Tally
from govsim.outcomes.bases import BASES, CLOCK, FLOW, LEDGER, REPLY_TERM, STOCK, TIME
from govsim.outcomes.bases import RESOLUTION_TERM as TERM
from govsim.outcomes.lookup import Records

HORIZON = 88 * DAY
IN_TIME = HAS_DEADLINE | ON_TIME


def both_sides(plan: Plan, name: str, *records: Records) -> dict[str, float]:
    """Of the city."""
    tally = Tally(plan)
    tally.drain(np.concatenate(records))
    pair = KPIS[name].of(tally.finish())
    return {side: float(getattr(pair, side)[0]) for side in KPIS[name].sides()}


def kpi(plan: Plan, name: str, *records: Records) -> float:
    return both_sides(plan, name, *records)["recorded"]


def registered(case: int, day: float = 1, **fields: object) -> Records:
    at = int(day * DAY)
    return one(Kind.REGISTERED, at, **about(case, **{"began": at, **fields}))


def happens(kind: Kind, case: int, day: float, since: float = 1, **fields: object) -> Records:
    return one(kind, int(day * DAY), **about(case, **{"began": int(since * DAY), **fields}))


def shorter(plan: Plan, follow_up: int) -> Plan:
    """The same run, followed for fewer days."""
    return replace(plan, follow_up=follow_up * DAY, horizon=plan.until + follow_up * DAY)


def with_terms(plan: Plan, days: int) -> Plan:
    terms = {"reply_deadline": days * DAY, "resolution_deadline": days * DAY}
    return replace(plan, tiers=tuple(tier._replace(**terms) for tier in plan.tiers))


# ---------------------------------------------------------------- within 60 days


def test_what_comes_after_60_days_comes_too_late(plan: Plan) -> None:
    records = [registered(1), registered(2)]
    records += [happens(Kind.REPLIED, 1, 61), happens(Kind.REPLIED, 2, 61 + 1 / DAY)]
    assert kpi(plan, "answered_share", *records) == 1 / 2


def test_whoever_came_late_in_the_run_is_followed_as_long_as_the_others(plan: Plan) -> None:
    records = [registered(1, 27), registered(2, 28), registered(3, 29)]
    records += [happens(Kind.REPLIED, n, 80, since=26 + n) for n in (1, 2, 3)]
    assert kpi(plan, "answered_share", *records) == 1.0
    assert kpi(plan, "registered", *records) == 1  # the second came in the second after the run


def test_whoever_cannot_be_followed_for_60_days_is_left_out(plan: Plan) -> None:
    records = [registered(1, 1), registered(2, 11), happens(Kind.REPLIED, 1, 5)]
    assert kpi(plan, "answered_share", *records) == 1 / 2
    to_day_70 = shorter(plan, 42)
    assert kpi(to_day_70, "answered_share", *records) == 1.0  # who came after day 10: left out


CLOCKED = [name for name, kpi in KPIS.items() if kpi.basis in (CLOCK, REPLY_TERM, TERM)]


@pytest.mark.parametrize("name", CLOCKED)
def test_a_run_that_is_too_short_says_nothing(plan: Plan, story: Records, name: str) -> None:
    """28 days and 32 of follow-up are a second too few for whoever came first; terms are 60 days.

    Of a gap, too.
    """
    too_short = with_terms(shorter(plan, 32), 60)
    values = both_sides(too_short, name, story)
    assert values
    assert all(map(math.isnan, values.values()))


@pytest.mark.parametrize(
    "name", [name for name in CLOCKED if not name.startswith("satisfaction_n")]
)
def test_a_run_that_is_long_enough_says_something(plan: Plan, story: Records, name: str) -> None:
    values = both_sides(with_terms(plan, 60), name, story)
    assert not any(map(math.isnan, values.values()))


def test_a_problem_is_followed_for_60_days_from_its_birth(plan: Plan) -> None:
    def solved(n: int, born: int, day: int, code: Birth = Birth.NEW) -> list[Records]:
        of_it = about_problem(n, born * DAY)
        begins = one(Kind.BORN, max(born, 0) * DAY, code=code, **of_it)
        return [begins, *(one(k, day * DAY, **of_it) for k in (Kind.BECAME_KNOWN, Kind.SOLVED))]

    records = [
        *solved(1, 2, 62), *solved(2, 2, 63),  # in time; a day too late
        *solved(3, -9, 5, Birth.INITIAL), *solved(4, 30, 31),  # before the run, and after it
        *solved(5, 3, 4), one(Kind.RECURRED, 50 * DAY, **about_problem(5, 3 * DAY)),
    ]  # fmt: skip
    assert both_sides(plan, "coverage", *records) == {"true": 2 / 3}
    assert both_sides(plan, "solved_share", *records) == {"true": 1 / 3}


# ---------------------------------------------------------------- time in a state


def test_a_case_never_touched_waits_as_long_as_it_is_seen(plan: Plan) -> None:
    """At most 60 days, whether it is open at the horizon or given up."""

    def untouched(case: int, came: int, left: int) -> list[Records]:
        span = {"enabled": came * DAY, "started": came * DAY, "since": came}
        wait = happens(Kind.WAITED, case, left, code=Wait.QUEUE, flags=UNFINISHED, **span)
        return [registered(case, came), wait]

    assert kpi(plan, "time_in_queue", *untouched(1, 1, 88)) == 60.0
    assert kpi(plan, "time_in_queue", *untouched(1, 20, 88)) == 60.0
    assert kpi(plan, "time_in_queue", *untouched(1, 1, 8)) == 7.0
    assert kpi(plan, "time_in_queue", *untouched(1, 1, 88), *untouched(2, 2, 9)) == 67 / 2


def test_spells_are_cut_where_the_clock_runs_out(plan: Plan) -> None:
    def worked(enabled: int, started: int, ended: int) -> list[Records]:
        span = {"enabled": enabled * DAY, "started": started * DAY, "cadre": 0}
        spell = happens(Kind.WORKED, 1, ended, code=Activity.HANDLE, value=1.0 * DAY, **span)
        return [registered(1), spell]

    def days(*records: Records) -> tuple[float, ...]:
        names = ("time_in_queue", "time_in_work", "time_interrupted")
        return tuple(kpi(plan, name, *records) for name in names)

    assert days(*worked(1, 55, 65)) == pytest.approx((54.0, 0.6, 5.4))  # six tenths of the spell
    assert days(*worked(1, 61, 65)) == (60.0, 0.0, 0.0)
    assert days(*worked(50, 70, 75)) == (11.0, 0.0, 0.0)
    assert days(*worked(62, 70, 75)) == (0.0, 0.0, 0.0)


# ---------------------------------------------------------------- given up


def test_a_case_given_up_counts_against_the_office(plan: Plan) -> None:
    """As one that nobody answered, resolved, satisfied; and as neither late nor out of sight."""
    done = {"code": Outcome.SOLVED, "flags": TRUE | IN_TIME}
    records = [
        registered(1), registered(2),
        happens(Kind.REPLIED, 1, 2, flags=IN_TIME | SUBSTANTIVE, value=1.0 * DAY),
        happens(Kind.CLOSED, 1, 2, value=1.0 * DAY, **done),
        happens(Kind.FELT, 1, 3, flags=TRUE),
        happens(Kind.WITHDRAWN, 2, 1.5, flags=HAS_REPLY_DEADLINE | HAS_DEADLINE, value=DAY / 2),
    ]  # fmt: skip
    for name in (
        "answered_share", "answered_or_solved_ratio", "reply_on_time", "resolution_rate",
        "on_time_completion", "first_contact_resolution",
    ):  # fmt: skip
        assert kpi(plan, name, *records) == 1 / 2, name
    assert both_sides(plan, "satisfaction", *records)["true"] == 1 / 2
    # One more, and half of all are never done: as if waiting on, it would be 1 of 1 at day 1.
    more = [registered(3), happens(Kind.WITHDRAWN, 3, 1.2, flags=0, value=DAY / 5)]
    for name in ("median_reply_days", "median_resolution_days"):
        assert kpi(plan, name, *records) == pytest.approx(1.0, rel=0.01)
        assert math.isnan(kpi(plan, name, *records, *more))


# ---------------------------------------------------------------- by the term


def test_the_longest_term_must_be_over(plan: Plan) -> None:
    records = [registered(1), happens(Kind.REPLIED, 1, 2, flags=IN_TIME)]
    records += [registered(2, 27), happens(Kind.REPLIED, 2, 28, since=27, flags=HAS_DEADLINE)]
    assert kpi(with_terms(plan, 60), "reply_on_time", *records) == 1 / 2
    assert kpi(with_terms(plan, 70), "reply_on_time", *records) == 1.0  # who came after day 18?
    assert math.isnan(kpi(with_terms(plan, 88), "reply_on_time", *records))


@pytest.mark.parametrize(
    ("name", "kind", "term", "over"),
    [
        ("reply_on_time", Kind.REPLIED, HAS_REPLY_DEADLINE, OVERDUE_REPLY),
        ("on_time_completion", Kind.CLOSED, HAS_DEADLINE, OVERDUE_RESOLUTION),
    ],
)
def test_few_may_be_undecided(plan: Plan, name: str, kind: Kind, term: int, over: int) -> None:
    """Terms that begin again outlast every horizon: more than one in 200, and nobody knows."""
    decided = [
        record for n in range(199) for record in (registered(n), happens(kind, n, 2, flags=IN_TIME))
    ]
    runs = [registered(200), happens(Kind.UNSETTLED, 200, 88, flags=term)]
    one_more = [registered(201), happens(Kind.UNSETTLED, 201, 88, flags=term)]
    missed = [registered(202), happens(Kind.UNSETTLED, 202, 88, flags=term | over)]
    assert kpi(plan, name, *decided, *runs) == 1.0  # of those who are decided
    assert math.isnan(kpi(plan, name, *decided, *runs, *one_more))
    assert kpi(plan, name, *decided, *runs, *missed) == 199 / 200


def test_a_reply_within_a_term_that_began_again_is_not_in_time(plan: Plan) -> None:
    """The first term was missed; passed up, the case got another, and that was kept."""
    kept = happens(Kind.REPLIED, 1, 9, flags=IN_TIME | SUBSTANTIVE | OVERDUE_REPLY)
    records = [registered(1), registered(2), kept]
    records.append(happens(Kind.REPLIED, 2, 3, flags=IN_TIME | SUBSTANTIVE))
    assert both_sides(plan, "reply_on_time", *records) == {"recorded": 1 / 2, "true": 1 / 2}


def test_what_is_closed_once_more_is_not_judged_again(plan: Plan) -> None:
    records = [
        registered(1),
        happens(Kind.CLOSED, 1, 5, code=Outcome.ON_PAPER, flags=IN_TIME),
        happens(Kind.REOPENED, 1, 6, code=Outcome.ON_PAPER, flags=FIRST),
        happens(Kind.UNSETTLED, 1, 88, flags=HAS_DEADLINE | OVERDUE_RESOLUTION | AGAIN),
    ]
    assert both_sides(plan, "on_time_completion", *records) == {"recorded": 1.0, "true": 0.0}


# ---------------------------------------------------------------- what each measure hears of


def test_cases_sent_up_at_once_are_passed_up_too(plan: Plan) -> None:
    """By the computer at intake, untouched; and once is enough."""
    up = {"office": 2, "value": 0}
    records = [registered(n) for n in (1, 2, 3)]
    records += [happens(Kind.ESCALATED, 1, 1, flags=FIRST, **up)]
    records += [happens(Kind.ESCALATED, 2, 4, flags=FIRST, **up)]
    records += [happens(Kind.ESCALATED, 2, 9, **up)]
    assert kpi(plan, "escalated_share", *records) == 2 / 3


def test_who_was_turned_away_turned_to_an_office(plan: Plan) -> None:
    """Both measures of contacts agree about it, and enquiries are none."""
    unheard = [
        one(Kind.TURNED_AWAY, 3 * DAY, code=Origin.REVIEW, **about_problem(1)),
        one(Kind.NOT_RECORDED, 3 * DAY, code=Origin.FIRST, **about_problem(2)),
        one(Kind.NOT_RECORDED, 3 * DAY, code=Origin.ENQUIRY, **about_problem(3)),
    ]
    sides = both_sides(plan, "registered", registered(1), *unheard)
    assert sides == {"recorded": 1, "true": 3}
    years = 2000 / 1000 * 28 / 365
    rates = both_sides(plan, "participation", registered(1), *unheard)
    assert rates == pytest.approx({side: n / years for side, n in sides.items()})


def test_satisfied_is_who_is_so_at_last(plan: Plan) -> None:
    """And within the 60 days: what residents think later is another matter."""
    judged = [(TRUE,), (0, TRUE), (TRUE, AGAIN), (TRUE, AGAIN, TRUE), ()]
    records = [registered(n) for n in range(len(judged))]
    for n, flags in enumerate(judged):
        records += [happens(Kind.FELT, n, 3 + k, flags=flag) for k, flag in enumerate(flags)]
    assert both_sides(plan, "satisfaction", *records)["true"] == 3 / 5
    late = happens(Kind.FELT, 0, 62, flags=AGAIN | SURVEYED)
    assert both_sides(plan, "satisfaction", *records, late)["true"] == 3 / 5


def test_what_happens_in_the_run_counts_whoever_it_concerns(plan: Plan) -> None:
    """Those registered in the run-in, and before the warm-up is over; not those who come later."""
    run = replace(plan, opens=5 * DAY, warm_up=3 * DAY)
    came_before = [registered(1, 1), happens(Kind.CLOSED, 1, 9, code=Outcome.SOLVED, flags=TRUE)]
    too_early = [registered(2, 1), happens(Kind.CLOSED, 2, 7, code=Outcome.SOLVED, flags=TRUE)]
    too_late = [registered(3, 9), happens(Kind.CLOSED, 3, 28, since=9, code=Outcome.SOLVED)]
    records = [*came_before, *too_early, *too_late]
    assert both_sides(run, "closed", *records) == {"recorded": 1, "true": 1}
    assert kpi(run, "registered", *records) == 1
    assert kpi(run, "resolution_rate", *records) == 1.0  # of the third
    book = happens(Kind.OPEN, 3, 28 - 1 / DAY, since=9, value=19.0 * DAY)
    assert kpi(run, "answered_or_solved_ratio", *records, book) == 0.0
    assert kpi(run, "backlog", *records, book) == 1
    closed_too = [happens(Kind.OPEN, 3, 27, since=9, flags=REPLIED_BEFORE, value=18.0 * DAY)]
    assert kpi(run, "answered_or_solved_ratio", *records, *closed_too) == 1.0


def test_every_kind_of_measure_is_used_and_named_once() -> None:
    assert {kpi.basis for kpi in KPIS.values()} == set(BASES)
    assert {FLOW, STOCK, LEDGER, CLOCK, REPLY_TERM, TERM, TIME} == set(BASES)
    assert len({basis.name for basis in BASES}) == len(BASES) == len({b.window for b in BASES})
