"""Outsourcing: a contractor's people, or volunteers of a time bank, take a share of the cases."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.model.laws import Family
from govsim.model.plan import HOUR, CostLine, Lane, Law
from govsim.model.randomness import uniforms
from govsim.model.records import ABSENT
from govsim.scenario.kinds import (
    Duration,
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

NOTHING = Law(Family.CONSTANT, 0.0)
GIVES = 2  # purpose of the draw how much time a volunteer gives
VOLUNTEERS = 0x8000  # in the seats of a special desk
LEAST = 0.01  # of a volunteer's time
ABOVE_ALL = 2.0  # severities


class Outsourcing(Rollout):
    """Cases are handed to a social organisation, or to volunteers, and come back when done."""

    KIND: ClassVar[str] = "outsourcing"
    TITLE: ClassVar[str] = "Outsourcing and time bank"
    SUMMARY: ClassVar[str] = (
        "A social organisation under contract, or volunteers of a time bank, take over a share of "
        "the milder cases."
    )
    MECHANISM: ClassVar[str] = (
        "In each office of the tier a desk of the contractor takes a share of the cases of some "
        "classes, its own and those of the offices below, none above a severity. A case is handed "
        "over (some days), worked on by the contractor's own people in their own duty time, some "
        "much faster than others, and handed back for the office to look at (some days); then it "
        "goes on as any other. Volunteers work in their evenings, each a different share of them. "
        "Looking after the contract takes the office's own desks some hours a week. When the "
        "contract ends, what waits at the contractor's comes back to the office's own desks."
    )
    COSTS: ClassVar[str] = (
        "The contract's price for each office and year, and the office's own hours of looking "
        "after it; volunteers are paid in credits, which are not counted here."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "The easy cases leave: what the office's own desks keep is harder on average.",
        "Quality differs much more from one of the contractor's people to the next.",
        "Two more hand-overs make each case longer, and first replies later.",
        "When the contract ends, its open cases fall back on the office at once.",
        "Looking after the contract takes office hours away from the office's own cases.",
    )

    kind: Literal["outsourcing"] = word("the kind of policy")
    form: Annotated[str, one_of("contractor", "time_bank", "both")] = word(
        "a contractor's people, volunteers, or both at one desk"
    )
    tier: Text = word("whose cases: a tier's name, or lowest, second, highest")
    classes: tuple[Text, ...] = word("classes of problems that are handed over")
    from_below: YesNo = word("cases of the offices below come to the contractor as well")
    share: Share = word("of these classes' cases, by chance")
    severity_below: Share = word("only milder cases than this; 1: whatever comes")
    staff: Annotated[int, whole_between(0, 1000)] = word("of the contractor, per office")
    hours: Text = word("the contractor's calendar")
    share_of_time: ShareAboveZero = word("of these hours that go into cases")
    volunteers: Annotated[int, whole_between(0, 1000)] = word("per office")
    volunteers_hours: Text = word("the volunteers' calendar")
    volunteers_time: ShareAboveZero = word("of these hours that a volunteer gives, on average")
    volunteers_differ: Share = word("a volunteer gives up to so much more or less")
    slowness: NumberLaw = word("factor on the work, by person")
    effort: NotNegative = word("factor on the work that the office would have had")
    hand_over: DurationLaw = word("there, and as long again back")
    price: MoneyPerYear = word("of the contract, per office")
    management: Duration = word("office hours a week of looking after it, per office")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier and the calendars must be there."""
        yield from known_tier(scenario, "tier", self.tier)
        yield from known_calendar(scenario, "hours", self.hours)
        yield from not_empty("classes", self.classes)
        yield from known_calendar(scenario, "volunteers_hours", self.volunteers_hours)

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """The classes must be there."""
        yield from unknown_classes(scenario, self.classes)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """A desk in each office where somebody is to work; the price goes by the posts filled."""
        offices = draft.offices_of(draft.tier_number(self.tier))
        staff = self.staff if self.form != "time_bank" else 0
        volunteers = self.volunteers if self.form != "contractor" else 0
        posts = draft.staggered(len(offices), staff * self.intensity)
        helpers = draft.staggered(len(offices), volunteers * self.intensity)
        for place, office in enumerate(offices):
            filled = (posts[place] + helpers[place]) / max(staff + volunteers, 1)
            if filled > 0.0:
                begins = self.reaches(place, len(offices))
                desk = draft.open_desk(office, "contractor")
                self._hires(draft, index, desk, posts[place], begins)
                self._enlists(draft, index, desk, helpers[place], begins)
                draft.open_lane(self._lane(draft, index, office, desk, begins, filled))
            if posts[place] > 0:
                price = self.price * posts[place] / staff
                draft.costs.append(CostLine(index, 0.0, price, begins, self.ends))

    def _hires(self, draft: "Draft", index: int, desk: int, posts: int, begins: int) -> None:
        """Their pay is in the price."""
        calendar = draft.calendar(self.hours)
        for seat in range(posts):
            draft.seat(
                desk, seat, index, calendar=calendar, share_of_time=self.share_of_time,
                joins=begins, leaves=self.ends,
            )  # fmt: skip

    def _enlists(self, draft: "Draft", index: int, desk: int, posts: int, begins: int) -> None:
        """No two give the same time."""
        calendar = draft.calendar(self.volunteers_hours)
        for seat in range(posts):
            u = uniforms(0, 0, desk << 16 | seat, GIVES, 0)[0]
            gives = self.volunteers_time * (1.0 + self.volunteers_differ * (2.0 * u - 1.0))
            draft.seat(
                desk, VOLUNTEERS + seat, index, calendar=calendar,
                share_of_time=min(max(gives, LEAST), 1.0), weekly_seconds=2 * HOUR,
                joins=begins, leaves=self.ends,
            )  # fmt: skip

    def _lane(
        self, draft: "Draft", index: int, office: int, desk: int, begins: int, filled: float
    ) -> Lane:
        return Lane(
            policy=index,
            office=office,
            desk=desk,
            begins=begins,
            ends=self.ends,
            share=class_shares(draft.scenario, self.classes, self.share * filled),
            from_below=self.from_below,
            severity_below=self.severity_below if self.severity_below < 1.0 else ABOVE_ALL,
            slowness=to_law(self.slowness),
            management=int(self.management * filled + 0.5),
            mediates=False,
            effort=self.effort,
            hand_over=to_law(self.hand_over),
            sessions=NOTHING,
            session=NOTHING,
            gap=NOTHING,
            agrees=0.0,
            breaks=0.0,
            breaks_after=NOTHING,
            written_up=0.0,
            to_law=False,
            next_instance=ABSENT,
            subsidy=0.0,
            purse=ABSENT,
            invented=0.0,
            invented_work=0,
        )
