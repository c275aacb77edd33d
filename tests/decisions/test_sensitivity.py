"""What drives an outcome: known functions, in the real store, with noise of known variance."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from made_sweep import DONE, FAILED, PATHS, made_sweep
from SALib.analyze import morris as salib_morris
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol
from typer.testing import CliRunner, Result

import govsim
from govsim import cli
from govsim.decisions.sensitivity import Sensitivity, keep, sensitivity
from govsim.decisions.sensitivity_evidence import (
    Influence,
    not_varied,
    weakest,
    weakness_of,
    what_would_settle,
)
from govsim.decisions.sensitivity_indices import (
    Index,
    given_data_indices,
    morris_indices,
    noise_of,
    pawn,
    sobol_indices,
)
from govsim.decisions.sensitivity_value import worth_of
from govsim.errors import InputError
from govsim.experiments import designs
from govsim.outcomes.lookup import Floats
from govsim.report.sensitivity_figures import interactions, tornado
from govsim.scenario import load
from longer import SEED, many

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b", "c", "d", "e", "f")
PROBLEM = {"num_vars": 6, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 6}

# ---------------------------------------------------------------- functions with known answers


def ishigami(x: Floats, arm: int = 0) -> Floats:
    """Ishigami and Homma's function; what is beyond the third value does nothing."""
    z = (2 * x - 1) * np.pi
    return np.sin(z[..., 0]) + 7 * np.sin(z[..., 1]) ** 2 + 0.1 * z[..., 2] ** 4 * np.sin(z[..., 0])


V1, V2, V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
ISHIGAMI = V1 + V2 + V13
FIRST = dict(zip(PATHS, (V1 / ISHIGAMI, V2 / ISHIGAMI, 0.0, 0.0), strict=False))
TOTAL = dict(zip(PATHS, ((V1 + V13) / ISHIGAMI, V2 / ISHIGAMI, V13 / ISHIGAMI, 0.0), strict=False))

G = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
PARTS = 1 / (3 * (1 + G) ** 2)
VARIANCE = float(np.prod(1 + PARTS) - 1)
G_FIRST = dict(zip(NAMES, PARTS / VARIANCE, strict=True))
G_TOTAL = dict(zip(NAMES, PARTS * (VARIANCE + 1) / (1 + PARTS) / VARIANCE, strict=True))


def g_function(x: Floats) -> Floats:
    """Sobol's g-function: the first of six values matters most, the last two hardly."""
    result: Floats = np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=-1)
    return result


def g_noisy(blocks: Floats, seed: int, noise: float, replications: int = 2) -> Floats:
    """The same with independent noise, its variance ``noise`` squared times the function's."""
    random = np.random.default_rng([seed, 9])
    chance = random.standard_normal((*blocks.shape[:-1], replications))
    return g_function(blocks)[..., None] + noise * VARIANCE**0.5 * chance


def by_name(found: Sensitivity | list[Index], name: str) -> dict[str, Index]:
    indices = found.indices if isinstance(found, Sensitivity) else found
    return {index.factor: index for index in indices if index.name == name}


def holds(index: Index, truth: float) -> bool:
    return index.low <= truth <= index.high


# ---------------------------------------------------------------- through the store


def test_sobol_indices_of_ishigami(tmp_path: Path) -> None:
    made_sweep(tmp_path / "s", ishigami, 4, "sobol_pairs, samples: 1024", noise=2.0, common=3.0)
    found = sensitivity(tmp_path / "s")
    for name, truths in (("first", FIRST), ("total", TOTAL)):
        for factor, truth in truths.items():
            index = by_name(found, name)[factor]
            assert abs(index.estimate - truth) < 0.09, (name, factor)
            assert index.low - 0.03 < truth < index.high + 0.03
    assert [i.factor for i in found.drivers if i.sure] == list(PATHS[:3])
    pairs = {(i.factor, i.other): i for i in found.named("second")}
    together = pairs[PATHS[0], PATHS[2]]
    assert together.sure and holds(together, V13 / ISHIGAMI)
    assert sum(pair.sure for pair in pairs.values()) == 1


def test_shares_of_ishigami_from_a_latin_hypercube(tmp_path: Path) -> None:
    made_sweep(tmp_path / "s", ishigami, 4, "latin_hypercube, samples: 512", noise=2.0)
    found = sensitivity(tmp_path / "s")
    for factor, truth in FIRST.items():
        assert abs(by_name(found, "first")[factor].estimate - truth) < 0.08
    assert {i.factor for i in found.drivers if i.sure} == set(PATHS[:2])
    assert by_name(found, "pawn")[PATHS[1]].sure


def morris_function(x: Floats, arm: int = 0) -> Floats:
    """Two values that matter, one with an interaction, and others that do next to nothing."""
    return 10 * x[..., 0] - 6 * x[..., 1] + 8 * x[..., 0] * x[..., 2] + 0.01 * x[..., 3]


def test_morris_finds_what_matters(tmp_path: Path) -> None:
    made_sweep(tmp_path / "s", morris_function, 6, "morris, samples: 12", noise=0.3, common=5.0)
    found = sensitivity(tmp_path / "s")
    assert [i.factor for i in found.drivers[:3]] == [PATHS[0], PATHS[1], PATHS[2]]
    assert set(PATHS[:3]) <= {i.factor for i in found.drivers if i.sure}
    assert holds(by_name(found, "mu_star")[PATHS[0]], 14.0)
    assert by_name(found, "sigma")[PATHS[0]].estimate > 1.0  # it depends on the third
    assert by_name(found, "sigma")[PATHS[1]].estimate < 0.3
    assert found.direction(PATHS[0]) > 0.9 and found.direction(PATHS[1]) < -0.9
    assert found.noise.own == pytest.approx(0.09, rel=0.4)


def test_the_difference_of_two_arms_has_drivers_of_its_own(tmp_path: Path) -> None:
    def two(x: Floats, arm: int) -> Floats:
        return 10 * x[:, 0] + arm * 5 * x[:, 1]

    arms = ("night_visits", "added_staff")
    made_sweep(tmp_path / "s", two, 4, "morris, samples: 6", noise=0.05, arms=arms)
    level = sensitivity(tmp_path / "s", outcome="backlog", arm="night_visits")
    apart = sensitivity(tmp_path / "s", between=("added_staff", "night_visits"))
    assert [i.factor for i in level.drivers if i.sure] == [PATHS[0]]
    assert [i.factor for i in apart.drivers if i.sure] == [PATHS[1]]
    assert by_name(apart, "mu")[PATHS[1]].estimate == pytest.approx(5, abs=0.2)
    back = sensitivity(tmp_path / "s", between=("night_visits", "added_staff"))
    assert back.direction(PATHS[1]) == pytest.approx(-1)


def test_blocks_with_a_hole_are_dropped_whole(tmp_path: Path) -> None:
    def some(point: int, replication: int) -> str | None:
        if point == 6 and replication == 1:
            return FAILED  # block 1 of 6 points
        return None if point >= 6 * 60 else DONE

    made_sweep(tmp_path / "s", ishigami, 4, "sobol, samples: 64", lost=some)
    found = sensitivity(tmp_path / "s")
    assert (found.samples.blocks, found.samples.planned) == (59, 64)
    assert (found.samples.failed, found.samples.missing) == (1, 4 * 6 * 2)
    assert by_name(found, "total")[PATHS[1]].sure
    assert "59 of 64" in govsim_says("sensitivity", str(tmp_path / "s")).output


# ---------------------------------------------------------------- against SALib


def test_sobol_indices_are_salibs() -> None:
    x = designs.sampled("sobol_pairs", 6, 64, 3)
    y = g_function(x)
    ours = [i.estimate for i in sobol_indices(NAMES, y.reshape(64, -1, 1), pairs=True)]
    rows = y.reshape(64, -1)
    rows = rows - rows[:, [0, -1]].mean()
    a, b, ab, ba = rows[:, 0], rows[:, -1], rows[:, 1:7].T, rows[:, 7:13].T
    first = [float(salib_sobol.first_order(a, ab[i], b)) for i in range(6)]
    total = [float(salib_sobol.total_order(a, ab[i], b)) for i in range(6)]
    second = [
        float(salib_sobol.second_order(a, ab[j], ab[i], ba[j], b))
        for i, j in zip(*np.triu_indices(6, 1), strict=True)
    ]
    assert ours == pytest.approx(first + total + second, abs=1e-10)


def test_morris_effects_are_salibs() -> None:
    x = designs.sampled("morris", 6, 7, 3)
    y = g_function(x)
    theirs = salib_morris.analyze(PROBLEM, x, y, num_levels=4)
    ours = morris_indices(NAMES, x.reshape(7, 7, 6), y.reshape(7, 7, 1))
    for name, key in (("mu_star", "mu_star"), ("mu", "mu"), ("sigma", "sigma")):
        found = [i.estimate for i in ours if i.name == name]
        assert found == pytest.approx(theirs[key], abs=1e-10)


def test_pawn_is_salibs() -> None:
    x = designs.sampled("latin_hypercube", 6, 200, 3)
    y = g_function(x)
    theirs = salib_pawn.analyze(PROBLEM, x, y, S=10)["median"]
    slices = np.argsort(np.argsort(x, axis=0), axis=0) * 10 // 200
    assert [pawn(slices[:, i], y) for i in range(6)] == pytest.approx(theirs, abs=0.02)


# ---------------------------------------------------------------- intervals and floors

RUNS = many(60, 1_000)


def test_sobol_intervals_hold_the_truth() -> None:
    held: list[bool] = []
    for run in range(RUNS):
        blocks = designs.sampled("sobol", 6, 128, 1 + run + SEED).reshape(128, 8, 6)
        found = sobol_indices(NAMES, g_noisy(blocks, run, noise=0.5), pairs=False)
        held += [holds(i, {"first": G_FIRST, "total": G_TOTAL}[i.name][i.factor]) for i in found]
    assert np.mean(held) > 0.93


def test_intervals_of_shares_hold_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govsim.decisions.sensitivity_indices._pawns", lambda *_: [])
    monkeypatch.setattr("govsim.decisions.sensitivity_indices.PERMUTATIONS", 4)
    held: list[bool] = []
    for run in range(RUNS // 2):
        x = designs.sampled("latin_hypercube", 6, 256, 1 + run + SEED)
        found = given_data_indices(NAMES, x, g_noisy(x, run, noise=0.5))
        held += [holds(i, G_FIRST[i.factor]) for i in found]
    assert np.mean(held) > 0.92


def test_morris_intervals_hold_the_truth_above_and_below_the_floor() -> None:
    many_blocks = designs.morris(6, 5_000, 5).reshape(-1, 7, 6)
    exact = morris_indices(NAMES, many_blocks, g_function(many_blocks)[..., None])
    truth = {i.factor: i.estimate for i in exact if i.name == "mu_star"}
    held: list[bool] = []
    for run in range(RUNS):
        blocks = designs.sampled("morris", 6, 8, 1 + run + SEED).reshape(8, 7, 6)
        found = morris_indices(NAMES, blocks, g_noisy(blocks, run, noise=0.1))
        held += [holds(i, truth[i.factor]) for i in found if i.name == "mu_star"]
    assert np.mean(held) > 0.91


@pytest.mark.parametrize("design", ["morris", "sobol", "latin_hypercube"])
def test_what_does_nothing_is_hardly_ever_above_the_floor(
    design: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise of about the size of the effects; the last three values have none."""
    monkeypatch.setattr("govsim.decisions.sensitivity_indices.PERMUTATIONS", 80)
    wrong, right = [], []
    for run in range(many(30, 300)):
        x = designs.sampled(design, 6, {"morris": 10}.get(design, 64), run + 1 + SEED)
        size = {"morris": 7, "sobol": 8}.get(design, 1)
        blocks = x.reshape(-1, size, 6)
        chance = np.random.default_rng(run).standard_normal((*blocks.shape[:2], 2))
        y = (blocks[..., 0] + blocks[..., 1])[..., None] + 0.25 * chance
        if design == "morris":
            found = morris_indices(NAMES, blocks, y)
        elif design == "sobol":
            found = sobol_indices(NAMES, y, pairs=False)
        else:
            found = given_data_indices(NAMES, x, y[:, 0])
        main = {"morris": "mu_star", "sobol": "total"}.get(design, "first")
        wrong += [by_name(found, main)[name].sure for name in NAMES[3:]]
        right += [by_name(found, main)[name].sure for name in NAMES[:2]]
    assert np.mean(wrong) <= 0.05 + 3 * (0.05 * 0.95 / len(wrong)) ** 0.5
    assert np.mean(right) > 0.5


def test_noise_does_not_pass_for_effects() -> None:
    """Without taking it out, the total index of a value that does nothing would be a third."""
    estimates, naive = [], []
    for run in range(20):
        blocks = designs.sampled("sobol", 6, 128, run + 1).reshape(128, 8, 6)
        y = g_noisy(blocks, run, noise=1.0)
        estimates.append(by_name(sobol_indices(NAMES, y, pairs=False), "total")["f"].estimate)
        blurred = sobol_indices(NAMES, y.mean(2, keepdims=True), pairs=False)
        naive.append(by_name(blurred, "total")["f"].estimate)
    assert abs(np.mean(estimates)) < 0.06 and np.mean(naive) > 0.25


def test_variance_components() -> None:
    random = np.random.default_rng(3)
    values = 3 * random.standard_normal((400, 1)) + 2 * random.standard_normal((400, 40))
    values += 5 * random.standard_normal(40)
    found = noise_of(values)
    assert found.parameters == pytest.approx(9, rel=0.2)
    assert found.own == pytest.approx(4, rel=0.1)
    assert found.common == pytest.approx(25, rel=0.5)
    assert found.of_means == pytest.approx((4 / 40) / (9 + 4 / 40), rel=0.25)


# ---------------------------------------------------------------- value of information


def one_or_other(x: Floats, noise: float, seed: int) -> Floats:
    """The second arm is better by x - 0.4, where x is the first of three values."""
    chance = np.random.default_rng(seed).standard_normal((2, len(x), 2))
    gain = np.stack([np.zeros(len(x)), x[:, 0] - 0.4])
    return gain[..., None] + noise * chance


def test_worth_of_knowing() -> None:
    x = designs.latin_hypercube(3, 800, 2)
    found = worth_of(("a", "b"), NAMES[:3], x, one_or_other(x, 0.05, 1), 1)
    assert found.best == 1 and found.wrong == pytest.approx(0.4, abs=0.05)
    truth = 0.4**2 / 2  # the mean of max(0, 0.4 - x)
    assert found.everything.low < truth < found.everything.high
    assert found.everything.worth == pytest.approx(truth, rel=0.15)
    first, *others = found.single
    assert first.factor == "a" and first.sure and first.low < truth < first.high
    assert not any(value.sure for value in others)


def test_less_is_better_turns_the_choice() -> None:
    x = designs.latin_hypercube(3, 800, 2)
    found = worth_of(("a", "b"), NAMES[:3], x, one_or_other(x, 0.05, 1), -1)
    assert found.best == 0
    assert found.everything.worth == pytest.approx(0.6**2 / 2 - 0.1, rel=0.2)


def test_noise_is_worth_nothing() -> None:
    sure = 0
    for run in range(many(20, 200)):
        random = np.random.default_rng(run + SEED)
        values = random.standard_normal((2, 200, 2)) + np.array([0.0, 0.5])[:, None, None]
        found = worth_of(("a", "b"), NAMES[:3], random.random((200, 3)), values, 1)
        sure += found.everything.low > 0 or any(value.sure for value in found.single)
    assert sure <= 0.05 * many(20, 200)


def test_the_worth_of_a_stored_sweep(tmp_path: Path) -> None:
    def two(x: Floats, arm: int) -> Floats:
        return 10 + arm * (x[:, 0] - 0.4)

    arms = ("night_visits", "added_staff")
    made_sweep(tmp_path / "s", two, 3, "latin_hypercube, samples: 256", noise=0.05, arms=arms)
    found = sensitivity(tmp_path / "s", between=arms)
    assert found.worth is not None and found.worth.arms[found.worth.best] == "night_visits"
    assert [value.factor for value in found.worth.single if value.sure] == [PATHS[0]]
    assert (
        "not distinguishable from zero"
        in govsim_says("sensitivity", tmp_path / "s", "--between", *arms).output
    )


# ---------------------------------------------------------------- evidence


def test_the_ranking_is_influence_times_weakness() -> None:
    register = load(ROOT / "scenarios" / "district.yaml").register()
    grades = {entry.path: entry for entry in register}
    published = next(e.path for e in register if e.grade == "published")
    unfounded = next(e for e in register if weakness_of(e) == 4).path
    assert weakness_of(grades["trust.half_life"]) == 3 and weakness_of(grades["horizon"]) == 0
    asked = [("trust.half_life", 2.0), (published, 4.0), (unfounded, 1.6), ("horizon", 9.0)]
    found = weakest(register, [Influence(path, size, True) for path, size in asked])
    assert [weak.factor for weak in found] == [published, unfounded, "trust.half_life", "horizon"]
    assert [weak.score for weak in found] == pytest.approx([8 / 9, 6.4 / 9, 6 / 9, 0])
    assert not_varied(register, []) == not_varied(register, ["trust.half_life"]) + 1


def test_every_range_has_something_that_would_settle_it() -> None:
    fallback = what_would_settle("something.else")
    for file in (ROOT / "scenarios").glob("*.yaml"):
        for entry in load(file).register():
            if entry.range and not entry.path.partition(".")[0].endswith("_defaults"):
                assert what_would_settle(entry.path) != fallback, entry.path
    assert "payroll" in what_would_settle("tiers.street.leaders.pay")
    assert "diaries" in what_would_settle("tiers.street.touch_work.mean")
    assert what_would_settle("trust.half_life", "Ask Li.").startswith("Ask Li. ")


# ---------------------------------------------------------------- what is refused


def refused(folder: Path, **asked: object) -> str:
    with pytest.raises(InputError) as error:
        sensitivity(folder, **asked)  # type: ignore[arg-type]
    return str(error.value.findings[0])


def test_designs_that_tell_nothing_are_refused(tmp_path: Path) -> None:
    text = (ROOT / "experiments" / "visits_staff_load.yaml").read_text("utf-8")
    assert "kind: grid" in text
    from govsim.experiments import read_experiment
    from govsim.experiments.sweep_store import SweepFolder

    (tmp_path / "s").mkdir()
    experiment = read_experiment(ROOT / "experiments" / "visits_staff_load.yaml")
    SweepFolder(tmp_path / "s", experiment).open(restart=False)
    assert "latin_hypercube, samples: 256" in refused(tmp_path / "s")


def test_too_little_is_refused(tmp_path: Path) -> None:
    holes = partial(lambda point, replication: FAILED if point % 6 == 0 else DONE)
    made_sweep(tmp_path / "s", ishigami, 4, "sobol, samples: 16", lost=holes)
    assert "Only 0 blocks" in refused(tmp_path / "s")
    made_sweep(tmp_path / "one", ishigami, 4, "morris, samples: 1")
    assert "Only 1 blocks" in refused(tmp_path / "one")
    nothing = partial(lambda point, replication: None)
    made_sweep(tmp_path / "none", ishigami, 4, "morris, samples: 4", lost=nothing)
    assert "goes on with what is missing" in refused(tmp_path / "none")


def test_what_does_not_vary_has_no_drivers(tmp_path: Path) -> None:
    made_sweep(tmp_path / "s", lambda x, arm: np.ones(len(x)), 3, "morris, samples: 4")
    assert "the same in every simulation" in refused(tmp_path / "s")


def test_mere_chance_is_refused_or_not_told_from_chance(tmp_path: Path) -> None:
    for seed in range(1, 6):
        folder = tmp_path / f"{seed}"
        made_sweep(folder, lambda x, arm: np.ones(len(x)), 3, "latin_hypercube, samples: 64",
                   noise=1.0, seed=seed)  # fmt: skip
        try:
            found = sensitivity(folder)
        except InputError as error:
            assert "chance between replications" in str(error.findings[0])
        else:
            assert not any(index.sure for index in found.drivers)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"outcome": "backlgo"}, "backlog.true"),
        ({"outcome": ""}, None),
        ({"arm": "night_visit"}, "night_visits"),
        ({"between": ("night_visits", "grid")}, "it has night_visits, added_staff"),
        ({"between": ("night_visits",)}, "two policy sets"),
        ({"between": ("night_visits", "night_visits")}, "two policy sets"),
    ],
)
def test_what_is_not_there_is_refused(tmp_path: Path, asked: dict, said: str | None) -> None:
    arms = ("night_visits", "added_staff")
    made_sweep(tmp_path / "s", ishigami, 3, "morris, samples: 3", arms=arms)
    if said is None:
        assert sensitivity(tmp_path / "s", **asked).question.outcome == "backlog.true"
    else:
        assert said in refused(tmp_path / "s", **asked)


def govsim_says(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [*map(str, words), "--lang", "en"], prog_name="govsim")


def test_rubbish_is_refused(tmp_path: Path) -> None:
    made_sweep(tmp_path / "s", ishigami, 3, "morris, samples: 3")
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        assert govsim_says("sensitivity", folder).exit_code == 2
    assert govsim_says("sensitivity", tmp_path / "s", "--between", "a").exit_code == 2
    (tmp_path / "s" / "results.parquet").write_bytes(b"PAR1 nothing")
    assert govsim_says("sensitivity", tmp_path / "s").exit_code == 2
    (tmp_path / "s" / "scenario.resolved.yaml").write_text("govsim: 2")
    assert govsim_says("sensitivity", tmp_path / "s").exit_code == 2


# ---------------------------------------------------------------- files and pictures


def test_files(tmp_path: Path) -> None:
    def two(x: Floats, arm: int) -> Floats:
        return 10 * x[:, 0] + arm * 5 * x[:, 1]

    arms = ("night_visits", "added_staff")
    made_sweep(tmp_path / "s", two, 4, "morris, samples: 5", noise=0.1, arms=arms)
    before = (tmp_path / "s" / "results.parquet").read_bytes()
    said = govsim_says("sensitivity", tmp_path / "s", "--between", *arms)
    assert said.exit_code == 0 and "What drives" in said.output
    names = {f"{n}.{lang}.{k}" for n in ("sensitivity", "interactions") for lang in ("en", "zh")
             for k in ("png", "svg")}  # fmt: skip
    written = {file.name for file in (tmp_path / "s").iterdir()}
    assert names | {"sensitivity.parquet", "sensitivity.json"} <= written
    assert before == (tmp_path / "s" / "results.parquet").read_bytes()
    facts = json.loads((tmp_path / "s" / "sensitivity.json").read_text("utf-8"))
    assert facts["ranking"][0]["factor"] == PATHS[1] and facts["against"] == arms[1]
    table = pq.read_table(tmp_path / "s" / "sensitivity.parquet").to_pandas()
    found = govsim.sensitivity(tmp_path / "s", between=arms)
    assert list(table["estimate"].dropna()) == [i.estimate for i in found.indices]
    keep(found)
    assert json.loads((tmp_path / "s" / "sensitivity.json").read_text("utf-8")) == facts


@pytest.mark.parametrize(
    "design", ["morris, samples: 5", "sobol_pairs, samples: 32", "latin_hypercube, samples: 64"]
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pictures_show_what_was_found(tmp_path: Path, design: str, lang: str) -> None:
    made_sweep(tmp_path / "s", ishigami, 4, design, noise=0.2)
    found = sensitivity(tmp_path / "s")
    picture = tornado(found, lang)
    named = [text.get_text() for text in picture.axes[0].texts]
    assert [name for name in named if name in PATHS] == [i.factor for i in found.drivers]
    both = interactions(found, lang)
    texts = " ".join(t.get_text() for axes in both.axes for t in axes.findobj(match=_is_text))
    assert found.drivers[0].factor in texts


def _is_text(artist: object) -> bool:
    return hasattr(artist, "get_text")


@pytest.mark.parametrize("replications", [1, 2])
def test_one_replication_says_so(tmp_path: Path, replications: int) -> None:
    made_sweep(tmp_path / "s", ishigami, 3, "morris, samples: 4", replications=replications)
    said = govsim_says("sensitivity", tmp_path / "s").output
    assert ("cannot be told from effects" in said) == (replications == 1)
