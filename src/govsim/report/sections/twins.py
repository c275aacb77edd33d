"""Case twins: the same problems under the first policy set and another one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import nan

from govsim.experiments.stories import Course, Stories, Story, stories
from govsim.language import language, say
from govsim.report import words
from govsim.report.document import Block, Cell, Column, Grid, Section, Text
from govsim.report.sections.pictures import registered
from govsim.report.source import Source


def section(source: Source) -> Section | None:
    """Three problems followed under both, chosen by rule."""
    results = source.comparison
    if results is None or source.histories is None or len(results.policy_sets) < 2:
        return None
    there = set(source.histories["policy_set"].unique().to_pylist())
    base, policy_set = results.policy_sets[0], source.digest.chosen if source.digest else None
    if policy_set is None or not {base, policy_set} <= there:
        return None
    horizon = datetime.combine(results.start, datetime.min.time()) + timedelta(days=results.days)
    found = stories(source.histories, base, policy_set, horizon)
    picture = registered(source, "twins")
    blocks = (*([picture] if picture else []), *_blocks(found))
    return Section(source.anchor("twins"), say("The same problems, twice"), blocks)


def _blocks(found: Stories) -> Iterator[Block]:
    yield Text(_summary(found))
    chosen = (
        (say("In the middle"), found.typical),
        (say("Gained most"), found.gain),
        (say("Lost most"), found.loss),
    )
    for why, story in chosen:
        if story is not None:
            yield _grid(found, why, story)
    yield Text(
        say(
            "Chosen by rule, of the problems of the first replication whose history differs and "
            "about which somebody spoke up: the one in the middle by days gained, the one with "
            "most days gained, the one with most days lost."
        ),
        "note",
    )


def _summary(found: Stories) -> str:
    facts = found.summary
    return say(
        "Of {followed} problems followed under {base} and under {policy}, {earlier} truly ended "
        "earlier, {later} later, {same} at the same moment; the history of {differ} differs in "
        "anything at all.",
        followed=words.whole(facts.followed),
        base=words.policy_name(found.base),
        policy=words.policy_name(found.policy_set),
        earlier=words.whole(facts.earlier),
        later=words.whole(facts.later),
        same=words.whole(facts.same_end),
        differ=words.whole(facts.differ),
    )


def _grid(found: Stories, why: str, story: Story) -> Grid:
    moments = (
        (say("Begins"), "began"),
        (say("Registered"), "registered"),
        (say("First reply"), "replied"),
        (say("Closed, says the ledger"), "closed"),
        (say("Truly over"), "ended"),
    )
    rows = tuple(
        (Cell(label), _moment(story.base, name), _moment(story.policy, name))
        for label, name in moments
    )
    columns = (
        Column(say("What happens"), number=False),
        Column(words.policy_name(found.base), number=False),
        Column(words.policy_name(found.policy_set), number=False),
    )
    colon = "：" if language() == "zh" else ": "
    return Grid(why + colon + _headline(story), columns, rows)


def _headline(story: Story) -> str:
    days = words.quantity(abs(story.days_gained), nan, "days")
    least = {
        "days": days,
        "class": words.class_name(story.klass),
        "office": words.office_name(story.office),
    }
    if story.days_gained == 0.0:
        return say("{class} at {office}, over at the same moment", **least)
    if story.days_gained > 0.0:
        text = say("{class} at {office}, over {days} earlier", **least)
    else:
        text = say("{class} at {office}, over {days} later", **least)
    return text + say(" (at least: it outlived the run)") if story.at_least else text


def _moment(course: Course, name: str) -> Cell:
    """When something happened, and how long after the beginning."""
    moment = getattr(course, name)
    if moment is None:
        return Cell(say("not within the run"), weak=True)
    if name == "began":
        return Cell(words.day(moment.date()))
    after = (moment - course.began).total_seconds() / 86_400
    day = say("day {day}", day=words.whole(after))
    return Cell(f"{words.day(moment.date())} · {day}")
