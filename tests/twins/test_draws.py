"""The same draw, compiled and in Python: a million keys, random ones and those at the ends."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from govsim.linking import Entry
from govsim.model import laws
from govsim.model.laws import Family
from govsim.model.plan import Law
from govsim.model.randomness import MASK, draw, key_schedule
from longer import many
from twins.engines import compiled_or_skip
from twins.words import FAMILIES

KEYS = many(1_000_000, 4_000_000)
SEEDS = ((0, 0), (1, 0), (2**63 - 1, 2**63 - 1), (MASK, MASK), (1 << 63, 1), (20110101, 12345))
ENDS = (0, 1, 2, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, MASK - 1, MASK)

Drawn = NDArray[np.float64]


@pytest.fixture(scope="module")
def machine_draws() -> Callable[..., Drawn]:
    """``draw`` as the engine's machine code has it, over two arrays of counters."""
    compiled_or_skip()
    import numba

    from govsim.compiling import allow
    from govsim.engines.compiled import draws  # noqa: F401  its ``allow`` comes first
    from govsim.model import randomness

    allow(randomness)

    @numba.njit(error_model="numpy", pipeline_class=Entry)  # type: ignore[untyped-decorator]
    def all_of_them(entities: Any, reasons: Any, k: Any) -> Any:
        drawn = np.empty((len(entities), 2))
        keys = (k[0], k[1], k[2], k[3], k[4], k[5])
        for i in range(len(entities)):
            drawn[i, 0], drawn[i, 1] = randomness.draw(keys, entities[i], reasons[i])
        return drawn

    return all_of_them  # type: ignore[no-any-return]


def counters(seed: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Every pair of extreme words, neighbours, and random words."""
    pairs = np.array(list(product(ENDS, ENDS)), dtype=np.uint64)
    count = KEYS // len(SEEDS) - len(pairs)
    random = np.random.default_rng(seed).integers(0, MASK, (count, 2), np.uint64, endpoint=True)
    random[: count // 4, 0] = np.arange(count // 4, dtype=np.uint64)
    random[: count // 8, 1] = np.uint64(12 << 48)
    both = np.concatenate([pairs, random])
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "replication"), SEEDS)
def test_compiled_draws_are_the_python_draws(
    machine_draws: Callable[..., Drawn], seed: int, replication: int
) -> None:
    keys = key_schedule(seed, replication)
    entities, reasons = counters(seed & 0xFFFF)
    found = machine_draws(entities, reasons, np.array(keys, dtype=np.uint64))
    pairs = zip(entities.tolist(), reasons.tolist(), strict=True)
    expected = np.array([draw(keys, entity, why) for entity, why in pairs])
    assert np.array_equal(found.view(np.uint64), expected.view(np.uint64))
    assert found.min() > 0.0
    assert found.max() < 1.0


LAWS = (
    Law(Family.CONSTANT, 3.5), Law(Family.EXPONENTIAL, 86_400.0),
    Law(Family.LOGNORMAL, 7200.0, 1.3), Law(Family.LOGNORMAL, 1.0, 25.0),
    Law(Family.WEIBULL, 3600.0, 2.5), Law(Family.TRIANGULAR, 0.1, 0.4, 0.9),
    Law(Family.TRIANGULAR, 0.5, 0.5, 1.0), Law(Family.TABLE, table=tuple(np.geomspace(1e-3, 9.0,
        len(laws.table_ranks())).tolist())),
    Law(Family.STEPS, table=(0.2, 0.2, 1.0, 5.0, 6.0, 7.0)),
)  # fmt: skip
EXTREME = (2.0**-53, 2.0**-40, 0.25, 0.5 - 2.0**-53, 0.5, 0.5 + 2.0**-53, 1.0 - 2.0**-53)


def test_the_laws_here_are_of_every_family() -> None:
    assert {law.family for law in LAWS} == set(Family)
    assert len(FAMILIES) == len(Family)


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{Family(law.family).name} {law.b:g}")
def test_compiled_quantiles_are_the_python_quantiles(law: Law) -> None:
    compiled_or_skip()
    import numba

    from govsim.engines.compiled import draws  # noqa: F401  its ``allow`` comes first

    @numba.njit(error_model="numpy", pipeline_class=Entry)  # type: ignore[untyped-decorator]
    def all_of_them(a: Any, table: Any, us: Any) -> Any:
        law = Law(a[0], a[1], a[2], a[3], table)
        values, whole = np.empty(len(us)), np.empty(len(us), np.int64)
        for i in range(len(us)):
            values[i] = laws.quantile(law, us[i])
            whole[i] = laws.seconds(law, us[i])
        return values, whole

    us = np.concatenate([EXTREME, np.random.default_rng(1).random(many(30_000, 300_000))])
    us = us[us > 0.0]
    numbers = (int(law.family), law.a, law.b, law.c)
    values, whole = all_of_them(numbers, np.array([*law.table]), us)
    assert values.view(np.uint64).tolist() == [
        int(np.float64(laws.quantile(law, u)).view(np.uint64)) for u in us.tolist()
    ]
    assert whole.tolist() == [laws.seconds(law, u) for u in us.tolist()]
