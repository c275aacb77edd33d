"""The weekly series: what happened in each week, and what stood there at its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from govsim.model.plan import DAY, HOUR, Plan
from govsim.outcomes.lookup import Floats, Numbers

WEEK = 7 * DAY


def weeks_of(plan: Plan) -> int:
    """Weeks from the first simulated day to the end of the run; the last one may be short."""
    return max(1, -(-plan.until // WEEK))


@dataclass(frozen=True, slots=True)
class Weekly:
    """Weekly totals: arrays of weeks x (tiers, then all of them together).

    Weeks run from the first simulated day on: ``first`` is that in which the run begins.
    """

    totals: dict[str, Floats]
    residents: int
    initial_trust: float
    first: int = 0

    def __getitem__(self, name: str) -> Floats:
        return self.totals[name]

    def stock(self, *flows: str) -> Floats:
        """What stands at each week's end: flows named plainly come in, those with "-" go out."""
        signs = [(-1.0, flow[1:]) if flow.startswith("-") else (1.0, flow) for flow in flows]
        net = sum((sign * self[flow] for sign, flow in signs), np.zeros_like(self["registered"]))
        total: Floats = np.cumsum(net, axis=0)
        return total


class Measure(NamedTuple):
    """One weekly series. ``whole``: tells of the residents, so only for all and the lowest tier."""

    name: str
    side: str
    unit: str
    compute: Callable[[Weekly], Floats]
    whole: bool = False


def _share(part: Floats, base: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, part / base, np.nan)


def backlog(w: Weekly) -> Floats:
    """Open cases at each week's end, at the tier where they lie."""
    moves = ("came_up", "-went_up", "came_down", "-went_down")
    return w.stock("inherited", "registered", "-closed", "reopenings", "-withdrawn", *moves)


def overdue_cases(w: Weekly) -> Floats:
    """Open cases without the reply that was due, at each week's end, by the tier of their home."""
    return w.stock("inherited_overdue", "became_overdue", "-replied_late", "-gave_up_overdue")


def known_problems(w: Weekly) -> Floats:
    """Living problems that the offices know of, at each week's end."""
    return w.stock("became_known", "-healed_known", "-solved_known", "recurred_known")


def _living(w: Weekly) -> Floats:
    return w.stock("born", "-healed", "-solved", "recurred")


def _trust(w: Weekly) -> Floats:
    return w.initial_trust + np.cumsum(w["trust_change"], axis=0) / max(w.residents, 1)


def _contacts(w: Weekly) -> Floats:
    total: Floats = w["registered"] + w["not_recorded"] + w["turned_away"]
    return total


def _due(w: Weekly) -> Floats:
    # A late case is judged once, in the week in which it missed its deadline.
    return w["replied_on_time"] + w["missed"]


def _on_time(w: Weekly, replies: str) -> Floats:
    return _share(w[replies], _due(w))


def _hours(w: Weekly, *names: str) -> Floats:
    seconds: Floats = sum((w[name] for name in names), np.zeros_like(w["registered"]))
    return seconds / HOUR


MEASURES = (
    Measure("registered", "recorded", "cases", lambda w: w["registered"]),
    Measure("registered", "true", "contacts", _contacts),
    Measure("closed", "recorded", "cases", lambda w: w["closed"] - w["reopenings"]),
    Measure("closed", "true", "cases", lambda w: w["closed_true"] - w["reopenings_true"]),
    Measure("replied", "recorded", "cases", lambda w: w["replied"]),
    Measure("replied", "true", "cases", lambda w: w["replied_well"]),
    Measure("replies_due", "recorded", "cases", _due),
    Measure("replies_on_time", "recorded", "cases", lambda w: w["replied_on_time"]),
    Measure("replies_on_time", "true", "cases", lambda w: w["replied_well_on_time"]),
    Measure("reply_on_time", "recorded", "share", lambda w: _on_time(w, "replied_on_time")),
    Measure("reply_on_time", "true", "share", lambda w: _on_time(w, "replied_well_on_time")),
    Measure("overdue", "recorded", "cases", overdue_cases),
    Measure("backlog", "recorded", "cases", backlog),
    Measure("backlog", "true", "problems", known_problems, whole=True),
    Measure("living", "true", "problems", _living, whole=True),
    Measure("latent", "true", "problems", lambda w: _living(w) - known_problems(w), whole=True),
    Measure("trust", "true", "0-1", _trust, whole=True),
    Measure("cadre_hours", "recorded", "hours", lambda w: _hours(w, "cadre_work", "cadre_errands")),
    Measure(
        "leader_hours", "recorded", "hours", lambda w: _hours(w, "leader_work", "leader_errands")
    ),
    Measure("visits", "recorded", "sessions", lambda w: w["sessions"]),
    Measure("policy_cost", "recorded", "yuan", lambda w: w["money"]),
)


def weekly_totals(plan: Plan, flat: Mapping[str, Numbers]) -> dict[str, Floats]:
    """Flat totals as weeks x (tiers, then all)."""
    shape = (weeks_of(plan), len(plan.tiers) + 1)
    return {name: _with_all(total.reshape(shape)) for name, total in flat.items()}


def _with_all(by_tier: Numbers) -> Floats:
    total = by_tier.sum(axis=1, keepdims=True)
    return np.hstack([by_tier[:, :-1], total]).astype(np.float64)
