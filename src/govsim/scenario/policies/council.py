"""Residents' council: the residents of a community meet once a month."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.model import plan
from govsim.model.plan import DAY, Channel, CostLine, Session, Visits
from govsim.model.randomness import uniforms
from govsim.model.records import ABSENT, Gathering
from govsim.scenario.kinds import (
    Duration,
    Interval,
    MoneyPerYear,
    NotNegative,
    Share,
    Weekday,
    whole_between,
    word,
)
from govsim.scenario.naming import Found, known_classes, known_segments
from govsim.scenario.people import Factor
from govsim.scenario.policies.rollout import Rollout
from govsim.scenario.targets import Times

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

MEETING_BITS = 20  # of a meeting's ordinal: the community
HELD = 2  # purpose of the draw whether a planned meeting is held
FIRST_WEEK = 7


class Council(Rollout):
    """Residents meet, look back at what was decided, and talk things over before they break."""

    KIND: ClassVar[str] = "council"
    TITLE: ClassVar[str] = "Residents' council"
    SUMMARY: ClassVar[str] = (
        "Once a month the residents of each community meet: fewer quarrels begin, shared problems "
        "come up, and a refusal with reasons is accepted more easily."
    )
    MECHANISM: ClassVar[str] = (
        "Residents drawn by lot are invited; they come with a chance that depends on their "
        "segment, their trust and the council's standing. They look back first: of the "
        "grievances that were open at the last meeting, so large a share has been settled since, "
        "and with that chance the last decisions count as carried out. If so, those who came "
        "trust more and more come next time; if not, they trust less and fewer come. Problems that "
        "hit many and that nobody has reported are brought forward, each as one grievance. Until "
        "the next meeting a share of new disputes does not begin, as large as participation "
        "is. In the community's office a reasoned refusal is accepted more often. Preparing and "
        "holding the meeting takes hours of one of the community's cadres."
    )
    COSTS: ClassVar[str] = (
        "A small fund per community and year; the cadres' hours, in the evening as overtime of "
        "which a part is taken back in office hours."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Where decisions are not carried out, participation decays and trust falls.",
        "The hours of the meetings are missing at the desk: small cases wait longer.",
        "Shared problems that were silent become cases: the offices' load rises first.",
    )

    kind: Literal["council"] = word("the kind of policy")
    weekday: Weekday = word("the day of the session")
    hours: Interval = word("of the session")
    organising: Duration = word("office hours of one cadre of the community, beside the meeting")
    time_off: Share = word("share of the evening taken back in office hours")
    invited: Annotated[int, whole_between(0, 10_000)] = word("residents, by lot, to each meeting")
    seats: Annotated[int, whole_between(0, 10_000)] = word("residents at one meeting at most")
    attends: Share = word("chance that one who is invited comes, at middle trust")
    reach: dict[str, Factor] = word("factor on turnout, by segment; 1 if left out")
    brings: Share = word("chance that a silent problem of many comes up at one meeting")
    at_most: Annotated[int, whole_between(0, 10_000)] = word("such problems in one meeting")
    prevented: dict[str, Share] = word("share of problems that do not begin, by class")
    lasts: Duration = word("so long after a meeting")
    acceptance: NotNegative = word("reasoned refusals are accepted so many times as often")
    trust_gain: Share = word("of those who come, if the last decisions were carried out")
    trust_loss: Share = word("of those who come, if they were not")
    decay: Share = word("of participation, if the last decisions were not carried out")
    recovery: Share = word("of participation, if they were")
    fund_per_year: MoneyPerYear = word("per community")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The classes and segments must be there."""
        yield from known_segments(scenario, "reach", self.reach)
        yield from known_classes(scenario, "prevented", self.prevented)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """A channel that only meetings use, the meetings, and the refusals after the first."""
        if self.intensity == 0.0:
            return
        scenario = draft.scenario
        channel = len(scenario.channels) + len(draft.extra_channels)
        reach = tuple(self.reach.get(segment, 1.0) for segment in scenario.segments)
        draft.extra_channels.append(Channel(name, 0, 0, 0.0, 0, 1.0, reach))
        turnout = tuple(self.attends * factor for factor in reach)
        sessions = sorted(self._meetings(draft), key=lambda s: (s.ends, s.ordinal))
        draft.visits.append(
            Visits(
                policy=index,
                form=Gathering.COUNCIL,
                number=len(draft.councils),
                channel=channel,
                sessions=tuple(sessions),
                turnout=turnout,
                likeliest=min(1.0, max(turnout) * draft.most_willing()),
                at_most=self.at_most,
                on_the_spot=0.0,
                leaders_case_first=False,
                travel=self.organising,
                time_off=self.time_off,
            )
        )
        draft.councils.append(
            plan.Council(
                prevents=tuple(self.prevented.get(klass, 0.0) for klass in scenario.classes),
                lasts=self.lasts,
                invited=self.invited,
                seats=self.seats,
                gain=self.trust_gain,
                loss=self.trust_loss,
                decay=self.decay,
                recovery=self.recovery,
            )
        )
        communities = draft.offices_of(0)
        self.alter(draft, communities, {"closing": {"acceptance": Times(self.acceptance)}})
        fund = self.fund_per_year * len(communities) * self.intensity
        draft.costs.append(CostLine(index, 0.0, fund, self.begins, self.ends))

    def _meetings(self, draft: "Draft") -> Iterator[Session]:
        """In each community on a month's first such weekday."""
        scenario, communities = draft.scenario, draft.offices_of(0)
        days = [scenario.start + timedelta(day) for day in range(scenario.horizon // DAY)]
        evenings = [
            number
            for number, day in enumerate(days)
            if day.weekday() == self.weekday and day.day <= FIRST_WEEK
        ]
        for community in communities:
            office = draft.office(community)
            begins = self.reaches(office.ordinal, len(communities))
            staff = draft.desk_staff(office.desks[0])
            for month, day in enumerate(evenings):
                starts = day * DAY + self.hours.start
                key = month << MEETING_BITS | office.ordinal
                held = uniforms(0, 0, key, HELD, 0)[0] < self.intensity
                if held and begins <= starts < self.ends:
                    organiser = (staff[month % len(staff)],) if staff else ()
                    ends = day * DAY + self.hours.end
                    yield Session(starts, ends, community, ABSENT, organiser, key, self.brings)
