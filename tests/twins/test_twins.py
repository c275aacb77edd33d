"""The two engines are twins: record by record, bit by bit, in the same order.

What makes this worth something is that it has been seen to fail: at the end a copy of the agents
with one rule changed is compared with the agents, and ``test_mutants.py`` changes the compiled
engine itself.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from engines.test_switches import SWITCHES
from engines.traces import plan_of
from govsim.engines import agents
from govsim.engines.agents.deadlines import Deadlines
from govsim.model.plan import Plan
from govsim.model.records import RECORD
from govsim.scenario import compile_plan, load
from longer import SEED, many
from plans import FROM_NOTHING
from twins.choices import numbered
from twins.compare import Differ, Simulate, assert_same, first_difference, trace
from twins.engines import compiled_or_skip
from twins.scenarios import Example, example, examples

HERE = Path(__file__).parent
TIES = HERE / "ties.yaml"
HUGE = 2**63 - 1


@pytest.fixture(scope="module")
def compiled() -> Simulate:
    return compiled_or_skip()


def agree(compiled: Simulate, plan: Plan, seed: int = 1, replication: int = 0) -> int:
    """How many records agree; raises Differ with the first that does not."""
    return len(assert_same(plan, seed, replication, agents.simulate, compiled))


# ---------------------------------------------------------------- random scenarios

GENERATED = settings(
    max_examples=many(250, 20_000), deadline=None, derandomize=SEED == 0, print_blob=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.slow
@GENERATED
@given(one=examples())
def test_the_engines_agree_on_any_scenario(compiled: Simulate, one: Example) -> None:
    agree(compiled, one.plan(), one.seed, one.replication)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
def test_the_engines_agree_on_numbered_scenarios(compiled: Simulate, block: int) -> None:
    """The first of those that ``scripts/twins`` goes on with."""
    for number in range(block, many(160, 1600), 8):
        one = example(numbered(1, number))
        try:
            agree(compiled, one.plan(), one.seed, one.replication)
        except Differ as difference:
            pytest.fail(f"example 1/{number}\n{difference}\n\n{one.text}")


# ---------------------------------------------------------------- shipped scenarios

SEEDS = ((1, 0), (1, 1), (2, 0), (0, 0), (HUGE, 0), (1, HUGE), (HUGE, HUGE))


@pytest.mark.parametrize(("seed", "replication"), SEEDS)
def test_the_engines_agree_on_the_small_town(
    compiled: Simulate, seed: int, replication: int
) -> None:
    assert agree(compiled, plan_of("horizon=60 d"), seed, replication) > 1000


@pytest.mark.parametrize(
    "policies",
    [
        (),
        ("night_visits",),
        ("added_staff",),
        ("night_visits", "added_staff"),
        ("joint_conference",),
        ("mediation",),
        ("outsourcing",),
        ("outsourcing", "joint_conference", "mediation", "night_visits"),
    ],
    ids=lambda policies: "+".join(policies) or "baseline",
)
def test_the_engines_agree_on_the_policies(compiled: Simulate, policies: tuple[str, ...]) -> None:
    agree(compiled, plan_of(policies=policies))


@pytest.mark.parametrize("switch", sorted(SWITCHES))
def test_the_engines_agree_on_every_switch(compiled: Simulate, switch: str) -> None:
    plan = plan_of("horizon=90 d", *SWITCHES[switch], policies=("night_visits",))
    agree(compiled, plan)


VISITS = (
    ("form=household",),
    ("every=month", "intensity=0.5"),
    ("rollout=random", "rollout_over=60 d"),
    ("rollout=in_order", "rollout_over=60 d", "begins=10 d", "ends=70 d"),
    ("leaders_from=street", "on_the_spot=1", "notice=0 d"),
    ("time_off=1", "companions=4", "hours=09:00-11:00"),
)


@pytest.mark.parametrize("changes", VISITS, ids=" ".join)
def test_the_engines_agree_on_every_form_of_visits(
    compiled: Simulate, changes: tuple[str, ...]
) -> None:
    chosen = [f"policies.night_visits.{change}" for change in changes]
    agree(compiled, plan_of("horizon=90 d", *chosen, policies=("added_staff", "night_visits")))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["district", "nanchang_2011"])
def test_the_engines_agree_on_larger_cities(compiled: Simulate, name: str) -> None:
    file = HERE.parents[1] / "scenarios" / f"{name}.yaml"
    plan = compile_plan(load(file, set=[*FROM_NOTHING, "horizon=10 d", "history=60 d"]))
    assert agree(compiled, plan) > 10_000


@pytest.mark.slow
def test_the_engines_agree_over_more_records_than_a_chunk_holds(compiled: Simulate) -> None:
    assert agree(compiled, plan_of("demand.problems=2 /year")) > 65_536


# ---------------------------------------------------------------- ties


@pytest.mark.parametrize(("seed", "replication"), SEEDS[:3])
def test_the_engines_agree_when_everything_happens_at_once(
    compiled: Simulate, seed: int, replication: int
) -> None:
    plan = compile_plan(load(TIES, set=FROM_NOTHING))
    assert agree(compiled, plan, seed, replication) > 20_000


TIED = (
    ("work.queue_order=deadline", "triage.dispatch=direct"),
    ("deadlines.restart_on_transfer=yes", "triage.error=0.5"),
    ("closing.clean_up_after=0 d", "closing.clean_up_share=1"),
    ("policies.evenings.hours=08:00-12:00", "policies.evenings.every=month"),
    ("after_closing.patience={distribution: constant, value: 0 d}",),
    ("closing.confirmation={distribution: constant, value: 0 d}", "closing.recurs=0.9"),
)


@pytest.mark.parametrize("changes", TIED, ids=" ".join)
def test_the_engines_agree_on_ties_under_other_rules(
    compiled: Simulate, changes: tuple[str, ...]
) -> None:
    agree(compiled, compile_plan(load(TIES, set=[*FROM_NOTHING, *changes])))


# ---------------------------------------------------------------- what the caller sees


def test_checks_change_nothing_and_a_watcher_is_not_needed(compiled: Simulate) -> None:
    plan = plan_of("horizon=20 d")
    chunks: list[Any] = []
    compiled(plan, 1, 0, lambda chunk: chunks.append(chunk.copy()), checks=False)
    unchecked = np.concatenate(chunks).astype(RECORD)
    assert first_difference(trace(agents.simulate, plan, 1, 0)[0], unchecked) is None


def test_a_run_leaves_nothing_behind_for_the_next(compiled: Simulate) -> None:
    plan, other = (
        plan_of("horizon=20 d"),
        compile_plan(load(TIES, set=[*FROM_NOTHING, "horizon=35 d"])),
    )
    first = trace(compiled, plan, 1, 0)[0]
    trace(compiled, other, 2, 1)
    assert first_difference(first, trace(compiled, plan, 1, 0)[0]) is None


def test_both_engines_stop_when_the_watcher_says_so(compiled: Simulate) -> None:
    class Enough(Exception):
        pass

    def stop(now: int) -> None:
        if now >= 5 * 86_400:
            raise Enough

    for simulate in (agents.simulate, compiled):
        with pytest.raises(Enough):
            simulate(plan_of("horizon=20 d"), 1, 0, lambda chunk: None, watch=stop)


# ---------------------------------------------------------------- this test can fail


def first_number_that_differs(other: Simulate, numbers: int) -> int | None:
    for number in range(numbers):
        one = example(numbered(1, number))
        try:
            assert_same(one.plan(), one.seed, one.replication, agents.simulate, other)
        except Differ:
            return number
    return None


def changed(where: type, name: str, to: Callable[..., Any]) -> Simulate:
    """The agents with one rule changed."""

    def simulate(*arguments: Any, **options: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, name, to)
            agents.simulate(*arguments, **options)

    return simulate


ONE_SECOND_LATE = changed(
    Deadlines, "_due", lambda self, term, working: true_due(self, term, working) + 1
)
true_due = Deadlines._due


def test_the_agents_agree_with_themselves() -> None:
    assert first_number_that_differs(agents.simulate, 5) is None


def test_a_deadline_one_second_late_is_found_and_shown() -> None:
    number = first_number_that_differs(ONE_SECOND_LATE, 20)
    assert number is not None
    one = example(numbered(1, number))
    with pytest.raises(Differ, match=r"is the first that differs[\s\S]*one[\s\S]*other"):
        assert_same(one.plan(), one.seed, one.replication, agents.simulate, ONE_SECOND_LATE)


def test_a_draw_that_differs_in_the_last_bit_is_found() -> None:
    def one_bit_more(plan: Plan, *arguments: Any, **options: Any) -> None:
        up = np.nextafter(plan.demand.collective_share, 1)
        trust = plan.trust._replace(drifts_to=float(np.nextafter(plan.trust.drifts_to, 1)))
        demand = plan.demand._replace(collective_share=float(up))
        agents.simulate(replace(plan, trust=trust, demand=demand), *arguments, **options)

    with pytest.raises(Differ, match="value"):
        assert_same(plan_of("horizon=20 d"), 1, 0, agents.simulate, one_bit_more)


def test_a_record_too_few_is_found() -> None:
    records = trace(agents.simulate, plan_of("horizon=10 d"), 1, 0)[0]
    assert first_difference(records, records[:-1]) == len(records) - 1
    assert first_difference(records[:-1], records) == len(records) - 1
    assert first_difference(records, records) is None


def test_a_zero_of_the_other_sign_is_found() -> None:
    records = trace(agents.simulate, plan_of("horizon=10 d"), 1, 0)[0]
    other = records.copy()
    at = int(np.argmax(records["value"] == 0.0))
    other["value"][at] = -0.0
    assert first_difference(records, other) == at


@pytest.mark.slow
@pytest.mark.skipif(SEED == 0, reason="more than a minute: in the long suite only")
def test_a_difference_shrinks_to_a_scenario_that_a_person_can_read() -> None:
    @settings(
        GENERATED, max_examples=60, derandomize=True, database=None, print_blob=False,
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(one=examples())
    def search(one: Example) -> None:
        last.append(one)
        assert_same(one.plan(), one.seed, one.replication, agents.simulate, ONE_SECOND_LATE)

    last: list[Example] = []
    with pytest.raises(Differ) as found:
        search()
    assert len(last[-1].plan().tiers) == 1
    assert len(last[-1].plan().classes) == 1
    assert last[-1].plan().policies == ()
    assert "REPL" in str(found.value) or "LATE" in str(found.value) or "OVERDUE" in str(found.value)
