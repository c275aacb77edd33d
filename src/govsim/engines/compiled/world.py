"""From a plan to the rows of a city."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from govsim.engines.compiled import shapes
from govsim.engines.compiled.agenda import BLOCK, LOOKED_AHEAD
from govsim.engines.compiled.books import PLACES
from govsim.engines.compiled.meetings import GIVEN_BACK
from govsim.engines.compiled.resident import ID_OF_DAY_BITS
from govsim.engines.compiled.rows import LINE
from govsim.engines.compiled.slowness import draw_values
from govsim.model import laws, oversight, residents
from govsim.model.plan import DAY, NEVER, Law, Plan, Visits
from govsim.model.randomness import Purpose, key_schedule
from govsim.model.records import ABSENT, Gathering
from govsim.model.size import expected_events

Rows = NDArray[Any]

CHUNK = 16_384  # records in the buffer when it is handed on
FIRST_ROOM = 1_024
AT_ONCE = 64  # draws made in one go, at least
LARGE = 1 << 25  # bytes of a pool that is not copied again and again:
AHEAD = 16  # it asks for so many times its room, and the system gives what is used
EVENTS_PER_BUCKET = 8
EVENTS_PER_STRETCH = 8_192
MOST_BITS = 16  # so that no two days begin in one stretch


def likeliest(plan: Plan, factor: float, access: Iterable[float]) -> float:
    """A bound that no resident's probability of speaking up exceeds."""
    facts = plan.reporting
    effect = max(facts.severity_effect, -facts.severity_effect)
    return residents.report_probability(
        facts.probability * factor, 1.0, effect, most_willing(plan), max(access)
    )


def most_willing(plan: Plan) -> float:
    """A bound on what trust does to the probability of speaking up."""
    facts, strength = plan.reporting, plan.loops.participation
    return max(
        residents.willingness(trust, facts.trust_floor, facts.trust_slope, strength)
        for trust in (0.0, 1.0)
    )


class Laws:
    """The laws of a plan, each once."""

    def __init__(self) -> None:
        self.numbers: dict[Law, int] = {}
        self.rows: list[tuple[float, ...]] = []
        self.values: list[float] = []

    def number(self, law: Law) -> int:
        """The row of a law."""
        if law not in self.numbers:
            self.numbers[law] = len(self.rows)
            first = len(self.values)
            self.rows.append((law.family, law.a, law.b, law.c, first, len(law.table)))
            self.values += law.table
        return self.numbers[law]


@dataclass
class Facts:
    """What all replications of a plan share: pools that nothing changes, and first states."""

    plan: Plan
    pools: dict[str, Rows] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)
    laws: Laws = field(default_factory=Laws)


def facts_of(plan: Plan) -> Facts:
    """Everything that depends on the plan alone."""
    facts = Facts(plan)
    _calendars(facts)
    _demand(facts)
    _offices(facts)
    _people(facts)
    _visits(facts)
    _patrols_and_councils(facts)
    _projects(facts)
    _lanes(facts)
    _conferences(facts)
    for name in ("trust", "reporting", "after_closing", "fatigue", "loops"):
        facts.numbers[name] = _row(facts, shapes.CITY[name], getattr(plan, name))
    _rules(facts)
    facts.pools["laws"] = np.array(facts.laws.rows, shapes.LAW)
    facts.pools["law_values"] = np.array([*facts.laws.values, 0.0])
    return facts


def _value(facts: Facts, value: Any) -> Any:
    return facts.laws.number(value) if isinstance(value, Law) else value


def _row(facts: Facts, shape: Any, words: Any) -> tuple[Any, ...]:
    return tuple(_value(facts, getattr(words, name)) for name in shape.names)


def _rows(facts: Facts, shape: Any, things: Sequence[Any]) -> Rows:
    """A row for each thing: the fields that it has by those names, the others zero."""
    rows = np.zeros(max(len(things), 1), shape)
    if things:
        for name in shape.names:
            if hasattr(things[0], name) and np.isscalar(_value(facts, getattr(things[0], name))):
                rows[name][: len(things)] = [_value(facts, getattr(t, name)) for t in things]
    return rows


def _table(shape: Any, things: Sequence[tuple[Any, ...]]) -> Rows:
    """Things that are many, and numbers only; one row at least."""
    return np.array([*things], shape) if things else np.zeros(1, shape)


def _rules(facts: Facts) -> None:
    """What offices work by, and when that changes."""
    plan = facts.plan
    parts = plan.rules[0]._fields
    rows = [
        tuple(_row(facts, shapes.RULES[part], getattr(rules, part)) for part in parts)
        for rules in plan.rules
    ]
    facts.pools["rules"] = np.array(rows, shapes.RULES)
    facts.pools["changes"] = _rows(facts, shapes.CHANGE, plan.changes)
    facts.numbers["change_count"] = len(plan.changes)
    facts.numbers["keeps_scores"] = int(
        any(oversight.is_scored(r.scoring.strength, r.scoring.report) for r in plan.rules)
    )


# ---------------------------------------------------------------- time and demand


def _calendars(facts: Facts) -> None:
    plan = facts.plan
    calendars = [*plan.calendars, plan.working_days]
    rows = np.zeros(len(calendars), shapes.CALENDAR)
    first = 0
    for row, calendar in zip(rows, calendars, strict=True):
        row["first"], row["count"] = first, len(calendar.starts)
        first += len(calendar.starts)
    facts.pools["calendars"] = rows
    for name in ("starts", "ends", "before"):
        facts.pools[name] = np.array([t for c in calendars for t in getattr(c, name)] or [0], "i8")
    facts.numbers["working_days"] = len(plan.calendars)
    days = plan.horizon // DAY + 2
    rows["first_day"] = np.arange(len(calendars)) * days
    facts.numbers["calendar_days"] = days
    midnights = np.arange(days) * DAY
    places = [np.searchsorted(c.starts, midnights, "right") - 1 for c in calendars]
    facts.pools["first_of_day"] = np.maximum(np.concatenate(places), 0).astype("i4")


def _demand(facts: Facts) -> None:
    plan, demand, pools, numbers = facts.plan, facts.plan.demand, facts.pools, facts.numbers
    pools["classes"] = _rows(facts, shapes.KLASS, plan.classes)
    pools["channels"] = _rows(facts, shapes.CHANNEL, plan.channels)
    pools["surges"] = _rows(facts, shapes.SURGE, demand.surges)
    pools["inherited"] = _table(shapes.INHERITED, plan.inherited)
    pools["dues"] = _table(shapes.DUE, plan.dues)
    pools["class_shares"] = np.array([klass.share for klass in plan.classes])
    pools["segment_shares"] = np.array([segment.share for segment in plan.segments])
    pools["blank_case"] = _blank_case()
    pools["can_solve"] = np.array([tier.can_solve for tier in plan.tiers])
    pools["day_factor"] = np.array(demand.day_factor)
    pools["hour_cumulative"] = np.array(demand.hour_cumulative)
    segments = range(len(plan.segments))
    spreading = [spread.channel for spread in plan.spreads]
    weights = [
        0.0 if number in spreading else channel.weight
        for number, channel in enumerate(plan.channels)
    ]
    without = [
        residents.access(weights, [channel.reach[segment] for channel in plan.channels])
        for segment in segments
    ]
    whole = [
        [channel.weight * channel.reach[segment] for channel in plan.channels]
        for segment in segments
    ]
    ones = [1.0] * (len(spreading) + 1)
    access = [
        residents.access(
            [without[segment], *(whole[segment][number] for number in spreading)], ones
        )
        for segment in segments
    ]  # once everybody knows of every channel
    pools["access"] = np.array(without)
    pools["channel_shares"] = np.array(whole).ravel()
    pools["shares_today"] = np.zeros(len(plan.channels))
    pools["spreads"] = _rows(facts, shapes.SPREAD, plan.spreads)
    pools["spread_begins"] = np.array([t for s in plan.spreads for t in s.begins] or [0], "i8")
    pools["hotlines"] = _rows(facts, shapes.HOTLINE, plan.hotlines)
    pools["channels"]["hotline"] = ABSENT
    for number, line in enumerate(plan.hotlines):
        pools["channels"]["hotline"][line.channel] = number
    numbers |= {
        "problems_per_day": demand.problems_per_day,
        "enquiries_per_day": demand.enquiries_per_day,
        "overdispersion": facts.laws.number(demand.overdispersion),
        "common_level": facts.laws.number(demand.common_level),
        "collective_share": demand.collective_share,
        "collective_size": facts.laws.number(demand.collective_size),
        "collective_limit": demand.collective_limit,
        "likeliest_thought": likeliest(plan, plan.reporting.reconsider_factor, access),
        "likeliest_fellow": likeliest(plan, plan.reporting.fellow_factor, access),
        "most_willing": most_willing(plan),
        "channel_count": len(plan.channels),
        "spread_count": len(plan.spreads),
        "hotline_count": len(plan.hotlines),
        "surge_count": len(demand.surges),
        "inherited_count": len(plan.inherited),
        "history_days": plan.history_days,
        "drawn_day": -plan.history_days,
        "horizon": plan.horizon,
        "until": plan.until,
    }


def _blank_case() -> Rows:
    """A grievance as it is when it enters the ledger."""
    case = np.zeros(1, shapes.CASE)
    case["open"] = 1
    nowhere = "resident_id problem resident office next_open previous_open lane waiting_for"
    for name in nowhere.split():
        case[name] = ABSENT
    for name in ("reply_due", "reply_term", "resolution_due", "resolution_term"):
        case[name] = NEVER
    return case


# ---------------------------------------------------------------- offices and people


def _offices(facts: Facts) -> None:
    plan, pools = facts.plan, facts.pools
    pools["tiers"] = _rows(facts, shapes.TIER, plan.tiers)
    offices = _rows(facts, shapes.OFFICE, plan.offices)
    counts = [len(office.desks) for office in plan.offices]
    offices["desks"] = counts
    offices["first_desk"] = _firsts(counts)[:-1]
    for name, things in (("lane", plan.lanes), ("conference", plan.conferences)):
        here = np.bincount([thing.office for thing in things], minlength=len(plan.offices))
        offices[f"{name}s"] = here
        offices[f"first_{name}"] = _firsts(here.tolist())[:-1]
    pools["offices"] = offices
    pools["office_desks"] = np.array([d for o in plan.offices for d in o.desks] or [0], "i8")
    communities = [o for o in range(len(plan.offices)) if plan.offices[o].residents > 0]
    paths = [_path(plan, o) for o in range(max(communities, default=-1) + 1)]
    pools["paths"] = np.array(paths or [[0]], "i8").ravel()
    people = [plan.offices[o].residents for o in range(len(paths))]
    pools["community_ids"] = np.arange(len(paths)) << ID_OF_DAY_BITS
    pools["first_resident"] = np.array([*_firsts(people), np.iinfo("i8").max], "i8")
    pools["costs"] = _rows(facts, shapes.COST, plan.costs)
    pools["costs"]["paid_until"][: len(plan.costs)] = [line.begins for line in plan.costs]
    pools["purses"] = _rows(facts, shapes.PURSE, plan.purses)
    pools["new_years"] = np.array([*plan.new_years, NEVER], "i8")
    facts.numbers |= {
        "tier_count": len(plan.tiers),
        "office_count": len(plan.offices),
        "community_count": len(paths),
        "cost_count": len(plan.costs),
    }


def _firsts(counts: Sequence[int]) -> list[int]:
    """Where each one's part of a common list begins, and where the last one's ends."""
    return [0, *accumulate(counts)]


def _path(plan: Plan, office: int) -> list[int]:
    """The offices responsible for a community, tier by tier."""
    path = list(plan.path_up(office))
    return path + [ABSENT] * (len(plan.tiers) - len(path))


def _people(facts: Facts) -> None:
    plan, pools = facts.plan, facts.pools
    desks = np.zeros(len(plan.desks), shapes.DESK)
    counts = [len(desk.cadres) for desk in plan.desks]
    desks["office"] = [desk.office for desk in plan.desks]
    desks["cadres"] = counts
    desks["first_cadre"] = _firsts(counts)[:-1]
    desks["queue"] = ABSENT
    desks["opens_at"] = NEVER
    cadres = _rows(facts, shapes.CADRE, plan.cadres)
    cadres["next_idle"] = cadres["previous_idle"] = ABSENT
    for desk, words in zip(desks, plan.desks, strict=True):
        desk["calendar"] = _calendar_of_all(plan, words.cadres)
        idle = sorted(words.cadres)
        desk["first_idle"] = idle[0] if idle else ABSENT
        desk["last_idle"] = idle[-1] if idle else ABSENT
        if len(idle) > 1:
            cadres["next_idle"][idle[:-1]] = idle[1:]
            cadres["previous_idle"][idle[1:]] = idle[:-1]
    pools["desks"], pools["cadres"] = desks, cadres
    pools["desk_cadres"] = np.array([k for desk in plan.desks for k in desk.cadres] or [0], "i8")


def _calendar_of_all(plan: Plan, numbers: Sequence[int]) -> int:
    """The calendar of some cadres who are all there all the time; ABSENT if there is no such."""
    cadres = [plan.cadres[number] for number in numbers]
    calendars = {cadre.calendar for cadre in cadres}
    stay = all(cadre.joins <= 0 and cadre.leaves >= NEVER for cadre in cadres)
    return calendars.pop() if stay and len(calendars) == 1 else ABSENT


def _visits(facts: Facts) -> None:
    plan, pools = facts.plan, facts.pools
    pools["visits"] = _rows(facts, shapes.VISITS, plan.visits)
    turnouts: list[float] = []
    sessions: list[tuple[Any, ...]] = []
    companions: list[int] = []
    for number, visits in enumerate(plan.visits):
        pools["visits"][number]["turnout"] = len(turnouts)
        turnouts += visits.turnout
        for s in visits.sessions:
            first = len(companions)
            companions += s.companions
            sessions.append(
                (s.ends, visits.policy, s.ordinal, s.starts, s.community, s.leader, number, first,
                 len(s.companions), s.chance)
            )  # fmt: skip
    sessions.sort()
    rows = np.zeros(max(len(sessions), 1), shapes.SESSION)
    columns = "ends - ordinal starts community leader visits first_companion companions chance"
    for name, column in zip(columns.split(), zip(*sessions, strict=True), strict=False):
        if name != "-":
            rows[name] = column
    pools["sessions"] = rows
    pools["companions"] = np.array([*companions, 0], "i8")
    pools["turnouts"] = np.array([*turnouts, 0.0])
    facts.numbers |= {
        "session_count": len(sessions),
        "keeps_silent": int(bool(sessions)),
        "heard_at_most": max((visits.at_most for visits in plan.visits), default=0),
    }


def _patrols_and_councils(facts: Facts) -> None:
    plan, pools = facts.plan, facts.pools
    pools["patrols"] = _rows(facts, shapes.PATROL, plan.patrols)
    pools["visibilities"] = np.array([x for p in plan.patrols for x in p.visible] or [0.0])
    pools["councils"] = _rows(facts, shapes.COUNCIL, plan.councils)
    pools["prevents"] = np.array([x for c in plan.councils for x in c.prevents] or [0.0])
    for number, visits in enumerate(plan.visits):
        if visits.form == Gathering.COUNCIL:
            pools["councils"]["visits"][visits.number] = number
    communities = facts.numbers["community_count"]
    assemblies = np.zeros(max(len(plan.councils) * communities, 1), shapes.ASSEMBLY)
    assemblies["participation"] = 1.0
    pools["assemblies"] = assemblies
    asked = [_asked(plan, visits) for visits in plan.visits if visits.form == Gathering.PATROL]
    facts.numbers |= {"council_count": len(plan.councils), "asked_at_most": max(asked, default=0)}


def _asked(plan: Plan, visits: Visits) -> int:
    """The most trifles that one patrol reports."""
    workers = max((len(session.companions) for session in visits.sessions), default=0)
    return plan.patrols[visits.number].trivial * workers


def _projects(facts: Facts) -> None:
    plan, pools = facts.plan, facts.pools
    planners = _rows(facts, shapes.PLANNER, plan.planners)
    count = len(plan.planners)
    planners["areas"][:count] = [len(planner.areas) for planner in plan.planners]
    planners["first_area"][:count] = _firsts([len(p.areas) for p in plan.planners])[:-1]
    planners["picks"][:count] = [len(planner.picks) for planner in plan.planners]
    planners["first_pick"][:count] = _firsts([len(p.picks) for p in plan.planners])[:-1]
    pools["planners"] = planners
    areas = [pair for p in plan.planners for pair in zip(p.areas, p.begins, strict=True)]
    pools["areas"] = np.array(areas or [(0, 0)], shapes.AREA)
    pools["pick_times"] = np.array([t for p in plan.planners for t in p.picks] or [0], "i8")
    places = max(int(facts.numbers["community_count"]) * len(plan.classes), 1)
    pools["causes"] = np.zeros(places, "i8")
    pools["causes_seen"] = np.zeros(max(count, 1) * places, "i8")
    pools["removed"] = np.zeros(max(count, 1) * places)
    pools["taken"] = np.zeros(len(pools["areas"]) * len(plan.classes), "i8")
    projects = sum(len(p.picks) * p.topics for p in plan.planners)
    pools["projects"] = np.zeros(max(projects, 1), shapes.PROJECT)
    facts.numbers |= {"planner_count": count, "class_count": len(plan.classes)}


def _lanes(facts: Facts) -> None:
    """Special desks, office by office."""
    plan, pools = facts.plan, facts.pools
    pools["lanes"] = _rows(facts, shapes.LANE, plan.lanes)
    classes = len(plan.classes)
    pools["lanes"]["first_share"] = np.arange(len(pools["lanes"])) * classes
    pools["lane_shares"] = np.array([share for lane in plan.lanes for share in lane.share] or [0.0])
    facts.numbers["lane_count"] = len(plan.lanes)


def _conferences(facts: Facts) -> None:
    """Conferences, office by office."""
    plan, pools = facts.plan, facts.pools
    rows = _rows(facts, shapes.CONFERENCE, plan.conferences)
    counts = [len(conference.meetings) for conference in plan.conferences]
    rows["meetings"][: len(counts)] = counts
    rows["first_meeting"][: len(counts)] = _firsts(counts)[:-1]
    pools["conferences"] = rows
    meetings = [moment for conference in plan.conferences for moment in conference.meetings]
    pools["meetings"] = np.array(meetings or [0], "i8")
    facts.numbers["conference_count"] = len(plan.conferences)


# ---------------------------------------------------------------- a replication

CHANGED = (  # pools with a first state, and then their own
    "offices",
    "desks",
    "cadres",
    "costs",
    "purses",
    "assemblies",
    "planners",
    "causes",
    "causes_seen",
    "taken",
    "removed",
    "projects",
    "conferences",
    "shares_today",
)


class World:
    """The city of one replication: its row, and the arrays behind the addresses on it.

    ``begin`` makes it ready for a replication, and again for the next: memory that has been asked
    for once is used again.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.cities = np.zeros(1, shapes.CITY)
        self.city = self.cities[0]
        self.pools: dict[str, Rows] = {}
        for name, rows in facts.pools.items():
            if name in CHANGED:
                self._make(name, len(rows))
            else:
                self._set(name, rows)
        self._margins()
        self._first_room()

    def begin(self, seed: int, replication: int) -> None:
        """Everything as it is before the first day."""
        city, facts = self.city, self.facts
        for name in shapes.COUNTERS:
            city[name] = 0
        for name in shapes.NOWHERE:
            city[name] = ABSENT
        for name, value in facts.numbers.items():
            city[name] = value
        city["keys"] = key_schedule(seed, replication)
        for name in CHANGED:
            _copy(facts.pools[name], self.pools[name])
        self._slowness(seed, replication)
        self.pools["resident_rows"].fill(0)
        self.pools["silent"].view("u1").fill(0)
        self.pools["buckets"].fill(ABSENT)
        self.pools["stretches"].fill(ABSENT)

    def _set(self, name: str, rows: Rows) -> None:
        self.pools[name] = rows
        self.city[name] = rows.ctypes.data
        self.city[f"{name}_room"] = len(rows)

    def _make(self, name: str, room: int) -> None:
        """A pool with so many rows; the first begins with a cache line."""
        shape = shapes.POOLS[name]
        raw = np.empty(room * shape.itemsize + LINE, "u1")
        first = -raw.ctypes.data % LINE
        self._set(name, raw[first : first + room * shape.itemsize].view(shape))

    def enlarge(self, name: str, least: int = 0) -> None:
        """More rows for a pool; what is in it stays."""
        old = self.pools[name]
        factor = 2 if old.nbytes < LARGE else AHEAD
        self._move(name, max(factor * len(old), least))
        if name == "later":
            self._move("block_next", len(self.pools[name]) // BLOCK)

    def _move(self, name: str, room: int) -> None:
        old = self.pools[name]
        self._make(name, room)
        _copy(old, self.pools[name][: len(old)])

    def _slowness(self, seed: int, replication: int) -> None:
        """How slow each office and each cadre is in this replication."""
        plan = self.facts.plan
        handling = plan.rules[0].handling
        offices, cadres = _office_ids(plan), _cadre_ids(plan)
        self._draws("offices", handling.office_slowness, Purpose.OFFICE_SLOWNESS, offices)
        self._draws("cadres", handling.cadre_slowness, Purpose.CADRE_SLOWNESS, cadres)
        for lane in plan.lanes:
            who = np.array(plan.desks[lane.desk].cadres, "i8")
            self._draws("cadres", lane.slowness, Purpose.CADRE_SLOWNESS, cadres, who)

    def _draws(
        self, pool: str, law: Law, purpose: Purpose, entities: Rows, who: Rows | None = None
    ) -> None:
        """The slowness of all rows of a pool that has a law, or of some."""
        who = np.arange(len(entities)) if who is None else who
        drawn = np.full(len(who), law.a)
        if law.family != laws.Family.CONSTANT:
            number = self.facts.laws.number(law)
            draw_values(self.cities, number, entities[who], int(purpose), drawn)
        self.pools[pool]["slowness"][who] = drawn

    def _margins(self) -> None:
        """The most that a single event can need, but for what depends on the cases about it."""
        plan, city = self.facts.plan, self.city
        months = plan.horizon // (30 * DAY)
        topics = max((planner.topics for planner in plan.planners), default=0)
        at_first = len(plan.costs) + months + len(plan.lanes) + 2 * len(plan.conferences)
        agenda = max((conference.at_most for conference in plan.conferences), default=0)
        given_back = 2 * GIVEN_BACK if plan.conferences else 0  # some go on to a special desk
        at_once = plan.demand.collective_limit + at_first + topics + max(8 * agenda, given_back)
        city["pushed_at_most"] = 64 + at_once + int(self.facts.pools["desks"]["cadres"].max())
        at_offices = np.zeros(len(plan.offices), "i8")
        for desk in plan.desks:
            at_offices[desk.office] += len(desk.cadres)
        at_an_office = int(at_offices.max())  # whose unfinished work is written down in one go
        invented = max(
            (int(lane.invented + 1.0) * len(plan.desks[lane.desk].cadres) for lane in plan.lanes),
            default=0,
        )
        by_policies = max(16 * agenda, given_back) + 3 * invented
        companions = int(self.facts.pools["sessions"]["companions"].max())
        invited = max((council.invited for council in plan.councils), default=0)
        doors = max((patrol.doors for patrol in plan.patrols), default=0) * companions
        city["recorded_at_most"] = (
            64 + PLACES + at_an_office + 2 * companions + 3 * topics
            + invited + doors + int(self.facts.numbers["asked_at_most"]) + by_policies
        )  # fmt: skip
        city["stretch_bits"] = stretch_bits = self._bits(EVENTS_PER_STRETCH)
        city["bucket_bits"] = bucket_bits = self._bits(EVENTS_PER_BUCKET)
        city["bucket_count"] = 1 << stretch_bits - bucket_bits

    def _first_room(self) -> None:
        """Room of the pools to begin with; those that turn out too small are enlarged."""
        city = self.city
        margin = 2 * int(city["pushed_at_most"])
        communities = int(self.facts.numbers["community_count"])
        people = int(self.pools["first_resident"][-2])
        rooms = {
            "records": CHUNK + int(city["recorded_at_most"]),
            **dict.fromkeys(("events", "opened", "members"), FIRST_ROOM + margin),
            "residents": people + margin,  # the system gives memory only to rows that are used
            **dict.fromkeys(("problems", "silent_places", "cases"), FIRST_ROOM),
            "block_next": FIRST_ROOM + margin,
            "later": (FIRST_ROOM + margin) * BLOCK,
            "stretches": (self.facts.plan.horizon >> int(city["stretch_bits"])) + 1,
            **dict.fromkeys(("silent_ids", "silent_problems"), 4 * FIRST_ROOM),
            "scratch": max(4 * FIRST_ROOM, len(self.pools["offices"])),
            "restless_desks": len(self.pools["desks"]),
            "silent": max(communities, 1),
            **dict.fromkeys(("day_levels", "day_counts"), communities),
            "ranks": max(communities, AT_ONCE),
            "resident_rows": max(people, 1),
            "buckets": int(city["bucket_count"]) + LOOKED_AHEAD,
        }
        for name, room in rooms.items():
            self._make(name, room)

    def _bits(self, events: int) -> int:
        """Two to the power of how many seconds have at most so many events, by and large."""
        plan = self.facts.plan
        a_second = expected_events(plan) / plan.horizon
        bits = 0
        while bits < MOST_BITS and a_second * (2 << bits) <= events:
            bits += 1
        return bits


def _copy(rows: Rows, to: Rows) -> None:
    """Byte by byte: numpy copies structured rows field by field, seven times slower."""
    to.view("u1")[:] = rows.view("u1")


def _office_ids(plan: Plan) -> Rows:
    return np.array([office.tier << 32 | office.ordinal for office in plan.offices], "i8")


def _cadre_ids(plan: Plan) -> Rows:
    return np.array([cadre.entity for cadre in plan.cadres], "i8")
