"""What each KPI and official formula means, in words: for the screen and for ``docs/kpis.md``.

Write the pages anew with ``python -m govsim.outcomes.reference en > docs/kpis.md`` and
``python -m govsim.outcomes.reference zh > docs/kpis.zh-CN.md``.
"""

import sys
from collections.abc import Sequence
from difflib import get_close_matches

from govsim.errors import Finding, InputError
from govsim.language import print_page, say
from govsim.outcomes import KPIS
from govsim.outcomes.bases import BASES, Basis
from govsim.outcomes.formulas import LENS
from govsim.outcomes.registry import Kpi
from govsim.outcomes.scopes import KINDS


def chosen(names: Sequence[str]) -> list[Kpi]:
    """The KPIs of these names; all if none is given.

    Raises:
        InputError: there is no such KPI.
    """
    findings = []
    for name in names:
        if name not in KPIS:
            near = get_close_matches(name, KPIS, n=3)
            hint = say("; did you mean {word}?", word=", ".join(near)) if near else ""
            message = say("there is no such KPI{hint}", hint=hint)
            findings.append(Finding(name, "", message))
    if findings:
        raise InputError(findings)
    return [KPIS[name] for name in names] if names else list(KPIS.values())


def wish(direction: int) -> str:
    """Whether more of it is better, in words."""
    wishes = {1: say("more is better"), -1: say("less is better"), 0: say("neither good nor bad")}
    return wishes[direction]


def entry(kpi: Kpi) -> str:
    """A KPI in a few lines of text."""
    lines = [f"{kpi.name}: {say(kpi.label)} ({say(kpi.unit)}, {wish(kpi.direction)})"]
    lines.append(say("  counted {kind}: {who} {by_when}", **_said(kpi.basis)))
    if kpi.recorded:
        lines.append(say("  recorded: {meaning}", meaning=say(kpi.recorded)))
    if kpi.true:
        lines.append(say("  true: {meaning}", meaning=_true_side(kpi)))
    return "\n".join(lines)


def _said(basis: Basis) -> dict[str, str]:
    """A basis in words."""
    return {"kind": say(basis.name), "who": say(basis.who), "by_when": say(basis.by_when)}


def _true_side(kpi: Kpi) -> str:
    """The true side; with its unit, where that is another one."""
    meaning = say(kpi.true)
    if not kpi.recorded or kpi.true_unit == kpi.unit:
        return meaning
    return say("{meaning} In {unit}.", meaning=meaning, unit=say(kpi.true_unit))


# ---------------------------------------------------------------- the page


def page() -> str:
    """The page, in Markdown, in the current language."""
    introduction = say(
        "# KPIs\n\n"
        "Every KPI of a run: as the offices' records tell it, and as it is in the world. `govsim "
        "kpis` prints the same list. This page is written by "
        "`python -m govsim.outcomes.reference`; a test keeps it true.\n\n"
        "A share without a base is unknown (NaN), never 0. \\* marks the headline, which `govsim "
        "run` shows. Places: {places}.\n\n",
        places="; ".join(f"{short} {words}" for short, words in _places().items()),
    )
    head = (
        say("name"), say("meaning"), say("counted"), say("unit"), say("better"), say("recorded"),
        say("true"), say("for"),
    )  # fmt: skip
    kpis = [_row(kpi) for kpi in KPIS.values()]
    formulas = say(
        "\n## Official formulas\n\n"
        "`govsim lens DIR` scores a stored run by these. They see only what the offices recorded, "
        "but for the call centre of CPGRAMS, which is independent: it hears what residents really "
        "think. The scores are held against two yardsticks: the share truly resolved "
        "(`resolution_rate`, true), and the share of all problems truly solved (`solved_share`), "
        "which counts those of whom no office hears, too. A policy that brings silent "
        "problems to light may lower the first and raise the second.\n\n"
    )
    columns = (say("name"), say("formula"), say("unit"), say("better"), say("definition"))
    scored = [
        (
            f"`{f.name}`", say(f.label), say(f.unit), wish(f.direction), say(f.definition),
            say(f.source),
        )
        for f in LENS.values()
    ]  # fmt: skip
    scores = formulas + _table((*columns, say("source")), scored)
    return introduction + _bases() + _table(head, kpis) + scores


def _bases() -> str:
    """The rule that every measure obeys, a row for each kind."""
    text = say(
        "## Who is counted, and by when\n\n"
        "A measure tells the same of a city whatever the run's length, or says that it does not "
        "know. So each belongs to one of these kinds, and is computed from nothing else. "
        "The city has been running when the run begins (`run_in` in a scenario), and goes on after "
        "its last day (`follow_up`), so that whoever turned to an office late in the run can be "
        "followed, too; what happens to others after the last day is not counted. With a warm-up "
        "(`warm_up`) the run is measured from its end on; weekly series stay whole.\n\n"
    )
    head = (say("kind"), say("who is counted"), say("by when"), say("if the run is too short"))
    rows = [(say(b.name), say(b.who), say(b.by_when), say(b.too_short)) for b in BASES]
    return text + _table(head, rows) + say("\n## The KPIs\n\n")


def _row(kpi: Kpi) -> tuple[str, ...]:
    label = f"{say(kpi.label)} \\*" if kpi.headline else say(kpi.label)
    recorded = say(kpi.recorded) if kpi.recorded else ""
    true = _true_side(kpi) if kpi.true else ""
    unit = say(kpi.unit)
    shorts = dict(zip(KINDS, _places(), strict=True))
    places = "".join(shorts[kind] for kind in kpi.scopes(kpi.sides()[0]).kinds)
    counted = say(kpi.basis.name)
    return f"`{kpi.name}`", label, counted, unit, wish(kpi.direction), recorded, true, places


def _places() -> dict[str, str]:
    """A letter for each kind of scope, and what it stands for."""
    return {
        "A": say("all together"),
        "T": say("tiers"),
        "O": say("offices"),
        "P": say("problem classes"),
        "S": say("segments of residents"),
        "C": say("channels"),
    }


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] * len(head)
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *lines))


if __name__ == "__main__":
    sys.exit(print_page(page, sys.argv[1:]))
