"""Picture: first replies on time, by tier, as the ledger has them and as they truly were."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from govsim.experiments import Results
from govsim.language import say, speaking
from govsim.report import style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.finding import change_title
from govsim.report.pictures.sheet import Sheet, Width, note_height, unit_axis

KPI = "reply_on_time"
NAMES, ROW, GAP = 1.45, 0.25, 0.36  # inches: names of policies; a policy; between panels


def title(results: Results | Digest) -> str:
    """What is to be seen, if chance allows saying it."""
    return change_title(Digest.of(results), KPI, "recorded", say("First replies on time, by tier"))


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Dots for each tier and policy: the share of first replies given in time.")]
    for tier in _tiers(digest):
        shares = [
            f"{policy_name(name)} {words.percent(found.mean)}"
            for name in digest.pair
            if (found := digest.by_tier(KPI, "recorded", name, tier)) is not None
        ]
        parts.append(say("{tier}: {shares}.", tier=words.tier_name(tier), shares="; ".join(shares)))
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where no tier has a term for replies."""
    digest = Digest.of(results)
    tiers = _tiers(digest)
    if not tiers:
        return None
    with speaking(lang), style.styled():
        return _sheet(digest, width, tiers).figure


def _tiers(digest: Digest) -> list[str]:
    return [
        tier
        for tier in digest.results.tiers
        if any(digest.by_tier(KPI, "recorded", name, tier) for name in digest.policy_sets)
    ]


def _sheet(digest: Digest, width: Width, tiers: list[str]) -> Sheet:
    note = say(
        "Filled: as recorded. Hollow: only replies with substance count. Whiskers: 95 % intervals. "
        "Of all replies whose term can be judged, at the office that gave or missed them."
    )
    foot = note_height(note, width) + 0.25
    rows = ROW * len(digest.policy_sets) + 0.1
    columns = 1 if width == "narrow" else len(tiers)
    lines = -(-len(tiers) // columns)
    sheet = Sheet(width, foot + lines * (rows + 0.5) - 0.1)
    room = sheet.width - NAMES - 0.15
    each = (room - GAP * (columns - 1)) / columns
    right = _right(digest, tiers)
    for place, tier in enumerate(tiers):
        line, column = divmod(place, columns)
        bottom = foot + (lines - 1 - line) * (rows + 0.5)
        axes = sheet.axes(NAMES + column * (each + GAP), bottom, each, rows)
        _panel(sheet, digest, axes, tier, right, named=column == 0)
        if line < lines - 1:
            axes.set_xticklabels([])
    sheet.note(note)
    return sheet


def _right(digest: Digest, tiers: list[str]) -> float:
    """Where the axis ends: at the next whole fifth, the same for all tiers."""
    found = (
        digest.by_tier(KPI, side, name, tier)
        for side in ("recorded", "true")
        for name in digest.policy_sets
        for tier in tiers
    )
    ends = [end for interval in found if interval for end in interval[:3] if end == end]
    return min(1.0, -(-max(ends, default=1.0) // 0.2) * 0.2)


def _panel(
    sheet: Sheet, digest: Digest, axes: Axes, tier: str, right: float, *, named: bool
) -> None:
    axes.set_xlim(-0.02 * right, 1.03 * right)
    axes.set_ylim(len(digest.policy_sets) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(FixedLocator([0.0, right / 2, right]))
    unit_axis(axes, "x", "share")
    sheet.heading(axes, words.tier_name(tier))
    for y, name in enumerate(digest.policy_sets):
        _row(axes, digest, y, name, tier)
        if named:
            sheet.row(axes, y, policy_name(name), digest.ink(name), NAMES - 0.02)


def _row(axes: Axes, digest: Digest, y: float, name: str, tier: str) -> None:
    colour = digest.colours[name]
    sides = {side: digest.by_tier(KPI, side, name, tier) for side in ("recorded", "true")}
    shares = [found.mean for found in sides.values() if found is not None]
    if len(shares) == 2:
        axes.plot(shares, [y, y], color=colour, linewidth=3.2, alpha=0.25)
    for side, found in sides.items():
        if found is None:
            continue
        axes.plot([found.low, found.high], [y, y], color=colour, linewidth=1.1)
        inside = colour if side == "recorded" else "white"
        axes.plot([found.mean], [y], "o", color=colour, mfc=inside, markersize=5)
