"""Do measures mean the same whatever the run's length? The tables of docs/statistics.md on that.

What a run says is held against the same grievances followed for 120 days longer; and the first year
of a run against its second, for cities that have been running for longer or shorter before. Run it
with

    python experiments/run_lengths.py

Five scenarios, some ten minutes on two cores.
"""

import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from interval_coverage import PAGES, Floats, Row, put

import govsim
from govsim.experiments import Results
from govsim.outcomes import KPIS, Kpi
from govsim.outcomes.bases import CLOCK, FLOW, REPLY_TERM, RESOLUTION_TERM, TIME, Basis

SCENARIOS = ("small_town", "district", "qingyunpu_2006", "grid_town", "petition_2022")
FOLDER = Path(__file__).parents[1] / "scenarios"
LENGTHS = (90, 180, 365)  # days
LONGER = "follow_up=180 d"
RUN_INS = (0, 91, 182, 364, 728)  # days
YEAR = 364  # days: whole weeks
REPLICATIONS = 20
FEW = 0.05  # days: a mean time below is no time at all

WORDS = {
    "scenario": ("scenario", "情景"),
    "run": ("{} d", "{} 天"),
    "shares": ("shares: largest gap, points", "占比：最大差距（百分点）"),
    "times": ("mean times: largest gap, %", "平均时间：最大差距（%）"),
    "medians": ("medians: largest gap, %", "中位数：最大差距（%）"),
    "alone": ("shares without follow-up, points", "不继续跟踪时的占比（百分点）"),
    "unknown": ("unknown", "未知"),
    "run-in": ("run-in of", "先行期"),
    "kpi": ("largest change of a headline share", "主要占比的最大变化"),
    "backlog": ("backlog, mean of the year", "年均积压"),
    "cost": ("time of a year's run", "运行一年所需时间"),
}


def main() -> None:
    """Measure, and write the tables into both pages."""
    tables = {"followed": followed(), "run-in": run_in()}
    for place, page in enumerate(PAGES.values()):
        text = page.read_text("utf-8")
        for name, rows in tables.items():
            text = put(text, name, [[said(cell, place) for cell in row] for row in rows])
        page.write_text(text, "utf-8")


def said(cell: str, place: int) -> str:
    """A cell in a language; a number after a colon goes into the words."""
    key, _, number = cell.partition(":")
    return WORDS[key][place].format(number) if key in WORDS else cell


@cache
def results(scenario: str, *settings: str) -> Results:
    """Some replications of a scenario, always of the same chance."""
    loaded = govsim.load(FOLDER / f"{scenario}.yaml", set=settings)
    return govsim.run(loaded, replications=REPLICATIONS)


def kpis(unit: str, *bases: Basis) -> Iterator[tuple[Kpi, str]]:
    """All of a kind, with their sides."""
    for kpi in KPIS.values():
        if kpi.unit == unit and kpi.basis in bases:
            yield from ((kpi, side) for side in kpi.sides())


def mean(run: Results, kpi: Kpi, side: str) -> float:
    """Over the replications that know it."""
    values = run.city.get((run.policy_sets[0], kpi.name, side), {})
    known = [value for value in values.values() if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


# ---------------------------------------------------------------- followed for longer


def followed() -> list[Row]:
    """What runs of several lengths say, against the same cases followed for longer."""
    rows = [["scenario", "run", "shares", "times", "medians", "alone"]]
    rows[0][1] = ""
    for scenario in SCENARIOS:
        for days in LENGTHS:
            horizon = f"horizon={days} d"
            truth = results(scenario, horizon, LONGER)
            said_usually = results(scenario, horizon)
            alone = results(scenario, horizon, "follow_up=0 d")
            rows.append(
                [
                    f"`{scenario}`",
                    f"run:{days}",
                    f"{100 * widest(said_usually, truth, shares()):.2f}",
                    f"{100 * widest(said_usually, truth, times(), relative=True):.2f}",
                    f"{100 * widest(said_usually, truth, medians(), relative=True):.2f}",
                    told(100 * widest(alone, truth, shares())),
                ]
            )
    return rows


def shares() -> list[tuple[Kpi, str]]:
    """Shares of a cohort."""
    return list(kpis("share", CLOCK, REPLY_TERM, RESOLUTION_TERM))


def times() -> list[tuple[Kpi, str]]:
    """Mean days of a grievance in a state."""
    return list(kpis("days", CLOCK))


def medians() -> list[tuple[Kpi, str]]:
    """Days by which half are done."""
    return list(kpis("days", TIME))


def widest(
    run: Results, truth: Results, which: Sequence[tuple[Kpi, str]], *, relative: bool = False
) -> float:
    """The largest difference, of those that both know."""
    gaps = [0.0]
    for kpi, side in which:
        one, other = mean(run, kpi, side), mean(truth, kpi, side)
        if np.isnan(one + other) or (relative and other < FEW):
            continue
        gaps.append(abs(one - other) / (other if relative else 1.0))
    return max(gaps)


def told(points: float) -> str:
    """Points, or that nothing is known."""
    return f"{points:.2f}"


# ---------------------------------------------------------------- one year and the next


def run_in() -> list[Row]:
    """How the first year differs from the second, and what a run-in costs."""
    rows = [["scenario", "run-in", "backlog", "kpi", "cost"]]
    for scenario in SCENARIOS:
        seconds: dict[int, float] = {}
        for days in RUN_INS:
            before = f"run_in={days} d"
            begun = time.process_time()
            first = results(scenario, f"horizon={YEAR} d", before)
            seconds[days] = time.process_time() - begun
            second = results(scenario, f"horizon={2 * YEAR} d", f"warm_up={YEAR} d", before)
            rows.append(
                [
                    f"`{scenario}`",
                    f"run:{days}",
                    f"{backlog(first, 0):,.0f} → {backlog(second, YEAR // 7):,.0f}",
                    change(first, second),
                    f"× {seconds[days] / seconds[0]:.1f}",
                ]
            )
    return rows


def backlog(run: Results, since: int) -> float:
    """Open grievances, the mean of the weeks from one on."""
    series = run.series
    rows = (series.measure == "backlog") & (series.side == "recorded") & (series.tier == "all")
    return float(series[rows & (series.week >= since)]["value"].mean())


def change(first: Results, second: Results) -> str:
    """The headline share that changes most between the years, with the noise of that."""
    widest: tuple[float, float, str] = (0.0, 0.0, "")
    for kpi, side in kpis("share", CLOCK, FLOW, REPLY_TERM, RESOLUTION_TERM):
        if kpi.headline:
            gap, noise = moved(first, second, kpi, side)
            if abs(gap) > abs(widest[0]):
                widest = gap, noise, kpi.name
    return f"{100 * widest[0]:+.1f} ± {100 * widest[1]:.1f} (`{widest[2]}`)"


def moved(first: Results, second: Results, kpi: Kpi, side: str) -> tuple[float, float]:
    """Mean difference and half its 95 % interval, as if both years were of other cities."""
    both = [values(run, kpi, side) for run in (first, second)]
    spread = sum(np.var(each, ddof=1) / len(each) for each in both)
    return float(both[1].mean() - both[0].mean()), float(2.0 * np.sqrt(spread))


def values(run: Results, kpi: Kpi, side: str) -> Floats:
    """Of the replications that know it."""
    found = np.array(list(run.city[run.policy_sets[0], kpi.name, side].values()), np.float64)
    return found[~np.isnan(found)]


if __name__ == "__main__":
    main()
