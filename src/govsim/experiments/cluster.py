"""A crew on a cluster: the workers of a Dask scheduler. An optional extra: ``pip install
"govsim[cluster]"``.

The store, not the scheduler, holds the truth: what came back is on our disk, and if the scheduler
is lost, the same command goes on from there with another. Dask itself does again what a dead
worker had; a block over which several died comes back without rows, as from any crew.
"""

import json
import socket
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from govsim.errors import Finding, InputError
from govsim.experiments.asked import wrong
from govsim.experiments.blocks import Span
from govsim.experiments.crew import Crew
from govsim.experiments.manifest import model_version, versions
from govsim.experiments.pool import WorkerDied
from govsim.experiments.trials import Answer, Trials
from govsim.experiments.work import make_ready
from govsim.language import say

PATIENCE = 60.0  # seconds until a scheduler has a worker
ANSWER = 15.0  # seconds until it answers
COUNT_EVERY = 5.0  # seconds between looks at how many workers there are
MUST_AGREE = ("govsim", "numpy", "numba")  # versions, here and on the workers


class ClusterLost(WorkerDied):
    """The scheduler is gone, or all its workers for long."""


class Cluster(Crew):
    """The workers of a Dask scheduler, however many there are just now."""

    def __init__(self, trials: Trials, address: str) -> None:
        super().__init__()
        self._client = _connected(address)
        self._back: SimpleQueue[tuple[Span, Any]] = SimpleQueue()
        self._futures: dict[Span, Any] = {}
        self._own = trials
        self._counted = self._handed_out = 0.0
        try:
            _check_alike(self._client)
            self._get_ready(trials.engine)
            self._hand_out()
            self._count()
        except BaseException:
            self.close()
            raise

    def _get_ready(self, engine: str) -> None:
        """Compile on one worker of each machine first: the others find the machine code there."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        one_each = {facts["host"]: address for address, facts in workers.items()}
        self._client.run(_make_ready, engine, workers=list(one_each.values()))

    def _count(self) -> None:
        if time.monotonic() - self._counted > COUNT_EVERY:
            self._counted = time.monotonic()
            try:
                self.size = max(1, sum(self._client.nthreads().values()))
            except OSError:  # nobody answers just now: the old number does
                self._still_there()

    def _give(self, span: Span) -> None:
        future = self._client.submit(_perform, self._trials, span, pure=False)  # a key of its own
        self._futures[span] = future
        future.add_done_callback(lambda done: self._back.put((span, done)))

    def _news(self, timeout: float) -> list[Answer]:
        try:
            back = [self._back.get(timeout=timeout)]
        except Empty:
            self._still_there()
            return []
        back += [self._back.get() for _ in range(self._back.qsize())]
        answers = [self._answer(span, future) for span, future in back]
        self._count()
        return answers

    def _answer(self, span: Span, future: Any) -> Answer:
        """Its rows; without them where a worker took them with it, be it after it had finished."""
        from distributed import CancelledError, KilledWorker

        self._futures.pop(span, None)
        try:
            answer: Answer = future.result(timeout=ANSWER)
            return answer
        except KilledWorker:
            self._still_there()
            return Answer(span, None)
        except (CancelledError, TimeoutError):
            self._still_there()
            self._start_over()
            return self._own.nothing_of(span)

    def _start_over(self) -> None:
        """All workers that held what is to be done are gone: wait for others."""
        if time.monotonic() - self._handed_out < 1.0:
            return
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
            self._hand_out()
        except TimeoutError as error:
            raise ClusterLost(say("All workers of the cluster are gone.")) from error

    def _hand_out(self) -> None:
        self._handed_out = time.monotonic()
        self._trials = self._client.scatter(self._own, broadcast=True, hash=False)

    def _still_there(self) -> None:
        line = self._client.scheduler_comm
        if self._client.status != "running" or line is None or line.comm.closed():
            raise ClusterLost(say("The scheduler of the cluster is gone."))

    def stop(self) -> None:
        """Give up what is not done: at most a block a worker."""
        self._client.cancel(list(self._futures.values()), force=True)

    def close(self) -> None:
        """Leave the cluster as it is."""
        self._client.close(timeout=2)


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        message = say('A cluster needs an extra: pip install "govsim[cluster]"')
        raise wrong("--cluster", message) from None
    try:
        _knock(address)
        client: Any = Client(**_place(address), timeout=ANSWER, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, ValueError, KeyError, TypeError, TimeoutError) as error:
        message = say("No scheduler with workers answers at {address}.", address=address)
        raise wrong("--cluster", message) from error
    return client


def _place(address: str) -> dict[str, str]:
    return {"scheduler_file": address} if Path(address).is_file() else {"address": address}


def _knock(address: str) -> None:
    """Raises OSError or ValueError: nobody is there. Dask's client would go on asking for long."""
    if Path(address).is_file():
        address = str(json.loads(Path(address).read_text(encoding="utf-8"))["address"])
    kind, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    if kind in ("", "tcp", "tls"):
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER).close()


def _check_alike(client: Any) -> None:
    """Raises InputError: a worker has another govsim, or another library that numbers depend on."""
    ours = _identity()
    findings = []
    for worker, theirs in client.run(_identity).items():
        for name, version in ours.items():
            if theirs.get(name) != version:
                message = say(
                    "The worker has {name} {theirs}; here is {ours}. Install the same.",
                    name=name,
                    theirs=theirs.get(name),
                    ours=version,
                )
                findings.append(Finding(worker, "", message))
    if findings:
        raise InputError(findings)


def _identity() -> dict[str, str]:
    found = versions()
    return {**{name: found[name] for name in MUST_AGREE}, "model": model_version()[:12]}


# ---------------------------------------------------------------- on a worker


def _make_ready(engine: str) -> None:
    make_ready(engine, lambda: None)


def _perform(trials: Trials, span: Span) -> Answer:
    return trials.perform(span, lambda _: None)
