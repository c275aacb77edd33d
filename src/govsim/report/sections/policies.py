"""What each policy does: in words, in the scenario's values, and in the plan that was simulated."""

from collections.abc import Iterator

from govsim.language import say
from govsim.model.plan import Plan
from govsim.report import words
from govsim.report.document import Block, Cell, Column, Details, Facts, Grid, Points, Section, Text
from govsim.report.source import Source
from govsim.scenario import Scenario, compile_plan
from govsim.scenario.explaining import Explanation, Word, explain


def section(source: Source) -> Section | None:
    """The difference between the scenario with and without each policy."""
    scenario = source.scenario
    if scenario is None:
        return None
    names = [name for name in scenario.policies if name in source.policies]
    if not names:
        return None
    blocks: list[Block] = [_in_the_plan(source, scenario)]
    blocks += [_explained(explain(name, scenario)) for name in names]
    return Section(source.anchor("policies"), say("What each policy does"), tuple(blocks))


def _in_the_plan(source: Source, scenario: Scenario) -> Grid:
    """What there is more of, or less, under each policy set."""
    plans = {name: compile_plan(scenario, _parts(name, scenario)) for name in source.policy_sets}
    counted = {name: dict(_counts(plan)) for name, plan in plans.items()}
    base, *others = source.policy_sets
    rows = tuple(
        (
            Cell(label),
            Cell(words.whole(number), number),
            *(_more(counted[name][label] - number) for name in others),
        )
        for label, number in counted[base].items()
    )
    columns = (
        Column(say("In the plan"), number=False, share=1.5),
        *(Column(words.policy_name(name)) for name in source.policy_sets),
    )
    note = say("What is compiled from the scenario and simulated; blank: as in the first column.")
    return Grid(say("What differs in the plan"), columns, rows, note)


def _parts(policy_set: str, scenario: Scenario) -> tuple[str, ...]:
    named = [part for part in policy_set.split("+") if part in scenario.policies]
    return tuple(dict.fromkeys((*scenario.in_force, *named)))


def _counts(plan: Plan) -> Iterator[tuple[str, int]]:
    yield say("Offices"), len(plan.offices)
    yield say("Desks"), sum(not desk.approves for desk in plan.desks)
    yield say("Cadres"), sum(not cadre.leader for cadre in plan.cadres)
    yield say("Leaders"), sum(cadre.leader for cadre in plan.cadres)
    yield say("Channels"), len(plan.channels)
    yield say("Changes of rules, over all offices"), len(plan.changes)
    yield say("Sessions with residents"), sum(len(visits.sessions) for visits in plan.visits)
    yield say("Items of cost"), len(plan.costs)


def _more(difference: int) -> Cell:
    text = f"{difference:+,}".replace("-", "−") if difference else ""
    return Cell(text, difference)


def _explained(policy: Explanation) -> Details:
    blocks: list[Block] = [
        Text(policy.summary),
        Facts(((say("How it acts"), policy.mechanism), (say("What it costs"), policy.costs))),
    ]
    if policy.side_effects:
        blocks += [Text(say("What may go wrong")), Points(policy.side_effects)]
    blocks.append(_words(policy))
    name = words.policy_name(policy.name)
    title = policy.title if name == policy.title else f"{name} ({policy.title})"
    return Details(title, tuple(blocks))


def _words(policy: Explanation) -> Grid:
    columns = (
        Column(say("Path"), number=False, code=True, share=1.4),
        Column(say("Meaning"), number=False, share=2.0),
        Column(say("Value"), number=False, code=True),
        Column(say("Plausible range"), number=False, code=True),
        Column(say("Grade"), number=False, share=0.8),
        Column(say("Source"), number=False, quoted=True, share=2.0),
    )
    return Grid(say("Its values in the scenario"), columns, tuple(map(_word, policy.words)))


def _word(word: Word) -> tuple[Cell, ...]:
    ends = say("{low} to {high}", low=word.low, high=word.high) if word.low else ""
    return tuple(
        Cell(text) for text in (word.key, word.meaning, word.value, ends, word.grade, word.source)
    )
