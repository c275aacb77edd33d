"""Mediation: a desk of mediators takes disputes; up to three instances."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.model.laws import Family
from govsim.model.plan import DAY, CostLine, Lane, Law
from govsim.model.records import ABSENT
from govsim.scenario.kinds import (
    Duration,
    Money,
    MoneyPerYear,
    NotNegative,
    Share,
    ShareAboveZero,
    Text,
    YesNo,
    one_of,
    whole_between,
    word,
)
from govsim.scenario.lawful import to_law
from govsim.scenario.laws import DurationLaw, NumberLaw
from govsim.scenario.naming import (
    Found,
    class_shares,
    known_calendar,
    known_tier,
    not_empty,
    unknown_classes,
)
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

AT_ONCE = Law(Family.CONSTANT, 0.0)
ANY_SEVERITY = 2.0  # above every severity
MONTH = 30 * DAY
WEEK = 7 * DAY


class Mediation(Rollout):
    """Mediators bring the parties of a dispute to one table."""

    KIND: ClassVar[str] = "mediation"
    TITLE: ClassVar[str] = "Mediation"
    SUMMARY: ClassVar[str] = (
        "Disputes go to mediators, who bring the parties to one table; what fails goes to the next "
        "instance, to law, or back."
    )
    MECHANISM: ClassVar[str] = (
        "In each office of the tier, and of so many tiers above it, mediators sit at a desk of "
        "their own. A dispute that is given out in the office, or below it, goes to them. One to "
        "three sessions of two to three hours each, some days apart, take the mediators' own duty "
        "time. With probability 0.7 the parties agree, and the problem is solved; one agreement "
        "in ten breaks within half a year. Of the failures a share is written up as solved, and "
        "the problem lives on. The rest go to the instance above, if there is one, then to the "
        "legal route (closed as referred) or back to the office's desks."
    )
    COSTS: ClassVar[str] = (
        "A subsidy for every case a mediator reports, training once for each mediator, pay if they "
        "are employed and not volunteers."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Reported success says little: failures are written up as agreements.",
        "A subsidy by the case invites cases that nobody had: money and hours for nothing.",
        "Mediators have little to do: most of their time is idle capacity.",
        "Some agreements break later, and the dispute is there again.",
        "A budget for subsidies that runs out leaves the year's last disputes to the desks.",
    )

    kind: Literal["mediation"] = word("the kind of policy")
    tier: Text = word("of the first instance: a tier's name, or lowest, second, highest")
    instances: Annotated[int, whole_between(1, 3)] = word(
        "people's, administrative, judicial: one tier above the other, where there are tiers"
    )
    from_below: YesNo = word("disputes of the offices below come to the first instance as well")
    classes: tuple[Text, ...] = word("classes of problems that go to mediators")
    mediators: Annotated[int, whole_between(0, 1000)] = word("per office")
    hours: Text = word("the mediators' calendar")
    share_of_time: ShareAboveZero = word("of these hours that they are there for cases")
    pay: MoneyPerYear = word("of one mediator; 0 for volunteers")
    set_up: Money = word("training, once for each mediator")
    sessions: NumberLaw = word("how many a case takes, rounded")
    session: DurationLaw = word("length of a session")
    gap: DurationLaw = word("from one session to the next")
    success: Share = word("the parties agree")
    breaks: Share = word("an agreement does not hold")
    breaks_after: DurationLaw = word("until then")
    written_up: Share = word("share of failures that are reported as agreements")
    on_failure: Annotated[str, one_of("legal_route", "own_desk")] = word(
        "closed, the parties are told to go to law; or back to the office's own desks"
    )
    subsidy: Money = word("for each case that a mediator reports")
    yearly_budget: MoneyPerYear = word(
        "for subsidies, in all; once spent, nobody is paid and no new case taken until January"
    )
    invented: NotNegative = word("cases that nobody had, for each mediator and month")
    invented_work: Duration = word("of such a case")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier and the calendar must be there."""
        yield from known_tier(scenario, "tier", self.tier)
        yield from known_calendar(scenario, "hours", self.hours)
        yield from not_empty("classes", self.classes)

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """The classes must be there."""
        yield from unknown_classes(scenario, self.classes)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """A desk in each office where a post is filled, on one tier after the other."""
        lowest = draft.tier_number(self.tier)
        purse = draft.purse(index, self.yearly_budget)
        for tier in range(lowest, min(lowest + self.instances, len(draft.first))):
            offices = draft.offices_of(tier)
            posts = draft.staggered(len(offices), self.mediators * self.intensity)
            for place, office in enumerate(offices):
                if posts[place] > 0:
                    begins = self.reaches(place, len(offices))
                    lane = self._sit(draft, index, office, posts[place], begins)
                    below = self.from_below and tier == lowest
                    draft.open_lane(lane._replace(from_below=below, purse=purse))

    def _sit(self, draft: "Draft", index: int, office: int, posts: int, begins: int) -> Lane:
        desk = draft.open_desk(office, "mediators")
        for seat in range(posts):
            draft.seat(
                desk,
                seat,
                index,
                calendar=draft.calendar(self.hours),
                share_of_time=self.share_of_time,
                pay_per_year=self.pay,
                joins=begins,
                leaves=self.ends,
            )
        draft.costs.append(CostLine(index, self.set_up * posts, 0.0, begins, self.ends))
        return self._lane(draft, index, office, desk, begins)

    def _lane(self, draft: "Draft", index: int, office: int, desk: int, begins: int) -> Lane:
        return Lane(
            policy=index,
            office=office,
            desk=desk,
            begins=begins,
            ends=self.ends,
            share=class_shares(draft.scenario, self.classes, 1.0),
            severity_below=ANY_SEVERITY,
            from_below=False,
            slowness=to_law(draft.scenario.work.cadre_slowness),
            management=0,
            mediates=True,
            effort=1.0,
            hand_over=AT_ONCE,
            sessions=to_law(self.sessions),
            session=to_law(self.session),
            gap=to_law(self.gap),
            agrees=self.success,
            breaks=self.breaks,
            breaks_after=to_law(self.breaks_after),
            written_up=self.written_up,
            to_law=self.on_failure == "legal_route",
            next_instance=ABSENT,
            subsidy=self.subsidy,
            purse=ABSENT,
            invented=self.invented * WEEK / MONTH,
            invented_work=self.invented_work,
        )
