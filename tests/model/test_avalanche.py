"""One bit more or less in any word of the key changes half of the block, in every place alike."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from govsim.model.randomness import Purpose, key_schedule, problem_id, reason, threefry2x64

BASES = 400
# counter 0, counter 1, seed, replication: the bits that a real run ever uses, and the highest
WORDS = {"entity": 0, "reason": 1, "seed": 2, "replication": 3}


def words_of(number: int) -> tuple[int, int, int, int]:
    """Keys as the engines use them: small numbers, neighbours of each other."""
    entity = problem_id(number % 7, number // 7, 0, number % 3)
    return entity, reason(Purpose.REPLY, number % 5 << 24), 1 + number % 4, number // 4


def block_bits(words: tuple[int, ...]) -> NDArray[np.uint8]:
    x0, x1 = threefry2x64(words[0], words[1], key_schedule(words[2], words[3]))
    return np.unpackbits(np.array([x0, x1], dtype=">u8").view(np.uint8))


@pytest.mark.parametrize("word", WORDS)
def test_every_bit_of_the_key_moves_every_bit_of_the_block_half_of_the_time(word: str) -> None:
    place = WORDS[word]
    flips = np.zeros((64, 128))
    for number in range(BASES):
        words = words_of(number)
        before = block_bits(words)
        for bit in range(64):
            other = (*words[:place], words[place] ^ 1 << bit, *words[place + 1 :])
            flips[bit] += before ^ block_bits(other)
    deviation = np.abs(flips - BASES / 2) / np.sqrt(BASES / 4)
    assert deviation.max() < 5.0  # of 8192 cells; beyond 5 once in 200 such tables
    assert abs(flips.mean() / BASES - 0.5) < 0.002


def test_bits_of_a_block_do_not_hang_together() -> None:
    blocks = np.array([block_bits(words_of(number)) for number in range(4000)], dtype=float)
    correlation = np.corrcoef(blocks.T) - np.eye(128)
    assert np.abs(correlation).max() < 5.5 / np.sqrt(len(blocks))


def test_the_screen_sees_words_that_only_add() -> None:
    """Without the rounds a bit moves itself and what it carries into: far from a half."""
    flips = np.zeros(64)
    for a, bit in product(range(BASES), range(8)):
        flips[bit] += ((a * 7919) ^ ((a ^ 1 << bit) * 7919)) >> 40 & 1
    assert np.abs(flips / BASES - 0.5).max() > 0.4
