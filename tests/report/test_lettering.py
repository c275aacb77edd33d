"""Texts that fit: measured as they are drawn, broken where the language allows it, moved apart."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from govsim.report import lettering, style

ENGLISH = "Grievances open at the end of each week"
CHINESE = "每周末未办结的诉求（件）：“仍未答复”"


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, "12,345 ± 6 %", "→ ■ ● é"])
@pytest.mark.parametrize("size", [7.0, 9.0])
def test_width_is_that_of_the_drawn_text(text: str, size: float) -> None:
    with style.styled():
        figure = Figure(figsize=(9, 1), dpi=150)
        drawn = figure.text(0, 0, text, fontsize=size)
        canvas = FigureCanvasAgg(figure)
        inches = drawn.get_window_extent(canvas.get_renderer()).width / 150
    assert inches * 0.97 <= lettering.width(text, size) <= inches * 1.08


def test_what_no_font_has_becomes_a_box() -> None:
    assert lettering.shown("a\U0001f9ffb\nc\td\u200be") == "a□b c d e"
    assert lettering.shown(CHINESE) == CHINESE


@pytest.mark.parametrize("text", [ENGLISH * 3, CHINESE * 5, "x" * 300])
def test_wrapped_lines_fit_and_are_no_more_than_asked(text: str) -> None:
    lines = lettering.wrapped(text, 7.0, 1.5, 3).split("\n")
    assert 1 < len(lines) <= 3 or "x" in text
    assert all(lettering.width(line, 7.0) <= 1.5 + 0.2 for line in lines)
    assert lines[-1].endswith("…")


def test_nothing_is_lost_where_there_is_room() -> None:
    assert lettering.wrapped(ENGLISH, 7.0, 1.0).replace("\n", " ") == ENGLISH
    assert lettering.wrapped(CHINESE, 7.0, 1.0).replace("\n", "") == CHINESE


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one() -> None:
    for inches in np.arange(0.4, 2.0, 0.07):
        for line in lettering.wrapped(CHINESE * 3, 7.0, float(inches)).split("\n"):
            assert line[0] not in "，。；：、）”"
            assert line[-1] not in "（“"


def test_shortened_fits() -> None:
    short = lettering.shortened(ENGLISH, 7.0, 1.0)
    assert short.endswith("…")
    assert lettering.width(short, 7.0) <= 1.0
    assert lettering.shortened("brief", 7.0, 1.0) == "brief"


def test_apart_moves_no_more_than_needed() -> None:
    assert lettering.apart([1.0, 5.0], [1.0, 1.0], 0.0, 9.0) == [1.0, 5.0]
    assert lettering.apart([2.0, 2.0], [1.0, 1.0], 0.0, 9.0) == [1.5, 2.5]
    assert lettering.apart([2.2, 2.0], [1.0, 1.0], 0.0, 9.0) == pytest.approx([2.6, 1.6])
    assert lettering.apart([0.0, 0.1], [1.0, 1.0], 0.0, 9.0) == [0.5, 1.5]
    assert lettering.apart([9.0], [1.0], 0.0, 9.0) == [8.5]


@pytest.mark.parametrize("seed", range(30))
def test_labels_moved_apart_never_touch(seed: int) -> None:
    draws = np.random.default_rng(seed)
    wanted, sizes = draws.uniform(0, 10, 9), draws.uniform(0.2, 1.0, 9)
    middles = np.array(lettering.apart(list(wanted), list(sizes), 0.0, 10.0))
    order = np.argsort(middles)
    gaps = np.diff(middles[order]) - (sizes[order][1:] + sizes[order][:-1]) / 2
    assert gaps.min() > -1e-9
    assert (middles - sizes / 2).min() > -1e-9
    assert (middles + sizes / 2).max() < 10 + 1e-9


@pytest.mark.parametrize("seed", range(10))
def test_labels_around_points_cover_neither_points_nor_each_other(seed: int) -> None:
    draws = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in draws.uniform(0.5, 2.0, (9, 2))]
    sizes = [(0.6, 0.12)] * 9
    middles = lettering.around(points, sizes, (0.0, 0.0, 3.0, 2.5))
    for k, (x, y) in enumerate(middles):
        for a, b in points:
            assert abs(a - x) > 0.3 - 1e-9 or abs(b - y) > 0.06 - 1e-9
        for a, b in middles[:k]:
            assert abs(a - x) >= 0.6 - 1e-9 or abs(b - y) >= 0.12 - 1e-9
