"""What drives an outcome, in words, as tables for the screen, and as two pictures."""

from collections.abc import Iterator

import numpy as np

from govsim.decisions.sensitivity import Sensitivity
from govsim.decisions.sensitivity_data import MORRIS
from govsim.decisions.sensitivity_evidence import MOST, Weak, what_would_settle
from govsim.decisions.sensitivity_indices import Index
from govsim.decisions.sensitivity_value import Value, Worth
from govsim.language import say
from govsim.report import words
from govsim.report.summary import Line, Table
from govsim.report.sweeping import arm_name, outcome_name, unit_of

SHOWN = 15  # values in the table and the tornado
STEADY = 0.25  # a direction less steady than this is none

# ---------------------------------------------------------------- words


def asked(found: Sensitivity) -> str:
    """The question as one reads it: an outcome, in an arm or between two."""
    question = found.question
    name = outcome_name(question.outcome)
    if question.against:
        return say(
            "{outcome}: {first} less {second}",
            outcome=name,
            first=arm_name(question.arm),
            second=arm_name(question.against),
        )
    arm = question.arm if len(found.samples.arms) > 1 else ""
    return say("{outcome}, {arm}", outcome=name, arm=arm_name(arm)) if arm else name


def reading(found: Sensitivity) -> Iterator[str]:
    """What the table will show, of how much, and how much of it is chance."""
    yield say("What drives {question}?", question=asked(found))
    yield _method(found)
    yield from _holes(found)
    yield chance(found)
    yield say("An index in brackets cannot be told from chance.")


def _method(found: Sensitivity) -> str:
    facts = {"n": f"{found.samples.blocks:,}", "r": found.samples.replications}
    if found.samples.design == MORRIS:
        return say(
            "Morris' elementary effects over {n} trajectories, {r} replications each: what a move "
            "through the whole of a value's range changes (mu*), on average over where the others "
            "lie. Intervals: 95 %, over trajectories.",
            **facts,
        )
    if found.main == "total":
        return say(
            "Sobol' indices over {n} blocks, {r} replications each: the share of the variance that "
            "a value has a hand in (total), and has by itself (first). Intervals: 95 %, bootstrap "
            "over blocks.",
            **facts,
        )
    return say(
        "Shares of variance over {n} random samples, {r} replications each: what a value explains "
        "by itself, and PAWN. Intervals: 95 %, jackknife over samples (PAWN: bootstrap).",
        **facts,
    )


def _holes(found: Sensitivity) -> Iterator[str]:
    samples = found.samples
    if samples.failed or samples.missing or samples.unmeasured:
        yield say(
            "{failed} simulations failed, {missing} are missing, and in {unmeasured} there was "
            "nothing to measure: {left} of {planned} blocks of the design are whole and used.",
            failed=f"{samples.failed:,}",
            missing=f"{samples.missing:,}",
            unmeasured=f"{samples.unmeasured:,}",
            left=f"{samples.blocks:,}",
            planned=f"{samples.planned:,}",
        )


def chance(found: Sensitivity) -> str:
    """How much of what varies between points is chance, and what was done about it."""
    if found.samples.replications == 1:
        return say(
            "There is one replication of each point, so chance cannot be told from effects: an "
            "index may be noise. Two replications would tell."
        )
    return say(
        "Of the variance between the means of points, {share} is chance between replications. It "
        "is taken out of the indices, or drawn as a floor.",
        share=words.percent(found.noise.of_means),
    )


def sensitivity_table(found: Sensitivity) -> Table:
    """The values that matter most: index, interval, direction, grade of evidence."""
    second = {i.factor: i for i in found.indices if i.name == _beside(found)}
    lines = [
        Line(
            index.factor,
            (
                _cell(found, index),
                _plain(found, second[index.factor]),
                way(found, index.factor),
                grade(found, index.factor),
            ),
        )
        for index in found.drivers[:SHOWN]
    ]
    heads = {"mu_star": "mu*", "total": say("Total"), "first": say("Share alone")}
    besides = {"sigma": "sigma", "first": say("Share alone"), "pawn": "PAWN"}
    return Table(
        (heads[found.main], besides[_beside(found)], say("More of it means"), say("Evidence")),
        tuple(lines),
    )


def _beside(found: Sensitivity) -> str:
    return {"mu_star": "sigma", "total": "first", "first": "pawn"}[found.main]


def _cell(found: Sensitivity, index: Index) -> str:
    text = f"{_plain(found, index)} [{_number(found, index.low)}, {_number(found, index.high)}]"
    return text if index.sure else f"({text})"


def _plain(found: Sensitivity, index: Index) -> str:
    return _number(found, index.estimate)


def _number(found: Sensitivity, value: float) -> str:
    """An index as one reads it: in the outcome's unit for Morris, else a share."""
    if found.samples.design == MORRIS:
        return words.short(value, unit_of(found.question.outcome), signed=True).lstrip("+")
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")  # no minus before a zero


def way(found: Sensitivity, factor: str) -> str:
    """What more of a value does to the outcome."""
    direction = found.direction(factor)
    if abs(direction) < STEADY:
        return say("no one way")
    return say("more") if direction > 0 else say("less")


def grade(found: Sensitivity, factor: str) -> str:
    """The grade of evidence of a value."""
    weak = next((weak for weak in found.weak if weak.factor == factor), None)
    return _grade(weak) if weak else say("not in the register")


def _grade(weak: Weak) -> str:
    if weak.weakness == 4:
        return say("assumed, no reason given")
    return {
        "assumption": say("assumed"),
        "published": say("published elsewhere"),
        "data": say("data"),
        "regulation": say("regulation"),
        "choice": say("somebody's choice"),
    }[weak.grade]


def evidence_lines(found: Sensitivity) -> Iterator[str]:
    """The weakest-evidenced values that matter most, and what would settle each."""
    weak = [weak for weak in found.weak if weak.score > 0][:MOST]
    if not weak:
        yield say("No weakly evidenced value matters here.")
    else:
        yield say("The weakest-evidenced values that matter most")
        yield how_ranked()
    for place, item in enumerate(weak, 1):
        yield say(
            "{place:>3}. {factor} = {value}{span}: {grade}; influence {influence}, score "
            "{score}{chance}",
            place=place,
            factor=item.factor,
            value=item.value,
            span=f" ({item.range[0]} – {item.range[1]})" if item.range else "",
            grade=_grade(item),
            influence=words.percent(item.influence),
            score=f"{item.score:.2f}",
            chance="" if item.sure else say(" (may be chance)"),
        )
        yield "     " + what_would_settle(item.factor, item.note)
    if found.not_varied:
        yield say(
            "{count} other assumed values were not varied: of their influence nothing is known.",
            count=found.not_varied,
        )


def how_ranked() -> str:
    """By what rule values are called weak and important."""
    return say(
        "Ranked by influence (a share of the largest) times weakness: 4 for an assumption without "
        "a reason, 3 for one with a reason, 2 for a figure published elsewhere, 1 for data, 0 for "
        "a regulation."
    )


def value_lines(found: Sensitivity) -> Iterator[str]:
    """What deciding now may cost, and how the answer would tighten."""
    if found.worth is not None:
        yield from _worth(found, found.worth)
    elif len(found.samples.arms) > 1 and found.samples.design == MORRIS:
        yield say(
            "What more knowledge would be worth takes random samples: design: {kind: "
            "latin_hypercube, samples: 256}. Morris' points lie on a grid."
        )
    yield say(
        "With four times the samples ({more} more simulations) every interval would be half as "
        "wide.",
        more=f"{found.rows_to_halve:,}",
    )
    if found.samples.replications > 1 and found.noise.of_means > 0.5:
        yield say("Most of what varies is chance: more replications would help before samples do.")


def _worth(found: Sensitivity, worth: Worth) -> Iterator[str]:
    unit = unit_of(found.question.outcome)
    yield say(
        "By {outcome}, {arm} is the best of {count} on average, and not the best in {share} of the "
        "samples.",
        outcome=outcome_name(found.question.outcome),
        arm=arm_name(worth.arms[worth.best]),
        count=len(worth.arms),
        share=words.percent(worth.wrong),
    )
    yield say(
        "Deciding now rather than with perfect knowledge loses {worth} on average (between {low} "
        "and {high}).",
        **_amounts(worth.everything, unit),
    )
    sure = [value for value in worth.single if value.sure]
    for value in sure[:MOST]:
        yield say(
            "  of that, {factor} alone: {worth} (between {low} and {high})",
            factor=value.factor,
            **_amounts(value, unit),
        )
    others = len(worth.single) - len(sure)
    if others:
        yield say(
            "What it would be worth to know {count} single values: not distinguishable from zero.",
            count=others,
        )


def _amounts(value: Value, unit: str) -> dict[str, str]:
    named = {"worth": value.worth, "low": value.low, "high": value.high}
    return {
        name: words.quantity(x, np.nan, unit, signed=unit == "share").lstrip("+")
        for name, x in named.items()
    }
