"""XES 1.0 (IEEE 1849): the event log as process-mining tools read it.

A trace is one case of one replication under one policy set, called by its ``case_id``. What took
time is two events, ``start`` and ``complete``; what the end of the run cut off is only a ``start``;
anything else is one ``complete``. Sessions and errands belong to no case, and so to no trace: they
are in the other formats.
"""

import re
from datetime import UTC, datetime
from io import TextIOBase
from operator import itemgetter
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from govsim.outcomes.traces import Row, moments, traces

EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
)
OF_TRACE = ("policy_set", "class", "segment", "channel", "origin")
OF_EVENT = ("tier", "outcome", "hours")

# XML 1.0 cannot hold these characters, however they are escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xes(log: Any, file: TextIOBase) -> None:
    """Write an open Parquet event log as XES."""
    xml = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, "log", {"xes.version": "1.0", "xes.features": ""})
    _head(xml)
    for trace in traces(log):
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
    _attribute(xml, "time:timestamp", datetime(1970, 1, 1, tzinfo=UTC))
    _attribute(xml, "lifecycle:transition", "complete")
    xml.endElement("global")
    keys = "concept:name lifecycle:transition"
    _element(xml, "classifier", {"name": "Activity and transition", "keys": keys})
    _element(xml, "classifier", {"name": "Activity", "keys": "concept:name"})
    _attribute(xml, "lifecycle:model", "standard")
    _attribute(xml, "concept:name", "govsim")


def _write_trace(xml: XMLGenerator, rows: list[Row]) -> None:
    first = rows[0]
    _open(xml, "trace")
    _attribute(xml, "concept:name", first["case_id"])
    _attribute(xml, "replication", first["replication"])
    if first["problem"] >= 0:
        _attribute(xml, "problem", first["problem"])
    for key in OF_TRACE:
        _attribute(xml, key, first[key])
    events = [(moment, transition, row) for row in rows for moment, transition in moments(row)]
    for moment, transition, row in sorted(events, key=itemgetter(0)):
        _write_event(xml, moment, transition, row)
    xml.endElement("trace")


def _write_event(xml: XMLGenerator, moment: datetime, transition: str, row: Row) -> None:
    _open(xml, "event")
    _attribute(xml, "concept:name", row["activity"])
    _attribute(xml, "time:timestamp", moment)
    _attribute(xml, "lifecycle:transition", transition)
    _attribute(xml, "org:resource", row["resource"])
    _attribute(xml, "org:group", row["office"])
    if transition == "complete" and row["enabled"] < row["finished"]:
        _attribute(xml, "enabled", row["enabled"])
    for key in OF_EVENT:
        _attribute(xml, key, row[key])
    xml.endElement("event")


def _attribute(xml: XMLGenerator, key: str, value: object) -> None:
    """One typed XES attribute; what is absent is left out."""
    if value is None:
        return
    if isinstance(value, datetime):
        _element(xml, "date", {"key": key, "value": value.isoformat(timespec="milliseconds")})
    elif isinstance(value, int):
        _element(xml, "int", {"key": key, "value": str(value)})
    elif isinstance(value, float):
        _element(xml, "float", {"key": key, "value": str(value)})
    else:
        _element(xml, "string", {"key": key, "value": _FORBIDDEN.sub("", str(value))})


def _element(xml: XMLGenerator, name: str, attributes: dict[str, str]) -> None:
    _open(xml, name, attributes)
    xml.endElement(name)


def _open(xml: XMLGenerator, name: str, attributes: dict[str, str] | None = None) -> None:
    xml.startElement(name, AttributesImpl(attributes or {}))
