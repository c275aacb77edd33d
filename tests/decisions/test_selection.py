"""Selection keeps its promise where the truth is known, and a bolder procedure would not."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from govsim.decisions import selection
from govsim.decisions.selection import Kind, Terms, allocate, eta, select
from longer import many

Floats = NDArray[np.float64]
RUNS = many(1_000, 10_000)


class Lab:
    """Arms with known means; the values of a replication come from one stream of chance."""

    def __init__(self, means: Sequence[Sequence[float]], spread: Callable[..., Floats]) -> None:
        self.means = np.asarray(means, float)  # arms x values
        self.spread = spread
        self.drawn = np.zeros((len(self.means), 0, self.means.shape[1]))
        self.asked = 0

    def run(self, seed: int) -> "Lab":
        self.chance = np.random.default_rng(seed)
        self.drawn = self.drawn[:, :0]
        return self

    def __call__(self, arms: Sequence[int], n: int) -> Floats:
        while self.drawn.shape[1] < n:
            more = self.spread(self.chance, (len(self.means), 50, self.means.shape[1]))
            self.drawn = np.concatenate([self.drawn, self.means[:, None, :] + more], axis=1)
        self.asked = max(self.asked, n)
        return self.drawn[list(arms), :n]


def normal(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return chance.standard_normal(shape)


def unequal(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """The best varies most."""
    scale = np.linspace(1.5, 0.5, shape[0])
    return chance.standard_normal(shape) * scale[:, None, None]


def shared(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Three quarters of the variance are shared by all arms."""
    own, common = chance.standard_normal(shape), chance.standard_normal((1, *shape[1:]))
    both: Floats = 0.5 * own + 0.75**0.5 * common
    return both


def skewed(chance: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Exponential, skewness 2, with other tails for the best than for the rest."""
    values = chance.exponential(size=shape) - 1.0
    values[0] *= -1.0
    return values


def slippage(k: int, lead: float) -> list[list[float]]:
    """All equal but the first, which leads by just the indifference: the hardest case."""
    return [[lead]] + [[0.0]] * (k - 1)


def right(lab: Lab, terms: Terms, runs: int = RUNS, best: int = 0) -> float:
    """How often the best was selected."""
    count = len(lab.means)
    return float(np.mean([select(lab.run(s), count, terms).chosen == best for s in range(runs)]))


def lowest(promise: float, runs: int) -> float:
    """Less than this happens to a kept promise once in a thousand times."""
    return promise - 3.09 * float(np.sqrt(promise * (1 - promise) / runs))


@pytest.mark.parametrize("spread", [normal, unequal, shared, skewed])
@pytest.mark.parametrize("k", [2, 5, 20])
def test_the_best_is_selected_as_often_as_promised(k: int, spread: Callable[..., Floats]) -> None:
    lab = Lab(slippage(k, 0.5), spread)
    runs = RUNS if k < 20 else RUNS // 4
    assert right(lab, Terms(0.5, 0.95, first=10, batch=k), runs) >= lowest(0.95, runs)


@pytest.mark.parametrize("certainty", [0.8, 0.9, 0.99])
def test_other_certainties(certainty: float) -> None:
    lab = Lab(slippage(3, 0.5), shared)
    assert right(lab, Terms(0.5, certainty)) >= lowest(certainty, RUNS)


def test_a_bolder_procedure_breaks_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "GROWTH", 1_000_000)
    lab, terms = Lab(slippage(2, 0.4), normal), Terms(0.4)
    assert lowest(0.95, RUNS) <= right(lab, terms) <= 0.98
    monkeypatch.setattr(selection, "eta", lambda error, first: 0.5 * eta(error, first))
    assert right(lab, terms) < lowest(0.95, RUNS)


def test_the_constant_is_that_of_the_papers() -> None:
    """Kim and Nelson's equation with c = 1, and by hand: 0.1 ** (-2 / 9) = 1.66810."""
    assert eta(0.05, 10) == pytest.approx(0.5 * (1.6681005 - 1.0), abs=1e-7)
    for error, first in ((0.05, 10), (0.003, 20), (0.01, 5)):
        assert 0.5 * (1.0 + 2.0 * eta(error, first)) ** (-(first - 1) / 2) == pytest.approx(error)


def test_a_clear_leader_takes_the_first_stage_only() -> None:
    found = select(Lab([[100.0], [0.0], [1.0]], normal).run(1), 3, Terms(0.5, first=12))
    assert found.replications == (12, 12, 12)
    assert [fate.kind for fate in found.fates] == [Kind.CHOSEN, Kind.BEATEN, Kind.BEATEN]
    assert found.guaranteed
    assert found.chance > 0.999


def test_shared_chance_saves_replications() -> None:
    def needed(spread: Callable[..., Floats]) -> float:
        lab = Lab(slippage(5, 0.5), spread)
        return float(np.mean([sum(select(lab.run(s), 5, Terms(0.5)).replications)
                              for s in range(50)]))  # fmt: skip

    assert needed(shared) < 0.5 * needed(normal)


def test_equal_arms_end_and_the_first_is_chosen() -> None:
    def draw(arms: Sequence[int], n: int) -> Floats:
        same = np.random.default_rng(7).standard_normal((1, n, 1))
        return np.repeat(same, len(arms), axis=0)

    found = select(draw, 4, Terms(0.1))
    assert found.chosen == 0
    assert found.of_kind(Kind.IN_DOUBT) == [1, 2, 3]
    assert found.replications == (10, 10, 10, 10)


def test_without_enough_replications_there_is_no_guarantee() -> None:
    found = select(Lab(slippage(3, 0.0), normal).run(1), 3, Terms(0.01, most=40))
    assert not found.guaranteed
    assert max(found.replications) == 40
    assert len(found.of_kind(Kind.IN_DOUBT)) >= 1


def test_no_value_puts_an_arm_aside() -> None:
    lab = Lab([[9.0], [1.0], [0.0]], normal).run(1)

    def draw(arms: Sequence[int], n: int) -> Floats:
        values = lab(arms, n).copy()
        values[[arm == 0 for arm in arms], 3] = np.nan
        return values

    found = select(draw, 3, Terms(0.5))
    assert found.chosen == 1
    assert found.fates[0].kind == Kind.UNMEASURED
    nothing = select(lambda arms, n: np.full((len(arms), n, 1), np.nan), 2, Terms(0.5))
    assert nothing.chosen == -1
    assert np.isnan(nothing.chance)


def test_a_batch_keeps_all_workers_busy() -> None:
    asked: list[int] = []
    lab = Lab(slippage(2, 0.1), normal).run(1)

    def draw(arms: Sequence[int], n: int) -> Floats:
        asked.append(n)
        return lab(arms, n)

    select(draw, 2, Terms(0.1, batch=8, most=100))
    assert asked[:3] == [10, 14, 18]


# ---------------------------------------------------------------- conditions

KEPT = Terms(0.5, 0.95, tolerances=(0.5,))


@pytest.mark.parametrize("spread", [normal, shared])
def test_the_best_that_keeps_the_condition_is_selected(spread: Callable[..., Floats]) -> None:
    """The hardest case: the better ones break it by the tolerance, the rest lag by the step."""
    means = [[0.5, 0.5], [0.0, 0.5], [0.0, 0.5], [5.0, -0.5], [5.0, -0.5]]
    assert right(Lab(means, spread), KEPT) >= lowest(0.95, RUNS)


def test_judging_conditions_boldly_breaks_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "eta", lambda error, first: 0.2 * eta(error, first))
    means = [[0.5, 0.5], [0.0, 0.5], [0.0, 0.5], [5.0, -0.5], [5.0, -0.5]]
    assert right(Lab(means, normal), KEPT, 300) < lowest(0.95, 300)


def test_what_breaks_a_condition_is_said() -> None:
    means = [[0.0, 9.0, 9.0], [1.0, 9.0, -9.0], [2.0, -9.0, 9.0]]
    terms = Terms(0.5, tolerances=(1.0, 1.0))
    found = select(Lab(means, normal).run(1), 3, terms)
    assert found.chosen == 0
    assert [(f.kind, f.by) for f in found.fates[1:]] == [(Kind.BREAKS, 1), (Kind.BREAKS, 0)]
    assert found.guaranteed


def test_nothing_keeps_the_condition() -> None:
    found = select(Lab([[0.0, -9.0], [1.0, -8.0]], normal).run(1), 2, KEPT)
    assert found.chosen == -1
    assert found.guaranteed


def test_an_arm_that_breaks_a_condition_beats_nobody() -> None:
    found = select(Lab([[0.0, 3.0], [9.0, 0.0]], normal).run(1), 2, KEPT)
    assert found.fates[0].kind != Kind.BEATEN or found.fates[1].kind == Kind.CHOSEN


# ---------------------------------------------------------------- a fixed number


def test_all_replications_are_spent_and_most_where_it_is_close() -> None:
    lab = Lab([[1.0], [0.8], [-5.0], [-6.0]], normal).run(3)
    found = allocate(lab, 4, 200, Terms(0.1))
    assert sum(found.replications) == 200
    assert min(found.replications[:2]) > 4 * max(found.replications[2:])
    assert not found.guaranteed


def test_allocating_beats_equal_shares() -> None:
    lab = Lab([[0.4], [0.0], [-3.0], [-3.0], [-3.0], [-3.0], [-3.0], [-3.0]], normal)
    clever = np.mean([allocate(lab.run(s), 8, 240, Terms(0.1)).chosen == 0 for s in range(300)])
    equal = np.mean([lab.run(s)(range(8), 30)[:, :, 0].mean(axis=1).argmax() == 0
                     for s in range(300)])  # fmt: skip
    assert clever > equal + 0.03


def test_the_estimated_chance_is_not_too_bold() -> None:
    """Of means drawn from a flat law (far wider than chance), statements come true."""
    said, true = [], []
    for seed in range(many(300, 3_000)):
        means = np.random.default_rng((9, seed)).normal(0.0, 1.0, (4, 1))
        found = allocate(Lab(means, shared).run(seed), 4, 60, Terms(0.1))
        said.append(found.chance)
        true.append(found.chosen == int(means[:, 0].argmax()))
    assert np.mean(true) >= np.mean(said) - 0.03
    assert np.mean(said) > 0.7


def test_conditions_count_with_a_fixed_number() -> None:
    found = allocate(
        Lab([[0.0, 5.0], [9.0, -5.0]], normal).run(1), 2, 40, Terms(0.1, tolerances=(1.0,))
    )
    assert found.chosen == 0
    assert found.fates[1].kind == Kind.BREAKS
    none = allocate(Lab([[0.0, -5.0], [9.0, -5.0]], normal).run(1), 2, 40, KEPT)
    assert none.chosen == -1


@pytest.mark.parametrize(
    "terms",
    [Terms(0.0), Terms(float("nan")), Terms(1.0, 1.0), Terms(1.0, 0.4), Terms(1.0, first=2),
     Terms(1.0, first=50, most=40), Terms(1.0, batch=0), Terms(1.0, tolerances=(0.0,))],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(terms: Terms) -> None:
    with pytest.raises(ValueError, match=r"needed|certainty"):
        select(Lab(slippage(2, 1.0), normal).run(1), 2, terms)


def test_too_few_replications_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        allocate(Lab(slippage(2, 1.0), normal).run(1), 2, 19, Terms(1.0))


# ---------------------------------------------------------------- another implementation


class Recorded:
    """A lab's values, one replication of one arm at a time, as sim-tools asks for them."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.asked = lab, [0] * len(lab.means)

    def register_observer(self, observer: object) -> None:
        self.observer = observer

    def simulate(self, design: int) -> None:
        self.asked[design] += 1
        value = self.lab([design], self.asked[design])[0, -1, 0]
        self.observer.feedback(self, design, value)  # type: ignore[attr-defined]


def test_two_arms_go_as_in_sim_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """With three and more its table of variances is read askew (1.3.0), so only two here."""
    theirs = pytest.importorskip("sim_tools.ovs.indifference_zone")
    monkeypatch.setattr(selection, "GROWTH", 1_000_000)
    for seed in range(100):
        ours = select(Lab(slippage(2, 0.3), shared).run(seed), 2, Terms(0.3, 0.9))
        model = Recorded(Lab(slippage(2, 0.3), shared).run(seed))
        found = theirs.KN(model, 2, 0.3, alpha=0.1, n_0=10).solve()
        assert found.tolist() == [ours.chosen]
        # they draw once more between the last look and stopping, from who is left
        assert min(model.asked) == min(ours.replications)
