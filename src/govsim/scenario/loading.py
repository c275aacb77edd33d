"""``load``: from a file to a checked scenario, or to the list of everything that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from govsim.errors import Finding, InputError
from govsim.language import say
from govsim.scenario.checks import check
from govsim.scenario.evidence import dotted
from govsim.scenario.filling import fill
from govsim.scenario.findings import in_order, translate
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.layers import merge, read_layer, stack, wrong_names
from govsim.scenario.models import Scenario
from govsim.scenario.provenance import ranged
from govsim.scenario.reading import Node
from govsim.scenario.setting import put


@dataclass(frozen=True, slots=True)
class Written:
    """What a file and all that it extends say, before it is completed and checked."""

    tree: Node

    def scenario(self, settings: Sequence[str] = (), policies: Sequence[str] = ()) -> Scenario:
        """The scenario with some values changed and policies switched on besides.

        ``settings`` holds texts ``dotted.path=value``; ``policies`` names of policies, or files
        that hold some. Raises InputError with every mistake found.
        """
        return self._scenario(settings, policies, [])

    def having(self, settings: Sequence[str]) -> "Written":
        """The same, as if the file itself had these values (texts ``dotted.path=value``).

        Raises InputError: a path that leads nowhere.
        """
        findings: list[Finding] = []
        tree = self.tree
        for setting in settings:
            tree = put(tree, setting, findings)
        if findings:
            raise InputError(in_order(findings))
        return Written(tree)

    def _scenario(
        self, settings: Sequence[str], policies: Sequence[str], findings: list[Finding]
    ) -> Scenario:
        tree, chosen = _with_policies(self.tree, policies, findings)
        for setting in settings:
            tree = put(tree, setting, findings)
        findings += wrong_names(tree)
        tree = fill(tree)
        scenario = _checked(tree, findings)
        scenario = scenario.rooted(tree, chosen)
        findings += check(scenario)
        if findings:
            raise InputError(in_order(findings))
        return scenario


def load(path: str | Path, *, set: Sequence[str] = (), policies: Sequence[str] = ()) -> Scenario:
    """The scenario of a file, with values changed by ``set`` and policies switched on besides.

    ``set`` holds texts ``dotted.path=value``; ``policies`` names of policies, or files that hold
    some. Raises InputError with every mistake found.
    """
    findings: list[Finding] = []
    return Written(stack(Path(path), findings))._scenario(set, policies, findings)


def read(path: str | Path) -> Written:
    """A scenario file, to be made into many scenarios that differ in some values.

    Raises:
        InputError: mistakes of form; what the values say is checked with each scenario.
    """
    findings: list[Finding] = []
    written = Written(stack(Path(path), findings))
    if findings:
        raise InputError(in_order(findings))
    return written


def _checked(tree: Node, findings: list[Finding]) -> Scenario:
    try:
        return Scenario.model_validate(ranged(tree))
    except ValidationError as error:
        known = {finding.key for finding in findings}  # one mistake at a place is enough
        found = translate(error, Scenario, tree)
        findings += [finding for finding in found if finding.key not in known]
        raise InputError(in_order(findings)) from None


def _with_policies(
    tree: Node, policies: Sequence[str], findings: list[Finding]
) -> tuple[Node, tuple[str, ...]]:
    """The tree with the policy files on top, and the names of the policies asked for."""
    chosen: list[str] = []
    for policy in policies:
        if policy.endswith((".yaml", ".yml")) or "/" in policy or "\\" in policy:
            layer = _policy_file(Path(policy), findings)
            tree = merge(tree, layer, findings)
            chosen += layer.entries["policies"].entries
        else:
            chosen.append(policy)
    known = tuple(tree.entries["policies"].entries)
    for name in chosen:
        if name not in known:
            findings.append(Finding("--policy", "", unknown_policy(name, known)))
    return tree, tuple(chosen)


def unknown_policy(name: str, known: Sequence[str]) -> str:
    """The sentence about a policy that is not there."""
    text = say(
        "there is no policy {name}; there are: {known}",
        name=name[:60],
        known=", ".join(known) or say("none"),
    )
    return text + did_you_mean(name, list(known))


def _policy_file(path: Path, findings: list[Finding]) -> Node:
    """The ``policies`` block of a file that holds nothing else."""
    layer = read_layer(path, findings)
    for key, node in layer.entries.items():
        if key not in ("govsim", "policies"):
            text = say("a policy file holds the keys govsim and policies only")
            findings.append(Finding(str(node.key_mark), dotted((key,)), text))
    block = layer.entries.get("policies")
    if block is None or not block.entries:
        text = say("the file holds no policies")
        raise InputError([*findings, Finding(str(layer.mark), "policies", text)])
    return replace(layer, value={"policies": block})
