"""The best of some policy sets: asked, chosen, told, kept; and what cannot be asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import govsim
from govsim import cli
from govsim.decisions import choosing
from govsim.decisions.choosing import choose
from govsim.decisions.folder import Decision, open_decision
from govsim.decisions.keeping import read_cost, read_keep
from govsim.decisions.selection import Kind
from govsim.errors import InputError
from govsim.experiments import pool
from govsim.experiments.results import Results
from govsim.language import speaking
from govsim.outcomes.scopes import Scopes
from govsim.report.choosing import choice_sentences, choice_table
from govsim.report.choosing_figures import save_choice_figures
from govsim.scenario import compile_plan, load

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
SHORT = ("horizon=45 d",)
SETS = ("night_visits", "added_staff", "night_visits+added_staff")


def short(kpi: str = "backlog.true", **how: object) -> Decision:
    how = {"policies": SETS, "settings": SHORT, "workers": 1, "indifference": "40%", **how}
    return choose(TOWN, kpi=kpi, **how)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("choice") / "out"
    short(out=out, cost_at_most="1e9 CNY/year")
    return out


@pytest.fixture(scope="module")
def decision(folder: Path) -> Decision:
    return open_decision(folder)


def test_the_answer_is_that_of_a_comparison(decision: Decision) -> None:
    assert [row["name"] for row in decision.answer["options"]] == ["baseline", *SETS]
    compared = govsim.compare(load(TOWN, set=SHORT), SETS, replications=20, workers=1)
    for row in decision.answer["options"]:
        values = compared.city[row["name"], "backlog", "true"]
        seen = np.array([values[r] for r in range(20)])
        if row["after"] == 20:
            assert row["mean"] == pytest.approx(seen.mean())
    best = decision.answer["best"]
    rows = {row["name"]: row for row in decision.answer["options"]}
    assert rows[best]["mean"] == min(row["mean"] for row in rows.values())
    assert rows[best]["fate"] == Kind.CHOSEN
    assert decision.answer["guaranteed"]


def test_it_is_read_back_with_a_comparison(folder: Path, decision: Decision) -> None:
    read_back = govsim.open_results(folder)
    assert isinstance(read_back, Decision)
    assert isinstance(read_back.comparison, Results)
    first, *others = read_back.comparison.policy_sets
    assert first == "baseline"
    assert {decision.answer["best"], decision.answer["runner_up"]} <= {first, *others}
    assert len(read_back.trials) == decision.answer["replications"]


def test_the_same_again_simulates_nothing(
    folder: Path, decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "replicate", lambda *_: pytest.fail("simulated again"))
    monkeypatch.setattr(choosing, "compare_arms", lambda *_: None)
    again = short(cost_at_most="1e9 CNY/year", out=folder)
    assert again.answer == decision.answer


def test_less_is_better_or_more_is() -> None:
    for kpi, sign in (("backlog.true", -1), ("problems_solved", 1)):
        answer = short(kpi, indifference="5%", policies=("added_staff",)).answer
        means = {row["name"]: sign * row["mean"] for row in answer["options"]}
        assert means[answer["best"]] == max(means.values())


def test_a_condition_puts_out_who_breaks_it() -> None:
    free = short()
    costs = {row["name"]: row["cost"] for row in free.answer["options"]}
    assert costs["baseline"] == 0.0
    assert costs[SETS[2]] == pytest.approx(costs[SETS[0]] + costs[SETS[1]], rel=0.05)
    bound = short(cost_at_most="0 CNY/year")
    assert bound.answer["best"] == "baseline"
    fates = {row["name"]: row["fate"] for row in bound.answer["options"]}
    assert {fates[name] for name in SETS if costs[name] > 1.0} == {"breaks"}


def test_what_costs_just_what_is_allowed_is_allowed() -> None:
    costs = {row["name"]: row["cost"] for row in short().answer["options"]}
    bound = short(cost_at_most=f"{costs['night_visits']!r} CNY/year").answer
    assert "night_visits" not in [r["name"] for r in bound["options"] if r["fate"] == "breaks"]


def test_it_says_how_the_answer_would_tighten() -> None:
    made = short()
    facts = made.manifest["answer"]
    with speaking("en"):
        for more, words in ((7, "about 7 more"), (0, "would not tighten")):
            told = facts | {"guaranteed": True, "more": facts["more"] | {"replications": more}}
            again = replace(made, manifest=made.manifest | {"answer": told})
            assert any(words in line for line in choice_sentences(again))


def test_nothing_to_choose_is_an_answer() -> None:
    answer = short(keep=["backlog.true <= 0 ± 1"])
    assert answer.answer["best"] is None
    with speaking("en"):
        lines = choice_sentences(answer)
    assert lines[0] == "No policy set keeps all conditions: there is nothing to choose."
    assert any(line.startswith('Out, as they break "backlog.true <= 0 ± 1": ') for line in lines)


def test_a_fixed_number_gives_an_estimate_and_no_guarantee() -> None:
    answer = short(replications=40)
    assert answer.answer["replications"] == 40
    assert not answer.answer["guaranteed"]
    assert 0.0 <= answer.answer["chance"] <= 1.0
    with speaking("en"):
        assert any("nothing is guaranteed" in line for line in choice_sentences(answer))


def test_what_cannot_be_told_apart_is_said() -> None:
    answer = short(policies=("added_staff",), indifference="0.01", most=20)
    with speaking("en"):
        lines = " ".join(choice_sentences(answer))
    if not answer.answer["guaranteed"]:
        assert "could not be told apart" in lines
        assert "--most" in lines


def test_every_policy_alone() -> None:
    found = short(policies=(), every=True, replications=90, settings=("horizon=30 d",))
    with speaking("zh"):
        lines = "\n".join(choice_sentences(found))
    assert "该政策没有改变任何规则" in lines
    assert "–" not in lines
    named = [row["name"] for row in found.answer["options"]]
    assert {"baseline", "night_visits", "grid", "training"} <= set(named)
    assert "changed_rules" in found.question["left_out"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures_and_texts_in_both_languages(decision: Decision, tmp_path: Path, lang: str) -> None:
    with speaking(lang):
        table = choice_table(decision)
        lines = choice_sentences(decision)
    assert len(table.lines) == 4
    assert all(len(line.cells) == len(table.columns) for line in table.lines)
    assert lines[0].startswith("Backlog" if lang == "en" else "期末积压")
    files = save_choice_figures(decision, tmp_path)
    assert {file.name for file in files} >= {f"choice.{lang}.png", f"cost_effect.{lang}.svg"}
    assert all(file.stat().st_size > 10_000 for file in files)


# ---------------------------------------------------------------- conditions

SCOPES = Scopes.of(compile_plan(load(TOWN)))


@pytest.mark.parametrize(
    ("text", "value", "baseline", "slack", "tolerance"),
    [
        ("resolution_rate.true >= 70%", 0.75, 0.8, 0.05, 0.01),
        ("resolution_rate.true >= baseline - 1%", 0.75, 0.8, -0.04, 0.005),
        ("resolution_rate.true ≥ 基线－2%", 0.75, 0.8, -0.03, 0.01),
        ("backlog.true <= baseline + 10%", 95.0, 100.0, 15.0, 5.0),
        ("backlog.true <= baseline", 95.0, 100.0, 5.0, 2.0),
        ("backlog.true <= 80 +- 3", 95.0, 100.0, -15.0, 3.0),
        ("median_reply_days <= baseline + 1 d ± 12 h", 6.5, 5.0, -0.5, 0.5),
    ],
)
def test_conditions_are_read(
    text: str, value: float, baseline: float, slack: float, tolerance: float
) -> None:
    keep = read_keep(text.replace("－", "-"), SCOPES)
    assert keep.slack(np.array([value]), np.array([baseline])) == pytest.approx([slack])
    assert keep.with_tolerance(baseline).tolerance == pytest.approx(tolerance)


def test_a_cost_is_of_a_year() -> None:
    keep = read_cost("365 CNY/year", 0.5)
    assert keep.slack(np.array([300.0]), np.array([100.0]))[0] == pytest.approx(-17.0)


@pytest.mark.parametrize(
    "text",
    ["", "backlog.true", "backlog.true <= ", "backlog.true <= 3 d", "backlog.true <= base",
     "backlog.true <= baseline + ", "backlog.true <= baseline + x", "backlog.true <= 3 ± 0",
     "backlog.true <= 3 ± nan", "nothing <= 3", "headline >= 1", "a < b < c", "💥" * 300,
     "backlog.true <= baseline * 2"],
)  # fmt: skip
def test_rubbish_is_no_condition_to_keep(text: str) -> None:
    with pytest.raises(InputError, match="--keep"):
        read_keep(text, SCOPES)


# ---------------------------------------------------------------- the command


def command(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["choose", *arguments, "--lang", "en"], prog_name="govsim")


def test_the_command_answers_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = command(
        str(TOWN), "--policies", "night_visits", "added_staff", "--kpi", "backlog.true",
        "--indifference", "40%", "--set", "horizon=45 d", "--workers", "1", "--out", str(out),
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    first, *rest = found.stdout.splitlines()
    assert first.startswith("Backlog at the end, true: ")
    assert rest[-1] == f"Tables and figures are in {out}"
    assert any(line.startswith("Night visits ") for line in rest)
    assert (out / "choice.zh.png").exists()
    assert (out / "comparison" / "kpis.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kpi", "nothing"), "--kpi"),
        (("--kpi", "registered.recorded"), "nothing is best by it"),
        (("--kpi", "backlog.true", "--indifference", "0"), "--indifference"),
        (("--kpi", "backlog.true", "--indifference", "nan"), "--indifference"),
        (("--kpi", "backlog.true", "--indifference", "5 d"), "--indifference"),
        (("--kpi", "backlog.true", "--certainty", "40%"), "--certainty"),
        (("--kpi", "backlog.true", "--certainty", "95"), "--certainty"),
        (("--kpi", "backlog.true", "--keep", "love"), "--keep"),
        (("--kpi", "backlog.true", "--cost-at-most", "2 CNY"), "--cost-at-most"),
        (("--kpi", "backlog.true", "--cost-at-most", "-2 CNY/year"), "--cost-at-most"),
        (("--kpi", "backlog.true", "--replications", "5"), "at least 10"),
        (("--kpi", "backlog.true", "--replications", "x"), "--replications"),
        (("--kpi", "backlog.true", "--replications", "1000000000"), "--replications"),
        (("--kpi", "backlog.true", "--most", "3"), "--most"),
        (("--kpi", "backlog.true", "--policies", "unicorns"), "unicorns"),
        (("--kpi", "backlog.true", "--policies", "a++b"), "no set of policies"),
        (("--kpi", "backlog.true", "--engine", "steam"), "--engine"),
        (("--kpi", "backlog.true", "--workers", "0"), "--workers"),
    ],
)
def test_rubbish_is_refused_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "out"
    given = () if "--policies" in arguments else ("--policies", "night_visits")
    short_run = ("--set", "horizon=30 d", "--workers", "1") if "--workers" not in arguments else ()
    found = command(str(TOWN), *given, *short_run, "--out", str(out), *arguments)
    assert found.exit_code == 2, found.output
    assert said in found.stderr
    assert not out.exists()


def test_nothing_but_the_baseline_is_no_choice(tmp_path: Path) -> None:
    found = command(str(TOWN), "--kpi", "backlog.true", "--out", str(tmp_path / "out"))
    assert found.exit_code == 2
    assert "nothing to choose from" in found.stderr
