"""XES 1.0 (IEEE 1849): the event log as process-mining tools read it.

A trace is one case of one replication under one policy set. Work that took time is two events,
``start`` and ``complete``; anything else is one ``complete``. Cases are written some at a time, in
the order of their numbers, so that a long log needs little memory.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from io import TextIOBase
from operator import itemgetter
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import pyarrow as pa
import pyarrow.compute as pc

CASES = 50_000  # cases held at a time

EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
)
OF_TRACE = ("policy_set", "class", "segment", "channel", "origin")
OF_EVENT = ("tier", "outcome")

# XML 1.0 cannot hold these characters, however they are escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Row = dict[str, Any]


def write_xes(log: Any, file: TextIOBase) -> None:
    """Write an open Parquet event log as XES."""
    xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, "log", {"xes.version": "1.0", "xes.features": ""})
    _head(xml)
    for trace in _traces(log):
        _write_trace(xml, trace)
    xml.endElement("log")
    xml.endDocument()


def _head(xml: XMLGenerator) -> None:
    for name, prefix, uri in EXTENSIONS:
        _element(xml, "extension", {"name": name, "prefix": prefix, "uri": uri})
    _open(xml, "global", {"scope": "trace"})
    _attribute(xml, "concept:name", "unknown")
    xml.endElement("global")
    _open(xml, "global", {"scope": "event"})
    _attribute(xml, "concept:name", "unknown")
    _attribute(xml, "time:timestamp", datetime(1970, 1, 1))
    _attribute(xml, "lifecycle:transition", "complete")
    xml.endElement("global")
    keys = "concept:name lifecycle:transition"
    _element(xml, "classifier", {"name": "Activity and transition", "keys": keys})
    _element(xml, "classifier", {"name": "Activity", "keys": "concept:name"})
    _attribute(xml, "lifecycle:model", "standard")
    _attribute(xml, "concept:name", "govsim")


def _traces(log: Any) -> Iterator[list[Row]]:
    for groups in _runs(log):
        last = max(_last_case(log, group) for group in groups)
        for first in range(0, last + 1, CASES):
            yield from _slice(log, groups, first)


def _runs(log: Any) -> list[list[int]]:
    """Row groups that belong together: one replication under one policy set each."""
    runs: dict[tuple[str, int], list[int]] = {}
    for group in range(log.num_row_groups):
        table = log.read_row_group(group, columns=["policy_set", "replication"])
        if len(table):
            key = (table["policy_set"][0].as_py(), table["replication"][0].as_py())
            runs.setdefault(key, []).append(group)
    return list(runs.values())


def _last_case(log: Any, group: int) -> int:
    return int(pc.max(log.read_row_group(group, columns=["case"])["case"]).as_py())


def _slice(log: Any, groups: list[int], first: int) -> Iterator[list[Row]]:
    parts = []
    for group in groups:
        table = log.read_row_group(group)
        inside = pc.and_(
            pc.greater_equal(table["case"], first), pc.less(table["case"], first + CASES)
        )
        parts.append(table.filter(inside))
    by_case: dict[int, list[Row]] = {}
    for row in pa.concat_tables(parts).to_pylist():
        by_case.setdefault(row["case"], []).append(row)
    for case in sorted(by_case):
        yield by_case[case]


def _write_trace(xml: XMLGenerator, rows: list[Row]) -> None:
    first = rows[0]
    _open(xml, "trace")
    name = f"{first['policy_set']}/{first['replication']}/{first['case']}"
    _attribute(xml, "concept:name", name)
    _attribute(xml, "replication", first["replication"])
    if first["problem"] >= 0:
        _attribute(xml, "problem", first["problem"])
    for key in OF_TRACE:
        _attribute(xml, key, first[key])
    for _, event in sorted((event for row in rows for event in _events(row)), key=itemgetter(0)):
        _write_event(xml, event)
    xml.endElement("trace")


def _events(row: Row) -> Iterator[tuple[datetime, Row]]:
    if row["started"] < row["finished"]:
        yield row["started"], {**row, "moment": row["started"], "transition": "start"}
    yield row["finished"], {**row, "moment": row["finished"], "transition": "complete"}


def _write_event(xml: XMLGenerator, event: Row) -> None:
    _open(xml, "event")
    _attribute(xml, "concept:name", event["activity"])
    _attribute(xml, "time:timestamp", event["moment"])
    _attribute(xml, "lifecycle:transition", event["transition"])
    _attribute(xml, "org:resource", event["resource"])
    _attribute(xml, "org:group", event["office"])
    if event["transition"] == "complete" and event["enabled"] < event["finished"]:
        _attribute(xml, "enabled", event["enabled"])
    for key in OF_EVENT:
        _attribute(xml, key, event[key])
    xml.endElement("event")


def _attribute(xml: XMLGenerator, key: str, value: object) -> None:
    """One typed XES attribute; what is absent is left out."""
    if value is None:
        return
    if isinstance(value, datetime):
        _element(xml, "date", {"key": key, "value": value.isoformat(timespec="milliseconds")})
    elif isinstance(value, int):
        _element(xml, "int", {"key": key, "value": str(value)})
    else:
        _element(xml, "string", {"key": key, "value": _FORBIDDEN.sub("", str(value))})


def _element(xml: XMLGenerator, name: str, attributes: dict[str, str]) -> None:
    _open(xml, name, attributes)
    xml.endElement(name)


def _open(xml: XMLGenerator, name: str, attributes: dict[str, str] | None = None) -> None:
    xml.startElement(name, AttributesImpl(attributes or {}))
