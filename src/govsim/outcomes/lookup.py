"""Where a record belongs: from the ids it carries to tiers, offices and roles of the plan."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from govsim.model.plan import Plan
from govsim.model.records import ABSENT

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Records = NDArray[Any]  # of dtype RECORD
Numbers = NDArray[Any]  # whole numbers or floats


class Lookup(NamedTuple):
    """Arrays indexed by the plan's ids. The last slot of each answers for ABSENT (-1)."""

    tier_of: Ints  # of an office; len(tiers) for ABSENT
    office_of: Ints  # of a cadre; len(offices) for ABSENT
    leader: Ints  # 1 for a cadre who leads

    @classmethod
    def of(cls, plan: Plan) -> "Lookup":
        """The look-up arrays of a plan."""
        nowhere = len(plan.tiers)
        tiers = [office.tier for office in plan.offices]
        cadres = [plan.desks[cadre.desk].office for cadre in plan.cadres]
        return cls(
            tier_of=np.array([*tiers, nowhere], dtype=np.int64),
            office_of=np.array([*cadres, len(plan.offices)], dtype=np.int64),
            leader=np.array([*(cadre.leader for cadre in plan.cadres), 0], dtype=np.int64),
        )

    def office(self, rows: Records) -> Ints:
        """The office of each record; that of its cadre where the record names none."""
        named = rows["office"].astype(np.int64)
        return np.where(named == ABSENT, self.office_of[rows["cadre"]], named)
