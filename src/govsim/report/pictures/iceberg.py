"""Picture: the iceberg: problems the offices know of above the water, latent ones below; trust."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import marks, style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.finding import change_title
from govsim.report.pictures.sheet import Sheet, Width, note_height

ABOVE, BELOW, WATER = "#56B4E9", "#1B4F72", "#0072B2"
TALL, TRUST = 2.2, 0.8
NAMES = {"wide": 1.5, "narrow": 1.1}  # inches at the right for the names of lines


def title(results: Results | Digest) -> str:
    """What is to be seen, if chance allows saying it; else how much lies under the water."""
    digest = Digest.of(results)
    ends = _ends(digest, digest.base)
    if ends is None or not sum(ends):
        return say("Problems known, and problems nobody has heard of")
    known, latent = ends
    neutral = say(
        "{share} of the living problems were never registered",
        share=words.percent(latent / (known + latent)),
    )
    return change_title(digest, "latent_problems", "true", neutral)


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [
        say("Areas over time: living problems that the offices know of above a line, latent ones "
            "below it; under that residents' trust.")
    ]  # fmt: skip
    for name in digest.pair:
        ends = _ends(digest, name)
        if ends is not None:
            parts.append(
                say(
                    "{policy}: at the end {known} known and {latent} latent; {solved} were solved.",
                    policy=policy_name(name),
                    known=words.count(ends[0]),
                    latent=words.count(ends[1]),
                    solved=words.count(digest.city("problems_solved", "true", name).mean),
                )
            )
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where nothing was followed week by week."""
    digest = Digest.of(results)
    if _ends(digest, digest.base) is None:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width).figure


def _ends(digest: Digest, name: str) -> tuple[float, float] | None:
    """Known and latent at the end."""
    known, latent = (digest.weekly(m, "true", name) for m in ("backlog", "latent"))
    if known is None or latent is None:
        return None
    return float(known.mean[-1]), float(latent.mean[-1])


def _sheet(digest: Digest, width: Width) -> Sheet:
    note = words.sentences(
        say("Living problems at the end of each week, means over replications."),
        digest.drawn_from() if digest.results.replications > 1 else "",
    )
    foot = note_height(note, width) + 0.34
    narrow = width == "narrow"
    pair = digest.pair
    rows = len(pair) if narrow else 1
    sheet = Sheet(width, foot + TRUST + 0.62 + rows * (TALL + 0.62))
    columns = 1 if narrow else len(pair)
    each = (sheet.width - 0.62 - 0.1 - 0.62 * (columns - 1)) / columns
    deepest, highest = _reach(digest)
    for place, name in enumerate(pair):
        row, column = (place, 0) if narrow else (0, place)
        bottom = foot + TRUST + 0.85 + (rows - 1 - row) * (TALL + 0.62)
        axes = sheet.axes(0.55 + column * (each + 0.62), bottom, each, TALL)
        _berg(sheet, axes, digest, name, (deepest, highest))
        sheet.heading(axes, policy_name(name))
    across = sheet.width - 0.65 - (NAMES[width] if len(digest.policy_sets) > 1 else 0.0)
    _trust(sheet, sheet.axes(0.55, foot, across, TRUST), digest)
    sheet.note(note)
    return sheet


def _reach(digest: Digest) -> tuple[float, float]:
    lines = {
        m: [digest.weekly(m, "true", name) for name in digest.pair] for m in ("latent", "backlog")
    }
    latent, known = (
        max(float(np.nanmax(line.mean)) for line in found if line) for found in lines.values()
    )
    return -1.06 * max(latent, 1.0), 1.35 * max(known, 0.08 * latent, 1.0)


def _berg(sheet: Sheet, axes: Axes, digest: Digest, name: str, reach: tuple[float, float]) -> None:
    known, latent = (digest.weekly(m, "true", name) for m in ("backlog", "latent"))
    assert known is not None
    assert latent is not None
    x = marks.days([digest.results.start])[0] + known.x
    axes.fill_between(x, 0, known.mean, color=ABOVE, linewidth=0)
    axes.fill_between(x, -latent.mean, 0, color=BELOW, linewidth=0)
    axes.axhline(0, color="white", linewidth=1.4)
    axes.set_ylim(*reach)
    marks.months(axes, digest.results.start, digest.results.days)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{abs(y):,.0f}"))
    axes.grid(visible=False)
    solved = digest.city("problems_solved", "true", name).mean
    deep = float(np.nanmin(latent.mean))
    texts = (
        (0.5 * (reach[1] + float(known.mean.max())), style.TEXT,
         say("known to the offices: {n} at the end", n=words.count(known.mean[-1]))),
        (-0.4 * deep, "white",
         say("never registered: {n} at the end", n=words.count(latent.mean[-1]))),
        (-0.7 * deep, "#BFD7E6",
         say("solved meanwhile: {n}", n=words.count(solved))),
    )  # fmt: skip
    middle = 0.5 * (x[0] + x[-1])
    for y, colour, text in texts:
        axes.text(middle, y, text, ha="center", va="center", fontsize=style.SMALL, color=colour)


def _trust(sheet: Sheet, axes: Axes, digest: Digest) -> None:
    first = marks.days([digest.results.start])[0]
    ends = []
    for name in digest.named:
        line = digest.weekly("trust", "true", name)
        if line is None:
            continue
        colour = digest.colours[name]
        axes.plot(first + line.x, line.mean, color=colour, linewidth=1.5)
        if np.isfinite(line.low).any():
            axes.fill_between(
                first + line.x, line.low, line.high, color=colour, alpha=style.BAND, linewidth=0
            )
        ends.append((float(line.mean[-1]), policy_name(name), digest.ink(name)))
    low, high = axes.get_ylim()
    middle, reach = (low + high) / 2, max(high - low, 0.02) / 2
    axes.set_ylim(middle - reach, middle + reach)
    axes.yaxis.set_major_locator(MaxNLocator(3))
    marks.months(axes, digest.results.start, digest.results.days)
    sheet.heading(axes, say("Residents' trust, from 0 (none) to 1 (full): a part of the scale"))
    if len(digest.policy_sets) > 1:
        sheet.beside(axes, ends, NAMES["narrow" if sheet.narrow else "wide"])
