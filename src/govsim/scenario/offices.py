"""Blocks of a scenario about offices: calendars, tiers, desks, leaders."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from govsim.language import say
from govsim.scenario import quantities as q
from govsim.scenario.kinds import (
    Duration,
    Interval,
    MoneyPerHour,
    MoneyPerYear,
    Share,
    ShareAboveZero,
    Term,
    Text,
    Weekdays,
    WeeklyHours,
    Words,
    items,
    one_of,
    refuse,
    whole_between,
    word,
)
from govsim.scenario.laws import DurationLaw

MOST_OFFICES = 100_000
MOST_CADRES = 2_000_000
MOST_RESIDENTS = 50_000_000

Offices = Annotated[int, whole_between(1, MOST_OFFICES)]
Residents = Annotated[int, whole_between(0, MOST_RESIDENTS)]


class Calendar(Words):
    """Hours of a week in which somebody is there."""

    days: Weekdays = word("days of the week")
    hours: Annotated[tuple[Interval, ...], items(1, 24)] = word(
        "parts of each of these days, in order"
    )
    public_holidays: Annotated[str, one_of("open", "closed")] = word("open or closed on them")

    @field_validator("hours", mode="after")
    @classmethod
    def _in_order(cls, hours: tuple[q.Interval, ...]) -> tuple[q.Interval, ...]:
        if any(later.start < earlier.end for earlier, later in pairwise(hours)):
            raise refuse(say("the parts of the day overlap or are not in order"))
        return hours


class Desk(Words):
    """Cadres who take grievances from one queue."""

    copies: Annotated[int, whole_between(1, 10_000)] = word(
        "departments of the same make, each with its own queue"
    )
    cadres: Annotated[int, whole_between(0, 100_000)] = word("at each of them")
    share_of_time: ShareAboveZero = word("of their duty time, for grievances")
    hours: Text = word("the calendar they work by")
    weekly_hours: WeeklyHours = word("working time")
    pay: MoneyPerYear = word("full cost of one cadre")


class Leaders(Words):
    """Leaders of an office: they approve, and they hold visiting sessions."""

    count: Annotated[int, whole_between(0, 100_000)] = word("in each office")
    share_of_time: ShareAboveZero = word("of their hours, for approving single cases")
    hours: Text = word("the calendar they work by")
    weekly_hours: WeeklyHours = word("working time")
    approval: DurationLaw = word("work of approving one case")
    pay: MoneyPerHour = word("cost of a leader's hour")


class Staffing(Words):
    """More or fewer cadres at a tier, over all its offices."""

    more_cadres: Annotated[int, whole_between(-MOST_CADRES, MOST_CADRES)] = word(
        "than the desks say, in all offices together; below 0: fewer"
    )
    begins: Duration = word("after the start, when the first comes or goes")
    over: Duration = word("until the last, at an even pace, month by month")
    ramp_up: Duration = word("until somebody who comes later works like the others")
    first_day_speed: ShareAboveZero = word("of the others' speed")


class TierDefaults(Words):
    """What stands at every tier that does not say otherwise."""

    residents: Residents = word("residents per office; given at the lowest tier")
    can_solve: Share = word("share of problems that this tier or a lower one can solve")
    reply_deadline: Term = word("to the first reply")
    resolution_deadline: Term = word("to the end")
    touch_work: DurationLaw = word("a cadre's work on one grievance")
    desks: dict[str, Desk] = word("desks that handle grievances")
    staffing: Staffing = word("more or fewer cadres at this tier")
    leaders: Leaders = word("leaders of each office")


class Group(Words):
    """Offices of one make within a tier: villages and communities."""

    offices: Offices = word("how many of this make")
    residents: Residents = word("of each")
    desks: dict[str, Desk] = word("where they differ from the tier's")


class Tier(TierDefaults):
    """A level of offices; the lowest is written first."""

    offices: Offices | None = Field(None, description="how many; or give groups")
    groups: dict[str, Group] = Field({}, description="offices of several makes, instead of offices")

    @property
    def office_groups(self) -> dict[str, Group]:
        """The groups; a tier without them is one group named "" (offices, residents, desks)."""
        if self.offices is None:
            return self.groups
        return {
            "": Group.model_construct(
                offices=self.offices, residents=self.residents, desks=self.desks
            )
        }

    @property
    def office_count(self) -> int:
        """All offices of the tier."""
        return sum(group.offices for group in self.office_groups.values())
