"""Duty time against a reference that counts minute by minute on random weekly calendars.

Calendars count in any whole unit; here it is the minute, so that the reference can walk.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govsim.model.calendars import duty_before, finish, interval_at, next_duty, on_duty
from govsim.model.plan import NEVER

DAY = 24 * 60
DAYS = 15
END = DAYS * DAY


class Hours(NamedTuple):
    """A calendar as arrays, and what each minute says for itself."""

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    minutes: tuple[bool, ...]

    def on_duty(self, t: int) -> bool:
        return 0 <= t < len(self.minutes) and self.minutes[t]

    def next_duty(self, t: int) -> int:
        while t < len(self.minutes):
            if self.on_duty(t):
                return t
            t += 1
        return NEVER

    def duty_before(self, t: int) -> int:
        return sum(self.minutes[: max(t, 0)])

    def finish(self, t: int, work: int) -> int:
        """The clock runs on until so many duty minutes have been worked."""
        while work > 0:
            if t >= len(self.minutes):
                return NEVER
            work -= self.on_duty(t)
            t += 1
        return t


def hours(intervals: Sequence[tuple[int, int]]) -> Hours:
    starts, ends = tuple(s for s, _ in intervals), tuple(e for _, e in intervals)
    lengths = [end - start for start, end in intervals]
    before = tuple(accumulate(lengths, initial=0))[:-1]
    minutes = [False] * END
    for start, end in intervals:
        minutes[start:end] = [True] * (end - start)
    return Hours(starts, ends, before, tuple(minutes))


@st.composite
def weekly(draw: st.DrawFn) -> Hours:
    """Some weekdays, one to three stretches a day (they may touch), holidays; or all day."""
    stretches = draw(st.integers(1, 3))
    edges = draw(st.lists(st.integers(0, DAY), min_size=2 * stretches, max_size=2 * stretches))
    edges = sorted(edges)
    day = [(s, e) for s, e in zip(edges[::2], edges[1::2], strict=True) if s < e] or [(0, DAY)]
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    holidays = draw(st.sets(st.integers(0, DAYS - 1), max_size=4))
    open_days = [d for d in range(DAYS) if d % 7 in weekdays and d not in holidays] or [0]
    return hours([(d * DAY + s, d * DAY + e) for d in open_days for s, e in day])


MOMENTS = st.integers(-3 * DAY, END + 2 * DAY)
INSIDE = st.integers(0, END - 1)
WORK = st.one_of(st.integers(0, 3), st.integers(0, 3 * DAY), st.integers(0, 2 * END))
on_random_calendars: Callable[..., Callable[..., None]] = settings(
    derandomize=True, deadline=None, max_examples=100
)


@on_random_calendars
@given(weekly(), st.lists(MOMENTS, min_size=1, max_size=8))
def test_duty_minute_by_minute(h: Hours, moments: list[int]) -> None:
    edges = [t + d for t in (*h.starts[:4], *h.ends[:4], *h.ends[-1:]) for d in (-1, 0, 1)]
    for t in moments + edges:
        assert on_duty(h.starts, h.ends, t) == h.on_duty(t)
        assert duty_before(h.starts, h.ends, h.before, t) == h.duty_before(t)
        if t >= 0:
            assert next_duty(h.starts, h.ends, t) == h.next_duty(t)


@on_random_calendars
@given(weekly(), INSIDE, WORK)
def test_finish_minute_by_minute(h: Hours, t: int, work: int) -> None:
    assert finish(h.starts, h.ends, h.before, t, work) == h.finish(t, work)


@on_random_calendars
@given(weekly(), st.data())
def test_finish_exactly_at_the_ends_of_intervals(h: Hours, data: st.DataObject) -> None:
    """The hard cases: work begun at an edge, or lasting exactly until one, or a minute off."""
    last = len(h.starts) - 1
    first, until = sorted(data.draw(st.integers(0, last)) for _ in range(2))
    for t in (h.starts[first], h.starts[first] - 1, h.ends[first]):
        there = duty_before(h.starts, h.ends, h.before, h.ends[until])
        whole = there - duty_before(h.starts, h.ends, h.before, t)
        for work in (whole - 1, whole, whole + 1):
            if work >= 0 and t >= 0:
                assert finish(h.starts, h.ends, h.before, t, work) == h.finish(t, work)


@on_random_calendars
@given(weekly(), INSIDE, WORK, WORK)
def test_work_can_be_cut_in_two(h: Hours, t: int, a: int, b: int) -> None:
    def done(begun: int, work: int) -> int:
        return finish(h.starts, h.ends, h.before, begun, work)

    assert done(t, a + b) == done(done(t, a), b)


@on_random_calendars
@given(weekly(), INSIDE, WORK)
def test_what_is_done_is_what_was_asked(h: Hours, t: int, work: int) -> None:
    done = finish(h.starts, h.ends, h.before, t, work)
    total = duty_before(h.starts, h.ends, h.before, END) - duty_before(
        h.starts, h.ends, h.before, t
    )
    if done == NEVER:
        assert work > total
    else:
        between = duty_before(h.starts, h.ends, h.before, done)
        assert between - duty_before(h.starts, h.ends, h.before, t) == work
        assert work == 0 or on_duty(h.starts, h.ends, done - 1)


# ---------------------------------------------------------------- one week, by hand

H = 60
OFFICE = hours(
    [
        (d * DAY + start, d * DAY + end)
        for d in (0, 1, 2, 4)  # Monday to Wednesday, a holiday, Friday
        for start, end in ((9 * H, 12 * H), (13 * H, 17 * H))
    ]
)
FRIDAY = 4 * DAY


def at(day: int, hour: int, minute: int = 0) -> int:
    return day * DAY + hour * H + minute


@pytest.mark.parametrize(
    ("begun", "work", "done"),
    [
        (at(0, 9), 60, at(0, 10)),
        (at(0, 9), 180, at(0, 12)),  # until lunch, not after it
        (at(0, 9), 181, at(0, 13, 1)),
        (at(0, 16), 60, at(0, 17)),  # ends at 17:00, not at 9:00
        (at(0, 16), 61, at(1, 9, 1)),
        (at(0, 17), 1, at(1, 9, 1)),  # at 17:00 the day is over
        (at(0, 12), 1, at(0, 13, 1)),
        (at(0, 3), 60, at(0, 10)),
        (at(2, 16), 120, at(4, 10)),  # over the holiday
        (at(3, 11), 30, at(4, 9, 30)),
        (at(0, 9), 28 * H, at(4, 17)),
        (at(0, 9), 28 * H + 1, NEVER),
        (at(4, 17), 1, NEVER),
        (at(9, 0), 1, NEVER),
        (at(0, 3), 0, at(0, 3)),  # nothing to do is done at once, on duty or not
        (at(9, 0), 0, at(9, 0)),
        (-DAY, 60, at(0, 10)),
    ],
)
def test_finish_by_hand(begun: int, work: int, done: int) -> None:
    assert finish(OFFICE.starts, OFFICE.ends, OFFICE.before, begun, work) == done


@pytest.mark.parametrize(
    ("t", "on", "following", "worked"),
    [
        (-1, False, at(0, 9), 0),
        (at(0, 9) - 1, False, at(0, 9), 0),
        (at(0, 9), True, at(0, 9), 0),
        (at(0, 12) - 1, True, at(0, 12) - 1, 179),
        (at(0, 12), False, at(0, 13), 180),
        (at(0, 17), False, at(1, 9), 420),
        (at(3, 10), False, at(4, 9), 3 * 420),
        (at(4, 17) - 1, True, at(4, 17) - 1, 4 * 420 - 1),
        (at(4, 17), False, NEVER, 4 * 420),
        (NEVER, False, NEVER, 4 * 420),
    ],
)
def test_duty_by_hand(t: int, on: bool, following: int, worked: int) -> None:
    assert on_duty(OFFICE.starts, OFFICE.ends, t) is on
    assert next_duty(OFFICE.starts, OFFICE.ends, t) == following
    assert duty_before(OFFICE.starts, OFFICE.ends, OFFICE.before, t) == worked


def test_interval_at() -> None:
    starts = (10, 20, 30)
    found = [interval_at(starts, t) for t in (9, 10, 19, 20, 29, 30, 10**9)]
    assert found == [-1, 0, 0, 1, 1, 2, 2]


def test_a_calendar_without_a_day() -> None:
    assert not on_duty((), (), 5)
    assert next_duty((), (), 5) == NEVER
    assert duty_before((), (), (), 5) == 0
    assert finish((), (), (), 5, 0) == 5
