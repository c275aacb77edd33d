"""Single records, made by hand."""

import numpy as np

from govsim.model.plan import DAY
from govsim.model.records import ABSENT, NO_INDEX, RECORD, Kind
from govsim.outcomes.lookup import Records

COMMUNITY = 0  # the office that everything is about unless something else is said


def one(kind: Kind, time: int, **fields: object) -> Records:
    """One record; ids absent unless given."""
    row = np.zeros(1, RECORD)
    for name in ("began", "case", "problem", "resident", "office", "home", "cadre"):
        row[name] = ABSENT
    for name in ("klass", "segment", "channel"):
        row[name] = NO_INDEX
    row["kind"], row["time"], row["enabled"], row["started"] = kind, time, time, time
    for name, value in fields.items():
        row[name] = value
    return row


def about(case: int, **fields: object) -> dict[str, object]:
    """The fields that all records of a case share; it is registered on the second day."""
    here = {"case": case, "problem": case, "resident": case, "office": COMMUNITY, "home": COMMUNITY}
    return {**here, "began": DAY, "klass": 0, "segment": 0, "channel": 0, **fields}


def about_problem(problem: int, born: int = 0, **fields: object) -> dict[str, object]:
    """The fields that all records of a problem share."""
    here = {"problem": problem, "office": COMMUNITY, "home": COMMUNITY}
    return {**here, "began": born, "klass": 0, "segment": 0, **fields}
