"""Arms: simulated once, kept, and gone on with; conditions as planners write them."""

from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from govsim.decisions.arms import Arm, Arms
from govsim.decisions.conditions import read_condition
from govsim.decisions.folder import compare_arms, decision_folder, open_decision, publish
from govsim.errors import InputError
from govsim.experiments import pool
from govsim.experiments.measures import Measured
from govsim.outcomes.scopes import Scopes
from govsim.scenario import compile_plan, load, read

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
SHORT = ("horizon=60 d",)
MEASURES = (Measured("registered", "recorded"), Measured("backlog", "true"))
VISITS = Arm(("night_visits",))
MORE = Arm((), ("horizon=90 d",))


def arms(folder: Path | None = None, seed: int = 1) -> Arms:
    return Arms(read(TOWN), MEASURES, SHORT, seed=seed, workers=1, folder=folder)


def test_values_are_those_of_a_run() -> None:
    import govsim

    with arms() as some:
        some.simulate({Arm(): 2, VISITS: 1})
        found = some.values(Arm(), 2)
    results = govsim.run(load(TOWN, set=SHORT), replications=2, workers=1)
    for column, measure in enumerate(MEASURES):
        expected = results.city["baseline", measure.kpi, measure.side]
        assert found[:, column].tolist() == [expected[0], expected[1]]


def test_nothing_is_simulated_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with arms(tmp_path / "trials") as some:
        some.simulate({Arm(): 3, VISITS: 2})
        first = some.values(VISITS, 2)
        whole = some.kept.table()
    monkeypatch.setattr(pool, "replicate", lambda *_: pytest.fail("simulated again"))
    with arms(tmp_path / "trials") as again:
        again.simulate({VISITS: 2, Arm(): 3})
        assert np.array_equal(again.values(VISITS, 2), first)
        assert again.kept.table() == whole


def test_other_ground_begins_anew(tmp_path: Path) -> None:
    with arms(tmp_path / "trials") as some:
        some.simulate({Arm(): 1})
    with arms(tmp_path / "trials", seed=2) as other:
        assert len(other.kept) == 0


def test_damaged_parts_are_done_again(tmp_path: Path) -> None:
    with arms(tmp_path / "trials") as some:
        some.simulate({Arm(): 1})
        whole = some.kept.table()
    part = tmp_path / "trials" / "000000.parquet"
    part.write_bytes(part.read_bytes()[:100])
    with arms(tmp_path / "trials") as again:
        assert len(again.kept) == 0
        again.simulate({Arm(): 1})
        assert again.kept.table() == whole


def test_a_decision_is_read_back(tmp_path: Path) -> None:
    with decision_folder(tmp_path / "out", "choose", "Small town") as trials, arms(trials) as some:
        some.simulate({Arm(): 2})
        compared = compare_arms(some, {"now": Arm(), "visits": VISITS}, 2, tmp_path / "out")
        made = publish(
            "choose",
            some,
            {"kpi": "backlog.true"},
            {"best": "now"},
            datetime.now().astimezone(),
            folder=tmp_path / "out",
            comparison=compared,
        )
        again = partial(compare_arms, some, folder=tmp_path / "out")
        assert again({"now": Arm(), "visits": VISITS}, 2).manifest == compared.manifest
        assert again({"now": Arm(), "visits": VISITS}, 3).replications == 3
    read_back = open_decision(tmp_path / "out")
    assert read_back.answer == made.answer == {"best": "now"}
    assert read_back.trials == made.trials
    assert read_back.comparison is not None
    assert read_back.comparison.policy_sets == ("now", "visits")


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    refused = pytest.raises(InputError, match="not a results folder")
    with refused, decision_folder(tmp_path, "choose", "Small town"):
        pass


@pytest.mark.parametrize(
    ("text", "sign", "value", "shown"),
    [
        ("reply_on_time.recorded >= 95%", ">=", 0.95, "reply_on_time.recorded >= 95%"),
        ("reply_on_time.recorded≥0.95", ">=", 0.95, "reply_on_time.recorded >= 0.95"),
        ("backlog.true < 120", "<", 120.0, "backlog.true < 120"),
        ("backlog<120", "<", 120.0, "backlog.true < 120"),
    ],
)
def test_conditions(text: str, sign: str, value: float, shown: str) -> None:
    scopes = Scopes.of(compile_plan(load(TOWN)))
    found = read_condition(text, scopes, "--target")
    assert (found.sign, found.value, found.text) == (sign, value, shown)
    assert found.holds(np.array([value + 0.1, value - 0.1, np.nan])).tolist() == [
        sign == ">=",
        sign == "<",
        False,
    ]


@pytest.mark.parametrize(
    "text",
    ["", "backlog", "backlog.true", "backlog.true = 3", "backlog.true < 3 d", "nothing < 3",
     "backlog.true < < 3", "headline > 1", "backlog.true < nan", "💥" * 300],
)  # fmt: skip
def test_rubbish_is_no_condition(text: str) -> None:
    scopes = Scopes.of(compile_plan(load(TOWN)))
    with pytest.raises(InputError, match="--target"):
        read_condition(text, scopes, "--target")
