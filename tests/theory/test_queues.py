"""With loops and outside waits off, the engine is a queue, and queues have exact answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from govsim.model.laws import Family
from govsim.model.plan import Calendar, Law, Plan
from govsim.model.records import Kind
from govsim.scenario import compile_plan, load
from longer import SEED, many
from plans import DAY, FROM_NOTHING, constant, exponential, loops_off, network, plain_class
from theory.formulas import cobham, erlang_a, erlang_c, mmc_wait, pollaczek_khinchine
from theory.runs import estimate, mean_wait, records_of, share_waiting, spells

WARM_UP = 60  # days


def replications(plan: Plan, count: int) -> list[np.ndarray]:
    """So many runs; ten times as many, with a fresh seed, in the long suite."""
    seed = {"seed": SEED} if SEED else {}
    return [records_of(plan, number, **seed) for number in range(many(count, 10 * count))]


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (2, 0.8), (5, 0.8), (20, 0.85)])
def test_mmc_wait_and_utilisation(servers: int, load: float) -> None:
    service, days = 1.0, int(4000 / (servers * load)) + WARM_UP
    plan = network(days, servers * load / service, [(1, servers, exponential(DAY * service), 1.0)])
    runs = replications(plan, 16)
    waits = estimate([mean_wait(run, after=WARM_UP) for run in runs], f"M/M/{servers} wait")
    waits.agrees(mmc_wait(servers * load, service, servers), detectable=0.25)
    waiting = estimate([share_waiting(run, after=WARM_UP) for run in runs], "share waiting")
    waiting.agrees(erlang_c(servers, servers * load), detectable=0.12)
    busy = estimate(
        [spells(run)["value"].sum() / (servers * days * DAY) for run in runs], "utilisation"
    )
    busy.agrees(load, detectable=0.02)


LOGNORMAL = Law(Family.LOGNORMAL, DAY / np.sqrt(1 + 1.2**2), float(np.sqrt(np.log(1 + 1.2**2))))
TWO_POINT = Law(Family.STEPS, table=(0.9, 1.0, 0.5 * DAY, 5.5 * DAY))


@pytest.mark.parametrize(
    ("law", "second_moment"),
    [
        (constant(DAY), 1.0),
        (exponential(DAY), 2.0),
        (LOGNORMAL, 1 + 1.2**2),
        (TWO_POINT, 0.9 * 0.25 + 0.1 * 5.5**2),
    ],
    ids=["D", "M", "lognormal", "two-point"],
)
def test_mg1_wait(law: Law, second_moment: float) -> None:
    plan = network(5000, 0.6, [(1, 1, law, 1.0)])
    waits = estimate([mean_wait(run, after=WARM_UP) for run in replications(plan, 12)], "M/G/1")
    waits.agrees(pollaczek_khinchine(0.6, 1.0, second_moment), detectable=0.20)


def test_priority_classes_wait_as_cobham_says() -> None:
    """Three in ten problems are serious and go first, without interrupting anybody."""
    severe = Law(Family.STEPS, table=(0.7, 1.0, 0.5, 0.95))
    plan = network(
        6000, 0.7, [(1, 1, exponential(DAY), 1.0)], classes=(plain_class(severity=severe),)
    )
    rules = plan.rules[0]
    serious = rules._replace(handling=rules.handling._replace(serious_from=0.9))
    plan = plan_with(plan, rules=(serious,))
    first, second = [], []
    for run in replications(plan, 16):
        serious = set(run["problem"][(run["kind"] == Kind.BORN) & (run["value"] > 0.9)])
        work = spells(run, after=WARM_UP)
        is_serious = np.isin(work["problem"], list(serious))
        wait = (work["started"] - work["enabled"]) / DAY
        first.append(wait[is_serious].mean())
        second.append(wait[~is_serious].mean())
    theory = cobham((0.21, 0.49), 1.0, 2.0)
    estimate(first, "serious").agrees(theory[0], detectable=0.10)
    estimate(second, "ordinary").agrees(theory[1], detectable=0.12)


def test_escalation_is_a_jackson_network() -> None:
    """Four offices pass 30 % up to one: each queue is M/M/c with its own rate."""
    plan = network(
        2500, 0.7,
        [(4, 1, exponential(DAY), 0.7), (1, 2, exponential(DAY), 1.0)],
    )  # fmt: skip
    below, above = [], []
    for run in replications(plan, 10):
        below.append(np.mean([mean_wait(run, office=i, after=WARM_UP) for i in range(4)]))
        above.append(mean_wait(run, office=4, after=WARM_UP))
    estimate(below, "tier 0").agrees(mmc_wait(0.7, 1.0, 1), detectable=0.12)
    estimate(above, "tier 1").agrees(mmc_wait(4 * 0.7 * 0.3, 1.0, 2), detectable=0.15)


def test_the_common_network_written_as_a_scenario_is_the_same_jackson_network() -> None:
    """benchmarks/tiers/small.yaml: four tiers, every loop of the full model switched off."""
    network = Path(__file__).parents[2] / "benchmarks" / "tiers" / "small.yaml"
    scenario = load(network, set=[*FROM_NOTHING, "horizon=1000 d"])
    plan = compile_plan(scenario)
    waits: dict[int, list[float]] = {tier: [] for tier in range(4)}
    for run in replications(plan, 6):
        tier_of = np.array([office.tier for office in plan.offices])
        work = spells(run, after=WARM_UP)
        days = (work["started"] - work["enabled"]) / DAY
        for tier in range(4):
            waits[tier].append(float(days[tier_of[work["office"]] == tier].mean()))
    arrivals = (4, 3, 3)  # offices 0-9 are spread evenly over three townships
    townships = [mmc_wait(2 * n * 0.3, 0.65, 2) * n / 10 for n in arrivals]
    theory = (mmc_wait(2.0, 0.7, 2), sum(townships), mmc_wait(1.8, 0.8, 2), mmc_wait(0.54, 1.2, 1))
    for tier, width in enumerate((0.12, 0.25, 0.40, 0.60)):
        estimate(waits[tier], f"tier {tier}").agrees(theory[tier], detectable=width)


def test_giving_up_is_erlang_a() -> None:
    plan = network(3000, 2.2, [(1, 2, exponential(DAY), 1.0)], loops=loops_off(giving_up=1.0))
    plan = plan_with(
        plan, after_closing=plan.after_closing._replace(patience=exponential(2.0 * DAY))
    )
    shares = []
    for run in replications(plan, 10):
        late = run["time"] >= WARM_UP * DAY
        gone = np.count_nonzero(late & (run["kind"] == Kind.WITHDRAWN))
        shares.append(gone / np.count_nonzero(late & (run["kind"] == Kind.REGISTERED)))
    estimate(shares, "Erlang-A").agrees(erlang_a(2.2, 1.0, 2, 2.0)[0], detectable=0.04)


def test_outside_waits_are_a_queue_without_limit() -> None:
    """M/G/infinity: as many cases wait outside as arrivals times the mean wait, Poisson spread."""
    wait = Law(Family.LOGNORMAL, 8.0 * DAY, 1.0)
    plan = network(
        400, 20.0, [(1, 400, constant(60.0), 1.0)], classes=(plain_class(outside_wait=wait),)
    )
    levels = []
    for run in replications(plan, 12):
        levels.append(np.count_nonzero(run["kind"] == Kind.OPEN))
    mean = 20.0 * 8.0 * np.exp(0.5)
    estimate([float(level) for level in levels], "M/G/infinity").agrees(mean, detectable=0.06)


def test_littles_law_holds_on_every_path() -> None:
    """Area under the queue equals the sum of waits, to the second."""
    plan = network(200, 1.5, [(2, 1, exponential(0.6 * DAY), 0.7), (1, 1, exponential(DAY), 1.0)])
    run = records_of(plan, 0)
    for office in range(3):
        work = run[(run["kind"] == Kind.WORKED) & (run["office"] == office)]
        times = np.concatenate([work["enabled"], work["started"]])
        steps = np.concatenate([np.ones(len(work)), -np.ones(len(work))]).astype(int)
        order = np.lexsort((-steps, times))
        level = np.cumsum(steps[order])
        area = int(np.sum(level[:-1] * np.diff(times[order])))
        assert level.min() >= 0
        assert area == int(np.sum(work["started"] - work["enabled"]))


def test_deterministic_work_in_office_hours_is_arithmetic() -> None:
    """One cadre, eight hours a day, three-hour jobs: nothing to estimate."""
    days = 40
    starts = tuple(d * DAY + 9 * 3600 for d in range(days + 10))
    ends = tuple(d * DAY + 17 * 3600 for d in range(days + 10))
    before = tuple(d * 8 * 3600 for d in range(days + 10))
    calendar = Calendar("office", starts, ends, before)
    plan = network(days, 3.0, [(1, 1, constant(3 * 3600.0), 1.0)], calendars=(calendar,))
    run = records_of(plan, 3)
    work = run[run["kind"] == Kind.WORKED]
    assert len(work) > 60
    free = 0
    for spell in work[np.argsort(work["started"])]:
        earliest = max(int(spell["enabled"]), free)
        day, second = divmod(earliest, DAY)
        opens = day * DAY + 9 * 3600
        begin = opens if second < 9 * 3600 else earliest if second < 17 * 3600 else opens + DAY
        left_today = begin // DAY * DAY + 17 * 3600 - begin
        end = begin + 3 * 3600 if left_today >= 3 * 3600 else begin + 3 * 3600 + 16 * 3600
        assert spell["started"] == begin
        if not spell["flags"]:
            assert spell["time"] == end
        free = end


def test_cases_are_taken_in_the_order_they_came() -> None:
    """One class, one cadre: first come, first served."""
    plan = network(300, 0.95, [(1, 1, exponential(DAY), 1.0)])
    work = spells(records_of(plan, 1))
    assert np.all(np.diff(work["enabled"][np.argsort(work["started"])]) >= 0)


def plan_with(plan: Plan, **changes: object) -> Plan:
    return replace(plan, **changes)  # type: ignore[arg-type]
