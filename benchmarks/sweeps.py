"""What a sweep costs beside the engine: where its time goes, how it scales, a cluster's part.

    python benchmarks/sweeps.py [--write PAGE] [--samples N]

``--write`` puts the tables into docs/performance.md and its translation (``PAGE`` is the former).
Points of ``scenarios/district.yaml``, ten replications each.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from govsim.experiments import trials as trial_room
from govsim.experiments import work as work_room
from govsim.experiments.blocks import Span
from govsim.experiments.experiment_reading import read_experiment
from govsim.experiments.sweeping import sweep
from machine import machine
from pages import PAGES, TOP, put, short, table

TEXT = """govsim: 1
scenario: {scenario}
levers:
  policies: [baseline, night_visits]
uncertainties:
  demand.problems: {{from: 0.1 /year, to: 0.3 /year}}
design: {{kind: latin_hypercube, samples: {samples}}}
outcomes: [headline]
replications: 10
"""
EMPTY_BLOCKS = 300
ENGINE, COUNTING, PLANS, REST = "engine", "counting", "plans", "sweep"
ROWS = {
    "en": {
        ENGINE: "the engine",
        COUNTING: "counting: the tally and the KPIs",
        PLANS: "points: reading the scenario with other values, making its plan",
        REST: "the sweep itself: blocks, files, merging, progress",
    },
    "zh": {
        ENGINE: "引擎",
        COUNTING: "统计：累计与指标",
        PLANS: "试验点：以新值读取情景并生成计划",
        REST: "扫描本身：分块、写文件、合并、进度",
    },
}
WORDS = {
    "en": ("part", "share of the engine's time", "workers", "replications a second", "ratio"),
    "zh": ("部分", "相当于引擎时间", "进程数", "每秒重复次数", "比值"),
}


def experiment_file(folder: Path, samples: int) -> Path:
    """An experiment of so many samples in a folder."""
    scenario = TOP / "scenarios" / "district.yaml"
    file = folder / "experiment.yaml"
    file.write_text(TEXT.format(scenario=scenario, samples=samples), encoding="utf-8")
    return file


@contextmanager
def clocks(spent: Counter[str]) -> Iterator[None]:
    """Add up the time inside what a sweep calls: engine, tally and KPIs, plans."""
    places = [
        (work_room.Work, "simulate", ENGINE),
        (trial_room.Trials, "_plan", PLANS),
        (trial_room.Trials, "_simulate", COUNTING),
    ]
    real = [(owner, name, getattr(owner, name)) for owner, name, _ in places]

    def timed(run: Callable[..., object], part: str) -> Callable[..., object]:
        def inner(*args: object, **how: object) -> object:
            begun = time.perf_counter()
            try:
                return run(*args, **how)
            finally:
                spent[part] += time.perf_counter() - begun  # type: ignore[assignment]

        return inner

    try:
        for owner, name, part in places:
            setattr(owner, name, timed(getattr(owner, name), part))
        yield
    finally:
        for owner, name, function in real:
            setattr(owner, name, function)


def parts(samples: int) -> dict[str, float]:
    """Each part's time as a share of the engine's; one process."""
    spent: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, clocks(spent):
        file = experiment_file(Path(folder), samples)
        read = read_experiment(file)
        begun = time.perf_counter()
        sweep(read, out=Path(folder) / "out", workers=1)
        whole = time.perf_counter() - begun
    counting = spent[COUNTING] - spent[ENGINE]  # the one holds the other
    rest = whole - spent[COUNTING] - spent[PLANS]
    found = {ENGINE: spent[ENGINE], COUNTING: counting, PLANS: spent[PLANS], REST: rest}
    return {part: seconds / spent[ENGINE] for part, seconds in found.items()}


def pace(workers: int, samples: int) -> float:
    """Replications a second while a sweep runs, once all workers have begun."""
    marks: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        sweep(
            experiment_file(Path(folder), samples),
            out=Path(folder) / "out",
            workers=workers,
            progress=lambda news: marks.append((time.perf_counter(), news.done)),
        )
    begun = next(place for place, (_, done) in enumerate(marks) if done >= 4 * workers)
    (start, first), (end, last) = marks[begun], marks[-2]
    return (last - first) / (end - start)


def scaling(samples: int, rounds: int = 3) -> list[tuple[int, float]]:
    """Medians of interleaved runs with one and two workers."""
    found: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, paces in found.items():
            paces.append(pace(workers, samples))
    return [(workers, median(paces)) for workers, paces in found.items()]


def on_a_cluster() -> float | None:
    """Seconds that a block costs on a loopback cluster beside its work; None without Dask."""
    if find_spec("distributed") is None:
        return None
    from distributed import LocalCluster

    from govsim.experiments.cluster import Cluster
    from govsim.experiments.trials import Trials
    from govsim.experiments.work import ENGINES

    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as machines,
    ):
        read = read_experiment(experiment_file(Path(folder), 2))
        with Cluster(Trials(read, ENGINES["compiled"]), machines.scheduler_address) as crew:
            waiting = [Span(n, n) for n in range(EMPTY_BLOCKS)]  # nothing is to be done in them
            begun = time.perf_counter()
            left = EMPTY_BLOCKS
            while left:
                while waiting and crew.room > 0:
                    crew.give(waiting.pop())
                left -= len(crew.news(1.0))
            return (time.perf_counter() - begun) / EMPTY_BLOCKS


def tables(samples: int) -> dict[str, dict[str, str]]:
    """The tables by language and name, and what is said below."""
    shares, paces, block = parts(samples), scaling(samples), on_a_cluster()
    ratio = paces[1][1] / paces[0][1]
    found: dict[str, dict[str, str]] = {}
    for lang, (part, share, workers, rate, how_much) in WORDS.items():
        rows = [[ROWS[lang][name], f"{100 * value:.1f} %"] for name, value in shares.items()]
        scale = [[f"{n}", short(p), f"{p / paces[0][1]:.2f}"] for n, p in paces]
        found[lang] = {
            "sweep": table([part, share], rows),
            "workers": table([workers, rate, how_much], scale),
        }
    print(f"two workers: {ratio:.2f} times one")
    if block is not None:
        print(f"a block on a loopback cluster: {1e3 * block:.1f} ms beside its work")
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", metavar="PAGE", type=Path)
    asked.add_argument("--samples", type=int, default=10)
    wish = asked.parse_args()
    print(machine("numpy", "numba", "pyarrow", "distributed"))
    found = tables(wish.samples)
    for name, text in found["en"].items():
        print(f"\n{name}\n{text}")
        if wish.write:
            for lang, page in PAGES.items():
                put(page, name, found[lang][name])


if __name__ == "__main__":
    main()
