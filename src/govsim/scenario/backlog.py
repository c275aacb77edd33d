"""The grievances that are open today: a table of them, office by office, with their ages.

A spreadsheet can export it: CSV in UTF-8, with commas, semicolons or tabs between the cells, a row
for each open grievance or for some that are alike. Headings are English or Chinese. Every mistake
is named with its line and its cell.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path
from re import fullmatch
from typing import NamedTuple, TypeVar

from govsim.errors import Finding, InputError
from govsim.language import language, say
from govsim.model.plan import DAY, HOUR, Plan
from govsim.model.records import ABSENT, Standing
from govsim.scenario.findings import in_order
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.quantities import WrongQuantity, yes_no

MOST_BYTES = 16 << 20
MOST_ROWS = 100_000
MOST_OPEN = 200_000  # grievances; each is a row of the plan
LONGEST_CELL = 200
LONGEST_SHOWN = 60
OLDEST = 20 * 365  # days

HEADINGS: dict[str, tuple[str, ...]] = {
    "office": ("office", "单位", "机构", "办理单位", "承办单位"),
    "registered": ("registered", "登记日期", "受理日期"),
    "age_days": ("age_days", "已登记天数", "天数"),
    "count": ("count", "件数", "数量"),
    "class": ("class", "类别"),
    "registered_by": ("registered_by", "登记单位", "受理单位"),
    "state": ("state", "状态", "办理状态"),
    "replied": ("replied", "已答复", "是否已答复"),
}
STATES: dict[str, Standing] = {
    "waiting": Standing.WAITING,
    "待办": Standing.WAITING,
    "decided": Standing.DECIDED,
    "上级已定": Standing.DECIDED,
    "handled": Standing.HANDLED,
    "已办待结": Standing.HANDLED,
}


T = TypeVar("T")


COLUMNS_SHOWN = ("office", "age_days", "count", "class", "registered_by", "state", "replied")


class Group(NamedTuple):
    """Open grievances that are alike."""

    office: int
    home: int
    registered: int  # seconds, not after the start
    klass: int  # ABSENT: not said
    standing: Standing
    replied: bool
    cases: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """All of them, and what they were read from."""

    groups: tuple[Group, ...]
    digest: str  # SHA-256 of what the groups say

    @property
    def count(self) -> int:
        """How many grievances are open."""
        return sum(group.cases for group in self.groups)

    @classmethod
    def of(cls, groups: tuple[Group, ...]) -> "Backlog":
        """A backlog of such groups."""
        return cls(groups, sha256(repr([tuple(map(int, g)) for g in groups]).encode()).hexdigest())


def read_backlog(path: Path | str, plan: Plan) -> Backlog:
    """The table of a file, checked against the offices and classes of a plan.

    Raises:
        InputError: all that is wrong with it.
    """
    file = Path(path)
    rows = _rows(_text(file), file)
    first = next(rows)
    reader = _Reader(str(file), plan, _columns(first, file), len(first[1]))
    groups = tuple(reader.group(line, cells) for line, cells in rows)
    if reader.findings:
        raise InputError(in_order(reader.findings))
    backlog = Backlog.of(tuple(group for group in groups if group is not None))
    if not backlog.groups:
        raise _stop(file, say("the table has no rows; one row is one open grievance, or some"))
    if backlog.count > MOST_OPEN:
        text = say(
            "{n} open grievances are too many; at most {most} can be taken over",
            n=f"{backlog.count:,}",
            most=f"{MOST_OPEN:,}",
        )
        raise _stop(file, text)
    return backlog


# ---------------------------------------------------------------- from bytes to cells


def _stop(file: Path, message: str, line: int = 0, cell: int = 0) -> InputError:
    where = f"{file}:{line}:{cell}" if line else str(file)
    return InputError([Finding(where, "", message)])


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _stop(file, say("cannot read the file: {reason}", reason=reason)) from None
    if len(content) > MOST_BYTES:
        raise _stop(file, say("the file is larger than {most} bytes", most=MOST_BYTES))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        text = say("this is not UTF-8 text; save the table as CSV UTF-8")
        raise _stop(file, text, line, 1) from None


def _rows(text: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not empty, the headings first."""
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text), delimiter=comma, strict=True)
    seen = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                seen += 1
                yield reader.line_num, [cell.strip() for cell in cells]
            if seen > MOST_ROWS + 1:
                raise _stop(file, say("the table has more than {most} rows", most=MOST_ROWS))
    except csv.Error:
        text = say("this row cannot be read; look for a quotation mark too many")
        raise _stop(file, text, max(reader.line_num, 1), 1) from None
    if not seen:
        raise _stop(file, say("the file is empty; its first row must name the columns"), 1, 1)


def _columns(row: tuple[int, list[str]], file: Path) -> dict[str, int]:
    """Where each column stands."""
    line, cells = row
    known = {name: column for column, names in HEADINGS.items() for name in names}
    columns: dict[str, int] = {}
    findings = []
    for place, heading in enumerate(cells):
        column = known.get(heading.lower())
        if column is None or column in columns:
            message = _wrong_heading(heading, column, list(HEADINGS))
            findings.append(Finding(f"{file}:{line}:{place + 1}", "", message))
        else:
            columns[column] = place
    if "office" not in columns:
        findings.append(Finding(f"{file}:{line}:1", "office", say("this column is missing")))
    if ("registered" in columns) == ("age_days" in columns):
        text = say("one of the columns registered (a date) and age_days (a number) must be there")
        findings.append(Finding(f"{file}:{line}:1", "registered", text))
    if findings:
        raise InputError(findings)
    return columns


def _wrong_heading(heading: str, column: str | None, known: list[str]) -> str:
    if column is not None:
        return say("the column {column} stands here twice", column=column)
    text = say(
        "{value} is no column of this table; there are: {known}",
        value=repr(heading[:LONGEST_SHOWN]),
        known=", ".join(known),
    )
    return text + did_you_mean(heading, known)


# ---------------------------------------------------------------- from cells to groups


class _Wrong(ValueError):
    """A cell does not say what it should."""


class _Reader:
    """Reads row after row, and gathers every mistake."""

    def __init__(self, file: str, plan: Plan, columns: Mapping[str, int], width: int) -> None:
        self.file = file
        self.width = width
        self.plan = plan
        self.columns = columns
        self.findings: list[Finding] = []
        self.offices = {office.name: number for number, office in enumerate(plan.offices)}
        self.classes = {klass.name: number for number, klass in enumerate(plan.classes)}
        self._line = 0
        self._cells: list[str] = []

    def group(self, line: int, cells: list[str]) -> Group | None:
        """What a row says; None if it says something wrong."""
        self._line, self._cells = line, cells
        before = len(self.findings)
        if any(cells[self.width :]):
            text = say("this row has more cells than there are columns")
            self._finds(self.width, "", text)
        office = self._read("office", self._office, ABSENT)
        home = self._read("registered_by", self._office, office, or_empty=True)
        registered = self._registered()
        klass = self._read("class", self._class, ABSENT, or_empty=True)
        state = self._read("state", _state, Standing.WAITING, or_empty=True)
        replied = self._read("replied", _yes_no, default=False, or_empty=True)
        count = self._read("count", _count, 1, or_empty=True)
        if len(self.findings) == before:
            self._check_way(office, home)
        if len(self.findings) > before:
            return None
        return Group(office, home, registered, klass, state, replied, count)

    def _read(
        self, column: str, read: Callable[[str], T], default: T, *, or_empty: bool = False
    ) -> T:
        """A cell by what it must be; an empty one is the default, where it may be empty."""
        place = self.columns.get(column)
        text = self._cells[place] if place is not None and place < len(self._cells) else ""
        if not text and or_empty:
            return default
        try:
            if not text:
                raise _Wrong(say("this cell is empty"))
            if len(text) > LONGEST_CELL:
                raise _Wrong(say("this text is longer than {most} letters", most=LONGEST_CELL))
            return read(text)
        except (_Wrong, WrongQuantity) as error:
            self._finds(place or 0, column, str(error))
            return default

    def _finds(self, place: int, column: str, message: str) -> None:
        where = f"{self.file}:{self._line}:{place + 1}"
        self.findings.append(Finding(where, column, message))

    def _office(self, text: str) -> int:
        if text in self.offices:
            return self.offices[text]
        if fullmatch(r"[0-9]{1,6}", text) and int(text) < len(self.plan.offices):
            return int(text)
        message = say("there is no office {name}", name=_shown(text))
        raise _Wrong(message + did_you_mean(text, list(self.offices)))

    def _class(self, text: str) -> int:
        if text in self.classes:
            return self.classes[text]
        raise _Wrong(
            say(
                "there is no class {name}; there are: {known}",
                name=_shown(text),
                known=", ".join(self.classes),
            )
        )

    def _registered(self) -> int:
        """Seconds from the start, negative; a date is taken at noon."""
        if "age_days" in self.columns:
            return self._read("age_days", _age, 0)
        return self._read("registered", self._since, 0)

    def _since(self, text: str) -> int:
        days = (_day(text) - self.plan.start).days
        if days > 0:
            raise _Wrong(
                say(
                    "{value} is after the first day, {start}; open today is what was registered "
                    "before. Another first day: --set start=...",
                    value=_shown(text),
                    start=self.plan.start.isoformat(),
                )
            )
        if days < -OLDEST:
            raise _Wrong(say("{value} is more than 20 years before", value=_shown(text)))
        return min(days * DAY + 12 * HOUR, 0)

    def _check_way(self, office: int, home: int) -> None:
        """Where it lies is above or below the office that registered it; somebody lives below."""
        lower = lower_of(self.plan, office, home)
        if lower is None:
            text = say(
                "a grievance registered by {home} cannot lie at {office}: neither is above the "
                "other",
                home=self.plan.offices[home].name,
                office=self.plan.offices[office].name,
            )
            self._finds(self.columns["registered_by"], "registered_by", text)
        elif not communities_of(self.plan, lower):
            text = say(
                "no residents belong to {office}: nobody can have brought a grievance there",
                office=self.plan.offices[lower].name,
            )
            self._finds(self.columns["office"], "office", text)


def lower_of(plan: Plan, office: int, other: int) -> int | None:
    """The lower of two offices of which one is above the other (or the same); else None."""
    if other in plan.path_up(office):
        return office
    return other if office in plan.path_up(other) else None


def communities_of(plan: Plan, office: int) -> list[int]:
    """The offices of the lowest tier with residents for which an office is responsible."""
    below, found = [office], []
    while below:
        number = below.pop()
        below += plan.offices[number].children
        if plan.offices[number].residents > 0:
            found.append(number)
    return sorted(found)


def _shown(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "...")


def _age(text: str) -> int:
    try:
        days = float(text) if fullmatch(r"[0-9]+(\.[0-9]+)?", text) else -1.0
    except ValueError:
        days = -1.0
    if not 0.0 <= days <= OLDEST:
        raise _Wrong(
            say("{value} is not a number of days from 0 to {most}", value=_shown(text), most=OLDEST)
        )
    return -int(days * DAY + 0.5)


def _day(text: str) -> date:
    found = fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text)
    try:
        if found is None:
            raise ValueError
        return date(*map(int, found.groups()))
    except ValueError:
        text = say("{value} is not a date such as 2011-01-31", value=_shown(text))
        raise _Wrong(text) from None


def _count(text: str) -> int:
    if fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= MOST_OPEN:
        return int(text)
    raise _Wrong(
        say("{value} is not a whole number from 1 to {most}", value=_shown(text), most=MOST_OPEN)
    )


def _state(text: str) -> Standing:
    if text.lower() in STATES:
        return STATES[text.lower()]
    known = ", ".join(STATES)
    raise _Wrong(say("{value} is no state; there are: {known}", value=_shown(text), known=known))


def _yes_no(text: str) -> bool:
    return yes_no(text)


# ---------------------------------------------------------------- an example


def example(plan: Plan) -> str:
    """A table that ``read_backlog`` reads: a row for each office, to be replaced."""
    number = 1 if language() == "zh" else 0
    headings = [HEADINGS[name][min(number, len(HEADINGS[name]) - 1)] for name in COLUMNS_SHOWN]
    state, replied = ("待办", "否") if language() == "zh" else ("waiting", "no")
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(headings)
    for number, office in enumerate(plan.offices):
        if communities_of(plan, number):
            klass = plan.classes[number % len(plan.classes)].name
            age = 5 * (1 + number % 12)
            writer.writerow([office.name, age, 1, klass, office.name, state, replied])
    return file.getvalue()
