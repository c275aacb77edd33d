"""What a selection means for a planner: the best, by how much, at what cost, how sure."""

from typing import Any, NamedTuple

import numpy as np

from govsim.decisions.selection import Kind, Selection, Terms, constants, lasts
from govsim.experiments.intervals import Interval, many, mean_interval, paired_difference
from govsim.outcomes.lookup import Floats

MOST_COMPARED = 5
MOST_HALVINGS = 10
OUT = (Kind.BREAKS, Kind.UNMEASURED)


class Choice(NamedTuple):
    """A selection with the values it was made from.

    ``facts``: of each option by name, in the order of the selection's arms: ``values`` of the KPI,
    ``baseline`` (its values where both were simulated), ``slack`` (replications x conditions),
    ``cost`` (yuan a year beyond the baseline), ``conditions`` (texts), ``failures`` (reasons).
    ``years``: that the KPI is measured over.
    """

    direction: int
    terms: Terms
    selection: Selection
    facts: dict[str, dict[str, Any]]
    years: float

    @property
    def names(self) -> list[str]:
        """Of the options."""
        return list(self.facts)

    @property
    def best(self) -> str | None:
        """Name of the chosen option, if there is one."""
        chosen = self.selection.chosen
        return self.names[chosen] if chosen >= 0 else None


def answer_of(choice: Choice, replications: int | None) -> dict[str, Any]:
    """The answer as plain data.

    Keys: ``best`` and ``runner_up`` (names or None), ``guaranteed``, ``chance`` (an estimate),
    ``options`` (see ``_row``), ``as_good`` (names of those that the best leads by less than the
    indifference), ``replications`` (of all), ``more`` (what more replications would give).
    """
    best = choice.best
    rows = [_row(choice, name) for name in choice.names]
    runner_up = _runner_up(choice, rows)
    return {
        "best": best,
        "runner_up": runner_up,
        "guaranteed": choice.selection.guaranteed,
        "chance": _plain(choice.selection.chance),
        "options": rows,
        "as_good": [row["name"] for row in rows if best and _as_good(row, choice)],
        "replications": sum(choice.selection.replications),
        "more": _more(choice) if best and runner_up else None,
        "fixed": replications is not None,
    }


def shown_in_comparison(answer: dict[str, Any]) -> list[str]:
    """The baseline, the best, the runner-up and others still in doubt: a few names, or none.

    What failed cannot be compared, and without the baseline nothing can.
    """
    able = [row["name"] for row in answer["options"] if not row["failures"]]
    in_doubt = [row["name"] for row in answer["options"] if row["fate"] == Kind.IN_DOUBT]
    wanted = ("baseline", answer["best"], answer["runner_up"], *in_doubt, *able[:2])
    names = [name for name in dict.fromkeys(wanted) if name in able]
    return names[:MOST_COMPARED] if "baseline" in names and len(names) > 1 else []


def _row(choice: Choice, name: str) -> dict[str, Any]:
    """One option.

    Keys: name; fate, after (replications), by (who beat it, or which condition it breaks); mean,
    low, high of the KPI; behind, behind_low, behind_high: less the best, paired; change,
    change_low, change_high: less the baseline, paired; cost: yuan a year beyond the baseline;
    price: yuan for one unit of gain against the baseline (None without a gain or a cost);
    breaks: conditions that it seems to break; failures: why replications failed.
    """
    place = choice.names.index(name)
    fact, fate = choice.facts[name], choice.selection.fates[place]
    own = mean_interval(fact["values"])
    change = _less(fact["values"], fact["baseline"], 1.0)
    behind = _behind(choice, name)
    cost = float(np.mean(fact["cost"])) if len(fact["cost"]) else np.nan
    return {
        "name": name,
        "fate": str(fate.kind),
        "after": fate.after,
        "by": _by(choice, place),
        **_limits("mean", "low", "high", own),
        **_limits("behind", "behind_low", "behind_high", behind),
        **_limits("change", "change_low", "change_high", change),
        "cost": _plain(cost),
        "price": _price(cost * choice.years, choice.direction * change.mean),
        "breaks": _broken(fact),
        "failures": sorted(set(fact["failures"])),
    }


def _price(cost: float, gain: float) -> float | None:
    return cost / gain if cost > 0.0 and gain > 0.0 else None


def _by(choice: Choice, place: int) -> str | None:
    fate = choice.selection.fates[place]
    if fate.kind == Kind.BEATEN:
        return choice.names[fate.by]
    if fate.kind == Kind.BREAKS:
        return str(choice.facts[choice.names[place]]["conditions"][fate.by])
    return None


def _broken(fact: dict[str, Any]) -> list[str]:
    means = fact["slack"].mean(axis=0)
    return [text for text, mean in zip(fact["conditions"], means, strict=True) if mean < 0.0]


def _behind(choice: Choice, name: str) -> Interval:
    best = choice.best
    if best is None or best == name:
        return Interval(*3 * (np.nan,), 0)
    others = max(len(choice.names) - 1, 1)
    return _less(choice.facts[name]["values"], choice.facts[best]["values"], others)


def _less(values: Floats, other: Floats, comparisons: float) -> Interval:
    """Values less other ones, over the replications that both have."""
    both = min(len(values), len(other))
    return paired_difference(values[:both], other[:both], many(int(comparisons)))


def _limits(mean: str, low: str, high: str, interval: Interval) -> dict[str, float | None]:
    return {
        mean: _plain(interval.mean),
        low: _plain(interval.low),
        high: _plain(interval.high),
    }


def _runner_up(choice: Choice, rows: list[dict[str, Any]]) -> str | None:
    """The next best of those that are not out."""
    able = [
        r for r in rows if r["fate"] not in OUT and not r["breaks"] and r["name"] != choice.best
    ]
    able = [row for row in able if row["behind"] is not None]
    found = max(able, key=lambda row: choice.direction * row["behind"], default=None)
    return str(found["name"]) if found else None


def _as_good(row: dict[str, Any], choice: Choice) -> bool:
    """Whether the best leads it by less than the indifference, as far as one can tell."""
    if row["fate"] in OUT or row["breaks"] or row["behind"] is None:
        return False
    return bool(-choice.direction * row["behind"] < choice.terms.indifference)


def _more(choice: Choice) -> dict[str, float | int]:
    """What it takes to decide at this indifference, or at a smaller one if this is decided."""
    h2, _ = constants(len(choice.names), choice.terms)
    step, used = choice.terms.indifference, sum(choice.selection.replications)
    for _ in range(MOST_HALVINGS if choice.selection.guaranteed else 1):
        step = step / 2.0 if choice.selection.guaranteed else step
        each = [_needed(choice, name, step, h2) for name in choice.names if name != choice.best]
        if max(each) + sum(each) > used:
            break
    more = max(max(each) + sum(each) - used, 0)
    return {"indifference": step, "most": max(each), "replications": more}


def _needed(choice: Choice, name: str, step: float, h2: float) -> int:
    """Replications until an option is told apart from the best, as things look now."""
    fate = choice.selection.fates[choice.names.index(name)]
    if fate.kind in OUT:
        return fate.after
    best = str(choice.best)
    both = min(len(choice.facts[name]["values"]), len(choice.facts[best]["values"]))
    apart = choice.facts[best]["values"][:both] - choice.facts[name]["values"][:both]
    lead, variance = float(apart.mean()), float(apart.var(ddof=1))
    return max(int(lasts(lead, variance, step, h2)) + 1, choice.terms.first)


def _plain(value: float) -> float | None:
    """For a file that knows no NaN."""
    return float(value) if np.isfinite(value) else None
