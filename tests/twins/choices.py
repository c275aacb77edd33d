"""Choices that come from Hypothesis, which shrinks them, or from a seed and a number.

Everything is made of one question, ``below(n)``: a whole number from 0 to n - 1, of which 0 is the
simplest answer. So the same generator gives shrinking tests and a numbered, endless list.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Answers to what a generator asks."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self.below = below

    def one(self, options: Sequence[T]) -> T:
        """One of the options; the first is the simplest."""
        return options[self.below(len(options))]

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return low + self.below(high - low + 1)

    def maybe(self, percent: int) -> bool:
        """True so often; False is simpler."""
        return self.below(100) >= 100 - percent

    def few(self, options: Sequence[T], most: int) -> list[T]:
        """Up to so many different ones of the options, in any order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(self.whole(0, min(most, len(left))))]


def by_hypothesis(draw: st.DrawFn) -> Choices:
    """Choices that Hypothesis makes, and shrinks."""
    return Choices(lambda n: draw(st.integers(0, n - 1)))


def numbered(seed: int, number: int) -> Choices:
    """The choices of that number under that seed: always the same."""
    return Choices(Random(f"{seed}/{number}").randrange)


class Replayed:
    """Answers from a list, 0 beyond its end; ``asked`` holds those that were used."""

    def __init__(self, answers: Sequence[int]) -> None:
        self.answers = answers
        self.asked: list[int] = []

    def below(self, n: int) -> int:
        """The next answer."""
        at = len(self.asked)
        answer = min(self.answers[at], n - 1) if at < len(self.answers) else 0
        self.asked.append(answer)
        return answer
