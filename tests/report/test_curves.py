from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govsim
from govsim.experiments import Results
from govsim.outcomes import Tables
from govsim.outcomes.delays import CLOCKS
from govsim.report.curves import days_shown, never_falling, share_done, weekly_share
from govsim.report.intervals import over_replications
from govsim.report.pictures import Digest

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DAY = 86_400
ROUNDING = 1e-12


def delays(rows: list[tuple[int, ...]]) -> pd.DataFrame:
    """Rows of (day, events, censored, given up), one replication; the last may be left out."""
    full = [(*row, 0)[:4] for row in rows]
    frame = pd.DataFrame(full, columns=["day", "events", "censored", "given_up"])
    frame["to_seconds"] = frame.pop("day") * DAY - 1  # the last second of the bucket
    frame["from_seconds"] = frame["to_seconds"]
    return frame.assign(replication=0, policy_set="baseline", tier="all", clock="reply")


def test_open_cases_leave_the_risk_set_but_are_not_done() -> None:
    # Nobody gives up: the textbook product-limit estimate, (1 - 1/5)(1 - 1/3)(1 - 1/1).
    table = share_done(delays([(1, 1, 0), (2, 0, 1), (3, 1, 1), (4, 1, 0)]), "reply", "policy_set")
    at = table.set_index("days")["mean"]
    np.testing.assert_allclose(at[[0, 1, 2, 3, 4]], [0, 0.2, 0.2, 1 - 0.8 * 2 / 3, 1.0])


def test_who_gave_up_is_never_done() -> None:
    # Of six. Day 1: 1/6. Day 2: of five one gives up and one is out of sight; 5/6 x 4/5 wait. Day
    # 3: of three one is done and one gives up; 4/6 x 1/3 more are done, as many wait. Day 4: all.
    rows = [(1, 1, 0, 0), (2, 0, 1, 1), (3, 1, 0, 1), (4, 1, 0, 0)]
    at = share_done(delays(rows), "reply", "policy_set").set_index("days")["mean"]
    np.testing.assert_allclose(at, [0, 1 / 6, 1 / 6, 1 / 6 + 2 / 9, 1 / 6 + 4 / 9])


def test_once_all_have_ended_a_curve_goes_on_as_it_is() -> None:
    ended = delays([(1, 1, 0), (2, 1, 0, 2)])
    longer = delays([(1, 1, 0), (9, 1, 0)]).assign(replication=1)
    at = share_done(pd.concat([ended, longer]), "reply", "policy_set").set_index("days")["mean"]
    np.testing.assert_allclose(at[[0, 1, 2, 9]], [0, (1 / 4 + 1 / 2) / 2, 1 / 2, 3 / 4])


def test_a_curve_ends_where_the_first_replication_knows_no_more() -> None:
    short = delays([(1, 1, 0), (2, 1, 2)])
    longer = delays([(1, 1, 0), (9, 1, 0)]).assign(replication=1)
    table = share_done(pd.concat([short, longer]), "reply", "policy_set")
    assert list(table["days"]) == [0, 1, 2]
    np.testing.assert_allclose(table["mean"], [0, (1 / 4 + 1 / 2) / 2, (1 / 2 + 1 / 2) / 2])


def test_limits_are_widened_until_they_do_not_fall() -> None:
    low, high = never_falling(np.array([0.1, 0.3, 0.2, 0.4]), np.array([0.3, 0.6, 0.5, 0.7]))
    assert low.tolist() == [0.1, 0.2, 0.2, 0.4]
    assert high.tolist() == [0.3, 0.6, 0.6, 0.7]
    alone = np.full(3, np.nan)  # one replication has none
    assert all(np.isnan(limit).all() for limit in never_falling(alone, alone))


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


# ---------------------------------------------------------------- no curve ever falls

FEW = st.integers(0, 3)
ROW = st.tuples(st.integers(1, 12), FEW, FEW, FEW).filter(lambda row: sum(row[1:]) > 0)
CASES = st.lists(ROW, min_size=1, max_size=6, unique_by=lambda row: row[0])


def every_curve(results: Results) -> Iterator[list[np.ndarray]]:
    """Days, lower limit, mean, upper limit: as the figure of a run and as the pictures have it."""
    digest = Digest.of(results)
    for clock, name in product(CLOCKS, results.policy_sets):
        rows = results.delays[results.delays["policy_set"] == name]
        for by in ("policy_set", "tier"):
            for _, line in share_done(rows, clock, by).groupby(by, observed=True):
                yield [line[name].to_numpy() for name in ("days", "low", "mean", "high")]
        line = digest.done_within(clock, name)
        if line is not None:
            there = ~np.isnan(line.mean)
            assert there[: there.sum()].all()  # once it ends, it has ended
            yield [column[there] for column in (line.x, line.low, line.mean, line.high)]


def assert_no_curve_falls(results: Results) -> None:
    curves = list(every_curve(results))
    assert curves
    for days, *lines in curves:
        assert (np.diff(days) > 0).all()
        low, done, high = (line[~np.isnan(line)] for line in lines)
        for line in (low, done, high):
            assert (np.diff(line) >= -ROUNDING).all()
            assert ((line >= 0.0) & (line <= 1.0 + ROUNDING)).all()
        assert done[0] == 0.0


@settings(deadline=None, max_examples=60)
@given(st.lists(CASES, min_size=1, max_size=5))
def test_no_curve_of_few_cases_falls(replications: list[list[tuple[int, ...]]]) -> None:
    tables = [
        delays(rows).assign(replication=number, tier=tier, clock=clock)
        for number, rows in enumerate(replications)
        for tier in ("street", "all")
        for clock in CLOCKS
    ]
    frame = pd.concat(tables, ignore_index=True)
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    done = {"baseline": list(range(len(replications)))}
    manifest = {"policy_sets": ["baseline"], "done": done}
    assert_no_curve_falls(Results.in_memory(manifest, Tables(arrow, arrow, arrow)))


def test_no_curve_of_a_real_run_falls() -> None:
    """Of a town whose higher tiers see few cases."""
    words = ["run_in=0 d", "horizon=100 d", "follow_up=30 d"]
    town = SCENARIOS / "small_town.yaml"
    results = govsim.compare(town, ["night_visits"], replications=5, settings=words, workers=1)
    rows = results.delays[results.delays["clock"] == "resolution"]
    seen = rows.groupby(["tier", "policy_set", "replication"], observed=True)["events"].sum()
    assert seen["county"].max() < 10 < seen["street"].max() < 60
    assert_no_curve_falls(results)
