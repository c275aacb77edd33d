"""A policy in words, for the terminal and for a page: how it acts, what it costs, its numbers."""

from collections.abc import Iterator
from textwrap import fill, indent

from govsim.errors import Finding, InputError
from govsim.language import language, say
from govsim.scenario import Scenario
from govsim.scenario.explaining import Explanation, Word, explain, policy_names
from govsim.scenario.loading import unknown_policy

WIDTH = 96


def listed(scenario: Scenario | None = None) -> str:
    """Every policy with its sentence; of the defaults, or of a scenario."""
    found = [explain(name, scenario) for name in policy_names(scenario)]
    widest = max(len(policy.name) for policy in found)
    lines = [f"{policy.name:<{widest}}  {policy.title}. {policy.summary}" for policy in found]
    return "\n".join(lines)


def policy_text(name: str, scenario: Scenario | None = None) -> str:
    """All about one policy, as a text to read. Raises InputError if there is none of this name."""
    names = policy_names(scenario)
    if name not in names:
        raise InputError([Finding("NAME", "", unknown_policy(name, names))])
    policy = explain(name, scenario)
    parts = [f"{policy.title} ({policy.name})", _wrapped(policy.summary)]
    for heading, text in _sections(policy):
        parts += [heading, _wrapped(text)]
    if policy.side_effects:
        effects = [
            fill(effect, WIDTH - 4, subsequent_indent="  ") for effect in policy.side_effects
        ]
        parts += [say("What may go wrong"), indent("\n".join(f"- {e}" for e in effects), "  ")]
    parts += [say("Its numbers"), "\n".join(_lines(policy.words))]
    return "\n\n".join(parts)


def policy_page(policy: Explanation) -> str:
    """The same in Markdown, without a figure: what the documentation shows above it."""
    parts = [f"# {policy.title} (`{policy.name}`)", policy.summary]
    for heading, text in _sections(policy):
        parts += [f"## {heading}", text]
    if policy.side_effects:
        effects = "\n".join(f"- {effect}" for effect in policy.side_effects)
        parts += [f"## {say('What may go wrong')}", effects]
    return "\n\n".join(parts) + "\n"


def words_table(policy: Explanation) -> str:
    """The policy's keys with their defaults and evidence, in Markdown."""
    head = [say("key"), say("meaning"), say("default"), say("range"), say("grade"), say("source")]
    rows = [head, ["---"] * len(head)]
    rows += [
        [f"`{word.key}`", word.meaning, f"`{word.value}`", _range(word), word.grade, word.source]
        for word in policy.words
    ]
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def _sections(policy: Explanation) -> Iterator[tuple[str, str]]:
    yield say("How it acts"), policy.mechanism
    yield say("What it costs"), policy.costs


def _wrapped(text: str) -> str:
    """Lines that a terminal shows whole; Chinese has no spaces to break at."""
    width = WIDTH // 2 if language() == "zh" else WIDTH
    return indent(fill(text, width - 2), "  ")


def _lines(words: tuple[Word, ...]) -> Iterator[str]:
    for word in words:
        yield f"  {word.key} = {word.value}: {word.meaning}"
        evidence = [word.grade, _range(word), word.source]
        if any(evidence):
            yield "      " + "; ".join(part for part in evidence if part)


def _range(word: Word) -> str:
    return say("{low} to {high}", low=word.low, high=word.high) if word.low else ""
