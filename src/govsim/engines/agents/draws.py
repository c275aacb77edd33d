"""The replication's random numbers, by name."""

from array import array

import numpy as np

from govsim.engines.agents.things import Problem
from govsim.model import bulk
from govsim.model.bulk import Floats, Words
from govsim.model.laws import Family, quantile, seconds
from govsim.model.plan import Law
from govsim.model.randomness import Purpose, draw, key_schedule, reason


class Draws:
    """Every draw is a function of who draws and why: see ``model.randomness``."""

    def __init__(self, seed: int, replication: int) -> None:
        self.keys = key_schedule(seed, replication)
        self.places: dict[int, int] = {}  # by reason: where a foreseen pair stands

    # ------------------------------------------------------------ one at a time

    def pair(self, entity: int, purpose: Purpose, index: int = 0) -> tuple[float, float]:
        """Two independent uniforms."""
        return draw(self.keys, entity, reason(purpose, index))

    def value(self, law: Law, entity: int, purpose: Purpose) -> float:
        """A number drawn from a law; a constant needs no draw."""
        if law.family == Family.CONSTANT:
            return law.a
        return quantile(law, self.pair(entity, purpose)[0])

    # ------------------------------------------------------------ about a problem

    def about(self, problem: Problem, purpose: Purpose, index: int = 0) -> tuple[float, float]:
        """Two independent uniforms, perhaps drawn already when the problem began."""
        why = reason(purpose, index)
        place = self.places.get(why)
        if place is None or problem.foreseen is None:
            return draw(self.keys, problem.id, why)
        drawn, first = problem.foreseen
        return drawn[first + place], drawn[first + place + 1]

    def value_about(self, law: Law, problem: Problem, purpose: Purpose, index: int = 0) -> float:
        """A number drawn from a law; a constant needs no draw."""
        if law.family == Family.CONSTANT:
            return law.a
        return quantile(law, self.about(problem, purpose, index)[0])

    def seconds_about(self, law: Law, problem: Problem, purpose: Purpose, index: int = 0) -> int:
        """A duration drawn from a law, in whole seconds."""
        if law.family == Family.CONSTANT:
            return seconds(law, 0.5)
        return seconds(law, self.about(problem, purpose, index)[0])

    # ------------------------------------------------------------ many at once

    def pairs(self, entities: Words, reasons: int | list[int]) -> tuple[Floats, Floats]:
        """A pair for each entity: for one reason, or for a reason of its own."""
        return bulk.pairs(self.keys, entities, np.array(reasons, dtype=np.uint64))

    def table(self, entities: Words, reasons: list[int]) -> tuple[Floats, Floats]:
        """Pairs for each reason (a row) and each entity (a column)."""
        return bulk.pairs(self.keys, entities, np.array(reasons, dtype=np.uint64)[:, None])

    def foresees(self, reasons: list[int]) -> None:
        """What problems will draw that are soon brought forward: see ``Births``."""
        self.places = {why: 2 * place for place, why in enumerate(reasons)}

    def foreseen(self, entities: Words) -> tuple["array[float]", int]:
        """All that, entity by entity, and how many numbers stand from one to the next."""
        u, v = self.table(entities, list(self.places))
        return array("d", np.stack((u.T, v.T), axis=2).tobytes()), 2 * len(self.places)

    def values(self, law: Law, entities: Words, purpose: Purpose) -> Floats:
        """A number drawn from a law for each entity; a constant needs no draw."""
        if law.family == Family.CONSTANT:
            return np.full(entities.shape, law.a)
        return bulk.quantiles(law, self.pairs(entities, reason(purpose, 0))[0])
