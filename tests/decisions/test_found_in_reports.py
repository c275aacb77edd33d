"""What was asked of a sweep besides stands in its report."""

import json
from pathlib import Path

import pytest
from made_sweep import made_sweep

import govsim
from govsim.decisions.sensitivity import FACTS, keep, sensitivity
from govsim.experiments.sweep_store import SweepResults
from govsim.language import speaking
from govsim.outcomes.lookup import Floats
from govsim.report.composing import compose
from govsim.report.document import Document, Grid, Picture, Points, Section
from govsim.report.source import Source

BOTH = ("night_visits", "added_staff")


def first_counts(ranks: Floats, arm: int) -> Floats:
    """Visits help where the first value is high; the second hardly matters."""
    gain = 40.0 * (ranks[:, 0] - 0.5) if arm == 1 else 0.0 * ranks[:, 0]
    return 100.0 + gain + 2.0 * ranks[:, 1]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> SweepResults:
    folder = tmp_path_factory.mktemp("found") / "sweep"
    return made_sweep(
        folder, first_counts, 2, "latin_hypercube, samples: 150", noise=1.0, arms=BOTH
    )


def told(swept: SweepResults, lang: str = "en") -> Document:
    return compose([Source(govsim.open_results(swept.folder))], lang)


def section(document: Document, name: str) -> Section | None:
    found = (each for part in document.parts for each in part.sections)
    return next((each for each in found if each.name == name), None)


def test_nothing_is_told_that_nobody_asked(swept: SweepResults) -> None:
    assert section(told(swept), "drivers") is None
    assert section(told(swept), "regions") is None


def test_what_drives_it(swept: SweepResults) -> None:
    keep(sensitivity(swept.folder, outcome="backlog.true", between=BOTH))
    found = section(told(swept), "drivers")
    assert found is not None
    grids = [block for block in found.blocks if isinstance(block, Grid)]
    assert grids[0].rows[0][0].text == "reporting.probability"
    assert "survey" in grids[1].rows[0][-1].text
    pictures = [block for block in found.blocks if isinstance(block, Picture)]
    assert len(pictures) == 2
    assert all("Backlog" in picture.alt for picture in pictures)
    assert pictures[0].draw().axes


def test_when_the_answer_would_change(swept: SweepResults) -> None:
    govsim.discover(swept.folder, "added_staff beats night_visits in backlog.true")
    for lang, word in (("en", "only if"), ("zh", "仅在以下条件下")):
        with speaking(lang):
            found = section(told(swept, lang), "regions")
        assert found is not None
        points = next(block for block in found.blocks if isinstance(block, Points))
        assert any(word in line for line in points.items), points.items


@pytest.mark.parametrize(
    "facts",
    ["", "[]", "{", '{"arm": 3}', '{"outcome": "no_such.true"}', '{"outcome": {"a": 1}}'],
)
def test_a_spoilt_note_is_passed_over(swept: SweepResults, facts: str) -> None:
    kept: Path = swept.folder / FACTS
    before = kept.read_text("utf-8")
    try:
        kept.write_text(facts, "utf-8")
        found = section(told(swept), "drivers")
        assert found is None or json.loads(facts).get("outcome") != "no_such.true"
    finally:
        kept.write_text(before, "utf-8")
