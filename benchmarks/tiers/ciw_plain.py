"""The common network as Ciw's documentation would write it: a node for each office.

A Poisson stream split at random over the offices is a Poisson stream at each of them.
"""

import ciw

from tiers.network import Network, Ran


def run(network: Network, seed: int) -> Ran:
    tiers = range(len(network.offices))
    first = [1 + sum(network.offices[:tier]) for tier in tiers]  # Ciw counts nodes from 1
    tier_of = [-1] + [tier for tier in tiers for _ in range(network.offices[tier])]

    def after(tier: int, office: int) -> ciw.routing.NodeRouting:
        if tier == tiers[-1]:
            return ciw.routing.Leave()
        parent = first[tier + 1] + network.parent(tier, office)
        return ciw.routing.Probabilistic(destinations=[parent], probs=[network.up])

    places = [(tier, office) for tier in tiers for office in range(network.offices[tier])]
    at_each = ciw.dists.Exponential(rate=network.per_day / network.offices[0])
    city = ciw.create_network(
        arrival_distributions=[at_each if tier == 0 else None for tier, _ in places],
        service_distributions=[
            ciw.dists.Exponential(rate=1 / network.service[tier]) for tier, _ in places
        ],
        number_of_servers=[network.servers[tier] for tier, _ in places],
        routing=ciw.routing.NetworkRouting(routers=[after(*place) for place in places]),
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(city)
    simulation.simulate_until_max_time(network.days)
    counted = [0] * len(tiers)
    waited = [0.0] * len(tiers)
    for record in simulation.get_all_records():
        if network.counts(record.arrival_date):
            counted[tier_of[record.node]] += 1
            waited[tier_of[record.node]] += record.waiting_time
    return Ran(simulation.nodes[0].number_of_individuals, tuple(counted), tuple(waited))
