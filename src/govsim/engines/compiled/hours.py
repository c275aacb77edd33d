"""Hours of those who take part in a session."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.cadre import gives_hours, is_employed
from govsim.engines.compiled.desk import changed
from govsim.engines.compiled.rows import cadre_at


@part
def spends(city: Any, k: int, errand: int, seconds: int, overtime: bool, facts: Any) -> None:
    """Hours of one who is still, and already, there."""
    cadre = cadre_at(city, k)
    if is_employed(city, cadre):
        gives_hours(city, k, errand, seconds, overtime, facts.time_off)
        changed(city, cadre.desk)
