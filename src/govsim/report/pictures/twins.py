"""Picture: case twins: three problems under the baseline and under the policy, as timelines."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from govsim.experiments import Results
from govsim.experiments.stories import Story
from govsim.language import say, speaking
from govsim.report import lettering, style, words
from govsim.report.pictures.digest import Digest, policy_name
from govsim.report.pictures.sheet import LINE, Sheet, Width, note_height

DAY = 86_400.0
GOOD, BAD, PLAIN, QUIET = "#009E73", "#D55E00", style.INK, style.BASELINE
_WEIGHT = (QUIET, PLAIN, BAD, GOOD)  # of events with one mark, the last of these colours it
ENDS = ("end by itself", "end by an office", "never begin")
LANE = style.SMALL * LINE / lettering.POINTS  # inches
CLOSE = 0.05  # inches: events nearer than this have one mark and one label
MOST_WIDE = {"wide": 3.0, "narrow": 2.2}  # inches of a label


Row = dict[str, Any]  # of the histories


class Event(NamedTuple):
    """Something that happened: when (days since the problem began), what, and how it is drawn."""

    day: float
    text: str
    colour: str


class Course(NamedTuple):
    """A timeline: events, and when the problem lived (days from and to, to may be the horizon)."""

    events: list[Event]
    lived: list[tuple[float, float]]
    more: int  # grievances about it after the first


class Twin(NamedTuple):
    """One problem under both policy sets."""

    heading: str
    last: float  # days shown
    courses: tuple[Course, Course]


class Placed(NamedTuple):
    """A label: inches from the panel's left edge, the lane under the line, and the text."""

    x: float
    left: float
    lane: int
    text: str
    colour: str


def title(results: Results | Digest) -> str:
    """What is to be seen: of the problems followed, how many ended earlier, how many later."""
    digest = Digest.of(results)
    told = digest.stories
    if told is None or digest.chosen is None:
        return say("The same problems under two policies")
    return say(
        "{policy}: of {n} problems followed, {earlier} ended earlier and {later} later",
        policy=policy_name(digest.chosen),
        n=f"{told.summary.followed:,}",
        earlier=f"{told.summary.earlier:,}",
        later=f"{told.summary.later:,}",
    )


def alt(results: Results | Digest) -> str:
    """The picture in words."""
    digest = Digest.of(results)
    parts = [say("Three problems, each as two timelines: the baseline above, the policy below.")]
    parts += [twin.heading + ("。" if twin.heading[-1] > "⺀" else ".") for twin in _twins(digest)]
    return words.sentences(*parts)


def draw(results: Results | Digest, lang: str, width: Width = "wide") -> Figure | None:
    """The picture in a language; None where no histories were kept, or nothing differs."""
    digest = Digest.of(results)
    with speaking(lang), style.styled():
        twins = _twins(digest)
        return _sheet(digest, width, twins).figure if twins else None


# ---------------------------------------------------------------- telling


def _twins(digest: Digest) -> list[Twin]:
    told = digest.stories
    if told is None:
        return []
    picked: list[tuple[str, Story | None]] = [
        (say("In the middle"), told.typical),
        (say("Most gained"), told.gain),
        (say("Most lost"), told.loss),
    ]
    twins: list[Twin] = []
    seen: set[int] = set()
    for rule, story in picked:
        if story is not None and story.problem not in seen:
            seen.add(story.problem)
            twins.append(_twin(digest, rule, story))
    return twins


def _twin(digest: Digest, rule: str, story: Story) -> Twin:
    assert digest.histories is not None
    frame = digest.histories.to_pandas()
    own = frame[frame["problem"] == story.problem]
    began = story.base.began
    courses = tuple(
        _course(own[own["policy_set"] == name], began, digest.ends) for name in digest.pair
    )
    days = [event.day for course in courses for event in course.events]
    days += [end for course in courses for _, end in course.lived]
    horizon = (digest.ends - began).total_seconds() / DAY
    last = min(max([*days, 1.0]) * 1.03, max(horizon, 1.0))
    return Twin(_heading(rule, story), last, (courses[0], courses[1]))


def _heading(rule: str, story: Story) -> str:
    gained = story.days_gained
    facts = {"rule": rule, "klass": words.class_name(story.klass)}
    facts["office"] = words.office_name(story.office)
    days = words.count(round(abs(gained), 1))
    if story.at_least:
        days = say("at least {days}", days=days)
    if gained > 0:
        return say("{rule}: ends {days} days earlier ({klass}, {office})", days=days, **facts)
    if gained < 0:
        return say("{rule}: ends {days} days later ({klass}, {office})", days=days, **facts)
    return say("{rule}: ends on the same day, on another way ({klass}, {office})", **facts)


def _course(rows: pd.DataFrame, began: datetime, horizon: datetime) -> Course:
    days = (rows["finished"] - pd.Timestamp(began)).dt.total_seconds().to_numpy() / DAY
    registered = rows.loc[rows["activity"] == "register", "case"]
    first = registered.iloc[0] if len(registered) else -1
    events = []
    for day, row in zip(days, rows.to_dict("records"), strict=True):
        if row["case"] in {-1, first}:
            event = _event(float(day), {str(key): cell for key, cell in row.items()})
            if event is not None:
                events.append(event)
    lived = _lived(rows["activity"].tolist(), days, (horizon - began).total_seconds() / DAY)
    return Course(events, lived, max(registered.nunique() - 1, 0))


def _lived(activities: list[str], days: np.ndarray, horizon: float) -> list[tuple[float, float]]:
    """When the problem lived: from its beginning or coming back to its end, or to the horizon."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for activity, day in zip(activities, days, strict=True):
        if activity in {"begin", "come back"} and since is None:
            since = float(day)
        elif activity in ENDS and since is not None:
            spans.append((since, float(day)))
            since = None
    if since is not None:
        spans.append((since, horizon))
    return spans


def _event(day: float, row: Row) -> Event | None:
    tell = _TELLERS.get(row["activity"])
    return None if tell is None else Event(day, *tell(row))


def _closing(row: Row) -> tuple[str, str]:
    return {
        "solved": (say("closed as solved"), PLAIN),
        "mended": (say("closed as solved"), PLAIN),
        "solved on paper": (say("closed on paper"), BAD),
        "explained": (say("closed with an explanation"), PLAIN),
    }.get(row["outcome"], (say("closed"), PLAIN))


def _registered(row: Row) -> tuple[str, str]:
    channel = row["channel"]
    if isinstance(channel, str) and channel:
        text = say("registered ({channel})", channel=words.channel_name(channel))
    else:
        text = say("registered")
    return text, PLAIN


def _tier(row: Row) -> str:
    return words.tier_name(row["tier"])


_TELLERS: dict[str, Callable[[Row], tuple[str, str]]] = {
    "begin": lambda _: (say("begins"), PLAIN),
    "never begin": lambda _: (say("never begins"), GOOD),
    "end by itself": lambda _: (say("ends by itself"), QUIET),
    "end by an office": lambda _: (say("truly solved"), GOOD),
    "come back": lambda _: (say("comes back"), BAD),
    "speak up, not recorded": lambda _: (say("reported, not recorded"), BAD),
    "speak up, turned away": lambda _: (say("reported, turned away"), BAD),
    "register": _registered,
    "escalate": lambda row: (say("up to {tier}", tier=_tier(row)), PLAIN),
    "return": lambda row: (say("down to {tier}", tier=_tier(row)), PLAIN),
    "send back": lambda _: (say("sent back"), BAD),
    "miss the reply deadline": lambda _: (say("reply overdue"), BAD),
    "reply": lambda _: (say("answered"), PLAIN),
    "close": _closing,
    "reopen": lambda _: (say("reopened"), BAD),
    "give up": lambda _: (say("gives up"), BAD),
}


# ---------------------------------------------------------------- drawing


def _sheet(digest: Digest, width: Width, twins: list[Twin]) -> Sheet:
    note = say(
        "Of the problems whose history differs and about which a grievance was registered: the one "
        "in the middle by days gained, the most gained, the most lost. Bars: the problem lives. "
        "Days since it began; replication 0."
    )
    foot = note_height(note, width) + 0.08
    names = 0.1 if width == "narrow" else 1.15
    room = (3.6 if width == "narrow" else 7.2) - names - 0.25
    laid = [[_laid(c, twin.last, room, MOST_WIDE[width]) for c in twin.courses] for twin in twins]
    tall = [[_tall(labels, width) for labels in both] for both in laid]
    heads = 0.5 if width == "narrow" else 0.34
    sheet = Sheet(width, foot + sum(sum(t) for t in tall) + len(twins) * (heads + 0.34))
    paper = sheet.paper()
    top = sheet.height
    for twin, both, heights in zip(twins, laid, tall, strict=True):
        heading = lettering.wrapped(twin.heading, style.HEAD, sheet.width - 0.1, 2)
        sheet.text(0.05, top - 0.06, heading, style.HEAD, va="top")
        top -= heads
        for course, labels, height, name in zip(
            twin.courses, both, heights, digest.pair, strict=True
        ):
            _timeline(sheet, paper, digest, (names, top, room), course, labels, twin.last, name)
            top -= height
        _days_axis(paper, names, top + 0.06, room, twin.last)
        top -= 0.34
    sheet.note(note)
    return sheet


def _tall(labels: list[Placed], width: Width) -> float:
    lanes = max((label.lane for label in labels), default=0) + 1
    return 0.3 + lanes * LANE + 0.08 + (0.16 if width == "narrow" else 0.0)


def _laid(course: Course, last: float, room: float, most: float) -> list[Placed]:
    """Labels under the line, each in the first lane in which it touches no other."""
    scale = room / last
    free: list[float] = []  # where each lane is free from
    placed: list[Placed] = []
    for x, text, colour in _together(course.events, scale):
        text = lettering.shortened(text, style.SMALL, most)
        wide = lettering.width(text, style.SMALL)
        left = min(x - 0.02, room - wide + 0.15)
        lane = next((k for k, begin in enumerate(free) if left >= begin), len(free))
        free[lane:] = [left + wide + 0.08, *free[lane + 1 :]]
        placed.append(Placed(x, left, lane, text, colour))
    return placed


def _together(events: list[Event], scale: float) -> list[tuple[float, str, str]]:
    """Marks: events close to each other have one, with all that happened; at most four words."""
    marks: list[tuple[float, list[str], str]] = []
    for event in sorted(events, key=lambda event: event.day):
        x = event.day * scale
        if marks and x - marks[-1][0] < CLOSE:
            before, texts, colour = marks[-1]
            if event.text not in texts:
                texts.append(event.text)
            colour = max(colour, event.colour, key=_WEIGHT.index)
            marks[-1] = (before, texts, colour)
        else:
            marks.append((x, [event.text], event.colour))
    return [(x, lettering.listed(texts), colour) for x, texts, colour in marks]


def _timeline(
    sheet: Sheet, paper: Axes, digest: Digest, place: tuple[float, float, float],
    course: Course, labels: list[Placed], last: float, name: str,
) -> None:  # fmt: skip
    left, top, room = place
    shift = 0.16 if sheet.narrow else 0.0
    y = top - 0.16 - shift
    named = policy_name(name)
    if sheet.narrow:
        text = lettering.shortened(named, style.SMALL, room)
        sheet.text(left - 0.05, top - 0.1, text, style.SMALL, digest.ink(name))
    else:
        text = lettering.wrapped(named, style.BODY, left - 0.12, 2)
        sheet.text(0.05, y, text, style.BODY, digest.ink(name), va="center")
    paper.plot([left, left + room], [y, y], color=style.RULE, linewidth=0.8, zorder=1)
    for begin, end in course.lived:
        ends = [left + begin / last * room, left + min(end, last) / last * room]
        paper.barh(
            y, ends[1] - ends[0], left=ends[0], height=0.1, color=digest.colours[name],
            alpha=0.35, linewidth=0, zorder=2,
        )  # fmt: skip
    base = y - 0.11
    for label in labels:
        _mark(paper, left, y, base, label)
    if course.more:
        more = say("further grievances: {n}", n=course.more)
        paper.text(
            left + room, y + 0.08, more, ha="right", va="bottom", fontsize=style.SMALL,
            color=style.TEXT,
        )  # fmt: skip


def _mark(paper: Axes, left: float, y: float, base: float, label: Placed) -> None:
    x = left + label.x
    text_y = base - (label.lane + 0.5) * LANE
    if label.lane:
        paper.plot([x, x], [y, text_y + LANE * 0.3], color=style.RULE, linewidth=0.7, zorder=1.5)
    paper.plot([x], [y], "o", color=label.colour, markersize=4.2, zorder=3)
    backing = {"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 0.2}
    paper.text(
        left + label.left, text_y, label.text, va="center", fontsize=style.SMALL,
        color=label.colour, zorder=2.5, bbox=backing,
    )  # fmt: skip


def _days_axis(paper: Axes, left: float, y: float, room: float, last: float) -> None:
    steps = (1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730)
    step = next((s for s in steps if last / s <= 6), 730)
    paper.plot([left, left + room], [y, y], color=style.RULE, linewidth=0.8)
    for day in range(0, int(last) + 1, step):
        x = left + day / last * room
        paper.plot([x, x], [y, y - 0.035], color=style.RULE, linewidth=0.8)
        text = say("{days} d", days=day) if day == 0 else f"{day}"
        paper.text(
            x, y - 0.06, text, ha="center" if day else "left", va="top", fontsize=style.SMALL,
            color=style.TEXT,
        )  # fmt: skip
