"""The best use of a budget: which policies, how much of each, and which added cadres.

Three stages with replications of their own. *Search*: many portfolios, a few replications each, on
common random numbers. *Settle*: the few that seem best, and cheaper ones, are told apart by ranking
and selection on replications that the search has not seen. *Report*: the chosen portfolio, the
frontier, and a step more or less of every use, on replications that nothing was chosen by. So no
number that is reported is good because it was picked for being good.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from govsim.decisions.arms import Arm, Arms, Tell
from govsim.decisions.budget_answer import Found, answer_of
from govsim.decisions.conditions import better, read_measure
from govsim.decisions.finalists import finalists, on_the_frontier
from govsim.decisions.folder import Decision, compare_arms, decision_folder, publish
from govsim.decisions.margins import changes, with_step
from govsim.decisions.portfolio_search import Search
from govsim.decisions.portfolio_trials import PortfolioTrials
from govsim.decisions.selection import Selection, Terms, select
from govsim.decisions.surrogate import Floats
from govsim.decisions.uses import ADDED_STAFF, Portfolio, Use, arm_of, that_run, with_cadres
from govsim.experiments.asked import check_numbers, check_policies, engine_called, wrong
from govsim.experiments.intervals import mean_interval
from govsim.experiments.measures import Measured, value_of
from govsim.language import in_all_languages, say
from govsim.model.plan import DAY
from govsim.outcomes.scopes import Scopes
from govsim.scenario import Scenario, Written, compile_plan, read
from govsim.scenario.quantities import WrongQuantity, money

YEAR = 365.0  # days: a year's run costs a year's pay
COST = Measured("cost", "recorded")
PRICES = ("cost", "pay", "policy_cost")  # what is spent is not what it is for
TOLERANCE = 0.01  # of the budget: what a portfolio may seem to cost more by chance
PART = 0.1  # of what the best brings: differences below it do not matter, if nothing else is said
FIRST = 10  # replications of each finalist before one is dropped
MOST_TRIALS, MOST_REPLICATIONS = 5_000, 5_000
COMPARED = 5
LEAST_FRESH = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, checked."""

    measure: Measured
    sign: int
    budget: float  # yuan a year, on top of the baseline
    indifference: float | None  # in the KPI's unit
    certainty: float
    trials: int
    replications: int  # of each try in the search
    most: int  # replications of each finalist
    fresh: int  # replications of what is reported


def budget(  # noqa: PLR0913 - what can be asked for
    scenario: Path | str,
    *,
    budget: str | float,
    kpi: str,
    policies: Sequence[str] = (),
    staff: bool = True,
    indifference: str | float | None = None,
    certainty: float = 0.95,
    trials: int = 120,
    replications: int = 4,
    most: int = 100,
    fresh: int = 20,
    settings: Sequence[str] = (),
    seed: int = 1,
    engine: str = "compiled",
    workers: int | None = None,
    out: Path | str | None = None,
    checks: bool = True,
    notice: Callable[[str], None] | None = None,
    tell: Tell | None = None,
) -> Decision:
    """Find the best use of a budget.

    Args:
        scenario: a scenario's file.
        budget: yuan a year on top of what the baseline costs; a text, ``2.2e6 CNY/year``, or a
            number.
        kpi: what the money is for, ``reply_on_time.recorded``; its own direction counts.
        policies: the only ones to consider; all that run as they are written if there are none.
        staff: whether cadres may be added at any tier.
        indifference: in the KPI's unit, a text or a number; smaller differences do not matter. If
            None: a tenth of what the best portfolio of the search seems to bring.
        certainty: of telling the best of the finalists.
        trials: portfolios that the search tries.
        replications: of each of them.
        most: replications of each finalist at most.
        fresh: replications that the reported numbers come from.
        settings, seed, engine, workers, out, checks, notice: as in ``run``.
        tell: called with how far it is.

    Returns:
        The decision; ``answer`` holds what is in ``budget_answer.py``.

    Raises:
        InputError, Interrupted, WorkerDied: as in ``run``; what is finished is kept in ``out``.
    """
    begun = datetime.now().astimezone()
    check_numbers(max(replications, 1), seed, workers)
    engine_called(engine)
    plain = read(scenario)
    base = plain.scenario(settings)
    asked = _asked(base, budget, kpi, indifference, certainty, trials, replications, most, fresh)
    written, uses, refused = _uses(plain, base, policies, staff, settings)
    folder = Path(out) if out is not None else None
    with decision_folder(folder, "budget", base.name) as kept:
        arms = Arms(
            written, (asked.measure, COST), tuple(settings), seed, engine, workers, kept, checks,
            notice, tell,
        )  # fmt: skip
        with arms:
            found = _find(asked, arms, uses, seed)
            named = {f"portfolio_{n + 1}": arm_of(uses, p) for n, p in enumerate(found.shown)}
            some = dict(list({"baseline": Arm(), **named}.items())[: COMPARED + 1])
            compared = compare_arms(arms, some, asked.fresh, folder)
            answer = answer_of(found, uses, refused)
            question = _question(asked, policies, staff, settings)
            return publish(
                "budget", arms, question, answer, begun, folder=folder, comparison=compared
            )


# ---------------------------------------------------------------- what is asked


def _asked(
    base: Scenario,
    amount: str | float,
    kpi: str,
    indifference: str | float | None,
    certainty: float,
    *numbers: int,
) -> Asked:
    measure = read_measure(kpi, Scopes.of(compile_plan(base)), "--kpi")
    sign = better(measure)
    if sign == 0 or measure.kpi in PRICES:
        message = say("{kpi} is nothing that money is spent for.", kpi=measure.name)
        raise wrong("--kpi", message)
    if not 0.5 < certainty < 1.0:
        raise wrong("--certainty", say("The certainty lies between 50 % and 100 %."))
    limits = (MOST_TRIALS, 100, MOST_REPLICATIONS, MOST_REPLICATIONS)
    least = (1, 2, FIRST, LEAST_FRESH)
    options = ("--trials", "--replications", "--most", "--fresh")
    for option, number, low, high in zip(options, numbers, least, limits, strict=True):
        if not low <= number <= high:
            message = say("A whole number from {low} to {high} is wanted.", low=low, high=high)
            raise wrong(option, message)
    yuan = _yuan_a_year(amount)
    step = None if indifference is None else _difference(indifference, measure)
    return Asked(measure, sign, yuan, step, certainty, *numbers)


def _yuan_a_year(amount: str | float) -> float:
    try:
        yuan = money(amount, "year") if isinstance(amount, str) else float(amount)
    except WrongQuantity as error:
        raise wrong("--budget", str(error)) from None
    if not 0.0 < yuan < 1e15:
        raise wrong("--budget", say("There must be something to spend."))
    return yuan


def _difference(amount: str | float, measure: Measured) -> float:
    step = value_of(amount, measure.unit, "--indifference") if isinstance(amount, str) else amount
    if not 0.0 < step < float("inf"):
        raise wrong("--indifference", say("The difference that matters must be above 0."))
    return float(step)


def _uses(
    plain: Written, base: Scenario, policies: Sequence[str], staff: bool, settings: Sequence[str]
) -> tuple[Written, list[Use], dict[str, dict[str, str]]]:
    """What may be spent on, in a scenario that knows it all; and what it does not allow."""
    known = tuple(base.root.entries["policies"].entries)
    check_policies(policies, known)
    in_force = set(base.selected_policies)
    wanted = list(dict.fromkeys(policies or [n for n in known if not (staff and n == ADDED_STAFF)]))
    uses = [Use(name) for name in wanted if name not in in_force]
    there = in_all_languages(lambda: say("It is in force already."))
    refused = {name: there for name in wanted if name in in_force}
    written = plain
    if staff:
        written, cadres = with_cadres(plain, base)
        uses += cadres
    good, not_allowed = that_run(written, settings, uses)
    if not good:
        message = say("There is nothing here that money could be spent on.")
        raise wrong("--policies", message)
    return written, good, refused | not_allowed


def _question(
    asked: Asked, policies: Sequence[str], staff: bool, settings: Sequence[str]
) -> dict[str, Any]:
    return {
        "kpi": asked.measure.name,
        "better": asked.sign,
        "budget": asked.budget,
        "indifference": asked.indifference,
        "certainty": asked.certainty,
        "policies": list(policies),
        "staff": staff,
        "settings": list(settings),
        "trials": asked.trials,
        "replications": asked.replications,
        "most": asked.most,
        "fresh": asked.fresh,
    }


# ---------------------------------------------------------------- how it is found


def _find(asked: Asked, arms: Arms, uses: Sequence[Use], seed: int) -> Found:
    plan = arms.plan(Arm())
    years = (plan.until - plan.since) / DAY / YEAR
    bench = PortfolioTrials(arms, uses, asked.sign, years, _expected(asked, uses))
    _check_measurable(asked, bench)
    return find(asked, bench, seed)


def find(asked: Asked, bench: PortfolioTrials, seed: int) -> Found:
    """Search, settle and report, each on replications of its own."""
    search, error = searched(asked, bench, seed)
    step = asked.indifference or _default_step(search, error * asked.replications**0.5)
    few = finalists(search, step)
    selection, seen = _settled(asked, bench, few, step)
    chosen = few[selection.chosen] if selection.chosen >= 0 else search.nothing
    if mean_interval(seen[chosen][:, 0]).low <= 0.0:
        chosen = search.nothing  # what may well bring nothing is no answer
    costs = {portfolio: float(values[:, 1].mean()) for portfolio, values in seen.items()}
    return _reported(asked, bench, search, few, chosen, step, selection, costs)


def _expected(asked: Asked, uses: Sequence[Use]) -> int:
    """About how many replications it takes in all."""
    return asked.trials * asked.replications + 10 * FIRST + asked.fresh * (2 * len(uses) + 10)


def _check_measurable(asked: Asked, bench: PortfolioTrials) -> None:
    nothing = (0,) * len(bench.uses)
    looked = bench.look([nothing], asked.replications, 0, say("Search"))
    if np.isnan(looked).any():
        message = say("{kpi} cannot be measured in the baseline.", kpi=asked.measure.name)
        raise wrong("--kpi", message)


def searched(asked: Asked, bench: PortfolioTrials, seed: int) -> tuple[Search, float]:
    """The search, and the standard error of its tries."""
    spreads: list[float] = []

    def error() -> float:
        return float(np.median(spreads) / asked.replications) ** 0.5 if spreads else 0.0

    trying = bench.means(asked.replications, say("Search"), spreads)
    steps = tuple(len(use.amounts) for use in bench.uses)
    search = Search(steps, asked.budget, trying, error, seed)
    search.run(asked.trials)
    return search, error()


def _default_step(search: Search, spread: float) -> float:
    """A tenth of what the best seems to bring, but nothing finer than half a standard deviation.

    The latter keeps the selection short where nothing brings anything.
    """
    believed = search.believed()
    best = max(believed[p] for p in search.affordable())
    return max(PART * best, 0.5 * spread) or 1e-9


def _settled(
    asked: Asked, bench: PortfolioTrials, few: Sequence[Portfolio], step: float
) -> tuple[Selection, dict[Portfolio, Floats]]:
    """The finalists told apart on replications of their own; and what was seen of each."""
    seen: dict[Portfolio, Floats] = {}

    def draw(places: Sequence[int], n: int) -> Floats:
        some = [few[place] for place in places]
        looked = bench.look(some, n, asked.replications, say("Finalists"))
        seen.update(zip(some, looked, strict=True))
        return np.stack([looked[:, :, 0], asked.budget - looked[:, :, 1]], axis=2)

    tolerance = TOLERANCE * asked.budget
    terms = Terms(step, asked.certainty, (tolerance,), min(FIRST, asked.most), asked.most, 4)
    return select(draw, len(few), terms), seen


def _reported(
    asked: Asked,
    bench: PortfolioTrials,
    search: Search,
    few: Sequence[Portfolio],
    chosen: Portfolio,
    step: float,
    selection: Selection,
    costs: dict[Portfolio, float],
) -> Found:
    """The numbers of the answer, from replications that nothing was chosen by."""
    cheaper = [p for p in few if p != chosen and costs[p] < costs[chosen]]
    shown = list(dict.fromkeys([chosen, *cheaper, *on_the_frontier(search)]))
    shown = [p for p in shown if p != search.nothing]
    margins = changes(bench.uses, chosen)
    without = [with_step(chosen, use, 0) for use, s in enumerate(chosen) if s]
    wanted = [search.nothing, *shown, *(c.portfolio for c in margins), *without]
    wanted = list(dict.fromkeys(wanted))
    first = asked.replications + asked.most
    looked = bench.look(wanted, asked.fresh, first, say("Fresh replications"))
    values = _measured(dict(zip(wanted, looked, strict=True)))
    return Found(
        budget=asked.budget,
        indifference=step,
        certainty=asked.certainty,
        chosen=chosen,
        shown=tuple(p for p in shown if p in values),
        finalists=tuple(few),
        selection=selection,
        margins=tuple(change for change in margins if change.portfolio in values),
        values=values,
        tried={p: (believed, search.tries[p][1]) for p, believed in search.believed().items()},
    )


def _measured(values: dict[Portfolio, Floats]) -> dict[Portfolio, Floats]:
    """Without portfolios that were never measured, and replications in which others were not.

    Raises InputError: too little is left.
    """
    some = {p: seen for p, seen in values.items() if not np.isnan(seen).all(axis=1).all()}
    whole = ~np.isnan(np.stack(list(some.values()))).any(axis=(0, 2))
    if np.count_nonzero(whole) < LEAST_FRESH:
        message = say("In too few replications everything could be measured.")
        raise wrong("--fresh", message)
    return {p: seen[whole] for p, seen in some.items()}
