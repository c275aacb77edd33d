"""Fits the two free parameters of scenarios/nanchang_2011.yaml to Nanchang's published ledger.

Targets (seed 002, N5): 39,000 matters registered in the programme year, of which 36,000, or 92.3 %,
solved or answered. Free: ``reporting.probability``, and ``work.office_slowness.median``, the
pace of all offices. Everything else stays as the file and the defaults say.

    python experiments/fit_nanchang.py --write

begins at the values that stand in the file, runs the whole city with the seed of ``govsim run``,
and corrects both until the means are as near as the tolerances below; a fitted file is left as it
is. ``--from-scratch`` begins elsewhere. About a minute a step on two cores. With ``--table``
nothing is fitted: as many replications of the scenario as it stands fill the tables of
docs/results/nanchang.md and its Chinese twin.
"""

import argparse
import re
from pathlib import Path

import govsim
from govsim.experiments.intervals import mean_interval, prediction_interval

TOP = Path(__file__).parents[1]
SCENARIO = TOP / "scenarios" / "nanchang_2011.yaml"
PAGES = {
    "en": TOP / "docs" / "results" / "nanchang.md",
    "zh": TOP / "docs" / "results" / "nanchang.zh-CN.md",
}
REPLICATIONS = 40
REGISTERED, RATIO = 39_000.0, 36_000.0 / 39_000.0
NEAR_REGISTERED, NEAR_RATIO = 40.0, 0.0005  # tolerances of the means: within their errors
SLOPE = 0.047  # what one unit of slowness takes off the ratio, measured between 0.7 and 1.5
ELSEWHERE = (0.1, 1.0)  # where a fit from scratch begins


def settings(probability: float, slowness: float) -> dict[str, str]:
    """The free parameters as scenario settings."""
    return {
        "reporting.probability": f"{probability:.5f}",
        "work.office_slowness.median": f"{slowness:.4f}",
    }


def measure(probability: float, slowness: float) -> tuple[float, float]:
    """Mean registered and mean ratio, over replications."""
    chosen = [f"{key}={value}" for key, value in settings(probability, slowness).items()]
    results = govsim.run(govsim.load(SCENARIO, set=chosen), replications=REPLICATIONS, seed=1)
    table = results.summary()
    recorded = table[table["side"] == "recorded"].set_index("kpi")["mean"]
    registered, ratio = recorded["registered"], recorded["answered_or_solved_ratio"]
    print(
        f"probability {probability:.5f}, slowness {slowness:.4f}: registered {registered:,.0f}, "
        f"ratio {ratio:.4f}",
        flush=True,
    )
    return float(registered), float(ratio)


def correct(
    probability: float, slowness: float, measured: tuple[float, float]
) -> tuple[float, float]:
    """One step towards both targets: volume by the probability, unanswered share by the pace."""
    registered, ratio = measured
    # Visits bring two thirds of it, whatever the probability: hence the exponent.
    probability *= (REGISTERED / registered) ** 3
    return probability, max(0.1, slowness + (ratio - RATIO) / SLOPE)


def fit(probability: float, slowness: float) -> tuple[float, float]:
    """Steps until both targets are met, at most ten."""
    for _ in range(10):
        registered, ratio = measured = measure(probability, slowness)
        if abs(registered - REGISTERED) < NEAR_REGISTERED and abs(ratio - RATIO) < NEAR_RATIO:
            return probability, slowness
        probability, slowness = correct(probability, slowness, measured)
    raise SystemExit("ten steps, and no fit")


def write(probability: float, slowness: float) -> None:
    """Put the fitted values into the scenario, where it says that they are fitted."""
    text = SCENARIO.read_text(encoding="utf-8")
    for key, value in (("probability", f"{probability:.5f}"), ("median", f"{slowness:.4f}")):
        pattern = rf"({key}: \{{value: )[^,]+(, [^\n]*fitted)"
        text, found = re.subn(pattern, rf"\g<1>{value}\2", text)
        if found != 1:
            raise SystemExit(f"{SCENARIO}: no fitted value named {key}")
    SCENARIO.write_text(text, encoding="utf-8")


ROWS = (  # kpi, side, English, Chinese, published, format
    ("registered", "recorded", "registered", "登记诉求（件）", "39,000", "{:,.0f}"),
    ("answered", "recorded", "solved or answered", "已解决或已反馈（件）", "36,000", "{:,.0f}"),
    ("answered_or_solved_ratio", "recorded", "of registered", "反馈办结率", "92.3%", "{:.1%}"),
    ("answered_or_solved_ratio", "true", "truly solved", "真实解决率", "", "{:.1%}"),
    ("reply_on_time", "recorded", "first reply in time", "首次答复及时率", "", "{:.1%}"),
    ("reply_on_time", "true", "with substance", "其中有实质内容", "", "{:.1%}"),
    ("satisfaction", "recorded", "satisfied, by call-back", "回访满意率", "", "{:.1%}"),
    ("satisfaction", "true", "satisfied, in truth", "真实满意率", "", "{:.1%}"),
    ("closed_on_paper_share", "true", "closings on paper", "纸面办结占比", "", "{:.1%}"),
    ("visits", "recorded", "visiting sessions", "夜访场次", "", "{:,.0f}"),
    ("found", "recorded", "brought forward there", "夜访收集（件）", "", "{:,.0f}"),
    ("latent_problems", "true", "still unreported at the end", "期末未反映的问题", "", "{:,.0f}"),
)


def tables() -> dict[str, list[str]]:
    """The page's rows in both languages, from the scenario as it stands."""
    results = govsim.run(govsim.load(SCENARIO), replications=REPLICATIONS, seed=1)
    kpis = results.kpis[results.kpis["scope"] == "city"]
    wide = kpis.pivot(index="replication", columns=["kpi", "side"], values="value")
    wide["answered", "recorded"] = (
        wide["registered", "recorded"] * wide["answered_or_solved_ratio", "recorded"]
    )
    rows: dict[str, list[str]] = {
        "en": ["| | published | model, mean | 95 % of the mean | 95 % of single years |"],
        "zh": ["| | 公布值 | 模型均值 | 均值的 95% 区间 | 单个年份的 95% 区间 |"],
    }
    for lines in rows.values():
        lines.append("|---|--:|--:|--:|--:|")
    for kpi, side, english, chinese, published, form in ROWS:
        mean = mean_interval(wide[kpi, side])
        year = prediction_interval(wide[kpi, side])
        cells = [published, form.format(mean.mean)]
        for i in (mean, year):
            fixed = i.high - i.low < 1e-6  # a plan, not chance
            cells.append("" if fixed else f"{form.format(i.low)} – {form.format(i.high)}")
        line = " | ".join(cells)
        rows["en"].append(f"| {english} | {line.replace('%', ' %')} |")
        rows["zh"].append(f"| {chinese} | {line} |")
    return rows


def fill_pages() -> None:
    """Put the tables between the markers of the pages."""
    rows = tables()
    for language, page in PAGES.items():
        text = page.read_text(encoding="utf-8")
        table = "\n".join(rows[language])
        text = re.sub(
            r"(<!-- table -->\n).*?(\n<!-- end -->)",
            lambda found, table=table: found[1] + table + found[2],
            text,
            flags=re.S,
        )
        page.write_text(text, encoding="utf-8")
        print(table)


def main() -> None:
    """Fit, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the values into the scenario")
    parser.add_argument("--from-scratch", action="store_true", help="forget the file's values")
    parser.add_argument("--table", action="store_true", help="fill the pages' tables instead")
    chosen = parser.parse_args()
    if chosen.table:
        fill_pages()
        return
    words = govsim.load(SCENARIO)
    in_file = (words.reporting.probability, words.work.office_slowness.median)
    probability, slowness = fit(*(ELSEWHERE if chosen.from_scratch else in_file))
    for key, value in settings(probability, slowness).items():
        print(f"{key} = {value}")
    if chosen.write:
        write(probability, slowness)


if __name__ == "__main__":
    main()
