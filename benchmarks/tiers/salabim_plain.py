"""The common network as salabim's documentation would write it: a component for each grievance.

Tracing and monitors, which it has on by default, are off; processes are generators
(``yieldless=False``), which needs no further package.
"""

import random
from collections.abc import Generator

import salabim as sim

from tiers.network import Network, Ran


def run(network: Network, seed: int) -> Ran:
    chance = random.Random(seed)
    env = sim.Environment(trace=False, yieldless=False)
    tiers = [
        [sim.Resource(capacity=servers, monitor=False) for _ in range(offices)]
        for offices, servers in zip(network.offices, network.servers, strict=True)
    ]
    top = len(tiers) - 1
    arrived = 0
    counted = [0] * len(tiers)
    waited = [0.0] * len(tiers)

    class Grievance(sim.Component):  # type: ignore[misc]
        def setup(self, office: int) -> None:
            self.office = office

        def process(self) -> Generator[None, None, None]:
            for tier, offices in enumerate(tiers):
                resource = offices[self.office]
                joined = env.now()
                yield self.request(resource)
                if network.counts(joined):
                    counted[tier] += 1
                    waited[tier] += env.now() - joined
                yield self.hold(chance.expovariate(1 / network.service[tier]))
                self.release(resource)
                if tier == top or chance.random() >= network.up:
                    return
                self.office = network.parent(tier, self.office)

    class Arrivals(sim.Component):  # type: ignore[misc]
        def process(self) -> Generator[None, None, None]:
            nonlocal arrived
            while True:
                yield self.hold(chance.expovariate(network.per_day))
                arrived += 1
                Grievance(office=chance.randrange(network.offices[0]))

    Arrivals()
    env.run(till=network.days)
    return Ran(arrived, tuple(counted), tuple(waited))
