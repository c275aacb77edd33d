"""Names within a scenario that refer to each other: whether they are there, and what they mean."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from govsim.language import say
from govsim.scenario.kinds import did_you_mean
from govsim.scenario.reading import shown

if TYPE_CHECKING:
    from govsim.scenario.models import Scenario

Found: TypeAlias = Iterator[tuple[str, str]]  # dotted path and sentence

PLACES = ("lowest", "second", "highest")


def known(path: str, name: str, names: Iterable[str], what: str) -> Found:
    """A mistake if there is nothing of this name."""
    there = list(names)
    if name not in there:
        text = say(
            "there is no {what} {name}; there are: {known}",
            what=what,
            name=shown(name),
            known=", ".join(there[:30]) or say("none"),
        )
        yield path, text + did_you_mean(name, there)


def known_tiers(scenario: "Scenario", path: str, names: Sequence[str], *more: str) -> Found:
    """A mistake for each name that is no tier, and one if there is none: nothing would happen."""
    yield from not_empty(path, names)
    for place, name in enumerate(names):
        yield from known_tier(scenario, f"{path}.{place}", name, *more)


def not_empty(path: str, names: Sequence[str]) -> Found:
    """A mistake if a list names nothing: a policy for nobody is not what anybody means."""
    if not names:
        yield path, say("the list is empty, so nothing would happen; name one at least")


def known_tier(scenario: "Scenario", path: str, name: str, *more: str) -> Found:
    """A mistake if this is no tier: neither its name nor its place, nor one of more words."""
    yield from known(path, name, [*scenario.tiers, *PLACES, *more], say("tier"))


def known_calendar(scenario: "Scenario", path: str, name: str) -> Found:
    """A mistake if there is no such calendar."""
    yield from known(path, name, scenario.calendars, say("calendar"))


def known_class(scenario: "Scenario", path: str, name: str, *more: str) -> Found:
    """A mistake if there is no such class of problems."""
    yield from known(path, name, [*scenario.classes, *more], say("class"))


def unknown_classes(scenario: "Scenario", names: Iterable[str]) -> Iterator[str]:
    """A sentence for each name that is no class of problems: for a policy that is switched on."""
    for name in names:
        for _, text in known_class(scenario, "", name):
            yield text


def class_shares(scenario: "Scenario", names: Iterable[str], share: float) -> tuple[float, ...]:
    """The share of each class of problems: 0 for those that are not named."""
    chosen = set(names)
    return tuple(share if name in chosen else 0.0 for name in scenario.classes)


def known_segments(scenario: "Scenario", path: str, segments: Iterable[str]) -> Found:
    """A mistake for each name that is no segment of residents."""
    for segment in segments:
        yield from known(f"{path}.{segment}", segment, scenario.segments, say("segment"))


def known_classes(scenario: "Scenario", path: str, classes: Iterable[str]) -> Found:
    """A mistake for each name that is no class of problems."""
    for klass in classes:
        yield from known(f"{path}.{klass}", klass, scenario.classes, say("class"))


def tier_named(scenario: "Scenario", word: str) -> str | None:
    """The tier that a name or a place means; None if it is neither."""
    names = list(scenario.tiers)
    if word in names or not names:
        return word
    places = {"lowest": names[0], "second": names[min(1, len(names) - 1)], "highest": names[-1]}
    return places.get(word)


def tier_number(scenario: "Scenario", word: str) -> int:
    """Index of a tier named by its name or as lowest, second, highest."""
    names = list(scenario.tiers)
    if word in names:
        return names.index(word)
    return {"lowest": 0, "second": min(1, len(names) - 1), "highest": len(names) - 1}[word]
