"""Whether what a run began with is forgotten, and from when on: the warm-up, found.

A run begins in a city that has been running, and is measured from its first day. What is usual
under a policy that is tried needs a run that has settled, of which the beginning is left out.
"""

from collections.abc import Sequence

import numpy as np

from govsim.experiments.asked import wrong
from govsim.experiments.replications import run
from govsim.experiments.results import Results
from govsim.experiments.warmup import NOT_FOUND, mser5
from govsim.language import say
from govsim.outcomes.lookup import Floats
from govsim.scenario import load

AUTO = ("auto", "自动")
STOCKS = (("backlog", "recorded"), ("living", "true"))  # weekly series that must settle
PILOT = 10  # replications to find it by
WEEK = 7  # days


def weekly(results: Results, policy_set: str, measure: str, side: str) -> Floats:
    """A weekly series of the whole city: replications x weeks."""
    series = results.series
    rows = series[
        (series["policy_set"] == policy_set)
        & (series["measure"] == measure)
        & (series["side"] == side)
        & (series["tier"] == "all")
    ]
    table = rows.pivot(index="replication", columns="week", values="value")
    values: Floats = table.to_numpy(np.float64)
    return values


def settled_after(results: Results, policy_set: str) -> int | None:
    """Days after which backlog and living problems have settled (MSER-5); None if they have not."""
    weeks = [mser5(weekly(results, policy_set, *stock).mean(axis=0)) for stock in STOCKS]
    return None if NOT_FOUND in weeks else WEEK * max(weeks)


def found_warm_up(scenario: str, settings: Sequence[str], seed: int, workers: int | None) -> str:
    """The setting that leaves out what a pilot of the baseline needed to settle.

    Raises:
        InputError: it does not settle within the horizon, or that is too short to tell.
    """
    loaded = load(scenario, set=[*settings, "warm_up=0 d"])
    pilot = run(loaded, replications=PILOT, policies=[], seed=seed, workers=workers)
    days = settled_after(pilot, pilot.policy_sets[0])
    if days is None:
        message = say(
            "Backlog and living problems do not settle within {days} days (MSER-5 over {n} "
            "replications; at least 50 weeks are needed to tell). Take a longer horizon, or say "
            "the warm-up yourself.",
            days=pilot.days,
            n=PILOT,
        )
        raise wrong("--warm-up", message)
    return f"warm_up={days} d"
