"""KPIs that the story in conftest.py leaves at zero, each from a few records made for it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from made_records import about, about_problem, one

from govsim.model.plan import DAY, Plan, Surge
from govsim.model.records import (
    ABSENT,
    AGAIN,
    ENDED,
    FIRST,
    KNOWN,
    RECORDED_ENDED,
    SURVEYED,
    TRUE,
    Kind,
    Origin,
    Outcome,
    Term,
)
from govsim.outcomes import KPIS, Tally
from govsim.outcomes.lookup import Records
from govsim.outcomes.recovery import days_to_recover

OTHER = 1  # the other community


def kpi(plan: Plan, name: str, *records: Records, side: str = "recorded") -> float:
    tally = Tally(plan)
    tally.drain(np.concatenate(records))
    return float(getattr(KPIS[name].of(tally.finish()), side)[0])


def registered(case: int, code: Origin = Origin.FIRST, **fields: object) -> Records:
    return one(Kind.REGISTERED, DAY, code=code, **about(case, **fields))


def closed(case: int, code: Outcome, days: float = 1.0, **fields: object) -> Records:
    flags = fields.pop("flags", 0)
    return one(
        Kind.CLOSED, 2 * DAY, code=code, flags=flags, value=days * DAY, **about(case, **fields)
    )


# ---------------------------------------------------------------- the ledger


def test_a_repeat_undoes_what_the_first_contact_settled(plan: Plan) -> None:
    settled = [registered(n) for n in (1, 2, 3)] + [closed(n, Outcome.SOLVED) for n in (1, 2, 3)]
    assert kpi(plan, "first_contact_resolution", *settled) == 1.0
    again = registered(4, Origin.REPEAT)
    assert kpi(plan, "first_contact_resolution", *settled, again) == 2 / 4
    review = registered(5, Origin.REVIEW)
    assert kpi(plan, "first_contact_resolution", *settled, again, review) == 1 / 5


def test_truly_settled_at_the_first_contact(plan: Plan) -> None:
    records = [
        registered(1), closed(1, Outcome.SOLVED, flags=TRUE),
        registered(2), closed(2, Outcome.EXPLAINED), closed(2, Outcome.SOLVED, flags=TRUE | AGAIN),
        registered(3), closed(3, Outcome.SOLVED, flags=TRUE),
        one(Kind.REOPENED, 9 * DAY, code=Outcome.SOLVED, flags=TRUE | FIRST, **about(3)),
    ]  # fmt: skip
    assert kpi(plan, "first_contact_resolution", *records, side="true") == 1 / 3


def test_duplicates_as_merged_and_as_known_before(plan: Plan) -> None:
    records = [
        one(Kind.BECAME_KNOWN, DAY, **about_problem(1)),
        registered(1), registered(2, Origin.FELLOW, problem=1, flags=KNOWN),
        registered(3, problem=1, flags=KNOWN),
        closed(2, Outcome.DUPLICATE),
    ]  # fmt: skip
    assert kpi(plan, "duplicate_share", *records) == 1 / 3
    assert kpi(plan, "duplicate_share", *records, side="true") == 2 / 3
    assert kpi(plan, "fellow_share", *records) == 1 / 3


def test_closings_in_bulk_extensions_and_what_came_back(plan: Plan) -> None:
    records = [
        registered(1), registered(2), closed(1, Outcome.CLEARED_OUT), closed(2, Outcome.ON_PAPER),
        closed(3, Outcome.ANSWERED, flags=TRUE),  # an enquiry is no closing
        one(Kind.EXTENDED, DAY, code=Term.REPLY, **about(1)),
        *(one(Kind.EXTENDED, DAY, code=Term.RESOLUTION, **about(n)) for n in (1, 2)),
        *(one(Kind.SOLVED, DAY, **about_problem(n)) for n in (1, 2, 3, 4)),
        one(Kind.RECURRED, 2 * DAY, **about_problem(1)),
    ]  # fmt: skip
    assert kpi(plan, "closed_in_bulk_share", *records) == 1 / 2
    assert kpi(plan, "extended_share", *records) == 1 / 2
    assert kpi(plan, "extended_resolution_share", *records) == 2 / 2
    assert kpi(plan, "recurrence_rate", *records, side="true") == 1 / 4
    assert kpi(plan, "gaming_index", *records, side="true") == 2 / 2
    pay = kpi(plan, "pay", *records)
    assert kpi(plan, "cost_per_solved", *records) == pytest.approx(pay / 2)
    assert kpi(plan, "cost_per_solved", *records, side="true") == pytest.approx(pay / 3)


def test_an_extension_counts_whenever_the_closing_comes(plan: Plan) -> None:
    """Within 60 days of the registration, and not after."""
    late = [
        one(Kind.EXTENDED, DAY * day, code=Term.REPLY, **about(n)) for n, day in ((1, 61), (2, 62))
    ]
    assert kpi(plan, "extended_share", registered(1), registered(2), *late) == 1 / 2


def test_those_called_back_and_the_others(plan: Plan) -> None:
    felt = [(SURVEYED | TRUE), SURVEYED, SURVEYED, TRUE, TRUE, 0]
    records = [one(Kind.FELT, DAY, flags=flags, **about(n)) for n, flags in enumerate(felt)]
    assert kpi(plan, "satisfaction_called_back", *records, side="true") == 1 / 3
    assert kpi(plan, "satisfaction_not_called_back", *records, side="true") == 2 / 3


def test_what_residents_say_of_the_solution_and_what_the_sheet_says(plan: Plan) -> None:
    """Of all who came, whether or not they have seen anything yet."""
    solved, asked = ENDED | SURVEYED | RECORDED_ENDED, SURVEYED
    felt = [solved, asked, asked, asked | RECORDED_ENDED, ENDED, 0]
    records = [one(Kind.FELT, DAY, flags=flags, **about(n)) for n, flags in enumerate(felt)]
    records += [registered(n) for n in range(len(felt) + 1)]
    assert kpi(plan, "solved_at_call_back", *records) == 2 / 4
    assert kpi(plan, "solved_at_call_back", *records, side="true") == 2 / 7


def test_closings_at_the_last_minute(plan: Plan) -> None:
    days = (10.0, 56.0, 58.0, 59.5, 61.0)
    records = [closed(n, Outcome.SOLVED, days=day) for n, day in enumerate(days)]
    assert math.isnan(kpi(plan, "last_minute_share", *records))  # no term
    sixty = plan.tiers[0]._replace(resolution_deadline=60 * DAY)
    with_term = replace(plan, tiers=(sixty, *plan.tiers[1:]))
    assert kpi(with_term, "last_minute_share", *records) == 2 / 4
    working = sixty._replace(resolution_in_working_days=True)
    in_working_days = replace(plan, tiers=(working, *plan.tiers[1:]))
    assert math.isnan(kpi(in_working_days, "last_minute_share", *records))


# ---------------------------------------------------------------- fairness


def test_gaps_between_segments_and_channels(plan: Plan) -> None:
    phone = plan.channels[0]._replace(name="phone")
    two = replace(plan, channels=(*plan.channels, phone))
    solved = [closed(n, Outcome.SOLVED, flags=TRUE) for n in (1, 2, 3)]
    records = [
        *(registered(n) for n in (1, 2, 3, 4)),
        *solved,
        registered(5, segment=1, channel=1), registered(6, segment=1, channel=1),
        closed(5, Outcome.ON_PAPER, segment=1, channel=1),
    ]  # fmt: skip
    for between in ("segment", "channel"):
        assert kpi(two, f"{between}_gap_resolution", *records) == 3 / 4 - 1 / 2
        assert kpi(two, f"{between}_gap_resolution", *records, side="true") == 3 / 4


def test_the_gap_in_coverage(plan: Plan) -> None:
    def problem(n: int, segment: int, *, known: bool) -> list[Records]:
        here = about_problem(n, born=DAY, segment=segment)
        kinds = (Kind.BORN, Kind.BECAME_KNOWN) if known else (Kind.BORN,)
        return [one(kind, DAY, **here) for kind in kinds]

    records = [
        *problem(1, 0, known=True), *problem(2, 0, known=True),
        *problem(3, 1, known=True), *problem(4, 1, known=False), *problem(5, 1, known=False),
    ]  # fmt: skip
    assert kpi(plan, "coverage", *records, side="true") == 3 / 5
    assert kpi(plan, "segment_gap_coverage", *records, side="true") == pytest.approx(2 / 3)


def test_the_worst_tenth_lies_between_the_worst_and_the_next(plan: Plan) -> None:
    here = [registered(n) for n in (1, 2)] + [closed(n, Outcome.GONE, flags=TRUE) for n in (1, 2)]
    there = [registered(3, home=OTHER, office=OTHER)]
    assert kpi(plan, "worst_decile_resolution", *here) == 1.0
    # Shares 0 and 1: the tenth percentile is a tenth of the way from the worst to the next.
    assert kpi(plan, "worst_decile_resolution", *here, *there) == pytest.approx(0.1)


# ---------------------------------------------------------------- after a surge

CALM = [10.0] * 4


@pytest.mark.parametrize(
    ("stock", "surge", "days"),
    [
        ([*CALM, 30, 40, 30, 20, 11, 10, 10, 10], (28, 35), 28),  # back at the end of day 63
        ([*CALM, 10, 10, 10, 10], (28, 35), 0),  # never left
        ([*CALM, 10, 10, 30, 30, 11, 11, 11, 11], (28, 35), 28),  # the wave came later
        ([*CALM, 30, 12, 12, 12, 12, 12], (28, 35), None),  # a fifth above, for good
        ([*CALM, 30, 30, 10, 10, 10], (28, 35), None),  # the run ends too soon to tell
        ([30, 20, 10, 10, 10, 10], (0, 7), None),  # nobody knows what was before
        ([50, *CALM, 30, 10, 10, 10, 10], (37, 40), 9),  # four weeks before it, not five
        (CALM, (28, 35), None),  # after the end of the run
    ],
)
def test_days_to_recover(stock: list[float], surge: tuple[int, int], days: float | None) -> None:
    found = days_to_recover(np.array(stock, float), surge)
    assert math.isnan(found) if days is None else found == days


def test_the_slowest_of_several_surges_counts(plan: Plan) -> None:
    def surge(first: int) -> Surge:
        return Surge(first, first + 2, 3.0, ABSENT, 0, 2)

    longer = replace(plan, horizon=16 * 7 * DAY + plan.follow_up)

    def wave(day: int, length: int) -> list[Records]:
        moments = {Kind.REGISTERED: day, Kind.WITHDRAWN: day + length}
        return [one(kind, when * DAY, **about(day)) for kind, when in moments.items()]

    records = [
        registered(0),  # always open
        *(record for day, length in ((29, 3), (57, 10)) for record in wave(day, length)),
    ]
    for first, days in (((28,), 5), ((56,), 12), ((28, 56), 12)):
        surges = tuple(surge(day) for day in first)
        surged = replace(longer, demand=longer.demand._replace(surges=surges))
        assert kpi(surged, "recovery_days", *records) == days
        assert kpi(surged, "recovered_share", *records) == 1.0
    surges = (surge(28), surge(105))
    surged = replace(longer, demand=longer.demand._replace(surges=surges))
    assert math.isnan(kpi(surged, "recovery_days", *records))
    assert kpi(surged, "recovered_share", *records) == 1 / 2
