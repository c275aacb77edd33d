"""Supervision: superiors watch some grievances, remind, and look into some closings."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from govsim.language import say
from govsim.scenario.kinds import Duration, DurationAboveZero, NotNegative, Share, word
from govsim.scenario.naming import Found
from govsim.scenario.policies.by_tier import ByTier
from govsim.scenario.targets import Plus

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario


class Supervision(ByTier):
    """The office above watches some grievances from the first day, and inspects some closings."""

    KIND: ClassVar[str] = "supervision"
    TITLE: ClassVar[str] = "Supervision"
    SUMMARY: ClassVar[str] = (
        "The office above watches some grievances, reminds of their deadlines, and looks into some "
        "closings."
    )
    MECHANISM: ClassVar[str] = (
        "A share of the grievances is watched from registration on: they go before ordinary ones "
        "at every desk, and from each of two reminders on their reply is prepared faster. A share "
        "of the closings is looked into some days later; one where nothing was done is opened "
        "again, though the resident has not come back. Knowing this, cadres close less on paper; "
        "but each late case presses the more to close something on paper."
    )
    COSTS: ClassVar[str] = (
        "Paperwork for every watched grievance, at the office that handles it and at the office "
        "above, and the hours of the office above on inspections: all out of the hours of those "
        "who handle grievances."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Paperwork takes hours: grievances that nobody watches wait longer.",
        "Effort moves to what is watched.",
        "Replies come earlier and with less in them.",
        "Where few closings are inspected and lateness is punished, more is closed on paper.",
    )

    kind: Literal["supervision"] = word("the kind of policy")
    watched: Share = word("share of grievances watched from registration on")
    reminder: Share = word("a reminder after this share of the reply term")
    last_reminder: Share = word("the second reminder")
    rush: NotNegative = word(
        "from each reminder on, preparing the reply of a watched case goes this much faster"
    )
    paperwork: Duration = word("for each watched case, at the office and at the one above it")
    inspected: Share = word("share of closings looked into")
    inspected_after: DurationAboveZero = word("from the closing to the inspection")
    inspection: Duration = word("hours of the office above for one inspection")
    sham_penalty: NotNegative = word("audit rises by the share inspected times this")
    late_penalty: NotNegative = word("pressure added when every open case is overdue")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tiers must be there, and the reminders in order."""
        yield from super().mistakes(scenario)
        if self.last_reminder < self.reminder:
            yield "last_reminder", say("the second reminder comes before the first")

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """Somebody must stand above those who are watched."""
        if list(self.tier_numbers(scenario)) == [len(scenario.tiers) - 1]:
            yield say("nobody stands above the offices that are to be supervised")

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Office after office is watched by the one above."""
        for offices in self.offices(draft):
            how = {
                "reminder": self.reminder,
                "last_reminder": self.last_reminder,
                "rush": self.rush,
                "paperwork": self.paperwork,
                "inspected_after": self.inspected_after,
                "inspection": self.inspection,
            }
            shares = {"watched": self.watched, "inspected": self.inspected}
            pushes = {
                "audit": Plus(self.inspected * self.sham_penalty),
                "pressure_from_overdue": Plus(self.late_penalty),
            }
            self.settle(draft, offices, {"supervision": how})
            self.alter(draft, offices, {"supervision": shares})
            self.alter(draft, offices, {"closing": pushes})
