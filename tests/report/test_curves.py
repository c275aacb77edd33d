import numpy as np
import pandas as pd
import pytest

from govsim.report.curves import days_shown, share_done, weekly_share
from govsim.report.intervals import over_replications

DAY = 86_400


def delays(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    """Rows of (day, events, censored), one replication."""
    frame = pd.DataFrame(rows, columns=["day", "events", "censored"])
    frame["to_seconds"] = frame.pop("day") * DAY - 1  # the last second of the bucket
    frame["from_seconds"] = frame["to_seconds"]
    return frame.assign(replication=0, policy_set="baseline", tier="all", clock="reply")


def test_open_cases_leave_the_risk_set_but_are_not_done() -> None:
    # Textbook product-limit estimate: (1 - 1/5)(1 - 1/3)(1 - 1/1).
    table = share_done(delays([(1, 1, 0), (2, 0, 1), (3, 1, 1), (4, 1, 0)]), "reply", "policy_set")
    at = table.set_index("days")["mean"]
    np.testing.assert_allclose(at[[0, 1, 2, 3, 4]], [0, 0.2, 0.2, 1 - 0.8 * 2 / 3, 1.0])


def test_a_curve_ends_where_nobody_is_at_risk() -> None:
    one = delays([(1, 1, 0), (2, 1, 2)])
    other = delays([(1, 1, 0), (9, 1, 0)]).assign(policy_set="night_visits")
    table = share_done(pd.concat([one, other]), "reply", "policy_set")
    assert table.groupby("policy_set")["days"].max().to_dict() == {"baseline": 2, "night_visits": 9}


def test_tiers_are_told_apart_and_the_total_is_not_one_of_them() -> None:
    both = pd.concat([delays([(1, 1, 0)]).assign(tier="street"), delays([(2, 1, 0)])])
    assert set(share_done(both, "reply", "tier")["tier"]) == {"street"}
    assert list(share_done(both, "reply", "policy_set")["days"]) == [0, 2]


def test_the_axis_reaches_as_far_as_the_slowest_curve_needs() -> None:
    fast = delays([(day, 1, 0) for day in range(1, 21)])
    assert days_shown(share_done(fast, "reply", "policy_set")) == pytest.approx(1.15 * 18)
    never = delays([(day, 1, 50) for day in range(1, 21)])
    assert days_shown(share_done(never, "reply", "policy_set")) == 180


def test_a_share_counts_four_weeks_together() -> None:
    weeks = range(8)
    counts = {"due": [2, 0, 2, 96, 0, 0, 0, 0], "kept": [2, 0, 0, 48, 0, 0, 0, 0]}
    dates = pd.date_range("2011-01-01", periods=len(weeks), freq="7D")
    series = pd.concat(
        pd.DataFrame({"week": weeks, "date": dates, "value": values}).assign(measure=name)
        for name, values in counts.items()
    ).assign(replication=0, policy_set="baseline", tier="street", side="recorded")
    shares = weekly_share(series, "kept", "due")
    # A mean of weekly shares would say 0.5 for the first; week 8 has had nothing due for a month.
    np.testing.assert_allclose(shares["mean"], [50 / 100, 48 / 98, 48 / 98, 48 / 96])
    assert shares["date"].iloc[0] == dates[3] + pd.Timedelta(days=6)
    first = series[series["week"] == 0]
    assert list(weekly_share(first, "kept", "due")["mean"]) == [1.0]  # a run of one week


def test_intervals_are_students() -> None:
    frame = pd.DataFrame({"kpi": "x", "value": [1.0, 2.0, 3.0]})
    row = over_replications(frame, ["kpi"]).iloc[0]
    # 4.303 is the 97.5 % quantile of t with 2 degrees of freedom.
    assert row["mean"] == 2
    assert row["high"] == pytest.approx(2 + 4.30265 / np.sqrt(3), abs=1e-4)
    assert over_replications(frame[:1], ["kpi"])["low"].isna().all()


def test_replies_within_the_first_second_count() -> None:
    frame = delays([(1, 1, 0)])
    at_once = frame.assign(from_seconds=0, to_seconds=0)
    table = share_done(pd.concat([at_once, frame]), "reply", "policy_set")
    np.testing.assert_allclose(table["mean"], [0, 0.5, 1])
