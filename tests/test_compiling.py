"""The cache of machine code: never stale, safe for several processes, out of the way."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

import govsim
from govsim.compiling import entry, part, small
from govsim.linking import Lowered

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


# ---------------------------------------------------------------- parts and entries


@small
def _next_one(values, place):  # type: ignore[no-untyped-def]
    return values[place + 1]


@part
def _both(values, place):  # type: ignore[no-untyped-def]
    return values[place] * 100 + _next_one(values, place)


@part
def _found(values, wanted):  # type: ignore[no-untyped-def]
    return _both(values, np.searchsorted(values, wanted))


def _twice(values, wanted):  # type: ignore[no-untyped-def]
    return _found(values, wanted) + _both(values, 0)


VALUES = np.array([3, 5, 8, 13])
interpreted = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


@pytest.mark.parametrize("compiled", [entry(_twice), numba.njit(_twice)], ids=["entry", "numba"])
def test_parts_answer_an_entry_and_whatever_numba_compiles_as_usual(compiled: Any) -> None:
    assert compiled(VALUES, 8) == 813 + 305


@interpreted
def test_no_machine_code_is_made_of_a_part_alone() -> None:
    ask = entry(_twice)
    assert ask(VALUES, 5) == 508 + 305
    for function in (_next_one, _both, _found):
        for made in function.overloads.values():
            assert isinstance(made.library, Lowered)
            assert not made.library._compiled
    (made,) = ask.overloads.values()
    functions = [f.name for f in made.library.get_defined_functions()]
    assert not [name for name in functions if "_next_one" in name]  # it is within its callers


BEYOND = """
import numpy as np
import test_compiling as of
try:
    of.entry(of._twice)(of.VALUES, 13)
except IndexError:
    print("noticed")
"""


@interpreted
def test_a_part_that_reads_beyond_an_array_is_noticed_when_asked_to(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", BEYOND], env=environment, text=True, capture_output=True,
        cwd=Path(__file__).parent,
    )  # fmt: skip
    assert told.stdout.split() == ["noticed"], told.stderr
