"""Training: duty lists, courses, and cadres who move to where the residents are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.language import say
from govsim.model.plan import CostLine, Session, Visits
from govsim.model.records import ABSENT, Gathering
from govsim.scenario.kinds import (
    Duration,
    Money,
    Share,
    ShareAboveZero,
    Text,
    whole_between,
    word,
)
from govsim.scenario.naming import Found, known_tier, tier_named, tier_number
from govsim.scenario.policies.rollout import Rollout
from govsim.scenario.targets import Times

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

OFFICE_BITS = 20  # of a course's ordinal: the office


class Training(Rollout):
    """Who is in charge is written down, cadres learn, and some move downwards."""

    KIND: ClassVar[str] = "training"
    TITLE: ClassVar[str] = "Duty lists, training, staff moved downwards"
    SUMMARY: ClassVar[str] = (
        "Written duties lower wrong dispatches, courses cost office hours and then save work, and "
        "a share of an upper tier's cadres moves to a lower one."
    )
    MECHANISM: ClassVar[str] = (
        "Some weeks after an office's turn its duty list is out: from then on triage and "
        "transfers there go wrong less often. Its cadres go to a course in groups, one after the "
        "other; the hours of the course are taken from their office hours, and what waits at "
        "their desks waits. Some weeks after the last group every case takes the office less "
        "work. A share of the cadres of the upper tier leaves its desks (the last one of a desk "
        "stays) and joins desks of the offices below, as quick as they were once settled in."
    )
    COSTS: ClassVar[str] = (
        "A fee for each cadre who goes to a course, a sum for writing an office's duty list, and "
        "the hours of the course. Who moves keeps the pay."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "While cadres learn, cases wait longer.",
        "The tier that gave staff becomes the new bottleneck: its cases wait longer.",
    )

    kind: Literal["training"] = word("the kind of policy")
    list_out_after: Duration = word("until an office's duty list is out")
    errors_left: Share = word("share of the wrong dispatches that remain")
    cost_of_list: Money = word("writing the duty list, per office")
    hours_lost: Duration = word("office hours that the course takes each cadre")
    groups: Annotated[int, whole_between(1, 52)] = word("in which the cadres of an office go")
    groups_apart: Duration = word("from one group to the next")
    cost_per_cadre: Money = word("fee of the course")
    learns_after: Duration = word("from the last group until work goes more easily")
    work_saved: Share = word("share of the work of every case that is saved")
    staff_from: Text = word("whose cadres move: a tier's name, or lowest, second, highest")
    staff_to: Text = word("where they go: a tier below, by name or as lowest, second, highest")
    moved: Share = word("share of the cadres of that tier who move")
    ramp_up: Duration = word("until a newcomer works like the others")
    first_day_speed: ShareAboveZero = word("of the others' speed")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tiers must be there."""
        yield from known_tier(scenario, "staff_from", self.staff_from)
        yield from known_tier(scenario, "staff_to", self.staff_to)

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """Staff moves downwards, if it moves at all."""
        known = [tier_named(scenario, tier) for tier in (self.staff_from, self.staff_to)]
        if self.moved == 0.0 or len(scenario.tiers) < 2 or not set(known) <= set(scenario.tiers):
            return  # a tier that is not there is a mistake of its own
        upper, lower = self._tiers(scenario)
        if upper <= lower:
            yield say(
                "staff moves downwards: {lower} is not below {upper}",
                lower=self.staff_to,
                upper=self.staff_from,
            )

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Lists and courses at every office, then the moves."""
        if self.intensity == 0.0:
            return
        offices = range(len(draft.parents))
        begins = [self.reaches(place, len(offices)) for place in offices]
        self._moves(draft, begins)
        sessions: list[Session] = []
        for office in offices:
            if begins[office] < self.ends:
                self._writes_a_list(draft, index, office, begins[office])
                sessions += self._courses(draft, index, office, begins[office])
        if sessions:
            draft.visits.append(
                Visits(
                    policy=index,
                    form=Gathering.TRAINING,
                    number=ABSENT,
                    channel=ABSENT,
                    sessions=tuple(sorted(sessions, key=lambda s: (s.ends, s.ordinal))),
                    turnout=(),
                    likeliest=0.0,
                    at_most=0,
                    on_the_spot=0.0,
                    leaders_case_first=False,
                    travel=int(self.hours_lost * self.intensity),
                    time_off=0.0,
                )
            )

    def _writes_a_list(self, draft: "Draft", index: int, office: int, begins: int) -> None:
        """From when it is out, this office sends fewer cases to the wrong desk."""
        fewer = Times(self.errors_left)
        targets = {"handling": {"triage_error": fewer, "transfer_error": fewer}}
        draft.alter(office, begins + self.list_out_after, self.ends, targets, self.intensity)
        cost = self.cost_of_list * self.intensity
        draft.costs.append(CostLine(index, cost, 0.0, begins, self.ends))

    def _courses(self, draft: "Draft", index: int, office: int, begins: int) -> Iterator[Session]:
        """Group after group; when the last has been, work goes more easily."""
        desks = draft.office(office).desks
        for group in range(self.groups):
            at = begins + group * self.groups_apart
            staff = [k for desk in desks for k in draft.desk_staff(desk) if draft.is_there(k, at)]
            there = tuple(staff[group :: self.groups])
            if there and at < self.ends and self.hours_lost > 0:
                key = group << OFFICE_BITS | office
                fee = self.cost_per_cadre * self.intensity * len(there)
                draft.costs.append(CostLine(index, fee, 0.0, at, self.ends))
                yield Session(at, at, office, ABSENT, there, key)
        learnt = begins + (self.groups - 1) * self.groups_apart + self.learns_after
        targets = {"handling": {"effort": Times(1.0 - self.work_saved)}}
        draft.alter(office, learnt, self.ends, targets, self.intensity)

    def _moves(self, draft: "Draft", begins: list[int]) -> None:
        """Every so-many-eth cadre of the upper tier goes to an office below, each in turn."""
        upper, lower = self._tiers(draft.scenario)
        if upper <= lower:
            return
        turn: dict[int, int] = {}
        staff = [
            (office, cadre)
            for office in draft.offices_of(upper)
            for desk in draft.office(office).desks
            for cadre in draft.desk_staff(desk)
        ]
        going = draft.staggered(len(staff), self.moved * self.intensity)
        due = 0
        for (office, cadre), one in zip(staff, going, strict=True):
            due += one
            below = [o for o in draft.offices_of(lower) if draft.is_below(o, office)]
            if due > 0 and below and begins[office] < self.ends and draft.can_go(cadre):
                due -= 1
                number = turn.get(office, 0)
                turn[office] = number + 1
                to = draft.office(below[number % len(below)]).desks
                draft.move(
                    cadre,
                    to[number // len(below) % len(to)],
                    begins[office],
                    self.ends,
                    self.ramp_up,
                    self.first_day_speed,
                )

    def _tiers(self, scenario: "Scenario") -> tuple[int, int]:
        """From which tier to which; where there are two only, the second gives to the lowest."""
        upper = tier_number(scenario, self.staff_from)
        lower = tier_number(scenario, self.staff_to)
        return upper, lower - (lower == upper and self.staff_to == "second" and lower > 0)
