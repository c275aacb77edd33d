"""How certain a difference is, in words and marks: the same on every screen, page and picture."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.indifference import ELSE, USUAL
from govsim.language import say
from govsim.outcomes import KPIS
from govsim.report import words

MARKS = {
    Certainty.CERTAIN: "",
    Certainty.LEANING: "~",
    Certainty.OPEN: "?",
    Certainty.SAME: "=",
}


def called(certainty: Certainty) -> str:
    """In words."""
    return {
        Certainty.CERTAIN: say("certain"),
        Certainty.LEANING: say("leaning"),
        Certainty.OPEN: say("cannot be told"),
        Certainty.SAME: say("the same for practical purposes"),
    }[certainty]


def level(row: Mapping[str, Any]) -> str:
    """What a policy set comes to: a row of the comparison."""
    ends = (row["mean"], row["mean_low"], row["mean_high"])
    return words.estimate(ends, row["unit"], few=row["few"])


def change(row: Mapping[str, Any]) -> str:
    """What it changes against the first, with its mark: a row of the comparison."""
    ends = (row["difference"], row["low"], row["high"])
    text = words.estimate(ends, row["unit"], signed=True, few=bool(row["few_moved"]))
    return marked(text, Certainty(row["certainty"]))


def marked(text: str, certainty: Certainty) -> str:
    """A change with its mark."""
    mark = MARKS[certainty]
    return f"{text} {mark}" if mark else text


# ---------------------------------------------------------------- how to read it


def reading() -> str:
    """What the marks behind changes mean."""
    return say(
        "Changes without a mark are certain. {leaning} leaning: by itself beyond chance, but not "
        "for certain among so many, or perhaps too small to matter. {open} cannot be told. {same} "
        "the same for practical purposes.",
        leaning=MARKS[Certainty.LEANING],
        open=MARKS[Certainty.OPEN],
        same=MARKS[Certainty.SAME],
    )


def too_small(stated: Mapping[str, str]) -> str:
    """Which differences do not matter; ``stated``: by KPI, what somebody asked for."""
    usual = say(
        "Too small to matter: {share} point for shares, {days} of the baseline's value for days, "
        "{rest} of it for counts, hours and money; state others with --indifference.",
        share=USUAL["share"].rstrip("%"),
        days=USUAL["days"],
        rest=ELSE,
    )
    own = [f"{say(KPIS[kpi].label)} {value}" for kpi, value in stated.items()]
    return words.sentences(usual, say("Stated: {kpis}.", kpis=words.listed(own))) if own else usual


def promise(comparisons: int) -> str:
    """What may be relied on, in one line."""
    return say(
        "Each interval is a 95 % interval by itself; what is called certain is so for all {n} "
        "comparisons taken together: of twenty such sets of comparisons, at most one calls "
        "anything certain by chance alone (Holm). So an interval may leave out zero and the change "
        "not be certain.",
        n=words.whole(comparisons),
    )


def on_pictures() -> str:
    """What filled and hollow dots mean."""
    return say(
        "Dots: filled, certain (all that is compared taken together: in at most one of twenty is "
        "anything called so by chance alone); half filled, leaning; hollow, cannot be told; grey, "
        "the same for practical purposes."
    )


def few(cells: Iterable[str]) -> Iterator[str]:
    """What the mark of few events means, where it stands in any cell."""
    if any(words.few_mark() in cell for cell in cells):
        yield say(
            "{mark}: few events, or few replications in which anything changes, stand behind this; "
            "its interval may hold less often than it says.",
            mark=words.few_mark().strip(),
        )


def how_to_read(results: Results, cells: Iterable[str]) -> Iterator[str]:
    """Lines under a table of changes."""
    if results.replications > 1:
        yield reading()
        yield promise(results.screen.comparisons)
        yield too_small(results.manifest.get("indifference", {}))
    yield from few(cells)
