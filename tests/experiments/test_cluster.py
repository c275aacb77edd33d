"""Sweeps on a cluster: a real scheduler and real workers, on this machine."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from govsim.errors import InputError
from govsim.experiments.asked import engine_called
from govsim.experiments.blocks import Span
from govsim.experiments.experiment_reading import read_experiment
from govsim.experiments.sweep_store import open_sweep
from govsim.experiments.sweeping import News, sweep
from govsim.experiments.trials import Trials

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
TEXT = """govsim: 1
scenario: town.yaml
levers:
  policies: [baseline, night_visits]
uncertainties:
  demand.problems: {from: 0.1 /year, to: 0.3 /year}
design: {kind: latin_hypercube, samples: 12}
outcomes: [registered, backlog]
replications: 5
"""


class Machines:
    """A scheduler and some workers."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        self.scheduler = self.start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
        )  # fmt: skip
        until = time.monotonic() + 60
        while not self.file.exists():
            assert time.monotonic() < until
            time.sleep(0.1)

    def start(self, what: str, *options: str) -> subprocess.Popen:
        words = ["dask", what, "--scheduler-file", str(self.file), *options]
        code = "import sys; from dask.__main__ import main; sys.argv[:] = sys.argv[1:]; main()"
        log = (self.folder / f"{what}-{len(self.processes)}.log").open("w")
        process = subprocess.Popen([sys.executable, "-c", code, *words], stderr=log, stdout=log)
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen:
        return self.start(
            "worker", "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(self.folder),
        )  # fmt: skip

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    shutil.copy(TOWN, tmp_path / "town.yaml")
    (tmp_path / "test.yaml").write_text(TEXT)
    sweep(tmp_path / "test.yaml", out=tmp_path / "calm", workers=1)
    return tmp_path


def assert_same(desk: Path) -> None:
    for name in ("results.parquet", "points.parquet"):
        assert (desk / "out" / name).read_bytes() == (desk / "calm" / name).read_bytes()


def test_a_worker_and_then_the_scheduler_are_lost(machines: Machines, desk: Path) -> None:
    first = machines.worker()
    machines.worker()
    ended: list[str] = []

    def disturb(news: News) -> None:
        if news.done >= 10 and not ended:
            first.kill()
            ended.append("worker")
        elif news.done >= 40 and len(ended) == 1:
            machines.scheduler.kill()
            ended.append("scheduler")

    from govsim.experiments.cluster import ClusterLost

    with pytest.raises(ClusterLost, match="The scheduler of the cluster is gone"):
        sweep(
            desk / "test.yaml", out=desk / "out", cluster=str(machines.file), progress=disturb,
            block=0.05,
        )  # fmt: skip
    kept = open_sweep(desk / "out").status()
    assert kept["failed"] == 0
    assert 40 <= kept["done"] < 120
    sweep(desk / "test.yaml", out=desk / "out", workers=1)
    assert_same(desk)


def test_workers_come_and_go(machines: Machines, desk: Path) -> None:
    first = machines.worker()
    seen: list[int] = []

    def disturb(news: News) -> None:
        seen.append(news.done)
        if news.done >= 20 and len(machines.processes) == 2:
            machines.worker()
            first.kill()

    results = sweep(
        desk / "test.yaml", out=desk / "out", cluster=str(machines.file), progress=disturb,
        block=0.05,
    )  # fmt: skip
    assert len(machines.processes) == 3
    assert results.status() == {"done": 120, "failed": 0, "missing": 0}
    assert_same(desk)


def test_a_worker_takes_what_it_finished_with_it(machines: Machines, desk: Path) -> None:
    from govsim.experiments import cluster

    first = machines.worker()
    trials = Trials(read_experiment(desk / "test.yaml"), engine_called("compiled"))
    with cluster.Cluster(trials, str(machines.file)) as crew:
        crew.give(Span(20, 22))
        until = time.monotonic() + 120
        while not crew._futures[Span(20, 22)].done():
            assert time.monotonic() < until
            time.sleep(0.05)
        machines.worker()  # comes some seconds later
        first.kill()  # what it finished is asked for before anybody knows
        answers = crew.news(5.0)
        while not any(answer.rows for answer in answers):
            assert time.monotonic() < until
            for answer in answers:
                crew.give(answer.span)
            answers = crew.news(0.1)
    done = answers[0].rows
    assert done is not None
    assert done.column("point").to_pylist() == [4, 4]
    assert done.column("replication").to_pylist() == [0, 1]


def test_no_scheduler(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from govsim.experiments import cluster

    monkeypatch.setattr(cluster, "ANSWER", 2.0)
    (desk / "rubbish.json").write_text("[]")
    for address in ("tcp://127.0.0.1:9", "nonsense", "tcp://", str(desk / "rubbish.json")):
        with pytest.raises(InputError, match="No scheduler with workers answers"):
            sweep(desk / "test.yaml", out=desk / "out", cluster=address)
