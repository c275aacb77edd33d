"""Sweeps: the same rows however they are done, and nothing lost however they end."""

import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import govsim
from govsim.errors import InputError
from govsim.experiments import Interrupted, sweep_store
from govsim.experiments.alone import alone_in
from govsim.experiments.blocks import FAILED, Blocks, Span, schema_of
from govsim.experiments.measures import Measured
from govsim.experiments.sweep_store import SweepResults, open_sweep
from govsim.experiments.sweeping import News, sweep
from govsim.experiments.work import ENGINES

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"

TEXT = """
govsim: 1
name: Little
name_zh: 小试
question: What do visits do?
question_zh: 夜访有何作用？
scenario: town.yaml
set: {horizon: 40 d, history: 30 d}
levers:
  policies: [baseline, night_visits]
uncertainties:
  demand.problems: {from: 0.1 /year, to: 0.3 /year}
design: {kind: latin_hypercube, samples: 5}
outcomes: [registered, backlog, "reply_on_time@tier:street"]
replications: 4
seed: 3
"""
TASKS = 5 * 2 * 4


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    shutil.copy(TOWN, tmp_path / "town.yaml")
    (tmp_path / "test.yaml").write_text(TEXT.lstrip(), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an undisturbed run."""
    desk = tmp_path_factory.mktemp("calm")
    shutil.copy(TOWN, desk / "town.yaml")
    (desk / "test.yaml").write_text(TEXT.lstrip(), encoding="utf-8")
    sweep(desk / "test.yaml", out=desk / "out", workers=1)
    return desk / "out"


def done_in(desk: Path, **how: object) -> SweepResults:
    return sweep(desk / "test.yaml", out=desk / "out", **{"workers": 1, **how})


def assert_same(folder: Path, calm: Path) -> None:
    for name in ("results.parquet", "points.parquet"):
        assert (folder / name).read_bytes() == (calm / name).read_bytes(), name
    assert not (folder / "blocks").exists()


@pytest.mark.parametrize(
    "how", [{"workers": 2}, {"block": 0.0}, {"block": 60.0}, {"engine": "agents"}]
)
def test_how_it_is_done_leaves_no_trace(desk: Path, calm: Path, how: dict) -> None:
    done_in(desk, **how)
    assert_same(desk / "out", calm)


def test_rows(calm: Path) -> None:
    results = open_sweep(calm)
    rows = results.rows()
    assert list(rows.columns) == [
        "point", "replication", "status", "reason", "registered.recorded", "registered.true",
        "backlog.recorded", "backlog.true", "reply_on_time.recorded@tier:street",
        "reply_on_time.true@tier:street",
    ]  # fmt: skip
    assert rows["point"].tolist() == [task // 4 for task in range(TASKS)]
    assert rows["replication"].tolist() == [task % 4 for task in range(TASKS)]
    assert results.status() == {"done": TASKS, "failed": 0, "missing": 0}
    assert results.complete


def test_a_row_is_what_a_run_comes_to(calm: Path, desk: Path) -> None:
    results = open_sweep(calm)
    point = results.points.loc[7]
    scenario = govsim.load(desk / "town.yaml", set=list(results.settings.loc[7]))
    run = govsim.run(scenario, policies=["night_visits"], replications=4, seed=3, workers=1)
    found = run.city["night_visits", "backlog", "true"]
    rows = results.table(["backlog.true"])
    assert rows[rows["point"] == 7]["backlog.true"].tolist() == [found[r] for r in range(4)]
    assert set(rows[rows["point"] == 7]["demand.problems"]) == {point["demand.problems"]}


def test_ctrl_c_and_then_the_rest(desk: Path, calm: Path) -> None:
    told: list[News] = []

    def press(news: News) -> None:
        told.append(news)
        if news.done >= 5:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Interrupted, match="The same command goes on"):
        done_in(desk, progress=press)
    partial = open_sweep(desk / "out")
    assert not partial.complete
    done = partial.status()
    assert 5 <= done["done"] < TASKS
    assert len(list(partial.missing())) == done["missing"] == TASKS - done["done"]
    assert partial.table()["backlog.true"].notna().all()
    first = len(told)
    done_in(desk, progress=told.append)
    assert told[first].done == done["done"]
    assert_same(desk / "out", calm)


def test_a_finished_sweep_is_not_done_again(desk: Path) -> None:
    done_in(desk)
    before = (desk / "out" / "results.parquet").stat().st_mtime_ns
    told: list[News] = []
    done_in(desk, progress=told.append)
    assert told == []
    assert (desk / "out" / "results.parquet").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("seed: 3", "seed: 4", "the seed"),
        ("replications: 4", "replications: 5", "the number of replications"),
        ("samples: 5", "samples: 6", "what is varied"),
        ("[registered, backlog", "[registered", "the outcomes"),
        ("horizon: 40 d", "horizon: 41 d", "the scenario, what is varied"),
    ],
)
def test_other_rows_are_not_mixed_in(desk: Path, old: str, new: str, what: str) -> None:
    done_in(desk)
    (desk / "test.yaml").write_text(TEXT.lstrip().replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=f"{what} changed since.*--into NEW.*--restart"):
        done_in(desk)
    sweep(desk / "test.yaml", out=desk / "new", workers=1)
    done_in(desk, restart=True)
    assert_same(desk / "out", desk / "new")


def test_a_changed_scenario_is_noticed(desk: Path) -> None:
    done_in(desk)
    text = (desk / "town.yaml").read_text(encoding="utf-8")
    (desk / "town.yaml").write_text(text + "\ntriage: {dispatch: direct}\n", encoding="utf-8")
    with pytest.raises(InputError, match="the scenario changed since"):
        done_in(desk)


def test_another_version_of_the_model_is_noticed(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_in(desk)
    monkeypatch.setattr(sweep_store, "model_version", lambda: "another")
    with pytest.raises(InputError, match="govsim itself"):
        done_in(desk)


def test_other_folders_are_left_alone(desk: Path) -> None:
    with pytest.raises(InputError, match="not a results folder"):
        sweep(desk / "test.yaml", out=desk)
    govsim.run(desk / "town.yaml", replications=1, workers=1, out=desk / "run", seed=1)
    with pytest.raises(InputError, match="results of another kind"):
        sweep(desk / "test.yaml", out=desk / "run", restart=True)
    with alone_in(desk / "out"), pytest.raises(InputError, match="Another run is writing here"):
        done_in(desk)


def test_a_cluster_brings_its_own_workers(desk: Path) -> None:
    with pytest.raises(InputError, match=r"--workers: .* not both"):
        sweep(desk / "test.yaml", out=desk / "out", workers=2, cluster="tcp://127.0.0.1:1")
    assert not (desk / "out").exists()


def test_points_that_cannot_be_simulated_are_told(desk: Path) -> None:
    points = """
design:
  kind: table
  points:
    - {policies: baseline, demand.problems: 0.2 /year, tiers.street.can_solve: 0.9}
    - {policies: baseline, demand.problems: 0.2 /year, tiers.street.can_solve: 0.4}
"""
    text = TEXT.replace("design: {kind: latin_hypercube, samples: 5}\n", points.lstrip())
    text = text.replace("design:", "  tiers.street.can_solve: [0.8, 0.9]\ndesign:", 1)
    (desk / "test.yaml").write_text(text.lstrip(), encoding="utf-8")
    results = done_in(desk, workers=2)
    assert results.status() == {"done": 4, "failed": 4, "missing": 0}
    failures = results.failures()
    assert set(failures["point"]) == {1}
    assert failures["reason"].str.contains("a higher tier can solve what a lower can").all()
    assert results.rows()["backlog.true"].isna().tolist() == [False] * 4 + [True] * 4


def test_a_dying_worker_costs_its_task_and_no_other(
    desk: Path, calm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_FOLDER", str(desk))
    monkeypatch.setitem(ENGINES, "deadly", "deadly_engine:simulate")
    notices: list[str] = []
    results = done_in(desk, workers=2, engine="deadly", notice=notices.append)
    assert any("A worker died" in notice for notice in notices)
    rows = results.rows()
    failed = rows[rows["status"] == FAILED]
    assert failed["replication"].unique().tolist() == [2]  # the engine dies over some of these
    assert 0 < len(failed) < 10
    assert failed["reason"].str.contains("the worker died over it 3 times").all()
    undisturbed = pd.read_parquet(calm / "results.parquet")
    kept = rows["status"] != FAILED
    pd.testing.assert_frame_equal(rows[kept], undisturbed[kept])


def test_damaged_results_are_mended(
    desk: Path, calm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govsim.experiments.files.ROWS", 10)
    done_in(desk)
    whole = (desk / "out" / "results.parquet").read_bytes()
    content = bytearray(whole)
    content[len(content) // 4] ^= 0x04
    (desk / "out" / "results.parquet").write_bytes(content)
    partial = open_sweep(desk / "out")
    with pytest.raises(InputError, match=r"results.parquet: This file is missing or damaged"):
        partial.rows()
    told: list[News] = []
    with pytest.warns(RuntimeWarning, match=r"results.parquet is damaged"):
        done_in(desk, progress=told.append)
    assert told[0].done == TASKS - 10  # the rest of the table could be read
    assert (desk / "out" / "results.parquet").read_bytes() == whole


def test_a_full_disk(desk: Path, calm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from govsim.experiments import files

    real, writes = files.sync, iter(range(100))

    def full(path: Path) -> None:
        if "blocks" in str(path) and next(writes) > 3:
            raise OSError(28, "No space left on device")
        real(path)

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(InputError, match="No space left on device"):
        done_in(desk)
    monkeypatch.setattr(files, "sync", real)
    assert not list((desk / "out" / "blocks").glob("*.new"))
    partial = open_sweep(desk / "out")
    assert partial.status()["done"] > 0
    done_in(desk)
    assert_same(desk / "out", calm)


def test_a_folder_that_cannot_be_written(desk: Path) -> None:
    place = Path("/proc/self") if Path("/proc/self").exists() else desk / "test.yaml"
    with pytest.raises(InputError, match="cannot be written here"):
        sweep(desk / "test.yaml", out=place / "out")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(desk: Path) -> None:
    (desk / "out").mkdir(mode=0o500)
    with pytest.raises(InputError, match="cannot be written here"):
        done_in(desk)


def test_the_manifest(calm: Path) -> None:
    manifest = json.loads((calm / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "sweep"
    assert manifest["points"] == 10
    assert manifest["complete"] is True
    assert set(manifest["parts"]) == {
        "scenario", "points", "outcomes", "replications", "seed", "model",
    }  # fmt: skip


def test_a_thread_can_sweep(desk: Path, calm: Path) -> None:
    thread = threading.Thread(target=done_in, args=(desk,))
    thread.start()
    thread.join(120)
    assert_same(desk / "out", calm)


def test_a_million_rows_are_read_by_name(tmp_path: Path, calm: Path) -> None:
    """A store of a million rows, written as a sweep writes it, read back one column at a time."""
    measures = [Measured("backlog", "true"), Measured("trust", "true")]
    schema = schema_of(measures)
    manifest = json.loads((calm / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"points": 250_000, "complete": False, "outcomes": [m.name for m in measures]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "blocks").mkdir()
    store = Blocks(tmp_path / "blocks", schema)
    size = 10_000
    for first in range(0, 1_000_000, size):
        numbers = np.arange(first, first + size)
        columns = [numbers // 4, (numbers % 4).astype(np.int32), ["done"] * size, [""] * size]
        arrays = [pa.array(c) for c in [*columns, numbers * 0.0, numbers * 1.0]]
        store.add(Span(first, first + size), pa.Table.from_arrays(arrays, schema=schema))
    results = open_sweep(tmp_path)
    began = time.monotonic()
    column = results.arrow(["trust.true"])["trust.true"]
    assert len(column) == 1_000_000
    assert column[123_456].as_py() == 123_456.0
    assert results.status()["done"] == 1_000_000
    assert time.monotonic() - began < 60  # it takes less than a second; a hang would be noticed
