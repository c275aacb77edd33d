"""The answer in a few lines: what was asked, what is best, by how much, at what cost, how sure."""

from collections.abc import Iterator
from math import nan

from govsim.experiments.comparison import Best
from govsim.experiments.results import Results
from govsim.language import language, say
from govsim.outcomes import KPIS
from govsim.report import words
from govsim.report.comparing import chance, how_sure, verdicts
from govsim.report.document import Facts, Section
from govsim.report.sections import evidence
from govsim.report.sentence import what_stands_out
from govsim.report.source import Source
from govsim.report.summary import sided

NAMED = 4  # of anything, before it becomes "and so many more"
CORE = ("resolution_rate", "reply_on_time", "backlog", "satisfaction", "latent_problems")


def section(source: Source) -> Section | None:
    """The answer of a run or a comparison."""
    results = source.comparison
    if results is None:
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
    found = verdicts(results)
    leader = leading(found)
    yield say("The question"), asked(source, results)
    yield say("Best for what"), words.sentences(*_best_for(found))
    if leader:
        yield say("By how much"), _by_how_much(results, found, leader)
    yield say("At what cost"), _costs(results)
    yield say("How sure"), words.sentences(*_sure(results, found))
    yield say("What would change it"), words.sentences(*_would_change(source, results, found))


def leading(found: list[Best]) -> str:
    """The policy set that is surely best by most measures; the empty text if none is."""
    wins: dict[str, int] = {}
    for best in found:
        if best.sure:
            wins[best.policy_set] = wins.get(best.policy_set, 0) + 1
    return max(wins, key=lambda name: wins[name], default="")


def _best_for(found: list[Best]) -> Iterator[str]:
    by: dict[str, list[Best]] = {}
    for best in found:
        if best.sure:
            by.setdefault(best.policy_set, []).append(best)
    for name, wins in sorted(by.items(), key=lambda item: -len(item[1])):
        policy = words.policy_name(name)
        yield say("{policy} is best for: {kpis}.", policy=policy, kpis=_few(_labels(wins)))
    open_ones = [best for best in found if not best.sure]
    if open_ones:
        yield say("No policy can be called the best for: {kpis}.", kpis=_few(_labels(open_ones)))


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


def _by_how_much(results: Results, found: list[Best], leader: str) -> str:
    """What the leader changes of the measures that matter most, of those it is best for first."""
    best_for = {best.question for best in found if best.policy_set == leader}
    rows = {
        (row["kpi"], row["side"]): row
        for row in results.comparison().to_dict("records")
        if row["policy_set"] == leader and row["kpi"] in CORE
    }
    if not rows:  # the first policy set leads: nothing changes against itself
        return say("{policy} is what is in force today.", policy=words.policy_name(leader))
    order = sorted(
        (key for key in rows if key in best_for or key[1] == "true"),
        key=lambda key: (key not in best_for, CORE.index(key[0]), key[1] != "true"),
    )
    return words.policy_name(leader) + _colon() + _joined([_change(rows[k]) for k in order[:3]])


def _change(row: dict[str, float]) -> str:
    kpi, side, unit = str(row["kpi"]), str(row["side"]), str(row["unit"])
    return say(
        "{kpi} from {before} to {after} ({change})",
        kpi=_labelled(kpi, side),
        before=words.quantity(row["base"], nan, unit),
        after=words.quantity(row["base"] + row["mean"], nan, unit),
        change=words.quantity(row["mean"], row["high"] - row["mean"], unit, signed=True),
    )


def _labelled(kpi: str, side: str) -> str:
    label = sided(KPIS[kpi], side)
    return label if language() == "zh" else label[:1].lower() + label[1:]


def _costs(results: Results) -> str:
    """What each policy set costs more than the first, in money and hours of cadres."""
    rows = results.comparison()
    told = []
    for name in results.policy_sets[1:]:
        own = rows[(rows["policy_set"] == name)].set_index("kpi")
        parts = [
            words.quantity(
                own.loc[kpi, "mean"], own.loc[kpi, "high"] - own.loc[kpi, "mean"], unit, signed=True
            )
            for kpi, unit in (("cost", "yuan"), ("cadre_hours", "hours"), ("leader_hours", "hours"))
        ]
        told.append(
            say(
                "{policy} {money}, {cadres} of cadres, {leaders} of leaders",
                policy=words.policy_name(name),
                money=parts[0],
                cadres=parts[1],
                leaders=parts[2],
            )
        )
    return _joined(told[:NAMED], more=len(told) - NAMED)


def _sure(results: Results, found: list[Best]) -> Iterator[str]:
    sure = sum(best.sure for best in found)
    yield say(
        "By {sure} of {all} measures one policy is best beyond chance, all limits holding "
        "together with 95 % confidence.",
        sure=sure,
        all=len(found),
    )
    yield from how_sure(results)


def _would_change(source: Source, results: Results, found: list[Best]) -> Iterator[str]:
    close = [best for best in found if best.policy_set and not best.sure]
    if close:
        nearest = min(close, key=lambda best: -best.chance)
        yield say(
            "Where several are as good, more replications may name one: {kpi} is nearest "
            "({policy}, {chance}).",
            kpi=_labels([nearest])[0],
            policy=words.policy_name(nearest.policy_set),
            chance=chance(nearest.chance),
        )
    yield from evidence.doubts(source)


# ---------------------------------------------------------------- one policy set


def _alone(source: Source, results: Results) -> Iterator[tuple[str, str]]:
    yield say("The question"), asked(source, results)
    yield say("What stands out"), what_stands_out(results)
    means = results.summary().set_index(["policy_set", "kpi", "side"])
    first = results.policy_sets[0]
    yield (
        say("Work and people"),
        _joined([_level(means, first, *key) for key in _SHOWN if (first, *key) in means.index]),
    )
    yield (
        say("At what cost"),
        _joined([_level(means, first, *key) for key in _PRICES if (first, *key) in means.index]),
    )
    yield say("How sure"), words.sentences(*_alone_sure(results))
    yield say("What would change it"), words.sentences(*evidence.doubts(source))


_SHOWN = (("backlog", "recorded"), ("reply_on_time", "recorded"), ("latent_problems", "true"))
_PRICES = (("cost", "recorded"), ("cadre_hours", "recorded"), ("leader_hours", "recorded"))


def _level(means: object, policy_set: str, kpi: str, side: str) -> str:
    row = means.loc[(policy_set, kpi, side)]  # type: ignore[attr-defined]
    half = float(row["high"]) - float(row["mean"])
    return _labelled(kpi, side) + " " + words.quantity(float(row["mean"]), half, str(row["unit"]))


def _alone_sure(results: Results) -> Iterator[str]:
    if results.replications < 2:
        yield say("One replication has no interval: another future may look quite different.")
        return
    n = words.whole(results.replications)
    yield say("Behind each ± are {n} replications and 95 % confidence.", n=n)


def _colon() -> str:
    return "：" if language() == "zh" else ": "


def _joined(parts: list[str], more: int = 0) -> str:
    zh = language() == "zh"
    rest = [say("{n} more in the table below", n=more)] if more > 0 else []
    text = ("；" if zh else "; ").join([*parts, *rest])
    return text + ("。" if zh else ".") if text else ""


