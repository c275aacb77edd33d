"""From an event log to the table of the grievances that were open at a moment.

With it a forecast can be held against what came: cut a simulated year, forecast the rest, and look
whether what happened lies within the bands. A real ledger's log with these columns does as well.
"""

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from govsim.experiments.asked import wrong
from govsim.experiments.results import open_run
from govsim.experiments.store import EVENTS
from govsim.language import say
from govsim.outcomes.events import ZONE

LEAVES, OPENS = ("close", "give up"), ("register", "reopen")
MOVES = ("register", "escalate", "return")
DONE = ("handle", "carry out", "approve")
UNDONE = ("register", "escalate", "return", "send back", "reopen")
COLUMNS = ["replication", "policy_set", "case", "activity", "office", "finished", "class", "origin"]
HEADINGS = ("office", "age_days", "class", "registered_by", "state", "replied")


class OpenCase(NamedTuple):
    """A grievance that was open then."""

    office: str
    age_days: float
    klass: str
    registered_by: str
    state: str
    replied: bool


def open_on(
    folder: Path | str, day: int, replication: int = 0, policy_set: str | None = None
) -> list[OpenCase]:
    """The grievances that were open when a day of a run with an event log began.

    Args:
        folder: results with an event log (``govsim run --events``).
        day: so many days after the first one.
        replication: which of them.
        policy_set: the first one if not given.

    Raises:
        InputError: there is no such folder, log or day.
    """
    results = open_run(folder)
    log = Path(folder) / EVENTS
    if not log.is_file():
        text = say("There is no event log here. Run the scenario again with --events.")
        raise wrong(str(folder), text)
    if not 0 <= day <= results.days:
        raise wrong("day", say("The run has {days} days.", days=results.days))
    wanted = [
        ("replication", "=", replication),
        ("policy_set", "=", policy_set or results.policy_sets[0]),
    ]
    rows = pq.read_table(log, columns=COLUMNS, filters=wanted).to_pylist()
    moment = datetime.combine(results.start, time.min, ZONE) + timedelta(days=day)
    return list(_open_at(moment, rows))


def as_table(cases: list[OpenCase]) -> str:
    """The text of a table that ``govsim forecast --backlog`` reads."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADINGS)
    for case in cases:
        yes = "yes" if case.replied else "no"
        writer.writerow([case.office, f"{case.age_days:.5f}", *case[2:5], yes])
    return file.getvalue()


def _open_at(moment: datetime, rows: list[dict[str, Any]]) -> Iterator[OpenCase]:
    """Case by case, from the rows up to that moment."""
    files: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        # What the end of the run cut off is not finished.
        if row["case"] >= 0 and row["finished"] and row["finished"] < moment:
            files.setdefault(row["case"], []).append(row)
    for number in sorted(files):
        steps = files[number]
        first = steps[0]
        known = first["activity"] == "register" and first["origin"] != "enquiry"
        if known and _last(steps, (*OPENS, *LEAVES)) in OPENS:
            yield _case(moment, steps)


def _case(moment: datetime, steps: list[dict[str, Any]]) -> OpenCase:
    office = next(row["office"] for row in reversed(steps) if row["activity"] in MOVES)
    age = (moment - steps[0]["finished"]).total_seconds() / 86_400
    state = "waiting"
    if _last(steps, (*DONE, *UNDONE)) in DONE:
        state = "handled"
    elif _last(steps, MOVES) == "return":
        state = "decided"
    replied = any(row["activity"] == "reply" for row in steps)
    return OpenCase(office, age, steps[0]["class"], steps[0]["office"], state, replied)


def _last(steps: list[dict[str, Any]], among: tuple[str, ...]) -> str:
    return next((row["activity"] for row in reversed(steps) if row["activity"] in among), "")
