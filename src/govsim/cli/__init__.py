"""The command line: verbs only. Exit codes: 0 done, 1 our fault, 2 the input is wrong,
130 interrupted.

Nothing heavy is imported before a verb needs it, so that ``govsim --help`` answers at once.
"""

import _thread
import signal
import sys
import threading
from io import TextIOWrapper

from govsim.cli.app import app
from govsim.experiments.alone import INTERRUPTIONS

# They add their verbs, in the order of the help.
# isort: off
from govsim.cli import experiments  # noqa: F401
from govsim.cli import choosing  # noqa: F401
from govsim.cli import staff  # noqa: F401
from govsim.cli import spending  # noqa: F401
from govsim.cli import sensitivity  # noqa: F401
from govsim.cli import discover  # noqa: F401
from govsim.cli import forecast  # noqa: F401
from govsim.cli import report  # noqa: F401
from govsim.cli import scenarios  # noqa: F401
# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """The entry point of the ``govsim`` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows "?"
    _end_as_by_ctrl_c()
    sys.unraisablehook = _heard_in_a_callback
    try:
        app(prog_name="govsim")
    finally:
        for name in INTERRUPTIONS:  # we are leaving; Ctrl-C is no help now
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)


def _end_as_by_ctrl_c() -> None:
    """Who ends us otherwise, a batch system or a closed window, finds what is finished, too."""
    for name in INTERRUPTIONS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup stays nohup
            signal.signal(number, signal.default_int_handler)


def _heard_in_a_callback(failure: "sys.UnraisableHookArgs") -> None:
    """Python drops a Ctrl-C that falls into a clean-up of its own: press it once more."""
    if issubclass(failure.exc_type, KeyboardInterrupt):
        threading.Timer(0.01, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(failure)
