"""Our own exp, log and normal quantile: accurate, monotone, and the same bits everywhere."""

import math
from hashlib import sha256
from random import Random

import pytest
from scipy.special import ndtri

from govsim.model.arithmetic import LN2, exp, log, logistic, normal_quantile

SMALLEST = 5e-324
LARGEST = 1.7976931348623157e308


def ulps(found: float, wanted: float) -> float:
    """How many units in the last place two floats are apart."""
    return abs(found - wanted) / math.ulp(wanted)


def evenly(low: float, high: float, n: int, seed: int = 1) -> list[float]:
    random = Random(seed)
    return [low + (high - low) * random.random() for _ in range(n)]


# ---------------------------------------------------------------- exp


@pytest.mark.parametrize("bound", [1e-8, 0.35, 1.0, 40.0, 708.0])
def test_exp_is_accurate(bound: float) -> None:
    assert max(ulps(exp(x), math.exp(x)) for x in evenly(-bound, bound, 20_000)) <= 2.0


def test_exp_of_subnormal_results() -> None:
    xs = evenly(-745.0, -708.0, 5000)
    assert max(abs(exp(x) - math.exp(x)) / SMALLEST for x in xs if x < -709.0) <= 1.0
    assert exp(-745.0) == SMALLEST


def test_exp_at_its_ends() -> None:
    assert exp(0.0) == exp(-0.0) == exp(SMALLEST) == exp(-SMALLEST) == exp(1e-17) == 1.0
    assert ulps(exp(1.0), math.e) <= 1.0
    assert ulps(exp(709.0), math.exp(709.0)) <= 2.0
    assert exp(709.1) == exp(1e6) == exp(math.inf) == exp(709.0) < math.inf
    assert exp(-745.2) == exp(-1e6) == exp(-math.inf) == 0.0


def test_exp_at_multiples_of_half_ln2() -> None:
    """Where the argument reduction changes its mind."""
    near = [
        k * LN2 / 2 * (1.0 + e * 2.0**-52) for k in range(-1400, 1400) for e in (-4, -1, 0, 1, 4)
    ]
    assert max(ulps(exp(x), math.exp(x)) for x in near) <= 2.0


# ---------------------------------------------------------------- log


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.0, 1.0), (0.999, 1.001), (0.7, 0.72), (1.3, 1.5), (1.0, 1e6), (1e290, 1e308)],
)
def test_log_is_accurate(low: float, high: float) -> None:
    xs = [x for x in evenly(low, high, 20_000) if x > 0.0]
    assert max(ulps(log(x), math.log(x)) for x in xs) <= 2.0


def test_log_over_all_magnitudes() -> None:
    xs = [
        math.ldexp(0.5 + x / 2, k)
        for k, x in zip(range(-1073, 1025), evenly(0, 1, 2098), strict=True)
    ]
    assert max(ulps(log(x), math.log(x)) for x in xs) <= 2.0


def test_log_at_its_ends() -> None:
    assert log(1.0) == 0.0
    for x in (SMALLEST, 2.0**-1060, 2.0**-1022, 2.0**-53, 1.0 - 2.0**-53, 1.0 + 2.0**-52, LARGEST):
        assert ulps(log(x), math.log(x)) <= 2.0
    assert log(2.0) == LN2 == math.log(2.0)


def test_log_undoes_exp() -> None:
    assert all(
        log(exp(x)) == pytest.approx(x, rel=1e-15, abs=2e-16) for x in evenly(-700, 700, 5000)
    )


# ---------------------------------------------------------------- logistic


def test_logistic() -> None:
    assert logistic(0.0) == 0.5
    assert logistic(-1e9) == pytest.approx(0.0, abs=1e-300)
    assert logistic(1e9) == 1.0
    for x in evenly(-30.0, 30.0, 2000):
        assert logistic(x) == pytest.approx(1.0 / (1.0 + math.exp(-x)), rel=1e-15)
        assert logistic(x) + logistic(-x) == pytest.approx(1.0, abs=2.3e-16)


# ---------------------------------------------------------------- normal quantile


def test_normal_quantile_is_accurate() -> None:
    centre, tails = evenly(0.0, 1.0, 20_000), [10.0**-x for x in evenly(0.0, 300.0, 5000)]
    for p in centre + tails:
        assert normal_quantile(p) == pytest.approx(float(ndtri(p)), rel=1e-13, abs=1e-16)


@pytest.mark.parametrize("edge", [0.075, 0.925, math.exp(-25.0)])
def test_normal_quantile_is_accurate_where_its_pieces_meet(edge: float) -> None:
    for k in range(-50, 51):
        p = edge * (1.0 + k * 2.0**-50)
        assert normal_quantile(p) == pytest.approx(float(ndtri(p)), rel=1e-13)


def test_normal_quantile_at_known_points() -> None:
    assert normal_quantile(0.5) == 0.0
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, rel=1e-15)
    assert normal_quantile(0.25) == pytest.approx(-0.6744897501960817, rel=1e-15)
    assert normal_quantile(2.0**-53) == pytest.approx(float(ndtri(2.0**-53)), rel=1e-13)
    assert normal_quantile(1e-300) == pytest.approx(float(ndtri(1e-300)), rel=1e-13)
    for u in (2.0**-53, 2.0**-30, 0.1, 0.3, 0.49):
        assert normal_quantile(1.0 - u) == -normal_quantile(1.0 - (1.0 - u))


# ---------------------------------------------------------------- all of them


def ranks() -> list[float]:
    """4096 even ranks and finer ones towards both ends, all exact."""
    inner = [k / 4096.0 for k in range(1, 4096)]
    tail = [(1.0 + k / 16.0) * 2.0**-e for e in range(13, 54) for k in range(16)]
    return sorted(inner + tail + [1.0 - t for t in tail if t >= 2.0**-53])


def test_monotone_on_a_grid() -> None:
    exponents = [-746.0 + k / 32.0 for k in range(46_600)]
    positives = [(1.0 + k / 64.0) * 2.0**e for e in range(-60, 60) for k in range(64)]
    for function, grid in ((exp, exponents), (log, positives), (normal_quantile, ranks())):
        values = [function(x) for x in grid]
        assert values == sorted(values), function.__name__


FROZEN = "93a5c837373cc5ed0aab59a13fecf390c4f4b8b3a0f0a746383ba62e1abca95f"


def test_the_same_bits_on_every_machine() -> None:
    """A frozen hash: no processor, system, compiler or later edit may change a single bit.

    The arguments are whole multiples of powers of two, exact everywhere.
    """
    results = [exp((k - 4000) * 0.1875) for k in range(0, 7780, 3)]
    results += [exp((k - 1250) / 1024.0) for k in range(2500)]
    results += [log((k + 1) / 512.0) for k in range(1500)]
    results += [log(math.ldexp(1.0 + k / 32.0, 8 * k - 500)) for k in range(125)]
    results += [logistic((k - 320) / 16.0) for k in range(640)]
    results += [normal_quantile(rank) for rank in ranks()[::2]]
    results = results[:10_000]
    text = "\n".join(x.hex() for x in results)
    assert len(results) == 10_000
    assert sha256(text.encode()).hexdigest() == FROZEN
