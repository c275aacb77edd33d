"""Vectors give the bits of the rules that they repeat, number by number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.model import bulk, demand
from govsim.model.laws import CELLS, OCTAVES, Family, quantile, table_ranks
from govsim.model.plan import Law
from govsim.model.randomness import MASK, TO_UNIT, Purpose, draw, key_schedule, reason

WORDS = st.integers(0, MASK)
LEAST, MOST = 0.5 * TO_UNIT, 1.0 - 0.5 * TO_UNIT  # what ``draw`` can give

EDGES = [LEAST, 1e-9, 0.25, 0.5, np.nextafter(0.5, 1.0), 0.75, 1.0 - 1e-9, MOST]
RANKS = np.array([
    *EDGES,
    *(draw(key_schedule(1, 2), entity, 3)[0] for entity in range(2_000)),
])  # fmt: skip


def same_bits(one: np.ndarray, other: list[float] | list[int]) -> bool:
    return one.tobytes() == np.array(other, dtype=one.dtype).tobytes()


@given(
    seed=WORDS, replication=WORDS,
    entities=st.lists(WORDS, max_size=5), reasons=st.lists(WORDS, min_size=1, max_size=4),
)  # fmt: skip
def test_pairs_are_draws(
    seed: int, replication: int, entities: list[int], reasons: list[int]
) -> None:
    keys = key_schedule(seed, replication)
    rows = np.array(reasons, dtype=np.uint64)[:, None]
    u, v = bulk.pairs(keys, np.array(entities, dtype=np.uint64), rows)
    assert u.shape == v.shape == (len(reasons), len(entities))
    for i, why in enumerate(reasons):
        for j, entity in enumerate(entities):
            assert (u[i, j], v[i, j]) == draw(keys, entity, why)


def test_pairs_of_many_entities_each_with_its_reason() -> None:
    keys = key_schedule(MASK, 0)
    entities = np.arange(5_000, dtype=np.uint64) << np.uint64(20)
    reasons = np.array([reason(Purpose.FELLOW, k) for k in range(5_000)], dtype=np.uint64)
    u, v = bulk.pairs(keys, entities, reasons)
    single = [draw(keys, int(e), int(r)) for e, r in zip(entities, reasons, strict=True)]
    assert same_bits(u, [one for one, _ in single])
    assert same_bits(v, [other for _, other in single])


def test_pairs_of_nobody() -> None:
    u, v = bulk.pairs(key_schedule(1, 1), np.array([], dtype=np.uint64), np.array(7, np.uint64))
    assert len(u) == len(v) == 0


TABLE = tuple(1.0 / (1.1 - rank) / 3.0 for rank in table_ranks())
LAWS = [
    Law(Family.CONSTANT, 3.5),
    Law(Family.TABLE, table=TABLE),
    Law(Family.LOGNORMAL, 2.0, 1.2),
    Law(Family.TRIANGULAR, 0.0, 0.3, 1.0),
    Law(Family.STEPS, table=(0.25, 1.0, 7.0, 9.0)),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: Family(law.family).name)
def test_quantiles(law: Law) -> None:
    assert same_bits(bulk.quantiles(law, RANKS), [quantile(law, u) for u in RANKS.tolist()])


def test_quantiles_of_a_table_at_and_beside_each_of_its_ranks() -> None:
    law = Law(Family.TABLE, table=TABLE)
    at = np.array(table_ranks())
    assert len(at) == 2 * OCTAVES * CELLS + 1
    ranks = np.concatenate([at, np.nextafter(at, 0.0), np.nextafter(at, 1.0)])
    assert same_bits(bulk.quantiles(law, ranks), [quantile(law, u) for u in ranks.tolist()])


def test_quantiles_keep_the_shape() -> None:
    ranks = RANKS[:12].reshape(3, 4)
    for law in LAWS:
        assert bulk.quantiles(law, ranks).shape == (3, 4)


@pytest.mark.parametrize("mean", [0.0, -0.5, 1e-12, 1e-6, 0.02, 0.43, 1.0, 2.5, 7.0, 29.999])
def test_poissons(mean: float) -> None:
    counts = bulk.poissons(np.full(RANKS.shape, mean), RANKS)
    assert counts.tolist() == [demand.poisson(mean, u) for u in RANKS.tolist()]


@given(mean=st.floats(0.0, 3.0), nudge=st.integers(-2, 2))
def test_poissons_right_at_the_edge_of_zero(mean: float, nudge: int) -> None:
    edge = float(np.clip(demand.exp(-mean) + nudge * 1e-16, LEAST, MOST))
    assert bulk.poissons(np.array([mean]), np.array([edge]))[0] == demand.poisson(mean, edge)


PROFILES = [
    [hour / 24 for hour in range(25)],
    [0.0] * 9 + [0.5] * 6 + [1.0] * 10,  # whole hours without anything
    [0.0] + [1.0] * 24,
    [0.0] * 24 + [1.0],
]


@pytest.mark.parametrize("hours", PROFILES)
def test_moments_of_day(hours: list[float]) -> None:
    ranks = np.concatenate([RANKS, np.clip(hours, LEAST, MOST)])
    expected = [demand.moment_of_day(hours, u) for u in ranks.tolist()]
    assert bulk.moments_of_day(hours, ranks).tolist() == expected


@pytest.mark.parametrize("shares", [[1.0], [0.2, 0.0, 0.5, 0.3], [3.0, 1e-9, 0.0], [0.0, 2.0]])
def test_picks(shares: list[float]) -> None:
    assert bulk.picks(shares, RANKS).tolist() == [demand.pick(shares, u) for u in RANKS.tolist()]


def test_numbers_below() -> None:
    people = np.array([1, 2, 3148, 10**9], dtype=np.int64)
    for u in EDGES:
        expected = [demand.number_below(n, float(u)) for n in people.tolist()]
        assert bulk.numbers_below(people, np.full(4, u)).tolist() == expected
