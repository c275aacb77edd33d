"""Picture: how probably each policy is best, KPI by KPI."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.comparison import Best
from govsim.language import say, speaking
from govsim.outcomes import KPIS
from govsim.report import certainty, lettering, marks, style, words
from govsim.report.pictures.digest import MAIN, Digest, policy_name
from govsim.report.pictures.sheet import Sheet, Width, note_height
from govsim.report.summary import sided

ROW = 0.22
SHOWN = 0.05  # smaller probabilities have a dot and no number
INSIDE = 0.4  # where columns are narrow, larger ones have it in the dot, in per cent
TOLD = (Certainty.CERTAIN, Certainty.LEANING)
LABELS = {"wide": 2.35, "narrow": 1.5}


def title(results: Results | Digest) -> str:
    """What is to be seen: which policy truly resolves most, and how certain that is."""
    digest = Digest.of(results)
    main = next((best for best in digest.verdicts if best.question == MAIN), None)
    if main is None or len(digest.policy_sets) < 2:
        return say("How probably each policy is best")
    if main.sure:
        return say("{policy} truly resolves most: certain", policy=policy_name(main.policy_set))
    if main.certainty == Certainty.LEANING:
        return say(
            "Leaning to {policy}: it seems to truly resolve most ({chance})",
            policy=policy_name(main.policy_set),
            chance=_chance(main.chance),
        )
    if main.certainty == Certainty.OPEN:
        return say("Which policy truly resolves most cannot be told")
    return say("Several policies truly resolve as much, for practical purposes")


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("A table of dots: for each KPI the probability that a policy is the best of all.")]
    for best in _asked(digest):
        kpi = sided(KPIS[best.question.kpi], best.question.side)
        parts.append(say("{kpi}: {verdict}.", kpi=kpi, verdict=_verdict(best)))
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where nothing is compared, or with one replication."""
    digest = Digest.of(results)
    asked = _asked(digest)
    if len(digest.policy_sets) < 2 or not asked:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width, asked).figure


def _verdict(best: Best) -> str:
    told = certainty.called(best.certainty)
    if best.certainty not in TOLD:
        return told
    if best.equals:
        return words.listed(map(policy_name, (best.policy_set, *best.equals))) + words.bracketed(
            told
        )
    return f"{policy_name(best.policy_set)} {_chance(best.chance)}" + words.bracketed(told)


def _asked(digest: Digest) -> list[Best]:
    """The verdicts by headline KPIs of which anything is known."""
    return [best for best in digest.verdicts if best.policy_set]


def _chance(probability: float) -> str:
    """Never certain."""
    if probability >= 0.995:
        return "> " + words.percent(0.99)
    return words.percent(probability)


def _sheet(digest: Digest, width: Width, asked: list[Best]) -> Sheet:
    note = say(
        "The probability that the long-run mean is the best of all, given these replications. "
        "Filled where the best is certain, half filled where it is leaning; hollow and without "
        "numbers where it cannot be told; grey where the leading ones are the same for practical "
        "purposes."
    )
    foot = note_height(note, width) + 0.05
    left = LABELS[width]
    names = [policy_name(name) for name in digest.policy_sets]
    room = Sheet(width, 1.0).width - left - 0.15
    each = min(room / len(names), 1.5)
    upright = (
        any(lettering.width(name, style.SMALL) > 2 * each - 0.1 for name in names) or each < 0.6
    )
    head = (min(max(lettering.width(n, style.SMALL) for n in names), 1.5) if upright else 0.3) + 0.2
    rows = ROW * len(asked)
    sheet = Sheet(width, foot + rows + head)
    axes = sheet.axes(left, foot, each * len(names), rows)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(asked) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    _heads(sheet, axes, digest, each, upright=upright)
    for y, best in enumerate(asked):
        label = sided(KPIS[best.question.kpi], best.question.side)
        sheet.row(axes, y, label, style.TEXT, left)
        axes.axhline(y + 0.5, color=style.GRID, linewidth=0.7, zorder=0)
        _dots(axes, digest, y, best, each)
    sheet.note(note)
    return sheet


def _heads(sheet: Sheet, axes: Axes, digest: Digest, each: float, *, upright: bool) -> None:
    for x, name in enumerate(digest.policy_sets):
        room = 1.5 if upright else each - 0.06
        if upright:
            text = lettering.shortened(policy_name(name), style.SMALL, room)
        else:
            text = lettering.wrapped(policy_name(name), style.SMALL, room, 2)
        axes.annotate(
            text, (x, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 5),
            textcoords="offset points", ha="center", va="bottom", fontsize=style.SMALL,
            color=digest.ink(name), rotation=90 if upright else 0, annotation_clip=False,
        )  # fmt: skip


def _dots(axes: Axes, digest: Digest, y: int, best: Best, each: float) -> None:
    looks = Certainty.SAME if best.equals and best.certainty in TOLD else best.certainty
    told = looks in TOLD
    for x, name in enumerate(digest.policy_sets):
        chance = digest.rows[best.question][name].best
        colour = style.TEXT if digest.colours[name] == style.FAINT else digest.colours[name]
        across = max(11.0 * chance**0.5, 1.4)
        nudge = -0.17 / each if each > 0.6 else 0.0
        shape = marks.told(looks, colour)
        axes.plot([x + nudge], [y], "o", markersize=across, linewidth=0, **shape)
        if told and chance >= INSIDE and each <= 0.6:
            inside = f"{min(100 * chance, 99):.0f}"
            axes.text(x, y, inside, ha="center", va="center_baseline", fontsize=5.2, color="white")
        if told and chance >= SHOWN and each > 0.6:
            axes.text(
                x + nudge + 0.11 / each, y, _chance(chance), va="center", fontsize=style.SMALL,
                color=style.INK,
            )  # fmt: skip
