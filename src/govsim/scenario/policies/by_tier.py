"""Policies that change the rules by which the offices of some tiers work."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from govsim.scenario.kinds import Text, word
from govsim.scenario.naming import Found, known_tiers, tier_named
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

ALL_TIERS = "all"


class ByTier(Rollout):
    """A policy for the offices of some tiers."""

    tiers: tuple[Text, ...] = word("whose offices: names, or lowest, second, highest, all")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tiers must be there."""
        yield from known_tiers(scenario, "tiers", self.tiers, ALL_TIERS)

    def tier_numbers(self, scenario: "Scenario") -> Sequence[int]:
        """The tiers meant, the lowest first."""
        if ALL_TIERS in self.tiers:
            return range(len(scenario.tiers))
        meant = {tier_named(scenario, tier) for tier in self.tiers}
        return [number for number, name in enumerate(scenario.tiers) if name in meant]

    def offices(self, draft: "Draft") -> Iterator[range]:
        """The offices of each tier meant."""
        for tier in self.tier_numbers(draft.scenario):
            yield draft.offices_of(tier)
