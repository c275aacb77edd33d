"""Event logs of made-up records, of one run or of several in one file."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from made_records import about, one

from govsim.model.plan import DAY, HOUR, Plan
from govsim.model.records import UNFINISHED, Activity, Kind, Outcome
from govsim.outcomes.events import EventLog
from govsim.outcomes.lookup import Records

SETS = ("baseline", "night_visits")
Run = tuple[str, int]
HORIZON = 88 * DAY  # of the month's story, with its follow-up


def written(
    path: Path, plan: Plan, records: Records, replication: int = 0, chunk: int = 1 << 16
) -> Path:
    """The event log of one run."""
    log = EventLog(path, plan, replication)
    for first in range(0, len(records), chunk):
        log.drain(records[first : first + chunk])
    log.close()
    return path


def with_work_cut_off(story: Records) -> Records:
    """Case 6 is taken up again, and in somebody's hands when the simulation ends."""
    again = one(Kind.REOPENED, 86 * DAY, code=Outcome.ON_PAPER, **about(6))
    at_work = one(
        Kind.WORKED, HORIZON, enabled=86 * DAY, started=87 * DAY, code=Activity.HANDLE, cadre=0,
        flags=UNFINISHED, value=2.0 * HOUR, **about(6),
    )  # fmt: skip
    return np.concatenate([story, again, at_work])


def six_runs(story: Records) -> dict[Run, Records]:
    """Two policy sets, three replications each; in each of them all happens a bit later."""
    runs = [(name, replication) for name in SETS for replication in range(3)]
    return {run: _later(story, place * HOUR) for place, run in enumerate(runs)}


def tables_of(folder: Path, plan: Plan, runs: dict[Run, Records]) -> list[pa.Table]:
    """The rows of each run."""
    return [
        pq.read_table(written(folder / "one run", replace(plan, policy_set=name), records, number))
        for (name, number), records in runs.items()
    ]


def one_below_another(path: Path, tables: list[pa.Table], rows: int) -> None:
    """A file of all runs, in row groups of so many rows."""
    pq.write_table(pa.concat_tables(tables), path, row_group_size=rows)


def mingled(path: Path, tables: list[pa.Table], rows: int) -> None:
    """The same, with the first row of each run, then the second of each, and so on."""
    places = np.concatenate([np.arange(len(table)) for table in tables])
    order = np.argsort(places, kind="stable")
    pq.write_table(pa.concat_tables(tables).take(order), path, row_group_size=rows)


def cases_in(runs: dict[Run, Records], cases: Iterable[int]) -> set[str]:
    """What these cases are called in each of the runs."""
    return {f"{name}/{number}/{case}" for name, number in runs for case in cases}


def _later(records: Records, seconds: int) -> Records:
    moved = records.copy()
    for name in ("time", "started", "enabled"):
        moved[name] += seconds
    return moved
