"""Hotline: one number, day and night, with operators who answer, write tickets and call back."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from govsim.model import plan
from govsim.model.plan import Channel, CostLine, Spread
from govsim.scenario.kinds import (
    Duration,
    Money,
    MoneyPerYear,
    Share,
    Text,
    WeeklyHours,
    between,
    word,
)
from govsim.scenario.lawful import to_law
from govsim.scenario.laws import DurationLaw
from govsim.scenario.naming import Found, known_calendar, known_segments, known_tier
from govsim.scenario.people import Factor
from govsim.scenario.policies.rollout import Rollout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govsim.scenario.draft import Draft
    from govsim.scenario.models import Scenario


class Hotline(Rollout):
    """A channel with operators of its own, who dispatch what they cannot answer."""

    KIND: ClassVar[str] = "hotline"
    TITLE: ClassVar[str] = "Hotline 12345"
    SUMMARY: ClassVar[str] = (
        "One number, open day and night: operators answer what they can, send the rest straight to "
        "the office in charge, and call everybody back."
    )
    MECHANISM: ClassVar[str] = (
        "A channel of its own is added to those there are. Its weight, from a first share to the "
        "whole, grows as people hear of it; access, and with it the chance that anybody speaks "
        "up, is the sum of all weights: so more people speak up, and some change over. A call "
        "takes an operator's time; if all lines are busy the caller waits, and hangs up when "
        "patience ends. Operators answer most enquiries at once. Other enquiries go to the office "
        "where calls land; grievances are registered there and sent straight to the tier that the "
        "catalogue names, by mistake to another one. Closed cases are called back by operators who "
        "are free."
    )
    COSTS: ClassVar[str] = (
        "Pay of the operators, as many for each seat as it takes to fill it day and night; a sum "
        "for lines and computers, once and each year, for each seat. Their hours are counted call "
        "by call. The work that the tickets make is the offices' own."
    )
    SIDE_EFFECTS: ClassVar[tuple[str, ...]] = (
        "More is registered while fewer problems live: recorded volume rises as things get better.",
        "The offices where calls land have to handle what communities could have settled.",
        "Fewer people speak up at the community's own counter.",
        "More residents report the same collective problem.",
        "Whoever does not use the telephone gains less: access becomes less equal.",
        "With too few operators callers hang up, and nobody writes down what they wanted to say.",
    )

    kind: Literal["hotline"] = word("the kind of policy")
    hours: Text = word("the calendar by which the line is open and the seats are filled")
    lands_at: Text = word(
        "whose offices get the tickets: a tier's name, or lowest, second, highest"
    )
    weight: Factor = word("against the channels there are, once everybody knows of it")
    reach: dict[str, Factor] = word("factor on the weight, by segment; 1 if left out")
    known_at_first: Share = word("share of its weight on the first day")
    known_after: Duration = word("until it has its whole weight")
    registered: Share = word("share of grievances that get into the ledger")
    dispatch_error: Share = word("wrong dispatches by the hotline's catalogue")
    intake: Duration = word("work of an office that takes over a ticket or a question")
    call: DurationLaw = word("an operator's time for one call, ticket included")
    patience: DurationLaw = word("a caller waits so long for an operator, then hangs up")
    direct_answers: Share = word("enquiries that operators answer themselves")
    called_back: Share = word("share of closed cases that operators call back if they are free")
    call_back: Duration = word("an operator's time for calling back")
    residents_per_seat: Annotated[float, between(1, 1e9)] = word(
        "residents for each operator's seat"
    )
    operators_per_seat: Annotated[float, between(0, 100)] = word("who fill a seat in turn")
    weekly_hours: WeeklyHours = word("an operator's working time")
    pay: MoneyPerYear = word("full cost of one operator")
    set_up: Money = word("lines and computers, once per seat")
    upkeep: MoneyPerYear = word("lines and computers, per seat")

    def mistakes(self, scenario: "Scenario") -> Found:
        """The tier and the segments must be there."""
        yield from known_tier(scenario, "lands_at", self.lands_at)
        yield from known_segments(scenario, "reach", self.reach)

    def obstacles(self, scenario: "Scenario") -> "Iterator[str]":
        """A calendar may be taken out; that is no mistake of a hotline that nobody has."""
        for _, text in known_calendar(scenario, "hours", self.hours):
            yield text

    def change(self, draft: "Draft", index: int, name: str) -> None:
        """A channel, its spread over the communities, its operators, and calling back."""
        if self.intensity == 0.0 or self.ends <= self.begins:
            return
        channel = self._channel(draft, name)
        communities = draft.offices_of(0)
        begins = tuple(self.reaches(place, len(communities)) for place in range(len(communities)))
        spread = Spread(channel, begins, self.ends, self.known_at_first, self.known_after)
        draft.spreads.append(spread)
        seats = self.seats(draft)
        desk = draft.open_desk(draft.offices_of(len(draft.first) - 1)[0], name)
        for seat in range(seats):  # which several people fill in turn
            draft.seat(
                desk,
                seat,
                index,
                calendar=draft.calendar(self.hours),
                weekly_seconds=self.weekly_hours,
                pay_per_year=self.pay * self.operators_per_seat,
                joins=self.begins,
                leaves=self.ends,
            )
        draft.hotlines.append(
            plan.Hotline(
                policy=index,
                channel=channel,
                desk=desk,
                call=to_law(self.call),
                patience=to_law(self.patience),
                direct_answers=self.direct_answers,
                dispatch_error=self.dispatch_error,
                call_back=self.call_back,
            )
        )
        for number in range(len(draft.first)):
            for office in draft.offices_of(number):
                targets = {"satisfaction": {"call_back": self.called_back}}
                draft.alter(office, self.begins, self.ends, targets, self.intensity)
        upkeep = CostLine(index, self.set_up * seats, self.upkeep * seats, self.begins, self.ends)
        draft.costs.append(upkeep)

    def seats(self, draft: "Draft") -> int:
        """How many operators sit there at a time; one at least."""
        residents = sum(draft.office(number).residents for number in draft.offices_of(0))
        return max(1, round(self.intensity * residents / self.residents_per_seat))

    def _channel(self, draft: "Draft", name: str) -> int:
        return draft.add_channel(
            Channel(
                name=name,
                lands_at=draft.tier_number(self.lands_at),
                calendar=draft.calendar(self.hours),
                weight=self.weight * self.intensity,
                intake=self.intake,
                registered=self.registered,
                reach=tuple(self.reach.get(segment, 1.0) for segment in draft.scenario.segments),
            )
        )
