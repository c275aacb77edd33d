"""OCEL 2.0 in JSON: the event log as object-centric process mining reads it.

Objects are grievances (and enquiries), problems, offices, cadres and sessions; every replication
under every policy set is a world with its own of each, so that no cadre is seen in two of them.
Sessions and errands are events as well. What took time is two events, as in XES. Events are written
as they are read; of the objects only the names are held.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TextIO

import pyarrow.compute as pc

from govsim.outcomes.traces import Row, moments, rows


class Type(NamedTuple):
    """A type of objects."""

    qualifier: str  # how events and other objects are bound to one
    attributes: dict[str, str]  # texts, and the columns of the log that they are taken from
    belongs_to: tuple[str, ...] = ()  # objects of these types, for good


class Object(NamedTuple):
    """Something that an event is about."""

    type: str
    id: str


OBJECTS = {
    "grievance": Type(
        "of", {name: name for name in ("class", "segment", "channel", "origin")}, ("problem",)
    ),
    "problem": Type("about", {"class": "class"}),
    "office": Type("at", {"name": "office", "tier": "tier"}),
    "cadre": Type("by", {"name": "resource"}),
    "session": Type("is", {"name": "activity"}, ("office", "cadre")),
}
OF_RUN = {"policy_set": "string", "replication": "integer"}
OF_EVENT = {"lifecycle": "string", "enabled": "time", "hours": "float", "outcome": "string"}
ALWAYS = "1970-01-01T00:00:00Z"  # the standard's time of what never changes


def write_ocel(log: Any, file: TextIO) -> None:
    """Write an open Parquet event log as OCEL 2.0."""
    parts = {
        "eventTypes": (_described(name, OF_EVENT) for name in _activities(log)),
        "objectTypes": (_described(name, _attributes(kind)) for name, kind in OBJECTS.items()),
        "events": _events(log),
        "objects": _objects(log),
    }
    for place, (name, items) in enumerate(parts.items()):
        file.write(",\n" if place else "{")
        _array(file, name, items)
    file.write("}\n")


def _array(file: TextIO, name: str, items: Iterable[dict[str, Any]]) -> None:
    file.write(f'"{name}": [')
    for place, item in enumerate(items):
        file.write(",\n" if place else "\n")
        file.write(json.dumps(item, ensure_ascii=False))
    file.write("]")


def _described(name: str, attributes: dict[str, str]) -> dict[str, Any]:
    listed = [{"name": key, "type": kind} for key, kind in attributes.items()]
    return {"name": name, "attributes": listed}


def _attributes(kind: Type) -> dict[str, str]:
    return OF_RUN | dict.fromkeys(kind.attributes, "string")


def _activities(log: Any) -> list[str]:
    found: dict[str, None] = {}
    for batch in log.iter_batches(columns=["activity"]):
        found.update(dict.fromkeys(pc.unique(batch["activity"]).to_pylist()))
    return list(found)


def _events(log: Any) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows(log)):
        links = [_link(thing) for thing in _things(number, row)]
        for moment, transition in moments(row):
            yield {
                "id": f"{number}/{transition}",
                "type": row["activity"],
                "time": moment.isoformat(),
                "attributes": [*_facts(row, transition)],
                "relationships": links,
            }


def _facts(row: Row, transition: str) -> Iterator[dict[str, Any]]:
    facts = {**row, "lifecycle": transition, "enabled": row["enabled"].isoformat()}
    for name in OF_EVENT:
        if facts[name] is not None:
            yield {"name": name, "value": facts[name]}


def _things(number: int, row: Row) -> list[Object]:
    """The objects that a row of the log is about; sessions are called by the number of the row."""
    run = f"{row['policy_set']}/{row['replication']}"
    named = {
        "grievance": row["case_id"],
        # An enquiry has a number like a problem's, but is of no class and about none.
        "problem": row["class"] and f"{run}/problem/{row['problem']}",
        "office": row["office"] and f"{run}/office/{row['office']}",
        "cadre": row["resource"] and f"{run}/cadre/{row['resource']}",
        "session": f"{run}/session/{number}" if row["kind"] == "session" else None,
    }
    return [Object(kind, name) for kind, name in named.items() if name]


def _objects(log: Any) -> Iterator[dict[str, Any]]:
    """Each object once, as the first row that is about it tells of it."""
    seen: set[str] = set()
    for number, row in enumerate(rows(log)):
        things = _things(number, row)
        for thing in things:
            if thing.id not in seen:
                seen.add(thing.id)
                yield _object(thing, row, things)


def _object(thing: Object, row: Row, things: list[Object]) -> dict[str, Any]:
    kind = OBJECTS[thing.type]
    columns = {name: name for name in OF_RUN} | kind.attributes
    return {
        "id": thing.id,
        "type": thing.type,
        "attributes": [
            {"name": name, "time": ALWAYS, "value": row[column]}
            for name, column in columns.items()
            if row[column] is not None
        ],
        "relationships": [_link(other) for other in things if other.type in kind.belongs_to],
    }


def _link(thing: Object) -> dict[str, str]:
    return {"objectId": thing.id, "qualifier": OBJECTS[thing.type].qualifier}
