"""What is found to have settled, and the picture of it."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num
from settling_runs import START, settling
from test_figure import texts_and_places, words_of

from govsim.errors import InputError
from govsim.experiments import settling as finding
from govsim.experiments.settling import found_warm_up, settled_after, weekly
from govsim.experiments.warmup import welch
from govsim.language import LANGUAGES
from govsim.report.figure import run_figure
from govsim.report.style import GRID
from govsim.report.warmup import WINDOW, save_warmup_figures, warmup_figure

GREY = "Grey: the warm-up, left out of all KPIs and delays."


def test_it_has_settled_when_little_is_left_to_come() -> None:
    """Of an exponential approach by 200."""
    quick, slow = (settled_after(settling((w, w)), "baseline") for w in (2.0, 6.0))
    assert quick is not None
    assert slow is not None
    assert 7 * 2.0 * 2 < quick < 7 * 2.0 * 8
    assert 7 * 6.0 * 2 < slow < 7 * 6.0 * 8
    assert quick % 35 == slow % 35 == 0  # means of five weeks


def test_both_stocks_must_have_settled() -> None:
    both = [settled_after(settling(weeks), "baseline") for weeks in ((2.0, 6.0), (6.0, 2.0))]
    one = settled_after(settling((2.0, 2.0)), "baseline")
    assert one is not None
    assert all(days is not None and days > one for days in both)


def test_what_goes_on_rising_has_not_settled() -> None:
    assert settled_after(settling(rise=3.0), "baseline") is None


def test_the_setting_leaves_out_what_the_pilot_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, dict]] = []
    monkeypatch.setattr(finding, "load", lambda path, set: (path, set))
    monkeypatch.setattr(
        finding, "run", lambda loaded, **how: asked.append((loaded, how)) or settling()
    )
    found = settled_after(settling(), "baseline")
    assert found_warm_up("town.yaml", ["horizon=1050 d"], 7, 2) == f"warm_up={found} d"
    (loaded, how), *_ = asked
    assert loaded == ("town.yaml", ["horizon=1050 d", "warm_up=0 d"])
    assert (how["seed"], how["policies"], how["workers"]) == (7, [], 2)


def test_what_does_not_settle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "load", lambda path, set: path)
    monkeypatch.setattr(finding, "run", lambda loaded, **how: settling(rise=3.0))
    with pytest.raises(InputError, match="do not settle within 1050 days"):
        found_warm_up("town.yaml", [], 1, 1)


# ---------------------------------------------------------------- the picture


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rise", [0.0, 3.0])
def test_no_text_is_cut_or_covers_another(lang: str, rise: float) -> None:
    results = settling(rise=rise, warm_up=140.0, policy_sets=("baseline", "night_visits"))
    figure = warmup_figure(results, lang)
    places = texts_and_places(figure)
    page = figure.bbox
    assert [t for t, box in places if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1] == []
    assert [
        (one, other)
        for (one, a), (other, b) in combinations(places, 2)
        if a.shrunk(0.9, 0.7).overlaps(b.shrunk(0.9, 0.7))
    ] == []


def test_grey_is_the_warm_up_and_dashed_what_was_found() -> None:
    results = settling(warm_up=140.0)
    for axes in warmup_figure(results, "en").axes:
        (span,) = axes.patches
        assert span.get_x() == date2num(START)
        assert span.get_width() == 140.0
        dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
        found = settled_after(results, "baseline")
        assert [line.get_xdata()[0] for line in dashed] == [date2num(START) + found]


def test_without_either_there_is_neither() -> None:
    figure = warmup_figure(settling(rise=3.0), "en")
    for axes in figure.axes:
        assert not axes.patches
        assert not [line for line in axes.lines if line.get_linestyle() == "--"]
    assert any("has not settled" in text for text in words_of(figure))


def test_the_lines_are_the_mean_and_its_moving_average() -> None:
    results = settling()
    thin, thick = warmup_figure(results, "en").axes[0].lines[:2]
    values = weekly(results, "baseline", "backlog", "recorded")
    np.testing.assert_allclose(thin.get_ydata(), values.mean(axis=0))
    np.testing.assert_allclose(thick.get_ydata(), welch(values, WINDOW))
    assert thin.get_xdata()[0] == date2num(START) + 7  # stocks are those of a week's end


def test_it_is_written_in_both_languages(tmp_path: Path) -> None:
    written = save_warmup_figures(settling(warm_up=70.0), tmp_path)
    names = {f"warmup.{lang}.{ending}" for lang in LANGUAGES for ending in ("png", "svg")}
    assert {path.name for path in written} == names
    assert all(path.stat().st_size > 10_000 for path in written)


def test_the_figure_of_a_run_says_what_is_left_out() -> None:
    def greys(warm_up: float) -> int:
        figure = run_figure(settling(warm_up=warm_up), "en")
        told = any(GREY in text for text in words_of(figure))
        panels = [axes for axes in figure.axes if axes.get_label()[0] in "01"]
        spans = [p for axes in panels for p in axes.patches if p.get_facecolor() == to_rgba(GRID)]
        assert told == bool(warm_up)
        assert len(spans) in (0, len(panels))
        return len(spans)

    assert greys(70.0) > 0
    assert greys(0.0) == 0
