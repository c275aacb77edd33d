"""Reading an experiment file: like a scenario file, with the same form, limits and errors.

Which scenario, what is varied (levers and uncertainties), by which design, and what is looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from pathlib import Path

import numpy as np

from govsim.errors import Finding, InputError
from govsim.experiments import designs
from govsim.experiments.asked import MOST_REPLICATIONS, MOST_SEED, parts_of
from govsim.experiments.experiment import Experiment
from govsim.experiments.factors import POLICIES, Choice, Factor, Range, kinds_of, range_between
from govsim.experiments.measures import Measured, chosen
from govsim.language import say
from govsim.outcomes.lookup import Floats
from govsim.outcomes.scopes import Scopes
from govsim.scenario import Scenario, Written, compile_plan, read
from govsim.scenario.evidence import GRADES
from govsim.scenario.findings import in_order
from govsim.scenario.kinds import Kind, did_you_mean
from govsim.scenario.layers import read_layer
from govsim.scenario.loading import unknown_policy
from govsim.scenario.provenance import RegisterEntry
from govsim.scenario.quantities import WrongQuantity
from govsim.scenario.reading import Node, shown

KEYS = (
    "name", "name_zh", "question", "question_zh", "scenario", "set", "levers", "uncertainties",
    "design", "outcomes", "replications", "seed",
)  # fmt: skip
DESIGN_KEYS = ("kind", "samples", "points")
RANGE_KEYS = ("from", "to", "scale")
REGISTERED = "range"  # the range that stands beside the value in the scenario
MOST_POINTS = 5_000_000
SAMPLES = 64


def read_experiment(path: str | Path) -> Experiment:
    """The experiment of a file.

    Raises:
        InputError: every mistake found, with file, line and column.
    """
    return _Reader(Path(path)).experiment()


class _Reader:
    """Reads one file, and gathers what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self._register: dict[str, RegisterEntry] = {}
        self.root = read_layer(path, self.findings)
        self._only(self.root, ("govsim", *KEYS), "")
        self._stop_if_wrong()

    def experiment(self) -> Experiment:
        """Everything, or all that is wrong."""
        written, fixed = self._written(), self._fixed()
        base = self._base(written, fixed)
        self._register = {entry.path: entry for entry in base.register()}
        known = kinds_of(base)
        levers = tuple(self._factors("levers", known))
        design = self._design()
        uncertainties, left_out = self._uncertainties(written, base, known, fixed)
        measures = self._measures(base)
        replications = self._whole("replications", 1, 1, MOST_REPLICATIONS)
        seed = self._whole("seed", 1, 0, MOST_SEED)
        self._stop_if_wrong()
        self._check_levers(levers)
        self._check_factors((*levers, *uncertainties), written, base, fixed)
        self._stop_if_wrong()
        table = (
            _sampled(self._table((*levers, *uncertainties)), uncertainties)
            if design == "table"
            else ()
        )
        ranks = self._ranks(design, uncertainties, seed) if design != "table" else np.zeros((0, 0))
        self._stop_if_wrong()
        experiment = Experiment(
            self.path, self._text("name") or self.path.stem, self._text("name_zh"),
            self._text("question"), self._text("question_zh"), written, base, levers, uncertainties,
            design, len(ranks), ranks, table, measures, replications, seed, fixed, left_out,
        )  # fmt: skip
        self._check_count(experiment)
        self._stop_if_wrong()
        return experiment

    # ------------------------------------------------------------ small things

    def _wrong(self, node: Node, key: str, message: str) -> None:
        self.findings.append(Finding(str(node.mark), key, message))

    def _stop_if_wrong(self) -> None:
        if self.findings:
            raise InputError(in_order(self.findings))

    def _only(self, node: Node, keys: Sequence[str], path: str) -> None:
        """Complain of keys that nobody knows."""
        for key, item in node.entries.items():
            if key not in keys:
                message = say("unknown key {key}", key=shown(key)) + did_you_mean(key, [*keys])
                message += say(" (allowed here: {keys})", keys=", ".join(keys))
                self.findings.append(Finding(str(item.key_mark), _joined(path, key), message))

    def _entry(self, key: str) -> Node | None:
        return self.root.entries.get(key)

    def _text(self, key: str) -> str:
        node = self._entry(key)
        if node is None:
            return ""
        if not isinstance(node.value, str):
            self._wrong(node, key, say("here must stand a text"))
            return ""
        return node.value

    def _whole(self, key: str, usual: int, low: int, high: int) -> int:
        node = self._entry(key)
        return usual if node is None else self._whole_of(node, key, low, high)

    def _whole_of(self, node: Node, key: str, low: int, high: int) -> int:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            bounds = say("{low} to {high}", low=low, high=high)
            message = say(
                "{value} is not allowed here; allowed is {bounds}",
                value=shown(node.text),
                bounds=bounds,
            )
            self._wrong(node, key, message)
            return low
        return value

    def _texts(self, node: Node, key: str) -> list[tuple[str, Node]]:
        """The scalars of a list, as they are written."""
        if not isinstance(node.value, list) or not node.value:
            self._wrong(node, key, say("here must stand a list such as [a, b]"))
            return []
        found = []
        for place, item in enumerate(node.items):
            if isinstance(item.value, list | dict) or item.value is None:
                self._wrong(item, f"{key}.{place}", say("here must stand a single value"))
            else:
                found.append((item.text, item))
        return found

    # ------------------------------------------------------------ the scenario

    def _written(self) -> Written:
        node = self._entry("scenario")
        if node is None or not isinstance(node.value, str):
            place = node or self.root
            message = say(
                "an experiment needs the file of its scenario, relative to this file: "
                "scenario: ../scenarios/district.yaml"
            )
            self._wrong(place, "scenario", message)
            raise InputError(in_order(self.findings))
        return read(self.path.parent / node.value)

    def _fixed(self) -> tuple[str, ...]:
        node = self._entry("set")
        if node is None:
            return ()
        if not isinstance(node.value, dict):
            self._wrong(node, "set", say("here must stand keys and values, such as horizon: 180 d"))
        return tuple(f"{key}={item.text}" for key, item in node.entries.items())

    def _base(self, written: Written, fixed: tuple[str, ...]) -> Scenario:
        try:
            return written.scenario(fixed)
        except InputError as error:
            raise InputError([self._located(finding) for finding in error.findings]) from None

    def _located(self, finding: Finding) -> Finding:
        """A finding about a setting belongs to the line of this file that made it."""
        if not finding.where.startswith("--set "):
            return finding
        name = finding.where.removeprefix("--set ")
        for key in ("set", "levers", "uncertainties"):
            node = self.root.entries.get(key)
            if node is not None and name in node.entries:
                return Finding(str(node.entries[name].mark), f"{key}.{name}", finding.message)
        return finding

    # ------------------------------------------------------------ what is varied

    def _factors(self, key: str, known: dict[str, Kind]) -> Iterator[Factor]:
        node = self._entry(key)
        if node is None:
            return
        if not isinstance(node.value, dict):
            self._wrong(node, key, say("here must stand paths of the scenario, each with values"))
        for name, item in node.entries.items():
            factor = self._factor(f"{key}.{name}", name, item, known)
            if factor is not None:
                yield factor

    def _factor(self, key: str, name: str, node: Node, known: dict[str, Kind]) -> Factor | None:
        if name == POLICIES:
            texts = [self._policy_set(text, item, key) for text, item in self._texts(node, key)]
            return Choice(name, tuple(dict.fromkeys(texts))) if texts else None
        if isinstance(node.value, list):
            values = tuple(dict.fromkeys(text for text, _ in self._texts(node, key)))
            return Choice(name, values) if values else None
        if isinstance(node.value, dict):
            return self._range(key, name, node, known.get(name))
        if node.value == REGISTERED:
            return self._registered(key, name, node, known.get(name))
        message = say(
            "here must stand a list of values, two ends such as {{from: 1, to: 2}}, or: range (the "
            "range that the scenario states)"
        )
        self._wrong(node, key, message)
        return None

    def _policy_set(self, text: str, node: Node, key: str) -> str:
        try:
            return "+".join(parts_of(text)) or "baseline"
        except InputError as error:
            self._wrong(node, key, error.findings[0].message)
            return text

    def _range(self, key: str, name: str, node: Node, kind: Kind | None) -> Range | None:
        self._only(node, RANGE_KEYS, key)
        low, high = node.entries.get("from"), node.entries.get("to")
        scale = node.entries.get("scale")
        if low is None or high is None:
            self._wrong(node, key, say("a range needs both ends: {{from: 1, to: 2}}"))
            return None
        if scale is not None and scale.value not in ("linear", "log"):
            self._wrong(scale, f"{key}.scale", say("a scale is linear or log"))
        log = scale is not None and scale.value == "log"
        return self._between(key, name, (low.text, high.text), node, kind, log)

    def _between(
        self, key: str, name: str, ends: tuple[str, str], node: Node, kind: Kind | None, log: bool
    ) -> Range | None:
        try:
            factor = range_between(name, *ends, kind, log=log)
        except WrongQuantity:
            factor = None
        if factor is None or not factor.low < factor.high or (log and factor.low <= 0):
            message = say(
                "{low} to {high} is no range; write two numbers of the same unit, the smaller one "
                "first, and for scale: log both above 0",
                low=shown(ends[0]),
                high=shown(ends[1]),
            )
            self._wrong(node, key, message)
            return None
        return factor

    def _registered(self, key: str, name: str, node: Node, kind: Kind | None) -> Range | None:
        entry = self._register.get(name)
        if entry is None or entry.range is None:
            message = say(
                "the scenario states no range for this value; write one: {{from: ..., to: ...}}"
            )
            self._wrong(node, key, message)
            return None
        return self._between(key, name, entry.range, node, kind, log=False)

    def _uncertainties(
        self, written: Written, base: Scenario, known: dict[str, Kind], fixed: tuple[str, ...]
    ) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
        node = self._entry("uncertainties")
        if node is not None and isinstance(node.value, str):
            if node.value in (*GRADES, "all"):
                return self._all_ranges(node.value, written, base, known, fixed)
            allowed = ", ".join((*GRADES, "all"))
            message = say(
                "{value} is not allowed here; write paths with values, or take every range that "
                "the scenario states for values of a grade: {allowed}",
                value=shown(node.value),
                allowed=allowed,
            )
            self._wrong(node, "uncertainties", message)
        return tuple(self._factors("uncertainties", known)), ()

    def _all_ranges(
        self,
        grade: str,
        written: Written,
        base: Scenario,
        known: dict[str, Kind],
        fixed: tuple[str, ...],
    ) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
        """Every stated range of values in use, and those that cannot vary by themselves."""
        factors: list[Factor] = []
        left_out = []
        for entry in base.register():
            if entry.range is None or not self._in_use(entry, base) or entry.grade == "choice":
                continue
            if grade not in ("all", entry.grade):
                continue
            try:
                factor = range_between(entry.path, *entry.range, known.get(entry.path))
                for end in factor.ends():
                    written.scenario((*fixed, f"{entry.path}={end}"))
                factors.append(factor)
            except (InputError, WrongQuantity):
                left_out.append(entry.path)
        return tuple(factors), tuple(left_out)

    def _in_use(self, entry: RegisterEntry, base: Scenario) -> bool:
        """Values of policies count only if some point has the policy."""
        first, _, rest = entry.path.partition(".")
        if first.endswith("_defaults"):
            return False
        if first != POLICIES:
            return True
        levers = self._entry("levers")
        sets = levers.entries.get(POLICIES) if levers else None
        texts = [item.text for item in sets.items] if sets else []
        used = {part.strip() for text in texts for part in text.split("+")} | set(base.in_force)
        return rest.partition(".")[0] in used

    # ------------------------------------------------------------ checks

    def _check_levers(self, levers: Sequence[Factor]) -> None:
        node = self._entry("levers")
        for lever in levers:
            if isinstance(lever, Range) and self._kind() != "table" and node is not None:
                message = say("a lever takes a list of values; ranges belong to uncertainties")
                self._wrong(node.entries[lever.name], f"levers.{lever.name}", message)

    def _check_factors(
        self,
        factors: Sequence[Factor],
        written: Written,
        base: Scenario,
        fixed: tuple[str, ...],
    ) -> None:
        """Every end of every factor must be allowed, alone."""
        seen: set[str] = set()
        for factor in factors:
            if factor.name in seen:
                message = say("{name} stands among levers and uncertainties", name=factor.name)
                self._wrong(self.root.entries["uncertainties"], factor.name, message)
            seen.add(factor.name)
        if self._entry("uncertainties") is not None and self.root.entries["uncertainties"].text:
            factors = [factor for factor in factors if factor.name in self._lever_names()]
        for factor in factors:
            for text in factor.ends():
                self._check_value(factor.name, text, written, base, fixed)

    def _lever_names(self) -> set[str]:
        node = self._entry("levers")
        return set(node.entries) if node else set()

    def _check_value(
        self, name: str, text: str, written: Written, base: Scenario, fixed: tuple[str, ...]
    ) -> None:
        try:
            if name == POLICIES:
                self._check_policies(parts_of(text), base)
                written.scenario(fixed, parts_of(text))
            else:
                written.scenario((*fixed, f"{name}={text}"))
        except InputError as error:
            self.findings += [self._located(finding) for finding in error.findings]

    def _check_policies(self, names: Sequence[str], base: Scenario) -> None:
        node = self.root.entries["levers"].entries[POLICIES]
        for name in names:
            if name not in base.policies:
                message = unknown_policy(name, tuple(base.policies))
                raise InputError([Finding(str(node.mark), "levers.policies", message)])

    def _check_count(self, experiment: Experiment) -> None:
        if (
            not 1 <= experiment.count * experiment.replications <= MOST_POINTS * 100
            or experiment.count > MOST_POINTS
        ):
            self._too_many()

    def _too_many(self) -> None:
        message = say("more than {most} points; take fewer samples or values", most=MOST_POINTS)
        self._wrong(self.root, "design", message)

    # ------------------------------------------------------------ design and outcomes

    def _kind(self) -> str:
        node = self._entry("design")
        kind = node.entries.get("kind") if node else None
        return str(kind.value) if kind else "grid"

    def _design(self) -> str:
        node = self._entry("design")
        if node is None:
            return "grid"
        self._only(node, DESIGN_KEYS, "design")
        kind = node.entries.get("kind")
        if kind is None or kind.value not in designs.KINDS:
            message = say(
                "a design needs its kind, one of: {kinds}", kinds=", ".join(designs.KINDS)
            )
            self._wrong(kind or node, "design.kind", message)
            return "grid"
        return str(kind.value)

    def _ranks(self, design: str, factors: Sequence[Factor], seed: int) -> Floats:
        if design == "grid":
            return self._grid(factors)
        node = self.root.entries["design"]
        given = node.entries.get("samples")
        samples = (
            SAMPLES if given is None else self._whole_of(given, "design.samples", 1, MOST_POINTS)
        )
        if not factors:
            self._wrong(node, "design.kind", say("this design needs uncertainties to vary"))
            return np.zeros((1, 0))
        if design in designs.SALTELLI and samples & (samples - 1):
            message = say("a sobol design needs a power of two: 64, 128, 256 ...")
            self._wrong(given or node, "design.samples", message)
            return np.zeros((1, len(factors)))
        return designs.sampled(design, len(factors), samples, seed)

    def _grid(self, factors: Sequence[Factor]) -> Floats:
        for factor in factors:
            if isinstance(factor, Range):
                node = self.root.entries["uncertainties"]
                place = node.entries.get(factor.name, node)
                message = say(
                    "a grid needs lists of values; ranges need design: {{kind: latin_hypercube}}"
                )
                self._wrong(place, f"uncertainties.{factor.name}", message)
                return np.zeros((1, len(factors)))
        sizes = [len(factor.ends()) for factor in factors]
        if prod(sizes) > MOST_POINTS:
            self._too_many()
            return np.zeros((1, len(factors)))
        return designs.grid(sizes)

    def _table(self, factors: Sequence[Factor]) -> Iterator[dict[str, str]]:
        """Explicit points: each names a value of every factor."""
        node = self.root.entries["design"]
        points = node.entries.get("points")
        if points is None or not points.items:
            self._wrong(
                node, "design.points", say("a table needs points: a list of values by name")
            )
            return
        names = [factor.name for factor in factors]
        for place, item in enumerate(points.items):
            key = f"design.points.{place}"
            if set(item.entries) != set(names):
                message = say(
                    "a point names a value of each factor: {names}", names=", ".join(names)
                )
                self._wrong(item, key, message)
                continue
            yield {name: item.entries[name].text for name in names}

    def _measures(self, base: Scenario) -> tuple[Measured, ...]:
        node = self._entry("outcomes")
        texts = [("headline", self.root)] if node is None else self._texts(node, "outcomes")
        scopes = Scopes.of(compile_plan(base))
        found: list[Measured] = []
        for text, item in texts:
            try:
                found += chosen(text, scopes)
            except InputError as error:
                self._wrong(item, "outcomes", error.findings[0].message)
        return tuple(dict.fromkeys(found))


def _sampled(
    rows: Iterable[dict[str, str]], uncertainties: Sequence[Factor]
) -> tuple[tuple[int, dict[str, str]], ...]:
    """Points with the same uncertainties are one sample, called after the first of them."""
    names = [factor.name for factor in uncertainties]
    first: dict[tuple[str, ...], int] = {}
    return tuple(
        (first.setdefault(tuple(row[name] for name in names), place), row)
        for place, row in enumerate(rows)
    )


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
