"""Scoring: offices are scored and ranked each month, and somebody is answerable for the rank."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.language import say
from govsim.model.plan import CostLine
from govsim.scenario.kinds import Duration, MoneyPerYear, NotNegative, Share, between, word
from govsim.scenario.naming import Found
from govsim.scenario.policies.by_tier import ByTier
from govsim.scenario.targets import Plus

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario


class Scoring(ByTier):
    """Each month offices are scored on what their records say, and ranked within their tier."""

    KIND: ClassVar[str] = "scoring"
    TITLE: ClassVar[str] = "Scoring and accountability"
    SUMMARY: ClassVar[str] = (
        "Every thirty days each office is scored on replies, resolution and satisfaction as "
        "recorded, and ranked within its tier."
    )
    MECHANISM: ClassVar[str] = (
        "The further down an office stands, the more pressure is on it until the next ranking: "
        "its cadres work faster, up to a limit, and close more on paper. Whoever handles a case is "
        "scored on the call-back, and begs for a good word. The part of the score that residents "
        "give themselves cannot be won on paper, and takes that pressure away."
    )
    COSTS: ClassVar[str] = (
        "The score unit's money; a report of every office each month; and the hours of the office "
        "above on calling residents back: out of the hours of those who handle grievances."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Recorded resolution and satisfaction rise more than true ones: the gap widens.",
        "What was closed on paper comes back.",
        "Scores draw near to the best there is, and tell offices apart no more.",
    )

    kind: Literal["scoring"] = word("the kind of policy")
    response: NotNegative = word("weight of replies in time")
    resolution: NotNegative = word("weight of recorded resolution")
    satisfaction: NotNegative = word("weight of recorded satisfaction")
    resident_weight: Share = word("share of the score that residents give themselves")
    strength: NotNegative = word("pressure on the last of a tier")
    effort: NotNegative = word("work and replies go (1 + this x pressure) times as fast")
    most_effort: Annotated[float, between(1, 10)] = word("at most so many times as fast")
    begging: Share = word("more dissatisfied residents recorded as satisfied")
    call_back: Share = word("share of closed cases that are called back")
    call: Duration = word("hours of the office above for one call-back")
    report: Duration = word("of each office, each month")
    cost_per_year: MoneyPerYear = word("in all")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tiers must be there, and something must count."""
        yield from super().mistakes(scenario)
        if self.response + self.resolution + self.satisfaction == 0.0:
            yield "resolution", say("at least one weight must be above 0")

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """A ranking needs two."""
        tiers = list(scenario.tiers.values())
        if all(tiers[tier].office_count < 2 for tier in self.tier_numbers(scenario)):
            yield say("a ranking needs a tier of two offices at least")

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Office after office is scored; the score unit is paid for."""
        for offices in self.offices(draft):
            how = {
                "response": self.response,
                "resolution": self.resolution,
                "satisfaction": self.satisfaction,
                "resident_weight": self.resident_weight,
                "effort": self.effort,
                "most_effort": self.most_effort,
                "call": self.call,
            }
            much = {"strength": self.strength, "report": self.report}
            self.settle(draft, offices, {"scoring": how})
            self.alter(draft, offices, {"scoring": much})
            self.alter(draft, offices, {"satisfaction": {"call_back": self.call_back}})
            self.alter(draft, offices, {"satisfaction": {"bias": Plus(self.begging)}})
        if self.intensity > 0.0:
            per_year = self.cost_per_year * self.intensity
            draft.costs.append(CostLine(index, 0.0, per_year, self.begins, self.ends))
