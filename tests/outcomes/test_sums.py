"""The compiled count against a plain one: the list of counters, read record by record."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import numba
import numpy as np
import pytest

from govsim.model.plan import DAY, Plan
from govsim.model.records import ABSENT, NO_INDEX, RECORD, Kind
from govsim.outcomes import counters, delays, histogram
from govsim.outcomes.counters import Amount, Role
from govsim.outcomes.counting import Along, count
from govsim.outcomes.lookup import Lookup, Records
from govsim.outcomes.rules import Column
from govsim.outcomes.sums import Sums
from govsim.outcomes.weekly import weeks_of
from govsim.outcomes.windows import Window

Cells = dict[tuple[Along, Column], dict[int, float]]

WEEK_OF = {"home": Along.HOME_WEEK, "office": Along.OFFICE_WEEK, "sender": Along.SENDER_WEEK}
LAST_SECONDS = histogram.bounds(np.arange(histogram.SIZE))[1]
MOVES = (Kind.ESCALATED, Kind.RETURNED_DOWN)


def summed(plan: Plan, records: Records, chunk: int = 1 << 16) -> Sums:
    sums = Sums(plan, Lookup.of(plan))
    for first in range(0, len(records), chunk):
        sums.add(records[first : first + chunk])
    return sums


def the_bytes(sums: Sums) -> dict[tuple[Along, Column], bytes]:
    return {
        (along, column): total.tobytes()
        for along in Along
        for column, total in sums.along(along).items()
    }


@pytest.fixture
def plan(plan: Plan) -> Plan:
    """Every window ends at another moment: the run on day 48, its clock's cohort on day 28 ..."""
    lowest = plan.tiers[0]._replace(reply_deadline=70 * DAY, resolution_deadline=80 * DAY)
    tiers = (lowest, *plan.tiers[1:])
    return replace(plan, tiers=tiers, opens=2 * DAY, warm_up=3 * DAY, follow_up=40 * DAY)


SINCE, UNTIL = 5 * DAY, 48 * DAY
COHORTS = {  # who is registered by then can be followed to day 88
    Window.CLOCK: 28 * DAY,
    Window.REPLY: 18 * DAY,
    Window.RESOLUTION: 8 * DAY,
    Window.FOLLOWED: UNTIL,
}


# ---------------------------------------------------------------- the plain count


class Plain:
    """One record of a plan, asked in plain Python."""

    def __init__(self, plan: Plan, row: Any) -> None:
        self.plan = plan
        self.row = dict(zip(RECORD.names or (), row.item(), strict=True))

    def passes(self, test: counters.Test) -> bool:
        flags = self.row["flags"]
        fits = any(flags & way.has == way.has and flags & way.lacks == 0 for way in test.flags)
        return bool(test.codes >> self.row["code"] & 1) and fits and self.of(test.role)

    def of(self, role: Role | None) -> bool:
        cadre = self.row["cadre"]
        leads = cadre != ABSENT and self.plan.cadres[cadre].leader
        return role is None or leads == (role == Role.LEADER)

    def is_seen_in(self, window: Window) -> bool:
        time, began = self.row["time"], self.row["began"]
        if window in (Window.WHOLE, Window.RUN):
            return time < UNTIL and (window == Window.WHOLE or time >= SINCE)
        if window == Window.LEDGER:
            return SINCE <= began < UNTIL and time < UNTIL
        in_time = window != Window.CLOCK or self.row["enabled"] <= began + 60 * DAY
        return SINCE <= began < COHORTS[window] and in_time

    def amount(self, amount: Amount) -> float:
        if amount == Amount.ONE:
            return 1
        value = float(self.row["value"])
        if amount == Amount.VALUE:
            return value
        over = self.row["began"] + 60 * DAY
        enabled, started, time = (min(self.row[at], over) for at in ("enabled", "started", "time"))
        if amount == Amount.QUEUE:
            return float(started - enabled)
        if amount == Amount.WAIT:
            return float(time - started)
        span = self.row["time"] - self.row["started"]
        touch = value * ((time - started) / span) if span > 0 else 0.0
        return touch if amount == Amount.TOUCH else float(time - started) - touch

    def office(self, place: str) -> int:
        """The office of a place; one past the last if there is none."""
        office = int(self.row["value"]) if place == "sender" else self.row[place]
        if office == ABSENT and place == "office" and self.row["cadre"] != ABSENT:
            office = self.plan.desks[self.plan.cadres[self.row["cadre"]].desk].office
        return len(self.plan.offices) if office == ABSENT else office

    def tier(self, place: str) -> int:
        office = self.office(place)
        if office == len(self.plan.offices):
            return len(self.plan.tiers)
        return self.plan.offices[office].tier

    def week(self, place: str) -> int:
        week = min(max(self.row["time"] // (7 * DAY), 0), weeks_of(self.plan) - 1)
        return week * (len(self.plan.tiers) + 1) + self.tier(place)

    def thing(self, field: str, things: tuple[object, ...]) -> int:
        return len(things) if self.row[field] == NO_INDEX else self.row[field]

    def along(self, place: str) -> Iterator[tuple[Along, int]]:
        yield (Along.HOME if place == "home" else Along.OFFICE), self.office(place)
        yield Along.CLASS, self.thing("klass", self.plan.classes)
        yield Along.SEGMENT, self.thing("segment", self.plan.segments)
        yield Along.CHANNEL, self.thing("channel", self.plan.channels)

    def delay(self) -> int:
        value = int(max(self.row["value"], 0.0))
        bucket = int(np.searchsorted(LAST_SECONDS, value))
        return self.tier("home") * histogram.SIZE + bucket


def plainly(plan: Plan, records: Records) -> Cells:
    """Every total, by column and row."""
    cells: Cells = defaultdict(lambda: defaultdict(int))
    for row in records:
        plain = Plain(plan, row)
        for window in filter(plain.is_seen_in, Window):
            for counter in of_kind(counters.COUNTERS[window], row["kind"]):
                if plain.passes(counter.test):
                    for along, slot in plain.along(counter.place):
                        cells[along, (window, counter.name)][slot] += plain.amount(counter.amount)
        for counter in of_kind(counters.WEEKLY, row["kind"]):
            if plain.is_seen_in(Window.WHOLE) and plain.passes(counter.test):
                cell = cells[WEEK_OF[counter.place], (Window.WHOLE, counter.name)]
                cell[plain.week(counter.place)] += plain.amount(counter.amount)
        for timing in of_kind(delays.TIMINGS, row["kind"]):
            if plain.is_seen_in(timing.window) and plain.passes(timing.test):
                cells[Along.DELAY, (timing.window, timing.name)][plain.delay()] += timing.sign
    return cells


@cache
def of_kind(counted: tuple[Any, ...], kind: int) -> list[Any]:
    return [each for each in counted if each.kind == kind]


def assert_same(sums: Sums, cells: Cells) -> None:
    for along in Along:
        for column, total in sums.along(along).items():
            expected = np.zeros_like(total)
            for slot, number in cells[along, column].items():
                expected[slot] = number
            assert np.array_equal(total, expected), (along.name, column)


# ---------------------------------------------------------------- tests


def anything(plan: Plan, rows: int, seed: int) -> Records:
    """Random records of every kind, flag and code, known or not, in and out of the plan's time."""
    random = np.random.default_rng(seed)
    records = np.zeros(rows, RECORD)
    for name in ("time", "started", "enabled", "began"):
        records[name] = random.integers(-8 * DAY, plan.horizon + 8 * DAY, rows)
    for name, things in (("office", plan.offices), ("home", plan.offices), ("cadre", plan.cadres)):
        records[name] = random.integers(ABSENT, len(things), rows)
    for name, things in (
        ("klass", plan.classes), ("segment", plan.segments), ("channel", plan.channels),
    ):  # fmt: skip
        records[name] = random.choice([*range(len(things)), NO_INDEX], rows)
    records["kind"] = random.choice([0, *Kind, max(Kind) + 1, 255], rows)
    records["code"] = random.choice([*range(9), 255], rows)
    records["flags"] = random.integers(0, 1 << 16, rows)
    records["value"] = random.normal(0.0, 1.0, rows) * 10.0 ** random.integers(-3, 9, rows)
    moved = np.isin(records["kind"], MOVES)
    records["value"][moved] = random.integers(ABSENT, len(plan.offices), moved.sum())
    return records


@pytest.mark.parametrize("seed", range(3))
def test_anything_is_counted_as_the_list_says(plan: Plan, seed: int) -> None:
    records = anything(plan, 5_000, seed)
    cells = plainly(plan, records)
    assert_same(summed(plan, records), cells)
    assert {window for _, (window, _) in cells} == set(Window)


def test_a_real_trace_is_counted_as_the_list_says(small_town: tuple[Plan, Records]) -> None:
    plan, records = small_town
    assert (plan.since, plan.until, plan.horizon) == (SINCE, UNTIL, 88 * DAY)
    assert set(records["kind"]) >= {Kind.SESSION, Kind.HOURS, Kind.MONEY, Kind.ESCALATED}
    assert_same(summed(plan, records, 2_048), plainly(plan, records))


@pytest.mark.parametrize("chunk", [1, 1_000])
def test_chunks_change_no_bit(plan: Plan, chunk: int) -> None:
    records = anything(plan, 3_000, 4)
    assert the_bytes(summed(plan, records, chunk)) == the_bytes(summed(plan, records))


def test_every_layout_of_an_array_is_counted_by_the_same_code(plan: Plan) -> None:
    records = anything(plan, 100, 5)
    frozen = records.copy()
    frozen.setflags(write=False)
    expected = the_bytes(summed(plan, records))
    assert the_bytes(summed(plan, np.repeat(records, 2)[::2])) == expected
    assert the_bytes(summed(plan, frozen, chunk=1)) == expected
    assert numba.config.DISABLE_JIT or len(count.signatures) == 1


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="plain Python runs one at a time")
def test_tallies_side_by_side_do_not_meet(plan: Plan) -> None:
    streams = [np.tile(anything(plan, 2_000, seed), 100) for seed in range(4)]
    alone = [the_bytes(summed(plan, records)) for records in streams]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda records: the_bytes(summed(plan, records)), streams))
    assert together == alone
