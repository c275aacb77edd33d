"""Official formulas: how governments score what our KPIs describe, from the same stored run.

Each is one function on what a run stored of one policy set. ``LENS`` lists them in the order in
which they are shown; there is no other list. More is better in all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from govsim.outcomes.lookup import Floats


class Weights(NamedTuple):
    """What each of the three rates counts in their sum; in any unit, none below 0."""

    response: float = 1.0
    resolution: float = 1.0
    satisfaction: float = 1.0


EQUAL = Weights()


class Stored(Protocol):
    """What a run stored of one policy set: numbers of the city, one a replication."""

    weights: Weights

    def kpi(self, name: str, side: str = "recorded") -> Floats:
        """A KPI."""

    def closed_within(self, days: int) -> Floats:
        """Share closed within some days, of all registered."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One official formula."""

    name: str
    label: str
    unit: str
    direction: int
    definition: str
    source: str
    compute: Callable[[Stored], Floats]


class Yardstick(NamedTuple):
    """A truth that formulas are held against: the true side of a KPI."""

    label: str
    kpi: str


LENS: dict[str, Formula] = {}
# The first is what formulas mean to tell. The other one knows of those who were never heard, too:
# a policy that brings silent problems to light may lower the share resolved and yet solve more.
YARDSTICKS = {
    "truly_resolved": Yardstick("Truly resolved within 60 days", "resolution_rate"),
    "truly_solved": Yardstick("Truly solved within 60 days, of all problems", "solved_share"),
}


def formula(
    label: str, *, definition: str, source: str, unit: str = "share", direction: int = 1
) -> Callable[[Callable[[Stored], Floats]], Callable[[Stored], Floats]]:
    """Register a formula under its function's name (without the leading underscore)."""

    def register(compute: Callable[[Stored], Floats]) -> Callable[[Stored], Floats]:
        name = compute.__name__.removeprefix("_")
        LENS[name] = Formula(name, label, unit, direction, definition, source, compute)
        return compute

    return register


# ---------------------------------------------------------------- Nanchang


@formula(
    "Nanchang: answered or solved, as of the last day",
    definition="Grievances replied to or closed by the last day, of those registered.",
    source="Nanchang 2012: of 39,000 registered, 36,000 solved and answered, 92.3 %",
)
def _nanchang(run: Stored) -> Floats:
    return run.kpi("answered_or_solved_ratio")


# ---------------------------------------------------------------- Beijing


@formula(
    "Beijing: response rate",
    definition="Residents contacted within the term, of all who have one.",
    source="Beijing 12345, the three rates",
)
def _beijing_response(run: Stored) -> Floats:
    return run.kpi("reply_on_time")


@formula(
    "Beijing: resolution rate",
    definition="Residents whose problem is recorded as solved, of those called back.",
    source="Beijing 12345, the three rates: 53.1 % in 2019-01, 96.5 % in 2024-09",
)
def _beijing_resolution(run: Stored) -> Floats:
    return run.kpi("solved_at_call_back")


@formula(
    "Beijing: satisfaction rate",
    definition="Residents recorded as satisfied, of those called back.",
    source="Beijing 12345, the three rates: 64.6 % in 2019-01, 96.9 % in 2024-09",
)
def _beijing_satisfaction(run: Stored) -> Floats:
    return run.kpi("satisfaction")


@formula(
    "Beijing: the three rates, weighted",
    definition="Weighted mean of the response, resolution and satisfaction rates.",
    source="Beijing 12345, monthly ranking; weights are not published: equal unless given",
)
def _beijing_three_rates(run: Stored) -> Floats:
    rates = (_beijing_response(run), _beijing_resolution(run), _beijing_satisfaction(run))
    # A rate without weight is not asked for: it may be unknown.
    weighed = [w * rate for w, rate in zip(run.weights, rates, strict=True) if w > 0.0]
    total: Floats = sum(weighed[1:], weighed[0]) / sum(run.weights)
    return total


# ---------------------------------------------------------------- petitions


@formula(
    "Petitions: completed on time",
    definition="Grievances closed within the term for resolving, of all that have one.",
    source="petition work regulation 2022: 60 days from acceptance",
)
def _petitions_on_time(run: Stored) -> Floats:
    return run.kpi("on_time_completion")


@formula(
    "Petitions: settled at the first petition",
    definition="Grievances that one closing settles within 60 days, without reopening, repeat or "
    "review.",
    source="petition dashboards: first-petition one-time resolution",
)
def _petitions_once(run: Stored) -> Floats:
    return run.kpi("first_contact_resolution")


# ---------------------------------------------------------------- India

DISPOSED_WITHIN = 21  # days


@formula(
    "CPGRAMS: disposed within 21 days",
    definition="Grievances closed within 21 days, of all registered.",
    source="CPGRAMS guidelines of August 2024: 21 days",
)
def _cpgrams_disposed(run: Stored) -> Floats:
    return run.closed_within(DISPOSED_WITHIN)


@formula(
    "CPGRAMS: satisfied at the call-back",
    definition="Residents who are satisfied, of those called back, by an independent call centre.",
    source="CPGRAMS feedback call centre: 48-54 % in September 2024",
)
def _cpgrams_satisfaction(run: Stored) -> Floats:
    return run.kpi("satisfaction_called_back", "true")
