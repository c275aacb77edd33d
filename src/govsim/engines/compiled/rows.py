"""Opening the pools of a city: ``case_at(city, c)`` is the row of case c.

A pool is an address and a length on the city's row. The array made of them lives in registers; with
NUMBA_BOUNDSCHECK=1 every access is checked against the length.
"""

import ctypes
from typing import Any

import numba
import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from govsim.compiling import small
from govsim.engines.compiled import shapes

I4, I8, F8 = np.dtype("i4"), np.dtype("i8"), np.dtype("f8")
(
    LAW,
    CALENDAR,
    TIER,
    KLASS,
    CHANNEL,
    SURGE,
    COST,
    RULES,
    CHANGE,
    LANE,
    CONFERENCE,
    VISITS,
    SESSION,
    OFFICE,
    DESK,
    CADRE,
    RESIDENT,
    PROBLEM,
    MEMBER,
    CASE,
    EVENT,
    LATER,
    SILENT,
    SILENT_ENTRY,
    RECORD,
) = (
    shapes.LAW,
    shapes.CALENDAR,
    shapes.TIER,
    shapes.KLASS,
    shapes.CHANNEL,
    shapes.SURGE,
    shapes.COST,
    shapes.RULES,
    shapes.CHANGE,
    shapes.LANE,
    shapes.CONFERENCE,
    shapes.VISITS,
    shapes.SESSION,
    shapes.OFFICE,
    shapes.DESK,
    shapes.CADRE,
    shapes.RESIDENT,
    shapes.PROBLEM,
    shapes.MEMBER,
    shapes.CASE,
    shapes.EVENT,
    shapes.LATER,
    shapes.SILENT,
    shapes.SILENT_ENTRY,
    shapes.RECORD,
)

if numba.config.DISABLE_JIT:

    def pointer(address: int) -> Any:
        """An address, as something ``carray`` takes."""
        return ctypes.c_void_p(int(address))

else:

    @intrinsic  # type: ignore[untyped-decorator]
    def pointer(typing: Any, address: Any) -> Any:
        """An address, as something ``carray`` takes."""

        def to_pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

        return types.voidptr(types.int64), to_pointer

# ---------------------------------------------------------------- rows


@small
def law_row(city: Any, i: int) -> Any:
    return carray(pointer(city.laws), city.laws_room, LAW)[i]


@small
def calendar_at(city: Any, i: int) -> Any:
    return carray(pointer(city.calendars), city.calendars_room, CALENDAR)[i]


@small
def tier_at(city: Any, i: int) -> Any:
    return carray(pointer(city.tiers), city.tiers_room, TIER)[i]


@small
def class_at(city: Any, i: int) -> Any:
    return carray(pointer(city.classes), city.classes_room, KLASS)[i]


@small
def channel_at(city: Any, i: int) -> Any:
    return carray(pointer(city.channels), city.channels_room, CHANNEL)[i]


@small
def surge_at(city: Any, i: int) -> Any:
    return carray(pointer(city.surges), city.surges_room, SURGE)[i]


@small
def cost_at(city: Any, i: int) -> Any:
    return carray(pointer(city.costs), city.costs_room, COST)[i]


@small
def change_at(city: Any, i: int) -> Any:
    return carray(pointer(city.changes), city.changes_room, CHANGE)[i]


@small
def rules_of(city: Any, o: int) -> Any:
    """What an office works by today."""
    return carray(pointer(city.rules), city.rules_room, RULES)[office_at(city, o).rules]


@small
def lane_at(city: Any, i: int) -> Any:
    return carray(pointer(city.lanes), city.lanes_room, LANE)[i]


@small
def conference_at(city: Any, i: int) -> Any:
    return carray(pointer(city.conferences), city.conferences_room, CONFERENCE)[i]


@small
def visits_at(city: Any, i: int) -> Any:
    return carray(pointer(city.visits), city.visits_room, VISITS)[i]


@small
def session_at(city: Any, i: int) -> Any:
    return carray(pointer(city.sessions), city.sessions_room, SESSION)[i]


@small
def office_at(city: Any, i: int) -> Any:
    return carray(pointer(city.offices), city.offices_room, OFFICE)[i]


@small
def desk_at(city: Any, i: int) -> Any:
    return carray(pointer(city.desks), city.desks_room, DESK)[i]


@small
def cadre_at(city: Any, i: int) -> Any:
    return carray(pointer(city.cadres), city.cadres_room, CADRE)[i]


@small
def resident_at(city: Any, i: int) -> Any:
    return carray(pointer(city.residents), city.residents_room, RESIDENT)[i]


@small
def problem_at(city: Any, i: int) -> Any:
    return carray(pointer(city.problems), city.problems_room, PROBLEM)[i]


@small
def member_at(city: Any, i: int) -> Any:
    return carray(pointer(city.members), city.members_room, MEMBER)[i]


@small
def case_at(city: Any, i: int) -> Any:
    return carray(pointer(city.cases), city.cases_room, CASE)[i]


@small
def all_cases(city: Any) -> Any:
    return carray(pointer(city.cases), city.cases_room, CASE)


@small
def blank_case(city: Any) -> Any:
    return carray(pointer(city.blank_case), city.blank_case_room, CASE)[0]


@small
def silent_at(city: Any, i: int) -> Any:
    return carray(pointer(city.silent), city.silent_room, SILENT)[i]


@small
def silent_entry(city: Any, i: int) -> Any:
    return carray(pointer(city.silent_entries), city.silent_entries_room, SILENT_ENTRY)[i]


@small
def event_at(city: Any, i: int) -> Any:
    return carray(pointer(city.events), city.events_room, EVENT)[i]


@small
def later_at(city: Any, i: int) -> Any:
    return carray(pointer(city.later), city.later_room, LATER)[i]


@small
def opened_at(city: Any, i: int) -> Any:
    return carray(pointer(city.opened), city.opened_room, EVENT)[i]


@small
def record_at(city: Any, i: int) -> Any:
    return carray(pointer(city.records), city.records_room, RECORD)[i]


# ---------------------------------------------------------------- plain arrays


@small
def law_values(city: Any) -> Any:
    return carray(pointer(city.law_values), city.law_values_room, F8)


@small
def starts(city: Any) -> Any:
    return carray(pointer(city.starts), city.starts_room, I8)


@small
def ends(city: Any) -> Any:
    return carray(pointer(city.ends), city.ends_room, I8)


@small
def before(city: Any) -> Any:
    return carray(pointer(city.before), city.before_room, I8)


@small
def lane_shares(city: Any) -> Any:
    return carray(pointer(city.lane_shares), city.lane_shares_room, F8)


@small
def meetings(city: Any) -> Any:
    return carray(pointer(city.meetings), city.meetings_room, I8)


@small
def companions(city: Any) -> Any:
    return carray(pointer(city.companions), city.companions_room, I8)


@small
def turnouts(city: Any) -> Any:
    return carray(pointer(city.turnouts), city.turnouts_room, F8)


@small
def segment_shares(city: Any) -> Any:
    return carray(pointer(city.segment_shares), city.segment_shares_room, F8)


@small
def class_shares(city: Any) -> Any:
    return carray(pointer(city.class_shares), city.class_shares_room, F8)


@small
def can_solve(city: Any) -> Any:
    return carray(pointer(city.can_solve), city.can_solve_room, F8)


@small
def channel_shares(city: Any) -> Any:
    return carray(pointer(city.channel_shares), city.channel_shares_room, F8)


@small
def access(city: Any) -> Any:
    return carray(pointer(city.access), city.access_room, F8)


@small
def day_factor(city: Any) -> Any:
    return carray(pointer(city.day_factor), city.day_factor_room, F8)


@small
def hour_cumulative(city: Any) -> Any:
    return carray(pointer(city.hour_cumulative), city.hour_cumulative_room, F8)


@small
def office_desks(city: Any) -> Any:
    return carray(pointer(city.office_desks), city.office_desks_room, I8)


@small
def paths(city: Any) -> Any:
    return carray(pointer(city.paths), city.paths_room, I8)


@small
def desk_cadres(city: Any) -> Any:
    return carray(pointer(city.desk_cadres), city.desk_cadres_room, I8)


@small
def restless_desks(city: Any) -> Any:
    return carray(pointer(city.restless_desks), city.restless_desks_room, I8)


@small
def first_resident(city: Any) -> Any:
    return carray(pointer(city.first_resident), city.first_resident_room, I8)


@small
def resident_rows(city: Any) -> Any:
    return carray(pointer(city.resident_rows), city.resident_rows_room, I4)


@small
def buckets(city: Any) -> Any:
    return carray(pointer(city.buckets), city.buckets_room, I4)


@small
def day_blocks(city: Any) -> Any:
    return carray(pointer(city.day_blocks), city.day_blocks_room, I4)


@small
def day_filled(city: Any) -> Any:
    return carray(pointer(city.day_filled), city.day_filled_room, I4)


@small
def block_next(city: Any) -> Any:
    return carray(pointer(city.block_next), city.block_next_room, I4)


@small
def first_of_day(city: Any) -> Any:
    return carray(pointer(city.first_of_day), city.first_of_day_room, I4)


@small
def scratch(city: Any) -> Any:
    return carray(pointer(city.scratch), city.scratch_room, I8)


@small
def community_of(problem: Any) -> int:
    """The community of a problem is that of the first resident hit."""
    return problem.resident_id >> 32


@small
def whole(number: Any) -> int:
    """A small whole number of a row, or a member of an enum, as the one kind that all take."""
    return np.int64(number)  # type: ignore[return-value]
