"""Rules that change for a time: at once, or quarter by quarter where offices learn."""

import pytest

from engines.effects import twins_agree
from engines.traces import SMALL_TOWN
from govsim.model.plan import DAY, Plan
from govsim.scenario import compile_plan, load
from plans import FROM_NOTHING

NAME = "changed_rules"
AUDIT = "policies.changed_rules.changes={closing: {audit: 0.8}}"


def plan_with(*words: str) -> Plan:
    chosen = ["horizon=900 d", "closing.audit=0", AUDIT]
    chosen += [f"policies.changed_rules.{word}" for word in words]
    return compile_plan(load(SMALL_TOWN, set=[*FROM_NOTHING, *chosen], policies=[NAME]))


def path(plan: Plan, office: int = 0) -> list[tuple[int, float]]:
    """From which day an office works with how much audit."""
    first = plan.rules[plan.offices[office].rules].closing.audit
    changes = [change for change in plan.changes if change.office == office]
    later = [(change.at // DAY, plan.rules[change.rules].closing.audit) for change in changes]
    return [(0, first), *later]


def test_at_once_unless_it_is_learnt() -> None:
    assert path(plan_with("begins=100 d", "ends=500 d")) == [(0, 0.0), (100, 0.8), (500, 0.0)]


def test_offices_that_learn_go_there_in_equal_steps() -> None:
    found = path(plan_with("begins=100 d", "learned_over=360 d"))
    assert [day for day, _ in found] == [0, 100, 190, 280, 370, 460]
    values = [value for _, value in found]
    assert values == pytest.approx([0.0, 0.1, 0.3, 0.5, 0.7, 0.8])


def test_a_short_while_is_one_step_half_way() -> None:
    found = path(plan_with("learned_over=10 d"))
    assert found == [(0, pytest.approx(0.4)), (10, 0.8)]


def test_what_ends_before_it_is_learnt_is_never_learnt() -> None:
    found = path(plan_with("begins=100 d", "ends=250 d", "learned_over=360 d"))
    assert found == [(0, 0.0), (100, pytest.approx(0.1)), (190, pytest.approx(0.3)), (250, 0.0)]


def test_each_office_learns_from_its_own_turn_on_and_so_much_of_the_way() -> None:
    words = ("rollout=in_order", "rollout_over=100 d", "learned_over=90 d", "intensity=0.5")
    plan = plan_with(*words)
    count = sum(office.tier == 0 for office in plan.offices)
    for office in (1, count - 1):
        begins = 100 * DAY * office // count // DAY
        found = path(plan, office)
        assert found[1:] == [(begins, pytest.approx(0.2)), (begins + 90, pytest.approx(0.4))]


def test_both_engines_agree() -> None:
    twins_agree(
        "horizon=120 d",
        "policies.changed_rules.learned_over=200 d",
        "policies.changed_rules.changes={satisfaction: {bias: 1}, closing: {paper_base: 0}}",
        policies=(NAME,),
    )
