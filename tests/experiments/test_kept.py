"""A run that was broken off goes on where it was, and comes to the same bytes."""

from pathlib import Path

import pytest
import toy_engine
from toy_scenario import Toy

from govsim.experiments import Interrupted, files, kept, run

PARQUET = ("kpis.parquet", "series.parquet", "delays.parquet", "events.parquet")


def the_bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in PARQUET}


def asked(out: Path, **how: object) -> dict[str, object]:
    return {"replications": 5, "workers": 1, "events": True, "out": out, **how}


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The replications that the engine really did."""
    done: list[int] = []
    real = toy_engine.simulate

    def engine(plan: object, seed: int, replication: int, *drain: object, **how: object) -> None:
        real(plan, seed, replication, *drain, **how)
        done.append(replication)

    monkeypatch.setattr(toy_engine, "simulate", engine)
    return done


def test_only_what_is_missing_is_done(toy: Toy, tmp_path: Path, simulated: list[int]) -> None:
    out, calm = tmp_path / "out", tmp_path / "calm"
    with pytest.raises(Interrupted, match="The same command goes on from there"):
        run(toy, engine="interrupted", **asked(out))
    assert simulated == [0, 1]
    results = run(toy, engine="simulate", **asked(out))
    assert simulated == [0, 1, 2, 3, 4]
    assert results.complete
    assert not (out / ".partial").exists()
    run(toy, engine="simulate", **asked(calm))
    assert the_bytes(out) == the_bytes(calm)


def test_more_replications_than_before(toy: Toy, tmp_path: Path, simulated: list[int]) -> None:
    with pytest.raises(Interrupted):
        run(toy, engine="interrupted", **asked(tmp_path / "out"))
    run(toy, engine="simulate", **asked(tmp_path / "out", replications=7))
    assert simulated == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("other", [{"seed": 2}, {"events": False}, {"policies": ["night_visits"]}])
def test_what_is_asked_otherwise_begins_anew(
    toy: Toy, tmp_path: Path, simulated: list[int], other: dict
) -> None:
    with pytest.raises(Interrupted):
        run(toy, engine="interrupted", **asked(tmp_path / "out"))
    run(toy, engine="simulate", **asked(tmp_path / "out", **other))
    assert simulated == [0, 1, 0, 1, 2, 3, 4]


def test_another_version_of_the_model_begins_anew(
    toy: Toy, tmp_path: Path, simulated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Interrupted):
        run(toy, engine="interrupted", **asked(tmp_path / "out"))
    monkeypatch.setattr("govsim.experiments.job.model_version", lambda: "another")
    run(toy, engine="simulate", **asked(tmp_path / "out"))
    assert simulated == [0, 1, 0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", ["kpis.parquet", "delays.parquet", "tasks.json"])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_a_damaged_block_is_done_again(
    toy: Toy, tmp_path: Path, simulated: list[int], name: str, damage: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(Interrupted):
        run(toy, engine="interrupted", **asked(out))
    (block,) = (out / ".partial" / "kept").glob("0*")
    spoil(block / name, damage)
    with pytest.warns(RuntimeWarning, match="000000 is damaged"):
        run(toy, engine="simulate", **asked(out))
    assert simulated == [0, 1, 0, 1, 2, 3, 4]
    run(toy, engine="simulate", **asked(tmp_path / "calm"))
    assert the_bytes(out) == the_bytes(tmp_path / "calm")


def spoil(path: Path, damage: str) -> None:
    whole = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        whole[len(whole) // 3] ^= 0x10
        path.write_bytes(whole)


def test_blocks_do_not_show(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(toy, engine="simulate", **asked(tmp_path / "one block"))
    monkeypatch.setattr(kept, "EVERY", 0.0)
    run(toy, engine="simulate", **asked(tmp_path / "many blocks"))
    assert the_bytes(tmp_path / "one block") == the_bytes(tmp_path / "many blocks")


def test_row_groups_of_a_fixed_size(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROWS", 100)
    run(toy, engine="simulate", **asked(tmp_path / "one"))
    run(toy, engine="simulate", **asked(tmp_path / "two", workers=2))
    assert the_bytes(tmp_path / "one") == the_bytes(tmp_path / "two")
