"""What a value of a scenario is called: by its description in the reference, not by its path."""

from collections.abc import Callable

from govsim.language import language, say
from govsim.report import words
from govsim.scenario.meaning import meaning_of


def title_of(path: str) -> str:
    """What stands at a dotted path: "Hard matter: wait for other parties (median)"."""
    meaning = meaning_of(path)
    if path == "policies" or not meaning.text:
        return path
    called = _called(path.partition(".")[0])
    names = [called(name) if at == 0 else words.readable(name)
             for at, name in enumerate(meaning.names)]  # fmt: skip
    title = (say(": ")).join((*names, meaning.text)) + _detail(meaning.detail)
    return title[:1].upper() + title[1:]


def _called(block: str) -> Callable[[str], str]:
    """How names that stand in a block of the scenario are shown."""
    known: dict[str, Callable[[str], str]] = {
        "policies": words.policy_name,
        "tiers": words.tier_name,
        "classes": words.class_name,
        "channels": words.channel_name,
    }
    return known.get(block, words.readable)


def _detail(key: str) -> str:
    """The parameter of a distribution, in brackets; nothing for a plain value."""
    if not key:
        return ""
    known = {"mean": say("mean"), "median": say("median"), "sigma": say("spread")}
    text = known.get(key, key)
    return f"（{text}）" if language() == "zh" else f" ({text})"
