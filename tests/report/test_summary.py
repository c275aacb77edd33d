from math import nan

import pyarrow as pa
import pytest
from synthetic import made

from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import Best, Question
from govsim.language import speaking
from govsim.report import certainty, summary, words
from govsim.report.comparing import best_for_what
from govsim.report.sentence import what_stands_out


def test_a_run_alone_shows_recorded_beside_true(alone: Results) -> None:
    table = summary.table(alone)
    assert table.columns == ("Recorded", "True")
    lines = {line.label: line.cells for line in table.lines}
    assert all(len(cells) == 2 for cells in lines.values())
    recorded, true = lines["Resolved within 60 days"]
    assert recorded.endswith(" %")
    assert true.endswith(" %")
    assert recorded != true
    assert lines["Answered within 60 days"][0].endswith(" %")
    assert lines["Answered within 60 days"][1] == ""
    assert lines["Passed up"][1] == ""


def test_a_comparison_shows_the_paired_change(compared: Results) -> None:
    table = summary.table(compared)
    assert table.columns == ("Baseline", "Night visits", "Change")
    lines = {line.label: line.cells for line in table.lines}
    assert lines["Backlog at the end, recorded"][2].startswith("−")
    for label in ("Answered within 60 days", "Resolved within 60 days, recorded"):
        assert lines[label][2].startswith("+")
        assert " points" in lines[label][2]


def test_the_sentence_tells_records_from_truth(alone: Results) -> None:
    text = what_stands_out(alone)
    assert text.startswith("The records say 9")
    assert "only 6" in text


@pytest.mark.parametrize(
    ("registered", "answered", "resolved", "sentence"),
    [
        (
            100.0,
            0.92,
            0.90,
            "Records and truth agree: 92.0 % answered within 60 days, 90.0 % truly solved.",
        ),
        (0.0, nan, nan, "No grievance was registered."),
        (100.0, nan, nan, "The simulation ends too early to follow anybody for 60 days."),
    ],
)
def test_the_sentence_without_a_gap(
    registered: float, answered: float, resolved: float, sentence: str
) -> None:
    results = made(replications=2)
    held = {
        ("registered", "recorded"): registered,
        ("answered_share", "recorded"): answered,
        ("resolution_rate", "true"): resolved,
    }
    for (kpi, side), value in held.items():
        rows = (results.kpis["kpi"] == kpi) & (results.kpis["side"] == side)
        results.kpis.loc[rows, "value"] = value
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
        "Night visits: nothing changed for certain in 3 paired replications."
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


@pytest.mark.parametrize(
    ("limits", "unit", "english", "chinese"),
    [
        ((0.923, 0.919, 0.927), "share", "92.3 ± 0.4 %", "92.3 ± 0.4%"),
        ((3.2, 2.9, 4.1), "days", "3.2 (2.9 to 4.1) days", "3.2（2.9 至 4.1）天"),
        ((39_217.0, 38_800.0, 39_570.0), "cases", "39,217 (38,800 to 39,570)", None),
        ((160.0, 146.0, 175.0), "cases", "160 ± 15", "160 ± 15"),  # the longer side for both
        ((7.3, 7.29, 7.31), "days", "7.30 ± 0.01 days", "7.30 ± 0.01天"),
        ((3.25, nan, nan), "days", "3.2 days", "3.2天"),
        ((859_443.0, 859_443.0, 859_443.0), "yuan", "859,443 yuan", "85.9万元"),
        ((nan, nan, nan), "share", "–", "–"),
    ],
)
def test_estimates_show_both_sides_where_they_differ(
    limits: tuple[float, float, float], unit: str, english: str, chinese: str | None
) -> None:
    assert words.estimate(limits, unit) == english
    with speaking("zh"):
        assert words.estimate(limits, unit) == (chinese or words.estimate(limits, unit))


def test_estimates_of_differences_and_of_few_events() -> None:
    limits = (-2.4, -5.3, 0.4)
    assert words.estimate(limits, "cases", signed=True) == "−2.4 ± 2.9"
    assert words.estimate((-2.4, -5.3, -0.4), "cases", signed=True) == "−2.4 (−5.3 to −0.4)"
    assert words.estimate(limits, "cases", signed=True, few=True) == "−2.4 ± 2.9 (few)"
    with speaking("zh"):
        assert words.estimate(limits, "cases", signed=True, few=True) == "−2.4 ± 2.9（少）"


@pytest.mark.parametrize(
    ("certain", "english", "chinese", "cell"),
    [
        (Certainty.CERTAIN, "certain", "确定", "+5"),
        (Certainty.LEANING, "leaning", "倾向", "+5 ~"),
        (Certainty.OPEN, "cannot be told", "分不清", "+5 ?"),
        (Certainty.SAME, "the same for practical purposes", "实际上没有差别", "+5 ="),
    ],
)
def test_one_vocabulary_of_certainty(
    certain: Certainty, english: str, chinese: str, cell: str
) -> None:
    assert certainty.called(certain) == english
    assert certainty.marked("+5", certain) == cell
    with speaking("zh"):
        assert certainty.called(certain) == chinese


def verdict(certain: Certainty, **more: tuple[str, ...]) -> str:
    best = Best(Question("backlog", "true"), "night_visits", 0.985, certain, **more)
    (line,) = best_for_what([best])
    return line


def test_verdicts_in_words() -> None:
    base, staff = ("baseline",), ("added_staff",)
    assert verdict(Certainty.CERTAIN) == "Night visits is best (certain): Backlog at the end, true."
    assert verdict(Certainty.CERTAIN, equals=staff) == (
        "Certain, but several are best, and the same for practical purposes: "
        "Backlog at the end, true (Night visits, Added staff)."
    )
    assert verdict(Certainty.LEANING, rivals=base) == (
        "Leaning to Night visits: Backlog at the end, true (98 %; not certain against Baseline)."
    )
    assert verdict(Certainty.OPEN, rivals=base, equals=staff) == (
        "Cannot be told which is best: "
        "Backlog at the end, true (Night visits, Added staff, Baseline)."
    )
    assert verdict(Certainty.SAME, equals=base) == (
        "The same for practical purposes: Backlog at the end, true."
    )


def test_no_probability_is_told_of_what_cannot_be_told() -> None:
    """No "99 % best, but cannot be told apart": a number is shown for what is leaning alone."""
    for certain in Certainty:
        assert ("98 %" in verdict(certain, rivals=("baseline",))) == (certain == "leaning")


def test_the_promise_is_one_line_under_every_comparison(compared: Results) -> None:
    lines = list(summary.how_to_read(compared, [summary.table(compared)]))
    promised = [line for line in lines if "by chance alone" in line]
    assert len(promised) == 1
    assert f"all {compared.screen.comparisons} comparisons" in promised[0]


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
