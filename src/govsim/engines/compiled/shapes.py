"""What the city is made of, as rows of fixed shape: everything the event loop reads and writes.

The whole state of a replication hangs on one row of ``CITY``: numbers, the plan's settings under
their own names (``city.reporting.trust_floor``), and for each pool its address and its length.
A row costs nothing to pass on, which arrays do (docs/decisions/0007-one-row.md). ``rows.py`` opens
the pools.

Whole numbers are signed, small ones too: numba makes a float of a signed and an unsigned one.
"""

from typing import Any, get_type_hints

import numpy as np

from govsim.model import plan as words
from govsim.model.records import RECORD as PLAIN_RECORD

Fields = list[tuple[Any, ...]]


class Row(np.record):  # type: ignore[misc]
    """A row whose fields come before numpy's own attributes (``base``, ``flags``), as compiled.

    Only seen where the JIT is off.
    """

    def __getattribute__(self, name: str) -> Any:
        """The field of that name, if there is one."""
        fields = np.void.__getattribute__(self, "dtype").fields
        return self[name] if name in fields else super().__getattribute__(name)


def shape(fields: Fields) -> np.dtype[Any]:
    """A row with these fields, laid out as C would, whose fields are attributes."""
    return np.dtype((Row, np.dtype(fields, align=True)))


def packed(fields: Fields) -> np.dtype[Any]:
    """A row without gaps, where there are so many that two bytes of each count."""
    return np.dtype((Row, np.dtype(fields)))


def _fields_of(words: type) -> Fields:
    """The numbers of one of the plan's tuples: laws become the number of a row in ``laws``."""
    kinds = {float: "f8", int: "i8", bool: "i1"}
    fields: Fields = []
    for name, kind in get_type_hints(words).items():
        if kind in kinds:
            fields.append((name, kinds[kind]))
        elif kind is _LAW:
            fields.append((name, "i8"))
    return fields


_LAW = words.Law

# ---------------------------------------------------------------- from the plan

LAW = shape(
    [("family", "i8"), ("a", "f8"), ("b", "f8"), ("c", "f8"), ("first", "i8"), ("count", "i8")]
)
CALENDAR = shape([("first", "i8"), ("count", "i8"), ("first_day", "i8")])
TIER = shape(_fields_of(words.Tier))
SEGMENT = shape(_fields_of(words.Segment))
KLASS = shape(_fields_of(words.ProblemClass))
CHANNEL = shape([*_fields_of(words.Channel), ("hotline", "i8")])  # ABSENT: it has no operators
SPREAD = shape(_fields_of(words.Spread))
HOTLINE = shape(_fields_of(words.Hotline))
SURGE = shape(_fields_of(words.Surge))
RULES = shape(
    [(name, shape(_fields_of(part))) for name, part in get_type_hints(words.Rules).items()]
)
CHANGE = shape(_fields_of(words.Change))
COST = shape([*_fields_of(words.CostLine), ("paid_until", "i8"), ("begun", "i8")])
PURSE = shape([*_fields_of(words.Purse), ("year", "i8"), ("spent", "f8")])
LANE = shape([*_fields_of(words.Lane), ("first_share", "i8")])
CONFERENCE = shape(
    [
        *_fields_of(words.Conference),
        ("first_meeting", "i8"),
        ("meetings", "i8"),
        ("held", "i8"),  # meetings so far
    ]
)
VISITS = shape([*_fields_of(words.Visits), ("turnout", "i8")])
PATROL = shape(_fields_of(words.Patrol))
COUNCIL = shape([*_fields_of(words.Council), ("visits", "i8")])
ASSEMBLY = shape([("participation", "f8"), ("until", "i8"), ("pending", "i8"), ("settled", "i8")])
PLANNER = shape(
    [
        *_fields_of(words.Planner),
        ("first_area", "i8"),
        ("areas", "i8"),
        ("first_pick", "i8"),
        ("picks", "i8"),
        ("picked", "i8"),  # how many times so far
        ("count", "i8"),  # of projects begun
    ]
)
AREA = shape([("office", "i8"), ("begins", "i8")])
PROJECT = shape(
    [("planner", "i8"), ("office", "i8"), ("klass", "i8"), ("number", "i8"), ("part", "f8")]
)
INHERITED = shape(_fields_of(words.Inherited))
DUE = shape(_fields_of(words.Due))
SESSION = shape(
    [*_fields_of(words.Session), ("visits", "i8"), ("first_companion", "i8"), ("companions", "i8")]
)

# ---------------------------------------------------------------- offices and their people

OFFICE = shape(
    [
        *_fields_of(words.Office),
        ("first_desk", "i8"),  # in ``office_desks``
        ("desks", "i8"),
        ("slowness", "f8"),
        ("cases", "i8"),  # open grievances that lie here
        ("overdue", "i8"),  # of these, those past a deadline
        ("behind", "f8"),  # others of its tier: 0 the best, 1 the last
        ("score", "f8"),  # of the last month, if it was scored
        ("scored", "i8"),
        ("replied", "i8"),  # this month, of those with a deadline
        ("in_time", "i8"),
        ("closed", "i8"),
        ("resolved", "i8"),
        ("asked", "i8"),  # residents called back
        ("called", "i8"),  # of these, by offices and not by operators
        ("satisfied", "i8"),
        ("written_as_satisfied", "i8"),
        ("taken", "i8"),  # open grievances that were registered here, wherever they lie
        ("settled", "i8"),  # those registered here that ended with the problem gone
        ("first_lane", "i8"),
        ("lanes", "i8"),
        ("first_conference", "i8"),
        ("conferences", "i8"),
    ]
)
DESK = shape(
    [
        ("office", "i8"),
        ("first_cadre", "i8"),  # in ``desk_cadres``
        ("cadres", "i8"),
        ("queue", "i8"),  # the case at the head
        ("first_idle", "i8"),
        ("last_idle", "i8"),
        ("owed", "i8"),  # idle cadres whose hours belong to something else
        ("opens_at", "i8"),  # the opening it is waiting for
        ("restless", "i8"),  # to be matched at the end of this second
        ("calendar", "i8"),  # of all its cadres; ABSENT: they differ, or come and go
        ("calls_stretch", "i8"),  # calls to sit with others: in which thirty days, and how many
        ("calls_now", "i8"),
        ("calls_before", "i8"),  # in the thirty days before these
    ]
)
CADRE = shape(
    [
        *_fields_of(words.Cadre),
        ("slowness", "f8"),
        ("busy", "i8"),
        ("next_idle", "i8"),  # the idle of a desk in order of (idle since, number)
        ("previous_idle", "i8"),
        ("owed", "i8"),  # seconds of office hours that belong to something else
        ("evenings", "i8"),  # of these, time off for evenings
        ("off", "i8"),  # the same of the absence at hand
        ("overtime", "i8", (4,)),  # the last four weeks'
        ("overtime_week", "i8"),
        ("free_at", "i8"),  # an operator's line
        ("started", "i8"),  # the spell of work at hand
        ("touch", "f8"),
        ("case", "i8"),  # ABSENT: away from the desk
        ("activity", "i8"),
    ]
)

# ---------------------------------------------------------------- residents, problems, grievances

RESIDENT = packed([("trust", "f8"), ("trust_since", "i4"), ("segment", "u1"), ("met_leader", "i1")])
PROBLEM = shape(  # one cache line of 64 bytes
    [
        ("id", "i8"),
        ("resident_id", "i8"),  # of the first resident hit; its community is the problem's
        ("severity_at_birth", "f8"),
        ("born", "i4"),
        ("resident", "i4"),
        ("first_open", "i4"),  # open grievances about it, by number; it knows the last one
        ("open_grievances", "i4"),
        ("rows", "i4"),  # grievances, open or not, whose rows still name it
        ("awaited", "i4"),  # contacts and returns in the agenda that name it
        ("first_member", "i4"),  # other residents hit who have spoken up
        ("contacts", "i2"),  # how often the first resident hit has spoken up
        ("recurrences", "i2"),
        ("klass", "u1"),
        ("channel", "u1"),  # of the contact in the agenda; NO_INDEX: a thought
        ("required_tier", "i1"),
        ("lives", "i1"),
        ("known", "i1"),
        ("hardened", "i1"),
        ("terminated", "i1"),
        ("comes_back", "i1"),  # that stands in the agenda
    ]
)
MEMBER = shape([("number", "i4"), ("contacts", "i4"), ("next", "i4"), ("channel", "i4")])
CASE = shape(  # three cache lines of 64 bytes; the first holds what queues and events look at
    [
        ("number", "i8"),
        ("subject", "i8"),  # id of the problem or the enquiry
        ("queue_deadline", "i8"),
        ("enabled", "i4"),
        ("problem", "i4"),  # ABSENT: an enquiry
        ("resident", "i4"),
        ("queue_child", "i4"),
        ("queue_next", "i4"),
        ("queue_previous", "i4"),
        ("stage", "i4"),  # counts its moves
        ("desk", "i4"),  # in whose queue
        ("queue_class", "i1"),
        ("open", "i1"),
        ("queued", "i1"),
        ("in_work", "i1"),
        ("waiting_for", "i1"),
        ("to_do", "i1"),
        ("replied", "i1"),
        ("loose", "i1"),
        ("resident_id", "i8"),
        ("reply_due", "i8"),
        ("reply_term", "i8"),
        ("resolution_due", "i8"),
        ("resolution_term", "i8"),
        ("registered", "i4"),
        ("closed_at", "i4"),
        ("wait_begun", "i4"),
        ("office", "i4"),
        ("home", "i4"),
        ("next_open", "i4"),  # about the same problem
        ("previous_open", "i4"),  # of the first one: the last one
        ("next_loose", "i4"),
        ("step", "i4"),  # how many times it has been given out
        ("contact", "i4"),
        ("lane", "i4"),  # the special desk that has it in hand
        ("member", "i4"),
        ("bounces", "i2"),
        ("escalations", "i2"),
        ("closings", "i2"),
        ("klass", "i2"),
        ("segment", "i2"),
        ("channel", "i2"),
        ("awaited", "i2"),  # judgements and contacts in the agenda that name it
        ("departments_done", "i1"),
        ("reply_in_preparation", "i1"),
        ("replied_in_time", "i1"),
        ("overdue", "i1"),
        ("overdue_reply", "i1"),
        ("overdue_resolution", "i1"),
        ("extended", "i1"),
        ("resolution_extended", "i1"),
        ("taken_in", "i1"),
        ("misdirected", "i1"),
        ("decided", "i1"),
        ("settled_in_substance", "i1"),
        ("asked", "i1"),
        ("leaders_case", "i1"),
        ("threatens", "i1"),
        ("barred", "i1"),  # why the file is not opened again, in bits
        ("ladder", "i1"),
        ("outcome", "i1"),
        ("closed_true", "i1"),
        ("watched", "i1"),
        ("replied_in_form", "i1"),
        ("been_at_lane", "i1"),  # once is enough; counts the instances of mediation
        ("sessions", "i1"),  # what has been done for it there
        ("returned", "i1"),  # to be carried out below
        ("table", "i1"),  # which of the office's conferences was called
        ("conferred", "i1"),  # departments were called, and only showed their faces
        ("led", "i1"),  # who leads was agreed on
        ("went_up", "i1"),  # to an office above, on whoever's decision
        ("satisfied", "i1"),  # with the last closing that the resident has judged
    ]
)

TURNED_AWAY, WITHDRAWN = 1, 2  # at intake: to be explained, whatever it is; by the resident

# ---------------------------------------------------------------- the agenda, silence, records

EVENT = shape([("at", "i8"), ("key", "i8"), ("key2", "i8"), ("ref", "i4"), ("next", "i4")])
LATER = shape([("key", "i8"), ("key2", "i8"), ("at", "i4"), ("ref", "i4")])  # ``at`` in its stretch
SILENT = shape([("first", "i8"), ("count", "i8"), ("room", "i8")])  # in ``silent_ids``
RECORD = np.dtype((Row, PLAIN_RECORD))

# ---------------------------------------------------------------- the city

POOLS: dict[str, Any] = {
    "laws": LAW,
    "law_values": np.dtype("f8"),
    "calendars": CALENDAR,
    "starts": np.dtype("i8"),
    "ends": np.dtype("i8"),
    "before": np.dtype("i8"),
    "first_of_day": np.dtype("i4"),
    "tiers": TIER,
    "classes": KLASS,
    "channels": CHANNEL,
    "spreads": SPREAD,
    "spread_begins": np.dtype("i8"),  # spreads x communities
    "hotlines": HOTLINE,
    "surges": SURGE,
    "inherited": INHERITED,
    "dues": DUE,
    "costs": COST,
    "rules": RULES,
    "changes": CHANGE,
    "purses": PURSE,
    "new_years": np.dtype("i8"),
    "lanes": LANE,
    "lane_shares": np.dtype("f8"),
    "conferences": CONFERENCE,
    "meetings": np.dtype("i8"),
    "visits": VISITS,
    "sessions": SESSION,
    "companions": np.dtype("i8"),
    "patrols": PATROL,
    "visibilities": np.dtype("f8"),  # patrols x classes
    "councils": COUNCIL,
    "prevents": np.dtype("f8"),  # councils x classes
    "assemblies": ASSEMBLY,  # councils x communities
    "planners": PLANNER,
    "areas": AREA,
    "pick_times": np.dtype("i8"),
    "causes": np.dtype("i8"),  # grievances registered, communities x classes
    "causes_seen": np.dtype("i8"),  # planners x communities x classes
    "taken": np.dtype("i8"),  # areas x classes
    "removed": np.dtype("f8"),  # planners x communities x classes
    "projects": PROJECT,
    "turnouts": np.dtype("f8"),
    "segment_shares": np.dtype("f8"),
    "class_shares": np.dtype("f8"),
    "can_solve": np.dtype("f8"),
    "channel_shares": np.dtype("f8"),  # segments x channels, once everybody knows of all
    "shares_today": np.dtype("f8"),  # by channel: room to work in
    "access": np.dtype("f8"),  # without the channels of policies
    "day_factor": np.dtype("f8"),
    "hour_cumulative": np.dtype("f8"),
    "community_ids": np.dtype("i8"),  # the community's part of the ids of its problems
    "day_levels": np.dtype("f8"),  # by community, while a day is drawn
    "day_counts": np.dtype("i8"),
    "offices": OFFICE,
    "office_desks": np.dtype("i8"),
    "paths": np.dtype("i8"),  # communities x tiers
    "desks": DESK,
    "desk_cadres": np.dtype("i8"),
    "restless_desks": np.dtype("i8"),
    "cadres": CADRE,
    "first_resident": np.dtype("i8"),
    "resident_rows": np.dtype("i4"),  # by number; 0 until something happens to the resident
    "residents": RESIDENT,
    "problems": PROBLEM,
    "members": MEMBER,
    "cases": CASE,
    "blank_case": CASE,
    "silent": SILENT,
    "silent_ids": np.dtype("i8"),
    "silent_problems": np.dtype("i4"),
    "silent_places": np.dtype("i4"),  # by problem; ABSENT: not silent
    "ranks": np.dtype("f8"),  # of one draw for many
    "events": EVENT,
    "buckets": np.dtype("i4"),  # of the present stretch
    "later": LATER,
    "block_next": np.dtype("i4"),
    "stretches": np.dtype("i4"),  # the last event put down for each
    "opened": EVENT,
    "scratch": np.dtype("i8"),
    "records": RECORD,
}

GIVEN = (
    "horizon",
    "until",
    "history_days",
    "tier_count",
    "office_count",
    "community_count",
    "class_count",
    "council_count",
    "planner_count",
    "channel_count",
    "spread_count",
    "hotline_count",
    "surge_count",
    "inherited_count",
    "cost_count",
    "change_count",
    "session_count",
    "lane_count",
    "conference_count",
    "working_days",
    "calendar_days",
    "keeps_silent",
    "keeps_scores",
    "heard_at_most",
    "stretch_bits",
    "asked_at_most",
    "bucket_bits",
    "bucket_count",
    "pushed_at_most",
    "recorded_at_most",
)

COUNTERS = (  # from 0 in each replication
    "now",
    "stage",
    "number_of_cases",
    "most_open",
    "recorded",
    "opening",
    "opened_count",
    "blocks_used",
    "blocks_free",
    "sweep_at",
    "foreseen_inherited",
    "drawn_day",
    "drawn_community",
    "drawn_stream",
    "events_used",
    "events_free",
    "problems_used",
    "problems_free",
    "cases_used",
    "cases_free",
    "members_used",
    "members_free",
    "residents_used",
    "silent_used",
    "silent_largest",
    "restless",
    "matched",
    "next_session",
    "next_change",
    "listed",
    "list_kind",
    "projects_used",
    "list_size",
    "trust_community",
)

NOWHERE = (  # ABSENT
    "stretch",
    "free_block",
    "bucket",
    "page",
    "loose",
    "free_event",
    "free_problem",
    "free_case",
    "free_member",
)

CITY = shape(
    [
        ("keys", "u8", (6,)),
        ("problems_per_day", "f8"),
        ("enquiries_per_day", "f8"),
        ("overdispersion", "i8"),
        ("common_level", "i8"),
        ("collective_share", "f8"),
        ("collective_size", "i8"),
        ("collective_limit", "i8"),
        ("likeliest_thought", "f8"),
        ("likeliest_fellow", "f8"),
        ("most_willing", "f8"),
        ("trust", shape(_fields_of(words.Trust))),
        ("reporting", shape(_fields_of(words.Reporting))),
        ("after_closing", shape(_fields_of(words.AfterClosing))),
        ("fatigue", shape(_fields_of(words.Fatigue))),
        ("loops", shape(_fields_of(words.Loops))),
        *[(name, "i8") for name in (*GIVEN, *COUNTERS, *NOWHERE)],
        *[(name, "i8") for name in POOLS],
        *[(f"{name}_room", "i8") for name in POOLS],
    ]
)
