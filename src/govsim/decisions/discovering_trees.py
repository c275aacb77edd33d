"""Shallow trees: a few questions, each about one uncertainty, that lead to a leaf.

Both kinds grow greedily, as in CART (Breiman and others 1984): the split that gains most, over all
uncertainties and all places between two neighbouring values. ``share_tree`` splits so that the
leaves' shares explain most of the variance; ``policy_tree`` so that choosing the best policy leaf
by leaf gains most.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from govsim.decisions.discovering_boxes import LEAST_SAMPLES, LEAST_SHARE, Bools, Box, End
from govsim.outcomes.lookup import Floats

DEEPEST = 3  # questions
LEAST_GAIN = 0.01  # of what the root leaves unexplained, or of what could be gained at all

Score = Callable[[Floats, Floats], Floats]  # sums of rows (... x columns), counts (...) -> score


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Where the questions end."""

    box: Box
    means: Floats  # of the columns of the samples here
    samples: int


@dataclass(frozen=True, slots=True, eq=False)
class Fork:
    """A question: is the uncertainty at most ``cut``?"""

    uncertainty: int
    cut: float
    below: "Tree"
    above: "Tree"


Tree = Leaf | Fork


def share_tree(x: Floats, y: Floats, depth: int = DEEPEST) -> Tree:
    """Of the share of replications in which something holds."""
    spread = float(((y - y.mean()) ** 2).sum())
    return _grow(x, y[:, None], depth, _explained, LEAST_GAIN * spread, len(y))


def policy_tree(x: Floats, gains: Floats, depth: int = DEEPEST) -> Tree:
    """Of policies: ``gains`` is samples x policies, more is better."""
    most = float(gains.max(axis=1).sum() - gains.sum(axis=0).max())
    return _grow(x, gains, depth, _best_column, LEAST_GAIN * most, len(gains))


def _explained(sums: Floats, counts: Floats) -> Floats:
    explained: Floats = sums[..., 0] ** 2 / counts
    return explained


def _best_column(sums: Floats, counts: Floats) -> Floats:
    best: Floats = sums.max(axis=-1)
    return best


def _grow(
    x: Floats, rows: Floats, depth: int, score: Score, least_gain: float, samples: int
) -> Tree:
    least = max(LEAST_SAMPLES, int(np.ceil(LEAST_SHARE * samples)))

    def node(at: Bools, box: Box, left: int) -> Tree:
        split = _best_split(x[at], rows[at], least, score) if left else None
        if split is None or not split[0] > least_gain:
            return Leaf(box, rows[at].mean(axis=0), int(at.sum()))
        _, where, cut = split
        low = x[:, where] <= cut
        below = node(at & low, box.with_end(End(1, where), cut), left - 1)
        above = node(at & ~low, box.with_end(End(0, where), cut), left - 1)
        return Fork(where, cut, below, above)

    return node(np.ones(len(rows), bool), Box.everything(x.shape[1]), depth)


def _best_split(
    x: Floats, rows: Floats, least: int, score: Score
) -> tuple[float, int, float] | None:
    """Gain, uncertainty and place of the best split that leaves enough on both sides."""
    found = map(partial(_split_of, x, rows, least, score), range(x.shape[1]))
    return max(filter(None, found), default=None, key=lambda split: split[0])


def _split_of(
    x: Floats, rows: Floats, least: int, score: Score, where: int
) -> tuple[float, int, float] | None:
    order = np.argsort(x[:, where], kind="stable")
    values = x[order, where]
    sums = np.cumsum(rows[order], axis=0)
    counts = np.arange(1.0, len(values))
    allowed = (counts >= least) & (len(values) - counts >= least) & (np.diff(values) > 0)
    if not allowed.any():
        return None
    both = score(sums[:-1], counts) + score(sums[-1] - sums[:-1], len(values) - counts)
    gains = np.where(allowed, both - score(sums[-1], np.array(float(len(values)))), -np.inf)
    best = int(np.argmax(gains))
    return float(gains[best]), where, float(values[best] + values[best + 1]) / 2


def leaves(tree: Tree) -> Iterator[Leaf]:
    """All leaves, from the lowest values to the highest."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        yield from leaves(tree.below)
        yield from leaves(tree.above)


def predicted(tree: Tree, x: Floats) -> Floats:
    """The leaf's means for each sample: samples x columns."""
    if isinstance(tree, Leaf):
        return np.tile(tree.means, (len(x), 1))
    low = (x[:, tree.uncertainty] <= tree.cut)[:, None]
    return np.where(low, predicted(tree.below, x), predicted(tree.above, x))


def asked(tree: Tree) -> Iterator[int]:
    """The uncertainties asked about, the first question first."""
    level: list[Tree] = [tree]
    while level:
        forks = [node for node in level if isinstance(node, Fork)]
        yield from (fork.uncertainty for fork in forks)
        level = [node for fork in forks for node in (fork.below, fork.above)]
