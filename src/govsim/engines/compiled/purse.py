"""Money that a policy may spend by the piece in a year, and what is left of it."""

from typing import Any

from govsim.compiling import allow, part
from govsim.engines.compiled.recorder import record_cadre
from govsim.engines.compiled.rows import new_years, purse_at
from govsim.model import purses
from govsim.model.records import ABSENT, Kind

allow(purses)


@part
def left(city: Any, i: int) -> float:
    """What a purse still holds this year; full again on the first of January."""
    if i == ABSENT:
        return purses.BOTTOMLESS
    purse = purse_at(city, i)
    while new_years(city)[purse.year] <= city.now:
        purse.year += 1
        purse.spent = 0.0
    return purses.left(purse.per_year, purse.spent)


@part
def spends(city: Any, policy: int, yuan: float, i: int) -> None:
    """A policy's money, counted at the top, and in its purse if it has one."""
    if i != ABSENT:
        purse_at(city, i).spent += yuan
    record_cadre(city, Kind.MONEY, ABSENT, city.office_count - 1, policy, 0, yuan)
