"""The benchmarks run, and their check against theory notices what is wrong. No time counts here."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

import pages
import scaling
import speed
from govsim.scenario import compile_plan, load
from theory.formulas import mmc_wait
from tiers import network as theory
from tiers import simpy_plain

ROOT = Path(__file__).parents[1]
SMALL = "benchmarks/tiers/small.yaml"
YEAR = theory.network_of(speed.plan_of(SMALL))
YEARS = {"SimPy": 20, "Ciw": 6, "salabim": 1, "govsim, agents": 2, "govsim, compiled": 100}


@pytest.mark.parametrize("size", ["small", "medium"])
def test_theory_is_the_sum_of_erlang_c_over_the_offices(size: str) -> None:
    network = theory.network_of(speed.plan_of(f"benchmarks/tiers/{size}.yaml"))
    for tier, exact in enumerate(theory.exact(network)):
        rates = network.communities_below(tier) / network.offices[0]
        rates = rates * network.per_day * network.up**tier
        service, servers = network.service[tier], network.servers[tier]
        waits = [mmc_wait(float(rate), service, servers) for rate in rates]
        assert exact.wait == pytest.approx(sum(rates * waits) / sum(rates), rel=1e-9)


@pytest.mark.parametrize("load", [0.3, 0.65, 0.9])
def test_the_standard_error_is_daleys_for_one_server(load: float) -> None:
    alone = theory.Network((1,), (1,), (1.0,), load, 1.0, 0.0)
    daley = load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4
    assert theory.exact(alone)[0].variance * load == pytest.approx(daley, rel=1e-6)


def test_the_tree_is_the_scenarios_own() -> None:
    plan = speed.plan_of(SMALL)
    below = [0] * len(plan.offices)
    for office, facts in enumerate(plan.offices):
        if facts.tier == 0:
            for above in plan.path_up(office):
                below[above] += 1
    counted = [n for tier in range(4) for n in YEAR.communities_below(tier)]
    assert counted == below


@pytest.mark.parametrize("library", YEARS)
def test_every_library_waits_as_theory_says(library: str) -> None:
    package = speed.LIBRARIES.get(library)
    if package and not find_spec(package):
        pytest.skip(f"{library} is not installed; it is no dependency of govsim")
    run = speed.runners(speed.plan_of(SMALL))[library]
    assert theory.misses(YEAR, [run(YEAR, seed) for seed in range(YEARS[library])]) == []


@pytest.mark.parametrize(
    ("changed", "noticed"),
    [
        ({"service": (0.8, 0.65, 0.8, 1.2)}, "tier 0"),
        ({"servers": (2, 3, 2, 1)}, "tier 1"),
        ({"up": 0.33}, "tier 2"),
        ({"per_day": 16.0}, "grievances"),
    ],
)
def test_the_check_can_fail(changed: dict[str, object], noticed: str) -> None:
    """A program that simulates another network than the one it is asked for."""
    other = YEAR._replace(**changed)
    runs = [simpy_plain.run(other, seed) for seed in range(16)]
    assert any(noticed in text for text in theory.misses(YEAR, runs))
    assert theory.misses(other, runs) == []


def test_one_wrong_run_among_right_ones_is_noticed() -> None:
    runs = [simpy_plain.run(YEAR, seed) for seed in range(3)]
    wrong = runs[0]._replace(waited=tuple(10 * days for days in runs[0].waited))
    assert theory.misses(YEAR, runs) == []
    assert theory.misses(YEAR, [*runs, wrong]) != []


def test_what_is_wrong_has_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(network: theory.Network, seed: int) -> theory.Ran:
        return simpy_plain.run(network._replace(service=(0.1, 0.1, 0.1, 0.1)), seed)

    monkeypatch.setattr(speed, "runners", lambda plan: {"SimPy": simpy_plain.run, "hasty": hasty})
    size = speed.measure(SMALL, rounds=1, check=3)
    assert size.cells("hasty") == ("wrong", "wrong")
    assert size.cells("Ciw") == ("not measured", "not measured")
    assert size.cells("SimPy")[1] == "1"


def test_tables_of_speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "PAGES", copies_of_pages(tmp_path))
    rounds = speed.Rounds(check=0, small=1, medium=0, district=1, records=1)
    town = speed.plan_of("scenarios/small_town.yaml", horizon="20 d")
    tables = [
        speed.against_libraries(rounds),
        speed.engine_against_engine(town, 1),
        speed.cost_of_a_record(town, 1),
    ]
    speed.write(tables, "here, today")
    for page in speed.PAGES.values():
        text = page.read_text("utf-8")
        assert text.count("here, today") == 1
        assert "| SimPy |" in text
    assert {told.name for told in tables} == {"libraries", "engines", "records"}
    assert not any("do not make the same" in text for told in tables for text in told.remarks)


def test_scaling_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "PAGES", copies_of_pages(tmp_path))
    settings = [*scaling.settings_at(0.001), "horizon=30 d"]
    small = scaling.cost_of("benchmarks/beijing.yaml", settings, "compiled")
    assert small.grievances > 500
    assert 0 < small.before <= small.peak < small.before + 500
    large = small._replace(grievances=20 * small.grievances, seconds=30 * small.seconds)
    scaling.write(scaling.Scaling([small, large], {1: small, 2: large}), tmp_path)
    for language in pages.PAGES:
        assert (tmp_path / f"scaling.{language}.png").stat().st_size > 10_000


@pytest.mark.parametrize("size", [*scaling.SIZES])
def test_a_smaller_beijing_is_a_scenario(size: float) -> None:
    plan = compile_plan(load(ROOT / "benchmarks" / "beijing.yaml", set=scaling.settings_at(size)))
    assert plan.residents == pytest.approx(22_001_000 * size, rel=0.01)
    assert len(plan.cadres) == pytest.approx(69_000 * size, rel=0.15)


def test_evidence_of_beijing_is_complete() -> None:
    """What nobody has published is marked as an assumption, with a reason."""

    def values(node: object) -> list[dict[str, object]]:
        if isinstance(node, list):
            return [found for item in node for found in values(item)]
        if not isinstance(node, dict):
            return []
        own = [node] if "grade" in node else []
        return own + [found for item in node.values() for found in values(item)]

    text = (ROOT / "benchmarks" / "beijing.yaml").read_text("utf-8")
    graded = values(yaml.safe_load(text))
    assert len(graded) > 40
    assert all(value["source"] for value in graded)


def copies_of_pages(folder: Path) -> dict[str, Path]:
    return {
        language: Path(shutil.copy(page, folder / page.name))
        for language, page in pages.PAGES.items()
    }
