from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from made_logs import cases_in, six_runs, tables_of, with_work_cut_off, written

from govsim.model.plan import DAY, Plan
from govsim.model.records import UNFINISHED, Activity, Errand, Gathering, Kind, Wait
from govsim.outcomes import events
from govsim.outcomes.events import BY_CODE, activities
from govsim.outcomes.lookup import Records

REQUIRED = [
    "replication",
    "case",
    "case_id",
    "kind",
    "activity",
    "office",
    "resource",
    "enabled",
    "started",
    "finished",
    "hours",
]


@pytest.fixture
def folder(tmp_path: Path, plan: Plan, story: Records) -> Path:
    written(tmp_path / "events.parquet", plan, story)
    return tmp_path


def test_the_course_of_a_case(folder: Path) -> None:
    log = pd.read_parquet(folder / "events.parquet")
    assert set(REQUIRED) <= set(log.columns)
    case = log[log.case == 3]
    expected = "register,pass up,escalate,refuse,send back,miss the reply deadline,approve,"
    expected += "wait for other parties,reply,close"
    assert ",".join(case.activity) == expected
    refused = case[case.activity == "refuse"].iloc[0]
    assert (refused.office, refused.tier, refused.resource) == ("1.0", "1", "1.0 1")
    assert refused.enabled == pd.Timestamp("2011-01-05", tz="+08:00")
    assert refused.started == pd.Timestamp("2011-01-06", tz="+08:00")
    assert refused.finished == pd.Timestamp("2011-01-06 01:00", tz="+08:00")
    assert refused.hours == 0.5


def test_only_what_the_offices_know_is_in_the_log(folder: Path) -> None:
    log = pd.read_parquet(folder / "events.parquet")
    assert log[log.activity == "call back"].case.tolist() == [1, 6]  # case 2 was never asked
    assert log[log.activity == "close"].outcome.tolist() == [
        "answered", "solved", "solved on paper", "explained", "solved on paper", "explained",
    ]  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 7])
def test_chunks_change_no_byte(
    tmp_path: Path, plan: Plan, noise, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "GROUP", 100)
    records = noise(1_000, 2)
    pieces = written(tmp_path / "pieces.parquet", plan, records, chunk=chunk)
    whole = written(tmp_path / "whole.parquet", plan, records)
    assert pieces.read_bytes() == whole.read_bytes()
    assert pq.ParquetFile(whole).num_row_groups > 3


def test_chunks_change_no_byte_of_a_real_log(
    tmp_path: Path, small_town: tuple[Plan, Records], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "GROUP", 2_000)
    few = written(tmp_path / "few.parquet", *small_town, chunk=16_384)
    many = written(tmp_path / "many.parquet", *small_town, chunk=333)
    assert few.read_bytes() == many.read_bytes()
    groups = pq.ParquetFile(few).metadata
    assert [groups.row_group(g).num_rows for g in range(2)] == [2_000, 2_000]


def test_no_case_is_called_like_another_in_the_file(
    tmp_path: Path, plan: Plan, story: Records
) -> None:
    runs = six_runs(story)
    log = pd.concat(table.to_pandas() for table in tables_of(tmp_path, plan, runs))
    cases = log[log.kind == "case"]
    assert set(cases.case) == set(range(1, 7))
    assert set(cases.case_id) == cases_in(runs, range(1, 7))
    assert len(cases.groupby(["policy_set", "replication", "case", "case_id"])) == 36


def test_sessions_and_errands_have_no_case(folder: Path) -> None:
    log = pd.read_parquet(folder / "events.parquet")
    others = log[log.kind != "case"]
    assert others[["kind", "activity", "office", "resource"]].to_numpy().tolist() == [
        ["session", "hold a visit", "0.0", "1.0 2"],
        ["errand", "be at a visit", "1.0", "1.0 2"],
        ["errand", "take time off", "0.0", "0.0 1"],
    ]
    assert (others.case == -1).all()
    assert others.case_id.isna().all()
    assert others.hours.fillna(0).tolist() == [0, 2, 2]


def test_everything_that_can_happen_has_a_word_of_its_own() -> None:
    words, _ = activities({})
    assert len(set(words)) == len(words)
    codes = {
        Kind.WORKED: Activity, Kind.WAITED: Wait, Kind.SESSION: Gathering, Kind.HOURS: Errand,
    }  # fmt: skip
    assert {kind: set(by_code) for kind, by_code in BY_CODE.items()} == {
        kind: set(code) for kind, code in codes.items()
    }


def test_what_the_end_cuts_off_is_not_finished(tmp_path: Path, plan: Plan, story: Records) -> None:
    path = written(tmp_path / "events.parquet", plan, with_work_cut_off(story))
    log = pd.read_parquet(path)
    waiting, at_work = log[log.finished.isna()].sort_values("case").to_dict("records")
    assert (at_work["case"], at_work["activity"], at_work["hours"]) == (6, "handle", 2.0)
    assert at_work["started"] == pd.Timestamp("2011-03-29", tz="+08:00")
    assert (waiting["case"], waiting["activity"]) == (2, "wait in a queue, in vain")
    assert waiting["started"] == pd.Timestamp("2011-01-21", tz="+08:00")


def test_a_wait_that_giving_up_cuts_short_has_ended(folder: Path) -> None:
    log = pd.read_parquet(folder / "events.parquet")
    (waited,) = log[(log.case == 4) & log.activity.str.startswith("wait")].to_dict("records")
    assert waited["activity"] == "wait in a queue, in vain"
    assert waited["finished"] == pd.Timestamp("2011-01-10", tz="+08:00")


def test_a_real_log_tells_what_was_recorded(
    tmp_path: Path, small_town: tuple[Plan, Records]
) -> None:
    plan, records = small_town
    log = pd.read_parquet(written(tmp_path / "events.parquet", plan, records))
    worked = records[records["kind"] == Kind.WORKED]
    told = log[(log.kind == "case") & log.resource.notna()]
    cut_off = worked["flags"] & UNFINISHED != 0
    assert cut_off.sum() > 0
    assert (told.finished.isna().to_numpy() == cut_off).all()
    waited = records[records["kind"] == Kind.WAITED]
    to_the_end, in_vain = waited["time"] == plan.horizon, waited["flags"] & UNFINISHED != 0
    assert 0 < to_the_end.sum() < in_vain.sum()  # others were cut short before, and have ended
    assert in_vain[to_the_end].all()
    assert log.finished.isna().sum() == cut_off.sum() + to_the_end.sum()
    assert np.allclose(told.hours * 3600, worked["value"])
    for kind, name in ((Kind.SESSION, "session"), (Kind.HOURS, "errand")):
        assert (log.kind == name).sum() == (records["kind"] == kind).sum() > 0


@pytest.mark.parametrize("start", [date(1988, 4, 1), date(2011, 1, 1)])
def test_the_clock_on_the_wall_is_the_scenarios(
    tmp_path: Path, plan: Plan, story: Records, start: date
) -> None:
    """Also in a year in which China had summer time: a simulated day has 24 hours."""
    plan = replace(plan, start=start)
    log = pd.read_parquet(written(tmp_path / "events.parquet", plan, story))
    assert {moment.isoformat()[-6:] for moment in log.finished.dropna()} == {"+08:00"}
    walls = log.finished.dt.tz_localize(None)
    last = (walls.max() - pd.Timestamp(start)).total_seconds()
    assert last == story["time"][story["kind"] == Kind.CLOSED].max() == 70 * DAY
