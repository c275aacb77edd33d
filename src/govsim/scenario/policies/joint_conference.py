"""Joint conference: departments of an office come together over cases that need several of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.language import say
from govsim.model.plan import DAY, Conference
from govsim.scenario.kinds import (
    Duration,
    DurationAboveZero,
    Interval,
    NotNegative,
    Share,
    Text,
    Weekday,
    YesNo,
    one_of,
    whole_between,
    word,
)
from govsim.scenario.lawful import to_law
from govsim.scenario.laws import DurationLaw
from govsim.scenario.naming import Found, known_tier, tier_named
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

ALL_TIERS = "all"
BEYOND = 60 * DAY  # of meetings after the horizon: nobody knows that the run ends


class JointConference(Rollout):
    """Departments sit at one table every other week, or come when they are called."""

    KIND: ClassVar[str] = "joint_conference"
    TITLE: ClassVar[str] = "Joint conference"
    SUMMARY: ClassVar[str] = (
        "Departments that must act together on a case meet at one table, on a fixed day or when "
        "called, instead of passing the file from one to the next."
    )
    MECHANISM: ClassVar[str] = (
        "A case whose first department finds that others must act as well waits for the office's "
        "next meeting. There the agenda takes so many cases, pressing ones first: serious, "
        "brought by a leader, or of a resident who threatens. Each department of a case gives its "
        "share of the meeting and its preparation out of its desk's office hours, a leader gives "
        "the whole meeting as chair; then all departments have acted and the case goes on, and "
        "since it is agreed who leads it is not sent to a wrong desk again. On demand the "
        "departments come some time after they are called and give some hours for the one case. "
        "The more calls a department has had in thirty days beyond what it can bear, the likelier "
        "it only shows its face: the hours are spent, and the file goes from desk to desk as "
        "before."
    )
    COSTS: ClassVar[str] = (
        "No budget: hours of every department at the table, and of a leader who takes the chair, "
        "missing from their own cases and signatures."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Cases wait for the next meeting that would have been taken up at once.",
        "Departments that are called too often come for form's sake: hours rise, benefit falls.",
        "Loud cases fill the agenda: quiet ones wait for a later meeting.",
    )

    kind: Literal["joint_conference"] = word("the kind of policy")
    form: Annotated[str, one_of("periodic", "on_demand", "both")] = word(
        "on a fixed day; called for each case; or called for pressing cases only"
    )
    tier: Text = word("whose departments: a tier's name, or lowest, second, highest, all")
    every: DurationAboveZero = word("from one meeting to the next, at least")
    weekday: Weekday = word("the day of the meeting; on a public holiday it is a week later")
    hours: Interval = word("of the meeting")
    at_most: Annotated[int, whole_between(0, 1000)] = word("cases of one meeting")
    preparation: Duration = word("each department, for each case, beside the meeting itself")
    arrives: DurationLaw = word("from a call until the departments are there")
    hours_per_call: Duration = word("each department gives to a call")
    bearable: NotNegative = word("calls of a department in thirty days that it takes seriously")
    perfunctory: Share = word("added chance that it only shows its face, for each call beyond")
    lead: YesNo = word("who leads is agreed on: no wrong dispatch of the case any more")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier must be there."""
        yield from known_tier(scenario, "tier", self.tier, ALL_TIERS)

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """Where an office has one desk there is nobody to sit with."""
        desks = {
            name: max(
                sum(desk.copies for desk in group.desks.values())
                for group in tier.office_groups.values()
            )
            for name, tier in scenario.tiers.items()
        }
        many = [name for name, count in desks.items() if count > 1]
        if not many or (self.tier != ALL_TIERS and tier_named(scenario, self.tier) not in many):
            yield say(
                "no office there has two desks that could meet; tiers with such offices: {tiers}",
                tiers=", ".join(many) or say("none"),
            )

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """A table in each office that has several desks, and its meetings."""
        if self.intensity == 0.0:
            return
        tiers = range(len(draft.first))
        for tier in tiers if self.tier == ALL_TIERS else [draft.tier_number(self.tier)]:
            offices = draft.offices_of(tier)
            for place, office in enumerate(offices):
                begins = self.reaches(place, len(offices))
                if len(draft.office(office).desks) > 1 and begins < draft.scenario.horizon:
                    self._meets(draft, index, office, begins)

    def _meets(self, draft: "Draft", index: int, office: int, begins: int) -> None:
        periodic = self.form != "on_demand"
        draft.conferences.append(
            Conference(
                policy=index,
                office=office,
                desk=draft.open_desk(office, "conference"),
                begins=begins,
                ends=self.ends,
                share=self.intensity,
                periodic=periodic,
                on_demand=self.form != "periodic",
                meetings=tuple(self._meetings(draft, begins)) if periodic else (),
                at_most=self.at_most,
                length=self.hours.end - self.hours.start,
                preparation=self.preparation,
                arrives=to_law(self.arrives),
                hours_per_call=self.hours_per_call,
                bearable=self.bearable,
                perfunctory=self.perfunctory,
                lead=self.lead,
            )
        )

    def _meetings(self, draft: "Draft", begins: int) -> Iterator[int]:
        """When each meeting ends."""
        scenario = draft.scenario
        earliest = begins
        until = min(self.ends, scenario.horizon + self.every + BEYOND)
        for number in range(begins // DAY, until // DAY + 1):
            day = scenario.start + timedelta(number)
            start, end = number * DAY + self.hours.start, number * DAY + self.hours.end
            free = day not in scenario.public_holidays
            if day.weekday() == self.weekday and free and start >= earliest and end < until:
                yield end
                earliest = number * DAY + self.every
