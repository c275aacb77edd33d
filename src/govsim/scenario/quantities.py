"""Numbers with units, as a planner writes them, and what they are inside.

Durations become whole seconds, rates floats per day, money floats in yuan, shares floats in [0, 1].
Full-width digits and signs from a Chinese keyboard are read like their narrow twins.
"""

import math
import re
import unicodedata
from datetime import date
from typing import NamedTuple

from govsim.language import say
from govsim.scenario.reading import shown

HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY
MONTH = YEAR / 12
NEVER = 1 << 60  # the same as in the plan: a time after every horizon
AS_AT_TIER = NEVER + 1  # a term that is the tier's

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class WrongQuantity(ValueError):
    """The text is no such quantity. The message is a sentence for the planner."""


class Deadline(NamedTuple):
    """A term: calendar seconds, or working days of 86,400 seconds each. No term: NEVER."""

    seconds: int
    working_days: bool


class Interval(NamedTuple):
    """A part of the day, in seconds after midnight; ``end`` is not part of it."""

    start: int
    end: int


def _table(*units: tuple[float, str]) -> dict[str, float]:
    return {word: size for size, words in units for word in words.split()}


_DURATIONS = _table(
    (1, "s sec second seconds 秒"),
    (60, "min minute minutes 分 分钟"),
    (HOUR, "h hour hours 时 小时"),
    (DAY, "d day days 天 日"),
    (WEEK, "w week weeks 周 星期"),
    (MONTH, "month months 月 个月"),
    (YEAR, "y year years 年"),
)
_WORKING_DAYS = ("working day", "working days", "workday", "workdays", "工作日", "个工作日")
_MONEY = _table((1, "cny rmb yuan 元"), (10_000, "万元"))
_CASES = ("case", "cases", "件")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:_\d+)*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")
_TIERS_TERM = ("tier", "层级")
_NO_TERM = ("none", "never", "无", "从不")
_CHINESE_WEEKDAYS = "一二三四五六日"
_ENGLISH_WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def _narrow(raw: object) -> str:
    """The text, trimmed, in narrow signs; numbers come as numbers from the reader."""
    if raw is None or isinstance(raw, (bool, list, tuple, dict)):
        raise WrongQuantity(say("{value} is not a number", value=_named(raw)))
    if isinstance(raw, float):
        return repr(raw)
    return " ".join(unicodedata.normalize("NFKC", str(raw)).split())


def _named(raw: object) -> str:
    if raw is None:
        return say("an empty value")
    if isinstance(raw, dict):
        return say("a mapping")
    if isinstance(raw, (list, tuple)):
        return say("a list")
    return shown(str(raw).lower() if isinstance(raw, bool) else raw)


def named(raw: object) -> str:
    """How a message names a value that may be empty, a list or a mapping."""
    return _named(raw)


def split(raw: object, kind: str, example: str) -> tuple[float, str]:
    """The number and the unit of a text. Raises WrongQuantity with ``kind`` and ``example``."""
    try:
        text = _narrow(raw)
    except WrongQuantity:
        text = ""
    match = _NUMBER.match(text)
    if match is None:
        raise WrongQuantity(_not_a(raw, kind, example))
    number = float(match.group().replace("_", ""))
    if not math.isfinite(number):
        raise WrongQuantity(say("{value} is too large a number", value=shown(raw)))
    return number, text[match.end() :].strip()


def _not_a(raw: object, kind: str, example: str) -> str:
    if isinstance(raw, str) and re.search(r"\d,\d", raw):
        text = "{value}: write numbers without commas, such as 120000 or 120_000"
        return say(text, value=shown(raw))
    return say(
        "{value} is not {kind}; write for example {example}",
        value=_named(raw),
        kind=kind,
        example=example,
    )


def number(raw: object) -> float:
    """A plain number: 120000, 1.2e5 or 120_000."""
    kind, example = say("a plain number"), "0.5, 120000 or 1.2e5"
    value, unit = split(raw, kind, example)
    if unit:
        raise WrongQuantity(_not_a(raw, kind, example))
    return value


def whole(raw: object) -> int:
    """A whole number."""
    value = number(raw)
    if value != int(value):
        raise WrongQuantity(say("{value} is not a whole number", value=shown(raw)))
    return int(value)


def share(raw: object) -> float:
    """A share of one: 0.15 or 15 %."""
    kind, example = say("a share"), "0.15 or 15 %"
    value, unit = split(raw, kind, example)
    if unit not in ("", "%"):
        raise WrongQuantity(_not_a(raw, kind, example))
    return value / 100 if unit else value


def duration(raw: object) -> float:
    """A duration in seconds."""
    kind, example = say("a duration"), "5 d, 2 h or 15 min"
    value, unit = split(raw, kind, example)
    if not unit:
        raise WrongQuantity(_without_unit(raw, f"{raw} d, {raw} h, {raw} min"))
    size = _DURATIONS.get(unit.lower())
    if size is None:
        if unit.lower() in _WORKING_DAYS:
            text = say("{value}: working days are allowed for deadlines only", value=shown(raw))
            raise WrongQuantity(text)
        raise WrongQuantity(_unknown_unit(raw, unit, "s, min, h, d, weeks, months, years"))
    return value * size


def _without_unit(raw: object, example: str) -> str:
    text = "{value} has no unit; write for example {example}"
    return say(text, value=shown(raw), example=example)


def _unknown_unit(raw: object, unit: str, allowed: str) -> str:
    if not unit:
        return _without_unit(raw, f"{raw} {allowed.split(',')[0]}")
    return say(
        "{value}: {unit} is not a unit that fits here; use {allowed}",
        value=shown(raw),
        unit=shown(unit),
        allowed=allowed,
    )


def seconds(raw: object) -> int:
    """A duration in whole seconds, rounded half up."""
    return math.floor(min(duration(raw), float(NEVER)) + 0.5)


def seconds_or_never(raw: object) -> int:
    """A duration in whole seconds; ``never`` is NEVER."""
    return NEVER if _says_none(raw) else seconds(raw)


def _says_none(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and raw.strip().lower() in _NO_TERM)


def deadline(raw: object) -> Deadline:
    """A term in calendar time or in working days, or ``none``."""
    if _says_none(raw):
        return Deadline(NEVER, False)
    value, unit = split(raw, say("a term"), "5 d, 5 working days or none")
    if unit.lower() in _WORKING_DAYS:
        if value != int(value):
            raise WrongQuantity(say("{value}: only whole working days count", value=shown(raw)))
        return Deadline(int(min(value, 1e6)) * DAY, True)
    return Deadline(seconds(raw), False)


def deadline_or_tiers(raw: object) -> Deadline:
    """A term, or ``tier``: that of the tier, for which ``seconds`` is AS_AT_TIER."""
    if raw in _TIERS_TERM:
        return Deadline(AS_AT_TIER, False)
    return deadline(raw)


def per_day(raw: object) -> float:
    """A rate, in events (or shares) per day."""
    value, unit = split(raw, say("a rate"), "0.20 /year or 0.05 /month")
    size = _per(unit)
    if size is None:
        allowed = "/year, /month, /week, /d, /h"
        raise WrongQuantity(_unknown_unit(raw, unit, allowed))
    return value * DAY / size


def _per(unit: str) -> float | None:
    """Seconds of the time unit in ``/year`` or ``per year``; None if it is neither."""
    match = re.fullmatch(r"(?:次)?(?:/|per |a )\s*(\w+)", unit.lower())
    return _DURATIONS.get(match.group(1)) if match else None


def seconds_per_week(raw: object) -> int:
    """Working time, in seconds a week."""
    value, unit = split(raw, say("weekly working time"), "40 h/week")
    if unit.lower().replace(" ", "") not in ("h/week", "hours/week", "小时/周", "小时/星期"):
        raise WrongQuantity(_unknown_unit(raw, unit, "h/week"))
    return math.floor(min(value, 1e6) * HOUR + 0.5)


def money(raw: object, per: str = "") -> float:
    """Money in yuan; ``per`` is what it is asked for: year, h, case, or nothing."""
    wanted = f"CNY/{per}" if per else "CNY"
    value, unit = split(raw, say("an amount of money"), f"10000 {wanted}")
    currency, _, each = unit.lower().replace(" per ", "/").partition("/")
    size = _MONEY.get(currency.strip())
    if size is None or not _same_each(each.strip(), per):
        raise WrongQuantity(_unknown_unit(raw, unit, wanted))
    return value * size


def _same_each(each: str, per: str) -> bool:
    if per == "case":
        return each in _CASES
    return each == per or (bool(per) and _DURATIONS.get(each) == _DURATIONS[per])


def clock(text: str) -> int:
    """A time of day in seconds after midnight; 24:00 is the end of the day."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    hour, minute = (int(match.group(1)), int(match.group(2))) if match else (99, 99)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        kind = say("a time of day")
        raise WrongQuantity(_not_a(text, kind, "19:30"))
    return hour * HOUR + minute * 60


def interval(raw: object) -> Interval:
    """A part of the day such as 19:30-21:30."""
    parts = re.split("[-–—~]", unicodedata.normalize("NFKC", raw)) if isinstance(raw, str) else []
    if len(parts) != 2:
        raise WrongQuantity(_not_a(raw, say("a part of the day"), "19:30-21:30"))
    start, end = clock(parts[0]), clock(parts[1])
    if start >= end:
        text = say("{value} ends before it begins; the end may be 24:00 at most", value=shown(raw))
        raise WrongQuantity(text)
    return Interval(start, end)


def weekday(raw: object) -> int:
    """A day of the week, Monday is 0."""
    text = raw.strip().lower() if isinstance(raw, str) else ""
    for day, name in enumerate(_ENGLISH_WEEKDAYS):
        if text in (name, name[:3], *(week + _CHINESE_WEEKDAYS[day] for week in ("周", "星期"))):
            return day
    if text in ("周天", "星期天"):
        return 6
    raise WrongQuantity(_not_a(raw, say("a day of the week"), "Wed"))


def weekdays(raw: object) -> tuple[int, ...]:
    """Days of the week: ``Mon-Fri``, ``Mon, Wed`` or a list of such."""
    parts = (
        raw if isinstance(raw, list) else re.split("[,，、]", raw if isinstance(raw, str) else "")
    )
    days = sorted(day for part in parts for day in _stretch(part if parts != [""] else raw))
    if len(set(days)) < len(days):
        raise WrongQuantity(say("{value} names a day twice", value=shown(raw)))
    if not days:
        raise WrongQuantity(_not_a(raw, say("days of the week"), "Mon-Fri"))
    return tuple(days)


def _stretch(raw: object) -> range:
    ends = re.split("[-–—~至到]", raw) if isinstance(raw, str) else [raw]
    if len(ends) > 2:
        raise WrongQuantity(_not_a(raw, say("days of the week"), "Mon-Fri"))
    first, last = weekday(ends[0]), weekday(ends[-1])
    if first > last:
        text = say("{value} runs backwards; the week begins on Monday", value=shown(raw))
        raise WrongQuantity(text)
    return range(first, last + 1)


def day(raw: object) -> date:
    """A date such as 2011-01-01, between the years 1900 and 2200."""
    try:
        if not isinstance(raw, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw, re.ASCII):
            raise ValueError
        found = date.fromisoformat(raw)
    except ValueError:
        text = _not_a(raw, say("a date of the calendar"), "2011-01-01")
        raise WrongQuantity(text) from None
    if not 1900 <= found.year <= 2200:
        raise WrongQuantity(say("{value} is not between 1900 and 2200", value=shown(raw)))
    return found


def yes_no(raw: object) -> bool:
    """yes or no, true or false."""
    if isinstance(raw, bool):
        return raw
    text = raw.strip().lower() if isinstance(raw, str) else ""
    if text in ("yes", "true", "是"):
        return True
    if text in ("no", "false", "否"):
        return False
    raise WrongQuantity(say("{value} is neither yes nor no", value=_named(raw)))


def words(raw: object) -> str:
    """A text. A number is taken as it is written."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    text = say("{value} is not a text; put it into quotation marks", value=_named(raw))
    raise WrongQuantity(text)
