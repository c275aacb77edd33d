"""A city at a fiftieth gives the shares that it gives at a twenty-fifth."""

from functools import cache
from pathlib import Path

import pytest

import govsim
from govsim.experiments.intervals import Interval, mean_interval
from longer import many

BEIJING = Path(__file__).parents[2] / "scenarios" / "beijing_12345.yaml"
DAYS = 60
RUNS = many(8, 24)
SIZES = (1, 2)  # in fiftieths
SHARES = {  # KPI and side: by how much the two sizes may differ
    ("reply_on_time", "recorded"): 0.015,
    ("on_time_completion", "recorded"): 0.015,
    ("resolution_rate", "recorded"): 0.01,
    ("resolution_rate", "true"): 0.01,
    ("satisfaction", "recorded"): 0.01,
    ("satisfaction", "true"): 0.01,
    ("closed_on_paper_share", "true"): 0.01,
    ("coverage", "true"): 0.005,
}


@cache
def measured(size: int) -> dict[tuple[str, str], Interval]:
    """The KPIs of the city at so many fiftieths; offices of each tier are as large as before."""
    bigger = (
        f"horizon={DAYS} d",
        "history=60 d",
        f"tiers.community.offices={140 * size}",
        f"tiers.street.offices={7 * size}",
        f"tiers.district.offices={size}",
        f"tiers.city.desks.departments.cadres={10 * size}",
        f"tiers.city.leaders.count={6 * size}",
    )
    scenario = govsim.load(BEIJING, set=bigger)
    results = govsim.run(scenario, replications=RUNS, seed=1, workers=2)
    city = results.kpis[results.kpis["scope"] == "city"]
    return {
        key: mean_interval(rows["value"].to_numpy()) for key, rows in city.groupby(["kpi", "side"])
    }


@pytest.mark.slow
@pytest.mark.parametrize(("kpi", "side"), SHARES, ids=" ".join)
def test_shares_do_not_depend_on_the_size(kpi: str, side: str) -> None:
    small, large = (measured(size)[kpi, side] for size in SIZES)
    assert small.mean == pytest.approx(large.mean, abs=SHARES[kpi, side])


@pytest.mark.slow
@pytest.mark.parametrize("kpi", ["registered", "enquiries", "problems_born", "cadre_hours"])
def test_quantities_go_by_the_resident(kpi: str) -> None:
    side = "true" if kpi == "problems_born" else "recorded"
    small, large = (measured(size)[kpi, side].mean / size for size in SIZES)
    assert small == pytest.approx(large, rel=0.05)
