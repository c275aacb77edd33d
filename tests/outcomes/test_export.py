"""The exports, read back by readers that share nothing with the program."""

import csv
import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_logs import (
    HORIZON,
    Run,
    cases_in,
    mingled,
    one_below_another,
    six_runs,
    tables_of,
    with_work_cut_off,
    written,
)

from govsim.errors import InputError
from govsim.model.plan import Plan
from govsim.model.records import NO_INDEX, UNFINISHED, Kind
from govsim.outcomes import traces
from govsim.outcomes.export import FORMATS, export_log
from govsim.outcomes.lookup import Records
from govsim.outcomes.sheets import defused

ALL = range(1, 7)  # the cases of the story
CHINA = timezone(timedelta(hours=8))
Step = tuple[str, str, str]  # activity, transition, moment


@pytest.fixture
def folder(tmp_path: Path, plan: Plan, story: Records) -> Path:
    """One run."""
    written(tmp_path / "events.parquet", plan, story)
    return tmp_path


@pytest.fixture
def runs(story: Records) -> dict[Run, Records]:
    return six_runs(with_work_cut_off(story))


@pytest.fixture
def six(tmp_path: Path, plan: Plan, runs: dict[Run, Records]) -> Path:
    """Six runs in row groups that begin and end within runs."""
    one_below_another(tmp_path / "events.parquet", tables_of(tmp_path, plan, runs), 17)
    return tmp_path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_xes(path: Path) -> list[tuple[str, list[Step]]]:
    """Each trace in the order of the file: its name and its events."""
    keys = ("concept:name", "lifecycle:transition", "time:timestamp")
    return [
        (value(trace, "concept:name"), [steps(event, keys) for event in trace.findall("event")])
        for trace in ElementTree.parse(path).getroot().findall("trace")
    ]


def steps(event: ElementTree.Element, keys: tuple[str, str, str]) -> Step:
    activity, transition, moment = (value(event, key) for key in keys)
    return activity, transition, moment


def value(element: ElementTree.Element, key: str) -> str:
    return next(str(child.get("value")) for child in element if child.get("key") == key)


def wall(seconds: int, timespec: str = "seconds") -> str:
    """A moment of the story as text."""
    moment = datetime(2011, 1, 1, tzinfo=CHINA) + timedelta(seconds=int(seconds))
    return moment.isoformat(timespec=timespec)


# ---------------------------------------------------------------- CSV


def test_csv_reads_back(folder: Path) -> None:
    rows = read_csv(export_log(folder, "csv"))
    log = pd.read_parquet(folder / "events.parquet")
    assert list(rows[0]) == list(log.columns)
    assert [row["activity"] for row in rows] == log.activity.tolist()
    moments = ["" if pd.isna(moment) else moment.isoformat() for moment in log.finished]
    assert [row["finished"] for row in rows] == moments
    assert moments.count("") == 1  # case 2 waits to the end


def test_csv_names_no_two_cases_alike(six: Path, runs: dict[Run, Records]) -> None:
    rows = read_csv(export_log(six, "csv"))
    of_cases = [row for row in rows if row["kind"] == "case"]
    assert {row["case_id"] for row in of_cases} == cases_in(runs, ALL)
    named = {(row["policy_set"], row["replication"], row["case"]) for row in of_cases}
    assert len(named) == 6 * len(ALL)
    assert {(row["case_id"], row["case"]) for row in rows if row["kind"] != "case"} == {("", "")}
    unfinished = Counter(row["activity"] for row in rows if row["finished"] == "")
    assert unfinished == {"handle": 6, "wait in a queue, in vain": 6}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x"])
def test_csv_cells_are_no_formulas(name: str) -> None:
    assert defused(name) == f"'{name}"


def test_csv_leaves_plain_cells_alone() -> None:
    assert defused("street 3") == "street 3"
    assert defused(None) == ""


@pytest.mark.parametrize("format", ["csv", "prosimos"])
def test_a_hostile_name_is_defused_in_the_file(
    tmp_path: Path, plan: Plan, story: Records, format: str
) -> None:
    offices = (plan.offices[0]._replace(name="=HYPERLINK(1)"), *plan.offices[1:])
    desks = (plan.desks[0]._replace(name="=HYPERLINK(1)"), *plan.desks[1:])
    hostile = replace(plan, offices=offices, desks=desks, policy_set="=1+1")
    written(tmp_path / "events.parquet", hostile, story)
    cells = [cell for row in read_csv(export_log(tmp_path, format)) for cell in row.values()]
    found = {cell for cell in cells if "=" in cell}
    assert "'=HYPERLINK(1) 1" in found
    assert all(cell.startswith("'=") for cell in found)


# ---------------------------------------------------------------- Prosimos


def test_prosimos_gets_its_headings_and_what_cadres_finished(
    six: Path, runs: dict[Run, Records]
) -> None:
    rows = read_csv(export_log(six, "prosimos"))
    headings = "case_id,activity,enable_time,start_time,end_time,resource"
    assert ",".join(rows[0]) == headings
    assert all(cell for row in rows for cell in row.values())
    moments = ("enable_time", "start_time", "end_time")
    told = {(row["case_id"], *(row[name] for name in moments)) for row in rows}
    recorded = {
        (f"{name}/{number}/{one['case']}", *(wall(one[m]) for m in ("enabled", "started", "time")))
        for (name, number), records in runs.items()
        for one in records[(records["kind"] == Kind.WORKED) & (records["flags"] < UNFINISHED)]
    }
    assert told == recorded
    assert len(rows) == len(recorded)


# ---------------------------------------------------------------- XES


def test_xes_reads_back(folder: Path) -> None:
    root = ElementTree.parse(export_log(folder, "xes")).getroot()
    assert root.get("xes.version") == "1.0"
    assert {e.get("prefix") for e in root.findall("extension")} == {
        "concept", "time", "org", "lifecycle",
    }  # fmt: skip
    found = read_xes(folder / "events.xes")
    assert [name for name, _ in found] == [f"baseline/0/{n}" for n in ALL]
    assert found[0][1][:3] == [
        ("register", "complete", "2011-01-02T00:00:00.000+08:00"),
        ("handle", "start", "2011-01-03T00:00:00.000+08:00"),
        ("handle", "complete", "2011-01-03T04:00:00.000+08:00"),
    ]
    for _, events in found:
        assert [moment for *_, moment in events] == sorted(moment for *_, moment in events)


def test_xes_has_a_trace_for_every_case_of_every_run(six: Path, runs: dict[Run, Records]) -> None:
    found = read_xes(export_log(six, "xes"))
    names = [name for name, _ in found]
    assert len(names) == len(set(names))
    assert set(names) == cases_in(runs, ALL)
    for name, events in found:
        policy_set, number, case = name.split("/")
        records = runs[policy_set, int(number)]
        assert Counter(events) == Counter(expected(records[records["case"] == int(case)]))


def expected(records: Records) -> list[Step]:
    """What the records of a case of the story are as events."""
    words = {
        (Kind.WORKED, 0): "handle", (Kind.WORKED, 1): "pass up", (Kind.WORKED, 2): "refuse",
        (Kind.WORKED, 5): "approve", (Kind.WORKED, 7): "answer an enquiry",
        (Kind.WAITED, 0): "wait for other parties", (Kind.WAITED, 7): "wait in a queue, in vain",
    }  # fmt: skip
    steps = {
        Kind.REGISTERED: "register", Kind.BOUNCED: "send back", Kind.ESCALATED: "escalate",
        Kind.REPLIED: "reply", Kind.OVERDUE: "miss the reply deadline", Kind.CLOSED: "close",
        Kind.REOPENED: "reopen", Kind.WITHDRAWN: "give up",
    }  # fmt: skip
    found = []
    for one in records:
        word = words.get((one["kind"], one["code"]), steps.get(one["kind"]))
        if one["kind"] == Kind.FELT and one["case"] in (1, 6):
            word = "call back"  # the others were not asked
        if word and one["started"] < one["time"]:
            found.append((word, "start", wall(one["started"], "milliseconds")))
        to_the_end = one["kind"] == Kind.WORKED or one["time"] >= HORIZON
        if word and not (to_the_end and one["flags"] & UNFINISHED):
            found.append((word, "complete", wall(one["time"], "milliseconds")))
    return found


def test_xes_completes_nothing_that_the_end_cut_off(six: Path) -> None:
    found = dict(read_xes(export_log(six, "xes")))
    for replication in range(3):
        *_, last = found[f"night_visits/{replication}/6"]
        assert last[:2] == ("handle", "start")
    for word, started, complete in (("handle", 18, 12), ("wait in a queue, in vain", 12, 6)):
        ways = [step[1] for events in found.values() for step in events if step[0] == word]
        assert (ways.count("start"), ways.count("complete")) == (started, complete)


@pytest.mark.parametrize("rows", [1, 7, 1_000])
def test_xes_does_not_depend_on_how_rows_lie_in_the_file(
    tmp_path: Path, plan: Plan, six: Path, runs: dict[Run, Records], rows: int
) -> None:
    plain = export_log(six, "xes").read_bytes()
    mingled(six / "events.parquet", tables_of(tmp_path, plan, runs), rows)
    first = pq.ParquetFile(six / "events.parquet").read_row_group(0)
    assert rows == 1 or len(set(first["case_id"].to_pylist())) > 5  # as many runs
    assert export_log(six, "xes").read_bytes() == plain


def test_xes_does_not_depend_on_how_many_cases_are_held(
    six: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export_log(six, "xes").read_bytes()
    monkeypatch.setattr(traces, "CASES", 2)
    monkeypatch.setattr(traces, "BATCH", 3)
    assert export_log(six, "xes", six / "again.xes").read_bytes() == whole


def test_xes_escapes_names(tmp_path: Path, plan: Plan, story: Records) -> None:
    name = 'A & B <"街道">\x01'
    offices = (plan.offices[0]._replace(name=name), *plan.offices[1:])
    written(tmp_path / "events.parquet", replace(plan, offices=offices), story)
    root = ElementTree.parse(export_log(tmp_path, "xes")).getroot()
    groups = {value(e, "org:group") for e in root.iter("event")}
    assert groups == {name[:-1], "1.0"}


def test_a_run_in_which_nobody_was_registered(tmp_path: Path, plan: Plan, story: Records) -> None:
    written(tmp_path / "events.parquet", plan, story[story["kind"] == Kind.SESSION])
    assert read_xes(export_log(tmp_path, "xes")) == []
    assert len(read_csv(export_log(tmp_path, "csv"))) == 1
    written(tmp_path / "events.parquet", plan, story[:0])
    for format in FORMATS:
        assert export_log(tmp_path, format).exists()


# ---------------------------------------------------------------- OCEL

# What ocel-standard.org says of the JSON format, version 2.0.
LINKS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["objectId", "qualifier"],
        "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
    },
}
TYPES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "attributes"],
        "properties": {
            "attributes": {
                "type": "array",
                "items": {
                    "required": ["name", "type"],
                    "properties": {
                        "type": {"enum": ["string", "time", "integer", "float", "boolean"]}
                    },
                },
            }
        },
    },
}


def things(required: list[str], of_attributes: list[str]) -> dict[str, Any]:
    attributes = {"type": "array", "items": {"required": of_attributes}}
    properties = {"id": {"type": "string"}, "attributes": attributes, "relationships": LINKS}
    return {
        "type": "array",
        "items": {"type": "object", "required": required, "properties": properties},
    }


OCEL = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": things(["id", "type", "time"], ["name", "value"]),
        "objects": things(["id", "type"], ["name", "value", "time"]),
    },
}
PYTHONS = {"string": str, "time": str, "integer": int, "float": float}


@pytest.fixture
def ocel(six: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export_log(six, "ocel").read_text("utf-8"))
    return found


def test_ocel_is_as_the_standard_wants_it(ocel: dict[str, Any]) -> None:
    jsonschema.validate(ocel, OCEL)
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        ids = [thing["id"] for thing in ocel[things]]
        assert len(ids) == len(set(ids))
        kinds = {
            kind["name"]: {each["name"]: PYTHONS[each["type"]] for each in kind["attributes"]}
            for kind in ocel[types]
        }
        assert len(kinds) == len(ocel[types])
        for thing in ocel[things]:
            for fact in thing["attributes"]:
                assert isinstance(fact["value"], kinds[thing["type"]][fact["name"]])
    objects = {thing["id"] for thing in ocel["objects"]}
    for thing in (*ocel["events"], *ocel["objects"]):
        assert {link["objectId"] for link in thing["relationships"]} <= objects
    assert all(event["time"].endswith("+08:00") for event in ocel["events"])


def test_ocel_has_every_object_of_every_run(ocel: dict[str, Any]) -> None:
    counted = Counter(thing["type"] for thing in ocel["objects"])
    # Of a run: 6 cases; as many problems in these records; offices 0.0 and 1.0; four people.
    assert counted == {
        "grievance": 36, "problem": 36, "office": 12, "cadre": 18, "session": 6,
    }  # fmt: skip


def test_ocel_events_are_about_what_they_were_about(
    ocel: dict[str, Any], runs: dict[Run, Records]
) -> None:
    of_case = Counter(
        link["objectId"]
        for event in ocel["events"]
        for link in event["relationships"]
        if link["qualifier"] == "of"
    )
    for (name, number), records in runs.items():
        for case in ALL:
            steps = expected(records[records["case"] == case])
            assert of_case[f"{name}/{number}/{case}"] == len(steps)
    session = next(event for event in ocel["events"] if event["type"] == "hold a visit")
    assert {link["qualifier"]: link["objectId"] for link in session["relationships"]} == {
        "at": "baseline/0/office/0.0",
        "by": "baseline/0/cadre/1.0 2",
        "is": f"baseline/0/session/{session['id'].split('/')[0]}",
    }


def test_ocel_has_no_problem_behind_an_enquiry(
    tmp_path: Path, small_town: tuple[Plan, Records]
) -> None:
    plan, records = small_town
    written(tmp_path / "events.parquet", plan, records)
    ocel = json.loads(export_log(tmp_path, "ocel").read_text("utf-8"))
    of_cases = records[records["case"] >= 0]
    problems = of_cases["problem"][of_cases["klass"] != NO_INDEX]
    counted = Counter(thing["type"] for thing in ocel["objects"])
    assert counted["problem"] == len(set(problems.tolist()))
    assert counted["grievance"] == len(set(of_cases["case"].tolist()))
    assert counted["session"] == (records["kind"] == Kind.SESSION).sum()


def test_ocel_completes_nothing_that_the_end_cut_off(ocel: dict[str, Any]) -> None:
    ways = Counter(event["id"].split("/")[1] for event in ocel["events"])
    handled = [event["id"] for event in ocel["events"] if event["type"] == "handle"]
    complete = {name.split("/")[0] for name in handled if name.endswith("complete")}
    started = {name.split("/")[0] for name in handled if name.endswith("start")}
    assert len(started - complete) == 6
    assert ways["start"] > 6


# ---------------------------------------------------------------- another's reader


def test_pm4py_reads_it(six: Path, runs: dict[Run, Records]) -> None:
    pm4py = pytest.importorskip("pm4py")
    log = pm4py.read_xes(str(export_log(six, "xes", six / "events.xes.gz")))
    assert set(log["case:concept:name"]) == cases_in(runs, ALL)
    ocel = pm4py.read_ocel2_json(str(export_log(six, "ocel")))
    assert (ocel.objects["ocel:type"] == "grievance").sum() == 36


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("format", FORMATS)
def test_a_packed_file_holds_the_same_and_nothing_of_the_moment(six: Path, format: str) -> None:
    plain = export_log(six, format).read_bytes()
    packed = [export_log(six, format, six / name).read_bytes() for name in ("a.gz", "b.x.gz")]
    assert gzip.decompress(packed[0]) == plain
    assert packed[0] == packed[1]
    assert packed[0][3:8] == bytes(5)  # neither a name nor a date


def test_mistakes_are_told(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="csv, xes, ocel, prosimos"):
        export_log(folder, "xlsx")
    with pytest.raises(InputError, match="--events"):
        export_log(tmp_path / "nothing")
    with pytest.raises(InputError, match="Cannot write"):
        export_log(folder, "csv", folder / "no" / "such" / "folder.csv")
    assert not list(folder.glob("*.partial"))


def test_a_log_of_another_version_is_not_read_as_if_it_were_ours(folder: Path) -> None:
    log = pq.read_table(folder / "events.parquet")
    pq.write_table(log.drop_columns(["case_id"]), folder / "events.parquet")
    with pytest.raises(InputError, match="another version"):
        export_log(folder)
    naive = log.set_column(0, "finished", log["finished"].cast(pa.timestamp("ms")))
    pq.write_table(naive, folder / "events.parquet")
    with pytest.raises(InputError, match="another version"):
        export_log(folder)
