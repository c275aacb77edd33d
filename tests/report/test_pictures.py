"""The pictures of the report: what they say is right, every text is there to be read, and none of
what a stranger writes into a scenario breaks them.
"""

import json
import re
import warnings
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from synthetic import EFFECT, made

from govsim import compare, run
from govsim.experiments import Results
from govsim.experiments.certainty import Certainty
from govsim.experiments.intervals import Interval, mean_interval, paired_difference
from govsim.experiments.results import open_run
from govsim.language import LANGUAGES, speaking
from govsim.outcomes import Tables
from govsim.report import curves, style
from govsim.report.pictures import PICTURES, Digest
from govsim.report.pictures.cost_effect import Point, frontier
from govsim.report.pictures.finding import signed_percent
from govsim.report.pictures.flow import GIVEN_UP, OPEN, PAPER, SOLVED, counted
from govsim.report.pictures.hours import _what, _whose
from govsim.report.pictures.precision import half_widths
from govsim.report.pictures.svg import inlined

TOWN = Path(__file__).parents[2] / "scenarios" / "small_town.yaml"
BOTH = ("night_visits", "added_staff")
ONLY_COMPARED = {"flow", "cost_effect", "twins", "best"}
WIDTHS = ("wide", "narrow")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pictures") / "town"
    compare(TOWN, BOTH, replications=4, settings=["horizon=90 d"], out=place, workers=1)
    return place


@pytest.fixture(scope="module")
def digest(folder: Path) -> Digest:
    return Digest.of(open_run(folder))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Digest:
    place = tmp_path_factory.mktemp("pictures") / "alone"
    return Digest.of(run(TOWN, replications=3, workers=1, out=place))


@pytest.fixture(autouse=True)
def no_glyph_is_missing() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def drawn_texts(figure: Figure) -> list[tuple[str, Bbox]]:
    with style.styled():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        hidden = set()
        for axes in figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
                hidden |= {t.label1 for t in ticks if not low <= t.get_loc() <= high}
                if not axes.axison:
                    hidden |= {t.label1 for t in ticks}
        texts = figure.findobj(lambda a: isinstance(a, Text) and a.get_visible() and a.get_text())
        renderer = canvas.get_renderer()
        return [(t.get_text(), t.get_window_extent(renderer)) for t in texts if t not in hidden]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_cut_or_covers_another(name: str, lang: str, width: str, digest: Digest) -> None:
    figure = PICTURES[name].draw(digest, lang, width)
    assert figure is not None
    page = figure.bbox
    places = drawn_texts(figure)
    cut = [
        t for t, b in places if b.x0 < -2 or b.y0 < -2 or b.x1 > page.x1 + 2 or b.y1 > page.y1 + 2
    ]
    assert cut == []
    overlaps = [
        (one, other)
        for (one, a), (other, b) in combinations(places, 2)
        if a.shrunk(0.9, 0.6).overlaps(b.shrunk(0.9, 0.6))
    ]
    assert overlaps == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_results_of_one_policy_have_what_they_can_carry(alone: Digest, lang: str) -> None:
    missing = {name for name, p in PICTURES.items() if p.draw(alone, lang, "wide") is None}
    assert missing == ONLY_COMPARED
    with speaking(lang):
        for picture in PICTURES.values():
            assert picture.title(alone)
            assert picture.alt(alone)


@pytest.mark.parametrize("name", PICTURES)
def test_titles_and_texts_are_in_the_language(name: str, digest: Digest) -> None:
    picture = PICTURES[name]
    with speaking("en"):
        english = picture.title(digest), picture.alt(digest)
    with speaking("zh"):
        chinese = picture.title(digest), picture.alt(digest)
    for en, zh in zip(english, chinese, strict=True):
        assert not re.search(r"[\u4e00-\u9fff]", en)
        assert re.search(r"[\u4e00-\u9fff]", zh)


# ---------------------------------------------------------------- what they say is right


def test_lines_over_time_are_means_with_students_limits(digest: Digest) -> None:
    series = digest.results.series
    rows = series[
        (series["measure"] == "backlog")
        & (series["side"] == "recorded")
        & (series["tier"] == "all")
        & (series["policy_set"] == "night_visits")
    ]
    line = digest.weekly("backlog", "recorded", "night_visits")
    assert line is not None
    expected = [mean_interval(week["value"]) for _, week in rows.groupby("week")]
    for ours, theirs in zip(zip(*line[1:], strict=True), expected, strict=True):
        assert ours == pytest.approx(tuple(theirs[:3]))


def test_delay_curves_agree_with_those_of_the_runs_figure(digest: Digest) -> None:
    theirs = curves.share_done(digest.results.delays, "resolution", "policy_set")
    theirs = theirs[theirs["policy_set"] == "baseline"]
    ours = digest.done_within("resolution", "baseline")
    assert ours is not None
    for days in (5.0, 20.0, 60.0):
        at = theirs[theirs["days"] <= days].iloc[-1]
        k = np.flatnonzero(ours.x <= days)[-1]
        assert ours.mean[k] == pytest.approx(at["mean"])
        assert ours.low[k] == pytest.approx(at["low"])


def test_ages_are_those_of_the_open_cases(digest: Digest) -> None:
    found = digest.ages("baseline")
    assert found is not None
    backlog = digest.values("backlog", "recorded", "baseline").sum()
    assert found[1].sum() == backlog


def test_more_cost_is_paired(digest: Digest) -> None:
    own, more = digest.cost("night_visits")
    values = {
        n: digest.values("cost", "recorded", n) * 365 / 90 for n in ("baseline", "night_visits")
    }
    assert own == pytest.approx(mean_interval(values["night_visits"]), nan_ok=True)
    expected = paired_difference(values["night_visits"], values["baseline"])
    assert more == pytest.approx(expected, nan_ok=True)


def test_hours_add_up(digest: Digest) -> None:
    for name in digest.policy_sets:
        hours = sum(
            digest.city(f"{who}_hours", "recorded", name).mean for who in ("cadre", "leader")
        )
        assert _whose(digest, name).sum() == pytest.approx(hours)
        assert _what(digest, name).sum() == pytest.approx(hours)


def history(*cases: tuple[str, ...]) -> pd.DataFrame:
    """Each case as steps "activity tier outcome"."""
    rows = []
    for case, steps in enumerate(cases):
        for step in steps:
            activity, tier, *outcome = step.split("/")
            rows.append((case, activity, tier, outcome[0] if outcome else None))
    return pd.DataFrame(rows, columns=["case", "activity", "tier", "outcome"])


def test_flow_follows_each_grievance_to_its_last_end() -> None:
    flow = counted(
        history(
            ("register/community", "close/community/solved"),
            ("register/community", "escalate/street", "return/community", "close/community/solved"),
            ("register/community", "send back/community", "close/street/solved on paper"),
            ("register/street", "close/street/solved", "reopen/street", "give up/street"),
            ("register/street", "close/street/solved", "reopen/street"),
            ("register/community", "send back/community", "send back/community"),
        ),
        ("community", "street"),
    )
    assert flow.paths == {
        (0, 0, SOLVED): 1,
        (0, 1, SOLVED): 1,
        (0, 1, PAPER): 1,
        (1, 1, GIVEN_UP): 1,
        (1, 1, OPEN): 1,
        (0, 0, OPEN): 1,
    }
    assert (flow.total, flow.sent_back, flow.returned) == (6, 2, 1)


def test_flow_of_a_real_run_loses_no_grievance(digest: Digest) -> None:
    table = digest.histories
    assert table is not None
    frame = table.to_pandas()
    own = frame[frame["policy_set"] == "baseline"]
    flow = counted(own, digest.results.tiers)
    assert flow.total == (own["activity"] == "register").sum()


def point(name: str, cost: float, change: float) -> Point:
    return Point(name, Interval(cost, cost, cost, 9), change, change, change)


def test_the_frontier_holds_whom_none_beats() -> None:
    points = [point("base", 0, 0), point("dear", 5, 1), point("good", 2, 3), point("best", 9, 4),
              point("worse", 1, -1), point("as good", 3, 3)]  # fmt: skip
    assert [p.name for p in frontier(points, 1)] == ["base", "good", "best"]
    assert [p.name for p in frontier(points, -1)] == ["base", "worse"]


def test_half_widths_are_those_of_the_intervals() -> None:
    values = np.array([3.0, 5.0, 4.0, 9.0, np.nan, 2.0])
    seen = values[~np.isnan(values)]
    found = [mean_interval(seen[:n]) for n in range(2, 6)]
    expected = [max(f.high - f.mean, f.mean - f.low) / 10 for f in found]
    assert half_widths(values, 10.0) == pytest.approx(expected)
    assert len(half_widths(values[:1], 10.0)) == 0
    assert len(half_widths(values, 0.0)) == 0


def test_what_chance_may_have_done_is_not_a_title(digest: Digest) -> None:
    picked = Digest(digest.results, picked="night_visits")
    sure = picked.rows
    for question, rows in sure.items():
        if question.kpi == "backlog" and question.side == "recorded":
            row = rows["night_visits"]
            for certainty in Certainty:
                rows["night_visits"] = row._replace(certainty=certainty)
                told = certainty == Certainty.CERTAIN
                assert ("Night visits" in PICTURES["backlog"].title(picked)) is told


def test_a_change_is_told_in_per_cent_or_as_a_factor() -> None:
    assert signed_percent(0.12) == "+12 %"
    assert signed_percent(-0.012) == "−1.2 %"
    assert signed_percent(12.0) == "×13"


# ---------------------------------------------------------------- colours


def coloured(policies: int) -> Digest:
    names = ("baseline", *(f"policy_{k}" for k in range(policies)))
    EFFECT.update({name: 1.0 - 0.05 * k for k, name in enumerate(names)})
    return Digest.of(made(policy_sets=names, replications=3, days=30))


@pytest.mark.parametrize(("policies", "named"), [(1, 1), (5, 5), (6, 4), (10, 4)])
def test_no_two_policies_share_a_colour_that_stands_for_one(policies: int, named: int) -> None:
    digest = coloured(policies)
    own = [c for c in digest.colours.values() if c not in {style.FAINT, style.BASELINE}]
    assert len(own) == len(set(own)) == named
    assert digest.colours["baseline"] == style.BASELINE
    assert digest.chosen in digest.named


def test_the_policy_picked_has_a_colour() -> None:
    digest = coloured(10)
    last = digest.ranked[-1]
    picked = Digest(digest.results, picked=last)
    assert last in picked.named
    assert picked.chosen == last


# ---------------------------------------------------------------- strangers

RUBBISH = "$x_{1}$ <script>\n\u202e\U0001f600 " + "𝒜" * 5 + "a very long name " * 20


@pytest.mark.parametrize("name", PICTURES)
def test_names_may_hold_anything(name: str, digest: Digest, tmp_path: Path) -> None:
    strange = renamed(digest.results, {"added_staff": RUBBISH, "community": "=cmd|' /C calc'!A0"})
    figure = PICTURES[name].draw(Digest(strange, picked=RUBBISH), "zh", "narrow")
    if figure is None:
        assert name in {"flow", "twins", "load"}  # there is no folder
        return
    style.save(figure, tmp_path / "figure.png")
    style.save(figure, tmp_path / "figure.svg")
    assert "<script" not in (tmp_path / "figure.svg").read_text("utf-8")


def renamed(results: Results, names: dict[str, str]) -> Results:
    """The same results with other names of policies and tiers."""

    def table(old: pa.Table) -> pa.Table:
        frame = old.to_pandas()
        for column in frame.columns.intersection(["policy_set", "tier", "scope_id"]):
            frame[column] = frame[column].replace(names)
        return pa.Table.from_pandas(frame, preserve_index=False)

    text = json.loads(json.dumps(results.manifest))
    text["policy_sets"] = [names.get(n, n) for n in text["policy_sets"]]
    text["done"] = {names.get(n, n): done for n, done in text["done"].items()}
    text["scenario"]["tiers"] = [names.get(n, n) for n in text["scenario"]["tiers"]]
    return Results.in_memory(text, Tables(*map(table, results.tables)))


# ---------------------------------------------------------------- in a page


def test_pictures_of_a_page_share_glyphs_and_no_ids(digest: Digest) -> None:
    figures: list[Figure] = []
    for name in ("time_goes", "on_time", "backlog"):
        figure = PICTURES[name].draw(digest, "zh", "wide")
        assert figure is not None
        figures.append(figure)
    page = inlined(figures)
    text = page.glyphs + "".join(page.pictures)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    named = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    assert named <= set(ids)
    assert len(re.findall("<use ", text)) > 100
    assert '<path id="g' not in "".join(page.pictures)
    for picture in page.pictures:
        assert picture.startswith("<svg")
        assert "width=" not in picture.split(">")[0]
        assert "viewBox" in picture.split(">")[0]


def test_all_pictures_of_a_page_are_small(digest: Digest) -> None:
    figures = [f for p in PICTURES.values() if (f := p.draw(digest, "zh", "wide")) is not None]
    page = inlined(figures)
    assert len(page.glyphs) + sum(map(len, page.pictures)) < 1_000_000


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_results_give_the_same_bytes(name: str, folder: Path) -> None:
    figures = [PICTURES[name].draw(open_run(folder), "en", "wide") for _ in range(2)]
    one, other = (inlined([figure]) for figure in figures if figure is not None)
    assert one == other
