import pickle
from collections.abc import Callable

import numpy as np
import pytest

from govsim.model.plan import Plan
from govsim.model.records import Kind
from govsim.outcomes import Broken, Outcome, Tally, check, outcome_tables
from govsim.outcomes.frames import join
from govsim.outcomes.lookup import Records
from govsim.outcomes.windows import Window

Noise = Callable[[int, int], Records]


def tallied(plan: Plan, records: Records, chunk: int = 1 << 16) -> Outcome:
    tally = Tally(plan)
    for first in range(0, len(records), chunk):
        tally.drain(records[first : first + chunk])
    return tally.finish()


def the_bytes(outcome: Outcome) -> bytes:
    counts = [array for counts in outcome.counts.values() for array in counts.values()]
    arrays = [*counts, *outcome.weekly.totals.values(), *outcome.delays.values()]
    return b"".join(array.tobytes() for array in arrays)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_chunks_change_nothing_to_the_last_bit(plan: Plan, noise: Noise, chunk: int) -> None:
    records = noise(3_000, 5)
    assert the_bytes(tallied(plan, records, chunk)) == the_bytes(tallied(plan, records, 500))


def test_floats_are_added_in_the_order_of_records(plan: Plan, noise: Noise) -> None:
    records = noise(20_000, 6)
    records["kind"], records["home"], records["segment"] = Kind.TRUST, 0, 0
    records = records[records["time"] < plan.until]
    total = 0.0
    for value in records["value"].tolist():
        total += value
    outcome = tallied(plan, records, 777)
    assert outcome.count(Window.WHOLE, "trust_change")[0] == total
    assert float(np.sum(records["value"])) != total  # else this test could not fail


def test_the_last_chunk_matters(plan: Plan, noise: Noise) -> None:
    records = noise(3_000, 5)
    assert the_bytes(tallied(plan, records)) != the_bytes(tallied(plan, records[:-200]))


def test_accounts_balance(plan: Plan, story: Records) -> None:
    check(tallied(plan, story))


@pytest.mark.parametrize(
    "kind",
    [
        Kind.REGISTERED,
        Kind.OPEN,
        Kind.UNSETTLED,
        Kind.WITHDRAWN,
        Kind.REOPENED,
        Kind.ESCALATED,
        Kind.REPLIED,
    ],
)
def test_a_lost_record_breaks_an_account(plan: Plan, story: Records, kind: Kind) -> None:
    first = int(np.flatnonzero(story["kind"] == kind)[0])
    with pytest.raises(Broken):
        check(tallied(plan, np.delete(story, first)))


def test_a_problem_that_ends_twice_breaks_an_account(plan: Plan, story: Records) -> None:
    healed = np.repeat(story[story["kind"] == Kind.HEALED], 9)
    with pytest.raises(Broken, match="born = alive"):
        check(tallied(plan, np.concatenate([story, healed])))


def test_memory_does_not_grow_with_the_run(plan: Plan, noise: Noise) -> None:
    def size(rows: int) -> int:
        tally = Tally(plan)
        for _ in range(rows):
            tally.drain(noise(1_000, 1))
        return len(pickle.dumps(tally.finish()))

    assert size(8) == size(1)


def test_tables_of_replications_stand_in_order(plan: Plan, story: Records) -> None:
    outcome = tallied(plan, story)
    joined = join([outcome_tables(outcome, replication) for replication in (0, 1)])
    for table in joined:
        assert table["replication"].to_pylist() == sorted(table["replication"].to_pylist())
        assert set(table["policy_set"].to_pylist()) == {"baseline"}
