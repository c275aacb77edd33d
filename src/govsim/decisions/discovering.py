"""``govsim discover``: under which values of what is uncertain does something hold?

Read ``discovering_futures`` (the rows), ``discovering_question`` (what is asked),
``discovering_boxes`` and ``discovering_trees`` (the searches), ``discovering_held_out`` (how good
they are) and ``discovering_regret`` (which arm is the most robust).
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from govsim.decisions.discovering_boxes import (
    Bools,
    Box,
    Fit,
    Limit,
    find_box,
    fit_of,
    peeled,
    quasi_p_values,
)
from govsim.decisions.discovering_futures import SHOWN, Futures, futures_of
from govsim.decisions.discovering_held_out import HeldOut, Way, held_out, way
from govsim.decisions.discovering_question import (
    Holds,
    Question,
    answered,
    known_measure,
    read_holds,
    read_question,
)
from govsim.decisions.discovering_regret import Robustness, robustness
from govsim.decisions.discovering_trees import Leaf, Tree, policy_tree, predicted, share_tree
from govsim.errors import Finding, InputError
from govsim.experiments.sweep_store import SweepResults, open_sweep
from govsim.language import say
from govsim.outcomes.lookup import Floats

LEAST = 30.0  # futures in which it holds, and in which it does not, before a search makes sense
FEW_HOLD, FEW_FAIL, NOTHING = "few_hold", "few_fail", "nothing_separates"  # why there is no answer


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A box, and how good it is on futures that the search had not seen."""

    box: Box
    limits: tuple[Limit, ...]
    fit: Fit  # on the futures it was found in: too good
    held_out: HeldOut
    way: Way  # coverage and density of smaller and smaller boxes, on futures not seen
    peeled: tuple[Fit, ...]  # the same on the futures seen
    tree: Tree
    tree_held_out: HeldOut


class Asked(NamedTuple):
    """What was asked besides the question."""

    density: float | None
    kpi: str  # of regret; "" if there is none
    enough: str


@dataclass(frozen=True, slots=True, eq=False)
class Discovery:
    """The answer to one question about one sweep."""

    results: SweepResults
    question: Question
    asked: Asked
    futures: Futures
    share: Floats  # of replications in which it holds, by future
    judged: Floats  # replications that could be judged, by future
    incomplete: int  # futures that could not be judged at all, and are left out
    refusal: str  # "" if there is an answer
    found: Found | None  # None where there are too few futures to search
    robustness: Robustness | None  # None with one arm, or without an outcome that can be better
    regions: Tree | None  # which arm is best where, by the two uncertainties that tell it best

    @property
    def base(self) -> float:
        """The share in which it holds over all futures."""
        return float(self.share.mean())

    @property
    def holding(self) -> float:
        """Futures in which it holds; shares of replications are added up."""
        return float(self.share.sum())

    @property
    def failing(self) -> float:
        """Futures in which it does not."""
        return len(self.share) - self.holding

    @property
    def answer(self) -> Found | None:
        """The box, if it is an answer."""
        return None if self.refusal else self.found

    @property
    def inside(self) -> Bools:
        """Which futures lie in the box; none if there is no answer."""
        if self.answer is None:
            return np.zeros(len(self.share), bool)
        return self.answer.box.holds(self.futures.x)


def discover(
    folder: Path | str,
    where: str,
    *,
    density: float | None = None,
    kpi: str | None = None,
    enough: str | None = None,
    keep: bool = True,
) -> Discovery:
    """Find the limits within which something mostly holds, and the most robust levers.

    Args:
        folder: of a sweep; an unfinished one is taken as far as it is.
        where: the question; see ``discovering_question`` for its form.
        density: from 0 to 1; how often it must hold in the box. If not given, the box is the one
            that separates best.
        kpi: the outcome that regret is counted in; that of the question if not given.
        enough: a condition without "under": when an outcome is good enough. If the question is such
            a condition, it is this one.
        keep: write ``discovery.json`` and ``discovery.parquet`` into the folder.

    Raises:
        InputError: there is no sweep, or it does not hold what is asked.
    """
    _check_density(density)
    results = open_sweep(folder)
    every = futures_of(results)
    question = read_question(where, every)
    share, judged = answered(question, every)
    known = ~np.isnan(share)
    _check_known(results, known)
    futures, share = every.where(known), share[known]
    robust = _robustness(question, futures, kpi, enough)
    asked = Asked(density, robust.outcome if robust else "", enough or "")
    found, refusal = _search(futures.x, share, density)
    discovery = Discovery(
        results, question, asked, futures, share, judged[known], int((~known).sum()), refusal,
        found, robust, _regions(futures, robust),
    )  # fmt: skip
    if keep:
        from govsim.decisions.discovering_kept import keep_discovery

        keep_discovery(discovery)
    return discovery


def _check_density(density: float | None) -> None:
    if density is not None and not 0.0 < density < 1.0:
        message = say("{value} is not a share between 0 and 1", value=density)
        raise InputError([Finding("--density", "", message)])


def _check_known(results: SweepResults, known: Bools) -> None:
    if not known.any():
        message = say("There is no sample yet in which this can be judged.")
        raise InputError([Finding(str(results.folder), "", message)])


# ---------------------------------------------------------------- the search


def _search(x: Floats, y: Floats, density: float | None) -> tuple[Found | None, str]:
    if y.sum() < LEAST or (1.0 - y).sum() < LEAST:
        return None, FEW_HOLD if y.sum() < LEAST else FEW_FAIL
    found = _found(x, y, density)
    answer = bool(found.limits) and found.held_out.separates
    return found, "" if answer else NOTHING


def _found(x: Floats, y: Floats, density: float | None) -> Found:
    box = find_box(x, y, density)

    def box_search(x: Floats, y: Floats) -> partial[Bools]:
        return partial(Box.holds, find_box(x, y, density))

    def tree_search(x: Floats, y: Floats) -> partial[Bools]:
        return partial(above, share_tree(x, y), y.mean() if density is None else density)

    return Found(
        box,
        tuple(quasi_p_values(box, x, y)),
        fit_of(box.holds(x), y),
        held_out(x, y, box_search),
        way(x, y),
        tuple(fit_of(smaller.holds(x), y) for smaller in peeled(x, y)),
        share_tree(x, y),
        held_out(x, y, tree_search),
    )


def above(tree: Tree, share: float, x: Floats) -> Bools:
    """Samples in leaves where it holds more often than ``share``; all where nothing was asked."""
    if isinstance(tree, Leaf):
        return np.ones(len(x), bool)
    chosen: Bools = predicted(tree, x)[:, 0] > share
    return chosen


# ---------------------------------------------------------------- regret


def _robustness(
    question: Question, futures: Futures, kpi: str | None, enough: str | None
) -> Robustness | None:
    clause = question.clauses[0]
    if kpi is None:
        name, direction = clause.measure.name, clause.direction
    else:
        name, direction = _wanted(kpi, futures)
    good = _enough(question, futures, enough)
    return robustness(name, futures.arms, futures.outcomes[name], direction, good)


def _wanted(kpi: str, futures: Futures) -> tuple[str, int]:
    from govsim.decisions.conditions import better

    measure = known_measure(kpi, futures, "--kpi")
    if not better(measure):
        message = say("{kpi}: neither more nor less of it is better", kpi=measure.name)
        raise InputError([Finding("--kpi", "", message)])
    return measure.name, better(measure)


def _enough(question: Question, futures: Futures, enough: str | None) -> Floats | None:
    """Futures x arms: in which share of replications an outcome is good enough."""
    if enough is not None:
        if " under " in enough:
            message = say(
                "{value}: every lever value is judged by it, so name none",
                value=repr(enough[:SHOWN]),
            )
            raise InputError([Finding("--enough", "", message)])
        condition = read_holds(f"{enough} under {futures.arms[0]}", futures, "--enough").condition
    elif len(question.clauses) == 1 and isinstance(question.clauses[0], Holds):
        condition = question.clauses[0].condition
    else:
        return None
    held = (Question("", (Holds(condition, arm),)) for arm in range(len(futures.arms)))
    return np.stack([answered(each, futures).share for each in held], axis=1)


def _regions(futures: Futures, robust: Robustness | None) -> Tree | None:
    """Which arm is best where, by the two uncertainties that gain most by being asked."""
    if robust is None:
        return None
    x, gains = futures.x[robust.complete], robust.gains
    tree = policy_tree(x, gains)
    from govsim.decisions.discovering_trees import asked

    two = list(dict.fromkeys(asked(tree)))[:2]
    return (
        policy_tree(np.where(np.isin(np.arange(x.shape[1]), two), x, 0.0), gains) if two else tree
    )
