"""The cache of machine code: never stale, safe for several processes, out of the way."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import govsim

PACKAGE = Path(govsim.__file__).parent

RULE = "def answer(x):\n    return x + {number}\n"
ENTRY = textwrap.dedent("""
    from govsim.compiling import allow, compile_once, entry, part
    from govsim.model import a_rule

    allow(a_rule)

    @part
    def between(x):
        return a_rule.answer(x)

    @entry
    def ask(x):
        return between(x)

    def make_ready():
        compile_once("ask", lambda: ask(1))
""")
ASK = """
from govsim.outcomes import an_entry
an_entry.make_ready()
print(an_entry.ask(40), len(an_entry.ask.stats.cache_hits))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of govsim with one more rule, and one more compiled function that calls it."""
    shutil.copytree(
        PACKAGE, tmp_path / "src" / "govsim", ignore=shutil.ignore_patterns("__pycache__")
    )
    set_rule(tmp_path / "src", 1)
    (tmp_path / "src" / "govsim" / "outcomes" / "an_entry.py").write_text(ENTRY)
    return tmp_path / "src"


def set_rule(source: Path, number: int) -> None:
    (source / "govsim" / "model" / "a_rule.py").write_text(RULE.format(number=number))


def start(source: Path, **more: str) -> subprocess.Popen[str]:
    cache = str(source.parent / "cache")
    environment = {
        **os.environ, "PYTHONPATH": str(source), "NUMBA_CACHE_DIR": cache,
        "NUMBA_DISABLE_JIT": "0", "PYTHONDONTWRITEBYTECODE": "1", **more,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", ASK], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def answer(process: subprocess.Popen[str]) -> list[int]:
    told, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    return [int(word) for word in told.split()]


def test_a_changed_rule_in_another_file_is_compiled_anew(package: Path) -> None:
    assert answer(start(package)) == [41, 0]
    assert answer(start(package)) == [41, 1]  # from the cache
    set_rule(package, 2)
    assert answer(start(package)) == [42, 0]


def test_machine_code_with_and_without_bounds_checks_lies_apart(package: Path) -> None:
    assert answer(start(package)) == [41, 0]
    assert answer(start(package, NUMBA_BOUNDSCHECK="1")) == [41, 0]


@pytest.mark.slow
def test_several_processes_may_compile_at_once(package: Path) -> None:
    processes = [start(package) for _ in range(6)]
    found = [answer(process) for process in processes]
    assert [number for number, _ in found] == [41] * 6
    assert sum(hits for _, hits in found) == 5  # one compiled, the others waited for it


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_is_no_obstacle(package: Path) -> None:
    cache = package.parent / "cache"
    cache.mkdir()
    cache.chmod(0o500)
    assert answer(start(package))[0] == 41
