"""What a sweep came to: how far it is, what levers change, and on what that depends."""

from collections.abc import Iterator

from govsim.experiments.certainty import Certainty
from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import Summary, direction_of, summarise
from govsim.language import language, say
from govsim.report import words
from govsim.report.document import (
    Block,
    Facts,
    Points,
    Section,
    Text,
    narrow,
)
from govsim.report.sections import evidence
from govsim.report.sections.pictures import of_a_sweep
from govsim.report.sections.telling import of_table
from govsim.report.source import Source
from govsim.report.sweeping import arm_name, outcome_name, state, sweep_notes, sweep_tables
from govsim.report.values import title_of

WIDE = 4  # columns that a page has room for


def sections(source: Source, results: SweepResults) -> Iterator[Section]:
    """The answer, the tables, the picture."""
    done = results.status()["done"]
    yield Section(source.anchor("answer"), say("The answer"), (_answer(source, results),))
    if done:
        blocks = tuple(_tables(results))
        yield Section(source.anchor("measures"), say("What the levers change"), blocks)
        picture = (of_a_sweep(source, results),)
        yield Section(source.anchor("pictures"), say("Pictures"), picture)


def _answer(source: Source, results: SweepResults) -> Facts:
    rows = [(say("The question"), results.question), (say("What was done"), _done(results))]
    if results.status()["done"]:
        found = [line.strip() for line in sweep_notes(results)]
        rows.append((say("What changes"), words.sentences(*_against(summarise(results)))))
        rows.append((say("How to read it"), words.sentences(*found[:1])))
        rows.append((say("What it depends on"), words.sentences(*found[1:5])))
    rows.append((say("What would change it"), words.sentences(*evidence.doubts(source))))
    return Facts(tuple(row for row in rows if row[1]), large=True)


def _against(summary: Summary) -> Iterator[str]:
    """What each arm makes better and worse than the first, beyond chance."""
    first = arm_name(summary.arms[0])
    gains = {outcome: _gains(summary, outcome) for outcome in summary.outcomes}
    for place, arm in enumerate(summary.arms[1:]):
        sides = [
            [outcome_name(name) for name, found in gains.items() if found[place] == sign]
            for sign in (1, -1)
        ]
        better, worse = (words.listed(names) or say("nothing") for names in sides)
        yield say(
            "{arm} against {first}: surely better in {better}; surely worse in {worse}.",
            arm=arm_name(arm),
            first=first,
            better=better,
            worse=worse,
        )


def _gains(summary: Summary, outcome: str) -> list[int]:
    """Of each arm but the first: 1 better, -1 worse, 0 neither that or unknown."""
    direction = direction_of(outcome)
    return [
        (1 if effect.difference.mean * direction > 0 else -1)
        if direction and effect.certainty == Certainty.CERTAIN
        else 0
        for effect in summary.effects(outcome)
    ]


def _done(results: SweepResults) -> str:
    return words.sentences(*(line.strip() for line in state(results)))


def _tables(results: SweepResults) -> Iterator[Block]:
    for table in sweep_tables(results):
        yield from narrow(of_table(say("Outcomes"), table), WIDE, kept=2)
    if results.manifest["left_out"]:
        names = words.listed(results.manifest["left_out"])
        yield Text(say("Not varied, since these cannot change alone: {names}.", names=names))
    varied = [_varied(factor) for factor in results.manifest["uncertainties"]]
    if varied:
        yield Text(say("What was varied besides the levers:"))
        yield Points(tuple(varied))


def _varied(factor: dict[str, object]) -> str:
    title = title_of(str(factor["name"]))
    name = f"{title} ({factor['name']})" if title != factor["name"] else title
    unit = f" {factor['unit']}" if factor.get("unit") else ""
    values = factor.get("values")
    if isinstance(values, list):
        return f"{name}{_colon()}{words.listed(map(str, values))}"
    ends = say("{low} to {high}", low=f"{factor['low']:g}", high=f"{factor['high']:g}")
    return f"{name}{_colon()}{ends}{unit}"


def _colon() -> str:
    return "：" if language() == "zh" else ": "
