"""Stories told from histories: made by hand, and of the small town."""

from datetime import datetime, timedelta
from functools import cache

import pandas as pd
import pyarrow as pa
import pytest

from engines.traces import plan_of
from govsim.engines import compiled
from govsim.experiments.stories import Stories, courses, side_by_side, stories
from govsim.outcomes.histories import COLUMNS, Histories, Sample

START = datetime(2011, 1, 1)
HORIZON = START + timedelta(days=100)
Rows = list[tuple[int, int, str, float]]  # problem, case, activity, day


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def table(name: str, rows: Rows) -> pa.Table:
    """Histories of a policy set."""
    made = [
        dict.fromkeys(COLUMNS.names)
        | {
            "replication": 0, "policy_set": name, "problem": problem, "case": case,
            "activity": activity, "finished": day(when), "class": "hard", "segment": "elderly",
            "office": "community 1",
        }
        for problem, case, activity, when in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=COLUMNS)


def told(base: Rows, policy: Rows) -> Stories:
    both = pa.concat_tables([table("baseline", base), table("visits", policy)])
    return stories(both, "baseline", "visits", HORIZON)


def grievance(problem: int, case: int, closed: float) -> Rows:
    return [
        (problem, -1, "begin", 1.0),
        (problem, case, "register", 2.0),
        (problem, case, "reply", 3.0),
        (problem, -1, "end by an office", closed),
        (problem, case, "close", closed),
    ]


def test_a_course_takes_what_lasts() -> None:
    rows = [
        *grievance(1, 7, 10.0),
        (1, -1, "come back", 20.0),
        (1, 7, "reopen", 21.0),
        *grievance(2, 8, 10.0),
        (2, 9, "register", 11.0),  # a fellow resident's
        (2, -1, "come back", 20.0),
        (2, -1, "end by itself", 30.0),
        (3, -1, "never begin", 5.0),
    ]
    found = courses(table("baseline", rows).to_pandas())
    expected = {
        1: [day(1), None, day(2), day(3), None],
        2: [day(1), day(30), day(2), day(3), day(10)],
        3: [day(5), day(5), None, None, None],
    }
    for problem, moments in expected.items():
        row = found.loc[problem, ["began", "ended", "registered", "replied", "closed"]]
        assert [None if pd.isna(m) else m for m in row] == moments


def test_gains_and_losses_are_counted_and_picked() -> None:
    ends = {1: (10, 10), 2: (10, 8), 3: (10, 9), 4: (10, 15), 5: (10, 2), 6: (10, 2), 9: (5, 90)}
    base = [row for n, (end, _) in ends.items() for row in grievance(n, n, end)]
    policy = [row for n, (_, end) in ends.items() for row in grievance(n, 100 + n, end)]
    # Nobody ever registered a grievance about this one, although it gained most.
    base += [(7, -1, "begin", 1), (7, -1, "end by itself", 99)]
    policy += [(7, -1, "begin", 1), (7, -1, "end by itself", 2)]
    base += [(8, -1, "begin", 1)]  # only there under one of them
    found = told(base, policy)
    assert found.summary == (8, 5, 2, 1, 7)
    assert found.typical is not None and found.gain is not None and found.loss is not None
    assert (found.typical.problem, found.typical.days_gained) == (3, 1.0)  # -85 -5 | 1 | 2 8 8
    assert (found.gain.problem, found.gain.days_gained) == (5, 8.0)  # 6 gains as much
    assert (found.loss.problem, found.loss.days_gained) == (9, -85.0)
    assert found.gain.base == (day(1), day(10), day(2), day(3), day(10))
    assert found.gain.policy == (day(1), day(2), day(2), day(3), day(2))
    assert (found.gain.klass, found.gain.segment, found.gain.office) == (
        "hard", "elderly", "community 1",
    )  # fmt: skip


def test_who_lives_at_the_horizon_gains_at_least_that() -> None:
    alive = grievance(1, 1, 10.0)[:3]
    found = told([*alive, *grievance(2, 2, 30.0)], [*grievance(1, 1, 60.0), *grievance(2, 2, 20.0)])
    assert found.gain is not None
    assert (found.gain.problem, found.gain.days_gained, found.gain.at_least) == (1, 40.0, True)
    assert found.gain.base.ended is None
    assert found.typical is not None
    assert (found.typical.problem, found.typical.at_least) == (2, False)
    assert found.loss is None


def test_alive_under_both_is_the_same_end() -> None:
    alive = grievance(1, 1, 10.0)[:3]
    found = told(alive, alive)
    assert found.summary == (1, 0, 0, 1, 0)
    assert (found.typical, found.gain, found.loss) == (None, None, None)


def test_a_prevented_problem_ended_before_it_began() -> None:
    found = told(grievance(1, 1, 10.0), [(1, -1, "never begin", 1.0)])
    assert found.gain is not None
    assert found.gain.days_gained == 9.0
    assert found.gain.policy == (day(1), day(1), None, None, None)


def test_what_differs_is_more_than_the_end() -> None:
    base = grievance(1, 1, 10.0) + grievance(2, 2, 10.0)
    policy = grievance(1, 5, 10.0) + grievance(2, 6, 10.0)
    policy[2] = (1, 5, "reply", 2.5)
    found = told(base, policy)
    assert found.summary == (2, 0, 0, 2, 1)
    assert found.typical is not None
    assert (found.typical.problem, found.typical.days_gained) == (1, 0.0)


@cache
def histories(policies: tuple[str, ...]) -> pa.Table:
    plan = plan_of(policies=policies)
    kept = Histories(plan, 0, Sample.of(plan, 1, 1_000))
    compiled.simulate(plan, 1, 0, kept.drain, checks=False)
    return kept.table()


@pytest.mark.parametrize("policy", ["night_visits", "added_staff", "council"])
def test_a_real_town_is_told_as_a_plain_walk_tells_it(policy: str) -> None:
    """Days gained, by walking through each problem's rows one after another."""
    plan = plan_of()
    horizon = START + timedelta(seconds=plan.horizon)
    both = [histories(names) for names in ((), (policy,))]
    found = stories(pa.concat_tables(both), "baseline", policy, horizon)
    ends = [walked(each, horizon) for each in both]
    gains = {n: (end - ends[1][n]) / timedelta(days=1) for n, end in ends[0].items()}
    assert found.summary.followed == len(gains) == len(ends[1])
    assert found.summary.earlier == sum(gain > 0 for gain in gains.values()) > 0
    assert found.summary.later == sum(gain < 0 for gain in gains.values())
    assert found.summary.earlier + found.summary.later <= found.summary.differ < len(gains)
    table = side_by_side(both[0].to_pandas(), both[1].to_pandas(), horizon)
    assert dict(zip(table["problem"], table["days_gained"], strict=True)) == pytest.approx(gains)


def walked(history: pa.Table, horizon: datetime) -> dict[int, datetime]:
    """When each problem ended."""
    ended: dict[int, datetime] = {}
    for row in history.to_pylist():
        if row["activity"] in ("begin", "come back"):
            ended[row["problem"]] = horizon
        elif row["activity"].startswith("end by ") or row["activity"] == "never begin":
            ended[row["problem"]] = row["finished"]
    return ended
