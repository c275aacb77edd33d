"""``govsim staff`` against queues whose fewest servers are known, and against trying everything."""

from itertools import product
from math import exp
from pathlib import Path

import pytest
from matplotlib.text import Text
from typer.testing import CliRunner

import govsim
from govsim import cli
from govsim.decisions import arms as arms_module
from govsim.decisions.arms import Arm, Arms
from govsim.decisions.posts import posts_of
from govsim.decisions.selection import Kind
from govsim.decisions.staff import staff
from govsim.errors import InputError
from govsim.experiments.measures import Measured
from govsim.language import speaking
from govsim.report.staff import (
    save_staff_figures,
    staff_sentences,
    staff_tables,
    times_figure,
)
from govsim.scenario import compile_plan, load, read
from longer import SEED, many
from theory.formulas import erlang_c, mmc_wait

ROOT = Path(__file__).parents[2]
NETWORK = ROOT / "benchmarks" / "tiers" / "small.yaml"
TOWN = ROOT / "scenarios" / "small_town.yaml"
SHORT = ["horizon=60 d", "run_in=28 d"]
PER_DAY = 6.0  # arrivals; work takes a day on average

QUEUE = """govsim: 1
extends: {network}
tiers:
  village:
    offices: 1
    residents: 1000
    can_solve: 1
    reply_deadline: 2 d
    touch_work: {{distribution: exponential, mean: 1 d}}
    desks: {{front: {{cadres: {cadres}}}}}
  township: none
  county: none
  city: none
demand: {{problems: 2.19 /year}}
"""

TWO_TIERS = """govsim: 1
extends: {network}
tiers:
  village:
    offices: 2
    residents: 500
    can_solve: 0.6
    touch_work: {{distribution: exponential, mean: 0.7 d}}
    desks: {{front: {{cadres: 2, pay: 60000 CNY/year}}}}
  township:
    offices: 1
    can_solve: 1
    touch_work: {{distribution: exponential, mean: 1 d}}
    desks: {{front: {{cadres: 2, pay: 120000 CNY/year}}}}
  county: none
  city: none
demand: {{problems: 1.46 /year}}
"""


def queue(folder: Path, cadres: int = 8, text: str = QUEUE) -> Path:
    file = folder / "queue.yaml"
    (folder / NETWORK.name).write_bytes(NETWORK.read_bytes())
    file.write_text(text.format(network=NETWORK.name, cadres=cadres), encoding="utf-8")
    return file


def within(days: float, servers: int) -> float:
    """Share of cases of M/M/c that are done within so many days (work takes one on average)."""
    spare = servers - 1 - PER_DAY
    waiting = erlang_c(servers, PER_DAY) * (1 - exp(-days * spare)) / spare if spare else 0.0
    return 1 - exp(-days) * (1 + (waiting if spare else erlang_c(servers, PER_DAY) * days))


def wait_target(servers: int) -> str:
    """A mean wait that so many servers reach and one fewer does not, by far."""
    here, fewer = (mmc_wait(PER_DAY, 1.0, c) for c in (servers, servers - 1))
    return f"time_in_queue.recorded <= {(here * fewer) ** 0.5:.4f} d"


def deadline_target(servers: int) -> str:
    return f"reply_on_time.recorded >= {(within(2.0, servers) + within(2.0, servers - 1)) / 2:.4f}"


@pytest.mark.parametrize(
    ("target", "fewest", "now"), [(wait_target(9), 9, 7), (deadline_target(8), 8, 20)]
)
def test_the_fewest_servers_of_a_queue_are_found(
    tmp_path: Path, target: str, fewest: int, now: int
) -> None:
    """At the promised rate: 19 of 20 decisions at least; chance alone can hardly miss two in 60."""
    file = queue(tmp_path, now)
    runs = many(1, 60)
    found = [
        fewest_of(staff(file, target, years=20, seed=1 + SEED + run, workers=1))
        for run in range(runs)
    ]
    assert found.count([fewest]) >= runs - runs // 10


def fewest_of(decision: govsim.decisions.folder.Decision) -> list[int]:
    assert decision.answer["verdict"] == "found"
    return next(row["numbers"] for row in decision.answer["rows"] if row["what"] == "fewest")


def test_neighbours_costs_and_the_path(tmp_path: Path) -> None:
    decision = staff(queue(tmp_path, 7), wait_target(9), years=40, workers=1)
    rows = {(row["what"], row["side"]): row for row in decision.answer["rows"]}
    assert rows["fewest", 0]["cost"] == 2 * 120_000
    assert rows["beside", -1]["numbers"] == [8]
    assert rows["beside", -1]["met"] / 40 < 0.3 < 0.9 < rows["fewest", 0]["met"] / 40
    # one fewer falls off a cliff: the margin is recommended, and the path leads there
    assert rows["robust", 0]["numbers"] == [10]
    path = decision.answer["path"]
    assert path["steps"]["village"] == [[0.0, 7], [121.0, 8], [243.0, 9], [365.0, 10]]
    assert path["after"]["met"] / path["after"]["years"] > 0.9
    assert path["rolling"][0]["met"] < path["after"]["met"]
    told = " ".join(staff_sentences(decision))
    assert "knife-edge" in told
    assert "Village 10 (now 7)" in told


def test_too_many_are_said_to_be_too_many(tmp_path: Path) -> None:
    decision = staff(queue(tmp_path, 16), wait_target(8), years=20, workers=1)
    assert decision.answer["rows"][0]["met"] == 20
    assert "More than the target needs are there now: Village" in " ".join(
        staff_sentences(decision)
    )


def test_what_cadres_do_not_limit_is_refused(tmp_path: Path) -> None:
    """Every case waits 30 days for others; no number of cadres closes half of them in 20."""
    decision = staff(
        queue(tmp_path),
        "median_resolution_days.recorded <= 20 d",
        settings=["classes.urgent.outside_wait.value=30 d"],
        years=20,
        workers=1,
    )
    assert decision.answer["verdict"] == "not_by_staff"
    told = staff_sentences(decision)
    assert "Cadres are not what limits" in told[0]
    assert "Time with others 9" in told[-2]  # per cent
    assert len(decision.answer["rows"]) == 2
    drawn = sorted(file.name for file in save_staff_figures(decision, tmp_path))
    assert drawn == ["staff.en.png", "staff.en.svg", "staff.zh.png", "staff.zh.svg"]
    texts = [text.get_text() for text in times_figure(decision, "en").findobj(Text)]
    assert "Time with others" in texts
    assert any(text.startswith("Four times as many: target met in 0 %") for text in texts)


# ---------------------------------------------------------------- a town that nobody attends to


def starved(share: float, *more: str) -> tuple[str, ...]:
    """Cadres of the communities have so little time that most cases are never touched."""
    desk = f"tiers.community.desks.front.share_of_time={share}"
    return ("horizon=120 d", "run_in=84 d", "loops.giving_up=0", desk, *more)


def test_the_less_time_there_is_the_longer_the_queue() -> None:
    """Also of the open: the few who were closed in time would have waited less and less."""
    waits = []
    for share in (0.2, 0.02, 0.004):
        scenario = load(TOWN, set=starved(share))
        results = govsim.run(scenario, replications=3, workers=1)
        waits.append(list(results.city["baseline", "time_in_queue", "recorded"].values()))
    enough, little, hardly_any = waits
    assert max(enough) < 15.0 < 45.0 < min(little)
    assert max(little) < min(hardly_any) < max(hardly_any) < 60.0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_too_few_are_not_said_to_be_no_limit(lang: str) -> None:
    """Even four times as many are too few, but better than those of now, and it says so."""
    target, settings = "time_in_queue <= 20 d", starved(0.004)
    decision = staff(TOWN, target, vary=["community"], settings=settings, years=8, workers=1)
    now, abundant = decision.answer["rows"]
    assert (now["numbers"], abundant["numbers"]) == ([32], [128])
    assert now["met"] == abundant["met"] == 0  # now: 95 % of years, when only the closed counted
    waits = [row["means"]["time_in_queue.recorded"] for row in (now, abundant)]
    assert 50.0 < waits[0] < 60.0
    assert waits[1] < waits[0] - 2.0
    with speaking(lang):
        first, second, *_ = staff_sentences(decision)
    assert ("Four times as many cadres are not enough" if lang == "en" else "仍然不够") in first
    assert all(f"{days:.1f}" in second for days in waits)


def test_more_cadres_are_enough_where_they_have_time() -> None:
    settings = starved(0.04)
    target = "time_in_queue <= 20 d"
    decision = staff(
        TOWN, target, vary=["community"], settings=settings, indifference=0.09, years=20, workers=1
    )
    assert 32 < fewest_of(decision)[0] < 128
    rows = {row["what"]: row for row in decision.answer["rows"]}
    assert rows["now"]["met"] == 0
    assert rows["fewest"]["met"] > 15


def test_added_staff_shortens_queues_and_is_chosen() -> None:
    """It was said to be beaten by the baseline, as those whom it reached had waited so long."""
    added = ("policies.added_staff.tier=community", "policies.added_staff.cadres=12")
    decision = govsim.choose(
        TOWN, ["added_staff"], kpi="time_in_queue", settings=starved(0.02, *added), workers=1
    )
    assert decision.answer["best"] == "added_staff"
    options = {option["name"]: option for option in decision.answer["options"]}
    assert options["baseline"]["fate"] == Kind.BEATEN
    assert options["added_staff"]["mean"] < options["baseline"]["mean"] - 3.0


@pytest.mark.slow
def test_two_tiers_cost_as_little_as_by_trying_all(tmp_path: Path) -> None:
    file = queue(tmp_path, text=TWO_TIERS)
    target = "time_in_queue.recorded <= 0.15 d"
    decision = staff(file, target, years=20, workers=1, seed=3)
    with Arms(read(file), (Measured("time_in_queue", "recorded"),), seed=99, workers=1) as arms:
        posts = posts_of(arms.scenario(Arm()), arms.plan(Arm()), ("village", "township"))
        costs = []
        for numbers in product(range(2, 11), range(2, 8)):
            settings = (
                f"tiers.{post.tier}.staffing.more_cadres={n - post.now}"
                for post, n in zip(posts, numbers, strict=True)
            )
            arm = Arm((), tuple(settings))
            arms.simulate({arm: 60})
            if (arms.values(arm, 60)[:, 0] <= 0.15).mean() >= 0.85:  # the indifference zone's end
                costs.append(sum(n * post.pay for n, post in zip(numbers, posts, strict=True)))
    found = sum(n * post.pay for n, post in zip(fewest_of(decision), posts, strict=True))
    assert min(costs) <= found <= min(costs) + 120_000


def test_steps_grow_with_what_is_there() -> None:
    nanchang = load(ROOT / "scenarios" / "nanchang_2011.yaml")
    posts = posts_of(nanchang, compile_plan(nanchang), tuple(nanchang.tiers))
    for post in posts:
        assert post.step == 1 or 20 <= post.now / post.step <= 130
        assert (post.now - post.least) % post.step == (post.most - post.now) % post.step == 0
        assert 0 < post.least <= post.now < post.most


# ---------------------------------------------------------------- folder, command line


def test_it_goes_on_and_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, out = "backlog.recorded <= 500", tmp_path / "out"
    asked = {"years": 6, "workers": 1, "settings": SHORT, "vary": ["street"]}
    decision = govsim.staff(TOWN, target, out=out, **asked)
    monkeypatch.setattr(arms_module, "perform", lambda *_: pytest.fail("simulated again"))
    again = govsim.staff(TOWN, target, out=out, **asked)
    assert again.answer == decision.answer == govsim.open_results(out).answer
    assert again.kind == "staff"
    written = save_staff_figures(decision, tmp_path)
    assert {path.name for path in written} >= {"staff.en.png", "staff.zh.svg"}
    assert all(path.stat().st_size > 5_000 for path in written)
    assert all(len(line.cells) == len(t.columns) for t in staff_tables(again) for line in t.lines)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_verb(tmp_path: Path, lang: str) -> None:
    asked = ["--target", "backlog.recorded <= 500", "--vary", "street", "--years", "5"]
    asked += [f"--set={setting}" for setting in SHORT]
    told = run(*asked, "--out", str(tmp_path / "out"), "--lang", lang)
    assert told.exit_code == 0, told.stderr
    assert ("Years that meet the target" in told.stdout) == (lang == "en")


@pytest.mark.parametrize(
    "options",
    [
        ["--target", "backlog.recorded"],
        ["--target", "nothing <= 3"],
        ["--target", ""],
        ["--target", "backlog.recorded <= 3", "--certainty", "0%"],
        ["--target", "backlog.recorded <= 3", "--certainty", "100%"],
        ["--target", "backlog.recorded <= 3", "--certainty", "nan"],
        ["--target", "backlog.recorded <= 3", "--vary", "moon"],
        ["--target", "backlog.recorded <= 3", "--over", "soon"],
        ["--target", "backlog.recorded <= 3", "--over", "90 years"],
        ["--target", "backlog.recorded <= 3", "--from", "yesterday"],
        ["--target", "backlog.recorded <= 3", "--from", "1811-01-01"],
        ["--target", "backlog.recorded <= 3", "--indifference", "50%"],
        ["--target", "backlog.recorded <= 3", "--years", "0"],
        ["--target", "backlog.recorded <= 3", "--years", "💥"],
        ["--target", "backlog.recorded <= 3", "--policy", "no_such_policy"],
        ["--target", "backlog.recorded <= 3", "--engine", "steam"],
    ],
)  # fmt: skip
def test_rubbish_is_refused_with_a_sentence(options: list[str], tmp_path: Path) -> None:
    told = run(*options, "--out", str(tmp_path / "out"))
    assert told.exit_code == 2, told.stdout
    assert told.stderr.strip()
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "out").exists()


def run(*options: str) -> object:
    return CliRunner().invoke(cli.app, ["staff", str(TOWN), *options])


def test_no_target_is_an_error() -> None:
    with pytest.raises(InputError, match="at least one target"):
        staff(TOWN, ())
