"""What a plan alone says, found once for all its replications."""

from functools import lru_cache
from typing import NamedTuple

from govsim.model.plan import Plan
from govsim.outcomes.lookup import Floats, Lookup
from govsim.outcomes.scopes import Scopes
from govsim.outcomes.staff import givens


class Setting(NamedTuple):
    """Shared by replications: nobody writes into it."""

    lookup: Lookup
    scopes: Scopes
    givens: dict[str, Floats]


@lru_cache(maxsize=4)
def setting(plan: Plan) -> Setting:
    """The setting of a plan."""
    scopes = Scopes.of(plan)
    given = givens(plan, scopes)
    for numbers in given.values():
        numbers.setflags(write=False)
    return Setting(Lookup.of(plan), scopes, given)
