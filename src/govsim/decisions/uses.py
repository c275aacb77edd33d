"""Uses of money: policies at some intensities and added cadres, and the portfolios they make."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from govsim.decisions.arms import Arm
from govsim.decisions.refusals import refusal
from govsim.scenario import Scenario, Written, compile_plan

INTENSITIES = (0.25, 0.5, 0.75, 1.0)
STAFF_STEPS = 8  # as many steps lead to one more cadre at every desk of a tier
ADDED_STAFF = "added_staff"

Portfolio: TypeAlias = tuple[int, ...]
"""The step of each use, in the order of the uses; 0: not used."""


@dataclass(frozen=True, slots=True)
class Use:
    """Something to spend on, in steps.

    Args:
        policy: its name in the scenario.
        amounts: of each step from the first: intensities, or posts in a tier.
        tier: where cadres are added; empty for a policy of the scenario's own.
        offices: of that tier.
    """

    policy: str
    amounts: tuple[float, ...] = INTENSITIES
    tier: str = ""
    offices: int = 0

    def settings(self, step: int) -> tuple[str, ...]:
        """What the scenario says for a step from 1."""
        amount = self.amounts[step - 1]
        if not self.tier:
            return (f"policies.{self.policy}.intensity={amount:g}",)
        each = -(-int(amount) // self.offices)
        filled = amount / (each * self.offices)
        return (
            f"policies.{self.policy}.cadres={each}",
            f"policies.{self.policy}.intensity={filled!r}",
        )


def arm_of(uses: Sequence[Use], portfolio: Portfolio) -> Arm:
    """A portfolio as an arm; steps that are 0 leave no trace in it."""
    used = [(use, step) for use, step in zip(uses, portfolio, strict=True) if step]
    settings = [setting for use, step in used for setting in use.settings(step)]
    return Arm(tuple(use.policy for use, _ in used), tuple(settings))


def neighbours(uses: Sequence[Use], portfolio: Portfolio) -> Iterator[Portfolio]:
    """All portfolios that are one step of one use away."""
    for place, (use, step) in enumerate(zip(uses, portfolio, strict=True)):
        for other in (step - 1, step + 1):
            if 0 <= other <= len(use.amounts):
                yield (*portfolio[:place], other, *portfolio[place + 1 :])


# ---------------------------------------------------------------- what a scenario offers


def with_cadres(written: Written, scenario: Scenario) -> tuple[Written, list[Use]]:
    """The scenario with a policy more for every tier, which adds cadres there, and these uses.

    A newcomer costs what a cadre of the tier's first desk costs, besides the usual set-up.
    """
    uses, texts = [], []
    for name, tier in scenario.tiers.items():
        groups = list(tier.office_groups.values())
        desks = [(group.offices, desk) for group in groups for desk in group.desks.values()]
        if not desks:
            continue
        policy = _free_name(f"cadres_{name}", scenario)
        pay = f"{desks[0][1].pay!r} CNY/year"
        texts.append(
            f"policies.{policy}={{kind: {ADDED_STAFF}, tier: {name}, cadres: 1, pay: {pay}}}"
        )
        queues = sum(offices * desk.copies for offices, desk in desks)
        stride = max(1, round(queues / STAFF_STEPS))
        amounts = tuple(float(stride * step) for step in range(1, STAFF_STEPS + 1))
        uses.append(Use(policy, amounts, name, tier.office_count))
    return written.having(texts), uses


def _free_name(name: str, scenario: Scenario) -> str:
    taken = scenario.root.entries["policies"].entries
    while name in taken:
        name += "_"
    return name


def that_run(
    written: Written, settings: Sequence[str], uses: Sequence[Use]
) -> tuple[list[Use], dict[str, dict[str, str]]]:
    """The uses that the scenario allows by themselves; for the others why not, by language."""

    def attempt(use: Use) -> None:
        compile_plan(written.scenario((*settings, *use.settings(1)), (use.policy,)))

    found = [(use, refusal(partial(attempt, use))) for use in uses]
    good = [use for use, refused in found if not refused]
    return good, {use.policy: refused for use, refused in found if refused}
