"""When the grievances that were open before the first day came to an end, office by office."""

import numpy as np
import pyarrow as pa

from govsim.model.plan import DAY, Plan
from govsim.model.records import TRUE, Kind
from govsim.outcomes.lookup import Ints, Records

ENDINGS = pa.schema(
    [
        ("replication", pa.int32()),
        ("policy_set", pa.string()),
        ("office", pa.string()),  # where they lay at the start
        ("day", pa.int32()),  # from 0 on
        ("closed", pa.int32()),
        ("closed_true", pa.int32()),  # of these, with the problem gone
        ("withdrawn", pa.int32()),
    ]
)
NOT_YET = -1


class Endings:
    """Drains the records of a replication and keeps the first end of each inherited grievance.

    What is opened again afterwards has been closed all the same: it is new work.
    """

    def __init__(self, plan: Plan, replication: int) -> None:
        self._plan = plan
        self._replication = replication
        count = len(plan.inherited)
        self._day: Ints = np.full(count, NOT_YET, np.int64)
        self._kind: Ints = np.zeros(count, np.int64)
        self._true: Ints = np.zeros(count, np.int64)

    def drain(self, records: Records) -> None:
        """Look at some more records."""
        ends = np.isin(records["kind"], (Kind.CLOSED, Kind.WITHDRAWN))
        ends &= records["time"] < self._plan.until
        ours = (records["case"] >= 0) & (records["case"] < len(self._day))
        found = records[ends & ours]
        first = np.unique(found["case"], return_index=True)[1]
        found = found[first]
        found = found[self._day[found["case"]] == NOT_YET]
        cases = found["case"]
        self._day[cases] = found["time"] // DAY
        self._kind[cases] = found["kind"]
        self._true[cases] = (found["flags"] & TRUE) > 0

    def table(self) -> pa.Table:
        """How many ended on each day, by office and in which way: columns as in ENDINGS."""
        ended = self._day != NOT_YET
        offices = np.array([row.office for row in self._plan.inherited], np.int64)[ended]
        days = np.stack([offices, self._day[ended]], axis=1)
        places, place = np.unique(days, axis=0, return_inverse=True)
        place = place.ravel()
        closed = self._kind[ended] == Kind.CLOSED
        counts = {
            "closed": closed,
            "closed_true": closed & (self._true[ended] > 0),
            "withdrawn": ~closed,
        }
        columns = {
            "replication": np.full(len(places), self._replication),
            "policy_set": [self._plan.policy_set] * len(places),
            "office": [self._plan.offices[office].name for office in places[:, 0]],
            "day": places[:, 1],
            **{
                name: np.bincount(place, weights=which, minlength=len(places)).astype(np.int64)
                for name, which in counts.items()
            },
        }
        return pa.table(
            {name: pa.array(columns[name], ENDINGS.field(name).type) for name in columns}
        )
