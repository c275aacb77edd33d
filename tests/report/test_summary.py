from math import nan

import pyarrow as pa
import pytest
from synthetic import made

from govsim.experiments import Results
from govsim.language import speaking
from govsim.report import summary, words
from govsim.report.sentence import what_stands_out


def test_a_run_alone_shows_recorded_beside_true(alone: Results) -> None:
    table = summary.table(alone)
    assert table.columns == ("Recorded", "True")
    lines = {line.label: line.cells for line in table.lines}
    assert all(len(cells) == 2 for cells in lines.values())
    recorded, true = lines["Answered or solved"]
    assert recorded.endswith(" %")
    assert recorded != true
    assert lines["Passed up"][1] == ""


def test_a_comparison_shows_the_paired_change(compared: Results) -> None:
    table = summary.table(compared)
    assert table.columns == ("Baseline", "Night visits", "Change")
    lines = {line.label: line.cells for line in table.lines}
    assert lines["Backlog at the end, recorded"][2].startswith("−")
    assert lines["Answered or solved, recorded"][2].startswith("+")
    assert lines["Answered or solved, recorded"][2].endswith(" points")


def test_the_sentence_tells_records_from_truth(alone: Results) -> None:
    text = what_stands_out(alone)
    assert text.startswith("The records say 9")
    assert "only 6" in text


@pytest.mark.parametrize(
    ("recorded", "true", "sentence"),
    [
        (0.92, 0.90, "Records and truth agree: 92.0 % answered or solved, 90.0 % truly solved."),
        (nan, nan, "No grievance was registered."),
    ],
)
def test_the_sentence_without_a_gap(recorded: float, true: float, sentence: str) -> None:
    results = made(replications=2)
    ratio = results.kpis["kpi"] == "answered_or_solved_ratio"
    for side, value in (("recorded", recorded), ("true", true)):
        results.kpis.loc[ratio & (results.kpis["side"] == side), "value"] = value
    table = pa.Table.from_pandas(results.kpis, preserve_index=False)
    tables = results.tables._replace(kpis=table)
    assert what_stands_out(Results.in_memory(results.manifest, tables)) == sentence


def test_the_sentence_names_the_policy_in_words(compared: Results) -> None:
    assert what_stands_out(compared).startswith("Night visits: the clearest effect is on ")
    with speaking("zh"):
        assert what_stands_out(compared).startswith("民情夜访：最明显的影响是")


def test_no_effect_is_claimed_where_there_is_none() -> None:
    results = made(policy_sets=("baseline", "night_visits"), replications=3)
    same = results.kpis["policy_set"] == "baseline"
    results.kpis.loc[~same, "value"] = results.kpis.loc[same, "value"].to_numpy()
    table = pa.Table.from_pandas(results.kpis, preserve_index=False)
    same_tables = results.tables._replace(kpis=table)
    unmoved = Results.in_memory(results.manifest, same_tables)
    assert what_stands_out(unmoved) == (
        "Night visits moved nothing beyond chance in 3 paired replications."
    )


def test_one_replication_claims_nothing() -> None:
    results = made(policy_sets=("baseline", "night_visits"), replications=1)
    assert what_stands_out(results) == "One replication tells nothing about Night visits."


@pytest.mark.parametrize(
    ("value", "half", "unit", "english", "chinese"),
    [
        (0.923, 0.004, "share", "92.3 ± 0.4 %", "92.3 ± 0.4%"),
        (39_217.0, 353.0, "cases", "39,217 ± 353", "39,217 ± 353"),
        (3.25, nan, "days", "3.2 days", "3.2天"),
        (2_212_000.0, 20_000.0, "yuan", "2.21 ± 0.02 million yuan", "221.2 ± 2.0万元"),
        (nan, nan, "share", "–", "–"),
        (859_443.0, 0.0, "yuan", "859,443 yuan", "85.9万元"),
    ],
)
def test_quantities(value: float, half: float, unit: str, english: str, chinese: str) -> None:
    assert words.quantity(value, half, unit) == english
    with speaking("zh"):
        assert words.quantity(value, half, unit) == chinese


def test_differences_carry_their_sign() -> None:
    assert words.quantity(0.014, 0.002, "share", signed=True) == "+1.4 ± 0.2 points"
    assert words.quantity(-28.0, 3.0, "cases", signed=True) == "−28 ± 3"
    assert words.quantity(-0.0001, 0.001, "share", signed=True) == "0.0 ± 0.1 points"


def test_names_that_a_scenario_invents_stay() -> None:
    assert words.tier_name("grid_cell") == "Grid cell"
    assert words.policy_name("night_visits+whistle") == "Night visits + Whistle"
    with speaking("zh"):
        assert words.tier_name("网格") == "网格"
        assert words.policy_name("baseline") == "基准"
