"""Compiling with numba: one way to do it, and a cache that is never stale.

Numba recognises a changed function by its own file only; edit a function that it calls, in another
file, and the old machine code answers, silently. So our machine code lies in a folder named by a
hash of everything that is compiled, and a change of any of it begins an empty folder. Writing a
cache from several processes at once can crash numba (its issue 4807): ``compile_once`` lets one
process compile while the others wait.
"""

import os
import shutil
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
    with _our_cache():
        return numba.njit(cache=True, pipeline_class=Entry, **_EVERYWHERE)(function)


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
def folder() -> Path:
    """Where our machine code lies: NUMBA_CACHE_DIR if set, else the user's cache."""
    base = Path(numba.config.CACHE_DIR or _user_cache()) / "govsim"
    ours = base / f"compiled-{_digest()[:16]}"
    try:
        ours.mkdir(parents=True, exist_ok=True)
        os.utime(ours)
    except OSError:  # a read-only home: compile anew in each session
        return Path(tempfile.gettempdir()) / f"govsim-{os.getuid()}" / ours.name
    _forget_old(base, ours)
    return ours


def _user_cache() -> str:
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA", tempfile.gettempdir())
    return os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")


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
def _our_cache() -> Iterator[None]:
    """Numba takes the folder when a function is decorated; other packages keep theirs."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder())
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def is_compiled(name: str) -> bool:
    """Whether the machine code of that name lies in the cache."""
    return bool(numba.config.DISABLE_JIT) or (folder() / f"{name}.done").exists()


def compile_once(name: str, compile_it: Callable[[], None]) -> None:
    """Compile, or load what was compiled; one process at a time while nothing is there yet."""
    if is_compiled(name):
        compile_it()
        return
    with _alone():
        compile_it()
        with suppress(OSError):
            (folder() / f"{name}.done").touch()


@contextmanager
def _alone() -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    try:
        file = (folder() / "lock").open("a")
    except OSError:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
