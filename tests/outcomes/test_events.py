import csv
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pyarrow.parquet as pq
import pytest

from govsim.errors import InputError
from govsim.model.plan import Plan
from govsim.outcomes import events, xes
from govsim.outcomes.events import EventLog
from govsim.outcomes.export import defused, export_log
from govsim.outcomes.lookup import Records

REQUIRED = [
    "replication",
    "case",
    "activity",
    "office",
    "resource",
    "enabled",
    "started",
    "finished",
]


def written(path: Path, plan: Plan, records: Records, chunk: int = 1 << 16) -> Path:
    log = EventLog(path, plan, 0)
    for first in range(0, len(records), chunk):
        log.drain(records[first : first + chunk])
    log.close()
    return path


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
    assert refused.enabled == pd.Timestamp("2011-01-05")
    assert refused.started == pd.Timestamp("2011-01-06")
    assert refused.finished == pd.Timestamp("2011-01-06 01:00")


def test_only_what_the_offices_know_is_in_the_log(folder: Path) -> None:
    log = pd.read_parquet(folder / "events.parquet")
    assert (log.case >= 0).all()
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
    pieces = written(tmp_path / "pieces.parquet", plan, records, chunk)
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


def test_csv_reads_back(folder: Path) -> None:
    path = export_log(folder, "csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    log = pd.read_parquet(folder / "events.parquet")
    assert [row["activity"] for row in rows] == log.activity.tolist()
    assert rows[0]["finished"] == str(log.finished[0])


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x"])
def test_csv_cells_are_no_formulas(name: str) -> None:
    assert defused(name) == f"'{name}"


def test_csv_leaves_plain_cells_alone() -> None:
    assert defused("street 3") == "street 3"
    assert defused(None) == ""


def test_a_hostile_name_is_defused_in_the_file(tmp_path: Path, plan: Plan, story: Records) -> None:
    offices = (plan.offices[0]._replace(name="=HYPERLINK(1)"), *plan.offices[1:])
    hostile = replace(plan, offices=offices)
    written(tmp_path / "events.parquet", hostile, story)
    assert "\n0,baseline,1,register,'=HYPERLINK(1)," in export_log(tmp_path).read_text()


def test_xes_reads_back(folder: Path) -> None:
    root = ElementTree.parse(export_log(folder, "xes")).getroot()
    assert root.get("xes.version") == "1.0"
    assert {e.get("prefix") for e in root.findall("extension")} == {
        "concept", "time", "org", "lifecycle",
    }  # fmt: skip
    traces = root.findall("trace")
    assert [_value(t, "concept:name") for t in traces] == [f"baseline/0/{n}" for n in range(1, 7)]
    steps = [
        (_value(e, "concept:name"), _value(e, "lifecycle:transition"), _value(e, "time:timestamp"))
        for e in traces[0].findall("event")
    ]
    assert steps[:3] == [
        ("register", "complete", "2011-01-02T00:00:00.000"),
        ("handle", "start", "2011-01-03T00:00:00.000"),
        ("handle", "complete", "2011-01-03T04:00:00.000"),
    ]
    for trace in traces:
        moments = [_value(e, "time:timestamp") for e in trace.findall("event")]
        assert moments == sorted(moments)


def test_xes_escapes_names(tmp_path: Path, plan: Plan, story: Records) -> None:
    name = 'A & B <"街道">\x01'
    offices = (plan.offices[0]._replace(name=name), *plan.offices[1:])
    written(tmp_path / "events.parquet", replace(plan, offices=offices), story)
    root = ElementTree.parse(export_log(tmp_path, "xes")).getroot()
    groups = {_value(e, "org:group") for e in root.iter("event")}
    assert groups == {name[:-1], "1.0"}


def test_xes_does_not_depend_on_how_many_cases_are_held(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export_log(folder, "xes").read_bytes()
    monkeypatch.setattr(xes, "CASES", 2)
    assert export_log(folder, "xes", folder / "again.xes").read_bytes() == whole


def test_pm4py_reads_it(folder: Path) -> None:
    pm4py = pytest.importorskip("pm4py")
    log = pm4py.read_xes(str(export_log(folder, "xes")))
    assert log["case:concept:name"].nunique() == 6


def test_mistakes_are_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="csv, xes"):
        export_log(folder, "xlsx")
    with pytest.raises(InputError, match="--events"):
        export_log(tmp_path / "nothing")
    with pytest.raises(InputError, match="Cannot write"):
        export_log(folder, "csv", folder / "no" / "such" / "folder.csv")
    assert not list(folder.glob("*.partial"))


def _value(element: ElementTree.Element, key: str) -> str:
    return next(str(child.get("value")) for child in element if child.get("key") == key)
