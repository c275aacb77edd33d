"""Many short runs of a hand-made plan, and what a queue's records say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from govsim.engines.agents import simulate
from govsim.model.plan import DAY, Plan
from govsim.model.records import Kind


def records_of(plan: Plan, replication: int, seed: int = 20_111_031) -> NDArray[np.void]:
    """All records of one replication."""
    chunks: list[NDArray[np.void]] = []
    simulate(plan, seed, replication, chunks.append, checks=False)
    return np.concatenate(chunks)


def spells(
    records: NDArray[np.void], *, office: int | None = None, after: int = 0
) -> NDArray[np.void]:
    """Finished spells of work whose case joined the queue after a warm-up."""
    chosen = (records["kind"] == Kind.WORKED) & (records["enabled"] >= after * DAY)
    if office is not None:
        chosen &= records["office"] == office
    return records[chosen]


def mean_wait(records: NDArray[np.void], *, office: int | None = None, after: int = 0) -> float:
    """Mean days in the queue."""
    chosen = spells(records, office=office, after=after)
    return float(np.mean(chosen["started"] - chosen["enabled"]) / DAY)


def share_waiting(records: NDArray[np.void], *, after: int = 0) -> float:
    """Share of cases that had to wait at all."""
    chosen = spells(records, after=after)
    return float(np.mean(chosen["started"] > chosen["enabled"]))


@dataclass(frozen=True)
class Estimate:
    """Mean over replications with its standard error."""

    mean: float
    error: float
    name: str = ""

    def agrees(self, theory: float, *, detectable: float) -> None:
        """Within 4.5 standard errors of theory, and precise enough to have noticed a difference.

        ``detectable`` is the largest relative half-width that the check may have: a test that can
        only see 20 % proves little.
        """
        z = (self.mean - theory) / self.error
        assert abs(z) < 4.5, (
            f"{self.name}: {self.mean:.4f} against theory {theory:.4f}, z = {z:.1f}"
        )
        width = 1.96 * self.error / theory
        assert width < detectable, f"{self.name}: half-width {width:.1%} is above {detectable:.0%}"


def estimate(values: list[float], name: str = "") -> Estimate:
    """An estimate from one value per replication."""
    array = np.asarray(values)
    return Estimate(float(array.mean()), float(array.std(ddof=1) / np.sqrt(len(array))), name)
