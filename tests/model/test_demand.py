"""What begins, when and to whom: against SciPy, against odds written out, and at the ends."""

from functools import cache
from itertools import accumulate

import numpy as np
import pytest
from scipy import stats

from govsim.model.demand import (
    LARGEST_PIECE,
    departments,
    heals_after,
    last_positive,
    moment_of_day,
    number_below,
    pick,
    pieces,
    poisson,
    required_tier,
    severity_now,
)
from govsim.model.plan import DAY, HOUR, NEVER
from govsim.model.randomness import uniforms

N = 20_000
P_LEAST = 1e-3
LEAST, MOST = 2.0**-53, 1.0 - 2.0**-53


@cache
def keyed_uniforms(purpose: int = 2) -> tuple[float, ...]:
    return tuple(u for entity in range(N // 2) for u in uniforms(2011, 0, entity, purpose, 0))


# ---------------------------------------------------------------- how many


@pytest.mark.parametrize("mean", [1e-6, 0.01, 0.4, 1.0, 3.7, 12.0, 29.999])
def test_poisson_is_scipys_quantile(mean: float) -> None:
    ranks = np.array([k / 997.0 for k in range(1, 997)] + [1e-9, 1e-4, 0.9999, 1.0 - 1e-9])
    assert [poisson(mean, float(u)) for u in ranks] == stats.poisson.ppf(ranks, mean).tolist()


def chi_square(counts: list[int], mean: float) -> float:
    """P-value of counts against Poisson, with cells of at least five expected."""
    edges = [k for k in range(400) if N * stats.poisson.pmf(k, mean) >= 5.0]
    low, high = edges[0], edges[-1]
    seen = np.bincount(np.clip(counts, low, high), minlength=high + 1)[low:]
    expected = stats.poisson.pmf(np.arange(low, high + 1), mean)
    expected[0], expected[-1] = stats.poisson.cdf(low, mean), stats.poisson.sf(high - 1, mean)
    return float(stats.chisquare(seen, N * expected).pvalue)


@pytest.mark.parametrize("mean", [0.3, 2.5, 17.0])
def test_poisson_counts(mean: float) -> None:
    assert chi_square([poisson(mean, u) for u in keyed_uniforms()], mean) > P_LEAST


@pytest.mark.parametrize("mean", [30.0, 75.0, 200.0])
def test_poisson_in_pieces_is_poisson(mean: float) -> None:
    """As the engines draw it: the sum of pieces, each with a rank of its own."""
    parts = pieces(mean)
    ranks = [[uniforms(7, 0, i, 2, k)[0] for k in range(parts)] for i in range(N // 2)]
    ranks += [[uniforms(7, 1, i, 2, k)[0] for k in range(parts)] for i in range(N // 2)]
    assert chi_square([sum(poisson(mean / parts, u) for u in row) for row in ranks], mean) > P_LEAST


def test_pieces_are_small_and_few() -> None:
    for mean in (0.0, 0.5, 29.9, 30.0, 30.1, 60.0, 1000.0, 12345.6):
        parts = pieces(mean)
        assert mean / parts <= LARGEST_PIECE
        assert parts == 1 or mean / (parts - 1) >= LARGEST_PIECE
    assert (pieces(0.0), pieces(29.0), pieces(31.0)) == (1, 1, 2)


def test_poisson_at_the_ends() -> None:
    """A rounded sum of probabilities may end short of 1: that must not make a thousand problems."""
    for mean in (k / 100.0 for k in range(1, 3001)):
        for u in (MOST, 1.0 - 2.0**-52, 1.0 - 2.0**-51):
            assert poisson(mean, u) < mean + 12.0 * mean**0.5 + 15.0
    assert poisson(0.0, LEAST) == poisson(0.0, MOST) == 0
    assert poisson(5.0, LEAST) == 0


def test_poisson_is_monotone() -> None:
    """More expected, or a higher rank, never gives fewer: policies are compared on this."""
    ranks = sorted(keyed_uniforms()[:300])
    for mean in (0.2, 4.0, 25.0):
        counts = [poisson(mean, u) for u in ranks]
        assert counts == sorted(counts)
        assert all(poisson(mean * 1.1, u) >= k for u, k in zip(ranks, counts, strict=True))


# ---------------------------------------------------------------- when

QUIET_NIGHTS = [0.0] * 7 + [1.0, 4.0, 8.0, 8.0, 6.0, 0.0, 3.0, 6.0, 6.0, 5.0, 3.0, 2.0] + [0.0] * 5
PROFILE = tuple(x / sum(QUIET_NIGHTS) for x in accumulate(QUIET_NIGHTS, initial=0.0))
EVEN = tuple(h / 24 for h in range(25))


def test_moments_follow_the_profile() -> None:
    moments = np.array([moment_of_day(PROFILE, u) for u in keyed_uniforms()])
    by_hour = np.bincount(moments // HOUR, minlength=24)
    weights = np.array(QUIET_NIGHTS)
    assert by_hour[weights == 0.0].sum() == 0
    expected = N * weights[weights > 0.0] / weights.sum()
    assert stats.chisquare(by_hour[weights > 0.0], expected).pvalue > P_LEAST


def test_moments_are_even_within_the_hour() -> None:
    seconds = np.array([moment_of_day(PROFILE, u) % HOUR for u in keyed_uniforms(10)])
    assert stats.chisquare(np.bincount(seconds // 60, minlength=60)).pvalue > P_LEAST
    assert len(set(seconds.tolist())) > 3000


def test_moments_are_the_inverse_of_the_profile() -> None:
    for second in (0, 1, 3599, 3600, 43_210, 86_399):
        assert moment_of_day(EVEN, (second + 0.5) / DAY) == second
    assert moment_of_day(PROFILE, PROFILE[9]) == 9 * HOUR
    half_past_nine = moment_of_day(PROFILE, (PROFILE[9] + PROFILE[10]) / 2 + 1e-9)
    assert half_past_nine == 9 * HOUR + HOUR // 2
    assert moment_of_day(PROFILE, PROFILE[12]) == 13 * HOUR  # nothing begins at noon


@pytest.mark.parametrize(
    "profile",
    [EVEN, PROFILE, (*(0.0,) * 24, 1.0), (0.0, *(1.0,) * 24), (*EVEN[:-1], 1.0 - 1e-12)],
)
def test_moments_stay_within_the_day(profile: tuple[float, ...]) -> None:
    ranks = [LEAST, 1e-9, *sorted(keyed_uniforms()[:500]), 1.0 - 1e-9, MOST]
    moments = [moment_of_day(profile, u) for u in ranks]
    assert moments == sorted(moments)
    assert min(moments) >= 0
    assert max(moments) < DAY
    assert all(type(moment) is int for moment in moments)


# ---------------------------------------------------------------- to whom, and which


def test_pick_in_proportion() -> None:
    shares = (0.0, 3.0, 0.0, 1.0, 6.0, 0.0)
    counts = np.bincount([pick(shares, u) for u in keyed_uniforms()], minlength=6)
    assert counts[[0, 2, 5]].tolist() == [0, 0, 0]
    assert stats.chisquare(counts[[1, 3, 4]], [0.3 * N, 0.1 * N, 0.6 * N]).pvalue > P_LEAST


def test_pick_at_the_edges() -> None:
    assert [pick((0.25, 0.25, 0.5), u) for u in (LEAST, 0.25, 0.5, MOST)] == [0, 1, 2, 2]
    assert pick((0.25, 0.25, 0.5), 0.25 - 2.0**-54) == 0
    for shares in ((0.0, 1.0, 0.0), (0.0, 1e-300, 0.0), (0.0, 1e300)):
        assert {pick(shares, u) for u in (LEAST, 0.5, MOST)} == {1}
    assert pick((1.0,), MOST) == 0
    assert pick((0.0, 0.0), 0.5) == 0


def test_pick_never_lands_on_nothing() -> None:
    """Tenths do not add up exactly; what rounding leaves over goes to the last real share."""
    for n in range(1, 60):
        shares = [0.1 / 3.0] * n + [0.0]
        assert pick(shares, MOST) == n - 1
    assert last_positive((1.0, 2.0, 0.0, 0.0)) == 1
    assert last_positive((0.0, 0.0)) == 0


def test_number_below() -> None:
    counts = np.bincount([number_below(7, u) for u in keyed_uniforms()])
    assert len(counts) == 7
    assert stats.chisquare(counts).pvalue > P_LEAST
    for n in (1, 3, 1000, 10_000_000):
        assert number_below(n, LEAST) == 0
        assert number_below(n, MOST) == n - 1


# ---------------------------------------------------------------- what problems are like


def test_healing_is_exponential() -> None:
    rate = 1.0 / (50 * DAY)
    after = [heals_after(rate, u) for u in keyed_uniforms()]
    assert stats.kstest(after, stats.expon(scale=50 * DAY).cdf).pvalue > P_LEAST
    assert min(after) >= 1


def test_healing_at_the_ends() -> None:
    assert heals_after(0.0, 0.5) == heals_after(-1.0, 0.5) == NEVER
    assert heals_after(1.0, LEAST) == 1
    assert heals_after(1e-300, 0.5) == NEVER
    assert heals_after(1e-9, MOST) < NEVER


def test_required_tier_with_plain_hardness_is_the_cumulative_share() -> None:
    can_solve = (0.6, 0.9, 1.0)
    tiers = np.bincount([required_tier(can_solve, 1.0, u) for u in keyed_uniforms()], minlength=3)
    assert stats.chisquare(tiers, [0.6 * N, 0.3 * N, 0.1 * N]).pvalue > P_LEAST


@pytest.mark.parametrize("hardness", [0.25, 1.0, 3.0, 40.0])
def test_hardness_multiplies_the_odds_of_needing_more(hardness: float) -> None:
    can_solve = (0.6, 0.9, 1.0)
    found = [required_tier(can_solve, hardness, (k + 0.5) / N) for k in range(N)]
    for tier, able in enumerate(can_solve[:-1]):
        more = sum(t > tier for t in found) / N
        odds = hardness * (1.0 - able) / able
        assert more == pytest.approx(odds / (1.0 + odds), abs=1.0 / N)


def test_required_tier_at_the_ends() -> None:
    assert required_tier((1.0,), 5.0, MOST) == 0
    assert required_tier((0.3, 0.5), 1e6, MOST) == 1  # the top takes what is left
    assert required_tier((1.0, 1.0), 1000.0, MOST) == 0
    assert required_tier((0.2, 1.0), 0.0, MOST) == 0  # nothing is hard
    assert required_tier((0.0, 1.0), 1.0, LEAST) == 1
    assert (
        required_tier((0.0, 1.0), 0.0, LEAST) == 1
    )  # a tier that can solve nothing solves nothing


def test_departments() -> None:
    counts = np.bincount([departments(0.2, u) for u in keyed_uniforms()], minlength=4)
    assert stats.chisquare(counts[1:], [0.8 * N, 0.14 * N, 0.06 * N]).pvalue > P_LEAST
    assert departments(0.0, LEAST) == 1
    assert {departments(1.0, u) for u in (LEAST, 0.5, 0.7, MOST)} == {2, 3}


def test_severity_grows_up_to_one() -> None:
    a_tenth_a_day = 0.1 / DAY
    assert severity_now(0.4, a_tenth_a_day, 0, 1.0) == 0.4
    assert severity_now(0.4, a_tenth_a_day, 10 * DAY, 1.0) == pytest.approx(0.8)
    assert severity_now(0.4, a_tenth_a_day, 10 * DAY, 0.5) == pytest.approx(0.6)
    assert severity_now(0.4, a_tenth_a_day, 15 * DAY, 1.0) == 1.0
    assert severity_now(0.4, a_tenth_a_day, 10_000 * DAY, 1.0) == 1.0
    assert severity_now(0.37, a_tenth_a_day, 10_000 * DAY, 0.0) == 0.37
