"""Grid management: communities are cut into grids, and each has workers who go round."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate, pairwise
from math import floor
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.language import say
from govsim.model.arithmetic import exp, log
from govsim.model.plan import DAY, HOUR, Channel, CostLine, Patrol, Session, Visits
from govsim.model.records import ABSENT, Gathering
from govsim.scenario.kinds import (
    Duration,
    Interval,
    Money,
    MoneyPerYear,
    Share,
    WeeklyHours,
    between,
    whole_between,
    word,
)
from govsim.scenario.lawful import rounded
from govsim.scenario.naming import Found, known_classes
from govsim.scenario.policies.rollout import Rollout
from govsim.scenario.targets import Times

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

ROUND_BITS = 20  # of a round's ordinal: the community
WEEK = 7
MONTH = 30 * DAY
WORKDAYS = 5
NO_LIMIT = 1 << 20  # to what one round may find


class Grid(Rollout):
    """Workers go round in a territory of their own, mend what is small and report the rest."""

    KIND: ClassVar[str] = "grid"
    TITLE: ClassVar[str] = "Grid management"
    SUMMARY: ClassVar[str] = (
        "Each community is cut into grids whose workers go round every week, mend small things on "
        "the spot and report the rest."
    )
    MECHANISM: ClassVar[str] = (
        "Every grid of some hundred households has one or two workers, hired for it, at a desk of "
        "their own to which no case is given. Once a week a community's round ends: each living "
        "problem that nobody is handling and that can be seen is noticed with a chance that "
        "grows with the workers' hours outside. What is small, and within the community's power, "
        "is mended on the spot with some chance and never becomes a case. All else is registered "
        "as found, without intake work, and waits in the same queues as what residents report. "
        "A quota makes each worker report so much more that is nothing: the community's desk "
        "looks at it like at an enquiry, first, and writing it costs the worker hours outside. "
        "A clear territory lowers the community's wrong dispatches. Some of the residents at "
        "whose doors the workers knock feel watched and trust less."
    )
    COSTS: ClassVar[str] = (
        "Pay of every worker, equipment and a course once per post, and a system for the whole "
        "city a year; the rounds are hours of the workers, the cases hours of the desks."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "Cases found by the staff reach a large share of all registered, and flood the queues.",
        "Problems that cannot be seen wait longer behind those that can.",
        "A reporting quota fills the community's desks with trivial reports.",
        "Some residents feel watched and lose trust.",
    )

    kind: Literal["grid"] = word("the kind of policy")
    households: Annotated[int, whole_between(1, 100_000)] = word("in one grid")
    residents_per_household: Annotated[float, between(0.1, 100)] = word("residents behind a door")
    workers: Annotated[int, whole_between(1, 100)] = word("in each grid")
    pay: MoneyPerYear = word("full cost of one worker")
    set_up: Money = word("training and equipment, once per post")
    system_per_year: MoneyPerYear = word("information system, in all")
    outside: WeeklyHours = word("hours a worker is outside, without a quota")
    hours: Interval = word("of the day on which the week's round of a community ends")
    notices: Share = word("chance in a month that one worker notices a problem that can be seen")
    visible: dict[str, Share] = word("share of problems that can be seen, by class")
    visible_otherwise: Share = word("the same for the other classes")
    mends: Share = word("chance that a small one is mended on the spot")
    mild: Share = word("small: of less severity than this")
    errors_left: Share = word("share of the wrong dispatches that remain")
    quota: Annotated[int, whole_between(0, 100)] = word(
        "trivial reports that each worker owes in a week; 0: no quota"
    )
    report_takes: Duration = word("hours outside that one such report costs the worker")
    trivial_work: Duration = word("work of the community's desk on one such report")
    doors: Annotated[int, whole_between(0, 1000)] = word("that each worker knocks at in a week")
    worry: Share = word("share of residents there who feel watched")
    worry_loss: Share = word("share of their trust that they lose")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The classes must be there."""
        yield from known_classes(scenario, "visible", self.visible)

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """The quota must leave time to go outside."""
        if self.quota * self.report_takes >= self.outside:
            yield say(
                "the quota leaves the grid workers no time outside: {quota} reports of {hours} h",
                quota=self.quota,
                hours=f"{self.report_takes / HOUR:g}",
            )

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """Workers at desks of their own, their rounds, a channel that only they use."""
        if self.intensity == 0.0:
            return
        communities = draft.offices_of(0)
        begins = [self.reaches(place, len(communities)) for place in range(len(communities))]
        grids = [self._grids(draft.office(community).residents) for community in communities]
        posts = self._posts(grids)
        channel = len(draft.scenario.channels) + len(draft.extra_channels)
        reach = (1.0,) * len(draft.scenario.segments)
        draft.extra_channels.append(Channel(name, 0, 0, 0.0, self.trivial_work, 1.0, reach))
        sessions: list[Session] = []
        for place, community in enumerate(communities):
            if posts[place] > 0 and begins[place] < self.ends:
                staff = self._hires(draft, index, community, posts[place], begins[place])
                strength = len(staff) / grids[place]
                sessions += self._rounds(draft, community, staff, begins[place], strength)
        self._goes_round(draft, index, channel, sessions)
        fewer = Times(self.errors_left)
        targets = {"handling": {"triage_error": fewer, "transfer_error": fewer}}
        self.alter(draft, communities, targets)
        system = self.system_per_year * self.intensity
        draft.costs.append(CostLine(index, 0.0, system, self.begins, self.ends))

    def _grids(self, residents: int) -> int:
        """So many grids; a part of one is one as well."""
        return max(-int(-residents // (self.households * self.residents_per_household)), 1)

    def _posts(self, grids: list[int]) -> list[int]:
        """Workers by community; with less intensity, evenly fewer."""
        share = self.workers * self.intensity
        ends = [floor(count * share + 1e-9) for count in accumulate(grids, initial=0)]
        return [after - before for before, after in pairwise(ends)]

    def _hires(
        self, draft: "Draft", index: int, community: int, posts: int, begins: int
    ) -> tuple[int, ...]:
        desk = draft.open_desk(community, "grid")
        for seat in range(posts):
            draft.hire(
                desk,
                seat=seat,
                policy=index,
                share_of_time=0.0,
                pay_per_year=self.pay,
                joins=begins,
                leaves=self.ends,
            )
        staff = draft.desk_staff(desk)
        if staff:
            cost = self.set_up * len(staff)
            draft.costs.append(CostLine(index, cost, 0.0, begins, self.ends))
        return staff

    def _rounds(
        self,
        draft: "Draft",
        community: int,
        staff: tuple[int, ...],
        begins: int,
        strength: float,
    ) -> Iterator[Session]:
        """A round each week; one community ends it on Mondays, the next on Tuesdays."""
        scenario, ordinal = draft.scenario, draft.office(community).ordinal
        chance = self._chance(strength)
        for day in range(scenario.horizon // DAY):
            today = scenario.start + timedelta(day)
            starts = day * DAY + self.hours.start
            over = today.weekday() == ordinal % WORKDAYS and begins <= starts < self.ends
            if over and staff:
                key = day // WEEK << ROUND_BITS | ordinal
                ends = day * DAY + self.hours.end
                yield Session(starts, ends, community, ABSENT, staff, key, chance)

    def _chance(self, strength: float) -> float:
        """That one round notices one problem: what is left over after the forms, by worker."""
        written = self.quota * self.report_takes
        hours = max(self.outside - written, 0) / self.outside * strength
        if self.notices >= 1.0:
            return 1.0 if hours > 0.0 else 0.0
        return rounded(1.0 - exp(log(1.0 - self.notices) * hours * WEEK * DAY / MONTH))

    def _goes_round(
        self, draft: "Draft", index: int, channel: int, sessions: list[Session]
    ) -> None:
        draft.visits.append(
            Visits(
                policy=index,
                form=Gathering.PATROL,
                number=len(draft.patrols),
                channel=channel,
                sessions=tuple(sorted(sessions, key=lambda s: (s.ends, s.ordinal))),
                turnout=(),
                likeliest=max((session.chance for session in sessions), default=0.0),
                at_most=NO_LIMIT,
                on_the_spot=0.0,
                leaders_case_first=False,
                travel=self.outside,
                time_off=0.0,
            )
        )
        classes = draft.scenario.classes
        draft.patrols.append(
            Patrol(
                visible=tuple(self.visible.get(k, self.visible_otherwise) for k in classes),
                mends=self.mends,
                mild=self.mild,
                trivial=self.quota,
                doors=self.doors,
                worry=self.worry,
                worry_loss=self.worry_loss,
            )
        )
