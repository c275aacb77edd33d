"""The cache of machine code: never stale, nobody else's, safe for several processes."""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

import govsim
from govsim.compiling import entry, is_private, part, small
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

    def told():
        make_ready()
        return ask(40), len(ask.stats.cache_hits)
""")
ASK = """
from govsim.outcomes import an_entry
print(*an_entry.told())
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


def start(source: Path, script: str = ASK, **more: str) -> subprocess.Popen[str]:
    cache = str(source.parent / "cache")
    environment = {
        **os.environ, "PYTHONPATH": str(source), "NUMBA_CACHE_DIR": cache,
        "NUMBA_DISABLE_JIT": "0", "PYTHONDONTWRITEBYTECODE": "1", **more,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", script], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, umask=0o002,  # as many systems have it
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


# ---------------------------------------------------------------- whose it is

SOMEBODY = 54_321  # another user
posix = pytest.mark.skipif(os.name != "posix", reason="there are no uids")
root = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root gives files to others"
)


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder of ours that all others can come to; pytest's are closed."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def give_away(*places: Path) -> None:
    for place in places:
        os.chown(place, SOMEBODY, SOMEBODY, follow_symlinks=False)


class Payload:
    """Unpickling it makes a file."""

    def __init__(self, marker: Path) -> None:
        self._marker = str(marker)

    def __reduce__(self) -> Any:
        return open, (self._marker, "w")


class Trap(NamedTuple):
    """A cache with an index that another user might have put there."""

    cache: Path
    folder: Path  # in the cache, of this version
    beside: Path

    def give_away(self) -> None:
        give_away(self.folder, *self.folder.rglob("*"))


@pytest.fixture
def trap(package: Path, reachable: Path) -> Trap:
    """Everything in it is ours as yet, and others may come there but write nothing."""
    cache = reachable / "cache"
    assert answer(start(package, NUMBA_CACHE_DIR=str(cache))) == [41, 0]
    (folder,) = (cache / "govsim").glob("compiled-*")
    (index,) = folder.rglob("*.ask-*.nbi")
    index.write_bytes(pickle.dumps(Payload(reachable / "it ran")))
    for place in (cache, cache / "govsim", folder, index.parent):
        place.chmod(0o755)
    index.chmod(0o644)
    return Trap(cache, folder, reachable)


def in_the_temporary_folder(trap: Trap) -> None:
    """Under the name that govsim once gave to what it could not put elsewhere."""
    ours = trap.beside / f"govsim-{os.getuid()}"
    ours.mkdir()
    trap.folder.rename(ours / trap.folder.name)
    shutil.rmtree(trap.cache)
    trap.cache.touch()  # a file, in which nobody can make folders
    if os.geteuid() == 0:
        give_away(ours, *ours.rglob("*"))


def open_to_a_group(trap: Trap) -> None:
    trap.folder.chmod(0o775)


def open_to_all_though_sticky(trap: Trap) -> None:
    trap.folder.chmod(0o1777)


def below_a_folder_open_to_all(trap: Trap) -> None:
    trap.cache.chmod(0o777)


def of_another(trap: Trap) -> None:
    trap.give_away()


def with_an_index_of_another(trap: Trap) -> None:
    give_away(*trap.folder.rglob("*.nbi"))


def below_a_folder_of_another(trap: Trap) -> None:
    give_away(trap.cache)


def behind_a_link_of_another(trap: Trap) -> None:
    trap.cache.rename(trap.beside / "really")
    trap.cache.symlink_to("really")
    give_away(trap.cache)


def behind_a_link_to_another(trap: Trap) -> None:
    trap.folder.rename(trap.beside / "theirs")
    trap.folder.symlink_to(trap.beside / "theirs")
    trap.give_away()
    give_away(trap.beside / "theirs")


OPEN_TO_OTHERS = [
    in_the_temporary_folder,
    open_to_a_group,
    open_to_all_though_sticky,
    below_a_folder_open_to_all,
    *[
        pytest.param(of_others, marks=root)
        for of_others in (
            of_another,
            with_an_index_of_another,
            below_a_folder_of_another,
            behind_a_link_of_another,
            behind_a_link_to_another,
        )
    ],
]


def ask_in(trap: Trap, package: Path) -> list[int]:
    places = {"TMPDIR": str(trap.beside), "NUMBA_CACHE_DIR": str(trap.cache)}
    return answer(start(package, **places))


@posix
@pytest.mark.parametrize("lay", OPEN_TO_OTHERS)
def test_nothing_is_read_that_another_user_could_have_put_there(
    package: Path, trap: Trap, lay: Callable[[Trap], None]
) -> None:
    lay(trap)
    assert ask_in(trap, package) == [41, 0]
    assert not (trap.beside / "it ran").exists()


@posix
def test_what_is_ours_is_read(package: Path, trap: Trap) -> None:
    """Or the test above would show nothing."""
    assert ask_in(trap, package) == [41, 0]
    assert (trap.beside / "it ran").exists()


@posix
@pytest.mark.parametrize(
    ("modes", "private"),
    [
        ((0o755, 0o700), True),
        ((0o755, 0o755), True),
        ((0o755, 0o775), False),
        ((0o755, 0o1777), False),
        ((0o775, 0o700), False),
        ((0o1777, 0o700), True),
        ((0o700, 0o777), True),  # nobody else comes there
    ],
)
def test_a_folder_is_private_if_nobody_else_can_change_the_way_to_it(
    reachable: Path, modes: tuple[int, int], private: bool
) -> None:
    above = reachable / "above"
    place = above / "place"
    place.mkdir(parents=True)
    above.chmod(modes[0])
    place.chmod(modes[1])
    (reachable / "link").symlink_to("above/../above")
    assert is_private(place) == private
    assert is_private(reachable / "link" / "place") == private


@posix
def test_a_closed_folder_on_the_way_to_an_open_one_closes_nothing(reachable: Path) -> None:
    (reachable / "open").mkdir()
    (reachable / "open").chmod(0o777)
    (reachable / "closed").mkdir(0o700)
    (reachable / "closed" / "link").symlink_to("../open")
    assert not is_private(reachable / "closed" / "link")
    assert not is_private(reachable / "closed" / ".." / "open")


@posix
def test_what_is_not_there_is_nobodys(reachable: Path) -> None:
    (reachable / "ring").symlink_to("ring")
    assert not is_private(reachable / "ring")
    assert not is_private(reachable / "nothing")


# ---------------------------------------------------------------- where it lies

WITH_A_WORKER = """
from multiprocessing import get_context
from govsim.compiling import folder
from govsim.outcomes import an_entry
if __name__ == "__main__":
    print(*an_entry.told())
    with get_context("spawn").Pool(1) as workers:
        print(*workers.apply(an_entry.told), int(workers.apply(folder) == folder()))
"""
NOBODY_KNOWS = """
import pwd
def getpwuid(_):
    raise KeyError
pwd.getpwuid = getpwuid
"""


@posix
def test_the_users_cache_is_the_usual_place_and_closed_to_others(
    package: Path, reachable: Path
) -> None:
    home = {"NUMBA_CACHE_DIR": "", "XDG_CACHE_HOME": "", "HOME": str(reachable)}
    assert answer(start(package, **home)) == [41, 0]
    assert answer(start(package, **home)) == [41, 1]
    assert {p.name for p in reachable.iterdir()} == {".cache"}
    (ours,) = (reachable / ".cache" / "govsim").iterdir()
    assert [p.stat().st_mode & 0o777 for p in (ours, *ours.parents[:2])] == [0o700] * 3


@posix
@pytest.mark.parametrize("home", ["HOME", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME"])
def test_a_cache_that_cannot_be_written_is_no_obstacle(
    package: Path, reachable: Path, home: str
) -> None:
    (reachable / "file").touch()
    places = {"NUMBA_CACHE_DIR": "", "XDG_CACHE_HOME": "", "TMPDIR": str(reachable)}
    places[home] = str(reachable / "file")
    for _ in range(2):
        assert answer(start(package, WITH_A_WORKER, **places)) == [41, 0, 41, 1, 1]
    assert [p.name for p in reachable.iterdir()] == ["file"]  # nothing is left behind


@posix
def test_without_a_home_or_a_name_it_runs(package: Path, reachable: Path) -> None:
    places = {"NUMBA_CACHE_DIR": "", "XDG_CACHE_HOME": "", "TMPDIR": str(reachable)}
    process = start(package, "import os; del os.environ['HOME']" + NOBODY_KNOWS + ASK, **places)
    assert answer(process) == [41, 0]
    assert not list(reachable.iterdir())


@posix
def test_without_any_place_machine_code_stays_in_memory(package: Path, reachable: Path) -> None:
    file = str(reachable / "file")
    Path(file).touch()
    nowhere = f"import tempfile\ntempfile.tempdir = {file!r}\n"
    process = start(package, nowhere + ASK * 2, NUMBA_CACHE_DIR=file)
    assert answer(process) == [41, 0] * 2


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
