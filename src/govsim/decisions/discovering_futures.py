"""The rows of a sweep as futures: what is uncertain, and what every arm came to there.

A future is one sample of the uncertainties; an arm a combination of levers, looked at in every
future by as many replications, under the same chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from govsim.decisions.discovering_boxes import Bools
from govsim.errors import Finding, InputError
from govsim.experiments.blocks import DONE
from govsim.experiments.measures import CITY
from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import arms_of
from govsim.language import say
from govsim.outcomes.lookup import Floats, Ints
from govsim.outcomes.scopes import Scopes
from govsim.scenario.kinds import did_you_mean

SHOWN = 80  # letters of a wrong text that are said again


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """A factor of the box: its dotted path, its unit as in the experiment file."""

    name: str
    unit: str
    log: bool = False  # whether it was drawn on a logarithmic scale
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """Uncertainties and outcomes, future by future."""

    arms: tuple[str, ...]
    samples: Ints  # their numbers in the sweep
    uncertainties: tuple[Uncertainty, ...]
    x: Floats  # futures x uncertainties
    outcomes: dict[str, Floats]  # by name: arms x futures x replications; NaN: none
    left_out: tuple[str, ...] = ()  # uncertainties that are no numbers
    dropped: int = 0  # futures of the sweep that are not independent of those here

    def where(self, chosen: Bools) -> "Futures":
        """Some of the futures."""
        outcomes = {name: cube[:, chosen] for name, cube in self.outcomes.items()}
        return Futures(
            self.arms, self.samples[chosen], self.uncertainties, self.x[chosen], outcomes,
            self.left_out, self.dropped,
        )  # fmt: skip

    def scopes(self) -> Scopes:
        """The places that the outcomes are of."""
        places = [name.partition("@")[2].partition(":") for name in self.outcomes]
        known = list(dict.fromkeys((kind, place) for kind, _, place in places if kind))
        kinds = (CITY, *(kind for kind, _ in known))
        return Scopes(kinds, ("", *(place for _, place in known)), (-1,) * len(kinds))

    def outcome(self, name: str, where: str) -> Floats:
        """Values of an outcome. Raises InputError: the sweep did not keep it."""
        if name not in self.outcomes:
            message = say(
                "this sweep did not keep {name}; it kept {known}. Name it among the outcomes of "
                "the experiment and sweep again",
                name=name,
                known=", ".join(self.outcomes),
            )
            raise InputError([Finding(where, "", message + did_you_mean(name, [*self.outcomes]))])
        return self.outcomes[name]

    def arm(self, text: str, where: str) -> int:
        """The place of an arm. Raises InputError: there is none of this name."""
        wanted = _parts(text)
        found = [place for place, arm in enumerate(self.arms) if _parts(arm) == wanted]
        if not found:
            message = say(
                "there is no lever value {name} in this sweep; there are: {known}",
                name=repr(text[:SHOWN]),
                known="; ".join(self.arms),
            )
            raise InputError([Finding(where, "", message + did_you_mean(text, list(self.arms)))])
        return found[0]


def _parts(arm: str) -> tuple[frozenset[str], ...]:
    """An arm whatever the order and the spaces of what it is made of."""
    values = [value.strip().strip("'\"") for value in arm.split(",")]
    return tuple(frozenset(part.strip() for part in value.split("+")) for value in values)


def futures_of(results: SweepResults) -> Futures:
    """All futures of a sweep, finished or not.

    Raises:
        InputError: nothing numeric was uncertain, or the design draws no independent samples.
    """
    facts = results.manifest
    numeric = [factor for factor in facts["uncertainties"] if factor["numeric"]]
    others = [factor["name"] for factor in facts["uncertainties"] if not factor["numeric"]]
    _check(results, [factor["name"] for factor in numeric], others)
    points = results.points
    arm_of, arms = arms_of(points, [lever["name"] for lever in facts["levers"]])
    samples, sample_of = np.unique(points["sample"].to_numpy(), return_inverse=True)
    names = [factor["name"] for factor in numeric]
    x = points.drop_duplicates("sample").set_index("sample").loc[samples, names].to_numpy(float)
    known = [
        Uncertainty(f["name"], f["unit"], bool(f.get("log")), bool(f.get("whole"))) for f in numeric
    ]
    shape = (len(arms), len(samples), int(facts["replications"]))
    outcomes = _cubes(results, shape, arm_of, sample_of)
    futures = Futures(tuple(arms), samples, tuple(known), x, outcomes, tuple(others))
    return _independent(futures, str(facts["design"]), len(facts["uncertainties"]))


def _check(results: SweepResults, numeric: Sequence[str], others: Sequence[str]) -> None:
    where = str(results.folder)
    if not numeric:
        message = say("Nothing that is a number was uncertain in this sweep.")
        if others:
            names = ", ".join(others)
            message += " " + say("No numbers, so that no limit can be drawn: {names}.", names=names)
        raise InputError([Finding(where, "uncertainties", message)])
    if results.manifest["design"] == "morris":
        message = say(
            "Samples of a Morris design lie along lines and stand for no futures. Use "
            "latin_hypercube."
        )
        raise InputError([Finding(where, "design", message)])


def _cubes(
    results: SweepResults, shape: tuple[int, int, int], arm_of: Ints, sample_of: Ints
) -> dict[str, Floats]:
    rows = results.rows(["point", "replication", "status"])
    done = (rows["status"] == DONE).to_numpy()
    point = rows["point"].to_numpy()[done]
    at = (arm_of[point], sample_of[point], rows["replication"].to_numpy()[done])
    cubes = {}
    for outcome in results.outcomes:
        cubes[outcome] = np.full(shape, np.nan)
        cubes[outcome][at] = results.arrow([outcome])[outcome].to_numpy()[done]
    return cubes


def _independent(futures: Futures, design: str, factors: int) -> Futures:
    """Of Saltelli's scheme only its two independent sets: what lies between mixes them."""
    if design != "sobol":
        return futures
    within = futures.samples % (factors + 2)
    kept = futures.where((within == 0) | (within == factors + 1))
    dropped = len(futures.samples) - len(kept.samples)
    return Futures(
        kept.arms, kept.samples, kept.uncertainties, kept.x, kept.outcomes, kept.left_out, dropped
    )
