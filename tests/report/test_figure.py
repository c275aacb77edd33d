import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from synthetic import made

from govsim.experiments import Results
from govsim.language import LANGUAGES
from govsim.report.figure import run_figure, save_figures
from govsim.report.style import BASELINE, POLICY_COLOURS, styled


def texts_and_places(figure: Figure) -> list[tuple[str, Bbox]]:
    with styled():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        texts = figure.findobj(lambda a: isinstance(a, Text) and a.get_visible() and a.get_text())
        shown = [text for text in texts if text not in ticks_out_of_view(figure)]
        return [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in shown]


def ticks_out_of_view(figure: Figure) -> set[Text]:
    """Labels that matplotlib keeps but does not draw."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = axis.get_view_interval()
            ticks = axis.get_major_ticks()
            hidden |= {tick.label1 for tick in ticks if not low <= tick.get_loc() <= high}
    return hidden


def words_of(figure: Figure) -> set[str]:
    return {text for text, _ in texts_and_places(figure)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", ["alone", "compared"])
def test_no_text_is_cut_or_covers_another(
    lang: str, case: str, request: pytest.FixtureRequest
) -> None:
    figure = run_figure(request.getfixturevalue(case), lang)
    page = figure.bbox
    places = texts_and_places(figure)
    outside = [t for t, box in places if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1]
    assert outside == []
    overlaps = [
        (one, other)
        for (one, a), (other, b) in combinations(places, 2)
        if a.shrunk(0.9, 0.7).overlaps(b.shrunk(0.9, 0.7))
    ]
    assert overlaps == []


def test_the_title_names_the_run(alone: Results) -> None:
    shown = words_of(run_figure(alone, "en"))
    assert alone.name in shown
    assert "2011-01-01 to 2011-12-31, 4 replications, seed 1" in shown


def test_the_chinese_figure_speaks_chinese(compared: Results) -> None:
    shown = words_of(run_figure(compared, "zh"))
    assert {"民情夜访", "基准", "社区/村", "街道/乡镇", "1月\n2011年", "25%"} <= shown
    latin = [t for t in shown if t.isascii() and t.replace(",", "").isalpha() and len(t) > 1]
    assert latin == []


def test_the_baseline_is_grey_and_the_policy_is_not(compared: Results) -> None:
    figure = run_figure(compared, "en")
    backlog = next(axes for axes in figure.axes if axes.get_label() == "0.0")
    assert [line.get_color() for line in backlog.lines] == [BASELINE, POLICY_COLOURS[0]]


def test_each_tier_has_its_panels(alone: Results) -> None:
    labels = {axes.get_label() for axes in run_figure(alone, "en").axes}
    assert {f"{row}.{tier}" for row in (0, 1) for tier in range(4)} <= labels


def test_the_backlog_line_is_the_mean_over_replications(alone: Results) -> None:
    figure = run_figure(alone, "en")
    panel = next(axes for axes in figure.axes if axes.get_label() == "0.0")
    rows = alone.series.query("measure == 'backlog' and tier == 'community'")
    expected = rows.groupby("date")["value"].mean().to_numpy()
    np.testing.assert_allclose(panel.lines[0].get_ydata(), expected)


def test_one_replication_has_no_bands() -> None:
    figure = run_figure(made(replications=1), "en")
    panel = next(axes for axes in figure.axes if axes.get_label() == "0.0")
    assert not panel.collections
    assert panel.lines


def test_a_tier_without_deadline_says_so() -> None:
    results = made(replications=2)
    series = results.series
    silent = series["tier"].eq("district") & series["measure"].str.startswith("replies_")
    series.loc[silent, "value"] = 0.0
    assert "no reply deadline" in words_of(run_figure(results, "en"))


@pytest.mark.parametrize("days", [10, 60, 1100])
def test_short_and_long_runs_have_readable_axes(days: int) -> None:
    figure = run_figure(made(replications=2, days=days), "zh")
    panel = next(axes for axes in figure.axes if axes.get_label() == "0.0")
    assert 1 <= len(panel.get_xticks()) <= 6


def test_files_are_the_same_bytes_every_time(compared: Results, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            written = save_figures(compared, folder)
        assert [path.name for path in written] == [
            "figure.en.png",
            "figure.en.svg",
            "figure.zh.png",
            "figure.zh.svg",
        ]
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_drawing_leaves_matplotlib_as_it_was(alone: Results) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    run_figure(alone, "zh")
    assert dict(mpl.rcParams) == before
