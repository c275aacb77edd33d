"""More or fewer cadres at a tier than its desks say: at which desk, and when they come or go.

Where a cadre more is put is decided by load, as far as a scenario knows it: to the desk with the
most residents for the time that its cadres have, then to the next one. A cadre fewer leaves the
desk with the fewest; somebody stays everywhere. Each follows from the one before: whoever is there
with five more is there with six more, too.
"""

from collections.abc import Iterator, Mapping
from heapq import heapify, heapreplace
from itertools import islice
from typing import NamedTuple

from govsim.scenario.offices import Desk, Tier

MONTHS_A_YEAR, DAYS_A_YEAR, DAY = 12, 365, 86_400


class Place(NamedTuple):
    """A desk: its office's place in the tier, and its own in the office."""

    ordinal: int
    desk: int


class _Load(NamedTuple):
    """A desk with the time its cadres have for grievances, and the residents it is for."""

    place: Place
    residents: float
    cadre: float  # seconds a week of one of its cadres
    cadres: int


class Moves(NamedTuple):
    """What changes at each desk of a tier, in order: moments at which cadres come, and go."""

    joins: dict[Place, list[int]]
    leaves: dict[Place, list[int]]


def moves(tiers: Mapping[str, Tier], number: int) -> Moves:
    """Who comes and goes at the number-th tier; 0 is the first day, that is to say: from the start.

    Fewer than somebody at every desk is not possible (``fewest``); such a wish is not met in full.
    """
    tier = list(tiers.values())[number]
    wish = tier.staffing
    found = Moves({}, {})
    order = _joining if wish.more_cadres > 0 else _leaving
    chosen = list(islice(order(_loads(tiers, number)), abs(wish.more_cadres)))
    into = found.joins if wish.more_cadres > 0 else found.leaves
    moments = arrivals(wish.begins, wish.over, abs(wish.more_cadres))
    for place, moment in zip(chosen, moments, strict=False):
        into.setdefault(place, []).append(moment)
    return found


def cadres_written(tier: Tier) -> int:
    """Cadres at all desks of a tier as its desks say."""
    groups = tier.office_groups.values()
    return sum(g.offices * sum(d.copies * d.cadres for d in g.desks.values()) for g in groups)


def fewest(tier: Tier) -> int:
    """The cadres that must stay: one at each desk that has any."""
    groups = tier.office_groups.values()
    return sum(g.offices * sum(d.copies for d in g.desks.values() if d.cadres) for g in groups)


def arrivals(begins: int, over: int, count: int) -> list[int]:
    """When each of so many comes or goes: at an even pace, at the ends of months, the last at the
    end of the time given. Months are twelfths of 365 days, in whole days; all else is in seconds.
    """
    months = over * MONTHS_A_YEAR // (DAYS_A_YEAR * DAY)
    ends = [-(-(place + 1) * months // count) for place in range(count)]  # rounded up
    return [begins + end * DAYS_A_YEAR // MONTHS_A_YEAR * DAY for end in ends]


# ---------------------------------------------------------------- by load


def _joining(loads: list[_Load]) -> Iterator[Place]:
    """Where the next cadre is put, and the next: most residents for the time there is."""
    heap = [(-_pressure(load), _spread(i), load) for i, load in enumerate(loads)]
    heapify(heap)
    while heap:
        _, tie, load = heap[0]
        yield load.place
        load = load._replace(cadres=load.cadres + 1)
        heapreplace(heap, (-_pressure(load), tie, load))


def _leaving(loads: list[_Load]) -> Iterator[Place]:
    """Who leaves next: from where there are the fewest residents without that cadre."""
    left = [load._replace(cadres=load.cadres - 1) for load in loads if load.cadres > 1]
    heap = [(_pressure(load), -_spread(i), load) for i, load in enumerate(left)]
    heapify(heap)
    while heap and heap[0][0] < float("inf"):
        _, tie, load = heap[0]
        yield load.place
        load = load._replace(cadres=load.cadres - 1)
        heapreplace(heap, (_pressure(load) if load.cadres else float("inf"), tie, load))


def _pressure(load: _Load) -> float:
    return load.residents / (load.cadres * load.cadre)


def _spread(place: int) -> float:
    """Equal desks are taken from all over the tier, not the first ones first (van der Corput)."""
    share, digit = 0.0, 0.5
    while place:
        place, bit = divmod(place, 2)
        share += digit * bit
        digit /= 2
    return share


def _loads(tiers: Mapping[str, Tier], number: int) -> list[_Load]:
    """The desks of a tier that have cadres. Desks of one office share its residents."""
    tier = list(tiers.values())[number]
    residents = _residents(tiers, number)
    found: list[_Load] = []
    ordinal = 0
    for group in tier.office_groups.values():
        desks = [desk for desk in group.desks.values() for _ in range(desk.copies)]
        for _ in range(group.offices):
            found += _of_office(ordinal, desks, residents[ordinal])
            ordinal += 1
    return found


def _of_office(ordinal: int, desks: list[Desk], residents: float) -> list[_Load]:
    return [
        _Load(
            Place(ordinal, place),
            max(residents, 1.0) / len(desks),
            desk.share_of_time * desk.weekly_hours,
            desk.cadres,
        )
        for place, desk in enumerate(desks)
        if desk.cadres
    ]


def _residents(tiers: Mapping[str, Tier], number: int) -> list[float]:
    """Residents under each office of a tier: offices are spread evenly over those above."""
    lowest, *above = list(tiers.values())[: number + 1]
    now = [float(g.residents) for g in lowest.office_groups.values() for _ in range(g.offices)]
    for tier in above:
        below, now = now, [0.0] * tier.office_count
        for ordinal, residents in enumerate(below):
            now[ordinal * len(now) // len(below)] += residents
    return now
