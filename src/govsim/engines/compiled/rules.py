"""Policies begin and end: an office works by other rules."""

from typing import Any

from govsim.compiling import part
from govsim.engines.compiled.agenda import schedule
from govsim.engines.compiled.rows import change_at, office_at
from govsim.model.ranks import Rank


@part
def next_change(city: Any) -> None:
    """The next change of rules goes into the agenda."""
    number = city.next_change
    if number < city.change_count:
        schedule(city, change_at(city, number).at, Rank.CHANGE, number, 0, number)
        city.next_change = number + 1


@part
def rules_change(city: Any, number: int) -> None:
    """From now on an office works by other rules."""
    change = change_at(city, number)
    office_at(city, change.office).rules = change.rules
    next_change(city)
