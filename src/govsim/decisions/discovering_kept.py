"""An answer in the folder of its sweep: ``discovery.json`` says it, ``discovery.parquet`` has a row
for each future.
"""

import json
import math
from pathlib import Path
from typing import Any

import pyarrow as pa

from govsim.decisions.discovering import Discovery, Found
from govsim.decisions.discovering_boxes import UPPER
from govsim.decisions.discovering_futures import Uncertainty
from govsim.decisions.discovering_held_out import Share
from govsim.decisions.discovering_regret import Most, Robustness
from govsim.decisions.discovering_trees import Leaf, Tree, leaves
from govsim.experiments.files import write_table, write_text
from govsim.experiments.store import FIGURES, adding_to

ANSWER, ROWS = "discovery.json", "discovery.parquet"


def keep_discovery(discovery: Discovery) -> None:
    """Write both files, or none; pictures of an earlier question go.

    Raises:
        InputError: they cannot be written.
    """
    folder = discovery.results.folder
    with adding_to(folder) as stage:
        for name in FIGURES:
            if name.partition(".")[0] in ("discovery", "regret"):
                (folder / name).unlink(missing_ok=True)
        _write(discovery, stage)


def _write(discovery: Discovery, stage: Path) -> None:
    text = json.dumps(told(discovery), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_text(text, stage / ANSWER)
    write_table(rows(discovery), stage / ROWS)


def told(discovery: Discovery) -> dict[str, Any]:
    """All of the answer, as JSON has it: limits that are not there and NaN are null."""
    found, robust = discovery.found, discovery.robustness
    known = discovery.futures.uncertainties
    answer = {
        "program": "govsim",
        "kind": "discovery",
        "where": discovery.question.text,
        "asked": discovery.asked._asdict(),
        "sweep": discovery.results.manifest["parts"],
        "futures": len(discovery.share),
        "incomplete": discovery.incomplete,
        "not_independent": discovery.futures.dropped,
        "no_numbers": list(discovery.futures.left_out),
        "holding": discovery.holding,
        "base": discovery.base,
        "refused": discovery.refusal or None,
        "box": _box(discovery, found, known) if found else None,
        "tree": _tree(found.tree, known) if found else None,
        "tree_held_out": _held_out(found.tree_held_out) if found else None,
        "regret": _regret(robust, known, discovery.regions) if robust else None,
    }
    return {key: _plain(value) for key, value in answer.items()}


def _box(discovery: Discovery, found: Found, known: tuple[Uncertainty, ...]) -> dict[str, Any]:
    limits = [
        {
            "name": known[limit.end.uncertainty].name,
            "unit": known[limit.end.uncertainty].unit,
            "side": "at_most" if limit.end.side == UPPER else "at_least",
            "value": limit.value,
            "quasi_p": limit.quasi_p,
        }
        for limit in found.limits
    ]
    return {
        "limits": limits,
        "seen": found.fit._asdict(),
        "held_out": _held_out(found.held_out),
        "way": {name: values.tolist() for name, values in found.way._asdict().items()},
        "peeled": [fit._asdict() for fit in found.peeled],
    }


def _held_out(held: Any) -> dict[str, Any]:
    shares = ("coverage", "density", "outside")
    return {name: _share(getattr(held, name)) for name in shares} | {"base": held.base}


def _share(share: Share) -> dict[str, float]:
    return dict(share._asdict())


def _tree(tree: Tree, known: tuple[Uncertainty, ...]) -> list[dict[str, Any]]:
    return [{**_leaf(leaf, known), "share": float(leaf.means[0])} for leaf in leaves(tree)]


def _leaf(leaf: Leaf, known: tuple[Uncertainty, ...]) -> dict[str, Any]:
    limits = [
        {
            "name": known[end.uncertainty].name,
            "side": "at_most" if end.side == UPPER else "at_least",
            "value": float(leaf.box.limits[end]),
        }
        for end in leaf.box.ends()
    ]
    return {"limits": limits, "futures": leaf.samples}


def _regret(
    robust: Robustness, known: tuple[Uncertainty, ...], regions: Tree | None
) -> dict[str, Any]:
    names = ("least_expected", "least_high", "least_largest", "enough")
    winners = {name: getattr(robust, name) for name in names}
    best = [
        {**_leaf(leaf, known), "best": robust.regrets[int(leaf.means.argmax())].arm}
        for leaf in (leaves(regions) if regions is not None else ())
    ]
    return {
        "outcome": robust.outcome,
        "futures": robust.futures,
        "arms": [{**r._asdict(), "enough": _share(r.enough)} for r in robust.regrets],
        "most_robust": {name: _most(most) for name, most in winners.items()},
        "best_where": best,
    }


def _most(most: Most | None) -> dict[str, Any] | None:
    return None if most is None else {**most._asdict(), "shares": list(most.shares)}


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def rows(discovery: Discovery) -> pa.Table:
    """sample, a column an uncertainty, holds (share of replications), judged (replications),
    in_box, in_box_held_out (share of rounds; null without a search), regret:ARM.
    """
    futures, found, robust = discovery.futures, discovery.found, discovery.robustness
    columns: dict[str, Any] = {"sample": pa.array(futures.samples)}
    for place, known in enumerate(futures.uncertainties):
        columns[known.name] = pa.array(futures.x[:, place])
    columns["holds"] = pa.array(discovery.share)
    columns["judged"] = pa.array(discovery.judged)
    columns["in_box"] = pa.array(discovery.inside)
    held = found.held_out.inside if found else [None] * len(discovery.share)
    columns["in_box_held_out"] = pa.array(held, pa.float64())
    if robust:
        regret = dict(
            zip(robust.complete.nonzero()[0].tolist(), robust.table.tolist(), strict=True)
        )
        for place, arm in enumerate(futures.arms):
            values = [
                regret[at][place] if at in regret else None for at in range(len(robust.complete))
            ]
            columns[f"regret:{arm}"] = pa.array(values, pa.float64())
    return pa.table(columns)
