"""Alone with a folder, and undisturbed for a moment: what keeps results whole."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

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
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [getattr(signal, name) for name in INTERRUPTIONS if hasattr(signal, name)]
    heard = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
    try:
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
