"""How slow each office and each cadre is: drawn before the first day."""

from typing import Any

from govsim.compiling import entry
from govsim.engines.compiled.draws import value


@entry
def draw_values(cities: Any, law: int, entities: Any, purpose: int, drawn: Any) -> None:
    """A value of the law for each entity, into ``drawn``."""
    city = cities[0]
    for i in range(len(entities)):
        drawn[i] = value(city, law, entities[i], purpose, 0)
