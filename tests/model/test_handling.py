"""Work, rush, fatigue, pressure and paper: their limits, and neutral when switched off."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govsim.model.handling import (
    duty_seconds,
    newcomer_factor,
    paper_probability,
    pressure,
    recorded_as_satisfied,
    rushed,
    severity_factor,
    tired_factor,
    tired_hours,
    used_up,
)
from govsim.model.plan import DAY, HOUR, NEVER

ever = settings(derandomize=True, deadline=None, max_examples=150)

# ---------------------------------------------------------------- the rush before a deadline

TIMES = st.integers(0, 400 * DAY)
WAITS = st.one_of(st.integers(0, 5), st.integers(0, 200 * DAY))
SPEEDS = st.one_of(st.just(0.0), st.sampled_from([0.5, 1.0, 3.0]), st.floats(0.001, 20.0))


@st.composite
def deadlines(draw: st.DrawFn) -> tuple[int, int, int]:
    """Begun, the window's opening, due: in any order that can happen."""
    begun, opens = draw(TIMES), draw(TIMES)
    return begun, opens, opens + draw(st.integers(0, 60 * DAY))


@ever
@given(deadlines(), WAITS, SPEEDS)
def test_rush_is_never_before_begun_and_never_later_than_without(
    when: tuple[int, int, int], wait: int, speed: float
) -> None:
    begun, opens, due = when
    ready = rushed(begun, wait, opens, due, speed)
    assert begun <= ready <= begun + wait
    assert type(ready) is int


@ever
@given(TIMES, WAITS, TIMES, SPEEDS)
def test_without_deadline_nobody_rushes(begun: int, wait: int, opens: int, speed: float) -> None:
    assert rushed(begun, wait, NEVER - opens, NEVER, speed) == begun + wait


@ever
@given(deadlines(), WAITS)
def test_without_strength_nobody_rushes(when: tuple[int, int, int], wait: int) -> None:
    assert rushed(when[0], wait, when[1], when[2], 0.0) == when[0] + wait


@ever
@given(deadlines(), WAITS, SPEEDS)
def test_outside_the_window_nobody_rushes(
    when: tuple[int, int, int], wait: int, speed: float
) -> None:
    begun, opens, due = when
    if begun >= due or begun + wait <= opens:
        assert rushed(begun, wait, opens, due, speed) == begun + wait


@ever
@given(deadlines(), WAITS, st.floats(0.0, 10.0))
def test_a_longer_wait_ends_later_but_by_a_second_at_most(
    when: tuple[int, int, int], wait: int, speed: float
) -> None:
    ends = [rushed(when[0], wait + k, when[1], when[2], speed) for k in range(30)]
    assert all(0 <= later - earlier <= 1 for earlier, later in pairwise(ends))


@ever
@given(deadlines(), WAITS, st.floats(0.01, 10.0))
def test_more_speed_never_ends_later(when: tuple[int, int, int], wait: int, speed: float) -> None:
    fast, slow = (rushed(when[0], wait, when[1], when[2], s) for s in (2.0 * speed, speed))
    assert fast <= slow


@pytest.mark.parametrize("speed", [0.5, 1.0, 3.0])
def test_rush_is_continuous_across_its_edges(speed: float) -> None:
    """Every wait from none to far beyond the deadline: no jump at the opening or the deadline."""
    ends = [rushed(100, wait, 400, 700, speed) for wait in range(3000)]
    assert ends[:301] == list(range(100, 401))
    assert {later - earlier for earlier, later in pairwise(ends)} == {0, 1}
    assert ends[-1] == 100 + 2999 - int(300 * speed)


def test_rush_by_hand() -> None:
    assert rushed(0, 500, 400, 1000, 1.0) == 450  # 100 s of the wait in the window, at double speed
    assert rushed(0, 1600, 400, 1000, 1.0) == 1000  # just made it
    assert rushed(0, 1700, 400, 1000, 1.0) == 1100  # 1200 s done by the deadline, the rest after it
    assert rushed(600, 300, 400, 1000, 2.0) == 700  # begun within the window
    assert rushed(1000, 300, 400, 1000, 2.0) == 1300  # too late to rush
    assert rushed(0, 400, 400, 1000, 2.0) == 400  # done before the rush
    assert rushed(0, 0, 0, 1000, 2.0) == 0


@ever
@given(deadlines(), WAITS, st.floats(0.01, 10.0))
def test_rush_does_the_whole_work(when: tuple[int, int, int], wait: int, speed: float) -> None:
    """Time outside the window once, time inside (1 + speed) times: together the wait."""
    begun, opens, due = when
    ready = rushed(begun, wait, opens, due, speed)
    inside = max(min(ready, due) - max(begun, opens), 0)
    done = (ready - begun) + speed * inside
    assert done == pytest.approx(wait, abs=1.0 + speed)


# ---------------------------------------------------------------- cadres


def test_newcomer_factor() -> None:
    assert newcomer_factor(0, 0, 100, 0.5) == 2.0
    assert newcomer_factor(1050, 1000, 100, 0.5) == pytest.approx(1.0 / 0.75)
    assert newcomer_factor(1099, 1000, 100, 0.5) == pytest.approx(1.0 / 0.995)
    assert newcomer_factor(1100, 1000, 100, 0.5) == 1.0
    assert newcomer_factor(10**9, 1000, 100, 0.5) == 1.0
    assert newcomer_factor(0, 0, 0, 0.5) == 1.0  # nobody needs to settle in
    assert newcomer_factor(3, 0, 100, 1.0) == 1.0


def test_newcomers_only_get_faster() -> None:
    factors = [newcomer_factor(t, 50, 1000, 0.3) for t in range(50, 1200, 7)]
    assert factors == sorted(factors, reverse=True)
    assert factors[0] == pytest.approx(1.0 / 0.3)


def test_tired_hours() -> None:
    assert tired_hours(40 * HOUR, 0, 48 * HOUR) == 0.0
    assert tired_hours(40 * HOUR, 4 * 8 * HOUR, 48 * HOUR) == 0.0
    assert tired_hours(40 * HOUR, 4 * 10 * HOUR, 48 * HOUR) == 2.0
    assert tired_hours(50 * HOUR, 0, 48 * HOUR) == 2.0
    assert tired_hours(48 * HOUR, 1, 48 * HOUR) == pytest.approx(0.25 / HOUR)


def test_tired_factor() -> None:
    assert tired_factor(0.0, 0.015, 1.0) == 1.0
    assert tired_factor(10.0, 0.015, 1.0) == pytest.approx(1.15)
    assert tired_factor(10.0, 0.015, 0.5) == pytest.approx(1.075)


def test_severity_factor() -> None:
    assert severity_factor(0.5, 0.4, 1.0) == 1.0
    assert severity_factor(1.0, 0.4, 1.0) == pytest.approx(1.2)
    assert severity_factor(0.0, 0.4, 1.0) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("touch", "share", "seconds"),
    [
        (3600.0, 1.0, 3600),
        (3600.0, 0.5, 7200),
        (3600.0, 0.3, 12000),
        (10.4, 1.0, 10),
        (10.5, 1.0, 11),
    ],
)
def test_duty_seconds(touch: float, share: float, seconds: int) -> None:
    assert duty_seconds(touch, share) == seconds


@pytest.mark.parametrize("touch", [0.0, 1e-9, 0.49, 0.51, 1.0])
def test_work_takes_a_second_at_least(touch: float) -> None:
    assert duty_seconds(touch, 1.0) == 1


# ---------------------------------------------------------------- pressure and paper


def test_pressure() -> None:
    assert pressure(0.3, 0, 10, 2.0, 1.0) == 0.3
    assert pressure(0.3, 5, 10, 2.0, 1.0) == pytest.approx(1.3)
    assert pressure(0.3, 10, 10, 2.0, 0.5) == pytest.approx(1.3)
    assert pressure(0.3, 0, 0, 2.0, 1.0) == 0.3


def test_used_up() -> None:
    assert used_up(0, 100) == 0.0
    assert used_up(25, 100) == 0.25
    assert used_up(100, 100) == used_up(101, 100) == used_up(10**9, 100) == 1.0
    assert used_up(10**9, NEVER) == used_up(10**9, NEVER + 5) == 0.0
    assert used_up(5, 0) == 0.0


def test_paper_probability() -> None:
    assert paper_probability(0.0, 0.0, 0.01, 1.0, 1.0) == 0.5
    assert paper_probability(0.0, 10.0, 0.01, 1.0, 1.0) == pytest.approx(0.6)
    assert paper_probability(0.0, 10.0, 0.01, 0.0, 1.0) == 0.5  # fatigue's loop is off
    assert paper_probability(0.0, 10.0, 0.01, 1.0, 0.5) == pytest.approx(0.3)
    assert paper_probability(-1.0986122886681098, 0.0, 0.01, 1.0, 1.0) == pytest.approx(0.25)
    assert paper_probability(9.0, 100.0, 0.1, 1.0, 1.0) == 1.0
    assert paper_probability(1.0, 0.0, 0.0, 1.0, 1.0) > paper_probability(0.9, 0.0, 0.0, 1.0, 1.0)


def test_recorded_as_satisfied() -> None:
    assert recorded_as_satisfied(True, 0.0, 0.999)
    assert recorded_as_satisfied(False, 0.3, 0.299)
    assert not recorded_as_satisfied(False, 0.3, 0.3)
    assert not recorded_as_satisfied(False, 0.0, 2.0**-53)


# ---------------------------------------------------------------- every loop off


@pytest.mark.parametrize(("x", "y"), list(product((0.0, 0.1, 1 / 3, 0.9), (0.0, 0.1, 1 / 3, 12.3))))
def test_strength_zero_is_exactly_neutral(x: float, y: float) -> None:
    assert severity_factor(x, y, 0.0) == 1.0
    assert tired_factor(100.0 * x, y, 0.0) == 1.0
    assert pressure(x, 5, 7, y, 0.0) == x
    assert paper_probability(x, 10.0, y, 1.0, 0.0) == 0.0
    assert paper_probability(x, 10.0, y, 0.0, 1.0) == paper_probability(x, 0.0, y, 1.0, 1.0)
