"""Termination: after the last review a matter is taken up no more."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.language import say
from govsim.scenario.kinds import Duration, Share, one_of, word
from govsim.scenario.policies.by_tier import ByTier

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

REVIEWS = {"review": 1, "re_review": 2}


class Termination(ByTier):
    """A matter whose last review is closed is terminated, whether the problem lives or not."""

    KIND: ClassVar[str] = "termination"
    TITLE: ClassVar[str] = "Termination of petitions"
    SUMMARY: ClassVar[str] = (
        "After review and re-review a matter is closed for good: further contacts about it are not "
        "accepted."
    )
    MECHANISM: ClassVar[str] = (
        "When the last review is closed and the problem still lives, the matter is terminated. "
        "Whoever comes back about it is turned away at the counter and loses trust; some go on to "
        "the office above with family and neighbours, where a crowd is not turned away. The others "
        "go off the books."
    )
    COSTS: ClassVar[str] = (
        "The file of a terminated matter, and half an hour at the counter for every contact that "
        "is turned away; nobody counts the latter as work on a grievance."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Registered and repeated grievances fall, living problems do not.",
        "Residents turned away lose trust.",
        "Some come in a crowd, one tier up.",
    )

    kind: Literal["termination"] = word("the kind of policy")
    share: Share = word("of matters at the end of the ladder, terminated")
    after: Annotated[str, one_of(*REVIEWS)] = word("the last instance")
    file: Duration = word("of the office, for a terminated matter")
    turning_away: Duration = word("of the office, for a contact that is not accepted")
    trust_loss: Share = word("of the trust there was, when turned away")
    crowd: Share = word("of those turned away, go on to the office above in a crowd")

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """Each review is one tier up."""
        if len(scenario.tiers) <= REVIEWS[self.after]:
            yield say("reviews go up a tier each; there are too few tiers for the last instance")

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Office after office terminates, and turns away."""
        for offices in self.offices(draft):
            how = {
                "after": REVIEWS[self.after],
                "file": self.file,
                "turning_away": self.turning_away,
                "trust_loss": self.trust_loss,
                "crowd": self.crowd,
            }
            self.settle(draft, offices, {"termination": how})
            self.alter(draft, offices, {"termination": {"share": self.share}})
