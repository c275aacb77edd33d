"""What drives an outcome, or the difference between two policies: read from a stored sweep.

The design of the sweep chooses the method: Morris' elementary effects, Sobol' indices for
Saltelli's scheme, shares of variance and PAWN for a Latin hypercube.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from govsim.decisions.sensitivity_data import (
    DRAWN,
    MORRIS,
    SALTELLI,
    Question,
    Samples,
    question_of,
    samples_of,
)
from govsim.decisions.sensitivity_evidence import Influence, Weak, not_varied, weakest
from govsim.decisions.sensitivity_indices import (
    Index,
    Noise,
    given_data_indices,
    morris_indices,
    noise_of,
    sobol_indices,
    variance_of,
)
from govsim.decisions.sensitivity_value import Worth, worth_of
from govsim.errors import Finding, InputError
from govsim.experiments.files import write_text
from govsim.experiments.store import SCENARIO, adding_to
from govsim.experiments.sweep_store import SweepResults, open_sweep
from govsim.experiments.sweep_summary import direction_of, rank_correlation
from govsim.language import say
from govsim.outcomes.lookup import Floats
from govsim.scenario import load

TABLE, FACTS = "sensitivity.parquet", "sensitivity.json"
MAIN = {MORRIS: "mu_star", **dict.fromkeys(SALTELLI, "total"), DRAWN: "first"}


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What drives the outcome of a question, how sure that is, and on what evidence it rests."""

    results: SweepResults
    question: Question
    samples: Samples
    indices: tuple[Index, ...]
    noise: Noise
    weak: tuple[Weak, ...]  # every varied value, weakest and most influential first
    not_varied: int  # assumed values of which nothing is known
    worth: Worth | None  # None where there is nothing to choose, or samples are no random ones

    @property
    def main(self) -> str:
        """The index that values are ranked by."""
        return MAIN[self.samples.design]

    def named(self, name: str) -> list[Index]:
        """One index of every factor, in the order of the sweep."""
        return [index for index in self.indices if index.name == name]

    @property
    def drivers(self) -> list[Index]:
        """The main index of every factor, largest first."""
        return sorted(self.named(self.main), key=lambda index: -index.estimate)

    def direction(self, factor: str) -> float:
        """Which way the outcome goes with a factor: a sign and how steadily, from -1 to 1."""
        samples = self.samples
        place = samples.factors.index(factor)
        if samples.design == MORRIS:
            way = next(i for i in self.named("mu") if i.factor == factor).estimate
            size = next(i for i in self.named("mu_star") if i.factor == factor).estimate
            return way / size if size else 0.0
        ranks, values = flat(samples)
        x, y = ranks[:, place], values.mean(axis=1)
        return rank_correlation(x, y) if np.ptp(x) and np.ptp(y) else 0.0

    @property
    def rows_to_halve(self) -> int:
        """Simulations that would halve the widest interval, beside those that are there."""
        return 3 * self.results.tasks


def sensitivity(
    folder: Path | str,
    *,
    outcome: str = "",
    between: Sequence[str] = (),
    arm: str = "",
) -> Sensitivity:
    """What drives an outcome of a stored sweep.

    Args:
        folder: of a sweep, finished or not.
        outcome: one of its outcomes; its first if not given.
        between: two policy sets; what drives the first less the second.
        arm: the policy set in which the outcome is looked at; the sweep's first if not given.

    Raises:
        InputError: there is no sweep, outcome or policy set of this name, the design allows no
            such analysis, or too few of its blocks are whole.
    """
    results = open_sweep(folder)
    question = question_of(results, outcome, between, arm)
    samples = samples_of(results, question)
    _check_variation(samples, results)
    indices = _indices(samples)
    influences = [
        Influence(i.factor, i.estimate, i.sure) for i in indices if i.name == MAIN[samples.design]
    ]
    register = load(results.folder / SCENARIO).register()
    return Sensitivity(
        results, question, samples, tuple(indices), noise_of(flat(samples)[1]),
        tuple(weakest(register, influences)), not_varied(register, samples.factors),
        _worth(samples, question),
    )  # fmt: skip


def keep(found: Sensitivity) -> None:
    """Write what was found into the sweep's folder, ``sensitivity.parquet`` and ``.json``."""
    with adding_to(found.results.folder) as stage:
        write_into(found, stage)


def write_into(found: Sensitivity, stage: Path) -> None:
    """Write both files."""
    columns = list(zip(*found.indices, strict=True))
    table = pa.table(dict(zip(Index._fields, columns, strict=True)))
    pq.write_table(table, stage / TABLE)
    text = json.dumps(_finite(facts_of(found)), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(text + "\n", stage / FACTS)


def facts_of(found: Sensitivity) -> dict[str, Any]:
    """Question, answer and what it rests on, as plain data."""
    samples, question, noise = found.samples, found.question, found.noise
    return {
        "outcome": question.outcome,
        "arm": question.arm,
        "against": question.against,
        "design": samples.design,
        "blocks": {"whole": samples.blocks, "planned": samples.planned},
        "rows": {
            "failed": samples.failed,
            "missing": samples.missing,
            "unmeasured": samples.unmeasured,
        },
        "replications": samples.replications,
        "main_index": found.main,
        "ranking": [index._asdict() | {"sure": index.sure} for index in found.drivers],
        "variance": noise._asdict() | {"share_of_chance_in_means": noise.of_means},
        "evidence": [weak._asdict() | {"score": weak.score} for weak in found.weak],
        "not_varied": found.not_varied,
        "value_of_information": _worth_facts(found.worth),
        "rows_to_halve_the_intervals": found.rows_to_halve,
    }


def _worth_facts(worth: Worth | None) -> dict[str, Any] | None:
    if worth is None:
        return None
    return {
        "arms": list(worth.arms),
        "means": worth.means.tolist(),
        "best_now": worth.arms[worth.best],
        "share_of_samples_in_which_another_is_better": worth.wrong,
        "everything": worth.everything._asdict(),
        "single": [value._asdict() for value in worth.single],
    }


def _finite(value: Any) -> Any:
    """Plain data without NaN, which JSON has not."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _indices(samples: Samples) -> list[Index]:
    if samples.design == MORRIS:
        return morris_indices(samples.factors, samples.ranks, samples.values)
    if samples.design in SALTELLI:
        pairs = samples.design == "sobol_pairs"
        return sobol_indices(samples.factors, samples.values, pairs=pairs)
    return given_data_indices(samples.factors, samples.ranks[:, 0], samples.values[:, 0])


def flat(samples: Samples) -> tuple[Floats, Floats]:
    """Samples one below the other; of Saltelli's blocks the two that are independent."""
    chosen = [0, -1] if samples.design in SALTELLI else slice(None)
    ranks, values = samples.ranks[:, chosen], samples.values[:, chosen]
    return ranks.reshape(-1, ranks.shape[2]), values.reshape(-1, values.shape[2])


def _check_variation(samples: Samples, results: SweepResults) -> None:
    """Nothing can be explained where nothing varies, or nothing but chance."""
    _, values = flat(samples)
    message = ""
    if np.ptp(values) == 0:
        message = say("This outcome is the same in every simulation: nothing drives it.")
    elif samples.design != MORRIS and _variance(samples) <= 0:
        message = say(
            "All that varies here is chance between replications; nothing of it can be laid at a "
            "value's door. More replications would tell more."
        )
    if message:
        raise InputError([Finding(str(results.folder), "", message)])


def _variance(samples: Samples) -> float:
    if samples.design in SALTELLI:
        return variance_of(samples.values)
    return noise_of(samples.values[:, 0]).parameters


def _worth(samples: Samples, question: Question) -> Worth | None:
    """Value of information, where there is something to choose, and samples are random ones."""
    direction = direction_of(question.outcome)
    if len(samples.arms) < 2 or samples.design == MORRIS or not direction:
        return None
    chosen = [0, -1] if samples.design in SALTELLI else slice(None)
    by_arm = samples.by_arm[:, :, chosen]
    ranks = samples.ranks[:, chosen].reshape(-1, len(samples.factors))
    values = by_arm.reshape(len(samples.arms), len(ranks), -1)
    whole = ~np.isnan(values).any(axis=(0, 2))
    if whole.sum() < 2 * 10:
        return None
    return worth_of(samples.arms, samples.factors, ranks[whole], values[:, whole], direction)
