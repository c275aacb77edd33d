"""The assumption register: every value with its source and grade, the weakest that matter first."""

from collections import Counter
from collections.abc import Iterator

from govsim.experiments.sweep_store import SweepResults
from govsim.experiments.sweep_summary import Driver, summarise
from govsim.language import say
from govsim.report import words
from govsim.report.document import NOTE, Block, Cell, Column, Details, Grid, Section, Text
from govsim.report.source import Source
from govsim.report.sweeping import arm_name, outcome_name
from govsim.scenario.provenance import ASSUMPTION, CHOICE, NO_SOURCE, RegisterEntry
from govsim.scenario.showing import grades

ORDER = ("regulation", "data", "published", ASSUMPTION)
SHOWN = 12  # of the weakest


def section(source: Source) -> Section | None:
    """What the numbers rest on."""
    if source.scenario is None:
        return None
    weighed = weighed_values(source)
    drivers = _drivers(source)
    blocks: list[Block] = [_counts(weighed)]
    if drivers:
        blocks.append(_driven(weighed, drivers))
    blocks += [_weakest(weighed), *_all(weighed)]
    return Section(source.anchor("assumptions"), say("What it rests on"), tuple(blocks))


def doubts(source: Source) -> Iterator[str]:
    """How much of a scenario is assumed, and how to find out whether that matters."""
    if source.scenario is None:
        return
    weighed = weighed_values(source)
    if isinstance(source.results, SweepResults):
        varied = {factor["name"] for factor in source.manifest["uncertainties"]}
        yield say(
            "{varied} values were varied; {fixed} others that are assumptions were not.",
            varied=len(varied),
            fixed=sum(e.grade == ASSUMPTION and e.path not in varied for e in weighed),
        )
        return
    assumed = sum(entry.grade == ASSUMPTION for entry in weighed)
    yield say(
        "{assumed} of {weighed} numbers of the scenario are assumptions. Whether the answer holds "
        "over their ranges is not told by these results; a sweep over them tells it.",
        assumed=assumed,
        weighed=len(weighed),
    )


def weighed_values(source: Source) -> list[RegisterEntry]:
    """The register without mere choices, and without policies that nobody looked at."""
    scenario = source.scenario
    looked_at = source.policies
    return [
        entry
        for entry in (scenario.register() if scenario else [])
        if entry.grade != CHOICE
        and (not entry.path.startswith("policies.") or entry.path.split(".")[1] in looked_at)
    ]


def _counts(entries: list[RegisterEntry]) -> Grid:
    """How many values have which evidence."""
    by = Counter(entry.grade for entry in entries)
    ranged = Counter(entry.grade for entry in entries if entry.range)
    names, meanings = grades(), _meanings()
    rows = tuple(
        (
            Cell(names[grade]),
            Cell(meanings[grade]),
            Cell(words.whole(by[grade]), by[grade]),
            Cell(words.whole(ranged[grade]), ranged[grade]),
        )
        for grade in ORDER
    )
    columns = (
        Column(say("Grade"), number=False),
        Column(say("What that means"), number=False, share=3.0),
        Column(say("Values")),
        Column(say("With a range")),
    )
    return Grid(say("How well the values are known"), columns, rows)


def _meanings() -> dict[str, str]:
    return {
        "regulation": say("a rule in force says so"),
        "data": say("counted or measured in the place itself"),
        "published": say("published, elsewhere or of something alike"),
        ASSUMPTION: say("nobody has measured it; a judgement"),
    }


def _weakest(entries: list[RegisterEntry]) -> Grid:
    """Assumptions with a wide range, or none: what data would settle first."""
    weak = sorted((e for e in entries if e.grade == ASSUMPTION), key=_weakness, reverse=True)
    note = say(
        "Widest ranges first, as far as a range is stated. How much each of them matters for the "
        "answer, only a sweep over the ranges tells."
    )
    title = say("The weakest values of the scenario")
    return Grid(title, _columns(), tuple(map(_row, weak[:SHOWN])), note)


def _weakness(entry: RegisterEntry) -> tuple[bool, float, str]:
    """Those with a range before others, by how far its ends are apart, as a factor."""
    return entry.range is not None, _spread(entry), entry.path


def _spread(entry: RegisterEntry) -> float:
    low, high = map(_number, entry.range or ("", ""))
    return high / low if low > 0.0 and high > 0.0 else 0.0


def _number(text: str) -> float:
    try:
        return float(text.split(" ")[0].rstrip("%").replace(",", ""))
    except ValueError:
        return 0.0


def _all(entries: list[RegisterEntry]) -> Iterator[Block]:
    """The whole register, grade by grade."""
    names = grades()
    for grade in reversed(ORDER):
        rows = tuple(_row(entry) for entry in entries if entry.grade == grade)
        if rows:
            title = say("All values of grade {grade}: {n}", grade=names[grade], n=len(rows))
            yield Details(title, (Grid(title, _columns(), rows),))
    yield Text(say("Where a value is set in the scenario, it stands under the path shown."), NOTE)


def _columns() -> tuple[Column, ...]:
    return (
        Column(say("Path"), number=False, code=True, share=2.0),
        Column(say("Value"), number=False, code=True, share=1.2),
        Column(say("Plausible range"), number=False, code=True, share=1.2),
        Column(say("Grade"), number=False, share=1.1),
        Column(say("Source"), number=False, quoted=True, share=3.0),
    )


def _row(entry: RegisterEntry) -> tuple[Cell, ...]:
    ends = say("{low} to {high}", low=entry.range[0], high=entry.range[1]) if entry.range else ""
    source = say("source not given") if entry.source == NO_SOURCE else entry.source
    return (
        Cell(entry.path),
        Cell(entry.value),
        Cell(ends, _spread(entry)),
        Cell(grades()[entry.grade], ORDER.index(entry.grade)),
        Cell(f"{source} ({entry.note})" if entry.note else source),
    )


# ---------------------------------------------------------------- what matters, by a sweep


def _drivers(source: Source) -> list[Driver]:
    """What effects depend on beyond chance, where a sweep has varied what is uncertain."""
    if not isinstance(source.results, SweepResults):
        return []
    summary = summarise(source.results)
    found = [driver for outcome in summary.outcomes for driver in summary.drivers(outcome)]
    return sorted(found, key=lambda driver: -abs(driver.correlation))[:SHOWN]


def _driven(entries: list[RegisterEntry], drivers: list[Driver]) -> Grid:
    """The values on which the answer depends, with their evidence."""
    known = {entry.path: entry for entry in entries}
    rows = []
    for driver in drivers:
        entry = known.get(driver.factor)
        effect = outcome_name(driver.outcome)
        if driver.arm:
            effect = f"{effect} ({arm_name(driver.arm)})"
        rows.append(
            (
                Cell(driver.factor),
                Cell(effect),
                Cell(f"{driver.correlation:+.2f}".replace("-", "−"), driver.correlation),
                Cell(grades()[entry.grade] if entry else ""),
                Cell(entry.source if entry else ""),
            )
        )
    columns = (
        Column(say("Path"), number=False, code=True, share=2.0),
        Column(say("What depends on it"), number=False, share=2.0),
        Column(say("Rank correlation"), share=0.8),
        Column(say("Grade"), number=False, share=1.1),
        Column(say("Source"), number=False, quoted=True, share=2.0),
    )
    note = say(
        "From this sweep: what goes along most, beyond chance, with what each lever changes."
    )
    return Grid(say("The values that matter most for this answer"), columns, tuple(rows), note)
