"""The command line: its verbs, what they print, and how they end."""

import errno
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from govsim import cli, experiments, scenario
from govsim.cli.spoken import Verb, Verbs, usual_language
from govsim.decisions.opening import open_results
from govsim.errors import Finding, InputError

sys.path.insert(0, str(Path(__file__).parent / "report"))
from synthetic import made

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.outcomes.export import FORMATS

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


def govsim(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), prog_name="govsim", env=env)


def test_run_shows_a_table_a_sentence_and_where_the_files_are(rooms: Rooms, tmp_path: Path) -> None:
    result = govsim("run", "town.yaml", "--policy", "night_visits", "--against-baseline")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Baseline", "Night", "visits", "Change"]
    assert any(line.startswith("Answered within 60 days") for line in lines)
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
    assert passed["checks"] is True
    assert govsim("run", "town.yaml", "--no-checks").exit_code == 0
    assert rooms.called["run"]["checks"] is False


@pytest.mark.parametrize("how", [["--lang", "zh"], []])
def test_run_speaks_chinese(rooms: Rooms, how: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVSIM_LANG", "en" if how else "zh")
    result = govsim("run", "town.yaml", *how)
    assert "60 天内答复率" in result.stdout
    assert "民情夜访" in result.stdout


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"GOVSIM_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_usual_language(
    variables: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOVSIM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert usual_language() == lang


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
        ["validate"],
        ["run", "a.yaml", "--polcy", "x"],
    ],
)
def test_usage_errors_are_wrong_input(rooms: Rooms, arguments: list[str]) -> None:
    result = govsim(*arguments)
    assert result.exit_code == 2
    assert "Usage: govsim" in result.stderr


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ("--lang fr", ["--lang: 'fr' is not known here; use en, zh"]),
        (
            "--replications abc --seed 1.5 --workers x",
            [
                "--replications: 'abc' is not a whole number",
                "--seed: '1.5' is not a whole number",
                "--workers: 'x' is not a whole number",
            ],
        ),
    ],
)
def test_a_wrong_value_has_a_line_of_its_own(rooms: Rooms, options: str, lines: list[str]) -> None:
    result = govsim("run", "town.yaml", *options.split())
    assert result.exit_code == 2
    assert result.stderr.splitlines() == lines
    assert rooms.called == {}


def test_a_full_disk_is_nobodys_fault(rooms: Rooms) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    rooms.replace_run(fail)
    result = govsim("run", "town.yaml")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["Cannot write: No space left on device."]


def test_workers_that_died_are_told_with_what_is_finished(rooms: Rooms) -> None:
    def die(*_: object, **__: object) -> None:
        warnings.warn("A worker process died.", RuntimeWarning, stacklevel=1)
        error = experiments.WorkerDied("Worker processes died twice.")
        error.folder = Path("results/town")
        raise error

    rooms.replace_run(die)
    result = govsim("run", "town.yaml")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "A worker process died.",
        "Worker processes died twice.",
        "What is finished is in results/town",
    ]


def test_figures_that_cannot_be_drawn_leave_nothing_half(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from govsim.report import figure

    def fail(results: Results, folder: Path) -> None:
        (folder / "figure.en.png").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(figure, "save_figures", fail)
    result = govsim("run", "town.yaml")
    assert result.exit_code == 2
    assert "cannot be written here: No space left on device" in result.stderr
    assert not list((tmp_path / "results/town-night_visits").iterdir())


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
    kept = Results.in_memory(rooms.results.manifest, rooms.results.tables, Path("results/town"))

    def stop(*_: object, **__: object) -> None:
        raise experiments.Interrupted(6, kept.folder, kept)

    rooms.replace_run(stop)
    result = govsim("run", "town.yaml")
    assert result.exit_code == 130
    assert result.stderr.splitlines() == [
        "Interrupted; 6 finished replications are kept. The same command goes on from there.",
        "What is finished is in results/town",
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


def test_kpis_by_name() -> None:
    result = govsim("kpis", "coverage", "backlog", "--lang", "zh")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("coverage: 60 天内覆盖率")
    assert lines[1].startswith("  计入（60 天内）：运行期内登记的诉求")
    assert lines[2] == "  真实口径：发生的问题中被登记的比例。"
    assert [line.split(":")[0] for line in lines if line[0] != " "] == ["coverage", "backlog"]
    wrong = govsim("kpis", "backlogg", "nonsense", "--lang", "en")
    assert wrong.exit_code == 2
    assert wrong.stderr.splitlines() == [
        "backlogg: there is no such KPI; did you mean backlog?",
        "nonsense: there is no such KPI",
    ]


def test_the_lens_wants_results_and_three_weights(tmp_path: Path) -> None:
    result = govsim("lens", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}: This is not a results folder of govsim.\n"


@pytest.mark.parametrize("weights", ["1,1", "1,1,1,1", "many", "", "1,-1,1", "0,0,0", "nan,1,1"])
def test_weights_that_are_none(rooms: Rooms, weights: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "open_run", lambda folder: rooms.results)
    result = govsim("lens", "results/town", f"--weights={weights}")
    assert result.exit_code == 2
    assert result.stderr.startswith("--weights: ")


def test_export_log_wants_results(tmp_path: Path) -> None:
    (tmp_path / "events.parquet").write_text("no Parquet")
    result = govsim("export-log", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}: This is not a results folder of govsim.\n"


def test_export_log_names_its_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govsim.experiments.check_event_log", lambda folder: None)
    result = govsim("export-log", str(tmp_path), "--format", "doc")
    assert result.exit_code == 2
    formats = "csv, xes, ocel, prosimos"
    assert result.stderr == f"--format: 'doc' is not a format we write; use one of {formats}.\n"
    options = get_command(cli.app).commands["export-log"].params
    assert "|".join(FORMATS) in [option.metavar for option in options]


# ---------------------------------------------------------------- help, and what was mistyped


@pytest.mark.parametrize("verb", ["", *get_command(cli.app).commands])
def test_help_is_in_both_languages(verb: str) -> None:
    everything = get_command(cli.app)
    command = everything.commands[verb] if verb else everything
    assert isinstance(command, Verb | Verbs)
    words = [verb] if verb else []
    in_english = " ".join(govsim(*words, "--help", env={"GOVSIM_LANG": "en"}).stdout.split())
    in_chinese = govsim(*words, "--help", env={"GOVSIM_LANG": "zh"}).stdout
    assert re.search(r"\b(Usage|Options|default|required|Show)\b", in_chinese) is None
    texts = [command.help, *(getattr(param, "help", None) for param in command.params)]
    for text in filter(None, texts):
        assert text in in_english
        assert text not in " ".join(in_chinese.split())
        with speaking("zh"):
            assert say(text).replace(" ", "") in "".join(in_chinese.split())
    assert all(len(line) + len(re.findall("[\u2e80-\uffff]", line)) <= 80
               for line in in_chinese.splitlines())  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "english", "chinese"),
    [
        ("run", "SCENARIO is missing.", "缺少 SCENARIO。"),
        ("compare x.yaml", "--policies is missing.", "缺少 --policies。"),
        ("fly", "There is no fly here", "这里没有 fly"),
        ("chose", "There is no chose here; did you mean choose?", "是否应为 choose？"),
        ("run a.yaml --polcy x", "no --polcy here; did you mean --policy?", "是否应为 --policy？"),
        ("run a.yaml --seed", "--seed needs a value.", "--seed 后面要有取值。"),
        ("kpis --lang", "--lang needs a value.", "--lang 后面要有取值。"),
        ("run a.yaml b.yaml", "This was not expected: b.yaml.", "多余的内容：b.yaml。"),
        ("run a.yaml --events=3", "--events takes no value.", "--events 后面不带取值。"),
    ],
)
def test_what_was_mistyped_is_said_in_both_languages(
    rooms: Rooms, typed: str, english: str, chinese: str
) -> None:
    for lang, told in (("en", english), ("zh", chinese)):
        result = govsim(*typed.split(), env={"GOVSIM_LANG": lang})
        assert result.exit_code == 2
        assert result.stdout == ""
        assert told in result.stderr


def test_help_listens_to_the_option() -> None:
    for words in (["--lang", "zh"], ["--lang=zh"]):
        assert govsim("run", *words, "--help", env={"GOVSIM_LANG": "en"}).stdout.startswith("用法")
    assert govsim("run", "--lang", "zz", "-h", env={"GOVSIM_LANG": "en"}).stdout.startswith("Usage")
    nothing, asked = (govsim(*words, env={"GOVSIM_LANG": "zh"}) for words in ((), ("-h",)))
    assert nothing.stdout == asked.stdout


# ---------------------------------------------------------------- docs/cli.md

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {
    lang: (DOCS / name).read_text("utf-8")
    for lang, name in (("en", "cli.md"), ("zh", "cli.zh-CN.md"))
}
ROW = re.compile(r"^\| `(?:-h`, `)?(--[\w-]+)(?: ([^`]+))?` \| (.*?) \| .*\|$", re.M)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_page_names_every_verb(page: str) -> None:
    named = re.findall(r"^## govsim ([\w-]+)$", page, re.M)
    assert named == list(get_command(cli.app).commands)


@pytest.mark.parametrize("lang", PAGES)
@pytest.mark.parametrize("verb", get_command(cli.app).commands)
def test_the_page_says_of_a_verb_what_its_help_says(verb: str, lang: str) -> None:
    command = get_command(cli.app).commands[verb]
    section = PAGES[lang].split(f"## govsim {verb}\n")[1].split("\n## ")[0]
    told = {row[0]: (row[1].replace("\\|", "|"), row[2]) for row in ROW.findall(section)}
    with speaking(lang):
        assert say(command.help) in section
        meant = {
            (p.secondary_opts or p.opts)[-1]: ("" if p.is_flag else p.metavar or "", say(p.help))
            for p in command.params
            if p.param_type_name == "option"
        }
    assert told == meant


def test_both_pages_show_the_same_commands() -> None:
    shown = [re.findall(r"^```\w*\n(.*?)^```", page, re.M | re.S) for page in PAGES.values()]
    assert shown[0] == shown[1]
    assert shown[0]


# ---------------------------------------------------------------- real processes

COMMAND = [sys.executable, "-c", "from govsim.cli import main; main()"]
TOWN = Path(__file__).parents[1] / "scenarios" / "small_town.yaml"


def start(*arguments: str, **how: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "GOVSIM_LANG": "en", **how.pop("env", {})}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*COMMAND, *arguments], env=environment, **{**pipes, **how})


posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


@posix
@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_ends_a_run_cleanly(tmp_path: Path, name: str, times: int) -> None:
    run = start(
        "run", str(TOWN), "--replications", "200", "--set", "horizon=7 d",
        "--workers", "2", "--out", "out", cwd=tmp_path,
    )  # fmt: skip
    assert run.stderr is not None
    first = next(line for line in run.stderr if "of 200" in line)  # not: compiling ...
    for _ in range(times):
        run.send_signal(getattr(signal, name))
        time.sleep(0.1)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130, first + told
    assert "Traceback" not in told
    assert re.search(
        r"Interrupted; \d+ finished .* are kept. The same command goes on from there.\nWhat is",
        told,
    )
    kept = open_results(tmp_path / "out")
    assert 20 <= kept.replications < 200
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "kpis.parquet", "series.parquet", "delays.parquet", "manifest.json",
        "scenario.resolved.yaml", ".partial",
    }  # fmt: skip


@posix
@pytest.mark.parametrize("delay", [0.4, 0.9])
def test_ctrl_c_before_anything_is_done(tmp_path: Path, delay: float) -> None:
    ready = "import time; import govsim.cli as c; print(1, flush=True); c.main()"
    run = subprocess.Popen(
        [sys.executable, "-c", ready, "run", str(TOWN)],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "GOVSIM_LANG": "en"},
    )  # fmt: skip
    assert run.stdout is not None
    run.stdout.readline()
    time.sleep(delay)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=60)
    assert run.returncode == 130
    assert told == "" or told.startswith("Interrupted")  # nothing if it struck during imports
    assert len(told.splitlines()) <= 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@posix
def test_a_reader_that_leaves_is_no_fault() -> None:
    listing = start("show", str(TOWN))
    assert listing.stdout is not None
    listing.stdout.close()
    assert listing.stderr is not None
    assert (listing.stderr.read(), listing.wait(timeout=60)) == ("", 0)


@posix
@pytest.mark.parametrize("closed", ["2>&-", "2>&1 | true"])
def test_a_run_goes_on_when_nobody_reads_its_progress(tmp_path: Path, closed: str) -> None:
    settings = ["--replications", "1", "--set", "horizon=7 d", "--out", "out"]
    words = shlex.join([*COMMAND, "run", str(TOWN), *settings])
    subprocess.run(f"{words} {closed}", shell=True, cwd=tmp_path, capture_output=True, check=True)
    assert open_results(tmp_path / "out").complete


def test_a_terminal_without_chinese_gets_question_marks() -> None:
    listing = start("kpis", "--lang", "zh", env={"PYTHONIOENCODING": "latin-1"})
    shown, told = listing.communicate(timeout=60)
    assert (listing.returncode, told) == (0, "")
    assert shown.startswith("registered: ????")


def test_version() -> None:
    assert govsim("-h").stdout == govsim("--help").stdout
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
