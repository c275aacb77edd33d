"""Night visits: leaders or cadres go to the residents, once a week or a month, in the evening."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.language import say
from govsim.model.plan import DAY, Channel, CostLine, Session, Visits
from govsim.model.randomness import uniforms
from govsim.model.records import ABSENT, Gathering
from govsim.scenario.kinds import (
    Duration,
    Interval,
    MoneyPerYear,
    Share,
    Text,
    Weekday,
    YesNo,
    between,
    one_of,
    whole_between,
    word,
)
from govsim.scenario.naming import Found, known_segments, known_tier, tier_named
from govsim.scenario.people import Factor
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario

MOST_LEADERS = "most_leaders"
HELD = 1  # purpose of the draw whether a planned session is held
SESSION_BITS = 20  # of a session's ordinal: the community


class NightVisits(Rollout):
    """Leaders sit in the community (fixed point), or cadres go from door to door (household)."""

    KIND: ClassVar[str] = "night_visits"
    TITLE: ClassVar[str] = "Night visits"
    SUMMARY: ClassVar[str] = (
        "Leaders sit in the communities in the evening, or cadres go from door to door."
    )
    MECHANISM: ClassVar[str] = (
        "Each leader is linked to some communities and visits them in turn. At a session residents "
        "bring forward problems that nobody has registered; whoever trusts the offices, and "
        "whoever the session reaches better than the counter, comes more often. What a leader "
        "hears goes on the ledger without fail; part of it the leader decides at once, without "
        "hops, wrong dispatches and signatures; and it goes first at the desks. In the household "
        "form cadres visit so many households an evening and ask."
    )
    COSTS: ClassVar[str] = (
        "The evenings of leaders and of the community's staff and the leaders' way there are "
        "overtime, part of which is taken back in office hours; long weeks make slow and careless. "
        "Besides, a yearly budget for each office whose leaders go."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "What was hidden comes to light: backlog and lateness rise first.",
        "Hours that leaders take back are missing for signatures.",
        "What leaders have heard goes first, and other cases wait longer for it.",
        "Who has met a leader goes over the office's head more often.",
    )

    kind: Literal["night_visits"] = word("the kind of policy")
    form: Annotated[str, one_of("fixed_point", "household")] = word(
        "leaders sit in the community, or cadres go from door to door"
    )
    every: Annotated[str, one_of("week", "month")] = word("month: the first such weekday")
    weekday: Weekday = word("the day of the session")
    hours: Interval = word("of the session")
    leaders_from: Text = word(
        "whose leaders go: a tier's name, or lowest, second, highest, most_leaders"
    )
    companions: Annotated[int, whole_between(0, 1000)] = word("staff of the community who go along")
    travel: Duration = word("a leader's way and preparation, each session")
    notice: Duration = word("announced so long before")
    turnout: Share = word("chance that one living latent problem is brought to one session")
    turnout_unannounced: Share = word("of that, without a day's notice")
    at_most: Annotated[int, whole_between(0, 100_000)] = word("groups heard in one session")
    households: Annotated[int, whole_between(0, 100_000)] = word("doors per evening")
    residents_per_household: Annotated[float, between(0.1, 100)] = word("residents behind a door")
    tells: Share = word("chance that a visited household tells of a living problem")
    reach: dict[str, Factor] = word("factor on turnout, by segment; 1 if left out")
    intake: Duration = word("work of writing a grievance down at a visit")
    on_the_spot: Share = word("the leader decides at once")
    leaders_case_first: YesNo = word("cases that a leader has heard go first")
    time_off: Share = word("share of the evening taken back in office hours")
    cost_per_year: MoneyPerYear = word("per office of the tier whose leaders go")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier and the segments must be there."""
        yield from known_tier(scenario, "leaders_from", self.leaders_from, MOST_LEADERS)
        yield from known_segments(scenario, "reach", self.reach)

    def obstacles(self, scenario: "Scenario") -> Iterator[str]:
        """Somebody must be there to go."""
        led = [name for name, tier in scenario.tiers.items() if tier.leaders.count > 0]
        tier = tier_named(scenario, self.leaders_from)
        if self.form == "fixed_point" and (not led or (tier is not None and tier not in led)):
            tiers = ", ".join(led) or say("none")
            yield say("there are no leaders who could go; tiers with leaders: {led}", led=tiers)

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """A channel that only sessions use, the sessions themselves, and their budget."""
        if self.intensity == 0.0:
            return
        segments = draft.scenario.segments
        reach = tuple(self.reach.get(segment, 1.0) for segment in segments)
        channel = draft.add_channel(Channel(name, 0, 0, 0.0, self.intake, 1.0, reach))
        turnout = tuple(self._turnout(draft, factor) for factor in reach)
        sessions = sorted(
            self._sessions(draft), key=lambda session: (session.ends, session.ordinal)
        )
        draft.visits.append(
            Visits(
                policy=index,
                form=Gathering.VISIT,
                number=ABSENT,
                channel=channel,
                sessions=tuple(sessions),
                turnout=turnout,
                likeliest=min(1.0, max(turnout) * draft.most_willing()),
                at_most=self.at_most if self.form == "fixed_point" else self.households,
                on_the_spot=self.on_the_spot,
                leaders_case_first=self.leaders_case_first,
                travel=self.travel,
                time_off=self.time_off,
            )
        )
        offices = len(draft.offices_of(self.leaders_tier(draft)))
        per_year = self.cost_per_year * offices * self.intensity
        draft.costs.append(CostLine(index, 0.0, per_year, self.begins, self.ends))

    def leaders_tier(self, draft: "Draft") -> int:
        """The tier whose leaders go: named, or the one that has most of them."""
        if self.leaders_from != MOST_LEADERS:
            return draft.tier_number(self.leaders_from)
        tiers = list(draft.scenario.tiers.values())
        leaders = [tier.leaders.count * tier.office_count for tier in tiers]
        return max(range(len(tiers)), key=lambda tier: (leaders[tier], tier))

    def _turnout(self, draft: "Draft", factor: float) -> float:
        """Chance that one living, silent problem is brought forward at one session."""
        if self.form == "fixed_point":
            announced = self.notice >= DAY
            return factor * self.turnout * (1.0 if announced else self.turnout_unannounced)
        residents = max(draft.office(number).residents for number in draft.offices_of(0))
        visited = self.households * self.residents_per_household / residents
        return min(1.0, factor * min(1.0, visited) * self.tells)

    def _sessions(self, draft: "Draft") -> Iterator[Session]:
        """Leader by leader, each going round the communities that are linked to that leader."""
        communities = len(draft.offices_of(0))
        for office in draft.offices_of(self.leaders_tier(draft)):
            below = draft.communities_below(office)
            leaders = draft.leaders(office) if self.form == "fixed_point" else ()
            for place, community in enumerate(below):
                linked = len(leaders) or len(below)
                leader = leaders[place % linked] if leaders else ABSENT
                turns = len(range(place % linked, len(below), linked))
                turn = place // linked
                begins = self.reaches(draft.office(community).ordinal, communities)
                yield from self._of_community(draft, community, leader, begins, turn, turns)

    def _of_community(
        self, draft: "Draft", community: int, leader: int, begins: int, turn: int, turns: int
    ) -> Iterator[Session]:
        """The sessions in one community: every turns-th evening of its leader."""
        staff = draft.desk_staff(draft.office(community).desks[0])
        ordinal = draft.office(community).ordinal
        for period, day in enumerate(self._evenings(draft)):
            starts = day * DAY + self.hours.start
            key = period << SESSION_BITS | ordinal
            held = uniforms(0, 0, key, HELD, 0)[0] < self.intensity
            if period % turns == turn and held and begins <= starts < self.ends:
                first = period // turns * self.companions
                count = min(self.companions, len(staff))
                companions = tuple(staff[(first + k) % len(staff)] for k in range(count))
                ends = day * DAY + self.hours.end
                yield Session(starts, ends, community, leader, companions, key)

    def _evenings(self, draft: "Draft") -> list[int]:
        """Days of the run on which sessions are planned: each such weekday, or a month's first."""
        scenario = draft.scenario
        days = [
            day
            for day in range(scenario.horizon // DAY)
            if (scenario.start + timedelta(day)).weekday() == self.weekday
        ]
        if self.every == "month":
            days = [day for day in days if (scenario.start + timedelta(day)).day <= 7]
        return days
