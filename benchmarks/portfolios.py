"""How much a search of portfolios loses, ours beside Optuna's samplers (pip install optuna).

Made-up worlds: uses with steps, effects that add up but for pairs and are bounded, costs that add
up, noise. Prints what the best try, and the best of the five best, lose against the true optimum.

Run: python benchmarks/portfolios.py ours tpe motpe nsga
"""

import sys
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from govsim.decisions.portfolio_search import Search
from govsim.decisions.surrogate import Floats

USES, TRIES, BUDGET, NOISE, WORLDS = 18, 120, 2.2, 0.05, 8
STEPS = np.array([4] * 15 + [8] * 3)

Portfolios = Sequence[Sequence[int]]
Truth = Callable[[Portfolios], tuple[Floats, Floats]]


def world(seed: int) -> Truth:
    """Gains and costs of portfolios."""
    rng = np.random.default_rng(seed)
    main = rng.normal(0.2, 0.5, USES) * (rng.random(USES) < 0.6)
    square = -np.abs(rng.normal(0, 0.4, USES)) * np.abs(main)
    pairs = np.triu(rng.normal(0, 0.25, (USES, USES)) * (rng.random((USES, USES)) < 0.15), 1)
    costs = rng.uniform(0.1, 1.6, USES)
    costs[rng.random(USES) < 0.2] = 0

    def truth(portfolios: Portfolios) -> tuple[Floats, Floats]:
        x = np.array(portfolios, float).reshape(-1, USES) / STEPS
        raw = x @ main + (x**2) @ square + np.einsum("ni,ij,nj->n", x, pairs, x)
        return np.tanh(0.7 * raw), x @ costs

    return truth


def around(portfolio: Sequence[int]) -> list[list[int]]:
    """One use at any step, and any other used one at fewer."""
    found = []
    for use, steps in enumerate(STEPS.tolist()):
        for step in range(steps + 1):
            changed = [*portfolio[:use], step, *portfolio[use + 1 :]]
            found.append(changed)
            for other, there in enumerate(portfolio):
                if other != use:
                    found += [[*changed[:other], k, *changed[other + 1 :]] for k in range(there)]
    return found


def optimum(truth: Truth, seed: int) -> float:
    """The best of forty climbs without noise."""
    rng = np.random.default_rng(seed)
    best = -np.inf
    for climb in range(40):
        here = (rng.integers(0, STEPS + 1) * (rng.random(USES) < 0.3) * (climb > 0)).tolist()
        while truth([here])[1][0] > BUDGET:
            here[rng.integers(USES)] = 0
        level = truth([here])[0][0]
        while True:
            near = around(here)
            gains, costs = truth(near)
            gains[costs > BUDGET] = -np.inf
            place = int(np.argmax(gains))
            if gains[place] <= level + 1e-12:
                break
            here, level = near[place], gains[place]
        best = max(best, level)
    return float(best)


def ours(truth: Truth, seed: int) -> list[Sequence[int]]:
    """Affordable tries of our search, the best believed first."""
    rng = np.random.default_rng(seed + 99)

    def trying(portfolios: Portfolios) -> Floats:
        gains, costs = truth(portfolios)
        return np.column_stack([gains + NOISE * rng.standard_normal(len(gains)), costs])

    search = Search(tuple(STEPS.tolist()), BUDGET, trying, lambda: NOISE, seed)
    search.run(TRIES)
    believed = search.believed()
    return sorted(search.affordable(), key=lambda p: -believed[p])


def optunas(truth: Truth, seed: int, kind: str) -> list[Sequence[int]]:
    """The same by Optuna, after the same first looks at every use."""
    import optuna  # type: ignore[import-not-found,unused-ignore]

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(seed + 99)
    limit = {"seed": seed, "constraints_func": lambda trial: (trial.user_attrs["cost"] - BUDGET,)}
    if kind == "nsga":
        sampler = optuna.samplers.NSGAIISampler(population_size=24, **limit)
    else:
        sampler = optuna.samplers.TPESampler(
            multivariate=True, constant_liar=True, n_startup_trials=20, **limit
        )
    directions = ["maximize"] if kind == "tpe" else ["maximize", "minimize"]
    study = optuna.create_study(directions=directions, sampler=sampler)
    for portfolio in first_looks(truth):
        study.enqueue_trial({f"u{use}": step for use, step in enumerate(portfolio)})
    tried = []

    def one(trial: "optuna.Trial") -> float | tuple[float, float]:
        portfolio = [trial.suggest_int(f"u{use}", 0, int(s)) for use, s in enumerate(STEPS)]
        gain, cost = (float(found[0]) for found in truth([portfolio]))
        trial.set_user_attr("cost", cost)
        seen = gain + NOISE * float(rng.standard_normal())
        tried.append((portfolio, seen, cost))
        return seen if kind == "tpe" else (seen, cost)

    study.optimize(one, n_trials=TRIES)
    fit = [row for row in tried if row[2] <= BUDGET]
    return [row[0] for row in sorted(fit, key=lambda row: -row[1])]


def first_looks(truth: Truth) -> list[list[int]]:
    """Every use by itself, one step and as many as the budget allows."""
    looks = []
    for use in range(USES):
        one = [int(other == use) for other in range(USES)]
        cost = max(float(truth([one])[1][0]), 1e-9)
        most = int(min(STEPS[use], max(1, BUDGET // cost)))
        looks += [one, [most * step for step in one]]
    return looks


def main(kinds: Sequence[str]) -> None:
    for kind in kinds:
        lost = []
        for seed in range(WORLDS):
            truth = world(seed)
            best = optimum(truth, seed)
            order = ours(truth, seed) if kind == "ours" else optunas(truth, seed, kind)
            gains = truth(order[:5])[0]
            lost.append((best - gains[0], best - gains.max(), best))
        one, five, best = np.mean(lost, axis=0)
        print(f"{kind:6} best try loses {one:.2f}, best of five {five:.2f} (optimum {best:.2f})")


if __name__ == "__main__":
    main(sys.argv[1:] or ["ours"])
