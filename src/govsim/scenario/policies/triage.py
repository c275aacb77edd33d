"""Triage: each new grievance is looked at, sorted and cleared of what need not be handled."""

from typing import TYPE_CHECKING, ClassVar, Literal

from govsim.model.plan import CostLine
from govsim.scenario.kinds import Duration, Money, MoneyPerYear, Share, Text, word
from govsim.scenario.naming import Found, known_tiers
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

ALL_TIERS = "all"


class TriageDesk(Rollout):
    """A step at intake in the offices of some tiers."""

    KIND: ClassVar[str] = "triage"
    TITLE: ClassVar[str] = "Triage"
    SUMMARY: ClassVar[str] = (
        "Every new grievance is sorted at intake: by department, by urgency, and by whether it is "
        "known already or cannot be granted."
    )
    MECHANISM: ClassVar[str] = (
        "The first desk of the office that registers a grievance gives some minutes of its office "
        "hours to each. Fewer are then given to the wrong department. One about a matter that lies "
        "in the same office already is, with some probability, closed at once as a duplicate. An "
        "unreasonable request is, with some probability, recognised: it goes to no specialist, and "
        "is explained in a part of the work. Mild matters wait in a lane of their own, behind all "
        "others. Leaders' cases, reviews and those who threaten are never turned away."
    )
    COSTS: ClassVar[str] = (
        "Minutes of the first desk for each grievance, taken from its work on grievances; a "
        "catalogue and training for each office, once and each year."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Some reasonable requests are taken for unreasonable ones and explained away: the ledger "
        "says closed, the problem lives.",
        "Those who were turned away come back by another channel.",
        "Mild matters starve in their lane where the desks are busy, and grow old.",
        "Residents learn the magic words: more of those who come back threaten to go higher.",
        "Where there are few wrong desks and few duplicates, the minutes at intake are lost work.",
    )

    kind: Literal["triage"] = word("the kind of policy")
    tiers: tuple[Text, ...] = word("whose offices: names, or lowest, second, highest, all")
    work: Duration = word("of the first desk, for each new grievance")
    error: Share = word("wrong dispatches that are left")
    merges: Share = word("duplicates seen at intake: closed at once")
    turns_away: Share = word("unreasonable requests recognised at intake")
    misjudges: Share = word("reasonable requests taken for unreasonable ones")
    explaining: Share = word("of the ordinary work, for a request that is turned away")
    mild_below: Share = word("severity under which a grievance waits behind all others")
    magic_words: Share = word("of those who come back: learn to threaten")
    set_up: Money = word("catalogue and training, once per office")
    upkeep: MoneyPerYear = word("catalogue and training, per office")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tiers must be there."""
        yield from known_tiers(scenario, "tiers", self.tiers, ALL_TIERS)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Office after office sorts what comes in."""
        numbers = range(len(draft.first))
        chosen = (
            numbers
            if ALL_TIERS in self.tiers
            else sorted({draft.tier_number(tier) for tier in self.tiers})
        )
        for tier in chosen:
            offices = draft.offices_of(tier)
            self.alter(draft, offices, self.targets())
            for place in range(len(offices) if self.intensity > 0.0 else 0):
                begins = self.reaches(place, len(offices))
                once, per_year = self.set_up * self.intensity, self.upkeep * self.intensity
                if begins < self.ends:
                    draft.costs.append(CostLine(index, once, per_year, begins, self.ends))

    def targets(self) -> dict[str, dict[str, float]]:
        """The rules of an office that sorts."""
        return {
            "handling": {"triage_error": self.error},
            "intake": {
                "work": self.work,
                "merges": self.merges,
                "turns_away": self.turns_away,
                "misjudges": self.misjudges,
                "explaining": self.explaining,
                "mild_below": self.mild_below,
                "magic_words": self.magic_words,
            },
        }
