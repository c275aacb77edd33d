"""Added staff: more cadres at one tier."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.model.plan import CostLine
from govsim.scenario.kinds import (
    Duration,
    Money,
    MoneyPerYear,
    ShareAboveZero,
    Text,
    whole_between,
    word,
)
from govsim.scenario.naming import Found, known_tier
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario


class AddedStaff(Rollout):
    """So many more cadres in every office of a tier."""

    KIND: ClassVar[str] = "added_staff"
    TITLE: ClassVar[str] = "Added staff"
    SUMMARY: ClassVar[str] = "More cadres in every office of a tier."
    MECHANISM: ClassVar[str] = (
        "Newcomers sit at the desks of their office in turn. They keep the hours, and the share of "
        "time for grievances, of the colleagues there, and take from the same queue; at first they "
        "are slower."
    )
    COSTS: ClassVar[str] = "Pay of every newcomer by the year, and training and office once a post."
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "It helps only where cases wait for cadres: most of the time they wait for others.",
        "Who is answered sooner trusts more and reports more.",
    )

    kind: Literal["added_staff"] = word("the kind of policy")
    tier: Text = word("a tier's name, or: lowest, second, highest")
    cadres: Annotated[int, whole_between(0, 10_000)] = word("per office, spread over its desks")
    ramp_up: Duration = word("until a newcomer works like the others")
    first_day_speed: ShareAboveZero = word("of the others' speed")
    pay: MoneyPerYear = word("full cost of one cadre")
    set_up: Money = word("training and office, once per post")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier must be there."""
        yield from known_tier(scenario, "tier", self.tier)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Newcomers sit at the desks of their office in turn; each post costs its set-up."""
        offices = draft.offices_of(draft.tier_number(self.tier))
        posts = draft.staggered(len(offices), self.cadres * self.intensity)
        for place, number in enumerate(offices):
            begins = self.reaches(place, len(offices))
            desks = draft.office(number).desks
            for post in range(posts[place]):
                desk = desks[(place + post) % len(desks)]
                draft.hire(
                    desk,
                    seat=post // len(desks),
                    pay_per_year=self.pay,
                    joins=begins,
                    leaves=self.ends,
                    ramp_up=self.ramp_up,
                    first_day_speed=self.first_day_speed,
                    policy=index,
                )
            if posts[place] > 0:
                draft.costs.append(
                    CostLine(index, self.set_up * posts[place], 0.0, begins, self.ends)
                )
