"""A stored sweep as arrays: what an outcome came to at every sample, and where the samples lie.

Only what is whole counts: a sample of which all replications are done (of both arms, where two are
compared), a trajectory or a block of Saltelli's scheme of which every sample is whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from govsim.errors import Finding, InputError
from govsim.experiments.blocks import DONE
from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import arms_of
from govsim.language import say
from govsim.outcomes.lookup import Floats, Ints
from govsim.scenario.kinds import did_you_mean

MORRIS, SALTELLI, DRAWN = "morris", ("sobol", "sobol_pairs"), "latin_hypercube"
LEAST = {"morris": 2, "sobol": 16, "sobol_pairs": 16, "latin_hypercube": 32}  # whole blocks


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained: an outcome in one arm, or its difference between two."""

    outcome: str
    arm: str  # "" where the experiment has no levers
    against: str = ""  # the arm that is taken off; "" if none


@dataclass(frozen=True, slots=True)
class Samples:
    """Whole blocks of a design, with what an outcome came to.

    ``ranks``: blocks x per block x factors, each from 0 to 1. ``values``: blocks x per block x
    replications. A block is a trajectory, one of Saltelli's scheme, or a single sample.
    """

    design: str
    factors: tuple[str, ...]
    ranks: Floats
    values: Floats
    arms: tuple[str, ...]
    by_arm: Floats  # arms x blocks x per block x replications; NaN where an arm is not whole
    planned: int  # blocks
    failed: int  # tasks of the sweep
    missing: int  # tasks of the sweep that are not done yet
    unmeasured: int  # finished tasks in which there was nothing to measure

    @property
    def blocks(self) -> int:
        """Whole ones, which are used."""
        return len(self.values)

    @property
    def replications(self) -> int:
        """How many simulations stand behind each point."""
        return int(self.values.shape[2])


def samples_of(results: SweepResults, question: Question) -> Samples:
    """The whole blocks of a sweep.

    Raises:
        InputError: the design is not one that sensitivity can be read from, or too little is whole.
    """
    design = _design(results)
    arm_of, arms = _arms(results)
    values, unmeasured = _by_arm(results, question.outcome, arm_of, len(arms))
    blocks = _blocks(design, len(results.manifest["uncertainties"]), values.shape[1])
    by_arm = values[:, blocks]
    asked = _asked(by_arm, arms, question)
    whole = ~np.isnan(asked).any(axis=(1, 2))
    status = results.status()
    if whole.sum() < LEAST[design]:
        raise _too_few(results, design, int(whole.sum()))
    ranks = _ranks(results)[blocks[whole]]
    return Samples(
        design, tuple(u["name"] for u in results.manifest["uncertainties"]), ranks, asked[whole],
        arms, by_arm[:, whole], len(blocks), status["failed"], status["missing"], unmeasured,
    )  # fmt: skip


def question_of(results: SweepResults, outcome: str, between: Sequence[str], arm: str) -> Question:
    """What was asked, checked against what the sweep has.

    Raises:
        InputError: there is no such outcome or arm.
    """
    arms = _arms(results)[1]
    outcome = _outcome(results, outcome)
    if not between:
        return Question(outcome, _known("--arm", arm, arms) if arm else arms[0])
    if len(between) != 2 or between[0] == between[1]:
        raise _wrong("--between", say("give two policy sets that differ"))
    first, second = (_known("--between", name, arms) for name in between)
    return Question(outcome, first, second)


def _outcome(results: SweepResults, asked: str) -> str:
    known = results.outcomes
    if not asked or asked in known:
        return asked or known[0]
    if f"{asked}.true" in known:  # as in all decisions
        return f"{asked}.true"
    found = [name for name in known if name.partition(".")[0] == asked]
    if len(found) == 1:
        return found[0]
    if found:
        message = say("{name} has several sides; give one of {known}", name=asked[:60],
                      known=", ".join(found))  # fmt: skip
    else:
        message = say("this sweep has no outcome {name}; it has {known}", name=repr(asked[:60]),
                      known=", ".join(known))  # fmt: skip
    raise _wrong("--outcome", message + ("" if found else did_you_mean(asked, list(known))))


def _known(option: str, name: str, arms: Sequence[str]) -> str:
    if name in arms:
        return name
    known = ", ".join(arms) if any(arms) else say("none: nothing that somebody decides was varied")
    message = say("this sweep has no policy set {name}; it has {known}", name=repr(name[:60]),
                  known=known)  # fmt: skip
    raise _wrong(option, message + did_you_mean(name, list(arms)))


def _wrong(where: str, message: str) -> InputError:
    return InputError([Finding(where, "", message)])


def _design(results: SweepResults) -> str:
    design = str(results.manifest["design"])
    if design in LEAST and results.manifest["uncertainties"]:
        return design
    message = say(
        "This sweep has the design {design}, whose points somebody chose, so that no share of what "
        "varies can be laid at a value's door. Sensitivity needs uncertainties with ranges and "
        "design: {{kind: morris, samples: 8}} (which of many matter), {{kind: sobol, samples: 128}}"
        " (how much each explains) or {{kind: latin_hypercube, samples: 256}}.",
        design=design,
    )
    raise _wrong(str(results.folder), message)


def _too_few(results: SweepResults, design: str, whole: int) -> InputError:
    status = results.status()
    message = say(
        "Only {whole} blocks of this design are whole, and it takes {least}: {failed} simulations "
        "failed, {missing} are missing. A block with a hole tells nothing.",
        whole=whole,
        least=LEAST[design],
        failed=status["failed"],
        missing=status["missing"],
    )
    if status["missing"]:
        message += " " + say("The sweep command it was made with goes on with what is missing.")
    return _wrong(str(results.folder), message)


# ---------------------------------------------------------------- arrays


def _arms(results: SweepResults) -> tuple[Ints, tuple[str, ...]]:
    numbers, names = arms_of(
        results.points, [lever["name"] for lever in results.manifest["levers"]]
    )
    return numbers, tuple(names)


def _by_arm(results: SweepResults, outcome: str, arm_of: Ints, arms: int) -> tuple[Floats, int]:
    """Values, arms x samples x replications, NaN where there is none; and how many of these."""
    rows = results.rows(["point", "replication", "status", outcome])
    rows = rows[(rows["status"] == DONE).to_numpy()]
    point = rows["point"].to_numpy()
    sample = results.points["sample"].to_numpy()
    shape = (arms, int(sample.max()) + 1, int(results.manifest["replications"]))
    values = np.full(shape, np.nan)
    seen = rows[outcome].to_numpy(np.float64)
    values[arm_of[point], sample[point], rows["replication"].to_numpy()] = seen
    return values, int(np.isnan(seen).sum())


def _blocks(design: str, factors: int, samples: int) -> Ints:
    """Which samples belong together, one row a block."""
    size = {"morris": factors + 1, "sobol": factors + 2, "sobol_pairs": 2 * factors + 2}
    return np.arange(samples).reshape(-1, size.get(design, 1))


def _asked(by_arm: Floats, arms: Sequence[str], question: Question) -> Floats:
    values: Floats = by_arm[arms.index(question.arm)]
    return values - by_arm[arms.index(question.against)] if question.against else values


def _ranks(results: SweepResults) -> Floats:
    """Where each sample lies in the ranges, samples x factors, from 0 to 1."""
    points = results.points.drop_duplicates("sample").sort_values("sample")
    columns = [_rank(points[u["name"]], u) for u in results.manifest["uncertainties"]]
    return np.column_stack(columns)


def _rank(column: "pd.Series[Any]", factor: dict[str, Any]) -> Floats:
    if "values" in factor:
        return _rank_of_choice(column, factor)
    values = column.to_numpy(np.float64)
    low, high = float(factor["low"]), float(factor["high"])
    if factor["whole"]:
        ranks: Floats = (values - low + 0.5) / (high - low + 1)
    elif factor["log"]:
        ranks = np.log(values / low) / np.log(high / low)
    else:
        ranks = (values - low) / (high - low)
    return ranks


def _rank_of_choice(column: "pd.Series[Any]", factor: dict[str, Any]) -> Floats:
    """The middle of the part of [0, 1] that a listed value has."""
    codes, _ = pd.factorize(column, sort=bool(factor["numeric"]))
    return (np.asarray(codes, np.float64) + 0.5) / max(len(factor["values"]), 1)
