"""A run may begin with open grievances: known answers, in both engines."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from govsim.engines import agents
from govsim.model import demand
from govsim.model.plan import DAY, HOUR, NEVER, Calendar, Due, Inherited, Plan
from govsim.model.randomness import inherited_id
from govsim.model.records import (
    ABSENT,
    HAS_DEADLINE,
    HAS_REPLY_DEADLINE,
    OVERDUE_REPLY,
    OVERDUE_RESOLUTION,
    REPLIED_BEFORE,
    Birth,
    Kind,
    Outcome,
    Standing,
    Wait,
)
from govsim.outcomes import Tally
from govsim.outcomes.windows import Window
from longer import many
from plans import ONE, constant, network, plain_class
from theory.runs import estimate
from twins.compare import Records, assert_same, trace
from twins.engines import compiled_or_skip

Ages = list[int]


def pile(plan: Plan, ages: Ages, **changes: object) -> Plan:
    """A plan that begins with grievances of these ages (seconds) in its first office."""
    ages = sorted(ages, reverse=True)
    blank = Inherited(0, 0, 0, 0, 0, ABSENT, 0, Standing.WAITING, False, 0)
    inherited = tuple(
        blank._replace(problem=inherited_id(0, k), registered=-age, first_due=k)._replace(**changes)
        for k, age in enumerate(ages)
    )
    tier = plan.tiers[0]
    terms = (tier.reply_deadline, tier.resolution_deadline)
    dues = tuple(Due(*(t - age if t < NEVER else NEVER for t in terms)) for age in ages)
    return replace(plan, inherited=inherited, dues=dues)


def records(plan: Plan, replication: int = 0) -> Records:
    """The trace on which both engines agree."""
    return assert_same(plan, 1, replication, agents.simulate, compiled_or_skip())


def of_kind(found: Records, kind: Kind) -> Records:
    return found[found["kind"] == kind]


def idle_office(cadres: int = 1, seconds: float = HOUR, **changes: object) -> Plan:
    """One office where nothing new happens."""
    return network(20, 0.0, [(1, cadres, constant(seconds), 1.0)], **changes)


# ---------------------------------------------------------------- known answers


@pytest.mark.parametrize(("cases", "cadres"), [(1, 1), (10, 1), (10, 3), (12, 3), (7, 10)])
def test_a_pile_is_cleared_when_it_must_be(cases: int, cadres: int) -> None:
    closed = of_kind(records(pile(idle_office(cadres), [DAY] * cases)), Kind.CLOSED)["time"]
    assert closed.tolist() == [(1 + k // cadres) * HOUR for k in range(cases)]


def test_a_pile_is_worked_off_in_office_hours_only() -> None:
    """Eight hours a day, with a break: the twentieth hour of work ends on the third day at noon."""
    hours = ((8, 12), (13, 17))
    starts = tuple(day * DAY + a * HOUR for day in range(30) for a, _ in hours)
    ends = tuple(day * DAY + b * HOUR for day in range(30) for _, b in hours)
    office = Calendar("office", starts, ends, tuple(4 * HOUR * k for k in range(60)))
    plan = idle_office(calendars=(office,))
    closed = of_kind(records(pile(plan, [DAY] * 20)), Kind.CLOSED)["time"]
    assert closed[:5].tolist() == [h * HOUR for h in (9, 10, 11, 12, 14)]
    assert closed[-1] == 2 * DAY + 12 * HOUR


def test_the_oldest_are_first_in_the_queue() -> None:
    ages = [5 * DAY, DAY, 9 * DAY, 3 * DAY]
    closed = of_kind(records(pile(idle_office(), ages)), Kind.CLOSED)
    registered = closed["time"] - closed["value"]
    assert registered.tolist() == [-9 * DAY, -5 * DAY, -3 * DAY, -DAY]


@pytest.mark.slow
def test_a_pile_before_a_busy_desk_lasts_as_theory_says() -> None:
    """M/G/1 from n customers: the first empty moment comes after n times the mean busy period."""
    service, load, cases = 2 * HOUR, 0.6, 20
    law = constant(float(service))
    plan = pile(network(60, load * DAY / service, [(1, 1, law, 1.0)]), [DAY] * cases)
    simulate = compiled_or_skip()
    empty = [_first_empty(simulate, plan, r) for r in range(many(300, 3000))]
    theory = cases * service / (1.0 - load)
    estimate(empty, "first empty").agrees(theory, detectable=0.06)


def _first_empty(simulate: Callable[..., None], plan: Plan, replication: int) -> float:
    found, _ = trace(simulate, plan, 1, replication)
    change = np.isin(found["kind"], (Kind.INHERITED, Kind.REGISTERED)).astype(int)
    change -= found["kind"] == Kind.CLOSED
    moves = change != 0
    here = np.cumsum(change[moves])
    return float(found["time"][moves][np.argmax(here == 0)])


# ---------------------------------------------------------------- what the records say


def with_terms(reply: int, resolution: int) -> Plan:
    """One office in which work takes a month, with terms."""
    plan = idle_office(1, 300.0 * DAY)
    tier = plan.tiers[0]._replace(reply_deadline=reply, resolution_deadline=resolution)
    return replace(plan, tiers=(tier,))


def test_deadlines_run_from_the_registration() -> None:
    found = records(pile(with_terms(5 * DAY, 8 * DAY), [10 * DAY, 6 * DAY, 3 * DAY]))
    flags = of_kind(found, Kind.INHERITED)["flags"].tolist()
    missed = [OVERDUE_REPLY | OVERDUE_RESOLUTION, OVERDUE_REPLY, 0]
    assert flags == [HAS_REPLY_DEADLINE | HAS_DEADLINE | each for each in missed]
    assert of_kind(found, Kind.OVERDUE)["time"].tolist() == [2 * DAY]
    assert of_kind(found, Kind.LATE)["time"].tolist() == [2 * DAY, 5 * DAY]
    ages = of_kind(found, Kind.INHERITED)["value"]
    assert ages.tolist() == [10.0 * DAY, 6.0 * DAY, 3.0 * DAY]


def test_what_was_answered_is_not_answered_again() -> None:
    plan = pile(with_terms(5 * DAY, NEVER), [10 * DAY, 3 * DAY], replied=True)
    found = records(plan)
    assert (
        of_kind(found, Kind.INHERITED)["flags"].tolist()
        == [REPLIED_BEFORE | HAS_REPLY_DEADLINE] * 2
    )
    assert not len(of_kind(found, Kind.OVERDUE)) and not len(of_kind(found, Kind.REPLIED))


def test_what_was_handled_waits_for_others_and_needs_no_work() -> None:
    plan = idle_office(classes=(plain_class(outside_wait=constant(3.0 * DAY)),))
    found = records(pile(plan, [DAY] * 4, standing=Standing.HANDLED))
    assert not len(of_kind(found, Kind.WORKED))
    closed = of_kind(found, Kind.CLOSED)
    assert closed["time"].tolist() == [3 * DAY] * 4
    assert (closed["code"] == Outcome.SOLVED).all()
    assert (of_kind(found, Kind.WAITED)["code"] == Wait.OUTSIDE).sum() == 4


def test_a_problem_may_have_ended_since_it_was_registered() -> None:
    """With an ending a week on average, few of a pile of ten weeks are still there."""
    plan = idle_office(1, 60.0, classes=(plain_class(self_heal=1.0 / (7 * DAY)),))
    found = records(pile(plan, [70 * DAY] * 200))
    healed = of_kind(found, Kind.HEALED)
    assert (healed["time"] == 0).sum() > 190
    assert (of_kind(found, Kind.CLOSED)["code"] == Outcome.GONE).sum() > 190


def test_what_was_passed_up_needed_it() -> None:
    plan = network(20, 0.0, [(1, 1, ONE, 0.7), (1, 1, ONE, 0.9), (1, 1, ONE, 1.0)])
    found = records(pile(plan, [DAY] * 400, home=0, office=1, least=1))
    up = len(of_kind(found, Kind.ESCALATED))
    assert abs(up / 400 - 0.1 / 0.3) < 4 * (0.33 * 0.67 / 400) ** 0.5
    assert not len(of_kind(found, Kind.RETURNED_DOWN))
    below = records(pile(plan, [DAY] * 400))  # registered there, it may need any tier
    assert abs(len(of_kind(below, Kind.ESCALATED)) - 400 * 0.4) < 60


def test_the_tier_is_drawn_as_if_others_had_been_refused() -> None:
    ranks = [(k + 0.5) / 10_000 for k in range(10_000)]
    share = [0.5, 0.8, 1.0]
    plain = [demand.required_tier(share, 2.0, u) for u in ranks]
    least = [demand.tier_from(share, 2.0, u, 1) for u in ranks]
    wanted = plain.count(2) / (plain.count(1) + plain.count(2))
    assert least.count(0) == 0
    assert least.count(2) / 10_000 == pytest.approx(wanted, abs=1e-3)
    assert [demand.tier_from(share, 2.0, u, 0) for u in ranks] == plain
    assert {demand.tier_from([1.0, 1.0], 1.0, u, 1) for u in ranks} == {1}


# ---------------------------------------------------------------- chance, and what is counted


def test_what_begins_anew_is_the_same_with_and_without_a_pile() -> None:
    plan = network(30, 20.0, [(2, 1, constant(HOUR), 0.7), (1, 1, constant(HOUR), 1.0)])
    with_pile, without = records(pile(plan, [DAY] * 50)), records(plan)
    new = [
        found[(found["kind"] == Kind.BORN) & (found["code"] == Birth.NEW)]
        for found in (with_pile, without)
    ]
    for field in ("time", "problem", "resident", "klass", "segment", "value"):
        assert new[0][field].tolist() == new[1][field].tolist()
    assert len(new[0]) > 100


def test_an_empty_backlog_changes_nothing() -> None:
    plan = network(10, 20.0, [(1, 1, constant(HOUR), 1.0)])
    assert np.array_equal(records(replace(plan, inherited=(), dues=())), records(plan))


def test_the_tally_counts_them_in_stocks_and_not_as_registered() -> None:
    plan = network(30, 2.0, [(1, 1, constant(20.0 * HOUR), 1.0)])
    found = {}
    for name, each in {"with": pile(plan, [40 * DAY] * 30), "without": plan}.items():
        tally = Tally(each)
        compiled_or_skip()(each, 1, 0, tally.drain)
        found[name] = tally.measured()
    here, there = found["with"], found["without"]

    def both(window: Window, name: str) -> tuple[float, float]:
        return here.count(window, name)[0], there.count(window, name)[0]

    for name in ("registered", "born"):
        of_one, of_other = both(Window.RUN, name)
        assert of_one == of_other > 0
    lying = both(Window.WHOLE, "lying")
    assert lying[0] == lying[1] + 30 - here_closed(here, there)
    assert here.delays["resolution", "events"].sum() < there.delays["resolution", "events"].sum()


def here_closed(here: object, there: object) -> float:
    """How many more are closed because of the pile, over the whole run."""
    more = [outcome.weekly["closed"][:, -1].sum() for outcome in (here, there)]  # type: ignore[attr-defined]
    return float(more[0] - more[1])


def test_accounts_balance_after_a_warm_up_too() -> None:
    plan = replace(network(60, 3.0, [(1, 1, constant(6.0 * HOUR), 1.0)]), warm_up=20 * DAY)
    tally = Tally(pile(plan, [40 * DAY] * 30))
    compiled_or_skip()(pile(plan, [40 * DAY] * 30), 1, 0, tally.drain)
    outcome = tally.measured()
    assert outcome.days == 40
    assert 60 < outcome.count(Window.RUN, "registered")[0] < 180
