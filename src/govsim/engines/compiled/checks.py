"""What must hold between any two events; looked at now and then, unless switched off."""

from typing import Any

import numpy as np

from govsim.engines.compiled.world import World
from govsim.model.plan import DAY
from govsim.model.records import ABSENT


class InvariantBroken(AssertionError):
    """The engine contradicts its own model: our fault, never the scenario's."""


def check(world: World) -> None:
    """Every open case lies in exactly one place; every count agrees; nobody works off duty."""
    cases = _used(world, "cases")
    cases = cases[cases["number"] != ABSENT]
    _cases_lie_where_they_say(world, cases[cases["open"] == 1])
    _problems_name_their_cases(world, cases)
    _cadres_do_one_thing(world, cases)


def _used(world: World, pool: str) -> Any:
    return world.pools[pool][: int(world.city[f"{pool}_used"])]


def _require(holds: bool | np.bool_, what: str, world: World) -> None:
    if not holds:
        day, second = divmod(int(world.city["now"]), DAY)
        raise InvariantBroken(f"day {day}, second {second}: {what}")


def _cases_lie_where_they_say(world: World, cases: Any) -> None:
    offices = world.pools["offices"]
    lying = np.bincount(cases["office"], minlength=len(offices))
    _require((lying == offices["cases"]).all(), "an office miscounts its cases", world)
    overdue = np.bincount(cases["office"][cases["overdue"] == 1], minlength=len(offices))
    _require((overdue == offices["overdue"]).all(), "an office miscounts overdue cases", world)
    about = cases[cases["problem"] != ABSENT]
    taken = np.bincount(about["home"], minlength=len(offices))
    _require((taken == offices["taken"]).all(), "an office miscounts those it took", world)
    in_two_places = (cases["queued"] == 1) & (cases["in_work"] == 1)
    _require(not in_two_places.any(), "a case is queued and in work", world)


def _problems_name_their_cases(world: World, cases: Any) -> None:
    problems = _used(world, "problems")
    about = cases[cases["problem"] != ABSENT]
    rows = np.bincount(about["problem"], minlength=len(problems))
    kept = problems["id"] != ABSENT
    _require((rows[kept] == problems["rows"][kept]).all(), "a problem miscounts cases", world)
    _require(not rows[~kept].any(), "a case is about a problem that is forgotten", world)
    still = np.bincount(about["problem"][about["open"] == 1], minlength=len(problems))
    agree = (still[kept] == problems["open_grievances"][kept]).all()
    _require(agree, "a problem miscounts its open grievances", world)


def _cadres_do_one_thing(world: World, cases: Any) -> None:
    cadres = world.pools["cadres"]
    at_work = cadres[(cadres["busy"] == 1) & (cadres["case"] != ABSENT)]["case"]
    _require(len(np.unique(at_work)) == len(at_work), "two cadres on one case", world)
    in_work = int((cases["in_work"] == 1).sum())
    _require(in_work == len(at_work), "a case is in work with nobody", world)
    idle = cadres[cadres["busy"] == 0]
    first, then = world.pools["desks"]["first_idle"], idle["next_idle"]
    named = np.concatenate([first[first != ABSENT], then[then != ABSENT]])
    _require((cadres["busy"][named] == 0).all(), "somebody at work counts as idle", world)
    everybody = len(named) == len(idle[: len(world.facts.plan.cadres)])
    _require(everybody, "somebody idle is forgotten by the desk", world)
