"""A scenario that needs no file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from govsim.model.plan import Plan
from plans import ONE, network


@dataclass
class Toy:
    """What ``run`` asks of a scenario."""

    in_force: tuple[str, ...] = ()
    selected_policies: tuple[str, ...] = ()
    policies: tuple[str, ...] = ("night_visits", "added_staff")
    name: str = "toy"
    name_zh: str = "玩具"

    def digest(self) -> str:
        return "0" * 64

    def ground(self) -> str:
        return "1" * 64

    def resolved_yaml(self) -> str:
        return f"name: {self.name}\n"

    def plan(self, policies: Sequence[str]) -> Plan:
        plan = network(14, 4.0, [(2, 1, ONE, 0.5), (1, 1, ONE, 1.0)])
        name = "+".join(policies) or "baseline"
        return replace(plan, name=self.name, policies=tuple(policies), policy_set=name)
