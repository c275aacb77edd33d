"""Forecasts: dates with known answers, folders that go on, and bands that hold what came."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import govsim
from govsim.decisions import forecasting
from govsim.decisions.forecasting import (
    USUAL,
    Forecast,
    asked_for,
    forecast,
    open_forecast,
    plans_of,
    write_template,
)
from govsim.errors import InputError
from govsim.experiments import Results
from govsim.experiments.backlogs import as_table, open_on
from govsim.experiments.clearing import (
    bands,
    days_through,
    is_still_rising,
    moment,
    usual_level,
)
from govsim.experiments.job import Interrupted
from govsim.outcomes.recovery import days_until_back
from govsim.scenario import load
from longer import many

SMALL_TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
SHORT = ("horizon=56 d", "history=60 d")
ROWS = "office,age_days,count,registered_by\nstreet 1,30,40,community 2\ncommunity 5,5,9,\n"

# ---------------------------------------------------------------- numbers in, numbers out


def test_a_moment_is_a_quantile_of_days() -> None:
    days = np.arange(1.0, 100.0)
    found = moment(days, 0.5, 200.0)
    assert (found.day, found.not_within, found.n) == (50.0, 0.0, 99)
    assert 35 < found.low < 45 and 55 < found.high < 65
    assert moment(days, 0.9, 200.0).day == pytest.approx(90.0, abs=0.6)


def test_what_is_not_seen_is_later_than_the_run() -> None:
    days = np.array([10.0] * 30 + [np.inf] * 20)
    half, sure = moment(days, 0.5, 60.0), moment(days, 0.9, 60.0)
    assert half.day == 10.0 and half.not_within == pytest.approx(0.4)
    assert sure.day == sure.high == np.inf
    assert moment(np.full(50, np.inf), 0.5, 60.0)[1:4] == (np.inf, np.inf, np.inf)
    few = moment(np.array([1.0, 2.0]), 0.9, 60.0)
    assert np.isnan(few.low) and np.isnan(few.high)


def test_the_day_on_which_a_share_is_through() -> None:
    ended = np.array([[3.0, 0.0, 6.0, 1.0], [0.0, 0.0, 0.0, 9.0], [10.0, 0.0, 0.0, 0.0]])
    assert days_through(ended, 10, 0.3).tolist() == [1.0, 4.0, 1.0]
    assert days_through(ended, 10, 0.9).tolist() == [3.0, 4.0, 1.0]
    assert days_through(ended, 10, 1.0).tolist() == [4.0, np.inf, 1.0]


def test_levels_and_bands() -> None:
    level = np.array([[0.0] * 6 + [8.0, 10.0]])
    assert usual_level(level).tolist() == [9.0]
    assert is_still_rising(level)
    assert not is_still_rising(np.full((3, 8), 5.0))
    values = np.tile(np.arange(101.0)[:, None], (1, 2))
    assert bands(values)["p50"].tolist() == [50.0, 50.0]
    assert bands(values)["p05"][0] == pytest.approx(5.0, abs=1.0)


def test_back_for_four_weeks() -> None:
    stock = np.array([30.0, 11.0, 20.0, 10.0, 11.0, 9.0, 11.0, 40.0])
    assert days_until_back(stock, 10.0, 0) == 28.0
    assert np.isnan(days_until_back(stock, 10.0, 35))
    assert np.isnan(days_until_back(stock, 5.0, 0))


# ---------------------------------------------------------------- a forecast


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("table") / "open.csv"
    file.write_text(ROWS, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def found(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Forecast:
    folder = tmp_path_factory.mktemp("forecasts") / "one"
    return govsim.forecast(
        SMALL_TOWN, table, ["added_staff"], replications=8, settings=SHORT, out=folder, workers=1
    )


@pytest.fixture(scope="module")
def empty_ledger() -> Results:
    """The same town and chance, but nothing is open on the first day."""
    settings = (*SHORT, "run_in=0 d")
    return govsim.run(load(SMALL_TOWN, set=settings), replications=8, workers=1)


def backlog_of(results: Results) -> np.ndarray:
    """Open cases: replication x week."""
    series = results.series
    rows = (series.measure == "backlog") & (series.side == "recorded") & (series.tier == "all")
    return series[rows].pivot(index="replication", columns="week", values="value").to_numpy()


def test_it_begins_with_what_is_open(found: Forecast, empty_ledger: Results) -> None:
    assert found.open == 49
    assert found.offices == {"street 1": 40, "community 5": 9}
    assert found.policy_sets == ("baseline", "added_staff")
    assert USUAL in found.results.policy_sets
    first = found.backlog("baseline")[:, 0]
    assert (first > backlog_of(empty_ledger)[:, 0]).all()
    usual = found.backlog(USUAL)  # of a city that has been running: as much from the first week on
    assert usual[:, 0].mean() == pytest.approx(usual.mean(), rel=0.2)


def test_offices_add_up_and_nothing_ends_twice(found: Forecast) -> None:
    for name in found.policy_sets:
        both = found.ended(name, "street 1") + found.ended(name, "community 5")
        assert np.array_equal(both, found.ended(name))
        left = found.still_open(name)
        assert (np.diff(left, axis=1) <= 0).all() and (left >= 0).all()
        assert left[:, -1].max() < 49


def test_moments_are_what_the_endings_say(found: Forecast) -> None:
    frame = found.moments
    pick = (frame.policy_set == "baseline") & (frame.what == "half") & (frame.office == "")
    row = frame[pick & (frame.probability == 0.5)].iloc[0]
    days = [int(np.argmax(left <= 24)) + 1 for left in found.still_open("baseline")]
    assert row.day == pytest.approx(np.quantile(days, 0.5, method="median_unbiased"))
    assert row.n == 8
    assert len(frame) == 2 * 2 * (3 * 3 + 1)


def test_policies_meet_the_same_chance(found: Forecast, empty_ledger: Results) -> None:
    def born(results: Results) -> pd.DataFrame:
        kpis = results.kpis
        rows = (kpis.kpi == "problems_born") & (kpis.scope == "city")
        return kpis[rows].pivot(index="replication", columns="policy_set", values="value")

    counts = born(found.results)
    assert (counts["baseline"] == counts["added_staff"]).all()
    assert (counts["baseline"] == born(empty_ledger)["baseline"]).all()
    # Only the usual course has a year behind it, and so a chance of its own.
    assert counts[USUAL].mean() == pytest.approx(counts["baseline"].mean(), rel=0.1)


def test_its_folder_is_a_comparison_and_can_be_opened(found: Forecast) -> None:
    assert found.folder is not None
    names = {file.name for file in found.folder.iterdir()}
    assert {"comparison.parquet", "endings.parquet", "forecast.parquet"} <= names
    again = open_forecast(found.folder)
    pd.testing.assert_frame_equal(again.moments, found.moments)
    stored = pd.read_parquet(found.folder / "forecast.parquet")
    pd.testing.assert_frame_equal(stored, found.moments)


def test_neither_workers_nor_engines_nor_interruptions_change_a_byte(
    found: Forecast, table: Path, tmp_path: Path
) -> None:
    options = {"replications": 8, "settings": SHORT, "out": tmp_path / "two"}

    def interrupt(done: int, total: int, share: float) -> None:
        if done >= 9:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        forecast(SMALL_TOWN, table, ["added_staff"], progress=interrupt, workers=1, **options)
    assert (
        not (tmp_path / "two" / "manifest.json").exists()
        or not open_forecast(tmp_path / "two").results.complete
    )
    told: list[int] = []
    forecast(
        SMALL_TOWN, table, ["added_staff"], workers=2, **options,
        progress=lambda done, total, share: told.append(done),
    )  # fmt: skip
    assert min(told) >= 8  # it went on where it was
    assert found.folder is not None
    for name in ("series", "kpis", "endings", "forecast", "comparison"):
        one, two = (f / f"{name}.parquet" for f in (found.folder, tmp_path / "two"))
        assert one.read_bytes() == two.read_bytes(), name


def test_another_table_is_another_job(found: Forecast, tmp_path: Path) -> None:
    scenario = load(SMALL_TOWN)
    digests = set()
    for rows in (ROWS, ROWS.replace("30,40", "31,40")):
        file = tmp_path / "open.csv"
        file.write_text(rows, encoding="utf-8")
        plans, backlog = plans_of(scenario, [()], file)
        digests.add(backlog.digest)
        assert len(plans[0].inherited) == 49 and not plans[-1].inherited
    assert len(digests) == 2


def test_a_surge_is_not_part_of_the_usual_course(table: Path) -> None:
    surge = load(SMALL_TOWN.with_name("storm_surge.yaml"))
    table.write_text("office,age_days\n0,3\n", encoding="utf-8")
    plans, _ = plans_of(surge, [()], table)
    table.write_text(ROWS, encoding="utf-8")
    assert plans[0].demand.surges and not plans[-1].demand.surges


# ---------------------------------------------------------------- what cannot be answered


def test_without_a_table_it_says_what_one_looks_like() -> None:
    with pytest.raises(InputError, match="office,age_days,count,class"):
        asked_for(None)


def test_a_warm_up_is_refused(table: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can leave out no warm-up"):
        forecast(SMALL_TOWN, table, settings=["warm_up=10 d"], out=tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_wrong_table_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text("office,age_days\nnowhere,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="no office 'nowhere'"):
        forecast(SMALL_TOWN, file, out=tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_no_forecast(tmp_path: Path) -> None:
    govsim.run(load(SMALL_TOWN, set=SHORT), replications=1, out=tmp_path / "run")
    with pytest.raises(InputError, match="holds no forecast"):
        open_forecast(tmp_path / "run")
    with pytest.raises(InputError, match="no event log"):
        open_on(tmp_path / "run", 3)


def test_a_template_is_written_once_and_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    assert write_template(SMALL_TOWN, file) == 11
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert plans_of(load(SMALL_TOWN), [()], file)[1].count == 11
    with pytest.raises(InputError, match="already"):
        write_template(SMALL_TOWN, file)
    with pytest.raises(InputError, match="Cannot write"):
        write_template(SMALL_TOWN, tmp_path / "none" / "open.csv")


# ---------------------------------------------------------------- a back-test

CUT, AFTER = 90, 84  # days


def cut_year(tmp_path: Path, replication: int, folder: Path) -> Forecast:
    """What is forecast from the day of the cut, by the table of that replication."""
    file = tmp_path / f"open-{replication}.csv"
    file.write_text(as_table(open_on(folder, CUT, replication)), encoding="utf-8")
    start = pd.Timestamp("2011-01-01") + pd.Timedelta(days=CUT)
    settings = (f"start={start.date()}", f"horizon={AFTER} d")
    return forecast(
        SMALL_TOWN, file, replications=many(20, 60), settings=settings, seed=99,
        out=tmp_path / f"forecast-{replication}",
    )  # fmt: skip


@pytest.mark.slow
def test_what_came_lies_within_the_bands(tmp_path: Path) -> None:
    """A simulated half year, cut after a quarter; the rest is forecast from its open grievances.

    The bands know neither the slow offices of that year nor its silent residents, so they should
    hold somewhat less than they say, and much more than nothing.
    """
    folder = tmp_path / "year"
    count = many(6, 30)
    whole = govsim.run(load(SMALL_TOWN), replications=count, out=folder, events=True)
    came = backlog_of(whole)
    at_cut = [len(open_on(folder, CUT, r)) for r in range(count)]
    inside, shift = [], []
    for replication in range(count):
        found = cut_year(tmp_path, replication, folder)
        assert found.open == at_cut[replication]
        fan = found.fan("baseline")
        weeks = range(1, AFTER // 7)
        for week in weeks:  # weeks of the year end on other days than those of the forecast
            day = (CUT + 7 * (week + 1)) / 7
            actual = np.interp(day, np.arange(1, came.shape[1] + 1), came[replication])
            inside.append(fan["p05"][week] <= actual <= fan["p95"][week])
            shift.append(actual / fan["p50"][week] - 1.0)
    print(np.mean(inside), np.mean(shift), np.std(shift))
    assert np.mean(inside) > 0.6
    assert abs(np.mean(shift)) < 0.25


def test_the_table_of_a_cut_holds_just_what_was_open(tmp_path: Path) -> None:
    scenario = load(SMALL_TOWN, set=["horizon=63 d"])
    whole = govsim.run(scenario, replications=1, out=tmp_path / "run", events=True)
    series = whole.series
    rows = (series.measure == "backlog") & (series.side == "recorded")
    tiers = series[rows & (series.week == 8)].set_index("tier").value
    cases = open_on(tmp_path / "run", 63)
    assert len(cases) == tiers["all"] > 50
    for tier in ("community", "street", "county"):
        assert sum(case.office.startswith(tier) for case in cases) == tiers[tier]
    assert {case.state for case in cases} == {"waiting", "handled", "decided"}
    assert {case.replied for case in cases} == {True, False}
    # The log begins with the run-in: whoever has waited since then is there with all of it.
    assert 63 < max(case.age_days for case in cases) < 63 + 364
    assert sum(case.age_days < 63 for case in cases) > len(cases) / 2
    with pytest.raises(InputError, match="63 days"):
        open_on(tmp_path / "run", 64)


def test_the_module_is_reached_from_the_package() -> None:
    assert govsim.forecast is forecasting.forecast
