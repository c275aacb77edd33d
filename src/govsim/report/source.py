"""What a report is about: results from a folder, with the scenario they were made from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from govsim.decisions.folder import Decision
from govsim.decisions.forecasting import USUAL
from govsim.decisions.opening import open_results
from govsim.errors import Finding, InputError
from govsim.experiments.comparing import HISTORIES
from govsim.experiments.comparison import Best, verdicts
from govsim.experiments.files import read_whole
from govsim.experiments.manifest import Manifest
from govsim.experiments.results import Results
from govsim.experiments.store import SCENARIO
from govsim.experiments.sweep_store import SweepResults
from govsim.language import say
from govsim.report.pictures import Digest
from govsim.scenario import Scenario, load

Anything = Results | SweepResults | Decision


@dataclass
class Source:
    """Results, and what else their folder holds. ``place``: which of several, from 0."""

    results: Anything
    place: int = 0

    @property
    def manifest(self) -> Manifest:
        """How they were made."""
        return self.results.manifest

    @property
    def folder(self) -> Path | None:
        """Where they are; None for results in memory."""
        return self.results.folder

    @property
    def name(self) -> str:
        """What they are about, in the language in use."""
        return self.results.name

    @cached_property
    def comparison(self) -> Results | None:
        """The run or comparison among them, if there is one."""
        if isinstance(self.results, Decision):
            return self.results.comparison
        return _of_policies(self.results) if isinstance(self.results, Results) else None

    @cached_property
    def scenario(self) -> Scenario | None:
        """The scenario as the folder has it; None where there is none.

        Raises:
            InputError: somebody has changed the file, and it has mistakes now.
        """
        if self.folder is None or not (self.folder / SCENARIO).exists():
            return None
        return load(self.folder / SCENARIO)

    @cached_property
    def histories(self) -> pa.Table | None:
        """The histories of followed problems, where the folder has them.

        Raises:
            InputError: the file is damaged.
        """
        results = self.comparison
        file = results.folder / HISTORIES if results and results.folder else None
        if file is None or not file.exists():
            return None
        try:
            return read_whole(file)
        except (OSError, pa.ArrowException) as error:
            message = say("This file is missing or damaged. Run the scenario again.")
            raise InputError([Finding(str(file), "", message)]) from error

    @property
    def policy_sets(self) -> tuple[str, ...]:
        """What was simulated; of a sweep, the policy sets among its levers."""
        results = self.comparison
        if results is not None:
            return results.policy_sets
        levers = self.manifest.get("levers", [])
        sets = [lever["values"] for lever in levers if lever["name"] == "policies"]
        return tuple(dict.fromkeys(str(name) for values in sets for name in values))

    @property
    def policies(self) -> set[str]:
        """The single policies in them, and those that are in force anyway."""
        named = {part for one in self.policy_sets for part in one.split("+")}
        return named | set(self.scenario.in_force if self.scenario else ())

    @cached_property
    def digest(self) -> Digest | None:
        """What pictures need of them, read once."""
        return Digest(self.comparison) if self.comparison is not None else None

    @cached_property
    def verdicts(self) -> list[Best]:
        """The best policy set by every headline KPI, where anything is known of it."""
        return verdicts(self.comparison) if self.comparison is not None else []

    def anchor(self, name: str) -> str:
        """A name for a place in the report that no other result uses."""
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        return f"{plain}-{self.place + 1}" if self.place else plain


def _of_policies(results: Results) -> Results:
    """Without the run that a forecast has for its usual level: nobody can choose it."""
    manifest = results.manifest
    if USUAL not in manifest["policy_sets"]:
        return results
    done = {name: runs for name, runs in manifest["done"].items() if name != USUAL}
    return replace(results, manifest=manifest | {"policy_sets": list(done), "done": done})


def sources(asked: Sequence[Anything | Path | str]) -> list[Source]:
    """Results, or the folders they are in.

    Raises:
        InputError: a folder holds none, or none that can be read.
    """
    found: list[Source] = []
    findings: list[Finding] = []
    for place, one in enumerate(asked):
        try:
            results = open_results(one) if isinstance(one, Path | str) else one
            found.append(Source(results, place))
        except InputError as error:
            findings += error.findings
    if findings:
        raise InputError(findings)
    return found
