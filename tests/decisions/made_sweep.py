"""Sweeps whose outcomes are known functions of what is varied, in the real store.

Only the simulation is left out: the experiment file, the design, the folder and its blocks are
those of ``govsim sweep``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from govsim.experiments import read_experiment
from govsim.experiments.blocks import DONE, FAILED, Span
from govsim.experiments.sweep_store import SweepFolder, SweepResults, open_sweep
from govsim.outcomes.lookup import Floats

ROOT = Path(__file__).parents[2]

PATHS = (  # values of small_town that any number between their ends may take
    "reporting.probability", "reporting.reconsider_factor", "reporting.fellow_factor",
    "closing.audit", "closing.care", "closing.recurs", "closing.acceptance", "trust.drifts_to",
    "trust.gain_when_satisfied", "trust.loss_when_ignored", "trust.loss_when_dissatisfied",
    "after_closing.threat", "after_closing.skip_level", "after_closing.contact_again",
    "demand.collective_share", "closing.merge_duplicates", "channels.walk_in.registered",
    "channels.online.registered", "transfers.work_before_passing_up",
    "policies.added_staff.first_day_speed",
)  # fmt: skip

Function = Callable[[Floats, int], Floats]  # ranks (samples x factors) and arm -> samples


def made_sweep(
    folder: Path,
    function: Function,
    factors: int,
    design: str,
    *,
    noise: float = 0.0,
    common: float = 0.0,
    replications: int = 2,
    arms: Sequence[str] = (),
    seed: int = 1,
    lost: Callable[[int, int], str | None] = lambda point, replication: DONE,
) -> SweepResults:
    """A sweep of ``backlog.true`` = function + noise.

    Args:
        design: as in a file, such as ``morris, samples: 8``.
        noise, common: standard deviations of chance at each point, and of chance that a
            replication shares among all points.
        lost: the status of a task, or None if it is not done yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder.with_suffix(".yaml")
    file.write_text(_text(factors, design, replications, arms, seed), "utf-8")
    sweep = SweepFolder(folder, read_experiment(file))
    sweep.open(restart=False)
    experiment = sweep.experiment
    point, replication = np.divmod(np.arange(sweep.tasks), replications)
    sample, arm = np.divmod(point, experiment.per_sample)
    random = np.random.default_rng([seed, 77])
    levels = np.array([function(experiment.ranks, a) for a in range(experiment.per_sample)])
    values = levels[arm, sample] + noise * random.standard_normal(sweep.tasks)
    values += common * random.standard_normal(replications)[replication]
    status = [lost(int(p), int(r)) for p, r in zip(point, replication, strict=True)]
    _add(sweep, point, replication, values, status)
    if None not in status:
        sweep.finish(datetime.now())
    return open_sweep(folder)


def _add(
    sweep: SweepFolder, point: Floats, replication: Floats, values: Floats, status: list[str | None]
) -> None:
    done = np.array([s == DONE for s in status])
    there = np.flatnonzero([s is not None for s in status])
    for run in [] if not len(there) else np.split(there, np.flatnonzero(np.diff(there) > 1) + 1):
        columns = [
            point[run], replication[run], [status[i] for i in run],
            [None if done[i] else "made to fail" for i in run],
            np.where(done, values, np.nan)[run],
        ]  # fmt: skip
        arrays = [pa.array(c, f.type) for c, f in zip(columns, sweep.schema, strict=True)]
        table = pa.Table.from_arrays(arrays, schema=sweep.schema)
        sweep.blocks.add(Span(int(run[0]), int(run[-1]) + 1), table)


def _text(factors: int, design: str, replications: int, arms: Sequence[str], seed: int) -> str:
    levers = f"levers: {{policies: [{', '.join(arms)}]}}\n" if arms else ""
    ranges = "".join(f"  {path}: {{from: 0, to: 1}}\n" for path in PATHS[:factors])
    return (
        f"govsim: 1\nscenario: {ROOT}/scenarios/small_town.yaml\n{levers}"
        f"uncertainties:\n{ranges}design: {{kind: {design}}}\n"
        f"outcomes: [backlog.true]\nreplications: {replications}\nseed: {seed}\n"
    )


__all__ = ["DONE", "FAILED", "PATHS", "made_sweep"]
