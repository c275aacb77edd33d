"""Experiment files: what they say, and what is said about mistakes in them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.experiments.experiment import Experiment, points_table
from govsim.experiments.experiment_reading import read_experiment

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
SHIPPED = sorted((Path(__file__).parents[2] / "experiments").glob("*.yaml"))

PLAIN = """
govsim: 1
scenario: town.yaml
set: {horizon: 60 d}
levers:
  policies: [baseline, night_visits]
uncertainties:
  demand.problems: [0.1 /year, 0.3 /year]
outcomes: [backlog]
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    shutil.copy(TOWN, tmp_path / "town.yaml")
    return tmp_path


def written(desk: Path, text: str) -> Experiment:
    file = desk / "test.yaml"
    file.write_text(text.lstrip(), encoding="utf-8")
    return read_experiment(file)


def test_a_grid(desk: Path) -> None:
    experiment = written(desk, PLAIN)
    assert experiment.count == 4
    assert [experiment.point(place).policies for place in range(4)] == [
        (), ("night_visits",), (), ("night_visits",),
    ]  # fmt: skip
    assert experiment.point(3).settings == ("horizon=60 d", "demand.problems=0.3 /year")
    assert [experiment.point(place).sample for place in range(4)] == [0, 0, 1, 1]
    assert [measure.name for measure in experiment.measures] == ["backlog.recorded", "backlog.true"]


def test_the_table_of_points(desk: Path) -> None:
    table = points_table(written(desk, PLAIN), 1, 4)
    assert table["point"].to_pylist() == [1, 2, 3]
    assert table["policies"].to_pylist() == ["night_visits", "baseline", "night_visits"]
    assert table["demand.problems"].to_pylist() == [0.1, 0.3, 0.3]
    assert table["settings"][0].as_py() == ["horizon=60 d", "demand.problems=0.1 /year"]


def test_nothing_need_vary(desk: Path) -> None:
    experiment = written(desk, "govsim: 1\nscenario: town.yaml\n")
    assert experiment.count == 1
    assert experiment.point(0).settings == ()


RANGES = """
  demand.problems: {from: 0.1 /year, to: 0.3 /year}
  classes.hard.outside_wait.median: {from: 10 d, to: 90 d, scale: log}
  tiers.street.desks.handlers.cadres: {from: 2, to: 5}
  reporting.probability: range
"""


@pytest.mark.parametrize(
    ("design", "samples"),
    [
        ("latin_hypercube, samples: 40", 40),
        ("sobol, samples: 8", 48),
        ("sobol_pairs, samples: 8", 80),
        ("morris, samples: 5", 25),
    ],
)
def test_sampled_designs(desk: Path, design: str, samples: int) -> None:
    text = PLAIN.replace("  demand.problems: [0.1 /year, 0.3 /year]", RANGES.strip("\n"))
    experiment = written(desk, text + f"design: {{kind: {design}}}\n")
    assert experiment.count == 2 * samples
    table = points_table(experiment, 0, experiment.count).to_pandas()
    assert table["demand.problems"].between(0.1, 0.3).all()
    assert table["classes.hard.outside_wait.median"].between(10, 90).all()
    assert set(table["tiers.street.desks.handlers.cadres"]) <= {2.0, 3.0, 4.0, 5.0}
    assert table["reporting.probability"].between(0.05, 0.9).all()
    assert (
        table["demand.problems"].to_numpy()[::2] == table["demand.problems"].to_numpy()[1::2]
    ).all()
    again = written(desk, text + f"design: {{kind: {design}}}\n")
    assert np.array_equal(again.ranks, experiment.ranks)
    assert again.parts() == experiment.parts()


def test_a_log_scale_has_as_much_below_the_geometric_mean(desk: Path) -> None:
    text = PLAIN.replace("  demand.problems: [0.1 /year, 0.3 /year]", RANGES.strip("\n"))
    experiment = written(desk, text + "design: {kind: latin_hypercube, samples: 200}\n")
    waits = points_table(experiment, 0, 400).to_pandas()["classes.hard.outside_wait.median"]
    assert (waits < 30).mean() == pytest.approx(0.5, abs=0.01)


def test_an_explicit_table_pairs_what_has_the_same_uncertainties(desk: Path) -> None:
    points = """
design:
  kind: table
  points:
    - {policies: baseline, demand.problems: 0.1 /year}
    - {policies: baseline, demand.problems: 0.3 /year}
    - {policies: night_visits, demand.problems: 0.1 /year}
"""
    experiment = written(desk, PLAIN + points)
    assert experiment.count == 3
    assert [experiment.point(place).sample for place in range(3)] == [0, 1, 0]


def test_every_range_of_a_grade(desk: Path) -> None:
    text = PLAIN.replace("uncertainties:\n  demand.problems: [0.1 /year, 0.3 /year]\n", "")
    text += "uncertainties: assumption\ndesign: {kind: latin_hypercube, samples: 4}\n"
    experiment = written(desk, text)
    names = {factor.name for factor in experiment.uncertainties}
    assert "demand.problems" in names
    assert "policies.night_visits.time_off" in names
    assert not any(name.startswith("policies.grid") for name in names)  # no point has it
    assert "segments.general.share" in experiment.left_out  # shares must add up to 1
    assert not names & set(experiment.left_out)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_experiments(file: Path) -> None:
    experiment = read_experiment(file)
    assert experiment.question and experiment.question_zh and experiment.name_zh
    first = file.read_text(encoding="utf-8").splitlines()[:6]
    assert first[0].startswith("# Question:")
    assert any(f"govsim sweep experiments/{file.name}" in line for line in first)


LOADS, OUTCOMES = "[0.1 /year, 0.3 /year]", "outcomes: [backlog]"
SETS = "  policies: [baseline, night_visits]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("levers:", "leavers:", r"test.yaml:4:1: leavers: .*did you mean levers"),
        ("town.yaml", "city.yaml", "city.yaml: there is no such file"),
        ("scenario: town.yaml\n", "", "an experiment needs the file of its scenario"),
        ("60 d", "60", r"test.yaml:3:16: set.horizon: \"60\" has no unit"),
        ("night_visits]", "night_visit]", "no policy night_visit.*did you mean night_visits"),
        ("night_visits]", "night_visits+]", "is no set of policies"),
        ("demand.problems:", "demand.problem:", r"test.yaml:7:19: .*did you mean problems"),
        ("0.3 /year]", "-0.3 /year]", r"test.yaml:7:20: .*demand.problems: .*not allowed"),
        (LOADS, "0.1 /year", "here must stand a list of values, two ends"),
        (LOADS, "{from: 0.1 /year}", "a range needs both ends"),
        (LOADS, "{from: 0.3 /year, to: 0.1 /year}", "is no range"),
        (LOADS, "{from: 0.1 /year, to: 0.3 /year, scale: lin}", "linear or log"),
        (LOADS, "{from: 0.1 /year, to: 0.3 /year}", "a grid needs lists of values"),
        (SETS, "  demand.season: range", "states no range"),
        (SETS, "  demand.problems: [0.1 /year]", "among levers and unc"),
        (OUTCOMES, "outcomes: [backlogg]", "no KPI 'backlogg'; did you mean backlog"),
        (OUTCOMES, "outcomes: [trust.recorded]", "trust has the sides: true"),
        (OUTCOMES, "outcomes: ['backlog@tier:stret']", "no tier 'stret'; did you mean"),
        (OUTCOMES, "outcomes: backlog", "here must stand a list"),
        (OUTCOMES, "replications: 0", "1 to 100000"),
        (OUTCOMES, "seed: yes", "is not allowed here"),
        (OUTCOMES, "design: {kind: random}", "one of: grid, latin_hypercube"),
        (OUTCOMES, "design: {kind: sobol, samples: 10}", "power of two"),
        (OUTCOMES, "design: {kind: table}", "a table needs points"),
        (OUTCOMES, "design: {kind: table, points: [{policies: baseline}]}", "a value of each"),
        (OUTCOMES, "uncertainties: guesses", "second time"),
    ],
)  # fmt: skip
def test_mistakes(desk: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        written(desk, PLAIN.replace(old, new))


def test_mistakes_are_gathered(desk: Path) -> None:
    with pytest.raises(InputError) as wrong:
        written(desk, PLAIN.replace("[backlog]", "[nothing, nowhere]").replace("0.3 /year", "many"))
    assert len(wrong.value.findings) >= 2


@pytest.mark.parametrize("content", ["", "govsim: 2", "- a", "govsim: 1\nscenario: [", "\x00"])
def test_rubbish(desk: Path, content: str) -> None:
    (desk / "test.yaml").write_text(content)
    with pytest.raises(InputError):
        read_experiment(desk / "test.yaml")
