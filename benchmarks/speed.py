"""How fast: against other libraries on a network that they all can do, and engine against engine.

    python benchmarks/speed.py [--quick] [--write docs/performance.md]

Everything is CPU time of one process, in turns, and the medians of ratios within a round: ratios
travel between machines, seconds do not. A library whose waits are not those of theory has no time.
``--write`` puts the tables into the page and its Chinese twin. About a quarter of an hour;
``--quick`` is a look at the small network and the district.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import govsim
from govsim.model.plan import Plan
from govsim.outcomes import Tally
from govsim.outcomes.events import EventLog
from govsim.scenario import compile_plan
from machine import machine
from pages import PAGES, TOP, put, short, table
from tiers import govsim_engines
from tiers.network import Network, Ran, exact, misses, network_of, precision
from timing import Timed, in_turns

LIBRARIES = {"SimPy": "simpy", "Ciw": "ciw", "salabim": "salabim"}
ENGINES = ("agents", "compiled")
FIRST_CHECK_SEED = 1_000

Run = Callable[[Network, int], Ran]


class Rounds(NamedTuple):
    """How much of everything."""

    check: int  # years of size S whose waits are compared with theory, untimed
    small: int
    medium: int
    district: int
    records: int


FULL = Rounds(check=100, small=9, medium=3, district=5, records=5)
QUICK = Rounds(check=10, small=3, medium=0, district=1, records=0)

CHINESE = {
    "govsim, agents": "govsim，智能体引擎",
    "govsim, compiled": "govsim，编译引擎",
    "S: µs a grievance": "S：每件诉求微秒数",
    "S: speed, SimPy = 1": "S：速度（SimPy = 1）",
    "M: µs a grievance": "M：每件诉求微秒数",
    "M: speed, SimPy = 1": "M：速度（SimPy = 1）",
    "": "",
    "agents, s": "智能体引擎，秒",
    "compiled, s": "编译引擎，秒",
    "ratio": "倍数",
    "engine alone": "仅引擎",
    "with the tally": "含汇总",
    "with the event log": "含事件日志",
    "ns a record": "每条记录纳秒数",
    "s a replication": "每次重复秒数",
    "wrong": "错误",
    "not measured": "未测",
}


class Told(NamedTuple):
    """A table in English, and the remarks that belong below it."""

    name: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    remarks: list[str]


# ---------------------------------------------------------------- what there is


def has(engine: str) -> bool:
    """Whether an engine is part of this govsim."""
    return find_spec(f"govsim.engines.{engine}") is not None


def engines() -> list[str]:
    return [engine for engine in ENGINES if has(engine)]


def plan_of(path: str, **settings: str) -> Plan:
    """The plan of a scenario of this repository."""
    return compile_plan(govsim.load(TOP / path, set=[f"{k}={v}" for k, v in settings.items()]))


def runners(plan: Plan) -> dict[str, Run]:
    """Every library that is installed, and our engines."""
    found: dict[str, Run] = {
        name: import_module(f"tiers.{package}_plain").run
        for name, package in LIBRARIES.items()
        if find_spec(package)
    }
    return found | {f"govsim, {e}": govsim_engines.runner(plan, e) for e in engines()}


# ---------------------------------------------------------------- against other libraries


class Size(NamedTuple):
    """What the libraries did on a network of one size."""

    network: Network
    timed: dict[str, list[Timed[Ran]]]
    wrong: dict[str, list[str]]

    def cells(self, name: str) -> tuple[str, str]:
        """Microseconds a grievance, and the speed as a multiple of SimPy's."""
        if self.wrong.get(name):
            return "wrong", "wrong"
        if not self.timed.get(name):
            return "not measured", "not measured"
        each = statistics.median(t.seconds / t.found.grievances for t in self.timed[name]) * 1e6
        if self.wrong["SimPy"]:
            return short(each), "not measured"
        pairs = zip(self.timed["SimPy"], self.timed[name], strict=True)
        return short(each), short(statistics.median(a.seconds / b.seconds for a, b in pairs))


def measure(path: str, rounds: int, check: int, **settings: str) -> Size:
    """Time every library in turns; all its runs, timed or not, must be as theory says."""
    plan = plan_of(path, **settings)
    network = network_of(plan)
    runs = {name: partial(run, network) for name, run in runners(plan).items()}
    if not check:
        for name in runs.keys() - LIBRARIES.keys():
            runs[name](0)  # what is compiled at the first call is not part of a run
    checked = in_turns(runs, check, FIRST_CHECK_SEED)
    timed = in_turns(runs, rounds)
    wrong = {
        name: misses(network, [t.found for t in [*checked[name], *timed[name]]]) for name in runs
    }
    return Size(network, timed, wrong)


def against_libraries(rounds: Rounds) -> Told:
    sizes = {"S": measure("benchmarks/tiers/small.yaml", rounds.small, rounds.check)}
    if rounds.medium:
        sizes["M"] = measure("benchmarks/tiers/medium.yaml", rounds.medium, 0)
    head = [f"{size}: {text}" for size in sizes for text in ("µs a grievance", "speed, SimPy = 1")]
    rows = []
    for name in [*LIBRARIES, *(f"govsim, {engine}" for engine in engines())]:
        measured = [sizes[size].cells(name) for size in sizes]
        rows.append((name, *(cell for pair in measured for cell in pair)))
    remarks = [
        f"{name}, size {size}: {text}"
        for size, found in sizes.items()
        for name, texts in found.wrong.items()
        for text in texts
    ]
    runs = {"S": rounds.small + rounds.check, "M": rounds.medium}
    remarks += [checked_against(size, found.network, runs[size]) for size, found in sizes.items()]
    return Told("libraries", ("", *head), rows, remarks)


def checked_against(size: str, network: Network, runs: int) -> str:
    """How sharp the check was."""
    waits = ", ".join(
        f"{theory.wait:.3f} d (± {error:.1%})"
        for theory, error in zip(exact(network), precision(network, runs), strict=True)
    )
    return f"{size}: mean waits by theory, and the standard error of {runs} runs: {waits}"


# ---------------------------------------------------------------- engine against engine


def engine_alone(plan: Plan, engine: str, seed: int) -> int:
    """One replication; records made."""
    made = 0

    def count(records: Any) -> None:
        nonlocal made
        made += len(records)

    import_module(f"govsim.engines.{engine}").simulate(plan, seed, 0, count, checks=False)
    return made


def with_tally(plan: Plan, engine: str, seed: int) -> int:
    """One replication, counted as an experiment counts it."""
    tally = Tally(plan)
    made = 0

    def drain(records: Any) -> None:
        nonlocal made
        made += len(records)
        tally.drain(records)

    import_module(f"govsim.engines.{engine}").simulate(plan, seed, 0, drain, checks=False)
    tally.finish()
    return made


def with_log(plan: Plan, engine: str, seed: int) -> int:
    """One replication, every event of which is written to a Parquet file."""
    made = 0
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder) / "log.parquet", plan, 0)

        def drain(records: Any) -> None:
            nonlocal made
            made += len(records)
            log.drain(records)

        import_module(f"govsim.engines.{engine}").simulate(plan, seed, 0, drain, checks=False)
        log.close()
    return made


WAYS = {"engine alone": engine_alone, "with the tally": with_tally, "with the event log": with_log}


def engine_against_engine(plan: Plan, rounds: int) -> Told:
    """The same replication, and so the same records, in both engines."""
    ways = list(WAYS)[:2]
    runs = {
        f"{engine}, {way}": partial(WAYS[way], plan, engine) for engine in engines() for way in ways
    }
    first_calls(plan)
    timed = in_turns(runs, rounds)
    rows = []
    for way in ways:
        both = [timed.get(f"{engine}, {way}", []) for engine in ENGINES]
        seconds = [short(statistics.median(t.seconds for t in one)) if one else "–" for one in both]
        ratios = [a.seconds / b.seconds for a, b in zip(*both, strict=False)]
        rows.append((way, *seconds, short(statistics.median(ratios)) if ratios else "–"))
    made = [t[0].found for t in timed.values()]
    remarks = [f"{made[0]:,} records a replication"]
    if len(set(made)) > 1:
        remarks = [f"the engines do not make the same number of records: {sorted(set(made))}"]
    return Told("engines", ("", "agents, s", "compiled, s", "ratio"), rows, remarks)


def cost_of_a_record(plan: Plan, rounds: int) -> Told:
    """The fastest engine on a whole city: alone, counted, and written down."""
    engine = engines()[-1]
    runs = {way: partial(run, plan, engine) for way, run in WAYS.items()}
    first_calls(plan)
    timed = in_turns(runs, rounds)
    rows = []
    for way, runs_of_it in timed.items():
        each = statistics.median(t.seconds / t.found for t in runs_of_it) * 1e9
        whole = statistics.median(t.seconds for t in runs_of_it)
        rows.append((way, short(each), short(whole)))
    remarks = [f"engine {engine}; {timed['engine alone'][0].found:,} records a replication"]
    return Told("records", ("", "ns a record", "s a replication"), rows, remarks)


def first_calls(plan: Plan) -> None:
    """Compile and load what is compiled and loaded at a first call."""
    if has("compiled"):
        for run in WAYS.values():
            run(plan, "compiled", 0)


# ---------------------------------------------------------------- telling it


def everything(rounds: Rounds) -> list[Told]:
    tables = [
        against_libraries(rounds),
        engine_against_engine(plan_of("scenarios/district.yaml"), rounds.district),
    ]
    if rounds.records:
        tables.append(cost_of_a_record(plan_of("scenarios/nanchang_2011.yaml"), rounds.records))
    return tables


def left_out() -> list[str]:
    """What is not there to be measured."""
    missing = [name for name, package in LIBRARIES.items() if not find_spec(package)]
    return [f"not installed: {name}" for name in missing] + [
        f"no engine {engine} in this version" for engine in ENGINES if not has(engine)
    ]


def in_chinese(told: Told) -> Told:
    """The same table; library names and numbers need no translation."""
    return told._replace(
        head=tuple(CHINESE[text] for text in told.head),
        rows=[tuple(CHINESE.get(cell, cell) for cell in row) for row in told.rows],
    )


def write(tables: Sequence[Told], where: str) -> None:
    """Put the tables into the pages."""
    for language, page in PAGES.items():
        put(page, "machine", where)
        for told in tables:
            shown = in_chinese(told) if language == "zh" else told
            put(page, told.name, table(shown.head, shown.rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="size S and the district, few rounds")
    parser.add_argument("--write", metavar="PAGE", help="docs/performance.md (and its twin)")
    options = parser.parse_args()
    if options.write and Path(options.write).resolve() != PAGES["en"].resolve():
        parser.error(f"the tables belong in {PAGES['en'].relative_to(TOP)}")
    if options.write and options.quick:
        parser.error("a page is written from the full measurement, not from --quick")
    where = machine("simpy", "ciw", "salabim", "numpy", "numba")
    print(where, *left_out(), sep="\n")
    tables = everything(QUICK if options.quick else FULL)
    for told in tables:
        print(f"\n{table(told.head, told.rows)}", *told.remarks, sep="\n")
    if options.write:
        write(tables, where)


if __name__ == "__main__":
    main()
