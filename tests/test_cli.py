"""The command line: its verbs, what they print, and how they end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from govsim import cli, experiments, scenario
from govsim.errors import Finding, InputError

sys.path.insert(0, str(Path(__file__).parent / "report"))
from synthetic import made

from govsim.experiments import Results

FINDINGS = [
    Finding("town.yaml:3:1", "horizn", "this key is not known; did you mean horizon?"),
    Finding("town.yaml:9:8", "demand.problems", "5 has no unit; write for example 0.20 /year"),
]


class Rooms(SimpleNamespace):
    """Stand-ins for the rooms below, and what they were called with."""

    called: dict[str, object]


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rooms:
    rooms = Rooms(called={}, results=made(policy_sets=("baseline", "night_visits"), replications=3))

    def load(path: Path, **options: object) -> SimpleNamespace:
        rooms.called["load"] = {"path": path, **options}
        if path.name == "wrong.yaml":
            raise InputError(FINDINGS)
        return SimpleNamespace(name=path.stem, selected_policies=("night_visits",))

    def run(loaded: object, **options: Callable[[int, int], None]) -> Results:
        rooms.called["run"] = options
        options["progress"](1, 1, 1.0)
        return rooms.results

    monkeypatch.setattr(scenario, "load", load)
    monkeypatch.setattr(scenario, "show", lambda loaded: f"name: {loaded.name}")
    monkeypatch.setattr(scenario, "json_schema", lambda: {"title": "情景"})
    rooms.replace_run = lambda other: monkeypatch.setattr(experiments, "run", other)
    rooms.replace_run(run)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/town-night_visits").mkdir(parents=True)
    (tmp_path / "there").mkdir()
    monkeypatch.setenv("GOVSIM_LANG", "en")
    return rooms


def govsim(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), prog_name="govsim")


def test_run_shows_a_table_a_sentence_and_where_the_files_are(rooms: Rooms, tmp_path: Path) -> None:
    result = govsim("run", "town.yaml", "--policy", "night_visits", "--against-baseline")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Baseline", "Night", "visits", "Change"]
    assert any(line.startswith("Answered or solved, recorded") for line in lines)
    assert "Night visits: the clearest effect" in result.stdout
    assert lines[-1] == "Tables and figures are in results/town-night_visits"
    figure = tmp_path / "results/town-night_visits/figure.zh.png"
    assert figure.stat().st_size > 20_000


def test_run_passes_on_what_was_asked(rooms: Rooms) -> None:
    options = "--replications 7 --seed 3 --workers 2 --out there --events"
    settings = ("--set", "horizon=180 d", "--set", "policies.night_visits.intensity=0.5")
    result = govsim("run", "town.yaml", "--policy", "night_visits", *settings, *options.split())
    assert result.exit_code == 0, result.stderr
    assert rooms.called["load"] == {
        "path": Path("town.yaml"),
        "set": ["horizon=180 d", "policies.night_visits.intensity=0.5"],
        "policies": ["night_visits"],
    }
    passed = rooms.called["run"]
    assert {name: passed[name] for name in ("replications", "seed", "workers", "out")} == {
        "replications": 7,
        "seed": 3,
        "workers": 2,
        "out": Path("there"),
    }
    assert passed["events"] is True
    assert passed["against_baseline"] is False


@pytest.mark.parametrize("how", [["--lang", "zh"], []])
def test_run_speaks_chinese(rooms: Rooms, how: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVSIM_LANG", "en" if how else "zh")
    result = govsim("run", "town.yaml", *how)
    assert "反馈办结率（台账）" in result.stdout
    assert "民情夜访" in result.stdout


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"GOVSIM_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_usual_language(
    variables: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOVSIM_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cli.usual_language() == lang


@pytest.mark.parametrize("verb", ["run", "show", "validate"])
def test_every_mistake_stands_on_a_line_of_its_own(rooms: Rooms, verb: str) -> None:
    result = govsim(verb, "wrong.yaml")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [str(finding) for finding in FINDINGS]


def test_validate_reports_all_files(rooms: Rooms) -> None:
    result = govsim("validate", "good.yaml", "wrong.yaml", "fine.yaml")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "good.yaml: no mistakes found",
        "fine.yaml: no mistakes found",
    ]
    assert len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["fly"],
        ["run", "a.yaml", "--replications", "0"],
        ["run", "a.yaml", "--lang", "fr"],
        ["run", "a.yaml", "--polcy", "x"],
    ],
)
def test_usage_errors_are_wrong_input(rooms: Rooms, arguments: list[str]) -> None:
    result = govsim(*arguments)
    assert result.exit_code == 2
    assert "Usage: govsim" in result.stderr


def test_our_fault_is_told_without_a_trace(rooms: Rooms) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the desk lost a case")

    rooms.replace_run(fail)
    result = govsim("run", "town.yaml")
    assert result.exit_code == 1
    assert "the fault is ours: RuntimeError: the desk lost a case" in result.stderr
    assert "Traceback" not in result.stderr
    written = next(word for line in result.stderr.splitlines() for word in line.split() if
                   "govsim-error-" in word).rstrip(".")  # fmt: skip
    file = Path(written)
    assert "the desk lost a case" in file.read_text("utf-8")
    assert "Traceback" in file.read_text("utf-8")
    file.unlink()


def test_debug_shows_the_trace(rooms: Rooms) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the desk lost a case")

    rooms.replace_run(fail)
    result = govsim("--debug", "run", "town.yaml")
    assert isinstance(result.exception, RuntimeError)


def test_an_interruption_says_what_was_kept(rooms: Rooms) -> None:
    kept = Results(rooms.results.manifest, Path("results/town"), lambda: rooms.results.tables)

    def stop(*_: object, **__: object) -> None:
        raise experiments.Interrupted(kept)

    rooms.replace_run(stop)
    result = govsim("run", "town.yaml")
    assert result.exit_code == 130
    assert result.stderr.splitlines() == [
        "Interrupted; 6 finished replications are kept.",
        "They are in results/town",
    ]


def test_show_and_schema(rooms: Rooms) -> None:
    assert govsim("show", "town.yaml").stdout == "name: town\n"
    assert '"title": "情景"' in govsim("schema").stdout


def test_kpis_lists_the_registry() -> None:
    from govsim.outcomes import KPIS

    result = govsim("kpis", "--lang", "en")
    assert result.exit_code == 0, result.stderr
    listed = [line.split(":")[0] for line in result.stdout.splitlines() if line[0] != " "]
    assert listed == list(KPIS)


def test_version() -> None:
    assert govsim("--version").stdout.startswith("govsim 0.")


def test_help_answers_at_once() -> None:
    """Half a second is the promise; nothing heavy may be imported for it."""
    code = (
        "import sys, govsim.cli as c\n"
        "try: c.app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'rich', 'babel'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "export-log" in done.stdout
    assert time.perf_counter() - began < 5  # generous: the machine may be busy
