"""Mandatory reply: every grievance gets a reply in time, whatever there is to say."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from govsim.language import say
from govsim.model.plan import NEVER
from govsim.scenario.kinds import Duration, Share, word
from govsim.scenario.policies.by_tier import ByTier

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario


class MandatoryReply(ByTier):
    """Just before a reply deadline passes, a reply goes out for form's sake."""

    KIND: ClassVar[str] = "mandatory_reply"
    TITLE: ClassVar[str] = "Mandatory reply"
    SUMMARY: ClassVar[str] = "Every grievance gets a reply in time, whatever there is to say."
    MECHANISM: ClassVar[str] = (
        "When a reply deadline would pass, most offices send a reply just in time that says "
        "nothing yet. The resident is not ignored, and does not go over the office's head for "
        "that; but the reply promises that something will be done."
    )
    COSTS: ClassVar[str] = "A quarter of an hour of the office for every such reply."
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Recorded replies in time rise, those with substance do not.",
        "Who was promised something and finds that nothing was done is less often satisfied.",
    )

    kind: Literal["mandatory_reply"] = word("the kind of policy")
    share: Share = word("of replies that would be late, go out in time without substance")
    work: Duration = word("of the office, for a reply for form's sake")

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """There must be a deadline to keep."""
        tiers = list(scenario.tiers.values())
        terms = [tiers[tier].reply_deadline.seconds for tier in self.tier_numbers(scenario)]
        if all(term == NEVER for term in terms):
            yield say("the offices that must reply have no reply deadline")

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Office after office replies so."""
        for offices in self.offices(draft):
            self.settle(draft, offices, {"formal_replies": {"work": self.work}})
            self.alter(draft, offices, {"formal_replies": {"share": self.share}})
