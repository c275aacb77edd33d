"""Comparing: paired, adjusted, as precise as asked, and the same however it is done."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import govsim
from govsim.errors import InputError
from govsim.experiments import Interrupted, comparing
from govsim.experiments.asked import parts_of
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import Question, comparison_table, paired_gain
from govsim.experiments.intervals import paired_difference
from govsim.experiments.precision import Verdict

ROOT = Path(__file__).parents[2]
TOWN = ROOT / "scenarios" / "small_town.yaml"
SHORT = ["horizon=60 d", "history=30 d", "run_in=28 d"]
SETS = ["night_visits", "added_staff", "night_visits + added_staff"]
FILES = (
    "kpis.parquet", "series.parquet", "delays.parquet", "comparison.parquet", "histories.parquet",
)  # fmt: skip


def asked(out: Path | None, **how: object) -> govsim.experiments.Results:
    usual = {"replications": 6, "settings": SHORT, "workers": 1, "out": out}
    return govsim.compare(TOWN, SETS, **{**usual, **how})


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> govsim.experiments.Results:
    return asked(tmp_path_factory.mktemp("calm") / "out")


def test_the_baseline_comes_first(calm: govsim.experiments.Results) -> None:
    assert calm.policy_sets == (
        "baseline", "night_visits", "added_staff", "night_visits+added_staff",
    )  # fmt: skip
    assert calm.replications == 6


def test_each_policy_set_is_what_a_run_of_it_is(calm: govsim.experiments.Results) -> None:
    alone = govsim.run(
        govsim.load(TOWN, set=SHORT), policies=["added_staff"], replications=6, workers=1
    )
    for key in (("added_staff", "backlog", "true"), ("added_staff", "cost", "recorded")):
        assert calm.city[key] == alone.city[key]


@pytest.mark.parametrize("how", [{"workers": 3}, {"engine": "agents"}])
def test_how_it_is_done_leaves_no_trace(
    calm: govsim.experiments.Results, tmp_path: Path, how: dict
) -> None:
    asked(tmp_path / "out", **how)
    assert calm.folder is not None
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (calm.folder / name).read_bytes(), name


def test_the_table(calm: govsim.experiments.Results) -> None:
    assert calm.folder is not None
    table = pd.read_parquet(calm.folder / "comparison.parquet")
    row = table[(table.kpi == "backlog") & (table.side == "true")].set_index("policy_set")
    treated, base = (
        [calm.city[name, "backlog", "true"][r] for r in range(6)]
        for name in ("night_visits", "baseline")
    )
    expected = paired_difference(treated, base)  # each interval by itself
    found = row.loc["night_visits"]
    assert (found["difference"], found["low"], found["high"]) == pytest.approx(expected[:3])
    assert np.isnan(row.loc["baseline", "difference"])
    assert row["best"].sum() == pytest.approx(1.0)
    assert found["replications"] == 6


def test_what_is_certain(calm: govsim.experiments.Results) -> None:
    """Six replications, over a hundred comparisons: what is clear by itself is only leaning."""
    backlog, registered = Question("backlog", "true"), Question("registered", "recorded")
    visits = calm.screen.less(backlog, "night_visits", "baseline")
    assert visits.p < 0.005
    assert visits.certainty == Certainty.LEANING
    assert calm.screen.less(registered, "night_visits", "baseline").certainty == Certainty.CERTAIN
    assert calm.screen.less(registered, "added_staff", "baseline").certainty != Certainty.LEANING


def test_histories_follow_the_same_problems(calm: govsim.experiments.Results) -> None:
    assert calm.folder is not None
    log = pd.read_parquet(calm.folder / "histories.parquet")
    followed = log.groupby("policy_set")["problem"].agg(lambda column: frozenset(column))
    assert followed.nunique() == 1
    assert len(followed.iloc[0]) > 100
    begun = log[log.activity == "begin"].pivot(
        index="problem", columns="policy_set", values="finished"
    )
    assert begun.nunique(axis=1).eq(1).all()  # the same moment under every policy
    assert {"register", "handle", "end by an office", "end by itself"} <= set(log.activity)
    assert log.replication.eq(0).all()


def test_an_interrupted_comparison_goes_on(
    calm: govsim.experiments.Results, tmp_path: Path
) -> None:
    def press(done: int, *_: object) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        asked(tmp_path / "out", progress=press)
    partial = govsim.open_results(tmp_path / "out")
    assert not partial.complete
    assert (tmp_path / "out" / "comparison.parquet").exists()
    told: list[int] = []
    asked(tmp_path / "out", progress=lambda done, *_: told.append(done))
    assert told[0] >= 6
    assert calm.folder is not None
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (calm.folder / name).read_bytes(), name


def test_precision_is_reached_and_told(tmp_path: Path) -> None:
    results = govsim.compare(
        TOWN, ["added_staff"], precision=0.9, settings=SHORT, workers=1, replications=60,
        out=tmp_path / "out",
    )  # fmt: skip
    told = results.manifest["precision"]
    assert told["replications"] == results.replications
    assert told["relative"] == 0.9
    assert told["reached"] == (results.replications < 60 or told["widest"][1] <= 0.9)
    assert 10 <= results.replications <= 60
    again = asked(None, replications=results.replications)
    for key, values in results.city.items():
        if key[0] == "added_staff":
            assert again.city[key] == pytest.approx(values, nan_ok=True)


def test_precision_stops_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def never(columns: dict, goal: object) -> Verdict:
        rounds.append(len(next(iter(columns.values()))))
        return comparing_enough(columns, goal)

    comparing_enough = comparing.enough
    monkeypatch.setattr(comparing, "enough", never)
    results = govsim.compare(TOWN, [], precision=0.0001, settings=SHORT, workers=1, replications=25)
    assert results.replications == 25
    assert not results.manifest["precision"]["reached"]
    assert rounds == [10, 20, 25]  # never more than doubled at once


@pytest.mark.parametrize("histories", [-5, 10**9])
def test_histories_that_cannot_be_kept(histories: int) -> None:
    with pytest.raises(InputError, match="--histories: The histories of 0 to 1000000"):
        asked(None, histories=histories)


@pytest.mark.parametrize("precision", [0.0, 1.0, -1.0, 7.0])
def test_a_precision_that_is_none(precision: float) -> None:
    with pytest.raises(InputError, match="is not a precision"):
        asked(None, precision=precision)


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["night_visit"], "there is no policy night_visit.*did you mean night_visits"),
        (["grid+"], "is no set of policies"),
        (["grid+grid"], "is no set of policies"),
        (["missing.yaml"], "there is no such file"),
    ],
)
def test_wrong_sets(sets: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        govsim.compare(TOWN, sets, replications=1)


def test_sets_in_words() -> None:
    assert parts_of("baseline") == parts_of("none") == parts_of("基线") == ()
    assert parts_of(" a +b") == ("a", "b")


def test_a_policy_file_can_be_compared(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text("govsim: 1\npolicies:\n  two_more: {kind: added_staff, cadres: 2}\n")
    results = govsim.compare(
        TOWN, [str(file), f"grid+{file}"], replications=1, settings=SHORT, workers=1
    )
    assert results.policy_sets == ("baseline", "two_more", "grid+two_more")


@pytest.mark.slow
def test_pairing_halves_the_intervals_in_the_district() -> None:
    """Night visits against the baseline: at most half as wide for five headline KPIs or more."""
    results = govsim.compare(
        ROOT / "scenarios" / "district.yaml", ["night_visits"], replications=12
    )
    from govsim.outcomes import KPIS

    table = comparison_table(results).to_pandas()
    table["gain"] = paired_gain(table)
    headline = table[table.kpi.map(lambda name: KPIS[name].headline) & table.gain.notna()]
    halved = headline[headline.gain >= 2.0]
    assert halved.kpi.nunique() >= 5, headline[["kpi", "side", "gain"]]
