"""Stored runs under official formulas: scores, ranks, flips, table and figure."""

from dataclasses import replace
from itertools import combinations
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from synthetic import made
from test_figure import texts_and_places

from govsim.errors import InputError
from govsim.experiments import Results, look
from govsim.experiments.lens import TRULY, rows
from govsim.language import LANGUAGES, speaking
from govsim.outcomes.formulas import LENS, YARDSTICKS, Weights
from govsim.report.lens import lens_figure, lens_table, save_lens_figures, verdict

SETS = ("baseline", "night_visits")
FLIPPED = {  # what night visits change, in points, by (KPI, side)
    ("reply_on_time", "recorded"): 10.0,
    ("resolution_rate", "recorded"): 4.0,
    ("solved_at_call_back", "recorded"): 4.0,
    ("resolution_rate", "true"): -5.0,
}


def with_kpis(results: Results, change: dict[tuple[str, str], float]) -> Results:
    """The same run, but every KPI at one half and chance of a point, and these changes."""
    kpis = results.kpis.copy()
    kpis["value"] = 0.5 + 0.01 * np.sin(kpis["replication"])
    for (kpi, side), points in change.items():
        here = kpis["kpi"].eq(kpi) & kpis["side"].eq(side) & kpis["policy_set"].ne("baseline")
        kpis.loc[here, "value"] += points / 100 + 0.001 * np.cos(kpis.loc[here, "replication"])
    return with_tables(results, kpis=kpis)


def with_tables(results: Results, **frames: pd.DataFrame) -> Results:
    new = {n: pa.Table.from_pandas(frame, preserve_index=False) for n, frame in frames.items()}
    tables = results.tables._replace(**new)
    return Results.in_memory(results.manifest, tables, results.folder)


@pytest.fixture
def flipped() -> Results:
    return with_kpis(made(policy_sets=SETS, replications=6), FLIPPED)


# ---------------------------------------------------------------- scores


def test_each_formula_reads_what_it_says(flipped: Results) -> None:
    def values(kpi: str, side: str) -> list[float]:
        rows = flipped.kpis.query("policy_set == 'night_visits' and kpi == @kpi and side == @side")
        return rows.sort_values("replication")["value"].tolist()

    scores = look([flipped]).scores
    for formula, kpi, side in (
        ("nanchang", "answered_or_solved_ratio", "recorded"),
        ("beijing_response", "reply_on_time", "recorded"),
        ("beijing_resolution", "solved_at_call_back", "recorded"),
        ("beijing_satisfaction", "satisfaction", "recorded"),
        ("petitions_on_time", "on_time_completion", "recorded"),
        ("petitions_once", "first_contact_resolution", "recorded"),
        ("cpgrams_satisfaction", "satisfaction_called_back", "true"),
        (TRULY, "resolution_rate", "true"),
        ("truly_solved", "solved_share", "true"),
    ):
        assert scores[formula, "night_visits"].tolist() == values(kpi, side)


def test_the_three_rates_are_weighed(flipped: Results) -> None:
    def mean(*weights: float) -> float:
        return look([flipped], Weights(*weights)).mean("beijing_three_rates", "night_visits").mean

    response, resolution, satisfaction = (
        look([flipped]).mean(f"beijing_{rate}", "night_visits").mean
        for rate in ("response", "resolution", "satisfaction")
    )
    assert mean(1, 1, 1) == pytest.approx((response + resolution + satisfaction) / 3)
    assert mean(1, 2, 5) == pytest.approx((response + 2 * resolution + 5 * satisfaction) / 8)
    assert mean(2, 0, 0) == pytest.approx(response)


def test_a_rate_without_weight_may_be_unknown(flipped: Results) -> None:
    kpis = flipped.kpis.copy()
    kpis.loc[kpis["kpi"] == "satisfaction", "value"] = np.nan
    silent = with_tables(flipped, kpis=kpis)
    assert isnan(look([silent]).mean("beijing_three_rates", "baseline").mean)
    assert look([silent], Weights(1, 1, 0)).mean("beijing_three_rates", "baseline").n == 6


def test_disposed_within_21_days_by_hand(flipped: Results) -> None:
    day = 86_400
    columns = ["days_mid", "events", "given_up", "censored"]
    ages = pd.DataFrame(
        [
            (2.0, 3, 0, 0),
            (5.0, 0, 0, 4),  # four are open, but not for so long that one could tell
            (10.0, 0, 1, 0), (20.5, 2, 0, 0), (21.5, 1, 0, 0), (60.0, 2, 0, 1),
        ],
        columns=columns,
    )  # fmt: skip
    ages["from_seconds"] = ages["to_seconds"] = (ages["days_mid"] * day).astype(np.int64)
    frames = [
        ages.assign(replication=r, policy_set=name, tier=tier, clock=clock)
        for r in range(6)
        for name in SETS
        for tier in ("all", "street")
        for clock in ("resolution", "reply")
    ]
    run = with_tables(flipped, delays=pd.concat(frames))
    # Of 14; the 11 left after day 2 fare like the 7 of them who are seen on: two of 7 are closed.
    share = 3 / 14 + 11 / 14 * 2 / 7
    assert look([run]).scores["cpgrams_disposed", "baseline"] == pytest.approx([share] * 6)


# ---------------------------------------------------------------- ranks and flips


def test_ranks(flipped: Results) -> None:
    lens = look([flipped])
    assert [lens.rank("beijing_response", name) for name in SETS] == [2, 1]
    assert [lens.rank(TRULY, name) for name in SETS] == [1, 2]
    assert [lens.rank("nanchang", name) for name in SETS] == [1, 1]


def test_a_flip_is_seen_and_told(flipped: Results) -> None:
    lens = look([flipped])
    (pair,) = lens.pairs()
    assert pair.flips
    assert TRULY in pair.for_one
    assert set(pair.for_other) >= {"beijing_response", "beijing_resolution"}
    assert lens.against_the_truth("beijing_response")
    assert not lens.against_the_truth("nanchang")
    assert verdict(lens).startswith("FLIP: Baseline or Night visits?\n  Baseline is ahead by: ")


def test_what_chance_may_have_done_is_no_flip(flipped: Results) -> None:
    kpis = flipped.kpis.copy()
    noise = np.random.default_rng(1).normal(0, 0.2, len(kpis))
    visits = kpis["policy_set"].eq("night_visits")
    kpis["value"] = np.where(visits, 0.5 + noise, 0.5)
    delays = flipped.delays[flipped.delays["policy_set"] == "baseline"]
    same = pd.concat([delays, delays.assign(policy_set="night_visits")])
    lens = look([with_tables(flipped, kpis=kpis, delays=same)])
    (pair,) = lens.pairs()
    assert len({lens.rank(row, "baseline") for row in rows()}) == 2  # the means do differ
    assert not pair.flips
    assert verdict(lens).startswith("No flip")


def test_nothing_to_rank() -> None:
    assert verdict(look([made(replications=3)])).startswith("One set of policies")
    one = look([made(policy_sets=SETS, replications=1)])
    assert verdict(one) == "One replication tells nothing about rankings."
    assert not any(pair.flips for pair in one.pairs())


# ---------------------------------------------------------------- several folders


def only(results: Results, *names: str) -> Results:
    manifest = {**results.manifest, "policy_sets": list(names)}
    return Results.in_memory(manifest, results.tables, Path("/".join(names)))


def test_folders_of_one_scenario_are_looked_at_together(flipped: Results) -> None:
    apart = look([only(flipped, "baseline"), only(flipped, "night_visits")])
    together = look([flipped])
    assert apart.policy_sets == together.policy_sets
    for row in rows():
        assert apart.mean(row, "night_visits") == together.mean(row, "night_visits")
    assert look([only(flipped, *SETS), only(flipped, "baseline")]).policy_sets == SETS


def test_other_scenarios_seeds_and_parameters_are_refused(flipped: Results) -> None:
    def differing(**facts: object) -> Results:
        scenario = {**flipped.manifest["scenario"], **facts}
        return replace(flipped, manifest={**flipped.manifest, "scenario": scenario})

    for other in (differing(name="Elsewhere"), differing(ground="another hash")):
        with pytest.raises(InputError, match="not of the same scenario as"):
            look([flipped, other])
    with pytest.raises(InputError, match="not of the same seed as"):
        look([flipped, replace(flipped, manifest={**flipped.manifest, "seed": 2})])
    with pytest.raises(InputError, match="night_visits came to something else"):
        look([flipped, with_kpis(flipped, {("resolution_rate", "true"): 1.0})])


def test_results_that_lack_a_kpi_are_refused(flipped: Results) -> None:
    old = with_tables(flipped, kpis=flipped.kpis[flipped.kpis["kpi"] != "on_time_completion"])
    with pytest.raises(InputError, match="on_time_completion is not in these results"):
        look([old])


def test_runs_that_were_interrupted_share_what_they_can(flipped: Results) -> None:
    def with_done(done: dict[str, list[int]]) -> Results:
        return replace(flipped, manifest={**flipped.manifest, "done": done})

    half = with_done({"baseline": [0, 1, 2, 3], "night_visits": [1, 3, 5]})
    assert look([half]).replications == 2
    with pytest.raises(InputError, match="no finished replication in common"):
        look([with_done({"baseline": [0, 1], "night_visits": []})])


# ---------------------------------------------------------------- what is shown


def test_the_table_has_every_formula_and_each_place(flipped: Results) -> None:
    table = lens_table(look([flipped]))
    assert table.columns == ("Baseline", "Night visits")
    assert len(table.lines) == len(LENS) + len(YARDSTICKS)
    cells = {line.label: line.cells for line in table.lines}
    assert cells["Beijing: response rate"][1].startswith("60.")
    assert cells["Beijing: response rate"][1].endswith(" % (1)")
    alone = lens_table(look([made(replications=3)]))
    assert not any("(" in cell for line in alone.lines for cell in line.cells)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sets", [SETS[:1], SETS, (*SETS, "night_visits+added_staff")])
def test_no_text_is_cut_or_covers_another(lang: str, sets: tuple[str, ...]) -> None:
    results = made(policy_sets=sets, replications=3)
    figure = lens_figure(look([results]), results, lang)
    places = texts_and_places(figure)
    page = figure.bbox
    assert [t for t, b in places if b.x0 < 0 or b.y0 < 0 or b.x1 > page.x1 or b.y1 > page.y1] == []
    overlaps = [
        (one, other)
        for (one, a), (other, b) in combinations(places, 2)
        if a.shrunk(0.9, 0.7).overlaps(b.shrunk(0.9, 0.7))
    ]
    assert overlaps == []


def test_the_figure_marks_what_contradicts_the_truth(flipped: Results) -> None:
    shown = {text for text, _ in texts_and_places(lens_figure(look([flipped]), flipped, "en"))}
    assert "≠  Beijing: response rate" in shown
    assert "Nanchang: answered or solved, as of the last day" in shown


def test_files_are_the_same_bytes_every_time(flipped: Results, tmp_path: Path) -> None:
    lens = look([flipped])
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        written = save_lens_figures(lens, flipped, folder)
        names = [f"lens.{lang}.{ending}" for lang in LANGUAGES for ending in ("png", "svg")]
        assert [path.name for path in written] == names
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_the_verdict_speaks_chinese(flipped: Results) -> None:
    with speaking("zh"):
        assert verdict(look([flipped])).startswith("排名翻转：基准还是民情夜访？")
