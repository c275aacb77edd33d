"""How cost grows with the size of a city, and whether memory grows with the length of a run.

    python benchmarks/scaling.py [--quick] [--write docs/performance.md]

benchmarks/beijing.yaml, from a thousandth of its residents, offices and cadres to all of them; and
scenarios/district.yaml over one to eight years. Every run is a process of its own, which tells its
CPU time and its peak memory, with everything that Python and the libraries take. ``--write`` puts
the tables into the page and its Chinese twin and draws docs/images/scaling.{en,zh}.png. About ten
minutes; ``--quick`` is the lower half of the sizes.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

# A process begins with the peak of the one that started it: nothing large is imported up here.
from machine import machine
from pages import PAGES, TOP, put, short, table

SIZES = (0.001, 0.00316, 0.01, 0.0316, 0.1, 0.316, 1.0)
YEARS = (1, 2, 4, 8)
MEGABYTE = 2**20


class Cost(NamedTuple):
    """What one replication took."""

    residents: int
    offices: int
    cadres: int
    grievances: int
    records: int
    seconds: float  # CPU, with the tally, without what is done once for all replications
    plan_seconds: float
    before: float  # megabytes: the process with its libraries and the plan
    peak: float


def settings_at(size: float) -> list[str]:
    """Beijing, so much smaller: fewer offices, and where one is left, smaller ones."""
    streets, districts = max(1, round(343 * size)), max(1, round(16 * size))
    street_cadres, district_cadres, city_cadres = (
        round(total * size) for total in (343 * 32, 16 * 40 * 21, 60 * 95)
    )
    copies, seats = _desks(district_cadres / districts, 40)
    city_copies, city_seats = _desks(city_cadres, 60)
    values = {
        "community.offices": max(1, round(7000 * size)),
        "street.offices": streets,
        "street.desks.handlers.cadres": max(1, round(street_cadres / streets)),
        "street.leaders.count": max(1, round(6 * 343 * size / streets)),
        "district.offices": districts,
        "district.desks.departments.copies": copies,
        "district.desks.departments.cadres": seats,
        "district.leaders.count": max(1, round(80 * 16 * size / districts)),
        "city.desks.departments.copies": city_copies,
        "city.desks.departments.cadres": city_seats,
        "city.leaders.count": max(1, round(300 * size)),
    }
    return [f"tiers.{key}={value}" for key, value in values.items()]


def _desks(cadres: float, most: int) -> tuple[int, int]:
    """Departments, and cadres in each."""
    copies = max(1, min(most, round(cadres)))
    return copies, max(1, round(cadres / copies))


# ---------------------------------------------------------------- one run


def cost_of(path: str, settings: Sequence[str], engine: str) -> Cost:
    """Run one replication in a process of its own."""
    told = json.dumps([path, list(settings), engine])
    done = subprocess.run(
        [sys.executable, __file__, "--one", told], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Cost(*json.loads(done.stdout))


def one(path: str, settings: Sequence[str], engine: str) -> Cost:
    """What that process does."""
    from importlib import import_module

    import govsim
    from govsim.model.records import Kind, Origin
    from govsim.outcomes import Tally
    from govsim.scenario import compile_plan

    simulate = import_module(f"govsim.engines.{engine}").simulate
    _run_small(simulate)
    begun = time.process_time()
    plan = compile_plan(govsim.load(TOP / path, set=settings))
    planned = time.process_time()
    before = _peak()
    tally = Tally(plan)
    counted = {"records": 0, "grievances": 0}

    def drain(records: Any) -> None:
        counted["records"] += len(records)
        registered = (records["kind"] == Kind.REGISTERED) & (records["code"] != Origin.ENQUIRY)
        counted["grievances"] += int(registered.sum())
        tally.drain(records)

    simulate(plan, 1, 0, drain, checks=False)
    tally.finish()
    ended = time.process_time()
    return Cost(
        residents=plan.residents,
        offices=len(plan.offices),
        cadres=len(plan.cadres),
        seconds=ended - planned,
        plan_seconds=planned - begun,
        before=before,
        peak=_peak(),
        **counted,
    )


def _run_small(simulate: Any) -> None:
    """Load what is loaded once: compiled code is not part of a replication."""
    import govsim
    from govsim.outcomes import Tally
    from govsim.scenario import compile_plan

    plan = compile_plan(govsim.load(TOP / "scenarios" / "small_town.yaml", set=["horizon=10 d"]))
    tally = Tally(plan)
    simulate(plan, 1, 0, tally.drain, checks=False)
    tally.finish()


def _peak() -> float:
    """The most memory this process has had, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak * 1024 / MEGABYTE


# ---------------------------------------------------------------- all of them


class Scaling(NamedTuple):
    """Costs by size of the city, and by years of a run."""

    sizes: list[Cost]
    years: dict[int, Cost]


def measure(sizes: Sequence[float], years: Sequence[int], engine: str) -> Scaling:
    """Run everything, one after the other."""
    cost_of("scenarios/small_town.yaml", [], engine)  # compiles, if need be
    by_size = []
    for size in sizes:
        by_size.append(cost_of("benchmarks/beijing.yaml", settings_at(size), engine))
        print(size, by_size[-1], file=sys.stderr, flush=True)
    by_years = {}
    for count in years:
        by_years[count] = cost_of("scenarios/district.yaml", [f"horizon={365 * count} d"], engine)
        print(count, by_years[count], file=sys.stderr, flush=True)
    return Scaling(by_size, by_years)


SIZES_HEAD = {
    "en": ("residents", "offices", "cadres", "grievances", "records", "CPU s", "ns a record",
           "plan, s", "peak, MB", "before the run, MB"),
    "zh": ("居民", "机构", "干部", "诉求", "记录", "CPU 秒", "每条记录纳秒数",
           "编制计划，秒", "内存峰值，MB", "运行前，MB"),
}  # fmt: skip
YEARS_HEAD = {
    "en": ("years", "grievances", "records", "CPU s", "CPU s a year", "peak, MB"),
    "zh": ("年数", "诉求", "记录", "CPU 秒", "每年 CPU 秒", "内存峰值，MB"),
}


def tables(found: Scaling, language: str) -> dict[str, str]:
    """The two tables."""
    sizes = [
        (
            *(f"{n:,}" for n in (c.residents, c.offices, c.cadres, c.grievances, c.records)),
            short(c.seconds),
            f"{c.seconds / c.records * 1e9:.0f}",
            short(c.plan_seconds),
            f"{c.peak:.0f}",
            f"{c.before:.0f}",
        )
        for c in found.sizes
    ]
    years = [
        (
            str(count),
            f"{c.grievances:,}",
            f"{c.records:,}",
            short(c.seconds),
            short(c.seconds / count),
            f"{c.peak:.0f}",
        )
        for count, c in found.years.items()
    ]
    return {
        "scaling": table(SIZES_HEAD[language], sizes),
        "years": table(YEARS_HEAD[language], years),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small cities, two years at most")
    parser.add_argument("--write", metavar="PAGE", help="docs/performance.md (and its twin)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(*json.loads(options.one))))
        return
    if options.write and Path(options.write).resolve() != PAGES["en"].resolve():
        parser.error(f"the tables belong in {PAGES['en'].relative_to(TOP)}")
    if options.write and options.quick:
        parser.error("a page is written from the full measurement, not from --quick")
    engine = "compiled" if find_spec("govsim.engines.compiled") else "agents"
    print(f"{machine('numpy', 'numba')}; engine {engine}")
    found = measure(
        SIZES[:4] if options.quick else SIZES, YEARS[: 2 if options.quick else 4], engine
    )
    print(*tables(found, "en").values(), sep="\n\n")
    if options.write:
        write(found, TOP / "docs" / "images")


def write(found: Scaling, images: Path) -> None:
    """Put the tables into the pages, and draw the figures."""
    from drawing import draw

    for language, page in PAGES.items():
        for name, text in tables(found, language).items():
            put(page, name, text)
        draw(found, images / f"scaling.{language}.png", language)


if __name__ == "__main__":
    main()
