"""The folder of a decision: what was asked, the answer, the trials it rests on, and a comparison.

``manifest.json`` holds question and answer, ``trials/`` what every arm came to in every
replication, ``comparison/`` an ordinary comparison of the few arms that the answer is about. The
manifest is written last: a folder with one is whole. A decision that is broken off leaves its
trials, and the same command goes on with them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from govsim.decisions.arms import Arm, Arms
from govsim.errors import Finding, InputError
from govsim.experiments.alone import LOCK, alone_in, undisturbed
from govsim.experiments.asked import engine_called, workers_for
from govsim.experiments.files import clear_errors, in_place_when_whole, read_whole, write_text
from govsim.experiments.job import Job
from govsim.experiments.manifest import (
    FORMAT,
    Manifest,
    model_version,
    scenario_facts,
    times,
    versions,
)
from govsim.experiments.results import Results, open_run
from govsim.experiments.store import MANIFEST, SCENARIO, read_manifest, read_ours
from govsim.experiments.work import Work
from govsim.language import language, say

TRIALS, COMPARISON = "trials", "comparison"
KINDS = ("choose", "staff", "budget")


@dataclass(frozen=True)
class Decision:
    """A decision that was made: read back from its folder, or just made in memory."""

    manifest: Manifest
    folder: Path | None
    trials: pa.Table  # arm, replication, reason, and a column for each outcome
    comparison: Results | None  # of the arms that the answer is about, under their names

    @property
    def kind(self) -> str:
        """Which question it answers: choose, staff or budget."""
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        """The scenario's name in the language in use, if it has one there."""
        facts = self.manifest["scenario"]
        return str((language() == "zh" and facts.get("name_zh")) or facts["name"])

    @property
    def question(self) -> dict[str, Any]:
        """What was asked."""
        return dict(self.manifest["question"])

    @property
    def answer(self) -> dict[str, Any]:
        """What came out."""
        return dict(self.manifest["answer"])


@contextmanager
def decision_folder(folder: Path | None, kind: str, scenario: str) -> Iterator[Path | None]:
    """Hold a folder for a decision; yields where its trials go (None: nowhere, in memory).

    Raises:
        InputError: it holds something else, cannot be written, or another run is at it.
    """
    if folder is None:
        yield None
        return
    _claim(folder, kind, scenario)
    with clear_errors(folder), alone_in(folder):
        yield folder / TRIALS


def _claim(folder: Path, kind: str, scenario: str) -> None:
    """Make sure that nothing but our own decision of this kind and scenario can be replaced."""
    manifest = read_manifest(folder)
    if manifest is None:
        names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
        if (folder.exists() and not folder.is_dir()) or names - {TRIALS, COMPARISON, LOCK}:
            message = say("This is not a results folder of govsim. Give --out another folder.")
            raise InputError([Finding(str(folder), "", message)])
    elif manifest.get("kind") != kind or manifest["scenario"]["name"] != scenario:
        message = say("This folder holds other results of govsim. Give --out another folder.")
        raise InputError([Finding(str(folder), "", message)])


def compare_arms(
    arms: Arms, named: Mapping[str, Arm], replications: int, folder: Path | None
) -> Results:
    """An ordinary comparison of some arms under names of their own, the first as the baseline.

    Args:
        folder: the decision's; the comparison goes into a folder within. None: in memory.

    Raises:
        InputError, Interrupted, WorkerDied: as in ``run``.
    """
    plans = tuple(replace(arms.plan(arm), policy_set=name) for name, arm in named.items())
    said = {
        "comparison": True,
        "arms": {name: [list(a.policies), list(a.settings)] for name, a in named.items()},
        "model": model_version(),
    }
    scenario = arms.scenario(Arm())
    out = folder / COMPARISON if folder else None
    asked = {"seed": arms.seed, "replications": replications, "policy_sets": list(named)} | said
    if out is not None and (made := _made_before(out, scenario.digest(), asked)):
        return made
    with Job(scenario, plans, arms.seed, arms.engine, out, said) as job:
        work = Work(plans, arms.seed, engine_called(arms.engine), checks=arms.checks)
        job.do(work, replications, workers_for(arms.workers), None)
        return job.publish(work)


def _made_before(folder: Path, digest: str, asked: dict[str, Any]) -> Results | None:
    """The comparison that lies there, if it is whole and is the one that is asked for."""
    manifest = read_manifest(folder)
    if manifest is None or not manifest["complete"] or manifest["scenario"]["digest"] != digest:
        return None
    return open_run(folder) if all(manifest.get(k) == v for k, v in asked.items()) else None


def publish(
    kind: str,
    arms: Arms,
    question: dict[str, Any],
    answer: dict[str, Any],
    begun: datetime,
    *,
    folder: Path | None,
    comparison: Results | None,
) -> Decision:
    """Write question and answer beside the trials, the manifest last.

    ``question`` and ``answer`` are plain data (texts, finite numbers, lists, mappings).
    """
    plan = arms.plan(Arm())
    scenario = arms.scenario(Arm())
    manifest: Manifest = {
        "program": "govsim",
        "format": FORMAT,
        "kind": kind,
        "complete": True,
        "scenario": {
            "digest": scenario.digest(),
            "ground": scenario.ground(),
            "name_zh": scenario.name_zh,
            **scenario_facts(plan),
        },
        "seed": arms.seed,
        "engine": arms.engine,
        "replications": len(arms.kept),
        "question": question,
        "answer": answer,
        "versions": versions(),
        **times(begun),
    }
    arms.kept.close()
    if folder is not None:
        text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        with clear_errors(folder), undisturbed():
            for name, content in ((SCENARIO, scenario.resolved_yaml()), (MANIFEST, text)):
                with in_place_when_whole(folder / name) as beside:
                    write_text(content, beside)
    return Decision(manifest, folder, arms.kept.table(), comparison)


def open_decision(folder: Path | str) -> Decision:
    """Read the folder of a decision.

    Raises:
        InputError: it is none, is damaged, or is from a version we cannot read.
    """
    path = Path(folder)
    manifest = read_ours(path)
    if manifest.get("kind") not in KINDS:
        message = say("This folder holds no decision.")
        raise InputError([Finding(str(path), "", message)])
    try:
        trials = pa.concat_tables(read_whole(part) for part in _parts(path / TRIALS))
    except (OSError, pa.ArrowException) as error:
        message = say("This file is missing or damaged. Run the scenario again.")
        raise InputError([Finding(str(path / TRIALS), "", message)]) from error
    compared = path / COMPARISON
    return Decision(manifest, path, trials, open_run(compared) if compared.is_dir() else None)


def _parts(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("*.parquet"))
