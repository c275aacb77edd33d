"""The kinds of values a scenario holds: how each is read, its unit and the allowed range.

A ``Kind`` stands in the annotation of a field; reading, error messages, the editors' schema, the
reference page and the assumption register all use it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from govsim.language import say
from govsim.scenario import quantities as q
from govsim.scenario.reading import Plain


@dataclass(frozen=True, slots=True)
class Ranged:
    """A raw value with the raw ends of the range written beside it."""

    value: Plain
    low: Plain
    high: Plain


def refuse(message: str) -> PydanticCustomError:
    """An error whose text is already a sentence for the planner."""
    return PydanticCustomError("govsim", "{text}", {"text": message})


@dataclass(frozen=True)
class Kind:
    """One kind of value: ``words`` say what to write, ``inside`` the unit of the Python value."""

    words: str
    inside: str
    parse: Callable[[object], Any]
    low: float = -math.inf
    high: float = math.inf
    above: bool = False  # the lower end itself is not allowed
    numeric: bool = True
    bounds: Callable[[], str] | None = None  # the range in the planner's units
    choices: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def read(self, raw: object) -> Any:
        """The value inside, checked against the limits and against its own range."""
        try:
            if isinstance(raw, Ranged):
                return self._ranged(raw)
            return self._limited(raw)
        except q.WrongQuantity as error:
            raise refuse(str(error)) from None

    def _limited(self, raw: object) -> Any:
        value = self.parse(raw)
        if not self.numeric:
            return value
        size = _size(value)
        if size < self.low or size > self.high or (self.above and size == self.low):
            text = say(
                "{value} is not allowed here; allowed is {bounds}",
                value=q.named(raw),
                bounds=self.limits,
            )
            raise q.WrongQuantity(text)
        return value

    def _ranged(self, raw: Ranged) -> Any:
        value = self._limited(raw.value)
        try:
            low, high = self._limited(raw.low), self._limited(raw.high)
        except q.WrongQuantity as error:
            raise q.WrongQuantity(say("its range: {why}", why=error)) from None
        if not self.numeric or q.NEVER in (_size(low), _size(high)):
            raise q.WrongQuantity(say("a range can stand beside numbers only"))
        if _size(low) > _size(high):
            text = say(
                "its range begins at {low} and ends before that, at {high}",
                low=q.named(raw.low),
                high=q.named(raw.high),
            )
            raise q.WrongQuantity(text)
        if not _size(low) <= _size(value) <= _size(high):
            text = say(
                "{value} lies outside its own range, {low} to {high}",
                value=q.named(raw.value),
                low=raw.low,
                high=raw.high,
            )
            raise q.WrongQuantity(text)
        return value

    @property
    def limits(self) -> str:
        """The allowed range in plain words."""
        if self.bounds is not None:
            return self.bounds()
        if self.low == -math.inf and self.high == math.inf:
            return ""
        if self.high == math.inf:
            if self.above:
                return say("more than {low}", low=f"{self.low:g}")
            return say("{low} or more", low=f"{self.low:g}")
        if self.above:
            return say("more than {low}, up to {high}", low=f"{self.low:g}", high=f"{self.high:g}")
        return say("{low} to {high}", low=f"{self.low:g}", high=f"{self.high:g}")


def _size(value: Any) -> float:
    return float(value.seconds if isinstance(value, q.Deadline) else value)


class Words(BaseModel):
    """A block of a scenario file: every key known, nothing changed after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def word(description: str, key: str | None = None) -> Any:
    """A field with the sentence that the reference page and the editors show beside it."""
    return Field(description=description, alias=key)


def between(low: float, high: float = math.inf) -> Kind:
    """A plain number between two ends."""
    return replace(_NUMBER, low=low, high=high)


def whole_between(low: int, high: int) -> Kind:
    """A whole number between two ends."""
    return Kind("a whole number", "int", q.whole, low, high)


_NUMBER = Kind("a number", "float", q.number, -1e12, 1e12)
_CENTURY = 100 * q.YEAR
_DURATION = Kind(
    "a duration, such as 5 d, 2 h or 15 min", "seconds", q.seconds, 0, _CENTURY,
    bounds=lambda: say("0 s to 100 years"),
)  # fmt: skip
SHARE = Kind("a share, such as 0.15 or 15 %", "float, 0 to 1", q.share, 0, 1)
POSITIVE = replace(_NUMBER, low=0, above=True)
MOST_YUAN = 1e15


def _law_seconds(raw: object) -> float:
    return float(q.seconds(raw))


LAW_SECONDS = replace(_DURATION, parse=_law_seconds, inside="seconds, float")
DEADLINE = Kind(
    "a term, such as 5 d, 5 working days or none", "Deadline", q.deadline, 0, q.NEVER,
    above=True, bounds=lambda: say("more than 0 d, up to 100 years, or none"),
)  # fmt: skip

DEADLINE_OR_TIERS = replace(
    DEADLINE,
    words="a term, such as 5 d, 5 working days or none; or: tier",
    parse=q.deadline_or_tiers,
    inside="Deadline, seconds AS_AT_TIER if that of the tier",
    high=q.AS_AT_TIER,
    bounds=lambda: say("more than 0 d, up to 100 years, none or tier"),
)


def _money(per: str) -> Kind:
    wanted = f"CNY/{per}" if per else "CNY"
    return Kind(
        f"money, such as 10000 {wanted}",
        f"yuan per {per}" if per else "yuan",
        lambda raw: q.money(raw, per),
        0,
        MOST_YUAN,
        bounds=lambda: say("{low} to {high}", low=f"0 {wanted}", high=f"1e15 {wanted}"),
    )


Number = Annotated[float, _NUMBER]
Positive = Annotated[float, POSITIVE]
NotNegative = Annotated[float, between(0, 1e12)]
Share = Annotated[float, SHARE]
ShareAboveZero = Annotated[float, replace(SHARE, above=True)]
Duration = Annotated[int, _DURATION]
DurationAboveZero = Annotated[
    int, replace(_DURATION, low=1, bounds=lambda: say("1 s to 100 years"))
]
DurationOrNever = Annotated[
    int,
    replace(
        _DURATION,
        words="a duration, such as 90 d, or never",
        parse=q.seconds_or_never,
        inside="seconds, NEVER if never",
        high=q.NEVER,
        bounds=lambda: say("0 s to 100 years, or never"),
    ),
]
Horizon = Annotated[
    int, replace(_DURATION, low=q.DAY, high=20 * q.YEAR, bounds=lambda: say("1 d to 20 years"))
]
History = Annotated[
    int, replace(_DURATION, high=20 * q.YEAR, bounds=lambda: say("0 d to 20 years"))
]
Term = Annotated[q.Deadline, DEADLINE]
TermOrTiers = Annotated[q.Deadline, DEADLINE_OR_TIERS]
Rate = Annotated[
    float,
    Kind(
        "a rate, such as 0.20 /year",
        "per day",
        q.per_day,
        0,
        1e6,
        bounds=lambda: say("0 /d to 1e6 /d"),
    ),
]
WeeklyHours = Annotated[
    int,
    Kind(
        "working time a week, such as 40 h/week", "seconds a week", q.seconds_per_week, 0, q.WEEK,
        above=True, bounds=lambda: say("more than 0 h/week, up to 168 h/week"),
    ),
]  # fmt: skip
Money = Annotated[float, _money("")]
MoneyPerYear = Annotated[float, _money("year")]
MoneyPerHour = Annotated[float, _money("h")]
Text = Annotated[str, Kind("a text", "str", q.words, numeric=False)]
YesNo = Annotated[bool, Kind("yes or no", "bool", q.yes_no, numeric=False)]
Day = Annotated[date, Kind("a date, such as 2011-01-01", "date", q.day, numeric=False)]
Weekday = Annotated[
    int, Kind("a day of the week, such as Wed", "0 (Mon) to 6 (Sun)", q.weekday, numeric=False)
]
Weekdays = Annotated[
    tuple[int, ...],
    Kind("days of the week, such as Mon-Fri", "0 (Mon) to 6 (Sun)", q.weekdays, numeric=False),
]
Interval = Annotated[
    q.Interval,
    Kind("a part of the day, such as 19:30-21:30", "seconds", q.interval, numeric=False),
]


def items(low: int, high: int) -> AfterValidator:
    """A list of so many values."""

    def counted(values: tuple[Any, ...]) -> tuple[Any, ...]:
        if low <= len(values) <= high:
            return values
        wanted = low if len(values) < low else high
        if low == high:
            text = "the list has {count} values; it needs {wanted}"
        elif wanted == low:
            text = "the list has {count} values; it needs {wanted} at least"
        else:
            text = "the list has {count} values; {wanted} are the most"
        raise refuse(say(text, count=len(values), wanted=wanted))

    return AfterValidator(counted)


def one_of(*choices: str) -> Kind:
    """One word out of a few."""

    def parse(raw: object) -> str:
        if isinstance(raw, str) and raw in choices:
            return raw
        text = say(
            "{value} is not known here; use {choices}",
            value=q.named(raw),
            choices=", ".join(choices),
        )
        raise q.WrongQuantity(text + did_you_mean(str(raw), choices))

    words = "one of: " + ", ".join(choices)
    return Kind(words, "str", parse, numeric=False, choices=choices)


def did_you_mean(wrong: str, known: "tuple[str, ...] | list[str]") -> str:
    """``; did you mean X?``, or nothing if no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(wrong[:100], known, n=1)
    return say("; did you mean {word}?", word=near[0]) if near else ""
