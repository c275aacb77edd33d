"""From the list of counters to what the compiled loop reads.

The tests of a kind's counters are its questions: about the code, the flags, the role. The answers
to them, one bit each, number the records of a kind; records with the same number are alike and
add to the same cells. So the loop asks nothing: three look-ups give a record's number, and the
number gives its lines. A kind with n questions has 2^n numbers, most of which no record ever has:
of a kind's codes and flags few combinations answer differently.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from govsim.model.records import Kind
from govsim.outcomes.counters import (
    CODES,
    COUNTERS,
    WEEKLY,
    Amount,
    Flagged,
    Role,
    Test,
)
from govsim.outcomes.counting import KINDS, LINE, Along, Rules
from govsim.outcomes.delays import TIMINGS
from govsim.outcomes.lookup import Flags, Ints, Records
from govsim.outcomes.windows import Window

WHERE = {"home": Along.HOME, "office": Along.OFFICE}
WEEK = {"home": Along.HOME_WEEK, "office": Along.OFFICE_WEEK, "sender": Along.SENDER_WEEK}


Column = tuple[Window, str]


class Entry(NamedTuple):
    """Records of ``kind`` that pass ``test`` count ``sign``, or add ``amount``, to one column."""

    along: Along
    name: str  # of the column, among those of its Along and window
    kind: Kind
    test: Test
    window: Window = Window.WHOLE
    amount: Amount = Amount.ONE
    sign: int = 1

    @property
    def column(self) -> Column:
        """Where it is counted."""
        return self.window, self.name


def _entries() -> Iterator[Entry]:
    for window, counters in COUNTERS.items():
        for c in counters:
            for along in (WHERE[c.place], Along.CLASS, Along.SEGMENT, Along.CHANNEL):
                yield Entry(along, c.name, c.kind, c.test, window, c.amount)
    for c in WEEKLY:
        yield Entry(WEEK[c.place], c.name, c.kind, c.test, amount=c.amount)
    for t in TIMINGS:
        yield Entry(Along.DELAY, t.name, t.kind, t.test, t.window, sign=t.sign)


ENTRIES = tuple(_entries())


class Columns(NamedTuple):
    """Where the columns lie: counts and sums are tables of their own, one for each Along."""

    counts: dict[Along, list[Column]]
    sums: dict[Along, list[Column]]


def _columns() -> Columns:
    columns = Columns({along: [] for along in Along}, {along: [] for along in Along})
    for entry in ENTRIES:
        names = _table(columns, entry)
        if entry.column not in names:
            names.append(entry.column)
    return columns


def _table(columns: Columns, entry: Entry) -> list[Column]:
    return (columns.counts if entry.amount == Amount.ONE else columns.sums)[entry.along]


COLUMNS = _columns()


# ---------------------------------------------------------------- questions and answers

Question = tuple[str, Any]  # field of Test, what is asked of it


def _questions(test: Test) -> list[Question]:
    asked = zip(Test._fields, test, Test(), strict=True)
    return [(field, what) for field, what, anything in asked if what != anything]


def _answers_by_code(codes: int) -> Flags:
    return np.array([codes >> code & 1 for code in range(CODES)], np.bool_)


def _answers_by_flags(ways: tuple[Flagged, ...], flags: Ints) -> Flags:
    passing = [flags & (way.has | way.lacks) == way.has for way in ways]
    either: Flags = np.logical_or.reduce(passing)
    return either


def _answers_by_role(role: Role) -> Flags:
    return np.array([role == Role.CADRE, role == Role.LEADER])


def _all_flags() -> Ints:
    """Every combination of the flags that are asked for."""
    asked = (way.has | way.lacks for entry in ENTRIES for way in entry.test.flags)
    return np.arange(1 << max(asked).bit_length())


@cache
def rules() -> Rules:
    """The rules; ``start`` of a line is its column only, see ``Sums``."""
    flags = _all_flags()
    answers = {
        "codes": np.zeros((KINDS, CODES), np.int64),
        "flags": np.zeros((KINDS, len(flags)), np.int64),
        "role": np.zeros((KINDS, 2), np.int64),
    }
    counts: list[list[Entry]] = []
    sums: list[list[Entry]] = []
    for kind in range(KINDS):
        entries = [entry for entry in ENTRIES if entry.kind == kind]
        questions = list(dict.fromkeys(q for entry in entries for q in _questions(entry.test)))
        base = len(counts)
        answers["codes"][kind] = base
        for bit, (field, what) in enumerate(questions):
            answers[field][kind] += _answers(field, what, flags).astype(np.int64) << bit
        reached = _sums_of(answers[field][kind] for field in Test._fields)
        for yes in range(1 << len(questions)):
            true = {question for bit, question in enumerate(questions) if yes >> bit & 1}
            possible = entries if base + yes in reached else ()
            passed = [entry for entry in possible if true.issuperset(_questions(entry.test))]
            counts.append([entry for entry in passed if entry.amount == Amount.ONE])
            sums.append([entry for entry in passed if entry.amount != Amount.ONE])
    return Rules(
        by_code=answers["codes"],
        by_flags=answers["flags"],
        by_role=answers["role"],
        first_count=_ends(counts),
        first_sum=_ends(sums),
        counts=_lines(counts),
        sums=_lines(sums),
        moves=_uses(Along.SENDER_WEEK),
        timed=_uses(Along.DELAY),
    )


def _answers(field: str, what: Any, flags: Ints) -> Flags:
    if field == "codes":
        return _answers_by_code(what)
    return _answers_by_flags(what, flags) if field == "flags" else _answers_by_role(what)


def _sums_of(parts: Iterable[Ints]) -> set[int]:
    """Every sum of one number of each part."""
    return {sum(one) for one in product(*(np.unique(part).tolist() for part in parts))}


def _ends(groups: list[list[Entry]]) -> Ints:
    return np.cumsum([0, *map(len, groups)])


def _lines(groups: list[list[Entry]]) -> Records:
    entries = [entry for group in groups for entry in group]
    return np.array([_line(entry) for entry in entries], LINE)


def _line(entry: Entry) -> tuple[int, int, int, int, int]:
    names = _table(COLUMNS, entry)
    what = entry.sign if entry.amount == Amount.ONE else entry.amount
    return 1 << entry.window, names.index(entry.column), len(names), entry.along, what


def _uses(along: Along) -> Ints:
    return np.array(
        [any(e.kind == kind and e.along == along for e in ENTRIES) for kind in range(KINDS)],
        np.int64,
    )
