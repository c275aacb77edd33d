"""kill -9 at random moments, of the main process and of workers: nothing is lost or doubled.

The long suite (``scripts/check --long``) has fifty cycles, the ordinary one a few.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from govsim.experiments.blocks import Blocks, schema_of
from govsim.experiments.experiment_reading import read_experiment
from govsim.experiments.sweeping import sweep
from longer import SEED, many

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
COMMAND = [sys.executable, "-c", "from govsim.cli import main; main()"]

TEXT = """govsim: 1
scenario: town.yaml
levers:
  policies: [baseline, night_visits]
uncertainties:
  demand.problems: {from: 0.1 /year, to: 0.3 /year}
design: {kind: latin_hypercube, samples: SAMPLES}
outcomes: [registered, backlog]
replications: 5
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no kill -9")


def prepared(tmp_path: Path, samples: int) -> Path:
    shutil.copy(TOWN, tmp_path / "town.yaml")
    (tmp_path / "test.yaml").write_text(TEXT.replace("SAMPLES", str(samples)))
    return tmp_path


def started(desk: Path, workers: int) -> subprocess.Popen:
    words = ["sweep", str(desk / "test.yaml"), "--out", str(desk / "out"), "--workers"]
    return subprocess.Popen([*COMMAND, *words, str(workers)], stderr=subprocess.PIPE, text=True)


def done(desk: Path) -> int:
    """Tasks that are done; every block that has its name is whole and has its rows."""
    schema = schema_of(read_experiment(desk / "test.yaml").measures)
    blocks = Blocks(desk / "out" / "blocks", schema)
    for span in blocks.spans():
        table = pq.read_table(blocks.folder / span.file, page_checksum_verification=True)
        keys = zip(table["point"].to_pylist(), table["replication"].to_pylist(), strict=True)
        numbers = [5 * point + replication for point, replication in keys]
        assert numbers == list(range(span.first, span.after))
    return blocks.done()


@pytest.mark.slow
def test_the_main_process_is_killed_again_and_again(tmp_path: Path) -> None:
    desk, chance = prepared(tmp_path, samples=many(40, 1_000)), random.Random(SEED)
    before, kills = 0, 0
    for _ in range(many(4, 60)):
        process = started(desk, workers=1 + kills % 2)
        time.sleep(chance.uniform(1.0, 4.0))
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
        after = done(desk)
        assert after >= before, "finished blocks were lost"
        before = after
    assert kills >= many(2, 50)
    finish_and_compare(desk)


@pytest.mark.slow
def test_workers_are_killed_again_and_again(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    desk, chance = prepared(tmp_path, samples=many(40, 1_500)), random.Random(SEED)
    process = started(desk, workers=2)
    main, kills = psutil.Process(process.pid), 0
    while process.poll() is None and kills < many(3, 50):
        time.sleep(chance.uniform(0.5, 2.0))
        with suppress(psutil.Error):  # one of them ended just now
            workers = [c for c in main.children() if "spawn_main" in " ".join(c.cmdline())]
            if workers:
                chance.choice(workers).kill()
                kills += 1
    _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    assert kills >= many(1, 50)
    finish_and_compare(desk)


def finish_and_compare(desk: Path) -> None:
    sweep(desk / "test.yaml", out=desk / "out", workers=2)
    sweep(desk / "test.yaml", out=desk / "calm", workers=2)
    for name in ("results.parquet", "points.parquet"):
        assert (desk / "out" / name).read_bytes() == (desk / "calm" / name).read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    desk = prepared(tmp_path, samples=30)
    small = desk / "out"
    small.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(small)]
    if subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        process = started(desk, workers=1)
        _, told = process.communicate(timeout=300)
        assert process.returncode == 2, told
        assert "No space left on device" in told
        assert not list(small.rglob("*.new"))
        assert done(desk) > 0
        subprocess.run(["mount", "-o", "remount,size=20m", str(small)], check=True)
        finish_and_compare(desk)
    finally:
        subprocess.run(["umount", str(small)])
