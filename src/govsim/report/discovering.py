"""A discovery in words, and as tables for the screen."""

from collections.abc import Iterator, Sequence

import numpy as np

from govsim.decisions.discovering import FEW_FAIL, FEW_HOLD, LEAST, Discovery, Found
from govsim.decisions.discovering_boxes import LOWER, UPPER, Box
from govsim.decisions.discovering_futures import Uncertainty
from govsim.decisions.discovering_held_out import Share
from govsim.decisions.discovering_question import Clause, Holds
from govsim.decisions.discovering_regret import Most, Robustness
from govsim.decisions.discovering_trees import Leaf, leaves
from govsim.language import say
from govsim.report import words
from govsim.report.summary import Line, Table
from govsim.report.sweeping import arm_name, outcome_name, unit_of
from govsim.report.values import title_of

ONLY_IF = 0.8  # coverage from which a box is called a condition and not a tendency
FINER = 0.05  # the half-width of an interval that more samples are counted for

# ---------------------------------------------------------------- values


def value_text(value: float, unit: str) -> str:
    """A value of an uncertainty with its unit, as planners write it."""
    number = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    known = {
        "d": say("{number} days", number=number),
        "h": say("{number} hours", number=number),
        "/year": say("{number} a year", number=number),
        "/month": say("{number} a month", number=number),
    }
    return known.get(unit, f"{number} {unit}".strip()).replace("-", "−")


def limits_text(box: Box, known: Sequence[Uncertainty]) -> list[str]:
    """A box's limits, one text an uncertainty."""
    places = sorted({end.uncertainty for end in box.ends()})
    return [_limit(known[at], float(box.limits[LOWER, at]), float(box.limits[UPPER, at]))
            for at in places]  # fmt: skip


def _limit(known: Uncertainty, low: float, high: float) -> str:
    facts = {"what": say('"{title}" ({path})', title=title_of(known.name), path=known.name)}
    if np.isfinite(low) and np.isfinite(high):
        return say(
            "{what} is between {low} and {high}",
            **facts,
            low=value_text(low, known.unit),
            high=value_text(high, known.unit),
        )
    if np.isfinite(low):
        return say("{what} is above {low}", **facts, low=value_text(low, known.unit))
    return say("{what} is below {high}", **facts, high=value_text(high, known.unit))


def share_text(share: Share) -> str:
    """83 % (70 to 92 %)."""
    return say(
        "{share} ({low} to {high})",
        share=words.percent(share.share),
        low=f"{100 * share.low:.0f}",
        high=words.percent(share.high),
    )


# ---------------------------------------------------------------- the question


def question_text(discovery: Discovery) -> str:
    """What was asked, as a sentence without its full stop."""
    arms = discovery.futures.arms
    return say(" and ").join(_clause(clause, arms) for clause in discovery.question.clauses)


def _clause(clause: Clause, arms: Sequence[str]) -> str:
    kpi = outcome_name(clause.measure.name)
    if isinstance(clause, Holds):
        return _condition(clause, kpi, arms)
    one = arm_name(arms[clause.arm])
    if clause.other is None:
        return say('{one} is the best in "{kpi}"', one=one, kpi=kpi)
    other = arm_name(arms[clause.other])
    if clause.least:
        least = lead_text(clause.least, clause.measure.unit)
        return say(
            '{one} beats {other} in "{kpi}" by more than {least}',
            one=one,
            other=other,
            kpi=kpi,
            least=least,
        )
    return say('{one} beats {other} in "{kpi}"', one=one, other=other, kpi=kpi)


def _condition(clause: Holds, kpi: str, arms: Sequence[str]) -> str:
    value = words.quantity(clause.condition.value, np.nan, clause.measure.unit)
    text = {
        ">=": say('"{kpi}" is at least {value}', kpi=kpi, value=value),
        "<=": say('"{kpi}" is at most {value}', kpi=kpi, value=value),
        ">": say('"{kpi}" is above {value}', kpi=kpi, value=value),
        "<": say('"{kpi}" is below {value}', kpi=kpi, value=value),
    }[clause.condition.sign]
    if len(arms) == 1:
        return text
    return say("{condition} under {arm}", condition=text, arm=arm_name(arms[clause.arm]))


# ---------------------------------------------------------------- the answer


def answer(discovery: Discovery) -> Iterator[str]:
    """The answer, sentence by sentence."""
    yield say(
        "{question}: so in {base} of {n} futures, over {replications} replications of each.",
        question=question_text(discovery),
        base=words.percent(discovery.base),
        n=f"{len(discovery.share):,}",
        replications=discovery.results.manifest["replications"],
    )
    yield from _left_out(discovery)
    if discovery.answer is None:
        yield refusal_text(discovery)
    else:
        yield main_sentence(discovery)
        yield from _how_good(discovery.answer)
        yield from tree_text(discovery, discovery.answer)
        yield _finer(discovery.answer, len(discovery.share))


def _left_out(discovery: Discovery) -> Iterator[str]:
    futures = discovery.futures
    if discovery.incomplete:
        yield say("{n} samples are left out: nothing there can be judged.", n=discovery.incomplete)
    if futures.dropped:
        yield say(
            "{n} samples of the Sobol' design are left out, since they mix values of the others.",
            n=f"{futures.dropped:,}",
        )
    if futures.left_out:
        names = ", ".join(futures.left_out)
        yield say("No numbers, so that no limit can be drawn: {names}.", names=names)
    if discovery.results.manifest["design"] in ("grid", "table"):
        yield say("Somebody chose these samples: shares are shares of just these.")


def main_sentence(discovery: Discovery) -> str:
    """Under which values it holds."""
    found = discovery.answer
    assert found is not None
    facts = {
        "question": question_text(discovery),
        "limits": say(", and ").join(limits_text(found.box, discovery.futures.uncertainties)),
    }
    if found.held_out.coverage.share >= ONLY_IF:
        return say("{question} only if {limits}.", **facts)
    return say("{question} above all if {limits}.", **facts)


def _how_good(found: Found) -> Iterator[str]:
    held = found.held_out
    yield say(
        "This covers {coverage} of such futures; {tenths} of 10 futures in it are such: {density}. "
        "Outside it {outside}, of all {base}.",
        coverage=share_text(held.coverage),
        tenths=f"{10 * held.density.share:.0f}",
        density=share_text(held.density),
        outside=words.percent(held.outside.share),
        base=words.percent(held.base),
    )
    yield say(
        "Measured on futures that the search had not seen; on those it had seen the box covers "
        "{coverage}, with {density} in it.",
        coverage=words.percent(found.fit.coverage),
        density=words.percent(found.fit.density),
    )


def refusal_text(discovery: Discovery) -> str:
    """Why there is no answer."""
    if discovery.refusal in (FEW_HOLD, FEW_FAIL):
        holds = discovery.refusal == FEW_HOLD
        count = discovery.holding if holds else discovery.failing
        facts = {"count": f"{count:.0f}", "least": f"{LEAST:.0f}"}
        if holds:
            return say(
                "No answer: it holds in {count} futures only, and limits drawn from fewer than "
                "{least} would be chance. Sweep more samples, or ask for less.",
                **facts,
            )
        return say(
            "No answer: it fails in {count} futures only, and limits drawn from fewer than "
            "{least} would be chance. It holds nearly everywhere; ask for more, or sweep more "
            "samples.",
            **facts,
        )
    found = discovery.found
    assert found is not None
    return say(
        "No answer: no limits separate where it holds from where it does not. The best box holds "
        "{density} on futures that the search had not seen, and all of them {base}. It may depend "
        "on chance, on what this sweep did not vary, or on shapes that no box has.",
        density=share_text(found.held_out.density),
        base=words.percent(discovery.base),
    )


def _finer(found: Found, samples: int) -> str:
    half = (found.held_out.density.high - found.held_out.density.low) / 2
    return say(
        "With {many} samples instead of {n} the share in the box would be known to about ± 5 "
        "points (now ± {half}).",
        many=f"{max(samples, round(samples * (half / FINER) ** 2, -1)):,.0f}",
        n=f"{samples:,}",
        half=f"{100 * half:.0f}",
    )


# ---------------------------------------------------------------- limits and tree


def limit_table(discovery: Discovery) -> Table | None:
    """Each limit of the box, the range that was swept, and its quasi-p-value."""
    found = discovery.answer
    if found is None:
        return None
    lines = []
    for limit in sorted(found.limits, key=lambda limit: limit.quasi_p):
        known = discovery.futures.uncertainties[limit.end.uncertainty]
        x = discovery.futures.x[:, limit.end.uncertainty]
        sign = "≤" if limit.end.side == UPPER else "≥"
        swept = (
            f"{value_text(float(x.min()), known.unit)} – {value_text(float(x.max()), known.unit)}"
        )
        p = "< 0.0001" if limit.quasi_p < 1e-4 else f"{limit.quasi_p:.4f}"
        lines.append(Line(known.name, (f"{sign} {value_text(limit.value, known.unit)}", swept, p)))
    return Table((say("Limit"), say("Swept"), say("Quasi-p")), tuple(lines))


def tree_text(discovery: Discovery, found: Found) -> Iterator[str]:
    """The tree as a second opinion: its leaves, and how good they are."""
    if isinstance(found.tree, Leaf):
        yield say("A tree of at most three questions finds nothing to ask.")
        return
    held = found.tree_held_out
    yield say(
        "A tree of at most three questions, as a second opinion (where it holds in more than the "
        "average it covers {coverage}, with {density}):",
        coverage=share_text(held.coverage),
        density=share_text(held.density),
    )
    for leaf in sorted(leaves(found.tree), key=lambda leaf: -float(leaf.means[0])):
        limits = say(", and ").join(_short_limits(leaf.box, discovery.futures.uncertainties))
        share = words.percent(float(leaf.means[0]))
        yield say("  {share} of {n} futures: {limits}", share=share, n=leaf.samples, limits=limits)


def _short_limits(box: Box, known: Sequence[Uncertainty]) -> list[str]:
    """By dotted path, as formulas."""
    texts = []
    for at in sorted({end.uncertainty for end in box.ends()}):
        low, high = float(box.limits[LOWER, at]), float(box.limits[UPPER, at])
        name, unit = known[at].name, known[at].unit
        left = f"{value_text(low, unit)} < " if np.isfinite(low) else ""
        right = f" ≤ {value_text(high, unit)}" if np.isfinite(high) else ""
        texts.append(f"{name} > {value_text(low, unit)}" if left and not right
                     else f"{left}{name}{right}")  # fmt: skip
    return texts


# ---------------------------------------------------------------- regret


def regret_table(discovery: Discovery) -> Table | None:
    """Regret of every arm; in brackets by halves of the replications."""
    robust = discovery.robustness
    if robust is None:
        return None
    unit = unit_of(robust.outcome)
    lines = []
    for row in robust.regrets:
        three = (row.expected, row.high, row.largest)
        cells = [_two(v, h, unit) for v, h in zip(three, row.halved, strict=True)]
        if robust.enough is not None:
            cells.append(share_text(row.enough))
        lines.append(Line(arm_name(row.arm), tuple(cells)))
    columns = [say("Expected regret"), say("9 of 10 below"), say("Largest")]
    columns += [say("Good enough")] if robust.enough is not None else []
    return Table(tuple(columns), tuple(lines))


def _two(value: float, halved: float, unit: str) -> str:
    text = lead_text(value, unit)
    return text if np.isnan(halved) else f"{text} [{lead_text(halved, unit)}]"


def lead_text(value: float, unit: str) -> str:
    """A lead or a regret; those of shares in points."""
    return words.quantity(value, np.nan, unit, signed=unit == "share").lstrip("+")


def regret_notes(discovery: Discovery) -> Iterator[str]:
    """Which arm is the most robust, how sure that is, and what chance does to regret."""
    robust = discovery.robustness
    if robust is None:
        return
    yield say(
        'Regret: how much worse than the best of these in the same future, in "{kpi}", over {n} '
        "futures.",
        kpi=outcome_name(robust.outcome),
        n=f"{robust.futures:,}",
    )
    yield noise_text(robust, discovery.results.manifest["replications"])
    yield _winner(say("Least expected regret"), robust.least_expected)
    yield _winner(say("Least regret in nine of ten futures"), robust.least_high)
    yield _winner(say("Least largest regret"), robust.least_largest)
    if robust.enough is not None:
        yield _winner(say("Good enough in most futures"), robust.enough)
    yield from _regions(discovery, robust)


def noise_text(robust: Robustness, replications: int) -> str:
    """What chance adds to regret."""
    if replications < 2:
        return say(
            "With one replication a future, luck of the best looks like regret of the others, and "
            "how much of it is luck cannot be told. Sweep with two or more."
        )
    return say(
        "In brackets: the best chosen on half of the replications and measured on the other half. "
        "The first number is somewhat too large, for the best is partly lucky; this one somewhat "
        "too small."
    )


def _winner(what: str, most: Most) -> str:
    if most.tied:
        return say("{what}: several alike.", what=what)
    return say(
        "{what}: {arm} (in {certainty} of sets of futures drawn again from these).",
        what=what,
        arm=arm_name(most.arm),
        certainty=words.percent(most.certainty),
    )


def _regions(discovery: Discovery, robust: Robustness) -> Iterator[str]:
    tree = discovery.regions
    winners = {int(np.argmax(leaf.means)) for leaf in leaves(tree)} if tree is not None else set()
    if tree is None or len(winners) < 2:
        best = arm_name(robust.least_expected.arm)
        yield say("No uncertainty tells where another than {arm} would be better.", arm=best)
        return
    yield say("Which is best where:")
    for leaf in leaves(tree):
        limits = say(", and ").join(_short_limits(leaf.box, discovery.futures.uncertainties))
        arm = arm_name(discovery.futures.arms[int(np.argmax(leaf.means))])
        yield say("  {arm}: {limits} ({n} futures)", arm=arm, limits=limits, n=leaf.samples)
