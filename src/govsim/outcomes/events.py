"""The event log: what happened to each case, in words that process-mining tools and people read.

One row per thing done, in the order in which it was finished. The rows of a replication stream to
a Parquet file in groups of ``GROUP`` rows, so that a log of any length needs little memory and
the file does not depend on the chunks the records came in.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from govsim.model.plan import Plan
from govsim.model.records import NO_INDEX, RECORD, SURVEYED, Activity, Kind, Origin, Outcome, Wait
from govsim.outcomes.lookup import Flags, Ints, Lookup, Records

GROUP = 65_536

STAMP = pa.timestamp("ms")
COLUMNS = pa.schema(
    [
        ("replication", pa.int32()),
        ("policy_set", pa.string()),
        ("case", pa.int64()),
        ("activity", pa.string()),
        ("office", pa.string()),
        ("resource", pa.string()),
        ("enabled", STAMP),
        ("started", STAMP),
        ("finished", STAMP),
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


def activities(moments: Mapping[Kind, str]) -> tuple[list[str], Ints]:
    """The words, and for each kind x code the place of its word (-1: not in the log)."""
    words: list[str] = []
    table = np.full((_KINDS, NO_INDEX + 1), -1, dtype=np.int64)
    for kind, step in (*STEPS.items(), *moments.items()):
        table[kind, :] = len(words)
        words.append(step)
    for kind, by_code in ((Kind.WORKED, WORK), (Kind.WAITED, WAITS)):
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


class EventRows:
    """Turns records into rows of the event log: what was done with cases, and such ``moments``
    besides as concern no case.
    """

    def __init__(
        self, plan: Plan, replication: int, moments: Mapping[Kind, str] | None = None
    ) -> None:
        self._lookup = Lookup.of(plan)
        self._words, self._activity = activities(moments or {})
        self._of_no_case = np.isin(np.arange(_KINDS), list(moments or {}))
        self._names = {
            "tier": [tier.name for tier in plan.tiers],
            "office": [office.name for office in plan.offices],
            "resource": resources(plan),
            "class": [klass.name for klass in plan.classes],
            "segment": [segment.name for segment in plan.segments],
            "channel": [channel.name for channel in plan.channels],
            "origin": [ORIGINS[origin] for origin in Origin],
            "outcome": [OUTCOMES.get(code, "") for code in range(max(Outcome) + 1)],  # type: ignore[call-overload]
        }
        self._start = datetime.combine(plan.start, datetime.min.time())
        self._policy_set = plan.policy_set
        self._replication = replication

    def kept(self, records: Records) -> Records:
        """The records that are in the log."""
        return records.compress(self._in_log(records))

    def rows(self, kept: Records) -> Any:
        """The rows of records that are in the log, as a table of ``COLUMNS``."""
        offices = self._lookup.office(kept)
        offices = np.where(self._of_no_case[kept["kind"]], kept["home"], offices)
        kind, code = kept["kind"], kept["code"].astype(np.int64)
        columns = {
            "replication": np.full(len(kept), self._replication, np.int32),
            "policy_set": pa.repeat(self._policy_set, len(kept)),
            "case": kept["case"],
            "activity": _words(self._words, self._activity[kind, code]),
            "office": self._named("office", offices),
            "resource": self._named("resource", kept["cadre"].astype(np.int64)),
            **{name: self._moment(kept[name]) for name in ("enabled", "started")},
            "finished": self._moment(kept["time"]),
            "problem": kept["problem"],
            "tier": self._named("tier", self._lookup.tier_of[offices]),
            "class": self._named("class", kept["klass"].astype(np.int64)),
            "segment": self._named("segment", kept["segment"].astype(np.int64)),
            "channel": self._named("channel", kept["channel"].astype(np.int64)),
            "origin": self._named("origin", np.where(kind == Kind.REGISTERED, code, -1)),
            "outcome": self._named("outcome", np.where(_closing(kind), code, -1)),
        }
        return pa.table(columns).cast(COLUMNS)

    def _in_log(self, records: Records) -> Flags:
        known = self._activity[records["kind"], records["code"]] >= 0
        # Of what residents feel, the ledger knows only what a call-back asked.
        silent = (records["kind"] == Kind.FELT) & (records["flags"] & SURVEYED == 0)
        somebodys = (records["case"] >= 0) | self._of_no_case[records["kind"]]
        kept: Flags = known & ~silent & somebodys
        return kept

    def _named(self, column: str, index: Ints) -> pa.Array:
        return _words(self._names[column], index)

    def _moment(self, seconds: Ints) -> pa.Array:
        moments = np.datetime64(self._start, "ms") + seconds.astype("m8[s]")
        return pa.array(moments.astype("M8[ms]"), STAMP)


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
