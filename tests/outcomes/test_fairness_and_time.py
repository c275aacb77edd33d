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
    HAS_DEADLINE,
    KNOWN,
    ON_TIME,
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
    fates = [HAS_DEADLINE | (ON_TIME if day <= 60 else 0) for day in days]
    records = [
        closed(n, Outcome.SOLVED, days=day, flags=fate)
        for n, (day, fate) in enumerate(zip(days, fates, strict=True))
    ]
    records.append(closed(0, Outcome.SOLVED, days=59.0, flags=fates[0] | AGAIN))  # not the first
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


@pytest.mark.parametrize(
    ("excess", "surge", "days"),
    [
        ([0, 0, 0, 0, 30, 40, 30, 20, 4, 3, 2, 1], (28, 35), 28),  # back at the end of day 63
        ([0, 0, 0, 0, 0, 0, 0, 0], (28, 35), 0),  # added nothing
        ([0, 0, 0, 0, 1, 0, 30, 30, 3, 3, 3, 3], (28, 35), 28),  # the wave came later
        ([0, 0, 0, 0, 30, 4, 4, 4, 4, 4], (28, 35), None),  # more than a tenth stays
        ([0, 0, 0, 0, 30, 30, 0, 0, 0], (28, 35), None),  # the run ends too soon to tell
        ([30, 20, 3, 3, 3, 3], (0, 7), 14),  # from the first day on
        ([5, 5, 5, 5, 20, 2, 2, 2, 2], (28, 30), 12),  # whatever there was before
        ([0, 0, 0, 0], (28, 35), 0),  # after the end of the run
    ],
)
def test_days_to_recover(excess: list[float], surge: tuple[int, int], days: float | None) -> None:
    found = days_to_recover(np.array(excess, float), surge)
    assert math.isnan(found) if days is None else found == days


def test_the_worst_of_the_next_surge_is_not_that_of_this_one() -> None:
    excess = np.array([0, 0, 10, 5, 0, 0, 0, 0, 90, 9, 0, 0, 0.0])
    assert days_to_recover(excess, (14, 16), following=56.0) == 35 - 16
    assert days_to_recover(excess, (14, 16)) == 28 - 16


def a_surge(first: int) -> Surge:
    return Surge(first, first + 2, 3.0, ABSENT, 0, 2)


def a_wave(day: int, length: int) -> list[Records]:
    """A grievance that the surge brings, open for some days."""
    moments = {Kind.REGISTERED: day, Kind.WITHDRAWN: day + length}
    return [one(kind, when * DAY, **about(day)) for kind, when in moments.items()]


def recoveries(plan: Plan, first_days: tuple[int, ...], *waves: Records) -> tuple[float, float]:
    """``recovery_days`` and ``recovered_share``, against a city where one case is always open."""
    longer = replace(plan, horizon=20 * 7 * DAY + plan.follow_up)
    surges = tuple(map(a_surge, first_days))
    surged, calm = (
        Tally(replace(longer, demand=longer.demand._replace(surges=surges))),
        Tally(longer),
    )
    for tally in (surged, calm):
        tally.drain(registered(0))
    for record in waves:
        surged.drain(record)
    outcome = surged.finish(calm.finish())
    days, share = (KPIS[name].of(outcome) for name in ("recovery_days", "recovered_share"))
    return days.recorded[0], share.recorded[0]  # type: ignore[index]


def test_the_slowest_of_several_surges_counts(plan: Plan) -> None:
    waves = [*a_wave(29, 8), *a_wave(85, 10)]
    assert recoveries(plan, (28,), *waves[:2]) == (42 - 30, 1.0)
    assert recoveries(plan, (84,), *waves[2:]) == (98 - 86, 1.0)
    assert recoveries(plan, (84, 28), *waves) == (12, 1.0)
    days, share = recoveries(plan, (28, 133), *waves[:2], *a_wave(134, 50)[:1])
    assert math.isnan(days)
    assert share == 1 / 2


def test_without_the_city_without_surges_nothing_is_known(plan: Plan) -> None:
    surged = replace(plan, demand=plan.demand._replace(surges=(a_surge(3),)))
    assert math.isnan(kpi(surged, "recovery_days", registered(0)))
    assert math.isnan(kpi(surged, "recovered_share", registered(0)))
