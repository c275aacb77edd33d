"""What the documents say is so: their code runs, their scenarios load, their links lead somewhere.

In fenced blocks, ``govsim run`` is run with one short replication; after a line
``<!-- long -->`` it is only checked, with the files and values it names. Other commands must name
files that exist.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from typer.testing import CliRunner, Result

from govsim import cli
from govsim.experiments import read_experiment
from govsim.scenario import load

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
ALL_PAGES = sorted({*PAGES, *ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README*.md")})
SHELL = ("sh", "bash", "console")
A_COMMAND = re.compile(r"(\S*/)?(govsim|python3?|pip|pytest|git)\b|scripts/")
LONG = "<!-- long -->"
FENCE = re.compile(r"^(?P<above>[^\n]*\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
HEADING = re.compile(r"^(#+) ", re.M)
ROW = re.compile(r"^\|", re.M)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)[^)]*\)")
PATH = re.compile(r"`((?:docs|scenarios|scripts|experiments|tests|src|benchmarks)/[\w./-]*)`")


CHINESE_PAGES = [page for page in ALL_PAGES if page.name.endswith(".zh-CN.md")]
# Fenced blocks (an example in Python, what a command prints) for which a Chinese page sends its
# reader to the English one, or which it tells in a sentence.
LEFT_TO_THE_ENGLISH_PAGE = {
    "docs/decide/budget.zh-CN.md": 1,
    "docs/decide/discover.zh-CN.md": 1,
    "docs/decide/forecast.zh-CN.md": 2,
    "docs/decide/staff.zh-CN.md": 1,
    "docs/policies/your-own.zh-CN.md": 1,
}


class Shape(NamedTuple):
    """What a page and its translation have in common."""

    headings: list[int]  # the level of each, in order
    rows: int  # of tables
    blocks: int  # fenced


def shape(page: Path) -> Shape:
    text = page.read_text("utf-8")
    prose = FENCE.sub(lambda found: found["above"] or "", text)
    headings = [len(marks) for marks in HEADING.findall(prose)]
    return Shape(headings, len(ROW.findall(prose)), len(FENCE.findall(text)))


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    kind: str
    text: str
    long: bool

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text("utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("text")) + 1
        page = str(path.relative_to(ROOT))
        yield Block(page, line, found["kind"], found["text"], LONG in (found["above"] or ""))


def commands(block: Block) -> Iterator[list[str]]:
    """The commands of a shell block; what a console answers is left out."""
    lines = block.text.replace("\\\n", " ").splitlines()
    if not block.kind:  # what a program prints, or commands
        lines = [line for line in lines if A_COMMAND.match(line)]
    elif block.kind not in SHELL:
        return
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    for line in lines:
        for part in line.split("&&"):
            words = shlex.split(part, comments=True)
            if words:
                yield words


def is_govsim(words: list[str]) -> bool:
    return Path(words[0]).name == "govsim"


BLOCKS = [block for page in PAGES for block in blocks(page)]
PYTHON = [pytest.param(b, id=b.name) for b in BLOCKS if b.kind == "python"]
SCENARIOS = [
    pytest.param(b, id=b.name)
    for b in BLOCKS
    if b.kind in ("yaml", "yml") and re.search(r"^govsim: 1", b.text, re.M)
]
GOVSIM = [
    pytest.param(words, b, id=f"{b.name} {' '.join(words)[:50]}")
    for b in BLOCKS
    for words in commands(b)
    if is_govsim(words)
]
OTHERS = [
    pytest.param(words, id=f"{b.name} {words[0]}")
    for b in BLOCKS
    for words in commands(b)
    if not is_govsim(words)
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to try things in, with what a clone has."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "experiments").mkdir()
    for file in (ROOT / "experiments").glob("*.yaml"):
        (tmp_path / "experiments" / file.name).write_text(little(file.read_text("utf-8")), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVSIM_LANG", "en")
    return tmp_path


def little(experiment: str) -> str:
    """The same experiment, but short."""
    town = re.sub(
        r"^(set:|  tiers\.district\.|  tiers\.\w+\.touch_work).*\n", "", experiment, flags=re.M
    )
    town = town.replace("district.yaml", "small_town.yaml\nset: {horizon: 60 d}")
    return re.sub(r"(replications|samples): \d+", r"\1: 2", town)


def govsim(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words), prog_name="govsim")


def test_there_is_something_to_test() -> None:
    assert PYTHON
    assert SCENARIOS
    assert GOVSIM
    assert {block.kind for block in BLOCKS} <= {"", *SHELL, "python", "yaml", "text", "json"}


@pytest.mark.slow
@pytest.mark.parametrize("block", PYTHON)
def test_python_runs(block: Block, desk: Path) -> None:
    code = re.sub(r"replications=\d+", "replications=1", block.text)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", SCENARIOS)
def test_scenarios_load(block: Block, desk: Path) -> None:
    file = desk / "scenarios" / "from_the_page.yaml"
    file.write_text(block.text, encoding="utf-8")
    keys = set(yaml.safe_load(block.text))
    if "scenario" in keys:
        read_experiment(file)
    elif keys == {"govsim", "policies"}:
        load(desk / "scenarios" / "small_town.yaml", policies=[str(file)])
    else:
        load(file)


@pytest.mark.slow
@pytest.mark.parametrize(("words", "block"), GOVSIM)
def test_commands_work(words: list[str], block: Block, desk: Path) -> None:
    verb, *rest = words[1:] or ["--help"]
    if verb == "run":
        rest = checked_only(rest) if block.long else quick(rest)
        verb = "show" if block.long else "run"
    if verb in ("compare", "forecast"):
        rest = quick(rest)
    if verb == "choose":
        rest = [*quick(rest), "--replications", "80"]
    if verb == "staff":
        rest = [*rest, "--set", "horizon=20 d", "--years", "4", "--workers", "1"]
    if verb == "budget":
        rest = few_tries(quick(rest))
    if verb in ("status", "sensitivity", "discover"):  # of the sweep that the page has made before
        folder = next(word for word in rest if not word.startswith("-"))
        made = govsim("sweep", f"experiments/{Path(folder).name}.yaml", "--out", folder)
        assert made.exit_code == 0, made.stderr
    if verb in ("export-log", "lens", "report"):  # of the run that the page has made before
        folder = next(word for word in rest if not word.startswith("-"))
        made = govsim("run", *quick(["scenarios/small_town.yaml", "--events", "--out", folder]))
        assert made.exit_code == 0, made.stderr
    result = govsim(verb, *rest)
    assert result.exit_code == 0, result.stderr


def quick(words: list[str]) -> list[str]:
    """The same run, but short; the last of two values of an option counts."""
    return [*words, "--replications", "1", "--set", "horizon=10 d", "--workers", "1"]


def few_tries(words: list[str]) -> list[str]:
    """The same question about a budget, with less done to answer it."""
    few = {"--trials": 2, "--replications": 2, "--most": 10, "--fresh": 5}
    return [*words, *(str(word) for option in few.items() for word in option)]


def checked_only(words: list[str]) -> list[str]:
    """What ``show`` needs to know of a run."""
    kept, rest = [], iter(words)
    for word in rest:
        if word in ("--policy", "--set", "--lang"):
            kept += [word, next(rest)]
        elif not word.startswith("-"):
            kept.append(word)
        elif word not in ("--events", "--against-baseline", "--no-checks"):
            next(rest)
    return kept


@pytest.mark.parametrize("words", OTHERS)
def test_other_commands_name_what_exists(words: list[str]) -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    named = [word for word in words if word.split("/")[0] in folders and "/" in word]
    assert [word for word in named if not (ROOT / word).exists()] == []


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    links = [page.parent / target for target in LINK.findall(text)]
    links += [ROOT / target for target in PATH.findall(text)]
    assert [str(link.relative_to(ROOT)) for link in links if not link.exists()] == []


@pytest.mark.parametrize("page", CHINESE_PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_both_languages_have_the_same_headings_tables_and_blocks(page: Path) -> None:
    english = shape(page.with_name(page.name.replace(".zh-CN", "")))
    left_out = LEFT_TO_THE_ENGLISH_PAGE.get(str(page.relative_to(ROOT)), 0)
    assert shape(page) == english._replace(blocks=english.blocks - left_out)


def test_the_model_is_told_in_both_languages() -> None:
    assert ROOT / "docs" / "model.zh-CN.md" in CHINESE_PAGES
    english, chinese = (
        [set(re.findall(r"`[^`\n]+`", row)) for row in text.splitlines() if row.startswith("|")]
        for page in ("model.md", "model.zh-CN.md")
        for text in [(ROOT / "docs" / page).read_text("utf-8")]
    )
    assert chinese == english  # keys, files and loops stand in the same rows


def test_both_readmes_say_the_same_in_code() -> None:
    english, chinese = (
        [
            b.text if b.kind else [[w for w in c if w not in ("--lang", "zh")] for c in commands(b)]
            for b in BLOCKS
            if b.page == page and b.kind != "text"
        ]
        for page in ("README.md", "README.zh-CN.md")
    )
    assert english == chinese


def test_both_readmes_have_the_same_sections_and_links() -> None:
    english, chinese = (
        (re.findall(r"^#+ ", text, re.M), sorted(LINK.findall(text)), sorted(PATH.findall(text)))
        for page in ("README.md", "README.zh-CN.md")
        for text in [(ROOT / page).read_text("utf-8").replace(".zh-CN", "")]
    )
    assert len(english[0]) == len(chinese[0])
    assert [re.sub(r"\.(en|zh)\.", ".", link) for link in english[1]] == [
        re.sub(r"\.(en|zh)\.", ".", link) for link in chinese[1]
    ]
    assert english[2] == chinese[2]
