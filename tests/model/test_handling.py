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
    rushed,
    severity_factor,
    tired_factor,
    tired_hours,
    used_up,
    written_up,
)
from govsim.model.plan import DAY, HOUR, NEVER

ever = settings(derandomize=True, deadline=None, max_examples=150)

# ---------------------------------------------------------------- rush before a term, neglect after

TIMES = st.integers(0, 400 * DAY)
WAITS = st.one_of(st.integers(0, 5), st.integers(0, 200 * DAY))
SPEEDS = st.one_of(st.just(0.0), st.sampled_from([0.5, 1.0, 3.0]), st.floats(0.001, 20.0))
When = tuple[int, int, int]


@st.composite
def terms(draw: st.DrawFn) -> When:
    """Begun, the window's opening, due: in any order that can happen."""
    begun, opens = draw(TIMES), draw(TIMES)
    return begun, opens, opens + draw(st.integers(0, 60 * DAY))


def replied(when: When, wait: int, speed: float, neglect: float = 0.0) -> int:
    begun, opens, due = when
    return rushed(begun, wait, opens, due, speed, neglect)


@ever
@given(terms(), WAITS, SPEEDS)
def test_rush_is_never_before_begun_and_never_later_than_without(
    when: When, wait: int, speed: float
) -> None:
    ready = replied(when, wait, speed)
    assert when[0] <= ready <= when[0] + wait
    assert type(ready) is int


@ever
@given(TIMES, WAITS, TIMES, SPEEDS, SPEEDS)
def test_without_a_term_nobody_rushes_or_forgets(
    begun: int, wait: int, opens: int, speed: float, neglect: float
) -> None:
    assert rushed(begun, wait, NEVER - opens, NEVER, speed, neglect) == begun + wait
    assert rushed(begun, wait, opens, NEVER, speed, neglect) == begun + wait


@ever
@given(terms(), WAITS)
def test_without_strength_nobody_rushes_or_forgets(when: When, wait: int) -> None:
    assert replied(when, wait, 0.0) == when[0] + wait


@ever
@given(terms(), WAITS, SPEEDS, SPEEDS)
def test_outside_the_window_nobody_rushes(
    when: When, wait: int, speed: float, neglect: float
) -> None:
    begun, opens, due = when
    if begun >= due:
        assert replied(when, wait, speed) == begun + wait
    if begun + wait <= opens:
        assert replied(when, wait, speed, neglect) == begun + wait


@ever
@given(terms(), WAITS, SPEEDS, SPEEDS)
def test_neglect_delays_only_what_misses_its_term(
    when: When, wait: int, speed: float, neglect: float
) -> None:
    dutiful, forgetful = replied(when, wait, speed), replied(when, wait, speed, neglect)
    if dutiful <= when[2] - 1:
        assert forgetful == dutiful
    else:
        late = dutiful - max(when[0], when[2])
        assert forgetful - dutiful == pytest.approx(neglect * late, abs=1.0 + neglect)


@ever
@given(terms(), WAITS, SPEEDS, SPEEDS)
def test_a_longer_wait_never_ends_earlier_and_never_jumps(
    when: When, wait: int, speed: float, neglect: float
) -> None:
    ends = [replied(when, wait + k, speed, neglect) for k in range(30)]
    assert all(0 <= after - before <= 2.0 + neglect for before, after in pairwise(ends))


@ever
@given(terms(), WAITS, st.floats(0.01, 10.0), st.floats(0.01, 10.0))
def test_more_speed_never_ends_later_and_more_neglect_never_earlier(
    when: When, wait: int, speed: float, neglect: float
) -> None:
    ready = replied(when, wait, speed, neglect)
    assert replied(when, wait, 2.0 * speed, neglect) <= ready
    assert replied(when, wait, speed, 2.0 * neglect) >= ready


@pytest.mark.parametrize("speed", [0.5, 1.0, 3.0])
def test_rush_is_continuous_across_its_edges(speed: float) -> None:
    """Every wait from none to far beyond the deadline: no jump at the opening or the deadline."""
    ends = [rushed(100, wait, 400, 700, speed, 0.0) for wait in range(3000)]
    assert ends[:301] == list(range(100, 401))
    assert {after - before for before, after in pairwise(ends)} == {0, 1}
    assert ends[-1] == 100 + 2999 - int(300 * speed)
    neglected = [rushed(100, wait, 400, 700, speed, 1.0) for wait in range(3000)]
    assert {after - before for before, after in pairwise(neglected)} <= {0, 1, 2}
    assert [t for t in neglected if t <= 700] == [t for t in ends if t <= 700]


@pytest.mark.parametrize(
    ("begun", "wait", "speed", "neglect", "ready"),
    [  # the window is [400, 1000)
        (0, 500, 1.0, 0.0, 450),  # 100 s of the wait in the window, at double speed
        (0, 1600, 1.0, 9.0, 1000),  # just made it
        (0, 1700, 1.0, 0.0, 1100),  # 1200 s done in the window, the rest after it
        (0, 1700, 1.0, 0.5, 1150),  # the rest takes half as long again
        (600, 300, 2.0, 9.0, 700),  # begun within the window
        (1000, 300, 2.0, 0.0, 1300),  # too late to rush
        (1000, 300, 2.0, 0.5, 1450),  # and forgotten
        (2000, 300, 2.0, 0.5, 2450),
        (0, 400, 2.0, 9.0, 400),  # done before the rush
        (0, 0, 2.0, 9.0, 0),
        (500, 0, 2.0, 9.0, 500),
        (600, 101, 1.0, 0.0, 651),  # rounded, once
        (600, 100, 2.0, 0.0, 633),
        (1000, 3, 0.0, 0.2, 1004),
        (1000, 4, 0.0, 0.1, 1004),
    ],
)
def test_rush_by_hand(begun: int, wait: int, speed: float, neglect: float, ready: int) -> None:
    assert rushed(begun, wait, 400, 1000, speed, neglect) == ready


@ever
@given(terms(), WAITS, st.floats(0.01, 10.0), st.floats(0.0, 10.0))
def test_rush_does_the_whole_work(when: When, wait: int, speed: float, neglect: float) -> None:
    """Before the window a second a second, within it more, after it less: together the wait."""
    begun, opens, due = when
    ready = replied(when, wait, speed, neglect)
    before = min(ready, opens) - min(begun, opens)
    inside = max(min(ready, due) - max(begun, opens), 0)
    after = max(ready - max(begun, due), 0)
    done = before + inside * (1.0 + speed) + after / (1.0 + neglect)
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


def test_written_up() -> None:
    assert written_up(True, 0.0, 0.999)
    assert written_up(False, 0.3, 0.299)
    assert not written_up(False, 0.3, 0.3)
    assert not written_up(False, 0.0, 2.0**-53)


# ---------------------------------------------------------------- every loop off


@pytest.mark.parametrize(("x", "y"), list(product((0.0, 0.1, 1 / 3, 0.9), (0.0, 0.1, 1 / 3, 12.3))))
def test_strength_zero_is_exactly_neutral(x: float, y: float) -> None:
    assert severity_factor(x, y, 0.0) == 1.0
    assert tired_factor(100.0 * x, y, 0.0) == 1.0
    assert pressure(x, 5, 7, y, 0.0) == x
    assert paper_probability(x, 10.0, y, 1.0, 0.0) == 0.0
    assert paper_probability(x, 10.0, y, 0.0, 1.0) == paper_probability(x, 0.0, y, 1.0, 1.0)
