"""What is called certain: judged together, in one vocabulary, and never for what is tiny."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from test_comparing import SHORT, TOWN

import govsim
from govsim.errors import InputError
from govsim.experiments import Results
from govsim.experiments.certainty import (
    Certainty,
    Judged,
    decide,
    few_events,
    few_moved,
    judge,
)
from govsim.experiments.comparison import (
    Best,
    Pair,
    Question,
    Screen,
    _ahead,
    best_by,
    comparison_table,
    questions,
    verdicts,
)
from govsim.experiments.indifference import Indifference, read_indifference, stated, usual, zone
from govsim.experiments.intervals import Interval, mean_interval, p_of_zero
from govsim.outcomes import KPIS
from longer import SEED, many

Floats = NDArray[np.float64]


def between(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high, 20)


# ---------------------------------------------------------------- the one function that decides


@pytest.mark.parametrize(
    ("low", "high", "adjusted", "indifference", "certainty"),
    [
        (1.0, 3.0, 0.01, 0.0, Certainty.CERTAIN),
        (-3.0, -1.0, 0.05, 0.0, Certainty.CERTAIN),
        (1.0, 3.0, 0.2, 0.0, Certainty.LEANING),  # by itself, but not among so many
        (-1.0, 3.0, 0.2, 0.0, Certainty.OPEN),
        (1.0, 3.0, 0.01, 3.0, Certainty.SAME),  # certain, and too small
        (-1.0, 3.0, 1.0, 3.0, Certainty.SAME),  # whatever it is, too small
        (1.0, 3.0, 0.01, 2.5, Certainty.LEANING),  # certain, but it may be too small
        (1.0, 3.0, 0.01, 1.5, Certainty.CERTAIN),
        (0.0, 0.0, 1.0, 0.0, Certainty.SAME),  # nothing in every replication
        (np.nan, np.nan, np.nan, 5.0, Certainty.OPEN),
    ],
)
def test_how_certain(
    low: float, high: float, adjusted: float, indifference: float, certainty: Certainty
) -> None:
    assert decide(between(low, high), adjusted, indifference) == certainty
    assert decide(between(-high, -low), adjusted, indifference) == certainty


def test_all_that_is_on_a_screen_is_judged_together() -> None:
    """The same difference is certain alone, and only leaning among many that may be chance."""
    random = np.random.default_rng(1)
    effect = random.normal(0.6, 1.0, 20)
    alone = judge({"effect": effect})["effect"]
    assert alone.certainty == Certainty.CERTAIN
    assert alone.adjusted == alone.p == p_of_zero(effect)
    chance = {str(number): random.normal(size=20) for number in range(60)}
    among = judge(chance | {"effect": effect})["effect"]
    assert among.interval == alone.interval == mean_interval(effect)
    assert 0.05 < among.adjusted == pytest.approx(61 * alone.p)
    assert among.certainty == Certainty.LEANING


def test_a_difference_seen_from_the_other_side() -> None:
    values = np.random.default_rng(2).exponential(size=12)
    there, back = judge({"": values})[""], judge({"": -values})[""]
    assert there.turned().interval == pytest.approx(back.interval)
    assert there.turned()[1:] == pytest.approx(back[1:])


# ---------------------------------------------------------------- a screen on which nothing changes


@pytest.fixture(scope="module")
def years() -> dict[Question, tuple[Floats, Floats]]:
    """Years of a town, and what more staff changes in them, by headline question."""
    results = govsim.compare(TOWN, ["added_staff"], replications=60, settings=SHORT, workers=1)
    found = {}
    for question in questions(headline=True):
        base, treated = (
            list(results.city[name, *question].values()) for name in results.policy_sets
        )
        found[question] = np.array(base), np.array(treated) - np.array(base)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("paired", [False, True])
def test_a_screen_of_nothing_seldom_calls_anything_certain(
    years: dict[Question, tuple[Floats, Floats]], paired: bool
) -> None:
    """Two groups of years of the same city; or changes as they scatter, with their mean taken out.

    Of changes that are almost always nothing, the sign is drawn instead: less their mean, they
    would almost always be the same. By single intervals something is called changed on every third
    screen or more.
    """
    screens, random = many(300, 2_000), np.random.default_rng((SEED, int(paired)))
    alone = together = 0
    for _ in range(screens):
        rows = random.integers(0, 60, (2, 20))
        apart = {}
        for question, (base, change) in years.items():
            if not paired:
                values = base[rows[0]] - base[rows[1]]
            elif few_moved(change):
                values = change[rows[0]] * random.choice([-1.0, 1.0], 20)
            else:
                values = change[rows[0]] - change.mean()
            apart[question] = np.where(np.abs(values) < 1e-9, 0.0, values)
        found = judge(apart).values()
        alone += any(judged.interval.excludes_zero() for judged in found)
        together += any(judged.certain for judged in found)
    assert alone / screens > 0.2
    assert together / screens < 0.05 + 3 * (0.05 * 0.95 / screens) ** 0.5


# ---------------------------------------------------------------- what does not matter


@pytest.mark.parametrize(
    ("kpi", "side", "baseline", "expected"),
    [
        ("resolution_rate", "true", 0.4, 0.01),  # a point
        ("trust", "true", 0.5, 0.01),
        ("backlog", "true", -200.0, 4.0),  # 2 % of it
        ("oldest_open", "recorded", 60.0, 3.0),  # 5 % of it
        ("cost", "recorded", np.nan, 0.0),
        ("reopened_share", "recorded", 0.01, 0.002),  # its own: a point is all of it
    ],
)
def test_usual_zones(kpi: str, side: str, baseline: float, expected: float) -> None:
    assert zone(kpi, side, baseline, {}) == pytest.approx(expected)


def test_every_kpi_has_a_zone() -> None:
    for name, kpi in KPIS.items():
        for side in kpi.sides():
            assert usual(name, kpi.unit_of(side)).size > 0.0


def test_a_stated_zone() -> None:
    asked = stated(["backlog = 20", "resolution_rate=3%", "oldest_open=2 d"])
    assert zone("backlog", "true", 100.0, asked) == 20.0
    assert zone("resolution_rate", "true", 0.4, asked) == pytest.approx(0.03)
    assert zone("oldest_open", "recorded", 60.0, asked) == 2.0
    assert zone("trust", "true", 0.5, asked) == 0.01
    assert read_indifference("5%", "cases") == Indifference(0.05, of_baseline=True)
    assert read_indifference("0", "cases").against(9.0) == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5%", "names no KPI"),
        ("backlogg=5", "there is no KPI 'backlogg'.*backlog"),
        ("backlog=-5", "0 or more"),
        ("backlog=5 d", "5 d"),
        ("resolution_rate=5 d", "5 d"),
    ],
)
def test_a_zone_that_is_none(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stated([text])


# ---------------------------------------------------------------- few events


@pytest.mark.parametrize(("events", "few"), [(4.0, True), (60.0, False)])
@pytest.mark.parametrize("unit", ["cases", "share", "share of almost all"])
def test_few_events_are_counted(events: float, few: bool, unit: str) -> None:
    random = np.random.default_rng((SEED, 7))
    counts = random.poisson(events, (400, 20)).astype(float)
    if unit.startswith("share"):
        counts /= 1_000.0
    values = 1.0 - counts if unit == "share of almost all" else counts
    marked = np.mean([few_events(row, unit.split()[0], 1_000.0) for row in values])
    assert marked > 0.9 if few else marked < 0.05


def test_what_has_no_chance_in_it_rests_on_no_few_events() -> None:
    assert not few_events(np.full(20, 3.0), "cases", 1_000.0)
    assert not few_events(np.array([1.0]), "cases", 1_000.0)
    assert few_events(np.array([4.0, 5.0]), "days", 9.0)
    assert not few_events(np.array([4.0, 5.0]), "days", 90.0)
    assert not few_moved(np.zeros(20))
    assert few_moved(np.r_[np.zeros(17), 1.0, -1.0, 2.0])
    assert not few_moved(np.r_[np.zeros(10), np.ones(10)])
    # One more or fewer among 200: a share of something else moves by the way.
    assert few_moved(np.r_[np.zeros(13), 0.0045, -0.0042, 0.0043, np.full(4, 0.0001)])


# ---------------------------------------------------------------- results


@pytest.fixture(scope="module")
def town() -> Results:
    return govsim.compare(
        TOWN, ["night_visits", "added_staff"], replications=12, settings=SHORT, workers=1
    )


def test_the_table_has_the_verdicts(town: Results) -> None:
    table = comparison_table(town).to_pandas()
    first = table.policy_set == "baseline"
    assert table[first].certainty.isna().all()
    assert set(table[~first].certainty) <= set(map(str, Certainty))
    row = table[(table.kpi == "registered") & (table.side == "recorded")].iloc[1]
    alone = town.screen.less(Question("registered", "recorded"), "night_visits", "baseline")
    assert (row.p, row.adjusted, row.certainty) == (alone.p, alone.adjusted, alone.certainty)
    assert row.adjusted >= row.p


def test_the_family_is_what_is_on_the_screen(town: Results) -> None:
    """Every headline question against the baseline; each pair where one asks which is best."""
    asked = questions(headline=True)
    best = sum(question.names_a_best for question in asked)
    assert len(town.screen.pairs) == 2 * len(asked) + best
    assert 0 < best < len(asked)
    smallest = min(town.screen.pairs.values(), key=lambda judged: judged.p)
    assert smallest.adjusted == min(town.screen.comparisons * smallest.p, 1.0)


def test_a_part_of_the_table_says_the_same(town: Results) -> None:
    one = [Question("backlog", "true")]
    some = comparison_table(town, one).to_pandas()
    whole = comparison_table(town).to_pandas()
    same = whole[(whole.kpi == "backlog") & (whole.side == "true")].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, same)


def with_values(results: Results, kpi: str, values: dict[str, Floats]) -> Results:
    """The same results, with other values of a KPI (both sides)."""
    frame = results.tables.kpis.to_pandas()
    for name, own in values.items():
        rows = (frame.kpi == kpi) & (frame.policy_set == name) & (frame.scope == "city")
        for side in frame[rows].side.unique():
            frame.loc[rows & (frame.side == side), "value"] = own
    table = pa.Table.from_pandas(frame, schema=results.tables.kpis.schema, preserve_index=False)
    return Results.in_memory(results.manifest, results.tables._replace(kpis=table))


def test_what_is_certain_but_tiny_is_no_win(town: Results) -> None:
    """Trust rises by three thousandths in every year: certain, and the same."""
    base = np.random.default_rng(3).normal(0.5, 0.05, 12)
    little = base + np.random.default_rng(4).normal(0.003, 0.0001, 12)
    same = with_values(
        town, "trust", {"baseline": base, "night_visits": little, "added_staff": base}
    )
    trust = Question("trust", "true")
    judged = same.screen.less(trust, "night_visits", "baseline")
    assert judged.adjusted < 1e-6
    assert judged.interval.low > 0.0
    assert judged.certainty == Certainty.SAME
    best = best_by(same, trust)
    assert best is not None
    assert (best.policy_set, best.certainty) == ("night_visits", Certainty.SAME)
    assert not best.sure
    assert set(best.equals) == {"baseline", "added_staff"}
    # Whom a thousandth matters to can say so.
    strict = Results.in_memory(same.manifest | {"indifference": {"trust": "0.001"}}, same.tables)
    found = best_by(strict, trust)
    assert found is not None
    assert found.sure
    assert found.policy_set == "night_visits"


def test_zones_that_were_stated_are_kept(tmp_path: pytest.TempPathFactory) -> None:
    results = govsim.run(
        TOWN, policies=["night_visits"], against_baseline=True, replications=2,
        indifference=["registered=90%"], workers=1,
    )  # fmt: skip
    assert results.manifest["indifference"] == {"registered": "90%"}
    level = np.mean(list(results.city["baseline", "registered", "recorded"].values()))
    row = results.screen.less(Question("registered", "recorded"), "night_visits", "baseline")
    assert row.indifference == pytest.approx(0.9 * level)


# ---------------------------------------------------------------- which is best

QUESTION = Question("backlog", "true")


def leading(**found: Certainty) -> Best:
    """``a`` leads; what can be said of it against each other one."""
    pairs = {
        Pair(QUESTION, "a", other): Judged(between(-2.0, -1.0), 0.01, 0.01, certainty)
        for other, certainty in found.items()
    }
    return _ahead(Screen(pairs), Best(QUESTION, "a", 0.99, Certainty.SAME), list(found))


CERTAIN, LEANING, OPEN, SAME = Certainty


@pytest.mark.parametrize(
    ("b", "c", "certainty", "equals", "rivals", "sure"),
    [
        (CERTAIN, CERTAIN, CERTAIN, (), (), True),
        (CERTAIN, SAME, CERTAIN, ("c",), (), False),
        (SAME, SAME, SAME, ("b", "c"), (), False),
        (CERTAIN, LEANING, LEANING, (), ("c",), False),
        (LEANING, OPEN, OPEN, (), ("b", "c"), False),
        (SAME, OPEN, OPEN, ("b",), ("c",), False),
        (SAME, LEANING, LEANING, ("b",), ("c",), False),
    ],
)
def test_the_best_is_as_certain_as_it_is_against_the_last_rival(
    b: Certainty,
    c: Certainty,
    certainty: Certainty,
    equals: tuple[str, ...],
    rivals: tuple[str, ...],
    sure: bool,
) -> None:
    best = leading(b=b, c=c)
    assert (best.certainty, best.equals, best.rivals, best.sure) == (
        certainty,
        equals,
        rivals,
        sure,
    )


def test_nothing_is_both_likely_best_and_not_to_be_told(town: Results) -> None:
    found = verdicts(town)
    assert found
    for best in found:
        assert bool(best.rivals) == (best.certainty in (LEANING, OPEN))
        if best.certainty == CERTAIN and not best.equals:
            assert best.chance > 0.95


def test_prices_name_no_best() -> None:
    assert not Question("cost", "recorded").names_a_best
    assert not Question("cadre_hours", "recorded").names_a_best
    assert not Question("registered", "recorded").names_a_best  # neither more nor less is better
    assert Question("backlog", "true").names_a_best
