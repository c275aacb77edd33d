"""The best use of a budget in a small town: the engine, the folder, the verb, rubbish."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import govsim
from govsim import cli
from govsim.decisions.folder import Decision, open_decision
from govsim.decisions.uses import with_cadres
from govsim.errors import InputError
from govsim.experiments import pool
from govsim.language import speaking
from govsim.report.spending import portfolio_lines, spending_sentences, spending_tables
from govsim.report.spending_figures import spending_figure
from govsim.scenario import compile_plan, read

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
SHORT = ("horizon=60 d", "run_in=28 d")


def ask(out: Path | None = None, **other: Any) -> Decision:
    facts: dict[str, Any] = {
        "budget": "3e5 CNY/year",
        "kpi": "reply_on_time.recorded",
        "policies": ["night_visits", "mandatory_reply"],
        "trials": 12,
        "replications": 2,
        "most": 12,
        "fresh": 6,
        "settings": SHORT,
        "workers": 1,
        "out": out,
    }
    return govsim.budget(TOWN, **(facts | other))


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> Decision:
    return ask(tmp_path_factory.mktemp("town") / "out")


def test_the_money_is_kept_to(decision: Decision) -> None:
    answer = decision.answer
    assert answer["tried"]
    for number in [answer["chosen"], *answer["frontier"]]:
        if number >= 0:
            assert answer["portfolios"][number]["cost"][0] <= 3e5 * 1.001


def test_reported_numbers_are_those_of_fresh_replications(decision: Decision) -> None:
    answer = decision.answer
    number = next(n for n in answer["frontier"])
    row = answer["portfolios"][number]
    trials = decision.trials.to_pandas()
    base = trials[trials["arm"] == "baseline"].set_index("replication")
    assert decision.comparison is not None
    said = decision.comparison.manifest["arms"][f"portfolio_{number + 1}"]
    arm = " ".join(["+".join(said[0]), *said[1]])
    treated = trials[trials["arm"] == arm].set_index("replication")
    fresh = range(2 + 12, 2 + 12 + 6)
    name = "reply_on_time.recorded"
    gains = (treated.loc[fresh, name] - base.loc[fresh, name]).to_numpy()
    assert row["gain"][0] == pytest.approx(gains.mean())
    cost = (treated.loc[fresh, "cost.recorded"] - base.loc[fresh, "cost.recorded"]).mean()
    assert row["cost"][0] == pytest.approx(cost * 365 / 60, abs=0.02)


def test_the_same_question_again_simulates_nothing(
    decision: Decision, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert decision.folder is not None
    monkeypatch.setattr("govsim.decisions.budget.compare_arms", lambda *_: None)
    monkeypatch.setattr(pool, "replicate", lambda *_: pytest.fail("simulated again"))
    assert ask(decision.folder).answer == decision.answer


@pytest.mark.slow
def test_workers_change_nothing(decision: Decision) -> None:
    assert ask(workers=2).answer == decision.answer


def test_it_is_read_back(decision: Decision) -> None:
    assert decision.folder is not None
    assert open_decision(decision.folder).answer == decision.answer
    assert isinstance(govsim.open_results(decision.folder), Decision)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_told_and_drawn(decision: Decision, lang: str) -> None:
    with speaking(lang):
        told = spending_sentences(decision)
        lines = portfolio_lines(decision)
        tables = list(spending_tables(decision))
    assert len(told) >= 5
    assert len(lines) == len(decision.answer["portfolios"])
    assert len(tables[-1].lines) == len(decision.answer["margins"])
    assert not any("{" in line for line in told + lines)
    figure = spending_figure(decision, lang)
    assert {axes.get_label() for axes in figure.axes} == {"cloud", "parts", "margins"}


def test_added_cadres_are_as_many_as_said() -> None:
    written = read(TOWN)
    wider, uses = with_cadres(written, written.scenario())
    base = len(compile_plan(wider.scenario()).cadres)
    assert uses
    for use in uses:
        for step, posts in enumerate(use.amounts, 1):
            scenario = wider.scenario(use.settings(step), (use.policy,))
            assert len(compile_plan(scenario).cadres) - base == posts


def test_a_wider_scenario_has_the_same_baseline() -> None:
    written = read(TOWN)
    wider, _ = with_cadres(written, written.scenario(SHORT))
    one = govsim.run(written.scenario(SHORT), replications=1, workers=1)
    other = govsim.run(wider.scenario(SHORT), replications=1, workers=1)
    key = ("baseline", "backlog", "true")
    assert np.array_equal(one.city[key], other.city[key])


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ({"budget": "-5 CNY/year"}, "--budget"),
        ({"budget": "0 CNY/year"}, "--budget"),
        ({"budget": "2e6 CNY"}, "--budget"),
        ({"budget": "lots"}, "--budget"),
        ({"budget": float("nan")}, "--budget"),
        ({"budget": "1e400 CNY/year"}, "--budget"),
        ({"kpi": "cost"}, "--kpi"),
        ({"kpi": "registered.true"}, "--kpi"),
        ({"kpi": "💥"}, "--kpi"),
        ({"policies": ["nobody"]}, "policies: nobody"),
        ({"indifference": "0"}, "--indifference"),
        ({"indifference": "3 d"}, "--indifference"),
        ({"certainty": 1.0}, "--certainty"),
        ({"certainty": float("nan")}, "--certainty"),
        ({"trials": 0}, "--trials"),
        ({"replications": 1}, "--replications"),
        ({"most": 9}, "--most"),
        ({"fresh": 4}, "--fresh"),
        ({"engine": "steam"}, "--engine"),
        ({"workers": 0}, "--workers"),
        ({"seed": -1}, "--seed"),
    ],
)
def test_rubbish_is_refused(what: dict[str, Any], where: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=where):
        ask(tmp_path / "out", **what)
    assert not (tmp_path / "out").exists()


def test_the_verb_refuses_with_exit_code_2(tmp_path: Path) -> None:
    words = [
        "budget",
        str(TOWN),
        "--budget",
        "much",
        "--kpi",
        "trust",
        "--out",
        str(tmp_path / "o"),
    ]
    result = CliRunner().invoke(cli.app, [*words, "--lang", "en"], prog_name="govsim")
    assert result.exit_code == 2
    assert "--budget" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_the_verb_answers(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = (
        f"budget {TOWN} --kpi backlog.true --policies mandatory_reply training --no-staff "
        f"--trials 6 --replications 2 --most 10 --fresh 5 --workers 1 --lang zh --out {out}"
    ).split()
    more = ["--budget", "2e5 CNY/year", "--set", "horizon=60 d", "--set", "run_in=28 d"]
    result = CliRunner().invoke(cli.app, [*words, *more], prog_name="govsim")
    assert result.exit_code == 0, result.stderr
    assert "每年 20.0万元 预算" in result.stdout
    for name in ("manifest.json", "budget.en.png", "budget.zh.svg", "comparison"):
        assert (out / name).exists()
