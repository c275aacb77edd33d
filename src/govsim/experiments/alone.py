"""Alone with a folder, and undisturbed for a moment: what keeps results whole."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from govsim.errors import Finding, InputError
from govsim.language import say

if sys.platform != "win32":
    import fcntl

LOCK = ".running"
INTERRUPTIONS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder, made if need be. However this process ends, the system lets go of it.

    Raises:
        InputError: another run holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / LOCK
    with lock.open("a") as file:
        if not _locked(file, lock):
            message = say(
                "Another run is writing here. Wait until it ends, or give --out another folder."
            )
            raise InputError([Finding(str(folder), "", message)])
        try:
            yield
        finally:
            with suppress(OSError):
                lock.unlink(missing_ok=True)


def _locked(file: IO[str], path: Path) -> bool:
    """Whether the file is ours. A lock that its last holder has just deleted does not count."""
    if sys.platform == "win32":
        return True  # there, files in use cannot be replaced: the second run fails, less politely
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


@contextmanager
def undisturbed() -> Iterator[None]:
    """Not to be interrupted for a moment: Ctrl-C and requests to end are not heard."""
    with _handling(lambda heard: signal.SIG_IGN):
        yield


@contextmanager
def when_it_suits() -> Iterator[Callable[[], None]]:
    """Ctrl-C is noted and never strikes in the midst of something (a lock half taken, say).

    What is yielded raises KeyboardInterrupt if somebody has asked for it.
    """
    asked: list[int] = []

    def note(number: int, _: object) -> None:
        asked.append(number)

    def strike() -> None:
        if asked:
            raise KeyboardInterrupt

    with _handling(lambda heard: note if heard is signal.default_int_handler else heard):
        yield strike


@contextmanager
def _handling(other: Callable[[Any], Any]) -> Iterator[None]:
    """Other handlers for what may interrupt us; only the main thread can set, and hears, them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in INTERRUPTIONS if hasattr(signal, name)]
    heard = {number: signal.getsignal(number) for number in numbers}
    try:
        for number, handler in heard.items():
            signal.signal(number, other(handler))
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
