"""The common network as SimPy's documentation would write it: a process for each grievance."""

import random
from collections.abc import Generator

import simpy
from simpy.events import Event

from tiers.network import Network, Ran


def run(network: Network, seed: int) -> Ran:
    chance = random.Random(seed)
    env = simpy.Environment()
    tiers = [
        [simpy.Resource(env, servers) for _ in range(offices)]
        for offices, servers in zip(network.offices, network.servers, strict=True)
    ]
    top = len(tiers) - 1
    arrived = 0
    counted = [0] * len(tiers)
    waited = [0.0] * len(tiers)

    def grievance(office: int) -> Generator[Event, None, None]:
        for tier, offices in enumerate(tiers):
            joined = env.now
            with offices[office].request() as request:
                yield request
                if network.counts(joined):
                    counted[tier] += 1
                    waited[tier] += env.now - joined
                yield env.timeout(chance.expovariate(1 / network.service[tier]))
            if tier == top or chance.random() >= network.up:
                return
            office = network.parent(tier, office)

    def arrivals() -> Generator[Event, None, None]:
        nonlocal arrived
        while True:
            yield env.timeout(chance.expovariate(network.per_day))
            arrived += 1
            env.process(grievance(chance.randrange(network.offices[0])))

    env.process(arrivals())
    env.run(network.days)
    return Ran(arrived, tuple(counted), tuple(waited))
