"""The event log: what happened to each case, in words that process-mining tools and people read.

One row per thing done, in the order in which it was finished. The rows of a replication stream to
a Parquet file in groups of ``GROUP`` rows, so that a log of any length needs little memory and
the file does not depend on the chunks the records came in.

Rows of ``kind`` "case" tell of a case; "session" that people met or a round was made; "errand" of
hours that went into no case. The last two stand at the moment when they were written down, and
have no case: ``case`` is -1 and ``case_id`` is null. ``case`` counts from 0 in every replication;
``case_id`` is not to be found twice in a file. ``hours`` are hours really given: to a case without
the breaks between started and finished. Work that the end of the run cut off has no ``finished``.

Moments are the wall clock of the scenario, in the one time zone that China has. Its offset is
written as a number: a simulated day has 24 hours in every year, and no table of zones is needed.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta, timezone
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from govsim.model.plan import HOUR, Plan
from govsim.model.records import (
    NO_INDEX,
    RECORD,
    SURVEYED,
    UNFINISHED,
    Activity,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
    Wait,
)
from govsim.outcomes.lookup import Flags, Ints, Lookup, Records

GROUP = 65_536

ZONE = timezone(timedelta(hours=8))
STAMP = pa.timestamp("ms", tz=str(ZONE).removeprefix("UTC"))
COLUMNS = pa.schema(
    [
        ("replication", pa.int32()),
        ("policy_set", pa.string()),
        ("case_id", pa.string()),
        ("case", pa.int64()),
        ("kind", pa.string()),
        ("activity", pa.string()),
        ("office", pa.string()),
        ("resource", pa.string()),
        ("enabled", STAMP),
        ("started", STAMP),
        ("finished", STAMP),
        ("hours", pa.float64()),
        ("problem", pa.int64()),
        ("tier", pa.string()),
        ("class", pa.string()),
        ("segment", pa.string()),
        ("channel", pa.string()),
        ("origin", pa.string()),
        ("outcome", pa.string()),
    ]
)

WORK = {
    Activity.HANDLE: "handle",
    Activity.PASS_UP: "pass up",
    Activity.REFUSE: "refuse",
    Activity.EXPLAIN: "explain",
    Activity.CARRY_OUT: "carry out",
    Activity.APPROVE: "approve",
    Activity.CHECK: "find it gone",
    Activity.ENQUIRY: "answer an enquiry",
    Activity.MEDIATE: "mediate",
    Activity.CONTRACT: "do for the office",
}
WAITS = {
    Wait.OUTSIDE: "wait for other parties",
    Wait.RESIDENT: "wait for the resident",
    Wait.BOUNCE: "on the way back",
    Wait.CONFIRMATION: "wait for confirmation",
    Wait.CONFERENCE: "wait for the departments to meet",
    Wait.MEDIATION: "wait for the next session",
    Wait.HANDOVER: "hand over",
    Wait.QUEUE: "wait in a queue, in vain",
}
SESSIONS = {
    Gathering.VISIT: "hold a visit",
    Gathering.PATROL: "make a round",
    Gathering.COUNCIL: "hold a council",
    Gathering.TRAINING: "hold a training",
}
ERRANDS = {
    Errand.VISIT: "be at a visit",
    Errand.TRAVEL: "travel",
    Errand.TIME_OFF: "take time off",
    Errand.PAPERWORK: "do paperwork",
    Errand.INSPECTION: "look into closings",
    Errand.MEETING: "be at a meeting",
    Errand.TRAINING: "learn",
    Errand.PATROL: "be on a round",
    Errand.CALLS: "be on the telephone",
    Errand.TRIAGE: "sort at intake",
}
BY_CODE: dict[Kind, Mapping[Any, str]] = {
    Kind.WORKED: WORK,
    Kind.WAITED: WAITS,
    Kind.SESSION: SESSIONS,
    Kind.HOURS: ERRANDS,
}
STEPS = {
    Kind.REGISTERED: "register",
    Kind.BOUNCED: "send back",
    Kind.ESCALATED: "escalate",
    Kind.RETURNED_DOWN: "return",
    Kind.REPLIED: "reply",
    Kind.OVERDUE: "miss the reply deadline",
    Kind.LATE: "miss the resolution deadline",
    Kind.EXTENDED: "extend the deadline",
    Kind.CLOSED: "close",
    Kind.REOPENED: "reopen",
    Kind.WITHDRAWN: "give up",
    Kind.FELT: "call back",
    Kind.INSPECTED: "inspect",
    Kind.TERMINATED: "terminate",
    Kind.MEDIATED: "end the mediation",
    Kind.CONFERRED: "confer",
    Kind.INHERITED: "be open at the start",
}
ORIGINS = {
    Origin.FIRST: "first report",
    Origin.FELLOW: "fellow resident",
    Origin.FOUND: "found by an office",
    Origin.REPEAT: "repeat",
    Origin.SKIP_LEVEL: "over the office's head",
    Origin.REVIEW: "review",
    Origin.RE_REVIEW: "second review",
    Origin.ENQUIRY: "enquiry",
}
OUTCOMES = {
    Outcome.SOLVED: "solved",
    Outcome.ON_PAPER: "solved on paper",
    Outcome.EXPLAINED: "explained",
    Outcome.GONE: "gone",
    Outcome.DUPLICATE: "duplicate",
    Outcome.CLEARED_OUT: "cleared out",
    Outcome.ANSWERED: "answered",
    Outcome.FIXED: "mended",
    Outcome.REFERRED: "referred to law",
}

_KINDS = max(Kind) + 1


class About(IntEnum):
    """What a row tells of."""

    CASE = 0
    SESSION = 1
    ERRAND = 2
    PROBLEM = 3  # in histories only


def activities(moments: Mapping[Kind, str]) -> tuple[list[str], Ints]:
    """The words, and for each kind x code the place of its word (-1: not in the log)."""
    words: list[str] = []
    table = np.full((_KINDS, NO_INDEX + 1), -1, dtype=np.int64)
    for kind, step in (*STEPS.items(), *moments.items()):
        table[kind, :] = len(words)
        words.append(step)
    for kind, by_code in BY_CODE.items():
        for code, word in by_code.items():
            table[kind, code] = len(words)
            words.append(word)
    return words, table


def resources(plan: Plan) -> list[str]:
    """A name for every cadre: office, desk and number at the desk."""
    names = [""] * len(plan.cadres)
    for desk in plan.desks:
        office = plan.offices[desk.office].name
        place = desk.name if desk.name.startswith(office) else f"{office}, {desk.name}"
        for number, cadre in enumerate(desk.cadres, start=1):
            names[cadre] = f"{place} {number}"
    return names


def subjects(moments: Iterable[Kind]) -> Ints:
    """What the row of each kind of record tells of."""
    table = np.full(_KINDS, About.CASE, dtype=np.int64)
    table[Kind.SESSION], table[Kind.HOURS] = About.SESSION, About.ERRAND
    table[list(moments)] = About.PROBLEM
    return table


class EventRows:
    """Turns records into rows: of the event log, or with fewer ``columns``, and with such
    ``moments`` of problems besides as concern no case.
    """

    def __init__(
        self,
        plan: Plan,
        replication: int,
        columns: pa.Schema = COLUMNS,
        moments: Mapping[Kind, str] | None = None,
    ) -> None:
        self._columns = columns
        self._lookup = Lookup.of(plan)
        self._words, self._activity = activities(moments or {})
        self._about = subjects(moments or {})
        self._names = {
            "kind": [about.name.lower() for about in About],
            "tier": [tier.name for tier in plan.tiers],
            "office": [office.name for office in plan.offices],
            "resource": resources(plan),
            "class": [klass.name for klass in plan.classes],
            "segment": [segment.name for segment in plan.segments],
            "channel": [channel.name for channel in plan.channels],
            "origin": [ORIGINS[origin] for origin in Origin],
            "outcome": [OUTCOMES.get(code, "") for code in range(max(Outcome) + 1)],  # type: ignore[call-overload]
        }
        self._stamp = columns.field("finished").type
        self._start = np.datetime64(plan.start, "ms")
        if self._stamp.tz is not None:
            self._start -= np.timedelta64(ZONE.utcoffset(None))
        self._policy_set = plan.policy_set
        self._replication = replication
        self._horizon = plan.horizon

    def kept(self, records: Records) -> Records:
        """The records that are in the log."""
        return records.compress(self._in_log(records))

    def rows(self, kept: Records) -> Any:
        """The rows of records that are in the log, as a table of the columns."""
        kind, code = kept["kind"], kept["code"].astype(np.int64)
        about = self._about[kind]
        offices = np.where(about == About.PROBLEM, kept["home"], self._lookup.office(kept))
        # A wait that something else cut short has ended; what the end of the run cuts off has not.
        at_the_end = (kind == Kind.WAITED) & (kept["time"] >= self._horizon)
        cut_off = (kept["flags"] & UNFINISHED != 0) & ((kind == Kind.WORKED) | at_the_end)
        columns = {
            "replication": np.full(len(kept), self._replication, np.int32),
            "policy_set": pa.repeat(self._policy_set, len(kept)),
            "case_id": self._case_ids(kept["case"]),
            "case": kept["case"],
            "kind": self._named("kind", about),
            "activity": _words(self._words, self._activity[kind, code]),
            "office": self._named("office", offices),
            "resource": self._named("resource", kept["cadre"].astype(np.int64)),
            "enabled": self._moment(kept["enabled"]),
            "started": self._moment(kept["started"]),
            "finished": self._moment(kept["time"], cut_off),
            "hours": pa.array(kept["value"] / HOUR, mask=~np.isin(kind, (Kind.WORKED, Kind.HOURS))),
            "problem": kept["problem"],
            "tier": self._named("tier", self._lookup.tier_of[offices]),
            "class": self._named("class", kept["klass"].astype(np.int64)),
            "segment": self._named("segment", kept["segment"].astype(np.int64)),
            "channel": self._named("channel", kept["channel"].astype(np.int64)),
            "origin": self._named("origin", np.where(kind == Kind.REGISTERED, code, -1)),
            "outcome": self._named("outcome", np.where(_closing(kind), code, -1)),
        }
        return pa.table(columns).select(self._columns.names).cast(self._columns)

    def _in_log(self, records: Records) -> Flags:
        known = self._activity[records["kind"], records["code"]] >= 0
        # Of what residents feel, the ledger knows only what a call-back asked.
        silent = (records["kind"] == Kind.FELT) & (records["flags"] & SURVEYED == 0)
        somebodys = (records["case"] >= 0) | (self._about[records["kind"]] != About.CASE)
        kept: Flags = known & ~silent & somebodys
        return kept

    def _named(self, column: str, index: Ints) -> pa.Array:
        return _words(self._names[column], index)

    def _case_ids(self, cases: Ints) -> pa.Array:
        numbers = pa.array(cases, mask=cases < 0).cast(pa.string())
        run = f"{self._policy_set}/{self._replication}"
        return pc.binary_join_element_wise(run, numbers, "/")

    def _moment(self, seconds: Ints, missing: Flags | None = None) -> pa.Array:
        moments = self._start + seconds.astype("m8[s]")
        return pa.array(moments.astype("M8[ms]"), self._stamp, mask=missing)


def _words(words: list[str], index: Ints) -> pa.Array:
    missing = (index < 0) | (index >= len(words))
    places = pa.array(np.where(missing, 0, index).astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.string())).cast(pa.string())


def _closing(kind: Ints) -> Flags:
    return np.isin(kind, (Kind.CLOSED, Kind.REOPENED, Kind.INSPECTED))


class EventLog:
    """A Parquet file that takes the records of one replication. Close it when done."""

    def __init__(self, path: Path, plan: Plan, replication: int) -> None:
        self._rows = EventRows(plan, replication)
        self._writer = pq.ParquetWriter(path, COLUMNS, compression="zstd")
        self._waiting = np.empty(GROUP, RECORD)
        self._filled = 0

    def drain(self, records: Records) -> None:
        """Add some records."""
        kept = self._rows.kept(records)
        while len(kept):
            some = kept[: GROUP - self._filled]
            self._waiting[self._filled : self._filled + len(some)] = some
            self._filled += len(some)
            kept = kept[len(some) :]
            if self._filled == GROUP:
                self._write()

    def _write(self) -> None:
        # A group is turned into rows in one piece: no trace of the chunks gets into the file, and
        # many small chunks cost no more than a few large ones.
        rows = self._rows.rows(self._waiting[: self._filled])
        self._writer.write_table(rows, row_group_size=GROUP)
        self._filled = 0

    def close(self) -> None:
        """Write what is left and close the file."""
        self._write()
        self._writer.close()
