"""The table of open grievances: what it says, what is wrong with it, and a stranger's rubbish."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govsim.errors import InputError
from govsim.language import speaking
from govsim.model.plan import DAY, HOUR, Plan
from govsim.model.records import ABSENT, Standing
from govsim.scenario import Scenario, compile_plan, load
from govsim.scenario import backlog as table
from govsim.scenario.backlog import Group, communities_of, example, read_backlog
from govsim.scenario.taking_over import take_over
from plans import FROM_NOTHING

SMALL_TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
SCENARIO: Scenario = load(SMALL_TOWN, set=FROM_NOTHING)
PLAN: Plan = compile_plan(SCENARIO)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "open.csv"


def groups(file: Path, text: str) -> tuple[Group, ...]:
    file.write_text(text, encoding="utf-8")
    return read_backlog(file, PLAN).groups


def wrong(file: Path, text: str) -> list[str]:
    """Every mistake, without the name of the file."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_backlog(file, PLAN)
    return [str(finding).replace(str(file), "F") for finding in error.value.findings]


# ---------------------------------------------------------------- what a table says


def test_a_row_is_an_office_and_an_age(file: Path) -> None:
    (only,) = groups(file, "office,age_days\nstreet 1,12.5\n")
    assert only == Group(8, 8, -int(12.5 * DAY), ABSENT, Standing.WAITING, False, 1)


def test_all_columns_in_any_order(file: Path) -> None:
    text = (
        "state,replied,class,count,registered_by,registered,office\n"
        "decided,yes,hard,7,community 2,2010-12-31,street 1\n"
        "handled,no,,,,2010-12-01,10\n"
    )
    one, two = groups(file, text)
    hard = [klass.name for klass in PLAN.classes].index("hard")
    assert one == Group(8, 1, -12 * HOUR, hard, Standing.DECIDED, True, 7)
    assert two == Group(10, 10, -30 * DAY - 12 * HOUR, ABSENT, Standing.HANDLED, False, 1)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
@pytest.mark.parametrize("day", ["2010-12-03", "2010/12/3", "2010年12月3日", "2010.12.03"])
def test_as_spreadsheets_export_it(file: Path, mark: str, comma: str, day: str) -> None:
    rows = [
        ["单位", "登记日期", "件数", "状态"],
        ["street 1", day, "4", "已办待结"],
        ["", "", "", ""],
    ]
    text = mark + "\r\n".join(comma.join(row) for row in rows) + "\r\n"
    since = (date(2010, 12, 3) - PLAN.start).days * DAY + 12 * HOUR
    assert groups(file, text) == (Group(8, 8, since, ABSENT, Standing.HANDLED, False, 4),)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_example_is_read_as_it_is(file: Path, lang: str) -> None:
    with speaking(lang):
        found = groups(file, "\ufeff" + example(PLAN))
    assert [group.office for group in found] == list(range(len(PLAN.offices)))
    assert len({group.registered for group in found}) > 5


# ---------------------------------------------------------------- what is wrong


def test_every_mistake_is_named_at_its_place(file: Path) -> None:
    text = (
        "office,age_days,count,class,registered_by,state,replied\n"
        "streat 1,12,1,hard,,,\n"
        "street 1,-1,0,harder,,lying,maybe\n"
        "community 1,1,1,hard,street 2,,\n"
        "street 1,1,1,hard,,,,7\n"
        ",,,,,,\n"
        "street 1,,1.5\n"
    )
    found = wrong(file, text)
    places = [message.split(" ")[0] for message in found]
    assert places == [
        "F:2:1:", "F:3:2:", "F:3:3:", "F:3:4:", "F:3:6:", "F:3:7:", "F:4:5:", "F:5:8:", "F:7:2:",
        "F:7:3:",
    ]  # fmt: skip
    assert "did you mean street 1?" in found[0]
    assert "'-1' is not a number of days from 0 to 7300" in found[1]
    assert "cannot lie at community 1" in found[6]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("office\nstreet 1\n", "one of the columns"),
        ("age_days\n3\n", "this column is missing"),
        ("office,age_days,registered\nstreet 1,3,2010-12-01\n", "one of the columns"),
        ("office,office,age_days\nstreet 1,street 1,3\n", "twice"),
        ("ofice,age_days\nstreet 1,3\n", "did you mean office?"),
        ("office,age_days\n", "the table has no rows"),
        ("office,registered\nstreet 1,2011-01-02\n", "after the first day"),
        ("office,registered\nstreet 1,1980-01-02\n", "20 years"),
        ("office,registered\nstreet 1,2011-02-30\n", "is not a date"),
        ('office,age_days\n"street 1,3\n', "quotation mark"),
        ("office,age_days\nstreet 1,nan\n", "number of days"),
        ("office,age_days\nstreet 1,1e3\n", "number of days"),
        ("office,age_days,count\nstreet 1,3,200001\n", "1 to 200000"),
        ("office,age_days,count\nstreet 1,3,150000\nstreet 2,3,150000\n", "too many"),
        ("office,age_days\n" + "x" * 300 + ",3\n", "longer than 200"),
    ],
)
def test_a_wrong_table_is_refused_with_the_reason(file: Path, text: str, says: str) -> None:
    assert any(says in message for message in wrong(file, text))


def test_what_is_no_table_at_all(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for nothing in (file, file.parent):
        with pytest.raises(InputError, match="cannot read the file"):
            read_backlog(nothing, PLAN)
    file.write_bytes("单位,登记日期\n".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        read_backlog(file, PLAN)
    file.write_bytes(b"office,age_days\n" + b"street 1,3\n" * 100)
    monkeypatch.setattr(table, "MOST_ROWS", 99)
    with pytest.raises(InputError, match="more than 99 rows"):
        read_backlog(file, PLAN)
    monkeypatch.setattr(table, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="larger than"):
        read_backlog(file, PLAN)


@settings(max_examples=300, deadline=None)
@given(
    content=st.binary(max_size=200)
    | st.text(alphabet='office,age_dys\n"\r1230;\t\0 ').map(str.encode)
)
def test_rubbish_is_refused_and_nothing_worse(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "rubbish.csv"
    file.write_bytes(content)
    try:
        read_backlog(file, PLAN)
    except InputError as error:
        assert all(str(file) in finding.where for finding in error.findings)


# ---------------------------------------------------------------- taking over


def test_what_lies_above_is_spread_by_residents(file: Path) -> None:
    file.write_text("office,age_days,count\ncounty,3,800\ncommunity 1,3,50\n", encoding="utf-8")
    plan = take_over(PLAN, read_backlog(file, PLAN), SCENARIO)
    at = [row.problem >> 34 for row in plan.inherited if row.office == 10]
    assert all(90 <= at.count(community) <= 110 for community in range(8))
    own = [row.problem >> 34 for row in plan.inherited if row.office == 0]
    assert own == [0] * 50
    assert {row.least for row in plan.inherited} == {0}
    ids = [row.problem for row in plan.inherited]
    assert len(set(ids)) == 850
    assert communities_of(PLAN, 8) == [0, 1, 2, 3]


def test_what_was_passed_up_or_given_down_is_of_the_lower_office(file: Path) -> None:
    rows = "county,3,60,community 3\ncommunity 3,3,60,county\n"
    file.write_text(f"office,age_days,count,registered_by\n{rows}", encoding="utf-8")
    plan = take_over(PLAN, read_backlog(file, PLAN), SCENARIO)
    assert {row.problem >> 34 for row in plan.inherited} == {2}
    assert {(row.office, row.home, row.least) for row in plan.inherited} == {(10, 2, 2), (2, 10, 0)}


def test_the_oldest_come_first_whatever_the_order_of_rows(file: Path) -> None:
    file.write_text("office,age_days\nstreet 1,3\nstreet 2,30\nstreet 1,9\n", encoding="utf-8")
    plan = take_over(PLAN, read_backlog(file, PLAN), SCENARIO)
    assert [-row.registered // DAY for row in plan.inherited] == [30, 9, 3]


def test_terms_in_working_days_run_over_the_days_before_the_start(file: Path) -> None:
    """Registered on Thursday, 30 December 2010, at noon: five working days end on the 7th.

    1 to 3 January are a holiday; half of Thursday, Friday, Tuesday to Thursday, half of Friday.
    """
    settings = ["tiers.street.reply_deadline=5 working days"]
    scenario = load(SMALL_TOWN, set=[*FROM_NOTHING, *settings])
    plan = compile_plan(scenario)
    file.write_text("office,registered\nstreet 1,2010-12-30\n", encoding="utf-8")
    taken = take_over(plan, read_backlog(file, plan), scenario)
    due = {taken.dues[taken.inherited[0].first_due + k].reply for k in range(len(plan.classes))}
    assert due == {(date(2011, 1, 7) - plan.start).days * DAY + 12 * HOUR}
