"""The search over numbers of several kinds, against trying them all."""

from dataclasses import dataclass, field
from itertools import product
from math import exp

import pytest

from govsim.decisions.cheapest import Numbers, Search


@dataclass
class Known:
    """Enough where the chance reaches nine tenths; it says so without any doubt."""

    weights: tuple[float, ...]
    needed: float
    limits: tuple[int, ...] = ()  # kinds that must reach a number of their own
    asked: set[Numbers] = field(default_factory=set)

    def chance(self, numbers: Numbers) -> float:
        strength = sum(w * n for w, n in zip(self.weights, numbers, strict=True))
        return 1 / (1 + exp(-(strength - self.needed)))

    def is_enough(self, numbers: Numbers) -> bool:
        self.asked.add(numbers)
        reached = all(n >= least for n, least in zip(numbers, self.limits, strict=False))
        return reached and self.chance(numbers) >= 0.9

    is_surely_enough = is_enough

    def shortfall(self, numbers: Numbers) -> float:
        lacking = sum(max(b - n, 0) for n, b in zip(numbers, self.limits, strict=False))
        return 0.9 - self.chance(numbers) + lacking


def search(oracle: Known, start: Numbers, prices: tuple[float, ...], most: int = 40) -> Search:
    kinds = len(start)
    return Search(oracle, start, (1,) * kinds, (most,) * kinds, (1,) * kinds, prices)


@pytest.mark.parametrize("start", [1, 9, 30])
@pytest.mark.parametrize("needed", [3.0, 12.0, 27.5])
def test_one_kind_is_found_from_either_side(start: int, needed: float) -> None:
    oracle = Known((1.0,), needed)
    fewest = next(n for n in range(1, 41) if oracle.is_enough((n,)))
    oracle.asked.clear()
    assert search(oracle, (start,), (1.0,)).run() == (fewest,)
    assert len(oracle.asked) < 25


@pytest.mark.parametrize("start", [(5, 5), (2, 20), (25, 3)])
@pytest.mark.parametrize("prices", [(1.0, 1.0), (2.0, 1.0), (1.0, 3.0)])
@pytest.mark.parametrize(
    "oracle",
    [
        Known((1.0, 1.5), 20.0),
        Known((1.0, 0.1), 12.0),
        Known((0.5, 0.5), 8.0, (7, 4)),
    ],
    ids=["either", "the first", "both"],
)
def test_two_kinds_cost_as_little_as_by_trying_all(
    oracle: Known, prices: tuple[float, ...], start: Numbers
) -> None:
    looking = search(oracle, start, prices)
    found = looking.run()
    assert found is not None
    enough = [n for n in product(range(1, 41), repeat=2) if oracle.is_enough(n)]
    cheapest = min(map(looking.cost, enough))
    assert looking.cost(found) <= cheapest + max(prices)  # by one cadre at most


def test_no_single_step_fewer_is_enough() -> None:
    oracle = Known((1.0, 0.7, 0.4), 25.0)
    found = search(oracle, (3, 3, 3), (3.0, 2.0, 1.0)).run()
    assert found is not None and oracle.is_enough(found)
    for kind in range(3):
        fewer = (*found[:kind], found[kind] - 1, *found[kind + 1 :])
        assert fewer[kind] < 1 or not oracle.is_enough(fewer)


def test_what_cannot_be_is_said() -> None:
    assert search(Known((1.0, 1.0), 500.0), (5, 5), (1.0, 1.0)).run() is None


class Doubting(Known):
    """The quick test says yes one too early; the strict one does not."""

    def is_surely_enough(self, numbers: Numbers) -> bool:
        return self.chance(numbers) >= 0.97

    def is_enough(self, numbers: Numbers) -> bool:
        return self.chance(numbers) >= 0.9


def test_the_answer_passed_the_strict_test() -> None:
    oracle = Doubting((1.0, 1.0), 20.0)
    found = search(oracle, (5, 5), (1.0, 1.0)).run()
    assert found is not None and oracle.is_surely_enough(found)
    assert sum(found) == 24
