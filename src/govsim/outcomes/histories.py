"""The histories of some problems: the same ones whatever the policy, from beginning to end.

A problem is called by its community, its day and its number in it (or by the problem that it comes
from), before anything is known of policies. So the same resident's same problem can be followed
under each of them. Which problems are followed depends on these ids and the seed alone.

Enquiries and trifles found on a round are no problems, and are not followed. A problem that a
council or a project keeps from beginning is told of as such. Numbers of cases are not comparable:
they count what was registered before in the whole city.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from govsim.model.plan import DAY, Plan
from govsim.model.randomness import DAY_BITS, DAY_PLACE, DAY_ZERO
from govsim.model.records import NO_INDEX, RECORD, Kind
from govsim.outcomes.events import COLUMNS as OF_THE_LOG
from govsim.outcomes.events import EventRows
from govsim.outcomes.lookup import Flags, Records

# Of what the event log tells: no case_id, as numbers of cases are not comparable. Moments are the
# wall clock without a zone: they are only ever held against one another.
COLUMNS = pa.schema(
    [
        (field.name, pa.timestamp("ms") if pa.types.is_timestamp(field.type) else field.type)
        for field in OF_THE_LOG
        if field.name not in ("case_id", "kind", "hours")
    ]
)
MOMENTS = {
    Kind.BORN: "begin",
    Kind.HEALED: "end by itself",
    Kind.SOLVED: "end by an office",
    Kind.RECURRED: "come back",
    Kind.NOT_RECORDED: "speak up, not recorded",
    Kind.TURNED_AWAY: "speak up, turned away",
    Kind.PREVENTED: "never begin",
}
_ALL = 1 << 64


class Sample(NamedTuple):
    """Which problems are followed: those whose mixed id lies below a threshold."""

    seed: int
    threshold: int
    first_day: int  # of the run

    @classmethod
    def of(cls, plan: Plan, seed: int, count: int) -> "Sample":
        """About so many problems of a plan, of those that begin in the run."""
        days = (plan.until - plan.opens) / DAY
        expected = plan.residents * plan.demand.problems_per_day * days
        share = min(1.0, count / max(expected, 1.0))
        return cls(seed, min(int(share * _ALL), _ALL - 1), plan.opens // DAY)

    def holds(self, problems: Records) -> Flags:
        """Whether problems of these ids are followed; ABSENT (-1) never is."""
        with np.errstate(over="ignore"):
            seed = _mixed(np.array([self.seed], np.uint64))
            mixed = _mixed(problems.astype(np.uint64) ^ seed)
        day = (problems >> DAY_PLACE & (1 << DAY_BITS) - 1) - DAY_ZERO
        chosen: Flags = (problems >= 0) & (mixed <= np.uint64(self.threshold))
        return chosen & (day >= self.first_day)


def _mixed(x: Records) -> Records:
    """The finaliser of splitmix64: neighbouring ids end up far apart."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Records = x ^ (x >> np.uint64(31))
    return mixed


class Histories:
    """Drains the records of a replication and keeps those of the sample's problems."""

    def __init__(self, plan: Plan, replication: int, sample: Sample) -> None:
        self._rows = EventRows(plan, replication, COLUMNS, MOMENTS)
        self._sample = sample
        self._until = plan.until
        self._kept: list[Records] = []

    def drain(self, records: Records) -> None:
        """Look at some more records."""
        run = records[records["time"] < self._until]
        followed = run.compress(self._sample.holds(run["problem"]))
        # Questions and trifles have ids like problems, but are of no class.
        problems = followed.compress(followed["klass"] != NO_INDEX)
        self._kept.append(self._rows.kept(problems))

    def table(self) -> pa.Table:
        """What happened, in the order in which it did: ``COLUMNS``.

        A row that belongs to no case (a problem begins, ends ...) has ``case`` -1, the home office
        of its resident, and no resource.
        """
        kept = np.concatenate([np.empty(0, RECORD), *self._kept])
        return self._rows.rows(kept)
