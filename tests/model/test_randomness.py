"""Draws: published vectors, the ends of (0, 1), keys that never meet, orderings without order.

The orderings screened are the ones the engines use: the same draw for neighbouring entities,
purposes, indices, replications and seeds. Keys are fixed, so a screen passes always or never.
"""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from govsim.model.plan import DAY
from govsim.model.randomness import (
    KEY_LAYOUT,
    MASK,
    PARITY,
    Purpose,
    contact_index,
    key_schedule,
    problem_id,
    resident_id,
    threefry2x64,
    uniforms,
)
from govsim.scenario.kinds import History, Horizon

# ---------------------------------------------------------------- the generator

ZEROS = (0, 0, 0, 0)
ONES = (MASK, MASK, MASK, MASK)
PI = (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89)
KNOWN_ANSWERS = [  # Random123, tests/kat_vectors
    (13, ZEROS, (0xF167B032C3B480BD, 0xE91F9FEE4B7A6FB5)),
    (13, ONES, (0xCCDEC5C917A874B1, 0x4DF53ABCA26CEB01)),
    (13, PI, (0xC3AAC71561042993, 0x3FE7AE8801AFF316)),
    (20, ZEROS, (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
    (20, ONES, (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
]


ROTATIONS = (16, 42, 12, 31, 16, 32, 24, 21)
ROUNDS = 13


def by_rounds(counter0: int, counter1: int, key0: int, key1: int, rounds: int) -> tuple[int, int]:
    """Threefry2x64 as its paper writes it, for any number of rounds."""
    keys = (key0, key1, PARITY ^ key0 ^ key1)
    x0, x1 = (counter0 + key0) & MASK, (counter1 + key1) & MASK
    for i in range(rounds):
        turn = ROTATIONS[i % 8]
        x0 = (x0 + x1) & MASK
        x1 = (x1 << turn & MASK | x1 >> (64 - turn)) ^ x0
        if i % 4 == 3:
            step = i // 4 + 1
            x0 = (x0 + keys[step % 3]) & MASK
            x1 = (x1 + keys[(step + 1) % 3] + step) & MASK
    return x0, x1


def backwards(x0: int, x1: int, key0: int, key1: int) -> tuple[int, int]:
    """The counter whose block is (x0, x1): a block cipher can be run backwards."""
    keys = (key0, key1, PARITY ^ key0 ^ key1)
    for i in reversed(range(ROUNDS)):
        if i % 4 == 3:
            step = i // 4 + 1
            x0 = (x0 - keys[step % 3]) & MASK
            x1 = (x1 - keys[(step + 1) % 3] - step) & MASK
        turn = ROTATIONS[i % 8]
        x1 ^= x0
        x1 = (x1 >> turn | x1 << (64 - turn)) & MASK
        x0 = (x0 - x1) & MASK
    return (x0 - key0) & MASK, (x1 - key1) & MASK


def block_of(counter0: int, counter1: int, key0: int, key1: int) -> tuple[int, int]:
    return threefry2x64(counter0, counter1, key_schedule(key0, key1))


@pytest.mark.parametrize(("rounds", "words", "answer"), KNOWN_ANSWERS)
def test_known_answers(rounds: int, words: tuple[int, ...], answer: tuple[int, int]) -> None:
    assert by_rounds(*words, rounds=rounds) == answer
    if rounds == ROUNDS:
        assert block_of(*words) == answer


WORDS = st.integers(0, MASK)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(WORDS, WORDS, WORDS, WORDS)
def test_blocks_are_the_papers(counter0: int, counter1: int, key0: int, key1: int) -> None:
    block = block_of(counter0, counter1, key0, key1)
    assert block == by_rounds(counter0, counter1, key0, key1, ROUNDS)
    assert backwards(*block, key0, key1) == (counter0, counter1)


def uniforms_of_block(x0: int, x1: int) -> tuple[float, float]:
    entity, word = backwards(x0, x1, 2011, 7)
    assert block_of(entity, word, 2011, 7) == (x0, x1)
    return uniforms(2011, 7, entity, word >> 48, word & ((1 << 48) - 1))


# ---------------------------------------------------------------- uniforms


def test_uniforms_lie_strictly_inside_even_for_the_extreme_blocks() -> None:
    lowest, highest = uniforms_of_block(0, MASK)
    assert 0.0 < lowest < 1e-15
    assert 1.0 - 1e-15 < highest < 1.0
    assert uniforms_of_block(MASK, 0) == (highest, lowest)


@pytest.mark.parametrize(
    "word", [0, 1 << 11, 1 << 12, (1 << 62) + 12345, 1 << 63, MASK - (1 << 40)]
)
def test_a_uniform_and_its_mirror_are_exact(word: int) -> None:
    """Half a step off the grid in both tails: 1 - u loses nothing, u < p is fair at both ends."""
    u, mirror = uniforms_of_block(word, word ^ MASK)
    assert u == 1.0 - mirror
    assert mirror == 1.0 - u


def test_uniforms_are_the_leading_bits() -> None:
    for x0, x1 in ((3 << 62, 1 << 62), (1 << 63, 5 << 60)):
        assert uniforms_of_block(x0, x1) == pytest.approx((x0 / 2**64, x1 / 2**64), abs=1e-15)


def test_key_layout_version_1() -> None:
    """The layout is a promise: this number changes only with a major version."""
    assert KEY_LAYOUT == 1
    entity, index = problem_id(7, -20, 2, 5), contact_index(1, 2, 3)
    assert entity == ((7 * 2**14 + 8172) * 2**4 + 2) * 2**16 + 5
    assert index == 2**24 + 2 * 2**16 + 3
    x0, x1 = block_of(entity, 30 * 2**48 + index, 20110101, 3)
    expected = ((x0 // 2**12 * 2 + 1) / 2**53, (x1 // 2**12 * 2 + 1) / 2**53)
    assert uniforms(20110101, 3, entity, Purpose.RECORDING, index) == expected


# ---------------------------------------------------------------- keys never meet

NUMBERS = {
    1: "DAY_LEVEL", 2: "BIRTHS", 3: "ENQUIRIES", 10: "BIRTH_MOMENT", 11: "CLASS_SEVERITY",
    12: "WHO", 13: "HEAL_TIER", 14: "OWNER", 15: "COLLECTIVE", 16: "REPORT", 17: "REPORT_DELAY",
    18: "THOUGHT", 19: "TOUCH", 20: "OUTSIDE", 21: "APPROVAL", 22: "RECURRENCE", 23: "HARDENING",
    24: "FELLOW", 25: "FELLOW_WHO", 30: "RECORDING", 31: "DISPATCH", 32: "BOUNCE_DELAY",
    33: "REPLY", 34: "ASKING", 35: "PAPER", 36: "RETURN_DOWN", 37: "EXTENSION", 38: "MERGE",
    39: "ACCEPT", 40: "CONFIRMATION", 41: "FEEL", 42: "SURVEY", 43: "NEXT_STEP",
    44: "CONTACT_DELAY", 45: "SKIP", 46: "PATIENCE", 47: "CLEAN_UP", 48: "CHANNEL",
    60: "INITIAL_TRUST", 70: "OFFICE_SLOWNESS", 71: "CADRE_SLOWNESS", 80: "BROUGHT_FORWARD",
    81: "ON_THE_SPOT",
}  # fmt: skip


def test_no_two_purposes_share_a_number() -> None:
    names = Purpose.__members__
    assert len({int(number) for number in names.values()}) == len(names)
    assert all(0 < number < 1 << 16 for number in Purpose)


def test_a_purpose_keeps_its_number_and_a_number_is_never_given_again() -> None:
    for name, number in Purpose.__members__.items():
        assert NUMBERS.get(number, name) == name
        assert name not in NUMBERS.values() or NUMBERS.get(number) == name


COMMUNITIES = st.integers(0, (1 << 29) - 1)
DAYS = st.integers(-8192, 8191)
STREAMS = st.integers(0, 15)
SIXTEEN_BITS = st.integers(0, (1 << 16) - 1)


@settings(derandomize=True, deadline=None)
@given(COMMUNITIES, DAYS, STREAMS, SIXTEEN_BITS)
def test_a_problem_id_can_be_read_back(community: int, day: int, stream: int, k: int) -> None:
    number = problem_id(community, day, stream, k)
    assert 0 <= number < 1 << 63
    rest, found_k = divmod(number, 1 << 16)
    rest, found_stream = divmod(rest, 1 << 4)
    found_community, found_day = divmod(rest, 1 << 14)
    found = (found_community, found_day - 8192, found_stream, found_k)
    assert found == (community, day, stream, k)


@settings(derandomize=True, deadline=None)
@given(st.integers(0, (1 << 24) - 1), st.integers(0, 255), SIXTEEN_BITS)
def test_a_contact_index_can_be_read_back(member: int, contact: int, step: int) -> None:
    index = contact_index(member, contact, step)
    assert 0 <= index < 1 << 48
    assert (index >> 24, index >> 16 & 255, index & 65535) == (member, contact, step)


def test_ids_differ_at_every_corner_of_the_ranges() -> None:
    days = (-8192, -7301, -4097, -4096, -1, 0, 1, 7301, 8191)
    problems = list(product((0, 1, 2, 99, 5000), days, (0, 1, 14, 15), (0, 1, 65535)))
    residents = list(product((0, 1, 2, 99, 5000), (0, 1, 65536, 10_000_000)))
    contacts = list(product((0, 1, 2, 255, 70_000), (0, 1, 2, 255), (0, 1, 240, 65535)))
    assert len({problem_id(*parts) for parts in problems}) == len(problems)
    assert len({resident_id(*parts) for parts in residents}) == len(residents)
    assert len({contact_index(*parts) for parts in contacts}) == len(contacts)


def test_every_day_a_scenario_allows_has_ids_of_its_own() -> None:
    """The longest history and the longest horizon fit into the days of a problem's id."""
    history, horizon = (get_args(kind)[1].high for kind in (History, Horizon))
    days = (-int(history // DAY), int(horizon // DAY))
    assert len({problem_id(community, day, 0, 0) for community in range(4) for day in days}) == 8
    assert all(problem_id(0, day, 0, 0) >= 0 for day in days)
    assert all(problem_id(0, day, 15, 65535) < problem_id(1, -8192, 0, 0) for day in days)


def test_an_index_does_not_reach_into_the_purpose() -> None:
    largest = contact_index((1 << 24) - 1, 255, 65535)
    neighbours = product((Purpose.REPLY, Purpose.ASKING), (0, 1, largest))
    assert len({uniforms(1, 1, 1, *word) for word in neighbours}) == 6


# ---------------------------------------------------------------- screens on keyed orderings

N = 40_960
PURPOSES = tuple(Purpose)
P_LEAST = 1e-4

ORDERINGS: dict[str, Callable[[int], tuple[float, float]]] = {
    "births of one day": lambda i: uniforms(1, 0, problem_id(3, 10, 0, i), Purpose.WHO, 0),
    "days": lambda i: uniforms(
        1, 0, problem_id(i >> 14, (i & 16383) - 8192, 0, 0), Purpose.BIRTHS, 0
    ),
    "communities": lambda i: uniforms(1, 0, problem_id(i, 0, 0, 0), Purpose.BIRTHS, 0),
    "streams": lambda i: uniforms(
        1, 0, problem_id(i >> 8, i >> 4 & 15, i & 15, 0), Purpose.BIRTHS, 0
    ),
    "residents": lambda i: uniforms(1, 0, resident_id(5, i), Purpose.INITIAL_TRUST, 0),
    "offices": lambda i: uniforms(1, 0, i, Purpose.OFFICE_SLOWNESS, 0),
    "purposes": lambda i: uniforms(
        1, 0, problem_id(3, 10, 0, i // len(PURPOSES)), PURPOSES[i % len(PURPOSES)], 0
    ),
    "thoughts": lambda i: uniforms(1, 0, problem_id(3, 10, 0, 1), Purpose.THOUGHT, i),
    "steps of contacts": lambda i: uniforms(
        1, 0, problem_id(3, 10, 0, 1), Purpose.REPLY, contact_index(i >> 6, i >> 3 & 7, i & 7)
    ),
    "members": lambda i: uniforms(1, 0, 1, Purpose.RECORDING, contact_index(i, 0, 0)),
    "replications": lambda i: uniforms(1, i, problem_id(3, 10, 0, 1), Purpose.WHO, 0),
    "seeds": lambda i: uniforms(i, 0, problem_id(3, 10, 0, 1), Purpose.WHO, 0),
    "seed and replication": lambda i: uniforms(i >> 7, i & 127, 0, Purpose.WHO, 0),
}


@cache
def drawn(ordering: str) -> NDArray[np.float64]:
    return np.array([ORDERINGS[ordering](i) for i in range(N)])


def p_of_cells(x: NDArray[np.float64], y: NDArray[np.float64], cells: int = 64) -> float:
    """Chi-square of the points (x, y) on cells x cells squares, against independent uniforms."""
    counts = np.histogram2d(x, y, bins=cells, range=((0, 1), (0, 1)))[0]
    return float(stats.chisquare(counts.ravel()).pvalue)


def p_of_correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return float(2 * stats.norm.sf(abs(np.corrcoef(x, y)[0, 1]) * np.sqrt(len(x))))


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_neighbours_look_independent(ordering: str) -> None:
    first, second = drawn(ordering).T
    screens = {
        "first, in pairs": p_of_cells(first[::2], first[1::2]),
        "second, in pairs": p_of_cells(second[::2], second[1::2]),
        "first with second": p_of_cells(first, second),
        "first with the next second": p_of_cells(first[:-1], second[1:]),
        "first alone": stats.kstest(first, "uniform").pvalue,
        "second alone": stats.kstest(second, "uniform").pvalue,
    }
    for lag in (1, 2, 8, 64):
        screens[f"first, lag {lag}"] = p_of_correlation(first[:-lag], first[lag:])
        screens[f"second, lag {lag}"] = p_of_correlation(second[:-lag], second[lag:])
    assert {name: p for name, p in screens.items() if not p > P_LEAST} == {}


def test_the_low_bits_look_random_too() -> None:
    """The 20 bits that the cells of the screens above do not see."""
    first, second = (drawn("births of one day") * 2.0**32 % 1.0).T
    assert p_of_cells(first, second) > P_LEAST
    assert p_of_cells(first[::2], first[1::2]) > P_LEAST


def test_the_screens_see_a_bad_ordering() -> None:
    """Weyl numbers are uniform, and neighbours lie on a line: the screens must say so."""
    weyl = (np.arange(N) * 0.6180339887498949) % 1.0
    assert p_of_cells(weyl[::2], weyl[1::2]) < P_LEAST
    assert p_of_correlation(weyl[:-1], weyl[1:]) < P_LEAST
    assert p_of_cells(weyl, weyl) < P_LEAST


def test_few_rounds_are_seen() -> None:
    """With so few rounds neighbours still hang together; the screens are sharp enough to tell."""
    words = [by_rounds(i, 12 << 48, 1, 0, rounds=4)[1] for i in range(N)]
    few = np.array(words, dtype=np.float64) / 2.0**64
    assert p_of_cells(few[::2], few[1::2]) < P_LEAST


# ---------------------------------------------------------------- who and why, nothing else


def test_every_part_of_the_key_matters() -> None:
    key = (20110101, 3, problem_id(7, 20, 0, 5), Purpose.REPLY, contact_index(0, 1, 0))
    changed = [(*key[:k], key[k] + 1, *key[k + 1 :]) for k in range(5)]
    seen = {u for parts in [key, *changed] for u in uniforms(*parts)}
    assert len(seen) == 12
    assert uniforms(*key) == uniforms(*key)


def test_seed_and_replication_do_not_stand_for_each_other() -> None:
    assert uniforms(1, 2, 9, Purpose.WHO, 0) != uniforms(2, 1, 9, Purpose.WHO, 0)
    assert uniforms(0, 0, 1, 2, 0) != uniforms(1, 2, 0, 0, 0)
