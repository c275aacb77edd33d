import json
import signal
from pathlib import Path

import pandas as pd
import pytest
from toy_scenario import Toy

from govsim import open_results
from govsim.errors import InputError
from govsim.experiments import (
    Results,
    adding_to,
    check_event_log,
    default_folder,
    files,
    run,
)
from govsim.experiments.alone import alone_in, undisturbed

COLUMNS = "replication,policy_set,scope,scope_id,kpi,side,value,unit"


def quick(toy: Toy, out: Path | None, **how: object) -> Results:
    return run(toy, replications=2, engine="simulate", workers=1, out=out, **how)


def test_the_folder(toy: Toy, tmp_path: Path) -> None:
    results = quick(toy, tmp_path / "a" / "b", events=True)
    assert results.folder == tmp_path / "a" / "b"
    assert {path.name for path in results.folder.iterdir()} == {
        "manifest.json", "scenario.resolved.yaml", "kpis.parquet", "series.parquet",
        "delays.parquet", "events.parquet",
    }  # fmt: skip
    kpis = pd.read_parquet(results.folder / "kpis.parquet")
    assert ",".join(kpis.columns) == COLUMNS
    assert "city" in set(kpis.scope)
    assert (results.folder / "scenario.resolved.yaml").read_text() == "name: toy\n"


def test_the_manifest_tells_how_it_was_made(toy: Toy, tmp_path: Path) -> None:
    quick(toy, tmp_path / "out", seed=5)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["complete"] is True
    assert manifest["seed"] == 5
    assert manifest["engine"] == "simulate"
    assert manifest["scenario"]["digest"] == "0" * 64
    assert manifest["done"] == {"baseline": [0, 1]}
    assert {"govsim", "python", "numpy", "simpy", "pyarrow"} <= set(manifest["versions"])
    assert manifest["started"] <= manifest["finished"]


def test_what_is_read_is_what_was_run(toy: Toy, tmp_path: Path) -> None:
    made, read = quick(toy, tmp_path / "out"), open_results(tmp_path / "out")
    for name in ("kpis", "series", "delays"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(read, name))
    pd.testing.assert_frame_equal(made.summary(), read.summary())
    assert read.manifest == made.manifest
    assert (read.name, read.days, read.tiers) == ("toy", 14, ("0", "1"))


def test_without_a_folder_nothing_is_written(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert quick(toy, None).folder is None
    assert not list(tmp_path.iterdir())


def test_a_rerun_replaces_its_own_and_keeps_the_rest(toy: Toy, tmp_path: Path) -> None:
    out = tmp_path / "out"
    quick(toy, out, events=True)
    (out / "notes.txt").write_text("mine")
    quick(toy, out, seed=9)
    assert open_results(out).seed == 9
    assert not (out / "events.parquet").exists()  # of the earlier run
    assert (out / "notes.txt").read_text() == "mine"


def test_other_peoples_folders_are_left_alone(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(InputError, match="not a results folder"):
        quick(toy, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_another_scenarios_results_are_left_alone(toy: Toy, tmp_path: Path) -> None:
    quick(toy, tmp_path / "out")
    toy.name = "city"
    with pytest.raises(InputError, match="another scenario, 'toy'"):
        quick(toy, tmp_path / "out")
    assert open_results(tmp_path / "out").name == "toy"


def test_a_file_is_no_folder(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="not a results folder"):
        quick(toy, tmp_path / "out")
    with pytest.raises(InputError, match="cannot be written here"):
        quick(toy, tmp_path / "out" / "below")


def test_leavings_of_a_killed_run_are_cleared(toy: Toy, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".partial" / "events").mkdir(parents=True)
    (out / ".partial" / "kpis.parquet").write_text("half")
    (out / "series.parquet").write_text("put in place before the kill")
    assert quick(toy, out).folder == out
    assert not (out / ".partial").exists()


def test_a_full_disk_is_told_and_leaves_nothing_half(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    quick(toy, tmp_path / "out")
    before = (tmp_path / "out" / "kpis.parquet").read_bytes()
    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(InputError, match="No space left on device"):
        quick(toy, tmp_path / "out", seed=2)
    assert (tmp_path / "out" / "kpis.parquet").read_bytes() == before
    assert open_results(tmp_path / "out").complete
    with pytest.raises(InputError):
        quick(toy, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_one_run_at_a_time_in_a_folder(toy: Toy, tmp_path: Path) -> None:
    out = tmp_path / "out"
    quick(toy, out)
    before = (out / "kpis.parquet").read_bytes()
    with alone_in(out), pytest.raises(InputError, match="Another run is writing here"):
        quick(toy, out, seed=2)
    assert (out / "kpis.parquet").read_bytes() == before
    assert quick(toy, out, seed=2).folder == out
    assert not (out / ".running").exists()


def test_figures_of_the_run_before_do_not_stay(toy: Toy, tmp_path: Path) -> None:
    out = tmp_path / "out"
    quick(toy, out)
    with adding_to(out) as stage:
        (stage / "figure.en.png").write_text("new")
        assert not (out / "figure.en.png").exists()
    assert (out / "figure.en.png").read_text() == "new"
    quick(toy, out, seed=2)
    assert not (out / "figure.en.png").exists()


def test_a_name_that_is_no_text(toy: Toy, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not valid text"):
        quick(toy, tmp_path / "out\udcff")


def test_ctrl_c_does_not_tear_a_result_in_two() -> None:
    with undisturbed():
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_damaged_log_is_told(toy: Toy, tmp_path: Path) -> None:
    quick(toy, tmp_path / "out", events=True)
    check_event_log(tmp_path / "out")
    (tmp_path / "out" / "events.parquet").write_text("half")
    with pytest.raises(InputError, match="missing or damaged"):
        check_event_log(tmp_path / "out")


def test_what_cannot_be_read_is_told(toy: Toy, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a results folder"):
        open_results(tmp_path)
    out = quick(toy, tmp_path / "out").folder
    assert out is not None
    (out / "kpis.parquet").write_text("")
    with pytest.raises(InputError, match="missing or damaged"):
        _ = open_results(out).kpis
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(InputError, match="format 99"):
        open_results(out)


def test_the_default_folder() -> None:
    expected = Path("results/district-night_visits")
    assert default_folder("scenarios/district.yaml", "night_visits") == expected
