"""The ways by which residents speak up, and how many know of those that a policy adds."""

from govsim.engines.agents.clock import Clock
from govsim.model import demand, residents
from govsim.model.plan import Plan
from govsim.model.records import ABSENT


class Channels:
    """Weights by segment: of those always there, and of those that spread."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.clock = clock
        self.spreads = plan.spreads
        self.ones = [1.0] * (len(plan.spreads) + 1)
        segments = range(len(plan.segments))
        self.whole = [  # weights once everybody knows of all channels
            [channel.weight * channel.reach[segment] for channel in plan.channels]
            for segment in segments
        ]
        spreading = {spread.channel for spread in plan.spreads}
        weights = [
            0.0 if number in spreading else channel.weight
            for number, channel in enumerate(plan.channels)
        ]
        self.without = [  # access without any channel of a policy
            residents.access(weights, [channel.reach[segment] for channel in plan.channels])
            for segment in segments
        ]

    def awareness(self, community: int) -> list[tuple[int, float]]:
        """The channels of policies, and the share of a community that knows of each today."""
        now = self.clock.now
        return [
            (
                s.channel,
                residents.awareness(now, s.begins[community], s.ends, s.first, s.grows_over),
            )
            for s in self.spreads
        ]

    def access(self, segment: int, community: int) -> float:
        """How easily a resident gets through today."""
        total = self.without[segment]
        if self.spreads:
            for channel, share in self.awareness(community):
                total = total + self.whole[segment][channel] * share
        return total

    def most_today(self, community: int) -> float:
        """A bound that nobody's access in a community exceeds today."""
        return max(self.access(segment, community) for segment in range(len(self.whole)))

    def most(self) -> float:
        """A bound that nobody's access exceeds at any time."""
        return max(
            residents.access([without, *(weights[s.channel] for s in self.spreads)], self.ones)
            for without, weights in zip(self.without, self.whole, strict=True)
        )

    def chosen(self, u: float, segment: int, community: int, but: int = ABSENT) -> int:
        """The channel at rank u of a segment's preferences today; another one than that."""
        weights = self.whole[segment]
        if self.spreads:
            weights = weights.copy()
            for channel, share in self.awareness(community):
                weights[channel] = weights[channel] * share
        if but != ABSENT:
            others = weights.copy()
            others[but] = 0.0
            if max(others) > 0.0:
                weights = others
        return demand.pick(weights, u)
