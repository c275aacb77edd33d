"""A choice in words, and as a table for the screen."""

from collections.abc import Iterable, Iterator
from math import nan
from typing import Any

from govsim.decisions.folder import Decision
from govsim.decisions.selection import Kind
from govsim.experiments.certainty import Certainty
from govsim.language import language, say
from govsim.outcomes import KPIS
from govsim.report import certainty, words
from govsim.report.summary import Line, Table, sided

MOST_LISTED = 8  # names in a sentence

Row = dict[str, Any]


class Chosen:
    """A decision of this kind, at hand for whoever writes or draws it."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.question, self.answer = decision.question, decision.answer
        self.rows: dict[str, Row] = {row["name"]: row for row in self.answer["options"]}
        what, _, self.place = self.question["kpi"].partition("@")
        self.kpi, self.side = what.split(".")
        self.unit: str = self.question["unit"]
        self.direction: int = self.question["direction"]
        self.best: Row | None = self.rows.get(self.answer["best"] or "")

    @property
    def label(self) -> str:
        """The KPI in words."""
        name = sided(KPIS[self.kpi], self.side)
        place = self.place.partition(":")[2]
        return f"{name} ({words.tier_name(place)})" if place else name

    def ordered(self) -> list[Row]:
        """The best first, what is out last."""
        return sorted(self.rows.values(), key=self._order)

    def _order(self, row: Row) -> tuple[int, float]:
        kinds = (Kind.CHOSEN, Kind.IN_DOUBT, Kind.BEATEN, Kind.BREAKS, Kind.UNMEASURED)
        group = kinds.index(Kind(row["fate"]))
        mean = row["mean"] if row["mean"] is not None else nan
        return max(group - 1, 0) if group < 3 else group, -self.direction * mean

    def value(self, value: float | None, *, signed: bool = False) -> str:
        """A number in the KPI's unit."""
        return words.quantity(nan if value is None else value, nan, self.unit, signed=signed)

    @property
    def unit_name(self) -> str:
        """The unit of differences, in words."""
        kpi = KPIS[self.kpi]
        if self.unit == "share":
            return say("percentage points")
        return say(kpi.unit) if self.side == "recorded" else say(kpi.true_unit)

    @property
    def step(self) -> str:
        """The indifference: a difference, so points for shares."""
        return self.value(self.question["indifference"], signed=True).removeprefix("+")

    def level(self, row: Row) -> str:
        """What an option comes to, with its interval."""
        ends = (row[name] for name in ("mean", "low", "high"))
        return words.estimate([nan if x is None else x for x in ends], self.unit)

    def spread(self, row: Row, what: str) -> str:
        """A difference with its interval: ``what`` is "behind" or "change"."""
        ends = (row[name] for name in (what, f"{what}_low", f"{what}_high"))
        known = [nan if x is None else x for x in ends]
        return words.estimate(known, self.unit, signed=True)

    def as_good(self, row: Row) -> bool:
        """Whether the best leads it by less than the indifference."""
        return row["name"] in self.answer["as_good"]

    def of_kind(self, kind: Kind) -> list[Row]:
        """Options with this fate."""
        return [row for row in self.ordered() if row["fate"] == kind]


# ---------------------------------------------------------------- the table


def choice_table(decision: Decision) -> Table:
    """All policy sets: what they come to, less the best, cost, replications, fate."""
    chosen = Chosen(decision)
    columns = (
        chosen.label,
        say("Against the best"),
        say("Cost a year"),
        say("Replications"),
        say("Outcome"),
    )
    return Table(columns, tuple(_line(chosen, row) for row in chosen.ordered()))


def _line(chosen: Chosen, row: Row) -> Line:
    cells = (
        chosen.level(row),
        chosen.spread(row, "behind"),
        cost(row),
        f"{row['after']:,}",
        fate(row, as_good=chosen.as_good(row)),
    )
    return Line(words.policy_name(row["name"]), cells)


def cost(row: Row) -> str:
    """What an option costs a year beyond the baseline."""
    value = row["cost"]
    if value is not None and abs(value) < 0.5:
        return "0"
    return words.quantity(nan if value is None else value, nan, "yuan", signed=True)


def fate(row: Row, *, as_good: bool = False) -> str:
    """What became of an option, in few words."""
    kind = Kind(row["fate"])
    if as_good:
        return certainty.called(Certainty.SAME)
    if kind == Kind.BREAKS:
        return say("breaks {condition}", condition=row["by"])
    if kind == Kind.BEATEN:
        return say("beaten by {policy}", policy=words.policy_name(row["by"]))
    if kind == Kind.UNMEASURED:
        return say("failed") if row["failures"] else say("not measured")
    return say("best") if kind == Kind.CHOSEN else certainty.called(Certainty.OPEN)


# ---------------------------------------------------------------- the sentences


def choice_sentences(decision: Decision) -> list[str]:
    """The answer first, then how sure it is, what it costs, what else is as good, what is out."""
    chosen = Chosen(decision)
    return [
        *(_answer(chosen, chosen.best) if chosen.best else [_nothing(chosen)]),
        *_as_good(chosen),
        *_how_sure(chosen),
        *_out(chosen),
        *_asked(chosen),
        *_more(chosen),
    ]


def _answer(chosen: Chosen, best: Row) -> Iterator[str]:
    facts = {"kpi": chosen.label, "mean": chosen.value(best["mean"])}
    if best["name"] == "baseline":
        yield say("{kpi}: nothing is better than the baseline ({mean}).", **facts)
    else:
        facts |= {
            "policy": words.policy_name(best["name"]),
            "change": chosen.spread(best, "change"),
        }
        yield say("{kpi}: {policy} is best ({mean}; {change} against the baseline).", **facts)
        yield _price(chosen, best)
    runner_up = chosen.rows.get(chosen.answer["runner_up"] or "")
    if runner_up is not None:
        yield say(
            "The runner-up is {policy}: {behind} against the best.",
            policy=words.policy_name(runner_up["name"]),
            behind=chosen.spread(runner_up, "behind"),
        )


def _price(chosen: Chosen, best: Row) -> str:
    value = best["cost"] if best["cost"] is not None else nan
    if abs(value) < 1.0:
        return say("It costs nothing beyond the baseline.")
    if value < 0.0:
        return say("It saves {cost} a year.", cost=words.quantity(-value, nan, "yuan"))
    text = say(
        "It costs {cost} a year beyond the baseline", cost=words.quantity(value, nan, "yuan")
    )
    each = _per_unit(chosen, best)
    return text + (say(", {each}.", each=each) if each else say("."))


def _per_unit(chosen: Chosen, row: Row) -> str:
    """Yuan for a unit gained; nothing for units that one cannot buy one of."""
    if row["price"] is None or chosen.unit in ("yuan", "0-1"):
        return ""
    if chosen.unit == "share":
        price = words.quantity(row["price"] / 100.0, nan, "yuan")
        return say("{price} for each percentage point gained", price=price)
    price = words.quantity(row["price"], nan, "yuan")
    return say("{price} for each unit gained ({unit})", price=price, unit=chosen.unit_name)


def _nothing(chosen: Chosen) -> str:
    if chosen.of_kind(Kind.BREAKS):
        return say("No policy set keeps all conditions: there is nothing to choose.")
    return say("{kpi} could be measured under no policy set.", kpi=chosen.label)


def _how_sure(chosen: Chosen) -> Iterator[str]:
    answer, question = chosen.answer, chosen.question
    facts = {"n": f"{answer['replications']:,}", "step": chosen.step}
    if answer["best"] is None:
        return
    if answer["guaranteed"]:
        yield say(
            "How sure: whenever one policy set leads all others by at least {step}, this procedure "
            "chooses it with a probability of at least {certainty}. It took {n} replications.",
            **facts,
            certainty=_certainty(question["certainty"]),
        )
        if question["keep"]:
            yield say("In this, others are those that keep all conditions.")
        return
    if answer["fixed"]:
        yield say(
            "How sure: with a fixed number of replications ({n}) nothing is guaranteed.", **facts
        )
    else:
        yield _not_separated(chosen, facts)
    yield _as_things_look(answer["chance"])


def _not_separated(chosen: Chosen, facts: dict[str, str]) -> str:
    doubtful = chosen.of_kind(Kind.IN_DOUBT)
    return say(
        "No guarantee: after {most} replications each, {policies} could not be told apart from the "
        "best at an indifference of {step}. These are within {within} of each other.",
        **facts,
        most=f"{chosen.question['most']:,}",
        policies=listed(row["name"] for row in doubtful),
        within=chosen.value(_within(doubtful), signed=True).removeprefix("+"),
    )


def _as_things_look(chance: float | None) -> str:
    """By the estimate from below of the chance that the choice is right, which may say nothing."""
    whole = int(100 * (chance or 0.0))
    if whole == 0:
        return say("As things look, any of these may be the best: more replications would tell.")
    return say(
        "As things look, the choice is right with a probability of about {chance} or more.",
        chance=words.percent(whole / 100),
    )


def _within(doubtful: list[Row]) -> float:
    """How far the furthest limit of those in doubt lies from the best."""
    ends = [row[f"behind_{end}"] for row in doubtful for end in ("low", "high")]
    return max((abs(end) for end in ends if end is not None), default=nan)


def _certainty(value: float) -> str:
    text = f"{100 * value:.2f}".rstrip("0").rstrip(".")
    return f"{text}%" if language() == "zh" else f"{text} %"


def _as_good(chosen: Chosen) -> Iterator[str]:
    rows = [chosen.rows[name] for name in chosen.answer["as_good"]]
    if not rows or chosen.best is None:
        return
    costs = chosen.best["cost"] or 0.0
    cheaper = [row for row in rows if row["cost"] is not None and row["cost"] < costs - 1.0]
    dearer = [row for row in rows if row not in cheaper]
    step = chosen.step
    if cheaper:
        yield say(
            "As good within {step}, and cheaper: {policies}.",
            step=step,
            policies=_with_costs(cheaper),
        )
    if dearer:
        yield say(
            "As good within {step}, but not cheaper: {policies}.",
            step=step,
            policies=_with_costs(dearer),
        )


def _with_costs(rows: list[Row]) -> str:
    some = [
        say("{policy} ({cost})", policy=words.policy_name(row["name"]), cost=cost(row))
        for row in rows[:MOST_LISTED]
    ]
    return _joined(some, len(rows) - len(some))


def listed(names: Iterable[str]) -> str:
    """Policy sets in a sentence; of many, only the first."""
    found = [words.policy_name(name) for name in names]
    return _joined(found[:MOST_LISTED], len(found[MOST_LISTED:]))


def _joined(texts: list[str], more: int) -> str:
    text = ("、" if language() == "zh" else ", ").join(texts)
    return say("{some} and {more} more", some=text, more=more) if more > 0 else text


def _out(chosen: Chosen) -> Iterator[str]:
    for keep in chosen.question["keep"]:
        broken = [row["name"] for row in chosen.of_kind(Kind.BREAKS) if row["by"] == keep["text"]]
        if broken:
            yield say(
                "Out, as they break {condition}: {policies}.",
                condition=f'"{keep["text"]}"',
                policies=listed(broken),
            )
    for row in chosen.of_kind(Kind.UNMEASURED):
        name = words.policy_name(row["name"])
        why = row["failures"][0] if row["failures"] else say("some year has nothing to measure")
        yield say("Not judged: {policy} ({reason}).", policy=name, reason=why)
    if left_out := chosen.question["left_out"]:
        texts = [words.not_to_be_had(name, why) for name, why in left_out.items()]
        yield say(
            "Left out, as this scenario does not allow them: {policies}.",
            policies=_joined(texts[:MOST_LISTED], len(texts[MOST_LISTED:])),
        )


def _asked(chosen: Chosen) -> Iterator[str]:
    question = chosen.question
    if not question["indifference_given"] and not chosen.answer["fixed"]:
        yield say(
            "Differences below {step} were taken not to matter; state another with --indifference.",
            step=chosen.step,
        )
    for keep in question["keep"]:
        yield say(
            "{condition} is judged with a tolerance of {tolerance}: what lies within it may go "
            "either way.",
            condition=f'"{keep["text"]}"',
            tolerance=words.quantity(
                keep["tolerance"], nan, _unit(keep["kpi"]), signed=True
            ).removeprefix("+"),
        )


def _unit(measure: str) -> str:
    kpi, side = measure.partition("@")[0].split(".")
    return KPIS[kpi].unit_of(side)


def _more(chosen: Chosen) -> Iterator[str]:
    more = chosen.answer["more"]
    if not more:
        return
    facts = {
        "n": f"{more['replications']:,}",
        "step": chosen.value(more["indifference"], signed=True).removeprefix("+"),
    }
    if chosen.answer["fixed"]:
        yield say(
            "With more time: without --replications the same question is answered with a guarantee."
        )
    elif chosen.answer["guaranteed"] and not more["replications"]:
        yield say("More time would not tighten this answer: every difference is decided.")
    elif chosen.answer["guaranteed"]:
        yield say(
            "With more time: about {n} more replications would decide at an indifference of "
            "{step}.",
            **facts,
        )
    else:
        yield say(
            "With more time: about {n} more replications would decide it; allow them with --most "
            "{most}.",
            **facts,
            most=more["most"],
        )
