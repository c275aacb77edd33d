"""``govsim discover`` through a real store: what is planted is said, and rubbish is told."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_sweep import made_sweep
from planted_engine import FEW_SPEAK, MANY_FROM
from typer.testing import CliRunner

import govsim
from govsim import cli
from govsim.decisions.discovering import FEW_FAIL, FEW_HOLD, Discovery
from govsim.decisions.discovering_futures import futures_of
from govsim.decisions.discovering_question import answered, read_question
from govsim.errors import InputError
from govsim.experiments.sweep_store import open_sweep
from govsim.experiments.sweeping import sweep
from govsim.experiments.work import ENGINES
from govsim.language import speaking
from govsim.report.discovering import answer, main_sentence, regret_notes
from govsim.report.discovering_figures import save_discovery_figures
from govsim.report.values import title_of

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
TEXT = """
govsim: 1
name: Planted
scenario: town.yaml
set: {horizon: 20 d, history: 30 d}
levers: {policies: [baseline, night_visits]}
uncertainties:
  demand.problems: {from: 0.1 /year, to: 0.4 /year}
  reporting.probability: {from: 0.1, to: 0.6}
  reporting.reconsider_every: range
  triage.error: {from: 0, to: 0.3}
design: {kind: latin_hypercube, samples: SAMPLES}
outcomes: [backlog.recorded, registered.recorded]
replications: 2
seed: 4
"""
WINS = "night_visits beats baseline in backlog.recorded"


def made(folder: Path, text: str, samples: int = 150) -> Path:
    """A sweep with the planted engine."""
    shutil.copy(TOWN, folder / "town.yaml")
    written = text.lstrip().replace("SAMPLES", str(samples))
    (folder / "planted.yaml").write_text(written, encoding="utf-8")
    ENGINES["planted"] = "planted_engine:simulate"
    try:
        sweep(folder / "planted.yaml", out=folder / "out", workers=1, engine="planted")
    finally:
        del ENGINES["planted"]
    return folder / "out"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("planted"), TEXT)


@pytest.fixture(scope="module")
def found(planted: Path) -> Discovery:
    return govsim.discover(planted, WINS, enough="backlog.recorded <= 60")


def test_what_was_planted_is_found(found: Discovery) -> None:
    assert found.answer is not None
    limits = {limit.end: limit.value for limit in found.answer.limits}
    assert limits == {(0, 0): pytest.approx(MANY_FROM, abs=0.03),
                      (1, 1): pytest.approx(FEW_SPEAK, abs=0.05)}  # fmt: skip
    held = found.answer.held_out
    assert held.density.low < 0.9 < held.density.high
    assert held.base < held.density.low


def test_shares_of_replications_count_and_not_majorities(found: Discovery) -> None:
    """With one replication of ten turned round, many futures hold in one replication of two."""
    assert set(found.share) == {0.0, 0.5, 1.0}
    rows = open_sweep(found.results.folder).table(["backlog.recorded"])
    wide = rows.pivot_table(
        index=["sample", "replication"], columns="policies", values="backlog.recorded"
    )
    expected = (wide["night_visits"] < wide["baseline"]).groupby("sample").mean()
    assert found.share.tolist() == expected.tolist()


def test_sentences_name_titles_and_units(found: Discovery) -> None:
    text = main_sentence(found)
    assert text.startswith('Night visits beats Baseline in "Backlog at the end, recorded"')
    assert '"Problems that begin, per resident" (demand.problems) is above 0.2' in text
    assert "a year" in text
    with speaking("zh"):
        text = "".join(answer(found))
    assert "每位居民新发生的问题" in text
    assert "每年 0.2" in text


def test_the_most_robust(found: Discovery) -> None:
    """Visits have twice the cases where they lose, half where they win: no visits have least."""
    robust = found.robustness
    assert robust is not None
    assert robust.least_expected.arm == robust.least_largest.arm == "baseline"
    assert robust.least_expected.certainty > 0.99
    assert robust.regrets[0].largest <= 30.0 < robust.regrets[1].largest
    baseline, visits = (row.enough for row in robust.regrets)
    assert baseline.share == 1.0
    assert visits.share == pytest.approx(found.base)


def test_what_is_kept(planted: Path, found: Discovery) -> None:
    facts = json.loads((planted / "discovery.json").read_text("utf-8"))
    assert facts["where"] == WINS
    assert {limit["name"] for limit in facts["box"]["limits"]} == {
        "demand.problems", "reporting.probability",
    }  # fmt: skip
    assert facts["box"]["limits"][0]["unit"] == "/year"
    rows = pd.read_parquet(planted / "discovery.parquet")
    assert rows["in_box"].tolist() == found.inside.tolist()
    assert rows["holds"].mean() == pytest.approx(facts["base"])
    assert rows["regret:baseline"].mean() == pytest.approx(found.robustness.regrets[0].expected)


def test_the_same_again_is_the_same(planted: Path, found: Discovery) -> None:
    before = {n: (planted / n).read_bytes() for n in ("discovery.json", "discovery.parquet")}
    govsim.discover(planted, WINS, enough="backlog.recorded <= 60")
    assert before == {name: (planted / name).read_bytes() for name in before}


def test_figures_in_both_languages(found: Discovery, tmp_path: Path) -> None:
    names = {path.name for path in save_discovery_figures(found, tmp_path)}
    assert {"discovery.en.png", "discovery.zh.svg", "regret.en.svg", "regret.zh.png"} <= names
    assert all((tmp_path / name).stat().st_size > 10_000 for name in names)


def test_too_few_on_either_side_is_refused(planted: Path) -> None:
    hardly = govsim.discover(planted, "backlog.recorded < 5 under baseline", keep=False)
    nearly = govsim.discover(planted, "backlog.recorded < 1e6 under baseline", keep=False)
    assert (hardly.refusal, nearly.refusal) == (FEW_HOLD, FEW_FAIL)
    assert hardly.answer is None
    assert any("No answer: it holds in 0 futures only" in line for line in answer(hardly))


def test_a_refusal_leaves_no_picture_of_another_question(planted: Path) -> None:
    (planted / "discovery.en.png").write_bytes(b"of another question")
    govsim.discover(planted, "backlog.recorded < 5 under baseline")
    assert not (planted / "discovery.en.png").exists()
    assert json.loads((planted / "discovery.json").read_text("utf-8"))["refused"] == FEW_HOLD


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("", "is not a condition"),
        ("night_visits beats in backlog.recorded", "is not a question"),
        ("night_visits beats nobody in backlog.recorded", "there are: baseline; night_visits"),
        ("night_visits beats night_visits in backlog.recorded", "compared with itself"),
        ("night_visits beats baseline in trust.true", "did not keep trust.true"),
        ("night_visits beats baseline in registered.recorded", "neither more nor less"),
        ("night_visits beats baseline in backlog.recorded by five", "five"),
        ("best(nobody) in backlog.recorded", "no lever value"),
        ("best(night_visits in backlog.recorded", "is not a question"),
        ("backlog.recorded < 100", "under which of baseline; night_visits"),
        ("backlog.recorded < 100 under nobody", "no lever value"),
        ("backlgo.recorded < 100 under baseline", "did you mean"),
        ("backlog.recorded ~ 100 under baseline", "is not a condition"),
        ("\x00\n" * 500, "is not a condition"),
    ],
)  # fmt: skip
def test_rubbish_is_told(planted: Path, where: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        govsim.discover(planted, where, keep=False)


@pytest.mark.parametrize(
    "more",
    [
        {"density": 0.0}, {"density": float("nan")}, {"kpi": "registered.recorded"},
        {"kpi": "trust.true"}, {"enough": "backlog.recorded <= 5 under baseline"},
        {"enough": "much"},
    ],
)  # fmt: skip
def test_wrong_options_are_told(planted: Path, more: dict) -> None:
    with pytest.raises(InputError):
        govsim.discover(planted, WINS, keep=False, **more)


def test_clauses_and_margins(planted: Path) -> None:
    futures = futures_of(open_sweep(planted))

    def share(text: str) -> np.ndarray:
        return answered(read_question(text, futures), futures).share

    assert share("best(night_visits) in backlog.recorded").tolist() == share(WINS).tolist()
    assert share(f"{WINS} by 30").sum() == 0
    assert share(f"{WINS} by 29").tolist() == share(WINS).tolist()
    both = share(f"{WINS} and backlog.recorded < 59 under baseline")
    assert both.sum() == 0  # the baseline has 60 everywhere


def test_what_is_no_number_is_left_out_and_said(tmp_path: Path) -> None:
    text = TEXT.replace(
        "  triage.error: {from: 0, to: 0.3}\n", "  start: [2011-01-01, 2011-07-01]\n"
    )
    folder = made(tmp_path, text, 20)
    found = govsim.discover(folder, WINS, keep=False)
    assert found.futures.left_out == ("start",)
    assert any("No numbers, so that no limit can be drawn: start." in t for t in answer(found))


def test_nothing_numeric_is_an_error(tmp_path: Path) -> None:
    head, _, tail = TEXT.partition("uncertainties:")
    text = f"{head}uncertainties: {{start: [2011-01-01, 2011-07-01]}}\ndesign: {{kind: grid}}\n"
    folder = made(tmp_path, text + tail[tail.index("outcomes:") :])
    with pytest.raises(InputError, match="Nothing that is a number"):
        govsim.discover(folder, WINS, keep=False)


def test_dependent_samples_are_left_out_or_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sobol = made(tmp_path / "a", TEXT.replace("latin_hypercube", "sobol"), 8)
    futures = futures_of(open_sweep(sobol))
    assert (len(futures.samples), futures.dropped) == (16, 32)
    assert len({tuple(row) for row in futures.x}) == 16
    assert all(len(set(column)) == 16 for column in futures.x.T)  # no value is shared
    morris = made(tmp_path / "b", TEXT.replace("latin_hypercube", "morris"), 4)
    with pytest.raises(InputError, match="Morris"):
        govsim.discover(morris, WINS, keep=False)


def test_titles_come_from_the_reference() -> None:
    assert title_of("classes.hard.outside_wait.median") == (
        "Hard matter: wait for other parties, money or season before the solution (median)"
    )
    assert title_of("policies.night_visits.turnout").startswith("Night visits: chance that")
    assert title_of("no.such.path") == "no.such.path"


def test_the_command(planted: Path) -> None:
    done = CliRunner().invoke(
        cli.app, ["discover", str(planted), "--where", WINS, "--density", "80%"], prog_name="govsim"
    )
    assert done.exit_code == 0, done.stderr
    assert "10 futures in it are such" in done.stdout
    assert (planted / "discovery.zh.png").exists()


@pytest.mark.parametrize("words", [["nowhere"], ["."], ["DIR", "--density", "many"]])
def test_wrong_commands_end_with_two(planted: Path, words: list[str]) -> None:
    words = [str(planted) if word == "DIR" else word for word in words]
    done = CliRunner().invoke(cli.app, ["discover", *words, "--where", WINS], prog_name="govsim")
    assert done.exit_code == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_where_one_lever_is_always_best_no_region_is_told(tmp_path: Path) -> None:
    def levels(ranks: np.ndarray, arm: int) -> np.ndarray:
        return 100.0 + 30.0 * ranks[:, 0] - (40.0 + 20.0 * ranks[:, 0] if arm == 1 else 0.0)

    folder = tmp_path / "sweep"
    arms = ("night_visits", "added_staff")
    made_sweep(folder, levels, 2, "latin_hypercube, samples: 80", noise=0.5, arms=arms)
    found = govsim.discover(folder, "added_staff beats night_visits in backlog.true by 50")
    with speaking("en"):
        notes = list(regret_notes(found))
    assert "No uncertainty tells where another than Added staff would be better." in notes
    assert "Which is best where:" not in notes
