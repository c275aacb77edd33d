"""The offices and people of a plan while policies may still change them."""

from collections.abc import Mapping
from itertools import pairwise
from math import floor
from typing import NamedTuple

from govsim.model.plan import (
    HOUR,
    NEVER,
    Cadre,
    Change,
    Channel,
    Conference,
    CostLine,
    Council,
    Desk,
    Hotline,
    Lane,
    Office,
    Patrol,
    Planner,
    Purse,
    Rules,
    Spread,
    Visits,
)
from govsim.model.records import ABSENT
from govsim.scenario.kinds import MOST_YUAN
from govsim.scenario.models import Scenario
from govsim.scenario.naming import tier_number
from govsim.scenario.offices import Desk as DeskWords
from govsim.scenario.offices import Group, Leaders, Tier
from govsim.scenario.staffing import Moves, Place, moves
from govsim.scenario.targets import Plus, Target, Targets, Times


class Spell(NamedTuple):
    """Some of an office's rules have other values for a time."""

    begins: int
    ends: int
    targets: Targets
    intensity: float  # share of the way from the value without the policy to the target


LEADERS_DESK = 0xFFF  # in the entity ids of cadres
SPECIAL_DESK = 0xFFE  # one that a policy opens
FULL_WEEK = 40 * HOUR
ADDED_SEATS = 0x10000
WEEKS_A_YEAR = 365 / 7


class Draft:
    """Offices, desks and cadres as lists; policies add to them, then they are frozen."""

    def __init__(self, scenario: Scenario, policies: tuple[str, ...]) -> None:
        self.scenario = scenario
        self.policies = policies
        self.calendar_names = list(scenario.calendars)
        self.cadres: list[Cadre] = []
        self.extra_channels: list[Channel] = []
        self.spreads: list[Spread] = []
        self.hotlines: list[Hotline] = []
        self.visits: list[Visits] = []
        self.patrols: list[Patrol] = []
        self.councils: list[Council] = []
        self.planners: list[Planner] = []
        self.costs: list[CostLine] = []
        self.purses: list[Purse] = []
        self.conferences: list[Conference] = []
        self._lanes: list[Lane] = []
        self._spells: dict[int, list[Spell]] = {}  # by office
        self._offices: list[Office] = []
        self._desks: list[Desk] = []
        self._staff: list[list[int]] = []  # cadres of each desk
        self._moves = Moves({}, {})  # of the tier that is being built
        self.first: list[int] = []  # each tier's first office
        for number, (name, spec) in enumerate(scenario.tiers.items()):
            self.first.append(len(self._offices))
            self._add_tier(number, name, spec)
        self.parents = [self._parent(office) for office in self._offices]

    # ------------------------------------------------------------ reading

    def offices_of(self, tier: int) -> range:
        """Numbers of a tier's offices."""
        ends = [*self.first[1:], len(self._offices)]
        return range(self.first[tier], ends[tier])

    def office(self, number: int) -> Office:
        """An office, without its place in the tree."""
        return self._offices[number]

    def desk_staff(self, desk: int) -> tuple[int, ...]:
        """Cadres of a desk so far."""
        return tuple(self._staff[desk])

    def leaders(self, office: int) -> tuple[int, ...]:
        """Leaders of an office."""
        desk = self._offices[office].leaders_desk
        return () if desk == ABSENT else self.desk_staff(desk)

    def communities_below(self, office: int) -> list[int]:
        """The lowest-tier offices under an office."""
        return [number for number in self.offices_of(0) if office in self._path(number)]

    def most_willing(self) -> float:
        """A bound on the factor that trust puts on coming forward."""
        facts, strength = self.scenario.reporting, self.scenario.loops.participation
        return max(
            1.0 + strength * (facts.trust_floor + facts.trust_slope * t - 1.0) for t in (0, 1)
        )

    def is_below(self, office: int, other: int) -> bool:
        """Whether the other is responsible for what the one does."""
        return other in self._path(office)[1:]

    def _path(self, office: int) -> list[int]:
        path = [office]
        while self.parents[path[-1]] != ABSENT:
            path.append(self.parents[path[-1]])
        return path

    def tier_number(self, word: str) -> int:
        """Index of a tier named by its name or as lowest, second, highest."""
        return tier_number(self.scenario, word)

    @staticmethod
    def staggered(count: int, average: float) -> list[int]:
        """A whole number for each office, so many on average, evenly spread."""
        ends = [floor(i * average + 1e-9) for i in range(count + 1)]
        return [after - before for before, after in pairwise(ends)]

    def calendar(self, name: str) -> int:
        """Index of a calendar."""
        return self.calendar_names.index(name)

    # ------------------------------------------------------------ building

    def _add_tier(self, number: int, name: str, spec: Tier) -> None:
        self._moves = moves(self.scenario.tiers, number)
        ordinal = 0
        for group_name, group in spec.office_groups.items():
            title = group_name or name
            for i in range(group.offices):
                label = f"{title} {i + 1}" if group.offices > 1 else title
                self._add_office(number, ordinal, label, group, spec.leaders)
                ordinal += 1

    def _add_office(
        self, tier: int, ordinal: int, label: str, group: Group, leaders: Leaders
    ) -> None:
        office = len(self._offices)
        desks: list[int] = []
        for name, desk in group.desks.items():
            for copy in range(desk.copies):
                title = name if desk.copies == 1 else f"{name} {copy + 1}"
                desks.append(self._add_desk(office, tier, ordinal, len(desks), title, desk))
        leaders_desk = ABSENT
        if leaders.count > 0:
            leaders_desk = self._add_leaders(office, tier, ordinal, leaders)
        self._offices.append(
            Office(label, tier, ordinal, ABSENT, (), group.residents, tuple(desks), leaders_desk, 0)
        )

    def _add_desk(
        self, office: int, tier: int, ordinal: int, place: int, title: str, spec: DeskWords
    ) -> int:
        number = self._open_desk(title, office, approves=False)
        here = Place(ordinal, place)
        leaves = self._moves.leaves.get(here, [])
        stay = spec.cadres - len(leaves)
        moments = [(0, NEVER)] * stay + [(0, gone) for gone in reversed(leaves) if gone]
        moments += [(comes, NEVER) for comes in self._moves.joins.get(here, [])]
        for seat, (joins, gone) in enumerate(moments):
            entity = cadre_entity(tier, ordinal, place, seat)
            self._seat(number, entity, spec, spec.pay, leader=False)
            if joins or gone < NEVER:
                self._comes_or_goes(joins, gone, tier)
        return number

    def _comes_or_goes(self, joins: int, leaves: int, tier: int) -> None:
        """Whoever was seated last is there for a time only, and new at first."""
        terms = list(self.scenario.tiers.values())[tier].staffing
        self.cadres[-1] = self.cadres[-1]._replace(
            joins=joins,
            leaves=leaves,
            ramp_up=terms.ramp_up if joins else 0,
            first_day_speed=terms.first_day_speed if joins else 1.0,
        )

    def _add_leaders(self, office: int, tier: int, ordinal: int, spec: Leaders) -> int:
        number = self._open_desk("leaders", office, approves=True)
        pay = spec.pay * spec.weekly_hours / 3600 * WEEKS_A_YEAR
        for seat in range(spec.count):
            entity = cadre_entity(tier, ordinal, LEADERS_DESK, seat)
            self._seat(number, entity, spec, pay, leader=True)
        return number

    def _open_desk(self, title: str, office: int, *, approves: bool) -> int:
        self._desks.append(Desk(title, office, (), approves))
        self._staff.append([])
        return len(self._desks) - 1

    def _seat(
        self, desk: int, entity: int, spec: DeskWords | Leaders, pay: float, *, leader: bool
    ) -> None:
        """Somebody who is there from the first day."""
        self._staff[desk].append(len(self.cadres))
        self.cadres.append(
            Cadre(
                desk=desk,
                entity=entity,
                leader=leader,
                calendar=self.calendar(spec.hours),
                share_of_time=spec.share_of_time,
                weekly_seconds=spec.weekly_hours,
                pay_per_year=pay,
                joins=0,
                leaves=NEVER,
                ramp_up=0,
                first_day_speed=1.0,
                policy=ABSENT,
            )
        )

    def hire(self, desk: int, seat: int, policy: int, **terms: float) -> None:
        """A policy adds a cadre to a desk, who works as those do who are there."""
        office = self._offices[self._desks[desk].office]
        place = office.desks.index(desk) if desk in office.desks else SPECIAL_DESK
        entity = cadre_entity(office.tier, office.ordinal, place, ADDED_SEATS * (policy + 1) + seat)
        colleagues = self._staff[desk] or [k for d in office.desks for k in self._staff[d]]
        if not colleagues:
            return  # an office without anybody has no hours and no share of time to go by
        like = self.cadres[colleagues[0]]._replace(desk=desk)
        self._sits(like._replace(entity=entity, policy=policy, **terms))  # type: ignore[arg-type]

    def move(
        self, number: int, desk: int, begins: int, ends: int, ramp_up: int, first_day_speed: float
    ) -> None:
        """For a time a cadre sits at another desk: the same person, as quick as ever in the end."""
        person = self.cadres[number]
        there = self.cadres[(self._staff[desk] or [number])[0]]
        self.cadres[number] = person._replace(leaves=begins)
        seat = there._replace(
            desk=desk,
            entity=person.entity,
            pay_per_year=person.pay_per_year,
            joins=begins,
            leaves=ends,
            ramp_up=ramp_up,
            first_day_speed=first_day_speed,
            policy=person.policy,
        )
        self._sits(seat)
        if ends < self.scenario.horizon:
            self._sits(person._replace(joins=ends, ramp_up=0))

    def is_there(self, number: int, at: int) -> bool:
        """Whether a cadre has joined by then and not left."""
        return self.cadres[number].joins <= at < self.cadres[number].leaves

    def can_go(self, number: int) -> bool:
        """Whether a cadre who is there all the time may leave: somebody else must stay."""
        cadre = self.cadres[number]
        others = [self.cadres[k] for k in self._staff[cadre.desk] if k != number]
        stays = cadre.joins == 0 and cadre.leaves == NEVER
        return stays and any(o.joins == 0 and o.leaves == NEVER for o in others)

    def _sits(self, cadre: Cadre) -> None:
        self._staff[cadre.desk].append(len(self.cadres))
        self.cadres.append(cadre)

    def add_channel(self, channel: Channel) -> int:
        """A policy's channel comes after all others."""
        self.extra_channels.append(channel)
        return len(self.scenario.channels) + len(self.extra_channels) - 1

    def open_desk(self, office: int, title: str) -> int:
        """A special desk in an office: no case is given out to it as to the departments."""
        return self._open_desk(title, office, approves=False)

    def open_lane(self, lane: Lane) -> None:
        """A special desk takes cases of some classes by itself."""
        if lane.begins < min(lane.ends, self.scenario.horizon):
            self._lanes.append(lane)

    def seat(self, desk: int, seat: int, policy: int, **terms: float) -> None:
        """Somebody whom a policy brings to a special desk, on terms of their own."""
        office = self._offices[self._desks[desk].office]
        number = ADDED_SEATS * (policy + 1) + seat
        entity = cadre_entity(office.tier, office.ordinal, SPECIAL_DESK, number)
        self._staff[desk].append(len(self.cadres))
        plain = Cadre(desk, entity, False, 0, 1.0, FULL_WEEK, 0.0, 0, NEVER, 0, 1.0, policy)
        self.cadres.append(plain._replace(**terms))  # type: ignore[arg-type]

    def purse(self, policy: int, per_year: float) -> int:
        """A policy's money for what it pays by the piece; ABSENT if it has no end."""
        if per_year >= MOST_YUAN:
            return ABSENT
        self.purses.append(Purse(policy, per_year))
        return len(self.purses) - 1

    def alter(
        self, office: int, begins: int, ends: int, targets: Targets, intensity: float
    ) -> None:
        """For a time an office works by other values; later policies stand on earlier ones."""
        if intensity > 0.0 and begins < self.scenario.horizon and begins < ends:
            spell = Spell(begins, ends, targets, intensity)
            self._spells.setdefault(office, []).append(spell)

    # ------------------------------------------------------------ freezing

    def rules(self, own: Rules) -> tuple[tuple[Rules, ...], dict[int, int], list[Change]]:
        """All rules that are ever in force, what each office begins with, and the changes."""
        known = {own: 0}
        first: dict[int, int] = {}
        changes: list[Change] = []
        for office, spells in self._spells.items():
            now = 0
            for at in sorted({0, *(t for s in spells for t in (s.begins, s.ends))}):
                inside = [spell for spell in spells if spell.begins <= at < spell.ends]
                rules = known.setdefault(altered(own, inside), len(known))
                if at == 0:
                    first[office] = rules
                elif rules != now and at < self.scenario.horizon:
                    changes.append(Change(at, office, rules))
                now = rules
        return tuple(known), first, sorted(changes)

    def lanes(self) -> tuple[Lane, ...]:
        """The special desks office by office, each with that of the same policy above it."""
        lanes = sorted(self._lanes, key=lambda lane: lane.office)
        places = {(lane.policy, lane.office): number for number, lane in enumerate(lanes)}
        return tuple(
            lane._replace(
                next_instance=places.get((lane.policy, self.parents[lane.office]), ABSENT)
            )
            for lane in lanes
        )

    def offices(self, first_rules: Mapping[int, int]) -> tuple[Office, ...]:
        """The offices with their place in the tree."""
        children: dict[int, list[int]] = {}
        for number, parent in enumerate(self.parents):
            children.setdefault(parent, []).append(number)
        return tuple(
            office._replace(
                parent=self.parents[number],
                children=tuple(children.get(number, ())),
                rules=first_rules.get(number, 0),
            )
            for number, office in enumerate(self._offices)
        )

    def desks(self) -> tuple[Desk, ...]:
        """The desks with their cadres."""
        return tuple(
            desk._replace(cadres=tuple(staff))
            for desk, staff in zip(self._desks, self._staff, strict=True)
        )

    def _parent(self, office: Office) -> int:
        """Offices of a tier are spread evenly, in order, over the offices of the tier above."""
        if office.tier + 1 >= len(self.first):
            return ABSENT
        here, above = self.offices_of(office.tier), self.offices_of(office.tier + 1)
        return above.start + office.ordinal * len(above) // len(here)


def altered(rules: Rules, spells: list[Spell]) -> Rules:
    """The rules while these spells last, one on top of the other."""
    for spell in spells:
        for part, values in spell.targets.items():
            before = getattr(rules, part)
            after = {
                name: _moved(getattr(before, name), value, spell.intensity)
                for name, value in values.items()
            }
            rules = rules._replace(**{part: before._replace(**after)})
    return rules


def _moved(value: float, target: Target, intensity: float) -> float:
    """A number, so much of the way to another; whole numbers (seconds, counts) stay whole."""
    if isinstance(target, Times):
        target = target.factor * value
    elif isinstance(target, Plus):
        target = value + target.amount
    moved = target if intensity == 1.0 else value + intensity * (target - value)
    return moved if isinstance(value, float) else round(moved)


def cadre_entity(tier: int, ordinal: int, desk: int, seat: int) -> int:
    """Id of a cadre's draws: its place, not its running number."""
    return ((tier << 24 | ordinal) << 12 | desk) << 22 | seat
