"""Names and numbers as the planner reads them, in the planner's language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import floor, isnan, log10

from babel.dates import format_date

from govsim.language import language, say
from govsim.scenario.explaining import kinds_by_name, title

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def tier_name(name: str) -> str:
    """A tier as a figure calls it. Names that a scenario invents stay as they are."""
    known = {
        "community": say("Community"),
        "street": say("Street"),
        "county": say("County"),
        "district": say("District"),
        "city": say("City"),
        "village": say("Village"),
        "township": say("Township"),
    }
    return known.get(name, readable(name))


def office_name(name: str) -> str:
    """An office as a figure calls it: "street 8" by its tier's name; others stay as they are."""
    kind, _, number = name.rpartition(" ")
    return f"{tier_name(kind)} {number}" if kind and number.isdigit() else name


def class_name(name: str) -> str:
    """A class of problems as a figure calls it. Names that a scenario invents stay as they are."""
    known = {
        "urgent": say("Urgent matter"),
        "hard": say("Hard matter"),
        "worry": say("Worry"),
        "hoped": say("Hope"),
        "dispute": say("Dispute"),
        "unreasonable": say("Unreasonable demand"),
    }
    return known.get(name, readable(name))


def channel_name(name: str) -> str:
    """A channel as a figure calls it: many are called as the policy that opens them."""
    known = {
        "walk_in": say("in person"),
        "online": say("online"),
        "phone": say("by phone"),
        "letter": say("by letter"),
    }
    return known.get(name) or policy_name(name)


def segment_name(name: str) -> str:
    """A group of residents. Names that a scenario invents stay as they are."""
    known = {
        "general": say("residents at large"),
        "elderly": say("elderly residents"),
        "migrant": say("migrants"),
        "relocated": say("relocated residents"),
    }
    return known.get(name, readable(name))


def policy_name(name: str) -> str:
    """One policy, or several joined by "+", as a figure calls them."""
    known = {name: title(kind) for name, kind in kinds_by_name().items()}
    known["baseline"] = say("Baseline")
    known |= {  # ways to staff the offices, which a decision compares
        "now": say("Now"),
        "fewest": say("Fewest"),
        "robust": say("With a margin"),
        "abundant": say("Four times as many"),
    }
    return " + ".join(known.get(part, readable(part)) for part in name.split("+"))


def not_to_be_had(policy: str, reasons: Mapping[str, str]) -> str:
    """A policy that the scenario does not allow, with the reason, which is kept by language."""
    reason = reasons[language()].removeprefix(f"{policy}: ").rstrip(".。")
    return say("{policy} ({reason})", policy=policy_name(policy), reason=reason)


def readable(name: str) -> str:
    """``grid_members`` -> "Grid members"; a Chinese name stays as it is."""
    spaced = name.replace("_", " ").strip()
    return spaced[:1].upper() + spaced[1:]


def month(day: date, *, with_year: bool) -> str:
    """A tick of a time axis: "Jan", with the year on a second line if asked."""
    if language() == "zh":
        short, year = f"{day.month}月", f"{day.year}年"
    else:
        short, year = MONTHS[day.month - 1], f"{day.year}"
    return f"{short}\n{year}" if with_year else short


def count(value: float) -> str:
    """39000 -> "39,000"; below ten with a decimal."""
    return f"{value:,.{_decimals(value)}f}"


def quantity(value: float, half: float, unit: str, *, signed: bool = False) -> str:
    """A value and half its interval with their unit: "92.3 ± 0.4 %"; a dash for what is not known.

    Args:
        value: the mean, in the unit that KPIs are kept in (shares from 0 to 1).
        half: half the width of the interval; NaN is left out, and so is none at all (a cost that
            chance does not touch).
        unit: a KPI's unit.
        signed: write a plus before gains, and call differences of per cents points.
    """
    if isnan(value):
        return "–"
    scale, decimals, shown = _shown(value, unit, signed=signed)
    value, half = value / scale, half / scale
    decimals += _finer(half, decimals)
    number = _number(value, decimals, signed=signed)
    if half > 1e-9 * abs(value):
        number += f" ± {half:,.{decimals}f}"
    return number + _space() + shown if shown else number


def estimate(
    interval: Sequence[float], unit: str, *, signed: bool = False, few: bool = False
) -> str:
    """A value with its limits: "92.3 ± 0.4 %", or "3.2 (2.9 to 4.1) days" where one side is longer.

    Both sides are as long where they differ by no more than the last digit shown, or by a seventh;
    the longer one then stands for both.

    Args:
        interval: the mean and its limits, which may be NaN; what comes behind is not looked at.
        few: whether few events stand behind it.
    """
    value, low, high = interval[:3]
    below, above = value - low, high - value
    scale, decimals, shown = _shown(value, unit, signed=signed)
    half = max(below, above)
    decimals += _finer(half / scale, decimals)
    if isnan(value) or isnan(half) or _alike(below / scale, above / scale, decimals):
        text = quantity(value, half, unit, signed=signed)
    else:
        at, start, end = (_number(x / scale, decimals, signed=signed) for x in (value, low, high))
        text = at + bracketed(say("{low} to {high}", low=start, high=end))
        text += _space() + shown if shown else ""
    return f"{text}{few_mark()}" if few else text


def bracketed(text: str) -> str:
    """Behind a word or a number."""
    return f"（{text}）" if language() == "zh" else f" ({text})"


def _alike(below: float, above: float, decimals: int) -> bool:
    return abs(above - below) <= max(1.01 * 10.0**-decimals, max(below, above) / 7.0)


def few_mark() -> str:
    """Behind a number that few events stand behind."""
    return bracketed(say("few"))


def _number(value: float, decimals: int, *, signed: bool) -> str:
    value = round(value, decimals) + 0.0  # no minus before a zero
    sign = "+" if signed and value > 0 else ""
    return f"{sign}{value:,.{decimals}f}".replace("-", "−")


def _finer(half: float, decimals: int) -> int:
    """Decimals to add, two at most, so that an interval is not shown as none."""
    for more in range(2):
        if not half > 1e-9 or round(half, decimals + more) > 0:
            return more
    return 2 if half > 1e-9 else 0


def percent(value: float) -> str:
    """0.25 -> "25 %"."""
    return f"{100 * value:.0f}{_space()}%"


def points(value: float) -> str:
    """A difference of shares on an axis: 0.025 -> "+2.5"."""
    return f"{100 * value:+.3g}".replace("-", "−") if abs(value) > 1e-9 else "0"


def short(x: float, unit: str, *, signed: bool = False) -> str:
    """A number on an axis: shares in per cent (differences in points), money in thousands
    and millions, or ten thousands.
    """
    if unit == "share":
        return points(x) if signed else percent(x)
    scale, sign = (1.0, "")
    if unit == "yuan":
        scale, sign = _money(x)
    if abs(x) < 1e-12:
        return "0"
    x /= scale
    decimals = 0 if abs(x) >= 1000 else max(0, 3 - floor(log10(abs(x))))
    text = f"{x:{'+' if signed else ''},.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}{sign}".replace("-", "−")


def _money(x: float) -> tuple[float, str]:
    if language() == "zh":
        return 1e4, "万"
    return (1e6, "m") if abs(x) >= 1e6 else (1e3, "k")


def listed(names: Iterable[str]) -> str:
    """Names one after another."""
    return ("、" if language() == "zh" else ", ").join(names)


def day(date: date) -> str:
    """A date: "1 January 2011"."""
    form = "y年M月d日" if language() == "zh" else "d MMMM y"
    return format_date(date, form, locale="zh_CN" if language() == "zh" else "en")


def whole(number: float) -> str:
    """A count: "39,000"."""
    return f"{number:,.0f}"


def sentences(*texts: str) -> str:
    """Sentences one after another; after a Chinese full stop comes no space."""
    return _space().join(texts)


def _space() -> str:
    """Between a number and its unit; Chinese writes none."""
    return "" if language() == "zh" else " "


def _shown(value: float, unit: str, *, signed: bool) -> tuple[float, int, str]:
    """What to divide by, decimals to show, and the unit's sign."""
    if unit == "share":
        return 0.01, 1, say("points") if signed else "%"
    if unit == "0-1":
        return 1.0, 3, ""
    if unit == "days":
        return 1.0, 1, say("days")
    if unit == "hours":
        return 1.0, _decimals(value), say("hours")
    if unit == "yuan":
        return _yuan(value)
    return 1.0, _decimals(value), ""


def _yuan(value: float) -> tuple[float, int, str]:
    if language() == "zh":
        return 1e4, 1, "万元"
    return (1e6, 2, "million yuan") if abs(value) >= 1e6 else (1.0, 0, "yuan")


def _decimals(value: float) -> int:
    return 1 if abs(value) < 10 and value != round(value) else 0
