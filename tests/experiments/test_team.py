"""A team of processes: what it does when one of them dies."""

import multiprocessing.spawn as spawning
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from govsim.experiments.team import Fate, Flag, Team

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals and /bin/false")
LARGE = "x" * 1_000_000  # more than a pipe holds


def begin(work: str, flag: Flag) -> Callable[[int], int]:
    return lambda job: job + len(work) + flag.is_set()


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_all_jobs_are_done() -> None:
    with no_longer_than(60):
        team = Team(2, begin, LARGE, Flag())
        for job in range(4):
            team.give(job)
        found = []
        while team.busy:
            found += team.news(1.0)
        team.close()
    assert sorted((back.job, back.result) for back in found) == [
        (job, job + len(LARGE)) for job in range(4)
    ]


def test_one_that_dies_before_it_has_read_anything_costs_its_job_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with no_longer_than(60):
        with monkeypatch.context() as patch:
            patch.setattr(spawning, "_python_exe", b"/bin/false")
            team = Team(1, begin, LARGE, Flag())
        time.sleep(0.2)
        team.give(7)
        fates = []
        while Fate.DONE not in fates:
            for back in team.news(1.0):
                fates.append(back.fate)
                if back.fate is not Fate.DONE:
                    team.give(back.job)
        team.close()
    assert fates == [Fate.DIED, Fate.DONE]
