"""Numbers with units: what is read, and what is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsim.scenario import quantities as q

DAY, YEAR = 86_400, 365 * 86_400


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (q.seconds, "90 s", 90),
        (q.seconds, "15min", 900),
        (q.seconds, "2 h", 7200),
        (q.seconds, "0.5 d", 43_200),
        (q.seconds, "3 weeks", 21 * DAY),
        (q.seconds, "1 month", 2_628_000),
        (q.seconds, "1 year", YEAR),
        (q.seconds, "0.5 s", 1),  # half up
        (q.seconds, "1.5 s", 2),
        (q.seconds, "5 天", 5 * DAY),
        (q.seconds, "２ 小时", 7200),
        (q.seconds, "3 个月", 7_884_000),
        (q.seconds_or_never, "never", q.NEVER),
        (q.deadline, "5 d", (5 * DAY, False)),
        (q.deadline, "5 working days", (5 * DAY, True)),
        (q.deadline, "5 个工作日", (5 * DAY, True)),
        (q.deadline, "none", (q.NEVER, False)),
        (q.deadline, None, (q.NEVER, False)),
        (q.per_day, "0.365 /year", 0.001),
        (q.per_day, "0.365 per year", 0.001),
        (q.per_day, "2 /h", 48),
        (q.per_day, "0.365 次/年", 0.001),
        (q.seconds_per_week, "47.6 h/week", 171_360),
        (q.seconds_per_week, "40 小时/周", 144_000),
        (q.money, "10000 CNY", 10_000),
        (q.money, "1.5 万元", 15_000),
        (lambda raw: q.money(raw, "year"), "2.2e6 CNY/year", 2_200_000),
        (lambda raw: q.money(raw, "year"), "220 万元/年", 2_200_000),
        (lambda raw: q.money(raw, "h"), "150 CNY per hour", 150),
        (lambda raw: q.money(raw, "case"), "20 CNY/case", 20),
        (q.share, 0.15, 0.15),
        (q.share, "15 %", 0.15),
        (q.share, "15％", 0.15),
        (q.number, "120_000", 120_000),
        (q.number, "1.2e5", 120_000),
        (q.number, -2, -2),
        (q.whole, 1157, 1157),
        (q.whole, "1.2e5", 120_000),
        (q.interval, "19:30-21:30", (70_200, 77_400)),
        (q.interval, "00:00-24:00", (0, DAY)),
        (q.weekday, "Wed", 2),
        (q.weekday, "wednesday", 2),
        (q.weekday, "周三", 2),
        (q.weekday, "星期天", 6),
        (q.weekdays, "Mon-Fri", (0, 1, 2, 3, 4)),
        (q.weekdays, "Mon, Wed, Sat-Sun", (0, 2, 5, 6)),
        (q.weekdays, ["Tue", "Thu"], (1, 3)),
        (q.weekdays, "周一至周五", (0, 1, 2, 3, 4)),
        (q.day, "2011-02-28", date(2011, 2, 28)),
        (q.yes_no, "no", False),
        (q.yes_no, True, True),
        (q.yes_no, "是", True),
        (q.words, 2011, "2011"),
    ],
)
def test_quantities_are_read(read: Callable[[object], Any], text: object, expected: Any) -> None:
    if isinstance(expected, float):
        expected = pytest.approx(expected, rel=1e-12)
    assert read(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (q.seconds, 5),
        (q.seconds, "d"),
        (q.seconds, "5 5 d"),
        (q.seconds, "1,5 d"),
        (q.seconds, True),
        (q.seconds, None),
        (q.seconds, "5 working days"),
        (q.seconds, "nan d"),
        (q.seconds, "1e999 d"),
        (q.deadline, "1.5 working days"),
        (q.per_day, "0.2"),
        (q.per_day, "0.2 d"),
        (q.per_day, "0.2 /fortnight"),
        (q.seconds_per_week, "40 h"),
        (q.money, "10000"),
        (q.money, "10000 USD"),
        (q.money, "10000 CNY/year"),
        (lambda raw: q.money(raw, "year"), "10000 CNY"),
        (lambda raw: q.money(raw, "year"), "10000 CNY/month"),
        (q.share, "15 percent"),
        (q.number, "2,200,000"),
        (q.number, "5 d"),
        (q.number, "1__0"),
        (q.number, ".inf"),
        (q.number, "0x10"),
        (q.whole, 2.5),
        (q.interval, "19:30"),
        (q.interval, "21:30-19:30"),
        (q.interval, "19:60-20:00"),
        (q.interval, "23:00-24:30"),
        (q.weekday, "W"),
        (q.weekday, 3),
        (q.weekdays, "Fri-Mon"),
        (q.weekdays, "Mon, Mon-Tue"),
        (q.weekdays, []),
        (q.weekdays, "Mon-Tue-Wed"),
        (q.day, "2011-2-28"),
        (q.day, "2011-02-29"),
        (q.day, "0011-01-01"),
        (q.day, 2011),
        (q.yes_no, "maybe"),
        (q.yes_no, 1),
        (q.words, 1.5),
        (q.words, None),
    ],
)
def test_what_is_no_such_quantity_is_refused(read: Callable[[object], Any], text: object) -> None:
    with pytest.raises(q.WrongQuantity):
        read(text)


READERS = (
    *(q.seconds, q.seconds_or_never, q.deadline, q.per_day, q.seconds_per_week, q.money, q.share),
    *(q.number, q.whole, q.interval, q.weekday, q.weekdays, q.day, q.yes_no, q.words),
)
ANYTHING = st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text())


@given(raw=ANYTHING, read=st.sampled_from(READERS))
def test_anything_else_is_read_or_refused(raw: object, read: Callable[[object], Any]) -> None:
    try:
        read(raw)
    except q.WrongQuantity as error:
        assert str(error)


@given(st.integers(0, 10**6), st.sampled_from([("s", 1), ("min", 60), ("h", 3600), ("d", DAY)]))
def test_whole_durations_are_exact(count: int, unit: tuple[str, int]) -> None:
    assert q.seconds(f"{count} {unit[0]}") == count * unit[1]
