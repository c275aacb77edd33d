"""The replication's random numbers, by name."""

from govsim.model.laws import Family, quantile, seconds
from govsim.model.plan import Law
from govsim.model.randomness import Purpose, draw, key_schedule, reason


class Draws:
    """Every draw is a function of who draws and why: see ``model.randomness``."""

    def __init__(self, seed: int, replication: int) -> None:
        self.keys = key_schedule(seed, replication)

    def pair(self, entity: int, purpose: Purpose, index: int = 0) -> tuple[float, float]:
        """Two independent uniforms."""
        return draw(self.keys, entity, reason(purpose, index))

    def one(self, entity: int, purpose: Purpose, index: int = 0) -> float:
        """A uniform."""
        return draw(self.keys, entity, reason(purpose, index))[0]

    def value(self, law: Law, entity: int, purpose: Purpose, index: int = 0) -> float:
        """A number drawn from a law; a constant needs no draw."""
        if law.family == Family.CONSTANT:
            return law.a
        return quantile(law, self.one(entity, purpose, index))

    def seconds(self, law: Law, entity: int, purpose: Purpose, index: int = 0) -> int:
        """A duration drawn from a law, in whole seconds."""
        if law.family == Family.CONSTANT:
            return seconds(law, 0.5)
        return seconds(law, self.one(entity, purpose, index))
