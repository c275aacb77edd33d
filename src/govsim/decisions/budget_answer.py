"""What is known about the best use of a budget, as plain data for the folder and the report.

``answer`` of such a decision holds, with every interval as a list of mean, low and high, gains in
the KPI's unit so that **more is better**, and money in yuan a year:

- ``uses``: policy, tier (empty unless cadres are added there), amounts (intensities or posts),
- ``refused``: policies that the scenario does not allow, and why, by language,
- ``portfolios``: those shown; ``steps`` (one a use), ``gain``, ``cost``; the chosen one, if there
  is one, has the number ``chosen`` (else -1),
- ``as_good``: numbers of portfolios that are as good within the indifference, and cheaper by 1 %
  of the budget at least,
- ``frontier``: their numbers, from the cheapest; with ``apart``: whether each is told apart from
  the one before (from spending nothing, the first),
- ``parts``: of the chosen portfolio, what each use brings and costs (the portfolio less itself
  without it),
- ``margins``: a step more or less of each use: amounts ``from`` and ``to``, ``gain``, ``cost``,
  ``rate`` (gain for 100,000 yuan, or null); of spending nothing where nothing is chosen,
- ``tried``: cost and gain of all that the search tried, as it believes them,
- ``settled``: how the finalists were told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from govsim.decisions.finalists import frontier
from govsim.decisions.margins import Change, rate, with_step
from govsim.decisions.selection import Kind, Selection
from govsim.decisions.surrogate import Floats
from govsim.decisions.uses import Portfolio, Use
from govsim.experiments.intervals import CONFIDENCE, Interval, many, mean_interval

SAVING = 0.01  # of the budget: who costs as little less is not called cheaper


@dataclass(frozen=True)
class Found:
    """All that was found; ``values`` are fresh: replications x (gain, extra cost a year)."""

    budget: float
    indifference: float
    certainty: float
    chosen: Portfolio
    shown: tuple[Portfolio, ...]
    finalists: tuple[Portfolio, ...]
    selection: Selection
    margins: tuple[Change, ...]
    values: Mapping[Portfolio, Floats]
    tried: Mapping[Portfolio, tuple[float, float]]

    @property
    def spends(self) -> bool:
        """Whether the selection prefers anything to the baseline."""
        return any(self.chosen)

    def gains(self, portfolio: Portfolio) -> Floats:
        """One a replication."""
        values: Floats = self.values[portfolio][:, 0]
        return values

    def costs(self, portfolio: Portfolio) -> Floats:
        """One a replication."""
        values: Floats = self.values[portfolio][:, 1]
        return values


def answer_of(
    found: Found, uses: Sequence[Use], refused: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The answer as plain data; the module's docstring says what is in it."""
    brings = found.spends and mean_interval(found.gains(found.chosen)).low > 0.0
    return {
        "uses": [
            {"policy": use.policy, "tier": use.tier, "amounts": list(use.amounts)} for use in uses
        ],
        "refused": dict(refused),
        "indifference": found.indifference,
        "portfolios": _portfolios(found),
        "chosen": found.shown.index(found.chosen) if brings else -1,
        "as_good": _as_good(found) if brings else [],
        **_frontier(found),
        "parts": _parts(found, uses) if brings else [],
        "margins": _margins(found, uses) if brings or not found.spends else [],
        "tried": [[cost, gain] for gain, cost in found.tried.values()],
        "settled": _settled(found),
    }


def _portfolios(found: Found) -> list[dict[str, Any]]:
    """All shown; the chosen one's interval stands alone, the others' hold all at once."""
    several = many(max(len(found.shown) - 1, 1))
    return [
        {
            "steps": list(portfolio),
            "gain": _numbers(
                mean_interval(
                    found.gains(portfolio), CONFIDENCE if portfolio == found.chosen else several
                )
            ),
            "cost": _numbers(mean_interval(found.costs(portfolio))),
        }
        for portfolio in found.shown
    ]


def _as_good(found: Found) -> list[int]:
    """Cheaper portfolios that lose less than the indifference, all at once with confidence."""
    spent = found.costs(found.chosen).mean()
    cheaper = [
        place
        for place, portfolio in enumerate(found.shown)
        if portfolio != found.chosen
        and found.costs(portfolio).mean() < spent - SAVING * found.budget
    ]
    confidence = many(len(cheaper))
    best = found.gains(found.chosen)
    lost = {p: mean_interval(best - found.gains(found.shown[p]), confidence) for p in cheaper}
    good = [place for place in cheaper if lost[place].high < found.indifference]
    return sorted(good, key=lambda place: float(found.costs(found.shown[place]).mean()))


def _frontier(found: Found) -> dict[str, Any]:
    """Who is not dominated among those shown and nothing, by fresh replications."""
    nothing = (0,) * len(found.chosen)
    all_ = [nothing, *(p for p in found.shown if _affordable(found, p))]
    costs = np.array([found.costs(p).mean() for p in all_])
    gains = np.array([found.gains(p).mean() for p in all_])
    line = frontier(costs, gains)
    confidence = many(len(line))
    numbers, apart = [], []
    before = nothing
    for place in line:
        if all_[place] == nothing:
            continue
        step = mean_interval(found.gains(all_[place]) - found.gains(before), confidence)
        numbers.append(found.shown.index(all_[place]))
        apart.append(step.excludes_zero())
        before = all_[place]
    return {"frontier": numbers, "apart": apart}


def _affordable(found: Found, portfolio: Portfolio) -> bool:
    """On average, as far as the budget is known to a thousandth."""
    return bool(found.costs(portfolio).mean() <= 1.001 * found.budget)


def _parts(found: Found, uses: Sequence[Use]) -> list[dict[str, Any]]:
    used = [
        use
        for use, step in enumerate(found.chosen)
        if step and with_step(found.chosen, use, 0) in found.values
    ]
    confidence = many(len(used))
    parts = []
    for use in used:
        change = Change(use, 0, with_step(found.chosen, use, 0))
        gain, cost, _ = _apart(found, change, confidence)
        amount = uses[use].amounts[found.chosen[use] - 1]
        parts.append(
            {"use": use, "amount": amount, "gain": _negative(gain), "cost": _negative(cost)}
        )
    return parts


def _margins(found: Found, uses: Sequence[Use]) -> list[dict[str, Any]]:
    confidence = many(len(found.margins))
    rows = []
    for change in found.margins:
        gain, cost, by = _apart(found, change, confidence)
        rows.append(
            {
                "use": change.use,
                "from": _amount(uses[change.use], found.chosen[change.use]),
                "to": _amount(uses[change.use], change.step),
                "gain": gain,
                "cost": cost,
                "rate": None if by is None else _numbers(by),
            }
        )
    return rows


def _amount(use: Use, step: int) -> float:
    return use.amounts[step - 1] if step else 0.0


def _apart(
    found: Found, change: Change, confidence: float
) -> tuple[list[float], list[float], Interval | None]:
    """What a change does to gain and cost, and the rate of the two."""
    gains = found.gains(change.portfolio) - found.gains(found.chosen)
    costs = found.costs(change.portfolio) - found.costs(found.chosen)
    gain, cost = mean_interval(gains, confidence), mean_interval(costs, confidence)
    return _numbers(gain), _numbers(cost), rate(gains, costs, confidence)


def _settled(found: Found) -> dict[str, Any]:
    selection = found.selection
    doubt = [found.finalists[place] for place in selection.of_kind(Kind.IN_DOUBT)]
    return {
        "finalists": len(found.finalists),
        "guaranteed": selection.guaranteed,
        "chance": None if np.isnan(selection.chance) else selection.chance,
        "replications": list(selection.replications),
        "in_doubt": [list(portfolio) for portfolio in doubt],
        "tried": len(found.tried),
        "fresh": len(found.gains(found.chosen)),
    }


def _numbers(interval: Interval) -> list[float]:
    return [float(interval.mean), float(interval.low), float(interval.high)]


def _negative(numbers: list[float]) -> list[float]:
    mean, low, high = numbers
    return [-mean, -high, -low]
