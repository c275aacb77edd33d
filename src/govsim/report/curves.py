"""From the tables of a run to the lines of a figure. No drawing here."""

import numpy as np
import pandas as pd

from govsim.outcomes.delays import FATES
from govsim.outcomes.lookup import Floats
from govsim.outcomes.survival import incidence, known
from govsim.report.intervals import over_replications

WEEKS_SMOOTHED = 4  # a smoothed week counts this many weeks: itself and those before
ALL_TIERS = "all"  # the tier name of totals in series and delays
WEEK_END = pd.Timedelta(days=6)  # series are dated by the first day of a week


def weekly(series: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A recorded measure by policy set, tier and last day of the week, over replications."""
    return over_replications(_recorded(series, measure), ["policy_set", "tier", "date"])


def weekly_share(series: pd.DataFrame, part: str, base: str) -> pd.DataFrame:
    """Recorded ``part`` of ``base``, both counted over the last ``WEEKS_SMOOTHED`` weeks together.

    A week with two replies would otherwise jump to 0 or 100 %, and weigh as much as one with two
    hundred. Where those weeks have nothing to count there is no value. The first weeks, when
    nothing can be late yet, are left out.
    """
    key = ["replication", "policy_set", "tier"]
    counts = _recorded(series, base).sort_values([*key, "date"])
    parts = _recorded(series, part).set_index([*key, "week"])["value"]
    counts["part"] = parts.reindex(pd.MultiIndex.from_frame(counts[[*key, "week"]])).to_numpy()
    lines = counts.groupby(key, observed=True)[["part", "value"]]
    sums = lines.rolling(WEEKS_SMOOTHED, min_periods=1).sum().droplevel([0, 1, 2])
    shares = counts.assign(value=(sums["part"] / sums["value"]).where(sums["value"] > 0))
    shares = shares[shares["week"] >= min(WEEKS_SMOOTHED - 1, shares["week"].max())]
    return over_replications(shares.dropna(subset=["value"]), ["policy_set", "tier", "date"])


def within_bounds(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares whose intervals do not reach below 0 or above 1."""
    return shares.assign(low=shares["low"].clip(0, 1), high=shares["high"].clip(0, 1))


def _recorded(series: pd.DataFrame, measure: str) -> pd.DataFrame:
    rows = series[(series["measure"] == measure) & (series["side"] == "recorded")]
    return rows.assign(date=pd.to_datetime(rows["date"]) + WEEK_END)


def share_done(delays: pd.DataFrame, clock: str, by: str) -> pd.DataFrame:
    """Share done within so many days, of all: by ``by``, mean, low, high over replications.

    Open cases count as taking longer, those given up as never done (Aalen-Johansen). A curve ends
    where the first replication knows no more: all of it is a mean over the same replications, and
    never falls.

    Args:
        delays: rows of ``from_seconds``, ``to_seconds``, ``events``, ``given_up``, ``censored``.
        clock: ``reply`` or ``resolution``.
        by: column that tells the curves apart: ``policy_set`` (all tiers together) or ``tier``.
    """
    together = delays["tier"] == ALL_TIERS
    rows = delays[(delays["clock"] == clock) & (together if by == "policy_set" else ~together)]
    counts = rows.pivot_table(
        index=[by, "replication"],
        columns="to_seconds",
        values=list(FATES),
        aggfunc="sum",
        fill_value=0,
        observed=True,
    )
    days = (counts["events"].columns.to_numpy() + 1) / 86_400  # a bucket ends with its last second
    curve = incidence(days, *(counts[fate].to_numpy() for fate in FATES))
    done = pd.DataFrame(curve.done, index=counts.index, columns=days).rename_axis(columns="days")
    everybody = pd.DataFrame(known(curve), index=counts.index, columns=days)
    everybody = everybody.groupby(level=by, observed=True).transform("min").astype(bool)
    done = done.where(everybody)
    done.insert(0, 0.0, 0.0)
    rows = done.reset_index().melt([by, "replication"], var_name="days")
    curves = within_bounds(over_replications(rows.dropna(subset=["value"]), [by, "days"]))
    for _, line in curves.groupby(by, observed=True):
        limits = never_falling(line["low"].to_numpy(), line["high"].to_numpy())
        curves.loc[line.index, ["low", "high"]] = np.column_stack(limits)
    return curves


def never_falling(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Limits of a share that never falls, so widened that they never fall either.

    Day by day limits have teeth: one slow replication widens some days and not the next.
    """
    return np.fmin.accumulate(low[::-1])[::-1], np.fmax.accumulate(high)


def days_shown(curves: pd.DataFrame, reached: float = 0.9, at_most: float = 180.0) -> float:
    """Where a delay figure ends: when every curve has reached a share, within limits."""
    columns = [name for name in curves.columns if name not in {"mean", "low", "high"}]
    slowest = 0.0
    for _, curve in curves.groupby(columns[0], observed=True):
        there = curve.loc[curve["mean"] >= reached, "days"]
        slowest = max(slowest, float(there.min()) if len(there) else at_most)
    return float(np.clip(1.15 * slowest, 10.0, at_most))
