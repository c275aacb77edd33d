"""Money that a policy may spend by the piece in a year, and what is left of it."""

from typing import TYPE_CHECKING

from govsim.model import purses
from govsim.model.plan import Purse as Facts

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class Purse:
    """Full again on the first of January."""

    def __init__(self, city: "City", facts: Facts) -> None:
        self.city = city
        self.facts = facts
        self.year = 0  # New Year's days so far
        self.spent = 0.0

    def left(self) -> float:
        """What may still be spent this year."""
        new_years = self.city.plan.new_years
        while self.year < len(new_years) and new_years[self.year] <= self.city.clock.now:
            self.year += 1
            self.spent = 0.0
        return purses.left(self.facts.per_year, self.spent)

    def pays(self, yuan: float) -> None:
        """So much less is left."""
        self.spent += yuan
