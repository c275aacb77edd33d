"""The compiled loop: each record adds to a few cells, one record after another.

What a record adds to is data (``Rules``, made from the list of counters), and so is where its
offices and cadres belong (``Lookup``). Sums of floats are taken in the order of the records, so
that chunks never change a result.
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from govsim.compiling import allow, entry, small
from govsim.model.records import NO_INDEX, Kind
from govsim.outcomes import histogram
from govsim.outcomes.counters import Amount
from govsim.outcomes.lookup import Floats, Ints, Lookup, Records
from govsim.outcomes.weekly import WEEK
from govsim.outcomes.windows import Moments, Window

KINDS = max(Kind) + 1

allow(histogram)


class Along(IntEnum):
    """What totals run along: each has its rows, and each counter a column in some of them.

    Ids that a record does not name have the last row.
    """

    HOME = 0
    OFFICE = 1
    CLASS = 2
    SEGMENT = 3
    CHANNEL = 4
    HOME_WEEK = 5  # week x tier
    OFFICE_WEEK = 6
    SENDER_WEEK = 7
    DELAY = 8  # tier of the home x bucket of the value


# Plain numbers: the compiled loop sees these names as constants.
HOME, OFFICE, CLASS, SEGMENT, CHANNEL, HOME_WEEK, OFFICE_WEEK, SENDER_WEEK, DELAY = map(int, Along)
VALUE, QUEUE, WAIT, TOUCH, INTERRUPTED = (int(each) for each in Amount if each != Amount.ONE)
WHOLE, RUN, LEDGER, CLOCK, REPLY, RESOLUTION, FOLLOWED = (1 << window for window in Window)

# One cell to add to, given the record's rows: start + row * width.
LINE = np.dtype(
    [
        ("window", "i8"),  # one bit of the windows that a record may be seen in
        ("start", "i8"),
        ("width", "i8"),
        ("along", "i8"),
        ("what", "i8"),  # of counts: +1 or -1; of sums: the Amount
    ]
)


class Rules(NamedTuple):
    """What each record adds to. Records that pass the same tests are alike; see ``rules.py``."""

    by_code: Ints  # kind x code: the three of a record add up to the number of its like
    by_flags: Ints  # kind x flags
    by_role: Ints  # kind x whether a leader did it
    first_count: Ints  # of each number, into ``counts``; it ends where the next one begins
    first_sum: Ints
    counts: Records  # of dtype LINE
    sums: Records
    moves: Ints  # kind: whether anything is counted at the sender
    timed: Ints  # kind: whether anything is counted by how long it took


class Last(NamedTuple):
    """The last row of each: the one for records that name none (of weeks: the last week)."""

    week: int
    tier: int
    klass: int
    segment: int
    channel: int


class Totals(NamedTuple):
    """What has been added up so far, and room to work in."""

    counts: Ints
    sums: Floats
    rows: Ints  # of the record at hand, by Along
    amounts: Floats  # by Amount


@entry
def count(
    records: Records, rules: Rules, lookup: Lookup, last: Last, moments: Moments, totals: Totals
) -> None:
    """Add some records to the totals."""
    flags_asked = rules.by_flags.shape[1] - 1
    counts, sums, rows, amounts = totals
    for i in range(len(records)):
        record = records[i]
        kind = record["kind"]
        if kind >= KINDS:
            continue
        like = (
            rules.by_code[kind, record["code"]]
            + rules.by_flags[kind, record["flags"] & flags_asked]
            + rules.by_role[kind, lookup.leader[record["cadre"]]]
        )
        seen = _windows(record, moments)
        if seen == 0:
            continue
        _find_rows(record, lookup, last, rows)
        if rules.moves[kind]:
            sender = int(record["value"])
            rows[SENDER_WEEK] = rows[SENDER_WEEK] + lookup.tier_of[sender]
        if rules.timed[kind]:
            seconds = int(max(record["value"], 0.0))
            tier = lookup.tier_of[rows[HOME]]
            rows[DELAY] = tier * histogram.SIZE + histogram.bucket(seconds)
        for n in range(rules.first_count[like], rules.first_count[like + 1]):
            line = rules.counts[n]
            if line["window"] & seen:
                counts[line["start"] + rows[line["along"]] * line["width"]] += line["what"]
        begin, end = rules.first_sum[like], rules.first_sum[like + 1]
        if begin < end:
            _find_amounts(record, moments, amounts)
            for n in range(begin, end):
                line = rules.sums[n]
                if line["window"] & seen:
                    cell = line["start"] + rows[line["along"]] * line["width"]
                    sums[cell] += amounts[line["what"]]


@small
def _find_rows(record: Any, lookup: Lookup, last: Last, rows: Ints) -> None:
    nowhere = len(lookup.tier_of) - 1
    home, office = record["home"], record["office"]
    if office < 0:
        office = lookup.office_of[record["cadre"]]
    if home < 0:
        home = nowhere
    week = min(max(record["time"] // WEEK, 0), last.week) * (last.tier + 1)
    klass, segment, channel = record["klass"], record["segment"], record["channel"]
    rows[HOME] = home
    rows[OFFICE] = office
    rows[CLASS] = last.klass if klass == NO_INDEX else klass
    rows[SEGMENT] = last.segment if segment == NO_INDEX else segment
    rows[CHANNEL] = last.channel if channel == NO_INDEX else channel
    rows[HOME_WEEK] = week + lookup.tier_of[home]
    rows[OFFICE_WEEK] = week + lookup.tier_of[office]
    rows[SENDER_WEEK] = week


@small
def _windows(record: Any, moments: Moments) -> int:
    """In which windows a record is seen, a bit each; of spells of time: in which it begins."""
    time, began = record["time"], record["began"]
    seen = 0
    if time < moments.until:
        seen |= WHOLE
        if time >= moments.since:
            seen |= RUN
    if moments.since <= began < moments.until:
        seen |= FOLLOWED
        if time < moments.until:
            seen |= LEDGER
        if began < moments.clock_until and record["enabled"] - began <= moments.clock:
            seen |= CLOCK
        if began < moments.reply_until:
            seen |= REPLY
        if began < moments.resolution_until:
            seen |= RESOLUTION
    return seen


@small
def _find_amounts(record: Any, moments: Moments, amounts: Floats) -> None:
    """What there is to add; of waits and work of a case no more than lies within the clock."""
    value = record["value"]
    over = record["began"] + moments.clock
    enabled, started = min(record["enabled"], over), min(record["started"], over)
    time = min(record["time"], over)
    span = record["time"] - record["started"]
    touch = value * ((time - started) / span) if span > 0 else 0.0
    amounts[VALUE] = value
    amounts[QUEUE] = started - enabled
    amounts[WAIT] = time - started
    amounts[TOUCH] = touch
    amounts[INTERRUPTED] = (time - started) - touch
