"""Trees: as scikit-learn grows them, and policies where they are best."""

import numpy as np
import pytest

from govsim.decisions.discovering_trees import Fork, Leaf, asked, leaves, policy_tree, share_tree
from govsim.decisions.discovering_trees import predicted as predict


def test_the_same_tree_as_scikit_learn() -> None:
    tree = pytest.importorskip("sklearn.tree")
    for seed in range(5):
        random = np.random.default_rng(seed)
        x = random.random((300, 4))
        y = random.binomial(3, 0.2 + 0.5 * (x[:, 1] > 0.4) * (x[:, 3] < 0.7)) / 3
        theirs = tree.DecisionTreeRegressor(
            max_depth=3, min_samples_leaf=15, min_impurity_decrease=0.01 * y.var()
        ).fit(x, y)
        assert predict(share_tree(x, y), x)[:, 0] == pytest.approx(theirs.predict(x))


def test_policies_where_they_are_best() -> None:
    random = np.random.default_rng(1)
    x = random.random((300, 3))
    gains = np.column_stack([np.zeros(300), np.where(x[:, 2] > 0.6, 1.0, -1.0)])
    tree = policy_tree(x, gains + random.normal(0, 0.2, gains.shape))
    assert isinstance(tree, Fork)
    assert tree.uncertainty == 2
    assert abs(tree.cut - 0.6) < 0.05
    assert [int(leaf.means.argmax()) for leaf in leaves(tree)] == [0, 1]
    assert next(asked(tree)) == 2


def test_no_question_where_one_policy_is_always_best() -> None:
    x = np.random.default_rng(2).random((100, 3))
    assert isinstance(policy_tree(x, np.column_stack([np.zeros(100), np.ones(100)])), Leaf)


def test_leaves_hold_enough() -> None:
    random = np.random.default_rng(3)
    x, y = random.random((60, 2)), random.random(60)
    assert min(leaf.samples for leaf in leaves(share_tree(x, y))) >= 10
