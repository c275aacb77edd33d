"""What the plan itself says about every scope: residents, duty time, pay, terms."""

from collections.abc import Callable

import numpy as np

from govsim.model.calendars import duty_before
from govsim.model.laws import mean_within
from govsim.model.plan import DAY, NEVER, Cadre, Plan
from govsim.model.records import ABSENT
from govsim.outcomes.lookup import Floats
from govsim.outcomes.scopes import Scopes

YEAR = 365 * DAY  # pay and budgets: a year's run costs a year's pay


def givens(plan: Plan, scopes: Scopes) -> dict[str, Floats]:
    """Numbers by scope that no record changes; zero where a scope has none."""
    return {
        "residents": _residents(plan, scopes),
        "initial_trust": np.full(len(scopes), mean_within(plan.trust.initial, 0.0, 1.0)),
        "capacity_seconds": _by_office(plan, scopes, _capacity),
        "pay": _by_office(plan, scopes, _pay),
        "resolution_term": _resolution_terms(plan, scopes),
    }


def _residents(plan: Plan, scopes: Scopes) -> Floats:
    tiers = [sum(o.residents for o in plan.offices if o.tier == t) for t in range(len(plan.tiers))]
    own: dict[tuple[str, str], float] = {("city", ""): plan.residents}
    own |= {("tier", tier.name): n for tier, n in zip(plan.tiers, tiers, strict=True)}
    own |= {("office", office.name): office.residents for office in plan.offices}
    own |= {("segment", s.name): s.share * plan.residents for s in plan.segments}
    scope_keys = zip(scopes.kinds, scopes.ids, strict=True)
    return np.array([own.get(key, 0.0) for key in scope_keys], dtype=np.float64)


def _resolution_terms(plan: Plan, scopes: Scopes) -> Floats:
    """Seconds in which a tier has to close a case; NaN where there is no term in calendar days."""
    terms = np.full(len(scopes), np.nan)
    for row, tier in enumerate(plan.tiers):
        if tier.resolution_deadline < NEVER and not tier.resolution_in_working_days:
            terms[scopes.of_tier(row)] = tier.resolution_deadline
    return terms


def _by_office(plan: Plan, scopes: Scopes, amounts: Callable[[Plan], list[float]]) -> Floats:
    """Sums over the cadres of each office, tier and the city."""
    offices = np.zeros(len(plan.offices))
    for cadre, amount in zip(plan.cadres, amounts(plan), strict=True):
        offices[plan.desks[cadre.desk].office] += amount
    tiers = np.array([office.tier for office in plan.offices])
    result = np.zeros(len(scopes))
    result[0] = offices.sum()
    for tier in range(len(plan.tiers)):
        result[scopes.of_tier(tier)] = offices[tiers == tier].sum()
    first = 1 + len(plan.tiers)
    result[first : first + len(offices)] = offices
    return result


def _present(cadre: Cadre, plan: Plan) -> tuple[int, int]:
    """From when to when it is there, of the time that is measured."""
    end = min(cadre.leaves, plan.until)
    return min(max(cadre.joins, plan.since), end), end


def _capacity(plan: Plan) -> list[float]:
    """Duty seconds of each cadre that are meant for grievances."""
    known: dict[tuple[int, int, int], int] = {}

    def duty(cadre: Cadre) -> int:
        key = (cadre.calendar, *_present(cadre, plan))
        if key not in known:
            c = plan.calendars[cadre.calendar]
            begin, end = (duty_before(c.starts, c.ends, c.before, t) for t in key[1:])
            known[key] = end - begin
        return known[key]

    return [duty(cadre) * cadre.share_of_time for cadre in plan.cadres]


def _pay(plan: Plan) -> list[float]:
    """Yuan of each cadre: the time given to grievances; all of it for those a policy hired."""
    pay = []
    for cadre in plan.cadres:
        begin, end = _present(cadre, plan)
        share = cadre.share_of_time if cadre.policy == ABSENT else 1.0
        pay.append(cadre.pay_per_year * share * (end - begin) / YEAR)
    return pay
