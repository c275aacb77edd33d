import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
import toy_engine
from toy_scenario import Toy

from govsim import open_results
from govsim.errors import InputError
from govsim.experiments import Interrupted, WorkerDied, run
from govsim.outcomes import Broken

PARQUET = ("kpis.parquet", "series.parquet", "delays.parquet", "events.parquet")


def the_bytes(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in PARQUET}


def test_any_number_of_workers_gives_the_same_bytes(toy: Toy, tmp_path: Path) -> None:
    asked = {"replications": 5, "engine": "simulate", "events": True, "seed": 3}
    policies = {"policies": ["night_visits"], "against_baseline": True}
    run(toy, **asked, **policies, workers=1, out=tmp_path / "one")
    run(toy, **asked, **policies, workers=3, out=tmp_path / "three")
    assert the_bytes(tmp_path / "one") == the_bytes(tmp_path / "three")
    run(toy, **{**asked, "seed": 4}, **policies, workers=1, out=tmp_path / "other")
    assert the_bytes(tmp_path / "one") != the_bytes(tmp_path / "other")


def test_the_real_engine_balances_its_accounts(toy: Toy, tmp_path: Path) -> None:
    results = run(toy, replications=2, workers=1, out=tmp_path / "out", events=True)
    registered = results.kpis.query(
        "scope == 'city' and kpi == 'registered' and side == 'recorded'"
    )
    assert (registered["value"] > 50).all()
    log = pd.read_parquet(tmp_path / "out" / "events.parquet")
    assert {"register", "handle", "escalate", "close"} <= set(log["activity"])


def test_the_baseline_comes_first_and_is_paired(toy: Toy) -> None:
    results = run(
        toy, replications=4, policies=["night_visits"], engine="simulate", workers=1,
        against_baseline=True,
    )  # fmt: skip
    assert results.policy_sets == ("baseline", "night_visits")
    assert results.replications == 4
    row = results.comparison().set_index(["kpi", "side"]).loc[("registered", "recorded")]
    assert (row["mean"], row["low"], row["high"], row["n"]) == (100, 100, 100, 4)


def test_policies_in_force_belong_to_the_baseline(toy: Toy) -> None:
    toy.in_force = ("added_staff",)
    results = run(
        toy, replications=1, policies=["night_visits"], engine="simulate", against_baseline=True
    )
    assert results.policy_sets == ("added_staff", "added_staff+night_visits")


def test_without_added_policies_there_is_one_set(toy: Toy) -> None:
    toy.selected_policies = ("night_visits",)
    assert run(toy, replications=1, engine="simulate").policy_sets == ("night_visits",)
    results = run(toy, replications=1, engine="simulate", policies=[], against_baseline=True)
    assert results.policy_sets == ("baseline",)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_goes_up_to_the_end(toy: Toy, workers: int) -> None:
    told: list[tuple[int, int, float]] = []
    run(
        toy, replications=3, engine="simulate", workers=workers,
        progress=lambda *news: told.append(news),
    )  # fmt: skip
    assert told == sorted(told)
    assert told[0][0] == 0 or workers > 1
    assert told[-1] == (3, 3, 1.0)


def test_ctrl_c_keeps_what_is_finished(toy: Toy, tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as stopped:
        run(toy, replications=5, engine="interrupted", workers=1, out=tmp_path / "out")
    assert stopped.value.results.kpis["replication"].unique().tolist() == [0, 1]
    kept = open_results(tmp_path / "out")
    assert not kept.complete
    assert kept.manifest["done"] == {"baseline": [0, 1]}
    assert kept.manifest["replications"] == 5


def test_ctrl_c_stops_the_workers(toy: Toy, tmp_path: Path) -> None:
    def press() -> None:
        while not (tmp_path / "endless").exists():
            time.sleep(0.02)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    with pytest.raises(Interrupted, match="2 finished"):
        run(toy, replications=4, engine="endless", workers=2, out=tmp_path / "out")
    assert open_results(tmp_path / "out").replications == 2


def test_an_interruption_never_replaces_a_complete_result(toy: Toy, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(toy, replications=1, engine="simulate", workers=1, out=out)
    before = (out / "kpis.parquet").read_bytes()
    with pytest.raises(Interrupted) as stopped:
        run(toy, replications=3, engine="interrupted", workers=1, out=out)
    assert stopped.value.results.folder == tmp_path / "out-interrupted"
    assert open_results(out).complete
    assert (out / "kpis.parquet").read_bytes() == before


def test_an_interruption_before_anything_is_done_leaves_nothing(toy: Toy, tmp_path: Path) -> None:
    toy_engine = {"engine": "interrupted", "workers": 1, "out": tmp_path / "out"}
    run(toy, replications=1, **toy_engine)
    with pytest.raises(Interrupted):
        run(Toy(name="toy"), replications=3, **{**toy_engine, "out": tmp_path / "new"}, seed=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "out"]


def test_a_dead_workers_tasks_are_done_again(toy: Toy, tmp_path: Path) -> None:
    with pytest.warns(RuntimeWarning, match="A worker process died"):
        results = run(toy, replications=4, engine="dies_once", workers=2)
    calm = run(toy, replications=4, engine="simulate", workers=1)
    pd.testing.assert_frame_equal(results.kpis, calm.kpis)


def test_workers_that_keep_dying_are_an_error(toy: Toy, tmp_path: Path) -> None:
    with (
        pytest.warns(RuntimeWarning),
        pytest.raises(WorkerDied, match="short of memory") as died,
    ):
        run(toy, replications=3, engine="dies", workers=2, out=tmp_path / "out")
    kept = open_results(tmp_path / "out")
    assert died.value.folder == tmp_path / "out"
    assert kept.replications == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_an_engines_fault_is_told(toy: Toy, workers: int) -> None:
    with pytest.raises(Broken):
        run(toy, replications=2, engine="loses_a_record", workers=workers)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"replications": 0}, "at least one replication"),
        ({"replications": 1_000_000_000}, "At most 100,000 replications"),
        ({"seed": 1 << 63}, "whole number from 0 to 9223372036854775807"),
        ({"seed": -1}, "whole number from 0"),
        ({"workers": 0}, "at least one worker"),
        ({"engine": "agent"}, "there is compiled, agents"),
        ({"policies": ["night_visit"]}, "there is night_visits"),
        ({"events": True}, "give --out"),
    ],
)
def test_wrong_arguments(toy: Toy, asked: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        run(toy, **{"replications": 1, "engine": "simulate", **asked})


def test_all_wrong_numbers_are_told_at_once(toy: Toy) -> None:
    with pytest.raises(InputError) as wrong:
        run(toy, replications=0, seed=-1, workers=0, engine="simulate")
    assert [finding.where for finding in wrong.value.findings] == [
        "--replications", "--seed", "--workers",
    ]  # fmt: skip


@pytest.mark.parametrize("checks", [True, False])
def test_checks_reach_the_engine(toy: Toy, checks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    real = toy_engine.simulate

    def engine(*plan: object, **how: object) -> None:
        heard.append(how["checks"])
        real(*plan, **how)

    monkeypatch.setattr(toy_engine, "simulate", engine)
    run(toy, replications=1, engine="simulate", workers=1, checks=checks)
    assert heard == [checks]


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """A killed parent (kill -9) leaves nobody behind who waits for it for ever."""
    code = textwrap.dedent(
        """
        import os, sys
        sys.path[:0] = [{here!r}, {tests!r}]
        from toy_scenario import Toy
        from govsim.experiments import replications
        from govsim.experiments.work import ENGINES
        replications.compile_plan = lambda scenario, names: scenario.plan(names)
        ENGINES["endless"] = "toy_engine:endless"
        import govsim
        govsim.run(Toy(), replications=4, engine="endless", workers=2)
        """
    ).format(here=str(Path(__file__).parent), tests=str(Path(__file__).parents[1]))
    parent = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "TOY_FOLDER": str(tmp_path)},
        stdout=subprocess.PIPE,
    )  # fmt: skip
    while not (tmp_path / "endless").exists():
        assert parent.poll() is None
        time.sleep(0.02)
    parent.kill()
    assert parent.stdout is not None
    parent.communicate(timeout=20)  # ends when nobody holds the pipe any more: workers hold it too


def test_a_script_without_a_main_guard_works(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys
            sys.path[:0] = [{here!r}, {tests!r}]
            print("started")
            from toy_scenario import Toy
            from govsim.experiments import replications
            from govsim.experiments.work import ENGINES
            replications.compile_plan = lambda scenario, names: scenario.plan(names)
            ENGINES["simulate"] = "toy_engine:simulate"
            import govsim
            results = govsim.run(Toy(), replications=2, engine="simulate", workers=2)
            print(results.replications)
            """
        ).format(here=str(Path(__file__).parent), tests=str(Path(__file__).parents[1])),
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "started\n2\n", done.stderr
