"""One sentence on what stands out: the policy's effect, or the gap between records and truth."""

from math import isnan

import pandas as pd

from govsim.experiments.results import Results
from govsim.language import say
from govsim.outcomes import KPIS

GAP = 0.05  # a share recorded this much above the true one stands out
INPUTS = ("hours", "yuan")  # what a policy spends is no effect


def what_stands_out(results: Results) -> str:
    """The sentence, in the current language."""
    if len(results.policy_sets) > 1:
        return _effect(results)
    return _gap(results.summary())


def _gap(summary: pd.DataFrame) -> str:
    recorded, true = (_mean(summary, "answered_or_solved_ratio", s) for s in ("recorded", "true"))
    if isnan(recorded):
        return say("No grievance was registered.")
    if recorded - true < GAP:
        return say(
            "Records and truth agree: {recorded} answered or solved, {true} truly solved.",
            recorded=amount(recorded, "share"),
            true=amount(true, "share"),
        )
    return say(
        "The records say {recorded} of the grievances were answered or solved; only {true} were "
        "truly solved.",
        recorded=amount(recorded, "share"),
        true=amount(true, "share"),
    )


def _mean(summary: pd.DataFrame, kpi: str, side: str) -> float:
    row = summary[(summary["kpi"] == kpi) & (summary["side"] == side)]
    return float(row["mean"].iloc[0]) if len(row) else float("nan")


def _effect(results: Results) -> str:
    policy_set = results.policy_sets[-1]
    table = results.comparison()
    table = table[(table["policy_set"] == policy_set) & table["kpi"].map(_is_effect)]
    if table.empty or int(table["n"].max()) < 2:
        return say("One replication tells nothing about {policies}.", policies=policy_set)
    surest = _surest(table)
    if surest is None:
        return say(
            "{policies} moved nothing beyond chance in {n} paired replications.",
            policies=policy_set,
            n=int(table["n"].max()),
        )
    kpi, unit = KPIS[str(surest["kpi"])], str(surest["unit"])
    return say(
        "With {policies}, {kpi} ({side}) goes from {before} to {after}: {change} "
        "(95 % interval {low} to {high}).",
        policies=policy_set,
        kpi=say(kpi.label),
        side=say(str(surest["side"])),
        before=amount(float(surest["base"]), unit),
        after=amount(float(surest["base"] + surest["mean"]), unit),
        **{k: change(float(surest[c]), unit) for k, c in _CHANGES.items()},
    )


_CHANGES = {"change": "mean", "low": "low", "high": "high"}


def _is_effect(name: str) -> bool:
    kpi = KPIS[name]
    return kpi.headline and kpi.direction != 0 and kpi.unit not in INPUTS


def _surest(table: pd.DataFrame) -> "pd.Series[float] | None":
    """The effect that is largest beside its own uncertainty; None if none is beyond chance."""
    sure = table[(table["low"] > 0) | (table["high"] < 0)]
    if sure.empty:
        return None
    half = (sure["high"] - sure["low"]) / 2
    certainty = sure["mean"].abs() / half.where(half > 0, 1e-12)
    surest: pd.Series[float] = sure.iloc[int(certainty.to_numpy().argmax())]
    return surest


def amount(value: float, unit: str) -> str:
    """A value as planners write it: "92 %", "0.47", "12,345"."""
    if unit == "share":
        return f"{100 * value:.0f} %" if abs(value) >= 0.1 else f"{100 * value:.1f} %"
    if unit == "0-1":
        return f"{value:.3f}"
    if unit == "days":
        return f"{value:.1f}"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"


def change(value: float, unit: str) -> str:
    """A difference with its sign; shares in percentage points."""
    if unit == "share":
        return say("{points} points", points=f"{100 * value:+.1f}")
    return amount(value, unit) if value < 0 else f"+{amount(value, unit)}"
