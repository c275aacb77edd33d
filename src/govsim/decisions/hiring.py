"""The way from the cadres of today to those wanted: month by month, and what it is like meanwhile.

The path is the plainest one: an even pace, from a day on over a given time, nobody hired who would
have to go again. It is simulated with the days on which cadres join, who are slower at first, and
looked at year by year: the year up to the end of each quarter, and the year after it. (A quarter by
itself would look better than it is: of what it registers, only quick cases are through by then.)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from govsim.decisions.arms import Arm
from govsim.decisions.cheapest import Numbers
from govsim.decisions.posts import Posts
from govsim.decisions.sequential import exact_interval
from govsim.language import say
from govsim.model.plan import DAY
from govsim.scenario.staffing import arrivals

YEAR = 365 * DAY
QUARTERS = 4  # a year


@dataclass(frozen=True, slots=True)
class Pace:
    """When the first comes (or goes), and how long it takes; seconds, from the scenario's start."""

    begins: int
    over: int


def hiring_path(posts: Posts, numbers: Numbers, pace: Pace, years: int) -> dict[str, Any]:
    """What happens on the way to ``numbers``, as plain data.

    Returns:
        ``steps``: for each tier, moments in days and cadres from then on; ``rolling``: the year up
        to the end of each quarter, in days, with the share of ``years`` simulated in which the
        targets were met in that year, and means of the targets' outcomes; ``after``: the same
        for the year after hiring.
    """
    ends = pace.begins + pace.over
    whole = ends + YEAR
    quarters = range(QUARTERS, whole * QUARTERS // YEAR + 1)
    last = [round(YEAR * quarter / QUARTERS / DAY) * DAY for quarter in quarters]
    return {
        "begins": pace.begins / DAY,
        "over": pace.over / DAY,
        "steps": {
            post.tier: steps(post.now, count - post.now, pace)
            for post, count in zip(posts.posts, numbers, strict=True)
        },
        "rolling": [
            _window(posts, numbers, pace, day - YEAR, day, years) for day in last if day < whole
        ],
        "after": _window(posts, numbers, pace, ends, whole, years),
    }


def steps(now: int, more: int, pace: Pace) -> list[list[float]]:
    """How many there are from which day on."""
    found = [[0.0, now]]
    sign = 1 if more > 0 else -1
    for moment in arrivals(pace.begins, pace.over, abs(more)):
        day, count = moment / DAY, found[-1][1] + sign
        if found[-1][0] == day:
            found[-1][1] = count
        else:
            found.append([day, count])
    return found


def _window(
    posts: Posts, numbers: Numbers, pace: Pace, begins: int, ends: int, years: int
) -> dict[str, Any]:
    arm = _joining(posts, numbers, pace, begins, ends)
    posts.arms.simulate({arm: years}, say("the way there"))
    met = int(posts.met(arm, years).sum())
    low, high = exact_interval(met, years)
    values = posts.arms.values(arm, years)[:, list(posts.places)]
    return {
        "from": begins // DAY,
        "to": ends // DAY,
        "met": met,
        "years": years,
        "low": low,
        "high": high,
        "values": [_finite(column) for column in values.T],
    }


def _joining(posts: Posts, numbers: Numbers, pace: Pace, begins: int, ends: int) -> Arm:
    """The arm in which cadres come at this pace, measured from one day to another."""
    settings = [f"horizon={ends // DAY} d", f"warm_up={begins // DAY} d"]
    for post, count in zip(posts.posts, numbers, strict=True):
        if count != post.now:
            path = f"tiers.{post.tier}.staffing"
            settings += [f"{path}.begins={pace.begins} s", f"{path}.over={pace.over} s"]
    return posts.arm(numbers, *settings)


def _finite(column: Any) -> float | None:
    seen = column[~np.isnan(column)]
    return float(seen.mean()) if len(seen) else None
