"""The answer in a few lines: what was asked, what is best, by how much, at what cost, how sure."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from math import nan
from typing import Any

from govsim.decisions.folder import Decision
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import Best
from govsim.experiments.results import Results
from govsim.language import language, say
from govsim.outcomes import KPIS
from govsim.report import certainty, words
from govsim.report.comparing import chance, how_sure
from govsim.report.document import Facts, Section
from govsim.report.sections import evidence
from govsim.report.sentence import what_stands_out
from govsim.report.source import Source
from govsim.report.summary import sided

Levels = dict[tuple[str, str], dict[Hashable, Any]]  # by KPI and side

NAMED = 4  # of anything, before it becomes "and so many more"
CORE = ("resolution_rate", "reply_on_time", "backlog", "satisfaction", "latent_problems")


def section(source: Source) -> Section | None:
    """The answer of a run or a comparison."""
    results = source.comparison
    if results is None or isinstance(source.results, Decision):  # it has an answer of its own
        return None
    several = len(results.policy_sets) > 1 and results.replications > 1
    lines = _compared(source, results) if several else _alone(source, results)
    facts = Facts(tuple(line for line in lines if line[1]), large=True)
    return Section(source.anchor("answer"), say("The answer"), (facts,))


def asked(source: Source, results: Results) -> str:
    """The question of the scenario, and what was simulated for it."""
    scenario = source.scenario
    question = ""
    if scenario is not None:
        question = (language() == "zh" and scenario.question_zh) or scenario.question
    ran = say(
        "{sets} policy sets, each in {n} simulated futures of {days} days from {start}.",
        sets=len(results.policy_sets),
        n=words.whole(results.replications),
        days=words.whole(results.days),
        start=words.day(results.start),
    )
    return words.sentences(*filter(None, (question, ran)))


# ---------------------------------------------------------------- several policy sets


def _compared(source: Source, results: Results) -> Iterator[tuple[str, str]]:
    found = source.verdicts
    yield say("The question"), asked(source, results)
    yield say("Best for what"), words.sentences(*_best_for(found))
    yield say("By how much"), words.sentences(*_by_how_much(results, found))
    yield say("At what cost"), words.sentences(*_costs(results))
    yield say("How sure"), words.sentences(*_sure(results, found))
    yield say("What would change it"), words.sentences(*_would_change(source, results, found))


def leading(found: list[Best]) -> str:
    """The policy set that is surely best by most measures; the empty text if none is."""
    return next((name for name, _ in _winners(found)), "")


def _best_for(found: list[Best]) -> Iterator[str]:
    for name, wins in _winners(found):
        policy = words.policy_name(name)
        yield say("{policy} is best for: {kpis}.", policy=policy, kpis=_few(_labels(wins)))
    for name, leads in _by_policy(found, _leaning).items():
        policy = words.policy_name(name)
        yield say("Leaning to {policy}: {kpis}.", policy=policy, kpis=_few(_labels(leads)))
    for text, some in _not_told(found):
        if some:
            yield text + _colon() + _few(_labels(some)) + _stop()


def _not_told(found: list[Best]) -> Iterator[tuple[str, list[Best]]]:
    """What has no single best one, by why."""
    shared = [best for best in found if best.certainty == Certainty.CERTAIN and best.equals]
    yield say("Several are best, and the same for practical purposes"), shared
    same = [best for best in found if best.certainty == Certainty.SAME]
    yield say("All are the same for practical purposes"), same
    yield say("Cannot be told"), [best for best in found if best.certainty == Certainty.OPEN]


def _leaning(best: Best) -> bool:
    return best.certainty == Certainty.LEANING


def _labels(some: list[Best]) -> list[str]:
    """Measures by name; one name where both sides say the same."""
    questions = [best.question for best in some]
    kpis = list(dict.fromkeys(question.kpi for question in questions))
    labels = []
    for name in kpis:
        sides = [question.side for question in questions if question.kpi == name]
        kpi = KPIS[name]
        labels.append(say(kpi.label) if len(sides) == len(kpi.sides()) else sided(kpi, sides[0]))
    return [label if language() == "zh" else label[:1].lower() + label[1:] for label in labels]


def _few(names: list[str]) -> str:
    if len(names) <= NAMED + 1:
        return words.listed(names)
    return say("{names} and {n} more", names=words.listed(names[:NAMED]), n=len(names) - NAMED)


def _by_how_much(results: Results, found: list[Best]) -> Iterator[str]:
    """Of each policy set that is best for something: what it changes of what matters most."""
    rows = {
        (row["policy_set"], row["kpi"], row["side"]): row
        for row in results.comparison().to_dict("records")
    }
    for name, wins in list(_winners(found))[:NAMED]:
        keys = [(name, *best.question) for best in wins]
        told = [rows[key] for key in sorted(keys, key=_matters) if key in rows]
        if told:
            yield words.policy_name(name) + _colon() + _change(told[0]) + _stop()


def _matters(key: tuple[str, str, str]) -> tuple[int, bool]:
    """What comes first: measures that a resident would name, their true side."""
    _, kpi, side = key
    return CORE.index(kpi) if kpi in CORE else len(CORE), side != "true"


def _winners(found: list[Best]) -> Iterator[tuple[str, list[Best]]]:
    """Policy sets that are surely best by something, with that; the one with most comes first."""
    by = _by_policy(found, lambda best: best.sure)
    yield from sorted(by.items(), key=lambda item: -len(item[1]))


def _by_policy(found: list[Best], asked: Callable[[Best], bool]) -> dict[str, list[Best]]:
    by: dict[str, list[Best]] = {}
    for best in filter(asked, found):
        by.setdefault(best.policy_set, []).append(best)
    return by


def _change(row: dict[Hashable, Any]) -> str:
    kpi, side, unit = str(row["kpi"]), str(row["side"]), str(row["unit"])
    return say(
        "{kpi} from {before} to {after} ({change})",
        kpi=_labelled(kpi, side),
        before=words.quantity(row["base"], nan, unit),
        after=words.quantity(row["base"] + row["mean"], nan, unit),
        change=_estimate(row, signed=True),
    )


def _estimate(row: Mapping[Hashable, Any], *, signed: bool = False) -> str:
    return words.estimate((row["mean"], row["low"], row["high"]), row["unit"], signed=signed)


def _labelled(kpi: str, side: str) -> str:
    label = sided(KPIS[kpi], side)
    return label if language() == "zh" else label[:1].lower() + label[1:]


def _costs(results: Results) -> Iterator[str]:
    """What policy sets cost more than the first: all of them in money, the ends in hours."""
    rows = results.comparison().to_dict("records")
    money = _cheapest_first(rows, "cost")
    base = words.policy_name(results.policy_sets[0])
    if money:
        yield say("Against {base}: {costs}", base=base, costs=_joined(_few_costs(money)))
    for kpi in ("cadre_hours", "leader_hours"):
        hours = _cheapest_first(rows, kpi)
        if hours:
            ends = [hours[0], hours[-1]][: len(hours)]
            told = _joined(list(dict.fromkeys(ends)))
            yield say("{kpi}: {costs}", kpi=say(KPIS[kpi].label), costs=told)


def _cheapest_first(rows: list[dict[Hashable, Any]], kpi: str) -> list[str]:
    own = sorted((row for row in rows if row["kpi"] == kpi), key=lambda row: float(row["mean"]))
    return [f"{words.policy_name(row['policy_set'])} {_estimate(row, signed=True)}" for row in own]


def _few_costs(told: list[str]) -> list[str]:
    if len(told) <= NAMED + 2:
        return told
    return [*told[:NAMED], say("{n} more in the tables below", n=len(told) - NAMED)]


def _sure(results: Results, found: list[Best]) -> Iterator[str]:
    sure = sum(best.sure for best in found)
    yield say(
        "By {sure} of {all} measures one policy is certain to be the best.",
        sure=sure,
        all=len(found),
    )
    yield certainty.promise(results.screen.comparisons)
    yield from how_sure(results)


def _would_change(source: Source, results: Results, found: list[Best]) -> Iterator[str]:
    close = [best for best in found if _leaning(best)]
    if close:
        nearest = max(close, key=lambda best: best.chance)
        yield say(
            "More replications may make certain what is leaning: {kpi} is nearest ({policy}, "
            "{chance}).",
            kpi=_labels([nearest])[0],
            policy=words.policy_name(nearest.policy_set),
            chance=chance(nearest.chance),
        )
    yield from evidence.doubts(source)


# ---------------------------------------------------------------- one policy set


def _alone(source: Source, results: Results) -> Iterator[tuple[str, str]]:
    yield say("The question"), asked(source, results)
    yield say("What stands out"), what_stands_out(results)
    rows = results.summary().to_dict("records")
    first = results.policy_sets[0]
    means = {(row["kpi"], row["side"]): row for row in rows if row["policy_set"] == first}
    yield (
        say("Work and people"),
        _joined([_level(means, *key) for key in _SHOWN if key in means]),
    )
    yield (
        say("At what cost"),
        _joined([_level(means, *key) for key in _PRICES if key in means]),
    )
    yield say("How sure"), words.sentences(*_alone_sure(results))
    yield say("What would change it"), words.sentences(*evidence.doubts(source))


_SHOWN = (("backlog", "recorded"), ("reply_on_time", "recorded"), ("latent_problems", "true"))
_PRICES = (("cost", "recorded"), ("cadre_hours", "recorded"), ("leader_hours", "recorded"))


def _level(means: Levels, kpi: str, side: str) -> str:
    return _labelled(kpi, side) + " " + _estimate(means[kpi, side])


def _alone_sure(results: Results) -> Iterator[str]:
    if results.replications < 2:
        yield say("One replication has no interval: another future may look quite different.")
        return
    n = words.whole(results.replications)
    yield say("Behind each interval are {n} replications and 95 % confidence.", n=n)


def _colon() -> str:
    return "：" if language() == "zh" else ": "


def _stop() -> str:
    return "。" if language() == "zh" else "."


def _joined(parts: list[str]) -> str:
    zh = language() == "zh"
    text = ("；" if zh else "; ").join(parts)
    return text + ("。" if zh else ".") if text else ""
