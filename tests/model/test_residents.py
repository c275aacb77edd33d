"""Trust, speaking up, judging: bounded, with the half-life they say, neutral when switched off."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govsim.model.plan import DAY
from govsim.model.residents import (
    acceptance,
    access,
    clip,
    drifted,
    gained,
    lost,
    report_probability,
    satisfaction,
    skip_probability,
    willingness,
)

SHARES = st.floats(0.0, 1.0)
SIZES = st.floats(-1e6, 1e6)
AGES = st.integers(0, 40 * 365 * DAY)
HALF_LIVES = st.integers(1, 100 * 365 * DAY)
ever = settings(derandomize=True, deadline=None, max_examples=120)


# ---------------------------------------------------------------- trust moves, and stays in [0, 1]


@ever
@given(SHARES, SHARES, SHARES)
def test_trust_stays_bounded_and_moves_the_right_way(
    trust: float, by: float, strength: float
) -> None:
    assert trust <= gained(trust, by, strength) <= 1.0
    assert 0.0 <= lost(trust, by, strength) <= trust


@ever
@given(SHARES, SHARES, AGES, HALF_LIVES)
def test_drift_stays_between_trust_and_target(
    trust: float, target: float, age: int, half_life: int
) -> None:
    now = drifted(trust, target, age, half_life, 1.0)
    assert min(trust, target) - 1e-16 <= now <= max(trust, target) + 1e-16
    assert 0.0 <= now <= 1.0


@ever
@given(st.lists(st.tuples(st.sampled_from([gained, lost]), SHARES), max_size=50), SHARES)
def test_no_story_takes_trust_out_of_bounds(
    story: list[tuple[object, float]], trust: float
) -> None:
    for moves, by in story:
        trust = moves(trust, by, 1.0)  # type: ignore[operator]
        trust = drifted(trust, 0.4, 30 * DAY, 365 * DAY, 1.0)
        assert 0.0 <= trust <= 1.0


def test_gains_and_losses_are_shares_of_what_is_left() -> None:
    assert gained(0.5, 0.1, 1.0) == pytest.approx(0.55)
    assert gained(0.5, 0.1, 0.5) == pytest.approx(0.525)
    assert lost(0.5, 0.1, 1.0) == pytest.approx(0.45)
    assert lost(0.8, 0.1, 2.0) == pytest.approx(0.64)
    assert gained(1.0, 0.3, 1.0) == 1.0
    assert lost(0.0, 0.3, 1.0) == 0.0
    assert gained(0.2, 1.0, 1.0) == 1.0
    assert lost(0.2, 1.0, 1.0) == 0.0


def test_drift_goes_halfway_each_half_life() -> None:
    half_life = 730 * DAY
    left = [drifted(0.9, 0.5, k * half_life, half_life, 1.0) - 0.5 for k in range(6)]
    assert left == pytest.approx([0.4 / 2**k for k in range(6)], rel=1e-12)
    assert drifted(0.1, 0.5, half_life, half_life, 1.0) == pytest.approx(0.3, rel=1e-14)
    assert drifted(0.9, 0.5, 10_000 * half_life, half_life, 1.0) == 0.5


@ever
@given(SHARES, SHARES, AGES, AGES, st.integers(DAY, 10 * 365 * DAY))
def test_drift_does_not_depend_on_who_looks(
    trust: float, target: float, a: int, b: int, half_life: int
) -> None:
    """Looked at in between or not, trust arrives at the same place."""
    twice = drifted(drifted(trust, target, a, half_life, 1.0), target, b, half_life, 1.0)
    assert twice == pytest.approx(drifted(trust, target, a + b, half_life, 1.0), abs=1e-14)


def test_nothing_is_forgotten_at_once() -> None:
    assert drifted(0.123456789, 0.5, 0, DAY, 1.0) == 0.123456789


# ---------------------------------------------------------------- speaking up


def test_clip() -> None:
    assert [clip(p) for p in (-1.0, -1e-300, 0.0, 0.3, 1.0, 1.0000001, 1e300)] == [
        0.0, 0.0, 0.0, 0.3, 1.0, 1.0, 1.0,
    ]  # fmt: skip


def test_access_is_the_weighted_sum() -> None:
    assert access((0.5, 0.3, 0.2), (1.0, 0.5, 0.0)) == pytest.approx(0.65)
    assert access((), ()) == 0.0


def test_willingness() -> None:
    assert willingness(0.5, 0.4, 1.2, 1.0) == pytest.approx(1.0)
    assert willingness(0.0, 0.4, 1.2, 1.0) == pytest.approx(0.4)
    assert willingness(1.0, 0.4, 1.2, 1.0) == pytest.approx(1.6)
    assert willingness(1.0, 0.4, 1.2, 0.5) == pytest.approx(1.3)


def test_report_probability() -> None:
    assert report_probability(0.3, 0.5, 0.8, 1.0, 1.0) == 0.3
    assert report_probability(0.3, 1.0, 0.8, 1.0, 1.0) == pytest.approx(0.42)
    assert report_probability(0.3, 0.0, 0.8, 1.0, 1.0) == pytest.approx(0.18)
    assert report_probability(0.3, 0.5, 0.8, 1.5, 0.5) == pytest.approx(0.225)
    assert report_probability(0.9, 1.0, 2.0, 1.6, 1.0) == 1.0
    assert report_probability(0.3, 0.0, 4.0, 1.0, 1.0) == 0.0


# ---------------------------------------------------------------- judging and coming back


def test_acceptance() -> None:
    assert acceptance(0.5, 1.4, 1.0) == pytest.approx(0.7)
    assert acceptance(0.5, 0.4, 1.0) == pytest.approx(0.2)
    assert acceptance(0.5, 0.4, 0.5) == pytest.approx(0.35)
    assert acceptance(0.9, 1.6, 1.0) == 1.0


def test_satisfaction_sums_log_odds() -> None:
    nothing = (0.0,) * 7
    assert satisfaction(*nothing) == 0.5
    for place in range(7):
        one = [0.0] * 7
        one[place] = 1.0986122886681098  # the logarithm of 3: odds of 3 to 1
        assert satisfaction(*one) == pytest.approx(0.75)
    assert satisfaction(-0.8, 2.2, 0.5, 0.4, -0.8, -0.5, -1.0) == pytest.approx(0.5)


def test_skip_probability() -> None:
    assert skip_probability(0.2, 0.5, False, 0.5, 1.0) == pytest.approx(0.2)
    assert skip_probability(0.2, 0.0, False, 0.5, 1.0) == pytest.approx(0.3)
    assert skip_probability(0.2, 1.0, False, 0.5, 1.0) == pytest.approx(0.1)
    assert skip_probability(0.2, 0.5, True, 0.5, 1.0) == pytest.approx(0.3)
    assert skip_probability(0.2, 0.5, True, 0.0, 1.0) == pytest.approx(0.2)
    assert skip_probability(0.9, 0.0, True, 1.0, 1.0) == 1.0


@ever
@given(SIZES, SHARES, SIZES, st.floats(-10, 10), SHARES)
def test_probabilities_are_probabilities(
    base: float, share: float, effect: float, willing: float, reached: float
) -> None:
    assert 0.0 <= report_probability(base, share, effect, willing, reached) <= 1.0
    assert 0.0 <= acceptance(base, willing, share) <= 1.0
    assert 0.0 <= skip_probability(base, share, True, effect, reached) <= 1.0
    assert 0.0 <= satisfaction(base, effect, base, share, effect, base, share) <= 1.0


# ---------------------------------------------------------------- every loop off


@pytest.mark.parametrize(
    ("trust", "x"), list(product((0.0, 0.1, 1 / 3, 0.7, 1.0), (0.0, 0.1, 1 / 3, 0.7, 12.3)))
)
def test_strength_zero_is_exactly_neutral(trust: float, x: float) -> None:
    assert willingness(trust, x, 1.7 * x, 0.0) == 1.0
    assert gained(trust, x, 0.0) == trust
    assert lost(trust, x, 0.0) == trust
    assert drifted(trust, 0.5, 400 * DAY, 730 * DAY, 0.0) == trust
    assert acceptance(trust, x, 0.0) == trust
    assert skip_probability(0.3, trust, True, x, 0.0) == 0.0
