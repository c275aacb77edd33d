"""From results to a document: which sections there are, in which order."""

from collections.abc import Callable, Iterator
from datetime import datetime

from govsim import __version__
from govsim.experiments.results import Results
from govsim.experiments.sweep_store import SweepResults
from govsim.language import language, say, speaking
from govsim.report import words
from govsim.report.document import Document, Part, Section
from govsim.report.sections import (
    answer,
    decided,
    evidence,
    found,
    measures,
    method,
    pictures,
    policies,
    swept,
    trust,
    twins,
)
from govsim.report.source import Source

SECTIONS: tuple[Callable[[Source], Section | None], ...] = (
    decided.section,
    answer.section,
    measures.section,
    pictures.section,
    twins.section,
    trust.section,
    evidence.section,
    policies.section,
    method.section,
)


def compose(sources: list[Source], lang: str) -> Document:
    """The report on some results, in a language.

    Raises:
        InputError: a folder's files are damaged or were changed by hand.
    """
    with speaking(lang):
        alone = len(sources) == 1
        parts = [_part(source, alone=alone) for source in sources]
        last = parts[-1]
        again = method.reproduction(sources)
        parts[-1] = Part(last.title, last.subtitle, (*last.sections, again))
        finished = max(str(source.manifest.get("finished", "")) for source in sources)
        return Document(
            lang=lang,
            title=sources[0].name if alone else say("{n} results together", n=len(sources)),
            subtitle=_subtitle(sources[0]) if alone else words.listed(s.name for s in sources),
            day=_day(finished),
            moment=finished,
            author=f"govsim {__version__}",
            parts=tuple(parts),
            warnings=tuple(warning for source in sources for warning in _missing(source)),
        )


def _day(finished: str) -> str:
    try:
        return words.day(datetime.fromisoformat(finished).date())
    except ValueError:
        return ""


def _part(source: Source, *, alone: bool) -> Part:
    title, subtitle = ("", "") if alone else (source.name, _subtitle(source))
    return Part(title, subtitle, tuple(_sections(source)))


def _sections(source: Source) -> Iterator[Section]:
    if isinstance(source.results, SweepResults):
        yield from swept.sections(source, source.results)
    yield from found.sections(source)
    for section in SECTIONS:
        told = section(source)
        if told is not None:
            yield told


def _subtitle(source: Source) -> str:
    results = source.results
    if isinstance(results, SweepResults):
        facts = results.manifest["scenario"]
        scenario = str((language() == "zh" and facts.get("name_zh")) or facts["name"])
        return say("A sweep over {scenario}", scenario=scenario)
    sets = source.policy_sets
    if len(sets) > 1:
        return say("{n} ways to run the offices, compared", n=len(sets))
    return words.policy_name(sets[0]) if sets else ""


def _missing(source: Source) -> Iterator[str]:
    """What is not there yet, which nobody must overlook."""
    results = source.results
    if isinstance(results, SweepResults):
        counts = results.status()
        if counts["missing"]:
            yield say(
                "This sweep is not finished: {missing} of {all} replications are missing. What "
                "follows is of those that are done.",
                missing=words.whole(counts["missing"]),
                all=words.whole(results.tasks),
            )
        if counts["failed"]:
            yield say(
                "{failed} of {all} replications failed and are left out.",
                failed=words.whole(counts["failed"]),
                all=words.whole(results.tasks),
            )
    elif isinstance(results, Results) and not results.complete:
        yield say(
            "This run was interrupted: {done} of {all} replications of each policy set are "
            "finished. What follows is of those.",
            done=words.whole(results.replications),
            all=words.whole(int(results.manifest["replications"])),
        )
