"""Compiling with numba: one way to do it, and a cache that is never stale.

Numba recognises a changed function by its own file only; edit a function that it calls, in another
file, and the old machine code answers, silently. So our machine code lies in a folder named by a
hash of everything that is compiled, and a change of any of it begins an empty folder. Writing a
cache from several processes at once can crash numba (its issue 4807): ``compile_once`` lets one
process compile while the others wait. And numba runs whatever lies in a cache: nothing is read that
another user could have put there (``is_private``).
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba
from numba import types
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    UserProvidedCacheLocator,
)
from numba.extending import overload, register_jitable

from govsim.linking import Entry, Part

if sys.platform != "win32":
    import fcntl

ROOMS = (
    "model",
    "outcomes",
    "engines/compiled",
    "compiling.py",
    "linking.py",
)  # what ends up as machine code
KEPT_FOR = 30 * 86_400  # seconds that the machine code of another version is kept unused
HANDED_ON = "GOVSIM_COMPILED"  # in the environment: a process's own folder, for those it starts

# error_model: a division by zero gives inf or nan as in C instead of a check at each division.
#   The rules never divide by zero; the agents, plain Python, would raise.
# nogil: replications run side by side in threads.
# Never fastmath (it would reorder sums), never parallel (the order of events is the model).
_EVERYWHERE: Any = {"error_model": "numpy", "nogil": True}

_PART: Any = _EVERYWHERE | {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "pipeline_class": Part,
}


def entry(function: Any) -> Any:
    """A compiled function that Python calls; its machine code is kept on disk."""
    made = numba.njit(pipeline_class=Entry, **_EVERYWHERE)(function)
    if not numba.config.DISABLE_JIT and (place := folder()):
        with _numba_keeps_in(place), suppress(RuntimeError):  # it cannot write there after all
            made._cache = Kept(function)
    return made


def part(function: Any) -> Any:
    """A compiled function that only compiled functions call: kept within its entry's code.

    Nothing is made of it that Python could call, which saves two thirds of the compiling.
    """
    return _once(numba.njit(**_PART)(function))


def small(function: Any) -> Any:
    """A ``part`` of a line or two, put into its callers' code each time."""
    return _once(numba.njit(forceinline=True, **_PART)(function))


def _once(function: Any) -> Any:
    """Let a function be compiled once for whole numbers of any kind, not once for each kind.

    Numba would make another copy for every literal, enum and width among the arguments: five times
    the compiling. Without this the result is the same.
    """
    if numba.config.DISABLE_JIT:
        return function
    resolve = function.get_call_template

    def resolve_widened(arguments: Any, names: Any) -> Any:
        return resolve(tuple(map(_widened, arguments)), names)

    function.get_call_template = resolve_widened
    return function


def _widened(kind: Any) -> Any:
    if isinstance(kind, types.IntEnumMember):
        return types.int64
    if isinstance(kind, types.Integer) and (kind.signed or kind.bitwidth < 64):
        return types.int64
    return types.boolean if isinstance(kind, types.BooleanLiteral) else kind


def allow(rules: ModuleType) -> None:
    """Let compiled functions call the plain functions of a module, which stay plain for Python."""
    for function in list(vars(rules).values()):
        if isinstance(function, FunctionType) and function.__module__ == rules.__name__:
            register_jitable(**_PART)(function)


def in_place_of(rule: Any) -> Callable[[Any], Any]:
    """Let compiled functions call this one where they name a plain one that gives the same."""

    def decorate(function: Any) -> Any:
        overload(rule, jit_options=_PART, strict=False)(lambda *_: function)
        return function

    return decorate


# ---------------------------------------------------------------- the cache


@cache
def folder() -> Path | None:
    """Where our machine code lies: the usual place, else one of this run. None: in memory only.

    A process that is started by one with a place of its own uses that, instead of compiling again.
    """
    name = f"compiled-{_digest()[:16]}"
    handed_on = Path(os.environ.get(HANDED_ON, ""))
    if handed_on.is_absolute() and handed_on.is_dir() and _can_use(handed_on / name):
        return handed_on / name
    usual = usual_place() / name
    if _can_use(usual):
        _forget_old(usual.parent, usual)
        return usual
    return _place_of_this_run(name)


def usual_place() -> Path:
    """NUMBA_CACHE_DIR if set, else the user's cache; begins with ~ if nobody knows a home."""
    if numba.config.CACHE_DIR:
        return Path(numba.config.CACHE_DIR).absolute() / "govsim"
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache) / "govsim"


def is_kept() -> bool:
    """Whether the next run finds the machine code of this one."""
    place = folder()
    return place is not None and place.parent == usual_place()


def _place_of_this_run(name: str) -> Path | None:
    """A new folder, whose name nobody can know beforehand; it goes when this process ends."""
    try:
        base = Path(tempfile.mkdtemp(prefix="govsim-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    if not _can_use(base / name):
        return None
    os.environ[HANDED_ON] = str(base)
    return base / name


def _can_use(place: Path) -> bool:
    """Make the folder if it is not there yet, closed to others; whether it is safe to use."""
    if not place.is_absolute():
        return False
    try:
        for missing in reversed([p for p in (place, *place.parents) if not p.exists()]):
            missing.mkdir(0o700, exist_ok=True)
        os.utime(place)
    except OSError:
        return False
    return os.access(place, os.W_OK) and is_private(place)


def _digest() -> str:
    """Hash of every source that ends up as machine code."""
    root = Path(__file__).parent
    config = numba.config
    digest = sha256(f"{numba.__version__} {config.BOUNDSCHECK} {config.OPT}".encode())
    for room in ROOMS:
        place = root / room
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            digest.update(str(file.relative_to(root)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _forget_old(base: Path, ours: Path) -> None:
    for other in base.glob("compiled-*"):
        with suppress(OSError):
            if other != ours and time.time() - other.stat().st_mtime > KEPT_FOR:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _numba_keeps_in(place: Path) -> Iterator[None]:
    """Numba takes the folder when a function is decorated; other packages keep theirs."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(place)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def is_compiled(name: str) -> bool:
    """Whether the machine code of that name lies in the cache."""
    if numba.config.DISABLE_JIT:
        return True
    place = folder()
    return place is not None and (place / f"{name}.done").exists()


def compile_once(name: str, compile_it: Callable[[], None]) -> None:
    """Compile, or load what was compiled; one process at a time while nothing is there yet."""
    if is_compiled(name) or (place := folder()) is None:
        compile_it()
        return
    with _alone(place):
        compile_it()
        with suppress(OSError):
            (place / f"{name}.done").touch()


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    try:
        file = (place / "lock").open("a")
    except OSError:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# ---------------------------------------------------------------- whose it is


def is_private(path: Path) -> bool:
    """Whether what lies at a path is this user's, and nobody else but root can have put it there.

    Who may write a folder may put something else in the place of whatever is in it. So the whole
    way is looked at, from the root: every folder and link must be this user's or root's, and no
    folder writable by others, unless it is sticky, where each may move only what is his own.
    Beneath a folder that lets nobody else in, it does not matter what others might do.
    """
    if sys.platform == "win32":
        return True  # no uids there; a user's own folders are closed to others from the start
    me, closed = os.geteuid(), False
    try:
        path.stat()  # raises if links run in a ring
        for place in _way(path.absolute()):
            facts = place.lstat()
            if facts.st_uid not in (me, 0):
                return False
            if stat.S_ISLNK(facts.st_mode):
                continue
            if place.name in ("", ".."):
                closed = False
            closed = closed or (facts.st_uid == me and not facts.st_mode & 0o077)
            open_to_others = bool(facts.st_mode & 0o022) and not closed
            if open_to_others and not facts.st_mode & stat.S_ISVTX:
                return False
    except OSError:
        return False
    return facts.st_uid == me and not open_to_others


def _way(path: Path) -> Iterator[Path]:
    """Every place that one comes through from the root, links and the ways they lead included."""
    for place in (*reversed(path.parents), path):
        yield place
        if place.is_symlink():
            yield from _way(place.parent / place.readlink())


class OwnFiles(IndexDataCacheFile):  # type: ignore[misc]
    """The files of a cache. Numba unpickles them, which runs what they say: only if they are ours.

    Asked at each reading: whoever cleans up temporary folders may have taken ours away meanwhile.
    """

    def _load_index(self) -> Any:
        return super()._load_index() if is_private(Path(self._index_path)) else {}

    def _load_data(self, name: str) -> Any:
        return super()._load_data(name) if is_private(Path(self._data_path(name))) else None


class OnlyInOurFolder(CompileResultCacheImpl):  # type: ignore[misc]
    """Elsewhere, beside the sources, numba's cache would be stale."""

    _locator_classes = (UserProvidedCacheLocator,)


class Kept(FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function, in our folder or nowhere."""

    _impl_class = OnlyInOurFolder

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self._cache_file = OwnFiles(
            self.cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp()
        )
