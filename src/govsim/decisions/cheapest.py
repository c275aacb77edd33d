"""The cheapest numbers of several kinds that are enough: a search that asks as little as it can.

What is asked is costly (each answer takes many simulations), and it may be wrong, seldom. Nothing
is assumed but that more of everything is mostly better; whatever is reported was asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Numbers = tuple[int, ...]  # one of each kind
EXCHANGED = (1, 2, 4, 8)  # steps of one kind that are given for steps of another


class Oracle(Protocol):
    """What the search can ask about some numbers."""

    def is_enough(self, numbers: Numbers) -> bool:
        """Whether these are enough, likely."""

    def is_surely_enough(self, numbers: Numbers) -> bool:
        """Whether these are enough, by the strict test that the answer must pass."""

    def shortfall(self, numbers: Numbers) -> float:
        """How far these are from enough in bad years; below 0: what they have to spare."""


@dataclass
class Search:
    """A search on a grid: kinds go by ``steps``, from ``least`` to ``most``.

    Args:
        prices: of one of each kind.
        start: where it begins, on the grid.
    """

    oracle: Oracle
    start: Numbers
    least: Numbers
    most: Numbers
    steps: Numbers
    prices: Sequence[float]
    refused: set[Numbers] = field(default_factory=set)  # by the strict test

    def cost(self, numbers: Numbers) -> float:
        """What these cost."""
        return sum(n * price for n, price in zip(numbers, self.prices, strict=True))

    def run(self) -> Numbers | None:
        """The cheapest numbers that were found; None: not even the most are enough.

        No step fewer of any kind is enough, and no cheaper exchange of some steps (``EXCHANGED``)
        of one kind for steps of another that falls short no further.
        """
        found = self._ascend()
        while found is not None:
            found = self._descend(found)
            settled = self._settle(found)
            if settled == found:
                return found
            found = settled
        return None

    # ------------------------------------------------------------ up

    def _ascend(self) -> Numbers | None:
        """From the start to something that is enough, each step where a yuan helps most."""
        now, size = self.start, self._first_size()
        if not self._asks(now, strict=False) and not self._asks(self.most, strict=False):
            return None
        while not self._asks(now, strict=False):
            better = self._best_step(now, size)
            if better is None:
                better = self._step_everywhere(now, size)
                size = tuple(2 * each for each in size)
            if better == now:
                return self.most
            now = better
        return now

    def _first_size(self) -> Numbers:
        """A sixteenth of what is possible, in whole steps."""
        ways = zip(self.least, self.most, self.steps, strict=True)
        return tuple(max((top - low) // (16 * step), 1) * step for low, top, step in ways)

    def _best_step(self, now: Numbers, size: Numbers) -> Numbers | None:
        """One kind more, where the shortfall falls most for the money; None: it falls nowhere."""
        before = self.oracle.shortfall(now)
        gains: list[tuple[float, Numbers]] = []
        for kind in range(len(now)):
            more = self._moved(now, kind, size[kind])
            if more is not None and more != now:
                price = max(self.cost(more) - self.cost(now), 1e-9)
                gains.append(((before - self.oracle.shortfall(more)) / price, more))
        gain, more = max(gains, default=(0.0, now))
        return more if gain > 0.0 else None

    def _step_everywhere(self, now: Numbers, size: Numbers) -> Numbers:
        ways = zip(now, size, self.most, strict=True)
        return tuple(min(at + each, top) for at, each, top in ways)

    # ------------------------------------------------------------ down

    def _descend(self, now: Numbers) -> Numbers:
        """Fewer of each kind in turn, the dearest first, in smaller and smaller steps."""
        size = self._first_size()
        while True:
            now = self._fewer_while_enough(now, size)
            if size == self.steps:
                better = self._exchanged(now)
                if better is None:
                    return now
                now = better
            else:
                halves = zip(size, self.steps, strict=True)
                size = tuple(max(each // (2 * step), 1) * step for each, step in halves)

    def _fewer_while_enough(self, now: Numbers, size: Numbers) -> Numbers:
        kinds = sorted(range(len(now)), key=lambda kind: -size[kind] * self.prices[kind])
        moved = True
        while moved:
            moved = False
            for kind in kinds:
                fewer = self._moved(now, kind, -size[kind])
                if fewer is not None and self._asks(fewer, strict=False):
                    now, moved = fewer, True
        return now

    def _exchanged(self, now: Numbers) -> Numbers | None:
        """Some steps fewer of one kind for as many of another as is still cheaper."""
        spare = self.oracle.shortfall(now)
        for other in self._exchanges(now):
            if self.oracle.shortfall(other) <= spare and self._asks(other, strict=False):
                return other
        return None

    def _exchanges(self, now: Numbers) -> Iterator[Numbers]:
        for kind, step in enumerate(self.steps):
            for fewer in (times * step for times in EXCHANGED):
                base = self._moved(now, kind, -fewer)
                if base is not None:
                    yield from self._made_good(base, kind, fewer * self.prices[kind])

    def _made_good(self, base: Numbers, kind: int, saved: float) -> Iterator[Numbers]:
        for other, step in enumerate(self.steps):
            if other != kind:
                price = max(step * self.prices[other], 1e-9)
                steps = int(saved / price - 1e-9)  # strictly cheaper
                more = self._moved(base, other, steps * step) if steps > 0 else None
                if more is not None:
                    yield more

    def _moved(self, now: Numbers, kind: int, by: int) -> Numbers | None:
        """With so many more of a kind; None beyond its limits."""
        at = now[kind] + by
        if not self.least[kind] <= at <= self.most[kind]:
            return None
        return (*now[:kind], at, *now[kind + 1 :])

    # ------------------------------------------------------------ for sure

    def _settle(self, now: Numbers) -> Numbers | None:
        """What passes the strict test: this, or with a step more where that helps most."""
        while not self._asks(now, strict=True):
            if now == self.most:
                return None
            now = self._best_step(now, self.steps) or self._step_everywhere(now, self.steps)
        return now

    def _asks(self, numbers: Numbers, *, strict: bool) -> bool:
        if numbers in self.refused:
            return False
        if not strict:
            return self.oracle.is_enough(numbers)
        if self.oracle.is_surely_enough(numbers):
            return True
        self.refused.add(numbers)
        return False
