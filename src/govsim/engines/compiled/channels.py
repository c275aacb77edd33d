"""The ways by which residents speak up, and how many know of those that a policy adds."""

from typing import Any

from govsim.compiling import allow, part
from govsim.engines.compiled import duty
from govsim.engines.compiled.rows import (
    access,
    channel_at,
    channel_shares,
    shares_today,
    spread_at,
    spread_begins,
)
from govsim.model import demand, residents
from govsim.model.records import ABSENT

allow(demand)
allow(residents)


@part
def awareness(city: Any, i: int, community: int) -> float:
    """The share of a community that knows today of the i-th channel of the policies."""
    spread = spread_at(city, i)
    begins = spread_begins(city)[i * city.community_count + community]
    return residents.awareness(city.now, begins, spread.ends, spread.first, spread.grows_over)


@part
def access_today(city: Any, segment: int, community: int) -> float:
    """How easily a resident gets through today."""
    total = access(city)[segment]
    for i in range(city.spread_count):
        weight = channel_shares(city)[segment * city.channel_count + spread_at(city, i).channel]
        total = total + weight * awareness(city, i, community)
    return total


@part
def channel_chosen(city: Any, u: float, segment: int, community: int, but: int) -> int:
    """The channel at rank u of a segment's preferences today; another one than that."""
    n = city.channel_count
    weights = channel_shares(city)[segment * n : (segment + 1) * n]
    if city.spread_count == 0 and but == ABSENT:
        return demand.pick(weights, u)
    today = shares_today(city)
    for channel in range(n):
        today[channel] = weights[channel]
    for i in range(city.spread_count):
        channel = spread_at(city, i).channel
        today[channel] = weights[channel] * awareness(city, i, community)
    if but != ABSENT and _is_another(city, today, but):
        today[but] = 0.0
    return demand.pick(today, u)


@part
def _is_another(city: Any, weights: Any, but: int) -> bool:
    """Whether there is another channel than that."""
    others = 0.0
    for channel in range(city.channel_count):
        others += weights[channel] if channel != but else 0.0
    return others > 0.0


@part
def channel_opens(city: Any, channel: int, t: int) -> int:
    """When a channel next takes contacts."""
    return duty.next_duty(city, channel_at(city, channel).calendar, t)
