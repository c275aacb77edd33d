"""Opening the pools of a city: ``case_at(city, c)`` is the row of case c.

A pool is an address and a length on the city's row. The array made of them lives in registers; with
NUMBA_BOUNDSCHECK=1 every access is checked against the length.
"""

import ctypes
from typing import Any

import numba
import numpy as np
from llvmlite import ir
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
    SPREAD,
    HOTLINE,
    SURGE,
    INHERITED,
    DUE,
    COST,
    RULES,
    CHANGE,
    LANE,
    CONFERENCE,
    VISITS,
    SESSION,
    PATROL,
    COUNCIL,
    ASSEMBLY,
    PLANNER,
    AREA,
    PROJECT,
    PURSE,
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
    RECORD,
) = (
    shapes.LAW,
    shapes.CALENDAR,
    shapes.TIER,
    shapes.KLASS,
    shapes.CHANNEL,
    shapes.SPREAD,
    shapes.HOTLINE,
    shapes.SURGE,
    shapes.INHERITED,
    shapes.DUE,
    shapes.COST,
    shapes.RULES,
    shapes.CHANGE,
    shapes.LANE,
    shapes.CONFERENCE,
    shapes.VISITS,
    shapes.SESSION,
    shapes.PATROL,
    shapes.COUNCIL,
    shapes.ASSEMBLY,
    shapes.PLANNER,
    shapes.AREA,
    shapes.PROJECT,
    shapes.PURSE,
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
    shapes.RECORD,
)

LINE = 64  # bytes that memory fetches at once
CASE_SIZE, PROBLEM_SIZE = CASE.itemsize, PROBLEM.itemsize
RESIDENT_SIZE, CADRE_SIZE, NUMBER_SIZE = RESIDENT.itemsize, CADRE.itemsize, I4.itemsize

if numba.config.DISABLE_JIT:

    def pointer(address: int) -> Any:
        """An address, as something ``carray`` takes."""
        return ctypes.c_void_p(int(address))

    def fetch(address: int) -> None:
        """Ask memory for a cache line that will be needed soon, and do not wait for it."""

else:

    @intrinsic  # type: ignore[untyped-decorator]
    def pointer(typing: Any, address: Any) -> Any:
        """An address, as something ``carray`` takes."""

        def to_pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(types.voidptr))

        return types.voidptr(types.int64), to_pointer

    @intrinsic  # type: ignore[untyped-decorator]
    def fetch(typing: Any, address: Any) -> Any:
        """Ask memory for a cache line that will be needed soon, and do not wait for it."""

        def to_prefetch(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            line = context.get_value_type(types.voidptr)
            whole, nothing = ir.IntType(32), ir.VoidType()
            prefetch = builder.module.declare_intrinsic(
                "llvm.prefetch", [line], ir.FunctionType(nothing, [line, whole, whole, whole])
            )
            how = [ir.Constant(whole, n) for n in (0, 3, 1)]  # to read, to keep, data
            builder.call(prefetch, [builder.inttoptr(arguments[0], line), *how])
            return context.get_dummy_value()

        return types.none(types.int64), to_prefetch


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
def spread_at(city: Any, i: int) -> Any:
    return carray(pointer(city.spreads), city.spreads_room, SPREAD)[i]


@small
def hotline_at(city: Any, i: int) -> Any:
    return carray(pointer(city.hotlines), city.hotlines_room, HOTLINE)[i]


@small
def surge_at(city: Any, i: int) -> Any:
    return carray(pointer(city.surges), city.surges_room, SURGE)[i]


@small
def inherited_at(city: Any, i: int) -> Any:
    return carray(pointer(city.inherited), city.inherited_room, INHERITED)[i]


@small
def due_at(city: Any, i: int) -> Any:
    return carray(pointer(city.dues), city.dues_room, DUE)[i]


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
def purse_at(city: Any, i: int) -> Any:
    return carray(pointer(city.purses), city.purses_room, PURSE)[i]


@small
def new_years(city: Any) -> Any:
    return carray(pointer(city.new_years), city.new_years_room, I8)


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
def patrol_at(city: Any, i: int) -> Any:
    return carray(pointer(city.patrols), city.patrols_room, PATROL)[i]


@small
def council_at(city: Any, i: int) -> Any:
    return carray(pointer(city.councils), city.councils_room, COUNCIL)[i]


@small
def assembly_at(city: Any, i: int) -> Any:
    return carray(pointer(city.assemblies), city.assemblies_room, ASSEMBLY)[i]


@small
def planner_at(city: Any, i: int) -> Any:
    return carray(pointer(city.planners), city.planners_room, PLANNER)[i]


@small
def area_at(city: Any, i: int) -> Any:
    return carray(pointer(city.areas), city.areas_room, AREA)[i]


@small
def project_at(city: Any, i: int) -> Any:
    return carray(pointer(city.projects), city.projects_room, PROJECT)[i]


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


# ---------------------------------------------------------------- asked of memory in time


@small
def bring(pool: int, row: int, size: int) -> None:
    """A row that will be looked at soon; nothing happens if there is no such row."""
    for line in range(pool + row * size, pool + (row + 1) * size, LINE):
        fetch(line)


@small
def bring_case(city: Any, c: int) -> None:
    bring(city.cases, c, CASE_SIZE)


@small
def bring_case_number(city: Any, c: int) -> None:
    fetch(city.cases + c * CASE_SIZE)


@small
def bring_problem(city: Any, p: int) -> None:
    bring(city.problems, p, PROBLEM_SIZE)


@small
def bring_resident(city: Any, r: int) -> None:
    bring(city.residents, r, RESIDENT_SIZE)


@small
def bring_cadre(city: Any, k: int) -> None:
    bring(city.cadres, k, CADRE_SIZE)


@small
def bring_resident_row(city: Any, place: int) -> None:
    fetch(city.resident_rows + place * NUMBER_SIZE)


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
def visibilities(city: Any) -> Any:
    return carray(pointer(city.visibilities), city.visibilities_room, F8)


@small
def prevents(city: Any) -> Any:
    return carray(pointer(city.prevents), city.prevents_room, F8)


@small
def pick_times(city: Any) -> Any:
    return carray(pointer(city.pick_times), city.pick_times_room, I8)


@small
def causes(city: Any) -> Any:
    return carray(pointer(city.causes), city.causes_room, I8)


@small
def causes_seen(city: Any) -> Any:
    return carray(pointer(city.causes_seen), city.causes_seen_room, I8)


@small
def taken(city: Any) -> Any:
    return carray(pointer(city.taken), city.taken_room, I8)


@small
def removed(city: Any) -> Any:
    return carray(pointer(city.removed), city.removed_room, F8)


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
def spread_begins(city: Any) -> Any:
    return carray(pointer(city.spread_begins), city.spread_begins_room, I8)


@small
def shares_today(city: Any) -> Any:
    return carray(pointer(city.shares_today), city.shares_today_room, F8)


@small
def access(city: Any) -> Any:
    return carray(pointer(city.access), city.access_room, F8)


@small
def day_factor(city: Any) -> Any:
    return carray(pointer(city.day_factor), city.day_factor_room, F8)


@small
def community_ids(city: Any) -> Any:
    return carray(pointer(city.community_ids), city.community_ids_room, I8)


@small
def day_levels(city: Any) -> Any:
    return carray(pointer(city.day_levels), city.day_levels_room, F8)


@small
def ranks(city: Any) -> Any:
    return carray(pointer(city.ranks), city.ranks_room, F8)


@small
def day_counts(city: Any) -> Any:
    return carray(pointer(city.day_counts), city.day_counts_room, I8)


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
def silent_ids(city: Any) -> Any:
    return carray(pointer(city.silent_ids), city.silent_ids_room, I8)


@small
def silent_problems(city: Any) -> Any:
    return carray(pointer(city.silent_problems), city.silent_problems_room, I4)


@small
def silent_places(city: Any) -> Any:
    return carray(pointer(city.silent_places), city.silent_places_room, I4)


@small
def buckets(city: Any) -> Any:
    return carray(pointer(city.buckets), city.buckets_room, I4)


@small
def stretches(city: Any) -> Any:
    return carray(pointer(city.stretches), city.stretches_room, I4)


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
