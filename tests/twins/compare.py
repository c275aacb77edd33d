"""Two engines' traces, record by record and bit by bit, and the first difference in words."""

from collections.abc import Callable
from enum import IntEnum
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govsim.model import records as words
from govsim.model.plan import DAY, Plan
from govsim.model.records import (
    ABSENT,
    NO_INDEX,
    RECORD,
    Activity,
    Birth,
    Errand,
    Gathering,
    Kind,
    Origin,
    Outcome,
    Prevention,
    Standing,
    Table,
    Term,
    Wait,
    Work,
)

Records = NDArray[np.void]
Simulate = Callable[..., None]

BEFORE = 12  # records shown before the first difference
FIELDS = RECORD.names or ()
CODES: dict[Kind, type[IntEnum]] = {
    Kind.BORN: Birth, Kind.SOLVED: Outcome, Kind.NOT_RECORDED: Origin, Kind.REGISTERED: Origin,
    Kind.WORKED: Activity, Kind.WAITED: Wait, Kind.EXTENDED: Term,
    Kind.CLOSED: Outcome, Kind.REOPENED: Outcome,
    Kind.SESSION: Gathering, Kind.HOURS: Errand, Kind.INSPECTED: Outcome, Kind.TURNED_AWAY: Origin,
    Kind.PREVENTED: Prevention, Kind.PROJECT: Work, Kind.MEDIATED: Outcome, Kind.CONFERRED: Table,
    Kind.INHERITED: Standing,
}  # fmt: skip
FLAGS = tuple(
    name for name in vars(words) if name.isupper() and name not in ("ABSENT", "NO_INDEX", "RECORD")
)  # FIRST, TRUE, ...


class Differ(AssertionError):
    """The engines do not agree. The text shows where first."""


def trace(simulate: Simulate, plan: Plan, seed: int, replication: int) -> tuple[Records, list[int]]:
    """Every record of one replication, and the times at which the watcher was called."""
    chunks: list[Records] = []
    watched: list[int] = []
    simulate(
        plan, seed, replication, lambda chunk: chunks.append(chunk.copy()),
        watch=watched.append,
    )  # fmt: skip
    return np.concatenate([np.empty(0, RECORD), *chunks]).astype(RECORD), watched


def bits(records: Records, field: str) -> NDArray[Any]:
    """A field as it lies in memory: -0.0 is not 0.0, and a nan is what it is."""
    values = np.ascontiguousarray(records[field])
    return values.view(np.uint64) if values.dtype.kind == "f" else values


def digest(records: Records) -> str:
    """Hash of every bit of every field, without the gaps between them."""
    whole = sha256()
    for field in FIELDS:
        whole.update(np.ascontiguousarray(records[field]).tobytes())
    return whole.hexdigest()


def first_difference(one: Records, other: Records) -> int | None:
    """Number of the first record in which the traces differ, or None."""
    length = min(len(one), len(other))
    differ = np.zeros(length, dtype=bool)
    for field in FIELDS:
        differ |= bits(one[:length], field) != bits(other[:length], field)
    if differ.any():
        return int(np.argmax(differ))
    return None if len(one) == len(other) else length


def assert_same(plan: Plan, seed: int, replication: int, one: Simulate, other: Simulate) -> Records:
    """Run both; raise Differ at the first difference; else give the trace."""
    expected, found = (trace(engine, plan, seed, replication)[0] for engine in (one, other))
    at = first_difference(expected, found)
    if at is not None:
        raise Differ(in_words(expected, found, at, f"seed {seed}, replication {replication}"))
    return expected


# ---------------------------------------------------------------- in words


def in_words(one: Records, other: Records, at: int, title: str) -> str:
    """The first difference, with what came before it."""
    lines = [
        f"{title}: record {at} is the first that differs; {len(one)} and {len(other)} in all",
        *(f"  {k:7d}  {line(one[k])}" for k in range(max(at - BEFORE, 0), at)),
        f"one {at:5d}  {line(one[at]) if at < len(one) else 'has ended'}",
        f"other {at:3d}  {line(other[at]) if at < len(other) else 'has ended'}",
    ]
    if at < min(len(one), len(other)):
        lines += [f"        {text}" for text in _fields_that_differ(one[at], other[at])]
    for name, records in (("one", one), ("other", other)):
        lines.append(f"{name} goes on")
        lines += [
            f"  {k:7d}  {line(records[k])}" for k in range(at + 1, at + 4) if k < len(records)
        ]
    return "\n".join(lines)


def _fields_that_differ(one: Any, other: Any) -> list[str]:
    return [
        f"{field}: {one[field]!r} and {other[field]!r}"
        for field in FIELDS
        if one[field].tobytes() != other[field].tobytes()
    ]


def line(record: Any) -> str:
    """One record, readable."""
    kind = Kind(record["kind"])
    code = int(record["code"])
    what = f"{kind.name} {CODES[kind](code).name}" if kind in CODES else kind.name
    parts = [f"{when(record['time'])}  {what:24s}"]
    if kind == Kind.MONEY:
        parts.append(f"policy {code}")
    if record["started"] != record["time"] or record["enabled"] != record["time"]:
        parts.append(f"enabled {when(record['enabled'])} started {when(record['started'])}")
    parts += [
        f"{name} {record[name]}"
        for name in ("case", "office", "home", "cadre")
        if record[name] != ABSENT
    ]
    if record["problem"] != ABSENT:
        parts.append(f"problem {problem(int(record['problem']))}")
    if record["resident"] != ABSENT:
        parts.append(f"resident {record['resident'] >> 32}.{record['resident'] & 0xFFFFFFFF}")
    parts += [
        f"{name} {record[name]}"
        for name in ("klass", "segment", "channel")
        if record[name] != NO_INDEX
    ]
    parts += [name for name in FLAGS if record["flags"] & getattr(words, name)]
    return "  ".join([*parts, f"value {float(record['value'])!r}"])


def when(time: int) -> str:
    """Day and time of day."""
    day, second = divmod(int(time), DAY)
    return f"day {day} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def problem(number: int) -> str:
    """Community, day, stream and running number of a problem's id."""
    rest, k = divmod(number, 1 << 16)
    rest, stream = divmod(rest, 1 << 4)
    community, day = divmod(rest, 1 << 14)
    return f"{community}/{day - 8192}/{stream}/{k}"
