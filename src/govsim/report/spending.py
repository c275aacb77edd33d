"""The best use of a budget in words, and as tables for the screen."""

from collections.abc import Iterator
from math import nan
from typing import Any

from govsim.decisions.folder import Decision
from govsim.decisions.margins import FREE
from govsim.language import language, say
from govsim.outcomes import KPIS
from govsim.report import words
from govsim.report.summary import Line, Table, sided

Row = dict[str, Any]
Numbers = list[float]  # mean, low, high
MOST_LISTED = 2


class Spending:
    """A decision of this kind, at hand for whoever writes or draws it."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.question, self.answer = decision.question, decision.answer
        what, _, self._place = self.question["kpi"].partition("@")
        self._kpi, side = what.split(".")
        self.unit = KPIS[self._kpi].unit_of(side)
        self._side = side
        self.direction: int = self.question["better"]
        self.portfolios: list[Row] = self.answer["portfolios"]
        number = self.answer["chosen"]
        self.chosen: Row | None = self.portfolios[number] if number >= 0 else None

    @property
    def label(self) -> str:
        """The KPI in words."""
        name = sided(KPIS[self._kpi], self._side)
        place = self._place.partition(":")[2]
        return f"{name} ({words.tier_name(place)})" if place else name

    def use(self, number: int) -> str:
        """A use in words."""
        use = self.answer["uses"][number]
        if use["tier"]:
            return say("More cadres ({tier})", tier=words.tier_name(use["tier"]))
        return words.policy_name(use["policy"])

    def amount(self, number: int, amount: float) -> str:
        """How much of a use: an intensity in per cent, or posts."""
        if self.answer["uses"][number]["tier"]:
            return f"{amount:,.0f}"
        return words.percent(amount)

    def contents(self, portfolio: Row) -> str:
        """What is in a portfolio."""
        parts = [
            f"{self.use(n)} {self.amount(n, self.answer['uses'][n]['amounts'][step - 1])}"
            for n, step in enumerate(portfolio["steps"])
            if step
        ]
        return listed(parts) or say("nothing")

    def change(self, gain: Numbers) -> str:
        """A gain as a change of the KPI, with its interval."""
        low, high = sorted((self.direction * gain[1], self.direction * gain[2]))
        return words.estimate((self.direction * gain[0], low, high), self.unit, signed=True)

    def steps_up(self) -> list[Row]:
        """The next steps of uses."""
        return [row for row in self.answer["margins"] if row["to"] > row["from"]]

    def steps_down(self) -> list[Row]:
        """A step less of the uses there are."""
        return [row for row in self.answer["margins"] if row["to"] < row["from"]]


def told(numbers: Numbers) -> bool:
    """Whether an interval leaves zero out."""
    return numbers[1] > 0.0 or numbers[2] < 0.0


def money(numbers: Numbers, *, signed: bool = False) -> str:
    """Yuan with an interval, if chance touches it."""
    return words.estimate(numbers, "yuan", signed=signed)


def yuan(value: float) -> str:
    """Yuan without an interval."""
    return words.quantity(value, nan, "yuan")


def listed(texts: list[str]) -> str:
    """Texts one after the other."""
    return ("、" if language() == "zh" else ", ").join(texts)


def portfolio_name(number: int) -> str:
    """What a portfolio is called, from 0."""
    return say("Portfolio {n}", n=number + 1)


# ---------------------------------------------------------------- tables


def spending_tables(decision: Decision) -> Iterator[Table]:
    """What is in the chosen portfolio; the frontier; a step more or less of every use."""
    spending = Spending(decision)
    if spending.answer["parts"]:
        yield _parts(spending)
    if spending.portfolios:
        yield _portfolios(spending)
    yield _margins(spending)


def _parts(spending: Spending) -> Table:
    columns = (say("How much"), say("Costs a year"), say("Brings"))
    lines = [
        Line(
            spending.use(part["use"]),
            (
                spending.amount(part["use"], part["amount"]),
                money(part["cost"]),
                bracketed(spending.change(part["gain"]), part["gain"]),
            ),
        )
        for part in spending.answer["parts"]
    ]
    return Table(columns, tuple(lines))


def bracketed(text: str, numbers: Numbers) -> str:
    """In brackets what cannot be told from nothing."""
    return text if told(numbers) else f"({text})"


def _portfolios(spending: Spending) -> Table:
    columns = (say("Costs a year"), spending.label, say("Remark"))
    order = sorted(range(len(spending.portfolios)), key=lambda n: spending.portfolios[n]["cost"][0])
    return Table(columns, tuple(_portfolio(spending, number) for number in order))


def _portfolio(spending: Spending, number: int) -> Line:
    row = spending.portfolios[number]
    cells = (
        money(row["cost"]),
        spending.change(row["gain"]),
        remark(spending, number),
    )
    return Line(portfolio_name(number), cells)


def portfolio_lines(decision: Decision) -> list[str]:
    """What is in each portfolio."""
    spending = Spending(decision)
    return [
        say("{name}: {contents}.", name=portfolio_name(number), contents=spending.contents(row))
        for number, row in enumerate(spending.portfolios)
    ]


def remark(spending: Spending, number: int) -> str:
    """What is special about a portfolio."""
    answer = spending.answer
    if number == answer["chosen"]:
        return say("chosen")
    if number in answer["as_good"]:
        return say("the same for practical purposes, and cheaper")
    if number not in answer["frontier"]:
        return ""
    apart = answer["apart"][answer["frontier"].index(number)]
    return say("frontier") if apart else say("frontier, cannot be told")


def _margins(spending: Spending) -> Table:
    columns = (
        say("Step"),
        say("Costs a year"),
        spending.label,
        say("For 100,000 yuan"),
    )
    rows = [*spending.steps_up(), *spending.steps_down()]
    return Table(columns, tuple(_margin(spending, row) for row in rows))


def _margin(spending: Spending, row: Row) -> Line:
    use = row["use"]
    rate = row["rate"]
    cells = (
        f"{spending.amount(use, row['from'])} → {spending.amount(use, row['to'])}",
        money(row["cost"], signed=True),
        bracketed(spending.change(row["gain"]), row["gain"]),
        "–" if rate is None else bracketed(spending.change(rate), rate),
    )
    return Line(spending.use(use), cells)


# ---------------------------------------------------------------- sentences


def spending_sentences(decision: Decision) -> list[str]:
    """The answer first, then how sure it is, what is as good, what more or less money does."""
    spending = Spending(decision)
    if spending.chosen is None:
        first = [_nothing(spending)]
    else:
        first = [_answer(spending, spending.chosen), *_idle(spending), *_as_good(spending)]
    return [
        *first,
        *_how_sure(spending),
        *_next_money(spending),
        *_saved_money(spending),
        *_refused(spending),
        _fresh(spending),
        _more(spending),
    ]


def _nothing(spending: Spending) -> str:
    return say(
        "{kpi}: of what the search found within {budget} a year, nothing can be told from "
        "spending nothing.",
        kpi=spending.label,
        budget=yuan(spending.question["budget"]),
    )


def _answer(spending: Spending, chosen: Row) -> str:
    return say(
        "{kpi}: the best use of {budget} a year that was found is {contents}. It costs {cost} a "
        "year on top of the baseline, and changes the outcome by {change} (95 % interval).",
        kpi=spending.label,
        budget=yuan(spending.question["budget"]),
        contents=spending.contents(chosen),
        cost=money(chosen["cost"]),
        change=spending.change(chosen["gain"]),
    )


def _idle(spending: Spending) -> Iterator[str]:
    idle = [spending.use(p["use"]) for p in spending.answer["parts"] if not told(p["gain"])]
    if idle:
        yield say(
            "In it, these by themselves cannot be told from bringing nothing: {uses}.",
            uses=listed(idle),
        )


def _as_good(spending: Spending) -> Iterator[str]:
    good = spending.answer["as_good"]
    if not good:
        yield say(
            "No cheaper portfolio is known to be as good within {step}.",
            step=_step(spending),
        )
        return
    texts = [
        say(
            "{name} for {cost} a year ({contents})",
            name=portfolio_name(number),
            cost=money(spending.portfolios[number]["cost"]),
            contents=spending.contents(spending.portfolios[number]),
        )
        for number in good[:MOST_LISTED]
    ]
    yield say(
        "As good within {step}, and cheaper: {portfolios}.",
        step=_step(spending),
        portfolios=("；" if language() == "zh" else "; ").join(texts),
    )


def _step(spending: Spending) -> str:
    text = words.quantity(spending.answer["indifference"], nan, spending.unit, signed=True)
    return text.removeprefix("+")


def _how_sure(spending: Spending) -> Iterator[str]:
    settled = spending.answer["settled"]
    facts = {
        "finalists": settled["finalists"],
        "certainty": words.percent(spending.question["certainty"]),
        "step": _step(spending),
        "tried": settled["tried"],
    }
    if settled["guaranteed"]:
        yield say(
            "How sure: of {finalists} finalists the best is chosen with at least {certainty} "
            "certainty if it leads the others by {step}. The search tried {tried} portfolios; a "
            "better one may have been missed.",
            **facts,
        )
    else:
        yield say(
            "How sure: the replications allowed (--most) were not enough to tell the best of "
            "{finalists} finalists apart from {doubt} others with {certainty} certainty. The "
            "search tried {tried} portfolios; a better one may have been missed.",
            **facts,
            doubt=len(settled["in_doubt"]),
        )


def _next_money(spending: Spending) -> Iterator[str]:
    helping = [row for row in spending.steps_up() if row["gain"][1] > 0.0]
    paid = [row for row in helping if row["rate"] is not None and row["cost"][0] > 0.0]
    for row in helping:
        if abs(row["cost"][0]) < FREE:
            yield say("{use} could be extended at no cost.", use=spending.use(row["use"]))
    if not paid:
        yield say("The next 100,000 yuan: of no use is the next step known to help.")
        return
    best = max(paid, key=lambda row: float(row["rate"][0]))
    yield say(
        "The next 100,000 yuan buy most with {use}: {rate}, at the rate of a step that costs "
        "{cost} and brings {gain}.",
        use=spending.use(best["use"]),
        rate=spending.change(best["rate"]),
        cost=money(best["cost"]),
        gain=spending.change(best["gain"]),
    )


def _saved_money(spending: Spending) -> Iterator[str]:
    saving = [row for row in spending.steps_down() if row["rate"] is not None]
    if not saving:
        return
    least = min(saving, key=lambda row: float(row["rate"][0]))
    facts = {
        "use": spending.use(least["use"]),
        "saved": yuan(-least["cost"][0]),
        "gain": spending.change(least["gain"]),
    }
    if told(least["gain"]):
        yield say("Saving hurts least at {use}: {saved} less cost {gain}.", **facts)
    else:
        yield say(
            "Saving hurts least at {use}: {saved} less change {gain}, not to be told from nothing.",
            **facts,
        )


def _refused(spending: Spending) -> Iterator[str]:
    refused = spending.answer["refused"]
    if refused:
        texts = [words.not_to_be_had(name, why) for name, why in refused.items()]
        yield say("Not considered: {policies}.", policies=listed(texts))


def _fresh(spending: Spending) -> str:
    return say(
        "All numbers are from {n} fresh replications that neither search nor selection has seen, "
        "paired with the baseline; in brackets what cannot be told from nothing.",
        n=spending.answer["settled"]["fresh"],
    )


def _more(spending: Spending) -> str:
    question = spending.question
    return say(
        "With more time: --trials {trials} searches twice as far, --fresh {fresh} makes intervals "
        "half as wide, and half the --indifference takes about four times the replications of "
        "finalists. What is simulated is kept.",
        trials=2 * question["trials"],
        fresh=4 * question["fresh"],
    )
