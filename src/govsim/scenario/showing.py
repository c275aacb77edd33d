"""A scenario as a text to read: every value, where it was written and what it rests on."""

from itertools import groupby

from govsim.language import language, say
from govsim.scenario.models import Scenario
from govsim.scenario.provenance import ASSUMPTION, CHOICE, NO_SOURCE, RegisterEntry

MARK = "?"


def show(scenario: Scenario) -> str:
    """Every value, its source and where it came from, block by block; assumptions are marked."""
    entries = scenario.register()
    lines = [*_head(scenario, entries)]
    for block, members in groupby(entries, key=lambda entry: entry.path.split(".")[0]):
        lines += ["", block]
        lines += [_line(entry) for entry in members]
    return "\n".join(lines) + "\n"


def _head(scenario: Scenario, entries: list[RegisterEntry]) -> list[str]:
    policies = ", ".join(scenario.selected_policies) or say("none")
    assumed = sum(entry.grade == ASSUMPTION for entry in entries)
    weighed = sum(entry.grade != CHOICE for entry in entries)
    chinese = language() == "zh"
    question = (chinese and scenario.question_zh) or scenario.question
    return [
        (chinese and scenario.name_zh) or scenario.name,
        *([question] if question else []),
        say("policies in force: {policies}", policies=policies),
        say(
            "{assumed} of {weighed} numbers are assumptions; they are marked {mark}",
            assumed=assumed,
            weighed=weighed,
            mark=MARK,
        ),
    ]


def _line(entry: RegisterEntry) -> str:
    mark = MARK if entry.grade == ASSUMPTION else " "
    facts = [_evidence(entry), say("default") if entry.where == "default" else entry.where]
    return f"{mark} {entry.path} = {entry.value}  [{'; '.join(fact for fact in facts if fact)}]"


def _evidence(entry: RegisterEntry) -> str:
    """Grade, range and source in one phrase; nothing for a mere choice."""
    if entry.grade == CHOICE:
        return ""
    text = grades()[entry.grade]
    if entry.range is not None:
        text += ", " + say("{low} to {high}", low=entry.range[0], high=entry.range[1])
        if entry.range_is_default:
            text += " " + say("(the range of the value it replaces)")
    source = say("source not given") if entry.source == NO_SOURCE else entry.source
    text += f": {source}"
    return f"{text} ({entry.note})" if entry.note else text


def grades() -> dict[str, str]:
    """The grades of evidence in words."""
    return {
        "regulation": say("regulation"),
        "data": say("data"),
        "published": say("published"),
        "assumption": say("assumption"),
    }
