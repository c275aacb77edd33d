"""The weekly series of the story in conftest.py, counted by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from govsim.model.plan import DAY, Plan
from govsim.outcomes import Tally, outcome_tables
from govsim.outcomes.lookup import Records
from govsim.outcomes.windows import Window


@pytest.fixture
def series(plan: Plan, story: Records) -> pd.DataFrame:
    tally = Tally(plan)
    tally.drain(story)
    return outcome_tables(tally.finish(), 3).series.to_pandas()


def weeks(series: pd.DataFrame, measure: str, side: str = "recorded", tier: str = "all") -> list:
    rows = series[(series.measure == measure) & (series.side == side) & (series.tier == tier)]
    assert list(rows.week) == [0, 1, 2, 3]
    return rows["value"].tolist()


def test_flows(series: pd.DataFrame) -> None:
    assert weeks(series, "registered") == [5, 0, 0, 0]
    assert weeks(series, "registered", "true") == [6, 0, 0, 0]
    assert weeks(series, "closed") == [2, 0, -1, 0]  # two reopenings in week 2
    assert weeks(series, "replied") == [3, 0, 0, 0]
    assert weeks(series, "visits") == [0, 1, 0, 0]
    assert weeks(series, "policy_cost") == [0, 1234.5, 0, 0]
    assert weeks(series, "leader_hours") == [0, 2.25, 0, 0]


def test_cases_that_move_lie_at_their_new_tier(series: pd.DataFrame) -> None:
    assert weeks(series, "backlog", tier="0") == [2, 1, 2, 2]
    assert weeks(series, "backlog", tier="1") == [1, 1, 1, 1]
    assert weeks(series, "backlog") == [3, 2, 3, 3]


def test_a_late_case_is_judged_once(series: pd.DataFrame) -> None:
    on_time = weeks(series, "reply_on_time")
    assert on_time[0] == 3 / 5
    assert all(math.isnan(share) for share in on_time[1:])
    assert weeks(series, "replies_due") == [5, 0, 0, 0]
    assert weeks(series, "replies_on_time") == [3, 0, 0, 0]
    assert weeks(series, "replies_on_time", "true") == [1, 0, 0, 0]
    assert weeks(series, "overdue") == [2, 1, 1, 1]


def test_the_world(series: pd.DataFrame) -> None:
    assert weeks(series, "backlog", "true") == [4, 4, 4, 4]
    assert weeks(series, "living", "true", "0") == [6, 6, 6, 6]
    assert weeks(series, "latent", "true") == [2, 2, 2, 2]
    trust = weeks(series, "trust", "true")
    assert trust[0] == 0.5
    assert trust[3] == pytest.approx(0.5 - 0.2 / 2000)
    assert not ((series.measure == "latent") & (series.tier == "1")).any()


def test_dates_and_columns(series: pd.DataFrame) -> None:
    assert set(series["date"]) == {
        pd.Timestamp("2011-01-01") + pd.Timedelta(days=7 * w) for w in range(4)
    }
    assert set(series["replication"]) == {3}
    assert ",".join(series.columns) == (
        "replication,policy_set,week,date,tier,measure,side,value,unit"
    )


def test_every_week_sums_to_the_whole(plan: Plan, noise) -> None:
    records = noise(5_000, 9)
    tally = Tally(plan)
    tally.drain(records)
    outcome = tally.finish()
    for name, counter in (
        ("registered", "registered"), ("closed", "closed_any"), ("became_known", "became_known"),
    ):  # fmt: skip
        whole = outcome.count(Window.WHOLE, counter)[0]
        assert outcome.weekly[name][:, -1].sum() == whole > 0
    hours = outcome.count(Window.RUN, "cadre_work")[0]
    assert np.isclose(outcome.weekly["cadre_work"][:, -1].sum(), hours, rtol=1e-12)


def test_weeks_are_counted_from_the_runs_first_day_and_stocks_from_long_before(
    plan: Plan, story: Records
) -> None:
    tally = Tally(replace(plan, opens=14 * DAY))
    tally.drain(story)
    series = outcome_tables(tally.finish(), 0).series.to_pandas()
    registered = series[(series.measure == "registered") & (series.tier == "all")]
    assert list(registered[registered.side == "recorded"]["week"]) == [0, 1]
    assert registered[registered.side == "recorded"]["value"].tolist() == [0, 0]
    backlog = series[(series.measure == "backlog") & (series.side == "recorded")]
    assert backlog[backlog.tier == "all"]["value"].tolist() == [3, 3]
    assert set(series["date"]) == {pd.Timestamp("2011-01-15"), pd.Timestamp("2011-01-22")}
