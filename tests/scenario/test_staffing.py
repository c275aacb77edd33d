"""More and fewer cadres at a tier: where they sit, when they come, and that both engines agree."""

from pathlib import Path

import numpy as np
import pytest

from govsim.errors import InputError
from govsim.model.plan import DAY, NEVER, Plan
from govsim.scenario import compile_plan, load
from govsim.scenario.staffing import cadres_written, fewest
from plans import FROM_NOTHING

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def plan(*settings: str, file: str = "district") -> Plan:
    return compile_plan(load(SCENARIOS / f"{file}.yaml", set=[*FROM_NOTHING, *settings]))


def sizes(of: Plan, tier: int) -> list[int]:
    """Cadres at each desk of a tier, leaders not counted."""
    return [len(d.cadres) for d in of.desks if of.offices[d.office].tier == tier and not d.approves]


def test_one_more_everywhere_is_the_plan_with_one_more_written() -> None:
    more = plan("tiers.street.staffing.more_cadres=8")
    written = plan("tiers.street.desks.handlers.cadres=7")
    assert more == written
    assert more != plan()


def test_one_fewer_everywhere_is_the_plan_with_one_fewer_written() -> None:
    assert plan("tiers.street.staffing.more_cadres=-8") == plan(
        "tiers.street.desks.handlers.cadres=5"
    )


@pytest.mark.parametrize("file", ["district", "nanchang_2011", "small_town", "qingyunpu_2006"])
def test_nothing_changes_by_nothing(file: str) -> None:
    later = plan("tier_defaults.staffing.over=2 years", file=file)
    assert later == plan(file=file)


def test_each_stands_on_the_one_before() -> None:
    before = np.array(sizes(plan(), 1))
    for count in range(1, 20):
        after = np.array(sizes(plan(f"tiers.street.staffing.more_cadres={count}"), 1))
        assert after.sum() == 48 + count
        assert (after - before).tolist().count(1) == 1
        assert (after - before).min() == 0
        before = after


def test_more_go_where_most_residents_wait() -> None:
    """Two kinds of communities: one has three times the residents of the other."""
    groups = "{big: {offices: 2, residents: 3000}, small: {offices: 2, residents: 1000}}"
    for count, expected in ((1, [2, 1, 1, 1]), (2, [2, 2, 1, 1]), (4, [3, 3, 1, 1])):
        town = load(
            SCENARIOS / "district.yaml",
            set=[
                "tiers.community.offices=none",
                f"tiers.community.groups={groups}",
                "tiers.community.desks.front.cadres=1",
                "tiers.street.offices=2",
                f"tiers.community.staffing.more_cadres={count}",
            ],
        )
        assert sizes(compile_plan(town), 0) == expected


def test_somebody_stays_everywhere() -> None:
    assert set(sizes(plan("tiers.street.staffing.more_cadres=-40"), 1)) == {1}
    with pytest.raises(InputError, match=r"41 cadres fewer .* 48 are there, and 8 must stay"):
        plan("tiers.street.staffing.more_cadres=-41")
    street = load(SCENARIOS / "district.yaml").tiers["street"]
    assert (cadres_written(street), fewest(street)) == (48, 8)


@pytest.mark.parametrize("rubbish", ["x", "1.5", "nan", "3 d", "1e300", "[1]", "{}"])
def test_rubbish_is_refused(rubbish: str) -> None:
    with pytest.raises(InputError, match="more_cadres"):
        plan(f"tiers.street.staffing.more_cadres={rubbish}")


def test_they_come_month_by_month() -> None:
    steps = [
        "tiers.street.staffing.more_cadres=6",
        "tiers.street.staffing.begins=10 d",
        "tiers.street.staffing.over=365 d",
    ]
    come = [c for c in plan(*steps).cadres if c.joins]
    months = sorted((c.joins // DAY - 10) * 12 / 365 for c in come)
    assert np.allclose(months, [2, 4, 6, 8, 10, 12], atol=12 / 365)
    assert max(c.joins for c in come) == 375 * DAY
    assert {(c.ramp_up, c.first_day_speed, c.leaves) for c in come} == {(90 * DAY, 0.6, NEVER)}


def test_they_go_month_by_month() -> None:
    steps = ["tiers.street.staffing.more_cadres=-4", "tiers.street.staffing.over=365 d"]
    gone = sorted(c.leaves // DAY for c in plan(*steps).cadres if c.leaves < NEVER)
    assert gone == [91, 182, 273, 365]


@pytest.mark.parametrize("more", [3, -2])
def test_both_engines_agree_while_cadres_come_and_go(more: int) -> None:
    import govsim

    town = load(
        SCENARIOS / "small_town.yaml",
        set=[
            "horizon=200 d",
            f"tiers.street.staffing.more_cadres={more}",
            "tiers.community.staffing.more_cadres=2",
            "tier_defaults.staffing.over=150 d",
        ],
    )
    compiled, agents = (
        govsim.run(town, replications=2, workers=1, engine=engine).city
        for engine in ("compiled", "agents")
    )
    assert compiled.keys() == agents.keys()
    for key, found in compiled.items():
        assert np.array_equal(list(found.values()), list(agents[key].values()), equal_nan=True), key
