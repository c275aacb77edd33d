"""What every policy says: how much of it, from when to when, and how it spreads over offices."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar

from govsim.model.randomness import uniforms
from govsim.scenario.kinds import (
    Duration,
    DurationOrNever,
    Share,
    Words,
    one_of,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario
    from govsim.scenario.naming import Found
    from govsim.scenario.targets import Targets


class Rollout(Words, ABC):
    """The words that all policies share."""

    KIND: ClassVar[str]
    # What the policy's page says.
    TITLE: ClassVar[str]
    SUMMARY: ClassVar[str]
    MECHANISM: ClassVar[str]
    COSTS: ClassVar[str]
    SIDE_EFFECTS: ClassVar[tuple[str, ...]]

    intensity: Share = word("0 is exactly the baseline, 1 the whole policy")
    begins: Duration = word("after the start of the scenario")
    ends: DurationOrNever = word("after the start of the scenario, or never")
    rollout: Annotated[str, one_of("at_once", "random", "in_order")] = word(
        "the order in which the offices begin"
    )
    rollout_over: Duration = word("from the first office to the last")

    @abstractmethod
    def change(self, draft: "Draft", index: int, name: str) -> None:
        """What the policy changes in the plan; it is the index-th in force, under this name."""

    def mistakes(self, scenario: "Scenario") -> "Found":
        """What is wrong between the policy's words and the scenario: word and sentence."""
        yield from ()

    def obstacles(self, scenario: "Scenario") -> "Iterator[str]":
        """What the scenario lacks that the policy needs; asked only if it is switched on."""
        yield from ()

    def alter(self, draft: "Draft", offices: "Sequence[int]", targets: "Targets") -> None:
        """These offices of one tier, one after the other, work by other values."""
        for place, office in enumerate(offices):
            begins = self.reaches(place, len(offices))
            draft.alter(office, begins, self.ends, targets, self.intensity)

    def settle(self, draft: "Draft", offices: "Sequence[int]", targets: "Targets") -> None:
        """How something is done does not depend on how much of it: values in full."""
        for place, office in enumerate(offices if self.intensity > 0.0 else ()):
            begins = self.reaches(place, len(offices))
            draft.alter(office, begins, self.ends, targets, 1.0)

    def reaches(self, number: int, count: int) -> int:
        """When the policy reaches the number-th of so many offices."""
        if self.rollout == "at_once" or self.rollout_over == 0:
            return self.begins
        place = uniforms(0, 0, number, 0, 0)[0] if self.rollout == "random" else number / count
        return self.begins + int(place * self.rollout_over)
