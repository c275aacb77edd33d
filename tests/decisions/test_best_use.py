"""The best use of a budget, on made-up worlds with known answers: no engine."""

from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from govsim.decisions.budget import Asked, find, searched
from govsim.decisions.budget_answer import Found, answer_of
from govsim.decisions.finalists import frontier, reductions
from govsim.decisions.margins import rate
from govsim.decisions.portfolio_search import Search
from govsim.decisions.portfolio_trials import PortfolioTrials
from govsim.decisions.surrogate import Floats, Surrogate
from govsim.decisions.uses import Portfolio, Use, arm_of, neighbours, that_run
from govsim.experiments.intervals import mean_interval
from govsim.experiments.measures import Measured
from govsim.language import LANGUAGES, speaking
from govsim.report.words import not_to_be_had
from govsim.scenario import read
from longer import many

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
USES = 6
STEPS = (4,) * USES
BUDGET = 100.0
NOISE = 1.0  # of one replication's gain
RUNS = many(10, 200)


class World(PortfolioTrials):
    """Gains with pairs that help or hinder each other, bounded as shares are; common chance."""

    def __init__(self, seed: int, *, flat: bool = False, additive: bool = False) -> None:
        rng = np.random.default_rng(seed)
        self.uses = tuple(Use(f"p{n}") for n in range(USES))
        self.main = rng.normal(4.0, 5.0, USES) * (not flat)
        self.pairs = np.triu(rng.normal(0.0, 3.0, (USES, USES)), 1) * (not flat)
        if additive:
            self.pairs *= 0.0
        self.prices = rng.uniform(10.0, 60.0, USES)
        self.bounded = not additive
        self.seed = seed
        self.tries = 0

    def gain(self, portfolios: Sequence[Portfolio]) -> Floats:
        shares = np.array(portfolios, float) / 4
        raw = shares @ self.main + np.einsum("ni,ij,nj->n", shares, self.pairs, shares)
        return 10.0 * np.tanh(raw / 10.0) if self.bounded else raw

    def cost(self, portfolios: Sequence[Portfolio]) -> Floats:
        return np.array(portfolios, float) / 4 @ self.prices

    def look(self, portfolios: Sequence[Portfolio], n: int, first: int, doing: str) -> Floats:
        self.tries += len(portfolios) * n
        gains, costs = self.gain(portfolios), self.cost(portfolios)
        values = np.empty((len(portfolios), n, 2))
        for place, portfolio in enumerate(portfolios):
            for replication in range(n):
                key = (self.seed, first + replication, *portfolio)
                chance = np.random.default_rng(key).standard_normal() * any(portfolio)
                values[place, replication] = gains[place] + NOISE * chance, costs[place]
        return values

    def optimum(self) -> float:
        every = np.array(list(product(range(5), repeat=USES)))
        return float(self.gain(every)[self.cost(every) <= BUDGET].max())


def asked(**other: float) -> Asked:
    facts = dict(indifference=1.0, certainty=0.95, trials=80, replications=4, most=60, fresh=10)
    return Asked(Measured("trust", "true"), 1, BUDGET, **(facts | other))  # type: ignore[arg-type]


def best_try(world: World, question: Asked) -> tuple[Portfolio, float]:
    """What a search that trusts its tries would report."""
    search, _ = searched(question, world, world.seed)
    best = max(search.affordable(), key=lambda p: search.tries[p][0])
    return best, search.tries[best][0]


# ---------------------------------------------------------------- the whole, at the promised rate


@cache
def runs() -> list[tuple[World, Found]]:
    """The whole decision in many worlds."""
    worlds = [World(seed) for seed in range(RUNS)]
    return [(world, find(asked(), world, world.seed)) for world in worlds]


def test_what_is_chosen_is_within_the_indifference_of_the_true_best() -> None:
    lost = np.array([w.optimum() - w.gain([found.chosen])[0] for w, found in runs()])
    assert all(w.cost([found.chosen])[0] <= BUDGET + 1e-9 for w, found in runs())
    # 5 % of all runs may be wrong: as many as that, with what chance adds to it
    assert np.count_nonzero(lost > 1.0) <= 0.05 * RUNS + 2.3 * (0.05 * 0.95 * RUNS) ** 0.5
    assert lost.mean() < 0.35


def test_reported_gains_are_not_good_because_they_were_picked() -> None:
    honest, naive = [], []
    for world, found in runs():
        honest.append(found.gains(found.chosen).mean() - world.gain([found.chosen])[0])
        best, said = best_try(world, asked())
        naive.append(said - world.gain([best])[0])
    error = NOISE / RUNS**0.5
    assert abs(np.mean(honest)) < 3.5 * error / 10**0.5
    assert np.mean(naive) > np.mean(honest)
    assert np.mean(naive) > error / 4**0.5  # what the best trial would have said


def test_where_nothing_helps_nothing_is_claimed() -> None:
    claimed = naive = 0
    for seed in range(RUNS):
        world = World(seed, flat=True)
        found = find(asked(indifference=0.5), world, seed)
        claimed += answer_of(found, world.uses, {})["chosen"] >= 0
        naive += best_try(world, asked())[1] > 1.96 * NOISE / 4**0.5
    assert claimed <= 0.05 * RUNS
    assert naive > RUNS / 2  # the best of many trials looks good by chance alone


def test_a_knapsack_is_filled_as_well_as_can_be() -> None:
    for seed in range(5):
        world = World(seed, additive=True)

        def trying(portfolios: Sequence[Portfolio], world: World = world) -> Floats:
            return np.column_stack([world.gain(portfolios), world.cost(portfolios)])

        search = Search(STEPS, BUDGET, trying, lambda: 0.0, seed)
        search.run(80)
        best = max(search.tries[p][0] for p in search.affordable())
        assert best == pytest.approx(world.optimum(), abs=1e-9)


def test_the_search_is_better_than_as_many_random_tries() -> None:
    lead = []
    for seed in range(8):
        world = World(seed)
        search, _ = searched(asked(), world, seed)
        believed = search.believed()
        ours = world.gain([max(search.affordable(), key=lambda p: believed[p])])[0]
        rng = np.random.default_rng(seed)
        drawn = rng.integers(0, 5, (80, USES))
        fit = [tuple(p) for p in drawn.tolist() if world.cost([p])[0] <= BUDGET]
        lead.append(ours - world.gain(fit).max())
    assert np.mean(lead) > 0.1
    assert np.median(lead) >= 0.0


def test_the_same_seed_and_results_give_the_same_tries() -> None:
    first, again = (searched(asked(), World(3), 3)[0] for _ in range(2))
    assert first.tries == again.tries
    other = searched(asked(), World(3), 4)[0]
    assert other.tries != first.tries


def test_the_answer_holds_together() -> None:
    world = World(1)
    found = find(asked(), world, 1)
    answer = answer_of(found, world.uses, {"other": "why"})
    chosen = answer["portfolios"][answer["chosen"]]
    assert tuple(chosen["steps"]) == found.chosen
    costs = [answer["portfolios"][n]["cost"][0] for n in answer["frontier"]]
    gains = [answer["portfolios"][n]["gain"][0] for n in answer["frontier"]]
    assert costs == sorted(costs) and gains == sorted(gains) and max(costs) <= BUDGET * 1.001
    for part in answer["parts"]:
        assert part["cost"][0] == pytest.approx(part["amount"] * world.prices[part["use"]])
    for number in answer["as_good"]:
        assert answer["portfolios"][number]["cost"][0] < chosen["cost"][0]
    ups = [m for m in answer["margins"] if m["to"] > m["from"]]
    assert {m["use"] for m in ups} == {u for u, s in enumerate(found.chosen) if s < 4}


# ---------------------------------------------------------------- pieces with known answers


def test_a_frontier_by_hand() -> None:
    costs = np.array([0.0, 3.0, 1.0, 2.0, 2.0, 4.0])
    gains = np.array([0.0, 5.0, 2.0, 1.0, 3.0, 5.0])
    assert frontier(costs, gains) == [0, 2, 4, 1]


def test_the_rate_of_a_sure_cost_is_the_scaled_gain() -> None:
    gains = np.array([1.0, 2.0, 3.0])
    found = rate(gains, np.full(3, 50_000.0))
    plain = mean_interval(gains)
    assert found is not None
    assert found[:3] == pytest.approx((2 * plain.mean, 2 * plain.low, 2 * plain.high))
    less = rate(-gains, np.full(3, -50_000.0))
    assert less is not None
    assert less[:3] == pytest.approx(found[:3])


def test_what_costs_nothing_has_no_rate() -> None:
    assert rate(np.ones(5), np.zeros(5)) is None
    assert rate(np.ones(5), np.array([-2e5, 2e5, -1e5, 1e5, 5e4])) is None


def test_the_rate_covers_the_truth() -> None:
    rng = np.random.default_rng(5)
    runs, inside = 1000, 0
    for _ in range(runs):
        costs = 2e5 + 2e4 * rng.standard_normal(20)
        gains = 3e-5 * costs + rng.standard_normal(20)
        found = rate(gains, costs)
        assert found is not None
        inside += found.low <= 3.0 <= found.high
    assert abs(inside / runs - 0.95) < 0.02


def test_a_surrogate_learns_a_world_of_its_form() -> None:
    rng = np.random.default_rng(2)
    shares = rng.integers(0, 5, (150, 5)) / 4

    def truth(x: Floats) -> Floats:
        return 2.0 * x[:, 0] - x[:, 1] ** 2 + 0.8 * x[:, 2] * x[:, 3]

    noisy = truth(shares) + 0.1 * rng.standard_normal(150)
    fitted = Surrogate.fit(shares, noisy, 0.1)
    new = rng.integers(0, 5, (200, 5)) / 4
    assert np.sqrt(np.mean((fitted.guess(new) - truth(new)) ** 2)) < 0.08
    closer = np.abs(fitted.shrunk(shares) - truth(shares)).mean()
    assert closer < 0.7 * np.abs(noisy - truth(shares)).mean()


def test_portfolios_as_arms() -> None:
    uses = (Use("visits"), Use("cadres_street", (1.0, 2.0, 10.0), "street", 8))
    assert arm_of(uses, (0, 0)).key == "baseline"
    arm = arm_of(uses, (2, 3))
    assert arm.policies == ("visits", "cadres_street")
    assert arm.settings == (
        "policies.visits.intensity=0.5",
        "policies.cadres_street.cadres=2",
        "policies.cadres_street.intensity=0.625",
    )
    assert set(neighbours(uses, (0, 3))) == {(1, 3), (0, 2)}
    assert list(reductions((3, 0))) == [(0, 0), (2, 0)]


def test_why_a_policy_was_not_considered_is_told_in_the_readers_language() -> None:
    _, refused = that_run(read(TOWN), (), [Use("changed_rules"), Use("training")])
    assert list(refused) == ["changed_rules"]
    told = {}
    for lang in LANGUAGES:
        with speaking(lang):
            told[lang] = not_to_be_had("changed_rules", refused["changed_rules"])
    assert told == {
        "en": "Changed rules (it changes nothing; write what it changes under changes)",
        "zh": "调整规则（该政策没有改变任何规则；请在 changes 下写明要改变的内容）",
    }
