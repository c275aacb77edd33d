"""Which portfolios are looked at again: the few that seem best, cheaper ones, and the frontier."""

from collections.abc import Iterator, Sequence

import numpy as np

from govsim.decisions.portfolio_search import Search
from govsim.decisions.surrogate import Floats
from govsim.decisions.uses import Portfolio

TOP, CHEAPER = 4, 3
FRONTIER = 6  # portfolios on it at most


def finalists(search: Search, indifference: float) -> list[Portfolio]:
    """The few that are believed best within the budget, cheaper neighbours of the best, nothing.

    The neighbours may never have been tried. ``indifference`` is in units of gains.
    """
    believed = search.believed()
    fit = sorted(search.affordable(), key=lambda p: (-believed[p], p))
    best = fit[0]
    cheaper = [_pared(search, best, indifference), *_less(search, best)]
    few = [*fit[:TOP], *cheaper[: CHEAPER + 1], search.nothing]
    return [p for p in dict.fromkeys(few) if p not in search.refused]


def _less(search: Search, portfolio: Portfolio) -> list[Portfolio]:
    """With a step less of one use, or without it; those that seem to lose least first."""
    around = [p for p in reductions(portfolio) if p not in search.refused]
    if not around:
        return []
    guessed = search.guessed(around)
    return [around[place] for place in np.argsort(-guessed, kind="stable")]


def _pared(search: Search, portfolio: Portfolio, indifference: float) -> Portfolio:
    """As far as it can be cut before it seems to lose half the indifference."""
    floor = float(search.guessed([portfolio])[0]) - indifference / 2.0
    while True:
        less = _less(search, portfolio)
        if not less or float(search.guessed(less[:1])[0]) < floor:
            return portfolio
        portfolio = less[0]


def reductions(portfolio: Portfolio) -> Iterator[Portfolio]:
    """A step less of one use, and none of it."""
    for place, step in enumerate(portfolio):
        for other in sorted({0, step - 1}) if step else ():
            yield (*portfolio[:place], other, *portfolio[place + 1 :])


def frontier(costs: Floats, gains: Floats) -> list[int]:
    """Who is not dominated, from the cheapest on: each costs more and gains more than the last."""
    order = np.lexsort((-gains, costs))
    kept: list[int] = []
    for place in order.tolist():
        if not kept or gains[place] > gains[kept[-1]]:
            kept.append(place)
    return kept


def on_the_frontier(search: Search) -> list[Portfolio]:
    """What seems not dominated within the budget, thinned to a few that are spread over costs."""
    fit = search.affordable()
    believed = search.believed()
    costs = np.array([search.tries[p][1] for p in fit])
    gains = np.array([believed[p] for p in fit])
    places = frontier(costs, gains)
    return [fit[place] for place in _spread(places, costs)]


def _spread(places: Sequence[int], costs: Floats) -> list[int]:
    """The ends, and those nearest to even distances in between."""
    if len(places) <= FRONTIER:
        return list(places)
    where = costs[list(places)]
    goals = np.linspace(where[0], where[-1], FRONTIER)
    nearest = {int(np.argmin(np.abs(where - goal))) for goal in goals}
    return [places[i] for i in sorted(nearest)]
