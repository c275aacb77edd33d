"""The compiled engine from Python's side: room that grows, stops, faults that are told, threads.

That its records are the agents' is for tests/twins.
"""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numba
import numpy as np
import pytest

import govsim
from engines.traces import SMALL_TOWN, plan_of, same
from govsim.engines import compiled
from govsim.engines.compiled import checks, running, world
from govsim.errors import InputError
from govsim.model.plan import Plan
from govsim.model.size import TooMuchHappens, expected_events

PLAIN = bool(numba.config.DISABLE_JIT)
DAYS = "horizon=20 d" if PLAIN else "horizon=60 d"
POLICIES = ("night_visits", "added_staff")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(DAYS, policies=POLICIES)


def trace(plan: Plan, **how: Any) -> np.ndarray:
    chunks: list[np.ndarray] = []
    compiled.simulate(plan, 1, 0, lambda records: chunks.append(records.copy()), **how)
    return np.concatenate(chunks)


@pytest.fixture(scope="module")
def whole(plan: Plan) -> np.ndarray:
    return trace(plan)


# ---------------------------------------------------------------- interrupted and cramped


@pytest.mark.parametrize("events", [1, 7, 1000])
def test_a_run_may_be_interrupted_after_any_event(
    plan: Plan, whole: np.ndarray, events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "EVENTS_A_LOOK", events)
    monkeypatch.setattr(running, "CHECKS", 2)
    looks: list[int] = []
    assert same(whole, trace(plan, watch=looks.append))
    assert len(looks) > len(whole) / events / 10
    assert looks == sorted(looks)


@pytest.mark.parametrize("chunk", [1, 100])
def test_how_records_are_cut_into_chunks_changes_nothing(
    plan: Plan, whole: np.ndarray, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "CHUNK", chunk)
    monkeypatch.setattr(running._mine, "world", None, raising=False)
    assert same(whole, trace(plan))


def test_pools_grow_while_a_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    dense = plan_of(DAYS, *([] if PLAIN else ["demand.problems=6 /year"]), policies=POLICIES)
    roomy = trace(dense)
    grown: set[str] = set()
    enlarge = world.World.enlarge

    def seen(self: world.World, name: str, least: int = 0) -> None:
        grown.add(name)
        enlarge(self, name, least)

    monkeypatch.setattr(world, "FIRST_ROOM", 1)
    monkeypatch.setattr(world.World, "enlarge", seen)
    monkeypatch.setattr(running._mine, "world", None, raising=False)
    assert same(roomy, trace(dense))
    assert {"cases", "problems", "silent_ids", "scratch"} <= grown
    if not PLAIN:
        assert {"events", "later"} <= grown


def test_an_office_of_many_has_room_to_write_down_its_unfinished_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of one office's busy cadres are written down in one step, whatever the buffer holds."""
    many = plan_of(
        "horizon=8 d", "tiers.community.desks.front.cadres=400", "demand.problems=40 /year",
        "tiers.community.desks.front.share_of_time=0.01", "history=0 d",
    )  # fmt: skip
    calm = trace(many)
    monkeypatch.setattr(world, "CHUNK", 1)
    monkeypatch.setattr(running._mine, "world", None, raising=False)
    assert same(calm, trace(many))
    assert int(running._mine.world.city["recorded_at_most"]) > 400


def test_a_stopped_run_leaves_nothing_for_the_next(plan: Plan, whole: np.ndarray) -> None:
    def stop(now: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trace(plan, watch=stop)
    assert same(whole, trace(plan))


def test_threads_do_not_disturb_each_other(plan: Plan, whole: np.ndarray) -> None:
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(lambda _: trace(plan), range(3 if PLAIN else 12)):
            assert same(whole, found)


# ---------------------------------------------------------------- faults are told


def test_a_replication_that_never_ends_is_given_up(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0)
    monkeypatch.setattr(running, "EVENTS_A_LOOK", 50)
    with pytest.raises(TooMuchHappens) as told:
        trace(plan)
    assert 0 <= told.value.office < len(plan.offices)
    with pytest.raises(InputError, match=r"given up on day \d+.*cases lie at (community|street|c)"):
        govsim.run(govsim.load(SMALL_TOWN, set=[DAYS]), replications=2, workers=1)


def spoil(here: world.World, pool: str, field: str) -> None:
    """Add one where it must not be: at an office, an idle cadre, an open case, its problem."""
    rows = here.pools[pool]
    if pool == "offices":
        rows[field][0] += 1
    elif pool == "cadres":
        k = np.flatnonzero(rows["busy"] == 0)[0]
        rows[field][k] += 1
        rows["case"][k] = -1
    else:
        cases = here.pools["cases"][: int(here.city["cases_used"])]
        waiting = (cases["number"] >= 0) & (cases["open"] == 1) & (cases["in_work"] == 0)
        c = np.flatnonzero(waiting & (cases["problem"] >= 0))[0]
        rows[field][c if pool == "cases" else cases["problem"][c]] += 1


@pytest.mark.parametrize(
    ("pool", "field", "sentence"),
    [
        ("offices", "cases", "miscounts its cases"),
        ("offices", "overdue", "miscounts overdue"),
        ("cases", "in_work", "in work"),
        ("problems", "rows", "miscounts cases"),
        ("problems", "open_grievances", "open grievances"),
        ("cadres", "busy", "idle"),
    ],
)
def test_the_checks_see_what_is_wrong(plan: Plan, pool: str, field: str, sentence: str) -> None:
    def look(now: int) -> None:
        if now > 10 * 86_400:
            here = running._mine.world
            checks.check(here)
            spoil(here, pool, field)
            with pytest.raises(checks.InvariantBroken, match=sentence):
                checks.check(here)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trace(plan, watch=look)


# ---------------------------------------------------------------- compiled once


@pytest.mark.skipif(PLAIN, reason="nothing is compiled")
def test_every_part_is_compiled_once_at_most() -> None:
    """More than one copy means that a kind of number slipped through, and seconds of compiling."""
    copies = {
        f"{module.name}.{name}": len(function.overloads)
        for module in iter_modules(compiled.__path__)
        for home in [import_module(f"{compiled.__name__}.{module.name}")]
        for name, function in vars(home).items()
        if hasattr(function, "overloads") and function.py_func.__module__ == home.__name__
    }
    assert len(copies) > 150
    assert {name: n for name, n in copies.items() if n > 1 and name != "rows.whole"} == {}


# ---------------------------------------------------------------- how much will happen


@pytest.mark.parametrize(
    "settings", [(), ("demand.problems=1 /year",), ("horizon=30 d",), ("history=0 d",)]
)
def test_the_expected_number_of_events_is_about_right(settings: tuple[str, ...]) -> None:
    plan = plan_of(DAYS, *settings)
    happened = len(trace(plan))
    assert 0.3 < expected_events(plan) / happened < 10
