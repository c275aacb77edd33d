"""What is shown while a verb works, and the tables it ends with."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from govsim.cli.app import complain
from govsim.language import say

if TYPE_CHECKING:
    from govsim.decisions.arms import Step
    from govsim.experiments.sweeping import News
    from govsim.report.summary import Table


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, float], None]]:
    """A way to tell progress: a bar on a terminal, else a plain line now and then."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _PlainProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress("{task.description}", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)

        def tell(done: int, total: int, share: float) -> None:
            text = say("{done} of {total} replications", done=done, total=total)
            bar.update(task, completed=share, description=text)

        yield tell


class _PlainProgress:
    """A line on stderr after each tenth of the replications."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, done: int, total: int, share: float) -> None:
        tenths = 10 * done // total
        if tenths > self._told:
            self._told = tenths
            complain(say("{done} of {total} replications", done=done, total=total))


@contextmanager
def sweep_bar() -> Iterator[Callable[["News"], None]]:
    """A way to tell how far a sweep is, with its rate and the time left."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _PlainNews()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress("{task.description}", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)
        pace = _Pace()

        def tell(news: "News") -> None:
            bar.update(task, total=news.tasks, completed=news.done, description=pace.text(news))

        yield tell


class _Pace:
    """How many replications a second are done, since the first look."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def text(self, news: "News") -> str:
        """How far it is, in words."""
        now = time.monotonic()
        if self._first is None:
            self._first = (now, news.done)
        began, done = self._first
        rate = (news.done - done) / max(now - began, 1e-9) if news.done > done else 0.0
        text = say(
            "{done} of {total} replications, {rate} a second",
            done=f"{news.done:,}",
            total=f"{news.tasks:,}",
            rate=f"{rate:,.1f}",
        )
        return text + (say(", {failed} failed", failed=f"{news.failed:,}") if news.failed else "")


class _PlainNews:
    """A line on stderr every half a minute, and at the end."""

    EVERY = 30.0

    def __init__(self) -> None:
        self._pace = _Pace()
        self._told = time.monotonic()

    def __call__(self, news: "News") -> None:
        text = self._pace.text(news)
        if news.done == news.tasks or time.monotonic() - self._told > self.EVERY:
            self._told = time.monotonic()
            complain(text)


@contextmanager
def decision_bar() -> Iterator[Callable[["Step"], None]]:
    """A way to tell how far a decision is; how much it takes in all is found on the way."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _PlainSteps()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress("{task.description}", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)

        def tell(step: "Step") -> None:
            bar.update(task, total=step.expected, completed=step.done, description=_step(step))

        yield tell


def _step(step: "Step") -> str:
    text = say("{done} of about {total} replications", done=step.done, total=step.expected)
    return f"{step.doing}: {text}" if step.doing else text


class _PlainSteps:
    """A line on stderr whenever something else is done, and every half a minute."""

    EVERY = 30.0

    def __init__(self) -> None:
        self._told, self._doing = time.monotonic(), ""

    def __call__(self, step: "Step") -> None:
        if step.doing != self._doing or time.monotonic() - self._told > self.EVERY:
            self._told, self._doing = time.monotonic(), step.doing
            complain(_step(step))


def show_table(table: "Table") -> None:
    """A table on the screen; never cut where nobody sees it."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column("")
    for heading in table.columns:
        grid.add_column(Text(heading), justify="right", no_wrap=True)
    for line in table.lines:
        grid.add_row(Text(line.label), *map(Text, line.cells))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)  # never cut a number in a file
    console.print(grid)
