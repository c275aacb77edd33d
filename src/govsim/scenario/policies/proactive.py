"""Proactive governance: what the ledger names most often is removed at its cause."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.model.plan import CostLine, Planner
from govsim.model.randomness import uniforms
from govsim.scenario.kinds import (
    Duration,
    DurationAboveZero,
    Money,
    MoneyPerYear,
    NotNegative,
    Share,
    Text,
    whole_between,
    word,
)
from govsim.scenario.naming import Found, known_tier
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

HELD = 3  # purpose of the draw whether a planned choice is made


class Proactive(Rollout):
    """Every so often the loudest topics of the ledger become projects."""

    KIND: ClassVar[str] = "proactive"
    TITLE: ClassVar[str] = "Acting before complaints"
    SUMMARY: ClassVar[str] = (
        "Every month the topic that most grievances were about becomes a project, which removes "
        "its cause after a lag."
    )
    MECHANISM: ClassVar[str] = (
        "At the end of each period analysts count the registered grievances of every class in "
        "every area. The topics with most of them become projects, each topic once. The money is "
        "spent at once, the area's office gives office hours to planning, and after a lag the "
        "works are done: from then on a share of the problems of that class there does not begin, "
        "and a share of the living ones has ended, whether anybody had reported them or not. A "
        "project whose cost goes beyond the budget, or beyond what is left of the year's, is done "
        "in part; with nothing left nothing is begun until the new year."
    )
    COSTS: ClassVar[str] = (
        "Capital by the number of people helped, as far as the budget goes; analysts a year; "
        "planning hours of the area's office."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "What is registered is chosen, not what residents live with in silence.",
        "Nothing changes for months: the money is spent long before the works are done.",
    )

    kind: Literal["proactive"] = word("the kind of policy")
    every: DurationAboveZero = word("from one choice to the next")
    area: Text = word("where a project works: in one office's area; a tier's name or place")
    topics: Annotated[int, whole_between(0, 100)] = word("chosen each time, in all areas together")
    at_least: Annotated[int, whole_between(1, 1_000_000)] = word("grievances behind a topic")
    lag: Duration = word("from the choice until the works are done")
    removes: Share = word("share of such problems that do not begin any more")
    solves: Share = word("share of the living ones that end with the works")
    people: NotNegative = word("residents who are helped, for each grievance counted")
    cost_per_person: Money = word("capital for each of them")
    budget: Money = word("for one project at most")
    yearly_budget: MoneyPerYear = word("for projects, in all; what is left in December is lost")
    planning: Duration = word("office hours of the area's office, for each project")
    analysts_per_year: MoneyPerYear = word("in all")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier must be there."""
        yield from known_tier(scenario, "area", self.area)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """When the ledger is read, and for which areas."""
        if self.intensity == 0.0:
            return
        horizon = min(draft.scenario.horizon, self.ends)
        moments = range(self.begins + self.every, horizon, self.every)
        tier = draft.tier_number(self.area)
        areas = draft.offices_of(tier)
        draft.planners.append(
            Planner(
                policy=index,
                tier=tier,
                areas=tuple(areas),
                begins=tuple(self.reaches(place, len(areas)) for place in range(len(areas))),
                picks=tuple(
                    moment
                    for period, moment in enumerate(moments)
                    if uniforms(0, 0, period, HELD, 0)[0] < self.intensity
                ),
                topics=self.topics,
                at_least=self.at_least,
                lag=self.lag,
                removes=self.removes,
                solves=self.solves,
                per_grievance=self.people * self.cost_per_person,
                budget=self.budget,
                purse=draft.purse(index, self.yearly_budget),
                planning=self.planning,
            )
        )
        analysts = self.analysts_per_year * self.intensity
        draft.costs.append(CostLine(index, 0.0, analysts, self.begins, self.ends))
