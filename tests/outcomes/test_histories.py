"""The histories of a sample of problems, from runs of the small town by both engines."""

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engines.traces import plan_of
from govsim.engines import agents, compiled
from govsim.model.records import ABSENT, NO_INDEX, Birth, Kind
from govsim.outcomes.histories import MOMENTS, Histories, Sample
from govsim.outcomes.lookup import Records

EVERYTHING = 10**9
STACKED = ("night_visits", "grid", "council")
COUNCIL = ("policies.council.intensity=1", "horizon=200 d")


@cache
def records(policies: tuple[str, ...] = (), engine: str = "compiled") -> Records:
    """The town's records, as one piece."""
    simulate = {"compiled": compiled, "agents": agents}[engine].simulate
    chunks: list[Records] = []
    plan = plan_of(*COUNCIL, policies=policies)
    simulate(plan, 1, 0, lambda chunk: chunks.append(chunk.copy()), checks=False)
    return np.concatenate(chunks)


def sample_of(count: int, seed: int = 1, policies: tuple[str, ...] = ()) -> Sample:
    return Sample.of(plan_of(*COUNCIL, policies=policies), seed, count)


def histories(
    sample: Sample, policies: tuple[str, ...] = (), engine: str = "compiled", chunk: int = 1 << 16
) -> pa.Table:
    kept = Histories(plan_of(*COUNCIL, policies=policies), 0, sample)
    rows = records(policies, engine)
    for first in range(0, len(rows), chunk):
        kept.drain(rows[first : first + chunk])
    return kept.table()


def problems(policies: tuple[str, ...]) -> set[int]:
    """Those that began in the run, or would have; not those that were there before."""
    rows = records(policies)
    begun = (rows["kind"] == Kind.BORN) & (rows["code"] == Birth.NEW)
    return set(rows["problem"][begun | (rows["kind"] == Kind.PREVENTED)].tolist())


@pytest.mark.parametrize("policies", [(), STACKED], ids=["baseline", "stacked"])
def test_the_engines_tell_the_same(policies: tuple[str, ...]) -> None:
    sample = sample_of(300, policies=policies)
    told = histories(sample, policies)
    assert told.num_rows > 1_000
    assert told.equals(histories(sample, policies, "agents"))


def test_chunks_change_nothing() -> None:
    sample = sample_of(300)
    assert histories(sample, chunk=333).equals(histories(sample))


def test_the_sample_does_not_depend_on_the_policy() -> None:
    assert sample_of(300) == sample_of(300, policies=STACKED)
    assert problems(()) == problems(STACKED)
    some = [set(histories(sample_of(300), p)["problem"].to_pylist()) for p in ((), STACKED)]
    assert some[0] == some[1] < problems(())
    kinds = np.bincount(records(STACKED)["kind"], minlength=64)
    assert kinds[Kind.PREVENTED] > 0  # one of the ways to differ was there


def test_another_seed_follows_others() -> None:
    one, other = (set(histories(sample_of(300, seed))["problem"].to_pylist()) for seed in (1, 2))
    assert len(one & other) < 0.3 * len(one)


def test_about_so_many_are_followed() -> None:
    followed = len(set(histories(sample_of(500))["problem"].to_pylist()))
    assert followed == pytest.approx(500, rel=0.15)


def test_all_are_followed_if_there_are_fewer() -> None:
    table = histories(sample_of(EVERYTHING), STACKED)
    assert set(table["problem"].to_pylist()) == problems(STACKED)


def test_it_is_everything_about_a_problem_and_nothing_about_questions() -> None:
    """Counted once more from the records, kind by kind."""
    rows = records(STACKED)
    assert ((rows["problem"] != ABSENT) & (rows["klass"] == NO_INDEX)).sum() > 100
    about = rows[(rows["klass"] != NO_INDEX) & np.isin(rows["problem"], list(problems(STACKED)))]
    about = about[about["time"] < plan_of(*COUNCIL).until]
    told = histories(sample_of(EVERYTHING), STACKED)["activity"].to_pandas().value_counts()
    for kind, word in {**MOMENTS, Kind.REGISTERED: "register", Kind.CLOSED: "close"}.items():
        assert told.get(word, 0) == np.count_nonzero(about["kind"] == kind), word
    assert "answer an enquiry" not in told


def test_a_beginning_is_told_of_the_home_and_of_no_case() -> None:
    plan = plan_of(*COUNCIL)
    begin = histories(sample_of(300)).to_pandas().query("activity == 'begin'")
    homes = {office.name for office in plan.offices if office.residents > 0}
    assert set(begin["office"]) <= homes
    assert (begin["case"] == ABSENT).all()
    assert begin["resource"].isna().all()
    assert begin["finished"].is_monotonic_increasing
    assert (begin["finished"] >= pd.Timestamp(plan.start)).all()


def test_untouched_problems_have_the_identical_history() -> None:
    """Staff in one county changes nothing in the other until it comes there."""
    one, other = (two_counties(policies) for policies in ((), ("added_staff",)))
    plan = plan_of(*TWO_COUNTIES, policies=("added_staff",))
    second = len(plan.offices) - 1
    there = {plan.offices[n].name for n in range(second + 1) if second in plan.path_up(n)}
    apart = [rows[~rows["office"].isin(there)] for rows in (one, other)]
    assert not same(*apart)
    untouched = [rows[rows["office"].isin(there)] for rows in (one, other)]
    assert untouched[0]["problem"].nunique() > 100
    assert same(*untouched)


TWO_COUNTIES = (
    "tiers.county.offices=2",
    "policies.added_staff.tier=lowest",
    "policies.added_staff.rollout=in_order",
    "policies.added_staff.rollout_over=300 d",
)
EARLY = pd.Timedelta(days=120)  # the second county's turn comes later


def two_counties(policies: tuple[str, ...]) -> pd.DataFrame:
    """What is told of all problems until then."""
    plan = plan_of(*TWO_COUNTIES, policies=policies)
    kept = Histories(plan, 0, sample_of(EVERYTHING))
    compiled.simulate(plan, 1, 0, kept.drain, checks=False)
    rows = kept.table().to_pandas()
    return rows[rows["finished"] < pd.Timestamp(plan.first_day) + EARLY]


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Equal but for the name of the policy set and the numbers of cases."""
    plain = [
        rows.drop(columns=["policy_set", "case"]).reset_index(drop=True) for rows in (one, other)
    ]
    return plain[0].equals(plain[1])
