"""One sentence on what stands out: the policy's effect, or the gap between records and truth."""

from math import isnan, nan

import pandas as pd

from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import PRICES
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.report import words
from govsim.report.summary import sided

GAP = 0.05  # a share recorded this much above the true one stands out


def what_stands_out(results: Results) -> str:
    """The sentence, in the current language."""
    return _effect(results) if len(results.policy_sets) > 1 else _gap(results.summary())


def _gap(summary: pd.DataFrame) -> str:
    means = summary.set_index(["kpi", "side"])["mean"]
    recorded = float(means["answered_share", "recorded"])
    true = float(means["resolution_rate", "true"])
    if not float(means["registered", "recorded"]) > 0.0:
        return say("No grievance was registered.")
    if isnan(recorded) or isnan(true):
        return say("The simulation ends too early to follow anybody for 60 days.")
    shown = {
        "recorded": words.quantity(recorded, nan, "share"),
        "true": words.quantity(true, nan, "share"),
    }
    if recorded - true < GAP:
        return say(
            "Records and truth agree: {recorded} answered within 60 days, {true} truly solved.",
            **shown,
        )
    return say(
        "The records say {recorded} of the grievances were answered within 60 days; only {true} "
        "were truly solved.",
        **shown,
    )


def _effect(results: Results) -> str:
    policy_set = results.policy_sets[-1]
    policies = words.policy_name(policy_set)
    table = results.comparison()
    table = table[(table["policy_set"] == policy_set) & table["kpi"].map(_is_effect)]
    pairs = int(table["n"].max())
    if pairs < 2:
        return say("One replication tells nothing about {policies}.", policies=policies)
    sure = [row for row in table.to_dict("records") if row["certainty"] == Certainty.CERTAIN]
    if not sure:
        return say(
            "{policies}: nothing changed for certain in {n} paired replications.",
            policies=policies,
            n=pairs,
        )
    surest = max(sure, key=lambda row: abs(row["mean"]) / max(row["high"] - row["low"], 1e-12))
    kpi, unit = KPIS[surest["kpi"]], surest["unit"]
    return say(
        "{policies}: the clearest effect is on {kpi}, from {before} to {after} ({change}).",
        policies=policies,
        kpi=sided(kpi, surest["side"]),
        before=words.quantity(surest["base"], nan, unit),
        after=words.quantity(surest["base"] + surest["mean"], nan, unit),
        change=words.estimate((surest["mean"], surest["low"], surest["high"]), unit, signed=True),
    )


def _is_effect(name: str) -> bool:
    kpi = KPIS[name]
    return kpi.headline and kpi.direction != 0 and kpi.unit not in PRICES
