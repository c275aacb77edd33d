"""Invariants that must hold at every moment; checked each simulated day, unless switched off."""

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govsim.engines.agents.city import City


class InvariantBroken(AssertionError):
    """The engine contradicts its own model: our fault, never the scenario's."""


def check(city: "City") -> None:
    """Every open case lies in exactly one place; every count agrees; nobody works off duty."""
    _cases_lie_where_they_say(city)
    _counts_of_offices_agree(city)
    _silent_problems_are_silent(city)
    _cadres_do_one_thing(city)


def _require(holds: bool, what: str, city: "City") -> None:
    if not holds:
        day, second = divmod(city.clock.now, 86_400)
        raise InvariantBroken(f"day {day}, second {second}: {what}")


def _cases_lie_where_they_say(city: "City") -> None:
    for number, case in city.ledger.open.items():
        lies_there = number in city.offices[case.office].cases
        if not case.open or not lies_there or (case.queued and case.in_work):
            _require(False, f"case {number} is closed, lies nowhere, or is in two places", city)
    lying = sum(len(office.cases) for office in city.offices)
    _require(
        lying == len(city.ledger.open),
        f"{lying} cases lie in offices, {len(city.ledger.open)} are open",
        city,
    )


def _counts_of_offices_agree(city: "City") -> None:
    for office in city.offices:
        overdue = sum(case.overdue for case in office.cases.values())
        _require(overdue == office.overdue, f"{office.facts.name} miscounts overdue cases", city)
    taken = Counter(case.home for case in city.ledger.open.values() if not case.is_enquiry)
    agree = all(taken[office.id] == office.taken for office in city.offices)
    _require(agree, "an office miscounts the open grievances it took", city)


def _silent_problems_are_silent(city: "City") -> None:
    for problems in city.problems.silent.values():
        for problem in problems.values():
            if not problem.lives or problem.open_grievances:
                _require(False, f"problem {problem.id} is silent but ended or in hand", city)


def _cadres_do_one_thing(city: "City") -> None:
    busy = set()
    now = city.clock.now
    for desk in city.desks:
        for cadre in desk.cadres:
            spell = cadre.spell
            if spell is not None:
                _require(spell.finishes >= now, f"cadre {cadre.id} should have finished", city)
                _require(cadre.is_on_duty(spell.started), f"cadre {cadre.id} began off duty", city)
                if spell.grievance is not None:
                    _require(spell.grievance.in_work, f"cadre {cadre.id} works on nothing", city)
                    _require(spell.grievance.number not in busy, "two cadres on one case", city)
                    busy.add(spell.grievance.number)
