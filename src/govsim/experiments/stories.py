"""One problem under two policy sets: when it truly ended, what the ledger wrote, what was gained.

Told from the histories that a comparison keeps (``outcomes/histories.py``): the same problems of
the same residents, so that a difference is the policy's doing, and that of the queues it moved.
"""

from datetime import datetime
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from govsim.model.plan import DAY

BEGINNINGS = ("begin", "never begin")
ENDS = ("end by itself", "end by an office", "never begin")
COME_BACK = "come back"
MOMENTS = ("began", "ended", "registered", "replied", "closed")


class Course(NamedTuple):
    """What became of a problem under a policy set; None for what never happened.

    Registered, replied and closed are of the first grievance about it. Ended and closed are for
    good: the last time, and nothing if it came back, or was reopened, after that.
    """

    began: datetime
    ended: datetime | None
    registered: datetime | None
    replied: datetime | None
    closed: datetime | None


class Story(NamedTuple):
    """A problem that was picked."""

    problem: int
    klass: str
    segment: str
    office: str  # of its community
    days_gained: float  # how much earlier it truly ended under the policy set; below 0: later
    at_least: bool  # under one of them it still lived at the horizon
    base: Course
    policy: Course


class Summary(NamedTuple):
    """How many problems of the sample."""

    followed: int  # that there are under both policy sets
    earlier: int  # that truly ended earlier under the policy set
    later: int
    same_end: int  # or live under both to the horizon
    differ: int  # whose history differs in anything at all


class Stories(NamedTuple):
    """The sample under two policy sets, and three problems picked from it by rule.

    Picked are, of the problems whose histories differ and about which a grievance was registered
    under at least one of the two: the one in the middle by days gained (the lower of two), the one
    with most days gained, the one with most days lost; of equals the smallest id; None where there
    is none.
    """

    base: str
    policy_set: str
    summary: Summary
    typical: Story | None
    gain: Story | None
    loss: Story | None


def stories(histories: pa.Table, base: str, policy_set: str, horizon: datetime) -> Stories:
    """Tell what a policy set changed for the problems of the sample.

    Args:
        histories: as ``Histories.table`` gives them, of one replication under both policy sets.
        base, policy_set: their names.
        horizon: when the simulation ended; a problem alive then counts as ending then.
    """
    both = (_of(histories, base), _of(histories, policy_set))
    table = side_by_side(*both, horizon)
    told = table[table["differs"] & table["registered"]]
    ordered = told.sort_values(["days_gained", "problem"])
    gains = told.sort_values(["days_gained", "problem"], ascending=[False, True])
    return Stories(
        base,
        policy_set,
        _summary(table),
        _story(both, ordered.iloc[(len(ordered) - 1) // 2 :]),
        _story(both, gains[gains["days_gained"] > 0.0]),
        _story(both, ordered[ordered["days_gained"] < 0.0]),
    )


def side_by_side(base: pd.DataFrame, policy: pd.DataFrame, horizon: datetime) -> pd.DataFrame:
    """One row a problem that there is in both histories.

    Columns: problem, days_gained (censored at the horizon), at_least, registered (under one of
    them), differs.
    """
    one, other = courses(base), courses(policy)
    shared = one.index.intersection(other.index).sort_values()
    one, other = one.loc[shared], other.loc[shared]
    until = pd.Timestamp(horizon)
    earlier = one["ended"].fillna(until) - other["ended"].fillna(until)
    return pd.DataFrame(
        {
            "problem": shared,
            "days_gained": (earlier.dt.total_seconds() / DAY).to_numpy(),
            "at_least": (one["ended"].isna() != other["ended"].isna()).to_numpy(),
            "registered": (one["registered"].notna() | other["registered"].notna()).to_numpy(),
            "differs": _differs(base, policy).reindex(shared).to_numpy(),
        }
    )


def courses(history: pd.DataFrame) -> pd.DataFrame:
    """The course of every problem of one policy set: ``MOMENTS``, by problem."""
    activity = history["activity"]
    found = history[activity.isin(BEGINNINGS)].groupby("problem")[["finished"]].first()
    found = found.rename(columns={"finished": "began"})
    turns = history[activity.isin((*ENDS, COME_BACK))]
    found["ended"] = _lasting(turns, ENDS)
    first = _first_grievances(history)
    for name, step in (("registered", "register"), ("replied", "reply")):
        found[name] = first[first["activity"] == step].groupby("problem")["finished"].first()
    doors = first[first["activity"].isin(("close", "reopen"))]
    found["closed"] = _lasting(doors, ("close",))
    return found


def _of(histories: pa.Table, policy_set: str) -> pd.DataFrame:
    own: pd.DataFrame = histories.filter(pc.equal(histories["policy_set"], policy_set)).to_pandas()
    return own


def _lasting(turns: pd.DataFrame, ends: tuple[str, ...]) -> pd.Series:
    """When each problem's last turn was, if that is an end."""
    last = turns.groupby("problem").last()
    moments: pd.Series = last["finished"].where(last["activity"].isin(ends))
    return moments


def _first_grievances(history: pd.DataFrame) -> pd.DataFrame:
    """The rows of each problem's grievance that was registered first."""
    registered = history[history["activity"] == "register"]
    firsts = registered.groupby("problem")["case"].first()
    return history[history["case"] == history["problem"].map(firsts)]


def _differs(base: pd.DataFrame, policy: pd.DataFrame) -> pd.Series:
    """Whether anything differs in the histories of each problem."""
    one, other = (_fingerprints(history) for history in (base, policy))
    one, other = one.align(other)
    different: pd.Series = one != other
    return different


def _fingerprints(history: pd.DataFrame) -> pd.Series:
    """A number for each problem's history, in which its cases are numbered from 1."""
    rows = history.drop(columns=["policy_set", "replication"])
    rows["case"] = rows.groupby("problem")["case"].rank(method="dense")
    rows["place"] = rows.groupby("problem").cumcount()
    hashed = pd.util.hash_pandas_object(rows, index=False)
    # Sums of hashes of numbered rows: equal for equal histories, and as good as never otherwise.
    found: pd.Series = hashed.groupby(rows["problem"]).sum()
    return found


def _summary(table: pd.DataFrame) -> Summary:
    gained = table["days_gained"]
    return Summary(
        followed=len(table),
        earlier=int((gained > 0.0).sum()),
        later=int((gained < 0.0).sum()),
        same_end=int((gained == 0.0).sum()),
        differ=int(table["differs"].sum()),
    )


def _story(both: tuple[pd.DataFrame, pd.DataFrame], found: pd.DataFrame) -> Story | None:
    """The story of the first problem of a table."""
    if found.empty:
        return None
    row = found.iloc[0]
    problem = int(row["problem"])
    base, policy = (history[history["problem"] == problem] for history in both)
    begin = base[base["activity"].isin(BEGINNINGS)].iloc[0]
    return Story(
        problem=problem,
        klass=begin["class"],
        segment=begin["segment"],
        office=begin["office"],
        days_gained=float(row["days_gained"]),
        at_least=bool(row["at_least"]),
        base=_course(base),
        policy=_course(policy),
    )


def _course(history: pd.DataFrame) -> Course:
    row = courses(history).iloc[0]
    began, *others = (row[name] for name in MOMENTS)
    return Course(
        began.to_pydatetime(), *(None if pd.isna(m) else m.to_pydatetime() for m in others)
    )
